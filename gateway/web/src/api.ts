// Operations of the gateway, by name. Refusals are thrown as Problem.
import { keyed, places, type Operations } from "../generated/interface";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(code);
  }
}

let csrf = "";
let language = "nl";
let onLost: (problem: Problem) => void = () => {};

// What to do when the session is locked or gone.
export function whenLost(act: (problem: Problem) => void): void {
  onLost = act;
}
export function speak(spoken: "nl" | "en"): void {
  language = spoken;
}

// Under which something is sent: the same until an answer came, so that a lost answer sends nothing twice.
const keys = new Map<string, string>();
function keyOf(request: string): string {
  const key = keys.get(request) ?? crypto.randomUUID();
  keys.set(request, key);
  return key;
}

// The gateway answers three questions of one session at once; another window asks too. What it had no room for, it did not
// begin: then the same again.
const kAtOnce = 2;
const kTries = 10;
let running = 0;
const waiting: (() => void)[] = [];
async function inTurn(ask: () => Promise<Response>): Promise<Response> {
  while (running >= kAtOnce) await new Promise<void>((turn) => waiting.push(turn));
  ++running;
  try {
    for (let tried = 1; ; ++tried) {
      const response = await ask();
      if (!response.headers.has("Retry-After") || tried === kTries) return response;
      await new Promise((later) => setTimeout(later, 100 * tried));
    }
  } finally {
    --running;
    waiting.shift()?.();
  }
}

// They say what was sent: gone with whoever sent it.
export function forgetKeys(): void {
  keys.clear();
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

export async function call<K extends keyof Operations>(
  operation: K,
  request: Operations[K]["request"] = {} as Operations[K]["request"],
): Promise<Operations[K]["answer"]> {
  const [verb = "GET", path = ""] = places[operation].split(" ");
  // What is not said is absent: the interface takes no empty texts and lists.
  const said = Object.entries(request as object).filter(([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0));
  const rest: Record<string, unknown> = Object.fromEntries(said);
  let address = "/api/v1" + path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = asText(rest[camel(name)]);
    delete rest[camel(name)];
    return encodeURIComponent(value);
  });
  const init: RequestInit = { method: verb, headers: { "Accept-Language": language, "Veerpont-CSRF": csrf }, cache: "no-store" };
  if (verb === "GET") {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) query.set(name, asText(value));
    if (query.size > 0) address += "?" + query.toString();
  } else if (Object.keys(rest).length > 0) {
    init.body = JSON.stringify(rest);
    (init.headers as Record<string, string>)["Content-Type"] = "application/json";
  }
  const sent = `${operation} ${address} ${init.body ?? ""}`;
  if (keyed.includes(operation)) (init.headers as Record<string, string>)["Idempotency-Key"] = keyOf(sent);
  let response: Response;
  try {
    response = await inTurn(() => fetch(address, init));
  } catch {
    throw new Problem(0, "no-connection", "", "");
  }
  const answer = await response.json().catch(() => ({}));
  // Where the gateway failed, how it ended is not known: the same again is the same.
  if (response.status < 500) keys.delete(sent);
  if (response.ok && response.status !== 202) {
    if (typeof answer.csrf === "string") csrf = answer.csrf;
    return answer;
  }
  const problem = new Problem(response.status, answer.code ?? "", answer.title ?? "", answer.detail ?? "");
  if (problem.code === "session-locked" || problem.code === "not-logged-in") onLost(problem);
  throw problem;
}
