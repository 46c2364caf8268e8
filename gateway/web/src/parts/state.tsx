// A line on every page when the log does not hold, or this house and Veerpont do not reach each other: reading goes on, and
// what waits is not sent.
import { call } from "../api";
import { useLoaded } from "../live";
import { useWords } from "../words";
import { Alert, Link } from "./common";

export function State({ work }: { work: boolean }) {
  const { t, moment } = useWords();
  const state = useLoaded(() => call("state.show"));
  if (state.value?.log)
    return (
      <Alert kind="error" title={t("state.log")}>
        <p>{t("state.log-do")}</p>
      </Alert>
    );
  if (!state.value?.stale) return null;
  const { asOf, queued } = state.value;
  return (
    <Alert kind="warning" title={asOf ? t("state.away", { when: moment(asOf) }) : t("state.never")}>
      <p>{t("state.can")}</p>
      {work && (queued ?? 0) > 0 && (
        <p>
          <Link to="/werkvoorraad">{t("state.queued", { n: queued ?? 0 })}</Link>
        </p>
      )}
    </Alert>
  );
}
