#include "client_sdk/operations/signed_manifest.h"

#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "crypto/objects/key_statement.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/manifest.pb.h"

namespace veerpont::sdk {
namespace {

constexpr crypto::PayloadType kManifest{"manifest"};
const Refusal kUnread{RefusalCode::not_found, "this home has not read its own keys in the log yet"};

// "events-csv-2026-12-01T090000Z-007": to the millisecond.
std::string file_name(const Contents& contents, Time made) {
  std::string when = rfc3339(made);
  std::erase(when, ':');
  std::string ms = std::to_string(to_ms(made) % 1000);
  return contents.what + "-" + contents.format + "-" + when + "-" +
         std::string(3 - ms.size(), '0') + ms;
}

// The newest statement of this organisation's keys in its copy of the log.
Result<StoredEvent> own_keys_event(Context& context) {
  const auto published =
      context.dossier().events.of_kind(v1::EVENT_KIND_KEYS_PUBLISHED, context.org().str());
  if (published.empty()) return kUnread;
  return published.back();
}

// The statement that the log has of this organisation's keys.
Result<crypto::KeyStatement> statement_in(const v1::SignedManifest& signed_manifest,
                                          const audit::VerifierKey& key, const OrgId& org) {
  const auto tree = audit::SignedCheckpoint::verify(signed_manifest.key_checkpoint(), key);
  if (!tree) return tampered("keyCheckpoint: the log did not sign it");
  auto event = audit::verify_event(signed_manifest.key_event(), tree->size(), tree->root());
  if (!event) return event.refusal();
  if (event->event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED || event->event.actor() != org.str() ||
      !signed_manifest.key_event().has_key_statement())
    return tampered("keyEvent: is not about keys of this organisation");
  auto statement = crypto::KeyStatement::verify(signed_manifest.key_event().key_statement());
  if (!statement || statement->org() != org ||
      statement->sha256().bytes() != event->event.object_sha256())
    return tampered("keyEvent: its statement is not the one in the log");
  return statement;
}

}  // namespace

Result<HandedOver> hand_over(Context& context, const Contents& contents, const std::string& ending,
                             std::string bytes) {
  const Time now = context.clock.now();
  const std::string file = file_name(contents, now) + ending;
  auto keys = own_keys_event(context);
  if (!keys) return keys.refusal();
  v1::SignedManifest out;
  if (!out.mutable_key_event()->ParseFromString(keys->proven))
    return Refusal{RefusalCode::local_failure, "a stored event"};
  const auto statement = crypto::KeyStatement::stored(out.key_event().key_statement());
  if (!statement || !statement->signing_key(context.home->signing_key_id(), now)) return kUnread;
  v1::Manifest& manifest = *out.mutable_manifest();
  manifest.set_form(1);
  manifest.set_organisation(context.org().str());
  manifest.set_made(static_cast<std::uint64_t>(to_ms(now)));
  manifest.set_what(contents.what);
  manifest.set_format(contents.format);
  manifest.set_selection(contents.selection);
  manifest.set_rows(contents.rows);
  manifest.set_file(file);
  manifest.set_bytes(bytes.size());
  manifest.set_sha256(crypto::sha256(bytes).str());
  manifest.set_checkpoint(context.dossier().events.pinned());
  manifest.set_key_id(context.home->signing_key_id().str());
  v1::SignedObject& object = *out.mutable_signed_();
  object.set_body(wire::serialise(manifest));
  object.set_signature(context.home->signing.sign(kManifest, object.body()));
  out.set_key_checkpoint(keys->checkpoint);
  return HandedOver{file, std::move(bytes), write_json(out)};
}

}  // namespace veerpont::sdk

namespace veerpont {

Result<CheckedManifest> check_manifest(const std::string& manifest, const std::string& bytes,
                                       const std::string& verifier_key) {
  const auto key = audit::VerifierKey::parse(verifier_key);
  if (!key) return sdk::invalid("verifierKey: is none of a log");
  v1::SignedManifest said;
  if (!read_json(manifest, said) || said.manifest().form() != 1)
    return sdk::invalid("manifest: is none");
  const auto signed_one = wire::parse<v1::Manifest>(said.signed_().body());
  if (!signed_one || wire::serialise(*signed_one) != wire::serialise(said.manifest()))
    return sdk::tampered("manifest: says something else than what was signed");
  const auto org = OrgId::parse(signed_one->organisation());
  const auto key_id = crypto::Hash::from_bytes(signed_one->key_id());
  if (!org || !key_id) return sdk::tampered("manifest: organisation, keyId");
  auto statement = sdk::statement_in(said, *key, *org);
  if (!statement) return statement.refusal();
  const Time made = time_from_ms(static_cast<std::int64_t>(signed_one->made()));
  const auto signer = statement->signing_key(*key_id, made);
  if (!signer ||
      !crypto::verify(*signer, sdk::kManifest, said.signed_().body(), said.signed_().signature()))
    return sdk::tampered("signature: the organisation did not sign this");
  const auto tree = audit::SignedCheckpoint::verify(signed_one->checkpoint(), *key);
  if (!tree) return sdk::tampered("checkpoint: the log did not sign it");
  if (bytes.size() != signed_one->bytes() || crypto::sha256(bytes).bytes() != signed_one->sha256())
    return sdk::tampered("file: was changed, or is another one");
  return CheckedManifest{org->str(),           statement->fingerprint(), signed_one->what(),
                         signed_one->format(), signed_one->selection(),  made,
                         signed_one->rows(),   signed_one->file(),       tree->checkpoint().origin,
                         tree->size()};
}

}  // namespace veerpont
