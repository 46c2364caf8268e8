#include "tests/e2e/raw_client.h"

#include <gtest/gtest.h>

#include "schemas/wire.h"

namespace veerpont::e2e {
namespace {

sdk::Deadline shortly() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

}  // namespace

RawClient::RawClient(const Federation& federation, const std::string& org) {
  auto unlock = crypto::Unlock::credential_file(federation.folder() + "/" + org + ".credential");
  auto home = sdk::OpenHome::open(federation.home(org), *unlock);
  EXPECT_TRUE(home);
  home_ = *home;
  auto transport =
      sdk::connect_websocket(*home_->config.address(), home_->client_identity(),
                             std::chrono::steady_clock::now() + std::chrono::seconds(10));
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
  EXPECT_TRUE(transport_->send(bytes, shortly()));
  for (;;) {
    auto answer = transport_->receive(shortly());
    if (!answer || !*answer) {
      ADD_FAILURE() << "no answer";
      return {};
    }
    auto parsed = wire::parse<v1::BrokerFrame>(**answer);
    if (parsed &&
        (parsed->request_id() == last_ || (parsed->request_id() == 0 && parsed->has_refused())))
      return *parsed;
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
  fakes::SubmitWanted frame{*GrantId::parse(wanted.grant), *ReferralId::parse(wanted.referral),
                            wanted.step, wanted.categories, wanted.created};
  frame.record = wanted.record;
  return fakes::submit_frame(signer(), statement_of(wanted.recipient), frame);
}

void RawClient::sign_again(v1::ClientFrame& frame, const std::function<void(v1::Header&)>& change) {
  fakes::sign_again(signer(), frame, change);
}

v1::ClientFrame RawClient::grant(const std::string& recipient, CategorySet outbound,
                                 Time not_before, Time expires, GrantId id) {
  return fakes::grant_frame(signer(),
                            {*OrgId::parse(recipient), outbound, {}, not_before, expires, id},
                            SystemClock().now());
}

}  // namespace veerpont::e2e
