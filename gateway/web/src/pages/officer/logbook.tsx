// What the log says, who of ours read what, and whether it is right. Of the three verdicts one holds, and never a fourth.
import { useState } from "preact/hooks";
import type { AccessesAnswer_Row as Access, CheckProofAnswer, Event } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../../parts/common";
import { Choice, CodeField, LongText, TextField } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { capital, useWords } from "../../words";
import { download } from "./download";
import { Witnesses } from "./doubt";
import { TakeAlong } from "./take_along";
import { asked, type Filter, Filters, thisQuarter } from "./filter";

const kPage = 100;

export function Verdict({ full = false }: { full?: boolean }) {
  const { t, moment } = useWords();
  const state = useLoadedOnce(() => call("audit.verify", { full: false }).then((said) => ({ said, when: new Date().toISOString() })));
  const [busy, setBusy] = useState(false);
  const [whole, setWhole] = useState<{ said: Awaited<ReturnType<typeof verify>>; when: string }>();
  const [problem, setProblem] = useState<Problem>();
  const verify = () => call("audit.verify", { full: true });
  const again = () => {
    setBusy(true);
    setProblem(undefined);
    verify().then((said) => (setWhole({ said, when: new Date().toISOString() }), setBusy(false)), (caught: Problem) => (setProblem(caught), setBusy(false)));
  };
  const wrong = problem ?? (whole ? undefined : state.problem);
  const right = wrong ? undefined : (whole ?? state.value);
  if (!wrong && !right) return <Loading />;
  if (wrong)
    return wrong.code === "tampered" ? (
      <Alert kind="error" title={t("fg.log.wrong")}>
        <p>{wrong.detail}</p>
        <p>
          {t("fg.log.wrong.do")} <Link to="/fg/twijfel">{t("fg.doubt")}</Link>
        </p>
      </Alert>
    ) : (
      <Alert kind="warning" title={t("fg.log.unknown")}>
        <p>{wrong.title}</p>
        <Button onClick={again} busy={busy}>
          {t("fg.log.again")}
        </Button>
      </Alert>
    );
  const said = right!.said;
  return (
    <Alert kind="ok" title={t("fg.log.right")}>
      <p>
        {t("fg.log.checked", { when: moment(right!.when), events: said.events ?? 0, size: said.treeSize ?? 0, checked: said.checked ?? 0 })} {t("fg.log.accesses", { n: said.accesses ?? 0, anchored: said.anchored ?? 0 })}
        {said.stale && said.asOf && " " + t("fg.stale", { time: moment(said.asOf) })}
      </p>
      {full && (
        <Button onClick={again} busy={busy}>
          {t("fg.log.full")}
        </Button>
      )}
    </Alert>
  );
}

function Events() {
  const { t, word, moment } = useWords();
  const [filter, setFilter] = useState<Filter & { kind: string; number: string }>({ ...thisQuarter(), kind: "", number: "" });
  const [pages, setPages] = useState(1);
  const [problem, setProblem] = useState<Problem>();
  const list = useLoadedOnce(async () => {
    const rows: Event[] = [];
    const of = filter.number.trim() ? (await call("numbered-referrals.show", { number: filter.number.trim().toUpperCase() })).about?.referral?.referralId : undefined;
    for (let page = 0; page < pages; ++page) {
      const after = rows.at(-1)?.logIndex;
      const more = await call("audit.list", {
        ...asked(filter), newestFirst: true, limit: kPage,
        ...(filter.kind ? { kind: filter.kind } : {}), ...(of ? { referralId: of } : {}), ...(after === undefined ? {} : { after }),
      });
      rows.push(...(more.events ?? []));
      if ((more.events ?? []).length < kPage) return { rows, more: false };
    }
    return { rows, more: true };
  }, [JSON.stringify(filter), pages]);
  const prove = (event: Event) =>
    call("audit.prove", { logIndex: event.logIndex ?? 0 }).then((made) => download(`veerpont-${event.logIndex}.tlog-proof`, made.proof ?? "", "text/plain"), setProblem);
  const cells = (event: Event) => [
    moment(event.time ?? ""),
    event.title || event.actor || t("referral.by-log"),
    word("EventKind", event.kind) + (event.step ? ` (${word("Step", event.step)})` : ""),
    (event.categories ?? []).map((one) => word("Category", one)).join(", "),
    word("Ground", event.ground),
    <Button onClick={() => void prove(event)} label={t("fg.prove.of", { n: event.logIndex ?? 0 })}>
      {t("fg.prove")}
    </Button>,
  ];
  const rows = list.value?.rows ?? [];
  return (
    <>
      <Filters filter={filter} put={(change) => (setPages(1), setFilter({ ...filter, ...change }))} />
      <div class="filters">
        <CodeField all label={t("fg.kind")} codes="EventKind" value={filter.kind} onChoose={(kind) => (setPages(1), setFilter({ ...filter, kind }))} />
        <TextField label={t("nav.number")} value={filter.number} onInput={(number) => (setPages(1), setFilter({ ...filter, number }))} />
      </div>
      <Trouble problem={list.problem ?? problem} again={list.again} />
      {list.value && rows.length === 0 && <p>{t("fg.nothing")}</p>}
      {rows.length > 0 && (
        <Table columns={[t("fg.when"), t("fg.who"), t("fg.what"), t("fg.category"), t("consent.ground"), ""]} rows={rows.map((event) => ({ key: String(event.logIndex), cells: cells(event) }))} />
      )}
      {list.value?.more && <Button onClick={() => setPages(pages + 1)}>{t("referrals.more")}</Button>}
      <TakeAlong what="events" formats={["csv", "fhir"]} of={{ ...asked(filter), ...(filter.kind ? { kind: filter.kind } : {}) }} />
    </>
  );
}

// Who of ours saw what, newest first; what was refused and what somebody searched, too.
function Accesses() {
  const { t, word, moment } = useWords();
  const [filter, setFilter] = useState(thisQuarter);
  const [person, setPerson] = useState("");
  const list = useLoadedOnce(() => call("access.list", { from: filter.from, until: filter.until, ...(person.trim() ? { person: person.trim() } : {}) }), [JSON.stringify(filter), person]);
  const rows = [...(list.value?.accesses ?? [])].reverse();
  const cells = (one: Access) => [
    moment(one.time ?? ""),
    one.forgotten ? t("fg.forgotten") : `${one.person} (${word("ActorRole", one.role)})`,
    word("AccessKind", one.kind),
    [(one.categories ?? []).map((kind) => word("Category", kind)).join(", "), one.list].filter(Boolean).join(" · "),
    one.reason ?? "",
  ];
  return (
    <>
      <Filters filter={filter} put={(change) => setFilter({ ...filter, ...change })} only="period" />
      <TextField label={t("fg.person")} value={person} onInput={setPerson} />
      <Trouble problem={list.problem} again={list.again} />
      {list.value && rows.length === 0 && <p>{t("fg.nothing")}</p>}
      {rows.length > 0 && <Table columns={[t("fg.when"), t("fg.who"), t("fg.what"), t("fg.of"), t("fg.reason")]} rows={rows.map((one) => ({ key: String(one.number), cells: cells(one) }))} />}
      <TakeAlong what="accesses" formats={["csv", "nen7513", "fhir"]} of={{ from: filter.from, until: filter.until }} />
    </>
  );
}

// A file that somebody brings: what it proves, under this log's key or another's.
function CheckProof() {
  const { t, word, moment, language } = useWords();
  const [proof, setProof] = useState("");
  const [key, setKey] = useState("");
  const [said, setSaid] = useState<CheckProofAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const check = () => {
    setSaid(undefined);
    setProblem(undefined);
    call("audit.check-proof", { proof, verifierKey: key.trim() }).then(setSaid, setProblem);
  };
  return (
    <>
      <LongText label={t("fg.proof.text")} value={proof} onInput={setProof} />
      <TextField label={t("fg.proof.key")} hint={t("fg.proof.key.hint")} value={key} onInput={setKey} />
      <Button main onClick={check}>
        {t("fg.proof.check")}
      </Button>
      {said?.event && (
        <Alert kind="ok" title={t("fg.proof.holds", { log: said.log ?? "", n: said.event.logIndex ?? 0 })}>
          <p>
            {moment(said.event.time ?? "")}: {said.event.actor || t("referral.by-log")}: {word("EventKind", said.event.kind).toLowerCase()}
            {said.event.counterpart && ` → ${said.event.counterpart}`}
          </p>
        </Alert>
      )}
      {said && !said.holds && (
        <Alert kind="error" title={t("fg.proof.not")}>
          <p>{capital((language === "nl" ? said.faultNl : said.fault) ?? "")}</p>
        </Alert>
      )}
      <Trouble problem={problem} />
    </>
  );
}

export function Logbook() {
  const { t } = useWords();
  const [part, setPart] = useState("events");
  const parts = [
    { value: "events", label: t("fg.tab.events") },
    { value: "accesses", label: t("fg.tab.accesses") },
    { value: "proof", label: t("fg.tab.proof") },
  ];
  return (
    <>
      <Title>{t("fg.logbook")}</Title>
      <Verdict full />
      <Witnesses />
      <Choice beside label={t("work.show")} value={part} options={parts} onChoose={setPart} />
      <h2>{capital(parts.find((one) => one.value === part)?.label ?? "")}</h2>
      {part === "events" ? <Events /> : part === "accesses" ? <Accesses /> : <CheckProof />}
    </>
  );
}
