// A night at the shelter: a crisis, two children of one family; and the team's Monday: node night.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { counted, Faults, inBrowser } from "./browser.mjs";
import { crisis, where } from "./crisis.mjs";
import { consent, House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();

// How much a person does for it, beside what was promised.
function within(what, before, entries, actions) {
  const done = { entries: counted.entries - before.entries, actions: counted.actions - before.actions };
  console.log(`${what}: ${done.entries} entries, ${done.actions} actions`);
  if (done.entries > entries || done.actions > actions) faults.add(`${what} takes ${done.entries} entries and ${done.actions} actions`);
}

const open = (scope, part) => scope.getByText(part, { exact: true }).click();

// Two children of one family: what holds for both is written once.
async function family(noor) {
  const before = { ...counted };
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Broers en zussen verwijzen").click();
  await noor.page.getByRole("group", { name: "Hoeveel kinderen?" }).getByLabel("2").check();
  await noor.heading("Waar hoort de hulp?").waitFor();
  await noor.field("Uw eigen nummer, Kind 1").fill("DB-301");
  await noor.field("Uw eigen nummer, Kind 2").fill("DB-302");
  await where(noor, "Nee");
  await noor.look("broers-en-zussen-waar");
  await noor.button("Ga verder").click();
  await noor.heading("Waarom mag dit?").waitFor();
  const [one, two] = [1, 2].map((at) => noor.page.getByRole("region", { name: new RegExp("^Kind " + at) }));
  await consent(noor, "14 maart 2011", one);
  await two.getByRole("button", { name: "Zelfde gezag en ouders als Kind 1" }).click();
  faults.equal(await two.getByRole("group", { name: "Antwoord" }).first().getByRole("radio", { checked: true }).count(), 0, "nobody's answer is taken over");
  await consent(noor, "2 februari 2012", two);
  await two.getByText("Dit mag.").waitFor();
  await noor.look("broers-en-zussen-waarom");
  await noor.button("Ga verder").click();
  await noor.heading("Wat is er aan de hand?").waitFor();
  const all = noor.page.getByRole("region", { name: "Voor alle kinderen" });
  await open(all, "Veiligheid");
  await all.getByLabel("Conclusie").fill("Veilig genoeg bij ons.");
  for (const [child, names, tried] of [[one, "Voorbeeldje", "Wij praten elke week; Testina zorgt mee."], [two, "Testina", "Wij spelen samen."]]) {
    await open(child, "Basisgegevens");
    await child.getByLabel("Voornamen").fill(names);
    await open(child, "Hulpvraag");
    await child.getByLabel("Wat is al geprobeerd").fill(tried);
  }
  await noor.look("broers-en-zussen-wat");
  await noor.button("Ga verder").click();
  await noor.heading("Wat ziet de ontvanger?").waitFor();
  faults.equal(await noor.page.getByText("Veilig genoeg bij ons.").count(), 2, "what is shared goes to each");
  await noor.button("Ga verder").click();
  await noor.heading("Kijk alles na").waitFor();
  await noor.button("Verstuur 2 verwijzingen").click();
  // A sister's name belongs in her own referral.
  await noor.page.getByText(/Kind 1: Voorbeeldje: .*broer of zus/).waitFor();
  await noor.look("broers-en-zussen-naam");
  await noor.page.getByLabel("Waarom moet dit mee?").fill("Zij zorgt voor hem, en dat is de vraag.");
  await noor.button("Verstuur 2 verwijzingen").click();
  await noor.page.getByText(/2 verwijzingen zijn verstuurd/).waitFor();
  within("two children of one family", before, 70, 40);
  await noor.page.getByText("Hoort bij").waitFor();
  await noor.look("broers-en-zussen-verstuurd");
}

async function monday(amir) {
  const rows = amir.page.locator("li.row");
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).nth(2).waitFor({ timeout: 30_000 });
  faults.equal(await rows.count(), 3, "three arrivals");
  await amir.page.getByRole("heading", { name: "Crisis (1)" }).waitFor();
  faults.equal(await rows.first().getAttribute("class"), "row crisis", "the crisis stands first, unopened");
  await amir.look("werkvoorraad");
  // The next one that waits opens by itself.
  await rows.first().getByRole("link").click();
  await amir.button("Pak op en lees").first().click();
  await amir.button("Sluit").waitFor();
  const first = await amir.page.locator("h1").innerText();
  await amir.page.getByRole("link", { name: "Vraag informatie", exact: true }).click();
  await amir.field("Bericht").fill("Wie kunnen wij bellen?");
  await amir.page.getByRole("group", { name: "Gevraagde informatie" }).getByLabel("veiligheid").check();
  await amir.button("Vraag informatie, en open de volgende").click();
  await amir.page.getByText(/Gelukt: vraag informatie/).waitFor();
  if ((await amir.page.locator("h1").innerText()) === first) faults.add("the next one did not open");
  await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).nth(1).waitFor();
  for (const left of [1, 0]) {
    const before = { ...counted };
    await rows.first().getByRole("link").click();
    await amir.button("Pak op en lees").first().click();
    await amir.button("Sluit").waitFor();
    for (const [step, label, text] of [["Neem aan", "Besluit", "Wij starten."], ["Start de hulp"]]) {
      await amir.page.getByRole("link", { name: step, exact: true }).click();
      if (label) await amir.field(label).fill(text);
      await amir.button(step).click();
      await amir.page.getByText(new RegExp("Gelukt: " + step, "i")).waitFor();
      if (step === "Neem aan") within("an arrival, opened and decided", before, 3, 4);
    }
    await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
    await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).nth(left).waitFor({ state: "detached" });
  }
  // Twice how it goes, by keyboard alone: a figure, Enter.
  await amir.page.getByRole("link", { name: "Snelle terugkoppeling" }).click();
  await amir.page.getByText("Nog 2 verwijzingen.").waitFor();
  await amir.look("snelle-terugkoppeling");
  for (const [key, left] of [["1", "Nog 1 verwijzing."], ["2", "Alles is gedaan."]]) {
    await amir.page.keyboard.press(key);
    await amir.page.keyboard.press("Enter");
    await amir.page.getByText(left).waitFor();
  }
  await amir.look("snelle-terugkoppeling-klaar");
}

await inBrowser(faults, screens, async (browser) => {
  const house = await House.at(browser, shelter, "nacht", faults, screens);
  const noor = await house.worker("noor", "Noor");
  const bram = await house.worker("bram", "Bram");
  await crisis(noor, bram);
  await family(noor);
  const amir = await (await House.at(browser, team, "maandag", faults, screens)).worker("amir", "Amir");
  await monday(amir);
});
