// What a page shows, read again when something changed in the house; no read waits for the broker.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, Problem } from "./api";

const kLookEvery = 5_000;
const kReadEvery = 60_000; // times on a page go on when nothing happens
const listeners = new Set<() => void>();
let seen: number | undefined;

async function look(): Promise<void> {
  if (document.hidden || listeners.size === 0) return;
  try {
    const { changes = 0 } = await call("changes");
    if (seen !== undefined && changes !== seen) listeners.forEach((tell) => tell());
    seen = changes;
  } catch {
    // The page itself says so when it reads.
  }
}
setInterval(look, kLookEvery);
setInterval(() => document.hidden || listeners.forEach((tell) => tell()), kReadEvery);

export interface Loaded<T> {
  value?: T;
  problem?: Problem;
  again: () => void;
}

export function useLoaded<T>(read: () => Promise<T>, about: unknown[] = []): Loaded<T> {
  const [state, setState] = useState<{ value?: T; problem?: Problem }>({});
  const turn = useRef(0);
  const again = useCallback(() => {
    const mine = ++turn.current;
    read().then(
      (value) => mine === turn.current && setState({ value }),
      (problem: Problem) => mine === turn.current && setState((before) => ({ ...before, problem })),
    );
  }, about);
  useEffect(() => {
    again();
    listeners.add(again);
    return () => {
      ++turn.current;
      listeners.delete(again);
    };
  }, [again]);
  return { ...state, again };
}
