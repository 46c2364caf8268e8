// Everything about one referral; both sides see the same page.
import { useContext, useState } from "preact/hooks";
import type { Category, Event, OpenAnswer, ReferralPage, Step } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Crossing, placeOf } from "../parts/crossing";
import { Alert, Button, Failed, Link, Loading, Title, Trouble } from "../parts/common";
import { Stopped } from "../parts/stopped";
import { DocumentText } from "../parts/document";
import type { Value } from "../parts/value";
import { Choice } from "../parts/fields";
import { useLoaded } from "../live";
import { Me, works } from "../me";
import { go } from "../route";
import { mayWrite } from "./step";
import { empty, takenOver, type Written } from "./new/written";
import { capital, type Key, useWords } from "../words";

// In the order in which they are offered; what an organisation does with its grants has pages of its own.
const kOffered: Step[] = [
  "accept", "waitlist", "plan-handover", "start", "resume", "request-info", "provide-info", "update", "pause", "complete",
  "decline", "redirect", "not-started", "access-answered", "access-requested", "stay-ended", "withdraw",
];

function useTurn(page: ReferralPage | undefined) {
  const { t, moment, left } = useWords();
  if (!page?.about?.referral) return { title: "", text: "" };
  const row = page.about.referral;
  const title = row.title ?? row.with ?? "";
  const place = placeOf(row, page.org ?? "");
  const until = row.respondBy ? { when: moment(row.respondBy), distance: left(row.respondBy), title } : undefined;
  if (place === "moored") return { title: t("referral.turn.closed"), text: "" };
  if (place === "water") return { title: t("referral.turn.nobody"), text: t("referral.turn.under-way", { title }) };
  if (place === "ours") return { title: t("referral.turn.us"), text: until ? t("referral.turn.until", until) : "" };
  return { title: t("referral.turn.them", { title }), text: until ? t("referral.turn.they-until", until) : "" };
}

function History({ page }: { page: ReferralPage }) {
  const { t, word, moment } = useWords();
  const events = [...(page.events ?? [])].reverse();
  const who = (event: Event) => (!event.actor ? t("referral.by-log") : event.actor === page.org ? t("referral.by-us") : event.title || event.actor);
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("referral.history")}</h2>
      <ol class="history">
        {events.map((event) => (
          <li key={event.logIndex} class={event.actor === page.org ? "ours" : "theirs"}>
            <time dateTime={event.time}>{moment(event.time ?? "")}</time>
            <span>
              {capital(who(event))}: {word("EventKind", event.kind).toLowerCase()}
              {event.step ? ` (${word("Step", event.step)})` : ""}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const kReasons = ["cover", "consult", "client", "check"] as const;

// Content is for who has the referral in hand; others pick it up, or say why they read it.
function Why({ title, take, read }: { title: string; take: () => void; read: (reason: string) => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  return (
    <Alert kind="info" title={title}>
      <p>
        <Button main onClick={take}>
          {t("referral.take-and-read")}
        </Button>
      </p>
      <Choice label={t("referral.reason")} value={reason} options={kReasons.map((one) => ({ value: t(`referral.reason.${one}`), label: t(`referral.reason.${one}`) }))} onChoose={setReason} />
      {reason && <Button onClick={() => read(reason)}>{t("referral.reason.read")}</Button>}
    </Alert>
  );
}

// `free`: nobody has the referral in hand; who reads it takes it up.
function Read({ label, number, free, own, read }: { label: string; number: string; free: boolean; own?: boolean; read: (reason?: string) => Promise<OpenAnswer> }) {
  const { t, word, moment } = useWords();
  const me = useContext(Me);
  const takes = free && works(me);
  const [shown, setShown] = useState<{ answer: OpenAnswer; when: string }>();
  const [problem, setProblem] = useState<Problem>();
  const [printing, setPrinting] = useState(false);
  const open = (reason?: string) => read(reason).then((answer) => setShown({ answer, when: new Date().toISOString() }), setProblem);
  const take = (takeOver: boolean) => call("assignments.take", { number, takeOver }).then(() => open(), setProblem);
  if (!shown)
    return (
      <>
        <p>
          {takes && (
            <Button main onClick={() => take(false)}>
              {t("referral.take-and-read")}
            </Button>
          )}{" "}
          <Button main={!takes} onClick={() => open()}>
            {label}
          </Button>{" "}
          <span class="muted">{t("referral.logged")}</span>
        </p>
        {problem?.code === "reason-needed" && <Why title={problem.title} take={() => take(false)} read={open} />}
        {problem?.code === "taken" && (
          <Alert kind="warning" title={problem.title}>
            <p>{problem.detail}</p>
            <Button onClick={() => take(true)}>{t("work.take-over")}</Button>
          </Alert>
        )}
        {problem?.code !== "reason-needed" && problem?.code !== "taken" && <Trouble problem={problem} />}
      </>
    );
  const gone = (shown.answer.withdrawn ?? []).map((one) => word("Category", one)).join(", ");
  // On paper only with an entry of its own; printed in another way, the page says so instead.
  const onPaper = () =>
    call("access.report", { kind: "printed", list: number, actor: {} }).then(() => {
      setPrinting(true);
      requestAnimationFrame(() => {
        print();
        setPrinting(false);
      });
    }, setProblem);
  return (
    <article class={"content" + (printing ? " printing" : "")}>
      <p class="on-paper">
        <strong>{t("referral.confidential")}</strong>
      </p>
      <p class="muted">{t("referral.logged-now", { when: moment(shown.when) })}</p>
      {gone && <Alert kind="warning" title={t("referral.withdrawn", { what: gone })} />}
      <DocumentText of="Referral" value={(shown.answer.document ?? {}) as unknown as Value} />
      <Trouble problem={problem} />
      <p class="acts">
        <Button onClick={() => setShown(undefined)}>{t("referral.close")}</Button>
        <Button onClick={onPaper}>{t(own ? "referral.copy" : "shift.print")}</Button>
      </p>
    </article>
  );
}

function Content({ page, again }: { page: ReferralPage; again: () => void }) {
  const { t, word, moment } = useWords();
  const kinds = (categories: Category[]) => categories.map((one) => word("Category", one)).join(" · ");
  const number = page.about?.number ?? "";
  const free = !page.about?.holder;
  const open = async (messageId: string, categories: Category[], reason?: string) => {
    const answer = await call("messages.open", { messageId, categories, actor: reason ? { reason } : {} });
    again();
    return answer;
  };
  const sent = (page.events ?? []).filter((event) => event.kind === "submitted" && event.actor === page.org && event.messageId);
  return (
    <section aria-labelledby="content">
      <h2 id="content">{t("referral.content")}</h2>
      {(page.messages ?? []).map((message) => {
        const all = message.categories ?? [];
        const voice = all.includes("child-voice");
        const others = all.filter((one) => one !== "child-voice");
        return (
          <div class="message" key={message.messageId}>
            <h3>{t("referral.message", { step: capital(word("Step", message.step)), when: moment(message.created ?? "") })}</h3>
            {message.replaces && <p>{t("referral.sealed-again")}</p>}
            <p class="muted">{kinds(others)}</p>
            {others.length > 0 && <Read label={t("referral.read")} number={number} free={free} read={(reason) => open(message.messageId ?? "", others, reason)} />}
            {voice && (
              <>
                <h4>{t("referral.child")}</h4>
                <Read label={t("referral.read-child")} number={number} free={free} read={(reason) => open(message.messageId ?? "", ["child-voice"], reason)} />
              </>
            )}
          </div>
        );
      })}
      {sent.map((event) => (
        <div class="message" key={event.logIndex}>
          <h3>{t("referral.message-own", { step: word("Step", event.step), when: moment(event.time ?? "") })}</h3>
          <p class="muted">{kinds(event.categories ?? [])}</p>
          <Read
            label={t("referral.read-own")}
            number={number}
            free={free}
            own
            read={(reason) => call("messages.sent", { messageId: event.messageId ?? "", actor: reason ? { reason } : {} })}
          />
        </div>
      ))}
    </section>
  );
}

// Consent ends, or the child has a birthday: it is asked again, on the pages of a new referral.
function AskAgain({ page }: { page: ReferralPage }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem>();
  const row = page.about?.referral ?? {};
  const outbound = (row.categories ?? []).filter((one) => one !== "grant-record");
  const written: Written = {
    ...empty(),
    recipient: row.with ?? "",
    renews: { referralId: row.referralId ?? "", number: page.about?.number ?? "", title: row.title || row.with || "", outbound },
  };
  const begin = () => call("drafts.begin", { body: JSON.stringify(written) }).then((made) => go(`/concept/${made.draft}/waarom`), setProblem);
  return (
    <>
      <p>
        <Button onClick={begin}>{t("renew.begin")}</Button>
      </p>
      <Trouble problem={problem} />
    </>
  );
}

// Another organisation fits better, or helps besides: a referral of our own, with a ground of its own.
function ReferOn({ page }: { page: ReferralPage }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem>();
  const written: Written = { ...empty(), follows: { referralId: page.about?.referral?.referralId ?? "", number: page.about?.number ?? "" } };
  const begin = () => call("drafts.begin", { body: JSON.stringify(written) }).then((made) => go(`/concept/${made.draft}/waar`), setProblem);
  return (
    <>
      <p>
        <Button onClick={begin}>{t("on.begin")}</Button> <span class="muted">{t("on.nothing")}</span>
      </p>
      <Trouble problem={problem} />
    </>
  );
}

// A new referral that begins with what this one said; reading it is an entry.
function TakeOver({ page }: { page: ReferralPage }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem>();
  const first = (page.events ?? []).find((event) => event.kind === "submitted" && event.step === "refer" && event.actor === page.org);
  if (!first) return null;
  const begin = async () => {
    try {
      const said = await call("messages.sent", { messageId: first.messageId ?? "", actor: { reason: t("new.take-over.reason") } });
      const made = await call("drafts.begin", { body: JSON.stringify(takenOver((said.document ?? {}) as unknown as Value)) });
      go(`/concept/${made.draft}/waar`);
    } catch (caught) {
      setProblem(caught as Problem);
    }
  };
  return (
    <>
      <p>
        <Button onClick={begin}>{t("new.take-over")}</Button> <span class="muted">{t("new.take-over.text")}</span>
      </p>
      <Trouble problem={problem} />
    </>
  );
}

// Why a verb that somebody looks for is not there.
function WhyNot({ page, steps }: { page: ReferralPage; steps: Step[] }) {
  const { t, word } = useWords();
  const row = page.about?.referral ?? {};
  if (row.role !== "provider" || steps.includes("accept") || row.state === undefined) return null;
  return (
    <details>
      <summary>{t("referral.why-not")}</summary>
      <p>{t(row.state === "delivered" || row.state === "sent" ? "referral.why-not.unread" : row.state === "info-requested" ? "referral.why-not.info" : "referral.why-not.state", { state: word("ReferralState", row.state) })}</p>
    </details>
  );
}

export function Referral({ number }: { number: string }) {
  const { t, word } = useWords();
  const me = useContext(Me);
  const loaded = useLoaded(() => call("numbered-referrals.show", { number }), [number]);
  const page = loaded.value;
  const turn = useTurn(page);
  if (!page) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  const row = page.about?.referral ?? {};
  const shown = page.about?.number ?? number;
  const asked = row.accessBy !== undefined; // only then there is something to answer
  const words = mayWrite(page);
  const goes = (step: Step) => (step === "access-answered" ? asked && words : step !== "update" || words);
  const steps = kOffered.filter((step) => (page.allowed ?? []).includes(step) && goes(step));
  return (
    <>
      <Title
        sub={
          <>
            {row.title} {row.hidden && `(${t("work.hidden")})`} · {word("ReferralState", row.state)}
            {row.ownNumber && " · " + t("referral.own-number", { number: row.ownNumber })}
            {page.about?.holder && " · " + t("referral.holder", { who: page.about.holder.you ? t("work.of-you") : page.about.holder.name ?? "" })}
          </>
        }
      >
        {t("referral.title", { number: shown })}
      </Title>
      <Trouble problem={loaded.problem} again={loaded.again} />
      {row.suspended && <Alert kind="warning" title={capital(t("work.suspended"))} />}
      <Stopped page={page} />
      <Crossing row={row} org={page.org ?? ""} us={page.ownTitle ?? ""} them={row.title ?? row.with ?? ""} label={turn.title + ". " + turn.text} />
      <div class={"turn " + placeOf(row, page.org ?? "")}>
        <h2>{turn.title}</h2>
        {turn.text && <p>{turn.text}</p>}
      </div>
      {steps.length > 0 && (
        <nav class="steps" aria-label={t("referral.actions")}>
          {steps.map((step, at) => (
            <Link key={step} to={`/verwijzing/${shown}/${step}`} className={"as-button" + (at === 0 ? " first" : "")}>
              {t(("step." + step) as Key)}
            </Link>
          ))}
        </nav>
      )}
      <WhyNot page={page} steps={steps} />
      {works(me) && row.role === "provider" && row.state !== "delivered" && <ReferOn page={page} />}
      {works(me) && row.role === "referrer" && <TakeOver page={page} />}
      {(page.allowed ?? []).includes("renew") && <AskAgain page={page} />}
      <p>
        {works(me) && <Link to={"/overdracht/" + shown}>{t("shift.note.for")}</Link>}
        {works(me) && row.role === "referrer" && (
          <>
            {" · "}
            <Link to={`/verwijzing/${shown}/brief`}>{t("letter.title")}</Link>
          </>
        )}
      </p>
      {(page.siblings ?? []).length > 0 && (
        <p>
          {t("referral.siblings")}:{" "}
          {(page.siblings ?? []).map((one) => (
            <Link key={one.number} to={"/verwijzing/" + one.number}>
              {one.number}
            </Link>
          ))}
        </p>
      )}
      <div class="two">
        <Content page={page} again={loaded.again} />
        <History page={page} />
      </div>
      <details class="technical">
        <summary>{t("referral.technical")}</summary>
        <p class="code">{row.referralId}</p>
      </details>
    </>
  );
}
