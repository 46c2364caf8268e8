// What the rules say of a draft, and sending it: nothing is registered before everything may go.
import { useEffect, useState } from "preact/hooks";
import type { Checked, Finding } from "../../../generated/interface";
import { call, Problem } from "../../api";
import { Alert, Button, Trouble } from "../../parts/common";
import { DocumentText, named } from "../../parts/document";
import { Findings } from "../../parts/findings";
import { go } from "../../route";
import { capital, useWords } from "../../words";
import type { Tell } from "../../tell";
import type { Page } from "./page";
import { hasCalled, isClosed, isCrisis, recipientOf, useChildName } from "./where";
import { type Child, childAt, externalIdOf, grantOf, inTheWhole, referralOf, siblingsOf, type Written } from "./written";

export function Verdict({ said }: { said: Checked | undefined }) {
  const { t, language } = useWords();
  if (!said) return null;
  const sentence = (one: { sentenceNl?: string; sentenceEn?: string; id?: string }) => (language === "nl" ? one.sentenceNl : one.sentenceEn) ?? one.id ?? "";
  return (
    <Alert kind={said.allowed ? "ok" : "warning"} title={t(said.allowed ? "new.verdict.yes" : "new.verdict.no")}>
      <ul>
        {[...new Set((said.findings ?? []).map(sentence))].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {(said.routes ?? []).length > 0 && (
        <>
          <p>{t("new.routes")}</p>
          <ol>
            {(said.routes ?? []).map((route) => (
              <li key={route.id}>{sentence(route)}</li>
            ))}
          </ol>
          <p class="muted">{t("new.advice")}</p>
        </>
      )}
    </Alert>
  );
}

// What the rules say of the draft, a moment after the last change.
export function useVerdict(written: Written, child: Child): { said?: Checked; problem?: Problem } {
  const [state, setState] = useState<{ said?: Checked; problem?: Problem }>({});
  const draft = JSON.stringify(grantOf(written, child));
  useEffect(() => {
    let on = true;
    const timer = setTimeout(() => {
      call("grants.check", { draft: JSON.parse(draft) }).then(
        (said) => on && setState({ said }),
        (problem: Problem) => on && setState({ problem }),
      );
    }, 400);
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }, [draft]);
  return state;
}

// By which a registered consent is known again: another draft is another consent.
async function fingerprint(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unanswered(findings: Finding[], written: Written): Finding[] {
  return findings.filter((finding) => !finding.informs && (finding.blocks || !written.reasons[finding.pointer ?? ""]?.trim()));
}

// Registers each child's consent once; one that was registered for another draft of it is stopped.
// What is queued begins its detail with its id, in every language.
const kQueued = /^[0-9a-f]{32}/;

async function register({ id, written, putChild }: Page): Promise<string[]> {
  const grants = [];
  for (const [at, child] of written.children.entries()) {
    const draft = JSON.stringify(grantOf(written, child));
    if (child.registered?.draft === draft) {
      grants.push(child.registered.grantId);
      continue;
    }
    if (child.registered) await call("grants.withdraw", { grantId: child.registered.grantId }).catch(() => undefined);
    const place = at === 0 ? "" : "-" + at;
    const operation = id + place + "-" + (await fingerprint(draft));
    const { grantId = "" } = await call("grants.register", { draft: JSON.parse(draft), operation }).catch((caught: Problem) => {
      const kept = kQueued.exec(caught.code === "queued" ? caught.detail : "");
      if (!kept) throw caught;
      return { grantId: kept[0] }; // it waits, and so does what goes under it
    });
    putChild(at, { registered: { draft, grantId } });
    grants.push(grantId);
  }
  return grants;
}

// What the rules say before any consent is registered.
async function checkAll(written: Written): Promise<Checked> {
  const all = await Promise.all(written.children.map((child) => call("grants.check", { draft: grantOf(written, child), referral: referralOf(written, child) })));
  const findings = all.flatMap((one, at) => shownFindings(one).map((finding) => inTheWhole(written, at, finding)));
  const first = all.find((one) => !one.allowed);
  return { ...first, allowed: first === undefined, findings: findings.filter((one, at) => findings.findIndex((other) => other.pointer === one.pointer && other.id === one.id) === at) };
}

function checkRegistered(written: Written, grants: string[]): Promise<Checked> {
  const [child] = written.children as [Child];
  return call("referrals.check", grants.length > 1 ? { siblings: siblingsOf(written, grants) } : { referral: referralOf(written, child), grantId: grants[0] ?? "" });
}

// The ids of the referrals that went.
async function dispatch(written: Written, grants: string[], findings: Finding[]): Promise<string[]> {
  const reasons = findings.filter((finding) => !finding.informs).map((finding) => ({ pointer: finding.pointer ?? "", text: written.reasons[finding.pointer ?? ""] ?? "" }));
  const [child] = written.children as [Child];
  const sent =
    grants.length > 1
      ? (await call("referrals.siblings", { siblings: siblingsOf(written, grants), reasons })).sent
      : [await call("referrals.create", { referral: referralOf(written, child), grantId: grants[0] ?? "", externalId: externalIdOf(written, child), linked: written.follows?.referralId ?? "", reasons })];
  return (sent ?? []).map((one) => one.referralId ?? "");
}

// Who sent it has it in hand. Whatever fails here, it is sent.
async function takeInHand(referrals: string[]): Promise<{ number: string; readBy: string }[]> {
  const taken = [];
  for (const referral of referrals) {
    const page = await call("numbered-referrals.show", { number: referral }).catch(() => undefined);
    const number = page?.about?.number;
    if (!number) continue;
    await call("assignments.take", { number }).catch(() => undefined);
    taken.push({ number, readBy: page.about?.referral?.respondBy ?? "" });
  }
  return taken;
}

export function Check({ tell, lock, ...page }: Page & { tell: Tell; lock: (busy: boolean) => void }) {
  const { t, moment, language } = useWords();
  const { id, written, put } = page;
  const childName = useChildName(written);
  const [said, setSaid] = useState<Checked>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [callFirst, setCallFirst] = useState(false);
  const recipient = recipientOf(written);
  const many = written.children.length > 1;
  useEffect(() => {
    checkAll(written).then(setSaid, setProblem);
  }, []);
  const leave = (path: string, kind: "ok" | "warning", text: string) => {
    tell(path, kind, text);
    go(path, true);
  };
  const receipt = (taken: { number: string; readBy: string }[]): string => {
    const [first] = taken;
    if (!first) return t("referral.sent-plain");
    if (written.kind === "crisis" && first.readBy) return t("referral.sent-crisis", { number: first.number, title: recipient?.title ?? "", when: moment(first.readBy) });
    return many ? t("referral.sent-many", { n: taken.length, numbers: taken.map((one) => one.number).join(", ") }) : t("referral.sent", { number: first.number });
  };
  const create = async (grants: string[], findings: Finding[]) => {
    try {
      const sent = await dispatch(written, grants, findings);
      // It is sent: whatever fails from here on, the page says so.
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      const taken = await takeInHand(sent);
      leave(taken[0] ? "/verwijzing/" + taken[0].number : "/verwijzingen", "ok", receipt(taken));
    } catch (caught) {
      const kept = caught instanceof Problem && (caught.code === "queued" || caught.code === "perhaps-sent");
      if (!kept) throw caught;
      // The house keeps it and sends it; the draft has done its work.
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      leave("/werkvoorraad", "warning", t(many ? "referral.queued-many" : caught.code === "queued" ? "referral.queued" : "referral.perhaps"));
    }
  };
  const send = async () => {
    if (busy) return;
    const mustCall = isCrisis(written) && recipient !== undefined && isClosed(recipient) && !hasCalled(written);
    setCallFirst(mustCall);
    if (mustCall) return;
    setBusy(true);
    lock(true);
    setProblem(undefined);
    try {
      const before = await checkAll(written);
      setSaid(before);
      if (!before.allowed || unanswered(before.findings ?? [], written).length > 0) return;
      const grants = await register(page);
      const checked = await checkRegistered(written, grants);
      setSaid({ ...checked, routes: [] });
      if (unanswered(checked.findings ?? [], written).length === 0) await create(grants, checked.findings ?? []);
    } catch (caught) {
      setProblem(caught as Problem);
    } finally {
      setBusy(false);
      lock(false);
    }
  };
  const whose = (pointer: string) => {
    const at = childAt(pointer);
    return at === undefined ? "" : childName(at);
  };
  return (
    <>
      <dl class="document">
        <div>
          <dt>{t("new.to")}</dt>
          <dd>{recipient?.title || t("new.no-recipient")}</dd>
        </div>
      </dl>
      <Trouble problem={named(problem, language)} />
      {callFirst && <Alert kind="error" title={t("new.crisis.call")} />}
      {said && !said.allowed && <Verdict said={said} />}
      <Findings findings={shownFindings(said)} reasons={written.reasons} whose={whose} onReason={(pointer, reason) => put((now) => ({ reasons: { ...now.reasons, [pointer]: reason } }))} />
      {written.children.map((child, at) => (
        <section key={at} aria-label={many ? childName(at) : undefined}>
          {many && <h2>{childName(at)}</h2>}
          <DocumentText of="Referral" value={referralOf(written, child)} />
        </section>
      ))}
      {recipient && (
        <Button main busy={busy} onClick={send}>
          {many ? t("new.send-many", { n: written.children.length }) : t("new.send")}
        </Button>
      )}
    </>
  );
}

// Consent that was asked again: the referral goes on under it.
export function Renew({ tell, lock, ...page }: Page & { tell: Tell; lock: (busy: boolean) => void }) {
  const { t, word } = useWords();
  const { id, written } = page;
  const verdict = useVerdict(written, written.children[0] as Child);
  const [problem, setProblem] = useState<Problem>();
  const [waits, setWaits] = useState(false);
  const renews = written.renews;
  if (!renews) return null;
  const path = "/verwijzing/" + renews.number;
  const renew = async () => {
    lock(true);
    setProblem(undefined);
    setWaits(false);
    try {
      const grants = await register(page);
      const kept = await call("referrals.renew", { referralId: renews.referralId, grantId: grants[0] ?? "" }).then(
        () => undefined,
        (caught: Problem) => {
          if (caught.code !== "queued" && caught.code !== "perhaps-sent") throw caught;
          return caught.code;
        },
      );
      // Sent, or kept by the house, which sends it: the draft has done its work.
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      tell(path, kept ? "warning" : "ok", t(kept === "queued" ? "referral.queued" : kept ? "referral.perhaps" : "renew.done"));
      go(path, true);
    } catch (caught) {
      // A renewal does not wait; the draft does.
      if (caught instanceof Problem && (caught.code === "broker-unreachable" || caught.code === "busy")) setWaits(true);
      else setProblem(caught as Problem);
    } finally {
      lock(false);
    }
  };
  return (
    <>
      <p>{t("renew.text", { title: renews.title, number: renews.number })}</p>
      <ul>
        {renews.outbound.map((category) => (
          <li key={category}>{capital(word("Category", category))}</li>
        ))}
      </ul>
      <Trouble problem={problem ?? verdict.problem} />
      {waits && <Alert kind="warning" title={t("new.not-taken")} />}
      <Verdict said={verdict.said} />
      {verdict.said?.allowed && (
        <Button main onClick={renew}>
          {t("renew.send")}
        </Button>
      )}
    </>
  );
}

// Of the document; what the rules say of the consent stands in the verdict.
function shownFindings(said: Checked | undefined): Finding[] {
  return (said?.findings ?? []).filter((finding) => finding.pointer?.startsWith("/") && !/^\/(record|recipient|ground|outbound|birthDate)/.test(finding.pointer));
}
