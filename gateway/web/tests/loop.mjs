// The whole loop between two houses, and at each state what both pages say: whose turn it is, and until when. Beside a table
// of this script's own: node loop.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team, loop, others } = JSON.parse(readFileSync(config, "utf8"));
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

// Every field of the step's page says something, and it goes.
async function withEverything(person, name) {
  const { page } = person;
  await page.getByRole("link", { name, exact: true }).click();
  await person.heading(name).waitFor();
  for (const box of await page.locator("main form").getByRole("textbox").all()) {
    const day = await box.evaluate((one) => /dd|dag/i.test(one.closest("div, fieldset")?.innerText ?? "") && one.tagName === "INPUT");
    await box.fill(day ? inDays(5) : "Dit gaat mee.");
  }
  for (const choice of await page.locator("main form").getByRole("combobox").all()) await choice.selectOption({ index: 1 });
  for (const group of await page.locator("main form").getByRole("group").all()) {
    const first = group.getByRole("radio").or(group.getByRole("checkbox")).first();
    if (await first.count()) await first.check();
  }
  await person.button(name).click();
  await page.getByText(new RegExp("Gelukt: " + name, "i")).waitFor();
}

async function to(person, referral) {
  await person.go("/verwijzing/" + referral);
  await person.page.locator(".turn").waitFor();
}

// The other ends, and what either side says meanwhile.
async function otherEnds(noor, amir) {
  await to(amir, others.progress);
  await amir.button("Pak op en lees").first().click();
  await amir.button("Sluit").waitFor();
  await withEverything(amir, "Neem aan");
  await withEverything(amir, "Start de hulp");
  await withEverything(amir, "Iemand vraagt inzage");
  await to(noor, others.progress);
  await noor.page.getByRole("link", { name: "Antwoord op inzage", exact: true }).waitFor({ timeout: 30_000 });
  await withEverything(noor, "Antwoord op inzage");
  await withEverything(noor, "Geef terugkoppeling");
  await withEverything(noor, "Verblijf is geëindigd");
  for (const [referral, end] of [[others.declined, "Neem niet aan"], [others.redirected, "Past beter bij een ander"], [others.never, "Niet gestart"]]) {
    await to(amir, referral);
    await amir.button("Pak op en lees").first().click();
    await amir.button("Sluit").waitFor();
    if (end === "Niet gestart") await withEverything(amir, "Neem aan");
    await withEverything(amir, end);
  }
  await to(noor, others.taken);
  await withEverything(noor, "Trek de verwijzing in");
  await to(noor, others.silent);
  await noor.page.getByRole("link", { name: "Trek de verwijzing in", exact: true }).click();
  await noor.page.getByText("Bij deze stap gaat geen tekst mee.").waitFor();
  await noor.button("Trek de verwijzing in").click();
  await noor.page.getByText(/Gelukt: trek de verwijzing in/i).waitFor();
}

await inBrowser(faults, screens, async (browser) => {
  const noor = await (await House.at(browser, shelter, "lus-opvang", faults, screens)).worker("noor", "Noor");
  const amir = await (await House.at(browser, team, "lus-team", faults, screens)).worker("amir", "Amir");
  for (const person of [noor, amir]) await to(person, loop);
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
  await otherEnds(noor, amir);
});
