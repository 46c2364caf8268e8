// A new referral, step by step; until the last button every page says that nothing was sent.
import { useState } from "preact/hooks";
import { call } from "../../api";
import { Alert, Button, Failed, Link, Loading, Title } from "../../parts/common";
import { go } from "../../route";
import { type Key, useWords } from "../../words";
import type { Tell } from "../../tell";
import { Choose } from "./conflict";
import { Crisis } from "./crisis";
import type { Page } from "./page";
import { Check, Renew } from "./send";
import { type Saving, useDraft } from "./use_draft";
import { Seen, What } from "./what";
import { Call, hasCalled, isClosed, isCrisis, recipientOf, Where } from "./where";
import { Why } from "./why";
import type { Child, Written } from "./written";

type StepName = "where" | "why" | "what" | "seen" | "check" | "renew" | "call" | "crisis";
const kSteps: Record<Written["kind"], StepName[]> = {
  referral: ["where", "why", "what", "seen", "check"],
  consult: ["where", "what", "seen", "check"],
  crisis: ["call", "crisis", "check"],
};
const kRenewal: StepName[] = ["why", "renew"];
const kAddress: Record<StepName, string> = {
  where: "waar", why: "waarom", what: "wat", seen: "ontvanger", check: "nakijken", renew: "vernieuwen", call: "bel", crisis: "crisis",
};

function Saved({ saving }: { saving: Saving | undefined }) {
  const { t, clock } = useWords();
  if (!saving) return null;
  if (saving.state === "saving") return <span>{t("new.saving")}</span>;
  if (saving.state === "saved") return <span>{t("new.saved", { time: clock(saving.at) })}</span>;
  return <strong>{saving.problem.code === "stale" ? t("new.stale") : t("new.unsaved", { why: saving.problem.title || t("error.no-connection") })}</strong>;
}

function Remove({ id }: { id: string }) {
  const { t } = useWords();
  const [sure, setSure] = useState(false);
  const remove = () => call("drafts.remove", { draft: id }).then(() => go("/nieuwe-verwijzing"));
  if (!sure) return <Button onClick={() => setSure(true)}>{t("new.remove")}</Button>;
  return (
    <span role="alert">
      {t("new.remove.sure")}{" "}
      <Button danger onClick={remove}>
        {t("new.remove.yes")}
      </Button>{" "}
      <Button onClick={() => setSure(false)}>{t("cancel")}</Button>
    </span>
  );
}

export function DraftPage({ id, address, tell }: { id: string; address: string; tell: Tell }) {
  const { t } = useWords();
  const draft = useDraft(id);
  const [sending, setSending] = useState(false);
  const [wrong, setWrong] = useState<{ at: StepName; text: string }>();
  const { written, put } = draft;
  if (!written) return draft.problem ? <Failed problem={draft.problem} /> : <Loading />;
  const steps = written.renews ? kRenewal : kSteps[written.kind];
  const step = steps.find((one) => kAddress[one] === address) ?? steps[0] ?? "where";
  const putChild = (at: number, change: Partial<Child>) => put((before) => ({ children: before.children.map((child, i) => (i === at ? { ...child, ...change } : child)) }));
  const page: Page = { id, written, put, putChild };
  const next = steps[steps.indexOf(step) + 1];
  const name = (one: StepName) => t(("new.step." + one) as Key);
  // What is no date yet is mended before the next step.
  const goOn = async (to: StepName) => {
    const field = document.querySelector<HTMLElement>('[aria-invalid="true"]');
    const recipient = recipientOf(written);
    const calls = (step === "call" || step === "where") && isCrisis(written) && recipient !== undefined && isClosed(recipient) && !hasCalled(written);
    setWrong(calls ? { at: step, text: t("new.crisis.call") } : undefined);
    if (field) field.focus();
    else if (!calls && (await draft.save())) go(`/concept/${id}/${kAddress[to]}`);
  };
  return (
    <div class="wide-form">
      <Title
        sub={
          <>
            <strong class="badge">{t("new.not-sent")}</strong> <Saved saving={draft.saving} />
          </>
        }
      >
        {name(step)}
      </Title>
      {!sending && (
        <ol class="stepper" aria-label={t("new.steps")}>
          {steps.map((one) => (
            <li key={one} aria-current={one === step ? "step" : undefined}>
              <Link to={`/concept/${id}/${kAddress[one]}`}>{name(one)}</Link>
            </li>
          ))}
        </ol>
      )}
      {written.follows && (
        <p>
          {t("referral.siblings")} <Link to={"/verwijzing/" + written.follows.number}>{written.follows.number}</Link>. {t("on.nothing")}
        </p>
      )}
      {draft.conflict && <Choose mine={written} conflict={draft.conflict} settle={draft.settle} />}
      {step === "where" && <Where {...page} />}
      {step === "call" && <Call {...page} />}
      {step === "crisis" && <Crisis {...page} />}
      {step === "why" && <Why {...page} />}
      {step === "what" && <What {...page} />}
      {step === "seen" && <Seen {...page} />}
      {step === "check" && <Check {...page} tell={tell} lock={setSending} />}
      {step === "renew" && <Renew {...page} tell={tell} lock={setSending} />}
      {wrong?.at === step && <Alert kind="error" title={wrong.text} />}
      {!sending && (
        <p class="acts">
          {next && (
            <Button main onClick={() => goOn(next)}>
              {t("new.next")}
            </Button>
          )}
          <Remove id={id} />
        </p>
      )}
    </div>
  );
}
