// The privacy officer's Monday morning: is the log right, what went back and forth, who read what, a proof of one event: node
// officer.mjs CONFIG SCREENS
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { counted, Faults, inBrowser, Person } from "./browser.mjs";
import { House } from "./house.mjs";

const here = new URL(".", import.meta.url).pathname;
const [, , config, screens] = process.argv;
const { shelter, key } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();

// A question takes six actions at most.
async function asks(what, does, most = 6) {
  const before = { ...counted };
  await does();
  const took = counted.actions - before.actions + counted.entries - before.entries;
  console.log(`${what}: ${took} actions`);
  if (took > most) faults.add(`${what} takes ${took} actions`);
}

// Each line is an AuditEvent for the compiler.
function typed(lines) {
  if (lines.length < 2) faults.add("there is nothing in the export");
  const file = here + "handed-over.ts";
  writeFileSync(file, `import type { AuditEvent } from "fhir/r5";\nexport const all: AuditEvent[] = [\n${lines.join(",\n")},\n];\n`);
  const ran = spawnSync("npx", ["tsc", "--noEmit", "--strict", "--skipLibCheck", "--types", "fhir", file], { cwd: here + "..", encoding: "utf8" });
  rmSync(file);
  if (ran.status !== 0) faults.add("no FHIR: " + ran.stdout.slice(0, 500));
}

async function downloaded(page, press) {
  const [file] = await Promise.all([page.waitForEvent("download"), press()]);
  return readFileSync(await file.path(), "utf8");
}

// The same numbers in the table, in what is downloaded, and from the interface.
async function sameEverywhere(fg) {
  const table = await fg.page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].slice(4).map((cell) => Number(cell.textContent))));
  const csv = (await downloaded(fg.page, () => fg.button("CSV").click())).trim().split("\r\n").slice(1);
  faults.equal(csv.map((line) => line.split(",").slice(4).map(Number)), table, "the table and the CSV");
  const json = JSON.parse(await downloaded(fg.page, () => fg.button("JSON").click()));
  const numbers = (row) => [row.sent, row.read, row.unreadable, row.referrals].map((one) => one ?? 0);
  faults.equal([...json.flows, json.all].map(numbers), table, "the table and the JSON");
  const { body } = await fg.api("GET", `/flows?from=${json.from}&until=${json.until}`);
  faults.equal([...body.flows, body.all].map(numbers), table, "the table and the interface");
  if (table.length < 3 || table.at(-1)[0] === 0) faults.add("there is nothing in the table");
  faults.equal(table.slice(0, -1).reduce((sum, row) => sum + row[0], 0), table.at(-1)[0], "the sum of the rows");
}

await inBrowser(faults, screens, async (browser) => {
  const house = await House.at(browser, shelter, "fg-opvang", faults, screens);
  const invited = await house.administrator.api("POST", "/people", { login: "fg", name: "Functionaris", roles: ["privacy-officer"] });
  const fg = await Person.at(browser, shelter, "fg", faults, screens);
  await fg.comeIn("fg", invited.body.invitation);
  await fg.heading("Overzicht").waitFor();
  await fg.page.getByText("Het logboek klopt").waitFor();
  await fg.page.getByText("Gelezen na het einde van de toestemming: 0.").waitFor();
  await fg.look("overzicht");
  await asks("flows by ground", async () => {
    await fg.page.getByRole("link", { name: "Gegevensstromen" }).click();
    await fg.field("Grond").selectOption({ label: "toestemming" });
    await fg.page.getByRole("row", { name: /Totaal/ }).waitFor();
  });
  await fg.look("gegevensstromen");
  await sameEverywhere(fg);
  await fg.field("Grond").selectOption({ label: "vitaal belang" });
  await fg.page.getByText("In deze periode staat hier niets.").waitFor();
  await fg.look("gegevensstromen-leeg");
  await fg.page.getByRole("link", { name: "Logboek" }).click();
  await asks("is the log right", async () => {
    await fg.button("Kijk alles opnieuw na").click();
    await fg.page.getByText("Het logboek klopt").waitFor();
  });
  await fg.page.getByRole("row", { name: /Bericht verstuurd/ }).first().waitFor();
  await fg.look("logboek");
  const sent = fg.page.getByRole("row", { name: /Bericht verstuurd/ }).first();
  let file = "";
  await asks("a proof of one event", async () => {
    file = await downloaded(fg.page, () => sent.getByRole("button", { name: /Bewijs/ }).click());
  });
  await fg.field("Controleer een bewijs").check();
  await fg.field("De inhoud van het bestand").fill(file);
  await fg.field("Sleutel van het logboek").fill(key);
  await fg.button("Controleer").click();
  await fg.page.getByText(/Dit staat in het logboek .*, regel \d+\./).waitFor();
  await fg.look("bewijs");
  await fg.field("De inhoud van het bestand").fill(file.replace(/index (\d+)/, (_, at) => "index " + (Number(at) + 1)));
  await fg.button("Controleer").click();
  await fg.page.getByText("Dit bewijs klopt niet").waitFor();
  await fg.look("bewijs-klopt-niet");
  await asks("who read what", async () => {
    await fg.field("Wie las wat bij ons").check();
    await fg.page.getByRole("row", { name: /een hulpverlener/ }).first().waitFor();
  });
  await fg.field("Wie las wat bij ons").check();
  await fg.field("Naam van een collega").fill("een hulpverlener");
  await fg.page.getByRole("row", { name: /Functionaris \(/ }).first().waitFor({ state: "hidden" });
  await fg.page.getByRole("row", { name: /een hulpverlener/ }).first().waitFor();
  await fg.look("wie-las-wat");
  await asks("a breach between 8.00 and 12.00", async () => {
    await fg.page.getByRole("link", { name: "Datalek" }).click();
    await fg.field("Van, tijd").fill("0.00");
    await fg.field("Tot, tijd").fill("23.59");
    await fg.field("Waarom kijkt u dit na?").fill("een laptop is kwijt");
    await fg.button("Zoek").click();
    await fg.page.getByRole("heading", { name: /^Gelezen \(1\)/ }).waitFor();
  });
  await fg.page.getByRole("heading", { name: /^Te openen in die tijd \(2\)/ }).waitFor();
  await fg.look("datalek");
  const leak = await downloaded(fg.page, () => fg.button("CSV").click());
  faults.equal(leak.trim().split("\r\n").length, 4, "one that was read, two that could be, and the head");
  await asks("the quarter's report", async () => {
    await fg.page.getByRole("link", { name: "Kwartaalrapport" }).click();
    await fg.field("Periode").selectOption({ index: 1 });
    await fg.page.getByRole("row", { name: /Bericht verstuurd|JGT Leiden/ }).first().waitFor();
  });
  await fg.look("rapport");
  const exact = await fg.page.locator("tbody").first().innerText();
  if (/niet genoemd/.test(exact)) faults.add("inside the house figures are exact");
  await fg.field("voor anderen: niets over minder dan 5").check();
  await fg.page.getByText("niet genoemd").first().waitFor();
  const report = await downloaded(fg.page, () => fg.button("CSV").click());
  if (/,[1-4]\b|"[1-4]"/.test(report.split("\r\n").slice(2).join(" "))) faults.add("what goes to others says something of fewer than five: " + report);
  await fg.page.getByRole("link", { name: "Toestemmingen" }).click();
  await fg.page.getByRole("heading", { name: "Wij delen met" }).waitFor();
  faults.equal(await fg.page.getByRole("row", { name: /^Loopt \d/ }).count(), 1, "how many consents run");
  await fg.look("toestemmingen");
  await asks("exceptions that wait", async () => {
    await fg.page.getByRole("link", { name: "Uitzonderingen" }).click();
    await fg.page.getByText("direct gevaar", { exact: false }).or(fg.page.getByRole("heading", { name: /^Vitaal belang: JGT Leiden/ })).first().waitFor();
  });
  await fg.field("terecht").check();
  await fg.field("Toelichting (blijft hier)").fill("Overlegd met de achterwacht.");
  await fg.look("toetsing");
  await fg.button("Leg de toetsing vast").click();
  await fg.page.getByText("De toetsing is vastgelegd.").waitFor();
  await fg.field("ook wat al getoetst is").check();
  await fg.page.getByText(/Getoetst: terecht, door Functionaris/).waitFor();
  await fg.page.getByText("Overlegd met de achterwacht.").waitFor();
  await fg.look("getoetst");
  await fg.page.getByRole("link", { name: "Steekproef" }).click();
  await fg.field("Lotwoord").fill("kwartaal 4");
  await fg.button("Loot").click();
  await fg.page.getByText(/Geloot met “kwartaal 4”: 1 van 1/).waitFor();
  await fg.look("steekproef");
  await fg.page.getByRole("link", { name: "Logboek" }).click();
  await fg.field("Waarvoor neemt u dit mee?").fill("voor de toezichthouder");
  const taken = await downloaded(fg.page, () => fg.page.getByRole("button", { name: "Neem mee als CSV" }).click());
  if (!taken.startsWith('"event","time"')) faults.add("taken along is: " + taken.slice(0, 200));
  await fg.page.getByText("Beide bestanden zijn gedownload.").waitFor();
  await asks("consents that end within 30 days", async () => {
    await fg.page.getByRole("link", { name: "Overzicht" }).click();
    await fg.page.getByText(/binnen 30 dagen/).waitFor();
  });
  await asks("the register", async () => {
    await fg.page.getByRole("link", { name: "Register", exact: true }).click();
    await fg.page.getByRole("heading", { name: "Kinderen verwijzen" }).waitFor();
  });
  await fg.field("Onderdeel").selectOption({ label: "Naam en contact" });
  await fg.field("Naam en contact").fill("De Binnenvest, Leiden");
  await fg.button("Bewaar dit").click();
  await fg.page.getByRole("row", { name: /De Binnenvest, Leiden/ }).waitFor();
  await fg.look("register");
  const { body: numbered } = await fg.api("GET", "/numbered-referrals");
  await asks("a father's access request", async () => {
    await fg.page.getByRole("link", { name: "Verzoeken" }).click();
    await fg.field("Ouder met gezag").check();
    await fg.field("Hoe weet u wie het is, en of die mag vragen?").fill("Paspoort en gezagsregister gezien");
    await fg.field("Verwijzing van het kind").fill(numbered.referrals[0].number.toLowerCase());
    await fg.button("Leg het verzoek vast").click();
    await fg.heading("Verzoek 1: inzage").waitFor();
    await fg.field("Veiligheid: geven?").selectOption({ label: "een deel geven" });
    await fg.field("Veiligheid: waarom niet?").selectOption({ label: "gevaar voor het kind of een ander" });
    await fg.page.getByText("een deel geven: gevaar voor het kind of een ander").waitFor();
    await fg.field("Naam van de tweede lezer").fill("een hulpverlener");
    await fg.field("Pincode van de tweede lezer").fill("314159");
    await fg.button("De brief klopt en kan weg").click();
    await fg.page.getByText("De brief is klaar. een hulpverlener las hem eerst.").waitFor();
  }, 20);
  await fg.look("verzoek-beantwoord");
  const letter = await downloaded(fg.page, () => fg.button("Download de brief").click());
  if (/1970/.test(letter)) faults.add("the letter has a day that is none: " + letter);
  if (!letter.includes("Autoriteit Persoonsgegevens") || !letter.includes("veiligheid (een deel)")) faults.add("the letter says: " + letter);
  await fg.page.getByRole("link", { name: "Verzoeken" }).click();
  await fg.page.getByText(/Beantwoord op/).waitFor();
  await fg.look("verzoeken");
  // What is handed over is FHIR R5, by the types of others.
  for (const what of ["events", "accesses"]) {
    const { body: handed } = await fg.api("POST", "/audit/exports", { what, format: "fhir", actor: { reason: "kwartaalcontrole" } });
    typed(handed.content.trim().split("\n"));
  }
  // No page asks what its reader may not.
  const denied = (await fg.api("GET", "/accesses")).body.accesses.filter((one) => one.kind === "denied");
  faults.equal(denied.map((one) => `${one.person}: ${one.list}`), [], "what somebody was refused");
});
