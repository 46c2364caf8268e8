// When somebody is there. Europe/Amsterdam.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "rules/working_days.h"

namespace veerpont::rules {

struct OpenWindow {
  std::chrono::minutes opens;  // since midnight
  std::chrono::minutes closes;
  friend bool operator==(const OpenWindow&, const OpenWindow&) = default;
};

// "09:00" to "24:00"; nothing for anything else.
std::optional<std::chrono::minutes> parse_clock(std::string_view text);

class OpeningHours {
 public:
  // Monday to Friday, 09:00 to 17:00: of whoever says nothing.
  static OpeningHours office();
  // Closed on every day until open() says otherwise.
  static OpeningHours closed() { return {}; }
  void open(std::chrono::weekday day, OpenWindow window) {
    week_.at(day.iso_encoding() - 1) = window;
  }
  void open_on_holidays(bool open) { holidays_too_ = open; }

  // When it is open on this day; nothing: closed.
  std::optional<OpenWindow> on(const Date& day, const Holidays& holidays) const;
  bool open_at(Time now, const Holidays& holidays) const;
  // The first moment from `now` on at which somebody is there; `now` itself when nobody ever is.
  Time next_open(Time now, const Holidays& holidays) const;
  // When this day ends for who must answer: at closing time; 17:00 on a day that it is closed.
  Time closing(const Date& day, const Holidays& holidays) const;

 private:
  std::array<std::optional<OpenWindow>, 7> week_{};  // Monday first
  bool holidays_too_ = false;
};

}  // namespace veerpont::rules
