// The administrator's page: who works here.
import { useContext, useState } from "preact/hooks";
import type { ActorRole, InviteAnswer } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Alert, Button, Loading, Title, Trouble } from "../parts/common";
import { Checks, TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { Me } from "../me";
import { useWords } from "../words";

const kRoles: ActorRole[] = ["worker", "team-lead", "privacy-officer", "administrator"];

interface Made {
  login: string;
  answer: InviteAnswer;
}

// What goes on paper, once.
function Slip({ made }: { made: Made | undefined }) {
  const { t, moment } = useWords();
  if (!made) return null;
  return (
    <Alert kind="ok" title={t("people.invitation", { login: made.login })}>
      <p>
        <output class="code">{made.answer.invitation}</output>
      </p>
      <p>{t("people.invited")}</p>
      <p>{t("people.until", { when: moment(made.answer.until ?? "") })}</p>
    </Alert>
  );
}

function Invite({ tell }: { tell: (made: Made) => void }) {
  const { t, word } = useWords();
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [team, setTeam] = useState("");
  const [roles, setRoles] = useState<string[]>(["worker"]);
  const [problem, setProblem] = useState<Problem>();
  const submit = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    call("people.invite", { login: login.trim(), name: name.trim(), team: team.trim(), roles: roles as ActorRole[] }).then((answer) => {
      setLogin("");
      setName("");
      tell({ login: login.trim(), answer });
    }, setProblem);
  };
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">{t("people.invite")}</h2>
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
  const me = useContext(Me);
  const [problem, setProblem] = useState<Problem>();
  const [made, setMade] = useState<Made>();
  if (!list.value && !list.problem) return <Loading />;
  const act = (what: Promise<unknown>) => {
    setProblem(undefined);
    return what.then(list.again, setProblem);
  };
  const reset = (login: string) => act(call("people.reset", { login }).then((answer) => setMade(answer.invitation ? { login, answer } : undefined)));
  return (
    <>
      <Title>{t("people.title")}</Title>
      <Trouble problem={list.problem ?? problem} again={list.again} />
      <Slip made={made} />
      <ul class="cards">
        {(list.value?.people ?? []).map((person) => (
          <li key={person.login}>
            <h2>{person.name}</h2>
            <p class="muted">
              {[person.login, person.team, ...(person.roles ?? []).map((role) => word("ActorRole", role))].filter(Boolean).join(" · ")}
            </p>
            <p>{person.blocked ? t("people.blocked") : person.seen ? t("people.seen", { when: moment(person.seen) }) : t("people.waits")}</p>
            {person.resetAskedBy && <p class="until late">{t("people.reset.waits", { who: person.resetAskedBy })}</p>}
            <p class="acts">
              {person.blocked ? (
                <Button onClick={() => act(call("people.unblock", { login: person.login ?? "" }))} label={t("people.unblock") + " " + person.name}>
                  {t("people.unblock")}
                </Button>
              ) : (
                <Button onClick={() => act(call("people.block", { login: person.login ?? "" }))} label={t("people.block") + " " + person.name}>
                  {t("people.block")}
                </Button>
              )}
              {person.login !== me.login && person.enrolled && (
                <Button onClick={() => reset(person.login ?? "")} label={t("people.reset") + " " + person.name}>
                  {t("people.reset")}
                </Button>
              )}
            </p>
          </li>
        ))}
      </ul>
      <Invite
        tell={(invited) => {
          setMade(invited);
          window.scrollTo(0, 0);
          list.again();
        }}
      />
    </>
  );
}
