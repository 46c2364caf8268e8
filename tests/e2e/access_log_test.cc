// Every display of content is a line in the organisation's own access log, on the real programs.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

class Accesses : public testing::Test {
 protected:
  Accesses() { f.two_organisations(); }
  std::vector<std::string> seen(const std::string& org, std::vector<std::string> filter = {}) {
    std::vector<std::string> command{"audit", "accesses", "--json"};
    command.insert(command.end(), filter.begin(), filter.end());
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<std::string> out;
    const auto rows = ran.json();
    for (const auto& row : rows.as_array())
      out.push_back(std::string(row.at("person").as_string()) + " " +
                    std::string(row.at("kind").as_string()));
    return out;
  }
  std::string sent_from(const std::string& org) {
    const auto events = f.events(org, "submitted");
    return events.empty() ? "" : std::string(events.front().at("messageId").as_string());
  }
  Federation f;
};

using Seen = std::vector<std::string>;

TEST_F(Accesses, EachDisplayIsAnEntryAlsoTheSecondAndOfOnesOwn) {
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--worker", ""}).code, 2) << "nobody";
  EXPECT_EQ(f.as("jgt-leiden", {"referrals"}).code, 0);
  EXPECT_EQ(seen("jgt-leiden"), Seen{}) << "nothing was shown";
  f.know_worker("jgt-leiden", "anna");
  f.know_worker("jgt-leiden", "bert");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--worker", "anna"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--worker", "bert", "--why", "waarneming"}).code,
            0);
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--worker", "anna", "--category", "safety"}).code,
            0);
  const Ran rows = f.as("jgt-leiden", {"referrals", "--worker", "anna", "--json"});
  EXPECT_EQ(rows.json().at(0).at("urgency").as_string(), "regulier") << rows.out;
  EXPECT_EQ(seen("jgt-leiden"),
            (Seen{"anna opened", "bert read-again", "anna read-again", "anna listed"}));
  EXPECT_EQ(seen("jgt-leiden", {"--person", "Anna"}).size(), 3u);
  EXPECT_EQ(seen("jgt-leiden", {"--referral", referral}).size(), 3u);
  EXPECT_EQ(seen("jgt-leiden", {"--until", "2020-01-01"}).size(), 0u);
  // What one sent oneself.
  const std::string own = sent_from("de-binnenvest");
  const Ran again = f.as("de-binnenvest", {"sent", own});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(again.json().as_object().contains("careNeed")) << again.out;
  EXPECT_EQ(seen("de-binnenvest"), Seen{std::string(Federation::kWorker) + " own"});
  EXPECT_EQ(f.as("de-binnenvest", {"sent", message}).code, 0) << "it is the same message";
  EXPECT_EQ(f.as("jgt-leiden", {"sent", message}).code, 3) << "which the other side did not send";
}

TEST_F(Accesses, WithTheBrokerAwayWhatIsHereIsShownAndRecorded) {
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  f.know_worker("jgt-leiden", Federation::kWorker);
  f.kill();
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 5) << "not opened yet";
  EXPECT_EQ(seen("jgt-leiden"), Seen{});
  f.serve();
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  f.kill();
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  EXPECT_EQ(seen("jgt-leiden").size(), 2u);
}

TEST_F(Accesses, WhatCannotBeRecordedIsNotShown) {
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  // A disk that takes no byte more: the write-ahead log, which another program keeps open, is
  // larger than a file may become.
  SQLite::Database other(f.home("jgt-leiden") + "/dossier.db", SQLite::OPEN_READWRITE);
  other.exec(
      "PRAGMA wal_autocheckpoint = 0; CREATE TABLE filler (x); INSERT INTO filler VALUES "
      "(zeroblob(65536)); DROP TABLE filler");
  f.limit_files(48u << 10);
  const Ran held = f.as("jgt-leiden", {"open", message});
  f.limit_files(0);
  EXPECT_EQ(held.code, 1) << held.err;
  EXPECT_NE(held.err.find("inzageregister is niet te schrijven"), std::string::npos) << held.err;
  EXPECT_EQ(held.out, "") << "nothing is shown";
  EXPECT_EQ(seen("jgt-leiden").size(), 1u);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  EXPECT_EQ(seen("jgt-leiden").size(), 2u);
}

TEST_F(Accesses, AreAnchoredForTheirOrganisationAloneAndVerified) {
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  EXPECT_EQ(f.events("jgt-leiden", "access-log-anchored").size(), 1u);
  EXPECT_EQ(f.events("de-binnenvest", "access-log-anchored").size(), 0u) << "nobody else reads it";
  const auto report = f.as("jgt-leiden", {"audit", "verify", "--json"}).json();
  EXPECT_EQ(report.at("accesses").to_number<int>(), 1);
  EXPECT_EQ(report.at("anchored").to_number<int>(), 1);
  EXPECT_EQ(f.operate({"check"}).code, 0) << "the broker's own records agree";
  std::filesystem::copy(f.home("jgt-leiden"), f.folder() + "/kept",
                        std::filesystem::copy_options::recursive);
  ASSERT_EQ(std::system(("sqlite3 '" + f.home("jgt-leiden") +
                         "/dossier.db' 'UPDATE access_log SET time = time - 1'")
                            .c_str()),
            0);
  const Ran caught = f.as("jgt-leiden", {"audit", "verify", "--full", "--lang", "en"});
  EXPECT_EQ(caught.code, 4);
  EXPECT_NE(caught.err.find("the access log: entry 1 was changed"), std::string::npos)
      << caught.err;
  EXPECT_NE(f.as("jgt-leiden", {"doctor"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
