// All referrals, as a table that is a list on a narrow screen.
import { useState } from "preact/hooks";
import type { NumberedReferral } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Button, Link, Loading, Title, Trouble } from "../parts/common";
import { Crossing } from "../parts/crossing";
import { Checks, TextField } from "../parts/fields";
import { Table } from "../parts/table";
import { useLoaded } from "../live";
import { useWords } from "../words";

const kPage = 50;

// Among what was written or opened here, and nowhere else.
function ByName({ found }: { found: (rows: NumberedReferral[] | undefined) => void }) {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const search = () => {
    setProblem(undefined);
    if (name.trim() === "") return found(undefined);
    call("numbered-referrals.find", { name: name.trim() }).then((answer) => found(answer.referrals ?? []), setProblem);
  };
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <TextField label={t("referrals.by-name")} hint={t("referrals.by-name.hint")} value={name} onInput={setName} />
      <Button submit>{t("organisations.search")}</Button>
      <Trouble problem={problem} />
    </form>
  );
}

export function Referrals({ org, work }: { org: string; work: boolean }) {
  const { t, word, moment } = useWords();
  const [all, setAll] = useState(false);
  const [pages, setPages] = useState(1);
  const [found, setFound] = useState<NumberedReferral[]>();
  const list = useLoaded(async () => {
    const rows: NumberedReferral[] = [];
    for (let page = 0; page < pages; ++page) {
      const more = await call("numbered-referrals.list", { openOnly: !all, limit: kPage, after: rows.at(-1)?.number ?? "" });
      rows.push(...(more.referrals ?? []));
      if ((more.referrals ?? []).length < kPage) return { rows, more: false };
    }
    return { rows, more: true };
  }, [all, pages]);
  const turn = (row: NumberedReferral) =>
    row.referral?.nextActor === undefined || row.referral.nextActor === "" ? "" : row.referral.nextActor === org ? t("work.of-you") : row.referral.title;
  const cellsOf = (row: NumberedReferral) => [
    <Link to={"/verwijzing/" + row.number}>{row.number}</Link>,
    row.referral?.ownNumber ?? "",
    row.referral?.title ?? row.referral?.with ?? "",
    t(row.referral?.role === "referrer" ? "referrals.out" : "referrals.in"),
    word("ReferralState", row.referral?.state),
    <>
      <Crossing small row={row.referral ?? {}} org={org} us="" them="" /> {turn(row)}
    </>,
    row.referral?.respondBy ? moment(row.referral.respondBy) : "",
  ];
  const rows = found ?? list.value?.rows ?? [];
  const columns = [t("referrals.number"), t("referrals.own-number"), t("referrals.with"), t("referrals.direction"), t("referrals.state"), t("referrals.turn"), t("referrals.until")];
  if (!list.value && !list.problem) return <Loading />;
  return (
    <>
      <Title>{t("referrals.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      {work && <ByName found={setFound} />}
      {found ? (
        <p role="status">
          {t("referrals.found", { n: found.length })} <Button onClick={() => setFound(undefined)}>{t("work.show-all")}</Button>
        </p>
      ) : (
        <Checks label={t("work.show")} values={all ? ["all"] : []} options={[{ value: "all", label: t("referrals.all") }]} onChange={(values) => setAll(values.includes("all"))} />
      )}
      {!found && rows.length === 0 && list.value && <p>{t("referrals.none")}</p>}
      {rows.length > 0 && <Table columns={columns} rows={rows.map((row) => ({ key: row.number ?? "", cells: cellsOf(row) }))} />}
      {!found && list.value?.more && <Button onClick={() => setPages(pages + 1)}>{t("referrals.more")}</Button>}
    </>
  );
}
