#include "client_sdk/operations/keys.h"

#include <algorithm>
#include <set>

#include "base/kill_point.h"
#include "base/limits.h"
#include "base/private_file.h"
#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/key_plan.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/home/tls_identity.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/ready.h"
#include "crypto/control_code.h"
#include "crypto/objects/key_statement.h"
#include "crypto/random.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::sdk {
namespace {

// A statement older than this is renewed, so that a fresh one is always valid for weeks.
constexpr auto kStatementRenewal = std::chrono::hours(24 * 7);

Refusal own_statement_broken() { return Refusal{RefusalCode::local_failure, "own key statement"}; }

Result<v1::SignedKeyStatement> kept_statement(OpenHome& home, const char* name) {
  auto kept = wire::parse<v1::SignedKeyStatement>(home.dossier->settings.get(name));
  if (!kept) return own_statement_broken();
  return kept;
}

void wipe_secrets(v1::OrganisationSecrets& secrets) {
  for (auto* secret : {secrets.mutable_identity_seed(), secrets.mutable_cosigner_seed(),
                       secrets.mutable_storage_key(), secrets.mutable_next_identity_seed()})
    crypto::wipe(secret->data(), secret->size());
}

// Changes the keystore's content; durable when it returns.
Status change_secrets(const OpenHome& home, const crypto::Unlock& unlock,
                      const std::function<void(v1::OrganisationSecrets&)>& change) {
  auto content = crypto::Keystore::open(home.paths.keystore, unlock);
  if (!content) return content.refusal();
  auto secrets = wire::parse<v1::OrganisationSecrets>(content->reveal());
  if (!secrets) return Refusal{RefusalCode::malformed, "keystore"};
  change(*secrets);
  auto done = crypto::Keystore::replace(home.paths.keystore, unlock,
                                        crypto::SecretBytes::take(wire::serialise(*secrets)));
  wipe_secrets(*secrets);
  return done;
}

std::optional<CertificateInUse> certificate_of(const OpenHome& home) {
  const auto key = certified_key(home.certificate);
  const auto end = certificate_end(home.certificate);
  return key && end ? std::optional(CertificateInUse{*key, *end}) : std::nullopt;
}

// The public half of the key that replaces a compromised one, from the moment that somebody asked
// for it.
constexpr char kReplacement[] = "signing-key-replacement";

const crypto::SigningKey* find(const std::vector<crypto::SigningKey>& keys,
                               const std::string& public_key) {
  const auto found = std::ranges::find(
      keys, public_key, [](const crypto::SigningKey& key) { return key.public_key(); });
  return found == keys.end() ? nullptr : &*found;
}

// And lets go of the file: nobody waits for it while the broker is asked.
Result<std::vector<OwnKeys::Tls>> own_tls_keys(const OpenHome& home) {
  auto own = OwnKeys::open(home.paths.signing_keys, home.storage_key);
  if (!own) return own.refusal();
  return own->tls();
}

bool lists(const crypto::KeyStatement& statement, const std::string& public_key) {
  return statement.signing_key(crypto::key_id(crypto::KeyType::signing, public_key)).has_value();
}

struct FreshKeys {
  std::optional<std::string> signing = {};  // public
  std::optional<Hash> tls = {};
  bool compromised = false;
};

// What the next statement brings beside epoch keys, made when it is time and durable when it
// returns: a successor of the signing key, its replacement, another TLS key. A key that was made
// before and not published yet is used.
Result<FreshKeys> fresh_keys(Context& context, OwnKeys& own, const crypto::KeyStatement& previous,
                             Time now) {
  FreshKeys fresh;
  const std::string replacement = context.dossier().settings.get(kReplacement);
  fresh.compromised = !replacement.empty() && !lists(previous, replacement);
  const auto unlisted = [&](const crypto::SigningKey& key) {
    return fresh.compromised
               ? key.public_key() == replacement
               : !lists(previous, key.public_key()) &&
                     !previous.revokes(crypto::key_id(crypto::KeyType::signing, key.public_key()));
  };
  if (fresh.compromised || needs_signing_key(previous, now)) {
    for (const auto& key : own.signing())
      if (unlisted(key)) fresh.signing = key.public_key();
    if (!fresh.signing) {
      const auto made = crypto::SigningKey::generate();
      if (auto added = own.add(made); !added) return added.refusal();
      fresh.signing = made.public_key();
    }
  }
  if (needs_tls_key(previous, certificate_of(*context.home), now)) {
    for (const auto& key : own.tls())
      if (!previous.lists_tls_key(key.id)) fresh.tls = key.id;
    if (!fresh.tls) {
      const auto made = make_tls_identity(context.org());
      if (auto added = own.add_tls(made.key); !added) return added.refusal();
      fresh.tls = tls_key_id(made.key);
    }
  }
  return fresh;
}

// The statement after `previous`, with the keys that are to be used from now on; the replaced
// identity signs its successor.
v1::SignedKeyStatement next_statement(Context& context, const crypto::KeyStatement& previous,
                                      const EpochKeys* epochs, const OwnKeys& own,
                                      const FreshKeys& fresh, Time now) {
  const bool new_identity = context.home->next_identity.has_value();
  v1::KeyStatement body;
  body.set_org(context.org().str());
  body.set_sequence(previous.sequence() + 1);
  body.set_issued(to_ms(now));
  body.set_valid_until(to_ms(now + limits::statement_life));
  body.set_previous_sha256(previous.sha256().str());
  const auto keys = own.signing();
  list_keys(previous,
            {fresh.signing ? find(keys, *fresh.signing) : nullptr, fresh.tls, fresh.compromised},
            certificate_of(*context.home), body);
  *body.mutable_cosigner_key() = previous.body().cosigner_key();
  if (epochs != nullptr) epochs->publish(body, now);
  if (context.session)
    crypto::put_view(body, view_now(*context.home, *context.session, std::nullopt));
  std::vector<const crypto::SigningKey*> signers;
  signers.reserve(keys.size());
  for (const auto& key : keys) signers.push_back(&key);
  return crypto::make_statement(
      body, {new_identity ? *context.home->next_identity : context.home->identity, signers,
             context.home->cosigner, new_identity ? &context.home->identity : nullptr});
}

// Uses what our newest statement says, and overwrites every private half that it leaves out.
Status settle_keys(Context& context) {
  auto kept = kept_statement(*context.home, "own-statement");
  if (!kept) return kept.refusal();
  auto statement = crypto::KeyStatement::stored(*kept);
  if (!statement) return statement.refusal();
  auto own = OwnKeys::open(context.home->paths.signing_keys, context.home->storage_key);
  if (!own) return own.refusal();
  if (auto adopted = context.home->adopt(*own); !adopted) return adopted;
  const std::string replacement = context.dossier().settings.get(kReplacement);
  std::set<std::string> signing{replacement};
  for (const auto& key : statement->body().signing_keys()) signing.insert(key.public_key());
  std::set<Hash> tls;
  for (const auto& key : statement->body().tls_keys()) tls.insert(*Hash::from_bytes(key));
  if (const auto certified = certified_key(context.home->certificate)) tls.insert(*certified);
  if (lists(*statement, replacement)) context.dossier().settings.set(kReplacement, "");
  return own->keep_only(signing, tls);
}

Status publish_statement(Context& context, Session& session,
                         const v1::SignedKeyStatement& statement) {
  v1::ClientFrame frame;
  *frame.mutable_publish_keys()->mutable_statement() = statement;
  auto answer = session.request(std::move(frame));
  if (!answer) {
    const RefusalCode code = answer.refusal().code;
    if (ends_the_session(answer.refusal())) return answer.refusal();
    // A suspended organisation may still withdraw and read; and what the broker has no room for now
    // is published later.
    if (code == RefusalCode::sender_suspended || is_held(code)) return Done{};
    // Decided: the same bytes would be refused for ever. The next connection makes a new statement;
    // nothing else waits for it.
    context.dossier().settings.set("own-statement-pending", "");
    context.alarm("the keys of this organisation were not published: " +
                  describe(answer.refusal()));
    return Done{};
  }
  if (auto receipt = session.verify_receipt(answer->receipt().event(),
                                            v1::EVENT_KIND_KEYS_PUBLISHED, statement.body());
      !receipt)
    return receipt.refusal();
  kill_point("statement-answered");
  context.dossier().settings.set("own-statement", wire::serialise(statement));
  kill_point("statement-kept");
  context.dossier().settings.set("own-statement-pending", "");
  kill_point("statement-settled");
  return settle_keys(context);
}

}  // namespace

// Five future epochs are always published, and the next signing and TLS key in time; what is over
// is destroyed. The epoch file's lock makes two commands take turns. Nothing is made from a clock
// that the broker has not confirmed.
Status publish_keys(Context& context, Session& session) {
  const Time now = context.clock.now();
  auto epochs = EpochKeys::open(context.home->paths.epochs, context.home->storage_key);
  if (!epochs) return epochs.refusal();
  const bool receives = context.home->config.kind != OrgKind::oversight;
  if (receives)
    if (auto destroyed = epochs->destroy_due(destruction_time(context.dossier(), now)); !destroyed)
      return destroyed;
  if (!confirmed_clock(context, session)) return Done{};
  auto last = kept_statement(*context.home, "own-statement");
  if (!last) return last.refusal();
  auto previous = crypto::KeyStatement::stored(*last);
  if (!previous) return previous.refusal();
  bool fresh_epochs = false;
  if (receives) {
    const KeyBook keys(*context.home);
    if (auto pruned = epochs->prune_implausible(
            now,
            [&](const auto& key) { return keys.has_logged_epoch_key(context.org().str(), key); });
        !pruned)
      return pruned;
    auto topped = epochs->top_up(now);
    if (!topped) return topped.refusal();
    fresh_epochs = *topped;
  }
  if (context.dossier().settings.get("own-statement-pending").empty()) {
    auto own = OwnKeys::open(context.home->paths.signing_keys, context.home->storage_key);
    if (!own) return own.refusal();
    auto fresh = fresh_keys(context, *own, *previous, now);
    if (!fresh) return fresh.refusal();
    const bool old = receives && now >= time_from_ms(previous->body().issued()) + kStatementRenewal;
    if (!fresh_epochs && !fresh->signing && !fresh->tls && !context.home->next_identity && !old)
      return Done{};
    const auto statement =
        next_statement(context, *previous, receives ? &*epochs : nullptr, *own, *fresh, now);
    context.dossier().settings.set("own-statement-" + crypto::sha256(statement.body()).str(), "1");
    context.dossier().settings.set("own-statement-pending", wire::serialise(statement));
  }
  kill_point("statement-pending");
  auto statement = kept_statement(
      *context.home, "own-statement-pending");  // its answer was lost: the same bytes again
  return statement ? publish_statement(context, session, *statement) : Status(statement.refusal());
}

// The new keys are durable before anybody hears of them; they are used from the moment that the log
// has the statement, and a crash in between is finished by the next command. The old ones are
// compromised: that is what replacing by hand is for.
Result<Identity> replace_keys(Context& context, const crypto::Unlock& unlock, bool identity) {
  auto session = ready(context);  // flushes the outbox under the old key
  if (!session) return session.refusal();
  if (auto confirmed = confirmed_clock(context, **session); !confirmed) return confirmed.refusal();
  const auto signing = crypto::SigningKey::generate();
  const crypto::Key32 next_identity = crypto::random_key();
  {
    auto own = OwnKeys::open(context.home->paths.signing_keys, context.home->storage_key);
    if (!own) return own.refusal();
    if (auto added = own->add(signing); !added) return added.refusal();
  }
  if (identity)
    if (auto planned =
            change_secrets(*context.home, unlock,
                           [&](auto& secrets) {
                             secrets.set_next_identity_seed(std::string(next_identity.reveal()));
                           });
        !planned)
      return planned.refusal();
  context.dossier().settings.set("own-statement-pending", "");  // it would list the old key
  context.dossier().settings.set(kReplacement, signing.public_key());
  kill_point("keys-planned");
  if (identity) context.home->next_identity = crypto::SigningKey::from_seed(next_identity);
  if (auto published = publish_keys(context, **session); !published) return published.refusal();
  if (context.home->signing.public_key() != signing.public_key())
    return Refusal{RefusalCode::busy,
                   "the new keys are made, and are published as soon as the broker takes them"};
  if (identity) {
    const auto settled =
        change_secrets(*context.home, unlock, [&](v1::OrganisationSecrets& secrets) {
          crypto::wipe(secrets.mutable_identity_seed()->data(), secrets.identity_seed().size());
          secrets.mutable_identity_seed()->swap(*secrets.mutable_next_identity_seed());
          secrets.clear_next_identity_seed();
        });
    if (!settled) return settled.refusal();
  }
  return Identity{context.org().str(),
                  context.home->config.title,
                  id_of(context.home->config.kind),
                  context.home->fingerprint(),
                  context.home->config.broker,
                  crypto::control_code(context.home->fingerprint())};
}

Check lasting_keys(Context& context) {
  Check check{"signing key, certificate and statement last", true, "", ""};
  auto kept = kept_statement(*context.home, "own-statement");
  auto statement =
      kept ? crypto::KeyStatement::stored(*kept) : Result<crypto::KeyStatement>(kept.refusal());
  if (!statement)
    return {check.check,
            false,
            describe(statement.refusal()),
            "keep this home as evidence and call the operator",
            false,
            statement.refusal()};
  Time newest{};
  for (const auto& key : statement->body().signing_keys())
    newest = std::max(newest, time_from_ms(key.until()));
  const auto certificate = certificate_of(*context.home);
  const Time end = certificate ? std::min(newest, certificate->end) : newest;
  const auto left = end - context.clock.now();
  if (left > limits::warn_of_end) return check;
  check.ok = left > limits::fail_of_end;
  check.warns = check.ok;
  check.cause = "the first ends on " + rfc3339(end) + ".";
  check.cure =
      "they renew themselves whenever a command connects; when this stays, send the operator this "
      "line";
  return check;
}

// By our own clock, since the broker may claim any time; by the broker's too where the two agree.
bool certificate_has_ended(const Context& context, const Session& session) {
  const auto end = certificate_end(context.home->certificate);
  return end && (*end <= context.clock.now() ||
                 (*end <= session.broker_time() && confirmed_clock(context, session)));
}

// In session: a certificate for the newest TLS key that our statement lists. The old one stays good
// until the next statement, so a lost answer costs nothing.
Status renew_certificate(Context& context, Session& session) {
  const auto certificate = certificate_of(*context.home);
  if (!certificate || !confirmed_clock(context, session))
    return Done{};  // a transport that shows none
  auto kept = kept_statement(*context.home, "own-statement");
  auto statement =
      kept ? crypto::KeyStatement::stored(*kept) : Result<crypto::KeyStatement>(kept.refusal());
  if (!statement) return statement.refusal();
  const auto wanted = to_certify(*statement, *certificate, context.clock.now());
  if (!wanted) return Done{};
  auto keys = own_tls_keys(*context.home);
  if (!keys) return keys.refusal();
  for (auto& key : *keys) {
    if (key.id != *wanted) continue;
    v1::ClientFrame frame;
    frame.mutable_renew()->set_csr(certificate_request(key.key, context.org()));
    auto answer = session.request(std::move(frame));
    if (!answer)
      return ends_the_session(answer.refusal()) ? Status(answer.refusal())
                                                : Status(Done{});  // tried again later
    const std::string& renewed = answer->renewed().certificate();
    const auto end = certificate_end(renewed);
    if (!end || *end < certificate->end ||
        !certifies(renewed, key.key, context.home->config.ca_certificate))
      return Refusal{RefusalCode::tampered, "the renewed certificate"};
    if (auto written = write_private_file(context.home->paths.certificate, renewed); !written)
      return written;
    context.home->certificate = renewed;
    return context.home->adopt_published_keys();
  }
  return Done{};
}

}  // namespace veerpont::sdk
