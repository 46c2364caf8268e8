#include "rules/profile.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "schemas/plain_characters.h"

namespace veerpont {
namespace {

constexpr std::size_t kMostText = 200;
constexpr int kMostTeams = 50;

Refusal invalid(std::string field) { return Refusal{RefusalCode::invalid_input, std::move(field)}; }

std::optional<std::string> hours_fault(const v1::Profile& profile) {
  std::set<int> named;
  for (int i = 0; i < profile.opening_hours_size(); ++i) {
    const auto& window = profile.opening_hours(i);
    const std::string at = "openingHours[" + std::to_string(i) + "].";
    const auto opens = rules::parse_clock(window.opens());
    const auto closes = rules::parse_clock(window.closes());
    if (window.days().empty()) return at + "days";
    for (const int day : window.days())
      if (day == v1::WEEKDAY_UNSPECIFIED || !named.insert(day).second) return at + "days";
    if (!opens) return at + "opens";
    if (!closes || *closes <= *opens) return at + "closes";
  }
  return std::nullopt;
}

}  // namespace

bool is_telephone(std::string_view text) {
  if (text.size() < 3 || text.size() > 24) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '+' || c == '(' || c == ')';
  });
}

bool is_title(std::string_view text) {
  return !text.empty() && text.size() <= kMostText && has_plain_characters(text, Lines::one);
}

Status check_profile(const v1::Profile& profile) {
  if (const auto field = unfit_text(profile)) return invalid(*field);
  if (profile.service().size() > kMostText) return invalid("service");
  if (const auto field = hours_fault(profile)) return invalid(*field);
  if (profile.takes_crisis() != !profile.crisis_telephone().empty())
    return invalid("crisisTelephone");
  if (!profile.crisis_telephone().empty() && !is_telephone(profile.crisis_telephone()))
    return invalid("crisisTelephone");
  if (profile.teams_size() > kMostTeams) return invalid("teams");
  std::set<std::string> teams;
  for (int i = 0; i < profile.teams_size(); ++i) {
    const auto& team = profile.teams(i);
    const std::string at = "teams[" + std::to_string(i) + "].";
    if (!OrgId::parse(team.id()) || !teams.insert(team.id()).second) return invalid(at + "id");
    if (team.name().empty() || team.name().size() > kMostText) return invalid(at + "name");
  }
  return Done{};
}

rules::OpeningHours opening_hours_of(const v1::Profile& profile) {
  auto hours = profile.opening_hours().empty() ? rules::OpeningHours::office()
                                               : rules::OpeningHours::closed();
  for (const auto& window : profile.opening_hours())
    for (const int day : window.days())
      hours.open(std::chrono::weekday(static_cast<unsigned>(day)),
                 {*rules::parse_clock(window.opens()), *rules::parse_clock(window.closes())});
  hours.open_on_holidays(profile.open_on_holidays());
  return hours;
}

}  // namespace veerpont
