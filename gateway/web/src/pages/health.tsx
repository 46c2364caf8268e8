// Whether everything works, for whoever looks after it: each check in words, and what to do about it.
import { call } from "../api";
import { Alert, Button, Loading, Title, Trouble } from "../parts/common";
import { useLoadedOnce } from "../live";
import { capital, useWords } from "../words";

export function Health() {
  const { t, language, moment } = useWords();
  const state = useLoadedOnce(() => call("doctor").then((answer) => ({ checks: answer.checks ?? [], when: new Date().toISOString() })));
  if (!state.value && !state.problem) return <Loading />;
  const dutch = language === "nl";
  const checks = state.value?.checks ?? [];
  const wrong = checks.filter((one) => !one.ok);
  return (
    <>
      <Title sub={state.value && t("health.when", { when: moment(state.value.when) })}>{t("health.title")}</Title>
      <Trouble problem={state.problem} again={state.again} />
      {state.value && wrong.length === 0 && <Alert kind="ok" title={t("health.good")} />}
      <ul class="cards">
        {[...wrong, ...checks.filter((one) => one.ok)].map((one) => (
          <li key={one.check} class={one.ok ? "" : one.warns ? "late" : "crisis"}>
            <h2>{capital((dutch ? one.checkNl : one.check) ?? "")}</h2>
            <p>
              <strong>{t(one.ok ? "health.ok" : one.warns ? "health.warns" : "health.wrong")}</strong>
              {!one.ok && " " + capital((dutch ? one.causeNl : one.cause) ?? "")}
            </p>
            {!one.ok && <p>{t("health.cure", { cure: (dutch ? one.cureNl : one.cure) ?? "" })}</p>}
          </li>
        ))}
      </ul>
      <Button onClick={state.again}>{t("health.again")}</Button>
    </>
  );
}
