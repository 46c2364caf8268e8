// What must be done soon: consent anew, the authority register, the talks of a stay. All of it
// stays in this home.
#include <algorithm>

#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/operations/engine.h"
#include "crypto/random.h"
#include "rules/referral_states.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

using std::chrono::days;

Date day_after(const Date& day, int count) {
  return Date(std::chrono::sys_days(day) + days(count));
}

// Whether a grant ends because of the 12th, 16th or 18th birthday.
bool ends_with_birthday(const v1::GrantNotes& notes, const Date& end) {
  const auto birth = parse_date(notes.birth_date());
  if (!birth) return false;
  return std::ranges::any_of(std::initializer_list<int>{12, 16, 18}, [&](int age) {
    return birth->year() + std::chrono::years(age) == end.year() && birth->month() == end.month();
  });
}

}  // namespace

Result<std::vector<DueRow>> Engine::due(int ahead) {
  const Date today = amsterdam_date(clock_.now());
  const Date until = day_after(today, ahead);
  std::vector<DueRow> rows;
  for (const GrantId& id : home_->dossier->grants.all()) {
    const auto row = home_->dossier->grants.find(id);
    const auto grant = crypto::Grant::parse(row->body);
    const auto record = record_in(*row);
    if (!grant || !record || row->withdrawn || row->pending) continue;
    const auto referral =
        row->referral ? home_->dossier->referrals.find(*row->referral) : std::nullopt;
    // A referral that is over, or that goes on under another grant, asks for nothing.
    if (referral && (!rules::is_open(referral->state) || referral->grant != id)) continue;
    const v1::GrantNotes notes = notes_of(*row);
    const auto add = [&](DueReason reason, const Date& day) {
      if (day > until) return;
      rows.push_back({id, row->referral, grant->scope.recipient.str(), reason, day, day <= today});
      name_partner(rows.back(), grant->scope.recipient);
    };
    const Date end = amsterdam_date(grant->scope.expires);
    // A grant that ended before any referral used it asks for nothing.
    if (end > today || referral)
      add(ends_with_birthday(notes, end)           ? DueReason::birthday
          : grant->scope.ground == Ground::consent ? DueReason::end_of_term
                                                   : DueReason::end_of_sharing,
          end);
    const auto check = parse_date(record->authority_check_due());
    if (check && notes.authority_checked().empty() && (end > today || referral))
      add(DueReason::authority_check, *check);
  }
  std::ranges::stable_sort(rows, {}, &DueRow::day);
  return rows;
}

Status Engine::authority_checked(const GrantId& id, const Date& day) {
  const auto row = home_->dossier->grants.find(id);
  if (!row || !record_in(*row)) return Refusal{RefusalCode::unknown_grant, "no grant of ours"};
  if (day > amsterdam_date(clock_.now()))
    return Refusal{RefusalCode::invalid_input, "the day lies ahead"};
  v1::GrantNotes notes = notes_of(*row);
  notes.set_authority_checked(str(day));
  home_->dossier->grants.set_notes(id, crypto::SecretBytes::take(wire::serialise(notes)));
  return Done{};
}

std::optional<StayRecord> Engine::stay_called(const std::string& label) {
  for (StayRecord& stay : home_->dossier->stays.all())
    if (!stay.ended && stay.label.reveal() == label) return std::move(stay);
  return std::nullopt;
}

Status Engine::begin_stay(const std::string& label, const Date& day) {
  if (label.empty() || !has_plain_characters(label, Lines::one))
    return Refusal{RefusalCode::invalid_input, "a stay needs a name of your own, on one line"};
  if (stay_called(label))
    return Refusal{RefusalCode::invalid_input, "a stay with this name runs already"};
  home_->dossier->stays.put(
      {crypto::random_bytes(16), crypto::SecretBytes::take(std::string(label)), day});
  return Done{};
}

Status Engine::end_stay(const std::string& label, const Date& day) {
  const auto stay = stay_called(label);
  if (!stay) return Refusal{RefusalCode::not_found, "no stay with this name runs"};
  if (day < stay->began) return Refusal{RefusalCode::invalid_input, "the day lies before the stay"};
  home_->dossier->stays.end(stay->id, day);
  return Done{};
}

Status Engine::talked(const std::string& label, TalkWith with, const Date& day) {
  const auto stay = stay_called(label);
  if (!stay) return Refusal{RefusalCode::not_found, "no stay with this name runs"};
  if (day < stay->began || day > amsterdam_date(clock_.now()))
    return Refusal{RefusalCode::invalid_input, "the day lies outside the stay"};
  home_->dossier->stays.put_talk(stay->id, with, day);
  return Done{};
}

Result<std::vector<RhythmRow>> Engine::rhythm() {
  const auto policy = Policy::read(home_->paths.policy);
  if (!policy) return policy.refusal();
  const Date today = amsterdam_date(clock_.now());
  std::vector<RhythmRow> rows;
  for (const StayRecord& stay : home_->dossier->stays.all()) {
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
