// Refusals that many parts of an organisation's side give.
#pragma once

#include <string>
#include <utility>

#include "base/refusal.h"

namespace veerpont::sdk {

// The caller's own input; says which part, never its text.
inline Refusal invalid(std::string what) {
  return Refusal{RefusalCode::invalid_input, std::move(what)};
}
// The broker or another member lied, or what is stored here was changed.
inline Refusal tampered(std::string what) {
  return Refusal{RefusalCode::tampered, std::move(what)};
}

}  // namespace veerpont::sdk
