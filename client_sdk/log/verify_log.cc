#include "client_sdk/log/verify_log.h"

#include <utility>

#include "client_sdk/home/refusals.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/list_check.h"
#include "client_sdk/log/log_checks.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/log/sealed_state.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

constexpr char kVerifiedLog[] = "verified-log";
constexpr std::size_t kPage = 500;

audit::ChainHead chain_in(const v1::VerifiedLog& state) {
  return {state.chain_next(), Hash::from_bytes(state.chain_leaf()).value_or(Hash())};
}

ErasureCheck erasures_in(const v1::VerifiedLog& state) {
  std::map<std::uint64_t, ErasureCheck::Bodiless> bodiless;
  for (const auto& one : state.bodiless())
    bodiless[one.index()] = {
        time_from_ms(one.not_before()), one.read_from(),
        one.erased() == 0 ? std::nullopt : std::optional(time_from_ms(one.erased()))};
  return {time_from_ms(state.last_time()), std::move(bodiless)};
}

class Verification {
 public:
  Verification(OpenHome& home, v1::VerifiedLog state)
      : home_(home),
        state_(std::move(state)),
        chain_(home.config.org, chain_in(state_)),
        pairs_(home.config.org, ListCheck(home).chains_from(),
               [this](const std::string& partner) { return pair_in(partner); }),
        erasures_(erasures_in(state_)),
        keys_(home) {}

  Status run(std::uint64_t tree_size) {
    Status holds = Done{};
    std::vector<StoredEvent> page;
    home_.dossier->events.each(LogIndex{state_.next_index()}, [&](const StoredEvent& stored) {
      page.push_back(stored);
      if (page.size() == kPage) holds = take(std::exchange(page, {}));
      return static_cast<bool>(holds);
    });
    if (holds && !page.empty()) holds = take(page);
    if (!holds) return holds;
    const auto rightly = erasures_.done(tree_size, SystemClock().now());
    return rightly ? Status(Done{}) : Status(rightly.refusal());
  }

  std::size_t checked() const { return checked_; }

  v1::VerifiedLog state() {
    state_.set_chain_next(chain_.head().next);
    state_.set_chain_leaf(chain_.head().last_leaf.str());
    for (const auto& [partner, head] : pairs_.heads()) {
      auto* pair = pair_of(partner);
      pair->set_next(head.next);
      pair->set_leaf(head.last_leaf.str());
    }
    state_.set_last_time(to_ms(erasures_.last()));
    state_.clear_bodiless();
    for (const auto& [index, seen] : erasures_.bodiless()) {
      auto* one = state_.add_bodiless();
      one->set_index(index);
      one->set_not_before(to_ms(seen.not_before));
      one->set_read_from(seen.under);
      if (seen.when) one->set_erased(to_ms(*seen.when));
    }
    return state_;
  }

 private:
  v1::VerifiedLog::Pair* pair_of(const std::string& partner) {
    for (auto& pair : *state_.mutable_pairs())
      if (pair.partner() == partner) return &pair;
    auto* made = state_.add_pairs();
    made->set_partner(partner);
    return made;
  }
  audit::ChainHead pair_in(const std::string& partner) {
    const auto* pair = pair_of(partner);
    return {pair->next(), Hash::from_bytes(pair->leaf()).value_or(Hash())};
  }
  Status take(const std::vector<StoredEvent>& page) {
    Subjects subjects;
    for (const StoredEvent& stored : page) subjects.merge(subjects_of(stored.proven));
    audit::LogState business = state_around(home_, subjects, page.front().index);
    for (const StoredEvent& stored : page)
      if (auto holds = take(stored, business); !holds) return holds;
    return Done{};
  }

  Status take(const StoredEvent& stored, audit::LogState& business) {
    v1::ProvenEvent proven;
    auto event = stored_event(home_, stored, proven);
    if (!event) return event.refusal();
    if (!KeyBook::holds(proven)) return tampered(fault_at(stored.index, "a key statement"));
    if (auto linked = chain_.take(*event, proven); !linked) return linked;
    if (auto linked = pairs_.take(*event, proven); !linked) return linked.refusal();
    if (auto taken = erasures_.take(*event, size_read_from(home_, stored)); !taken) return taken;
    if (event->erased) business.take_erased(stored.index);
    if (const auto fault =
            event->erased ? std::nullopt : fault_of(home_, keys_, business, *event, proven))
      return tampered(fault_at(stored.index, *fault));
    // Chained over the rows as they are stored, so that two verifications can be compared.
    state_.set_rows_sha256(crypto::Transcript("veerpont/log-rows/v1")
                               .bytes(state_.rows_sha256())
                               .u64(stored.index.value)
                               .bytes(crypto::sha256(stored.proven).bytes())
                               .sha256()
                               .str());
    state_.set_next_index(stored.index.value + 1);
    state_.set_events(state_.events() + 1);
    ++checked_;
    return Done{};
  }

  OpenHome& home_;
  v1::VerifiedLog state_;
  ChainCheck chain_;
  PairCheck pairs_;
  ErasureCheck erasures_;
  KeyBook keys_;
  std::size_t checked_ = 0;
};

Status check_receipts(OpenHome& home, LogIndex end, bool all) {
  for (const Receipt& receipt : home.dossier->events.receipts(end, all)) {
    const auto stored = home.dossier->events.find(receipt.index);
    v1::ProvenEvent proven;
    auto event = stored ? stored_event(home, *stored, proven)
                        : Result<audit::VerifiedEvent>(Refusal{RefusalCode::not_found});
    if (!event || event->leaf != receipt.leaf)
      return tampered("a receipt of ours is not in the log, event " +
                      std::to_string(receipt.index.value));
  }
  home.dossier->events.receipts_hold(end);
  return Done{};
}

}  // namespace

Result<LogReport> verify_log(OpenHome& home, bool full) {
  const auto checkpoint =
      audit::SignedCheckpoint::verify(home.dossier->events.pinned(), home.config.log_key);
  if (!checkpoint) return tampered("the pinned checkpoint in the dossier");
  const v1::VerifiedLog before = kept_state<v1::VerifiedLog>(home, kVerifiedLog);
  Verification verification(home, full ? v1::VerifiedLog() : before);
  const LogIndex end = home.dossier->events.cursor();
  if (auto holds = verification.run(checkpoint->size()); !holds) return holds.refusal();
  if (auto hold = check_receipts(home, end, full); !hold) return hold.refusal();
  const v1::VerifiedLog state = verification.state();
  keep_state(home, kVerifiedLog, state);
  return LogReport{checkpoint->size(), static_cast<std::size_t>(state.events()),
                   verification.checked()};
}

}  // namespace veerpont::sdk
