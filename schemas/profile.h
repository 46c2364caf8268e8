// What an organisation says of itself, read strictly. docs/domain.md, "Directory".
#pragma once

#include "schemas/result.h"
#include "schemas/rules/opening_hours.h"
#include "veerpont/v1/directory.pb.h"

namespace veerpont {

// Times that are times, a day named once, nothing without end, a crisis telephone for who takes crisis. Refuses
// invalid-input with the field.
Status check_profile(const v1::Profile& profile);

// Of a profile that check_profile() takes; office hours when it names none.
rules::OpeningHours opening_hours_of(const v1::Profile& profile);

}  // namespace veerpont
