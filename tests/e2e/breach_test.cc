// After a leak: what was seen between two times, what could have been, and what could not.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <set>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

class Breaches : public testing::Test {
 protected:
  Breaches() : f("2026-11-20 08:00") { f.two_organisations(); }
  // At that moment, for both and the broker.
  void at(const std::string& date) {
    f.kill();
    f.set_time(date);
    f.serve();
    (void)f.operate({"clock", "accept"});
  }
  std::string refer(bool secret = false) {
    const std::string document = f.write(
        "d.json", secret ? R"({"routing":{"secretAddress":true},"safety":{"conclusion":"x"}})"
                         : R"({"safety":{"conclusion":"x"}})");
    grant = f.grant("de-binnenvest", "jgt-leiden", "routing,safety");
    const Ran sent = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
    EXPECT_EQ(sent.code, 0) << sent.err << sent.out;
    return std::string(sent.json().at("referralId").as_string());
  }
  json::object breach(const std::string& org, const std::string& from, const std::string& until,
                      const std::string& person = {}) {
    std::vector<std::string> command{"audit",  "breach",   "--from",
                                     from,     "--until",  until,
                                     "--json", "--worker", Federation::kWorker};
    if (!person.empty()) command.insert(command.end(), {"--person", person});
    f.know_worker(org, Federation::kWorker);
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out).as_object();
  }
  static std::set<std::string> referrals(const json::object& answer, const char* part) {
    std::set<std::string> out;
    for (const auto& row : answer.at(part).as_array())
      out.insert(std::string(row.at("referralId").as_string()));
    return out;
  }
  using Ids = std::set<std::string>;
  Federation f;
  std::string grant;
};

TEST_F(Breaches, WhatWasReadCouldBeReadAndCouldNot) {
  // Read at nine; sharing stopped at nine before anybody read; unread; and one of a later day.
  const std::string read = refer();
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  const std::string stopped = refer();
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  const std::string unread = refer(true);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  at("2026-11-21 12:00");
  const std::string later = refer();
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);

  const auto day = breach("jgt-leiden", "2026-11-20T07:00:00Z", "2026-11-21T00:00:00Z");
  EXPECT_EQ(referrals(day, "read"), Ids{read});
  EXPECT_EQ(referrals(day, "could"), (Ids{read, unread, stopped}))
      << "sharing stopped within that time: before it stopped it could be opened";
  EXPECT_EQ(day.at("read").at(0).at("person").as_string(), Federation::kWorker);
  EXPECT_EQ(
      referrals(breach("jgt-leiden", "2026-11-20T07:00:00Z", "2026-11-21T00:00:00Z", "iemand"),
                "read"),
      Ids{});

  const auto next = breach("jgt-leiden", "2026-11-21T08:00:00Z", "2026-11-21T23:00:00Z");
  EXPECT_EQ(referrals(next, "read"), Ids{}) << "nobody read on that day";
  EXPECT_EQ(referrals(next, "could"), (Ids{read, unread, later}));
  EXPECT_EQ(referrals(next, "couldNot"), Ids{stopped});
  // Before anything was sent there was nothing.
  const auto before = breach("jgt-leiden", "2026-11-19T00:00:00Z", "2026-11-19T12:00:00Z");
  EXPECT_EQ(referrals(before, "could"), Ids{});
  EXPECT_EQ(referrals(before, "couldNot"), Ids{});
  // Who sent it had its own copy of everything.
  EXPECT_EQ(
      referrals(breach("de-binnenvest", "2026-11-20T07:00:00Z", "2026-11-22T00:00:00Z"), "could"),
      (Ids{read, stopped, unread, later}));
  EXPECT_TRUE(breach("de-binnenvest", "2026-11-20T07:00:00Z", "2026-11-22T00:00:00Z")
                  .at("could")
                  .at(0)
                  .at("secretAddress")
                  .as_bool())
      << "who must be called now stands first";
  // Looking left an entry, and without a person nobody looks.
  const auto entries = f.as("jgt-leiden", {"audit", "accesses", "--json"}).json();
  EXPECT_TRUE(entries.as_array().back().at("list").as_string().starts_with("breach 2026-11-19T"));
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "breach", "--from", "2026-11-20T07:00:00Z", "--until",
                                "2026-11-21T00:00:00Z"})
                .code,
            2);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "breach", "--from", "2026-11-22T07:00:00Z", "--until",
                                "2026-11-21T00:00:00Z", "--worker", Federation::kWorker})
                .code,
            2);
}

}  // namespace
}  // namespace veerpont::e2e
