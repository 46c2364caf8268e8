// Who takes part, and whether somebody compared their control code.
import { useState } from "preact/hooks";
import type { Partner } from "../../generated/interface";
import { call, type Problem } from "../api";
import { Button, Loading, Title, Trouble } from "../parts/common";
import { TextField } from "../parts/fields";
import { useLoaded } from "../live";
import { useWords } from "../words";

function Compare({ partner, again }: { partner: Partner; again: () => void }) {
  const { t } = useWords();
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<Problem>();
  return (
    <details>
      <summary>{t("organisations.compare")}</summary>
      <p>{t("organisations.compare.text")}</p>
      <Trouble problem={problem} />
      <TextField label={t("organisations.compare.code")} value={code} onInput={setCode} />
      <Button main onClick={() => call("directory.confirm", { org: partner.org ?? "", fingerprint: code }).then(again, setProblem)}>
        {t("save")}
      </Button>
    </details>
  );
}

// What an organisation says of itself, and which municipalities it works for.
function About({ partner }: { partner: Partner }) {
  const { t, word } = useWords();
  const profile = partner.profile ?? {};
  const hours = (profile.openingHours ?? []).map((one) => `${(one.days ?? []).map((day) => word("Weekday", day)).join(", ")}: ${one.opens}–${one.closes}`);
  return (
    <>
      {profile.service && <p class="written">{profile.service}</p>}
      {(partner.servesNames ?? []).length > 0 && (
        <p>
          {t("organisations.serves")}: {[...(partner.servesNames ?? [])].sort().join(", ")}
        </p>
      )}
      {hours.map((one) => (
        <p key={one}>{one}</p>
      ))}
      {(profile.teams ?? []).length > 0 && (
        <p>
          {t("organisations.teams")}: <span class="written">{(profile.teams ?? []).map((team) => team.name).join(", ")}</span>
        </p>
      )}
    </>
  );
}

export function Organisations({ org, administrator }: { org: string; administrator: boolean }) {
  const { t, word } = useWords();
  const [typed, setTyped] = useState("");
  const [municipality, setMunicipality] = useState("");
  const list = useLoaded(() => call("directory.list", municipality ? { municipality } : {}), [municipality]);
  return (
    <>
      <Title>{t("organisations.title")}</Title>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          setMunicipality(typed.trim());
        }}
      >
        <TextField label={t("organisations.municipality")} hint={t("new.municipality.hint")} value={typed} onInput={setTyped} />
        <Button submit>{t("organisations.search")}</Button>
      </form>
      <Trouble problem={list.problem} again={list.again} />
      {!list.value && !list.problem && <Loading />}
      {list.value?.organisations === undefined && list.value && <p>{t("organisations.none")}</p>}
      <ul class="cards">
        {(list.value?.organisations ?? []).map((partner) => (
          <li key={partner.org}>
            <h2>{partner.title}</h2>
            <p class="muted">
              {word("OrgKind", partner.kind)}
              {partner.hidden && " · " + t("work.hidden")}
              {partner.suspended && " · " + t("work.suspended")}
            </p>
            <About partner={partner} />
            <p>{partner.org === org ? t("organisations.own") : t(partner.confirmed ? "organisations.confirmed" : "organisations.unconfirmed")}</p>
            {partner.crisisTelephone && (
              <p>
                {t("organisations.crisis")}: <strong>{partner.crisisTelephone}</strong>
              </p>
            )}
            {administrator && partner.org === org && (
              <p>
                {t("organisations.code")}: <output class="code">{partner.controlCode}</output>
              </p>
            )}
            {administrator && partner.org !== org && !partner.confirmed && <Compare partner={partner} again={list.again} />}
          </li>
        ))}
      </ul>
    </>
  );
}
