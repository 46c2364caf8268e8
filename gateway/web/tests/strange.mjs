// Texts that would be markup, a program or a formula, in every field in which somebody may write one: on screen they are the
// text that they are. And characters that turn or hide a text are refused: node strange.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { Faults, inBrowser } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team, grant } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const here = new URL(".", import.meta.url).pathname;
const built = await build({ entryPoints: [here + "../generated/interface.ts"], bundle: true, format: "esm", write: false });
const { forms, words } = await import("data:text/javascript," + encodeURIComponent(built.outputFiles[0].text));

const strange = (name) => `${name} <img src=x onerror="hit=1"><script>hit=2</script><b>vet</b>"'>{{7*7}}\${hit=3}=HYPERLINK("x")`;
// Fields that the rules read: no text of one's own.
const kRead = { responsibleMunicipality: "GM0546", betterOrganisations: "jgt-leiden", crisisTelephone: "071-5123456", opens: "08:30", closes: "17:00", id: "noord" };
// Written by programs, or given in another way.
const kNot = new Set(["releaseRisk", "grantRecord", "update", "recipientTeam", "policySha256", "ageBand", "birthDate", "referralNumber", "parent", "system"]);
// Stays with a secret address.
const kStays = "Referral.school.name";

// A document in which every field says something; what was written in it comes into `texts`.
function full(of, texts, at = of) {
  const made = {};
  for (const field of forms[of]) {
    if (kNot.has(field.name)) continue;
    const place = `${at}.${field.name}`;
    if (place === kStays) continue;
    const text = () => (texts.push(strange(place)), strange(place));
    const one = kRead[field.name] ?? { part: () => full(field.of, texts, place), code: () => Object.keys(words[field.of])[0], "yes-no": () => true, date: () => "2026-12-02", number: () => 1, text }[field.kind]();
    made[field.name] = field.many ? [one] : one;
  }
  return made;
}

async function inert(person, where) {
  const found = await person.page.evaluate(() => ({ hit: window.hit ?? 0, elements: document.querySelectorAll("main img, main script, main b").length, reports: window.reports }));
  faults.equal(found, { hit: 0, elements: 0, reports: [] }, where);
}

// What the page shows of what was written.
async function shows(person, texts, where) {
  await inert(person, where);
  const shown = await person.page.locator("main").innerText();
  const missing = texts.filter((text) => !shown.includes(text));
  if (missing.length > 0) faults.add(`${where}: not there as it was written: ${missing.map((text) => text.split(" ")[0]).join(", ")}`);
}

async function reported(person) {
  await person.context.addInitScript(() => {
    window.reports = [];
    addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));
  });
  await person.page.reload();
}

async function done(person, method, path, body) {
  const answer = await person.api(method, path, body);
  if (answer.status !== 200) faults.add(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.body;
}

// A finding asks why; then it goes.
async function refer(noor, referral) {
  const said = await done(noor, "POST", "/referrals/check", { referral, grantId: grant });
  for (const finding of said?.findings ?? []) if (finding.blocks) faults.add(`blocked: ${JSON.stringify(finding)}`);
  const reasons = (said?.findings ?? []).filter((finding) => !finding.informs).map((finding) => ({ pointer: finding.pointer, text: strange("reden") }));
  return (await done(noor, "POST", "/referrals", { referral, grantId: grant, reasons, externalId: "<b>1</b>" }))?.referralId;
}

async function documents(noor, amir) {
  const written = [];
  const referral = await refer(noor, full("Referral", written));
  if (written.length < 34) faults.add(`only ${written.length} fields take a text`);
  await noor.go("/verwijzing/" + referral);
  await noor.button("Pak op en lees").first().click();
  await noor.button("Sluit").waitFor();
  await shows(noor, written, "our own referral");
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).click();
  await amir.button("Pak op en lees").first().click();
  await amir.button("Sluit").waitFor();
  await amir.page.getByRole("button", { name: "Open wat het kind zegt" }).click();
  await amir.button("Sluit").nth(1).waitFor();
  await shows(amir, written, "the referral that came");
  await amir.look("vreemde-teksten");
  const answers = [];
  const document = full("Update", answers);
  await done(amir, "POST", `/referrals/${referral}/steps`, { step: "update", update: document });
  await noor.page.getByRole("button", { name: "Open en lees" }).waitFor({ timeout: 60_000 });
  await noor.button("Open en lees").click();
  await noor.button("Sluit").nth(1).waitFor();
  await shows(noor, answers, "an update");
}

// What stays in this house: names, notes, talks, a key, the profile.
async function house(administrator, noor, amir) {
  const profile = [];
  const made = full("Profile", profile);
  await done(administrator, "PUT", "/profile", { profile: { ...made, service: strange("Profile.service").slice(0, 100) } });
  await done(administrator, "POST", "/keys", { name: strange("sleutel").slice(0, 80), scopes: ["read"] });
  await done(administrator, "POST", "/people", { login: "vreemd", name: strange("naam").slice(0, 80), roles: ["worker"] });
  await done(noor, "POST", "/stays", { stay: strange("gesprek").slice(0, 60), ...(await begun()) });
  const number = (await noor.api("GET", "/numbered-referrals")).body.referrals[0].number;
  await done(noor, "PUT", `/numbered-referrals/${number}/note`, { text: strange("overdracht") });
  for (const [person, page, text] of [[administrator, "/gebruikers", "naam <img"], [administrator, "/koppelingen", "sleutel <img"], [administrator, "/profiel", ""], [noor, "/gesprekken", "gesprek <img"], [noor, "/overdracht", strange("overdracht")], [amir, "/organisaties", "Profile.service <img"]]) {
    await person.go(page);
    await person.page.getByRole("heading", { level: 1 }).waitFor();
    if (text) await person.page.getByText(text, { exact: false }).first().waitFor();
    await inert(person, page);
  }
}
const begun = async () => ({ date: new Date().toISOString().slice(0, 10) });

// Characters that a screen does not show as what they are: refused wherever somebody writes.
async function unseen(administrator, noor) {
  const places = [
    [administrator, "POST", "/people", (text) => ({ login: "nieuw", name: text, roles: ["worker"] })],
    [administrator, "POST", "/keys", (text) => ({ name: text, scopes: ["read"] })],
    [administrator, "PUT", "/profile", (text) => ({ profile: { service: text } })],
    [noor, "POST", "/referrals", (text) => ({ grantId: grant, referral: { safety: { conclusion: text } } })],
    [noor, "POST", "/stays", (text) => ({ stay: text, date: "2026-11-20" })],
    [noor, "POST", "/numbered-referrals/searches", (text) => ({ name: text })],
    [noor, "PUT", "/numbered-referrals/V-0000-00/note", (text) => ({ text })],
    [noor, "POST", "/prefilled-drafts", (text) => ({ referral: { safety: { conclusion: text } } })],
    [noor, "POST", "/grants/check", (text) => ({ draft: { recipient: "jgt-leiden", record: { registrar: text } } })],
  ];
  for (const [person, method, path, body] of places)
    for (const text of ["voor\u202Eachter", "voor\u2066achter", "voor\u0007achter", "voor\u0000achter", "voor\u2028achter"]) {
      const answer = await person.api(method, path, body(text));
      if (answer.status !== 400) faults.add(`${method} ${path} takes ${JSON.stringify(text)}: ${JSON.stringify(answer)}`);
    }
}

await inBrowser(faults, screens, async (browser) => {
  const ours = await House.at(browser, shelter, "vreemd-opvang", faults, screens);
  const noor = await ours.worker("noor", "Noor");
  const amir = await (await House.at(browser, team, "vreemd-team", faults, screens)).worker("amir", "Amir");
  for (const person of [ours.administrator, noor, amir]) await reported(person);
  await documents(noor, amir);
  await house(ours.administrator, noor, amir);
  await unseen(ours.administrator, noor);
});
