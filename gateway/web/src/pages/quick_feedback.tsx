// Feedback on many referrals in one sitting: how it goes, a sentence if there is one, the next.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Finding, WorkItem } from "../../generated/interface";
import { call, Problem } from "../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../parts/common";
import { Choice, LongText } from "../parts/fields";
import { Findings } from "../parts/findings";
import { useLoaded } from "../live";
import { keep, keptOf, letGo } from "../unsaved";
import { say, useWords } from "../words";

const kGoes = ["well", "hard", "stopped", "other"] as const;

// Where a figure is a figure.
function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "radio");
}

function One({ item, done, skip }: { item: WorkItem; done: (kind: "ok" | "warning", said: string) => void; skip: () => void }) {
  const { t } = useWords();
  const [goes, setGoes] = useState<(typeof kGoes)[number] | "">("");
  const kept = "terugkoppeling " + (item.number ?? "");
  const [sentence, setSentenceHere] = useState(keptOf<string>(kept) ?? "");
  const setSentence = (text: string) => {
    keep(kept, text);
    setSentenceHere(text);
  };
  const [findings, setFindings] = useState<Finding[]>([]);
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const number = item.number ?? "";
  const options = () => form.current?.querySelectorAll<HTMLInputElement>('input[type="radio"]') ?? [];
  useLayoutEffect(() => options()[0]?.focus(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || !goes) return;
    setBusy(true);
    setProblem(undefined);
    const update = { progress: say("nl", `quick.${goes}`) + ".", message: sentence.trim() || undefined };
    const referralId = item.referral?.referralId ?? "";
    try {
      const checked = await call("referrals.check", { referralId, update } as never);
      setFindings(checked.findings ?? []);
      const asked = (checked.findings ?? []).filter((finding) => !finding.informs);
      if (asked.some((finding) => finding.blocks || !reasons[finding.pointer ?? ""]?.trim())) return;
      await call("referrals.reply", { referralId, step: "update", update, reasons: asked.map((finding) => ({ pointer: finding.pointer ?? "", text: reasons[finding.pointer ?? ""] ?? "" })) } as never);
      letGo(kept);
      done("ok", t("quick.sent", { number }));
    } catch (caught) {
      const goes = caught instanceof Problem && (caught.code === "queued" || caught.code === "perhaps-sent");
      if (!goes) return setProblem(caught as Problem);
      letGo(kept);
      done("warning", t(caught.code === "queued" ? "referral.queued" : "referral.perhaps"));
    } finally {
      setBusy(false);
    }
  };
  // 1 to 4 choose, wherever no text is being written.
  useLayoutEffect(() => {
    const choose = (event: KeyboardEvent) => {
      const at = Number(event.key) - 1;
      const chosen = kGoes[at];
      if (!chosen || event.ctrlKey || event.altKey || event.metaKey || writes(event.target)) return;
      event.preventDefault();
      setGoes(chosen);
      options()[at]?.focus();
    };
    addEventListener("keydown", choose);
    return () => removeEventListener("keydown", choose);
  }, []);
  return (
    <form ref={form} onSubmit={save}>
      <h2>
        <Link to={"/verwijzing/" + number}>{number}</Link> {[item.title, item.referral?.ownNumber].filter(Boolean).join(" · ")}
      </h2>
      <Trouble problem={problem} />
      <Choice
        beside
        label={t("quick.goes")}
        hint={t("quick.keys")}
        value={goes}
        options={kGoes.map((one, at) => ({ value: one, label: `${at + 1} ${t(`quick.${one}`)}` }))}
        onChoose={(chosen) => setGoes(chosen as (typeof kGoes)[number])}
      />
      {goes === "stopped" && <p>{t("quick.stopped.text")}</p>}
      <LongText label={t("quick.sentence")} value={sentence} onInput={setSentence} />
      <Findings findings={findings} reasons={reasons} onReason={(pointer, reason) => setReasons({ ...reasons, [pointer]: reason })} />
      <p class="acts">
        <Button submit busy={busy}>
          {t("quick.save")}
        </Button>
        <Button onClick={skip}>{t("quick.skip")}</Button>
      </p>
    </form>
  );
}

export function QuickFeedback() {
  const { t } = useWords();
  const list = useLoaded(() => call("work-items.list"));
  const [past, setPast] = useState<string[]>([]);
  const [said, setSaid] = useState<{ kind: "ok" | "warning"; text: string }>();
  // The one that somebody is at stays, whatever comes in meanwhile.
  const [at, setAt] = useState("");
  if (!list.value && !list.problem) return <Loading />;
  const items = (list.value?.items ?? []).filter((item) => item.kind === "progress" && !past.includes(item.number ?? ""));
  const first = items.find((item) => item.number === at) ?? items[0];
  if (first?.number && first.number !== at) setAt(first.number);
  const next = (item: WorkItem, told?: { kind: "ok" | "warning"; text: string }) => {
    setSaid(told);
    setPast([...past, item.number ?? ""]);
  };
  return (
    <div class="wide-form">
      <Title sub={t("quick.left", { n: items.length })}>{t("quick.title")}</Title>
      {said && <Alert kind={said.kind} title={said.text} />}
      <Trouble problem={list.problem} again={list.again} />
      {first ? <One key={first.number} item={first} done={(kind, text) => next(first, { kind, text })} skip={() => next(first)} /> : <p>{t("quick.none")}</p>}
    </div>
  );
}
