#include "client_sdk/home/own_keys.h"

#include "client_sdk/home/tls_identity.h"

namespace veerpont::sdk {
namespace {

constexpr char kSigning = 1;
constexpr char kTls = 2;
constexpr SealedSlots::Layout kKeyLayout{"VPSIGNK1", 1, 256, 8};

}  // namespace

Result<OwnKeys> OwnKeys::open(const std::string& path, const crypto::Key32& storage_key) {
  auto slots = SealedSlots::open(path, storage_key, kKeyLayout);
  if (!slots) return slots.refusal();
  return OwnKeys(std::move(*slots));
}

std::vector<crypto::SigningKey> OwnKeys::signing() const {
  std::vector<crypto::SigningKey> out;
  for (const auto& [slot, entry] : slots_.entries())
    if (entry.tag[0] == kSigning && entry.secret.size() == crypto::Key32::size)
      out.push_back(crypto::SigningKey::from_seed(crypto::Key32::from(entry.secret.reveal())));
  return out;
}

std::vector<OwnKeys::Tls> OwnKeys::tls() const {
  std::vector<Tls> out;
  for (const auto& [slot, entry] : slots_.entries())
    if (entry.tag[0] == kTls)
      out.push_back({tls_key_id(entry.secret), crypto::SecretBytes::copy(entry.secret.reveal())});
  return out;
}

Status OwnKeys::put(char kind, std::string_view secret) {
  if (auto written = slots_.put(std::string(1, kind), crypto::SecretBytes::copy(secret)); !written)
    return written.refusal();
  return slots_.sync();
}

Status OwnKeys::add(const crypto::SigningKey& key) { return put(kSigning, key.seed().reveal()); }
Status OwnKeys::add_tls(const crypto::SecretBytes& key) { return put(kTls, key.reveal()); }

Status OwnKeys::keep_only(const std::set<std::string>& signing, const std::set<crypto::Hash>& tls) {
  std::vector<std::size_t> over;
  for (const auto& [slot, entry] : slots_.entries()) {
    const bool signs = entry.tag[0] == kSigning;
    const bool kept = signs ? signing.contains(crypto::SigningKey::from_seed(
                                                   crypto::Key32::from(entry.secret.reveal()))
                                                   .public_key())
                            : tls.contains(tls_key_id(entry.secret));
    if (!kept) over.push_back(slot);
  }
  for (const std::size_t slot : over)
    if (auto destroyed = slots_.destroy(slot); !destroyed) return destroyed;
  return over.empty() ? Status(Done{}) : slots_.sync();
}

}  // namespace veerpont::sdk
