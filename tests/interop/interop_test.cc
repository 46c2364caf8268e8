// The running broker's log, verified by software nobody here wrote.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

std::string output_of(const std::string& command, int& code) {
  std::string out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char block[4096];
  while (std::fgets(block, sizeof block, pipe) != nullptr) out += block;
  code = ::pclose(pipe);
  return out;
}

TEST(Interop, GoSumdbVerifiesCheckpointTilesInclusionAndConsistency) {
  int code = 0;
  const std::string go = output_of(
      "HOME=/tmp GO111MODULE=off GOPATH=/usr/share/gocode go list golang.org/x/mod/sumdb/tlog",
      code);
  if (code != 0)
    GTEST_SKIP() << "SKIPPED LOUDLY: golang-go and golang-golang-x-mod-dev are not installed here: "
                 << go;
  Federation f;
  f.two_organisations();
  const std::string program = f.folder() + "/verify_log";
  const std::string built =
      output_of("cd " SOURCES "/tests/interop/verify_log && HOME=" + f.folder() +
                    " GO111MODULE=off GOPATH=/usr/share/gocode go build -o " + program + " .",
                code);
  ASSERT_EQ(code, 0) << built;
  const std::string url = "https://127.0.0.1:" + std::to_string(f.port());
  const std::string old_checkpoint = output_of("curl -sk " + url + "/log/checkpoint", code);
  ASSERT_EQ(code, 0);
  for (int i = 0; i < 3; ++i) f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);
  const std::string ca =
      output_of("jq -r .caCertificate " + f.folder() + "/jgt-leiden.invitation", code);
  std::string key =
      output_of("jq -r .logVerifierKey " + f.folder() + "/jgt-leiden.invitation", code);
  key.pop_back();
  const std::string arguments = " " + url + " '" + key + "' " + f.write("ca.pem", ca) + " ";
  // What members are shown of it: more leaves than one fixed place needs, and withdrawals.
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  const std::string part = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", part, "--category", "safety"}).code, 0);
  const auto size = [&] {
    const std::string note = output_of("curl -sk " + url + "/log/checkpoint", code);
    return std::stoul(note.substr(note.find('\n') + 1));
  };
  while (size() < 300) f.grant("de-binnenvest", "jgt-leiden");
  const std::string lists = f.folder() + "/lists.txt";
  const auto rows = [&](const std::string& query) {
    return output_of(
        "sqlite3 -separator ' ' -readonly " + f.broker_home() + "/broker.db \"" + query + "\"",
        code);
  };
  const std::string said =
      rows("SELECT 'state', idx, lower(hex(state)), lower(hex(salt)) FROM states") +
      rows("SELECT 'public', idx FROM events WHERE public = 1") +
      rows("SELECT 'withdrawn', idx, lower(hex(key)) FROM withdrawn");
  const std::string verified = output_of(
      program + arguments + f.write("old.note", old_checkpoint) + " " + f.write("lists.txt", said),
      code);
  EXPECT_EQ(code, 0) << verified;
  EXPECT_NE(verified.find("opened: "), std::string::npos) << verified;
  EXPECT_NE(verified.find(" 2 keys"), std::string::npos) << verified;
  // A key less, a public event less, another key, a state less: each is found.
  const auto without = [&](const std::string& line) {
    const auto at = said.find(line);
    return said.substr(0, at) + said.substr(said.find('\n', at) + 1);
  };
  std::string other_key = said;
  other_key.back() = '\n';
  other_key[other_key.size() - 2] = other_key[other_key.size() - 2] == 'a' ? 'b' : 'a';
  for (const std::string& wrong :
       {without("withdrawn"), without("public"), without("state 255"), other_key}) {
    output_of(program + arguments + f.write("old.note", old_checkpoint) + " " +
                  f.write("lists.txt", wrong),
              code);
    EXPECT_NE(code, 0);
  }
  EXPECT_NE(verified.find("verified:"), std::string::npos) << verified;
  // One event in a file, with the key alone.
  const auto events = f.as("jgt-leiden", {"audit", "list", "--kind", "submitted", "--json"}).json();
  ASSERT_FALSE(events.as_array().empty());
  for (const auto& event : events.as_array()) {
    const auto place = std::to_string(event.at("logIndex").to_number<std::uint64_t>());
    const std::string proof =
        f.write("event.proof", f.as("jgt-leiden", {"audit", "prove", place}).out);
    const std::string answer = output_of(program + " proof '" + key + "' " + proof, code);
    EXPECT_EQ(code, 0) << answer;
    EXPECT_NE(answer.find("proven: event " + place + " of"), std::string::npos) << answer;
  }
  std::string changed = contents(f.folder() + "/event.proof");
  const auto extra = changed.find("extra ") + 60;
  changed[extra] = changed[extra] == 'A' ? 'B' : 'A';
  output_of(program + " proof '" + key + "' " + f.write("changed.proof", changed), code);
  EXPECT_NE(code, 0);
  // And it can fail: another key, a changed old checkpoint.
  std::string forged = old_checkpoint;
  forged[forged.find('\n') + 3] = forged[forged.find('\n') + 3] == 'A' ? 'B' : 'A';
  output_of(program + arguments + f.write("forged.note", forged), code);
  EXPECT_NE(code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
