#include "tests/e2e/raw_client.h"

#include <gtest/gtest.h>

#include "schemas/wire.h"
#include "veerpont/v1/grant.pb.h"

namespace veerpont::e2e {
namespace {

sdk::Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

}  // namespace

RawClient::RawClient(const Federation& federation, const std::string& org) {
  auto unlock = crypto::Unlock::credential_file(federation.folder() + "/" + org + ".credential");
  auto home = sdk::OpenHome::open(federation.home(org), *unlock);
  EXPECT_TRUE(home);
  home_ = *home;
  auto transport = sdk::connect_websocket(home_->config.address(), home_->client_identity());
  EXPECT_TRUE(transport) << (transport ? "" : describe(transport.refusal()));
  transport_ = std::move(*transport);
  v1::ClientFrame hello;
  hello.mutable_hello();
  EXPECT_TRUE(request(hello).has_welcome());
}

v1::BrokerFrame RawClient::request(v1::ClientFrame frame) {
  frame.set_request_id(++last_);
  const std::string bytes = wire::serialise(frame);
  sent_ += bytes;
  EXPECT_TRUE(transport_->send(bytes, soon()));
  for (;;) {
    auto answer = transport_->receive(soon());
    if (!answer || !*answer) {
      ADD_FAILURE() << "no answer";
      return {};
    }
    auto parsed = wire::parse<v1::BrokerFrame>(**answer);
    if (parsed && (parsed->request_id() == last_ || (parsed->request_id() == 0 && parsed->has_refused()))) return *parsed;
  }
}

std::string RawClient::outcome(const v1::BrokerFrame& answer) const {
  if (!answer.has_refused()) return "";
  const auto code = refusal_from_number(answer.refused().code());
  return code ? std::string(id_of(*code)) : "unknown";
}

crypto::KeyStatement RawClient::statement_of(const std::string& org) {
  v1::ClientFrame frame;
  frame.mutable_look_up()->set_org(org);
  const auto answer = request(frame);
  return *crypto::KeyStatement::verify(answer.directory().entries(0).statement());
}

v1::ClientFrame RawClient::submit(const Wanted& wanted) {
  std::vector<SectionDocument> sections;
  for (const Category category : wanted.categories.list()) sections.push_back({category, "MERKTEKEN-" + id_of(category)});
  const crypto::Draft draft{fresh<MessageId>(),
                            *ReferralId::parse(wanted.referral),
                            home_->config.org,
                            *OrgId::parse(wanted.recipient),
                            *GrantId::parse(wanted.grant),
                            wanted.step,
                            wanted.created,
                            wanted.created + std::chrono::hours(24 * 5),
                            wanted.created + std::chrono::hours(24 * 2),
                            std::nullopt,
                            fresh<OperationId>()};
  auto sealed = crypto::seal_envelope(draft, sections, statement_of(wanted.recipient), home_->signing);
  EXPECT_TRUE(sealed) << (sealed ? "" : describe(sealed.refusal()));
  v1::ClientFrame frame;
  *frame.mutable_submit()->mutable_envelope() = sealed->envelope;
  for (const auto& share : sealed->shares) frame.mutable_submit()->add_shares(std::string(share.reveal()));
  return frame;
}

void RawClient::sign_again(v1::ClientFrame& frame, const std::function<void(v1::Header&)>& change) {
  auto* envelope = frame.mutable_submit()->mutable_envelope();
  v1::Header header;
  ASSERT_TRUE(header.ParseFromString(envelope->header()));
  change(header);
  envelope->set_header(wire::serialise(header));
  envelope->set_signature(home_->signing.sign(crypto::PayloadType::header, envelope->header()));
}

v1::ClientFrame RawClient::grant(const std::string& recipient, CategorySet outbound, Time not_before, Time expires, GrantId id) {
  v1::Grant body;
  body.set_grant_id(id.str());
  body.set_holder(home_->config.org.str());
  body.set_holder_key_id(home_->signing_key_id().str());
  body.set_recipient(recipient);
  body.set_ground(v1::GROUND_CONSENT);
  body.set_purpose(v1::PURPOSE_ARRANGE_HELP);
  for (const Category category : outbound.list()) body.add_outbound(static_cast<v1::Category>(category));
  body.set_not_before(to_ms(not_before));
  body.set_expires(to_ms(expires));
  body.set_record_commitment(crypto::random_bytes(32));
  body.set_operation_id(crypto::random_bytes(16));
  body.set_created(to_ms(SystemClock().now()));
  v1::ClientFrame frame;
  auto* object = frame.mutable_register_grant()->mutable_grant();
  object->set_body(wire::serialise(body));
  object->set_signature(home_->signing.sign(crypto::PayloadType::grant, object->body()));
  return frame;
}

}  // namespace veerpont::e2e
