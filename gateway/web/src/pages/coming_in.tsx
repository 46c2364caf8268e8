// Log-in, the first time, and the lock.
import { useEffect, useState } from "preact/hooks";
import type { EnrolAnswer, SessionAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Link, Title, Trouble } from "../parts/common";
import { TextField } from "../parts/fields";
import { hasPasskeys, makePasskey, usePasskeyFor } from "../parts/passkeys";
import { go } from "../route";
import { useWords } from "../words";

function useSubmit(act: () => Promise<void>) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    await act().catch(setProblem);
    setBusy(false);
  };
  return { problem, busy, submit };
}

const kLooksEvery = 2_000;

// With the organisation's own work account, where it has one: no second password here. From a locked screen it goes through
// another window, so that what was written here stays; this one sees that somebody is in again.
function ByWorkAccount({ goOn }: { goOn?: (session: SessionAnswer) => void }) {
  const { t } = useWords();
  const [there, setThere] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    call("session.ways").then((ways) => setThere(ways.openid === true), () => undefined);
  }, []);
  useEffect(() => {
    if (!there || !goOn) return;
    const timer = setInterval(async () => {
      const answer = await fetch("/api/v1/session", { cache: "no-store" }).catch(() => undefined);
      const session = answer?.ok ? ((await answer.json().catch(() => ({}))) as SessionAnswer) : {};
      if (session.state === "open") await call("session.show").then(goOn, () => undefined);
    }, kLooksEvery);
    return () => clearInterval(timer);
  }, [there]);
  const begin = () => {
    setProblem(undefined);
    // Within the click: a browser opens no window later.
    const window = goOn ? open("", "_blank") : null;
    call("session.openid").then(
      (begun) => (window ?? self).location.assign(begun.url ?? "/"),
      (caught: Problem) => {
        window?.close();
        setProblem(caught);
      },
    );
  };
  if (!there) return null;
  return (
    <>
      <Trouble problem={problem} />
      <p>
        <Button onClick={begin}>{t("account.enter")}</Button>
      </p>
    </>
  );
}

export function LogIn({ enter }: { enter: (session: SessionAnswer) => void }) {
  const { t } = useWords();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [withCode, setWithCode] = useState(false);
  const [begun, setBegun] = useState<SessionAnswer>();
  const first = useSubmit(async () => {
    const answer = await call("session.begin", { login: login.trim(), password });
    setPassword("");
    setBegun(answer);
  });
  const passkey = useSubmit(async () => {
    const challenge = await call("session.passkey-challenge");
    enter(await call("session.passkey", await usePasskeyFor(challenge)));
  });
  const second = useSubmit(async () => {
    const session = await call("session.second-factor", { code: code.replace(/\s/g, "") });
    enter(session);
  });
  if (begun && begun.hasPasskey && !withCode)
    return (
      <form class="narrow" onSubmit={passkey.submit}>
        <Title>{t("log-in.passkey.title")}</Title>
        <Trouble problem={passkey.problem} />
        <p>{t("log-in.passkey.text")}</p>
        <p class="acts">
          <Button submit busy={passkey.busy}>
            {t("log-in.passkey")}
          </Button>
          {begun.hasApp && <Button onClick={() => setWithCode(true)}>{t("log-in.passkey.other")}</Button>}
        </p>
      </form>
    );
  if (begun)
    return (
      <form class="narrow" onSubmit={second.submit}>
        <Title>{t("log-in.code.title")}</Title>
        <Trouble problem={second.problem} />
        <TextField label={t("log-in.code")} hint={t("log-in.code.hint")} kind="code" value={code} onInput={setCode} />
        <Button submit busy={second.busy}>
          {t("log-in.enter")}
        </Button>
      </form>
    );
  return (
    <form class="narrow" onSubmit={first.submit}>
      <Title>{t("log-in.title")}</Title>
      <Trouble problem={first.problem} />
      <TextField label={t("log-in.login")} kind="username" value={login} onInput={setLogin} />
      <TextField label={t("log-in.password")} kind="password" value={password} onInput={setPassword} />
      <Button submit busy={first.busy}>
        {t("log-in.next")}
      </Button>
      <ByWorkAccount />
      <p>
        <Link to="/eerste-keer">{t("log-in.first")}</Link>
      </p>
    </form>
  );
}

export function FirstTime() {
  const { t } = useWords();
  const [login, setLogin] = useState("");
  const [invitation, setInvitation] = useState("");
  const [password, setPassword] = useState("");
  const [begun, setBegun] = useState<EnrolAnswer>();
  const [withApp, setWithApp] = useState(!hasPasskeys);
  const [code, setCode] = useState("");
  const [done, setDone] = useState(false);
  const who = { login: login.trim(), invitation: invitation.replace(/\s/g, "") };
  const first = useSubmit(async () => {
    setBegun(await call("enrolment.begin", { ...who, password }));
    setPassword("");
  });
  const passkey = useSubmit(async () => {
    const made = await makePasskey(begun?.passkey ?? {}, who.login, "");
    await call("enrolment.finish", { ...who, passkey: made });
    setDone(true);
  });
  const second = useSubmit(async () => {
    await call("enrolment.finish", { ...who, code: code.replace(/\s/g, "") });
    setDone(true);
  });
  if (done)
    return (
      <div class="narrow">
        <Title>{t("enrol.title")}</Title>
        <Alert kind="ok" title={t("enrol.done")} />
        <Button main onClick={() => go("/aanmelden")}>
          {t("log-in.title")}
        </Button>
      </div>
    );
  if (begun && !withApp)
    return (
      <form class="narrow" onSubmit={passkey.submit}>
        <Title>{t("enrol.factor.title")}</Title>
        <p>{t("enrol.factor.text")}</p>
        <Trouble problem={passkey.problem} />
        <p class="acts">
          <Button submit busy={passkey.busy}>
            {t("enrol.passkey")}
          </Button>
          <Button onClick={() => setWithApp(true)}>{t("enrol.app")}</Button>
        </p>
      </form>
    );
  if (begun)
    return (
      <form class="narrow" onSubmit={second.submit}>
        <Title>{t("enrol.secret.title")}</Title>
        <p>{t("enrol.secret.text")}</p>
        <p>
          {t("enrol.secret")}: <output class="code">{(begun.secret ?? "").replace(/(.{4})/g, "$1 ").trim()}</output>
        </p>
        <Trouble problem={second.problem} />
        <TextField label={t("enrol.code")} hint={t("log-in.code.hint")} kind="code" value={code} onInput={setCode} />
        <Button submit busy={second.busy}>
          {t("enrol.finish")}
        </Button>
      </form>
    );
  return (
    <form class="narrow" onSubmit={first.submit}>
      <Title>{t("enrol.title")}</Title>
      <p>{t("enrol.text")}</p>
      <Trouble problem={first.problem} />
      <TextField label={t("log-in.login")} kind="username" value={login} onInput={setLogin} />
      <TextField label={t("enrol.invitation")} hint={t("enrol.invitation.hint")} value={invitation} onInput={setInvitation} />
      <TextField label={t("enrol.password")} hint={t("enrol.password.hint")} kind="new-password" value={password} onInput={setPassword} />
      <Button submit busy={first.busy}>
        {t("log-in.next")}
      </Button>
      <p>
        <Link to="/aanmelden">{t("log-in.title")}</Link>
      </p>
    </form>
  );
}

export function Locked({ enter }: { enter: (session: SessionAnswer) => void }) {
  const { t } = useWords();
  const [password, setPassword] = useState("");
  const open = useSubmit(async () => enter(await call("session.unlock", { password })));
  return (
    <form class="narrow" onSubmit={open.submit}>
      <Title>{t("lock.title")}</Title>
      <p>{t("lock.text")}</p>
      <Trouble problem={open.problem} />
      <TextField label={t("log-in.password")} kind="password" value={password} onInput={setPassword} />
      <Button submit busy={open.busy}>
        {t("lock.open")}
      </Button>
      <ByWorkAccount goOn={enter} />
    </form>
  );
}
