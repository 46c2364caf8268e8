// The frame of every page, and which page an address is.
import "./style.css";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SessionAnswer, Step } from "../generated/interface";
import { call, forgetKeys, Problem, speak, whenLost } from "./api";
import type { Tell } from "./tell";
import { Alert, Button, Link, Loading, Title, Trouble } from "./parts/common";
import { FirstTime, Locked, LogIn } from "./pages/coming_in";
import { Referrals } from "./pages/referrals";
import { WorkList } from "./pages/work_list";
import { TextField } from "./parts/fields";
import { Idle } from "./parts/idle";
import { later } from "./parts/later";
import { State } from "./parts/state";
import { forgetEverything, saveEverything } from "./unsaved";
import { Me, works } from "./me";
import { go, usePath } from "./route";
import { Language, type Key, learnEnglish, type Spoken, useWords } from "./words";

const BackFromProvider = later(() => import("./pages/work_account").then((all) => all.BackFromProvider));
const Begin = later(() => import("./pages/new/begin").then((all) => all.Begin));
const Health = later(() => import("./pages/health").then((all) => all.Health));
const Letter = later(() => import("./pages/letter").then((all) => all.Letter));
const OneConsent = later(() => import("./pages/consent").then((all) => all.OneConsent));
const Profile = later(() => import("./pages/profile").then((all) => all.Profile));
const Consent = later(() => import("./pages/consent").then((all) => all.Consent));
const DraftPage = later(() => import("./pages/new/draft").then((all) => all.DraftPage));
const Exceptions = later(() => import("./pages/exceptions").then((all) => all.Exceptions));
const Organisations = later(() => import("./pages/organisations").then((all) => all.Organisations));
const Keys = later(() => import("./pages/keys").then((all) => all.Keys));
const Notices = later(() => import("./pages/notices").then((all) => all.Notices));
const OwnAccess = later(() => import("./pages/own_access").then((all) => all.OwnAccess));
const People = later(() => import("./pages/people").then((all) => all.People));
const QuickFeedback = later(() => import("./pages/quick_feedback").then((all) => all.QuickFeedback));
const Referral = later(() => import("./pages/referral").then((all) => all.Referral));
const Officer = later(() => import("./pages/officer").then((all) => all.Officer));
const Settings = later(() => import("./pages/settings").then((all) => all.Settings));
const ShiftChange = later(() => import("./pages/overview").then((all) => all.ShiftChange));
const StepPage = later(() => import("./pages/step").then((all) => all.StepPage));
const StopSharing = later(() => import("./pages/consent").then((all) => all.StopSharing));
const Talks = later(() => import("./pages/talks").then((all) => all.Talks));
const WorkAccount = later(() => import("./pages/work_account").then((all) => all.WorkAccount));
const Team = later(() => import("./pages/team").then((all) => all.Team));

const kMenu: { to: string; text: Key; roles: string[] }[] = [
  { to: "/fg", text: "fg.title", roles: ["privacy-officer"] },
  { to: "/fg/gegevensstromen", text: "fg.flows", roles: ["privacy-officer"] },
  { to: "/fg/logboek", text: "fg.logbook", roles: ["privacy-officer"] },
  { to: "/fg/toestemming", text: "fg.consents", roles: ["privacy-officer"] },
  { to: "/fg/steekproef", text: "fg.sample", roles: ["privacy-officer"] },
  { to: "/fg/datalek", text: "fg.breach", roles: ["privacy-officer"] },
  { to: "/fg/verzoeken", text: "fg.requests", roles: ["privacy-officer"] },
  { to: "/fg/rapport", text: "fg.report", roles: ["privacy-officer"] },
  { to: "/fg/register", text: "fg.register", roles: ["privacy-officer"] },
  { to: "/werkvoorraad", text: "nav.work", roles: ["worker", "team-lead"] },
  { to: "/verwijzingen", text: "nav.referrals", roles: ["worker", "team-lead", "privacy-officer"] },
  { to: "/nieuwe-verwijzing", text: "nav.new", roles: ["worker", "team-lead"] },
  { to: "/toestemming", text: "nav.consent", roles: ["worker", "team-lead", "privacy-officer"] },
  { to: "/team", text: "nav.team", roles: ["team-lead"] },
  { to: "/gesprekken", text: "nav.talks", roles: ["worker", "team-lead"] },
  { to: "/uitzonderingen", text: "nav.exceptions", roles: ["worker", "team-lead", "privacy-officer"] },
  { to: "/organisaties", text: "nav.organisations", roles: ["worker", "team-lead", "privacy-officer", "administrator"] },
  { to: "/gebruikers", text: "nav.people", roles: ["administrator"] },
  { to: "/koppelingen", text: "nav.keys", roles: ["administrator"] },
  { to: "/meldingen", text: "notices.title", roles: ["administrator"] },
  { to: "/werkaccount", text: "account.title", roles: ["administrator"] },
  { to: "/instellingen", text: "policy.title", roles: ["administrator"] },
  { to: "/profiel", text: "profile.title", roles: ["administrator"] },
  { to: "/gezondheid", text: "health.title", roles: ["administrator"] },
];

function menuOf(session: SessionAnswer) {
  return kMenu.filter((item) => (session.roles ?? []).some((role) => item.roles.includes(role)));
}

// By the number that people say to each other.
function ByNumber() {
  const { t } = useWords();
  const [number, setNumber] = useState("");
  return (
    <form
      class="search by-number"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = number.trim().toUpperCase().replace(/^V?-?(\w{4})-?(\w{2})$/, "V-$1-$2");
        if (typed === "") return;
        setNumber("");
        go("/verwijzing/" + encodeURIComponent(typed));
      }}
    >
      <TextField label={t("nav.number")} value={number} onInput={setNumber} />
      <Button submit>{t("organisations.search")}</Button>
    </form>
  );
}

function NotFound() {
  const { t } = useWords();
  return (
    <div class="narrow">
      <Title>{t("not-found.title")}</Title>
      <p>{t("not-found.text")}</p>
    </div>
  );
}

function Page({ session, tell }: { session: SessionAnswer; tell: Tell }) {
  const path = usePath();
  const [first = "", second = "", third = ""] = path;
  const org = session.org ?? "";
  const allowed = menuOf(session).map((item) => item.to.slice(1));
  if (first === "" || first === "aanmelden") {
    go("/" + (allowed[0] ?? "organisaties"), true);
    return null;
  }
  switch (first) {
    case "fg":
      return <Officer page={second} number={third} org={org} other={<NotFound />} />;
    case "werkvoorraad":
      return <WorkList />;
    case "verwijzingen":
      return <Referrals org={org} work={works(session)} />;
    case "verwijzing":
      if (third === "brief") return <Letter key={second} number={second} />;
      return third ? <StepPage key={second + third} number={second} step={third as Step} tell={tell} /> : <Referral key={second} number={second} />;
    case "nieuwe-verwijzing":
      return <Begin />;
    case "concept":
      return <DraftPage key={second} id={second} address={third} tell={tell} />;
    case "toestemming":
      if (second && third === "stop") return <StopSharing grant={second} />;
      return second ? <OneConsent key={second} id={second} org={org} /> : <Consent org={org} />;
    case "overdracht":
      return <ShiftChange number={second} />;
    case "terugkoppeling":
      return <QuickFeedback />;
    case "team":
      return <Team />;
    case "gesprekken":
      return <Talks />;
    case "uitzonderingen":
      return <Exceptions session={session} />;
    case "organisaties":
      return <Organisations org={org} administrator={(session.roles ?? []).includes("administrator")} />;
    case "koppelingen":
      return <Keys />;
    case "werkaccount":
      return <WorkAccount />;
    case "meldingen":
      return <Notices />;
    case "mijn-toegang":
      return <OwnAccess />;
    case "gebruikers":
      return <People />;
    case "profiel":
      return <Profile org={org} />;
    case "instellingen":
      return <Settings />;
    case "gezondheid":
      return <Health />;
    default:
      return <NotFound />;
  }
}

function Frame({ session, leave, hide }: { session: SessionAnswer; leave: () => void; hide: () => void }) {
  const { t, word, clock, moment } = useWords();
  const [said, setSaid] = useState<{ path: string; kind: "ok" | "warning"; text: string }>();
  // What waits may be decided while the page stays: then it was so at that time.
  const tell: Tell = (path, kind, text) => setSaid({ path, kind, text: kind === "ok" ? text : clock(new Date().toISOString()) + ": " + text });
  const path = usePath();
  const here = "/" + path.join("/");
  useEffect(() => {
    if (said && said.path !== here) setSaid(undefined);
  }, [here]);
  return (
    <>
      <a class="skip" href="#content-of-page">
        {t("skip")}
      </a>
      <header class="frame">
        <div class="who">
          <strong>{session.title}</strong>
          <span class="muted">
            {session.name} ({(session.roles ?? []).map((role) => word("ActorRole", role)).join(", ")})
          </span>
          <span class="acts">
            <Link to="/mijn-toegang">{t("access.title")}</Link>
            <Button onClick={hide}>{t("nav.hide")}</Button>
            <Button onClick={leave}>{t("nav.log-out")}</Button>
          </span>
        </div>
        <nav aria-label={t("nav.label")}>
          <ul>
            {menuOf(session).map((item) => (
              <li key={item.to}>
                <Link to={item.to} className={here === item.to || (item.to !== "/fg" && here.startsWith(item.to + "/")) ? "here" : ""}>
                  {t(item.text)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {works(session) && <ByNumber />}
      </header>
      <p class="on-paper">{[session.title, session.name, moment(new Date().toISOString())].join(" · ")}</p>
      <main id="content-of-page">
        <State work={works(session)} />
        {said?.path === here && <Alert kind={said.kind} title={said.text} />}
        <Me.Provider value={session}>
          <Page session={session} tell={tell} />
        </Me.Provider>
      </main>
    </>
  );
}

function Application() {
  const [session, setSession] = useState<SessionAnswer>();
  const [state, setState] = useState<"asking" | "out" | "in" | "locked">("asking");
  const [hidden, setHidden] = useState(false);
  const [language, setLanguage] = useState<Spoken>("nl");
  const [stays, setStays] = useState<Problem>();
  const path = usePath();
  const last = useRef("");
  const enter = (entered: SessionAnswer) => {
    // Somebody else at the same screen finds nothing of who was here before.
    if (entered.login && entered.login !== last.current) {
      forgetEverything();
      forgetKeys();
      last.current = entered.login;
    }
    setSession(entered);
    setState(entered.state === "open" ? "in" : entered.state === "locked" ? "locked" : "out");
  };
  useEffect(() => {
    whenLost((problem) => {
      setState(problem.code === "session-locked" ? "locked" : "out");
      if (problem.code !== "session-locked") setSession(undefined);
    });
    call("session.show").then(enter, () => setState("out"));
  }, []);
  // Without activity; the gateway locks by itself too.
  const lock = () => {
    setState("locked"); // content goes at once, whatever the gateway answers
    call("session.lock").then(enter, () => undefined);
  };
  useEffect(() => {
    const hide = (event: KeyboardEvent) => event.key === "Escape" && event.shiftKey && setHidden(true);
    addEventListener("keydown", hide);
    return () => removeEventListener("keydown", hide);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    speak(language);
  }, [language]);
  const leave = async () => {
    if (!(await saveEverything())) return setStays(new Problem(0, "not-saved", "", ""));
    try {
      // Another window may have logged in anew: then the session says what it wants to hear first.
      await call("session.end").catch(async () => {
        await call("session.show");
        return call("session.end");
      });
    } catch (caught) {
      if ((caught as Problem).code !== "not-logged-in") return setStays(caught as Problem);
    }
    forgetEverything();
    forgetKeys();
    location.assign("/aanmelden");
  };
  return (
    <Language.Provider value={language}>
      <Trouble problem={stays} />
      {state === "in" && session && <Idle lockAfter={(session.locksAfterSeconds ?? 600) * 1_000} lock={lock} />}
      {hidden ? (
        <Hidden show={() => setHidden(false)} />
      ) : state === "in" && session ? (
        <Frame session={session} leave={leave} hide={() => setHidden(true)} />
      ) : (
        <main class="outside">
          {state === "asking" ? <Loading /> : state === "locked" ? <Locked enter={enter} /> : path[0] === "eerste-keer" ? <FirstTime /> : path[0] === "werkaccount" ? <BackFromProvider enter={enter} /> : <LogIn enter={enter} />}
        </main>
      )}
      <footer class="foot">
        <SwitchLanguage language={language} set={setLanguage} />
      </footer>
    </Language.Provider>
  );
}

function Hidden({ show }: { show: () => void }) {
  const { t } = useWords();
  return (
    <main class="outside">
      <div class="narrow">
        <Title>{t("hidden.title")}</Title>
        <Button main onClick={show}>
          {t("hidden.show")}
        </Button>
      </div>
    </main>
  );
}

function SwitchLanguage({ language, set }: { language: Spoken; set: (language: Spoken) => void }) {
  const { t } = useWords();
  const other = language === "nl" ? "en" : "nl";
  return (
    <button type="button" class="utrecht-button utrecht-button--subtle" lang={other} onClick={() => learnEnglish().then(() => set(other), () => undefined)}>
      {t("language")}
    </button>
  );
}

render(<Application />, document.getElementById("page")!);
