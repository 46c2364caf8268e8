// The change of shift, on one page to print; and for a team lead, who has what.
import type { WorkGroup, WorkItem } from "../../generated/interface";
import { call } from "../api";
import { Button, Loading, Title, Trouble } from "../parts/common";
import { Table } from "../parts/table";
import { useLoaded } from "../live";
import { dayInFull, useWords } from "../words";

const kTonight: WorkGroup[] = ["crisis", "late", "today", "waiting"];

function Line({ item }: { item: WorkItem }) {
  const { t, word, moment, left, language } = useWords();
  const until = item.due ? `${t("work.before", { when: moment(item.due) })} (${left(item.due)})` : item.dueDay ? t("work.before", { when: dayInFull(language, item.dueDay) }) : "";
  const holder = item.referral ? (item.holder ? (item.holder.you ? t("work.of-you") : item.holder.name) : t("work.of-nobody")) : "";
  return (
    <li>
      <strong>{word("WorkKind", item.kind)}</strong> {[item.title, item.stay, item.number, until, holder].filter(Boolean).join(" · ")}
    </li>
  );
}

export function ShiftChange() {
  const { t, word, moment } = useWords();
  const list = useLoaded(() => call("work-items.list"));
  if (!list.value && !list.problem) return <Loading />;
  const items = list.value?.items ?? [];
  return (
    <>
      <Title sub={moment(new Date().toISOString())}>{t("shift.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      {items.filter((item) => kTonight.includes(item.group ?? "later")).length === 0 && <p>{t("shift.none")}</p>}
      {kTonight.map((group) => {
        const rows = items.filter((item) => item.group === group);
        return (
          rows.length > 0 && (
            <section key={group}>
              <h2>
                {word("WorkGroup", group)} ({rows.length})
              </h2>
              <ul>
                {rows.map((item, at) => (
                  <Line key={at} item={item} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      <Button onClick={() => print()}>{t("shift.print")}</Button>
    </>
  );
}

export function Team() {
  const { t } = useWords();
  const list = useLoaded(() => call("work-items.list"));
  if (!list.value && !list.problem) return <Loading />;
  const items = (list.value?.items ?? []).filter((item) => item.referral && item.group !== "waiting");
  const names = [...new Set(items.map((item) => item.holder?.name ?? ""))].sort();
  const count = (name: string, groups: WorkGroup[]) => items.filter((item) => (item.holder?.name ?? "") === name && groups.includes(item.group ?? "later")).length;
  const all: WorkGroup[] = ["crisis", "late", "today", "week", "later"];
  const columns = [t("team.who"), t("team.open"), t("team.today"), t("team.late")];
  return (
    <>
      <Title>{t("team.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      {names.length === 0 ? (
        <p>{t("team.none")}</p>
      ) : (
        <Table
          columns={columns}
          rows={names.map((name) => ({ key: name, cells: [name || t("work.of-nobody"), count(name, all), count(name, ["today"]), count(name, ["crisis", "late"])] }))}
        />
      )}
    </>
  );
}
