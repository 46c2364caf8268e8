#include "client_sdk/operations/sample.h"

#include <algorithm>
#include <deque>
#include <map>

#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/accesses.h"
#include "crypto/objects/signed_objects.h"
#include "rules/grant_scope.h"
#include "schemas/plain_characters.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostDrawn = 500;
constexpr std::size_t kMostSeed = 200;
constexpr std::size_t kMany = 20;  // displays by one person
constexpr auto kShortTime = std::chrono::minutes(10);

bool shows_content(AccessKind kind) {
  using enum AccessKind;
  return kind == opened || kind == read_again || kind == own || kind == exported ||
         kind == searched || kind == printed;
}

// Lowest first is the order in which they are drawn.
Hash rank(const std::string& seed, std::uint64_t number) {
  return crypto::Transcript("veerpont/sample/v1").bytes(seed).u64(number).sha256();
}

// The rules, over the entries in order.
class Rules {
 public:
  explicit Rules(Context& context) : context_(context) {}

  std::vector<SampleReason> of(const AccessRow& row) {
    std::vector<SampleReason> why;
    const auto referral =
        row.referral ? context_.dossier().referrals.find(*row.referral) : std::nullopt;
    if (referral && referral->closed && *referral->closed < row.time)
      why.push_back(SampleReason::after_closing);
    if (referral && rests_on_exception(referral->grant)) why.push_back(SampleReason::exception);
    if (is_one_of_many(row)) why.push_back(SampleReason::many_in_a_short_time);
    if (row.kind == AccessKind::searched) why.push_back(SampleReason::searched_by_name);
    if (!row.actor.reason.empty()) why.push_back(SampleReason::outside_own_work);
    return why;
  }

 private:
  bool rests_on_exception(const GrantId& id) {
    const auto row = context_.dossier().grants.find(id);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    return grant && rules::is_exception(grant->scope.ground);
  }
  bool is_one_of_many(const AccessRow& row) {
    auto& times = recent_[row.actor.person];
    times.push_back(row.time);
    while (times.front() + kShortTime < row.time) times.pop_front();
    return times.size() > kMany;
  }
  Context& context_;
  std::map<std::string, std::deque<Time>> recent_;
};

}  // namespace

Result<Sample> sample(Context& context, const SampleQuery& query) {
  if (query.seed.empty() || query.seed.size() > kMostSeed ||
      !has_plain_characters(query.seed, Lines::one))
    return invalid("seed: 1 to 200 characters on one line");
  if (query.count > kMostDrawn) return invalid("count: at most 500");
  auto all = accesses(*context.home, {{}, {}, query.from, query.until});
  if (!all) return all.refusal();
  Sample out{query.seed, 0, {}};
  Rules rules(context);
  std::map<std::uint64_t, SampleRow> picked;  // by number
  std::vector<std::pair<Hash, std::uint64_t>> ranks;
  for (AccessRow& row : *all) {
    if (!shows_content(row.kind) || row.forgotten) continue;
    ++out.of;
    const std::uint64_t number = row.number;
    ranks.emplace_back(rank(query.seed, number), number);
    auto why = rules.of(row);
    picked.emplace(number, SampleRow{std::move(row), std::move(why)});
  }
  const std::size_t count = std::min(query.count, ranks.size());
  std::ranges::partial_sort(ranks, ranks.begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    auto& why = picked.at(ranks[i].second).why;
    why.insert(why.begin(), SampleReason::drawn);
  }
  for (auto& [number, row] : picked)
    if (!row.why.empty()) out.rows.push_back(std::move(row));
  return out;
}

}  // namespace veerpont::sdk
