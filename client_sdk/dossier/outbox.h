// Messages of this organisation, from the moment that a person said "send": what waits, what went,
// what was refused.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

// Which child a referral is about and to whom it went: keyed hashes, erased with the document.
// Empty: not known.
struct AboutChild {
  std::string child;       // names and birth date
  std::string own_number;  // the referrer's own number for it
};

struct OutboxRow {
  // refused: by the broker, later than the person who sent it looked; replaced: sealed again under
  // another id; dropped: told on the spot, cancelled, or withdrawn; perhaps: it left, nobody
  // answered, and it is not sent again.
  enum class State { pending = 1, done = 2, refused = 3, replaced = 4, dropped = 5, perhaps = 6 };
  MessageId message;
  ReferralId referral;
  GrantId grant;
  Step step;
  Hash document_sha256;
  crypto::SecretBytes submit;  // the exact Submit, with shares; emptied when the recipient has it
                               // or may not have it any more
  crypto::SecretBytes document;
  State state = State::pending;
  std::optional<LogIndex> index;
  Time expires{};         // of the message
  bool opened = false;    // the recipient asked for a section of it
  bool has_left = false;  // bytes of it went out, and nobody answered
  Time created = {};
  AboutChild about = {};  // of a first message
};

class Outbox {
 public:
  explicit Outbox(SealedDatabase& db) : db_(db) {}

  // False when another command was faster: one referral per grant, one pending reply per step and
  // document.
  bool put(const OutboxRow& row);
  std::vector<OutboxRow> pending();
  std::optional<OutboxRow> sent_refer(const GrantId& grant);
  std::optional<OutboxRow> pending_reply(const ReferralId& referral, Step step,
                                         const Hash& document_sha256);
  // What the first message of a referral of ours said.
  std::optional<crypto::SecretBytes> refer_document(const ReferralId& referral);
  // The first message of each referral that began here, the newest first, until `look` answers
  // false.
  void each_refer_document(
      const std::function<bool(const ReferralId&, const crypto::SecretBytes&)>& look);
  void mark_opened(const MessageId& message);
  // Sent, not opened, with content, and ending in (now, before].
  // Of open referrals also when it is too late; of closed ones what can still be read.
  std::vector<OutboxRow> unread_until(Time before, Time now);
  // `fresh` in the place of a message that nobody opened; false when another command was faster.
  bool replace(const MessageId& old, const OutboxRow& fresh);
  std::vector<OutboxRow> sent_in(const ReferralId& referral);
  std::vector<OutboxRow> refused();        // until somebody cancels them
  std::vector<OutboxRow> refused_alone();  // first messages that began no referral
  // Whether the same child, or the same own number, was referred under another grant than `but`.
  bool referred_since(const AboutChild& about, Time since, const std::optional<GrantId>& but);
  // Why a message went although a finding asked, by the finding's pointer.
  void put_reason(const MessageId& message, const std::string& pointer, const std::string& reason);
  std::size_t refused_count();
  std::optional<OutboxRow> find(const MessageId& message);
  // What was sent stays so: nothing but done follows done. Where a message that was to replace
  // another one goes no more, that one counts again.
  void settle(const MessageId& message, OutboxRow::State state, std::optional<LogIndex> index);
  // Counted before its bytes leave, and back when the answer says that nothing was stored; commands
  // at once count each. False when it waits no more: then nothing may leave.
  bool mark_left(const MessageId& message, bool left);
  // A message that never left is dropped; false when it had left, or waits no more.
  bool drop_unsent(const MessageId& message);
  // What waited unsealed, sealed now; false when it waits no more, or another command sealed it.
  bool put_sealed(const OutboxRow& sealed);
  std::vector<OutboxRow> perhaps_sent();
  void forget_submit(const MessageId& message);
  void forget_submits(const GrantId& grant);
  // Under a withdrawal that is being stored: what never left is dropped; of what left it is not
  // known whether it came.
  void drop_withdrawn(const MessageId& message);

 private:
  template <class... Args>
  std::vector<OutboxRow> where(const std::string& condition, const Args&... args);
  // What this message was to replace counts again when nothing with the same words goes or went
  // after it.
  void revive_replaced(const MessageId& message);

  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
