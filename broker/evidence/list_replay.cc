#include "broker/evidence/list_replay.h"

#include "audit/event_table.h"
#include "broker/evidence/replay.h"
#include "crypto/objects/envelope.h"

namespace veerpont::broker {

ListReplay::ListReplay(SqliteConnection& db, std::function<void(std::string)> fault)
    : states_(db.database(), "SELECT idx, state, salt, commitment FROM states ORDER BY idx"),
      more_(states_.executeStep()),
      keys_(db.database(), "SELECT idx, key, place FROM withdrawn ORDER BY place"),
      more_keys_(keys_.executeStep()),
      fault_(std::move(fault)) {}

void ListReplay::states_before(LogIndex place, Time newest,
                               const std::function<void(const Hash&)>& append) {
  while (more_ && index_at(states_, 0) < place) take_state(newest, append);
}

void ListReplay::take(const v1::AuditEvent& event, const Hash& entry, LogIndex index) {
  if (audit::row_of(event.kind()).is_public) directory_.append(audit::directory_leaf(index, entry));
  if (event.kind() == v1::EVENT_KIND_GRANT_REGISTERED)
    if (const auto grant = Hash::from_bytes(event.object_sha256()))
      grants_[event.grant_id()] = *grant;
  if (event.kind() != v1::EVENT_KIND_GRANT_WITHDRAWN) return;
  const auto grant = grants_.find(event.grant_id());
  const auto categories = crypto::category_set(event.categories());
  if (grant == grants_.end() || !categories) return fault_("withdrawn: no grant at " + at(index));
  for (const Hash& key : audit::withdrawal_keys(grant->second, *categories)) due_.insert(key);
}

void ListReplay::take_keys(LogIndex state) {
  for (; more_keys_ && index_at(keys_, 0) == state; more_keys_ = keys_.executeStep()) {
    const Hash key = hash_at(keys_, 1);
    withdrawn_.append(audit::withdrawn_leaf(state, key));
    if (static_cast<std::uint64_t>(int_at(keys_, 2)) != withdrawn_.size())
      fault_("withdrawn: a row is missing before " + at(state));
    due_.erase(key);  // what was not due is random
  }
  if (!due_.empty()) fault_("withdrawn: a key is missing at " + at(state));
  due_.clear();
}

void ListReplay::take_state(Time newest, const std::function<void(const Hash&)>& append) {
  const LogIndex index = index_at(states_, 0);
  const std::string bytes = blob_at(states_, 1);
  const Hash commitment = hash_at(states_, 3);
  take_keys(index);
  const auto state = audit::TreeState::parse(bytes);
  const audit::ListHead directory{directory_.size(), directory_.root()},
      withdrawn{withdrawn_.size(), withdrawn_.root()};
  if (!state || state->index != index ||
      audit::state_commitment(blob_at(states_, 2), bytes) != commitment)
    fault_("states: the row of " + at(index));
  else if (state->directory != directory || state->withdrawn != withdrawn ||
           state->time != std::chrono::floor<std::chrono::minutes>(newest))
    fault_("states: not what the events say, at " + at(index));
  append(commitment);
  more_ = states_.executeStep();
}

void ListReplay::end(std::uint64_t size, Time newest,
                     const std::function<void(const Hash&)>& append) {
  std::uint64_t states = 0;
  for (; more_; ++states) take_state(newest, append);
  if (size > 0 && states == 0) fault_("states: none after the last event");
  if (more_keys_) fault_("withdrawn: rows of no state");
}

}  // namespace veerpont::broker
