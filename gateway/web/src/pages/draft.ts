// A referral that is being written: what the pages keep of it, saved at the gateway and nowhere else.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Category, GrantDraft, RouteAnswer } from "../../generated/interface";
import { call, Problem } from "../api";
import { trimmed, type Value } from "../parts/document";

export interface Written {
  ownNumber: string;
  ambulatory: boolean;
  municipality: string;
  route?: RouteAnswer | undefined;
  renews?: { referralId: string; number: string; title: string; outbound: Category[] }; // consent asked again, for a referral that runs
  registered?: { draft: string; grantId: string }; // the consent that was registered for it, and of what
  secret?: boolean | undefined;
  grant: Value; // a GrantDraft as far as it was filled in
  referral: Value; // a Referral as far as it was filled in
  stays: string[]; // categories that do not go
  reasons: Record<string, string>;
}

export const kEmpty: Written = {
  ownNumber: "",
  ambulatory: false,
  municipality: "",
  grant: { ground: "consent", purpose: "arrange-help", record: { answers: [{ role: "child" }, { role: "parent" }] } },
  referral: { routing: { urgency: "regulier" } },
  stays: [],
  reasons: {},
};

// A question without a name: nobody's consent is needed, and nobody is recognised.
export const kNameless: Written = { ...kEmpty, grant: { kind: "anonymous-consult", ground: "not-personal", purpose: "consult", record: {} } };
export function isConsult(written: Written | undefined): boolean {
  return written?.grant["kind"] === "anonymous-consult";
}

export type Saving = { state: "saved"; at: string } | { state: "saving" } | { state: "failed"; problem: Problem };

const kPause = 1_500;
const kAgain = 10_000;

// What could not be saved when its page went (the lock, say), for the page that comes back.
const unsavedTexts = new Map<string, Written>();
const open = new Set<() => Promise<boolean>>();
export async function saveEverything(): Promise<void> {
  await Promise.all([...open].map((save) => save()));
}
export function forgetEverything(): void {
  unsavedTexts.clear();
}

export function useDraft(id: string) {
  const [written, setWritten] = useState<Written>();
  const [saving, setSaving] = useState<Saving>();
  const [problem, setProblem] = useState<Problem>();
  const version = useRef(0);
  const newest = useRef<Written | undefined>(undefined);
  const timer = useRef<number | undefined>(undefined);
  const unsaved = useRef(false);
  const gone = useRef(false);
  const lastSent = useRef("");
  const sentBefore = useRef("");
  const turns = useRef<Promise<boolean>>(Promise.resolve(true));
  useEffect(() => {
    call("drafts.show", { draft: id }).then((kept) => {
      version.current = kept.version ?? 0;
      const handed = unsavedTexts.get(id);
      unsavedTexts.delete(id);
      newest.current = handed ?? (JSON.parse(kept.body ?? "{}") as Written);
      setWritten(newest.current);
      setSaving({ state: "saved", at: kept.saved ?? "" });
      if (handed) void save();
    }, setProblem);
    const whole = () => (unsaved.current ? save() : Promise.resolve(true));
    open.add(whole);
    return () => {
      // Leaving before the pause is over loses nothing.
      open.delete(whole);
      clearTimeout(timer.current);
      gone.current = true;
      if (unsaved.current && newest.current) {
        unsavedTexts.set(id, newest.current);
        void save().then((saved) => saved && unsavedTexts.delete(id));
      }
    };
  }, [id]);
  const saveNow = async (): Promise<boolean> => {
    if (!newest.current) return false;
    const body = JSON.stringify(newest.current);
    unsaved.current = false;
    setSaving({ state: "saving" });
    try {
      const before = lastSent.current;
      lastSent.current = body;
      sentBefore.current = before;
      const kept = await call("drafts.save", { draft: id, version: version.current, body });
      version.current = kept.version ?? 0;
      setSaving({ state: "saved", at: kept.saved ?? "" });
      return true;
    } catch (failed) {
      const problem = failed as Problem;
      unsaved.current = true;
      // A save whose answer was lost: what is kept is what was sent.
      if (problem.code === "stale") {
        const kept = await call("drafts.show", { draft: id }).catch(() => undefined);
        if (kept?.body === sentBefore.current || kept?.body === body) {
          version.current = kept.version ?? 0;
          return saveNow();
        }
      }
      setSaving({ state: "failed", problem });
      // No connection, say: what is written is tried again. Who was overtaken chooses.
      if (problem.status === 0 || problem.status >= 500) if (!gone.current) timer.current = window.setTimeout(() => void save(), kAgain);
      return false;
    }
  };
  // One after the other: each is saved over the version that the one before made.
  const save = useCallback((): Promise<boolean> => {
    clearTimeout(timer.current);
    turns.current = turns.current.then(saveNow);
    return turns.current;
  }, [id]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsaved.current) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  const put = useCallback(
    (change: Partial<Written>) => {
      if (!newest.current) return;
      newest.current = { ...newest.current, ...change };
      unsaved.current = true;
      setWritten(newest.current);
      setSaving({ state: "saving" });
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void save(), kPause);
    },
    [save],
  );
  return { written, put, save, saving, problem };
}

const kCategoryOf: [string, Category][] = [
  ["routing", "routing"], ["identity", "identity"], ["authority", "authority"], ["careNeed", "care-need"], ["childVoice", "child-voice"],
  ["safety", "safety"], ["practical", "practical"], ["school", "school"], ["health", "health"], ["network", "network"],
];
export const categories = kCategoryOf;

// What goes: parts that say something and were not kept here, and of what the child says only the
// answers with the child's yes.
export function referralOf(written: Written): Value {
  const voice = written.referral["childVoice"] as { answers?: { childAgreesToShare?: boolean }[] } | undefined;
  const answers = (voice?.answers ?? []).filter((one) => one.childAgreesToShare === true);
  const whole = trimmed({
    ...written.referral,
    childVoice: answers.length > 0 ? { ...voice, answers } : undefined,
    routing: {
      ...(written.referral["routing"] as Value),
      responsibleMunicipality: written.route?.municipality,
      setting: written.ambulatory ? "ambulatory" : "residential",
      secretAddress: written.secret,
    },
    identity: { ...(written.referral["identity"] as Value), referralNumber: written.ownNumber },
  }) as Value;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !written.stays.includes(categories.find(([field]) => field === name)?.[1] ?? "")));
}

export function grantOf(written: Written): GrantDraft {
  const referral = referralOf(written);
  const outbound = written.renews?.outbound ?? categories.filter(([field]) => referral[field] !== undefined).map(([, category]) => category);
  const record = (written.grant["record"] as Value) ?? {};
  if (isConsult(written)) return { ...(trimmed({ ...written.grant, outbound, secretAddress: written.secret }) as GrantDraft), record: {} };
  const answers = ((record["answers"] as Value[]) ?? []).filter((answer) => answer["answer"]);
  return trimmed({ ...written.grant, outbound, secretAddress: written.secret, record: { ...record, answers } }) as GrantDraft;
}

export function childAnswersThatStay(written: Written): number {
  const voice = written.referral["childVoice"] as { answers?: { answer?: string; childAgreesToShare?: boolean }[] } | undefined;
  return (voice?.answers ?? []).filter((one) => one.answer && one.childAgreesToShare !== true).length;
}
