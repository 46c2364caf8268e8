// Which operations whoever has a role may call. api.proto says it: by `roles`, or else by `scope`.
#pragma once

#include <vector>

#include "base/result.h"
#include "schemas/codes.h"
#include "veerpont/api/v1/api.pb.h"
#include "veerpont/gateway/v1/gateway.pb.h"

namespace veerpont::gateway {

bool may(const std::vector<ActorRole>& roles, const api::v1::Operation& operation);
bool has_role(const v1::StoredPerson& person, ActorRole role);
// Somebody who works with referrals, and came in.
bool is_colleague(const v1::StoredPerson& person);
std::vector<ActorRole> roles_of(const v1::StoredPerson& person);
// Under which role the access log has somebody who may do this: the first of theirs that may.
ActorRole acting_role(const std::vector<ActorRole>& roles, const api::v1::Operation& operation);
// Refuses invalid-input for none at all, and for a privacy officer who is something else too: who
// looks after the reading does not read.
Status check_roles(const std::vector<ActorRole>& roles);

}  // namespace veerpont::gateway
