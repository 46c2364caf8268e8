// A crisis on the evening of the last Friday of a month, and the Tuesday after it: node friday.mjs CONFIG SCREENS
// This script, the gateways and the broker think that it is then; so do the pages.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { crisis } from "./crisis.mjs";
import { Faults, inBrowser, Person } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team, kept } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const kDay = 86_400_000;
const kMonths = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
const kReads = /maandag 30 november, \d+\.\d\d uur/; // the first hour at which somebody reads

function dayIn(text) {
  const [, day, month, year] = /(\d+) (\w+) (20\d\d)/.exec(text);
  return Date.UTC(Number(year), kMonths.indexOf(month), Number(day));
}

async function friday(browser) {
  const house = await House.at(browser, shelter, "vrijdag", faults, screens);
  const noor = await house.worker("noor", "Noor");
  const bram = await house.worker("bram", "Bram");
  const now = await noor.page.evaluate(() => Date.now());
  if (Math.abs(now - Date.now()) > kDay / 24) faults.add(`the page thinks that it is ${new Date(now).toISOString()}`);
  await crisis(noor, bram);
  const receipt = await noor.page.getByText(/Reken op uw telefoongesprek, niet op dit bericht/).innerText();
  if (!kReads.test(receipt)) faults.add("the receipt says " + receipt);
  await noor.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await noor.page.getByText(/Wacht op een ander/).first().click();
  await noor.page.locator("main").getByText(kReads).first().waitFor();
  await noor.look("werkvoorraad");
  // It does not end with the month: the team is not there before Monday.
  await noor.page.getByRole("link", { name: "Toestemming" }).click();
  const row = await noor.page.getByRole("row", { name: /JGT Leiden/ }).innerText();
  const days = (dayIn(row) - Date.UTC(2026, 10, 27)) / kDay;
  if (!(days >= 14)) faults.add(`sharing ends after ${days} days: ${row}`);
  writeFileSync(kept, JSON.stringify({ noor: noor.secret }));
}

async function tuesday(browser) {
  const amir = await (await House.at(browser, team, "dinsdag", faults, screens)).worker("amir", "Amir");
  await amir.page.getByRole("heading", { name: "Crisis (1)" }).waitFor();
  await amir.page.getByText(/te laat/).first().waitFor();
  await amir.look("werkvoorraad");
  await amir.page.getByRole("button", { name: /Pak op/ }).click();
  await amir.page.getByRole("button", { name: /Geef terug/ }).waitFor();
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).click();
  await amir.button("Open en lees").click();
  await amir.page.getByText("Het kind is nu veilig bij ons.").waitFor();
  for (const [step, label, text] of [["Neem aan", "Besluit", "Wij zijn er vandaag."], ["Start de hulp"], ["Geef terugkoppeling", "Bericht", "Wij spraken het kind."]]) {
    await amir.page.getByRole("link", { name: step, exact: true }).click();
    if (label) await amir.field(label).fill(text);
    await amir.button(step).click();
    await amir.page.getByText(new RegExp("Gelukt: " + step, "i")).waitFor();
  }
  await amir.look("teruggekoppeld");
  const noor = await Person.at(browser, shelter, "dinsdag-noor", faults, screens);
  noor.secret = JSON.parse(readFileSync(kept, "utf8")).noor;
  await noor.go("/");
  await noor.logIn("noor");
  await noor.page.getByRole("link", { name: "Lees bericht" }).first().waitFor({ timeout: 60_000 });
  await noor.page.getByRole("link", { name: "Lees bericht" }).first().click();
  await noor.page.getByRole("heading", { name: "JGT Leiden is aan zet" }).waitFor();
  await noor.look("verwijzing");
}

await inBrowser(faults, screens, existsSync(kept) ? tuesday : friday);
