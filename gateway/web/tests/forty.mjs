// Forty times how it goes, with a sentence each, by keyboard: node forty.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { team, many } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const kKeysEach = 4;

await inBrowser(faults, screens, async (browser) => {
  const amir = await (await House.at(browser, team, "veertig", faults, screens)).worker("amir", "Amir");
  await amir.page.getByRole("link", { name: "Snelle terugkoppeling" }).click();
  await amir.page.getByText(`Nog ${many} verwijzingen.`).waitFor();
  let keys = 0;
  const press = (key) => ++keys && amir.page.keyboard.press(key);
  for (let left = many - 1; left >= 0; --left) {
    await press(String((left % 4) + 1));
    await press("Tab");
    await amir.page.keyboard.insertText("Het gaat stap voor stap beter.");
    await press("Tab");
    await press("Enter");
    await amir.page.getByText(left === 0 ? "Alles is gedaan." : left === 1 ? "Nog 1 verwijzing." : `Nog ${left} verwijzingen.`).waitFor();
  }
  if (keys > many * kKeysEach) faults.add(`${keys} keys`);
  console.log(`${many} times how it goes: ${keys} keys and the sentences`);
  await amir.look("veertig-klaar");
});
