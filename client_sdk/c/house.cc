// The organisation's own house, as operations: who we are, whom we know, who looked, what we keep.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "client_sdk/c/handlers.h"

namespace veerpont::api {
namespace {

Result<v1::Done> done(const Status& status) {
  return status ? Result<v1::Done>(v1::Done()) : status.refusal();
}

// A note as it was signed, in the form of the interface.
v1::DestructionNote note_in(const std::string& json) {
  const auto whole = boost::json::parse(json);
  const auto text = [](const boost::json::value& in, const char* name) {
    const auto* found = in.as_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  v1::DestructionNote out;
  out.set_body(text(whole.at("signed"), "body"));
  out.set_signature(text(whole.at("signed"), "signature"));
  return out;
}

Result<v1::VerifyAnswer> report(Client& client, const Result<LogReport>& checked) {
  if (!checked) return checked.refusal();
  return aged(verified(*checked), age_of(client));
}

}  // namespace

void wipe_texts(google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> said;
  reflection->ListFields(message, &said);
  for (const FieldDescriptor* field : said) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        wipe_texts(field->is_repeated() ? *reflection->MutableRepeatedMessage(&message, field, i)
                                        : *reflection->MutableMessage(&message, field));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        std::string none;
        const std::string& text =
            field->is_repeated() ? reflection->GetRepeatedStringReference(message, field, i, &none)
                                 : reflection->GetStringReference(message, field, &none);
        crypto::wipe(const_cast<char*>(text.data()), text.size());
      }
    }
  }
}

Result<Date> day_in(const std::string& text, const char* field) {
  const auto day = parse_date(text);
  if (!day) return invalid(std::string(field) + ": must be a date, 2026-12-01");
  return *day;
}

Result<Actor> actor_in(const v1::Actor& actor) {
  Actor out{actor.person(), ActorRole::worker, actor.purpose(), actor.reason()};
  if (actor.role() != veerpont::v1::ACTOR_ROLE_UNSPECIFIED)
    out.role = static_cast<ActorRole>(actor.role());
  return out;
}

Result<v1::Identity> whoami(Client& client, const v1::Empty&) { return identity(client.whoami()); }
Result<v1::DoctorAnswer> doctor(Client& client, const v1::Empty&) {
  return checks(client.doctor());
}
Result<v1::SyncAnswer> sync(Client& client, const v1::SyncRequest& wanted) {
  constexpr std::uint32_t kPatience = 10'000;
  const auto patience =
      std::chrono::milliseconds(wanted.has_patience_ms() ? wanted.patience_ms() : kPatience);
  if (auto synced = client.sync(patience, !wanted.without_mail()); !synced) return synced.refusal();
  v1::SyncAnswer out;
  out.set_as_of(age_of(client).as_of);
  return out;
}

Result<v1::Identity> replace_keys(Client& client, const v1::ReplaceKeysRequest& wanted) {
  if (wanted.credential_file().empty() == wanted.passphrase_file().empty())
    return invalid("credentialFile or passphraseFile: one is needed");
  auto unlock = wanted.passphrase_file().empty()
                    ? Unlock::credential_file(wanted.credential_file())
                    : Unlock::passphrase_file(wanted.passphrase_file());
  if (!unlock) return unlock.refusal();
  auto replaced = client.replace_keys(*unlock, wanted.identity());
  return replaced ? Result<v1::Identity>(identity(*replaced)) : replaced.refusal();
}

Result<v1::DirectoryAnswer> list_directory(Client& client, const v1::DirectoryRequest& wanted) {
  const auto kind = wanted.kind() == veerpont::v1::ORG_KIND_UNSPECIFIED
                        ? std::nullopt
                        : std::optional(static_cast<OrgKind>(wanted.kind()));
  auto found = client.directory(wanted.municipality(), kind);
  return found ? Result<v1::DirectoryAnswer>(directory(*found)) : found.refusal();
}
Result<v1::Done> confirm_partner(Client& client, const v1::ConfirmRequest& wanted) {
  return done(client.confirm(wanted.org(), wanted.fingerprint()));
}
Result<v1::Logged> publish_profile(Client& client, const v1::PublishProfileRequest& wanted) {
  auto index = client.publish_profile(DocumentJson(wanted.profile()).text());
  return index ? Result<v1::Logged>(logged(*index)) : index.refusal();
}
Result<v1::RouteAnswer> find_route(Client& client, const v1::RouteRequest& wanted) {
  auto found = client.route(
      {!wanted.ambulatory(), wanted.before_the_stay(), wanted.present(), wanted.mother_at_birth()});
  return found ? Result<v1::RouteAnswer>(route(*found)) : found.refusal();
}

Result<v1::Done> authority_checked(Client& client, const v1::AuthorityCheckedRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  auto day = day_in(wanted.date(), "date");
  if (!grant) return grant.refusal();
  if (!day) return day.refusal();
  return done(client.authority_checked(*grant, *day));
}
Result<v1::Done> countersign(Client& client, const v1::CountersignRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  auto pin = pin_in(wanted.pin());
  if (!grant) return grant.refusal();
  if (!pin) return pin.refusal();
  return done(client.countersign(*grant, wanted.worker(), *pin));
}
Result<v1::ExceptionsAnswer> list_exceptions(Client& client, const v1::ExceptionsRequest& wanted) {
  auto rows = client.exceptions(wanted.all());
  return rows ? Result<v1::ExceptionsAnswer>(exceptions(*rows)) : rows.refusal();
}
Result<v1::Logged> review_exception(Client& client, const v1::ReviewRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  if (!grant) return grant.refusal();
  auto index = client.review_exception(
      *grant, {wanted.person(), static_cast<ReviewVerdict>(wanted.verdict()), wanted.note()});
  return index ? Result<v1::Logged>(logged(*index)) : index.refusal();
}

Result<v1::WorkersAnswer> list_workers(Client& client, const v1::Empty&) {
  return workers(client.workers());
}
Result<v1::Done> add_worker(Client& client, const v1::AddWorkerRequest& wanted) {
  auto pin = pin_in(wanted.pin());
  return pin ? done(client.add_worker(wanted.name(), *pin)) : pin.refusal();
}
Result<v1::Done> change_pin(Client& client, const v1::ChangePinRequest& wanted) {
  auto old = pin_in(wanted.pin());
  auto fresh = pin_in(wanted.new_pin());
  if (!old) return old.refusal();
  if (!fresh) return fresh.refusal();
  return done(client.change_pin(wanted.name(), *old, *fresh));
}
Result<v1::Done> remove_worker(Client& client, const v1::WorkerRequest& wanted) {
  return done(client.remove_worker(wanted.name()));
}

Result<v1::AccessesAnswer> list_accesses(Client& client, const v1::AccessesRequest& wanted) {
  auto referral = optional_id_in<ReferralId>(wanted.referral_id(), "referralId");
  if (!referral) return referral.refusal();
  AccessQuery query{*referral, wanted.person()};
  if (!wanted.from().empty()) {
    auto from = day_in(wanted.from(), "from");
    if (!from) return from.refusal();
    query.from = *from;
  }
  if (!wanted.until().empty()) {
    auto until = day_in(wanted.until(), "until");
    if (!until) return until.refusal();
    query.until = *until;
  }
  query.limit = wanted.limit();
  query.after = wanted.after();
  auto rows = client.accesses(query);
  return rows ? Result<v1::AccessesAnswer>(accesses(*rows)) : rows.refusal();
}
Result<v1::ReportAccessAnswer> report_access(Client& client,
                                             const v1::ReportAccessRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  auto referral = optional_id_in<ReferralId>(wanted.referral_id(), "referralId");
  auto message = optional_id_in<MessageId>(wanted.message_id(), "messageId");
  if (!actor) return actor.refusal();
  if (!referral) return referral.refusal();
  if (!message) return message.refusal();
  if (wanted.kind() >= veerpont::v1::ACCESS_KIND_DENIED)
    return invalid("kind: exported, searched or printed; what is refused reports itself");
  auto number = client.report_access({static_cast<AccessKind>(wanted.kind()), *referral, *message,
                                      categories(wanted.categories()), wanted.list()},
                                     *actor);
  if (!number) return number.refusal();
  v1::ReportAccessAnswer out;
  out.set_number(*number);
  return out;
}

Result<v1::RhythmAnswer> list_rhythm(Client& client, const v1::Empty&) {
  auto rows = client.rhythm();
  return rows ? Result<v1::RhythmAnswer>(rhythm(*rows)) : rows.refusal();
}
Result<v1::Done> begin_stay(Client& client, const v1::StayRequest& wanted) {
  auto day = day_in(wanted.date(), "date");
  return day ? done(client.begin_stay(wanted.stay(), *day)) : day.refusal();
}
Result<v1::Done> end_stay(Client& client, const v1::StayRequest& wanted) {
  auto day = day_in(wanted.date(), "date");
  return day ? done(client.end_stay(wanted.stay(), *day)) : day.refusal();
}
Result<v1::Done> talked(Client& client, const v1::TalkRequest& wanted) {
  auto day = day_in(wanted.date(), "date");
  return day ? done(client.talked(wanted.stay(), static_cast<TalkWith>(wanted.with()), *day))
             : day.refusal();
}

Result<v1::RetentionAnswer> run_retention(Client& client, const v1::RetentionRequest& wanted) {
  auto ran = client.run_retention(wanted.dry_run());
  if (!ran) return ran.refusal();
  v1::RetentionAnswer out;
  out.set_messages(ran->messages);
  out.set_dry_run(wanted.dry_run());
  if (!ran->note.empty()) *out.mutable_note() = note_in(ran->note);
  return out;
}
Result<v1::DestructionsAnswer> list_destructions(Client& client, const v1::Empty&) {
  auto notes = client.destruction_notes();
  if (!notes) return notes.refusal();
  v1::DestructionsAnswer out;
  for (const std::string& note : *notes) *out.add_notes() = note_in(note);
  return out;
}

Result<v1::PolicyAnswer> show_policy(Client& client, const v1::Empty&) {
  auto found = client.policy();
  return found ? Result<v1::PolicyAnswer>(policy(*found)) : found.refusal();
}
Result<v1::PolicyAnswer> set_policy(Client& client, const v1::SetPolicyRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto changed = client.set_policy(wanted.key(), static_cast<int>(wanted.value()), *actor);
  return changed ? Result<v1::PolicyAnswer>(policy(*changed)) : changed.refusal();
}

Result<v1::SecretWords> show_secret_words(Client& client, const v1::Empty&) {
  auto words = client.secret_words();
  if (!words) return words.refusal();
  v1::SecretWords out;
  for (const std::string& word : *words) out.add_words(word);
  return out;
}
Result<v1::SecretWords> set_secret_words(Client& client, const v1::SetSecretWordsRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto set = client.set_secret_words({wanted.words().begin(), wanted.words().end()}, *actor);
  return set ? show_secret_words(client, {}) : set.refusal();
}

Result<v1::VerifyAnswer> verify_log(Client& client, const v1::VerifyRequest& wanted) {
  return report(client, client.audit_verify(wanted.full()));
}
Result<v1::VerifyAnswer> sync_log(Client& client, const v1::Empty&) {
  return report(client, client.audit_sync());
}
Result<v1::Joined> join_federation(const v1::JoinRequest& wanted) {
  auto done = join(wanted.home(), wanted.invitation_file(), std::nullopt, wanted.credential_file(),
                   wanted.proxy());
  return done ? Result<v1::Joined>(joined(*done)) : done.refusal();
}
Result<v1::SchemaAnswer> schema(const v1::SchemaRequest& wanted) {
  auto made = document_schema(wanted.kind());
  if (!made) return made.refusal();
  v1::SchemaAnswer out;
  out.set_schema(*made);
  return out;
}
Result<v1::NewDocumentAnswer> new_document(const v1::NewDocumentRequest& wanted) {
  auto made =
      starting_document(wanted.kind(), wanted.english() ? Language::english : Language::dutch);
  if (!made) return made.refusal();
  v1::NewDocumentAnswer out;
  out.set_json(*made);
  return out;
}

}  // namespace veerpont::api
