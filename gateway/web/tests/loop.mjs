// The whole loop between two houses, and at each state what both pages say: whose turn it is, and until when. Beside a table
// of this script's own: node loop.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toLocaleDateString("nl-NL", { timeZone: "Europe/Amsterdam" });

// The state, who is at turn (the team, the shelter, nobody), and whether somebody must act before a time.
const kTable = {
  "Aangekomen, nog niet gelezen": ["team", true],
  "In beoordeling": ["team", true],
  "Aanvullende informatie gevraagd": ["shelter", true],
  "Aangenomen": ["team", true],
  "Op de wachtlijst": ["team", true],
  "Warme overdracht gepland": ["team", true],
  "Hulp gestart": ["team", true],
  "Gepauzeerd": ["team", true],
  "Afgerond": ["nobody", false],
};

// Both pages, once they show the state.
async function agree(noor, amir, state) {
  const [turn, dated] = kTable[state];
  const said = [];
  for (const [side, person, title] of [["shelter", noor, "JGT Leiden"], ["team", amir, "De Binnenvest"]]) {
    await person.page.locator("header.title", { hasText: state }).waitFor({ timeout: 60_000 });
    const heading = turn === "nobody" ? "Deze verwijzing is klaar" : turn === side ? "U bent aan zet" : title + " is aan zet";
    await person.page.locator(".turn h2", { hasText: heading }).waitFor({ timeout: 30_000 });
    const until = /vóór (.+ uur) \(/.exec(await person.page.locator(".turn").innerText())?.[1] ?? "";
    faults.equal(until !== "", dated, `${state}, at the ${side}: until when`);
    const drawn = await person.page.locator("svg.crossing").first().getAttribute("aria-label");
    if (!drawn?.startsWith(heading)) faults.add(`${state}, at the ${side}: the drawing says ${drawn}`);
    said.push(until);
  }
  faults.equal(said[0], said[1], state + ": both sides name the same time");
}

async function step(person, name, fill) {
  await person.page.getByRole("link", { name, exact: true }).click();
  await person.heading(name).waitFor();
  await fill?.(person);
  await person.button(name).click();
  await person.page.getByText(new RegExp("Gelukt: " + name, "i")).waitFor();
}

await inBrowser(faults, screens, async (browser) => {
  const noor = await (await House.at(browser, shelter, "lus-opvang", faults, screens)).worker("noor", "Noor");
  const amir = await (await House.at(browser, team, "lus-team", faults, screens)).worker("amir", "Amir");
  await noor.page.getByRole("link", { name: "Verwijzingen" }).click();
  await noor.page.locator("tbody tr").first().getByRole("link").click();
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).click();
  await agree(noor, amir, "Aangekomen, nog niet gelezen");
  await amir.button("Pak op en lees").first().click();
  await amir.button("Sluit").waitFor();
  await agree(noor, amir, "In beoordeling");
  await step(amir, "Vraag informatie", async ({ page }) => {
    await page.getByRole("group", { name: "Gevraagde informatie" }).getByLabel("veiligheid").check();
    await page.getByLabel("Bericht").fill("Hoe is het nu thuis?");
  });
  await agree(noor, amir, "Aanvullende informatie gevraagd");
  await step(noor, "Geef informatie", ({ page }) => page.getByLabel("Conclusie").fill("Het is nu rustig."));
  await agree(noor, amir, "In beoordeling");
  await step(amir, "Neem aan", ({ page }) => page.getByLabel("Besluit").fill("Wij starten."));
  await agree(noor, amir, "Aangenomen");
  await step(amir, "Zet op de wachtlijst", ({ page }) => page.getByLabel("Verwachte wachttijd").fill("twee weken"));
  await agree(noor, amir, "Op de wachtlijst");
  await step(amir, "Plan een warme overdracht", async ({ page }) => {
    await page.getByLabel("Datum warme overdracht").fill(inDays(3));
    // What is missing has the name that it has on screen.
    await page.getByRole("button", { name: "Plan een warme overdracht", exact: true }).click();
    await page.getByText("Wie zijn erbij (rollen): is nodig").waitFor();
    await page.getByRole("button", { name: "Voeg toe: wie zijn erbij (rollen)" }).click();
    await page.getByLabel("Wie zijn erbij (rollen) 1", { exact: true }).fill("begeleider van de opvang");
  });
  await agree(noor, amir, "Warme overdracht gepland");
  await amir.look("overdracht-gepland");
  await step(amir, "Start de hulp");
  await agree(noor, amir, "Hulp gestart");
  await step(amir, "Pauzeer", ({ page }) => page.getByLabel("Tot wanneer").fill(inDays(10)));
  await agree(noor, amir, "Gepauzeerd");
  await step(amir, "Pak de hulp weer op");
  await agree(noor, amir, "Hulp gestart");
  await step(amir, "Rond af", async ({ page }) => {
    await page.getByRole("button", { name: "Voeg toe: resultaten" }).click();
    const outcome = page.getByRole("group", { name: "Resultaten 1" });
    await outcome.getByLabel("Voor het kind").selectOption({ index: 1 });
    await outcome.getByRole("group", { name: "Bereikt" }).getByLabel("deels bereikt").check();
    await page.getByLabel("Wat het kind ervan vindt").fill("Het gaat beter met mij.");
  });
  await agree(noor, amir, "Afgerond");
  await noor.look("afgerond");
});
