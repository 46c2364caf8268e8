// May a parent see this later? Advice for the recipient, part by part; and what a parent who asks would get by it.
import { useState } from "preact/hooks";
import type { ReleaseRisk, ReleaseRisk_Advice } from "../../../generated/interface";
import { Button } from "../../parts/common";
import { Choice, TextField } from "../../parts/fields";
import type { Value } from "../../parts/value";
import { capital, useWords } from "../../words";
import type { Page } from "./page";
import { categories, type Child, isShared, referralOf } from "./written";

// Where nobody chooses, the sender is asked first.
const kAskFirst = ["childVoice", "safety", "authority", "network"];
const kAdvice: ReleaseRisk_Advice[] = ["none", "consult-sender", "withhold-from"];

function riskOf(part: string, said: unknown): ReleaseRisk {
  return (said as { releaseRisk?: ReleaseRisk }).releaseRisk ?? { advice: kAskFirst.includes(part) ? "consult-sender" : "none" };
}

export function LaterAccess({ page, at }: { page: Page; at: number }) {
  const { t, word } = useWords();
  const [shown, setShown] = useState(false);
  const { written } = page;
  const child = written.children[at] as Child;
  const said = referralOf(written, child);
  const parts = categories.filter(([part]) => said[part] !== undefined && part !== "routing");
  const name = (category: string) => capital(word("Category", category));
  const put = (part: string, releaseRisk: ReleaseRisk) => {
    const before = ((isShared(part) ? written.shared : child.own)[part] as Value | undefined) ?? {};
    const next = { ...before, releaseRisk };
    if (isShared(part)) page.put({ shared: { ...written.shared, [part]: next } });
    else page.putChild(at, { own: { ...child.own, [part]: next } });
  };
  const which = (advice: ReleaseRisk_Advice) => parts.filter(([part]) => riskOf(part, said[part]).advice === advice);
  return (
    <details class="part">
      <summary>{t("new.later")}</summary>
      {parts.map(([part, category]) => {
        const risk = riskOf(part, said[part]);
        return (
          <div key={part}>
            <Choice
              label={name(category)}
              value={risk.advice ?? "none"}
              options={kAdvice.map((one) => ({ value: one, label: t(`new.later.${one}`) }))}
              onChoose={(advice) => put(part, { advice: advice as ReleaseRisk_Advice })}
            />
            {risk.advice === "withhold-from" && (
              <TextField label={t("new.later.role", { what: name(category).toLowerCase() })} value={risk.withholdFromRole ?? ""} onInput={(withholdFromRole) => put(part, { advice: "withhold-from", withholdFromRole })} />
            )}
          </div>
        );
      })}
      <Button onClick={() => setShown(!shown)}>{t("new.later.ask")}</Button>
      {shown && (
        <div role="status">
          <ul>
            {which("none").map(([, category]) => (
              <li key={category}>{t("new.later.gets", { what: name(category) })}</li>
            ))}
            {which("consult-sender").map(([, category]) => (
              <li key={category}>{t("new.later.first", { what: name(category) })}</li>
            ))}
            {which("withhold-from").map(([part, category]) => (
              <li key={category}>{t("new.later.never", { what: name(category), role: riskOf(part, said[part]).withholdFromRole || "…" })}</li>
            ))}
          </ul>
          <p class="muted">{t("new.later.estimate")}</p>
        </div>
      )}
    </details>
  );
}
