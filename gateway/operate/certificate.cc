#include "gateway/operate/certificate.h"

#include <openssl/pem.h>

#include "base/private_file.h"
#include "net/certificate_authority.h"
#include "net/openssl_owned.h"

namespace veerpont::gateway {
namespace {

constexpr auto kRenewBefore = std::chrono::hours(60 * 24);

crypto::SecretBytes kept(Store& store, const std::string& name,
                         const std::function<crypto::SecretBytes()>& make) {
  if (auto found = store.setting(name)) return std::move(*found);
  crypto::SecretBytes made = make();
  store.put_setting(name, made.reveal());
  return made;
}

}  // namespace

Result<net::TlsIdentity> server_identity(Store& store, const std::string& host, Time now) {
  try {
    const auto ca_key = kept(store, "ca-key", net::generate_tls_key);
    const auto ca = kept(store, "ca", [&] {
      return crypto::SecretBytes::take(net::make_ca_certificate(ca_key, "Veerpont " + host));
    });
    auto key = kept(store, "tls-key", net::generate_tls_key);
    const std::string name = "certificate of " + host;
    auto chain = store.setting(name);
    if (!chain || net::certificate_end(std::string(chain->reveal())) - now < kRenewBefore) {
      chain = crypto::SecretBytes::take(
          net::make_server_certificate(ca_key, std::string(ca.reveal()), key, host));
      store.put_setting(name, chain->reveal());
    }
    return net::TlsIdentity{std::string(chain->reveal()) + std::string(ca.reveal()), std::move(key),
                            ""};
  } catch (const std::exception& fault) {
    return Refusal{RefusalCode::local_failure, "the certificate: " + std::string(fault.what())};
  }
}

Result<net::TlsIdentity> identity_from(const std::string& chain_file, const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain) return chain.refusal();
  auto text = read_file(key_file);
  if (!text) return text.refusal();
  const auto pem = crypto::SecretBytes::take(std::move(*text));
  const net::Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  const net::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  unsigned char* der = nullptr;
  const int size = key == nullptr ? -1 : i2d_PrivateKey(key.get(), &der);
  if (size <= 0) return Refusal{RefusalCode::invalid_input, "the key file: no private key in PEM"};
  auto secret = crypto::SecretBytes::copy(
      std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return net::TlsIdentity{std::move(*chain), std::move(secret), ""};
}

std::string authority_of(Store& store) {
  const auto ca = store.setting("ca");
  return ca ? std::string(ca->reveal()) : std::string();
}

}  // namespace veerpont::gateway
