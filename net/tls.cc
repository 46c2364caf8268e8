#include "net/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

#include "crypto/hash.h"
#include "net/openssl_owned.h"

namespace veerpont::net {
namespace {

namespace ssl = boost::asio::ssl;

void use_key(SSL_CTX* raw, const crypto::SecretBytes& key_der) {
  const auto* der = reinterpret_cast<const unsigned char*>(key_der.reveal().data());
  const Key key(d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(key_der.size())));
  if (!key || SSL_CTX_use_PrivateKey(raw, key.get()) != 1)
    throw std::runtime_error("the server key does not fit its certificate");
}

// A client certificate is optional and, when it comes, must be of this CA.
void ask_for_certificate(ssl::context& context, const std::string& ca_pem) {
  context.add_certificate_authority(boost::asio::buffer(ca_pem));
  const Bio bytes(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  const Certificate ca(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  if (!ca || SSL_CTX_add_client_CA(context.native_handle(), ca.get()) != 1)
    throw std::runtime_error("the CA certificate cannot be read");
  context.set_verify_mode(ssl::verify_peer);
  // One that has ended is let in to be renewed: what such a session may do is the session's to say.
  context.set_verify_callback([](bool holds, ssl::verify_context& chain) {
    X509_STORE_CTX* store = chain.native_handle();
    const bool of_the_client = X509_STORE_CTX_get_error_depth(store) == 0;
    return holds ||
           (of_the_client && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED);
  });
}

}  // namespace

// No resumption: a resumed connection would keep an identity without showing its certificate.
ssl::context tls_context(const TlsIdentity& identity) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX* raw = context.native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  context.use_certificate_chain(boost::asio::buffer(identity.certificate_chain));
  use_key(raw, identity.key);
  if (!identity.client_ca.empty()) ask_for_certificate(context, identity.client_ca);
  return context;
}

std::optional<ClientCertificate> client_certificate(SSL* connection) {
  const Certificate certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return std::nullopt;
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  const std::string_view key(reinterpret_cast<char*>(der),
                             size > 0 ? static_cast<std::size_t>(size) : 0);
  const ClientCertificate shown{crypto::sha256(key),
                                SSL_get_verify_result(connection) != X509_V_OK};
  OPENSSL_free(der);
  return shown;
}

}  // namespace veerpont::net
