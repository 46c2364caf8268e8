// Signed frames without any of the SDK's rules: what an honest library refuses to send, these bring
// about.
#pragma once

#include <functional>

#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::fakes {

template <class T>
T fresh() {
  return *T::from_bytes(crypto::random_bytes(16));
}

// Whoever signs.
struct Signer {
  OrgId org;
  const crypto::SigningKey& key;
  crypto::Hash key_id() const { return crypto::key_id(crypto::KeyType::signing, key.public_key()); }
  v1::SignedObject sign(crypto::PayloadType type, std::string body) const {
    v1::SignedObject out;
    out.set_signature(key.sign(type, body));
    out.set_body(std::move(body));
    return out;
  }
};

struct GrantWanted {
  OrgId recipient;
  CategorySet outbound;
  CategorySet inbound = {};
  Time not_before;
  Time expires;  // the first of a month
  GrantId id = fresh<GrantId>();
  std::string record_commitment = crypto::random_bytes(32);
  v1::Ground ground = v1::GROUND_CONSENT;
  v1::ExchangeKind kind = v1::EXCHANGE_KIND_REFERRAL;
};
v1::ClientFrame grant_frame(const Signer& signer, const GrantWanted& wanted, Time now);
v1::ClientFrame withdraw_frame(const Signer& signer, const GrantId& grant, CategorySet categories,
                               const OperationId& operation = fresh<OperationId>());
v1::ClientFrame release_frame(const Signer& signer, const MessageId& message,
                              CategorySet categories,
                              const OperationId& operation = fresh<OperationId>());
v1::ClientFrame received_frame(const Signer& signer, const OrgId& sender,
                               const std::vector<MessageId>& messages,
                               const OperationId& operation = fresh<OperationId>());
v1::ClientFrame rejected_frame(const Signer& signer, const MessageId& message, RefusalCode code,
                               const OperationId& operation = fresh<OperationId>());

struct SubmitWanted {
  GrantId grant;
  ReferralId referral;
  Step step = Step::refer;
  CategorySet categories;
  Time created;
  std::chrono::milliseconds life = std::chrono::hours(24 * 5);
  MessageId message = fresh<MessageId>();
  std::size_t section_bytes = 0;  // each section is filled up to this
  std::string record = {};        // what the grant-record says instead
};
// Sections say "MERKTEKEN-<category>".
v1::ClientFrame submit_frame(const Signer& signer, const crypto::KeyStatement& recipient,
                             const SubmitWanted& wanted);
// Signs a Submit's header again after a change to it.
void sign_again(const Signer& signer, v1::ClientFrame& frame,
                const std::function<void(v1::Header&)>& change);

}  // namespace veerpont::fakes
