// How late something is, or how much time is left, as people say it.
#pragma once

#include <string>

#include "base/language.h"
#include "base/time.h"

namespace veerpont::rules {

// "nog 3 uur", "8 uur te laat"; from two days on "nog 4 werkdagen", "2 werkdagen te laat". Less
// than an hour is said so.
std::string time_left(Time due, Time now, Language language);
// Of a day: "vandaag", "nog 3 werkdagen", "2 werkdagen te laat".
std::string time_left(const Date& due, const Date& today, Language language);

}  // namespace veerpont::rules
