// What the rules say of a draft, and sending it: nothing is registered before everything may go.
import { useEffect, useState } from "preact/hooks";
import type { Checked, Finding } from "../../generated/interface";
import { call, Problem } from "../api";
import { Alert, Button, Trouble } from "../parts/common";
import { DocumentText } from "../parts/document";
import { go } from "../route";
import { capital, useWords } from "../words";
import { grantOf, referralOf, type Written } from "./draft";
import { Findings, type Tell } from "./step";

export interface Page {
  id: string;
  written: Written;
  put: (change: Partial<Written>) => void;
}

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
export function useVerdict(written: Written): { said?: Checked; problem?: Problem } {
  const [state, setState] = useState<{ said?: Checked; problem?: Problem }>({});
  const draft = JSON.stringify(grantOf(written));
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

// Registers the consent once; one that was registered for another draft of this is stopped.
async function register(id: string, written: Written, put: (change: Partial<Written>) => void): Promise<string> {
  const draft = JSON.stringify(grantOf(written));
  if (written.registered?.draft === draft) return written.registered.grantId;
  if (written.registered) await call("grants.withdraw", { grantId: written.registered.grantId }).catch(() => undefined);
  const { grantId = "" } = await call("grants.register", { draft: JSON.parse(draft), operation: id + "-" + (await fingerprint(draft)) });
  put({ registered: { draft, grantId } });
  return grantId;
}

export function Check({ id, written, put, tell, lock }: Page & { tell: Tell; lock: (busy: boolean) => void }) {
  const { t } = useWords();
  const [said, setSaid] = useState<Checked>();
  const [problem, setProblem] = useState<Problem>();
  const [waits, setWaits] = useState(false);
  const [busy, setBusy] = useState(false);
  const referral = referralOf(written);
  const grant = grantOf(written);
  const recipient = written.route?.organisations?.find((one) => one.org === grant.recipient);
  useEffect(() => {
    call("grants.check", { draft: grant, referral }).then(setSaid, setProblem);
  }, []);
  const create = async (grantId: string, findings: Finding[]) => {
    try {
      const sent = await call("referrals.create", {
        referral,
        grantId,
        externalId: referral["identity"] ? written.ownNumber : "",
        reasons: findings.filter((finding) => !finding.informs).map((finding) => ({ pointer: finding.pointer ?? "", text: written.reasons[finding.pointer ?? ""] ?? "" })),
      });
      // It is sent: whatever fails from here on, the page says so.
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      const page = await call("numbered-referrals.show", { number: sent.referralId ?? "" }).catch(() => undefined);
      const number = page?.about?.number;
      // Who sent it has it in hand.
      if (number) await call("assignments.take", { number }).catch(() => undefined);
      const path = number ? "/verwijzing/" + number : "/verwijzingen";
      tell(path, "ok", number ? t("referral.sent", { number }) : t("referral.sent-plain"));
      go(path, true);
    } catch (caught) {
      const kept = caught instanceof Problem && (caught.code === "queued" || caught.code === "perhaps-sent");
      if (!kept) throw caught;
      // The house keeps it and sends it; the draft has done its work.
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      tell("/werkvoorraad", "warning", t(caught.code === "queued" ? "referral.queued" : "referral.perhaps"));
      go("/werkvoorraad", true);
    }
  };
  const send = async () => {
    if (busy) return;
    setBusy(true);
    lock(true);
    setProblem(undefined);
    setWaits(false);
    try {
      const before = await call("grants.check", { draft: grant, referral });
      setSaid(before);
      if (!before.allowed || unanswered(shownFindings(before), written).length > 0) return;
      const grantId = await register(id, written, put).catch((caught: Problem) => {
        if (caught.code !== "queued") throw caught;
        setWaits(true);
        return "";
      });
      if (!grantId) return;
      const checked = await call("referrals.check", { referral, grantId });
      setSaid({ ...checked, routes: [] });
      if (unanswered(checked.findings ?? [], written).length === 0) await create(grantId, checked.findings ?? []);
    } catch (caught) {
      setProblem(caught as Problem);
    } finally {
      setBusy(false);
      lock(false);
    }
  };
  return (
    <>
      <dl class="document">
        <div>
          <dt>{t("new.to")}</dt>
          <dd>{recipient?.title || t("new.no-recipient")}</dd>
        </div>
      </dl>
      <Trouble problem={problem} />
      {waits && <Alert kind="warning" title={t("new.not-taken")} />}
      {said && !said.allowed && <Verdict said={said} />}
      <Findings findings={shownFindings(said)} reasons={written.reasons} onReason={(pointer, reason) => put({ reasons: { ...written.reasons, [pointer]: reason } })} />
      <DocumentText of="Referral" value={referral} />
      {recipient && (
        <Button main busy={busy} onClick={send}>
          {t("new.send")}
        </Button>
      )}
    </>
  );
}

// Consent that was asked again: the referral goes on under it.
export function Renew({ id, written, put, tell, lock }: Page & { tell: Tell; lock: (busy: boolean) => void }) {
  const { t, word } = useWords();
  const verdict = useVerdict(written);
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
      const grantId = await register(id, written, put);
      await call("referrals.renew", { referralId: renews.referralId, grantId });
      await call("drafts.remove", { draft: id }).catch(() => undefined);
      tell(path, "ok", t("renew.done"));
      go(path, true);
    } catch (caught) {
      if ((caught as Problem).code === "queued") setWaits(true);
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
