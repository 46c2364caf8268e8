// The administrator's page of programs that work for the organisation's people.
import { useState } from "preact/hooks";
import type { AddKeyAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Loading, Title, Trouble } from "../parts/common";
import { Checks, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { useWords } from "../words";

const kScopes = ["read", "content", "send"] as const;

export function Keys() {
  const { t, moment } = useWords();
  const list = useLoaded(() => call("keys.list"));
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  const [made, setMade] = useState<AddKeyAnswer>();
  const [problem, setProblem] = useState<Problem>();
  if (!list.value) return list.problem ? <Failed problem={list.problem} again={list.again} /> : <Loading />;
  const add = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("keys.add", { name: name.trim(), scopes }).then((answer) => {
      setMade(answer);
      setName("");
      list.again();
    }, setProblem);
  };
  const remove = (key: string) => {
    setProblem(undefined);
    call("keys.remove", { key }).then(list.again, setProblem);
  };
  const keys = list.value.keys ?? [];
  return (
    <div class="wide-form">
      <Title sub={t("keys.sub")}>{t("keys.title")}</Title>
      <Trouble problem={problem} />
      {made && (
        <Alert kind="ok" title={t("keys.made", { name: made.key?.name ?? "" })}>
          <p>
            <output class="code">{made.secret}</output>
          </p>
          <p>{t("keys.once")}</p>
        </Alert>
      )}
      {keys.length === 0 && <p>{t("keys.none")}</p>}
      <ul class="cards">
        {keys.map((key) => (
          <li key={key.key}>
            <h2>{key.name}</h2>
            <p>{(key.scopes ?? []).map((scope) => t(`keys.scope.${scope as (typeof kScopes)[number]}`)).join(" · ")}</p>
            <p class="muted">{key.used ? t("keys.used", { when: moment(key.used) }) : t("keys.unused")}</p>
            <Button onClick={() => remove(key.key ?? "")} label={`${t("keys.remove")}: ${key.name}`}>
              {t("keys.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <h2>{t("keys.add")}</h2>
      <form onSubmit={add}>
        <TextField label={t("keys.name")} hint={t("keys.name.hint")} value={name} onInput={setName} />
        <Checks label={t("keys.scopes")} hint={t("keys.scopes.hint")} values={scopes} options={kScopes.map((scope) => ({ value: scope, label: t(`keys.scope.${scope}`) }))} onChange={setScopes} />
        <Button submit>{t("keys.add")}</Button>
      </form>
    </div>
  );
}
