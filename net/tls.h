// TLS 1.3 at a door: what the server shows, and what it asks of a client.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <optional>
#include <string>

#include "crypto/secret.h"
#include "net/frames.h"

namespace veerpont::net {

struct TlsIdentity {
  std::string certificate_chain;  // PEM
  crypto::SecretBytes key;        // DER
  std::string client_ca;          // PEM; empty: no client certificate is asked for
};

// Throws std::exception when the key does not fit the certificate or a certificate cannot be read.
boost::asio::ssl::context tls_context(const TlsIdentity& identity);

// Nothing when the client showed no certificate. After the handshake.
std::optional<ClientCertificate> client_certificate(SSL* connection);

}  // namespace veerpont::net
