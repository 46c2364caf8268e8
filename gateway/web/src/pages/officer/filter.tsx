// Which part of the log: a period, an organisation, a ground, a kind of data. The same on every page of the officer.
import type { Category, Ground } from "../../../generated/interface";
import { call } from "../../api";
import { CodeField, DayField, Select } from "../../parts/fields";
import { useLoadedOnce } from "../../live";
import { useWords } from "../../words";

export interface Filter {
  from: string; // days, both included
  until: string;
  with: string;
  ground: string;
  category: string;
}

const kQuarters = 8;

// The quarter of a day, and the ones before it, newest first.
export function quarters(today: string): { name: string; from: string; until: string }[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  const newest = year * 4 + Math.floor((month - 1) / 3);
  return Array.from({ length: kQuarters }, (_, before) => {
    const at = newest - before;
    const first = new Date(Date.UTC(Math.floor(at / 4), (at % 4) * 3, 1));
    const last = new Date(Date.UTC(Math.floor(at / 4), (at % 4) * 3 + 3, 0));
    return { name: `${Math.floor(at / 4)}-${(at % 4) + 1}`, from: first.toISOString().slice(0, 10), until: last.toISOString().slice(0, 10) };
  });
}
export function todayHere(): string {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
}
export function thisQuarter(): Filter {
  const [quarter] = quarters(todayHere());
  return { from: quarter?.from ?? "", until: quarter?.until ?? "", with: "", ground: "", category: "" };
}

// As an operation takes it: what is empty is not looked at.
export function asked(filter: Filter): { from: string; until: string; with?: string; ground?: Ground; category?: Category } {
  return {
    from: filter.from,
    until: filter.until,
    ...(filter.with ? { with: filter.with } : {}),
    ...(filter.ground ? { ground: filter.ground as Ground } : {}),
    ...(filter.category ? { category: filter.category as Category } : {}),
  };
}

export function Filters({ filter, put, only }: { filter: Filter; put: (change: Partial<Filter>) => void; only?: "period" }) {
  const { t } = useWords();
  const list = useLoadedOnce(() => call("directory.list"));
  const all = quarters(todayHere());
  const chosen = all.find((one) => one.from === filter.from && one.until === filter.until)?.name ?? "own";
  const choose = (name: string) => {
    const quarter = all.find((one) => one.name === name);
    put(quarter ? { from: quarter.from, until: quarter.until } : { until: todayHere() });
  };
  const named = (name: string) => {
    const [year = "", quarter = ""] = name.split("-");
    return t("fg.quarter", { n: quarter, year });
  };
  return (
    <div class="filters">
      <Select label={t("fg.period")} value={chosen} options={[...all.map(({ name }) => ({ value: name, label: named(name) })), { value: "own", label: t("fg.period.own") }]} onChoose={choose} />
      {chosen === "own" && (
        <>
          <DayField label={t("fg.from")} value={filter.from} onInput={(from) => put({ from })} />
          <DayField label={t("fg.until")} value={filter.until} onInput={(until) => put({ until })} />
        </>
      )}
      {only !== "period" && (
        <>
      <Select
        all
        label={t("fg.with")}
        value={filter.with}
        options={(list.value?.organisations ?? []).map((one) => ({ value: one.org ?? "", label: one.title || (one.org ?? "") }))}
        onChoose={(org) => put({ with: org })}
      />
      <CodeField all label={t("consent.ground")} codes="Ground" value={filter.ground} onChoose={(ground) => put({ ground })} />
      <CodeField all label={t("fg.category")} codes="Category" value={filter.category} onChoose={(category) => put({ category })} />
        </>
      )}
    </div>
  );
}
