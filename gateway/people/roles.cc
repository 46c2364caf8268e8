#include "gateway/people/roles.h"

#include <algorithm>
#include <set>

namespace veerpont::gateway {
namespace {

using enum ActorRole;

std::set<ActorRole> of_scope(const std::string& scope) {
  if (scope == "read") return {worker, team_lead, privacy_officer};
  if (scope == "content") return {worker, team_lead, privacy_officer};
  if (scope == "send") return {worker, team_lead};
  if (scope == "manage") return {administrator};
  return {};
}

std::set<ActorRole> allowed(const api::v1::Operation& operation) {
  if (operation.roles().empty()) return of_scope(operation.scope());
  std::set<ActorRole> out;
  for (const std::string& id : operation.roles())
    for (const ActorRole role : {worker, team_lead, privacy_officer, administrator})
      if (id_of(role) == id) out.insert(role);
  return out;
}

}  // namespace

bool may(const std::vector<ActorRole>& roles, const api::v1::Operation& operation) {
  if (operation.scope() == "anyone" || operation.scope() == "session") return true;
  const auto all = allowed(operation);
  return std::ranges::any_of(roles, [&](ActorRole role) { return all.contains(role); });
}

std::vector<ActorRole> roles_of(const v1::StoredPerson& person) {
  std::vector<ActorRole> out;
  for (const int role : person.roles()) out.push_back(static_cast<ActorRole>(role));
  return out;
}

bool has_role(const v1::StoredPerson& person, ActorRole role) {
  return std::ranges::count(roles_of(person), role) > 0;
}

bool is_colleague(const v1::StoredPerson& person) {
  return !person.blocked() && person.invitation_verifier().empty() &&
         (has_role(person, ActorRole::worker) || has_role(person, ActorRole::team_lead));
}

ActorRole acting_role(const std::vector<ActorRole>& roles, const api::v1::Operation& operation) {
  const auto all = allowed(operation);
  const auto found =
      std::ranges::find_if(roles, [&](ActorRole role) { return all.contains(role); });
  return found == roles.end() ? roles.front() : *found;
}

Status check_roles(const std::vector<ActorRole>& roles) {
  if (roles.empty()) return Refusal{RefusalCode::invalid_input, "roles: one is needed"};
  const bool officer = std::ranges::count(roles, privacy_officer) > 0;
  if (officer && roles.size() > 1)
    return Refusal{RefusalCode::invalid_input,
                   "roles: a privacy officer is nothing else in the same log-in"};
  return std::ranges::count(roles, system) > 0
             ? Status(Refusal{RefusalCode::invalid_input, "roles: a person is no system"})
             : Status(Done{});
}

}  // namespace veerpont::gateway
