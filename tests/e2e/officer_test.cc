// What the privacy officer asks of the log: filtered, counted, proven, through the command line.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <map>
#include <set>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

class Officer : public testing::Test {
 protected:
  Officer() { f.two_organisations(); }
  json::array listed(const std::string& org, std::vector<std::string> filter) {
    filter.insert(filter.begin(), {"audit", "list", "--json"});
    const Ran ran = f.as(org, filter);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.json().is_array() ? ran.json().as_array() : json::array();
  }
  json::object flows(const std::string& org, std::vector<std::string> filter = {}) {
    filter.insert(filter.begin(), {"audit", "flows", "--json"});
    const Ran ran = f.as(org, filter);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out).as_object();
  }
  static std::uint64_t number(const json::object& of, const char* name) {
    const auto* value = of.if_contains(name);
    return value == nullptr ? 0 : value->to_number<std::uint64_t>();
  }
  Federation f;
};

TEST_F(Officer, AFilterFindsWhatFitsAndNothingElse) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant),
                    other = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto all = listed("de-binnenvest", {});
  const auto counted = [&](const std::function<bool(const json::object&)>& fits) {
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [&](const json::value& one) { return fits(one.as_object()); }));
  };
  const auto is = [](const json::object& event, const char* field, std::string_view value) {
    const auto* found = event.if_contains(field);
    return found != nullptr && found->is_string() && std::string_view(found->as_string()) == value;
  };
  EXPECT_EQ(listed("de-binnenvest", {"--kind", "submitted"}).size(),
            counted([&](const auto& one) { return is(one, "kind", "submitted"); }));
  EXPECT_EQ(listed("de-binnenvest", {"--with", "jgt-leiden"}).size(), counted([&](const auto& one) {
              return is(one, "actor", "jgt-leiden") || is(one, "counterpart", "jgt-leiden");
            }));
  const auto of_grant = listed("de-binnenvest", {"--grant", grant});
  EXPECT_EQ(of_grant.size(), counted([&](const auto& one) { return is(one, "grantId", grant); }));
  EXPECT_GE(of_grant.size(), 2u);
  for (const auto& one : of_grant) EXPECT_TRUE(is(one.as_object(), "ground", "consent"));
  EXPECT_EQ(listed("de-binnenvest", {"--ground", "vital-interest"}).size(), 0u);
  EXPECT_GT(listed("de-binnenvest", {"--category", "safety"}).size(), 0u);
  EXPECT_EQ(listed("de-binnenvest", {"--category", "school"}).size(), 0u);
  EXPECT_EQ(listed("de-binnenvest", {"--until", "2020-01-01"}).size(), 0u);
  EXPECT_EQ(listed("de-binnenvest", {"--from", f.today()}).size(), all.size());
  const auto newest = listed("de-binnenvest", {"--limit", "2"});
  ASSERT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest.at(0).at("logIndex"), all.back().at("logIndex"));
  for (const auto& one : listed("de-binnenvest", {"--referral", referral}))
    EXPECT_FALSE(is(one.as_object(), "referralId", other));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--kind", "no-such"},
        {"--ground", "x"},
        {"--category", "x"},
        {"--from", "gisteren"},
        {"--from", "2027-01-01", "--until", "2026-01-01"}}) {
    std::vector<std::string> command{"audit", "list"};
    command.insert(command.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(f.as("de-binnenvest", command).code, 2) << wrong.front();
  }
}

TEST_F(Officer, FlowsAreTheSameAtBothSidesAndSayWhatWasReadAndWhatNobodyCanReadAnyMore) {
  // One is read, one is stopped unread, one waits, and one answer comes back.
  const std::string read = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  ASSERT_EQ(f.replies("jgt-leiden", read, "accept").code, 0);
  const std::string stopped = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(stopped);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", stopped}).code, 0);
  const std::string small = f.write(
      "small.json", R"({"routing":{"secretAddress":true},"safety":{"conclusion":"veilig"}})");
  ASSERT_EQ(f.as("de-binnenvest", {"refer", small, "--grant",
                                   f.grant("de-binnenvest", "jgt-leiden", "routing,safety")})
                .code,
            0);
  for (const char* org : {"de-binnenvest", "jgt-leiden"})
    ASSERT_EQ(f.as(org, {"audit", "sync"}).code, 0);
  const auto ours = flows("de-binnenvest"), theirs = flows("jgt-leiden");
  EXPECT_EQ(json::serialize(ours.at("flows")), json::serialize(theirs.at("flows")));
  const json::object all = ours.at("all").as_object();
  EXPECT_EQ(number(all, "sent"), 3u + 3u + 2u);
  EXPECT_EQ(number(all, "read"), 3u);
  EXPECT_EQ(number(all, "unreadable"), 3u);
  EXPECT_EQ(number(all, "referrals"), 3u);
  EXPECT_EQ(number(ours, "readAfterTheEnd"), 0u);
  for (const auto& one : ours.at("flows").as_array()) {
    const auto& row = one.as_object();
    EXPECT_EQ(row.at("from").as_string(), "de-binnenvest");
    EXPECT_EQ(row.at("toTitle").as_string(), "JGT Leiden");
    EXPECT_EQ(row.at("ground").as_string(), "consent");
    const bool everywhere = row.at("category").as_string() != "care-need";
    EXPECT_EQ(number(row, "sent"), everywhere ? 3u : 2u) << json::serialize(row);
    EXPECT_EQ(number(row, "read"), 1u);
    EXPECT_EQ(number(row, "unreadable"), 1u);
  }
  // The sum of a table is the table's sum, and a filter takes its part of it.
  EXPECT_EQ(number(flows("de-binnenvest", {"--category", "safety"}).at("all").as_object(), "sent"),
            3u);
  EXPECT_EQ(number(flows("de-binnenvest", {"--with", "jgt-leiden"}).at("all").as_object(), "sent"),
            8u);
  const auto before = flows("de-binnenvest", {"--from", "2020-01-01", "--until", "2020-12-31"});
  EXPECT_TRUE(before.at("flows").as_array().empty());
  const Ran csv = f.as("de-binnenvest", {"audit", "flows", "--csv"});
  EXPECT_EQ(csv.code, 0);
  EXPECT_NE(csv.out.find("\"totaal\",,,,8,3,3,3\n"), std::string::npos) << csv.out;
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "flows", "--from", "2026-01-01"}).code, 2);
}

TEST_F(Officer, OneEventIsProvenToWhoeverHasNothingButTheKey) {
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto sent = listed("de-binnenvest", {"--kind", "submitted"});
  ASSERT_EQ(sent.size(), 1u);
  const std::string place = std::to_string(sent.at(0).at("logIndex").to_number<std::uint64_t>());
  const Ran made = f.as("de-binnenvest", {"audit", "prove", place});
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string key =
      made.err.substr(made.err.find(": ") + 2, made.err.find('\n') - made.err.find(": ") - 2);
  const std::string file = f.write("event.tlog-proof", made.out);
  const Ran held = f.as("nobody", {"audit", "check-proof", file, "--key", key, "--json"});
  ASSERT_EQ(held.code, 0) << held.err;
  EXPECT_EQ(held.json().at("event").at("kind").as_string(), "submitted");
  EXPECT_EQ(held.json().at("event").at("counterpart").as_string(), "jgt-leiden");
  std::string changed = made.out;
  const auto at = changed.find("\nindex ") + 20;
  changed[at] = changed[at] == 'A' ? 'B' : 'A';
  EXPECT_EQ(
      f.as("nobody", {"audit", "check-proof", f.write("changed", changed), "--key", key}).code, 4);
  EXPECT_EQ(f.as("nobody", {"audit", "check-proof", f.write("junk", "junk"), "--key", key}).code,
            2);
  EXPECT_EQ(f.as("nobody", {"audit", "check-proof", file, "--key", "x"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "prove", "999999"}).code, 2);
}

// The same seed draws the same; a rule picks its entries whatever was drawn.
TEST_F(Officer, ASampleIsDrawnFromItsSeedAndRulesAddTheirOwn) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  const auto opens = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> command{"open", message};
    command.insert(command.end(), more.begin(), more.end());
    const Ran ran = f.as("jgt-leiden", command);
    EXPECT_EQ(ran.code, 0) << ran.err;
  };
  for (int i = 0; i < 6; ++i) opens();
  opens({"--why", "waarneming voor een collega"});
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "decline", "--document",
                                f.write("no.json", R"({"declineReason":"out-of-scope"})")})
                .code,
            0);
  opens();
  const auto draw = [&](const std::string& seed, const std::string& count) {
    const Ran ran =
        f.as("jgt-leiden", {"audit", "sample", "--seed", seed, "--count", count, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out).as_object();
  };
  const json::object three = draw("2026-Q4", "3");
  EXPECT_EQ(three, draw("2026-Q4", "3"));
  EXPECT_EQ(number(three, "of"), 8u);
  std::map<std::string, int> why;
  for (const auto& row : three.at("rows").as_array())
    for (const auto& reason : row.at("why").as_array()) ++why[std::string(reason.as_string())];
  EXPECT_EQ(why["drawn"], 3);
  EXPECT_EQ(why["outside-own-work"], 1);
  EXPECT_EQ(why["after-closing"], 1);
  EXPECT_EQ(why["exception"], 0);
  EXPECT_EQ(why["many-in-a-short-time"], 0);
  std::set<std::string> draws;
  for (const char* seed : {"a", "b", "c", "d", "e", "f"})
    draws.insert(json::serialize(draw(seed, "2").at("rows")));
  EXPECT_GT(draws.size(), 2u) << "another seed draws others";
  EXPECT_EQ(draw("alles", "500").at("rows").as_array().size(), 8u);
  for (int i = 0; i < 20; ++i) opens();
  why.clear();
  const json::object many = draw("niets", "1");
  for (const auto& row : many.at("rows").as_array())
    for (const auto& reason : row.at("why").as_array()) ++why[std::string(reason.as_string())];
  EXPECT_GT(why["many-in-a-short-time"], 0);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "sample", "--seed", ""}).code, 2);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "sample", "--seed", "x", "--count", "501"}).code, 2);
}

TEST_F(Officer, AQuarterIsCountedOnceAndSmallFiguresStayInTheHouse) {
  for (int i = 0; i < 7; ++i) f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto quarter = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"audit", "quarter"});
    const Ran ran = f.as("de-binnenvest", more);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  };
  const auto exact = json::parse(quarter({"--json"}));
  const auto counted = flows("de-binnenvest");
  EXPECT_EQ(exact.at("all").at("sent").as_int64(),
            static_cast<std::int64_t>(number(counted.at("all").as_object(), "sent")));
  EXPECT_EQ(exact.at("all").at("referrals").as_int64(), 7);
  const auto small = [](const json::value& row, const char* field) {
    const auto* value = row.as_object().if_contains(field);
    return value != nullptr && value->as_int64() > 0 && value->as_int64() < 5;
  };
  const auto has_small = [&](const json::value& report) {
    bool found = false;
    for (const auto& row : report.at("rows").as_array())
      for (const char* field : {"sent", "read", "unreadable", "referrals"})
        found = found || small(row, field);
    return found;
  };
  EXPECT_TRUE(has_small(exact)) << "one was read";
  const auto leaves = json::parse(quarter({"--json", "--others"}));
  EXPECT_FALSE(has_small(leaves));
  EXPECT_EQ(leaves.at("rows").at(0).at("referrals").as_int64(), 7);
  EXPECT_EQ(leaves.at("all").at("sent").as_int64(), 21) << "nothing of it was hidden";
  EXPECT_EQ(leaves.at("all").at("read").as_int64(), -1) << "no sum says what was hidden";
  // Five of seven are read: the difference would say the two, in a row or in the sum.
  const auto waiting = f.as("jgt-leiden", {"inbox", "--json"}).json();
  ASSERT_EQ(waiting.as_array().size(), 6u);
  for (std::size_t i = 0; i < 4; ++i)
    ASSERT_EQ(
        f.as("jgt-leiden", {"open", std::string(waiting.at(i).at("messageId").as_string())}).code,
        0);
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto most = json::parse(quarter({"--json", "--others"}));
  EXPECT_EQ(most.at("rows").at(0).at("sent").as_int64(), 7);
  EXPECT_EQ(most.at("rows").at(0).at("read").as_int64(), -1);
  EXPECT_EQ(most.at("all").at("read").as_int64(), -1);
  EXPECT_NE(quarter({"--others"}).find("niet genoemd"), std::string::npos);
  EXPECT_EQ(f.as("de-binnenvest",
                 {"audit", "quarter", "--others", "--from", "2027-01-01", "--until", "2027-04-01"})
                .code,
            2)
      << "a day more than a quarter would tell what came on it";
  EXPECT_EQ(quarter({"--csv"}).substr(0, 1), "\"");
  EXPECT_EQ(
      f.as("de-binnenvest", {"audit", "quarter", "--from", "2027-01-02", "--until", "2027-01-01"})
          .code,
      2);
}

TEST_F(Officer, OneReferralForACourtHoldsProofsAndNoContent) {
  f.know_worker("jgt-leiden", "een functionaris");
  const std::string about = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string other = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_FALSE(f.received("jgt-leiden").empty());
  const auto inbox = f.as("jgt-leiden", {"inbox", "--json"}).json();
  for (const auto& row : inbox.as_array())
    ASSERT_EQ(f.as("jgt-leiden", {"open", std::string(row.at("messageId").as_string())}).code, 0);
  const std::string file = f.folder() + "/bewijs.html";
  const auto make = [&](const std::string& referral) {
    return f.as("jgt-leiden", {"audit", "evidence", referral, "--out", file, "--worker",
                               "een functionaris", "--role", "privacy-officer"});
  };
  EXPECT_EQ(make("00112233445566778899aabbccddeeff").code, 2);
  const Ran made = make(about);
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(make(about).code, 2) << "a file that is there stays";
  const std::string page = contents(file);
  EXPECT_NE(page.find(about), page.npos);
  EXPECT_EQ(page.find(other), page.npos) << "another family";
  EXPECT_EQ(page.find("gesprekken"), page.npos) << "content";
  EXPECT_EQ(page.find("<script"), page.npos);
  EXPECT_EQ(page.find("http://"), page.npos) << "it needs nothing else";
  // Every block is a proof that holds.
  const auto invitation = json::parse(contents(f.folder() + "/jgt-leiden.invitation"));
  const std::string key(invitation.at("logVerifierKey").as_string());
  int proofs = 0;
  for (std::size_t at = 0; (at = page.find("<pre>c2sp.org", at)) != page.npos; ++at) {
    const std::string proof = page.substr(at + 5, page.find("</pre>", at) - at - 5);
    EXPECT_EQ(
        f.as("de-binnenvest", {"audit", "check-proof", f.write("block.proof", proof), "--key", key})
            .code,
        0);
    ++proofs;
  }
  EXPECT_GE(proofs, 3) << "registered, submitted, released";
  EXPECT_NE(page.find("noemt ook een andere verwijzing"), page.npos) << "one receipt for both";
  const auto accesses = f.as("jgt-leiden", {"audit", "accesses", "--json"}).out;
  EXPECT_NE(accesses.find("audit evidence"), accesses.npos);
}

}  // namespace
}  // namespace veerpont::e2e
