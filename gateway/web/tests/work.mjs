// One child's referral, from the first log-in to the answer: node work.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser, wholeApplication } from "./browser.mjs";
import { where } from "./crisis.mjs";
import { consent, House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const kKept = "Dit vertel ik alleen hier.";
// A text is a text, whatever it says.
const kDecision = "Wij starten over twee weken. <img src=x onerror=alert(1)><script>alert(2)</script>";
await inBrowser(faults, screens, async (browser) => {
  const house = await House.at(browser, shelter, "opvang", faults, screens);
  const noor = await house.worker("noor", "Noor");
  await noor.look("werkvoorraad-leeg");
  const first = noor.bytesLoaded(), whole = wholeApplication(screens.replace(/screens$/, "web"));
  if (first > 70_000) faults.add(`from the first log-in to the work list ${first} bytes were loaded`);
  const officers = wholeApplication(screens.replace(/screens$/, "web"), /^officer-/);
  if (whole - officers > 110_000) faults.add(`what a worker can load has ${whole - officers} bytes`);
  if (officers > 15_000) faults.add(`the officer's pages have ${officers} bytes`);
  console.log(`to the first work list ${first} bytes, the whole application ${whole}`);
  await noor.page.getByRole("link", { name: "Gesprekken" }).click();
  await noor.field("Naam van het verblijf").fill("kamer 4");
  await noor.button("Begin een verblijf").click();
  await noor.page.getByRole("heading", { name: "kamer 4: kind" }).waitFor();
  await noor.look("gesprekken");
  await noor.page.getByRole("button", { name: "Gesproken vandaag: kamer 4, kind" }).click();
  await noor.page.getByText(/Laatste gesprek/).waitFor();
  await noor.page.getByRole("link", { name: "Uitzonderingen" }).click();
  await noor.page.getByText("Er wacht geen uitzondering.").waitFor();
  await noor.look("uitzonderingen");

  // The referral, in five steps.
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Eén kind verwijzen").click();
  await noor.heading("Waar hoort de hulp?").waitFor();
  await noor.field("Uw eigen nummer").fill("DB-2026-0201");
  await where(noor, "Nee");
  await noor.look("waar");
  await noor.button("Ga verder").click();
  await noor.heading("Waarom mag dit?").waitFor();
  await consent(noor);
  await noor.page.getByText("Dit mag.").waitFor();
  await noor.look("waarom");
  await noor.button("Ga verder").click();
  await noor.heading("Wat is er aan de hand?").waitFor();
  await noor.page.getByText("Basisgegevens", { exact: true }).click();
  await noor.field("Voornamen").fill("Sam");
  await noor.page.getByText("Hulpvraag", { exact: true }).click();
  await noor.button("Voeg toe: signalen").click();
  await noor.page.getByLabel("Feit").fill("Slaapt slecht en schrikt van harde geluiden.");
  await noor.page.getByRole("group", { name: "Hoe waargenomen" }).getByLabel("gezien").check();
  await noor.page.getByText("Stem van het kind", { exact: true }).click();
  await noor.button("Voeg toe: antwoorden van het kind").click();
  const answers = noor.page.locator("details", { hasText: "Stem van het kind" });
  await answers.getByLabel("Vraag", { exact: true }).selectOption({ label: "Hoe gaat het met je?" });
  await answers.getByLabel("Antwoord", { exact: true }).fill("Ik wil graag weer naar school.");
  await answers.getByRole("group", { name: "Kind wil dit delen" }).getByLabel("Ja").check();
  // And an answer that the child keeps: it is on no page from here on, and never leaves.
  await noor.button("Voeg toe: antwoorden van het kind").click();
  const second = answers.getByRole("group", { name: "Antwoorden van het kind 2" });
  await second.getByLabel("Antwoord", { exact: true }).fill(kKept);
  await second.getByRole("group", { name: "Kind wil dit delen" }).getByLabel("Nee").check();
  await noor.look("wat");
  await noor.button("Ga verder").click();
  await noor.heading("Wat ziet de ontvanger?").waitFor();
  await noor.page.getByText("Ik wil graag weer naar school.").waitFor();
  await noor.page.getByText("1 antwoord van het kind blijft hier.").waitFor();
  faults.equal(await noor.page.getByText(kKept).count(), 0, "the recipient sees no answer without a yes");
  await noor.look("ontvanger");
  await noor.button("Ga verder").click();
  await noor.heading("Kijk alles na").waitFor();
  faults.equal(await noor.page.getByText(kKept).count(), 0, "nothing without a yes is sent");
  await noor.look("nakijken");
  await noor.button("Verstuur verwijzing").dblclick();
  await noor.page.getByText(/De verwijzing is verstuurd/).waitFor();
  const number = /V-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(await noor.page.locator("h1").innerText())[0];
  await noor.look("verstuurd");
  await noor.page.getByRole("link", { name: "Verwijzingen" }).click();
  await noor.page.getByRole("link", { name: number }).waitFor();
  faults.equal(await noor.page.locator("tbody tr").count(), 1, "clicked twice, sent once");
  await noor.look("verwijzingen");
  await noor.page.getByRole("link", { name: "Toestemming" }).click();
  await noor.page.getByRole("link", { name: "Bekijk" }).waitFor();
  await noor.look("toestemming");
  await noor.page.getByRole("link", { name: "Bekijk" }).click();
  await noor.page.getByRole("link", { name: number }).waitFor();
  await noor.field("Op welke dag keek u?").fill(new Date().toLocaleDateString("nl-NL", { timeZone: "Europe/Amsterdam" }));
  await noor.button("Opslaan").click();
  await noor.page.getByText(/Vastgelegd: nagekeken op/).waitFor();
  await noor.look("een-toestemming");
  await noor.page.getByRole("link", { name: "Brief voor het gezin" }).click();
  await noor.page.getByText("Wij, De Binnenvest, delen met JGT Leiden wat nodig is om u te helpen.").waitFor();
  await noor.look("brief");

  // The other side reads it and accepts.
  const amir = await (await House.at(browser, team, "team", faults, screens)).worker("amir", "Amir");
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).waitFor();
  await amir.look("werkvoorraad");
  await amir.page.getByRole("button", { name: /Pak op/ }).click();
  await amir.page.getByRole("button", { name: /Geef terug/ }).waitFor();
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).click();
  await amir.button("Open en lees").click();
  await amir.page.getByText("Slaapt slecht en schrikt van harde geluiden.").waitFor();
  faults.equal(await amir.page.getByText("Ik wil graag weer naar school.").count(), 0, "the child's words wait for a button of their own");
  await amir.button("Open wat het kind zegt").click();
  await amir.page.getByText("Ik wil graag weer naar school.").waitFor();
  faults.equal(await amir.page.getByText(kKept).count(), 0, "what the child keeps has not come");
  // On paper only with the button, which is an entry.
  await amir.page.evaluate(() => (window.print = () => (window.printed = document.querySelector(".content").classList.contains("printing"))));
  await amir.page.emulateMedia({ media: "print" });
  faults.equal(await amir.page.getByText("Slaapt slecht en schrikt van harde geluiden.").isVisible(), false, "printed without an entry");
  await amir.page.emulateMedia({ media: null });
  await amir.button("Druk af").first().click();
  await amir.page.waitForFunction(() => window.printed === true);
  await amir.look("gelezen");
  await amir.page.getByRole("link", { name: "Neem aan", exact: true }).click();
  await amir.field("Besluit").fill(kDecision);
  await amir.look("neem-aan");
  await amir.button("Neem aan").click();
  await amir.page.getByText("Gelukt: neem aan.").waitFor();

  // The shelter sees it by itself, and reads the answer.
  await noor.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await noor.page.getByRole("link", { name: "Lees bericht" }).waitFor({ timeout: 30_000 });
  await noor.page.getByRole("link", { name: "Lees bericht" }).click();
  await noor.button("Open en lees").click();
  // Who sent it has it in hand: nobody asks why.
  await noor.page.getByText(kDecision).waitFor();
  await noor.page.getByRole("heading", { name: "JGT Leiden is aan zet" }).waitFor();
  await noor.look("antwoord");

  // Consent asked again: the referral goes on under another grant.
  await noor.button("Vraag opnieuw toestemming").click();
  await consent(noor);
  await noor.page.getByText("Dit mag.").waitFor();
  await noor.button("Ga verder").click();
  await noor.button("Ga door onder deze toestemming").click();
  await noor.page.getByText("De verwijzing gaat door onder de nieuwe toestemming.").waitFor();
  await noor.look("vernieuwd");
  await noor.button("Open en lees").click();
  await noor.page.getByText(kDecision).waitFor();

  // Hidden, locked, English, away.
  await noor.page.keyboard.press("Shift+Escape");
  await noor.heading("Het scherm is verborgen").waitFor();
  faults.equal(await noor.page.getByText(kDecision).count(), 0, "what is hidden is gone");
  await noor.button("Verder").click();
  await noor.button("English").click();
  await noor.page.getByRole("heading", { name: "It is the turn of JGT Leiden" }).waitFor();
  await noor.look("english");
  await noor.button("Log out").click();
  await noor.heading("Aanmelden").waitFor();
  await noor.page.goBack();
  await noor.heading("Aanmelden").waitFor();
  faults.equal(await noor.page.getByText(kDecision).count(), 0, "Back shows nothing");
});
