#include "client_sdk/operations/stays.h"

#include <algorithm>

#include "client_sdk/home/policy.h"
#include "crypto/random.h"
#include "schemas/plain_characters.h"

namespace veerpont::sdk {
namespace {

using std::chrono::days;

Date day_after(const Date& day, int count) {
  return Date(std::chrono::sys_days(day) + days(count));
}

std::optional<StayRecord> stay_called(Context& context, const std::string& label) {
  for (StayRecord& stay : context.dossier().stays.all())
    if (!stay.ended && stay.label.reveal() == label) return std::move(stay);
  return std::nullopt;
}

}  // namespace

Status begin_stay(Context& context, const std::string& label, const Date& day) {
  if (label.empty() || !has_plain_characters(label, Lines::one))
    return Refusal{RefusalCode::invalid_input, "a stay needs a name of your own, on one line"};
  if (stay_called(context, label))
    return Refusal{RefusalCode::invalid_input, "a stay with this name runs already"};
  context.dossier().stays.put(
      {crypto::random_bytes(16), crypto::SecretBytes::take(std::string(label)), day});
  return Done{};
}

Status end_stay(Context& context, const std::string& label, const Date& day) {
  const auto stay = stay_called(context, label);
  if (!stay) return Refusal{RefusalCode::not_found, "no stay with this name runs"};
  if (day < stay->began) return Refusal{RefusalCode::invalid_input, "the day lies before the stay"};
  context.dossier().stays.end(stay->id, day);
  return Done{};
}

Status talked(Context& context, const std::string& label, TalkWith with, const Date& day) {
  const auto stay = stay_called(context, label);
  if (!stay) return Refusal{RefusalCode::not_found, "no stay with this name runs"};
  if (day < stay->began || day > amsterdam_date(context.clock.now()))
    return Refusal{RefusalCode::invalid_input, "the day lies outside the stay"};
  context.dossier().stays.put_talk(stay->id, with, day);
  return Done{};
}

Result<std::vector<RhythmRow>> rhythm(Context& context) {
  const auto policy = Policy::read(context.home->paths.policy);
  if (!policy) return policy.refusal();
  const Date today = amsterdam_date(context.clock.now());
  std::vector<RhythmRow> rows;
  for (const StayRecord& stay : context.dossier().stays.all()) {
    if (stay.ended) continue;
    const auto add = [&](TalkWith with, const std::optional<Date>& last, int every) {
      const Date due = day_after(last.value_or(stay.began), every);
      rows.push_back({std::string(stay.label.reveal()), with, last, due, due < today});
    };
    add(TalkWith::parents, stay.parents, policy->parents_days);
    add(TalkWith::child, stay.child, policy->child_days);
  }
  std::ranges::stable_sort(rows, {}, &RhythmRow::due);
  return rows;
}

}  // namespace veerpont::sdk
