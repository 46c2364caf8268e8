// What may be shared with whom, until when; and stopping it.
import { useState } from "preact/hooks";
import type { Category, Grant, WithdrawAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Failed, Link, Loading, Title, Trouble } from "../parts/common";
import { Checks, DayField } from "../parts/fields";
import { firstRead } from "../parts/stopped";
import { Table } from "../parts/table";
import { useLoaded } from "../live";
import { capital, dayInFull, lastDay, useWords } from "../words";

const kStates: Record<string, { nl: string; en: string }> = {
  active: { nl: "loopt", en: "runs" },
  pending: { nl: "nog niet geregistreerd", en: "not registered yet" },
  withdrawn: { nl: "gestopt", en: "stopped" },
  withdrawing: { nl: "gestopt, Veerpont hoort het nog", en: "stopped, Veerpont still hears of it" },
  expired: { nl: "afgelopen", en: "ended" },
  "not-yet-valid": { nl: "begint later", en: "begins later" },
};

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
    <Link to={`/toestemming/${grant.grantId}`}>{t("consent.look")}</Link>,
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

// Somebody looked in the authority register, on a day.
function AuthorityChecked({ grant }: { grant: Grant }) {
  const { t, language } = useWords();
  const [date, setDate] = useState("");
  const [done, setDone] = useState("");
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const say = () => call("grants.authority-checked", { grantId: grant.grantId ?? "", date }).then(() => setDone(date), setProblem);
  return (
    <section>
      <h2>{t("consent.authority")}</h2>
      <p>{t("consent.authority.text")}</p>
      <DayField label={t("consent.authority.date")} value={date} onInput={setDate} error={asked && !date ? t("error.date") : undefined} />
      <Trouble problem={problem} />
      {done && <Alert kind="ok" title={t("consent.authority.done", { when: dayInFull(language, done) })} />}
      <Button onClick={() => (date ? void say() : setAsked(true))}>{t("save")}</Button>
    </section>
  );
}

async function grantAnd(id: string) {
  const grant = await call("grants.show", { grantId: id });
  const about = grant.referralId ? await call("numbered-referrals.show", { number: grant.referralId }).catch(() => undefined) : undefined;
  return { grant, number: about?.about?.number, read: firstRead(about?.events ?? [], (event) => event.actor !== about?.org) };
}

export function OneConsent({ id, org }: { id: string; org: string }) {
  const { t, word, language } = useWords();
  const loaded = useLoaded(() => grantAnd(id), [id]);
  if (!loaded.value) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  const { grant, number } = loaded.value;
  const stopped = grant.withdrawnCategories ?? [];
  const ours = grant.holder === org && grant.state === "active";
  return (
    <>
      <Title sub={[grant.holder === org ? grant.title : t("organisations.own"), kStates[grant.state ?? ""]?.[language]].filter(Boolean).join(" · ")}>{t("consent.one")}</Title>
      <dl class="document">
        <div>
          <dt>{t("consent.ground")}</dt>
          <dd>{word("Ground", grant.ground)}</dd>
        </div>
        <div>
          <dt>{t("consent.end")}</dt>
          <dd>{grant.expires ? dayInFull(language, lastDay(grant.expires)) : ""}</dd>
        </div>
        <div>
          <dt>{t("consent.what")}</dt>
          <dd>
            <ul>
              {(grant.categories ?? []).map((one) => (
                <li key={one}>
                  {capital(word("Category", one))}
                  {stopped.includes(one) && ` (${kStates["withdrawn"]?.[language]})`}
                </li>
              ))}
            </ul>
          </dd>
        </div>
        {number && (
          <div>
            <dt>{t("consent.referral")}</dt>
            <dd>
              <Link to={"/verwijzing/" + number}>{number}</Link>
            </dd>
          </div>
        )}
      </dl>
      {ours && (
        <p class="acts">
          {number && <Link to={`/verwijzing/${number}/brief`}>{t("letter.title")}</Link>}
          <Link to={`/toestemming/${id}/stop`}>{t("consent.stop")}</Link>
        </p>
      )}
      {ours && <AuthorityChecked grant={grant} />}
      <p>
        <Link to="/toestemming">← {t("consent.title")}</Link>
      </p>
    </>
  );
}

export function StopSharing({ grant }: { grant: string }) {
  const { t, word, moment } = useWords();
  const loaded = useLoaded(() => grantAnd(grant), [grant]);
  const about = loaded.value?.grant;
  const [kinds, setKinds] = useState<string[]>([]);
  const [done, setDone] = useState<WithdrawAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const stop = (categories: Category[]) => call("grants.withdraw", { grantId: grant, categories }).then(setDone, setProblem);
  const goes = (about?.categories ?? []).filter((one) => !(about?.withdrawnCategories ?? []).includes(one));
  return (
    <div class="narrow">
      <Title sub={about?.title}>{t("consent.stop.title")}</Title>
      <Trouble problem={problem} />
      {done ? (
        <Fates done={done} title={about?.title ?? ""} />
      ) : (
        <>
          <p>{t("consent.stop.text")}</p>
          <ul>
            {goes.map((one) => {
              const what = capital(word("Category", one));
              const when = loaded.value?.read.get(one);
              return <li key={one}>{when ? t("consent.fate.read", { what, who: about?.title ?? "", when: moment(when) }) : t("consent.not-read", { what })}</li>;
            })}
          </ul>
          {goes.length > 1 && (
            <>
              <Checks label={t("consent.stop.what")} values={kinds} options={goes.map((one) => ({ value: one, label: word("Category", one) }))} onChange={setKinds} />
              {kinds.length > 0 && (
                <p>
                  <Button danger onClick={() => stop(kinds as Category[])}>
                    {t("consent.stop.some", { n: kinds.length })}
                  </Button>
                </p>
              )}
            </>
          )}
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
