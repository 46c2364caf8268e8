// A new referral of one child, in five steps; until the last button every page says that nothing
// was sent.
import { useState } from "preact/hooks";
import type { Partner } from "../../generated/interface";
import { call, Problem } from "../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../parts/common";
import { DocumentForm, DocumentText, type Value } from "../parts/document";
import { Checks, Choice, CodeField, DayField, TextField, YesNo } from "../parts/fields";
import { useLoaded } from "../live";
import { go } from "../route";
import { type Key, capital, useWords } from "../words";
import { categories, childAnswersThatStay, isConsult, kEmpty, kNameless, referralOf, type Saving, useDraft, type Written } from "./draft";
import { Check, type Page, Renew, useVerdict, Verdict } from "./send_referral";
import type { Tell } from "./step";

type StepName = "where" | "why" | "what" | "seen" | "check" | "renew";
const kSteps: StepName[] = ["where", "why", "what", "seen", "check"];
const kRenewal: StepName[] = ["why", "renew"];
const kConsult: StepName[] = ["where", "what", "seen", "check"];
const kAddress: Record<StepName, string> = { where: "waar", why: "waarom", what: "wat", seen: "ontvanger", check: "nakijken", renew: "vernieuwen" };
const kParts = ["identity", "careNeed", "childVoice", "safety", "authority", "practical", "school", "health", "network"] as const;

function without(value: Value, name: string): Value {
  return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
}

export function Begin() {
  const { t, moment } = useWords();
  const drafts = useLoaded(() => call("drafts.list"));
  const [problem, setProblem] = useState<Problem>();
  const begin = (written: Written) => call("drafts.begin", { body: JSON.stringify(written) }).then((made) => go(`/concept/${made.draft}/waar`), setProblem);
  return (
    <div class="narrow">
      <Title>{t("new.title")}</Title>
      <Trouble problem={problem ?? drafts.problem} />
      <p>
        <Button main onClick={() => begin(kEmpty)}>
          {t("new.one")}
        </Button>
      </p>
      <p>
        <Button onClick={() => begin(kNameless)}>{t("new.consult")}</Button>
      </p>
      <p class="muted">{t("new.consult.text")}</p>
      {(drafts.value?.drafts ?? []).length > 0 && (
        <section>
          <h2>{t("new.drafts")}</h2>
          <ul>
            {(drafts.value?.drafts ?? []).map((draft) => (
              <li key={draft.draft}>
                <Link to={`/concept/${draft.draft}/waar`}>{t("new.draft", { when: moment(draft.saved ?? "") })}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Where({ written, put }: Page) {
  const { t, word } = useWords();
  const [problem, setProblem] = useState<Problem>();
  const to = (written.grant["recipient"] as string) ?? "";
  // Another place, another route: whoever was chosen for the one before is not meant.
  const elsewhere = (change: Partial<Written>) => put({ ...change, route: undefined, grant: without(written.grant, "recipient") });
  const search = () => {
    setProblem(undefined);
    const asked = written.ambulatory ? { ambulatory: true, present: written.municipality } : { beforeTheStay: written.municipality };
    call("route", asked).then((route) => {
      const known = (route.organisations ?? []).some((one) => one.org === to);
      put({ route, grant: known ? written.grant : without(written.grant, "recipient") });
    }, setProblem);
  };
  const readiness = (one: Partner) => t(one.suspended ? "new.suspended" : one.confirmed ? "new.ready" : "new.not-ready");
  const urgency = (written.referral["routing"] as Value)?.["urgency"];
  const recipient = written.route?.organisations?.find((one) => one.org === to);
  const organisations = (written.route?.organisations ?? []).filter((one) => one.kind !== "oversight");
  return (
    <>
      {!isConsult(written) && <TextField label={t("new.number")} hint={t("new.number.hint")} value={written.ownNumber} onInput={(ownNumber) => put({ ownNumber })} />}
      <CodeField label={t("new.stay")} codes="Routing_Setting" value={written.ambulatory ? "ambulatory" : "residential"} onChoose={(setting) => elsewhere({ ambulatory: setting === "ambulatory" })} />
      <TextField
        label={t(written.ambulatory ? "new.municipality.now" : "new.municipality")}
        hint={t("new.municipality.hint")}
        value={written.municipality}
        onInput={(municipality) => elsewhere({ municipality })}
      />
      <Button onClick={search}>{t("new.search")}</Button>
      <Trouble problem={problem} />
      {written.route && (
        <>
          <p role="status">{t("new.responsible", { name: written.route.name ?? "", why: word("RoutingBasis", written.route.basis) })}</p>
          {organisations.length === 0 ? (
            <Alert kind="warning" title={t("new.nobody")}>
              <p>{written.route.accessTelephone}</p>
            </Alert>
          ) : (
            <Choice
              label={t("new.who")}
              value={to}
              options={organisations.map((one) => ({ value: one.org ?? "", label: one.title ?? "", hint: word("OrgKind", one.kind) + " · " + readiness(one), off: !one.confirmed || one.suspended === true }))}
              onChoose={(recipient) => put({ grant: { ...written.grant, recipient } })}
            />
          )}
        </>
      )}
      <CodeField label={t("new.urgency")} codes="Urgency" value={((written.referral["routing"] as Value)?.["urgency"] as string) ?? ""} onChoose={(urgency) => put({ referral: { ...written.referral, routing: { ...(written.referral["routing"] as Value), urgency } } })} />
      {urgency === "crisis" && (
        <Alert kind="warning" title={t("new.crisis")}>
          <p>{t("new.crisis.text")}</p>
          {recipient?.crisisTelephone && (
            <p>
              {t("new.crisis.recipient", { title: recipient.title ?? "" })}: <strong class="lead">{recipient.crisisTelephone}</strong>
            </p>
          )}
          <DocumentForm of="Routing" only={["crisisCall"]} value={(written.referral["routing"] as Value) ?? {}} onChange={(routing) => put({ referral: { ...written.referral, routing } })} />
        </Alert>
      )}
      <YesNo label={t("new.secret")} value={written.secret} onChoose={(secret) => put({ secret })} />
    </>
  );
}

function Why({ written, put }: Page) {
  const { t } = useWords();
  const verdict = useVerdict(written);
  const record = (written.grant["record"] as Value) ?? {};
  const answers = (record["answers"] as Value[]) ?? [];
  const putRecord = (change: Value) => put({ grant: { ...written.grant, record: { ...record, ...change } } });
  const others = written.grant["ground"] === "vital-interest" || written.grant["ground"] === "conflict-of-duties";
  return (
    <>
      <DayField label={t("new.birth")} hint={t("new.birth.hint")} value={(written.grant["birthDate"] as string) ?? ""} onInput={(birthDate) => put({ grant: { ...written.grant, birthDate } })} />
      <CodeField label={t("new.ground")} codes="Ground" value={(written.grant["ground"] as string) ?? ""} onChoose={(ground) => put({ grant: { ...written.grant, ground } })} />
      <CodeField label={t("new.authority")} codes="AuthorityType" value={(record["authorityType"] as string) ?? ""} onChoose={(authorityType) => putRecord({ authorityType })} />
      <h2>{t("new.answers")}</h2>
      {answers.map((answer, at) => (
        <fieldset class="group" key={at}>
          <legend>{t("new.person", { n: at + 1 })}</legend>
          <DocumentForm
            of="GrantRecord_PersonAnswer"
            only={["role", "description", "answer", "date", "method", ...(answer["answer"] === "agrees" ? [] : ["attempts", "reason"])]}
            value={answer}
            onChange={(next) => putRecord({ answers: answers.map((one, i) => (i === at ? next : one)) })}
          />
          <Button onClick={() => putRecord({ answers: answers.filter((_, i) => i !== at) })}>{t("remove", { what: t("new.person", { n: at + 1 }).toLowerCase() })}</Button>
        </fieldset>
      ))}
      <Button onClick={() => putRecord({ answers: [...answers, {}] })}>{t("add", { what: t("new.person", { n: answers.length + 1 }).toLowerCase() })}</Button>
      <DocumentForm of="GrantRecord" only={["childHeard", "childNotHeardReason", "recorder", ...(others ? ["exception", "professionals"] : [])]} value={record} onChange={(next) => putRecord(next)} />
      <Trouble problem={verdict.problem} />
      <Verdict said={verdict.said} />
    </>
  );
}

function What({ written, put }: Page) {
  const { t, word } = useWords();
  return (
    <>
      <h2>{t("new.parts")}</h2>
      {(isConsult(written) ? (["careNeed"] as const) : kParts).map((part) => {
        const category = categories.find(([field]) => field === part)?.[1] ?? "";
        const of = capital(part);
        return (
          <details key={part} class="part">
            <summary>{capital(word("Category", category))}</summary>
            <DocumentForm of={of} value={(written.referral[part] as Value) ?? {}} onChange={(next) => put({ referral: { ...written.referral, [part]: next } })} />
          </details>
        );
      })}
    </>
  );
}

function Seen({ written, put }: Page) {
  const { t, word } = useWords();
  const whole = referralOf({ ...written, stays: [] });
  const parts = categories.filter(([field]) => whole[field] !== undefined);
  const stay = childAnswersThatStay(written);
  return (
    <>
      {parts.length === 0 && <p>{t("new.nothing")}</p>}
      <Checks
        label={t("new.goes")}
        values={parts.map(([, category]) => category).filter((category) => !written.stays.includes(category))}
        options={parts.map(([, category]) => ({ value: category, label: capital(word("Category", category)) }))}
        onChange={(goes) => {
          const shown = parts.map(([, category]) => category as string);
          put({ stays: [...written.stays.filter((category) => !shown.includes(category)), ...shown.filter((category) => !goes.includes(category))] });
        }}
      />
      {(stay > 0 || written.stays.length > 0) && (
        <Alert kind="info" title={stay > 0 ? t("new.child-stays", { n: stay }) : t("new.stays")}>
          <p>{t("new.stays.text")}</p>
        </Alert>
      )}
      <DocumentText of="Referral" value={referralOf(written)} />
    </>
  );
}

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
  const steps = draft.written?.renews ? kRenewal : isConsult(draft.written) ? kConsult : kSteps;
  const step = steps.find((one) => kAddress[one] === address) ?? steps[0] ?? "where";
  if (!draft.written) return draft.problem ? <Trouble problem={draft.problem} /> : <Loading />;
  const page: Page = { id, written: draft.written, put: draft.put };
  const next = steps[steps.indexOf(step) + 1];
  const name = (one: StepName) => t(("new.step." + one) as Key);
  // What is no date yet is mended before the next step.
  const goOn = async (to: StepName) => {
    const wrong = document.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else if (await draft.save()) go(`/concept/${id}/${kAddress[to]}`);
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
      {step === "where" && <Where {...page} />}
      {step === "why" && <Why {...page} />}
      {step === "what" && <What {...page} />}
      {step === "seen" && <Seen {...page} />}
      {step === "check" && <Check {...page} tell={tell} lock={setSending} />}
      {step === "renew" && <Renew {...page} tell={tell} lock={setSending} />}
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
