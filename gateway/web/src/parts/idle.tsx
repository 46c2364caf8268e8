// The screen locks after some time without activity; a minute before, it asks.
import { useEffect, useRef, useState } from "preact/hooks";
import { useWords } from "../words";
import { Button } from "./common";

const kWarning = 60_000;
const kSigns = ["keydown", "pointerdown"] as const;

export function Idle({ lockAfter, lock }: { lockAfter: number; lock: () => void }) {
  const { t } = useWords();
  const [asks, setAsks] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let ask = 0;
    let end = 0;
    const active = () => {
      clearTimeout(ask);
      clearTimeout(end);
      setAsks(false);
      ask = window.setTimeout(() => setAsks(true), Math.max(0, lockAfter - kWarning));
      end = window.setTimeout(lock, lockAfter);
    };
    active();
    kSigns.forEach((kind) => addEventListener(kind, active));
    return () => {
      clearTimeout(ask);
      clearTimeout(end);
      kSigns.forEach((kind) => removeEventListener(kind, active));
    };
  }, [lockAfter]);
  useEffect(() => {
    if (asks) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asks]);
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="idle-title">
      <h2 id="idle-title">{t("idle.title")}</h2>
      <p>{t("idle.text")}</p>
      <Button main onClick={() => setAsks(false)}>
        {t("idle.stay")}
      </Button>
    </dialog>
  );
}
