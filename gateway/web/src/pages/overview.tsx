// The change of shift, on one page to print, with a word for whoever comes next.
import type { Note, WorkGroup, WorkItem } from "../../generated/interface";
import { useState } from "preact/hooks";
import { call, type Problem } from "../api";
import { Button, Loading, Title, Trouble } from "../parts/common";
import { LongText } from "../parts/fields";
import { useLoaded, useLoadedOnce } from "../live";
import { dayInFull, useWords } from "../words";

const kGroups: WorkGroup[] = ["crisis", "late", "today", "week", "later", "waiting"];
const kTonight: WorkGroup[] = ["crisis", "late", "today", "waiting"];

function Word({ number, note, again }: { number: string; note: Note | undefined; again: () => void }) {
  const { t, moment } = useWords();
  const [written, setWritten] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const put = () =>
    call("notes.put", { number, text: (written ?? "").trim() }).then(() => {
      setWritten(undefined);
      again();
    }, setProblem);
  if (written === undefined)
    return (
      <>
        {note && (
          <p class="note">
            <span class="written">{note.text}</span> <span class="muted">{t("shift.note.by", { who: note.by ?? "", when: moment(note.written ?? "") })}</span>
          </p>
        )}
        <p class="acts">
          <Button onClick={() => setWritten(note?.text ?? "")} label={t(note ? "shift.note.change" : "shift.note.write") + " " + number}>
            {t(note ? "shift.note.change" : "shift.note.write")}
          </Button>
        </p>
      </>
    );
  return (
    <>
      <LongText label={t("shift.note", { number })} hint={t("shift.note.hint")} value={written} onInput={setWritten} />
      <Trouble problem={problem} />
      <p class="acts">
        <Button main onClick={put}>
          {t("save")}
        </Button>
        <Button onClick={() => setWritten(undefined)}>{t("cancel")}</Button>
      </p>
    </>
  );
}

function Line({ item, note, again }: { item: WorkItem; note: Note | undefined; again: () => void }) {
  const { t, word, moment, left, language } = useWords();
  const until = item.due ? `${t("work.before", { when: moment(item.due) })} (${left(item.due)})` : item.dueDay ? t("work.before", { when: dayInFull(language, item.dueDay) }) : "";
  const holder = item.referral ? (item.holder ? (item.holder.you ? t("work.of-you") : item.holder.name) : t("work.of-nobody")) : "";
  return (
    <li>
      <strong>{word("WorkKind", item.kind)}</strong> {[item.title, item.stay, item.number, until, holder].filter(Boolean).join(" · ")}
      {item.number && <Word number={item.number} note={note} again={again} />}
    </li>
  );
}

export function ShiftChange({ number }: { number: string }) {
  const { t, word, moment } = useWords();
  const list = useLoaded(() => call("work-items.list"));
  // What colleagues wrote is content: it is read when somebody comes here, and stands in the access log.
  const notes = useLoadedOnce(() => call("notes.list"));
  if (!list.value && !list.problem) return <Loading />;
  const noteOf = (item: WorkItem) => notes.value?.notes?.find((note) => note.number === item.number);
  // Tonight's, what somebody wrote about, and what somebody came to write about.
  const items = (list.value?.items ?? []).filter((item) => kTonight.includes(item.group ?? "later") || noteOf(item) || (number !== "" && item.number === number));
  return (
    <>
      <Title sub={moment(new Date().toISOString())}>{t("shift.title")}</Title>
      <Trouble problem={list.problem ?? notes.problem} again={list.again} />
      {items.length === 0 && <p>{t("shift.none")}</p>}
      {kGroups.map((group) => {
        const rows = items.filter((item) => item.group === group);
        return (
          rows.length > 0 && (
            <section key={group}>
              <h2>
                {word("WorkGroup", group)} ({rows.length})
              </h2>
              <ul class="shift">
                {rows.map((item, at) => (
                  <Line key={(item.number ?? item.grantId ?? item.stay ?? "") + item.kind + at} item={item} note={noteOf(item)} again={notes.again} />
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
