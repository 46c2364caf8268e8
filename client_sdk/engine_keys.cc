// Looking after this organisation's own keys: epochs and statements, replacing keys, renewing the certificate.
#include "client_sdk/engine.h"
#include "client_sdk/tls_identity.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "schemas/kill_point.h"
#include "schemas/limits.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::sdk {
namespace {

// A statement older than this is renewed, so that a fresh one is always valid for weeks.
constexpr auto kStatementRenewal = std::chrono::hours(24 * 7);

Refusal own_statement_broken() { return Refusal{RefusalCode::local_failure, "own key statement"}; }

Result<v1::SignedKeyStatement> kept_statement(OpenHome& home, const char* name) {
  auto kept = wire::parse<v1::SignedKeyStatement>(home.dossier->meta(name));
  if (!kept) return own_statement_broken();
  return kept;
}

void wipe_secrets(v1::OrganisationSecrets& secrets) {
  for (auto* secret : {secrets.mutable_identity_seed(), secrets.mutable_signing_seed(), secrets.mutable_cosigner_seed(), secrets.mutable_storage_key(),
                       secrets.mutable_tls_key(), secrets.mutable_next_signing_seed(), secrets.mutable_next_identity_seed()})
    crypto::wipe(secret->data(), secret->size());
}

// Changes the keystore's content; durable when it returns.
Status change_secrets(const OpenHome& home, const crypto::Unlock& unlock, const std::function<void(v1::OrganisationSecrets&)>& change) {
  auto content = crypto::Keystore::open(home.paths.keystore, unlock);
  if (!content) return content.refusal();
  auto secrets = wire::parse<v1::OrganisationSecrets>(content->reveal());
  if (!secrets) return Refusal{RefusalCode::malformed, "keystore"};
  change(*secrets);
  auto done = crypto::Keystore::replace(home.paths.keystore, unlock, crypto::SecretBytes::take(wire::serialise(*secrets)));
  wipe_secrets(*secrets);
  return done;
}

}  // namespace

// The statement after `previous`, with the keys that are to be used from now on; the replaced identity signs its successor.
v1::SignedKeyStatement Engine::next_statement(const crypto::KeyStatement& previous, const EpochKeys* epochs, Time now) {
  const bool new_identity = home_->next_identity.has_value();
  const bool new_signing = home_->next_signing.has_value();
  v1::KeyStatement body;
  body.set_org(home_->config.org.str());
  body.set_sequence(previous.sequence() + 1);
  body.set_issued(to_ms(now));
  body.set_valid_until(to_ms(now + limits::statement_life));
  body.set_previous_sha256(previous.sha256().str());
  if (!new_signing)
    for (const auto& key : previous.body().signing_keys()) *body.add_signing_keys() = key;
  *body.mutable_cosigner_key() = previous.body().cosigner_key();
  if (epochs != nullptr) epochs->publish(body, now);
  return crypto::make_statement(body, {new_identity ? *home_->next_identity : home_->identity, new_signing ? *home_->next_signing : home_->signing,
                                       home_->cosigner, new_identity ? &home_->identity : nullptr});
}

// Five future epochs are always published; what is over is destroyed. The epoch file's lock makes two commands take turns.
Status Engine::publish_keys(Session& session) {
  const Time now = clock_.now();
  auto epochs = EpochKeys::open(home_->paths.epochs, home_->storage_key);
  if (!epochs) return epochs.refusal();
  const bool receives = home_->config.kind != OrgKind::oversight;
  bool fresh = false;
  if (receives) {
    // Destruction follows the earlier of two clocks: one wrong clock here must not cost unread mail.
    if (auto destroyed = epochs->destroy_due(std::min(now, session.welcome_time())); !destroyed) return destroyed;
    auto topped = epochs->top_up(now);
    if (!topped) return topped.refusal();
    fresh = *topped;
  }
  auto last = kept_statement(*home_, "own-statement");
  if (!last) return last.refusal();
  auto previous = crypto::KeyStatement::verify(*last);
  if (!previous) return previous.refusal();
  const bool pending = !home_->dossier->meta("own-statement-pending").empty();
  const bool replaces = home_->next_signing || home_->next_identity;
  const bool old = now >= time_from_ms(previous->body().issued()) + kStatementRenewal;
  if (!fresh && !pending && !replaces && !(receives && old)) return Done{};
  if (!pending) {
    const auto statement = next_statement(*previous, receives ? &*epochs : nullptr, now);
    home_->dossier->set_meta("own-statement-" + crypto::sha256(statement.body()).str(), "1");
    home_->dossier->set_meta("own-statement-pending", wire::serialise(statement));
  }
  kill_point("statement-pending");
  auto statement = kept_statement(*home_, "own-statement-pending");  // its answer was lost: the same bytes again
  return statement ? publish_statement(session, *statement) : Status(statement.refusal());
}

Status Engine::publish_statement(Session& session, const v1::SignedKeyStatement& statement) {
  v1::ClientFrame frame;
  *frame.mutable_publish_keys()->mutable_statement() = statement;
  auto answer = session.request(std::move(frame));
  if (!answer) {
    const RefusalCode code = answer.refusal().code;
    if (code == RefusalCode::sender_suspended) return Done{};  // a suspended organisation may still withdraw and read
    // Decided: the same bytes would be refused for ever. The next connection makes a new statement.
    if (exit_code_of(code) == 3 && code != RefusalCode::busy && code != RefusalCode::storage_full) home_->dossier->set_meta("own-statement-pending", "");
    return answer.refusal();
  }
  if (auto receipt = session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_KEYS_PUBLISHED, statement.body()); !receipt) return receipt.refusal();
  kill_point("statement-answered");
  home_->dossier->set_meta("own-statement", wire::serialise(statement));
  kill_point("statement-kept");
  home_->dossier->set_meta("own-statement-pending", "");
  kill_point("statement-settled");
  home_->adopt_published_keys();
  return Done{};
}

// The new seed is in the keystore before anybody hears of it; it is used from the moment that the log has the statement,
// and a crash in between is finished by the next command.
Result<Identity> Engine::replace_keys(const crypto::Unlock& unlock, bool identity) {
  auto session = ready();  // flushes the outbox under the old key
  if (!session) return session.refusal();
  crypto::Key32 signing = crypto::random_key();
  crypto::Key32 next_identity = crypto::random_key();
  const auto planned = change_secrets(*home_, unlock, [&](v1::OrganisationSecrets& secrets) {
    secrets.set_next_signing_seed(std::string(signing.reveal()));
    if (identity) secrets.set_next_identity_seed(std::string(next_identity.reveal()));
  });
  if (!planned) return planned.refusal();
  kill_point("keys-planned");
  home_->next_signing = crypto::SigningKey::from_seed(signing);
  if (identity) home_->next_identity = crypto::SigningKey::from_seed(next_identity);
  if (auto published = publish_keys(**session); !published) return published.refusal();
  if (home_->next_signing) return Refusal{RefusalCode::sender_suspended};
  const auto settled = change_secrets(*home_, unlock, [&](v1::OrganisationSecrets& secrets) {
    for (const auto& [from, to] : {std::pair(secrets.mutable_next_signing_seed(), secrets.mutable_signing_seed()),
                                   std::pair(secrets.mutable_next_identity_seed(), secrets.mutable_identity_seed())}) {
      if (from->empty()) continue;
      crypto::wipe(to->data(), to->size());
      to->swap(*from);
      from->clear();
    }
  });
  if (!settled) return settled.refusal();
  return Identity{home_->config.org.str(), home_->config.title, id_of(home_->config.kind), home_->fingerprint(), home_->config.broker};
}

// In session: the same TLS key, a new certificate. The old one stays good until its own end, so a lost answer costs nothing.
Status Engine::renew_certificate(Session& session) {
  if (home_->certificate.empty()) return Done{};  // a transport that shows none
  const auto end = certificate_end(home_->certificate);
  if (!end) return Refusal{RefusalCode::local_failure, "this organisation's certificate"};
  if (*end > clock_.now() + limits::certificate_renewal) return Done{};
  v1::ClientFrame frame;
  frame.mutable_renew()->set_csr(certificate_request(home_->tls_key, home_->config.org));
  auto answer = session.request(std::move(frame));
  if (!answer) return answer.refusal();
  const std::string& certificate = answer->renewed().certificate();
  const auto fresh_end = certificate_end(certificate);
  if (!fresh_end || *fresh_end <= *end || !certifies(certificate, home_->tls_key, home_->config.ca_certificate))
    return Refusal{RefusalCode::tampered, "the renewed certificate"};
  if (auto written = crypto::write_private_file(home_->paths.certificate, certificate); !written) return written;
  home_->certificate = certificate;
  return Done{};
}

}  // namespace veerpont::sdk
