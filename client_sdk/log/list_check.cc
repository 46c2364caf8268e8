#include "client_sdk/log/list_check.h"

#include <algorithm>
#include <limits>
#include <map>

#include "audit/event_table.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "crypto/big_endian.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kLists[] = "log-lists";
constexpr char kLogForm[] = "log-form";  // "1": this home read the log's first form
constexpr std::size_t kKeyBytes = 8 + Hash::size;

audit::Frontier edge_of(const v1::LogLists::List& list) {
  auto edge = audit::Frontier::from(list.size(), audit::hashes_from(list.peaks()));
  if (!edge) throw std::runtime_error("the dossier is damaged: a list of the log");
  return std::move(*edge);
}

audit::ListHead head_of(const v1::LogLists::List& list) {
  return {list.size(), edge_of(list).root()};
}

// As it stood at the newest fixed place of a tree of this size.
audit::ListHead head_before(const v1::LogLists::List& list, LogIndex fixed) {
  const std::uint64_t block = fixed.value / audit::kStateEvery + 1;
  if (list.size() == 0 || list.block() < block) return head_of(list);
  return {list.size_before(), *Hash::from_bytes(list.root_before())};
}

// The signed bytes of a grant that the log registered; empty: not here.
std::string registered(const OpenHome& home, const v1::EventPage& page, const std::string& grant) {
  const auto bytes_in = [&](const v1::ProvenEvent& proven) {
    const auto event = wire::parse<v1::AuditEvent>(proven.body());
    const bool is_it =
        event && event->kind() == v1::EVENT_KIND_GRANT_REGISTERED && event->grant_id() == grant;
    return is_it ? proven.object().body() : std::string();
  };
  for (const auto& proven : page.events())
    if (std::string found = bytes_in(proven); !found.empty()) return found;
  for (const StoredEvent& stored : home.dossier->events.about({grant})) {
    v1::ProvenEvent proven;
    if (!proven.ParseFromString(stored.proven)) continue;
    if (std::string found = bytes_in(proven); !found.empty()) return found;
  }
  return {};
}

}  // namespace

ListCheck::ListCheck(OpenHome& home) : home_(home) {
  const std::string kept = home.dossier->settings.get(kLists);
  if (kept.empty())
    begin_from_events();
  else if (!wire::parse_stored(kept, lists_))
    throw std::runtime_error("the dossier is damaged: the lists of the log");
}

void ListCheck::begin_from_events() {
  if (home_.dossier->settings.get(kLogForm) != "1") return;
  lists_.set_chains_from(std::numeric_limits<std::int64_t>::max());
  lists_.set_checked(home_.dossier->events.cursor().value);
  home_.dossier->events.each(LogIndex{0}, [&](const StoredEvent& stored) {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    if (proven.ParseFromString(stored.proven) && event.ParseFromString(proven.body()) &&
        audit::row_of(event.kind()).is_public)
      append(*lists_.mutable_directory(), stored.index,
             audit::directory_leaf(stored.index,
                                   audit::event_commitment(proven.salt(), proven.body())));
    return true;
  });
}

void ListCheck::append(v1::LogLists::List& list, LogIndex place, const Hash& leaf) {
  audit::Frontier edge = edge_of(list);
  const std::uint64_t block = place.value / audit::kStateEvery;
  if (list.size() == 0 || block > list.block()) {
    list.set_block(block);
    list.set_size_before(edge.size());
    list.set_root_before(edge.root().str());
  }
  edge.append(leaf);
  list.set_size(edge.size());
  list.clear_peaks();
  for (const Hash& peak : edge.peaks()) list.add_peaks(peak.str());
  list.set_last(place.value);
}

Status ListCheck::take(const v1::EventPage& page, const std::vector<audit::VerifiedEvent>& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const audit::VerifiedEvent& event = events[i];
    const v1::ProvenEvent& proven = page.events(static_cast<int>(i));
    if (audit::row_of(event.event.kind()).is_public && !event.erased)
      append(*lists_.mutable_directory(), event.index,
             audit::directory_leaf(event.index,
                                   audit::event_commitment(proven.salt(), proven.body())));
    if (event.event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN &&
        concerns(event.event, home_.config.org))
      expect_keys(page, event);
  }
  return take_withdrawn(page.withdrawn());
}

void ListCheck::expect_keys(const v1::EventPage& page, const audit::VerifiedEvent& event) {
  const std::string grant = registered(home_, page, event.event.grant_id());
  const auto categories = crypto::category_set(event.event.categories());
  if (grant.empty() || !categories) return;  // what is wrong with the event is said elsewhere
  for (const Hash& key : audit::withdrawal_keys(crypto::sha256(grant), *categories)) {
    auto* due = lists_.add_due();
    due->set_key(key.str());
    due->set_event(event.index.value);
  }
}

Status ListCheck::take_withdrawn(const std::string& packed) {
  if (packed.size() % kKeyBytes != 0) return tampered("the keys of what was withdrawn");
  for (std::size_t at = 0; at < packed.size(); at += kKeyBytes) {
    const std::uint64_t place = crypto::big_endian(std::string_view(packed).substr(at, 8));
    const Hash key = *Hash::from_bytes(std::string_view(packed).substr(at + 8, Hash::size));
    if (place < lists_.checked() || place < lists_.withdrawn().last())
      return tampered("a withdrawal that came late, at number " + std::to_string(place));
    append(*lists_.mutable_withdrawn(), LogIndex{place}, audit::withdrawn_leaf({place}, key));
    home_.dossier->lists.put_withdrawn(key, LogIndex{place});
  }
  return Done{};
}

Status ListCheck::holds(const audit::TreeState& state,
                        const std::optional<audit::TreeState>& fixed) {
  if (lists_.directory().last() > state.index.value ||
      lists_.withdrawn().last() > state.index.value)
    return tampered("what comes after the log's state at number " +
                    std::to_string(state.index.value));
  if (head_of(lists_.directory()) != state.directory)
    return tampered("the public events are not those of the tree of " +
                    std::to_string(state.index.value + 1));
  if (head_of(lists_.withdrawn()) != state.withdrawn)
    return tampered("the withdrawals are not those of the tree of " +
                    std::to_string(state.index.value + 1));
  if (fixed && (head_before(lists_.directory(), fixed->index) != fixed->directory ||
                head_before(lists_.withdrawn(), fixed->index) != fixed->withdrawn))
    return tampered("the log states something else at number " +
                    std::to_string(fixed->index.value));
  for (const auto& due : lists_.due()) {
    const auto found = home_.dossier->lists.withdrawn(*Hash::from_bytes(due.key()));
    if (!found)
      return tampered("a withdrawal that is not in the list, event " + std::to_string(due.event()));
  }
  lists_.clear_due();
  lists_.set_checked(state.index.value + 1);
  lists_.set_chains_from(std::min(lists_.chains_from(), state.index.value));
  return Done{};
}

void ListCheck::keep() { home_.dossier->settings.set(kLists, wire::serialise(lists_)); }

Status not_withdrawn_before(OpenHome& home, const std::string& grant, CategorySet categories,
                            LogIndex event) {
  const Hash sha256 = crypto::sha256(grant);
  std::map<Hash, LogIndex> listed;  // what the list has of it, and since which state
  const auto look_up = [&](std::optional<Category> category) {
    const Hash key = audit::withdrawal_key(sha256, category);
    if (const auto state = home.dossier->lists.withdrawn(key)) listed.emplace(key, *state);
  };
  look_up(std::nullopt);
  for (const Category category : categories.list()) look_up(category);
  const auto parsed = crypto::Grant::parse(grant);
  if (listed.empty() || !parsed) return Done{};
  for (const auto& [index, proven, told] : business_of(home, parsed->id)) {
    const auto withdrawn = crypto::category_set(told.categories());
    if (told.kind() != v1::EVENT_KIND_GRANT_WITHDRAWN || index <= event || !withdrawn) continue;
    for (const Hash& key : audit::withdrawal_keys(sha256, *withdrawn))
      if (const auto found = listed.find(key); found != listed.end() && found->second > index)
        listed.erase(found);
  }
  return listed.empty() ? Status(Done{})
                        : Status(tampered("a withdrawal that the log has and did not show us"));
}

}  // namespace veerpont::sdk
