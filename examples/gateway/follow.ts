// The workbench's API with fetch; see README.md. NODE_EXTRA_CA_CERTS names the authority to node.
declare const process: { env: Record<string, string> };

interface Item {
  kind: string;
  number: string;
  messageId: string;
  holder?: { login: string };
  referral: { referralId: string };
}
const { VEERPONT_GATEWAY, VEERPONT_KEY, VEERPONT_ACTOR } = process.env;

async function ask<Answer>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = { Authorization: `Bearer ${VEERPONT_KEY}`, "Veerpont-Actor": VEERPONT_ACTOR ?? "" };
  if (body) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
  const answer = await fetch(`${VEERPONT_GATEWAY}/api/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
  const said = (await answer.json()) as Answer;
  if (!answer.ok) throw new Error(JSON.stringify(said));
  console.error(JSON.stringify([`${method} ${path}`, said]));
  return said;
}

const referral = { identity: { givenNames: "Voorbeeldje" }, careNeed: { tried: "gesprekken" } };
const draft = await ask<{ workbench: string }>("POST", "/prefilled-drafts", { externalId: "DB-2026-0201", birthDate: "2013-03-14", municipality: "Leiden", referral });
console.log("a person goes on at", draft.workbench);
const { items } = await ask<{ items: Item[] }>("GET", "/work-items");
const item = items.find((one) => one.kind === "read-referral" && !one.holder);
if (!item) throw new Error("nothing new");
await ask("PUT", `/numbered-referrals/${item.number}/assignment`, {});
const opened = await ask<{ document: { careNeed: { tried: string } } }>("POST", `/messages/${item.messageId}/open`, { actor: { purpose: "arrange-help" } });
console.log(opened.document.careNeed.tried);
const accepted = await ask<{ state: string }>("POST", `/referrals/${item.referral.referralId}/steps`, { step: "accept", update: { decision: "Wij starten." } });
console.log(accepted.state);
export {};
