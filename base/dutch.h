// The Dutch words of what programs say in English: details of refusals, alarms, findings of doctor.
// dutch.txt has them; the lint demands that each sentence in the sources is there.
#pragma once

#include <string>
#include <string_view>

#include "base/api.h"

namespace veerpont {

// The same in Dutch. What the catalogue does not have (an id, the name of a field) comes back as it
// is.
VEERPONT_API std::string in_dutch(std::string_view english);

}  // namespace veerpont
