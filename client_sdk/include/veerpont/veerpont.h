// libveerpont: refer a child, receive, open, answer, prove. Documents are JSON in and JSON out;
// keys, sealing, checking and the log are the library's work. Names no type of Boost, protobuf or
// SQLite.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/api.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "schemas/codes.h"
#include "schemas/finding.h"
#include "veerpont/rows.h"

namespace veerpont {

namespace sdk {
struct OpenHome;
struct Context;
class Readers;
class Verifier;
class Reading;
class Sync;
struct Document;
struct SiblingDocument;
}  // namespace sdk
namespace crypto {
class Unlock;
class Pin;
}  // namespace crypto

// What opens a home's keystore.
class VEERPONT_API Unlock {
 public:
  // 32 random bytes in a file, as `join` makes them; no key stretching.
  static Result<Unlock> credential_file(const std::string& path);
  // The first line of a file.
  static Result<Unlock> passphrase_file(const std::string& path);
  static Unlock passphrase(std::string text);
  const crypto::Unlock& inner() const { return *inner_; }

 private:
  explicit Unlock(std::shared_ptr<const crypto::Unlock> inner) : inner_(std::move(inner)) {}
  std::shared_ptr<const crypto::Unlock> inner_;
};

// A person's own PIN: 6 to 32 digits.
class VEERPONT_API Pin {
 public:
  // The first line of a file.
  static Result<Pin> from_file(const std::string& path);
  static Result<Pin> typed(std::string digits);
  const crypto::Pin& inner() const { return *inner_; }

 private:
  explicit Pin(std::shared_ptr<const crypto::Pin> inner) : inner_(std::move(inner)) {}
  std::shared_ptr<const crypto::Pin> inner_;
};

struct Joined {
  std::string org;
  std::string fingerprint;
  std::string broker;
  std::string control_code = {};  // the fingerprint as people read it to each other
};
// Makes a home in an empty folder from an invitation: keys, certificate, pinned log. Repeating it
// after a lost answer finishes the same enrolment. `new_credential`: a file to make and to unlock
// with, instead of `unlock`. `proxy`: HOST:PORT of an HTTP proxy that every connection goes
// through; empty: none. A hidden organisation must say "none".
VEERPONT_API Result<Joined> join(const std::string& home, const std::string& invitation_file,
                                 const std::optional<Unlock>& unlock,
                                 const std::optional<std::string>& new_credential,
                                 const std::string& proxy = {});

// An organisation's keys, dossier and pinned log.
class VEERPONT_API Home {
 public:
  static Result<Home> open(const std::string& folder, const Unlock& unlock);

 private:
  friend class Client;
  explicit Home(std::shared_ptr<sdk::OpenHome> opened) : opened_(std::move(opened)) {}
  std::shared_ptr<sdk::OpenHome> opened_;
};

// A document that was read strictly. A refusal names the field, never its text.
class VEERPONT_API Referral {
 public:
  static Result<Referral> from_json(std::string_view json);
  static Result<Referral> from_json_file(const std::string& path);

 private:
  friend class Client;
  explicit Referral(std::shared_ptr<const sdk::Document> document)
      : document_(std::move(document)) {}
  std::shared_ptr<const sdk::Document> document_;
};
class VEERPONT_API Update {
 public:
  static Result<Update> from_json(std::string_view json);
  static Result<Update> from_json_file(const std::string& path);

 private:
  friend class Client;
  explicit Update(std::shared_ptr<const sdk::Document> document) : document_(std::move(document)) {}
  std::shared_ptr<const sdk::Document> document_;
};

// The JSON Schema (draft 2020-12) of a kind of document: "referral", "update", "grant",
// "grant-record", "profile", "siblings"; or of an operation of api.proto, "referrals.list", and of
// its answer, "referrals.list/answer". Refuses not-found.
VEERPONT_API Result<std::string> document_schema(const std::string& kind);
// JSON to begin with, for a kind as above: every field as a hint that the reader skips. Refuses
// not-found.
VEERPONT_API Result<std::string> starting_document(const std::string& kind,
                                                   Language language = Language::dutch);

// Brothers and sisters in one document: what is shared, and each child's own part with its own
// grant.
class VEERPONT_API Siblings {
 public:
  static Result<Siblings> from_json(std::string_view json);
  static Result<Siblings> from_json_file(const std::string& path);

 private:
  friend class Client;
  explicit Siblings(std::shared_ptr<const sdk::SiblingDocument> document)
      : document_(std::move(document)) {}
  std::shared_ptr<const sdk::SiblingDocument> document_;
};

enum class Then { done, keep };

class Client;
// One received message, stored and verified.
class VEERPONT_API Message {
 public:
  MessageId id() const { return row_.message; }
  ReferralId referral() const { return row_.referral; }
  const InboxRow& row() const { return row_; }
  // Logs, releases, decrypts; from the dossier when it was opened before.
  Result<Opened> open(const Actor& actor);

 private:
  friend class Client;
  Message(Client& client, InboxRow row) : client_(client), row_(std::move(row)) {}
  Client& client_;
  InboxRow row_;
};

// Safe from any thread. What reads answers from what is stored here, and waits for nobody: neither
// for the network nor for another call; as_of() says how old it is. What sends takes turns,
// connects when it needs to, and again after a lost connection.
class VEERPONT_API Client {
 public:
  explicit Client(Home home);
  ~Client();
  Client(Client&&) noexcept;

  // Told what somebody must know whatever was asked for: a clock that is wrong, keys that were not
  // published. English sentences without personal data.
  void on_alarm(std::function<void(const std::string&)> tell);

  // Fetches what is new and passes on what waits; without `mail` no messages, which count as
  // delivered once they are here. Refuses broker-unreachable when the broker does not answer within
  // `patience`.
  Status sync(std::chrono::milliseconds patience = std::chrono::seconds(10), bool mail = true);
  // When the log was last read to its end, to a few seconds; nothing: never.
  std::optional<Time> as_of();
  // From now on a thread of this client does what sync() does, whenever something is new, and calls
  // `changed` after each change, until this client has ended: what it touches must live as long.
  // wait_fd() is readable from a change on until acknowledge(); it belongs to the client.
  void start(std::function<void()> changed = {});
  int wait_fd() const;
  void acknowledge();

  Identity whoami() const;
  std::vector<Check> doctor();
  // Replaces the signing key, and revokes the old one from this moment of the log on. `identity`:
  // the identity key too; the old one signs for the new, and every partner confirms the new
  // fingerprint again before sending. Repeating it after a lost answer makes yet another key. Needs
  // what opens the keystore.
  Result<Identity> replace_keys(const Unlock& unlock, bool identity);

  Result<std::vector<Partner>> directory(const std::string& municipality = {},
                                         std::optional<OrgKind> kind = {});
  // The municipality that is responsible for youth help, and who serves it.
  Result<Route> route(const Residence& residence);
  // What everyone sees of this organisation: a Profile in JSON. Refuses hidden-organisation.
  Result<LogIndex> publish_profile(std::string_view profile);
  // A person compared the fingerprint by another way. Refuses not-found, and tampered when it is
  // another.
  Status confirm(const std::string& org, const std::string& fingerprint);

  // A GrantDraft in JSON, and the referral that would go under it: consent rules, caps, leak
  // guard. Sends nothing, needs no network.
  Result<Checked> check(std::string_view draft, const std::optional<Referral>& referral = {});
  // The leak guard over what would be sent, under a registered grant or in a running referral. What
  // does not block goes with a reason.
  Result<Checked> check(const Referral& referral, const GrantId& grant);
  Result<Checked> check(const Siblings& siblings);
  Result<Checked> check(const Referral& sections, const ReferralId& referral);
  Result<Checked> check(const Update& update, const ReferralId& referral);
  // `draft`: a GrantDraft in JSON. Refuses consent-missing when check() does not allow it. Refuses
  // queued, with its id, when the broker is away: it is registered with the next connection, and
  // what is referred under it meanwhile waits too.
  Result<RegisteredGrant> register_grant(std::string_view draft, const GrantOptions& options = {});
  Result<std::vector<GrantRow>> grants();
  // People of this organisation who confirm under their own name. Whoever holds the home can make
  // one.
  Status add_worker(const std::string& name, const Pin& pin);
  Status change_pin(const std::string& name, const Pin& old, const Pin& fresh);
  Status remove_worker(const std::string& name);
  // Words that must never be sent: the name of the house, its street, its telephone. They stay
  // here. Setting puts these in place of all that were there; refuses invalid-input with the
  // number of the word.
  Result<std::vector<std::string>> secret_words();
  Status set_secret_words(const std::vector<std::string>& words, const Actor& actor);
  // What this organisation decided for itself (policy.toml), and since when.
  Result<OwnPolicy> policy();
  // Changes one rule of it, as an entry of the access log. Refuses invalid-input with the key for
  // one that is unknown or out of range, and changes nothing without that entry.
  Result<OwnPolicy> set_policy(const std::string& key, int value, const Actor& actor);
  std::vector<WorkerRow> workers();
  // The second professional of a grant that rests on an exception confirms it, under the name in
  // the record and with their own PIN; never whoever registered it. Refuses pin-wrong, and
  // pin-locked for 15 minutes after five wrong ones.
  Status countersign(const GrantId& grant, const std::string& worker, const Pin& pin);
  // Exceptions that the privacy officer has not reviewed yet (`all`: reviewed ones too).
  Result<std::vector<ExceptionRow>> exceptions(bool all = false);
  // The privacy officer looked at it: signed, and logged once as exception-reviewed. A later
  // finding is added here.
  Result<LogIndex> review_exception(const GrantId& grant, const ReviewNote& note);
  // Whole when `categories` is empty.
  // In effect here and durable when it returns, whether the broker is there or not. Waits for no
  // other call of this client.
  Result<WithdrawnGrant> withdraw_grant(const GrantId& grant, CategorySet categories = {});
  // What waits to be decided, in the order in which it goes.
  std::vector<QueuedRow> outbox();
  // What waited and was refused when it went, until somebody cancels it.
  std::vector<QueuedRow> refused_later();
  // Never sent, unless it left before. Refuses invalid-input for what was sent, not-found.
  Result<CancelledMessage> cancel(const MessageId& message);

  // Returns after the durable, verified receipt. Refuses document-blocked when the leak guard does,
  // or asks and has no reason. The same document under the same grant again gives the same result.
  Result<Sent> refer(const Referral& referral, const GrantId& grant,
                     const ReferOptions& options = {});
  // A referral for each child, which nothing that leaves links. Nothing goes before everything may.
  Result<std::vector<Sent>> refer(const Siblings& siblings, const ReferOptions& options = {});
  // Binds a new grant between the same organisations to a referral that is open; its state stays.
  Result<Sent> renew(const ReferralId& referral, const GrantId& grant);
  Result<Sent> reply(const ReferralId& referral, Step step,
                     const std::optional<Update>& update = {}, const ReplyOptions& options = {});
  Result<Sent> provide_info(const ReferralId& referral, const Referral& sections,
                            const ReplyOptions& options = {});

  // The referral of a message that was received or sent; nothing: not known here.
  std::optional<ReferralId> referral_of(const MessageId& message);
  // Messages in the order in which they came. With a wait it starts as start() does.
  Result<std::vector<InboxRow>> inbox(const InboxQuery& query = {});
  // Content, with its trace: every display of a document, also the second one and also of what this
  // organisation wrote itself, is an entry of the access log first. When that cannot be written,
  // nothing is shown. Refuses invalid-input without a person, not-found for one that is not among
  // workers().
  Result<Opened> open(const MessageId& message, CategorySet only, const Actor& actor);
  Result<Opened> open(const MessageId& message, const Actor& actor) {
    return open(message, {}, actor);
  }
  // What this organisation sent, read again. Refuses unknown-message.
  Result<Opened> sent(const MessageId& message, const Actor& actor);
  // For programs that show content in another way. Answers the entry's number.
  Result<std::uint64_t> report_access(const AccessReport& report, const Actor& actor);
  // Oldest first.
  Result<std::vector<AccessRow>> accesses(const AccessQuery& query = {});
  // What others stopped sharing since this was last asked.
  Result<std::vector<StoppedRow>> newly_stopped();
  // Hands every stored message that was not done yet to `handle`, once each; one kept comes again
  // next time.
  Status receive(const std::function<Then(Message&)>& handle, std::chrono::seconds wait = {});

  // Overdue ones first, then by when somebody must act; what has no time, last.
  Result<std::vector<ReferralRow>> referrals(const ReferralQuery& query = {});
  // Refuses unknown-referral.
  Result<ReferralRow> referral(const ReferralId& referral);
  // Referrals of a child of this name, or with a part of it, among what this organisation wrote or
  // opened: newest first, at most 100. The search itself is an entry of the access log.
  Result<std::vector<ReferralRow>> find_by_name(const std::string& name, const Actor& actor);
  Result<std::vector<EventRow>> timeline(const ReferralId& referral);

  // What must be done within so many days: consent anew, the authority register. Needs no network.
  Result<std::vector<DueRow>> due(int days = 30);
  // Somebody looked in the authority register on that day.
  Status authority_checked(const GrantId& grant, const Date& day);
  // The rhythm of talks during a stay, under names of this organisation's own; dates only, and they
  // stay here.
  Status begin_stay(const std::string& stay, const Date& day);
  Status end_stay(const std::string& stay, const Date& day);
  Status talked(const std::string& stay, TalkWith with, const Date& day);
  Result<std::vector<RhythmRow>> rhythm();
  // Destroys what the policy's retention rule says of closed referrals, and signs a note of it.
  // `dry_run`: only counts.
  Result<Retention> run_retention(bool dry_run = false);
  Result<std::vector<std::string>> destruction_notes();

  Result<LogReport> audit_sync();
  // What is stored here: goes on from what was verified before; `full`: from the beginning.
  Result<LogReport> audit_verify(bool full = false);
  Result<std::vector<EventRow>> audit_list(const EventQuery& query = {});
  // What of this house was seen between two times, could have been, and could not. Looking is an
  // entry of the access log first.
  Result<Breach> breach(const BreachQuery& query, const Actor& actor);
  // So many displays of content drawn from a seed, and each that a rule picks out: after closing,
  // under an exception, many in a short time, searched by name, outside one's own work.
  Result<Sample> sample(const SampleQuery& query);
  // A part of the log, of who saw what here, or the register, in a file with a signed manifest. Who
  // took it out is an entry of the access log first.
  Result<HandedOver> audit_export(const ExportQuery& query, const Actor& actor);
  // The register of processing activities, now or as it was at the end of a day.
  Result<ProcessingRegister> processing_register(const std::optional<Date>& on = {});
  // Somebody says in it what no program knows: contact, officer, security, processor, transfers,
  // purpose.SHEET, basis.GROUND. Empty: taken back. What was said before stays.
  Status say_in_register(const std::string& field, const std::string& text, const Actor& actor);
  // What somebody asked under the GDPR, articles 15 to 22: registered, looked at, decided part by
  // part, and answered when a second person has read the letter. Each is an entry of the access log
  // first.
  Result<std::uint64_t> new_request(const SubjectRequestDraft& draft, const Actor& actor);
  Result<std::vector<SubjectRequestRow>> requests();
  Result<SubjectRequest> request(std::uint64_t number, const Actor& actor);
  Status decide_request(std::uint64_t number, const PartDecision& decision, const Actor& actor);
  // Two months longer, once, within the first month (article 12, third paragraph).
  Status extend_request(std::uint64_t number, const std::string& reason, const Actor& actor);
  // Refuses invalid-input when the second reader decided something of it.
  Result<SubjectRequest> answer_request(std::uint64_t number, const std::string& second,
                                        const Pin& pin, const Actor& actor);
  // One referral for a court or a supervisor: HTML that needs nothing else. Refuses not-found.
  Result<std::string> evidence_page(const ReferralId& referral, Language language,
                                    const Actor& actor);
  // A quarter on one page, or another period.
  Result<PeriodReport> period_report(const ReportQuery& query = {});
  // One round of a witness: reads what is new, and cosigns the checkpoint when all of it holds. To
  // be called every few seconds. Refuses unknown-key when the operator does not name this
  // organisation.
  Result<Cosigned> cosign();
  // Who cosigns the log, and how far a quorum has signed.
  Result<LogWitnesses> witnesses();
  // A person compared a witness's key by another way. Refuses not-found when no witness has it.
  Status confirm_witness(const std::string& verifier_key);
  // Why nothing is sent: what the log told this home is not what it signed. Nothing while it holds.
  std::optional<LogVerdict> log_verdict();
  // Two people of this house looked, each with a PIN of their own, and say why it goes on; the
  // evidence stays. Refuses not-found when the log holds.
  Status resolve_log(const LogResolution& resolution, const Pin& first, const Pin& second);
  // A file that proves one event of audit_list(). Refuses not-found for one that is not here, or
  // whose content is gone after its years.
  Result<EventProof> audit_prove(LogIndex index);
  // What went between organisations in a period (the present quarter when none is named), by
  // ground and kind of data. The query's kind, grant, referral, order and pages do not count.
  Result<Flows> flows(const EventQuery& query = {});

 private:
  std::unique_ptr<sdk::Context> context_;
  std::unique_ptr<sdk::Context>
      withdrawing_;  // its own home and connection: a withdrawal waits for no other call
  std::unique_ptr<sdk::Readers> readers_;
  std::unique_ptr<sdk::Verifier> verifying_;
  std::unique_ptr<sdk::Reading> reading_;  // what shows content; its own home
  std::unique_ptr<sdk::Sync> sync_;        // uses context_
};

// What a file of Client::audit_prove() proves, held against the log's verifier key alone: no home
// and no network. Refuses invalid-input for what is no proof, and tampered for one that does not
// hold.
VEERPONT_API Result<ProvenEventRow> check_proof(const std::string& proof,
                                                const std::string& verifier_key);

// What the manifest beside a handed over file says, when both hold under the log's verifier key: no
// home and no network. Refuses invalid-input for what is no manifest, and tampered, with the part
// that does not hold.
VEERPONT_API Result<CheckedManifest> check_manifest(const std::string& manifest,
                                                    const std::string& content,
                                                    const std::string& verifier_key);

// What a file of evidence against a log shows, by the log's verifier key alone: no home and no
// network. Refuses invalid-input for what is no such file, and tampered when something in it is not
// the log's.
VEERPONT_API Result<CheckedEvidence> check_evidence(const std::string& evidence,
                                                    const std::string& verifier_key);

}  // namespace veerpont
