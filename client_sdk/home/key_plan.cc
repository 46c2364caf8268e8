#include "client_sdk/home/key_plan.h"

#include <algorithm>

#include "base/limits.h"

namespace veerpont::sdk {
namespace {

bool is_older(const v1::PublishedKey& one, const v1::PublishedKey& other) {
  return one.from() < other.from();
}

const v1::PublishedKey& newest_of(const crypto::KeyStatement& statement) {
  return *std::ranges::max_element(statement.body().signing_keys(), is_older);
}

}  // namespace

bool needs_signing_key(const crypto::KeyStatement& previous, Time now) {
  return time_from_ms(newest_of(previous).until()) - now <
         Time::duration(limits::signing_key_renewal);
}

bool needs_tls_key(const crypto::KeyStatement& previous,
                   const std::optional<CertificateInUse>& certificate, Time now) {
  return certificate && certificate->end - now < Time::duration(limits::certificate_renewal) &&
         previous.body().tls_keys().size() == 1;
}

std::optional<crypto::Hash> to_certify(const crypto::KeyStatement& previous,
                                       const CertificateInUse& certificate, Time now) {
  const auto& listed = previous.body().tls_keys();
  const auto newest = crypto::Hash::from_bytes(listed.Get(listed.size() - 1));
  const bool ends = certificate.end - now < Time::duration(limits::certificate_renewal);
  return newest != certificate.key || ends ? newest : std::nullopt;
}

void list_keys(const crypto::KeyStatement& previous, const NewKeys& fresh,
               const std::optional<CertificateInUse>& certificate, v1::KeyStatement& body) {
  const Time now = time_from_ms(body.issued());
  const v1::PublishedKey& newest = newest_of(previous);
  *body.mutable_revoked_signing_keys() = previous.body().revoked_signing_keys();
  for (const auto& key : previous.body().signing_keys()) {
    if (fresh.compromised) {
      body.add_revoked_signing_keys(
          crypto::key_id(crypto::KeyType::signing, key.public_key()).str());
      continue;
    }
    const bool overlaps = now < time_from_ms(newest.from()) + limits::signing_key_overlap &&
                          now < time_from_ms(key.until());
    if (key.public_key() == newest.public_key() || overlaps) *body.add_signing_keys() = key;
  }
  std::ranges::sort(*body.mutable_signing_keys(), is_older);
  if (fresh.signing != nullptr)
    *body.add_signing_keys() = crypto::published(*fresh.signing, now, limits::signing_key_life);
  while (body.signing_keys_size() > 3) body.mutable_signing_keys()->DeleteSubrange(0, 1);

  const auto& tls = previous.body().tls_keys();
  const std::string& newest_tls = tls.Get(tls.size() - 1);
  const bool settled =
      certificate && certificate->key.bytes() == newest_tls;  // the older one is of no use any more
  for (const auto& key : tls)
    if (key == newest_tls || !settled) body.add_tls_keys(key);
  if (fresh.tls) body.add_tls_keys(fresh.tls->str());
  while (body.tls_keys_size() > 2) body.mutable_tls_keys()->DeleteSubrange(0, 1);
}

}  // namespace veerpont::sdk
