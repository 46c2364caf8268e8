// Texts, codes and times as people say them. Times are Amsterdam's, whatever the machine thinks.
import { IntlMessageFormat } from "intl-messageformat";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { words } from "../generated/interface";
import { nl, type Key } from "./texts/nl";

export type Spoken = "nl" | "en";
export type { Key };
export const Language = createContext<Spoken>("nl");

type Values = Record<string, string | number>;
export type Codes = keyof typeof words;

const kZone = "Europe/Amsterdam";
const made = new Map<string, IntlMessageFormat>();
const texts: Record<Spoken, Record<Key, string> | undefined> = { nl, en: undefined };

// English is loaded when somebody first asks for it.
export async function learnEnglish(): Promise<void> {
  texts.en ??= (await import("./texts/en")).en;
}

export function say(language: Spoken, key: Key, values: Values = {}): string {
  const name = language + key;
  let text = made.get(name);
  if (!text) {
    text = new IntlMessageFormat((texts[language] ?? nl)[key], language);
    made.set(name, text);
  }
  return String(text.format(values));
}

export function word(language: Spoken, codes: Codes, code: string | undefined): string {
  const list = words[codes] as Record<string, { nl: string; en: string }>;
  return (code && list[code]?.[language]) || code || "";
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// "vrijdag 27 november, 22.31 uur"
export function moment(language: Spoken, instant: string): string {
  return day(language, instant) + ", " + clock(language, instant);
}
export function day(language: Spoken, instant: string): string {
  const when = new Date(instant);
  const far = Math.abs(when.getTime() - Date.now()) > 180 * 86_400_000;
  return new Intl.DateTimeFormat(language === "nl" ? "nl-NL" : "en-GB", {
    weekday: "long", day: "numeric", month: "long", ...(far ? { year: "numeric" } : {}), timeZone: kZone,
  }).format(when);
}
export function clock(language: Spoken, instant: string): string {
  const text = new Intl.DateTimeFormat("nl-NL", { hour: "numeric", minute: "2-digit", timeZone: kZone }).format(new Date(instant));
  return language === "nl" ? text.replace(":", ".") + " uur" : text;
}
// "3 uur", of how long between then and now.
export function distance(language: Spoken, instant: string): string {
  const minutes = Math.round(Math.abs(new Date(instant).getTime() - Date.now()) / 60_000);
  if (minutes < 60) return say(language, "work.minutes", { n: minutes });
  if (minutes < 48 * 60) return say(language, "work.hours", { n: Math.round(minutes / 60) });
  return say(language, "work.days", { n: Math.round(minutes / 1440) });
}
export function left(language: Spoken, instant: string): string {
  const late = new Date(instant).getTime() <= Date.now();
  return say(language, late ? "work.too-late" : "work.left", { distance: distance(language, instant) });
}

const kMonths = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];

// What somebody types as a day, "2013-03-14"; nothing: it is no day. Empty stays empty.
export function typedDay(text: string): string | undefined {
  const typed = text.trim().toLowerCase();
  if (typed === "") return "";
  const parts = /^(\d{1,2})[-/. ]+(\d{1,2}|[a-z]+)[-/. ]+(\d{4})$/.exec(typed);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed);
  const year = Number(iso ? iso[1] : parts?.[3]);
  const given = iso ? iso[2] : parts?.[2];
  const asWritten = given === "mrt" ? "maart" : given;
  const named = kMonths.findIndex((month) => asWritten !== undefined && asWritten.length > 2 && month.startsWith(asWritten));
  const month = named >= 0 ? named + 1 : Number(given);
  const date = Number(iso ? iso[3] : parts?.[1]);
  const made = new Date(Date.UTC(year, month - 1, date));
  const same = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return same ? made.toISOString().slice(0, 10) : undefined;
}
// "14 maart 2013"
export function dayInFull(language: Spoken, date: string): string {
  return new Intl.DateTimeFormat(language === "nl" ? "nl-NL" : "en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
    .format(new Date(date + "T00:00:00Z"));
}

// What ends at midnight: the day before is the last one, "2027-04-30".
export function lastDay(ends: string): string {
  return new Date(new Date(ends).getTime() - 12 * 3_600_000).toLocaleDateString("sv-SE", { timeZone: kZone });
}

export function useWords() {
  const language = useContext(Language);
  return {
    language,
    t: (key: Key, values?: Values) => say(language, key, values),
    word: (codes: Codes, code: string | undefined) => word(language, codes, code),
    moment: (instant: string) => moment(language, instant),
    clock: (instant: string) => clock(language, instant),
    left: (instant: string) => left(language, instant),
  };
}
