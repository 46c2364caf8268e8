// What needs me, in the order in which it hurts.
import { useState } from "preact/hooks";
import type { WorkGroup, WorkItem } from "../../generated/interface";
import { call, Problem } from "../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../parts/common";
import { Choice } from "../parts/fields";
import { useLoaded } from "../live";
import { dayInFull, useWords } from "../words";

const kGroups: WorkGroup[] = ["crisis", "late", "today", "week", "later", "waiting"];
const kOpen: WorkGroup[] = ["crisis", "late", "today", "week"];
const kAtOnce = 50;
type Shown = "mine" | "own" | "all";

function fits(item: WorkItem, shown: Shown): boolean {
  // What hurts is everybody's.
  if (shown === "all" || !item.referral || item.group === "crisis" || item.group === "late") return true;
  return item.holder?.you === true || (shown === "mine" && !item.holder);
}

function Until({ item }: { item: WorkItem }) {
  const { t, moment, left, language } = useWords();
  if (item.due)
    return (
      <span class={"until" + (item.group === "late" ? " late" : "")}>
        {t("work.before", { when: moment(item.due) })} ({left(item.due)})
      </span>
    );
  if (item.dueDay) return <span class={"until" + (item.group === "late" ? " late" : "")}>{t("work.before", { when: dayInFull(language, item.dueDay) })}</span>;
  return null;
}

function placeOf(item: WorkItem): string {
  if (item.number) return "/verwijzing/" + item.number;
  if (item.what) return item.what === "grant" || item.what === "withdrawal" ? "/toestemming" : "/werkvoorraad";
  if (item.kind === "talk-child" || item.kind === "talk-parents") return "/gesprekken";
  return item.kind === "confirm-exception" ? "/uitzonderingen" : "/toestemming";
}

function Row({ item, again }: { item: WorkItem; again: () => void }) {
  const { t, word } = useWords();
  const [taken, setTaken] = useState<Problem>();
  const number = item.number ?? "";
  const act = async (what: Promise<unknown>) => {
    setTaken(undefined);
    await what.then(again, (problem: Problem) => setTaken(problem));
  };
  const holder = item.holder ? (item.holder.you ? t("work.of-you") : item.holder.name) : t("work.of-nobody");
  const waiting = item.what === "grant" ? t("work.grant") : item.what === "withdrawal" ? t("work.withdrawal") : item.what ? word("Step", item.what) : "";
  const about = [waiting, item.title, item.stay, item.number, item.referral?.ownNumber, item.referral?.hidden && t("work.hidden"), item.referral?.suspended && t("work.suspended")];
  return (
    <li class={"row " + item.group}>
      <div class="what">
        <h3>
          <Link to={placeOf(item)}>{word("WorkKind", item.kind)}</Link>
        </h3>
        <Until item={item} />
      </div>
      <p class="muted">
        {[...about.filter(Boolean), item.referral && holder].filter(Boolean).join(" · ")}
        {item.referral && " · " + word("ReferralState", item.referral.state)}
      </p>
      <p class="acts">
        {(item.kind === "queued" || item.kind === "not-sent") && item.messageId && (
          <Button onClick={() => act(call("outbox.cancel", { messageId: item.messageId! }))}>{t(item.kind === "queued" ? "work.cancel" : "work.seen")}</Button>
        )}
        {item.kind === "queued" && item.what === "grant" && item.grantId && (
          <Button onClick={() => act(call("grants.withdraw", { grantId: item.grantId! }))}>{t("work.cancel")}</Button>
        )}
        {number && !item.holder && item.group !== "waiting" && (
          <Button onClick={() => act(call("assignments.take", { number }))} label={t("work.take") + " " + number}>
            {t("work.take")}
          </Button>
        )}
        {number && item.holder?.you && (
          <Button onClick={() => act(call("assignments.give-back", { number }))} label={t("work.give-back") + " " + number}>
            {t("work.give-back")}
          </Button>
        )}
      </p>
      {taken?.code === "taken" ? (
        <Alert kind="warning" title={taken.title}>
          <Button onClick={() => act(call("assignments.take", { number, takeOver: true }))}>{t("work.take-over")}</Button>
        </Alert>
      ) : (
        <Trouble problem={taken} />
      )}
    </li>
  );
}

// What nobody looks at is not drawn: a list may be long.
function Group({ group, rows, again }: { group: WorkGroup; rows: WorkItem[]; again: () => void }) {
  const { t, word } = useWords();
  const [open, setOpen] = useState(kOpen.includes(group));
  const [most, setMost] = useState(kAtOnce);
  return (
    <section class={"work " + group}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2>
            {word("WorkGroup", group)} ({rows.length})
          </h2>
        </summary>
        {open && (
          <ul class="rows">
            {rows.slice(0, most).map((item, at) => (
              <Row key={(item.number ?? item.grantId ?? item.stay ?? "") + item.kind + at} item={item} again={again} />
            ))}
          </ul>
        )}
        {open && rows.length > most && <Button onClick={() => setMost(most + kAtOnce)}>{t("work.more", { n: Math.min(kAtOnce, rows.length - most) })}</Button>}
      </details>
    </section>
  );
}

export function WorkList() {
  const { t, clock } = useWords();
  const [shown, setShown] = useState<Shown>("mine");
  const list = useLoaded(() => call("work-items.list"));
  const items = list.value?.items ?? [];
  const mine = items.filter((item) => fits(item, shown));
  const active = mine.filter((item) => item.group !== "waiting");
  const late = active.filter((item) => item.group === "late" || (item.group === "crisis" && item.referral?.overdue)).length;
  const asOf = list.value?.asOf;
  if (!list.value && !list.problem) return <Loading />;
  return (
    <>
      <Title sub={asOf ? t(list.value?.stale ? "work.stale" : "work.updated", { time: clock(asOf) }) : t("work.never")}>{t("work.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      <p>
        <Link to="/overdracht">{t("shift.title")}</Link>
        {items.some((item) => item.kind === "progress") && (
          <>
            {" · "}
            <Link to="/terugkoppeling">{t("quick.title")}</Link>
          </>
        )}
      </p>
      <p class="lead" role="status">
        {t("work.count", { n: active.length })} {t("work.late", { n: late })}
      </p>
      <Choice
        beside
        label={t("work.show")}
        value={shown}
        options={[
          { value: "mine", label: t("work.filter.mine") },
          { value: "own", label: t("work.filter.own") },
          { value: "all", label: t("work.filter.all") },
        ]}
        onChoose={(value) => setShown(value as Shown)}
      />
      {mine.length === 0 && items.length > 0 && (
        <p>
          {t("work.filtered", { n: items.length })} <Button onClick={() => setShown("all")}>{t("work.show-all")}</Button>
        </p>
      )}
      {items.length === 0 && <p class="muted">{t("work.empty")}</p>}
      {(list.value?.leftOff ?? 0) > 0 && <Alert kind="info" title={t("work.left-off", { n: list.value?.leftOff ?? 0 })} />}
      {kGroups.map((group) => {
        const rows = mine.filter((item) => item.group === group);
        return rows.length > 0 && <Group key={group} group={group} rows={rows} again={list.again} />;
      })}
    </>
  );
}
