// Cells of RFC 4180, for spreadsheets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace veerpont {

// In quotes, so that no spreadsheet takes it for a formula.
inline std::string csv_cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, "'");
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// Without the line's end.
inline std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& one : cells) line += (line.empty() ? "" : ",") + csv_cell(one);
  return line;
}

}  // namespace veerpont
