#include "client_sdk/home/tls_identity.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

namespace veerpont::sdk {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeRequest {
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
};
struct FreeInfo {
  void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not make a certificate request");
}

std::string request_for(EVP_PKEY* key, const OrgId& org) {
  const std::unique_ptr<X509_REQ, FreeRequest> request(X509_REQ_new());
  require(request != nullptr);
  const auto* name = reinterpret_cast<const unsigned char*>(org.str().data());
  require(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                     name, static_cast<int>(org.str().size()), -1, 0) == 1);
  require(X509_REQ_set_pubkey(request.get(), key) == 1 &&
          X509_REQ_sign(request.get(), key, EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509_REQ(request.get(), &der);
  require(size > 0);
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace

TlsIdentity make_tls_identity(const OrgId& org) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  require(key != nullptr);
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeInfo> info(EVP_PKEY2PKCS8(key.get()));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  require(size > 0);
  auto secret = crypto::SecretBytes::copy(
      std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return {std::move(secret), request_for(key.get(), org)};
}

std::string certificate_request(const crypto::SecretBytes& secret, const OrgId& org) {
  const auto* der = reinterpret_cast<const unsigned char*>(secret.reveal().data());
  const Key key(d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(secret.size())));
  require(key != nullptr);
  return request_for(key.get(), org);
}

namespace {

crypto::Hash spki_sha256(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  require(size > 0);
  const crypto::Hash hash = crypto::sha256(
      std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return hash;
}

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

Certificate certificate_from(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return Certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
}

}  // namespace

crypto::Hash tls_key_id(const crypto::SecretBytes& secret) {
  const auto* der = reinterpret_cast<const unsigned char*>(secret.reveal().data());
  const Key key(d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(secret.size())));
  require(key != nullptr);
  return spki_sha256(key.get());
}

std::optional<crypto::Hash> certified_key(const std::string& der) {
  const Certificate certificate = certificate_from(der);
  EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate.get());
  return key == nullptr ? std::nullopt : std::optional(spki_sha256(key));
}

std::optional<Time> certificate_end(const std::string& der) {
  const Certificate certificate = certificate_from(der);
  std::tm end{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
    return std::nullopt;
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(::timegm(&end)));
}

bool certifies(const std::string& der, const crypto::SecretBytes& secret,
               const std::string& ca_pem) {
  const Certificate certificate = certificate_from(der);
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())), &BIO_free);
  const Certificate ca(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  const auto* bytes = reinterpret_cast<const unsigned char*>(secret.reveal().data());
  const Key key(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(secret.size())));
  if (certificate == nullptr || ca == nullptr || key == nullptr) return false;
  return X509_check_private_key(certificate.get(), key.get()) == 1 &&
         X509_verify(certificate.get(), X509_get0_pubkey(ca.get())) == 1;
}

}  // namespace veerpont::sdk
