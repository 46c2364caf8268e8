#include "broker/telemetry/journal.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/time.h"

namespace veerpont::broker {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("veerpontd",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

}  // namespace

void journal(Level level, std::string_view event, std::initializer_list<JournalField> fields) {
  boost::json::object line;
  line["time"] = rfc3339(SystemClock().now());
  line["level"] = level == Level::info ? "info" : level == Level::warning ? "warning" : "critical";
  line["event"] = boost::json::string_view(event.data(), event.size());
  for (const auto& [name, value] : fields)
    line[boost::json::string_view(name.data(), name.size())] = value;
  logger().log(spdlog::level::info, boost::json::serialize(line));
}

}  // namespace veerpont::broker
