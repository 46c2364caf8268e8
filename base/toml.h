// TOML as our own files use it: tables, bare keys, booleans, whole numbers and strings.
#pragma once

#include <optional>
#include <string_view>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace veerpont {

// Nothing for what is no TOML, and for arrays, dotted keys, dates and the like, which no file of
// ours has: toml++ takes things for granted that a broken file does not keep, so it only gets to
// read what a regular expression has read before.
std::optional<toml::table> parse_toml(std::string_view text);

}  // namespace veerpont
