// Where the broker is, and what this organisation shows it.
#pragma once

#include <optional>
#include <string>

#include "base/endpoint.h"
#include "crypto/secret.h"

namespace veerpont::sdk {

// Where the broker is and how it is known.
struct BrokerAddress {
  Endpoint broker;
  std::string ca_certificate;          // PEM; nothing else is trusted
  std::optional<Endpoint> proxy = {};  // an HTTP proxy that tunnels; nothing: straight
};
// What this organisation shows.
struct ClientIdentity {
  std::string certificate;         // DER
  const crypto::SecretBytes* key;  // PKCS#8, DER
};

}  // namespace veerpont::sdk
