// What an organisation keeps: partners, grants, messages sent and received, its own events and its pinned log. One
// SQLite file; every column that can hold personal data is encrypted under the storage key. Two commands may run at
// once: writes are short immediate transactions, never across the network.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "crypto/objects.h"
#include "crypto/secret.h"
#include "schemas/codes.h"
#include "schemas/ids.h"
#include "schemas/result.h"
#include "schemas/time.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

using crypto::Hash;

// What the log says of an organisation: the operator's introduction, and its own words.
struct OrganisationRecord {
  OrgId org;
  std::string title;
  OrgKind kind;
  std::vector<std::string> serves;  // schemas/rules/service_area.h
  bool hidden = false;
  std::string profile = {};  // a serialised Profile; empty: it published none
  bool suspended = false;
};

// Whom we know, and by which fingerprint.
struct PartnerRecord {
  OrgId org;
  std::string fingerprint;  // of the newest verified statement
  std::string confirmed;    // the fingerprint a person confirmed; empty: none
  std::string former = {};  // fingerprints that a person confirmed before, each followed by a space
  bool is_confirmed() const { return !confirmed.empty() && confirmed == fingerprint; }
  // Whether a person ever confirmed this identity: for messages that it signed while it was in use.
  bool was_confirmed(const std::string& identity) const {
    return !identity.empty() && (confirmed == identity || former.find(identity + " ") != std::string::npos);
  }
};

struct GrantRecordRow {
  GrantId id;
  std::string body;  // signed bytes of the Grant
  std::string signature;
  crypto::SecretBytes record_section;  // a serialised GrantRecordSection; empty at the recipient
  std::optional<ReferralId> referral;
  bool withdrawn = false;
  CategorySet withdrawn_categories;
  bool ended = false;
  bool pending = false;                               // registered with the broker, answer not seen yet
  crypto::SecretBytes notes = crypto::SecretBytes();  // a serialised GrantNotes; empty at the recipient

  // The grant that `body` is, as this home knows it now.
  rules::GrantScope scope(const crypto::Grant& grant) const {
    rules::GrantScope scope = grant.scope;
    scope.withdrawn = withdrawn;
    scope.withdrawn_categories = withdrawn_categories;
    return scope;
  }
};

// Which child a referral is about and to whom it went: keyed hashes, erased with the document. Empty: not known.
struct AboutChild {
  std::string child;       // names and birth date
  std::string own_number;  // the referrer's own number for it
};

struct OutboxRow {
  // refused: by the broker, later than the person who sent it looked; replaced: sealed again under another id; dropped: told on the
  // spot, cancelled, or withdrawn; perhaps: it left, nobody answered, and it is not sent again.
  enum class State { pending = 1, done = 2, refused = 3, replaced = 4, dropped = 5, perhaps = 6 };
  MessageId message;
  ReferralId referral;
  GrantId grant;
  Step step;
  Hash document_sha256;
  crypto::SecretBytes submit;  // the exact Submit, with shares; emptied when the recipient has it or may not have it any more
  crypto::SecretBytes document;
  State state = State::pending;
  std::optional<LogIndex> index;
  Time expires{};         // of the message
  bool opened = false;    // the recipient asked for a section of it
  bool has_left = false;  // bytes of it went out, and nobody answered
  Time created = {};
  AboutChild about = {};  // of a first message
};

// A withdrawal of ours: in effect here from the moment that it is stored.
struct WithdrawalRow {
  enum class State { waiting = 1, passed_on = 2 };
  OperationId operation;
  GrantId grant;
  CategorySet categories;  // empty: the whole grant
  std::string body;        // signed bytes of the Withdrawal
  std::string signature;
  State state = State::waiting;
  std::optional<LogIndex> index = {};  // of its event; passed on without one: the grant had ended already
};

struct InboxRecord {
  enum class State { stored = 1, replaced = 2, opened = 3, done = 4, rejected = 5 };  // replaced: the sender sealed it again, nobody had opened it
  MessageId message;
  ReferralId referral;
  GrantId grant;
  OrgId sender;
  Step step;
  Time created;
  Time expires;
  CategorySet categories;
  std::string envelope;  // a serialised Envelope
  State state = State::stored;
  std::string fingerprint;  // of the identity whose keys signed it
  std::optional<MessageId> replaces = {};
};

struct ReferralRecord {
  ReferralId id;
  OrgId with;
  bool referrer;  // whether we are
  GrantId grant;
  ReferralState state;
  std::optional<Time> respond_by;
  std::optional<ReferralId> linked = {};  // the one that this was started because of; nobody else knows
  std::optional<Time> closed = {};
  std::optional<Time> access_by = {};  // somebody asked to see a file: by when the referrer answers
};

// A family's stay in the shelter, for the rhythm of talks; no referral is needed for it.
struct StayRecord {
  std::string id;  // 16 random bytes
  crypto::SecretBytes label;
  Date began;
  std::optional<Date> ended = {};
  std::optional<Date> parents = {}, child = {};  // the last talk with them
};

// What one run of the retention rule destroys, all of it or nothing.
struct Retired {
  std::vector<std::pair<MessageId, Category>> sections;              // received
  std::vector<MessageId> envelopes;                                  // received: nothing is left to open
  std::vector<std::pair<MessageId, crypto::SecretBytes>> documents;  // sent: what is left of each; empty: nothing
  std::vector<GrantId> records;
  std::string note, signature;
};

struct StoredEvent {
  LogIndex index;
  std::string proven;      // a serialised ProvenEvent
  std::string checkpoint;  // the signed note that its inclusion proof is against
};

struct ReleaseRecord {
  std::string body;
  std::string signature;
};

class Dossier {
 public:
  virtual ~Dossier() = default;

  // The newest checkpoint verified (a signed note). advance() writes `to` only while `from` is still the pinned one.
  virtual std::string pinned() = 0;
  virtual bool advance(const std::string& from, const std::string& to) = 0;
  virtual std::string meta(const std::string& key) = 0;
  virtual void set_meta(const std::string& key, const std::string& value) = 0;

  virtual void put_organisation(const OrganisationRecord& organisation) = 0;                 // keeps the profile
  virtual void put_profile(const OrgId& org, const std::string& profile, Time created) = 0;  // does nothing unless it is newer
  virtual void suspend_organisation(const OrgId& org, bool suspended) = 0;
  virtual std::vector<OrgId> organisations() = 0;
  virtual std::optional<OrganisationRecord> organisation(const OrgId& org) = 0;

  virtual void put_partner(const PartnerRecord& partner) = 0;  // keeps what was confirmed
  virtual void confirm_partner(const OrgId& org, const std::string& fingerprint) = 0;
  virtual std::optional<PartnerRecord> partner(const OrgId& org) = 0;

  virtual void put_grant(const GrantRecordRow& grant) = 0;  // does nothing when it is there
  virtual std::optional<GrantRecordRow> grant(const GrantId& id) = 0;
  virtual std::vector<GrantId> grants() = 0;
  virtual void settle_grant(const GrantId& id, bool registered) = 0;  // no longer pending; forgotten when it was refused
  virtual void bind_grant(const GrantId& id, const ReferralId& referral) = 0;
  virtual void end_grant(const GrantId& id, bool withdrawn, CategorySet categories, bool ended, Time when) = 0;
  // When sharing under a grant stopped: one entry when it is the whole, else one for each day, oldest first.
  virtual std::vector<Stop> stops(const GrantId& grant) = 0;
  // Those since this was last asked.
  virtual std::vector<std::pair<GrantId, Stop>> take_untold_stops() = 0;
  // Of a dossier that was brought over: the day of one of them as the events say it (category 0: the whole), and what no event dates.
  virtual void set_stop_day(const GrantId& grant, int category, Time when) = 0;
  virtual void forget_undated_stops() = 0;
  // One change: the withdrawal, the grant's end here, and these messages under it that still waited.
  virtual void put_withdrawal(const WithdrawalRow& withdrawal, const std::vector<MessageId>& dropped, Time when) = 0;
  virtual std::vector<WithdrawalRow> waiting_withdrawals() = 0;
  virtual std::optional<WithdrawalRow> withdrawal(const GrantId& grant, CategorySet categories) = 0;
  virtual void settle_withdrawal(const OperationId& operation, std::optional<LogIndex> index) = 0;
  virtual void replace_withdrawal(const OperationId& old, const WithdrawalRow& fresh) = 0;  // signed anew
  virtual void set_notes(const GrantId& id, const crypto::SecretBytes& notes) = 0;

  // False when another command was faster: one referral per grant, one pending reply per step and document.
  virtual bool put_outbox(const OutboxRow& row) = 0;
  virtual std::vector<OutboxRow> pending() = 0;
  virtual std::optional<OutboxRow> sent_refer(const GrantId& grant) = 0;
  virtual std::optional<OutboxRow> pending_reply(const ReferralId& referral, Step step, const Hash& document_sha256) = 0;
  // What the first message of a referral of ours said.
  virtual std::optional<crypto::SecretBytes> refer_document(const ReferralId& referral) = 0;
  virtual void mark_opened(const MessageId& message) = 0;
  // Sent, not opened, with content, and ending in (now, before].
  // Of open referrals also when it is too late; of closed ones what can still be read.
  virtual std::vector<OutboxRow> unread_until(Time before, Time now) = 0;
  // `fresh` in the place of a message that nobody opened; false when another command was faster.
  virtual bool replace_outbox(const MessageId& old, const OutboxRow& fresh) = 0;
  // Whether something of this referral was sealed again, by either side.
  virtual bool sealed_again(const ReferralId& referral) = 0;
  virtual std::vector<OutboxRow> sent_in(const ReferralId& referral) = 0;
  virtual std::vector<OutboxRow> refused_alone() = 0;  // first messages that began no referral
  // Whether the same child, or the same own number, was referred under another grant than `but`.
  virtual bool referred_since(const AboutChild& about, Time since, const std::optional<GrantId>& but) = 0;
  // Why a message went although a finding asked, by the finding's pointer.
  virtual void put_reason(const MessageId& message, const std::string& pointer, const std::string& reason) = 0;
  virtual std::size_t refused_count() = 0;
  virtual std::vector<GrantRecordRow> pending_grants() = 0;
  virtual std::optional<OutboxRow> outbox_row(const MessageId& message) = 0;
  // What was sent stays so: nothing but done follows done. Where a message that was to replace another one goes no more, that one counts again.
  virtual void settle(const MessageId& message, OutboxRow::State state, std::optional<LogIndex> index) = 0;
  // Counted before its bytes leave, and back when the answer says that nothing was stored; commands at once count each. False when
  // it waits no more: then nothing may leave.
  virtual bool mark_left(const MessageId& message, bool left) = 0;
  // A message that never left is dropped; false when it had left, or waits no more.
  virtual bool drop_unsent(const MessageId& message) = 0;
  // What waited unsealed, sealed now; false when it waits no more, or another command sealed it.
  virtual bool put_sealed(const OutboxRow& sealed) = 0;
  virtual std::vector<OutboxRow> perhaps_sent() = 0;
  virtual void forget_submit(const MessageId& message) = 0;
  virtual void forget_submits(const GrantId& grant) = 0;

  // False when the message is known already.
  virtual bool put_inbox(const InboxRecord& record) = 0;
  virtual std::optional<InboxRecord> inbox(const MessageId& message) = 0;
  virtual std::vector<InboxRecord> inbox_in(std::initializer_list<InboxRecord::State> states) = 0;
  virtual void set_inbox_state(const MessageId& message, InboxRecord::State state) = 0;
  // Stored and not acknowledged to the broker yet, whatever a person did with it since.
  virtual std::vector<InboxRecord> unacknowledged() = 0;
  virtual void acknowledged(const MessageId& message) = 0;
  // Sections opened before, each a serialised Referral with one category. Those of one release are kept together or not at
  // all, so that a release cut short is given again as it was.
  virtual void put_sections(const MessageId& message, const std::vector<std::pair<Category, std::string>>& plaintexts) = 0;
  virtual std::optional<crypto::SecretBytes> section(const MessageId& message, Category category) = 0;

  // The Release for these categories: the stored one, or `fresh` after storing it.
  virtual ReleaseRecord release(const MessageId& message, CategorySet categories, const std::function<ReleaseRecord()>& fresh) = 0;
  virtual void forget_release(const MessageId& message, CategorySet categories) = 0;
  virtual void log_access(const std::string& operation, const std::string& worker, Time when) = 0;

  virtual void put_referral(const ReferralRecord& record) = 0;
  virtual void set_referral_state(const ReferralId& id, ReferralState state, Time when) = 0;
  virtual void set_referral_grant(const ReferralId& id, const GrantId& grant) = 0;
  virtual void set_respond_by(const ReferralId& id, Time respond_by) = 0;
  virtual void set_access_by(const ReferralId& id, std::optional<Time> access_by) = 0;
  virtual std::optional<ReferralRecord> referral(const ReferralId& id) = 0;
  virtual std::vector<ReferralRecord> referrals() = 0;
  // Brothers and sisters, which nobody else can tell; `family`: 32 bytes.
  virtual void put_sibling(const ReferralId& referral, const Hash& family) = 0;
  virtual std::optional<Hash> family_of(const ReferralId& referral) = 0;
  virtual std::vector<ReferralId> siblings_of(const ReferralId& referral) = 0;

  virtual void put_stay(const StayRecord& stay) = 0;
  virtual std::vector<StayRecord> stays() = 0;
  virtual void end_stay(const std::string& id, const Date& day) = 0;
  virtual void put_talk(const std::string& id, TalkWith with, const Date& day) = 0;
  virtual void retire(const Retired& what) = 0;
  virtual std::vector<std::pair<std::string, std::string>> destruction_notes() = 0;  // each with its signature

  // Events in order; `cursor` is the index to fetch from next. `learn` runs in the same transaction, so that an older
  // page never overwrites what a newer one taught. False when another command was faster: nothing happened.
  virtual Result<bool> append_events(const std::vector<StoredEvent>& events, LogIndex cursor, LogIndex next_cursor, const std::function<Status()>& learn) = 0;
  virtual LogIndex events_cursor() = 0;
  virtual std::vector<StoredEvent> events() = 0;
  // Leaf hashes that receipts and deliveries proved: verify() demands each among the synced events.
  virtual void put_receipt(LogIndex index, const Hash& leaf) = 0;
  virtual std::vector<std::pair<LogIndex, Hash>> receipts() = 0;
};

// The number of the tables' form; those before, from the oldest on, are brought over when it is opened. Form 1 is not: it came before the statements that
// list TLS keys, and its log does not verify any more.
inline constexpr int kDossierForm = 4;
inline constexpr int kOldestDossierForm = 2;
// Of the file at this path; nothing when there is none. Throws on a broken file.
std::optional<int> dossier_form(const std::string& path);

// Opens or creates. Throws on a broken file or disk, and on another form.
std::unique_ptr<Dossier> open_dossier(const std::string& path, const crypto::Key32& storage_key);

}  // namespace veerpont::sdk
