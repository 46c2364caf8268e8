// What a page shows, read again when something changed in the house; no read waits for the broker.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "./api";

const kAgain = 10_000;
const kReadEvery = 60_000; // times on a page go on when nothing happens
const listeners = new Set<() => void>();
let seen: string | undefined;
let stream: EventSource | undefined;

// The gateway tells that something changed, and nothing about what. A page that nobody looks at does not listen: a browser
// opens few connections to one house.
function listen(): void {
  const wanted = !document.hidden && listeners.size > 0;
  if (!wanted) {
    stream?.close();
    stream = undefined;
  } else if (!stream || stream.readyState === EventSource.CLOSED) {
    stream = new EventSource("/api/v1/changes");
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      if (seen !== undefined && data !== seen) listeners.forEach((tell) => tell());
      seen = data;
    };
  }
}
document.addEventListener("visibilitychange", listen);
setInterval(listen, kAgain);
setInterval(() => document.hidden || listeners.forEach((tell) => tell()), kReadEvery);

export interface Loaded<T> {
  value?: T;
  problem?: Problem;
  again: () => void;
}

// What is read when somebody asks, and not each time that something changed.
export function useLoadedOnce<T>(read: () => Promise<T>, about: unknown[] = []): Loaded<T> {
  const [state, setState] = useState<{ value?: T; problem?: Problem }>({});
  const again = useCallback(() => {
    read().then(
      (value) => setState({ value }),
      (problem: Problem) => setState((before) => ({ ...before, problem })),
    );
  }, about);
  useEffect(again, [again]);
  return { ...state, again };
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
    listen();
    return () => {
      ++turn.current;
      listeners.delete(again);
    };
  }, [again]);
  return { ...state, again };
}
