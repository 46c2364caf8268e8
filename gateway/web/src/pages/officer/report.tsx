// A quarter on one page: what flowed, on which grounds, what was an exception, what ended, who was refused. For the house
// itself figures are exact; what goes to others says nothing of fewer than five.
import { useState } from "preact/hooks";
import type { Event, FlowsAnswer } from "../../../generated/interface";
import { call } from "../../api";
import { Alert, Button, Failed, Loading, Title } from "../../parts/common";
import { Checks, Select } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { capital, dayInFull, useWords } from "../../words";
import { csvLine, download } from "./download";
import { quarters, todayHere } from "./filter";

const kFewest = 5;
const kMostOfAKind = 10_000;
const kEnds = ["grant-registered", "grant-withdrawn", "grant-expired", "overdue", "refused", "message-expired"] as const;

async function read(from: string, until: string) {
  const [flows, exceptions, accesses, policy, ...ends] = await Promise.all([
    call("flows.show", { from, until }),
    call("exceptions.list", { all: true }),
    call("access.list", { from, until }),
    call("policy.show"),
    ...kEnds.map((kind) => call("audit.list", { from, until, kind, limit: kMostOfAKind })),
  ]);
  const within = (instant: string | undefined) => {
    const day = new Date(instant ?? 0).toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
    return day >= from && day <= until;
  };
  const own = (exceptions.exceptions ?? []).filter((one) => within(one.registered));
  const counts = new Map<string, number>();
  for (const one of accesses.accesses ?? []) if (one.kind) counts.set(one.kind, (counts.get(one.kind) ?? 0) + 1);
  return {
    flows,
    exceptions: { all: own.length, reviewed: own.filter((one) => one.reviewed).length, late: own.filter((one) => one.late).length },
    accesses: [...counts].sort(),
    policy: (policy.versions ?? []).filter((one) => one.changed && within(one.since)).length,
    ends: kEnds.map((kind, at) => ({ kind, n: ((ends[at]?.events ?? []) as Event[]).length })),
  };
}

export function Report() {
  const { t, word, language } = useWords();
  const all = quarters(todayHere());
  const [name, setName] = useState(all[1]?.name ?? "");
  const [others, setOthers] = useState(false);
  const quarter = all.find((one) => one.name === name) ?? all[0]!;
  const loaded = useLoadedOnce(() => read(quarter.from, quarter.until), [name]);
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const { flows, exceptions, accesses, policy, ends } = loaded.value;
  const figure = (n: number | undefined) => (others && n !== undefined && n > 0 && n < kFewest ? t("fg.report.few") : String(n ?? 0));
  const rows = (answer: FlowsAnswer) =>
    (answer.flows ?? []).map((row) => [row.fromTitle || row.from || "", word("Ground", row.ground), capital(word("Category", row.category)), row.toTitle || row.to || "", figure(row.sent), figure(row.read), figure(row.unreadable), figure(row.referrals)]);
  const heads = [t("fg.flow.from"), t("consent.ground"), t("fg.category"), t("fg.flow.to"), t("fg.sent"), t("fg.read"), t("fg.unreadable"), t("fg.referrals")];
  const facts: [string, string][] = [
    [t("fg.referrals"), figure(flows.all?.referrals)],
    [t("fg.report.exceptions"), figure(exceptions.all)],
    [t("fg.report.reviewed"), figure(exceptions.reviewed)],
    [t("fg.report.after"), String(flows.readAfterTheEnd ?? 0)],
    ...ends.map(({ kind, n }): [string, string] => [word("EventKind", kind), figure(n)]),
    ...accesses.map(([kind, n]): [string, string] => [t("fg.report.access", { kind: word("AccessKind", kind) }), figure(n)]),
    [t("fg.report.policy"), String(policy)],
  ];
  const csv = () => [csvLine([quarter.from, quarter.until]), csvLine(heads), ...rows(flows).map(csvLine), "", ...facts.map(csvLine)].join("\r\n") + "\r\n";
  return (
    <>
      <Title sub={t("fg.period.said", { from: dayInFull(language, quarter.from), until: dayInFull(language, quarter.until) })}>{t("fg.report")}</Title>
      <div class="filters">
        <Select label={t("fg.period")} value={name} options={all.map((one) => ({ value: one.name, label: t("fg.quarter", { n: one.name.split("-")[1] ?? "", year: one.name.split("-")[0] ?? "" }) }))} onChoose={(chosen) => chosen && setName(chosen)} />
        <Checks label={t("fg.report.for")} values={others ? ["others"] : []} options={[{ value: "others", label: t("fg.report.others") }]} onChange={(values) => setOthers(values.includes("others"))} />
      </div>
      <Alert kind={(flows.readAfterTheEnd ?? 0) === 0 ? "ok" : "error"} title={t("fg.after-the-end", { n: flows.readAfterTheEnd ?? 0 })} />
      <h2>{t("fg.flows")}</h2>
      {rows(flows).length === 0 ? <p>{t("fg.nothing")}</p> : <Table columns={heads} rows={rows(flows).map((cells, at) => ({ key: String(at), cells }))} />}
      <h2>{t("fg.report.more")}</h2>
      <Table columns={[t("fg.what"), t("fg.report.count")]} rows={facts.map(([what, n]) => ({ key: what, cells: [what, n] }))} />
      <p class="acts">
        <Button onClick={() => download(`rapport-${name}.csv`, csv(), "text/csv")}>CSV</Button>
        <Button onClick={() => print()}>{t("shift.print")}</Button>
      </p>
    </>
  );
}
