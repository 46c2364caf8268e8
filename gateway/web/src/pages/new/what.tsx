// What is the matter, part by part; and what the recipient will see of it.
import { Alert } from "../../parts/common";
import { DocumentForm, DocumentText } from "../../parts/document";
import { Checks } from "../../parts/fields";
import type { Value } from "../../parts/value";
import { capital, useWords } from "../../words";
import { LaterAccess } from "./later_access";
import type { Page } from "./page";
import { useChildName } from "./where";
import { categories, type Child, childAnswersThatStay, isShared, referralOf, saidOf } from "./written";

const kParts = ["identity", "careNeed", "childVoice", "safety", "authority", "practical", "school", "health", "network"];
const kCrisis = ["identity", "authority", "safety", "practical"];

function Parts({ page, parts, at }: { page: Page; parts: string[]; at: number }) {
  const { word } = useWords();
  const { written } = page;
  const child = written.children[at] as Child;
  const put = (part: string, next: Value) =>
    isShared(part) ? page.put({ shared: { ...written.shared, [part]: next } }) : page.putChild(at, { own: { ...child.own, [part]: next } });
  return (
    <>
      {parts.map((part) => (
        <details key={part} class="part" open={written.kind === "crisis"}>
          <summary>{capital(word("Category", categories.find(([field]) => field === part)?.[1] ?? ""))}</summary>
          <DocumentForm of={capital(part)} value={((isShared(part) ? written.shared : child.own)[part] as Value | undefined) ?? {}} onChange={(next) => put(part, next)} />
        </details>
      ))}
    </>
  );
}

export function What(page: Page) {
  const { t } = useWords();
  const childName = useChildName(page.written);
  const { kind, children } = page.written;
  if (children.length === 1) {
    const parts = kind === "consult" ? ["careNeed"] : kind === "crisis" ? kCrisis : kParts;
    return (
      <>
        <h2>{t("new.parts")}</h2>
        <Parts page={page} parts={parts} at={0} />
      </>
    );
  }
  return (
    <>
      <section aria-label={t("new.for-all")}>
        <h2>{t("new.for-all")}</h2>
        <Parts page={page} parts={kParts.filter(isShared)} at={0} />
      </section>
      {children.map((_, at) => (
        <section key={at} aria-label={childName(at)}>
          <h2>{childName(at)}</h2>
          <Parts page={page} parts={kParts.filter((part) => !isShared(part))} at={at} />
        </section>
      ))}
    </>
  );
}

function SeenOf({ page, at }: { page: Page; at: number }) {
  const { t, word } = useWords();
  const { written } = page;
  const child = written.children[at] as Child;
  const said = saidOf(written, child);
  const parts = categories.filter(([part]) => said[part] !== undefined).map(([, category]) => category as string);
  return (
    <>
      {parts.length === 0 && <p>{t("new.nothing")}</p>}
      <Checks
        label={t("new.goes")}
        values={parts.filter((category) => !child.stays.includes(category))}
        options={parts.map((category) => ({ value: category, label: capital(word("Category", category)) }))}
        onChange={(goes) => page.putChild(at, { stays: [...child.stays.filter((category) => !parts.includes(category)), ...parts.filter((category) => !goes.includes(category))] })}
      />
      <DocumentText of="Referral" value={referralOf(written, child)} />
      {parts.length > 0 && written.kind !== "consult" && <LaterAccess page={page} at={at} />}
    </>
  );
}

export function Seen(page: Page) {
  const { t } = useWords();
  const { written } = page;
  const childName = useChildName(written);
  const stay = childAnswersThatStay(written);
  return (
    <>
      {(stay > 0 || written.children.some((child) => child.stays.length > 0)) && (
        <Alert kind="info" title={stay > 0 ? t("new.child-stays", { n: stay }) : t("new.stays")}>
          <p>{t("new.stays.text")}</p>
        </Alert>
      )}
      {written.children.map((_, at) => (
        <section key={at} aria-label={written.children.length > 1 ? childName(at) : undefined}>
          {written.children.length > 1 && <h2>{childName(at)}</h2>}
          <SeenOf page={page} at={at} />
        </section>
      ))}
    </>
  );
}
