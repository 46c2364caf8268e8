// What the log says must be there: its events replayed into the rows that the tables should have.
// Reads no table; `check` compares.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "audit/event.h"
#include "audit/log_state.h"
#include "broker/store/facts.h"

namespace veerpont::broker {

// Keys are the bytes of ids.
struct Expected {
  struct Participant {
    bool enrolled = false;
    bool suspended = false;
    std::optional<LogIndex> statement;
    std::string statement_sha256 = std::string(32, '\0');
    std::uint64_t sequence = 0;
    std::string identity_key, tls_keys;
    std::string title, serves;
    int kind = 0;
    bool hidden = false;
    Time statements_until{};
  };
  std::map<std::string, Participant> participants;
  std::map<std::pair<std::string, std::string>, std::pair<std::string, LogIndex>> operations;
  std::map<std::string, audit::ChainHead> chains;
  std::map<std::pair<std::string, std::string>, audit::ChainHead> pairs;
  std::map<std::string, std::string> withdrawal_hashes;  // to their grant
  std::map<MessageId, LogIndex> settled;  // the event since which a message waits no more
  std::map<std::string, std::map<Hash, KeyFact>> keys;  // by organisation
  audit::LogState business;                             // grants, messages, referrals
};

class Replay {
 public:
  // `fault`: called with every table and what does not fit.
  explicit Replay(std::function<void(std::string)> fault) : fault_(std::move(fault)) {}
  // The next event with the object it commits to; events come in order.
  void take(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  // A verified statement, before its keys-published event is taken.
  void take_keys(const v1::AuditEvent& event, const crypto::KeyStatement& statement);
  // The opening of `org` must continue its chain.
  bool take_opening(const v1::ChainOpening& opening, const std::string& org,
                    const Hash& commitment);
  // The same of two organisations. They have a chain once one event of theirs was in it.
  bool has_pair(const audit::OrgPair& pair) const {
    return expected_.pairs.contains({pair.first.str(), pair.second.str()});
  }
  bool take_pair(const v1::PairOpening& opening, const audit::OrgPair& pair,
                 const Hash& commitment);
  // By the key that the object names, which the actor must have published before, and may still use
  // for this.
  bool is_signed(const v1::AuditEvent& event, const std::string& body,
                 const std::string& signature) const;
  void take_erased(LogIndex index) { expected_.business.take_erased(index); }
  const Expected& expected() const { return expected_; }

 private:
  void admission(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  void settle(const v1::AuditEvent& event, LogIndex index);
  std::function<void(std::string)> fault_;
  Expected expected_;
};

// "event 17", for faults.
std::string at(LogIndex index);

}  // namespace veerpont::broker
