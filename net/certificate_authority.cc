#include "net/certificate_authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "crypto/raw_bytes.h"
#include "crypto/spki.h"
#include "net/openssl_owned.h"

namespace veerpont::net {
namespace {

using SigningRequest = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr long kDay = 24L * 3600;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not make a certificate");
}

Key key_from(const crypto::SecretBytes& der) {
  const unsigned char* at = crypto::raw(der.reveal());
  Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
  require(key != nullptr);
  return key;
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Certificate certificate_from(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  require(certificate != nullptr);
  return certificate;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Whose key it is, and whose key signed it: strict clients ask for both (RFC 5280, 4.2.1.1).
void name_keys(X509* certificate, X509* issuer) {
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  extend(certificate, issuer, NID_authority_key_identifier, "keyid");
}

// An unsigned certificate: random serial, subject CN, validity from an hour ago (clocks differ).
Certificate draft(EVP_PKEY* subject_key, const std::string& common_name, long days) {
  Certificate certificate(X509_new());
  require(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  unsigned char serial[16];
  require(RAND_bytes(serial, sizeof serial) == 1);
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, crypto::raw(common_name),
                                     static_cast<int>(common_name.size()), -1, 0) == 1);
  require(X509_set_pubkey(certificate.get(), subject_key) == 1);
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
}

bool is_p256(EVP_PKEY* key) {
  char group[32] = {};
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == "prime256v1";
}

Time time_of(const Certificate& certificate, const ASN1_TIME* (*member)(const X509*)) {
  std::tm time{};
  require(certificate != nullptr && ASN1_TIME_to_tm(member(certificate.get()), &time) == 1);
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(::timegm(&time)));
}

}  // namespace

crypto::SecretBytes generate_tls_key() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  require(key != nullptr);
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>> info(
      EVP_PKEY2PKCS8(key.get()));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  require(size > 0);
  auto secret = crypto::SecretBytes::copy(
      std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return secret;
}

std::string make_ca_certificate(const crypto::SecretBytes& ca_key, const std::string& federation) {
  const Key key = key_from(ca_key);
  const Certificate certificate = draft(key.get(), federation.substr(0, 60) + " CA", 3660);
  extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  sign(certificate.get(), certificate.get(), key.get());
  return pem_of(certificate.get());
}

std::string make_server_certificate(const crypto::SecretBytes& ca_key, const std::string& ca_pem,
                                    const crypto::SecretBytes& server_key,
                                    const std::string& host) {
  const Key issuer_key = key_from(ca_key);
  const Certificate issuer = certificate_from(ca_pem);
  const Certificate certificate = draft(key_from(server_key).get(), host, 732);
  const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(host.c_str()));
  extend(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  name_keys(certificate.get(), issuer.get());
  extend(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
  extend(certificate.get(), issuer.get(), NID_subject_alt_name,
         (address ? "IP:" : "DNS:") + host + ",DNS:localhost");
  sign(certificate.get(), issuer.get(), issuer_key.get());
  return pem_of(certificate.get());
}

Time certificate_begin(const std::string& pem) {
  return time_of(certificate_from(pem), X509_get0_notBefore);
}
Time certificate_end(const std::string& pem) {
  return time_of(certificate_from(pem), X509_get0_notAfter);
}

Result<SignedCertificate> sign_client_certificate(const crypto::SecretBytes& ca_key,
                                                  const std::string& ca_pem,
                                                  std::string_view csr_der, const OrgId& org) {
  const Refusal malformed{RefusalCode::malformed, "certificate request"};
  const unsigned char* at = crypto::raw(csr_der);
  const SigningRequest request(d2i_X509_REQ(nullptr, &at, static_cast<long>(csr_der.size())));
  if (request == nullptr || at != crypto::raw(csr_der) + csr_der.size()) return malformed;
  EVP_PKEY* subject_key = X509_REQ_get0_pubkey(request.get());
  if (subject_key == nullptr || !is_p256(subject_key) ||
      X509_REQ_verify(request.get(), subject_key) != 1)
    return malformed;
  const Key issuer_key = key_from(ca_key);
  const Certificate issuer = certificate_from(ca_pem);
  const Certificate certificate = draft(subject_key, org.str(), 366);
  extend(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  name_keys(certificate.get(), issuer.get());
  extend(certificate.get(), issuer.get(), NID_ext_key_usage, "clientAuth");
  sign(certificate.get(), issuer.get(), issuer_key.get());
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  require(size > 0);
  SignedCertificate out{std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)),
                        crypto::spki_sha256(subject_key)};
  OPENSSL_free(der);
  return out;
}

std::optional<crypto::Hash> key_of_certificate(const std::string& der, const std::string& org,
                                               const std::string& ca_pem) {
  const unsigned char* at = crypto::raw(der);
  const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr) return std::nullopt;
  char name[64] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                            sizeof name);
  const Certificate issuer = certificate_from(ca_pem);
  if (org != name || X509_verify(certificate.get(), X509_get0_pubkey(issuer.get())) != 1)
    return std::nullopt;
  return crypto::spki_sha256(X509_get0_pubkey(certificate.get()));
}

}  // namespace veerpont::net
