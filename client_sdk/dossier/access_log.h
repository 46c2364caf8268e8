// Who saw which content, and how: a hash chain in which each entry covers the one before and its
// own sealed body. docs/access-log.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

// By what an entry is found again.
struct AccessSubject {
  std::string person;  // folded
  std::optional<ReferralId> referral = {};
  std::optional<MessageId> message = {};
};

// How far the chain has come.
struct AccessHead {
  std::uint64_t count = 0;
  Hash head = {};  // of no entries: 32 zero bytes
};

struct AccessEntry {
  std::uint64_t number;  // from 1 on
  Time time;
  std::string body;  // a serialised v1::Access; empty when it was forgotten
  Hash head;
  // Whether the row is what its head says, after the head before it, and is found by what its body
  // says.
  bool holds = false;
};

// Commits the log of the federation to the chain as it was.
struct AccessAnchor {
  OperationId operation;
  AccessHead at;
  std::string salt;  // 32 bytes
  Date day;          // in Amsterdam
  std::string body, signature;
  std::optional<LogIndex> index = {};  // nothing: not known to be in the log
};

struct AccessFilter {
  std::string person = {};  // folded; empty: everybody
  std::optional<ReferralId> referral = {};
  std::optional<Time> from = {}, until = {};  // the second is not included
  std::uint64_t after = 0;
  std::size_t limit = 0;  // 0: all of them
};

class AccessLog {
 public:
  explicit AccessLog(SealedDatabase& db) : db_(db) {}

  // Durable when it returns; throws when it cannot be written. Answers its number.
  std::uint64_t append(const AccessSubject& subject, const std::string& body, Time when);
  AccessHead head();
  // In order, those after `from`, which is taken for true; `subject_of` says by what a body must be
  // found. Stops when `take` says false.
  void each(AccessHead from, const std::function<AccessSubject(const std::string&)>& subject_of,
            const std::function<bool(const AccessEntry&)>& take);
  // In order, without looking whether they hold.
  std::vector<AccessEntry> find(const AccessFilter& filter);
  // Whether anybody saw something of this message.
  bool has(const MessageId& message);
  // Bodies of entries before `time` go; the chain stays. Answers how many went.
  std::size_t forget_before(Time time);

  // The anchor that is to be sent: the one that waits, else `sign` of the head when it has changed
  // and the newest one is of an earlier day.
  std::optional<AccessAnchor> due(const Date& today,
                                  const std::function<AccessAnchor(const AccessHead&)>& sign);
  void anchored(const OperationId& operation, LogIndex index);
  // It is not sent again. It stays: an answer that was lost may have put it in the log.
  void give_up(const OperationId& operation);
  std::vector<AccessAnchor> anchors();  // by count, those given up too

  // Entries of form 5, which were no chain, become the first of it.
  void take_over(const std::function<std::string(const std::string&)>& fold);

 private:
  std::optional<AccessAnchor> newest_anchor();
  std::vector<AccessAnchor> anchors(const char* which);
  std::uint64_t put(const AccessSubject& subject, const std::string& body, Time when);
  std::string person_key(const std::string& folded) const;
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
