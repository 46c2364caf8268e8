// What somebody asks about a child: who asks, what this house holds, what is given, and the letter.
import { useState } from "preact/hooks";
import type { SubjectRequestAnswer, SubjectRequestRow } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Alert, Button, Failed, Link, Loading, Title, Trouble } from "../../parts/common";
import { Choice, DayField, LongText, Select, TextField } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { go } from "../../route";
import { capital, type Key, useWords } from "../../words";
import { download } from "./download";
import { todayHere } from "./filter";

const kKinds = ["access", "correction", "erasure", "objection"] as const;
const kRequesters = ["child", "youth", "parent-with-authority", "parent-without-authority", "other"] as const;
const kArticles = ["safety", "child-interest", "rights-of-others", "no-authority", "legal-duty", "not-incorrect", "legal-claim"] as const;

function until(row: SubjectRequestRow, t: ReturnType<typeof useWords>["t"], moment: (instant: string) => string): string {
  if (row.answered) return t("fg.request.answered", { when: moment(row.answered) });
  const days = Math.ceil((Date.parse(row.due ?? "") - Date.now()) / 86_400_000);
  return row.late ? t("fg.request.late") : t("fg.request.days", { n: days });
}

export function RequestsPage() {
  const { t, moment } = useWords();
  const loaded = useLoadedOnce(() => call("requests.list"));
  const [draft, setDraft] = useState({ kind: "access", requester: "", shown: "", words: "", referral: "", received: todayHere() });
  const [problem, setProblem] = useState<Problem>();
  const put = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const { requests = [] } = loaded.value;
  const begin = () => {
    setProblem(undefined);
    const { referral, ...said } = draft;
    const numbers = referral.toUpperCase().split(/[\s,]+/).filter((one) => one !== "");
    Promise.all(numbers.map((number) => call("numbered-referrals.show", { number })))
      .then((pages) => call("requests.new", { ...said, referralIds: pages.map((page) => page.about?.referral?.referralId ?? ""), actor: { reason: t("fg.request.new") } }))
      .then(({ number }) => go("/fg/verzoeken/" + number), setProblem);
  };
  const options = (prefix: string, ids: readonly string[]) => ids.map((id) => ({ value: id, label: capital(t((prefix + id) as Key)) }));
  return (
    <>
      <Title sub={t("fg.requests.sub")}>{t("fg.requests")}</Title>
      {requests.length === 0 ? (
        <p>{t("fg.requests.none")}</p>
      ) : (
        <Table
          columns={[t("fg.request.what"), t("fg.request.by"), t("fg.request.until")]}
          rows={requests.map((row) => ({
            key: String(row.number),
            cells: [<Link to={"/fg/verzoeken/" + row.number}>{capital(t(("fg.request.kind." + row.kind) as Key))}</Link>, t(("fg.request.by." + row.requester) as Key), until(row, t, moment)],
          }))}
        />
      )}
      <h2>{t("fg.request.new")}</h2>
      <Choice label={t("fg.request.what")} value={draft.kind} options={options("fg.request.kind.", kKinds)} onChoose={(kind) => put({ kind })} />
      <Choice label={t("fg.request.by")} value={draft.requester} options={options("fg.request.by.", kRequesters)} onChoose={(requester) => put({ requester })} />
      <LongText label={t("fg.request.shown")} hint={t("fg.request.shown.hint")} value={draft.shown} onInput={(shown) => put({ shown })} />
      {draft.kind !== "access" && <LongText label={t("fg.request.words")} value={draft.words} onInput={(words) => put({ words })} />}
      <TextField label={t("fg.request.child")} hint={t("fg.request.child.hint")} value={draft.referral} onInput={(referral) => put({ referral })} />
      <DayField label={t("fg.request.received")} value={draft.received} onInput={(received) => put({ received })} />
      <Button main onClick={begin}>
        {t("fg.request.begin")}
      </Button>
      <Trouble problem={problem} />
    </>
  );
}

type Part = NonNullable<SubjectRequestAnswer["parts"]>[number];

// One part: what it is, and whether the requester gets it.
function PartRow({ part, kind, closed, decide }: { part: Part; kind: string | undefined; closed: boolean; decide: (verdict: string, article: string) => void }) {
  const { t, word, moment } = useWords();
  const [verdict, setVerdict] = useState("");
  const what = capital(word("Category", part.category));
  // Access is given; what else is asked is done.
  const named = (id: string | undefined) => t(((kind === "access" ? "fg.request.verdict." : "fg.request.verdict.do.") + id) as Key);
  const choices = ["give", "partly", "withhold"].map((id) => ({ value: id, label: named(id) }));
  const choose = (chosen: string) => {
    setVerdict(chosen === "give" ? "" : chosen);
    if (chosen === "give") decide("give", "");
  };
  return (
    <li>
      <p>
        <strong>{what}</strong>: {t(part.ours ? "fg.request.sent" : "fg.request.came", { who: part.title || part.with || "", when: part.when ? moment(part.when) : t("fg.request.unknown-day") })}{" "}
        {part.ours && (part.opened ? t("fg.request.opened", { when: moment(part.opened) }) : t("fg.request.unopened"))} {part.advice === "withhold-from" || part.advice === "consult-sender" ? t("fg.request.advice") : ""}
      </p>
      <p>
        {named(part.verdict)}
        {part.article && `: ${t(("fg.request.article." + part.article) as Key)}`}
        {!part.decided && !closed && ` (${t("fg.request.undecided")})`}
      </p>
      {!closed && (
        <>
          <Select label={t(kind === "access" ? "fg.request.decide" : "fg.request.decide.do", { what })} value={verdict} options={choices} onChoose={choose} />
          {verdict && <Select label={t("fg.request.why", { what })} value="" options={kArticles.map((id) => ({ value: id, label: t(("fg.request.article." + id) as Key) }))} onChoose={(article) => {
            setVerdict("");
            decide(verdict, article);
          }} />}
        </>
      )}
    </li>
  );
}

export function OneRequest({ number }: { number: number }) {
  const { t, moment } = useWords();
  const actor = { reason: t("fg.request.one", { n: number }) }; // why it is looked at and changed
  const loaded = useLoadedOnce(() => call("requests.show", { number, actor }));
  const [answered, setAnswered] = useState<SubjectRequestAnswer>();
  const [second, setSecond] = useState("");
  const [pin, setPin] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  const answer = answered ?? loaded.value;
  if (!answer?.request) return <Loading />;
  const { request, parts = [], readers = [], recipients = [], letter = "" } = answer;
  const closed = request.answered !== undefined;
  const does = (work: Promise<unknown>) => {
    setProblem(undefined);
    work.then(loaded.again, setProblem);
  };
  const decide = (part: Part) => (verdict: string, article: string) => does(call("requests.decide", { number, messageId: part.messageId ?? "", category: part.category!, verdict, article, actor }));
  const people = [...new Set(readers.map((row) => row.person ?? ""))].filter((one) => one !== "");
  return (
    <>
      <Title sub={until(request, t, moment)}>{t("fg.request.title", { n: number, kind: t(("fg.request.kind." + request.kind) as Key) })}</Title>
      <p>
        {capital(t(("fg.request.by." + request.requester) as Key))}. {request.shown}. {request.words}
      </p>
      <Trouble problem={problem} />
      <h2>{t("fg.request.holds", { n: parts.length })}</h2>
      <ul class="plain">
        {parts.map((part) => (
          <PartRow key={part.messageId + (part.category ?? "")} part={part} kind={request.kind} closed={closed} decide={decide(part)} />
        ))}
      </ul>
      <p>{people.length > 0 ? t("fg.request.readers", { who: people.join(", ") }) : t("fg.request.no-readers")}</p>
      {recipients.length > 0 && <p>{t("fg.request.tell", { who: recipients.join(", ") })}</p>}
      <h2>{t(closed ? "fg.request.letter" : "fg.request.letter.draft")}</h2>
      <pre class="letter">{letter}</pre>
      {closed ? (
        <>
          <Alert kind="ok" title={t("fg.request.done", { who: request.answeredBy ?? "" })} />
          <p class="acts">
            <Button onClick={() => download("brief.txt", letter, "text/plain")}>{t("fg.request.download")}</Button>
            <Button onClick={() => print()}>{t("shift.print")}</Button>
          </p>
        </>
      ) : (
        <>
          <h2>{t("fg.request.second")}</h2>
          <p>{t("fg.request.second.text")}</p>
          <TextField label={t("fg.request.second.name")} value={second} onInput={setSecond} />
          <TextField kind="password" label={t("fg.request.second.pin")} value={pin} onInput={setPin} />
          <Button main onClick={() => call("requests.answer", { number, second, pin, actor }).then(setAnswered, setProblem)}>
            {t("fg.request.answer")}
          </Button>
          {!request.extension && !request.late && (
            <>
              <LongText label={t("fg.request.extend.why")} hint={t("fg.request.extend.hint")} value={reason} onInput={setReason} />
              <Button onClick={() => does(call("requests.extend", { number, reason, actor }))}>{t("fg.request.extend")}</Button>
            </>
          )}
        </>
      )}
    </>
  );
}
