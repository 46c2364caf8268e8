// Coming in with the organisation's own work account; and the administrator's page about it.
import { useEffect, useState } from "preact/hooks";
import type { OpenIdSettings, SessionAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Link, Loading, Title, Trouble } from "../parts/common";
import { LongText, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { go } from "../route";
import { useWords } from "../words";

// Back from the provider: what it said leaves the address at once.
export function BackFromProvider({ enter }: { enter: (session: SessionAnswer) => void }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const said = new URLSearchParams(location.search);
    history.replaceState(null, "", "/werkaccount");
    const code = said.get("code") ?? "", state = said.get("state") ?? "";
    if (!code || !state) return go("/aanmelden", true);
    call("session.openid-finish", { code, state }).then((session) => {
      go("/", true);
      enter(session);
    }, setProblem);
  }, []);
  if (!problem) return <Loading />;
  return (
    <div class="narrow">
      <Title>{t("log-in.title")}</Title>
      <Trouble problem={problem} />
      <p>
        <Link to="/aanmelden">{t("account.again")}</Link>
      </p>
    </div>
  );
}

function Form({ settings }: { settings: OpenIdSettings }) {
  const { t } = useWords();
  const [value, setValue] = useState(settings);
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    setDone(false);
    const { issuer, clientId, clientSecret, authority, claim } = value;
    call("openid.set", { issuer, clientId, clientSecret, authority, claim } as OpenIdSettings).then((kept) => {
      setValue(kept);
      setDone(true);
    }, setProblem);
  };
  const field = (name: "issuer" | "clientId" | "claim", hint?: string) => (
    <TextField label={t(`account.${name}`)} hint={hint} value={value[name] ?? ""} onInput={(text) => setValue({ ...value, [name]: text })} />
  );
  return (
    <form onSubmit={save}>
      {done && <Alert kind="ok" title={t("notices.saved")} />}
      <Trouble problem={problem} />
      <p>
        {t("account.redirect")}: <output class="code">{settings.redirectUri}</output>
      </p>
      {field("issuer", t("account.issuer.hint"))}
      {field("clientId")}
      <TextField label={t("account.secret")} hint={settings.issuer ? t("notices.password.kept") : undefined} kind="new-password" value={value.clientSecret ?? ""} onInput={(clientSecret) => setValue({ ...value, clientSecret })} />
      {field("claim", t("account.claim.hint"))}
      <LongText label={t("notices.authority")} value={value.authority ?? ""} onInput={(authority) => setValue({ ...value, authority })} />
      <Button submit>{t("save")}</Button>
    </form>
  );
}

export function WorkAccount() {
  const { t } = useWords();
  const loaded = useLoaded(() => call("openid.show"));
  if (!loaded.value) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  return (
    <div class="wide-form">
      <Title sub={t("account.sub")}>{t("account.title")}</Title>
      <Form settings={loaded.value} />
    </div>
  );
}
