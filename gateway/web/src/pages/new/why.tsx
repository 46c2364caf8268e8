// Why it may be shared: for each child, who has the authority and what they said.
import { useContext } from "preact/hooks";
import { call } from "../../api";
import { Alert, Button, Loading, Trouble } from "../../parts/common";
import { DocumentForm } from "../../parts/document";
import { CodeField, DayField, Select } from "../../parts/fields";
import type { Value } from "../../parts/value";
import { useLoaded } from "../../live";
import { useWords } from "../../words";
import { Me } from "../../me";
import type { Page } from "./page";
import { useVerdict, Verdict } from "./send";
import { useChildName } from "./where";
import { type Child, siblingOf } from "./written";

// The second professional of an exception confirms it from their own log-in.
function Second({ record, putRecord }: { record: Value; putRecord: (change: Value) => void }) {
  const { t } = useWords();
  const me = useContext(Me);
  const list = useLoaded(() => call("colleagues.list"));
  const others = (list.value?.colleagues ?? []).filter((one) => one.login !== me.login);
  const chosen = ((record["professionals"] as string[] | undefined) ?? [])[1] ?? "";
  if (!list.value && !list.problem) return <Loading />;
  return (
    <>
      <Trouble problem={list.problem} again={list.again} />
      {others.length === 0 ? (
        <Alert kind="warning" title={t("new.second.nobody")} />
      ) : (
        <Select
          label={t("new.second")}
          hint={t("new.second.hint")}
          value={chosen}
          options={others.map((one) => ({ value: one.name ?? "", label: one.name ?? "" }))}
          onChoose={(name) => putRecord({ professionals: name ? [me.name ?? "", name] : undefined })}
        />
      )}
    </>
  );
}

function Answers({ answers, put }: { answers: Value[]; put: (answers: Value[]) => void }) {
  const { t } = useWords();
  const person = (at: number) => t("new.person", { n: at + 1 });
  return (
    <>
      <h2>{t("new.answers")}</h2>
      {answers.map((answer, at) => (
        <fieldset class="group" key={at}>
          <legend>{person(at)}</legend>
          <DocumentForm
            of="GrantRecord_PersonAnswer"
            only={["role", "description", "answer", "date", "method", ...(answer["answer"] === "agrees" ? [] : ["attempts", "reason"])]}
            value={answer}
            onChange={(next) => put(answers.map((one, i) => (i === at ? next : one)))}
          />
          <Button onClick={() => put(answers.filter((_, i) => i !== at))}>{t("remove", { what: person(at).toLowerCase() })}</Button>
        </fieldset>
      ))}
      <Button onClick={() => put([...answers, {}])}>{t("add", { what: person(answers.length).toLowerCase() })}</Button>
    </>
  );
}

export function OfChild({ page, at, grounds }: { page: Page; at: number; grounds?: string[] }) {
  const { t } = useWords();
  const child = page.written.children[at] as Child;
  const verdict = useVerdict(page.written, child);
  const record = (child.grant["record"] as Value | undefined) ?? {};
  const put = (change: Value) => page.putChild(at, { grant: { ...child.grant, ...change } });
  const putRecord = (change: Value) => put({ record: { ...record, ...change } });
  const ground = (child.grant["ground"] as string | undefined) ?? "";
  const exception = ground === "vital-interest" || ground === "conflict-of-duties";
  return (
    <>
      <DayField label={t("new.birth")} hint={t("new.birth.hint")} value={(child.grant["birthDate"] as string | undefined) ?? ""} onInput={(birthDate) => put({ birthDate })} />
      <CodeField label={t("new.ground")} codes="Ground" value={ground} {...(grounds ? { only: grounds } : {})} onChoose={(chosen) => put({ ground: chosen })} />
      <CodeField label={t("new.authority")} codes="AuthorityType" value={(record["authorityType"] as string | undefined) ?? ""} onChoose={(authorityType) => putRecord({ authorityType })} />
      {exception ? (
        <>
          <DocumentForm of="GrantRecord" only={["exception"]} value={record} onChange={putRecord} />
          <Second record={record} putRecord={putRecord} />
        </>
      ) : (
        <Answers answers={(record["answers"] as Value[] | undefined) ?? []} put={(answers) => putRecord({ answers })} />
      )}
      <DocumentForm of="GrantRecord" only={["childHeard", ...(record["childHeard"] === false ? ["childNotHeardReason"] : [])]} value={record} onChange={putRecord} />
      <Trouble problem={verdict.problem} />
      <Verdict said={verdict.said} />
    </>
  );
}

function hasAnswers(child: Child): boolean {
  const answers = ((child.grant["record"] as Value | undefined)?.["answers"] as Value[] | undefined) ?? [];
  return answers.some((one) => one["answer"] || one["description"]);
}

export function Why(page: Page) {
  const { t } = useWords();
  const childName = useChildName(page.written);
  const { children } = page.written;
  const many = children.length > 1;
  return (
    <>
      {children.map((_, at) => (
        <section key={at} aria-label={many ? childName(at) : undefined}>
          {many && <h2>{childName(at)}</h2>}
          {at > 0 && !hasAnswers(children[at] as Child) && (
            <Button onClick={() => page.putChild(at, { grant: { ...siblingOf(children[0] as Child).grant, birthDate: children[at]?.grant["birthDate"] } })}>{t("new.same-parents", { child: childName(0) })}</Button>
          )}
          <OfChild page={page} at={at} />
          {children.length > 2 && <Button onClick={() => page.put({ children: children.filter((_, i) => i !== at) })}>{t("remove", { what: childName(at) })}</Button>}
        </section>
      ))}
      {many && (
        <p>
          <Button onClick={() => page.put({ children: [...children, siblingOf(children[0] as Child)] })}>{t("new.another-child")}</Button>
        </p>
      )}
    </>
  );
}
