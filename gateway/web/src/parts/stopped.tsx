// When sharing stopped, of what; and what was read before, as far as this house has read the log. Both sides see the same.
import type { Category, Event, ReferralPage } from "../../generated/interface";
import { Alert } from "./common";
import { useWords } from "../words";

// Which kinds the other side opened, or this one, and when first.
export function firstRead(events: Event[], by: (event: Event) => boolean): Map<Category, string> {
  const first = new Map<Category, string>();
  for (const event of events) if (event.kind === "released" && by(event)) for (const one of event.categories ?? []) if (!first.has(one)) first.set(one, event.time ?? "");
  return first;
}

// What the referrer sent to be read, but for how it goes.
function sentOf(page: ReferralPage): Category[] {
  const sent = (page.events ?? []).filter((event) => event.kind === "submitted" && event.step !== "update").flatMap((event) => event.categories ?? []);
  return [...new Set(sent)].filter((one) => one !== "grant-record" && one !== "update");
}

const kClocksDiffer = 600_000; // milliseconds, between this house and the broker

export function Stopped({ page }: { page: ReferralPage }) {
  const { t, word, moment } = useWords();
  const row = page.about?.referral ?? {};
  const events = page.events ?? [];
  const ours = row.role === "provider"; // who read, or did not
  const read = firstRead(events, (event) => (event.actor === page.org) === ours);
  // The log says that what opens these was destroyed before anybody asked for it; under an earlier consent does not count.
  const destroyedAt = (stopped: string) =>
    new Set(events.filter((event) => event.kind === "shares-destroyed" && Date.parse(event.time ?? "") >= Date.parse(stopped) - kClocksDiffer).flatMap((event) => event.categories ?? []));
  const names = (kinds: Category[]) => kinds.map((one) => word("Category", one)).join(", ");
  const title = row.title ?? row.with ?? "";
  return (
    <>
      {(row.sharingStopped ?? []).map((stop) => {
        const what = stop.categories ?? [];
        const kinds = sentOf(page).filter((one) => what.length === 0 || what.includes(one));
        const destroyed = destroyedAt(stop.stopped ?? "");
        const seen = kinds.filter((one) => read.has(one));
        const [gone, unknown] = [true, false].map((known) => kinds.filter((one) => !read.has(one) && destroyed.has(one) === known)) as [Category[], Category[]];
        const when = seen.map((one) => read.get(one) ?? "").sort()[0] ?? "";
        return (
          <Alert kind="warning" key={stop.stopped} title={t("referral.stopped", { when: moment(stop.stopped ?? ""), what: names(what) || t("referral.stopped-all") })}>
            {seen.length > 0 && <p>{t(ours ? "referral.stopped.we-read" : "referral.stopped.they-read", { what: names(seen), when: moment(when), title })}</p>}
            {gone.length > 0 && <p>{t("referral.stopped.unread", { what: names(gone) })}</p>}
            {unknown.length > 0 && <p>{t("referral.stopped.unknown", { what: names(unknown) })}</p>}
          </Alert>
        );
      })}
    </>
  );
}
