// An organisation's folder: configuration, keystore, epoch keys, dossier. And how it comes to be:
// joining.
#pragma once

#include <memory>
#include <string>

#include "audit/note.h"
#include "base/ids.h"
#include "client_sdk/dossier/dossier.h"
#include "client_sdk/home/broker_address.h"
#include "client_sdk/home/two_people.h"
#include "crypto/keystore.h"
#include "crypto/sign.h"

namespace veerpont::sdk {

class OwnKeys;

struct HomePaths {
  explicit HomePaths(std::string folder);
  std::string folder, config, policy, secret_words, keystore, signing_keys, epochs, dossier,
      certificate;
};

struct HomeConfig {
  OrgId org;
  std::string title;
  OrgKind kind;
  std::string broker;  // HOST:PORT
  std::string ca_certificate;
  audit::VerifierKey log_key;
  std::string federation;
  bool hidden = false;     // our id is an alias: we publish nothing about ourselves
  std::string proxy = {};  // HOST:PORT of an HTTP proxy that tunnels (CONNECT); empty: straight

  static Result<HomeConfig> read(const std::string& path);
  Status write(const std::string& path) const;
  // Both refuse invalid-input for what is no address.
  Status check_addresses() const;
  Result<BrokerAddress> address() const;
};

// Everything that is unlocked while a command runs.
struct OpenHome {
  HomePaths paths;
  HomeConfig config;
  crypto::SigningKey identity;
  crypto::SigningKey signing;  // the newest that the log has
  crypto::SigningKey cosigner;
  crypto::Key32 storage_key;
  crypto::SecretBytes tls_key;  // that the certificate is for
  std::string certificate;
  std::unique_ptr<Dossier> dossier;
  std::optional<crypto::SigningKey> next_identity =
      {};                                         // a replacement that the log may not have yet
  std::unique_ptr<TwoPeople> opened_people = {};  // by people(), when it is first asked for

  // What our newest logged statement says is used from now on. Refuses local-failure when we do not
  // have such a key.
  Status adopt_published_keys();

  // Refuses not-found (no home here), unlock-failed, malformed.
  static Result<std::shared_ptr<OpenHome>> open(const std::string& folder,
                                                const crypto::Unlock& unlock);
  // The same home again, with a dossier of its own: for what may not wait for another call.
  std::shared_ptr<OpenHome> beside() const;
  // The same keys, with no dossier: to make others beside it from.
  std::shared_ptr<OpenHome> keys_alone() const;
  // Takes over the certificate and keys that another command or thread has renewed since.
  Status refresh();
  TwoPeople& people();
  std::string fingerprint() const;
  Hash signing_key_id() const {
    return crypto::key_id(crypto::KeyType::signing, signing.public_key());
  }
  Status adopt(const OwnKeys& own);
  ClientIdentity client_identity() const { return {certificate, &tls_key}; }
};

}  // namespace veerpont::sdk
