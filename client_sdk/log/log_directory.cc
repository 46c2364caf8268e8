#include "client_sdk/log/log_directory.h"

#include "audit/event_table.h"
#include "crypto/objects/signed_objects.h"
#include "rules/profile.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

Status learn_introduction(OpenHome& home, const v1::AuditEvent& event, const std::string& object) {
  const auto admission = wire::parse<v1::Admission>(object);
  const auto org = admission ? OrgId::parse(admission->org()) : std::nullopt;
  if (!org || org->str() != event.counterpart() || !is_title(admission->title()) ||
      admission->kind() == v1::ORG_KIND_UNSPECIFIED)
    return Refusal{RefusalCode::tampered, "an organisation's introduction"};
  OrganisationRecord introduced{*org,
                                admission->title(),
                                static_cast<OrgKind>(admission->kind()),
                                {admission->serves().begin(), admission->serves().end()},
                                admission->hidden()};
  const auto known = home.dossier->directory.find(*org);
  if (known && (known->kind != introduced.kind || known->hidden != introduced.hidden))
    return Refusal{RefusalCode::tampered, "an organisation became another kind"};
  home.dossier->directory.put(introduced);
  return Done{};
}

}  // namespace

Status learn_organisation(OpenHome& home, const KeyBook& keys, const v1::AuditEvent& event,
                          const v1::ProvenEvent& proven) {
  if (event.kind() == v1::EVENT_KIND_LOG_RESTORED) {
    const auto said = wire::parse<v1::LogRestored>(proven.object().body());
    if (!said || crypto::sha256(proven.object().body()).bytes() != event.object_sha256())
      return Refusal{RefusalCode::tampered, "what an event commits to"};
    home.dossier->settings.set(kLogRestored,
                               rfc3339(time_from_ms(event.time())) + " " + said->reason());
    return Done{};
  }
  const bool suspends = event.kind() == v1::EVENT_KIND_PARTICIPANT_SUSPENDED;
  if (suspends || event.kind() == v1::EVENT_KIND_PARTICIPANT_RESUMED) {
    if (const auto org = OrgId::parse(event.counterpart()))
      home.dossier->directory.suspend(*org, suspends);
    return Done{};
  }
  const bool introduces = event.kind() == v1::EVENT_KIND_PARTICIPANT_ADMITTED;
  if (!introduces && event.kind() != v1::EVENT_KIND_PROFILE_PUBLISHED) return Done{};
  if (crypto::sha256(proven.object().body()).bytes() != event.object_sha256())
    return Refusal{RefusalCode::tampered, "what an event commits to"};
  if (introduces) return learn_introduction(home, event, proven.object().body());
  const std::string& body = proven.object().body();
  if (event.actor() == home.config.org.str() &&
      home.dossier->settings.get("own-profile-" + crypto::sha256(body).str()).empty())
    return Refusal{RefusalCode::tampered,
                   "a profile was published in our name that we did not make"};
  const auto statement = crypto::ProfileStatement::parse(body);
  if (!statement || audit::contradicts(event, body) ||
      !keys.signed_at(event, LogIndex{proven.index()}, proven.object()))
    return Done{};
  home.dossier->directory.put_profile(statement->organisation, wire::serialise(statement->profile),
                                      statement->created);
  return Done{};
}

}  // namespace veerpont::sdk
