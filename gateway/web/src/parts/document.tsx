// Documents by their description: a form to write one, and what one says. A field that is added to
// the description appears by itself; here stand only what a person needs besides.
import { forms, type Field } from "../../generated/interface";
import { type Codes, capital, dayInFull, type Spoken, useWords, word } from "../words";
import { Problem } from "../api";
import { Button } from "./common";
import { CodeField, DayField, LongText, TextField, YesNo, Checks } from "./fields";
import { words } from "../../generated/interface";
import type { Value } from "./value";

// A line is enough.
const kOneLine = new Set(["whom", "description", "by", "recorder", "role", "authorityProof", "language", "expectedWait", "withholdFromRole", "name", "accessRequestedBy", "accessDecidedBy", "handoverRoles", "opens", "closes", "crisisTelephone", "id"]);

// Kept out of the general forms: each has a place of its own.
const kElsewhere = new Set(["releaseRisk", "policySha256", "referralNumber", "recipientTeam"]);

// The parts of a referral are called what their kind of data is called everywhere.
function labelOf(of: string, field: Field, language: "nl" | "en"): string {
  const category = of === "Referral" ? word(language, "Category", field.name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase())) : "";
  return capital(category || field[language] || field.name);
}

// Of a draft, and in no document.
const kOwn: Record<string, { nl: string; en: string }> = {
  ownNumber: { nl: "eigen nummer", en: "own number" }, municipality: { nl: "gemeente", en: "municipality" }, recipient: { nl: "ontvanger", en: "recipient" },
};

// What people call the place of a field, whichever document it stands in: "Openingstijden, tot".
export function nameOf(path: string[], language: Spoken): string {
  const named = (one: string) => kOwn[one]?.[language] ?? Object.values(forms).flat().find((field) => field.name === one)?.[language] ?? "";
  const names = path.filter((one) => !/^\d*$/.test(one)).map((one) => named(one).toLowerCase());
  return capital([...new Set(names.filter((one) => one !== ""))].slice(-2).join(", ")) || "…";
}

// What is wrong with a field, under the name that it has on screen: "handoverRoles: is nodig bij plan-handover" is
// "Wie zijn erbij (rollen): is nodig".
export function named(problem: Problem | undefined, language: Spoken): Problem | undefined {
  const said = problem?.code === "invalid-input" ? /^([A-Za-z][\w.[\]]*)(?:: (.+))?$/.exec(problem.detail) : null;
  const field = said ? nameOf((said[1] ?? "").split(/[.[\]]+/), language) : "…";
  if (!problem || field === "…") return problem;
  const rest = (said?.[2] ?? "").replace(/ (?:bij|with|for) [a-z-]+$/, "");
  return new Problem(problem.status, problem.code, problem.title, rest ? `${field}: ${rest}` : field);
}

function Single({ of, field, value, onChange }: { of: string; field: Field; value: unknown; onChange: (value: unknown) => void }) {
  const { language } = useWords();
  const label = labelOf(of, field, language);
  switch (field.kind) {
    case "part":
      return (
        <fieldset class="group">
          <legend>{label}</legend>
          <DocumentForm of={field.of ?? ""} value={(value as Value) ?? {}} onChange={onChange} />
        </fieldset>
      );
    case "code":
      return <CodeField label={label} codes={field.of as Codes} value={(value as string) ?? ""} onChoose={onChange} />;
    case "yes-no":
      return <YesNo label={label} value={value as boolean | undefined} onChoose={onChange} />;
    case "date":
      return <DayField label={label} value={(value as string) ?? ""} onInput={onChange} />;
    case "number":
      return <TextField label={label} value={value === undefined ? "" : String(value)} onInput={(text) => onChange(text === "" ? undefined : Number(text))} />;
    case "text":
      return field.short || kOneLine.has(field.name) ? (
        <TextField label={label} value={(value as string) ?? ""} onInput={onChange} />
      ) : (
        <LongText label={label} value={(value as string) ?? ""} onInput={onChange} />
      );
  }
}

function Many({ of, field, value, onChange }: { of: string; field: Field; value: unknown[]; onChange: (value: unknown) => void }) {
  const { t, word, language } = useWords();
  const label = labelOf(of, field, language);
  if (field.kind === "code") {
    const ids = Object.keys(words[field.of as Codes]);
    return (
      <Checks label={label} values={value as string[]} options={ids.map((id) => ({ value: id, label: word(field.of as Codes, id) }))} onChange={onChange} />
    );
  }
  const put = (at: number, one: unknown) => onChange(value.map((before, i) => (i === at ? one : before)));
  return (
    <div class="many">
      {value.map((one, at) => (
        <div class="one" key={at}>
          <Single of={of} field={{ ...field, nl: `${field.nl} ${at + 1}`, en: `${field.en} ${at + 1}` }} value={one} onChange={(next) => put(at, next)} />
          <Button onClick={() => onChange(value.filter((_, i) => i !== at))} label={t("remove", { what: `${label} ${at + 1}` })}>
            {t("remove", { what: `${label.toLowerCase()} ${at + 1}` })}
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange([...value, field.kind === "part" ? {} : ""])}>{t("add", { what: label.toLowerCase() })}</Button>
    </div>
  );
}

export function DocumentForm(props: { of: string; value: Value; onChange: (value: Value) => void; only?: string[]; without?: string[] }) {
  const all = forms[props.of] ?? [];
  const named = props.only?.map((name) => all.find((field) => field.name === name)).filter((field) => field !== undefined);
  const fields = (named ?? all).filter((field) => (props.only ? true : !kElsewhere.has(field.name)) && !props.without?.includes(field.name));
  return (
    <>
      {fields.map((field) => {
        const put = (next: unknown) => props.onChange({ ...props.value, [field.name]: next });
        const value = props.value[field.name];
        return field.many ? (
          <Many key={field.name} of={props.of} field={field} value={(value as unknown[]) ?? []} onChange={put} />
        ) : (
          <Single key={field.name} of={props.of} field={field} value={value} onChange={put} />
        );
      })}
    </>
  );
}

function Text({ field, value }: { field: Field; value: unknown }) {
  const { t, word, language } = useWords();
  if (field.kind === "part") return <DocumentText of={field.of ?? ""} value={value as Value} />;
  if (field.kind === "code") return <>{word(field.of as Codes, value as string)}</>;
  if (field.kind === "yes-no") return <>{t(value ? "yes" : "no").toLowerCase()}</>;
  if (field.kind === "date") return <>{dayInFull(language, value as string)}</>;
  return <span class="written">{String(value)}</span>;
}

export function DocumentText({ of, value, without }: { of: string; value: Value; without?: string[] }) {
  const { language } = useWords();
  const all = (forms[of] ?? []).filter((field) => value[field.name] !== undefined && field.name !== "policySha256" && !without?.includes(field.name));
  // Why it may be shared comes after what it says.
  const fields = [...all.filter((field) => field.name !== "grantRecord"), ...all.filter((field) => field.name === "grantRecord")];
  return (
    <dl class="document">
      {fields.map((field) => (
        <div key={field.name}>
          <dt>{labelOf(of, field, language)}</dt>
          <dd>
            {field.many ? (
              <ul>
                {(value[field.name] as unknown[]).map((one, at) => (
                  <li key={at}>
                    <Text field={field} value={one} />
                  </li>
                ))}
              </ul>
            ) : (
              <Text field={field} value={value[field.name]} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
