// A day in houses that are full of work: who leads a team, the change of shift, finding, what goes on paper, who looks
// after it all: node day.mjs SCREENS DEMO
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { where } from "./crisis.mjs";
import { consent, Demo } from "./house.mjs";

const [, , screens, file] = process.argv;
const faults = new Faults();
const demo = new Demo(JSON.parse(readFileSync(file, "utf8")), faults, screens);
const kNote = "Moeder belt om tien uur. =2+2 <img src=x onerror=alert(1)>";

// Hands out what nobody has, and it is in her colleague's list.
async function lead(sofie, amir) {
  await sofie.page.getByRole("link", { name: "Team", exact: true }).click();
  await sofie.heading("Teamoverzicht").waitFor();
  const row = sofie.page.getByRole("row", { name: /^niemand/ });
  await row.locator("summary").click();
  await sofie.look("teamoverzicht");
  const work = sofie.page.getByRole("group", { name: "Wat geeft u aan iemand?" }).getByRole("checkbox");
  const numbers = await sofie.page.getByRole("group", { name: "Wat geeft u aan iemand?" }).locator("label").allInnerTexts();
  const two = numbers.slice(0, 2).map((text) => /V-\S+/.exec(text)[0]);
  await work.nth(0).check();
  await work.nth(1).check();
  await sofie.field("Aan wie?").selectOption({ label: "Amir" });
  await sofie.button("Geef aan deze collega").click();
  await sofie.page.getByText("2 verwijzingen zijn nu van Amir.").waitFor();
  await sofie.look("verdeeld");
  await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
  for (const number of two) await amir.page.getByRole("button", { name: "Geef terug " + number }).waitFor({ timeout: 30_000 });
  return two[0];
}

// A word for the next shift: a colleague reads it, and it is text whatever it says.
async function shift(sofie, amir, number) {
  await amir.go("/verwijzing/" + number);
  await amir.page.getByRole("link", { name: "Notitie voor de volgende dienst" }).click();
  await amir.button("Schrijf een notitie " + number).click();
  await amir.field("Notitie bij " + number).fill(kNote);
  await amir.button("Opslaan").click();
  await amir.page.getByText(kNote).waitFor();
  await amir.look("overdracht-met-notitie");
  await sofie.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await sofie.page.getByRole("link", { name: "Overdracht van de dienst" }).click();
  await sofie.page.getByText(kNote).waitFor();
  await sofie.button("Verander de notitie " + number).click();
  await sofie.field("Notitie bij " + number).fill("x".repeat(501));
  await sofie.button("Opslaan").click();
  await sofie.page.getByRole("alert").waitFor();
  await sofie.look("notitie-te-lang");
}

// By number from every page, by name among what was written here.
async function find(noor) {
  await noor.page.getByRole("link", { name: "Verwijzingen" }).click();
  const first = noor.page.locator("tbody tr").first().getByRole("link");
  const number = await first.innerText();
  await noor.field("Zoek op nummer").fill(number.toLowerCase().replaceAll("-", ""));
  await noor.page.keyboard.press("Enter");
  await noor.heading("Verwijzing " + number).waitFor();
  await noor.field("Zoek op nummer").fill("V-ZZZZ-ZZ");
  await noor.page.keyboard.press("Enter");
  await noor.page.getByRole("alert").waitFor();
  await noor.look("nummer-onbekend");
  await noor.page.getByRole("link", { name: "Verwijzingen" }).click();
  const answered = noor.page.waitForResponse((one) => one.url().endsWith("/searches"));
  await noor.field("Zoek op naam van een kind").fill("voorbeeld 5");
  await noor.page.getByRole("form", { name: "Zoek op naam van een kind" }).or(noor.page.locator("main form")).getByRole("button", { name: "Zoek" }).click();
  await noor.page.getByText("1 verwijzing gevonden.").waitFor();
  if ((await answered).url().includes("voorbeeld") || noor.page.url().includes("voorbeeld")) faults.add("a name stands in an address");
  await noor.look("gevonden");
  await noor.field("Zoek op naam van een kind").fill("iemand anders");
  await noor.page.keyboard.press("Enter");
  await noor.page.getByText("Niets gevonden in wat hier geschreven of geopend is.").waitFor();
  return number;
}

// What was said once begins a new referral; whether a parent may see it later is advice, part by part.
async function takesOver(noor, number) {
  await noor.go("/verwijzing/" + number);
  await noor.button("Gebruik dit voor een nieuwe verwijzing").click();
  await noor.heading("Waar hoort de hulp?").waitFor();
  await noor.page.getByRole("link", { name: "Wat ziet de ontvanger?" }).click();
  await noor.heading("Wat ziet de ontvanger?").waitFor();
  await noor.page.getByText("Mag een ouder dit later inzien?").click();
  await noor.page.getByRole("group", { name: "Veiligheid", exact: true }).getByLabel("niet aan iemand met deze rol").check();
  await noor.field("Niet aan wie (rol), veiligheid").fill("vader");
  await noor.button("Wat zou een ouder met gezag kunnen opvragen?").click();
  await noor.page.getByText("Veiligheid: niet aan vader.").waitFor();
  await noor.page.getByText(/^Hulpvraag: kan een ouder opvragen/).waitFor();
  await noor.look("later-inzien");
}

// Who helps already refers on to another: with consent of its own, and nothing goes along by itself.
async function referOn(amir) {
  await amir.page.getByRole("link", { name: "Verwijzingen" }).click();
  const row = amir.page.getByRole("row", { name: /Hulp gestart/ }).first();
  const number = await row.getByRole("link").innerText();
  await row.getByRole("link").click();
  await amir.button("Verwijs verder").click();
  await amir.heading("Waar hoort de hulp?").waitFor();
  await amir.page.getByText("Van de andere verwijzing gaat niets vanzelf mee.").waitFor();
  await where(amir, "Nee", "Alphen aan den Rijn", /Go! voor Jeugd/);
  await amir.look("verwijs-verder");
  await amir.button("Ga verder").click();
  await consent(amir);
  await amir.page.getByText("Dit mag.").waitFor();
  await amir.button("Ga verder").click();
  await amir.page.getByText("Hulpvraag", { exact: true }).click();
  await amir.field("Wat is al geprobeerd").fill("Wij helpen thuis; dagbehandeling past beter.");
  await amir.button("Ga verder").click();
  await amir.button("Ga verder").click();
  await amir.button("Verstuur verwijzing").click();
  await amir.page.getByText(/De verwijzing is verstuurd/).waitFor();
  await amir.page.getByText("Hoort bij").waitFor();
  await amir.page.getByRole("link", { name: number, exact: true }).waitFor();
}

// A hidden shelter's family carries no name of anybody.
async function hidden(lotte) {
  await lotte.page.getByRole("link", { name: "Verwijzingen" }).click();
  await lotte.page.locator("tbody tr").first().getByRole("link").click();
  await lotte.page.getByRole("link", { name: "Brief voor het gezin" }).click();
  await lotte.page.getByText(/Nummer: V-/).waitFor();
  const card = await lotte.page.locator(".letter").innerText();
  for (const name of ["linde", "JGT", "Leiden", "hulp", "Veerpont"]) if (card.includes(name)) faults.add("the card of a hidden shelter says " + name);
  await lotte.look("kaartje");
}

async function looksAfter(browser) {
  const beheerder = await demo.logged(browser, "jgt-leiden", "beheerder");
  await beheerder.page.getByRole("link", { name: "Gezondheid" }).click();
  await beheerder.page.getByText("De sleutels van dit huis openen", { exact: false }).or(beheerder.page.getByText("Goed.").first()).first().waitFor();
  await beheerder.look("gezondheid");
  await beheerder.page.getByRole("link", { name: "Profiel" }).click();
  await beheerder.field("Wat wij doen").fill("Hulp aan gezinnen in Leiden en omgeving.");
  await beheerder.button("Voeg toe: openingstijden").click();
  for (const day of ["maandag", "dinsdag"]) await beheerder.page.getByRole("group", { name: "Dagen" }).getByLabel(day, { exact: true }).check();
  await beheerder.field("Van").fill("08:30");
  await beheerder.field("Tot").fill("25:00");
  await beheerder.button("Maak dit bekend").click();
  await beheerder.page.getByText("Openingstijden, tot", { exact: false }).waitFor();
  await beheerder.look("profiel-fout");
  await beheerder.field("Tot").fill("17:00");
  await beheerder.button("Maak dit bekend").click();
  await beheerder.page.getByText("Het profiel is bekendgemaakt.").waitFor();
  await beheerder.look("profiel");
  await beheerder.page.getByRole("link", { name: "Instellingen" }).click();
  const months = beheerder.field("Hoe lang duurt toestemming op zijn langst, in maanden?");
  await months.fill("13");
  await beheerder.page.getByText("Van 1 tot en met 12.").first().waitFor();
  await beheerder.look("instellingen-fout");
  await months.fill("4");
  await beheerder.button("Opslaan").first().click();
  await beheerder.page.getByText("Vastgelegd. Dit geldt vanaf nu.").waitFor();
  await beheerder.page.getByText(/in maanden\?: 6 → 4 \(/).waitFor();
  await beheerder.field("Een per regel").fill("De Zilvermeeuw\n");
  await beheerder.button("Opslaan").last().click();
  await beheerder.page.getByText("De woorden zijn bewaard.").waitFor();
  await beheerder.look("instellingen");
  const there = await demo.logged(browser, "linde", "beheerder");
  await there.page.getByRole("link", { name: "Profiel" }).click();
  await there.page.getByText("Een afgeschermde organisatie heeft geen profiel.", { exact: false }).waitFor();
  await there.look("profiel");
}

// Nobody did anything: the screen asks, and then it locks.
async function idle(amir) {
  await amir.page.clock.install();
  await amir.go("/werkvoorraad");
  await amir.heading("Werkvoorraad").waitFor();
  await amir.page.clock.runFor(9 * 60_000 + 1_000);
  await amir.page.getByRole("heading", { name: "Bent u er nog?" }).waitFor();
  await amir.look("bent-u-er-nog");
  await amir.button("Blijf werken").click();
  await amir.page.getByRole("heading", { name: "Bent u er nog?" }).waitFor({ state: "hidden" });
  await amir.page.clock.runFor(10 * 60_000 + 1_000);
  await amir.heading("Het scherm is op slot").waitFor();
  await amir.look("op-slot");
}

await inBrowser(faults, screens, async (browser) => {
  const sofie = await demo.logged(browser, "jgt-leiden", "sofie");
  const amir = await demo.logged(browser, "jgt-leiden", "amir");
  const number = await lead(sofie, amir);
  await shift(sofie, amir, number);
  const noor = await demo.logged(browser, "de-binnenvest", "noor");
  await takesOver(noor, await find(noor));
  await hidden(await demo.logged(browser, "linde", "lotte"));
  await looksAfter(browser);
  await referOn(amir);
  await idle(amir);
});
