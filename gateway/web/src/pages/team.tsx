// For a team lead: who has what, and handing it to somebody. No content, and nobody's speed.
import { useState } from "preact/hooks";
import type { WorkGroup, WorkItem } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../parts/common";
import { Checks, Select } from "../parts/fields";
import { Table } from "../parts/table";
import { useLoaded } from "../live";
import { useWords } from "../words";

const kOpen: WorkGroup[] = ["crisis", "late", "today", "week", "later"];

function useLine() {
  const { t, word, moment } = useWords();
  return (item: WorkItem) => [word("WorkKind", item.kind), item.title, item.number, item.due && t("work.before", { when: moment(item.due) })].filter(Boolean).join(" · ");
}

// Several at once; what a colleague took up meanwhile goes over too: a team lead says so.
function HandOut({ items, again }: { items: WorkItem[]; again: () => void }) {
  const { t } = useWords();
  const line = useLine();
  const [numbers, setNumbers] = useState<string[]>([]);
  const [to, setTo] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState("");
  const colleagues = useLoaded(() => call("colleagues.list"));
  const people = (colleagues.value?.colleagues ?? []).map((one) => ({ value: one.login ?? "", label: [one.name, one.team].filter(Boolean).join(", ") }));
  const hand = async () => {
    setProblem(undefined);
    setDone("");
    try {
      for (const number of numbers) await call("assignments.take", { number, to, takeOver: true });
      setDone(t("team.handed", { n: numbers.length, who: people.find((one) => one.value === to)?.label ?? "" }));
      setNumbers([]);
    } catch (caught) {
      setProblem(caught as Problem);
    }
    again();
  };
  const rows = items.filter((item) => item.number);
  return (
    <section aria-labelledby="hand-out">
      <h2 id="hand-out">{t("team.hand-out")}</h2>
      <Checks
        label={t("team.what")}
        values={numbers.filter((number) => rows.some((item) => item.number === number))}
        options={rows.map((item) => ({ value: item.number ?? "", label: `${line(item)} · ${item.holder?.name ?? t("work.of-nobody")}` }))}
        onChange={setNumbers}
      />
      <Select label={t("team.to")} value={to} options={people} onChoose={setTo} />
      <Trouble problem={problem} />
      {done && <Alert kind="ok" title={done} />}
      <Button main busy={numbers.length === 0 || to === ""} onClick={() => numbers.length > 0 && to !== "" && void hand()}>
        {t("team.hand")}
      </Button>
    </section>
  );
}

export function Team() {
  const { t, left } = useWords();
  const line = useLine();
  const list = useLoaded(() => call("work-items.list"));
  if (!list.value && !list.problem) return <Loading />;
  const items = (list.value?.items ?? []).filter((item) => item.referral && kOpen.includes(item.group ?? "later"));
  const names = [...new Set(items.map((item) => item.holder?.name ?? ""))].sort();
  const of = (name: string, groups: WorkGroup[]) => items.filter((item) => (item.holder?.name ?? "") === name && groups.includes(item.group ?? "later"));
  const oldest = (rows: WorkItem[]) => {
    const first = rows.map((item) => item.due ?? "").filter((due) => due !== "").sort()[0];
    return rows.length === 0 ? "0" : first ? `${rows.length} (${left(first)})` : String(rows.length);
  };
  const behind = (rows: WorkItem[]) =>
    rows.length === 0 ? (
      "0"
    ) : (
      <details>
        <summary>{rows.length}</summary>
        <ul>
          {rows.map((item) => (
            <li key={item.number}>
              <Link to={"/verwijzing/" + item.number}>{line(item)}</Link>
            </li>
          ))}
        </ul>
      </details>
    );
  const columns = [t("team.who"), t("team.open"), t("team.today"), t("team.late"), t("team.waits")];
  return (
    <>
      <Title>{t("team.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      {names.length === 0 ? (
        <p>{t("team.none")}</p>
      ) : (
        <>
          <Table
            columns={columns}
            rows={names.map((name) => ({
              key: name,
              cells: [
                name || t("work.of-nobody"),
                behind(of(name, kOpen)),
                of(name, ["today"]).length,
                oldest(of(name, ["crisis", "late"])),
                of(name, kOpen).filter((item) => item.referral?.state === "waitlisted").length,
              ],
            }))}
          />
          <HandOut items={items} again={list.again} />
        </>
      )}
    </>
  );
}
