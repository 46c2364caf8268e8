// Drafts of grants, as the walkthroughs need them.
#pragma once

#include <string>
#include <vector>

namespace veerpont::e2e {

// One person's answer in a record.
inline std::string answer(const std::string& role, const std::string& said,
                          const std::string& more = {}, const std::string& date = "2026-11-20") {
  return R"({"role":")" + role + R"(","answer":")" + said + R"(","date":")" + date +
         R"(","method":"oral-noted")" + more + "}";
}

struct Draft {
  std::string recipient = "jgt-leiden";
  std::string outbound = R"("routing","care-need","safety")";
  std::string ground = "consent";
  std::string kind = "referral";
  std::string purpose = "arrange-help";
  std::string inbound;
  std::string birth;
  std::string authority = "joint";
  std::string answers;  // comma between them
  std::string record;   // more members of the record, each with a comma before it
  // `grant register` of this draft in that file; an exception is registered by the night shift.
  std::vector<std::string> registered_in(const std::string& file) const {
    std::vector<std::string> command{"grant", "register", file};
    if (record.find("\"exception\"") != record.npos)
      command.insert(command.end(), {"--worker", "nachtdienst"});
    return command;
  }
  std::string json() const {
    return R"({"recipient":")" + recipient + R"(","ground":")" + ground + R"(","kind":")" + kind +
           R"(","purpose":")" + purpose + R"(","outbound":[)" + outbound + R"(],"inbound":[)" +
           inbound + "]," + (birth.empty() ? "" : R"("birthDate":")" + birth + R"(",)") +
           R"("record":{"authorityType":")" + authority + R"(","answers":[)" + answers +
           R"(],"recorder":"kindbegeleider")" + record + "}}";
  }
};

}  // namespace veerpont::e2e
