// Reading answers from what is here: it waits neither for the network nor for another call, and
// says how old it is.
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <future>
#include <thread>

#include "tests/e2e/drafts.h"
#include "tests/e2e/federation.h"
#include "veerpont/veerpont.h"

namespace veerpont::e2e {
namespace {

class Reading : public testing::Test {
 protected:
  Federation f;
  std::string referral;
  Reading() {
    f.two_organisations();
    referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    f.received("jgt-leiden");
  }
  Client client(const std::string& org) {
    auto unlock = Unlock::credential_file(f.home(org) + ".credential");
    auto home = Home::open(f.home(org), *unlock);
    EXPECT_TRUE(home) << describe(home.refusal());
    return Client(std::move(*home));
  }
  // Everything that reads, once each.
  void read_all(Client& reader) const {
    EXPECT_EQ(reader.referrals()->size(), 1u);
    EXPECT_FALSE(reader.timeline(*ReferralId::parse(referral))->empty());
    EXPECT_TRUE(reader.grants());
    EXPECT_TRUE(reader.exceptions(true));
    EXPECT_TRUE(reader.due(400));
    EXPECT_TRUE(reader.rhythm());
    EXPECT_TRUE(reader.inbox({.all = true}));
    EXPECT_FALSE(reader.audit_list()->empty());
    EXPECT_TRUE(reader.audit_verify());
    EXPECT_LE(reader.outbox().size(), 1u);  // what is being sent now
    EXPECT_LE(reader.workers().size(), 1u);
    EXPECT_FALSE(reader.whoami().fingerprint.empty());
    EXPECT_TRUE(reader.as_of().has_value());
  }
};

TEST_F(Reading, GoesOnWhileAnotherWaitsForMail) {
  f.know_worker("jgt-leiden", Federation::kWorker);
  Client team = client("jgt-leiden");
  ASSERT_TRUE(team.open(team.inbox()->front().message, Actor{Federation::kWorker}));
  std::atomic<bool> arrived = false;
  auto waiting = std::async(std::launch::async, [&] {
    auto rows = team.inbox({.wait = std::chrono::seconds(120)});
    arrived = true;
    return rows;
  });
  // And one sends, through the same client.
  auto sending = std::async(std::launch::async, [&] {
    const auto update = Update::from_json(R"({"message":"wij kijken ernaar"})");
    return team.reply(*ReferralId::parse(referral), Step::update, *update);
  });
  std::vector<std::thread> readers;
  for (int i = 0; i < 100; ++i) readers.emplace_back([&] { read_all(team); });
  for (auto& reader : readers) reader.join();
  EXPECT_FALSE(arrived) << "the reads waited for the mail";
  const auto sent = sending.get();
  EXPECT_TRUE(sent) << describe(sent.refusal());
  const std::string other = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const auto rows = waiting.get();
  ASSERT_TRUE(rows) << describe(rows.refusal());
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().referral.hex(), other);
}

TEST_F(Reading, GoesOnWhileACallHangsOnABrokerThatDoesNotAnswer) {
  Client team = client("jgt-leiden");
  ASSERT_TRUE(team.sync());
  ASSERT_EQ(::kill(f.pid(), SIGSTOP), 0);
  auto hanging = std::async(std::launch::async, [&] { return team.sync(); });
  for (int round = 0; round < 3; ++round) read_all(team);
  EXPECT_EQ(hanging.wait_for(std::chrono::seconds(0)), std::future_status::timeout)
      << "the reads waited for the broker";
  ASSERT_EQ(::kill(f.pid(), SIGCONT), 0);
  EXPECT_TRUE(hanging.get());
}

TEST_F(Reading, SaysHowOldItIsWhenTheBrokerIsAway) {
  ASSERT_EQ(f.stop(), 0);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"referrals"}, {"referral", referral}, {"inbox"}, {"audit", "verify", "--full"}}) {
    const auto with = [&](const char* flag) {
      std::vector<std::string> words = command;
      words.emplace_back(flag);
      return f.as("jgt-leiden", words);
    };
    const Ran plain = f.as("jgt-leiden", command);
    EXPECT_EQ(plain.code, 0) << command.front() << ": " << plain.err;
    EXPECT_NE(plain.err.find("Stand van "), std::string::npos) << plain.err;
    EXPECT_NE(plain.err.find("antwoordt niet"), std::string::npos) << plain.err;
    const Ran offline = with("--offline");
    EXPECT_EQ(offline.code, 0);
    EXPECT_EQ(offline.out, plain.out);
    EXPECT_NE(offline.err.find("Stand van "), std::string::npos) << offline.err;
    EXPECT_EQ(offline.err.find("antwoordt niet"), std::string::npos) << "it was not asked";
    EXPECT_EQ(with("--fresh").code, 5) << command.front();
  }
}

TEST_F(Reading, GivesReferralsByPagesInTheOrderOfTheWhole) {
  for (int i = 0; i < 4; ++i) f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  Client shelter = client("de-binnenvest");
  ASSERT_TRUE(shelter.sync());
  const auto all = shelter.referrals();
  ASSERT_EQ(all->size(), 5u);
  for (const bool open_only : {false, true}) {
    std::vector<ReferralId> paged;
    for (ReferralQuery query{open_only, 2};;) {
      const auto page = shelter.referrals(query);
      ASSERT_LE(page->size(), 2u);
      for (const ReferralRow& row : *page) paged.push_back(row.referral);
      if (page->size() < 2) break;
      query.after = page->back().referral;
    }
    ASSERT_EQ(paged.size(), all->size());
    for (std::size_t i = 0; i < paged.size(); ++i) EXPECT_EQ(paged[i], (*all)[i].referral) << i;
  }
}

TEST_F(Reading, GivesTheInboxByPagesByPartnerAndByReferral) {
  for (int i = 0; i < 4; ++i) f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  Client team = client("jgt-leiden");
  ASSERT_TRUE(team.sync());
  const auto all = team.inbox();
  ASSERT_EQ(all->size(), 5u);
  std::vector<MessageId> paged;
  for (InboxQuery query{.limit = 2};;) {
    const auto page = team.inbox(query);
    ASSERT_LE(page->size(), 2u);
    for (const InboxRow& row : *page) paged.push_back(row.message);
    if (page->size() < 2) break;
    query.after = page->back().message;
  }
  ASSERT_EQ(paged.size(), all->size());
  for (std::size_t i = 0; i < paged.size(); ++i) EXPECT_EQ(paged[i], (*all)[i].message) << i;
  EXPECT_EQ(team.inbox({.from = "de-binnenvest"})->size(), 5u);
  EXPECT_TRUE(team.inbox({.from = "linde"})->empty());
  const auto one = team.inbox({.referral = all->at(2).referral});
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ(one->front().message, all->at(2).message);
  EXPECT_TRUE(team.inbox({.after = all->back().message})->empty());
}

TEST_F(Reading, RowsSayWhatAPersonRecognises) {
  Client shelter = client("de-binnenvest");
  ASSERT_TRUE(shelter.sync());
  const ReferralRow row = shelter.referrals()->front();
  EXPECT_EQ(row.title, "JGT Leiden");
  EXPECT_EQ(row.partner_kind, "youth-team");
  EXPECT_EQ(row.kind, "referral");
  EXPECT_EQ(row.ground, "consent");
  EXPECT_EQ(row.step, "refer");
  EXPECT_TRUE(row.since.has_value());
  EXPECT_FALSE(row.suspended || row.hidden);
  EXPECT_TRUE(row.categories.has(Category::care_need));
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  ASSERT_TRUE(shelter.sync());
  EXPECT_TRUE(shelter.referrals()->front().suspended);
  const auto events = shelter.timeline(row.referral);
  const auto theirs = std::find_if(events->begin(), events->end(),
                                   [](const EventRow& e) { return e.actor == "jgt-leiden"; });
  ASSERT_NE(theirs, events->end());
  EXPECT_EQ(theirs->title, "JGT Leiden");
  EXPECT_TRUE(theirs->suspended);
  EXPECT_EQ(theirs->counterpart, "de-binnenvest");
  EXPECT_EQ(events->front().grant, row.grant);
  EXPECT_TRUE(events->front().categories.has(Category::care_need));
}

TEST_F(Reading, VerifyingGoesOnFromWhereItStood) {
  const auto verify = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> words{"audit", "verify", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return f.as("de-binnenvest", words).json();
  };
  const auto first = verify();
  EXPECT_EQ(first.at("checked").as_int64(), first.at("events").as_int64());
  EXPECT_EQ(verify().at("checked").as_int64(), 0);
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const auto later = verify();
  EXPECT_GT(later.at("checked").as_int64(), 0);
  EXPECT_LT(later.at("checked").as_int64(), later.at("events").as_int64());
  const auto full = verify({"--full"});
  EXPECT_EQ(full.at("checked").as_int64(), full.at("events").as_int64());
}

TEST_F(Reading, WhatWaitedAndWasRefusedIsToldUntilSomebodyCancelsIt) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.kill();
  ASSERT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 5);
  Client shelter = client("de-binnenvest");
  ASSERT_EQ(shelter.outbox().size(), 1u);
  EXPECT_TRUE(shelter.refused_later().empty());
  f.serve();
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  ASSERT_TRUE(shelter.sync());
  EXPECT_TRUE(shelter.outbox().empty());
  const auto refused = shelter.refused_later();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].state, "refused");
  EXPECT_EQ(refused[0].what, "refer");
  EXPECT_FALSE(shelter.cancel(*MessageId::parse(refused[0].id))->perhaps_sent);
  EXPECT_TRUE(shelter.refused_later().empty());
  ASSERT_EQ(f.operate({"resume", "jgt-leiden"}).code, 0);
  ASSERT_TRUE(shelter.sync());
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u) << "the other referral alone";
}

TEST_F(Reading, AClientInTheBackgroundSaysWhenSomethingChanged) {
  std::atomic<int> calls = 0;  // outlives the client, whose thread counts in it
  Client team = client("jgt-leiden");
  team.start([&] { ++calls; });
  const auto readable = [&](int milliseconds) {
    pollfd waits{team.wait_fd(), POLLIN, 0};
    return ::poll(&waits, 1, milliseconds) == 1;
  };
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_TRUE(readable(60'000));
  while (team.inbox()->size() < 2) {
    team.acknowledge();
    ASSERT_TRUE(readable(60'000));
  }
  while (calls == 0) std::this_thread::yield();  // it is readable a moment before the call
}

TEST_F(Reading, ANameIsFoundInWhatWasWrittenOrOpenedHereAndTheSearchIsAnEntry) {
  Draft draft;
  draft.outbound = R"("routing","identity","care-need")";
  draft.birth = "2013-05-17";
  draft.authority = "single";
  draft.answers =
      answer("child", "agrees", "", f.today()) + "," + answer("parent", "agrees", "", f.today());
  const Ran registered =
      f.as("de-binnenvest", {"grant", "register", f.write("draft.json", draft.json()), "--json"});
  ASSERT_EQ(registered.code, 0) << registered.err;
  const std::string grant(registered.json().at("grantId").as_string());
  const std::string child = f.write(
      "child.json",
      R"({"routing":{"urgency":"regulier","secretAddress":false},"identity":{"givenNames":"Voorbeeldje","familyName":"de Jong-Tést"},"careNeed":{"tried":"gesprekken"}})");
  ASSERT_EQ(f.as("de-binnenvest", {"refer", child, "--grant", grant}).code, 0);
  const std::string arrived = f.received("jgt-leiden");
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) f.know_worker(org, "anna");
  const Actor anna{"anna"};
  Client shelter = client("de-binnenvest");
  for (const char* name : {"voorbeeld", "JONG TEST", "Voorbeeldje de Jong"}) {
    const auto found = shelter.find_by_name(name, anna);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 1u) << name;
  }
  EXPECT_EQ(shelter.find_by_name("iemand anders", anna)->size(), 0u);
  EXPECT_EQ(shelter.find_by_name("v", anna).refusal().code, RefusalCode::invalid_input);
  EXPECT_EQ(shelter.find_by_name("voor\nbeeld", anna).refusal().code, RefusalCode::invalid_input);
  EXPECT_EQ(shelter.find_by_name("voorbeeld", Actor{"nobody"}).refusal().code,
            RefusalCode::not_found);
  const auto entries = shelter.accesses();
  ASSERT_EQ(entries->size(), 4u) << "one for each search that was made";
  EXPECT_EQ(entries->front().kind, AccessKind::searched);
  EXPECT_EQ(entries->front().list, "voorbeeld");
  Client team = client("jgt-leiden");
  EXPECT_EQ(team.find_by_name("voorbeeld", anna)->size(), 0u) << "nobody opened it";
  ASSERT_TRUE(team.open(*MessageId::parse(arrived), anna));
  EXPECT_EQ(team.find_by_name("voorbeeld", anna)->size(), 1u);
}

}  // namespace
}  // namespace veerpont::e2e
