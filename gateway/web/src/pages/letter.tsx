// What the family gets on paper: with whom what is shared, until when, and that they may stop it. Nothing of the content.
import type { Grant } from "../../generated/interface";
import { call } from "../api";
import { Alert, Button, Failed, Link, Loading, Title } from "../parts/common";
import { useLoaded } from "../live";
import { capital, dayInFull, lastDay, useWords } from "../words";

async function about(number: string) {
  const [page, grants] = await Promise.all([call("numbered-referrals.show", { number }), call("grants.list")]);
  const referral = page.about?.referral?.referralId;
  // After a renewal the older one is still there: the letter is about the one that lasts longest, and only while it runs.
  const running = (grants.grants ?? []).filter((one) => one.referralId === referral && one.holder === page.org && one.state === "active");
  const grant = running.sort((one, other) => (one.expires ?? "").localeCompare(other.expires ?? "")).at(-1);
  return { page, grant, hidden: (await call("directory.list")).organisations?.find((one) => one.org === page.org)?.hidden === true };
}

function Shared({ grant }: { grant: Grant }) {
  const { word } = useWords();
  const goes = (grant.categories ?? []).filter((one) => !(grant.withdrawnCategories ?? []).includes(one));
  return (
    <ul>
      {goes.map((one) => (
        <li key={one}>{capital(word("Category", one))}</li>
      ))}
    </ul>
  );
}

// A card that says nothing to who finds it.
function Card({ number, until }: { number: string; until: string }) {
  const { t } = useWords();
  return (
    <div class="letter">
      <p>{t("letter.card", { number })}</p>
      <p>{t("letter.card.until", { until })}</p>
    </div>
  );
}

export function Letter({ number }: { number: string }) {
  const { t, word, language } = useWords();
  const loaded = useLoaded(() => about(number), [number]);
  if (!loaded.value) return loaded.problem ? <Failed problem={loaded.problem} again={loaded.again} /> : <Loading />;
  const { page, grant, hidden } = loaded.value;
  const until = grant?.expires ? dayInFull(language, lastDay(grant.expires)) : "";
  const them = page.about?.referral?.title ?? "";
  const print = () =>
    call("access.report", { kind: "printed", referralId: page.about?.referral?.referralId ?? "", list: "letter", actor: {} }).then(() => window.print());
  return (
    <>
      <Title>{t("letter.title")}</Title>
      {!grant ? (
        <Alert kind="info" title={t("letter.none")} />
      ) : hidden || page.about?.referral?.hidden ? (
        <Card number={number} until={until} />
      ) : (
        <div class="letter">
          <p>{t("letter.who", { us: page.ownTitle ?? "", them })}</p>
          <Shared grant={grant} />
          <p>
            {t("letter.why", { ground: word("Ground", grant.ground) })} {t("letter.until", { until })}
          </p>
          <p>{t("letter.stop", { us: page.ownTitle ?? "" })}</p>
          <p>{t("letter.rights")}</p>
          <p>{t("letter.number", { number })}</p>
        </div>
      )}
      <p class="acts">
        {grant && (
          <Button main onClick={print}>
            {t("shift.print")}
          </Button>
        )}
        <Link to={"/verwijzing/" + number}>{t("letter.back")}</Link>
      </p>
    </>
  );
}
