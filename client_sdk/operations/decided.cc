#include "client_sdk/operations/decided.h"

namespace veerpont::sdk {

bool is_held(RefusalCode code) {
  using enum RefusalCode;
  return code == broker_unreachable || code == busy || code == storage_full ||
         code == quota_exceeded;
}

bool is_decided(const Refusal& refusal) {
  return !is_held(refusal.code) && refusal.code != RefusalCode::tampered;
}

bool ends_the_session(const Refusal& refusal) {
  return exit_code_of(refusal.code) == 4 || exit_code_of(refusal.code) == 5;
}

}  // namespace veerpont::sdk
