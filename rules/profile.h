// What an organisation says of itself, read strictly. docs/domain.md, "Directory".
#pragma once

#include <string_view>

#include "base/result.h"
#include "rules/opening_hours.h"
#include "veerpont/v1/directory.pb.h"

namespace veerpont {

// Times that are times, a day named once, nothing without end, a crisis telephone for who takes
// crisis. Refuses invalid-input with the field.
Status check_profile(const v1::Profile& profile);

// Digits, spaces, dashes, brackets and a plus: what a telephone takes.
bool is_telephone(std::string_view text);
// 1 to 200 bytes that stay on one line and move nothing on a screen: no control and no
// bidirectional characters.
bool is_title(std::string_view text);

// Of a profile that check_profile() takes; office hours when it names none.
rules::OpeningHours opening_hours_of(const v1::Profile& profile);

}  // namespace veerpont
