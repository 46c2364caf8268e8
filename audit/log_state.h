// What the log says of grants, messages and referrals: events replayed in order, each held against
// the state before it. Used over the whole log (`veerpontd check`) and over one organisation's own
// events, which name every event of its business. Not promised: signatures. Whoever replays
// verifies those first, and then knows that an object is genuine.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/event_table.h"

namespace veerpont::audit {

class LogState {
 public:
  struct Grant {
    LogIndex index;
    crypto::Grant body;
    std::optional<ReferralId> referral = {};  // bound by its first message or a renewal
    bool withdrawn = false;
    bool ended = false;
    CategorySet withdrawn_categories = {};         // by name, or because a referral was taken back
    std::map<Category, LogIndex> tombstones = {};  // the event that ended the key
  };
  struct Message {
    LogIndex index;
    crypto::Header header;
    std::size_t header_bytes;
    bool received = false;
    bool expired = false;
    bool rejected = false;
    CategorySet released = {};  // the recipient asked for these
    CategorySet live;           // whose share the broker still has
  };
  struct Referral {
    OrgId referrer;
    OrgId provider;
    GrantId grant;
    std::set<GrantId> grants;  // ever bound
    ReferralState state;
    Time respond_by{};
    Time refer_until{};  // while a first message waits: the latest end of those
    bool overdue = false;
    Time access_by{};  // somebody asked to see a file: by when the referrer answers
    bool access_overdue = false;
  };

  // The next event and the exact bytes of its object (empty: none). Nothing when it fits, else what
  // does not: a field's JSON name, or a few words.
  std::optional<std::string> take(const v1::AuditEvent& event, const std::string& object,
                                  LogIndex index);
  // One that was taken before, when only a part of the log is at hand: what it says of messages and
  // referrals that are not here is passed over.
  void take_again(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  // An erased event: from now on a Received may name what is not there any more.
  void take_erased(LogIndex index) { erased_ = true, last_ = index; }

  const std::map<GrantId, Grant>& grants() const { return grants_; }
  const std::map<MessageId, Message>& messages() const { return messages_; }
  const std::map<ReferralId, Referral>& referrals() const { return referrals_; }

 private:
  using Fault = std::optional<std::string>;
  Fault take_signed(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  Fault take_made(const v1::AuditEvent& event);
  Fault submitted(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  Fault restored(const v1::AuditEvent& event, const std::string& object) const;
  Fault registered(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  Fault withdrawn(const v1::AuditEvent& event, const std::string& object, LogIndex index);
  Fault received(const v1::AuditEvent& event, const std::string& object);
  Fault rejected(const v1::AuditEvent& event, const std::string& object);
  Fault released(const v1::AuditEvent& event, const std::string& object);
  Fault reviewed(const v1::AuditEvent& event, const std::string& object) const;
  Fault message_expired(const v1::AuditEvent& event);
  Fault grant_expired(const v1::AuditEvent& event, LogIndex index);
  Fault overdue(const v1::AuditEvent& event);
  void take_back(const crypto::Header& header, const Referral& referral, ReferralState before,
                 LogIndex index);
  // Destroys these categories under a grant, and expects the events that say so.
  std::map<MessageId, CategorySet> destroy(const GrantId& grant, CategorySet categories,
                                           LogIndex index);
  ExchangeKind kind_of(const GrantId& grant) const;

  std::map<GrantId, Grant> grants_;
  std::map<MessageId, Message> messages_;
  std::map<GrantId, std::set<MessageId>> messages_of_;  // by grant
  std::map<ReferralId, Referral> referrals_;
  std::set<std::pair<std::string, std::string>> operations_;  // actor and id: each counts once
  std::vector<v1::AuditEvent> next_;  // what must follow at once, last first
  LogIndex last_;
  bool erased_ = false;
  bool partial_ = false;  // while an event is taken again
};

}  // namespace veerpont::audit
