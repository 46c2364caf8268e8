// One step of a referral, as a short page.
import { useContext, useState } from "preact/hooks";
import type { Finding, ReferralPage, Referral, Step, Update } from "../../generated/interface";
import { call, Problem } from "../api";
import { Button, Failed, Link, Loading, Title, Trouble } from "../parts/common";
import { DocumentForm, named } from "../parts/document";
import { trimmed, type Value } from "../parts/value";
import { Checks, Choice } from "../parts/fields";
import { Findings } from "../parts/findings";
import { useLoaded, useLoadedOnce } from "../live";
import { Me } from "../me";
import { go } from "../route";
import type { Tell } from "../tell";
import { keep, keptOf, letGo } from "../unsaved";
import { type Key, useWords } from "../words";

// Which fields of an Update each step shows; provide-info asks for parts of the referral itself.
const kFields: Partial<Record<Step, (keyof Update)[]>> = {
  accept: ["decision", "reason", "message"],
  decline: ["declineReason", "responsibleMunicipality", "reason"],
  "request-info": ["infoWanted", "message"],
  waitlist: ["expectedWait", "message"],
  "plan-handover": ["handoverDate", "handoverRoles", "message"],
  start: ["message"],
  pause: ["until", "reason"],
  resume: ["message"],
  complete: ["outcomes", "noOutcomesReason", "childsView", "message"],
  "not-started": ["notStartedReason", "reason"],
  redirect: ["reason"],
  update: ["progress", "message"],
  withdraw: ["withdrawReason", "reason"],
  "stay-ended": [],
  "access-requested": ["accessRequestedBy", "message"],
  "access-answered": ["accessDecision", "accessDecidedBy", "reason"],
};

// Organisations that may fit better: out of the directory, and neither of these two.
function Better({ value, with: partner, onChange }: { value: Value; with: string; onChange: (value: Value) => void }) {
  const { t } = useWords();
  const list = useLoadedOnce(() => call("directory.list"));
  const me = useContext(Me);
  const others = (list.value?.organisations ?? []).filter((one) => one.org !== partner && one.org !== me?.org && one.kind !== "oversight");
  return (
    <>
      <Trouble problem={list.problem} again={list.again} />
      <Checks
        label={t("step.redirect.to")}
        values={(value["betterOrganisations"] as string[] | undefined) ?? []}
        options={others.map((one) => ({ value: one.org ?? "", label: one.title || (one.org ?? "") }))}
        onChange={(chosen) => onChange({ ...value, betterOrganisations: chosen })}
      />
    </>
  );
}

// Whoever received a referral may always say how it goes; the referrer where the consent names that.
export function mayWrite(page: ReferralPage): boolean {
  const row = page.about?.referral;
  const stopped = (row?.sharingStopped ?? []).some((stop) => (stop.categories ?? []).length === 0 || stop.categories?.includes("update"));
  return row?.role !== "referrer" || (!stopped && (row.categories ?? []).includes("update"));
}

function Form({ page, step, number, tell }: { page: ReferralPage; step: Step; number: string; tell: Tell }) {
  const { t, language } = useWords();
  const path = "/verwijzing/" + number;
  const here = path + "/" + step;
  const [value, setValueHere] = useState<Value>(keptOf(here) ?? {});
  const setValue = (next: Value) => {
    keep(here, next);
    setValueHere(next);
  };
  const [sharing, setSharing] = useState("");
  const [findings, setFindings] = useState<Finding[]>([]);
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const row = page.about?.referral ?? {};
  const title = t(("step." + step) as Key);
  const givesParts = step === "provide-info";
  const fields = mayWrite(page) ? ((kFields[step] ?? ["message"]) as string[]) : [];
  const asksSharing = step === "withdraw" && !["sent", "delivered", "in-review", "info-requested"].includes(row.state ?? "");
  // The next thing that waits for this person, after what happened here is said.
  const done = async (kind: "ok" | "warning", said: string, goesOn: boolean) => {
    letGo(here);
    const list = goesOn ? await call("work-items.list").catch(() => undefined) : undefined;
    const next = list?.items?.find((item) => item.number && item.number !== number && item.group !== "waiting" && (!item.holder || item.holder.you));
    const to = !goesOn ? path : next ? "/verwijzing/" + next.number : "/werkvoorraad";
    tell(to, kind, goesOn ? `${number}: ${said}` : said);
    go(to);
  };
  const submit = async (event: Event | undefined, goesOn = false) => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    const said = trimmed(value) as Value | undefined;
    const content = givesParts ? { sections: said as Referral } : said ? { update: said as Update } : {};
    try {
      const checked = said ? await call("referrals.check", { referralId: row.referralId ?? "", ...(givesParts ? { referral: said as Referral } : { update: said as Update }) }) : { findings: [] };
      setFindings(checked.findings ?? []);
      const asked = (checked.findings ?? []).filter((finding) => !finding.informs);
      const open = asked.filter((finding) => finding.blocks || !reasons[finding.pointer ?? ""]?.trim());
      if (open.length > 0) return;
      await call("referrals.reply", {
        referralId: row.referralId ?? "",
        step,
        ...content,
        ...(asksSharing ? { sharing } : {}),
        reasons: asked.map((finding) => ({ pointer: finding.pointer ?? "", text: reasons[finding.pointer ?? ""] ?? "" })),
      });
      await done("ok", t("referral.done", { what: title.toLowerCase() }), goesOn);
    } catch (caught) {
      if (caught instanceof Problem && (caught.code === "queued" || caught.code === "perhaps-sent"))
        await done("warning", t(caught.code === "queued" ? "referral.queued" : "referral.perhaps"), goesOn);
      else setProblem(caught as Problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => submit(event)}>
      <Trouble problem={named(problem, language)} />
      {(step === "redirect" || step === "waitlist") && <p>{t(("step." + step + ".text") as Key)}</p>}
      {!givesParts && fields.length === 0 && <p>{t("step.no-words")}</p>}
      {givesParts ? (
        <DocumentForm of="Referral" value={value} onChange={setValue} only={(row.categories ?? []).filter((one) => one !== "grant-record" && one !== "update").map((one) => one.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))} />
      ) : (
        <DocumentForm of="Update" value={value} onChange={setValue} only={fields} />
      )}
      {step === "redirect" && <Better value={value} with={row.with ?? ""} onChange={setValue} />}
      {asksSharing && (
        <Choice
          label={t("step.sharing")}
          value={sharing}
          options={[
            { value: "stop", label: t("step.sharing.stop") },
            { value: "keep", label: t("step.sharing.keep") },
          ]}
          onChoose={setSharing}
        />
      )}
      <Findings findings={findings} reasons={reasons} onReason={(pointer, reason) => setReasons({ ...reasons, [pointer]: reason })} />
      <p class="acts">
        <Button submit busy={busy}>
          {title}
        </Button>
        <Button busy={busy} onClick={() => void submit(undefined, true)}>
          {t("step.next", { what: title })}
        </Button>
        <Link to={"/verwijzing/" + number}>{t("cancel")}</Link>
      </p>
    </form>
  );
}

export function StepPage({ number, step, tell }: { number: string; step: Step; tell: Tell }) {
  const { t } = useWords();
  const loaded = useLoaded(() => call("numbered-referrals.show", { number }), [number]);
  if (!loaded.value) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  return (
    <>
      <p>
        <Link to={"/verwijzing/" + number}>
          ← {t("referral.title", { number })}
        </Link>
      </p>
      <Title sub={loaded.value.about?.referral?.title}>{t(("step." + step) as Key)}</Title>
      <Form page={loaded.value} step={step} number={number} tell={tell} />
    </>
  );
}
