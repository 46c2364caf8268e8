// Nothing is lost or untrue: two windows on one draft, and Veerpont away before, while and after something is sent. This
// script stops and begins the broker itself: node lost.mjs CONFIG SCREENS
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { Faults, inBrowser, Person } from "./browser.mjs";
import { where } from "./crisis.mjs";
import { consent, House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team, broker } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();

class Broker {
  constructor({ program, home, port }) {
    Object.assign(this, { program, home, port });
  }
  async begin(environment = {}) {
    this.running = spawn(this.program, ["serve", "--home", this.home], { stdio: "ignore", env: { ...process.env, ...environment } });
    this.running.unref();
    this.ended = new Promise((done) => this.running.once("exit", done));
    while (!(await this.answers())) await new Promise((done) => setTimeout(done, 50));
  }
  answers() {
    return new Promise((done) => {
      const probe = connect(this.port, "127.0.0.1", () => done(true) ?? probe.end());
      probe.on("error", () => done(false));
    });
  }
  stop() {
    this.running.kill("SIGKILL");
    return this.ended;
  }
}

// Another tab of the same browser: the same session.
async function anotherTab(person) {
  const tab = Object.assign(Object.create(Person.prototype), person);
  tab.page = await person.context.newPage();
  tab.page.on("pageerror", (error) => faults.add(`${person.name}: ${error.stack}`));
  return tab;
}

async function written(noor, own) {
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Eén kind verwijzen").click();
  await noor.heading("Waar hoort de hulp?").waitFor();
  await noor.field("Uw eigen nummer").fill(own);
  await where(noor, "Nee");
  await noor.button("Ga verder").click();
  await noor.heading("Waarom mag dit?").waitFor();
  await consent(noor);
  await noor.page.getByText("Dit mag.").waitFor();
  await noor.button("Ga verder").click();
  await noor.heading("Wat is er aan de hand?").waitFor();
  await noor.page.getByText("Basisgegevens", { exact: true }).click();
  await noor.field("Voornamen").fill("Kind van " + own);
  await noor.page.getByText("Hulpvraag", { exact: true }).click();
  await noor.field("Wat is al geprobeerd").fill("Wij praten elke week.");
  await noor.button("Ga verder").click();
  await noor.button("Ga verder").click();
  await noor.heading("Kijk alles na").waitFor();
}

const number = async (noor) => /V-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(await noor.page.locator("h1").innerText())[0];
const howMany = async (noor) => {
  await noor.page.getByRole("link", { name: "Verwijzingen" }).click();
  await noor.heading("Verwijzingen").waitFor();
  await noor.page.locator("tbody tr").first().waitFor();
  return noor.page.locator("tbody tr").count();
};

// Both windows write: who saves second sees both and chooses; both send: one goes.
async function twoWindows(noor) {
  await written(noor, "DB-1");
  const address = new URL(noor.page.url()).pathname;
  const other = await anotherTab(noor);
  await noor.go(address.replace("nakijken", "waar"));
  await other.go(address.replace("nakijken", "waar"));
  await noor.field("Uw eigen nummer").fill("DB-1-een");
  await noor.page.getByText(/Bewaard om/).waitFor();
  await other.field("Uw eigen nummer").fill("DB-1-twee");
  await other.page.getByText("Dit concept is ook in een ander venster veranderd.").first().waitFor();
  for (const text of ["DB-1-een", "DB-1-twee"]) await other.page.getByRole("cell", { name: text }).waitFor();
  await other.look("twee-vensters");
  await other.button("Neem de andere").click();
  faults.equal(await other.field("Uw eigen nummer").inputValue(), "DB-1-een", "the other window's text");
  await other.field("Uw eigen nummer").fill("DB-1");
  await other.page.getByText(/Bewaard om/).waitFor();
  await noor.field("Uw eigen nummer").fill("DB-1-hier");
  await noor.button("Houd die van dit venster").click();
  await noor.page.getByText(/Bewaard om/).waitFor();
  await noor.go(address);
  await other.go(address);
  await noor.heading("Kijk alles na").waitFor();
  await other.heading("Kijk alles na").waitFor();
  await Promise.all([noor, other].map((one) => one.button("Verstuur verwijzing").click()));
  // Which of both was first nobody knows: one says sent, the other asks whether it is another referral.
  const said = /De verwijzing is verstuurd|U verwees dit kind kort geleden al/;
  await Promise.all([noor, other].map((one) => one.page.getByText(said).first().waitFor()));
  const sent = await Promise.all([noor, other].map((one) => one.page.getByText("De verwijzing is verstuurd").count()));
  faults.equal(sent.sort(), [0, 1], "one window says sent");
  // A reload and Back show no second button that sends.
  await noor.page.reload();
  await other.page.goBack();
  faults.equal(await howMany(noor), 1, "two windows, a reload and Back: sent once");
  await other.page.close();
}

// Veerpont is away: everything says so, and what waits is cancelled or goes.
async function away(noor, ferry) {
  await written(noor, "DB-2");
  await ferry.stop();
  await noor.button("Verstuur verwijzing").click();
  await noor.page.getByText("In de wachtrij: nog niet verstuurd.", { exact: false }).or(noor.page.getByText("In de wachtrij, nog niet verstuurd")).first().waitFor({ timeout: 60_000 });
  await noor.look("in-de-wachtrij");
  await noor.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await noor.page.getByText(/Geen verbinding met Veerpont sinds/).waitFor({ timeout: 120_000 });
  await noor.look("geen-verbinding");
  // The consent waits, and so does the referral: both are taken out, and never go.
  const cancel = noor.button("Haal uit de wachtrij");
  faults.equal(await cancel.count(), 2, "the consent and the referral wait");
  // Without the consent the referral goes neither: then one click was enough.
  for (let clicks = 0; clicks < 2 && (await cancel.count()) > 0; ++clicks) {
    const before = await cancel.count();
    await cancel.first().click();
    await cancel.nth(before - 1).waitFor({ state: "detached" });
  }
  await ferry.begin();
  await noor.page.getByText(/Geen verbinding met Veerpont sinds/).waitFor({ state: "detached", timeout: 120_000 });
  faults.equal(await howMany(noor), 1, "what was cancelled was not sent");
}

// The broker dies where it hurts: after the message was stored, before it answers.
async function inBetween(noor, ferry) {
  await written(noor, "DB-3");
  await ferry.stop();
  await ferry.begin({ VEERPONT_KILL_AT: "after-commit:2" });
  await noor.button("Verstuur verwijzing").click();
  await ferry.ended;
  await noor.page.getByText(/Misschien verstuurd|In de wachtrij|De verwijzing is verstuurd/).first().waitFor({ timeout: 60_000 });
  if ((await noor.page.getByText("De verwijzing is verstuurd").count()) > 0) faults.add("nobody answered, and the page says sent");
  await noor.look("misschien-verstuurd");
  await ferry.begin();
  await noor.page.getByRole("link", { name: "Werkvoorraad" }).click();
  await noor.page.locator("li.row", { hasText: /Misschien verstuurd|In de wachtrij/ }).first().waitFor({ state: "detached", timeout: 120_000 });
  faults.equal(await howMany(noor), 2, "what the broker had stored was sent, once");
}

await inBrowser(faults, screens, async (browser) => {
  const ferry = new Broker(broker);
  process.once("exit", () => ferry.running?.kill("SIGKILL"));
  await ferry.begin();
  const house = await House.at(browser, shelter, "verloren", faults, screens);
  const noor = await house.worker("noor", "Noor");
  await twoWindows(noor);
  await away(noor, ferry);
  await inBetween(noor, ferry);
  const amir = await (await House.at(browser, team, "gevonden", faults, screens)).worker("amir", "Amir");
  await amir.page.getByRole("link", { name: "Lees nieuwe verwijzing" }).nth(1).waitFor({ timeout: 60_000 });
  faults.equal(await amir.page.locator("li.row").count(), 2, "two came, and no third");
  await ferry.stop();
});
