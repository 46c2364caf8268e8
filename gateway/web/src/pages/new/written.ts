// A referral that is being written, as far as it is: one child, brothers and sisters in one sitting, a crisis, or a question
// without a name. What the pages keep of it, and the documents that it becomes.
import type { Category, Finding, GrantDraft, RouteAnswer, SiblingReferrals } from "../../../generated/interface";
import { trimmed, type Value } from "../../parts/value";

export interface Child {
  ownNumber: string;
  grant: Value; // a GrantDraft as far as it was filled in, without the recipient
  own: Value; // this child's own parts of a Referral
  stays: string[]; // categories that do not go
  registered?: { draft: string; grantId: string }; // the consent that was registered, and of what
}
export interface Written {
  form: 2;
  kind: "referral" | "crisis" | "consult";
  ambulatory: boolean;
  municipality: string;
  route?: RouteAnswer | undefined;
  recipient: string;
  secret?: boolean | undefined;
  shared: Value; // the parts of a Referral that hold for every child
  children: Child[];
  reasons: Record<string, string>; // why it goes although a finding asks, by pointer
  follows?: { referralId: string; number: string }; // a referral to us, after which this family goes on to another
  renews?: { referralId: string; number: string; title: string; outbound: Category[] }; // consent asked again, for a referral that runs
}

const kCategoryOf: [string, Category][] = [
  ["routing", "routing"], ["identity", "identity"], ["authority", "authority"], ["careNeed", "care-need"], ["childVoice", "child-voice"],
  ["safety", "safety"], ["practical", "practical"], ["school", "school"], ["health", "health"], ["network", "network"],
];
export const categories = kCategoryOf;
const kShared = ["routing", "safety", "authority", "practical"];
export function isShared(part: string): boolean {
  return kShared.includes(part);
}

export function emptyChild(): Child {
  return { ownNumber: "", grant: { ground: "consent", purpose: "arrange-help", record: { answers: [{ role: "child" }, { role: "parent" }] } }, own: {}, stays: [] };
}
export function empty(kind: Written["kind"] = "referral", children = 1): Written {
  const written: Written = {
    form: 2, kind, ambulatory: false, municipality: "", recipient: "", reasons: {},
    shared: { routing: { urgency: kind === "crisis" ? "crisis" : "regulier" } },
    children: Array.from({ length: children }, emptyChild),
  };
  // Nobody's consent is needed, and nobody is recognised.
  if (kind === "consult") written.children = [{ ...emptyChild(), grant: { kind: "anonymous-consult", ground: "not-personal", purpose: "consult", record: {} } }];
  return written;
}

// What an earlier referral of ours said: content alone. Consent is asked anew, and so is whether the child agrees that its own
// words go along.
export function takenOver(document: Value): Written {
  const { routing: _, grantRecord: __, update: ___, ...parts } = document;
  const voice = parts["childVoice"] as { answers?: Value[] } | undefined;
  if (voice?.answers) parts["childVoice"] = { ...voice, answers: voice.answers.map(({ childAgreesToShare: _agreed, ...answer }) => answer) };
  const written = empty();
  const [child] = written.children as [Child];
  child.ownNumber = ((parts["identity"] as Value | undefined)?.["referralNumber"] as string | undefined) ?? "";
  for (const [part, said] of Object.entries(parts)) (isShared(part) ? written.shared : child.own)[part] = said;
  return written;
}

// A brother or sister: the same people have the authority; what each of them says of this child is asked anew.
export function siblingOf(child: Child): Child {
  const record = (child.grant["record"] as Value | undefined) ?? {};
  const answers = ((record["answers"] as Value[] | undefined) ?? []).map(({ role, description }) => ({ role, description }));
  return { ...emptyChild(), grant: { ground: child.grant["ground"], purpose: child.grant["purpose"], record: { authorityType: record["authorityType"], answers } } };
}

// As it was kept before brothers and sisters were written in one sitting.
interface FirstForm {
  ownNumber: string; ambulatory: boolean; municipality: string; route?: RouteAnswer; renews?: Written["renews"];
  registered?: Child["registered"]; secret?: boolean; grant: Value; referral: Value; stays: string[]; reasons: Record<string, string>;
}
export function read(body: string): Written {
  const kept = JSON.parse(body) as Written | FirstForm;
  if ("form" in kept) return kept;
  const { recipient, ...grant } = kept.grant;
  const parts = Object.entries(kept.referral);
  const child: Child = { ownNumber: kept.ownNumber, grant, stays: kept.stays, own: Object.fromEntries(parts.filter(([part]) => !isShared(part))) };
  if (kept.registered) child.registered = kept.registered;
  const written: Written = {
    form: 2, kind: grant["kind"] === "anonymous-consult" ? "consult" : "referral", ambulatory: kept.ambulatory, municipality: kept.municipality,
    route: kept.route, recipient: (recipient as string | undefined) ?? "", secret: kept.secret, children: [child], reasons: kept.reasons,
    shared: Object.fromEntries(parts.filter(([part]) => isShared(part))),
  };
  if (kept.renews) written.renews = kept.renews;
  return written;
}

interface Answer {
  answer?: string;
  childAgreesToShare?: boolean;
}
function answersOf(child: Child): Answer[] {
  return (child.own["childVoice"] as { answers?: Answer[] } | undefined)?.answers ?? [];
}
export function childAnswersThatStay(written: Written): number {
  return written.children.flatMap(answersOf).filter((one) => one.answer && one.childAgreesToShare !== true).length;
}

// What one child's referral says: parts that say something, whether they go or not, and of what the child says only the
// answers with the child's yes.
export function saidOf(written: Written, child: Child): Value {
  const answers = answersOf(child).filter((one) => one.childAgreesToShare === true);
  return trimmed({
    ...written.shared,
    ...child.own,
    childVoice: answers.length > 0 ? { ...(child.own["childVoice"] as Value), answers } : undefined,
    routing: {
      ...(written.shared["routing"] as Value),
      responsibleMunicipality: written.route?.municipality,
      setting: written.ambulatory ? "ambulatory" : "residential",
      secretAddress: written.secret,
    },
    identity: { ...(child.own["identity"] as Value), referralNumber: child.ownNumber },
  }) as Value;
}
export function referralOf(written: Written, child: Child): Value {
  const kept = (part: string) => child.stays.includes(categories.find(([field]) => field === part)?.[1] ?? "");
  return Object.fromEntries(Object.entries(saidOf(written, child)).filter(([part]) => !kept(part)));
}
export function externalIdOf(written: Written, child: Child): string {
  return referralOf(written, child)["identity"] ? child.ownNumber : "";
}

export function grantOf(written: Written, child: Child): GrantDraft {
  const referral = referralOf(written, child);
  const parts = categories.filter(([part]) => referral[part] !== undefined).map(([, category]) => category);
  // Later on the referrer says how it goes, too: why it is taken back, what was asked.
  const outbound = written.renews?.outbound ?? (written.kind === "consult" ? parts : [...parts, "update" as Category]);
  const draft = { ...child.grant, recipient: written.recipient, outbound, secretAddress: written.secret };
  const record = (child.grant["record"] as Value | undefined) ?? {};
  if (written.kind === "consult") return { ...(trimmed(draft) as GrantDraft), record: {} };
  const answers = ((record["answers"] as Value[] | undefined) ?? []).filter((answer) => answer["answer"]);
  return trimmed({ ...draft, record: { ...record, answers } }) as GrantDraft;
}

// What goes for every child stands in it once; what stays for one is the others' own.
function sharedParts(written: Written): string[] {
  const all = written.children.map((child) => referralOf(written, child));
  return kShared.filter((part) => all.every((one) => one[part] !== undefined));
}
export function siblingsOf(written: Written, grants: string[]): SiblingReferrals {
  const shared = sharedParts(written);
  const all = written.children.map((child) => referralOf(written, child));
  const only = (parts: Value, wanted: (part: string) => boolean) => Object.fromEntries(Object.entries(parts).filter(([part]) => wanted(part)));
  return {
    shared: only(all[0] ?? {}, (part) => shared.includes(part)),
    children: written.children.map((child, at) => ({
      grant: grants[at] ?? "",
      own: only(all[at] ?? {}, (part) => !shared.includes(part)),
      externalId: externalIdOf(written, child) || undefined,
    })),
  } as SiblingReferrals;
}
// A finding of one child's referral, where it stands in the document of all of them.
export function inTheWhole(written: Written, at: number, finding: Finding): Finding {
  if (written.children.length === 1 || !finding.pointer?.startsWith("/")) return finding;
  const part = finding.pointer.split("/")[1] ?? "";
  return { ...finding, pointer: (sharedParts(written).includes(part) ? "/shared" : `/children/${at}/own`) + finding.pointer };
}
// Which child a place in the document of all of them is of.
export function childAt(pointer: string): number | undefined {
  const found = /^\/children\/(\d+)\//.exec(pointer);
  return found ? Number(found[1]) : undefined;
}

export interface Difference {
  path: string[];
  mine: string;
  other: string;
}
// Every text, choice and number that is not the same in both, in the order of this one.
export function differences(mine: unknown, other: unknown, path: string[] = []): Difference[] {
  const isPart = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (!isPart(mine) && !isPart(other)) return mine === other ? [] : [{ path, mine: String(mine ?? ""), other: String(other ?? "") }];
  const [a, b] = [isPart(mine) ? mine : {}, isPart(other) ? other : {}];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => differences(a[name], b[name], [...path, name]));
}
