// What is being written, saved at the gateway and nowhere else.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, type Problem } from "../../api";
import { keep, keptOf, letGo, saveBeforeLeaving } from "../../unsaved";
import { read, type Written } from "./written";

// What changes, or how it follows from what is there.
export type Change = Partial<Written> | ((before: Written) => Partial<Written>);
export type Saving = { state: "saved"; at: string } | { state: "saving" } | { state: "failed"; problem: Problem };

const kPause = 1_500;
const kAgain = 10_000;

// What could not be saved when its page went, and over which version it was written.
interface Kept {
  written: Written;
  version: number;
}

// Another window saved over the version that this one writes on.
export interface Conflict {
  other: Written;
  version: number;
}

export function useDraft(id: string) {
  const [written, setWritten] = useState<Written>();
  const [conflict, setConflict] = useState<Conflict>();
  const [saving, setSaving] = useState<Saving>();
  const [problem, setProblem] = useState<Problem>();
  const version = useRef(0);
  const newest = useRef<Written | undefined>(undefined);
  const timer = useRef<number | undefined>(undefined);
  const unsaved = useRef(false); // something was written that no answer has confirmed yet
  const gone = useRef(false);
  const lastSent = useRef("");
  const sentBefore = useRef("");
  const turns = useRef<Promise<boolean>>(Promise.resolve(true));
  useEffect(() => {
    call("drafts.show", { draft: id }).then((kept) => {
      version.current = kept.version ?? 0;
      const handed = keptOf<Kept>(id);
      letGo(id);
      newest.current = handed?.written ?? read(kept.body ?? "{}");
      // Over the version that it was written on: a newer one of another window is not overwritten.
      if (handed) version.current = handed.version;
      unsaved.current = handed !== undefined;
      setWritten(newest.current);
      setSaving({ state: "saved", at: kept.saved ?? "" });
      if (handed) void save();
    }, setProblem);
    const whole = () => (unsaved.current ? save() : turns.current);
    const leave = saveBeforeLeaving(whole);
    return () => {
      // Leaving before the pause is over loses nothing.
      leave();
      clearTimeout(timer.current);
      gone.current = true;
      if (unsaved.current && newest.current) {
        keep(id, { written: newest.current, version: version.current });
        void save().then((saved) => saved && letGo(id));
      }
    };
  }, [id]);
  const saveNow = async (): Promise<boolean> => {
    if (!newest.current) return false;
    const writing = newest.current;
    const body = JSON.stringify(writing);
    setSaving({ state: "saving" });
    try {
      const before = lastSent.current;
      lastSent.current = body;
      sentBefore.current = before;
      const kept = await call("drafts.save", { draft: id, version: version.current, body });
      version.current = kept.version ?? 0;
      if (newest.current === writing) unsaved.current = false;
      setSaving({ state: "saved", at: kept.saved ?? "" });
      return true;
    } catch (failed) {
      const problem = failed as Problem;
      unsaved.current = true;
      if (gone.current) keep(id, { written: newest.current, version: version.current });
      // A save whose answer was lost: what is kept is what was sent.
      if (problem.code === "stale") {
        const kept = await call("drafts.show", { draft: id }).catch(() => undefined);
        if (kept?.body === sentBefore.current || kept?.body === body) {
          version.current = kept.version ?? 0;
          return saveNow();
        }
        if (kept) setConflict({ other: read(kept.body ?? "{}"), version: kept.version ?? 0 });
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
  // Whoever writes chooses: this window's text over the other one's, or the other one's.
  const settle = useCallback(
    (mine: boolean) => {
      if (!conflict) return;
      version.current = conflict.version;
      setConflict(undefined);
      if (mine) return void save();
      newest.current = conflict.other;
      unsaved.current = false;
      setWritten(conflict.other);
      setSaving({ state: "saved", at: new Date().toISOString() });
    },
    [conflict, save],
  );
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsaved.current) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  const put = useCallback(
    (change: Change) => {
      if (!newest.current) return;
      newest.current = { ...newest.current, ...(typeof change === "function" ? change(newest.current) : change) };
      unsaved.current = true;
      setWritten(newest.current);
      setSaving({ state: "saving" });
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void save(), kPause);
    },
    [save],
  );
  return { written, put, save, saving, problem, conflict, settle };
}
