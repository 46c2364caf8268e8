// After a leak: what can have been seen between two moments, who must be called now, and what cannot have been seen.
import { useState } from "preact/hooks";
import type { BreachAnswer, BreachRow } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Alert, Button, Link, Title, Trouble } from "../../parts/common";
import { DayField, LongText, TextField } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useWords } from "../../words";
import { atHere, csvLine, download } from "./download";
import { todayHere } from "./filter";

const kClock = /^([01]?\d|2[0-3])[.:]([0-5]\d)$/;

function Rows({ title, rows, none }: { title: string; rows: BreachRow[]; none: string }) {
  const { t, word, moment } = useWords();
  const cells = (row: BreachRow) => [
    <Link to={"/verwijzing/" + row.referralId}>{t("fg.breach.referral")}</Link>,
    row.title || row.with,
    row.secretAddress ? <strong>{t("fg.breach.secret")}</strong> : "",
    (row.categories ?? []).map((one) => word("Category", one)).join(", "),
    row.person ? `${row.person}, ${moment(row.first ?? "")}` : "",
  ];
  return (
    <section>
      <h2>
        {title} ({rows.length})
      </h2>
      {rows.length === 0 ? <p>{none}</p> : <Table columns={["", t("fg.with"), t("fg.breach.address"), t("fg.category"), t("fg.who")]} rows={rows.map((row, at) => ({ key: String(at), cells: cells(row) }))} />}
    </section>
  );
}

function csvOf(answer: BreachAnswer): string {
  const lines = (["read", "could", "couldNot"] as const).flatMap((part) =>
    (answer[part] ?? []).map((row) => csvLine([part, row.referralId ?? "", row.with ?? "", row.secretAddress ? "1" : "0", (row.categories ?? []).join(" "), row.person ?? "", row.first ?? "", row.last ?? ""])));
  return [csvLine(["part", "referralId", "with", "secretAddress", "categories", "person", "first", "last"]), ...lines].join("\r\n") + "\r\n";
}

export function BreachPage() {
  const { t, moment } = useWords();
  const [from, setFrom] = useState({ day: todayHere(), clock: "0.00" });
  const [until, setUntil] = useState({ day: todayHere(), clock: "23.59" });
  const [persons, setPersons] = useState("");
  const [reason, setReason] = useState("");
  const [said, setSaid] = useState<{ answer: BreachAnswer; from: string; until: string }>();
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const wrong = (clock: string) => (asked && !kClock.test(clock.trim()) ? t("fg.breach.clock.hint") : undefined);
  const search = () => {
    setAsked(true);
    setProblem(undefined);
    const [begins, ends] = [from, until].map(({ day, clock }) => (day && kClock.test(clock.trim()) ? atHere(day, clock.trim()) : undefined));
    if (!begins || !ends) return;
    const names = persons.split("\n").map((one) => one.trim()).filter((one) => one !== "");
    call("breach.show", { from: begins, until: ends, persons: names, actor: { reason } }).then((answer) => setSaid({ answer, from: begins, until: ends }), setProblem);
  };
  const { read = [], could = [], couldNot = [] } = said?.answer ?? {};
  const secret = new Set([...read, ...could].filter((row) => row.secretAddress).map((row) => row.referralId));
  return (
    <>
      <Title sub={t("fg.breach.sub")}>{t("fg.breach")}</Title>
      <div class="filters">
        <DayField label={t("fg.breach.from")} value={from.day} onInput={(day) => setFrom({ ...from, day })} />
        <TextField label={t("fg.breach.from.clock")} value={from.clock} onInput={(clock) => setFrom({ ...from, clock })} error={wrong(from.clock)} />
        <DayField label={t("fg.breach.until")} value={until.day} onInput={(day) => setUntil({ ...until, day })} />
        <TextField label={t("fg.breach.until.clock")} value={until.clock} onInput={(clock) => setUntil({ ...until, clock })} error={wrong(until.clock)} />
      </div>
      <LongText label={t("fg.breach.persons")} hint={t("fg.breach.persons.hint")} value={persons} onInput={setPersons} />
      <TextField label={t("fg.breach.reason")} value={reason} onInput={setReason} />
      <Button main onClick={search}>
        {t("fg.breach.search")}
      </Button>
      <Trouble problem={problem} />
      {said && (
        <div role="status">
          <Alert kind={secret.size > 0 ? "error" : "info"} title={t("fg.breach.said", { from: moment(said.from), until: moment(said.until) })}>
            <p>{secret.size > 0 ? t("fg.breach.call", { n: secret.size }) : read.length === 0 ? t("fg.breach.nothing", { n: could.length }) : t("fg.breach.no-secret")}</p>
            <p>{t("fg.breach.hours")}</p>
          </Alert>
          <Rows title={t("fg.breach.read")} rows={read} none={t("fg.breach.read.none")} />
          <Rows title={t("fg.breach.could")} rows={could} none={t("fg.breach.could.none")} />
          <Rows title={t("fg.breach.could-not")} rows={couldNot} none={t("fg.breach.could-not.none")} />
          <p class="acts">
            <Button onClick={() => download("datalek.csv", csvOf(said.answer), "text/csv")}>CSV</Button>
            <Button onClick={() => print()}>{t("shift.print")}</Button>
          </p>
        </div>
      )}
    </>
  );
}
