// Times as people say them, in Europe/Amsterdam. UTC stays in what programs read.
#pragma once

#include <string>
#include <string_view>

#include "base/api.h"
#include "base/language.h"
#include "base/time.h"

namespace veerpont {

// "vrijdag 27 november 2026, 22.31 uur"; "Friday 27 November 2026, 22:31".
VEERPONT_API std::string in_words(Time time, Language language);
// "27 november 2026"; "27 November 2026".
VEERPONT_API std::string in_words(const Date& day, Language language);
// The text with each instant "2026-11-27T21:31:00Z" in words.
VEERPONT_API std::string with_times_in_words(std::string_view text, Language language);

}  // namespace veerpont
