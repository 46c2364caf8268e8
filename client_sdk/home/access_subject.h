// By what an entry of the access log is found again: what its body says.
#pragma once

#include "client_sdk/dossier/access_log.h"
#include "client_sdk/guard/plain_text.h"
#include "schemas/wire.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {

inline AccessSubject subject_of(const v1::Access& access) {
  return {folded(access.person()), ReferralId::from_bytes(access.referral_id()),
          MessageId::from_bytes(access.message_id())};
}

// Of a serialised v1::Access.
inline AccessSubject access_subject(const std::string& body) {
  const auto access = wire::parse<v1::Access>(body);
  return access ? subject_of(*access) : AccessSubject{};
}

}  // namespace veerpont::sdk
