// A quarter on one page: what flowed, on which grounds, what was an exception, what ended, who was refused. For the house
// itself figures are exact; what goes to others says nothing of fewer than five.
import { useState } from "preact/hooks";
import { call } from "../../api";
import { Alert, Button, Failed, Loading, Title } from "../../parts/common";
import { Checks, Select } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { capital, dayInFull, useWords } from "../../words";
import { csvLine, download } from "./download";
import { quarters, todayHere } from "./filter";

export function Report() {
  const { t, word, language } = useWords();
  const all = quarters(todayHere());
  const [name, setName] = useState(all[1]?.name ?? "");
  const [others, setOthers] = useState(false);
  const quarter = all.find((one) => one.name === name) ?? all[0]!;
  const loaded = useLoadedOnce(() => call("report.show", { from: quarter.from, until: quarter.until, forOthers: others }), [name, String(others)]);
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const said = loaded.value;
  const figure = (n: number | undefined) => (n === -1 ? t("fg.report.few") : String(n ?? 0));
  const rows = (said.rows ?? []).map((row) => [row.fromTitle || row.from || "", word("Ground", row.ground), capital(word("Category", row.category)), row.toTitle || row.to || "", figure(row.sent), figure(row.read), figure(row.unreadable), figure(row.referrals)]);
  const heads = [t("fg.flow.from"), t("consent.ground"), t("fg.category"), t("fg.flow.to"), t("fg.sent"), t("fg.read"), t("fg.unreadable"), t("fg.referrals")];
  const facts: [string, string][] = [
    [t("fg.referrals"), figure(said.all?.referrals)],
    [t("fg.report.exceptions"), figure(said.exceptions)],
    [t("fg.report.reviewed"), figure(said.reviewed)],
    [t("fg.report.after"), figure(said.readAfterTheEnd)],
    ...(said.events ?? []).map(({ kind, count }): [string, string] => [word("EventKind", kind), figure(count)]),
    ...(said.accesses ?? []).map(({ kind, count }): [string, string] => [t("fg.report.access", { kind: word("AccessKind", kind) }), figure(count)]),
    [t("fg.report.policy"), String(said.policyChanges ?? 0)],
  ];
  const csv = () => [csvLine([quarter.from, quarter.until]), csvLine(heads), ...rows.map(csvLine), "", ...facts.map(csvLine)].join("\r\n") + "\r\n";
  return (
    <>
      <Title sub={t("fg.period.said", { from: dayInFull(language, quarter.from), until: dayInFull(language, quarter.until) })}>{t("fg.report")}</Title>
      <div class="filters">
        <Select label={t("fg.period")} value={name} options={all.map((one) => ({ value: one.name, label: t("fg.quarter", { n: one.name.split("-")[1] ?? "", year: one.name.split("-")[0] ?? "" }) }))} onChoose={(chosen) => chosen && setName(chosen)} />
        <Checks label={t("fg.report.for")} values={others ? ["others"] : []} options={[{ value: "others", label: t("fg.report.others") }]} onChange={(values) => setOthers(values.includes("others"))} />
      </div>
      <Alert kind={(said.readAfterTheEnd ?? 0) === 0 ? "ok" : "error"} title={said.readAfterTheEnd === -1 ? `${t("fg.report.after")}: ${figure(-1)}` : t("fg.after-the-end", { n: said.readAfterTheEnd ?? 0 })} />
      <h2>{t("fg.flows")}</h2>
      {rows.length === 0 ? <p>{t("fg.nothing")}</p> : <Table columns={heads} rows={rows.map((cells, at) => ({ key: String(at), cells }))} />}
      {others && <p>{t("fg.report.rounded")}</p>}
      <h2>{t("fg.report.more")}</h2>
      <Table columns={[t("fg.what"), t("fg.report.count")]} rows={facts.map(([what, n]) => ({ key: what, cells: [what, n] }))} />
      <p class="acts">
        <Button onClick={() => download(`rapport-${name}.csv`, csv(), "text/csv")}>CSV</Button>
        <Button onClick={() => print()}>{t("shift.print")}</Button>
      </p>
    </>
  );
}
