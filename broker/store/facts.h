// What the gate decides on: plain facts, loaded for a batch, and the changes that a decision makes
// to them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "audit/event.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/key_statement.h"
#include "crypto/objects/signed_objects.h"

namespace veerpont::broker {

using crypto::Hash;

struct KeyFact {
  Hash id;
  crypto::KeyType type;
  std::string public_key;
  Time from{};
  Time until{};
  std::uint32_t epoch = 0;  // of an epoch key
  // retired: a newer statement left it out; it signs withdrawals and acknowledgements only.
  // compromised: it signs nothing.
  enum class Standing { active = 0, retired = 1, compromised = 2 } standing = Standing::active;
};

struct Participant {
  OrgId org;
  std::string title;
  OrgKind kind;
  std::vector<std::string> serves;
  bool enrolled = false;
  bool suspended = false;
  std::vector<Hash> tls_keys{};  // SHA-256 of the public keys that its certificate may carry: those
                                 // of its newest statement
  std::optional<LogIndex> statement_index{};
  std::uint64_t statement_sequence = 0;
  Hash statement_sha256{};
  std::string identity_key{};
  std::map<Hash, KeyFact> keys{};  // every signing key it ever published, and the epoch keys that a
                                   // message may still be sealed to
  bool hidden = false;             // an alias: nothing about it is published
  Time statements_until{};         // how far its allowance of key statements is used up

  const KeyFact* key(const Hash& id, crypto::KeyType type) const;
};

struct GrantFact {
  crypto::Grant grant;
  Hash sha256;  // of its signed bytes
  LogIndex index;
  std::optional<ReferralId> referral;  // bound by its first message
  bool withdrawn = false;
  bool ended = false;  // swept: its keys are destroyed
  CategorySet withdrawn_categories;
  CategorySet keys_present;  // what the vault still holds; a missing key counts as withdrawn

  // The grant as the rules see it now.
  rules::GrantScope scope() const;
};

struct ReferralFact {
  ReferralId id;
  OrgId referrer;
  OrgId provider;
  GrantId grant;
  ReferralState state;
  Time respond_by{};
  Time refer_until{};    // while a first message waits: the latest end of those
  bool overdue = false;  // respond_by passed, and both sides were told
  Time access_by{};      // somebody asked to see a file: by when the referrer answers
  bool access_overdue = false;
  friend bool operator==(const ReferralFact&, const ReferralFact&) = default;
};

struct MessageFact {
  MessageId id;
  Hash header_sha256;
  LogIndex index;
  OrgId sender;
  OrgId recipient;
  GrantId grant;
  ReferralId referral;
  Step step;
  Time expires;
  CategorySet categories;
  std::size_t bytes = 0;
  enum class Status { stored = 1, received = 2, expired = 3 } status = Status::stored;
  bool rejected = false;
  CategorySet ciphertexts = {};  // those that are still here; all of them while it is stored
  CategorySet released = {};     // the recipient asked for these
  std::optional<LogIndex> settled =
      {};  // the event since which it waits no more: received, rejected or expired
};

struct ShareFact {
  MessageId message;
  Category category;
  GrantId grant;
  std::string wrapped;  // under the vault's key of (grant, category)
};

struct OperationFact {
  OrgId org;
  OperationId operation;
  Hash object_sha256;
  LogIndex index;
};

struct Invitation {
  Hash token_sha256;
  OrgId org;
  Time expires;
  std::string answer_statement_sha256;  // of the statement that used it; empty while unused
  std::string certificate;              // DER, once used
};

struct Backlog {
  std::size_t messages = 0;
  std::size_t bytes = 0;
};

struct Facts {
  std::map<OrgId, Participant> participants;
  std::map<GrantId, GrantFact> grants;
  std::map<ReferralId, ReferralFact> referrals;
  std::map<MessageId, MessageFact> messages;
  std::map<std::pair<MessageId, Category>, ShareFact> shares;  // live ones
  std::map<std::pair<OrgId, OperationId>, OperationFact> operations;
  std::map<Hash, Invitation> invitations;
  std::map<std::pair<OrgId, OrgId>, Backlog> backlog;  // undelivered, by sender and recipient
  std::map<OrgId, std::size_t> undelivered_bytes;      // of a sender, to everyone
  std::map<OrgId, audit::ChainHead> chains;
  std::map<audit::OrgPair, audit::ChainHead> pairs;  // those of events that were placed
  std::map<OrgId, std::string> leases;  // the session that receives for an organisation
  std::map<Hash, OrgId> key_owners;     // of key ids asked about
  std::set<Hash> withdrawal_hashes;     // known ones among those asked about
};

// What a decision needs to know. The store answers all questions of a batch in one round trip, and
// follows links itself: a message brings its grant and referral, a grant its referral, a referral
// its grant.
struct AskOrg {
  OrgId org;
};
struct AskGrant {
  GrantId grant;
};
struct AskGrantShares {
  GrantId grant;
};
struct AskReferral {
  ReferralId referral;
};
struct AskMessage {
  MessageId message;
};  // with its live shares
// Every grant that was ever bound to it, with their live shares and the messages of those.
struct AskReferralShares {
  ReferralId referral;
};
struct AskOperation {
  OrgId org;
  OperationId operation;
};
struct AskBacklog {
  OrgId sender;
  OrgId recipient;
};
struct AskInvitation {
  Hash token_sha256;
};
struct AskKeyOwner {
  Hash key_id;
};
struct AskWithdrawalHash {
  Hash hash;
};
struct AskLease {
  OrgId org;
};
using Question =
    std::variant<AskOrg, AskGrant, AskGrantShares, AskReferral, AskReferralShares, AskMessage,
                 AskOperation, AskBacklog, AskInvitation, AskKeyOwner, AskWithdrawalHash, AskLease>;

// What a decision changes. Log indices that a change needs are those of the decision's own events:
// `at` counts from the decision's first event and is resolved when the event has its place.
struct PutParticipant {
  Participant participant;
};
// The operator introduces it in other words.
struct Describe {
  OrgId org;
  std::string title;
  std::vector<std::string> serves;
};
struct Enrol {
  OrgId org;
};
struct SetSuspended {
  OrgId org;
  bool suspended;
};
struct PutStatement {
  crypto::KeyStatement statement;
  LogIndex index;
  Time now;
};
struct PutInvitation {
  Invitation invitation;
};
struct PutGrant {
  GrantFact grant;
};
struct BindGrant {
  GrantId grant;
  ReferralId referral;
};
struct WithdrawGrant {
  GrantId grant;
  CategorySet categories;
  bool whole;
};
struct EndGrant {
  GrantId grant;
};
struct Tombstone {
  GrantId grant;
  CategorySet categories;
  LogIndex index;
};
// A new referral, or the whole of a known one as it is from now on.
struct PutReferral {
  ReferralFact referral;
};
struct PutMessage {
  MessageFact message;
  std::shared_ptr<const v1::Envelope> envelope;
};
// Puts back what was lost of a stored message.
struct RestoreMessage {
  MessageId message;
  std::shared_ptr<const v1::Envelope> envelope;
};
struct SetMessageStatus {
  MessageId message;
  MessageFact::Status status;
  LogIndex settled{};
};  // drops the ciphertexts
struct MarkReleased {
  MessageId message;
  CategorySet categories;
};
// Business that is over for so long that nothing of it is kept: bodies and salts of events, and the
// rows that rest on them.
struct Erase {
  std::vector<LogIndex> events;
  std::set<ReferralId> referrals;
  std::set<GrantId> grants;
  std::set<MessageId> messages;
};
struct MarkRejected {
  MessageId message;
};
struct PutShare {
  ShareFact share;
};
struct DestroyShares {
  std::vector<std::pair<MessageId, Category>> shares;
};
struct PutOperation {
  OperationFact operation;
};
struct PutLease {
  OrgId org;
  std::string session;
};  // empty: given up
using Change = std::variant<PutParticipant, Describe, Enrol, SetSuspended, PutStatement,
                            PutInvitation, PutGrant, BindGrant, WithdrawGrant, EndGrant, Tombstone,
                            PutReferral, PutMessage, RestoreMessage, SetMessageStatus, MarkReleased,
                            Erase, MarkRejected, PutShare, DestroyShares, PutOperation, PutLease>;

// Which epoch keys of a statement's organisation are kept: one an epoch, as long as a message may
// still be sealed to it.
bool is_kept(const KeyFact& key, const crypto::KeyStatement& statement, Time now);
// How far the allowance of statements is used up after one more now; nothing when there is none
// left.
std::optional<Time> statements_after(Time until, Time now);

// The facts after the change, so that the next request of the same batch sees it. Pure.
void apply(Facts& facts, const Change& change);

}  // namespace veerpont::broker
