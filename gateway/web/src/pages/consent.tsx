// What may be shared with whom, until when; and stopping it.
import { useState } from "preact/hooks";
import type { Category, Grant, WithdrawAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Link, Loading, Title, Trouble } from "../parts/common";
import { Table } from "../parts/table";
import { useLoaded } from "../live";
import { capital, dayInFull, useWords } from "../words";

const kStates: Record<string, { nl: string; en: string }> = {
  active: { nl: "loopt", en: "runs" },
  pending: { nl: "nog niet geregistreerd", en: "not registered yet" },
  withdrawn: { nl: "gestopt", en: "stopped" },
  withdrawing: { nl: "gestopt, Veerpont hoort het nog", en: "stopped, Veerpont still hears of it" },
  expired: { nl: "afgelopen", en: "ended" },
  "not-yet-valid": { nl: "begint later", en: "begins later" },
};

// A grant ends at midnight: the day before is the last one.
function lastDay(expires: string): string {
  return new Date(new Date(expires).getTime() - 12 * 3_600_000).toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
}

export function Consent({ org }: { org: string }) {
  const { t, word, language } = useWords();
  const list = useLoaded(() => call("grants.list"));
  if (!list.value && !list.problem) return <Loading />;
  const grants = list.value?.grants ?? [];
  const cellsOf = (grant: Grant) => [
    grant.holder === org ? grant.title || grant.recipient : t("organisations.own"),
    word("Ground", grant.ground),
    grant.expires ? dayInFull(language, lastDay(grant.expires)) : "",
    kStates[grant.state ?? ""]?.[language] ?? grant.state,
    grant.holder === org && grant.state === "active" ? <Link to={`/toestemming/${grant.grantId}/stop`}>{t("consent.stop")}</Link> : "",
  ];
  const columns = [t("consent.recipient"), t("consent.ground"), t("consent.end"), t("consent.state"), ""];
  return (
    <>
      <Title>{t("consent.title")}</Title>
      <Trouble problem={list.problem} again={list.again} />
      {grants.length === 0 ? (
        <p>{t("consent.none")}</p>
      ) : (
        <Table columns={columns} rows={grants.map((grant) => ({ key: grant.grantId ?? "", cells: cellsOf(grant) }))} />
      )}
    </>
  );
}

function Fates({ done, title }: { done: WithdrawAnswer; title: string }) {
  const { t, word, moment } = useWords();
  return (
    <>
      <Alert kind="ok" title={t(done.passedOn ? "consent.stopped" : "consent.stopped-waits")} />
      <ul>
        {(done.categories ?? []).map((fate) => {
          const what = capital(word("Category", fate.category));
          if (fate.openedBy) return <li key={fate.category}>{t("consent.fate.read", { what, who: title || fate.openedBy, when: moment(fate.opened ?? "") })}</li>;
          return <li key={fate.category}>{t(done.complete ? "consent.fate.unread" : "consent.fate.unknown", { what })}</li>;
        })}
      </ul>
    </>
  );
}

export function StopSharing({ grant }: { grant: string }) {
  const { t } = useWords();
  const about = useLoaded(() => call("grants.show", { grantId: grant }), [grant]);
  const [done, setDone] = useState<WithdrawAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const stop = (categories: Category[]) => call("grants.withdraw", { grantId: grant, categories }).then(setDone, setProblem);
  return (
    <div class="narrow">
      <Title sub={about.value?.title}>{t("consent.stop.title")}</Title>
      <Trouble problem={problem} />
      {done ? (
        <Fates done={done} title={about.value?.title ?? ""} />
      ) : (
        <>
          <p>{t("consent.stop.text")}</p>
          <Button danger onClick={() => stop([])}>
            {t("consent.stop.all")}
          </Button>
        </>
      )}
      <p>
        <Link to="/toestemming">← {t("consent.title")}</Link>
      </p>
    </div>
  );
}
