// The running broker's log, verified by software nobody here wrote.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

// Nothing: it is not installed here, and the test says so.
std::optional<std::string> build_go(const Federation& f, const std::string& program) {
  int code = 0;
  const std::string environment = "HOME=" + f.folder() +
                                  " GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=" BIN
                                  "/../go-cache ";
  output_of(environment + "go list golang.org/x/mod/sumdb/tlog", code);
  if (code != 0) return std::nullopt;
  const std::string out = f.folder() + "/" + program;
  const std::string built = output_of("cd " SOURCES "/tests/interop/" + program + " && " +
                                          environment + "go build -o " + out + " .",
                                      code);
  EXPECT_EQ(code, 0) << built;
  return out;
}

constexpr char kNoGo[] =
    "SKIPPED LOUDLY: golang-go and golang-golang-x-mod-dev are not installed here";

// A process that ends with the test.
class Child {
 public:
  explicit Child(std::vector<std::string> command) : pid_(::fork()) {
    if (pid_ != 0) return;
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

 private:
  pid_t pid_;
};

// A witness that nobody here wrote a line of the log for, and one of ours, cosign; Go verifies
// both.
TEST(Interop, AStandardWitnessInGoCosignsAndGoVerifiesEveryCosignature) {
  Federation f;
  f.two_organisations();
  const auto witness = build_go(f, "witness"), verify = build_go(f, "verify_log");
  if (!witness || !verify) GTEST_SKIP() << kNoGo;
  int code = 0;
  const auto of_invitation = [&](const std::string& field) {
    std::string said =
        output_of("jq -r ." + field + " " + f.folder() + "/jgt-leiden.invitation", code);
    if (field == "logVerifierKey") said.pop_back();
    return said;
  };
  const std::string key = of_invitation("logVerifierKey"), address = f.folder() + "/witness.txt";
  const Child running({*witness, "witness.example", key, address});
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(address); }));
  const std::string named = contents(address);
  ASSERT_FALSE(named.empty());
  const std::string outside = named.substr(0, named.find(' '));
  ASSERT_EQ(
      f.operate({"witnesses", "name", "--other", named, "--member", "jgt-leiden", "--quorum", "2"})
          .code,
      0);
  const auto cosigned = [&] {
    const auto told = f.operate({"witnesses", "show", "--json"}).json();
    const auto* size = told.as_object().if_contains("cosigned");
    return size != nullptr && size->as_int64() == told.at("size").as_int64();
  };
  const auto both = [&] {
    return comes_true([&] {
      f.as("jgt-leiden", {"serve-witness", "--once"});
      return cosigned();
    });
  };
  ASSERT_TRUE(both()) << f.log();
  for (int i = 0; i < 3; ++i) f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_TRUE(both()) << "what extends it is signed too";
  std::string ours;
  const auto told = f.operate({"witnesses", "show", "--json"}).json();
  for (const auto& one : told.at("witnesses").as_array())
    if (one.at("org").as_string() == "jgt-leiden") ours = one.at("key").as_string();
  const std::string check = *verify + " cosigned https://127.0.0.1:" + std::to_string(f.port()) +
                            " '" + key + "' " + f.write("ca.pem", of_invitation("caCertificate"));
  const std::string verified = output_of(check + " '" + outside + "' '" + ours + "'", code);
  EXPECT_EQ(code, 0) << verified;
  EXPECT_NE(verified.find("by 2 witnesses"), std::string::npos) << verified;
  output_of(check + " '" + outside + "'", code);
  EXPECT_NE(code, 0) << "somebody signed whom nobody named";
}

// It saw what no member saw: a quorum of those is not enough then.
TEST(Interop, AStandardWitnessThatSignedMoreKeepsACopyWaiting) {
  Federation f;
  f.two_organisations();
  f.join("go-voor-jeugd", "Go! voor jeugd", "youth-team", "GM0484");
  const auto witness = build_go(f, "witness");
  if (!witness) GTEST_SKIP() << kNoGo;
  int code = 0;
  std::string key =
      output_of("jq -r .logVerifierKey " + f.folder() + "/jgt-leiden.invitation", code);
  key.pop_back();
  const std::string address = f.folder() + "/witness.txt";
  const Child running({*witness, "witness.example", key, address});
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(address); }));
  ASSERT_EQ(f.operate({"witnesses", "name", "--other", contents(address), "--member", "jgt-leiden",
                       "--member", "de-binnenvest", "--quorum", "2"})
                .code,
            0);
  const auto cosigns = [&](const char* org) { return f.as(org, {"serve-witness", "--once"}).code; };
  for (const char* org : {"jgt-leiden", "de-binnenvest"}) ASSERT_EQ(cosigns(org), 0);
  ASSERT_EQ(f.operate({"backup", "--out", f.folder() + "/copy.db"}).code, 0);
  ASSERT_EQ(f.operate({"suspend", "go-voor-jeugd"}).code, 0);
  const auto checkpoint = f.get("/log/checkpoint");
  ASSERT_TRUE(comes_true([&] { return f.get("/log/checkpoint").size() > checkpoint.size(); }))
      << "it signs the suspension";
  f.kill();
  for (const char* file : {"/high-water", "/broker.db"})
    std::filesystem::remove(f.broker_home() + file);
  ASSERT_EQ(f.operate({"restore", "--from", f.folder() + "/copy.db", "--ask-witnesses"}).code, 0);
  f.serve({}, "/livez");
  ASSERT_TRUE(comes_true([&] { return f.log().find("larger tree") != std::string::npos; }));
  for (const char* org : {"jgt-leiden", "de-binnenvest"}) EXPECT_EQ(cosigns(org), 0);
  EXPECT_FALSE(f.is_ready()) << "members alone do not know";
  ASSERT_EQ(f.operate({"confirm-log", "--reason", "de schorsing wordt herhaald"}).code, 0);
  EXPECT_TRUE(f.is_ready());
}

TEST(Interop, GoSumdbVerifiesCheckpointTilesInclusionAndConsistency) {
  Federation f;
  f.two_organisations();
  int code = 0;
  const auto built = build_go(f, "verify_log");
  if (!built) GTEST_SKIP() << kNoGo;
  const std::string& program = *built;
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
  f.join("go-voor-jeugd", "Go! voor jeugd", "youth-team", "GM0484");
  // What members are shown of it: more leaves than one fixed place needs, and withdrawals.
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  const std::string part = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", part, "--category", "safety"}).code, 0);
  const auto size = [&] {
    const std::string note = output_of("curl -sk " + url + "/log/checkpoint", code);
    return std::stoul(note.substr(note.find('\n') + 1));
  };
  while (size() < 300)
    for (const char* word : {"suspend", "resume"})
      ASSERT_EQ(f.operate({word, "go-voor-jeugd"}).code, 0);
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
