// The privacy officer's questions as people ask them, and what must be zero.
import { call } from "../../api";
import { Alert, Link, Loading, Title, Trouble } from "../../parts/common";
import { useLoaded } from "../../live";
import { useWords } from "../../words";
import { asked, thisQuarter } from "./filter";
import { Verdict } from "./logbook";

async function everything() {
  const [flows, exceptions, due] = await Promise.all([call("flows.show", asked(thisQuarter())), call("exceptions.list"), call("grants.due", { days: 30 })]);
  return { flows, exceptions: exceptions.exceptions ?? [], ends: (due.due ?? []).filter((one) => one.reason !== "authority-check") };
}

export function OfficerOverview() {
  const { t } = useWords();
  const loaded = useLoaded(everything);
  const { flows, exceptions = [], ends = [] } = loaded.value ?? {};
  const all = flows?.all ?? {};
  const late = exceptions.filter((one) => one.late).length;
  const after = flows?.readAfterTheEnd ?? 0;
  return (
    <>
      <Title>{t("fg.title")}</Title>
      <Verdict />
      <Trouble problem={loaded.problem} again={loaded.again} />
      {!loaded.value && !loaded.problem && <Loading />}
      {loaded.value && (
        <>
          <Alert kind={after === 0 ? "ok" : "error"} title={t("fg.after-the-end", { n: after })} />
          <ul class="cards">
            <li>
              <h2>
                <Link to="/fg/gegevensstromen">{t("fg.q.flows")}</Link>
              </h2>
              <p>{t("fg.totals", { referrals: all.referrals ?? 0, sent: all.sent ?? 0, read: all.read ?? 0, never: (all.sent ?? 0) - (all.read ?? 0), unreadable: all.unreadable ?? 0 })}</p>
            </li>
            <li>
              <h2>
                <Link to="/fg/logboek">{t("fg.q.who")}</Link>
              </h2>
              <p>{t("fg.q.who.text")}</p>
            </li>
            <li class={late > 0 ? "late" : ""}>
              <h2>
                <Link to="/uitzonderingen">{t("fg.q.exceptions")}</Link>
              </h2>
              <p>{t("fg.q.exceptions.text", { n: exceptions.length, late })}</p>
            </li>
            <li>
              <h2>
                <Link to="/toestemming">{t("fg.q.consent")}</Link>
              </h2>
              <p>{t("fg.q.consent.text", { n: ends.length })}</p>
            </li>
          </ul>
        </>
      )}
    </>
  );
}
