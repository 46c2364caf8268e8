// What a Client does, on one thread at a time: connect, keep keys fresh, flush the outbox, learn
// from the log, and then the call itself. Each engine_*.cc holds one part.
#pragma once

#include <memory>
#include <span>

#include "base/bounded_memo.h"
#include "base/mutex.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/home.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/link/session.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/operations/document_findings.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "rules/clocks.h"
#include "rules/grant_draft.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

// A parsed document, whatever its kind; updates are Referrals with the update field alone.
struct Document {
  v1::Referral referral;
};

struct SiblingDocument {
  v1::SiblingReferrals siblings;
};

// Whether this refusal is final; else nothing was decided, and what was to be sent is kept.
bool is_decided(const Refusal& refusal);
// Whether the broker could not take it now and may take it later.
bool is_held(RefusalCode code);
// Tampering or a broken connection: nothing more is to be done now.
bool ends_the_session(const Refusal& refusal);

// Regulier when nobody said.
Urgency urgency_of(const v1::Referral& document);

class Engine {
 public:
  static constexpr auto kPatience = std::chrono::seconds(10);
  Engine(std::shared_ptr<OpenHome> home, Connect connect)
      : home_(std::move(home)), connect_(std::move(connect)) {}

  OpenHome& home() { return *home_; }
  const Clock& clock() const { return clock_; }
  // Told what somebody must know whatever was asked for: a clock that is wrong, keys that were not
  // published.
  void on_alarm(std::function<void(const std::string&)> tell) { on_alarm_ = std::move(tell); }
  // Calls take turns.
  Mutex& turn() { return turn_; }

  // Connected, keys published, outbox flushed, events synced. The session stays for the next call.
  Result<Session*> ready();
  // The same, and mail fetched; whether anything came.
  Result<bool> pull();
  // How long to wait for a connection and its Welcome, from now on.
  void greet_within(std::chrono::milliseconds patience) { patience_ = patience; }
  // Of the connection, for poll(); to be closed by the caller. -1: none.
  int copy_of_descriptor() const;
  // When this home last read the log to its end; nothing: never.
  std::optional<Time> as_of();
  // Forgets a session after a refusal that says the connection is gone or cannot be trusted.
  void drop_if_broken(RefusalCode code);

  // Verified entries of the directory; stored as partners.
  Result<std::vector<PartnerRecord>> look_up(const v1::LookUp& wanted);
  Result<Partner> partner_row(const PartnerRecord& partner);
  bool serves(const Partner& partner, const std::string& municipality) const;  // today
  // The code of a municipality that somebody named or gave the code of. Refuses invalid-input with
  // names that are like it.
  Result<std::string> municipality_code(const std::string& typed) const;
  Result<Route> route(const Residence& residence);
  // Signed and logged for everyone. Refuses hidden-organisation.
  Result<LogIndex> publish_profile(std::string_view json);
  // What an organisation says of itself; nothing said is the default.
  v1::Profile profile_of(const OrgId& org);
  rules::Calendar calendar_of(const OrgId& org);
  // The partner's newest verified statement; refuses identity-unconfirmed until a person compared
  // the fingerprint.
  Result<crypto::KeyStatement> confirmed_statement(const OrgId& org);

  // What the rules and this organisation's policy say of a draft; needs no network.
  Result<JudgedDraft> judge_draft(std::string_view json);
  Result<Checked> check(std::string_view draft, const v1::Referral* referral);
  // `siblings`: names that belong in another referral.
  Result<Checked> check(const v1::Referral& document, const GrantId& grant,
                        const std::vector<std::string>& siblings = {});
  Result<Checked> check(const v1::Referral& document, const ReferralId& referral);
  Result<RegisteredGrant> register_grant(std::string_view draft, const GrantOptions& options = {});
  Result<std::vector<GrantRow>> grants();
  // Needs no turn: on a home of its own, it waits for nothing else that this program does.
  Result<WithdrawnGrant> withdraw_grant(const GrantId& grant, CategorySet categories);
  std::vector<QueuedRow> outbox();
  Result<CancelledMessage> cancel(const MessageId& message);
  Status add_worker(const std::string& name, const crypto::Pin& pin);
  Status change_pin(const std::string& name, const crypto::Pin& old, const crypto::Pin& fresh);
  Status remove_worker(const std::string& name);
  std::vector<WorkerRow> workers();
  Status countersign(const GrantId& grant, const std::string& worker, const crypto::Pin& pin);
  Result<std::vector<ExceptionRow>> exceptions(bool all);
  Result<LogIndex> review(const GrantId& grant, const ReviewNote& note);
  // `siblings`: names that belong in another referral.
  Result<Sent> refer(const v1::Referral& document, const GrantId& grant,
                     const ReferOptions& options = {},
                     const std::vector<std::string>& siblings = {});
  Result<Sent> reply(const ReferralId& referral, Step step, const v1::Referral& document,
                     const ReplyOptions& options = {});

  Result<Checked> check(const v1::SiblingReferrals& document);
  Result<std::vector<Sent>> refer_siblings(const v1::SiblingReferrals& document,
                                           const ReferOptions& options);
  Result<Sent> renew(const ReferralId& referral, const GrantId& grant);

  Result<std::vector<InboxRow>> inbox(bool all, std::chrono::seconds wait);
  // What was fetched before.
  std::vector<InboxRow> stored_inbox(const InboxQuery& query);
  // With the age band and how urgent it is when somebody may look: one entry of the access log.
  Result<std::vector<ReferralRow>> referrals(const ReferralQuery& query);
  // Refuses unknown-referral.
  Result<std::vector<EventRow>> timeline(const ReferralId& referral);
  // Whether open() would need no broker.
  bool is_here(const MessageId& message, CategorySet only);
  Result<Opened> open(const MessageId& message, CategorySet only, const Actor& actor);
  // What this organisation sent.
  Result<Opened> sent(const MessageId& message, const Actor& actor);
  std::vector<StoppedRow> newly_stopped();
  // What stopped under a grant, by whomever: one entry when it is the whole, else one a day, oldest
  // first.
  std::vector<Stop> stopped(const GrantId& grant);
  // The day, for a refusal.
  std::string since(const GrantId& grant, CategorySet categories);
  Status mark_done(const MessageId& message);
  InboxRow row_of(const InboxRecord& record);

  // Grants whose end, birthday or authority check falls within so many days; late ones too.
  Result<std::vector<DueRow>> due(int ahead);
  Status authority_checked(const GrantId& grant, const Date& day);
  Status begin_stay(const std::string& label, const Date& day);
  Status end_stay(const std::string& label, const Date& day);
  Status talked(const std::string& label, TalkWith with, const Date& day);
  Result<std::vector<RhythmRow>> rhythm();
  Result<Retention> run_retention(bool dry_run);
  Result<std::vector<std::string>> destruction_notes();

  std::vector<Check> doctor();
  // docs in veerpont.h.
  Result<Identity> replace_keys(const crypto::Unlock& unlock, bool identity);

 private:
  struct Verified;  // a delivery that proved itself
  struct Sibling {
    GrantId grant;
    v1::Referral document;
    std::string external_id;
    std::vector<std::string> names_beside;  // of the other children
  };
  Result<std::vector<Sibling>> siblings_in(const v1::SiblingReferrals& document);
  std::optional<StayRecord> stay_called(const std::string& label);
  static v1::Referral as_sent(const v1::Referral& document, const std::string& external_id);
  Status pass_record(const v1::GrantRecord& record, const std::string& base,
                     const GuardContext& context);
  Status seal_again(Session& session);
  Status seal_one_again(Session& session, const OutboxRow& old);
  std::size_t unread_before(Time before);
  Status publish_keys(Session& session);
  struct FreshKeys {
    std::optional<std::string> signing = {};  // public
    std::optional<Hash> tls = {};
    bool compromised = false;
  };
  Result<FreshKeys> fresh_keys(OwnKeys& own, const crypto::KeyStatement& previous, Time now);
  v1::SignedKeyStatement next_statement(const crypto::KeyStatement& previous,
                                        const EpochKeys* epochs, const OwnKeys& own,
                                        const FreshKeys& fresh, Time now);
  Status settle_keys();
  Check lasting_keys();  // for doctor: 60 days before the first of them ends it warns, 14 days
                         // before it fails
  // Refuses clock-skew, and says by how much: then nothing that lasts is made by this machine's
  // clock.
  Status confirmed_clock(const Session& session) const;
  void alarm(std::string text);
  Status publish_statement(Session& session, const v1::SignedKeyStatement& statement);
  Status renew_certificate(Session& session);
  bool certificate_has_ended(const Session& session) const;
  Status pass_on_withdrawals();
  Status pass_on(Session& session, const WithdrawalRow& withdrawal);
  WithdrawalRow sign_withdrawal(const GrantId& grant, CategorySet categories,
                                const OperationId& operation) const;
  std::vector<CategoryFate> fates(const GrantId& grant, CategorySet categories);
  // The event after which nothing of these categories can be opened under the grant, among those
  // that this home has read.
  std::optional<LogIndex> end_in_log(const GrantId& grant, CategorySet categories);
  Status settle_if_over(Session& session, const WithdrawalRow& withdrawal, const Refusal& said);
  Status flush_outbox(Session& session);
  std::optional<RefusalCode> not_any_more(const OutboxRow& row);
  static std::optional<crypto::Header> header_of(const OutboxRow& waiting);
  // A message that was written while the broker was away.
  struct Unsealed {
    MessageId id;
    ReferralId referral;
    GrantId grant;
    OrgId to;
    Step step;
    std::optional<Time> respond_by = {};
    std::optional<ReferralId> linked = {};
    Time until = {};  // the end of its grant
  };
  static bool is_unsealed(const OutboxRow& row);
  static CategorySet categories_in(const OutboxRow& waiting);
  // Answers queued.
  Refusal keep_unsealed(const Unsealed& message, const v1::Referral& travels, const Hash& written,
                        const AboutChild& about);
  Refusal still_waits(const Session& session, const OutboxRow& row, WhenUnreachable when);
  Result<OutboxRow> seal_waiting(const OutboxRow& row);
  Result<std::optional<Time>> waiting_respond_by(const OutboxRow& row, const v1::Referral& document,
                                                 const rules::GrantScope& scope,
                                                 std::optional<Time> named, Time now);
  Status send_waiting();
  Result<ReferralState> next_state(const ReferralRecord& referral, Step step,
                                   const rules::GrantScope& grant, const v1::Referral& document,
                                   const ReplyOptions& options) const;
  std::optional<Time> answer_by(const ReferralRecord& referral, ReferralState next, Step step,
                                const v1::Update& update, Time now);
  Result<Sent> refer_again(const Result<Session*>& session, const OutboxRow& sent,
                           const Hash& document_sha256, WhenUnreachable when);
  Result<OutboxRow> seal_referral(const v1::Referral& whole, const GrantRecordRow& row,
                                  const crypto::Grant& grant, const ReferOptions& options,
                                  const std::vector<std::string>& siblings, Time now);
  Result<Sent> hold_refer(const v1::Referral& whole, const OrgId& to, const GrantId& grant,
                          Time until, const ReferOptions& options,
                          const std::vector<std::string>& siblings);
  Result<Sent> hold_reply(const ReferralId& id, Step step, const v1::Referral& document,
                          const ReplyOptions& options, const Refusal& why);
  // A message that is not sent any more; where it was to replace another one, that one is what
  // counts.
  void give_up(const OutboxRow& row, OutboxRow::State state);
  void settle_perhaps();
  Status flush_grant(Session& session, const GrantRecordRow& row);
  GrantRecordRow sign_grant(const v1::GrantDraft& draft, const GrantId& id);
  Result<std::optional<RegisteredGrant>> registered_before(const GrantId& id,
                                                           const Hash& draft_sha256);
  Hash document_hash(const v1::Referral& document) const;
  struct Listing {
    std::vector<crypto::KeyStatement>
        statements;  // verified, each of an organisation that the log has
    std::map<std::string, std::string>
        access_points;  // telephone by municipality, the operator's word
  };
  Result<Listing> ask_directory(const v1::LookUp& wanted);
  std::vector<PartnerRecord> partners_in(const Listing& listing);
  Status agrees_with_log(const v1::DirectoryEntry& entry);
  Result<crypto::KeyStatement> verified_entry(const v1::DirectoryEntry& entry, Session& session);
  Result<Sent> send(Session& session, const OutboxRow& row);
  // For the person who waits for the answer: what is final is told here and not kept, what is not
  // is called so.
  Result<Sent> send_now(Session& session, const OutboxRow& row, WhenUnreachable when);
  Refusal not_sent(const Refusal& why, const OutboxRow& row, WhenUnreachable when, bool unanswered);
  v1::Referral known_of(const ReferralRecord& referral);
  bool was_called_secret(const ReferralRecord& referral);
  Recipient recipient(const OrgId& org);
  std::vector<Finding> document_findings(const v1::Referral& written, const OrgId& to,
                                         const v1::GrantRecord& record,
                                         const std::string& birth_date, const LeakGuard& leaks,
                                         const GuardContext& context);
  Status pass(const Result<Checked>& said, const MessageId& message, const Reasons& reasons);
  AboutChild about_child(const v1::Referral& document, const OrgId& to) const;
  std::vector<Finding> referred_before(const v1::Referral& document, const OrgId& to,
                                       const std::optional<GrantId>& but);
  Status review_logged(Session& session, const ExceptionRecord& record);
  OrgId next_actor(const ReferralRecord& referral, ReferralState state) const;
  // Withdraws what a referral shares under this grant, but for what its last message says.
  Status stop_sharing(const rules::GrantScope& grant, const GrantId& id, CategorySet said_last);
  // And under every grant that it ever had.
  Status stop_all_sharing(const ReferralId& referral, CategorySet said_last);
  // What a step stops of our own sharing, kept before the step itself goes.
  Status stop_by(const ReferralRecord& referral, Step step, CategorySet said,
                 const ReplyOptions& options);
  Result<rules::GrantScope> current_grant(Session& session, const ReferralRecord& referral);
  // `written`: the document's hash before anything was taken out.
  Result<OutboxRow> seal(const crypto::Draft& draft, std::vector<SectionDocument> sections,
                         const v1::Referral& document, const Hash& written);
  Result<Verified> verify_delivery(const v1::Delivery& delivery, Session& session);
  Status verify_against_log(const Verified& verified, const KeyBook& keys);
  Status store_mail(Session& session, const std::vector<Verified>& mail);
  Status store_delivery(const Verified& verified);
  Status acknowledge(Session& session);
  Status acknowledge(Session& session, const OrgId& sender, std::span<const MessageId> messages);
  Status verify_settled(Session& session, const v1::ProvenEvent& proven,
                        std::span<const MessageId> messages, const std::string& body);
  Status fetch_mail(Session& session, bool& leased_elsewhere);
  Status release_sections(const InboxRecord& record, const crypto::Header& header,
                          const v1::Envelope& envelope, CategorySet wanted);
  Status open_sections(const InboxRecord& record, const crypto::Header& header,
                       const v1::Envelope& envelope, CategorySet categories,
                       const v1::Released& released);
  Status check_record(const InboxRecord& record, std::string_view plaintext,
                      v1::Referral& as_document);
  Status reject(const MessageId& message, RefusalCode code);
  // Records the access, and then answers what is here.
  Result<Opened> show_received(const InboxRecord& record, CategorySet wanted, CategorySet withdrawn,
                               const Actor& actor);
  // Of the release under which a message was opened; empty: none.
  std::string released_by(const MessageId& message);
  ReferralRow referral_row(const ReferralRecord& record);
  void add_partner(ReferralRow& row);
  void add_grant(ReferralRow& row);
  void add_own_number(ReferralRow& row);
  // What a row says of the organisation that it names.
  template <class Row>
  void name_partner(Row& row, const OrgId& org) {
    const auto known = home_->dossier->directory.find(org);
    if (!known) return;
    row.title = known->title;
    row.suspended = known->suspended;
  }
  void add_content(ReferralRow& row);
  // Tells the federation's log, once a day, how far the access log has come.
  Status anchor_accesses(Session& session);
  AccessAnchor sign_anchor(const AccessHead& at, const Date& today) const;
  void check_logs(std::vector<Check>& checks);
  // Warns when the newest entries were anchored by nobody for a week.
  std::optional<Check> anchored_accesses(const AccessLogReport& accesses);
  Result<Opened> opened_from_dossier(const InboxRecord& record, CategorySet wanted,
                                     CategorySet withdrawn);

  std::shared_ptr<OpenHome> home_;
  Connect connect_;
  SystemClock clock_;
  Mutex turn_;
  std::chrono::milliseconds patience_ = kPatience;
  std::unique_ptr<Session> session_;
  std::chrono::steady_clock::time_point maintained_;
  std::function<void(const std::string&)> on_alarm_;
  bool look_for_unread_ = false;
  bool sends_waiting_ = false;
  // What rows say of a grant and of a document that was sent.
  static constexpr std::size_t kMostRemembered = 10'000;
  struct GrantTerms {
    std::string kind, ground;
    CategorySet categories;
  };
  BoundedMemo<GrantId, GrantTerms> terms_{kMostRemembered};
  BoundedMemo<ReferralId, crypto::SecretBytes> own_numbers_{kMostRemembered};
};

}  // namespace veerpont::sdk
