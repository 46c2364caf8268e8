// Exceptions: a second professional confirms one from their own log-in; the privacy officer reviews each.
import { useState } from "preact/hooks";
import type { ExceptionsAnswer_Row as Row, ReviewVerdict, SessionAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Loading, Title, Trouble } from "../parts/common";
import { Checks, CodeField, LongText } from "../parts/fields";
import { useLoaded } from "../live";
import { works } from "../me";
import { capital, useWords } from "../words";

// The officer's finding is signed and logged as reviewed; what it says stays in this house.
function Review({ row, again }: { row: Row; again: () => void }) {
  const { t } = useWords();
  const [verdict, setVerdict] = useState("");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const review = () => call("exceptions.review", { grantId: row.grantId ?? "", verdict: verdict as ReviewVerdict, note } as never).then(again, setProblem);
  return (
    <>
      <CodeField label={t("exceptions.verdict")} codes="ReviewVerdict" value={verdict} onChoose={setVerdict} />
      {verdict && (
        <>
          <LongText label={t("exceptions.note")} value={note} onInput={setNote} />
          <Button main onClick={review}>
            {t("exceptions.review")}
          </Button>
        </>
      )}
      <Trouble problem={problem} />
    </>
  );
}

function Confirm({ row, session, again }: { row: Row; session: SessionAnswer; again: () => void }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem>();
  if (!works(session) || row.registrar === session.name || (row.second && row.second !== session.name)) return <p>{t("exceptions.waits", { who: row.second || "?" })}</p>;
  return (
    <>
      <Button main onClick={() => call("grants.countersign", { grantId: row.grantId ?? "" } as never).then(again, setProblem)}>
        {t("exceptions.confirm")}
      </Button>
      <Trouble problem={problem} />
    </>
  );
}

export function Exceptions({ session }: { session: SessionAnswer }) {
  const { t, word, moment } = useWords();
  const officer = (session.roles ?? []).includes("privacy-officer");
  const [all, setAll] = useState(false);
  const [done, setDone] = useState("");
  const list = useLoaded(() => call("exceptions.list", { all }), [all]);
  if (!list.value && !list.problem) return <Loading />;
  const rows = list.value?.exceptions ?? [];
  const after = (said: string) => () => {
    setDone(said);
    list.again();
  };
  return (
    <>
      <Title sub={t("exceptions.text")}>{t("exceptions.title")}</Title>
      {done && <Alert kind="ok" title={done} />}
      <Trouble problem={list.problem} again={list.again} />
      {officer && <Checks label={t("work.show")} values={all ? ["all"] : []} options={[{ value: "all", label: t("exceptions.all") }]} onChange={(values) => setAll(values.includes("all"))} />}
      {rows.length === 0 && <p>{t("exceptions.none")}</p>}
      <ul class="cards">
        {rows.map((row) => (
          <li key={row.grantId} class={row.late ? "late" : ""}>
            <h2>
              {capital(word("Ground", row.ground))}: {row.title || row.recipient}
            </h2>
            <p>{t("exceptions.registered", { who: row.registrar || "?", when: moment(row.registered ?? "") })}</p>
            {row.countersigned ? (
              <p>{t("exceptions.confirmed", { when: moment(row.countersigned) })}</p>
            ) : (
              <>
                <p class={row.late ? "until late" : ""}>{t("exceptions.before", { when: moment(row.countersignBy ?? "") })}</p>
                <Confirm row={row} session={session} again={after(t("exceptions.done"))} />
              </>
            )}
            {row.reviewed && <p>{t("exceptions.reviewed", { verdict: word("ReviewVerdict", row.verdict), who: row.reviewer ?? "", when: moment(row.reviewed) })}</p>}
            {row.note && <p class="written">{row.note}</p>}
            {officer && !row.reviewed && <Review row={row} again={after(t("exceptions.review.done"))} />}
          </li>
        ))}
      </ul>
    </>
  );
}
