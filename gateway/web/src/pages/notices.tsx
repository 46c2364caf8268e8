// The administrator's page of what leaves besides the work: mail that something waits, and programs that hear of changes.
import { useState } from "preact/hooks";
import type { AddHookAnswer, MailSettings } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Loading, Title, Trouble } from "../parts/common";
import { LongText, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { useWords } from "../words";

function Mail({ settings }: { settings: MailSettings }) {
  const { t } = useWords();
  const [mail, setMail] = useState<MailSettings>(settings);
  const [to, setTo] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState("");
  const act = async (what: () => Promise<unknown>, done: string) => {
    setProblem(undefined);
    setSaid("");
    await what().then(() => setSaid(done), setProblem);
  };
  const save = async () => {
    const { server, from, login, password, authority } = mail;
    const kept = await call("mail.set", { server, from, login, password, authority } as MailSettings);
    setMail(kept);
  };
  return (
    <section aria-labelledby="mail">
      <h2 id="mail">{t("notices.mail")}</h2>
      <p>{t("notices.mail.text")}</p>
      {said && <Alert kind="ok" title={said} />}
      <Trouble problem={problem} />
      <TextField label={t("notices.server")} hint={t("notices.server.hint")} value={mail.server ?? ""} onInput={(server) => setMail({ ...mail, server })} />
      <TextField label={t("notices.from")} value={mail.from ?? ""} onInput={(from) => setMail({ ...mail, from })} />
      <TextField label={t("notices.login")} value={mail.login ?? ""} onInput={(login) => setMail({ ...mail, login })} />
      <TextField label={t("log-in.password")} hint={mail.hasPassword ? t("notices.password.kept") : undefined} kind="new-password" value={mail.password ?? ""} onInput={(password) => setMail({ ...mail, password })} />
      <LongText label={t("notices.authority")} value={mail.authority ?? ""} onInput={(authority) => setMail({ ...mail, authority })} />
      <Button main onClick={() => act(save, t("notices.saved"))}>
        {t("save")}
      </Button>
      <TextField label={t("notices.test.to")} value={to} onInput={setTo} />
      <Button onClick={() => act(() => call("mail.test", { mail: to.trim() }), t("notices.tested"))}>{t("notices.test")}</Button>
    </section>
  );
}

function Hooks() {
  const { t, moment } = useWords();
  const list = useLoaded(() => call("hooks.list"));
  const [url, setUrl] = useState("");
  const [made, setMade] = useState<AddHookAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const add = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("hooks.add", { url: url.trim() }).then((answer) => {
      setMade(answer);
      setUrl("");
      list.again();
    }, setProblem);
  };
  return (
    <section aria-labelledby="hooks">
      <h2 id="hooks">{t("notices.hooks")}</h2>
      <p>{t("notices.hooks.text")}</p>
      <Trouble problem={problem ?? list.problem} />
      {made && (
        <Alert kind="ok" title={t("notices.hook.made")}>
          <p>
            <output class="code">{made.secret}</output>
          </p>
          <p>{t("keys.once")}</p>
        </Alert>
      )}
      <ul class="cards">
        {(list.value?.hooks ?? []).map((hook) => (
          <li key={hook.hook}>
            <p class="written">{hook.url}</p>
            {hook.failingSince && <p class="until late">{t("notices.hook.failing", { when: moment(hook.failingSince) })}</p>}
            <Button onClick={() => call("hooks.remove", { hook: hook.hook ?? "" }).then(list.again, setProblem)} label={`${t("keys.remove")}: ${hook.url}`}>
              {t("keys.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <TextField label={t("notices.hook.url")} hint={t("notices.hook.url.hint")} value={url} onInput={setUrl} />
        <Button submit>{t("notices.hook.add")}</Button>
      </form>
    </section>
  );
}

export function Notices() {
  const { t } = useWords();
  const mail = useLoaded(() => call("mail.show"));
  if (!mail.value) return mail.problem ? <Failed problem={mail.problem} again={mail.again} /> : <Loading />;
  return (
    <div class="wide-form">
      <Title sub={t("notices.sub")}>{t("notices.title")}</Title>
      <Mail settings={mail.value} />
      <Hooks />
    </div>
  );
}
