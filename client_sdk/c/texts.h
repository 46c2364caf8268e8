// Times, days and ids as the interface writes them; empty for what is not there.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace veerpont::api {

inline std::string text(Time time) { return rfc3339(time); }
inline std::string text(const std::optional<Time>& time) {
  return time ? rfc3339(*time) : std::string();
}
inline std::string text(const std::optional<Date>& day) { return day ? str(*day) : std::string(); }

template <class Id>
std::string text(const std::optional<Id>& id) {
  return id ? id->hex() : std::string();
}

}  // namespace veerpont::api
