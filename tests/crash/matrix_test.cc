// Every named place at which a process may die: broker and organisation, before and after each
// effect. After each death the same command is given again, and an independent look at everything
// finds nothing lost, doubled or revived.
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/federation.h"
#include "tests/e2e/memory.h"
#include "tests/fakes/draft.h"

namespace veerpont::e2e {
namespace {

// The life of one referral as a worker and a colleague live it; every command is repeated until it
// is answered.
class Life {
 public:
  // `killed`: the kill point, and whose process: "" the broker's.
  Life(Federation& f, std::string point, std::string killed)
      : f_(f), point_(std::move(point)), killed_(std::move(killed)) {}

  bool reached() const { return reached_; }

  void run() {
    grant_ = field(must("de-binnenvest", {"grant", "register", draft(), "--json"}), "grantId");
    const Ran sent =
        must("de-binnenvest", {"refer", f_.referral_document(), "--grant", grant_, "--json"});
    referral_ = field(sent, "referralId");
    message_ = field(sent, "messageId");
    const std::string& message = message_;
    const auto rows = must("jgt-leiden", {"inbox", "--fresh", "--json"}).json();
    std::set<std::string> listed;
    for (const auto& row : rows.as_array())
      EXPECT_TRUE(listed.insert(std::string(row.at("messageId").as_string())).second)
          << "listed once";
    EXPECT_TRUE(listed.contains(message)) << "what was acknowledged arrives";
    const Ran opened = must("jgt-leiden", {"open", message, "--category", "care-need"});
    EXPECT_NE(opened.out.find("gesprekken"), std::string::npos) << opened.err;
    must("jgt-leiden", {"reply", referral_, "accept", "--json"});
    EXPECT_EQ(field_of_referral("state"), "accepted");
    must("de-binnenvest", {"grant", "withdraw", grant_, "--json"});
    const Ran late = f_.as("jgt-leiden", {"open", message, "--category", "safety"});
    EXPECT_EQ(late.code, 3) << "nothing opens after its grant" << late.err;
    check();
  }

 private:
  std::string draft() {
    return f_.write("draft.json",
                    fakes::consent_draft("jgt-leiden", Federation::kOutbound, f_.today()));
  }
  static std::string field(const Ran& ran, const char* name) {
    const auto json = ran.json();
    return json.is_object() && json.as_object().contains(name)
               ? std::string(json.at(name).as_string())
               : std::string();
  }
  std::string field_of_referral(const char* name) {
    const auto rows = must("de-binnenvest", {"referrals", "--fresh", "--json"}).json();
    for (const auto& row : rows.as_array())
      if (row.at("referralId").as_string() == referral_)
        return std::string(row.at(name).as_string());
    return {};
  }

  // Until it is answered: a broker that died is started again, a command that died is given again.
  Ran must(const std::string& org, const std::vector<std::string>& command) {
    Ran ran;
    for (int attempt = 0; attempt < 4; ++attempt) {
      const bool dies = org == killed_ && !reached_;
      ran = dies ? f_.as_killed(point_, org, command) : f_.as(org, command);
      if (f_.died()) {
        reached_ = true;
        f_.serve();
        EXPECT_GT(f_.pid(), 0) << f_.log();
      }
      if (ran.code == 128 + SIGKILL) reached_ = true;
      if (ran.code == 0) return ran;
      EXPECT_TRUE(ran.code == 5 || ran.code == 128 + SIGKILL || is_done_before(command, ran))
          << command.front() << " " << ran.code << ran.err;
      if (is_done_before(command, ran)) return ran;
    }
    ADD_FAILURE() << "no answer to " << command.front() << ran.err;
    return ran;
  }
  // The first try took effect and its answer was lost with the process.
  static bool is_done_before(const std::vector<std::string>& command, const Ran& ran) {
    return (command.front() == "reply" && ran.err.find("step-not-allowed") != ran.err.npos) ||
           (command.size() > 1 && command[1] == "withdraw" &&
            ran.err.find("grant-withdrawn") != ran.err.npos);
  }

  void check() {
    const Ran checked = f_.operate({"check"});
    EXPECT_EQ(checked.code, 0) << checked.err;
    for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
      const Ran verified = f_.as(org, {"audit", "verify"});
      EXPECT_EQ(verified.code, 0) << org << verified.err;
      EXPECT_EQ(f_.as(org, {"doctor"}).code, 0) << org;
    }
    // No release without its event: this message was opened once, and that is in the log once,
    // whoever died.
    std::size_t releases = 0;
    for (const auto& event : f_.events("jgt-leiden", "released"))
      releases += event.at("messageId").as_string() == message_;
    EXPECT_EQ(releases, 1u);
    std::size_t submitted = 0;
    for (const auto& event : f_.events("de-binnenvest", "submitted"))
      submitted += event.at("messageId").as_string() == message_;
    EXPECT_EQ(submitted, 1u);
  }

  Federation& f_;
  std::string point_, killed_, grant_, referral_, message_;
  bool reached_ = false;
};

struct Point {
  const char* name;
  const char* whose;  // "" the broker
  int most;           // passes of one life that are tried
};
std::ostream& operator<<(std::ostream& out, const Point& point) { return out << point.name; }

class CrashMatrix : public testing::TestWithParam<Point> {};

TEST_P(CrashMatrix, LosesNothingDoublesNothingRevivesNothing) {
  const auto [name, whose, most] = GetParam();
  Federation f;
  f.two_organisations();
  int reached = 0;
  // Under a sanitizer, which slows every process down, the first passes stand for the rest.
  for (int pass = 1; pass <= (kSanitized ? std::min(most, 4) : most); ++pass) {
    const std::string point = std::string(name) + ":" + std::to_string(pass);
    SCOPED_TRACE(point);
    if (std::string(whose).empty()) {
      EXPECT_EQ(f.stop(), 0);
      f.serve(point);
      ASSERT_GT(f.pid(), 0) << f.log();
    }
    Life life(f, std::string(whose).empty() ? point : name, whose);
    life.run();
    reached += life.reached();
    if (HasFailure() || !life.reached()) break;
  }
  EXPECT_GE(reached, 1) << "a kill point that is never reached shows nothing";
}

constexpr Point kPoints[] = {{"before-vault-create", "", 1},
                             {"after-vault-create", "", 1},
                             {"before-commit", "", 12},
                             {"after-commit", "", 12},
                             {"after-mark", "", 12},
                             {"after-publish", "", 12},
                             {"after-answer", "", 12},
                             {"before-destroy", "", 1},
                             {"slot-overwritten", "", 1},
                             {"before-deliver", "", 2},
                             {"after-deliver", "", 2},
                             {"grant-stored", "de-binnenvest", 1},
                             {"grant-answered", "de-binnenvest", 1},
                             {"outbox-stored", "de-binnenvest", 1},
                             {"submit-answered", "de-binnenvest", 1},
                             {"referral-stored", "de-binnenvest", 1},
                             {"submit-settled", "de-binnenvest", 1},
                             {"withdraw-answered", "de-binnenvest", 1},
                             {"mail-verified", "jgt-leiden", 1},
                             {"mail-stored", "jgt-leiden", 1},
                             {"received-answered", "jgt-leiden", 1},
                             {"release-stored", "jgt-leiden", 1},
                             {"released", "jgt-leiden", 1},
                             {"sections-opened", "jgt-leiden", 1},
                             {"sections-stored", "jgt-leiden", 1},
                             {"anchor-signed", "jgt-leiden", 1},
                             {"anchor-answered", "jgt-leiden", 1},
                             {"submit-answered", "jgt-leiden", 1},
                             {"outbox-stored", "jgt-leiden", 1}};

INSTANTIATE_TEST_SUITE_P(Crash, CrashMatrix, testing::ValuesIn(kPoints), [](const auto& point) {
  std::string name =
      std::string(point.param.name) +
      (*point.param.whose == '\0' ? "-broker" : std::string("-") + point.param.whose);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

// Replacing keys and joining, each killed at every step and then given again.
class CrashKeys : public testing::TestWithParam<const char*> {};

TEST_P(CrashKeys, AReplacementIsFinishedByTheNextCommand) {
  Federation f;
  f.two_organisations();
  const std::string before(
      f.as("de-binnenvest", {"whoami", "--json"}).json().at("fingerprint").as_string());
  EXPECT_EQ(f.as_killed(GetParam(), "de-binnenvest", {"keys", "replace", "--identity"}).code,
            128 + SIGKILL);
  const Ran next = f.as("de-binnenvest", {"inbox"});  // any command that connects
  ASSERT_EQ(next.code, 0) << next.err;
  EXPECT_NE(f.as("de-binnenvest", {"whoami", "--json"}).json().at("fingerprint").as_string(),
            before);
  f.confirm("jgt-leiden", "de-binnenvest");
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  const Ran again = f.as("de-binnenvest", {"keys", "replace"});
  EXPECT_EQ(again.code, 0) << again.err;
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const Ran verified = f.as(org, {"audit", "verify"});
    EXPECT_EQ(verified.code, 0) << org << verified.err;
  }
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(Crash, CrashKeys,
                         testing::Values("keys-planned", "statement-pending", "statement-answered",
                                         "statement-kept", "statement-settled"),
                         [](const auto& point) {
                           std::string name = point.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Crash, JoiningIsFinishedByTheNextTry) {
  Federation f;
  f.init();
  f.serve();
  for (const char* point : {"epoch-written", "join-keys-made", "enrol-answered"}) {
    const std::string org = std::string("org-") + point;
    ASSERT_EQ(f.operate({"invite", org, "--title", org, "--kind", "shelter", "--out",
                         f.folder() + "/" + org + ".invitation"})
                  .code,
              0);
    const std::vector<std::string> join{"join", f.folder() + "/" + org + ".invitation",
                                        "--credential", f.folder() + "/" + org + ".credential"};
    EXPECT_EQ(f.as_killed(point, org, join).code, 128 + SIGKILL) << point;
    const Ran again = f.as(org, join);
    EXPECT_EQ(again.code, 0) << point << again.err;
    EXPECT_EQ(f.as(org, {"inbox"}).code, 0) << point;
  }
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Crash, EpochKeysThatADyingRotationLeftAreNeverLost) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  f.kill();
  f.set_time("2026-11-28 10:00");  // a new epoch
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_EQ(f.as_killed("epoch-written", "jgt-leiden", {"inbox"}).code, 128 + SIGKILL);
  EXPECT_EQ(f.as_killed("statement-pending", "jgt-leiden", {"inbox"}).code, 128 + SIGKILL);
  const std::string message = f.received("jgt-leiden");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  f.kill();
  f.set_time("2027-01-05 10:00");  // the first epoch's key is due
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);  // learns from the log what time it is
  EXPECT_EQ(f.as_killed("epoch-destroyed", "jgt-leiden", {"inbox"}).code, 128 + SIGKILL);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0) << "from the dossier";
}

}  // namespace
}  // namespace veerpont::e2e
