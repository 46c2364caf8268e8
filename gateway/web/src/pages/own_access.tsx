// How somebody comes in: their passkeys.
import { useContext, useState } from "preact/hooks";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Loading, Title, Trouble } from "../parts/common";
import { TextField } from "../parts/fields";
import { hasPasskeys, makePasskey } from "../parts/passkeys";
import { useLoaded } from "../live";
import { Me } from "../me";
import { useWords } from "../words";

// Where somebody hears that something waits.
function OwnMail() {
  const { t } = useWords();
  const kept = useLoaded(() => call("mail.own"));
  const [mail, setMail] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("mail.set-own", { mail: (mail ?? "").trim() }).then(() => setDone(true), setProblem);
  };
  return (
    <form onSubmit={save}>
      <h2>{t("access.mail.title")}</h2>
      {done && <Alert kind="ok" title={t("notices.saved")} />}
      <Trouble problem={problem ?? kept.problem} />
      <TextField label={t("access.mail")} hint={t("access.mail.hint")} value={mail ?? kept.value?.mail ?? ""} onInput={setMail} />
      <Button submit>{t("save")}</Button>
    </form>
  );
}

export function OwnAccess() {
  const { t, moment } = useWords();
  const me = useContext(Me);
  const list = useLoaded(() => call("passkeys.list"));
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState("");
  if (!list.value) return list.problem ? <Failed problem={list.problem} again={list.again} /> : <Loading />;
  const act = async (what: () => Promise<unknown>, done: string) => {
    setProblem(undefined);
    setSaid("");
    await what().then(
      () => {
        setSaid(done);
        setPassword("");
        setName("");
        list.again();
      },
      (caught: Problem) => setProblem(caught),
    );
  };
  const add = async () => {
    const challenge = await call("passkeys.challenge");
    const passkey = await makePasskey(challenge, me.login ?? "", name.trim());
    await call("passkeys.add", { password, passkey });
  };
  const passkeys = list.value.passkeys ?? [];
  return (
    <div class="narrow">
      <Title sub={t("access.sub")}>{t("access.title")}</Title>
      {said && <Alert kind="ok" title={said} />}
      <Trouble problem={problem} />
      <h2>{t("access.passkeys")}</h2>
      {passkeys.length === 0 && <p>{t("access.none")}</p>}
      <TextField label={t("log-in.password")} hint={t("access.password.hint")} kind="password" value={password} onInput={setPassword} />
      <ul class="cards">
        {passkeys.map((one) => (
          <li key={one.passkey}>
            <h3>{one.name || t("access.nameless")}</h3>
            <p class="muted">{t("access.added", { when: moment(one.added ?? "") })}</p>
            <Button onClick={() => act(() => call("passkeys.remove", { passkey: one.passkey ?? "", password }), t("access.removed"))} label={`${t("access.remove")}: ${one.name || t("access.nameless")}`}>
              {t("access.remove")}
            </Button>
          </li>
        ))}
      </ul>
      {hasPasskeys ? (
        <>
          <TextField label={t("access.name")} hint={t("access.name.hint")} value={name} onInput={setName} />
          <Button main onClick={() => act(add, t("access.made"))}>
            {t("access.add")}
          </Button>
        </>
      ) : (
        <p>{t("access.cannot")}</p>
      )}
      <OwnMail />
    </div>
  );
}
