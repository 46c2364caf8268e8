// The broker's own refusals, against a client that keeps none of the SDK's rules.
#include <gtest/gtest.h>

#include <ctime>

#include "schemas/wire.h"
#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

class Gate : public testing::Test {
 protected:
  Federation f;
  std::string grant;
  void SetUp() override {
    f.two_organisations();
    f.join("go-voor-jeugd", "Go! voor Jeugd", "youth-team");
    grant = f.grant("de-binnenvest", "jgt-leiden");
  }
  std::string sends(RawClient& client, const RawClient::Wanted& wanted) {
    return client.outcome(client.request(client.submit(wanted)));
  }
  std::string fresh_referral() { return fresh<ReferralId>().hex(); }
  std::size_t refusals_logged(const std::string& org) { return f.events(org, "refused").size(); }
  void nothing_stored() {
    EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
    EXPECT_EQ(f.as("go-voor-jeugd", {"inbox", "--json"}).json().as_array().size(), 0u);
    EXPECT_EQ(f.operate({"check"}).code, 0);
  }
};

// Sealed again under the same referral: the older message's end is not the referral's.
TEST_F(Gate, AFirstMessageThatExpiresEndsNothingWhileANewerOneWaits) {
  const std::string referral = fresh_referral();
  {
    RawClient shelter(f, "de-binnenvest");
    auto older = shelter.submit({"jgt-leiden", grant, referral, Step::refer, kUsual});
    shelter.sign_again(older, [](v1::Header& h) { h.set_expires(h.created() + 3'600'000); });
    ASSERT_EQ(shelter.outcome(shelter.request(older)), "");
    ASSERT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::refer, kUsual}), "");
  }
  ASSERT_EQ(f.stop(), 0);
  char later[32];
  const std::time_t then = std::time(nullptr) + 2 * 3600;
  std::strftime(later, sizeof later, "%Y-%m-%d %H:%M", std::gmtime(&then));
  f.set_time(later);
  f.serve();
  for (int i = 0; i < 200 && f.events("de-binnenvest", "message-expired").empty(); ++i)
    f.as("de-binnenvest", {"audit", "sync"});
  EXPECT_EQ(f.events("de-binnenvest", "message-expired").size(), 1u);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 1u);
  EXPECT_EQ(f.state("jgt-leiden", referral), "delivered");
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Gate, RenewsWithAnUnusedGrantAloneAndLinksOnlyWhoTakesPart) {
  RawClient shelter(f, "de-binnenvest");
  RawClient team(f, "jgt-leiden");
  RawClient other(f, "go-voor-jeugd");
  const std::string used = f.grant("de-binnenvest", "jgt-leiden");
  const std::string unused = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = fresh_referral();
  ASSERT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::refer, kUsual}), "");
  ASSERT_EQ(sends(shelter, {"jgt-leiden", used, fresh_referral(), Step::refer, kUsual}), "");
  const CategorySet record{Category::grant_record};
  EXPECT_EQ(sends(shelter, {"jgt-leiden", used, referral, Step::renew, record}), "grant-mismatch")
      << "it carries another referral";
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::renew, record}), "grant-mismatch")
      << "it is this grant already";
  EXPECT_EQ(sends(shelter, {"jgt-leiden", unused, referral, Step::renew, {Category::routing}}),
            "section-mismatch")
      << "without its record";
  EXPECT_EQ(sends(team, {"de-binnenvest", unused, referral, Step::renew, {Category::update}}),
            "wrong-direction")
      << "only its holder renews";
  EXPECT_EQ(sends(shelter, {"jgt-leiden", unused, referral, Step::renew, record}), "");
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::update, {}}), "grant-mismatch")
      << "the old one is over";

  const auto linked = [&](RawClient& client, const std::string& under, const std::string& to) {
    auto frame = client.submit({"jgt-leiden", under, fresh_referral(), Step::refer, kUsual});
    client.sign_again(frame,
                      [&](v1::Header& h) { h.set_linked_referral(ReferralId::parse(to)->str()); });
    return client.outcome(client.request(frame));
  };
  EXPECT_EQ(linked(other, f.grant("go-voor-jeugd", "jgt-leiden"), referral), "unknown-referral")
      << "it takes no part, and learns nothing";
  EXPECT_EQ(linked(shelter, f.grant("de-binnenvest", "jgt-leiden"), fresh_referral()),
            "unknown-referral");
  EXPECT_EQ(linked(shelter, f.grant("de-binnenvest", "jgt-leiden"), referral), "");
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Gate, RefusesEverythingOutsideTheGrantAndLogsIt) {
  RawClient shelter(f, "de-binnenvest");
  RawClient team(f, "jgt-leiden");
  const std::string other_grant = f.grant("de-binnenvest", "go-voor-jeugd");
  EXPECT_EQ(
      sends(shelter, {"jgt-leiden", fresh<GrantId>().hex(), fresh_referral(), Step::refer, kUsual}),
      "unknown-grant");
  EXPECT_EQ(sends(shelter, {"jgt-leiden", other_grant, fresh_referral(), Step::refer, kUsual}),
            "wrong-direction");  // for another recipient
  EXPECT_EQ(sends(team, {"de-binnenvest", grant, fresh_referral(), Step::refer, kUsual}),
            "wrong-direction");
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, fresh_referral(), Step::refer,
                            kUsual | CategorySet{Category::health}}),
            "category-not-granted");
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, fresh_referral(), Step::accept, kUsual}),
            "unknown-referral");
  EXPECT_EQ(
      sends(shelter, {"jgt-leiden", grant, fresh_referral(), Step::refer, {Category::routing}}),
      "section-mismatch");  // no record
  nothing_stored();
  EXPECT_EQ(refusals_logged("de-binnenvest"), 5u);
  EXPECT_EQ(refusals_logged("jgt-leiden"), 1u);

  const std::string referral = fresh_referral();
  ASSERT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::refer, kUsual}), "");
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, fresh_referral(), Step::refer, kUsual}),
            "grant-mismatch");  // another referral
  EXPECT_EQ(sends(team, {"de-binnenvest", grant, referral, Step::update, {Category::care_need}}),
            "wrong-direction");
  EXPECT_EQ(sends(team, {"de-binnenvest", grant, referral, Step::complete, {}}),
            "step-not-allowed");
  EXPECT_EQ(sends(team, {"de-binnenvest", other_grant, referral, Step::update, {Category::update}}),
            "grant-mismatch");
  RawClient stranger(f, "go-voor-jeugd");
  EXPECT_EQ(sends(stranger, {"jgt-leiden", grant, referral, Step::update, {}}), "unknown-referral");

  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_EQ(sends(shelter, {"jgt-leiden", grant, referral, Step::update, {Category::routing}}),
            "grant-withdrawn");
}

TEST_F(Gate, RefusesAGrantThatHasNotBegunOrDoesNotEndOnTheFirst) {
  RawClient shelter(f, "de-binnenvest");
  const Time now = SystemClock().now();
  const Time first = *amsterdam_midnight("2030-01-01");
  const GrantId later = fresh<GrantId>();
  ASSERT_EQ(shelter.outcome(shelter.request(shelter.grant(
                "jgt-leiden", {Category::routing}, now + std::chrono::hours(1), first, later))),
            "");
  EXPECT_EQ(sends(shelter, {"jgt-leiden",
                            later.hex(),
                            fresh_referral(),
                            Step::refer,
                            {Category::grant_record, Category::routing}}),
            "grant-not-yet-valid");
  EXPECT_EQ(shelter.outcome(
                shelter.request(shelter.grant("jgt-leiden", {Category::routing}, now,
                                              first + std::chrono::hours(1), fresh<GrantId>()))),
            "malformed");
  EXPECT_EQ(shelter.outcome(shelter.request(
                shelter.grant("nobody", {Category::routing}, now, first, fresh<GrantId>()))),
            "unknown-recipient");
  EXPECT_EQ(shelter.outcome(shelter.request(
                shelter.grant("jgt-leiden", {Category::school}, now, first, later))),
            "grant-id-conflict");
}

TEST_F(Gate, RefusesAfterTheGrantsEndAndLogsIt) {
  const std::string ending = f.grant("de-binnenvest", "jgt-leiden", Federation::kOutbound, 1);
  ASSERT_EQ(f.stop(), 0);
  const std::string first = f.first_of_next_month();
  f.set_time(first + " 01:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);  // publishes keys for that week
  RawClient shelter(f, "de-binnenvest");
  RawClient::Wanted late{"jgt-leiden", ending, fresh_referral(), Step::refer, kUsual};
  late.created = *parse_rfc3339(first + "T01:00:00Z");
  EXPECT_EQ(sends(shelter, late), "grant-expired");
  nothing_stored();
  EXPECT_EQ(refusals_logged("de-binnenvest"), 1u);
}

TEST_F(Gate, KnowsADuplicateAlsoTenMinutesLaterAndRefusesTheSameIdWithOtherBytes) {
  RawClient shelter(f, "de-binnenvest");
  v1::ClientFrame frame =
      shelter.submit({"jgt-leiden", grant, fresh_referral(), Step::refer, kUsual});
  const auto first = shelter.request(frame);
  ASSERT_TRUE(first.has_receipt());
  const auto again = shelter.request(frame);
  ASSERT_TRUE(again.has_receipt());
  EXPECT_EQ(again.receipt().event().index(), first.receipt().event().index());
  EXPECT_EQ(again.receipt().event().body(), first.receipt().event().body());

  ASSERT_EQ(f.stop(), 0);
  const std::time_t later = std::time(nullptr) + 600;
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M", std::gmtime(&later));
  f.set_time(date);
  f.serve();
  RawClient reconnected(f, "de-binnenvest");
  const auto late = reconnected.request(frame);
  ASSERT_TRUE(late.has_receipt()) << reconnected.outcome(late);
  EXPECT_EQ(late.receipt().event().index(), first.receipt().event().index());

  reconnected.sign_again(
      frame, [](v1::Header& header) { header.set_respond_by(header.respond_by() + 1); });
  EXPECT_EQ(reconnected.outcome(reconnected.request(frame)), "message-id-conflict");
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 1u);
}

TEST_F(Gate, RefusesForgeriesBeforeAnythingIsLogged) {
  RawClient shelter(f, "de-binnenvest");
  RawClient team(f, "jgt-leiden");
  const v1::ClientFrame honest =
      shelter.submit({"jgt-leiden", grant, fresh_referral(), Step::refer, kUsual});
  const auto variant = [&](const std::function<void(v1::ClientFrame&)>& change) {
    v1::ClientFrame frame = honest;
    change(frame);
    return shelter.outcome(shelter.request(frame));
  };
  EXPECT_EQ(team.outcome(team.request(honest)), "not-your-identity");
  EXPECT_EQ(variant([](auto& x) {
              x.mutable_submit()->mutable_envelope()->mutable_signature()->at(3) ^= 1;
            }),
            "bad-signature");
  EXPECT_EQ(variant([&](auto& x) {
              shelter.sign_again(x,
                                 [](v1::Header& h) { h.set_sender_key_id(std::string(32, 'k')); });
            }),
            "unknown-key");
  EXPECT_EQ(variant([&](auto& x) { shelter.sign_again(x, [](v1::Header& h) { h.set_suite(2); }); }),
            "unknown-suite");
  EXPECT_EQ(
      variant([&](auto& x) { shelter.sign_again(x, [](v1::Header& h) { h.set_respond_by(0); }); }),
      "malformed");
  EXPECT_EQ(variant([](auto& x) { x.mutable_submit()->mutable_shares()->RemoveLast(); }),
            "malformed");
  // These carry a valid signature: each is logged.
  EXPECT_EQ(variant([](auto& x) {
              x.mutable_submit()->mutable_envelope()->mutable_ciphertexts(0)->at(9) ^= 1;
            }),
            "section-mismatch");
  EXPECT_EQ(variant([](auto& x) { x.mutable_submit()->mutable_shares(0)->at(9) ^= 1; }),
            "section-mismatch");
  EXPECT_EQ(variant([&](auto& x) {
              shelter.sign_again(x, [](v1::Header& h) {
                h.set_created(h.created() + 600'000);
                h.set_respond_by(h.created() + 1);
              });
            }),
            "clock-skew");
  EXPECT_EQ(variant([&](auto& x) {
              shelter.sign_again(x, [](v1::Header& h) {
                h.set_created(h.created() - 3'600'000);
                h.set_expires(h.created() + 60'000);
                h.set_respond_by(h.created() + 1000);
              });
            }),
            "expired");
  EXPECT_EQ(variant([&](auto& x) {
              shelter.sign_again(x, [](v1::Header& h) {
                h.mutable_sections(0)->set_epoch(h.sections(0).epoch() + 1);
              });
            }),
            "unknown-epoch");
  nothing_stored();
  EXPECT_EQ(refusals_logged("de-binnenvest"), 5u);
}

TEST_F(Gate, ReleasesOnlyToTheRecipientAndAnswersARepeatedReleaseTheSame) {
  RawClient shelter(f, "de-binnenvest");
  v1::ClientFrame sent =
      shelter.submit({"jgt-leiden", grant, fresh_referral(), Step::refer, kUsual});
  ASSERT_TRUE(shelter.request(sent).has_receipt());
  v1::Header header;
  ASSERT_TRUE(header.ParseFromString(sent.submit().envelope().header()));
  f.received("jgt-leiden");
  const auto release = [&](RawClient& client, v1::Category category, const std::string& operation) {
    return client.request(fakes::release_frame(
        client.signer(), *MessageId::from_bytes(header.message_id()),
        {static_cast<Category>(category)}, *OperationId::from_bytes(operation)));
  };
  EXPECT_EQ(shelter.outcome(release(shelter, v1::CATEGORY_ROUTING, crypto::random_bytes(16))),
            "unknown-message");
  RawClient team(f, "jgt-leiden");
  const std::string operation = crypto::random_bytes(16);
  EXPECT_EQ(team.outcome(release(team, v1::CATEGORY_HEALTH, crypto::random_bytes(16))),
            "category-not-granted");
  const auto first = release(team, v1::CATEGORY_ROUTING, operation);
  ASSERT_TRUE(first.has_released());
  EXPECT_EQ(first.released().state(), v1::REFERRAL_STATE_IN_REVIEW);
  const auto again = release(team, v1::CATEGORY_ROUTING, operation);
  ASSERT_TRUE(again.has_released());
  EXPECT_EQ(again.released().event().index(), first.released().event().index());
  EXPECT_EQ(again.released().shares(0), first.released().shares(0));
  EXPECT_EQ(team.outcome(release(team, v1::CATEGORY_CARE_NEED, operation)),
            "operation-id-conflict");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_EQ(team.outcome(release(team, v1::CATEGORY_ROUTING, operation)), "share-destroyed");
  EXPECT_EQ(f.events("jgt-leiden", "release-refused").size(), 3u);
}

}  // namespace
}  // namespace veerpont::e2e
