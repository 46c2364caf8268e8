// Where help belongs and who can give it; in a crisis, whom to call first.
import { useState } from "preact/hooks";
import type { Partner } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Alert, Button, Trouble } from "../../parts/common";
import { DocumentForm } from "../../parts/document";
import { Choice, CodeField, TextField, YesNo } from "../../parts/fields";
import type { Value } from "../../parts/value";
import { useWords } from "../../words";
import type { Page } from "./page";
import type { Child, Written } from "./written";

export function recipientOf(written: Written): Partner | undefined {
  return written.route?.organisations?.find((one) => one.org === written.recipient);
}
export function isClosed(one: Partner): boolean {
  return one.readsFrom !== undefined && Date.parse(one.readsFrom) > Date.now();
}

function Recipients({ written, put }: Page) {
  const { t, word, moment } = useWords();
  const [problem, setProblem] = useState<Problem>();
  // Another place, another route: whoever was chosen for the one before is not meant.
  const elsewhere = (change: Partial<Written>) => put({ ...change, route: undefined, recipient: "" });
  const search = () => {
    setProblem(undefined);
    const asked = written.ambulatory ? { ambulatory: true, present: written.municipality } : { beforeTheStay: written.municipality };
    call("route", asked).then((route) => {
      const known = (route.organisations ?? []).some((one) => one.org === written.recipient);
      put({ route, recipient: known ? written.recipient : "" });
    }, setProblem);
  };
  const readiness = (one: Partner) => t(one.suspended ? "new.suspended" : one.confirmed ? "new.ready" : "new.not-ready");
  const reads = (one: Partner) => (one.readsFrom === undefined ? "" : isClosed(one) ? t("new.reads-from", { when: moment(one.readsFrom) }) : t("new.reads-now"));
  const organisations = (written.route?.organisations ?? []).filter((one) => one.kind !== "oversight");
  return (
    <>
      <CodeField label={t("new.stay")} codes="Routing_Setting" value={written.ambulatory ? "ambulatory" : "residential"} onChoose={(setting) => elsewhere({ ambulatory: setting === "ambulatory" })} />
      <TextField
        label={t(written.ambulatory ? "new.municipality.now" : "new.municipality")}
        hint={t("new.municipality.hint")}
        value={written.municipality}
        onInput={(municipality) => elsewhere({ municipality })}
      />
      <Button onClick={search}>{t("new.search")}</Button>
      <Trouble problem={problem} />
      {written.route && (
        <>
          <p role="status">{t("new.responsible", { name: written.route.name ?? "", why: word("RoutingBasis", written.route.basis) })}</p>
          {organisations.length === 0 ? (
            <Alert kind="warning" title={t("new.nobody")}>
              <p>{written.route.accessTelephone}</p>
            </Alert>
          ) : (
            <Choice
              label={t("new.who")}
              value={written.recipient}
              options={organisations.map((one) => ({
                value: one.org ?? "",
                label: one.title ?? "",
                hint: [word("OrgKind", one.kind), one.profile?.service, readiness(one), reads(one)].filter(Boolean).join(" · "),
                off: !one.confirmed || one.suspended === true,
              }))}
              onChoose={(recipient) => put({ recipient })}
            />
          )}
        </>
      )}
    </>
  );
}

function routingOf(written: Written): Value {
  return (written.shared["routing"] as Value | undefined) ?? {};
}

// Whoever can act now is called; the message comes after it.
function CallFirst({ written, put }: Page) {
  const { t, moment } = useWords();
  const recipient = recipientOf(written);
  return (
    <Alert kind="warning" title={t("new.crisis")}>
      <p class="lead">{t("new.crisis.text")}</p>
      {recipient && (
        <p>
          {recipient.crisisTelephone ? t("new.crisis.recipient", { title: recipient.title ?? "" }) + ": " : t("new.crisis.no-telephone", { title: recipient.title ?? "" })}
          <strong class="lead">{recipient.crisisTelephone}</strong>
          {isClosed(recipient) && " " + t("new.crisis.closed", { when: moment(recipient.readsFrom ?? "") })}
        </p>
      )}
      <DocumentForm of="Routing" only={["crisisCall"]} value={routingOf(written)} onChange={(routing) => put({ shared: { ...written.shared, routing } })} />
    </Alert>
  );
}

export function isCrisis(written: Written): boolean {
  return routingOf(written)["urgency"] === "crisis";
}
export function hasCalled(written: Written): boolean {
  const said = routingOf(written)["crisisCall"] as { whom?: string; when?: string } | undefined;
  return Boolean(said?.whom?.trim() && said.when?.trim());
}

export function Where(page: Page) {
  const { t, childName } = { ...useWords(), childName: useChildName(page.written) };
  const { written, put, putChild } = page;
  const urgency = (routingOf(written)["urgency"] as string | undefined) ?? "";
  return (
    <>
      {written.kind !== "consult" &&
        written.children.map((child, at) => (
          <TextField key={at} label={[t("new.number"), written.children.length > 1 && childName(at)].filter(Boolean).join(", ")} hint={at === 0 ? t("new.number.hint") : undefined} value={child.ownNumber} onInput={(ownNumber) => putChild(at, { ownNumber })} />
        ))}
      <Recipients {...page} />
      <CodeField label={t("new.urgency")} codes="Urgency" value={urgency} onChoose={(chosen) => put({ shared: { ...written.shared, routing: { ...routingOf(written), urgency: chosen } } })} />
      {urgency === "crisis" && <CallFirst {...page} />}
      <YesNo label={t("new.secret")} value={written.secret} onChoose={(secret) => put({ secret })} />
    </>
  );
}

export function Call(page: Page) {
  const { t } = useWords();
  return (
    <>
      <CallFirst {...page} />
      <Recipients {...page} />
      <YesNo label={t("new.secret")} value={page.written.secret} onChoose={(secret) => page.put({ secret })} />
    </>
  );
}

// What a child is called on these pages, which is never an address or a title.
export function useChildName(written: Written): (at: number) => string {
  const { t } = useWords();
  return (at) => {
    const names = ((written.children[at] as Child | undefined)?.own["identity"] as { givenNames?: string } | undefined)?.givenNames?.trim();
    return names ? t("new.child-named", { n: at + 1, names }) : t("new.child", { n: at + 1 });
  };
}
