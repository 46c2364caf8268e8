// The life of a referral as a pure table. docs/protocol.md, "Referral states".
#pragma once

#include <optional>

#include "schemas/codes.h"

namespace veerpont::rules {

enum class Role { referrer, provider };

// The state after `role` takes `step` in `state` (nothing: no referral yet), or nothing when it may
// not. Steps that change no state answer the state itself. A consult and an information request are
// answered, not accepted.
std::optional<ReferralState> after_step(std::optional<ReferralState> state, Role role, Step step,
                                        ExchangeKind kind = ExchangeKind::referral);

// What happens to content under the grants of a referral when somebody takes this step.
enum class Stopped {
  nothing,
  unread,  // what the provider did not open can never be opened
  all,     // every category but `update`, in both directions
};
Stopped stopped_by(Step step, ReferralState before);
bool may_stop(Step step);  // in some state

// What the broker does itself; nothing when that changes no state.
enum class Occurrence { received, first_release, message_expired, grant_withdrawn };
std::optional<ReferralState> after_occurrence(ReferralState state, Occurrence occurrence);

bool is_open(ReferralState state);
// Who must act now; nothing in `sent` and in closed states.
std::optional<Role> next_actor(ReferralState state);
// A step that moves a referral to an open state must say by when somebody answers.
bool needs_respond_by(Step step);
// A step that is nothing without content.
bool needs_sections(Step step);

}  // namespace veerpont::rules
