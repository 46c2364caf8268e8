#include "crypto/objects/key_statement.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "rules/clock_tolerance.h"
#include "schemas/wire.h"

namespace veerpont::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMostStatementBytes = 16u << 10;
constexpr int kMostSigningKeys = 3;  // the present one, its successor and one predecessor
constexpr int kMostTlsKeys = 2;
constexpr int kMostEpochKeys = 16;

Refusal malformed(const char* field) {
  return Refusal{RefusalCode::malformed, std::string("KeyStatement.") + field};
}

bool good_key(const v1::PublishedKey& key) {
  return key.public_key().size() == kKeyBytes && key.from() < key.until();
}

Status check_shape(const v1::KeyStatement& body) {
  if (!OrgId::parse(body.org())) return malformed("org");
  if (body.issued() <= 0 || body.valid_until() <= body.issued()) return malformed("valid_until");
  if (time_from_ms(body.valid_until()) - time_from_ms(body.issued()) > limits::statement_life)
    return malformed("valid_until");
  if (body.identity_key().size() != kKeyBytes) return malformed("identity_key");
  const std::string& former = body.former_identity_key();
  if (!former.empty() && (former.size() != kKeyBytes || former == body.identity_key()))
    return malformed("former_identity_key");
  if (body.signing_keys().empty() || body.signing_keys_size() > kMostSigningKeys)
    return malformed("signing_keys");
  for (const auto& key : body.signing_keys())
    if (!good_key(key)) return malformed("signing_keys");
  if (body.epoch_keys_size() > kMostEpochKeys) return malformed("epoch_keys");
  std::int64_t last = -1;
  for (const auto& key : body.epoch_keys()) {
    if (key.public_key().size() != kKeyBytes || key.epoch() <= last) return malformed("epoch_keys");
    last = key.epoch();
  }
  if (!body.has_cosigner_key() || !good_key(body.cosigner_key())) return malformed("cosigner_key");
  std::set<std::string> revoked;
  for (const auto& id : body.revoked_signing_keys())
    if (id.size() != Hash::size || !revoked.insert(id).second)
      return malformed("revoked_signing_keys");
  if (revoked.size() > limits::signing_keys_ever) return malformed("revoked_signing_keys");
  for (const auto& key : body.signing_keys())
    if (revoked.contains(key_id(KeyType::signing, key.public_key()).str()))
      return malformed("revoked_signing_keys");
  if (body.tls_keys().empty() || body.tls_keys_size() > kMostTlsKeys) return malformed("tls_keys");
  for (const auto& key : body.tls_keys())
    if (key.size() != Hash::size) return malformed("tls_keys");
  if (body.tls_keys_size() == kMostTlsKeys && body.tls_keys(0) == body.tls_keys(1))
    return malformed("tls_keys");
  if (!body.previous_sha256().empty() && body.previous_sha256().size() != Hash::size)
    return malformed("previous_sha256");
  return Done{};
}

}  // namespace

std::uint32_t epoch_at(Time time) {
  return static_cast<std::uint32_t>(time.time_since_epoch() /
                                    std::chrono::milliseconds(limits::epoch_length));
}
Time epoch_begin(std::uint32_t epoch) {
  return Time(std::chrono::milliseconds(limits::epoch_length) * epoch);
}
bool epoch_holds(std::uint32_t epoch, Time created) {
  return created >= epoch_begin(epoch) - limits::epoch_slack &&
         created < epoch_begin(epoch + 1) + limits::epoch_slack;
}
bool epoch_is_due_for_destruction(std::uint32_t epoch, Time now) {
  return now >= epoch_begin(epoch + 1) + limits::message_life;
}

KeyStatement::KeyStatement(v1::SignedKeyStatement signed_statement, v1::KeyStatement body,
                           OrgId org)
    : signed_(std::move(signed_statement)),
      body_(std::move(body)),
      org_(std::move(org)),
      sha256_(crypto::sha256(signed_.body())) {}

Result<KeyStatement> KeyStatement::stored(const v1::SignedKeyStatement& signed_statement) {
  auto body = wire::parse<v1::KeyStatement>(signed_statement.body(), kMostStatementBytes);
  if (!body) return body.refusal();
  if (auto shape = check_shape(*body); !shape) return shape.refusal();
  OrgId org = *OrgId::parse(body->org());
  return KeyStatement(signed_statement, std::move(*body), std::move(org));
}

Result<KeyStatement> KeyStatement::verify(const v1::SignedKeyStatement& signed_statement) {
  auto statement = stored(signed_statement);
  if (!statement) return statement;
  const v1::KeyStatement* body = &statement->body_;
  const auto signed_by = [&](const std::string& key, const std::string& signature) {
    return crypto::verify(key, KeyStatement::type, signed_statement.body(), signature);
  };
  const Refusal bad{RefusalCode::bad_signature, "KeyStatement"};
  if (!signed_by(body->identity_key(), signed_statement.identity_signature())) return bad;
  if (signed_statement.signing_signatures_size() != body->signing_keys_size()) return bad;
  for (int i = 0; i < body->signing_keys_size(); ++i)
    if (!signed_by(body->signing_keys(i).public_key(), signed_statement.signing_signatures(i)))
      return bad;
  if (!signed_by(body->cosigner_key().public_key(), signed_statement.cosigner_signature()))
    return bad;
  const std::string& former = body->former_identity_key();
  const bool handed_over = former.empty()
                               ? signed_statement.former_identity_signature().empty()
                               : signed_by(former, signed_statement.former_identity_signature());
  if (!handed_over) return bad;
  return statement;
}

std::string KeyStatement::fingerprint() const {
  return to_hex(key_id(KeyType::identity, body_.identity_key()).bytes());
}

std::optional<std::string> KeyStatement::former_fingerprint() const {
  if (body_.former_identity_key().empty()) return std::nullopt;
  return to_hex(key_id(KeyType::identity, body_.former_identity_key()).bytes());
}

std::optional<std::string> KeyStatement::signing_key(const Hash& id, Time time) const {
  for (const auto& key : body_.signing_keys())
    if (key_id(KeyType::signing, key.public_key()) == id &&
        rules::window_holds(time_from_ms(key.from()), time_from_ms(key.until()), time))
      return key.public_key();
  return std::nullopt;
}

std::optional<std::string> KeyStatement::signing_key(const Hash& id) const {
  for (const auto& key : body_.signing_keys())
    if (key_id(KeyType::signing, key.public_key()) == id) return key.public_key();
  return std::nullopt;
}

std::optional<std::string> KeyStatement::epoch_key(std::uint32_t epoch) const {
  for (const auto& key : body_.epoch_keys())
    if (key.epoch() == epoch) return key.public_key();
  return std::nullopt;
}

bool KeyStatement::revokes(const Hash& signing_key) const {
  return std::ranges::count(body_.revoked_signing_keys(), signing_key.str()) > 0;
}
bool KeyStatement::lists_tls_key(const Hash& spki_sha256) const {
  return std::ranges::count(body_.tls_keys(), spki_sha256.str()) > 0;
}

v1::PublishedKey published(const SigningKey& key, Time from, Time::duration life) {
  v1::PublishedKey out;
  out.set_public_key(key.public_key());
  out.set_from(to_ms(from - std::chrono::minutes(10)));
  out.set_until(to_ms(from + life));
  return out;
}

v1::SignedKeyStatement make_statement(v1::KeyStatement body, const StatementKeys& keys) {
  const Time issued = time_from_ms(body.issued());
  body.set_identity_key(keys.identity.public_key());
  if (keys.former_identity != nullptr)
    body.set_former_identity_key(keys.former_identity->public_key());
  if (body.signing_keys().empty())
    *body.add_signing_keys() = published(*keys.signing.front(), issued, limits::signing_key_life);
  if (!body.has_cosigner_key())
    *body.mutable_cosigner_key() =
        published(keys.cosigner, issued, 10 * Time::duration(limits::signing_key_life));
  v1::SignedKeyStatement out;
  out.set_body(wire::serialise(body));
  out.set_identity_signature(keys.identity.sign(KeyStatement::type, out.body()));
  for (const auto& listed : body.signing_keys()) {
    const auto own = std::ranges::find(keys.signing, listed.public_key(),
                                       [](const SigningKey* key) { return key->public_key(); });
    out.add_signing_signatures(
        own == keys.signing.end() ? std::string() : (*own)->sign(KeyStatement::type, out.body()));
  }
  out.set_cosigner_signature(keys.cosigner.sign(KeyStatement::type, out.body()));
  if (keys.former_identity != nullptr)
    out.set_former_identity_signature(keys.former_identity->sign(KeyStatement::type, out.body()));
  return out;
}

}  // namespace veerpont::crypto
