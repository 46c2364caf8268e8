// Replacing keys and renewing certificates, on real processes.
#include <gtest/gtest.h>

#include "base/private_file.h"
#include "client_sdk/home/tls_identity.h"
#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

std::string fingerprint(Federation& f, const std::string& org) {
  return std::string(f.as(org, {"whoami", "--json"}).json().at("fingerprint").as_string());
}

TEST(Keys, AReplacedSigningKeyIsRevokedFromThatMomentAndWhatItSignedBeforeStaysGood) {
  Federation f;
  f.two_organisations();
  const std::string before = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  RawClient with_old_key(f, "de-binnenvest");  // has unlocked the old key
  const std::string old_fingerprint = fingerprint(f, "de-binnenvest");
  const Ran replaced = f.as("de-binnenvest", {"keys", "replace", "--json"});
  ASSERT_EQ(replaced.code, 0) << replaced.err;
  EXPECT_EQ(fingerprint(f, "de-binnenvest"), old_fingerprint);
  const auto stolen =
      with_old_key.submit({"jgt-leiden", before, fresh<ReferralId>().hex(), Step::refer, kUsual});
  EXPECT_EQ(with_old_key.outcome(with_old_key.request(stolen)), "unknown-key");
  f.refer(before);  // a grant that the old key signed, a message that the new one signs
  const Ran inbox = f.as("jgt-leiden", {"inbox", "--json"});
  ASSERT_EQ(inbox.code, 0) << inbox.err;
  ASSERT_EQ(inbox.json().as_array().size(), 2u);
  const auto rows = inbox.json();
  for (const auto& row : rows.as_array())
    EXPECT_EQ(f.as("jgt-leiden", {"open", std::string(row.at("messageId").as_string())}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "accepted");
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const Ran verified = f.as(org, {"audit", "verify"});
    EXPECT_EQ(verified.code, 0) << org << verified.err;
  }
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Keys, AReplacedIdentityIsConfirmedAgainBeforeAnythingIsSentAndOldMessagesStillOpen) {
  Federation f;
  f.two_organisations();
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  const std::string old_fingerprint = fingerprint(f, "de-binnenvest");
  const Ran replaced = f.as("de-binnenvest", {"keys", "replace", "--identity", "--json"});
  ASSERT_EQ(replaced.code, 0) << replaced.err;
  EXPECT_NE(fingerprint(f, "de-binnenvest"), old_fingerprint);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code,
            0);  // signed while the old identity was in use
  const Ran blocked = f.as("jgt-leiden", {"reply", referral, "accept"});
  EXPECT_EQ(blocked.code, 3);
  EXPECT_NE(blocked.err.find("identity-unconfirmed"), std::string::npos) << blocked.err;
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const auto rows = f.as("jgt-leiden", {"inbox", "--json"}).json();
  ASSERT_EQ(rows.as_array().size(), 1u);
  EXPECT_FALSE(rows.at(0).at("confirmed").as_bool());
  const std::string later(rows.at(0).at("messageId").as_string());
  EXPECT_EQ(f.as("jgt-leiden", {"open", later}).code, 3);
  f.confirm("jgt-leiden", "de-binnenvest");
  EXPECT_EQ(f.as("jgt-leiden", {"open", later}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const Ran verified = f.as(org, {"audit", "verify"});
    EXPECT_EQ(verified.code, 0) << org << verified.err;
  }
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Keys, ACertificateIsRenewedInSessionForItsOwnKeyAlone) {
  Federation f;
  f.two_organisations();
  RawClient shelter(f, "de-binnenvest");
  v1::ClientFrame frame;
  frame.mutable_renew()->set_csr(
      sdk::certificate_request(shelter.home().tls_key, shelter.home().config.org));
  const auto renewed = shelter.request(frame);
  ASSERT_TRUE(renewed.has_renewed());
  EXPECT_TRUE(sdk::certifies(renewed.renewed().certificate(), shelter.home().tls_key,
                             shelter.home().config.ca_certificate));
  frame.mutable_renew()->set_csr(sdk::make_tls_identity(shelter.home().config.org).request);
  EXPECT_EQ(shelter.outcome(shelter.request(frame)), "not-your-identity");
  frame.mutable_renew()->set_csr("no request");
  EXPECT_EQ(shelter.outcome(shelter.request(frame)), "malformed");
  EXPECT_EQ(
      shelter.outcome(shelter.request(shelter.submit(
          {"jgt-leiden", fresh<GrantId>().hex(), fresh<ReferralId>().hex(), Step::refer, kUsual}))),
      "unknown-grant")
      << "the session goes on";
}

TEST(Keys, AnOrganisationOutlivesItsFirstCertificateInTimeOrLate) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  const auto end = [&] {
    return *sdk::certificate_end(*read_file(f.home("jgt-leiden") + "/certificate.der"));
  };
  const Time first_end = end();
  f.kill();
  f.set_time("2027-11-01 10:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  EXPECT_GT(end(), first_end);
  f.kill();
  f.set_time("2027-12-01 10:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  const Ran late =
      f.as("de-binnenvest", {"inbox"});  // did not connect in time, and is renewed by it
  EXPECT_EQ(late.code, 0) << late.err;
}

}  // namespace
}  // namespace veerpont::e2e
