// How far something was verified, kept under a seal that nobody makes without the storage key.
// Whoever can change the rows and make that state holds the key, and with it everything.
#pragma once

#include <string>

#include "client_sdk/home/home.h"
#include "crypto/keystore.h"
#include "schemas/wire.h"

namespace veerpont::sdk {

// `name`: of the setting. What does not open is as none: then everything is verified again.
template <class State>
State kept_state(OpenHome& home, const std::string& name) {
  State state;
  const std::string sealed = home.dossier->settings.get(name);
  auto opened = sealed.empty()
                    ? Result<crypto::SecretBytes>(Refusal{RefusalCode::not_found})
                    : crypto::unbox(home.storage_key, "veerpont/" + name + "/v1", sealed);
  return opened && wire::parse_stored(opened->reveal(), state) ? state : State();
}

template <class State>
void keep_state(OpenHome& home, const std::string& name, const State& state) {
  home.dossier->settings.set(
      name, crypto::box(home.storage_key, "veerpont/" + name + "/v1", wire::serialise(state)));
}

}  // namespace veerpont::sdk
