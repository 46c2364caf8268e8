// What the log says must be there: its events replayed into the rows that the tables should have. Reads no table;
// `check` compares.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "audit/event.h"
#include "crypto/envelope.h"
#include "crypto/key_statement.h"
#include "crypto/objects.h"
#include "schemas/rules/grant_scope.h"

namespace veerpont::broker {

using crypto::Hash;

// Keys are the bytes of ids.
struct Expected {
  struct Grant {
    LogIndex index;
    std::optional<std::string> referral;
    bool withdrawn = false;
    bool ended = false;
    CategorySet withdrawn_categories;
    CategorySet all;
    crypto::Grant body;
  };
  struct Message {
    LogIndex index;
    crypto::Header header;
    std::size_t header_bytes = 0;
    bool received = false;
    bool expired = false;
    bool rejected = false;
  };
  struct Participant {
    bool enrolled = false;
    bool suspended = false;
    std::optional<LogIndex> statement;
    std::string statement_sha256 = std::string(32, '\0');
    std::uint64_t sequence = 0;
    std::string identity_key;
    std::string title, serves;
    int kind = 0;
    bool hidden = false;
  };
  struct Referral {
    std::string referrer, provider, grant;
    ReferralState state;
    Time respond_by{};
    Time refer_until{};
    bool overdue = false;
  };
  std::map<std::string, Grant> grants;
  std::map<std::string, Message> messages;
  std::map<std::string, Participant> participants;
  std::map<std::string, Referral> referrals;
  std::map<std::pair<std::string, std::string>, std::pair<std::string, LogIndex>> operations;
  std::map<std::string, audit::ChainHead> chains;
  std::map<std::pair<std::string, int>, LogIndex> tombstones;
  std::map<std::string, std::string> withdrawal_hashes;  // to their grant
  struct Key {
    std::string org;
    int type;
    std::string public_key;
    std::int64_t from, until;
    std::uint32_t epoch;
    bool revoked;
  };
  std::map<std::string, Key> keys;  // by key id
};

class Replay {
 public:
  // `fault`: called with every table and what does not fit.
  explicit Replay(std::function<void(std::string)> fault) : fault_(std::move(fault)) {}
  // The next event with the object it commits to; events come in order.
  void take(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  // A verified statement, before its keys-published event is taken.
  void take_keys(const std::string& org, const crypto::KeyStatement& statement);
  // The opening of `org` must continue its chain.
  bool take_opening(const v1::ChainOpening& opening, const std::string& org, const Hash& commitment);
  // By any key that the actor published so far.
  bool is_signed(const std::string& actor, crypto::PayloadType type, const std::string& body, const std::string& signature) const;
  // An erased event: from now on a Received may name what is not there any more. That it was erased, the log itself says.
  void take_erased() { erased_ = true; }
  const Expected& expected() const { return expected_; }

 private:
  void mark_message(const std::string& id, LogIndex index, const std::function<void(Expected::Message&)>& change);
  void admission(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  void grant(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  void end(const v1::AuditEvent& event, bool withdrawn, LogIndex index);
  void bind(const v1::AuditEvent& event);
  void submit(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  ExchangeKind kind_of(const Expected::Referral& referral) const;
  void transition(const v1::AuditEvent& event, const v1::Transition& transition, LogIndex index);
  std::function<void(std::string)> fault_;
  Expected expected_;
  bool erased_ = false;
};

// "event 17", for faults.
std::string at(LogIndex index);

}  // namespace veerpont::broker
