// Joining a federation: from an invitation to a home with a certificate and a pinned log.
#include <filesystem>

#include "audit/verifier.h"
#include "base/kill_point.h"
#include "base/limits.h"
#include "base/private_file.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/home.h"
#include "client_sdk/home/invitation.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/home/secret_words_txt.h"
#include "client_sdk/home/tls_identity.h"
#include "client_sdk/link/transport.h"
#include "crypto/control_code.h"
#include "crypto/random.h"
#include "schemas/session_protocol.h"
#include "schemas/wire.h"
#include "veerpont/v1/frames.pb.h"
#include "veerpont/v1/keystore.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont {

using sdk::invalid;
namespace {

using sdk::HomeConfig;
using sdk::HomePaths;

// Keys made once; a repeated join finds and uses them.
Status make_keys(const HomePaths& paths, const HomeConfig& config, const crypto::Unlock& unlock) {
  v1::OrganisationSecrets secrets;
  const crypto::Key32 storage_key = crypto::random_key();
  for (auto* seed : {secrets.mutable_identity_seed(), secrets.mutable_cosigner_seed()})
    *seed = std::string(crypto::random_key().reveal());
  secrets.set_storage_key(std::string(storage_key.reveal()));
  auto content = crypto::SecretBytes::take(wire::serialise(secrets));
  for (auto* secret : {secrets.mutable_identity_seed(), secrets.mutable_cosigner_seed(),
                       secrets.mutable_storage_key()})
    crypto::wipe(secret->data(), secret->size());
  // Sealed under a storage key that only the keystore brings back: a join that is cut short before
  // it begins anew.
  std::error_code ignored;
  std::filesystem::remove(paths.signing_keys, ignored);
  auto own = sdk::OwnKeys::open(paths.signing_keys, storage_key);
  if (!own) return own.refusal();
  if (auto made = own->add(crypto::SigningKey::generate()); !made) return made;
  if (auto made = own->add_tls(sdk::make_tls_identity(config.org).key); !made) return made;
  return crypto::Keystore::create(paths.keystore, unlock, content);
}

// The same statement again when the answer to an earlier try was lost.
Result<v1::SignedKeyStatement> first_statement(const sdk::OpenHome& home) {
  const std::string kept = home.dossier->settings.get("own-statement");
  if (!kept.empty()) return wire::parse<v1::SignedKeyStatement>(kept);
  const Time now = SystemClock().now();
  v1::KeyStatement body;
  body.set_org(home.config.org.str());
  body.set_issued(to_ms(now));
  body.set_valid_until(to_ms(now + limits::statement_life));
  if (home.config.kind != OrgKind::oversight) {
    auto epochs = sdk::EpochKeys::open(home.paths.epochs, home.storage_key);
    if (!epochs) return epochs.refusal();
    if (auto topped = epochs->top_up(now); !topped) return topped.refusal();
    epochs->publish(body, now);
  }
  body.add_tls_keys(sdk::tls_key_id(home.tls_key).str());
  auto statement = crypto::make_statement(body, {home.identity, {&home.signing}, home.cosigner});
  home.dossier->settings.set("own-statement", wire::serialise(statement));
  home.dossier->settings.set("own-statement-" + crypto::sha256(statement.body()).str(), "1");
  return statement;
}

// The answer must prove what it says: our own statement in the log, genesis at 0, one checkpoint
// over both.
Status accept_answer(const sdk::OpenHome& home, const v1::SignedKeyStatement& statement,
                     const v1::EnrolAnswer& answer) {
  const auto tampered = [](const char* what) { return Refusal{RefusalCode::tampered, what}; };
  auto checkpoint = audit::advance(home.config.log_key, std::nullopt, answer.checkpoint());
  if (!checkpoint) return checkpoint.refusal();
  auto keys = audit::verify_event(answer.keys_published(), checkpoint->size(), checkpoint->root());
  if (!keys) return keys.refusal();
  if (keys->event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED ||
      keys->event.actor() != home.config.org.str() ||
      keys->event.object_sha256() != crypto::sha256(statement.body()).bytes())
    return tampered("the logged key statement is not ours");
  // The operator's word for us, which the log keeps: what the invitation said must be it.
  auto admitted = audit::verify_event(answer.admitted(), checkpoint->size(), checkpoint->root());
  if (!admitted) return admitted.refusal();
  auto admission = wire::parse<v1::Admission>(answer.admitted().object().body());
  if (admitted->event.kind() != v1::EVENT_KIND_PARTICIPANT_ADMITTED ||
      admitted->event.counterpart() != home.config.org.str() || !admission ||
      admitted->event.object_sha256() != crypto::sha256(answer.admitted().object().body()).bytes())
    return tampered("our introduction in the log");
  if (admission->org() != home.config.org.str() ||
      static_cast<OrgKind>(admission->kind()) != home.config.kind ||
      admission->hidden() != home.config.hidden)
    return tampered("the log introduces us in another way than the invitation");
  auto genesis =
      audit::verify_event(answer.genesis().event(), checkpoint->size(), checkpoint->root());
  if (!genesis) return genesis.refusal();
  auto policy = wire::parse<v1::FederationPolicy>(answer.genesis().policy());
  if (!policy || genesis->index.value != 0 ||
      genesis->event.object_sha256() != crypto::sha256(answer.genesis().policy()).bytes() ||
      policy->log_verifier_key() != home.config.log_key.str())
    return tampered("the federation's policy");
  home.dossier->settings.set("policy", answer.genesis().policy());
  if (home.dossier->events.pinned().empty()) home.dossier->events.advance("", checkpoint->note());
  return Done{};
}

Result<Joined> enrol(const HomePaths& paths, const sdk::Invitation& invitation,
                     const crypto::Unlock& unlock) {
  // An empty certificate while joining: the home opens, and is finished only when the real one is
  // there.
  if (auto begun = write_private_file(paths.certificate, ""); !begun) return begun.refusal();
  auto home = sdk::OpenHome::open(paths.folder, unlock);
  if (!home) return home.refusal();
  auto statement = first_statement(**home);
  if (!statement) return statement.refusal();
  v1::EnrolRequest request;
  request.set_token(invitation.token);
  request.set_csr(sdk::certificate_request((*home)->tls_key, (*home)->config.org));
  *request.mutable_statement() = *statement;
  kill_point("join-keys-made");
  auto address = (*home)->config.address();
  if (!address) return address.refusal();
  request.set_protocol(kProtocolNumber);
  auto body = sdk::https_post(*address, "/enrol", wire::serialise(request));
  if (!body) return body.refusal();
  auto answer = wire::parse<v1::EnrolAnswer>(*body);
  if (!answer) return Refusal{RefusalCode::tampered, "the answer to the enrolment"};
  if (answer->has_refused()) {
    const auto code = refusal_from_number(answer->refused().code());
    return Refusal{code.value_or(RefusalCode::malformed), answer->refused().detail()};
  }
  kill_point("enrol-answered");
  if (auto accepted = accept_answer(**home, *statement, *answer); !accepted)
    return accepted.refusal();
  if (auto written = write_private_file(paths.certificate, answer->certificate()); !written)
    return written.refusal();
  if (auto synced = sync_folder(paths.folder); !synced) return synced.refusal();
  return Joined{(*home)->config.org.str(), (*home)->fingerprint(), (*home)->config.broker,
                crypto::control_code((*home)->fingerprint())};
}

// Empty, or with what a join writes before its keystore.
bool holds_only_an_unfinished_join(const std::string& folder) {
  const HomePaths paths(folder);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string path = entry.path();
    if (path != paths.config && path != paths.policy && path != paths.secret_words &&
        path != paths.signing_keys)
      return false;
  }
  return !error;
}

// The credential in this file, made when there is none.
Result<Unlock> credential_at(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    if (auto made = write_private_file(file, crypto::random_key().reveal()); !made)
      return made.refusal();
  return Unlock::credential_file(file);
}

}  // namespace

Result<Joined> join(const std::string& folder, const std::string& invitation_file,
                    const std::optional<Unlock>& unlock,
                    const std::optional<std::string>& new_credential, const std::string& proxy) {
  auto invitation = sdk::Invitation::read(invitation_file);
  if (!invitation) return invitation.refusal();
  if (invitation->config.hidden && proxy.empty())
    return invalid(
        "a hidden organisation joins through a proxy; \"none\" when nobody can see in another way "
        "from where it connects");
  if (proxy != "none") invitation->config.proxy = proxy;
  if (auto checked = invitation->config.check_addresses(); !checked) return checked.refusal();
  const HomePaths paths(folder);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const bool begun = std::filesystem::exists(paths.keystore, error);
  if (!begun && !holds_only_an_unfinished_join(folder)) return invalid(folder + " is not empty");
  if (begun && std::filesystem::file_size(paths.certificate, error) > 0 && !error)
    return invalid(folder + " has joined already");
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  auto used = new_credential ? credential_at(*new_credential)
              : unlock       ? Result<Unlock>(*unlock)
                             : invalid("a passphrase or --credential is needed");
  if (!used) return used.refusal();
  if (!begun) {
    if (auto written = invitation->config.write(paths.config); !written) return written.refusal();
    if (auto written = write_private_file(paths.policy, sdk::Policy::defaults()); !written)
      return written.refusal();
    if (auto written = write_private_file(paths.secret_words, kSecretWords); !written)
      return written.refusal();
    if (auto made = make_keys(paths, invitation->config, used->inner()); !made)
      return made.refusal();
  } else {  // the same enrolment, perhaps by another way
    auto kept = HomeConfig::read(paths.config);
    if (!kept) return kept.refusal();
    kept->proxy = invitation->config.proxy;
    if (auto written = kept->write(paths.config); !written) return written.refusal();
  }
  return enrol(paths, *invitation, used->inner());
}

}  // namespace veerpont
