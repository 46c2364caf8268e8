// The operational log: one JSON object a line on standard error. Never a person, an address or a
// document.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace veerpont::broker {

enum class Level { info, warning, critical };
using JournalField = std::pair<std::string_view, std::string>;

void journal(Level level, std::string_view event, std::initializer_list<JournalField> fields = {});

}  // namespace veerpont::broker
