// A browser, people in it, and what is looked at on every page.
import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { byKeysAlone, pressed } from "./keys.mjs";

export const kPassword = "een lang genoeg wachtwoord";

// What the scripts write of children and families: in no address, no title, no referrer.
const kWritten = ["Voorbeeldje", "Testina", "Slaapt slecht", "weer naar school", "Kind van DB", "Dit vertel ik", "veilig bij ons", "Moeder belt", "voorbeeld 5", "DB-2026", "DB-301"];

const used = new Map();

// Somebody else may have used the code of this half minute.
export function usedNow(secret) {
  used.set(secret, Math.floor(Date.now() / 30_000));
}

// RFC 6238, by an implementation of its own: the next code that was not used yet.
export async function codeOf(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of secret) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const now = () => Math.floor(Date.now() / 30_000);
  const step = Math.max(now(), (used.get(secret) ?? 0) + 1);
  while (step > now() + 1) await new Promise((done) => setTimeout(done, 500));
  used.set(secret, step);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export class Faults {
  all = [];
  add(what) {
    this.all.push(what);
    console.error("fault: " + what);
  }
  equal(found, wanted, where) {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) this.add(`${where}: ${JSON.stringify(found)}, and not ${JSON.stringify(wanted)}`);
  }
  end() {
    console.log(this.all.length === 0 ? "no faults" : this.all.length + " faults");
    process.exitCode = this.all.length === 0 ? 0 : 1;
  }
}

// What a person does: fields that are filled or chosen, and what is pressed.
export const counted = { entries: 0, actions: 0 };
function count(page) {
  const locators = Object.getPrototypeOf(page.locator("body"));
  if (locators.counts) return;
  locators.counts = true;
  for (const [kind, ways] of [["entries", ["fill", "check", "selectOption"]], ["actions", ["click", "dblclick"]]])
    for (const way of ways) {
      const does = locators[way];
      locators[way] = function (...said) {
        ++counted[kind];
        return does.apply(this, said);
      };
    }
}

// In the page: its clock is this much later than the machine's. The driver's own clock would add what this script's clock
// differs from the browser's.
function shifted(later) {
  const Machine = Date;
  globalThis.Date = class extends Machine {
    constructor(...said) {
      super(...(said.length === 0 ? [Machine.now() + later] : said));
    }
    static now() {
      return Machine.now() + later;
    }
  };
}

const people = [];

// Runs a script in a browser; where it gets stuck, every page is kept as it was.
export async function inBrowser(faults, screens, script) {
  // Chromium has the clock of this machine; its pages may have another.
  const { LD_PRELOAD: _, ...env } = process.env;
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"], env });
  try {
    await script(browser);
  } catch (stuck) {
    faults.add(stuck.stack);
    for (const { name, page } of people) {
      await page.screenshot({ path: `${screens}/stuck-${name}.png`, fullPage: true });
      console.error(`${name} at ${page.url()}:\n${(await page.locator("body").innerText()).slice(0, 2_000)}\n`);
    }
  }
  await browser.close();
  writeIndex(screens);
  if (process.env.VEERPONT_KEYS) console.log(`${pressed.keys} keys`);
  faults.end();
}

// One page with every picture, narrow beside wide.
function writeIndex(screens) {
  const pictures = readdirSync(screens).filter((name) => name.endsWith(".png"));
  const rows = pictures.map((name) => `<figure><figcaption>${name}</figcaption><a href="${name}"><img loading="lazy" height="400" src="${name}" alt=""></a></figure>`);
  writeFileSync(screens + "/index.html", `<!doctype html><meta charset="utf-8"><title>Pages</title><style>body{display:flex;flex-wrap:wrap;font-family:sans-serif}</style>${rows.join("\n")}\n`);
}

// Bytes of the application as it travels.
export function wholeApplication(folder, which = /./) {
  return readdirSync(folder).filter((name) => name.endsWith(".gz") && which.test(name)).reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0);
}

// Somebody at one gateway, in a browser profile of their own.
export class Person {
  // `elsewhere`: pages of another house, which this one answers nothing for.
  static async at(browser, gateway, name, faults, screens, elsewhere = "-") {
    const person = new Person();
    Object.assign(person, { gateway, name, faults, screens });
    person.context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "nl-NL", timezoneId: "America/New_York", viewport: { width: 1280, height: 900 } });
    person.page = await person.context.newPage();
    if (process.env.FAKETIME) await person.context.addInitScript(shifted, Number(process.env.FAKETIME) * 1_000);
    people.push(person);
    if (process.env.VEERPONT_KEYS) byKeysAlone(person.page, faults);
    count(person.page);
    person.page.on("console", (line) => {
      if (line.type() === "error" && !/status of (4\d\d|503)/.test(line.text()) && !person.page.url().startsWith(elsewhere)) faults.add(`${name}: the console says ${line.text()}`);
    });
    person.page.on("pageerror", (error) => faults.add(`${name}: ${error.stack}`));
    person.page.on("request", (request) => {
      const seen = decodeURIComponent(request.url()) + " " + (request.headers()["referer"] ?? "");
      for (const text of kWritten) if (seen.includes(text)) faults.add(`${name}: an address says ${text}: ${seen}`);
    });
    person.page.on("response", (response) => {
      if (response.url().startsWith(elsewhere)) return;
      if (response.headers()["cache-control"] !== "no-store") faults.add(`${name}: ${response.url()} may be kept`);
      if (!response.url().includes("/api/")) person.loads(response);
    });
    return person;
  }
  // What this page loads, as it travels, each file once.
  loaded = new Map();
  loads(response) {
    const headers = response.headers();
    if (!headers["content-encoding"] && response.status() === 200) this.faults.add(`${response.url()} travels uncompressed`);
    this.loaded.set(new URL(response.url()).pathname.replace(/^\/[^.]*$/, "/"), Number(headers["content-length"]));
  }
  bytesLoaded() {
    return [...this.loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
  go(path) {
    return this.page.goto(this.gateway.origin + path);
  }
  // What a page may ask, asked by this person's page.
  api(method, path, body) {
    return this.page.evaluate(
      async ([method, path, body]) => {
        const { csrf } = await (await fetch("/api/v1/session")).json();
        const headers = method === "GET" ? {} : { "Content-Type": "application/json", "Veerpont-CSRF": csrf, "Idempotency-Key": crypto.randomUUID() };
        const answer = await fetch("/api/v1" + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
        return { status: answer.status, body: await answer.json() };
      },
      [method, path, body],
    );
  }
  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }
  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }
  heading(name) {
    return this.page.getByRole("heading", { name, level: 1 });
  }
  async comeIn(login, invitation) {
    await this.go("/eerste-keer");
    await this.field("Gebruikersnaam").fill(login);
    await this.field("Uitnodiging").fill(invitation);
    await this.field("Kies een wachtwoord").fill(kPassword);
    await this.look("eerste-keer");
    await this.button("Ga verder").click();
    await this.heading("Kies hoe u laat zien dat u het bent").waitFor();
    await this.look("tweede-factor");
    await this.button("Gebruik een app met codes").click();
    await this.heading("Zet de code in uw app").waitFor();
    this.secret = (await this.page.locator("output.code").textContent()).replaceAll(" ", "");
    await this.field("Code uit uw app").fill(await codeOf(this.secret));
    await this.button("Klaar").click();
    await this.button("Aanmelden").click();
    await this.logIn(login);
  }
  // A device that signs for whoever is there.
  async withDevice() {
    const session = await this.context.newCDPSession(this.page);
    await session.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    await session.send("WebAuthn.addVirtualAuthenticator", { options });
  }
  async logIn(login) {
    await this.heading("Aanmelden").waitFor();
    await this.look("aanmelden");
    await this.field("Gebruikersnaam").fill(login);
    await this.field("Wachtwoord").fill(this.password ?? kPassword);
    await this.button("Ga verder").click();
    await this.field("Code uit uw app").fill(await codeOf(this.secret));
    await this.button("Meld aan").click();
    await this.page.getByRole("navigation", { name: "Hoofdmenu" }).waitFor();
  }
  async accessible(where) {
    const found = await new AxeBuilder({ page: this.page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
    for (const violation of found.violations)
      this.faults.add(`${where}: ${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
  // WCAG 2.2, 1.4.10: nothing needs scrolling in two directions.
  async fits(where) {
    const over = await this.page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room && one.children.length === 0).map((one) => one.outerHTML.slice(0, 120));
    });
    if (over.length > 0) this.faults.add(`${where}: scrolls sideways for ${over.join(" | ")}`);
    // A box that is lower than what it says: its text runs over what comes after it.
    const low = await this.page.evaluate(() =>
      [...document.querySelectorAll("main :is(td, th, li, dd, p, button, label, summary)")]
        .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "inline" && one.clientHeight > 0 && one.scrollHeight > one.clientHeight + 3)
        .map((one) => one.outerHTML.slice(0, 120)));
    if (low.length > 0) this.faults.add(`${where}: text runs out of its box: ${low.slice(0, 3).join(" | ")}`);
  }
  // What somebody who does not see the page goes by.
  async landmarks(where) {
    const found = await this.page.evaluate(() => {
      const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility() && !one.closest("dialog")).map((one) => Number(one.tagName[1]));
      return { h1: levels.filter((level) => level === 1).length, main: document.querySelectorAll("main").length, jumps: levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length };
    });
    this.faults.equal(found, { h1: 1, main: 1, jumps: 0 }, where + ": headings and landmarks");
  }
  async picture(name) {
    mkdirSync(this.screens, { recursive: true });
    await this.page.screenshot({ path: `${this.screens}/${this.name}-${name}.png`, fullPage: true });
  }
  // A screen of 320 px, which 1280 px at 400 % is too; WCAG's text spacing (1.4.12); buttons that a finger finds.
  async fitsTheNarrowest(where) {
    await this.page.setViewportSize({ width: 320, height: 700 });
    await this.fits(where + " at 320");
    await this.page.evaluate(() => {
      const spaced = new CSSStyleSheet();
      spaced.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}");
      document.adoptedStyleSheets = [spaced];
    });
    await this.fits(where + " at 320, spaced");
    const cut = await this.page.evaluate(() =>
      [...document.querySelectorAll("main *")].filter((one) => one.children.length === 0 && getComputedStyle(one).overflow === "hidden" && one.scrollHeight > one.clientHeight + 1).map((one) => one.outerHTML.slice(0, 120)));
    if (cut.length > 0) this.faults.add(`${where}: spaced text is cut: ${cut.join(" | ")}`);
    await this.page.evaluate(() => (document.adoptedStyleSheets = []));
    const small = await this.page.evaluate(() =>
      [...document.querySelectorAll("button")].filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5).map((one) => one.textContent));
    if (small.length > 0) this.faults.add(`${where}: buttons lower than 44 px: ${small.join(", ")}`);
  }
  async inOtherColours(where, name) {
    await this.page.emulateMedia({ colorScheme: "dark" });
    await this.accessible(where + " in the dark");
    await this.picture(name + "-donker");
    await this.page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    await this.picture(name + "-eigen-kleuren");
    await this.page.emulateMedia({ colorScheme: null, forcedColors: null });
  }
  async inEnglish(where, name) {
    const change = this.page.getByRole("button", { name: "English", exact: true });
    // Behind a dialog nothing can be pressed.
    if ((await change.count()) === 0 || (await this.page.locator("dialog[open]").count()) > 0) return;
    await change.click();
    await this.page.locator('html[lang="en"]').waitFor();
    await this.accessible(where + " in English");
    for (const width of [1280, 360]) {
      await this.page.setViewportSize({ width, height: 900 });
      await this.picture(`${name}-en-${width}`);
    }
    await this.page.getByRole("button", { name: "Nederlands", exact: true }).click();
    await this.page.locator('html[lang="nl"]').waitFor();
  }
  // What must hold on every page: for everyone, on a narrow screen too, and nothing stays behind. VEERPONT_WEB_ALL looks at each
  // in every language, size and colour.
  async look(name) {
    const where = `${this.name}, ${name}`;
    if (process.env.VEERPONT_KEYS) return; // looked at by the run with a mouse
    await this.page.locator("h1").first().waitFor();
    await this.landmarks(where);
    for (const width of [1280, 360]) {
      await this.page.setViewportSize({ width, height: 900 });
      await this.accessible(`${where} at ${width}`);
      await this.fits(`${where} at ${width}`);
      await this.picture(`${name}-${width}`);
    }
    if (process.env.VEERPONT_WEB_ALL) {
      await this.fitsTheNarrowest(where);
      await this.page.setViewportSize({ width: 1280, height: 900 });
      await this.inOtherColours(where, name);
      await this.inEnglish(where, name);
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
    const kept = await this.page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length]);
    this.faults.equal(kept, [0, 0, 0, 0], where + ": kept in the browser");
    const text = await this.page.locator("body").innerText();
    for (const pattern of [/`/, /\d{4}-\d\d-\d\dT/, /\b[0-9a-f]{16,}\b/, /\bundefined\b|\[object/])
      if (pattern.test(text)) this.faults.add(`${where}: shows ${pattern.exec(text)[0]}`);
    const named = (await this.page.title()) + " " + decodeURIComponent(this.page.url());
    for (const written of kWritten) if (named.includes(written)) this.faults.add(`${where}: the window says ${written}`);
    if (/[0-9a-f]{16,}/.test(await this.page.title())) this.faults.add(where + ": the title says an id");
  }
}
