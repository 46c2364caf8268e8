// What this organisation decided for itself: each rule with what it does, who changed one when; and the words that must never
// leave the house.
import { useState } from "preact/hooks";
import type { PolicyAnswer, PolicyRule } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Link, Loading, Title, Trouble } from "../parts/common";
import { LongText, TextField, YesNo } from "../parts/fields";
import { useLoadedOnce } from "../live";
import { capital, type Codes, type Key, useWords } from "../words";

function ofAKind({ key = "" }: PolicyRule): boolean {
  return key.startsWith("retention.") && key !== "retention.months";
}
// How long something is kept can be another number for one kind of data.
function useRuleName(): (rule: PolicyRule) => string {
  const { t, word } = useWords();
  return (rule) => {
    const { key = "" } = rule;
    const kind = key.replace("retention.", "").replaceAll("_", "-");
    return ofAKind(rule) ? t("policy.retention.kind", { what: word("Category" as Codes, kind) }) : t(("policy." + key) as Key);
  };
}

function Rule({ rule, saved }: { rule: PolicyRule; saved: (answer: PolicyAnswer) => void }) {
  const { t } = useWords();
  const name = useRuleName()(rule);
  const { key = "", value = 0, usual = 0, least = 0, most = 0 } = rule;
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const shown = typed ?? String(value);
  const fits = rule.yesNo || (/^\d+$/.test(shown) && Number(shown) >= least && Number(shown) <= most);
  const spoken = (number: number) => (rule.yesNo ? t(number === 1 ? "yes" : "no") : String(number));
  const put = (wanted: number) =>
    call("policy.set", { key, value: wanted, actor: {} }).then((answer) => {
      setTyped(undefined);
      setProblem(undefined);
      saved(answer);
    }, setProblem);
  return (
    <li>
      {rule.yesNo ? (
        <YesNo label={name} value={shown === "1"} onChoose={(yes) => setTyped(yes ? "1" : "0")} />
      ) : (
        <TextField label={name} hint={t("policy.between", { least, most })} value={shown} onInput={setTyped} error={fits ? undefined : t("policy.between", { least, most })} />
      )}
      {usual !== value && <p class="muted">{t("policy.usual", { value: spoken(usual) })}</p>}
      <Trouble problem={problem} />
      {shown !== String(value) && fits && (
        <Button main onClick={() => put(Number(shown))}>
          {t("save")}
        </Button>
      )}
    </li>
  );
}

function SecretWords() {
  const { t } = useWords();
  const known = useLoadedOnce(() => call("secret-words.show"));
  const [typed, setTyped] = useState<string>();
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  if (!known.value) return known.problem ? <Failed problem={known.problem} again={known.again} /> : <Loading />;
  const shown = typed ?? (known.value.words ?? []).join("\n");
  const words = shown.split("\n").map((one) => one.trim()).filter((one) => one !== "");
  const save = () => call("secret-words.set", { words, actor: {} }).then(() => (setDone(true), setProblem(undefined)), setProblem);
  return (
    <section>
      <h2>{t("policy.words")}</h2>
      <p>{t("policy.words.text")}</p>
      <LongText label={t("policy.words.label")} value={shown} onInput={(text) => (setTyped(text), setDone(false))} />
      <Trouble problem={problem} />
      {done && <Alert kind="ok" title={t("policy.words.done")} />}
      <Button main onClick={save}>
        {t("save")}
      </Button>
    </section>
  );
}

function History({ answer }: { answer: PolicyAnswer }) {
  const { t, moment } = useWords();
  const name = useRuleName();
  const named = (changed: string) => {
    const [key = "", values = ""] = changed.split(": ");
    const rule = answer.rules?.find((one) => one.key === key);
    const spoken = values.replaceAll("true", t("yes").toLowerCase()).replaceAll("false", t("no").toLowerCase());
    return rule ? `${name(rule)}: ${spoken}` : changed;
  };
  return (
    <section>
      <h2>{t("policy.history")}</h2>
      <ul>
        {(answer.versions ?? []).map((one) => (
          <li key={one.since}>
            {moment(one.since ?? "")}: {one.changed ? named(one.changed) : t("policy.seen")}
            {one.person && ` (${one.person})`}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Settings() {
  const { t } = useWords();
  const loaded = useLoadedOnce(() => call("policy.show"));
  const [changed, setChanged] = useState<PolicyAnswer>();
  const answer = changed ?? loaded.value;
  if (!answer) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  const rules = (kinds: boolean) =>
    (answer.rules ?? []).filter((rule) => ofAKind(rule) === kinds).map((rule) => <Rule key={rule.key} rule={rule} saved={setChanged} />);
  return (
    <div class="wide-form">
      <Title sub={t("policy.sub")}>{t("policy.title")}</Title>
      {changed && <Alert kind="ok" title={capital(t("policy.done"))} />}
      <ul class="plain">{rules(false)}</ul>
      <details>
        <summary>{t("policy.kinds")}</summary>
        <ul class="plain">{rules(true)}</ul>
      </details>
      <History answer={answer} />
      <SecretWords />
      <p>
        <Link to="/profiel">{t("profile.title")}</Link>
      </p>
    </div>
  );
}
