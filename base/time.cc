#include "base/time.h"

#include <date/date.h>
#include <date/tz.h>

#include <sstream>

namespace veerpont {
namespace {

const date::time_zone* amsterdam() {
  static const date::time_zone* zone = date::locate_zone("Europe/Amsterdam");
  return zone;
}

template <class Parsed>
std::optional<Parsed> parse_whole(std::string_view text, const char* format) {
  std::istringstream in{std::string(text)};
  Parsed parsed;
  in >> date::parse(format, parsed);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return parsed;
}

}  // namespace

Time SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string rfc3339(Time time) {
  return date::format("%FT%TZ", std::chrono::floor<std::chrono::seconds>(time));
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  if (auto utc = parse_whole<date::sys_seconds>(text, "%FT%TZ")) return *utc;
  if (auto offset = parse_whole<date::sys_seconds>(text, "%FT%T%Ez")) return *offset;
  return std::nullopt;
}

std::optional<Time> amsterdam_midnight(std::string_view text) {
  const auto day = parse_whole<date::local_days>(text, "%F");
  if (!day || text.size() != 10) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(amsterdam()->to_sys(*day));
}

std::optional<Date> parse_date(std::string_view text) {
  const auto day = parse_whole<date::local_days>(text, "%F");
  if (!day || text.size() != 10) return std::nullopt;
  return Date(std::chrono::sys_days(day->time_since_epoch()));
}

std::string str(const Date& day) { return date::format("%F", std::chrono::sys_days(day)); }

Date amsterdam_date(Time time) {
  return Date(std::chrono::sys_days(
      date::floor<date::days>(amsterdam()->to_local(time)).time_since_epoch()));
}

Time amsterdam_midnight(const Date& day) {
  return std::chrono::floor<std::chrono::milliseconds>(
      amsterdam()->to_sys(date::local_days(std::chrono::sys_days(day).time_since_epoch())));
}

std::chrono::minutes amsterdam_clock(Time time) {
  const auto local = amsterdam()->to_local(time);
  return std::chrono::floor<std::chrono::minutes>(local - date::floor<date::days>(local));
}

Time amsterdam_moment(const Date& day, std::chrono::minutes since_midnight) {
  const auto local =
      date::local_days(std::chrono::sys_days(day).time_since_epoch()) + since_midnight;
  return std::chrono::floor<std::chrono::milliseconds>(
      amsterdam()->to_sys(local, date::choose::earliest));
}

bool is_midnight_amsterdam(Time time) { return amsterdam_midnight(amsterdam_date(time)) == time; }

bool is_first_of_month_amsterdam(Time time) {
  return is_midnight_amsterdam(time) && amsterdam_date(time).day() == std::chrono::day(1);
}

}  // namespace veerpont
