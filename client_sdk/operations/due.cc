#include "client_sdk/operations/due.h"

#include <algorithm>

#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/operations/partner_names.h"
#include "crypto/objects/signed_objects.h"
#include "rules/referral_states.h"
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

Result<std::vector<DueRow>> due(Context& context, int ahead) {
  const Date today = amsterdam_date(context.clock.now());
  const Date until = day_after(today, ahead);
  std::vector<DueRow> rows;
  for (const GrantId& id : context.dossier().grants.all()) {
    const auto row = context.dossier().grants.find(id);
    const auto grant = crypto::Grant::parse(row->body);
    const auto record = record_in(*row);
    if (!grant || !record || row->withdrawn || row->pending) continue;
    const auto referral =
        row->referral ? context.dossier().referrals.find(*row->referral) : std::nullopt;
    // A referral that is over, or that goes on under another grant, asks for nothing.
    if (referral && (!rules::is_open(referral->state) || referral->grant != id)) continue;
    const v1::GrantNotes notes = notes_of(*row);
    const auto add = [&](DueReason reason, const Date& day) {
      if (day > until) return;
      rows.push_back({id, row->referral, grant->scope.recipient.str(), reason, day, day <= today});
      name_partner(context, rows.back(), grant->scope.recipient);
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

Status authority_checked(Context& context, const GrantId& id, const Date& day) {
  const auto row = context.dossier().grants.find(id);
  if (!row || !record_in(*row)) return Refusal{RefusalCode::unknown_grant, "no grant of ours"};
  if (day > amsterdam_date(context.clock.now()))
    return Refusal{RefusalCode::invalid_input, "the day lies ahead"};
  v1::GrantNotes notes = notes_of(*row);
  notes.set_authority_checked(str(day));
  context.dossier().grants.set_notes(id, crypto::SecretBytes::take(wire::serialise(notes)));
  return Done{};
}

}  // namespace veerpont::sdk
