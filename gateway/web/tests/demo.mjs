// The pages with work in them, as the demo fills them: node demo.mjs SCREENS DEMO
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { where } from "./crisis.mjs";
import { Demo } from "./house.mjs";

const [, , screens, file] = process.argv;
const faults = new Faults();
const demo = new Demo(JSON.parse(readFileSync(file, "utf8")), faults, screens);

await inBrowser(faults, screens, async (browser) => {
  const amir = await demo.logged(browser, "jgt-leiden", "amir");
  await amir.heading("Werkvoorraad").waitFor();
  const rows = amir.page.locator("li.row");
  await rows.first().waitFor();
  faults.equal(await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).count(), 2, "two are unread");
  await amir.look("werkvoorraad");
  await amir.page.getByRole("link", { name: "Verwijzingen" }).click();
  await amir.page.getByRole("cell", { name: "linde" }).first().waitFor();
  await amir.look("verwijzingen");
  // Two at once: the second is told who has it.
  await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await amir.page.getByRole("link", { name: "Overdracht van de dienst" }).click();
  await amir.page.getByRole("heading", { name: /Wacht op een ander/ }).waitFor();
  await amir.look("overdracht");
  const sofie = await demo.logged(browser, "jgt-leiden", "sofie");
  await sofie.page.getByRole("button", { name: /Pak op/ }).first().waitFor();
  const name = await sofie.page.getByRole("button", { name: /Pak op/ }).first().getAttribute("aria-label");
  await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await amir.page.getByRole("button", { name }).click();
  await amir.page.getByRole("button", { name: name.replace("Pak op", "Geef terug") }).waitFor();
  if (await sofie.page.getByRole("button", { name }).count()) {
    await sofie.page.getByRole("button", { name }).click();
    await sofie.page.getByText("Een collega heeft dit net opgepakt.", { exact: false }).waitFor();
    await sofie.look("opgepakt");
    await sofie.button("Toch overnemen").click();
    await sofie.page.getByRole("button", { name: name.replace("Pak op", "Geef terug") }).waitFor();
  }
  // What she does not have in hand she reads for a reason, or picks up.
  await sofie.page.getByRole("link", { name: "Verwijzingen" }).click();
  await sofie.page.getByRole("row", { name: /In beoordeling/ }).getByRole("link").click();
  await sofie.page.getByRole("button", { name: "Open en lees" }).first().click();
  await sofie.page.getByText("U hebt deze verwijzing niet opgepakt.", { exact: false }).waitFor();
  await sofie.look("reden");
  await sofie.page.getByRole("group", { name: "Waarom leest u dit?" }).getByLabel("overleg").check();
  await sofie.button("Lees met deze reden").click();
  await sofie.page.getByText("slaapt slecht en schrikt van harde geluiden").waitFor();
  await sofie.look("gelezen");
  const noor = await demo.logged(browser, "de-binnenvest", "noor");
  await noor.page.getByRole("link", { name: "Lees bericht" }).first().waitFor();
  await noor.look("werkvoorraad");
  await noor.page.getByRole("link", { name: "Toestemming" }).click();
  await noor.page.getByRole("row", { name: /JGT Leiden.*loopt/ }).first().getByRole("link", { name: "Bekijk" }).click();
  await noor.page.getByRole("link", { name: "Stop met delen" }).click();
  // Some kinds first, and then all.
  await noor.page.getByRole("group", { name: "Of stop alleen met deze soorten" }).getByLabel("veiligheid").check();
  await noor.look("stop-met-delen");
  await noor.button("Stop met deze soort").click();
  await noor.page.getByText("Delen is gestopt.").waitFor();
  await noor.page.goBack();
  await noor.page.getByText("Veiligheid (gestopt)").waitFor();
  await noor.look("een-soort-gestopt");
  await noor.page.getByRole("link", { name: "Stop met delen" }).click();
  await noor.button("Stop met alles delen").click();
  await noor.page.getByText("Delen is gestopt.").waitFor();
  await noor.look("gestopt");
  // A question without a name.
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Advies vragen zonder naam").click();
  await where(noor, "Ja");
  await noor.button("Ga verder").click();
  await noor.page.getByText("Hulpvraag", { exact: true }).click();
  await noor.field("Wat is al geprobeerd").fill("Wij praten met de moeder over rust.");
  await noor.button("Ga verder").click();
  await noor.button("Ga verder").click();
  await noor.heading("Kijk alles na").waitFor();
  await noor.look("zonder-naam");
  await noor.button("Verstuur verwijzing").click();
  await noor.page.getByText(/De verwijzing is verstuurd/).waitFor();
  await amir.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await amir.page.getByRole("link", { name: "Lees anonieme vraag" }).waitFor({ timeout: 30_000 });
  await amir.look("anonieme-vraag");
});
