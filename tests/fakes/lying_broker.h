// A home whose broker is the test's: it keeps a real log, believes everything, and lies where it is
// told to.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <list>

#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/inbox.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/refer.h"
#include "tests/fakes/draft.h"
#include "tests/fakes/test_broker.h"

namespace veerpont::fakes {

class LyingBroker : public testing::Test {
 protected:
  explicit LyingBroker(std::chrono::days behind = {}) {
    broker.behind = behind;
    static int runs = 0;
    folder =
        testing::TempDir() + "lying-" + std::to_string(::getpid()) + "-" + std::to_string(++runs);
    std::filesystem::create_directories(folder);
    broker.publish(partner);
    home = std::make_shared<sdk::OpenHome>(sdk::OpenHome{
        sdk::HomePaths(folder),
        sdk::HomeConfig{me.org, "ik", OrgKind::shelter, "nowhere:1", "", broker.key, "log.example"},
        crypto::SigningKey::from_seed(me.identity.seed()),
        crypto::SigningKey::from_seed(me.signing.seed()),
        crypto::SigningKey::from_seed(me.cosigner.seed()), crypto::random_key(),
        crypto::SecretBytes(), "", nullptr});
    home->dossier = std::make_unique<sdk::Dossier>(home->paths.dossier, home->storage_key);
    // As after join: keys made and published.
    v1::KeyStatement body;
    const Time now = SystemClock().now();
    body.set_org(me.org.str());
    body.set_issued(to_ms(now));
    body.set_valid_until(to_ms(now + std::chrono::hours(24 * 30)));
    auto epochs = sdk::EpochKeys::open(home->paths.epochs, home->storage_key);
    EXPECT_TRUE(epochs->top_up(now));
    epochs->publish(body, now);
    my_epoch_key = epochs->find(crypto::epoch_at(now))->public_key;
    body.add_tls_keys(me.tls_key().str());
    auto own = sdk::OwnKeys::open(home->paths.signing_keys, home->storage_key);
    EXPECT_TRUE(own->add(me.signing));
    const auto statement = crypto::make_statement(body, {me.identity, {&me.signing}, me.cosigner});
    home->dossier->settings.set("own-statement", wire::serialise(statement));
    home->dossier->settings.set("own-statement-" + crypto::sha256(statement.body()).str(), "1");
    broker.publish(me.org.str(), statement);
  }
  ~LyingBroker() override { std::filesystem::remove_all(folder); }

  // Somebody of this home who may look at content.
  Actor tester() const {
    auto pin = *crypto::Pin::from(crypto::SecretBytes::copy("314159"));
    if (!home->people().has_worker("test")) {
      EXPECT_TRUE(home->people().add_worker("test", pin, SystemClock().now()));
    }
    return {"test"};
  }
  // A new one, with no session yet; it lives as long as this.
  sdk::Context& context() { return contexts_.emplace_back(home, broker.connect(me.org.str())); }
  // Fetched now.
  static Result<std::vector<InboxRow>> mail(sdk::Context& context, bool all = false) {
    if (auto pulled = sdk::pull(context); !pulled) return pulled.refusal();
    return sdk::stored_inbox(context, {all});
  }
  void confirm() {
    v1::LookUp wanted;
    wanted.set_org(partner.org.str());
    sdk::Context& e = context();
    auto found = look_up(e, wanted);
    ASSERT_TRUE(found) << describe(found.refusal());
    home->dossier->directory.confirm_partner(partner.org, found->front().fingerprint);
  }
  std::string draft() const {
    return consent_draft(partner.org.str(), "routing", str(amsterdam_date(SystemClock().now())));
  }
  Result<Sent> refer() {
    sdk::Context& e = context();
    auto grant = register_grant(e, draft());
    if (!grant) return grant.refusal();
    v1::Referral document;
    document.mutable_routing()->set_secret_address(true);
    return sdk::refer(e, document, grant->grant);
  }
  // A statement in which the old identity signs for the new one.
  static v1::SignedKeyStatement handed_over(const Member& from, const Member& to) {
    auto previous = crypto::KeyStatement::verify(from.statement());
    v1::KeyStatement body = crypto::KeyStatement::verify(to.statement())->body();
    body.set_sequence(previous->sequence() + 1);
    body.clear_cosigner_key();
    return crypto::make_statement(body, {to.identity, {&to.signing}, to.cosigner, &from.identity});
  }
  // What somebody reads who is lied to so.
  static std::string lie(const std::string& what) {
    return describe(Refusal{RefusalCode::tampered, what});
  }
  RefusalCode code_of(const Result<Sent>& sent) {
    return sent ? RefusalCode::busy : sent.refusal().code;
  }

  std::string folder;
  TestBroker broker;
  Member me{"de-binnenvest"};
  Member partner{"jgt-leiden"};
  std::shared_ptr<sdk::OpenHome> home;
  std::string my_epoch_key;

 private:
  std::list<sdk::Context> contexts_;
};

}  // namespace veerpont::fakes
