// Somebody stops sharing while somebody else reads, in many orders: afterwards both pages say what the log says: node
// stopping.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter, team, referrals } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const kLead = 60; // milliseconds
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function stop(noor, { grant, referral }, how) {
  if (how === 2) return noor.api("POST", `/referrals/${referral}/steps`, { step: "withdraw" });
  return noor.api("POST", `/grants/${grant}/withdraw`, { categories: how === 1 ? ["safety"] : [] });
}

// Of one side: what its copy of the log says, and what its page says.
async function told(person, referral) {
  await person.api("POST", "/sync", {});
  const { body } = await person.api("GET", "/numbered-referrals/" + referral);
  const read = (body.events ?? []).some((event) => event.kind === "released" && (event.categories ?? []).includes("safety"));
  await person.go("/verwijzing/" + referral);
  await person.page.locator(".turn").waitFor();
  const text = await person.page.locator("main").innerText();
  const said = [/(Wij lazen|JGT Leiden las) dit al: [^(]*veiligheid/, /Niemand las dit, en niemand kan het meer openen: .*veiligheid/, /Of iemand dit las, weten wij nog niet/].map((sentence) => sentence.test(text));
  return { read, said, stopped: text.includes("Delen is gestopt op"), text };
}

await inBrowser(faults, screens, async (browser) => {
  const noor = await (await House.at(browser, shelter, "stop-opvang", faults, screens)).worker("noor", "Noor");
  const amir = await (await House.at(browser, team, "stop-team", faults, screens)).worker("amir", "Amir");
  const count = { read: 0, unread: 0 };
  await amir.api("POST", "/sync", {});
  for (const [at, one] of referrals.entries()) {
    const open = () => amir.api("POST", `/messages/${one.message}/open`, { categories: ["safety"], actor: { reason: "waarneming" } });
    let opened;
    const reading = async (after) => (await pause(after), (opened = await open()));
    const stopping = async (after) => {
      await pause(after);
      const stopped = await stop(noor, one, at % 3);
      if (stopped.status !== 200) faults.add(`${at}: stopping: ${JSON.stringify(stopped)}`);
    };
    const lead = Math.random() * kLead;
    if (at % 6 === 0) await stopping(0).then(() => reading(0));
    else if (at % 6 === 1) await reading(0).then(() => stopping(0));
    else await Promise.all(at % 2 ? [reading(0), stopping(lead)] : [reading(lead), stopping(0)]);
    const sides = { shelter: await told(noor, one.referral), team: await told(amir, one.referral) };
    const read = sides.shelter.read;
    ++count[read ? "read" : "unread"];
    if (opened.status === 200 && !read) faults.add(`${at}: content without a line in the log`);
    for (const [side, { read: known, said, stopped, text }] of Object.entries(sides)) {
      faults.equal(known, read, `${at}, the ${side}'s copy of the log`);
      faults.equal({ stopped, said }, { stopped: true, said: [read, !read, false] }, `${at}, how ${at % 3}, the ${side}'s page: ${text.slice(0, 1_500)}`);
      if (faults.all.length > 3) return;
    }
    if (at === 0 || at === 1) for (const person of [noor, amir]) await person.look(read ? "gestopt-na-lezen" : "gestopt-ongelezen");
  }
  console.log(`read ${count.read}, unread ${count.unread}`);
  if (count.read === 0 || count.unread === 0) faults.add("only one of the two came about");
});
