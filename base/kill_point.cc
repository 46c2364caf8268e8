#include "base/kill_point.h"

#ifdef VEERPONT_KILL_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string_view>

namespace veerpont {

void kill_point(const char* name) {
  static const char* const wanted = std::getenv("VEERPONT_KILL_AT");
  if (wanted == nullptr) return;
  const std::string_view at = wanted;
  const auto colon = at.find(':');
  if (at.substr(0, colon) != name) return;
  static std::atomic<int> left = colon == at.npos ? 1 : std::atoi(wanted + colon + 1);
  if (--left == 0) std::raise(SIGKILL);
}

}  // namespace veerpont

#endif
