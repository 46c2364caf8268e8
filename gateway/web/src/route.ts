// Addresses are real: a reload anywhere shows the same page. They say nothing of people.
import { useEffect, useState } from "preact/hooks";

const listeners = new Set<() => void>();

export function go(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  window.scrollTo(0, 0);
  listeners.forEach((tell) => tell());
}

export function usePath(): string[] {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const tell = () => setPath(location.pathname);
    listeners.add(tell);
    addEventListener("popstate", tell);
    return () => {
      listeners.delete(tell);
      removeEventListener("popstate", tell);
    };
  }, []);
  return path.split("/").filter((part) => part !== "").map(decodeURIComponent);
}
