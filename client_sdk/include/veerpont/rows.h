// What a Client answers and what it is asked: rows of lists, queries, options and results.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/api.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "schemas/codes.h"
#include "schemas/finding.h"

namespace veerpont {

struct Identity {
  std::string org, title, kind, fingerprint, broker;
  std::string control_code =
      {};  // the fingerprint as people read it to each other: 12 groups of 5 digits
  std::string profile = {};  // what it published of itself, a Profile in JSON; empty: nothing
  bool hidden = false;       // known by an alias
};
struct Check {
  std::string check;
  bool ok;
  std::string cause, cure;
  bool warns = false;                   // it is in order today; the cause says what ends soon
  std::optional<Refusal> refusal = {};  // what the cause says, for another language
};
// One rule of the organisation's own policy (policy.toml). docs/domain.md marks what may differ.
struct PolicyRule {
  std::string key;   // "consent.longest_months"
  bool yes_no;       // then 0 and 1
  int value, usual;  // here, and where nobody decided otherwise
  int least = 0, most = 1;
};
// From when on the file was this one. What a grant was registered under, its record names by hash.
struct PolicyVersion {
  Time since;
  std::string sha256;   // hex, of the text
  std::string person;   // who changed it; empty: it was changed in another way, and seen then
  std::string changed;  // "consent.longest_months: 6 → 4"
  std::string text;
};
struct OwnPolicy {
  std::vector<PolicyRule> rules;
  std::vector<PolicyVersion> versions;  // newest first, the present one too; at most 100
};
struct Partner {
  std::string org, title, kind, fingerprint;
  std::vector<std::string> serves;  // "GM0546", or with its days: "GM0546@2027-01-01..2027-12-31"
  bool confirmed = false;
  bool hidden = false;     // an alias; it says nothing of itself
  bool suspended = false;  // it takes no part now
  std::string control_code =
      {};  // the fingerprint as people read it to each other: 12 groups of 5 digits
  std::string profile =
      {};  // a Profile in JSON: service, opening hours, crisis, teams; empty: none
  std::string crisis_telephone = {};
  std::optional<Time> reads_from =
      {};  // by its own opening hours, now when it is open; absent: it named none
  std::vector<std::string> serves_names = {};  // of the municipalities, as people call them
};
// What a worker knows of where a family lives, as CBS codes; empty: not known.
struct Residence {
  bool in_shelter = true;  // the family stays in a shelter; where that is, is never asked
  std::string before_the_stay = {}, present = {}, mother_at_birth = {};
};
struct Route {
  std::string municipality, name;
  RoutingBasis basis;
  std::vector<Partner> organisations;  // that serve it today
  std::string access_telephone;        // of that municipality, where the operator gave one
};
// What to do when the broker cannot take a message, or a grant, now.
enum class WhenUnreachable { hold, drop };
struct GrantOptions {
  std::string operation = {};  // a name of the caller's own, 1 to 100 characters: the same draft
                               // under it again gives the same grant
  std::string registrar =
      {};  // who registers it; an exception needs it, and this person cannot confirm it
  WhenUnreachable when_unreachable = WhenUnreachable::hold;
};
struct RegisteredGrant {
  GrantId grant;
};
// What the rules say of a draft before anything is sent.
struct Checked {
  bool allowed = false;
  std::vector<Finding> findings;
  std::vector<ConsentRoute> routes;  // what remains when consent is not available, in this order
};
struct GrantRow {
  GrantId grant;
  std::string recipient, ground, state;
  Time expires;
  CategorySet withdrawn_categories;
  std::string holder;
  std::string title = {};                   // of the recipient; empty: not known
  bool suspended = false;                   // it takes no part now
  CategorySet outbound = {};                // what may be shared under it
  std::optional<ReferralId> referral = {};  // that goes under it; nothing: none yet
};
// A grant on vital-interest or conflict-of-duties, on the privacy officer's list.
struct ExceptionRow {
  GrantId grant;
  std::string recipient, ground;
  Time registered;
  Time countersign_by;
  std::optional<Time> countersigned, reviewed;
  bool late = false;              // not confirmed in time by the second professional
  std::string registrar = {};     // empty: registered by a program that did not ask
  std::string confirmed_by = {};  // how the second professional showed who they are: "pin",
                                  // "login", "name"; empty: not confirmed
  bool pin_after = false;         // they set their PIN after the registration
  std::string reviewer = {};      // of the newest review
  std::optional<ReviewVerdict> verdict = {};
  std::string note = {};
  std::string title = {};   // of the recipient; empty: not known
  bool suspended = false;   // it takes no part now
  std::string second = {};  // whom the record names to confirm it; empty: it does not say
};
// What the privacy officer found; kept in this home, while the log has only that it was reviewed.
struct ReviewNote {
  std::string person;
  ReviewVerdict verdict;
  std::string note = {};
};
// Somebody who set a PIN, to confirm under their own name.
struct WorkerRow {
  std::string name;
  Time since;
  std::optional<Time> locked_until;  // five wrong PINs
};
// What became of a category that was withdrawn. Nobody can take back what was read.
struct CategoryFate {
  Category category;
  std::string
      opened_by;  // an organisation; empty: nobody did, as far as this home has read the log
  std::optional<Time> opened;  // first; which persons did is in that organisation's own access log
};
struct WithdrawnGrant {
  bool passed_on =
      false;  // else it is in effect in this home, and goes first in whatever connects next
  std::optional<LogIndex> index;  // of its event; none when the grant had ended already
  std::uint32_t shares_destroyed = 0;
  std::vector<CategoryFate> categories;
  bool complete = false;  // this home has read the log up to the withdrawal: what nobody opened
                          // before it nobody ever will
};
// What has not been decided yet: a message, a grant, a withdrawal.
struct QueuedRow {
  std::string id;     // of the message, else of the grant, in hex
  std::string what;   // a step, "grant" or "withdrawal"
  std::string state;  // "queued", "perhaps-sent", "refused"
  std::optional<ReferralId> referral;
  std::optional<Time> expires;
};
struct CancelledMessage {
  MessageId message;
  bool perhaps_sent =
      false;  // it had left before: whether it arrived, the next command that connects says
};
struct ReferOptions {
  std::optional<Time> respond_by = {};    // by when it must be read; else what the urgency says
  std::string external_id = {};           // this organisation's own number for it
  std::optional<ReferralId> linked = {};  // a referral of ours because of which this one begins
  Reasons reasons = {};                   // why it goes although a finding asks; kept here
  WhenUnreachable when_unreachable = WhenUnreachable::hold;
};
// Whether sharing goes on when a referral is withdrawn after it was accepted.
enum class Sharing { stop, keep };
struct ReplyOptions {
  std::optional<Time> respond_by = {};  // by when the next answer is due
  Reasons reasons = {};                 // as for a referral
  WhenUnreachable when_unreachable = WhenUnreachable::hold;
  std::optional<Sharing> sharing =
      {};  // needed to withdraw after `accepted`; before it, sharing stops
};
struct Sent {
  ReferralId referral;
  MessageId message;
  LogIndex index;
  std::optional<ReferralState> state;
};
// Sharing under a grant stopped.
struct Stop {
  Time when;                    // the whole of it, else the newest part
  CategorySet categories = {};  // empty: the whole of it
};
struct InboxRow {
  MessageId message;
  ReferralId referral;
  std::string from, step;
  Time created;
  CategorySet categories;
  bool opened = false;
  bool confirmed = false;
  std::optional<MessageId> replaces = {};  // the same again, because nobody opened that one in time
  std::vector<Stop> stopped = {};          // one when it is the whole, else one a day, oldest first
  std::string title = {};                  // of the sender; empty: not known
  bool suspended = false;                  // it takes no part now
};
// Who looks at content, and why. The person is one of workers().
struct Actor {
  std::string person;
  ActorRole role = ActorRole::worker;
  std::string purpose = {}, reason = {};  // kept in this organisation's access log alone
};
struct Opened {
  std::string json;       // a Referral, or an Update when that is all the message carries
  CategorySet withdrawn;  // categories that could not be had any more
  std::vector<Finding> warnings =
      {};  // where this organisation reads the grant's record otherwise; none blocks
  std::vector<Stop> stopped = {};  // of what stopped, what is here was opened before
};
// Which referrals, and how many at a time.
struct ReferralQuery {
  bool open_only = false;
  std::size_t limit = 0;                 // 0: all of them
  std::optional<ReferralId> after = {};  // the last one of the page before
  // Only those; empty: all.
  std::vector<ReferralState> states = {};
  std::string with = {}, own_number = {};
  bool overdue_only = false;
  // Rows say the age band and how urgent it is, where this home knows them: one entry of the access
  // log for the list.
  std::optional<Actor> shown_to = {};
};
struct InboxQuery {
  bool all = false;                         // opened ones too
  std::chrono::seconds wait = {};           // so long for the first one
  std::string from = {};                    // an organisation; empty: whoever
  std::optional<ReferralId> referral = {};  // nothing: any
  std::optional<MessageId> after = {};      // the last one of the page before
  std::size_t limit = 0;                    // 0: all of them
};
struct ReferralRow {
  ReferralId referral;
  std::string with, role, next_actor;
  ReferralState state;
  std::optional<Time> respond_by;
  GrantId grant;
  std::optional<ReferralId> linked = {};
  bool overdue = false;                   // nobody acted by respond_by
  std::vector<ReferralId> siblings = {};  // of the same sitting; nobody else can tell
  bool sealed_again = false;       // something was not read for so long that it was sealed again
  std::vector<Stop> stopped = {};  // one when it is the whole, else one a day, oldest first
  std::string title = {};          // of the organisation that it is with; empty: not known
  std::string partner_kind = {};   // a kind of organisation
  bool hidden = false;             // that organisation goes by an alias
  bool suspended = false;          // it takes no part now
  std::string kind = {}, ground = {};  // of the exchange, and what it rests on
  CategorySet categories = {};         // that may go to the other side, those that stopped too
  std::string step = {};               // the newest in it
  std::optional<Time> since = {};      // in this state; nothing: not known
  std::string own_number = {};         // the referrer's own, on this side only
  std::optional<Time> access_by = {};  // somebody asked to see a file: by when the referrer answers
  std::string age_band = {}, urgency = {};  // empty: not known here, or not asked for
};
// The other side stopped sharing under a grant.
struct StoppedRow {
  std::string by;
  GrantId grant;
  std::optional<ReferralId> referral;
  Time when;
  CategorySet categories;  // empty: all of them
};
// A grant of ours that asks for something soon, or already.
struct DueRow {
  GrantId grant;
  std::optional<ReferralId> referral;
  std::string recipient;
  DueReason reason;
  Date day;
  bool late = false;
  std::string title = {};  // of the recipient; empty: not known
  bool suspended = false;  // it takes no part now
};
// The next talk of a stay that runs.
struct RhythmRow {
  std::string stay;
  TalkWith with;
  std::optional<Date> last;
  Date due;
  bool late = false;
};
struct Retention {
  std::size_t messages = 0;  // of which something goes, or went
  std::string note;  // JSON: the note, and it again as signed bytes; empty when nothing went
};
struct EventRow {
  LogIndex index;
  Time time;
  std::string kind, actor = {}, step = {};
  std::optional<MessageId> message = {};
  std::string title = {};  // of the actor; empty: not known
  bool suspended = false;  // the actor is
  std::string counterpart = {};
  std::optional<ReferralId> referral = {};
  std::optional<GrantId> grant = {};
  CategorySet categories = {};
  std::string ground = {};  // of the grant under which it was; empty: under none, or not known
};
// Which events; what is not named is not looked at.
struct EventQuery {
  std::optional<Date> from = {}, until = {};  // days in Amsterdam, both included
  std::string with = {};                      // an organisation did it, or it concerns it
  std::string kind = {}, ground = {};         // by their short ids
  std::optional<Category> category = {};
  std::optional<GrantId> grant = {};
  std::optional<ReferralId> referral = {};
  bool newest_first = false;
  std::size_t limit = 0;               // 0: all of them
  std::optional<LogIndex> after = {};  // the last one of the page before, in that order
};
// What went between organisations in a period, counted in sections (one kind of data of one
// message). The paper on which a grant stands is not counted.
struct FlowRow {
  std::string from, to, ground;
  Category category = {};
  std::string from_title = {}, to_title = {};
  std::uint64_t sent = 0;        // in the period
  std::uint64_t read = 0;        // of those, opened at least once, whenever
  std::uint64_t unreadable = 0;  // of those, never opened, and nobody can any more
  std::uint64_t referrals = 0;   // different ones
};
struct Flows {
  Date from, until;  // days in Amsterdam, both included
  std::vector<FlowRow> rows;
  FlowRow all;                           // the sum; its referrals are counted once
  std::uint64_t exceptions = 0;          // grants registered in the period on a ground that is one
  std::uint64_t refused = 0;             // by the broker
  std::uint64_t overdue = 0;             // an answer was due and did not come
  std::uint64_t read_after_the_end = 0;  // opened although sharing had stopped: must be 0
  std::uint64_t erased = 0;  // events since its first day whose content is gone after its years
};
// A period on one page, a quarter when no days are named. `for_others`: it leaves this house, and a
// figure of one to four is not said (kNotSaid), nor one that would say what such a figure is. It is
// a whole quarter then.
struct ReportQuery {
  std::optional<Date> from = {}, until = {};
  bool for_others = false;
};
struct ReportRow {
  static constexpr std::int64_t kNotSaid = -1;
  std::string from, from_title, to, to_title, ground;
  Category category{};
  std::int64_t sent = 0, read = 0, unreadable = 0, referrals = 0;
};
struct PeriodReport {
  Date from, until;
  std::vector<ReportRow> rows;
  ReportRow all;
  std::int64_t exceptions = 0, reviewed = 0, late = 0;       // registered in the period
  std::vector<std::pair<std::string, std::int64_t>> events;  // by kind, as a list names it
  std::vector<std::pair<AccessKind, std::int64_t>> accesses;
  std::int64_t read_after_the_end = 0;  // opened although sharing had stopped: must be 0
  std::uint64_t policy_changes = 0;
};
// What is handed over: "events" of the log, "accesses" of the own access log or the "register" of
// processing activities, as a table ("csv"), FHIR R5 AuditEvent, one a line ("fhir"), or the fields
// of NEN 7513 ("nen7513"). Of accesses the days and the referral count, of the register the last
// day.
struct ExportQuery {
  std::string what, format;
  EventQuery events = {};
};
struct HandedOver {
  std::string name;      // of the file
  std::string content;   // exact bytes
  std::string manifest;  // JSON: what it is, signed by the organisation
};
// What a manifest says that holds.
struct CheckedManifest {
  std::string organisation, fingerprint;  // whose keys the log has
  std::string what, format, selection;
  Time made{};
  std::uint64_t rows = 0;
  std::string file, log;
  std::uint64_t log_size = 0;
};

// The register of processing activities (GDPR, article 30).
struct RegisterBasis {
  std::string ground;
  std::string articles;  // of the GDPR; empty: nobody said which
};
struct RegisterPartner {
  std::string org, title, kind;
};
struct RegisterSheet {
  std::string id;       // "refer", "receive", "consult", "inform"; "account": the log itself
  std::string purpose;  // in the house's own words; empty: the usual ones
  std::vector<RegisterBasis> bases = {};
  CategorySet sent = {}, received = {};
  std::vector<RegisterPartner> partners = {};
  std::uint64_t grants = 0;
  std::vector<std::pair<Category, int>> months = {};  // kept after a referral closed
};
struct RegisterWord {
  std::string field, text;
  Time since{};
  std::string person;
};
struct ProcessingRegister {
  std::string organisation;
  Time made{};                     // as it was then
  std::uint64_t versions = 0;      // how many times somebody said something, until then
  std::vector<RegisterWord> said;  // what only people know
  std::vector<RegisterSheet> sheets;
};

// After a leak: between which times (the second is not included), and by whom; nobody named:
// anybody.
struct BreachQuery {
  Time from, until;
  std::vector<std::string> persons = {};
};
struct BreachRow {
  ReferralId referral;
  std::string with, title;
  bool secret_address = false;
  CategorySet categories = {};
  std::string person = {};                    // who read it
  std::optional<Time> first = {}, last = {};  // of the readings
};
// By referral, those with a secret address first.
struct Breach {
  Time from, until;
  std::vector<BreachRow> read = {};       // by the access log, once for each person
  std::vector<BreachRow> could = {};      // with everything that this house held in that time
  std::vector<BreachRow> could_not = {};  // sharing had stopped before, and nobody had opened it
};
// One event of the log, provable to whoever has the verifier key.
struct EventProof {
  std::string file;          // C2SP tlog-proof; its extra data are the event's salt and body
  std::string verifier_key;  // of the log
};
// Why this home does not trust its log.
struct LogVerdict {
  std::string says;  // what does not hold
  Time found{};
  std::string file;  // the evidence: signed things alone, no content
};
// What this organisation cosigned as a witness of the log.
struct Cosigned {
  std::uint64_t size = 0;  // of the tree
  Time time{};
  bool now = true;  // else before, and nothing is new since
};
// Somebody who cosigns the log.
struct WitnessRow {
  std::string verifier_key;
  std::string org, title;  // a member; empty: somebody outside
  std::string url;         // of somebody outside; may be empty
  bool confirmed = false;  // a person of this house compared its key, or the organisation's
  bool counts = true;      // else it is named for later: those before have not signed that yet
};
struct LogWitnesses {
  std::vector<WitnessRow> rows;
  std::size_t quorum = 0;  // that many must sign; 0: nobody does
  std::string reason;      // why they were named, as the operator said
  bool at_once = false;    // they were changed without those before, or fewer must sign, and nobody
                           // here said yet that they know
  std::uint64_t size = 0;  // the largest tree that a quorum of those that are confirmed signed
  std::optional<Time> since;  // the oldest of that quorum's newest cosignatures; nothing: none
  bool fresh = false;         // that is at most five minutes ago
};
// Who looked at it, and why it goes on.
struct LogResolution {
  std::string reason;
  std::string first, second;  // people of this house, each with their PIN
};
struct CheckedEvidence {
  std::string says, organisation;  // as whoever found it said
  Time found{};
  bool convicts = false;           // the log contradicts itself in what it signed
  std::vector<std::string> shows;  // what was verified, in order
};
// What a proof proves.
struct ProvenEventRow {
  EventRow event;
  std::string log;         // by its name
  std::uint64_t size = 0;  // of the log that was signed
};
struct LogReport {
  std::uint64_t tree_size = 0;
  std::size_t events = 0;      // of this organisation and public ones, verified
  std::size_t checked = 0;     // of them, now; the others were verified before
  std::uint64_t accesses = 0;  // entries of the own access log, verified
  std::uint64_t anchored = 0;  // of them, up to the newest anchor in the log
  std::optional<Time> anchored_at = {};
};

// An entry of this organisation's own access log: who saw what, and how.
struct AccessRow {
  std::uint64_t number = 0;  // from 1 on
  Time time;
  Actor actor;
  AccessKind kind;
  std::optional<ReferralId> referral = {};
  std::optional<MessageId> message = {};
  CategorySet categories = {};
  std::string list = {};   // what a list or a search was of
  bool forgotten = false;  // only that something was seen then: the rest went after five years
};
struct AccessQuery {
  std::optional<ReferralId> referral = {};
  std::string person = {};
  std::optional<Date> from = {}, until = {};  // days in Amsterdam, both included
  std::size_t limit = 0;                      // 0: all of them
  std::uint64_t after = 0;                    // the number of the last one of the page before
};
// Entries of the access log for the privacy officer to look at.
struct SampleQuery {
  std::string seed;  // printed with the sample: the same one draws the same again
  std::size_t count = 20;
  std::optional<Date> from = {}, until = {};  // days in Amsterdam, both included
};
struct SampleRow {
  AccessRow access;
  std::vector<SampleReason> why;  // at least one
};
struct Sample {
  std::string seed;
  std::uint64_t of = 0;         // displays of content in that period
  std::vector<SampleRow> rows;  // in the order of the log
};
// What somebody asks about a child under the GDPR, articles 15 to 22.
struct SubjectRequestDraft {
  std::string kind;        // "access", "correction", "erasure", "objection"
  std::string requester;   // "child", "youth", "parent-with-authority", "parent-without-authority",
                           // "other"
  std::string shown;       // how identity and authority were shown: what was seen, never a copy
  std::string words = {};  // what is asked, for all but access
  std::vector<ReferralId> referrals;  // that are about the child
  std::optional<Date> received = {};  // nothing: today
};
// One kind of data of one message, and whether the requester gets it.
struct RequestPart {
  ReferralId referral;
  MessageId message;
  Category category = {};
  bool ours = false;                // we sent it; else we received it
  std::string with, title;          // to whom, or from whom
  std::optional<Time> when = {};    // nothing: the log has forgotten it after its years
  std::optional<Time> opened = {};  // by the recipient, first
  std::string advice = {};   // "none", "consult-sender", "withhold-from"; empty: not read here
  std::string verdict = {};  // "give", "partly", "withhold"
  std::string article = {};  // why not
  std::string note = {};
  bool decided = false;  // by a person; else it is what the rules say until somebody does
};
struct PartDecision {
  MessageId message;
  Category category = {};
  std::string verdict, article = {}, note = {};
};
struct SubjectRequestRow {
  std::uint64_t number = 0;
  std::string kind, requester, shown, words;
  Time received{}, due{};
  bool late = false;
  std::string extension = {};         // why it takes two months longer
  std::optional<Time> answered = {};  // then nothing changes any more
  std::string received_by, answered_by;
};
struct SubjectRequest {
  SubjectRequestRow row;
  std::vector<RequestPart> parts;       // that this house holds
  std::vector<AccessRow> readers;       // who of this house saw something of it
  std::vector<std::string> recipients;  // whom a correction or an erasure must be told (article 19)
  std::string letter;                   // in Dutch; a draft until it is answered
};

// What another program showed: exported, searched or printed.
struct AccessReport {
  AccessKind kind;
  std::optional<ReferralId> referral = {};
  std::optional<MessageId> message = {};
  CategorySet categories = {};
  std::string list = {};
};

}  // namespace veerpont
