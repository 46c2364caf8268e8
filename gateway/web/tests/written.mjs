// What is written and what it becomes, without a page: node written.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const built = await build({ entryPoints: [here + "../src/pages/new/written.ts"], bundle: true, format: "esm", write: false });
const { childAt, takenOver, differences, empty, grantOf, inTheWhole, read, referralOf, siblingOf, siblingsOf } = await import("data:text/javascript," + encodeURIComponent(built.outputFiles[0].text));

function family() {
  const written = empty("referral", 2);
  Object.assign(written, { recipient: "jgt-leiden", secret: true, municipality: "Leiden", route: { municipality: "GM0546" } });
  written.shared.safety = { conclusion: "veilig genoeg" };
  written.children.forEach((child, at) => {
    child.own = { careNeed: { tried: "gesprekken " + at }, childVoice: { answers: [{ answer: "ja " + at, childAgreesToShare: true }, { answer: "blijft " + at, childAgreesToShare: false }] } };
  });
  return written;
}

test("an answer without the child's yes is in no document", () => {
  const written = family();
  const all = JSON.stringify([siblingsOf(written, ["a", "b"]), ...written.children.map((child) => [referralOf(written, child), grantOf(written, child)])]);
  assert.ok(all.includes("ja 0") && all.includes("ja 1"));
  assert.ok(!all.includes("blijft"));
});

test("what holds for all stands once, what stays for one is the others' own", () => {
  const written = family();
  const whole = siblingsOf(written, ["a", "b"]);
  assert.deepEqual(whole.shared.safety, { conclusion: "veilig genoeg" });
  assert.equal(whole.children[0].own.safety, undefined);
  assert.deepEqual(whole.children.map((child) => child.grant), ["a", "b"]);
  written.children[1].stays = ["safety"];
  const apart = siblingsOf(written, ["a", "b"]);
  assert.equal(apart.shared.safety, undefined);
  assert.deepEqual(apart.children.map((child) => child.own.safety), [{ conclusion: "veilig genoeg" }, undefined]);
  assert.ok(!grantOf(written, written.children[1]).outbound.includes("safety"));
});

test("a finding is found where it stands in the document of all children", () => {
  const written = family();
  const at = (child, pointer) => inTheWhole(written, child, { pointer }).pointer;
  assert.equal(at(1, "/careNeed/tried"), "/children/1/own/careNeed/tried");
  assert.equal(at(1, "/safety/conclusion"), "/shared/safety/conclusion");
  assert.equal(childAt("/children/1/own/careNeed/tried"), 1);
  assert.equal(childAt("/shared/safety/conclusion"), undefined);
  const one = empty();
  assert.equal(inTheWhole(one, 0, { pointer: "/careNeed/tried" }).pointer, "/careNeed/tried");
});

test("a sibling has the same people, and what they said is asked anew", () => {
  const [first] = family().children;
  first.grant = { ...first.grant, birthDate: "2013-03-14", record: { authorityType: "single", answers: [{ role: "parent", description: "moeder", answer: "agrees", date: "2026-11-27", method: "written" }] } };
  const { grant, own } = siblingOf(first);
  assert.deepEqual(grant.record, { authorityType: "single", answers: [{ role: "parent", description: "moeder" }] });
  assert.equal(grant.birthDate, undefined);
  assert.deepEqual(own, {});
});

test("a draft of the first form goes on", () => {
  const kept = {
    ownNumber: "DB-1", ambulatory: false, municipality: "Leiden", route: { municipality: "GM0546" }, secret: false, stays: ["safety"], reasons: { "/careNeed/tried": "nodig" },
    registered: { draft: "{}", grantId: "aa" }, grant: { recipient: "jgt-leiden", ground: "consent", purpose: "arrange-help", birthDate: "2013-03-14", record: { answers: [{ role: "child", answer: "agrees" }] } },
    referral: { routing: { urgency: "regulier" }, careNeed: { tried: "gesprekken" }, safety: { conclusion: "veilig" } },
  };
  const written = read(JSON.stringify(kept));
  const [child] = written.children;
  assert.equal(written.recipient, "jgt-leiden");
  assert.deepEqual(referralOf(written, child).careNeed, { tried: "gesprekken" });
  assert.equal(referralOf(written, child).safety, undefined);
  assert.equal(grantOf(written, child).birthDate, "2013-03-14");
  assert.equal(grantOf(written, child).recipient, "jgt-leiden");
  assert.deepEqual(child.registered, kept.registered);
  assert.deepEqual(read(JSON.stringify(written)), JSON.parse(JSON.stringify(written)));
});

test("a question without a name carries no consent and no name", () => {
  const written = { ...empty("consult"), recipient: "jgt-leiden", secret: true };
  assert.equal(grantOf(written, written.children[0]).kind, "anonymous-consult");
  assert.deepEqual(grantOf(written, written.children[0]).record, {});
});

test("a draft that a program began is one of ours", () => {
  const made = read(readFileSync(here + "../../../tests/vectors/prefilled-draft.json", "utf8"));
  const ours = empty();
  assert.deepEqual(Object.keys(made).sort(), Object.keys(ours).sort());
  assert.deepEqual(Object.keys(made.children[0]).sort(), Object.keys(ours.children[0]).sort());
  assert.deepEqual(referralOf(made, made.children[0]).safety, { conclusion: "veilig genoeg" });
  assert.equal(grantOf(made, made.children[0]).birthDate, "2013-03-14");
  assert.deepEqual(made.children[0].grant.record, ours.children[0].grant.record, "nobody has said yes");
});

test("what two windows wrote differs where it differs", () => {
  const [mine, other] = [family(), family()];
  assert.deepEqual(differences(mine, other), []);
  other.children[1].own.careNeed.tried = "anders";
  other.children[0].own.identity = { givenNames: "Sam" };
  other.secret = false;
  assert.deepEqual(differences(mine, other), [
    { path: ["children", "0", "own", "identity", "givenNames"], mine: "", other: "Sam" },
    { path: ["children", "1", "own", "careNeed", "tried"], mine: "gesprekken 1", other: "anders" },
    { path: ["secret"], mine: "true", other: "false" },
  ]);
});

test("what is taken over from an earlier referral is content: no consent, and nothing that the child agreed to then", () => {
  const written = takenOver({
    routing: { urgency: "crisis", responsibleMunicipality: "GM0546" }, grantRecord: { recorder: "x" }, update: { progress: "x" },
    identity: { givenNames: "Voorbeeldje", referralNumber: "DB-1" }, safety: { conclusion: "veilig" }, childVoice: { answers: [{ answer: "ja", childAgreesToShare: true }] },
  });
  const [child] = written.children;
  assert.equal(child.ownNumber, "DB-1");
  assert.deepEqual(Object.keys(child.own).sort(), ["childVoice", "identity"]);
  assert.deepEqual(child.own.childVoice.answers, [{ answer: "ja" }]);
  assert.equal(written.shared.routing.urgency, "regulier");
  assert.equal(written.recipient, "");
  assert.equal(referralOf(written, child).childVoice, undefined);
  assert.ok(!JSON.stringify(written).includes("recorder"));
});
