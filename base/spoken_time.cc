#include "base/spoken_time.h"

#include <array>

namespace veerpont {
namespace {

using Months = std::array<const char*, 12>;
using Days = std::array<const char*, 7>;
constexpr Months kMonths[] = {{"januari", "februari", "maart", "april", "mei", "juni", "juli",
                               "augustus", "september", "oktober", "november", "december"},
                              {"January", "February", "March", "April", "May", "June", "July",
                               "August", "September", "October", "November", "December"}};
constexpr Days kDays[] = {
    {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}};

std::size_t place(Language language) { return language == Language::dutch ? 0 : 1; }

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

constexpr std::string_view kInstant = "0000-00-00T00:00:00Z";

// Whether an instant begins here.
bool is_instant(std::string_view text) {
  if (text.size() < kInstant.size()) return false;
  for (std::size_t i = 0; i < kInstant.size(); ++i)
    if (kInstant[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != kInstant[i]) return false;
  return true;
}

}  // namespace

std::string in_words(const Date& day, Language language) {
  return std::to_string(static_cast<unsigned>(day.day())) + " " +
         kMonths[place(language)].at(static_cast<unsigned>(day.month()) - 1) + " " +
         std::to_string(static_cast<int>(day.year()));
}

std::string in_words(Time time, Language language) {
  const Date day = amsterdam_date(time);
  const auto clock = amsterdam_clock(time);
  const int hours = static_cast<int>(clock.count() / 60);
  const int minutes = static_cast<int>(clock.count() % 60);
  const std::string weekday =
      kDays[place(language)].at(std::chrono::weekday(std::chrono::sys_days(day)).c_encoding());
  const bool dutch = language == Language::dutch;
  return weekday + " " + in_words(day, language) + ", " +
         (dutch ? std::to_string(hours) + "." + two_digits(minutes) + " uur"
                : two_digits(hours) + ":" + two_digits(minutes));
}

std::string with_times_in_words(std::string_view text, Language language) {
  std::string out;
  while (!text.empty()) {
    const auto time =
        is_instant(text) ? parse_rfc3339(text.substr(0, kInstant.size())) : std::nullopt;
    out += time ? in_words(*time, language) : std::string(text.substr(0, 1));
    text.remove_prefix(time ? kInstant.size() : 1);
  }
  return out;
}

}  // namespace veerpont
