// A lying broker before the real programs: one case for each artefact, exit 4, and nothing kept of
// it.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>

#include "schemas/wire.h"
#include "tests/e2e/lying_proxy.h"
#include "tests/e2e/raw_client.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::e2e {
namespace {

using Pick = std::function<std::string*(v1::BrokerFrame&)>;

struct Lie {
  const char* artefact;
  Pick pick;
};

template <class Part>
Pick delivered(Part part) {
  return [part](v1::BrokerFrame& frame) -> std::string* {
    return frame.has_delivery() ? part(*frame.mutable_delivery()) : nullptr;
  };
}

class Lies : public testing::Test {
 protected:
  // The command fails as tampering while the lie is told, and `told` says that it was.
  void refused(LyingProxy& proxy, const Lie& lie, const std::string& org,
               const std::vector<std::string>& command) {
    SCOPED_TRACE(lie.artefact);
    const auto told = std::make_shared<std::atomic<bool>>(false);
    proxy.tell([pick = lie.pick, told](v1::BrokerFrame& frame) {
      std::string* bytes = pick(frame);
      if (bytes == nullptr || bytes->empty()) return;
      (*bytes)[bytes->size() / 2] = static_cast<char>((*bytes)[bytes->size() / 2] ^ 1);
      *told = true;
    });
    const Ran ran = f.as(org, command);
    proxy.tell(nullptr);
    EXPECT_TRUE(*told) << "the broker's answers never carried it";
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_NE(ran.err.find("tampered"), ran.err.npos) << ran.err;
    EXPECT_EQ((ran.out + ran.err).find("gesprekken"), ran.out.npos);
  }
  Federation f;
};

TEST_F(Lies, ToARecipientAreExitFourForEveryArtefactOfADeliveryAndForAShare) {
  f.two_organisations();
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  LyingProxy proxy(f, "jgt-leiden");
  const Lie lies[] = {
      {"header", delivered([](auto& d) { return d.mutable_envelope()->mutable_header(); })},
      {"signature", delivered([](auto& d) { return d.mutable_envelope()->mutable_signature(); })},
      {"ciphertext",
       delivered([](auto& d) { return d.mutable_envelope()->mutable_ciphertexts(1); })},
      {"event", delivered([](auto& d) { return d.mutable_event()->mutable_body(); })},
      {"proof", delivered([](auto& d) { return d.mutable_event()->mutable_inclusion_proof(0); })},
      {"grant", delivered([](auto& d) { return d.mutable_grant()->mutable_body(); })},
      {"key statement",
       delivered([](auto& d) { return d.mutable_sender()->mutable_statement()->mutable_body(); })},
      {"a delivery's checkpoint",
       delivered([](auto& d) { return d.mutable_checkpoint()->mutable_note(); })}};
  for (const Lie& lie : lies) refused(proxy, lie, "jgt-leiden", {"inbox"});

  const std::string message = f.received("jgt-leiden");
  ASSERT_FALSE(message.empty()) << "the honest delivery still comes";
  const Lie share{"share", [](v1::BrokerFrame& frame) {
                    return frame.has_released() ? frame.mutable_released()->mutable_shares(1)
                                                : nullptr;
                  }};
  refused(proxy, share, "jgt-leiden", {"open", message});
  const Ran opened = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_NE(opened.out.find("gesprekken"), opened.out.npos);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
}

// Two contacts in a row at which the public events are not those of the tree: nothing is sent any
// more until two people looked, whatever the broker says then.
TEST_F(Lies, ALogThatDoesNotHoldStopsSendingUntilTwoPeopleLooked) {
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.know_worker("de-binnenvest", "een tweede");
  f.know_worker("de-binnenvest", Federation::kWorker);
  LyingProxy proxy(f, "de-binnenvest");
  const auto hides = [](v1::BrokerFrame& frame) {
    auto* page = frame.has_event_page() ? frame.mutable_event_page() : nullptr;
    for (int i = 0; page != nullptr && i < page->events_size(); ++i) {
      v1::AuditEvent event;
      event.ParseFromString(page->events(i).body());
      if (event.kind() == v1::EVENT_KIND_PARTICIPANT_SUSPENDED)
        page->mutable_events()->DeleteSubrange(i--, 1);
    }
  };
  const auto shelter = [&](std::vector<std::string> command) {
    return f.as("de-binnenvest", std::move(command));
  };
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  proxy.tell(hides);
  for (int contact = 0; contact < 2; ++contact) {
    const Ran told = shelter({"audit", "sync"});
    EXPECT_EQ(told.code, 4) << contact;
    EXPECT_NE(told.err.find("openbare regels"), told.err.npos) << told.err;
  }
  proxy.tell(nullptr);
  for (const auto& command : {std::vector<std::string>{"audit", "sync"},
                              {"refer", f.referral_document(), "--grant", grant},
                              {"directory"}}) {
    const Ran told = shelter(command);
    EXPECT_EQ(told.code, 4) << command.front();
    EXPECT_NE(told.err.find("openbare regels"), told.err.npos) << told.err;
  }
  EXPECT_EQ(shelter({"grant", "withdraw", grant}).code, 0) << "what is shared is still stopped";

  const auto verdict = boost::json::parse(shelter({"audit", "verdict", "--json"}).out);
  const std::string evidence(verdict.at("file").as_string());
  ASSERT_FALSE(evidence.empty());
  EXPECT_EQ(contents(evidence).find("gesprekken"), std::string::npos);
  const auto invitation = boost::json::parse(contents(f.folder() + "/jgt-leiden.invitation"));
  const std::string key(invitation.at("logVerifierKey").as_string());
  const auto judge = [&](const std::string& file) {
    return f.as("jgt-leiden", {"audit", "check-evidence", file, "--key", key, "--json"});
  };
  const Ran judged = judge(evidence);
  EXPECT_EQ(judged.code, 0) << judged.err;
  const auto shown = boost::json::parse(judged.out);
  EXPECT_EQ(shown.at("organisation").as_string(), "de-binnenvest");
  EXPECT_TRUE(shown.at("holds").as_bool());
  EXPECT_FALSE(shown.at("convicts").as_bool()) << "it was not shown, not denied";
  std::string forged = contents(evidence);
  forged[forged.find("\"state\"") + 40] ^= 1;
  EXPECT_NE(judge(f.write("forged.json", forged)).code, 0);

  const std::string pin = f.write("a.pin", "314159\n"), wrong = f.write("b.pin", "271828\n");
  const auto resolve = [&](const std::string& second, const std::string& second_pin) {
    return shelter({"audit", "resolve", "--reason", "nagevraagd bij de beheerder", "--worker",
                    Federation::kWorker, "--pin-file", pin, "--second", second, "--second-pin-file",
                    second_pin});
  };
  EXPECT_EQ(resolve(Federation::kWorker, pin).code, 2) << "one person is not two";
  EXPECT_EQ(resolve("een tweede", wrong).code, 3);
  EXPECT_EQ(shelter({"audit", "sync"}).code, 4);
  const Ran resolved = resolve("een tweede", pin);
  EXPECT_EQ(resolved.code, 0) << resolved.err;
  EXPECT_EQ(shelter({"audit", "sync"}).code, 0);
  EXPECT_EQ(resolve("een tweede", pin).code, 2) << "there is nothing to resolve";
  EXPECT_EQ(contents(evidence).empty(), false) << "the evidence stays";
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 0u);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify", "--full"}).code, 0);
}

TEST_F(Lies, ToASenderAreExitFourForReceiptCheckpointEventAndDirectory) {
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string document = f.referral_document();
  LyingProxy proxy(f, "de-binnenvest");
  const Lie receipt{"receipt", [](v1::BrokerFrame& frame) {
                      return frame.has_receipt()
                                 ? frame.mutable_receipt()->mutable_event()->mutable_body()
                                 : nullptr;
                    }};
  refused(proxy, receipt, "de-binnenvest", {"refer", document, "--grant", grant});
  const Lie checkpoint{"checkpoint", [](v1::BrokerFrame& frame) {
                         return frame.has_welcome()
                                    ? frame.mutable_welcome()->mutable_checkpoint()->mutable_note()
                                    : nullptr;
                       }};
  refused(proxy, checkpoint, "de-binnenvest", {"inbox"});
  const Lie event{"an event of the log", [](v1::BrokerFrame& frame) {
                    return frame.event_page().events_size() > 0
                               ? frame.mutable_event_page()->mutable_events(0)->mutable_body()
                               : nullptr;
                  }};
  refused(proxy, event, "de-binnenvest", {"audit", "sync"});
  const Lie statement{"a directory's key statement", [](v1::BrokerFrame& frame) {
                        return frame.directory().entries_size() > 0 ? frame.mutable_directory()
                                                                          ->mutable_entries(0)
                                                                          ->mutable_statement()
                                                                          ->mutable_body()
                                                                    : nullptr;
                      }};
  refused(proxy, statement, "de-binnenvest", {"directory"});
  // The referral whose receipt was a lie is sent once all the same.
  const Ran sent = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
}

TEST_F(Lies, OfAnotherMemberNameThatMember) {
  f.two_organisations();
  RawClient shelter(f, "de-binnenvest");
  v1::GrantRecordSection other;
  other.set_salt(std::string(32, 's'));
  other.set_record(wire::serialise(v1::GrantRecord()));
  struct Case {
    const char* code;
    std::string record;
    std::function<void(v1::Header&)> change;
  };
  const Case cases[] = {{"malformed-document", "no record at all", nullptr},
                        {"record-mismatch", wire::serialise(other), nullptr},
                        {"cannot-open", "", [](v1::Header& header) {
                           header.mutable_sections(0)->set_enc(std::string(32, '\x09'));
                         }}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.code);
    const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
    v1::ClientFrame frame = shelter.submit({"jgt-leiden",
                                            grant,
                                            fresh<ReferralId>().hex(),
                                            Step::refer,
                                            {Category::grant_record, Category::routing},
                                            SystemClock().now(),
                                            one.record});
    if (one.change) shelter.sign_again(frame, one.change);
    ASSERT_EQ(shelter.outcome(shelter.request(frame)), "") << "the broker cannot see it";
    const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
    EXPECT_EQ(opened.code, 3) << opened.err;
    EXPECT_NE(opened.err.find(std::string("geweigerd: ") + one.code), std::string::npos)
        << opened.err;
    EXPECT_NE(opened.err.find("deelnemer de-binnenvest"), std::string::npos) << opened.err;
    EXPECT_EQ(opened.out, "");
  }
  EXPECT_EQ(f.events("jgt-leiden", "rejected").size(), 3u);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
