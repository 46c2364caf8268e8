// Exceptions that a second professional confirms, from their own log-in.
import { useState } from "preact/hooks";
import type { SessionAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Loading, Title, Trouble } from "../parts/common";
import { useLoaded } from "../live";
import { capital, useWords } from "../words";

export function Exceptions({ session }: { session: SessionAnswer }) {
  const { t, word, moment } = useWords();
  const list = useLoaded(() => call("exceptions.list"));
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(false);
  if (!list.value && !list.problem) return <Loading />;
  const rows = list.value?.exceptions ?? [];
  const confirm = (grantId: string) => {
    setProblem(undefined);
    call("grants.countersign", { grantId } as never).then(() => {
      setDone(true);
      list.again();
    }, setProblem);
  };
  return (
    <>
      <Title sub={t("exceptions.text")}>{t("exceptions.title")}</Title>
      {done && <Alert kind="ok" title={t("exceptions.done")} />}
      <Trouble problem={list.problem ?? problem} again={list.again} />
      {rows.length === 0 && <p>{t("exceptions.none")}</p>}
      <ul class="cards">
        {rows.map((row) => (
          <li key={row.grantId}>
            <h2>
              {capital(word("Ground", row.ground))}: {row.title || row.recipient}
            </h2>
            <p>{t("exceptions.registered", { who: row.registrar || "?", when: moment(row.registered ?? "") })}</p>
            {row.countersigned ? (
              <p>{t("exceptions.confirmed", { when: moment(row.countersigned) })}</p>
            ) : (
              <>
                <p class={row.late ? "until late" : ""}>{t("exceptions.before", { when: moment(row.countersignBy ?? "") })}</p>
                {row.registrar === session.name || (row.second && row.second !== session.name) ? (
                  <p>{t("exceptions.waits", { who: row.second || "?" })}</p>
                ) : (
                  <Button main onClick={() => confirm(row.grantId ?? "")}>
                    {t("exceptions.confirm")}
                  </Button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
