// Whether a request may take effect, and what it changes: a pure function of facts.
// docs/protocol.md, "The gate". Not promised: anything about what is inside a section. The
// recipient checks that again.
#pragma once

#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "broker/gate/request.h"
#include "broker/store/free_space.h"
#include "broker/vault/share_vault.h"

namespace veerpont::broker {

// An event that the decision wants in the log; index, time, salt and chains come when it gets its
// place.
struct EventDraft {
  v1::AuditEvent event;
  std::optional<v1::SignedObject> object;
  std::optional<v1::SignedKeyStatement> statement;
};

struct Permit {
  std::vector<EventDraft> events;
  std::vector<Change> changes;
  std::optional<ReferralState> state;     // of the referral concerned, afterwards
  std::vector<ShareFact> released;        // in the order asked for
  std::vector<GrantKeys> keys_to_create;  // before the COMMIT
  CategorySet shares_to_put;              // of a SubmitRequest, wrapped at the committer
  std::optional<LogIndex>
      answered_by;  // the event of the receipt, when it is not the decision's own first
};
// Nothing changes: the request was done before, at `index`.
struct Known {
  LogIndex index;
  std::optional<ReferralState> state;
  std::vector<ShareFact> released;
  std::string certificate;  // of an enrolment
};
struct Deny {
  Refusal refusal;
  std::optional<EventDraft> event;  // the `refused` event, when the request had a valid signature
};
using Decision = std::variant<Permit, Known, Deny>;

struct GateContext {
  Time now;         // for refusals
  Time event_time;  // which the log will say: never before its last event, nor what is signed later
                    // than that
  LogIndex next;    // the place of the decision's first event
  std::size_t most_messages;
  std::size_t most_bytes;
  Room room = Room::ample;
};

Decision decide(const Facts& facts, const Request& request, const GateContext& context);

// The leaf that stands in the chain of two organisations at this number; nothing: there is none.
using PairLeaf = std::function<std::optional<Hash>(const audit::OrgPair&, std::uint64_t number)>;
// What was permitted is refused when its signer says that it saw what our log does not have: so an
// object that is accepted with a view that its receiver can refute is the broker's doing.
std::optional<Deny> untrue_view(const Request& request, const Permit& permit,
                                const PairLeaf& pair_leaf);

}  // namespace veerpont::broker
