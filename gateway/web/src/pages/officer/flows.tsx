// What went between organisations in a period: the table is the page, and what is downloaded says the same.
import { useState } from "preact/hooks";
import type { Flow, FlowsAnswer } from "../../../generated/interface";
import { call } from "../../api";
import { Alert, Button, Failed, Link, Loading, Title } from "../../parts/common";
import { Table } from "../../parts/table";
import { useLoaded } from "../../live";
import { capital, dayInFull, useWords } from "../../words";
import { csvLine, download } from "./download";
import { asked, Filters, thisQuarter } from "./filter";

function csvOf(answer: FlowsAnswer, heads: string[], total: string): string {
  const line = (of: (string | undefined)[], row: Flow) => csvLine([...of.map((one) => one ?? ""), row.sent ?? 0, row.read ?? 0, row.unreadable ?? 0, row.referrals ?? 0]);
  const rows = (answer.flows ?? []).map((row) => line([row.from, row.ground, row.category, row.to], row));
  return [csvLine(heads), ...rows, line([total, "", "", ""], answer.all ?? {})].join("\r\n") + "\r\n";
}

export function FlowsPage() {
  const { t, word, language, moment } = useWords();
  const [filter, setFilter] = useState(thisQuarter);
  const loaded = useLoaded(() => call("flows.show", asked(filter)), [JSON.stringify(filter)]);
  const answer = loaded.value;
  if (!answer && !loaded.problem) return <Loading />;
  const heads = [t("fg.flow.from"), t("consent.ground"), t("fg.category"), t("fg.flow.to"), t("fg.sent"), t("fg.read"), t("fg.unreadable"), t("fg.referrals")];
  const counts = (row: Flow) => [row.sent ?? 0, row.read ?? 0, row.unreadable ?? 0, row.referrals ?? 0].map(String);
  const rows = (answer?.flows ?? []).map((row, at) => ({
    key: String(at),
    cells: [row.fromTitle || row.from, word("Ground", row.ground), capital(word("Category", row.category)), row.toTitle || row.to, ...counts(row)],
  }));
  const all = answer?.all ?? {};
  const never = (all.sent ?? 0) - (all.read ?? 0);
  return (
    <>
      <Title sub={answer?.asOf && t(answer.stale ? "fg.stale" : "work.updated", { time: moment(answer.asOf) })}>{t("fg.flows")}</Title>
      <Filters filter={filter} put={(change) => setFilter({ ...filter, ...change })} />
      {loaded.problem && <Failed problem={loaded.problem} again={loaded.again} />}
      {answer && (
        <>
          <p class="lead">
            {t("fg.period.said", { from: dayInFull(language, answer.from ?? ""), until: dayInFull(language, answer.until ?? "") })}{" "}
            {t("fg.totals", { referrals: all.referrals ?? 0, sent: all.sent ?? 0, read: all.read ?? 0, never, unreadable: all.unreadable ?? 0 })}
          </p>
          {/* These are of the whole period, whatever is chosen of it. */}
          {!filter.ground && !filter.category && <p>
            {t("fg.also", { exceptions: answer.exceptions ?? 0, refused: answer.refused ?? 0, overdue: answer.overdue ?? 0 })} <Link to="/uitzonderingen">{t("nav.exceptions")}</Link>
          </p>}
          <Alert kind={(answer.readAfterTheEnd ?? 0) === 0 ? "ok" : "error"} title={t("fg.after-the-end", { n: answer.readAfterTheEnd ?? 0 })} />
          {rows.length === 0 ? <p>{t("fg.nothing")}</p> : <Table columns={heads} rows={[...rows, { key: "all", cells: [t("fg.total"), "", "", "", ...counts(all)] }]} />}
          {(answer.erased ?? 0) > 0 && <p class="muted">{t("fg.erased", { n: answer.erased ?? 0 })}</p>}
          <p class="acts">
            <Button onClick={() => download("gegevensstromen.csv", csvOf(answer, heads, t("fg.total")), "text/csv")}>CSV</Button>
            <Button onClick={() => download("gegevensstromen.json", JSON.stringify(answer, null, 2) + "\n", "application/json")}>JSON</Button>
            <Button onClick={() => print()}>{t("shift.print")}</Button>
          </p>
        </>
      )}
    </>
  );
}
