// A client that seals and signs correctly but keeps none of the SDK's rules: what an honest library
// refuses to send, this sends, so that the broker's own refusal is seen. Over libveerpont's
// transport, recording every frame.
#pragma once

#include <string>
#include <vector>

#include "client_sdk/home/home.h"
#include "client_sdk/link/transport.h"
#include "tests/e2e/federation.h"
#include "tests/fakes/frames.h"

namespace veerpont::e2e {

// What most messages here carry.
inline constexpr CategorySet kUsual{Category::grant_record, Category::routing, Category::care_need};

class RawClient {
 public:
  RawClient(const Federation& federation, const std::string& org);

  v1::BrokerFrame request(v1::ClientFrame frame);
  // The refusal's short id, or "" when it was accepted.
  std::string outcome(const v1::BrokerFrame& answer) const;

  // A message with these sections, sealed to the recipient's published key, signed by this
  // organisation.
  struct Wanted {
    std::string recipient;
    std::string grant;
    std::string referral;
    Step step = Step::refer;
    CategorySet categories;
    Time created = SystemClock().now();
    std::string record = {};  // what the grant-record says instead of its mark
  };
  v1::ClientFrame submit(const Wanted& wanted);
  // Signs a header again after a change to it.
  void sign_again(v1::ClientFrame& frame, const std::function<void(v1::Header&)>& change);
  // A signed grant without any rule.
  v1::ClientFrame grant(const std::string& recipient, CategorySet outbound, Time not_before,
                        Time expires, GrantId id);

  fakes::Signer signer() const { return {home_->config.org, home_->signing}; }
  sdk::OpenHome& home() { return *home_; }
  const std::string& sent_bytes() const { return sent_; }  // everything that went to the broker

 private:
  crypto::KeyStatement statement_of(const std::string& org);
  std::shared_ptr<sdk::OpenHome> home_;
  std::unique_ptr<sdk::Transport> transport_;
  std::uint64_t last_ = 0;
  std::string sent_;
};

using fakes::fresh;

}  // namespace veerpont::e2e
