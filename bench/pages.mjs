// What a person waits for: the first view of the work list on a slow computer, and a list of two thousand rows.
//
// usage: examples/demo_web.py BIN WEB FOLDER --reset '--then=node bench/pages.mjs'; one JSON document on standard output.
// The figures are of this machine and this moment: medians of nine, the processor slowed down four times.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const tests = new URL("../gateway/web/tests/", import.meta.url);
const { chromium } = createRequire(tests)("playwright-core");
const { codeOf, usedNow } = await import(new URL("browser.mjs", tests));
const demo = JSON.parse(readFileSync(process.argv[2], "utf8"));
const origin = `https://jgt-leiden.localhost:${demo.ports["jgt-leiden"]}`;
const secret = demo.people.find((one) => one[0] === "jgt-leiden" && one[1] === "amir")[2];
const kTimes = 9;

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
await page.goto(origin + "/");
usedNow(secret);
await page.getByLabel("Gebruikersnaam", { exact: true }).fill("amir");
await page.getByLabel("Wachtwoord", { exact: true }).fill("een zin om te proberen");
await page.getByRole("button", { name: "Ga verder", exact: true }).click();
await page.getByLabel("Code uit uw app", { exact: true }).fill(await codeOf(secret));
await page.getByRole("button", { name: "Meld aan", exact: true }).click();
await page.locator("li.row").first().waitFor();
const session = await context.newCDPSession(page);
await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });

// From the address to the rows, in milliseconds of the page's own clock.
async function views() {
  const took = [];
  for (let i = 0; i < kTimes; ++i) {
    await page.goto(origin + "/werkvoorraad", { waitUntil: "commit" });
    await page.locator("li.row").first().waitFor();
    took.push(await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now()))))));
  }
  return Math.round(median(took));
}

let rows = [];
const answer = async (many) => {
  await page.unroute("**/api/v1/work-items*").catch(() => undefined);
  await page.route("**/api/v1/work-items*", (route) => route.fulfill({ json: { asOf: new Date().toISOString(), items: Array.from({ length: many }, (_, at) => ({ ...rows[at % rows.length], number: "V-" + String(at).padStart(4, "0") + "-XX" })) } }));
};
const real = page.waitForResponse((one) => one.url().includes("/work-items"));
const first = await views();
rows = (await (await real).json().catch(() => ({ items: [] }))).items ?? [];
if (rows.length === 0) rows = [{ kind: "decide", group: "week", title: "De Binnenvest", referral: { state: "in-review" } }];
await answer(12);
const twelve = await views();
await answer(2_000);
const thousands = await views();
console.log(JSON.stringify({ slowedDown: 4, firstViewMs: first, twelveRowsMs: twelve, twoThousandRowsMs: thousands, moreMs: thousands - twelve }));
await browser.close();
