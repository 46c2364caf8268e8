// What somebody wants to do, and what they were writing.
import { useState } from "preact/hooks";
import { call, type Problem } from "../../api";
import { Button, Link, Title, Trouble } from "../../parts/common";
import { Choice } from "../../parts/fields";
import { useLoaded } from "../../live";
import { go } from "../../route";
import { useWords } from "../../words";
import { empty, type Written } from "./written";

const kMostChildren = 8;

export function Begin() {
  const { t, moment } = useWords();
  const drafts = useLoaded(() => call("drafts.list"));
  const [problem, setProblem] = useState<Problem>();
  const [siblings, setSiblings] = useState(false);
  const begin = (written: Written, first = "waar") =>
    call("drafts.begin", { body: JSON.stringify(written) }).then((made) => go(`/concept/${made.draft}/${first}`), setProblem);
  const numbers = Array.from({ length: kMostChildren - 1 }, (_, at) => String(at + 2));
  return (
    <div class="narrow">
      <Title>{t("new.title")}</Title>
      <Trouble problem={problem ?? drafts.problem} />
      <p>
        <Button main onClick={() => begin(empty())}>
          {t("new.one")}
        </Button>
      </p>
      <p>
        <Button onClick={() => setSiblings(true)}>{t("new.siblings")}</Button>
      </p>
      {siblings && (
        <Choice beside label={t("new.siblings.many")} value="" options={numbers.map((n) => ({ value: n, label: n }))} onChoose={(n) => begin(empty("referral", Number(n)))} />
      )}
      <p>
        <Button onClick={() => begin(empty("consult"))}>{t("new.consult")}</Button>
      </p>
      <p class="muted">{t("new.consult.text")}</p>
      <p>
        <Button danger onClick={() => begin(empty("crisis"), "bel")}>
          {t("new.is-crisis")}
        </Button>
      </p>
      <p>
        <Link to="/verwijzingen">{t("new.from-earlier")}</Link>
      </p>
      {(drafts.value?.drafts ?? []).length > 0 && (
        <section>
          <h2>{t("new.drafts")}</h2>
          <ul>
            {(drafts.value?.drafts ?? []).map((draft) => (
              <li key={draft.draft}>
                <Link to={`/concept/${draft.draft}/waar`}>{t("new.draft", { when: moment(draft.saved ?? "") })}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
