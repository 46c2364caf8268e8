// What every other organisation sees of ours: opening hours, whether we take a crisis, teams. A hidden organisation has none.
import { useState } from "preact/hooks";
import type { Profile as Published } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Loading, Title, Trouble } from "../parts/common";
import { DocumentForm, named } from "../parts/document";
import { useLoadedOnce } from "../live";
import type { Value } from "../parts/value";
import { useWords } from "../words";

export function Profile({ org }: { org: string }) {
  const { t, language } = useWords();
  const [written, setWritten] = useState<Value>();
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const ours = useLoadedOnce(() => call("directory.list").then((answer) => answer.organisations?.find((one) => one.org === org)));
  if (ours.problem) return <Failed problem={ours.problem} again={ours.again} />;
  if (!ours.value) return <Loading />;
  if (ours.value.hidden)
    return (
      <>
        <Title>{t("profile.title")}</Title>
        <Alert kind="info" title={t("profile.hidden")} />
      </>
    );
  const shown = written ?? ((ours.value.profile ?? {}) as unknown as Value);
  const save = () => {
    setDone(false);
    setProblem(undefined);
    call("directory.publish", { profile: shown as unknown as Published }).then(() => setDone(true), setProblem);
  };
  return (
    <div class="wide-form">
      <Title sub={t("profile.sub")}>{t("profile.title")}</Title>
      <DocumentForm of="Profile" value={shown} onChange={(value) => (setWritten(value), setDone(false))} />
      <Trouble problem={named(problem, language)} />
      {done && <Alert kind="ok" title={t("profile.done")} />}
      <Button main onClick={save}>
        {t("profile.publish")}
      </Button>
    </div>
  );
}
