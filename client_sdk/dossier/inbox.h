// Messages received: the sealed envelope, what was opened of it, and what the broker still has to
// be told.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;

struct InboxRecord {
  enum class State {
    stored = 1,
    replaced = 2,
    opened = 3,
    done = 4,
    rejected = 5
  };  // replaced: the sender sealed it again, nobody had opened it
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

struct InboxFilter {
  std::vector<InboxRecord::State> states;
  std::string sender = {};                  // empty: whoever
  std::optional<ReferralId> referral = {};  // nothing: any
  std::optional<MessageId> after = {};      // the last one of the page before
  std::size_t limit = 0;                    // 0: all of them
};

struct ReleaseRecord {
  std::string body;
  std::string signature;
};

class Inbox {
 public:
  explicit Inbox(SealedDatabase& db) : db_(db) {}

  // False when the message is known already.
  bool put(const InboxRecord& record);
  std::optional<InboxRecord> find(const MessageId& message);
  // The number of the message that came last; 0: none came.
  std::uint64_t newest();
  // In the order in which they came.
  std::vector<InboxRecord> list(const InboxFilter& filter);
  void set_state(const MessageId& message, InboxRecord::State state);
  // Stored and not acknowledged to the broker yet, whatever a person did with it since.
  std::vector<InboxRecord> unacknowledged();
  void acknowledged(const MessageId& message);
  // Sections opened before, each a serialised Referral with one category. Those of one release are
  // kept together or not at all, so that a release cut short is given again as it was.
  void put_sections(const MessageId& message,
                    const std::vector<std::pair<Category, std::string>>& plaintexts);
  std::optional<crypto::SecretBytes> section(const MessageId& message, Category category);
  // The Release for these categories: the stored one, or `fresh` after storing it.
  ReleaseRecord release(const MessageId& message, CategorySet categories,
                        const std::function<ReleaseRecord()>& fresh);
  // The one that was made last; nothing: nobody opened it.
  std::optional<ReleaseRecord> newest_release(const MessageId& message);
  // Of the newest message in a referral that was opened and has this section.
  std::optional<crypto::SecretBytes> section_in(const ReferralId& referral, Category category);
  // Of what was opened, the message that came last first, until `look` answers false.
  void each_section(Category category,
                    const std::function<bool(const ReferralId&, const crypto::SecretBytes&)>& look);
  void forget_release(const MessageId& message, CategorySet categories);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
