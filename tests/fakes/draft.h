// The usual draft of a grant: a teenager and a parent who agree, as JSON.
#pragma once

#include <string>

namespace veerpont::fakes {

// `outbound`: protobuf names, comma between them. `today`: "2026-11-20", the day that it is signed.
// `more`: members of the draft, each followed by a comma; the end is the latest that the rules
// allow unless they say otherwise.
inline std::string consent_draft(const std::string& recipient, const std::string& outbound,
                                 const std::string& today, const std::string& more = {}) {
  std::string list = "\"";
  for (const char c : outbound) list += c == ',' ? std::string("\",\"") : std::string(1, c);
  list += '"';
  const std::string said = R"("answer":"agrees","method":"written","date":")" + today + "\"";
  return R"({"recipient":")" + recipient +
         R"(","ground":"consent","purpose":"arrange-help","outbound":[)" + list + "]," + more +
         R"("birthDate":")" + std::to_string(std::stoi(today) - 14) +
         R"(-01-15","record":{"authorityType":"single","answers":[{"role":"child",)" + said +
         R"(},{"role":"parent",)" + said + R"(}],"recorder":"MERKTEKEN-recorder"}})";
}

}  // namespace veerpont::fakes
