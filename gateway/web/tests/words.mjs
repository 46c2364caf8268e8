// Times and days as people say them, without a page: node words.mjs. Amsterdam's, whatever the machine thinks, over both
// changes of the clock.
import assert from "node:assert/strict";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const built = await build({ entryPoints: [here + "../src/words.ts"], bundle: true, format: "esm", write: false, platform: "node" });
process.env.TZ = "America/New_York";
const { clock, dayInFull, lastDay, moment, typedDay } = await import("data:text/javascript," + encodeURIComponent(built.outputFiles[0].text));

test("an hour of Amsterdam before, at and after each change of the clock", () => {
  for (const [instant, said] of [
    ["2027-03-28T00:59:00Z", "zondag 28 maart, 1.59 uur"],
    ["2027-03-28T01:00:00Z", "zondag 28 maart, 3.00 uur"],
    ["2026-10-25T00:30:00Z", "zondag 25 oktober, 2.30 uur"],
    ["2026-10-25T01:30:00Z", "zondag 25 oktober, 2.30 uur"],
    ["2026-10-25T02:00:00Z", "zondag 25 oktober, 3.00 uur"],
    ["2026-11-27T21:35:00Z", "vrijdag 27 november, 22.35 uur"],
    ["2026-12-31T23:30:00Z", "vrijdag 1 januari, 0.30 uur"],
  ])
    assert.equal(moment("nl", instant).replace(/ 20\d\d/, ""), said, instant);
  assert.equal(clock("en", "2026-11-27T21:35:00Z"), "22:35");
});

test("what ends at midnight lasts until the day before", () => {
  assert.equal(lastDay("2026-10-25T22:00:00Z".replace("22", "23")), "2026-10-25"); // midnight in winter
  assert.equal(lastDay("2027-03-28T22:00:00Z"), "2027-03-28"); // midnight in summer
  assert.equal(lastDay("2027-04-30T22:00:00Z"), "2027-04-30");
});

test("a day as people type it, and nothing else", () => {
  for (const typed of ["14-3-2013", "14 03 2013", "14/3/2013", "14.3.2013", "14 maart 2013", "14 mrt 2013", " 14 Maart 2013 ", "2013-03-14"])
    assert.equal(typedDay(typed), "2013-03-14", typed);
  for (const typed of ["31-2-2013", "0-3-2013", "14-13-2013", "14-3-13", "morgen", "29-2-2027", "14 ma 2013x"]) assert.equal(typedDay(typed), undefined, typed);
  assert.equal(typedDay(""), "");
  assert.equal(dayInFull("nl", "2028-02-29"), "29 februari 2028");
});

test("a day and a time in Amsterdam are one instant, in winter, in summer and around both changes", async () => {
  const made = await build({ entryPoints: [here + "../src/pages/officer/download.ts"], bundle: true, format: "esm", write: false, platform: "node" });
  const { atHere, csvLine } = await import("data:text/javascript," + encodeURIComponent(made.outputFiles[0].text));
  for (const [day, clock, instant] of [
    ["2026-11-27", "8.05", "2026-11-27T07:05:00Z"], ["2026-07-01", "0:00", "2026-06-30T22:00:00Z"],
    ["2026-03-29", "1.59", "2026-03-29T00:59:00Z"], ["2026-03-29", "3.00", "2026-03-29T01:00:00Z"],
    ["2026-10-25", "1.59", "2026-10-24T23:59:00Z"], ["2026-10-25", "3.00", "2026-10-25T02:00:00Z"],
  ])
    assert.equal(atHere(day, clock), instant);
  assert.equal(csvLine(['=1+1', 'a "b"', 3, "", "+x", "-y", "@z", "ok"]), `"'=1+1","a ""b""",3,,"'+x","'-y","'@z","ok"`);
});
