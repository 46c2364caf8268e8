// The talks of a stay, under names of the house's own; dates only, and they stay here.
import { useState } from "preact/hooks";
import type { RhythmAnswer_Row } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Button, Loading, Title, Trouble } from "../parts/common";
import { DayField, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { capital, dayInFull, useWords } from "../words";

function today(): string {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
}

function Row({ row, again, fail }: { row: RhythmAnswer_Row; again: () => void; fail: (problem: Problem) => void }) {
  const { t, word, language } = useWords();
  const stay = row.stay ?? "";
  const who = word("TalkWith", row.with);
  return (
    <li>
      <h2>
        {stay}: {who}
      </h2>
      <p class={row.late ? "until late" : ""}>{t("work.before", { when: dayInFull(language, row.due ?? today()) })}</p>
      <p class="muted">{row.last ? t("talks.last", { when: dayInFull(language, row.last) }) : t("talks.never")}</p>
      <p class="acts">
        <Button label={`${t("talks.today")}: ${stay}, ${who}`} onClick={() => call("rhythm.talk", { stay, with: row.with ?? "child", date: today() }).then(again, fail)}>
          {t("talks.today")}
        </Button>
        <Button label={`${t("talks.end")}: ${stay}, ${who}`} onClick={() => call("rhythm.end", { stay, date: today() }).then(again, fail)}>
          {t("talks.end")}
        </Button>
      </p>
    </li>
  );
}

export function Talks() {
  const { t } = useWords();
  const list = useLoaded(() => call("rhythm.list"));
  const [problem, setProblem] = useState<Problem>();
  const [stay, setStay] = useState("");
  const [began, setBegan] = useState(today());
  if (!list.value && !list.problem) return <Loading />;
  const rows = [...(list.value?.talks ?? [])].sort((one, other) => (one.due ?? "").localeCompare(other.due ?? ""));
  const begin = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("rhythm.begin", { stay: stay.trim(), date: began }).then(() => {
      setStay("");
      list.again();
    }, setProblem);
  };
  return (
    <>
      <Title sub={t("talks.text")}>{t("talks.title")}</Title>
      <Trouble problem={list.problem ?? problem} again={list.again} />
      {rows.length === 0 && <p>{t("talks.none")}</p>}
      <ul class="cards">
        {rows.map((row) => (
          <Row key={(row.stay ?? "") + row.with} row={row} again={list.again} fail={setProblem} />
        ))}
      </ul>
      <form class="narrow" onSubmit={begin}>
        <h2>{t("talks.begin")}</h2>
        <TextField label={t("talks.stay")} hint={t("talks.stay.hint")} value={stay} onInput={setStay} />
        <DayField label={capital(t("talks.began"))} value={began} onInput={setBegan} />
        <Button submit>{t("talks.begin")}</Button>
      </form>
    </>
  );
}
