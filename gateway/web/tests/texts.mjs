// Plain words on screen: node texts.mjs. Dutch sentences of at most 20 words, none of the words that people do not say,
// both languages name the same values, and each text stands on a page.
import { readdirSync, readFileSync } from "node:fs";

const kForbidden = ["grant", "referral", "submit", "routering", "middels", "conform", "dient te", "broker", "fingerprint", "message"];
const kMostWords = 20;
const here = new URL(".", import.meta.url).pathname;

function textsOf(language) {
  const text = ["", "officer_"].map((part) => readFileSync(`${here}../src/texts/${part}${language}.ts`, "utf8")).join("\n");
  return new Map([...text.matchAll(/^ {2}"([^"]+)": "((?:[^"\\]|\\.)*)",$/gm)].map((found) => [found[1], found[2]]));
}

const valuesIn = (text) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((found) => found[1]))].sort().join(" ");

const nl = textsOf("nl"), en = textsOf("en");
const faults = [];
if (nl.size < 200) faults.push(`only ${nl.size} texts were found`);
for (const [key, text] of nl) {
  for (const sentence of text.split(/[.!?:]\s/)) {
    const words = sentence.split(/\s+/).filter((word) => word !== "").length;
    if (words > kMostWords && !text.includes("plural")) faults.push(`${key}: a sentence of ${words} words`);
  }
  for (const word of kForbidden) if (new RegExp(`\\b${word}\\b`, "i").test(text)) faults.push(`${key}: says ${word}`);
  if (!en.has(key)) faults.push(`${key}: has no English`);
  else if (valuesIn(en.get(key)) !== valuesIn(text)) faults.push(`${key}: names other values in English`);
}
// A text that no page shows is nobody's; some keys are put together from a code.
const kFromCodes = /^(step|new\.step|referral\.reason|new\.later|quick|keys\.scope|account|policy|fg\.sheet|fg\.consents|fg\.register|fg\.request\.(kind|by|verdict|article))\./;
const pages = readdirSync(here + "../src", { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !name.startsWith("texts"));
const source = pages.map((name) => readFileSync(`${here}../src/${name}`, "utf8")).join("\n");
for (const key of nl.keys()) if (!kFromCodes.test(key) && !source.includes(`"${key}"`)) faults.push(`${key}: no page says it`);
// What somebody wrote is text, whatever it says: no page takes it for markup or a program.
for (const way of ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "javascript:"])
  if (source.includes(way)) faults.push(`a page uses ${way}`);
for (const key of en.keys()) if (!nl.has(key)) faults.push(`${key}: has no Dutch`);
console.log(faults.length === 0 ? `${nl.size} texts in two languages` : faults.join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;
