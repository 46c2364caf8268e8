// The administrator's page: who works here.
import { useState } from "preact/hooks";
import type { ActorRole, InviteAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Loading, Title, Trouble } from "../parts/common";
import { Checks, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { useWords } from "../words";

const kRoles: ActorRole[] = ["worker", "team-lead", "privacy-officer", "administrator"];

function Invite({ again }: { again: () => void }) {
  const { t, word, moment } = useWords();
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [team, setTeam] = useState("");
  const [roles, setRoles] = useState<string[]>(["worker"]);
  const [made, setMade] = useState<{ login: string; answer: InviteAnswer }>();
  const [problem, setProblem] = useState<Problem>();
  const submit = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("people.invite", { login: login.trim(), name: name.trim(), team: team.trim(), roles: roles as ActorRole[] }).then((answer) => {
      setMade({ login: login.trim(), answer });
      setLogin("");
      setName("");
      again();
    }, setProblem);
  };
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">{t("people.invite")}</h2>
      {made && (
        <Alert kind="ok" title={t("people.invitation", { login: made.login })}>
          <p>
            <output class="code">{made.answer.invitation}</output>
          </p>
          <p>{t("people.invited")}</p>
          <p>{t("people.until", { when: moment(made.answer.until ?? "") })}</p>
        </Alert>
      )}
      <Trouble problem={problem} />
      <form class="narrow" onSubmit={submit}>
        <TextField label={t("people.name")} value={name} onInput={setName} />
        <TextField label={t("people.login")} value={login} onInput={setLogin} />
        <TextField label={t("people.team")} value={team} onInput={setTeam} />
        <Checks label={t("people.roles")} values={roles} options={kRoles.map((role) => ({ value: role, label: word("ActorRole", role) }))} onChange={setRoles} />
        <Button submit>{t("people.invite")}</Button>
      </form>
    </section>
  );
}

export function People() {
  const { t, word, moment } = useWords();
  const list = useLoaded(() => call("people.list"));
  const [problem, setProblem] = useState<Problem>();
  if (!list.value && !list.problem) return <Loading />;
  return (
    <>
      <Title>{t("people.title")}</Title>
      <Trouble problem={list.problem ?? problem} again={list.again} />
      <ul class="cards">
        {(list.value?.people ?? []).map((person) => (
          <li key={person.login}>
            <h2>{person.name}</h2>
            <p class="muted">
              {[person.login, person.team, ...(person.roles ?? []).map((role) => word("ActorRole", role))].filter(Boolean).join(" · ")}
            </p>
            <p>{person.blocked ? t("people.blocked") : person.seen ? t("people.seen", { when: moment(person.seen) }) : t("people.waits")}</p>
            {!person.blocked && (
              <Button onClick={() => call("people.block", { login: person.login ?? "" }).then(list.again, setProblem)} label={t("people.block") + " " + person.name}>
                {t("people.block")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Invite again={list.again} />
    </>
  );
}
