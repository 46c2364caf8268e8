#include "client_sdk/dossier/machine_clock.h"

#include <algorithm>
#include <charconv>

namespace veerpont::sdk {
namespace {

constexpr auto kMarkPerDay = std::chrono::days(7);
constexpr auto kMarkSlack = std::chrono::days(14);

Time time_in(const std::string& text) {
  std::int64_t ms = 0;
  std::from_chars(text.data(), text.data() + text.size(), ms);
  return time_from_ms(ms);
}

// Where the mark stands after a use now.
Time advance_mark(Dossier& dossier, Time now) {
  const std::string stored = dossier.settings.get("clock-mark");
  if (stored.empty()) {
    dossier.settings.set("clock-mark", std::to_string(to_ms(now)));
    dossier.settings.set("clock-mark-day", str(amsterdam_date(now)));
    dossier.settings.set("clock-mark-begin", std::to_string(to_ms(now)));
    return now;
  }
  Time mark = time_in(stored);
  Time begin = time_in(dossier.settings.get("clock-mark-begin"));  // of this day of use
  if (const std::string today = str(amsterdam_date(now));
      dossier.settings.get("clock-mark-day") != today) {
    begin = mark;
    dossier.settings.set("clock-mark-day", today);
    dossier.settings.set("clock-mark-begin", std::to_string(to_ms(begin)));
  }
  const Time next = std::max(mark, std::min(now, begin + kMarkPerDay));
  if (next != mark) dossier.settings.set("clock-mark", std::to_string(to_ms(next)));
  return next;
}

}  // namespace

Time newest_event_time(Dossier& dossier) {
  return time_in(dossier.settings.get("newest-event-time"));
}

void note_event_time(Dossier& dossier, Time time) {
  if (time > newest_event_time(dossier))
    dossier.settings.set("newest-event-time", std::to_string(to_ms(time)));
}

Time destruction_time(Dossier& dossier, Time now) {
  const Time mark = advance_mark(dossier, now);
  return std::min(now, std::max(newest_event_time(dossier), mark - kMarkSlack));
}

}  // namespace veerpont::sdk
