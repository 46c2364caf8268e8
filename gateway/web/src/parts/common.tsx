// Small things that every page has.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api";
import { go } from "../route";
import { type Key, useWords } from "../words";

export function Link({ to, children, className }: { to: string; children: ComponentChildren; className?: string }) {
  return (
    <a
      class={"utrecht-link " + (className ?? "")}
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

export function Button(props: {
  children: ComponentChildren;
  onClick?: () => void;
  main?: boolean;
  submit?: boolean;
  danger?: boolean;
  busy?: boolean;
  label?: string;
}) {
  const look = props.danger ? "utrecht-button--primary-action utrecht-button--danger" : props.main || props.submit ? "utrecht-button--primary-action" : "utrecht-button--secondary-action";
  return (
    <button
      class={"utrecht-button " + look}
      type={props.submit ? "submit" : "button"}
      onClick={props.onClick}
      aria-disabled={props.busy ? "true" : undefined}
      aria-label={props.label}
    >
      {props.children}
    </button>
  );
}

// The heading of a page: takes the focus, and names the window.
export function Title({ children, sub }: { children: string; sub?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { t } = useWords();
  useEffect(() => {
    document.title = children.replace(/ V-.*/, "") + " - " + t("name");
    heading.current?.focus();
  }, [children]);
  return (
    <header class="title">
      <h1 tabIndex={-1} ref={heading}>
        {children.split(/(V-\S+)/).map((part) => (part.startsWith("V-") ? <span class="number">{part}</span> : part))}
      </h1>
      {sub && <p class="muted">{sub}</p>}
    </header>
  );
}

export function Alert({ kind, title, children }: { kind: "info" | "ok" | "warning" | "error"; title?: string; children?: ComponentChildren }) {
  return (
    <div class={"utrecht-alert utrecht-alert--" + kind} role={kind === "error" ? "alert" : "status"}>
      <div class="utrecht-alert__content">
        <div class="utrecht-alert__message">
          {title && <strong>{title}</strong>}
          {children}
        </div>
      </div>
    </div>
  );
}

// What no gateway said.
const kOwn: Record<string, Key> = { "no-connection": "error.no-connection", "passkey-stopped": "error.passkey-stopped", "not-saved": "error.not-saved" };

export function Trouble({ problem, again }: { problem: Problem | undefined; again?: () => void }) {
  const { t } = useWords();
  if (!problem) return null;
  return (
    <Alert kind="error" title={problem.title || t(kOwn[problem.code] ?? "error.none")}>
      {problem.detail && <p>{problem.detail}</p>}
      {again && <Button onClick={again}>{t("retry")}</Button>}
    </Alert>
  );
}

// In the place of a page that could not be read: with a heading, as every page.
export function Failed({ problem, again }: { problem: Problem; again?: () => void }) {
  const { t } = useWords();
  return (
    <>
      <Title>{t(problem.status === 404 ? "not-found.title" : "error.none")}</Title>
      <Trouble problem={problem} {...(again ? { again } : {})} />
    </>
  );
}

export function Loading() {
  const { t } = useWords();
  return <p class="muted late-shown">{t("loading")}…</p>;
}
