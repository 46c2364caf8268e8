#include "client_sdk/operations/context.h"

#include <unistd.h>

#include "client_sdk/log/log_monitor.h"

namespace veerpont::sdk {

void Context::alarm(const std::string& text) const {
  if (on_alarm) on_alarm(text);
}

int Context::copy_of_descriptor() const {
  return session && session->descriptor() >= 0 ? ::dup(session->descriptor()) : -1;
}

std::optional<Time> Context::as_of() const {
  const std::string kept = dossier().settings.get(kReadLogAt);
  return kept.empty() ? std::nullopt : parse_rfc3339(kept);
}

void Context::drop_if_broken(RefusalCode code) {
  if (code == RefusalCode::broker_unreachable || code == RefusalCode::tampered ||
      code == RefusalCode::busy || code == RefusalCode::queued || code == RefusalCode::perhaps_sent)
    session.reset();
}

}  // namespace veerpont::sdk
