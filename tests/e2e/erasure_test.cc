// What the broker lets go: the bodies of events about business that is long over. The log still
// proves everything.
#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>

#include "audit/verifier.h"
#include "client_sdk/log/log_checks.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class Erasure : public Walkthrough {
 protected:
  int count(const std::string& what) {
    SQLite::Database db(f.broker_home() + "/broker.db", SQLite::OPEN_READONLY);
    return db.execAndGet("SELECT count(*) FROM " + what).getInt();
  }
  void tamper(const std::string& sql) {
    SQLite::Database(f.broker_home() + "/broker.db", SQLite::OPEN_READWRITE).exec(sql);
  }
};

TEST_F(Erasure, ClosedBusinessGoesAfterItsYearsAndTheLogStillProvesTheRest) {
  ASSERT_EQ(f.stop(), 0);
  std::ofstream(f.broker_home() + "/veerpontd.toml", std::ios::app)
      << "\n[limits]\nevent_years = 1\n";
  f.serve();
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string over = refers("de-binnenvest", grant);
  const std::string open = refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  for (const std::string& message :
       texts(f.as("jgt-leiden", {"inbox", "--json"}).json(), "messageId"))
    ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  steps("jgt-leiden", over, "decline", R"({"declineReason":"out-of-scope"})");
  steps("jgt-leiden", open, "accept");
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  later("2027-10-25 10:00",
        {"jgt-leiden",
         "de-binnenvest"});  // certificates are renewed in their last month, keys replaced
  for (const char* org : {"jgt-leiden", "de-binnenvest"})
    ASSERT_EQ(f.as(org, {"keys", "replace"}).code, 0);
  EXPECT_EQ(count("events WHERE body IS NULL"), 0);
  EXPECT_EQ(count("referrals"), 2);
  later("2027-11-25 10:00", {"jgt-leiden", "de-binnenvest"});
  const int erased = count("events WHERE body IS NULL");
  EXPECT_EQ(erased, 7) << "registered, submitted, released, the access log anchored, submitted "
                          "again, withdrawn, its shares; each Received names the open one too";
  EXPECT_EQ(count("referrals"), 1) << "the open one stays";
  EXPECT_EQ(count("events WHERE kind = 23"), 1);
  EXPECT_EQ(f.events("de-binnenvest", "events-erased").size(), 1u)
      << "everybody can see that, and how many";
  all_verify({"de-binnenvest", "jgt-leiden"});
  EXPECT_EQ(f.as("jgt-leiden", {"reply", over, "access-requested"}).code, 3)
      << "the broker knows nothing of it any more";
  steps("jgt-leiden", open, "start");
  both_in("started", open);

  // Who reads the log from its beginning finds every link of its own chain, and every erased leaf
  // in the tree.
  {
    RawClient team(f, "jgt-leiden");
    v1::ClientFrame frame;
    frame.mutable_events()->set_count(512);
    const auto page = team.request(frame).event_page();
    const auto checkpoint =
        audit::SignedCheckpoint::verify(page.checkpoint().note(), team.home().config.log_key);
    ASSERT_TRUE(checkpoint);
    int bodiless = 0;
    auto forged = page.events(0);
    std::uint64_t next = 0;
    const OrgId us = *OrgId::parse("jgt-leiden");
    sdk::PairCheck pairs(us, LogIndex{0}, [](const std::string&) { return audit::ChainHead{}; });
    int bodiless_between_two = 0;
    for (const auto& proven : page.events()) {
      const auto event = audit::verify_event(proven, checkpoint->size(), checkpoint->root());
      ASSERT_TRUE(event) << proven.index();
      bodiless += event->erased;
      const auto opening = audit::open_chain(*event, proven, *OrgId::parse("jgt-leiden"));
      ASSERT_TRUE(opening) << proven.index();
      const auto link = pairs.take(*event, proven);
      ASSERT_TRUE(link) << describe(link.refusal());
      bodiless_between_two += event->erased && link->has_value();
      if (opening->has_value()) {
        EXPECT_EQ((*opening)->number(), next++);
      }
    }
    EXPECT_GT(bodiless, 4);
    EXPECT_GT(bodiless_between_two, 2) << "the chain of the two goes on through what is erased";
    for (const auto& proven : page.events())
      if (proven.body().empty()) forged = proven;
    forged.mutable_entry()->front() = static_cast<char>(forged.entry().front() ^ 1);
    EXPECT_FALSE(audit::verify_event(forged, checkpoint->size(), checkpoint->root()))
        << "another leaf than the tree's";
  }
  // A body that is missing without the log saying so is found.
  ASSERT_EQ(f.stop(), 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
  tamper("UPDATE events SET body = NULL, salt = NULL WHERE idx = (SELECT max(idx) FROM events)");
  EXPECT_EQ(f.operate({"check"}).code, 4);
}

}  // namespace
}  // namespace veerpont::e2e
