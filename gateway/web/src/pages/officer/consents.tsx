// Under which consent this house shares, what ends soon, what stopped, and what must be zero; and under whose consent it
// works itself.
import { call } from "../../api";
import { Alert, Failed, Link, Loading, Title } from "../../parts/common";
import { Table } from "../../parts/table";
import { useLoaded } from "../../live";
import { capital, useWords } from "../../words";
import { asked, thisQuarter } from "./filter";

const kSoon = 30; // days
const kStates = ["active", "not-yet-valid", "pending", "withdrawing", "withdrawn", "expired"] as const;

async function everything() {
  const [grants, due, exceptions, flows] = await Promise.all([
    call("grants.list"),
    call("grants.due", { days: kSoon }),
    call("exceptions.list"),
    call("flows.show", asked(thisQuarter())),
  ]);
  return { grants: grants.grants ?? [], due: due.due ?? [], waiting: (exceptions.exceptions ?? []).length, after: flows.readAfterTheEnd ?? 0 };
}

export function ConsentsPage({ org }: { org: string }) {
  const { t, word, moment } = useWords();
  const loaded = useLoaded(everything);
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const { grants, due, waiting, after } = loaded.value;
  const ours = grants.filter((one) => one.holder === org);
  const theirs = grants.filter((one) => one.holder !== org && one.state === "active");
  const because = (reason: string) => due.filter((one) => one.reason === reason).length;
  const counts: [string, number][] = [
    ...kStates.map((state): [string, number] => [t(`fg.consents.${state}`), ours.filter((one) => one.state === state).length]),
    [t("fg.consents.soon", { n: kSoon }), because("end-of-term") + because("end-of-sharing")],
    [t("fg.consents.birthday"), because("birthday")],
    [t("fg.consents.authority"), because("authority-check")],
    [t("fg.consents.exceptions"), waiting],
  ];
  const list = (rows: typeof grants, head: string, whom: (row: (typeof grants)[number]) => string) => (
    <Table
      columns={[head, t("consent.ground"), t("fg.category"), t("fg.consents.until")]}
      rows={rows.map((one) => ({
        key: one.grantId ?? "",
        cells: [whom(one), one.ground ? word("Ground", one.ground) : "", capital((one.categories ?? []).map((kind) => word("Category", kind)).join(", ")), one.expires ? moment(one.expires) : ""],
      }))}
    />
  );
  return (
    <>
      <Title sub={t("fg.consents.sub")}>{t("fg.consents")}</Title>
      <Alert kind={after === 0 ? "ok" : "error"} title={t("fg.after-the-end", { n: after })} />
      <Table columns={[t("fg.what"), t("fg.report.count")]} rows={counts.map(([what, n]) => ({ key: what, cells: [what, String(n)] }))} />
      <p>
        <Link to="/toestemming">{t("fg.q.consent")}</Link>
      </p>
      <h2>{t("fg.consents.ours")}</h2>
      {list(ours.filter((one) => one.state === "active"), t("fg.flow.to"), (one) => one.title || one.recipient || "")}
      <h2>{t("fg.consents.theirs")}</h2>
      {theirs.length === 0 ? <p>{t("fg.consents.none")}</p> : list(theirs, t("fg.flow.from"), (one) => one.holder ?? "")}
    </>
  );
}
