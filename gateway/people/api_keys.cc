#include "gateway/people/api_keys.h"

#include <algorithm>
#include <array>

#include "client_sdk/home/refusals.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "gateway/people/roles.h"
#include "schemas/plain_characters.h"

namespace veerpont::gateway {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kPrefix = "veerpont_";  // so that one that leaks is recognised
constexpr std::size_t kKeyBytes = 32, kKeyIdBytes = 4, kMostKeyName = 100;
constexpr std::array<std::string_view, 3> kScopes{"read", "content", "send"};
constexpr auto kSeenEvery = std::chrono::hours(1);

v1::KeyRow row_of(const v1::StoredKey& key) {
  v1::KeyRow row;
  row.set_key(key.id());
  row.set_name(key.name());
  *row.mutable_scopes() = key.scopes();
  row.set_added(rfc3339(time_from_ms(key.added())));
  if (key.used() > 0) row.set_used(rfc3339(time_from_ms(key.used())));
  return row;
}

}  // namespace

v1::KeysAnswer ApiKeys::list() {
  v1::KeysAnswer answer;
  for (const auto& key : store_.keys()) *answer.add_keys() = row_of(key);
  return answer;
}

Result<v1::AddKeyAnswer> ApiKeys::add(const v1::AddKeyRequest& wanted) {
  if (wanted.name().empty() || wanted.name().size() > kMostKeyName ||
      !has_plain_characters(wanted.name(), Lines::one))
    return sdk::invalid("name: 1 to 100 characters on one line");
  if (wanted.scopes().empty() || std::ranges::any_of(wanted.scopes(), [](const auto& scope) {
        return std::ranges::count(kScopes, std::string_view(scope)) == 0;
      }))
    return sdk::invalid("scopes: of read, content and send");
  if (store_.keys().size() >= kMost) return sdk::invalid("name: there are 50 keys already");
  v1::StoredKey key;
  key.set_id(crypto::to_hex(crypto::random_bytes(kKeyIdBytes)));
  key.set_name(wanted.name());
  *key.mutable_scopes() = wanted.scopes();
  key.set_added(to_ms(clock_.now()));
  v1::AddKeyAnswer answer;
  answer.set_secret(std::string(kPrefix) + crypto::to_hex(crypto::random_bytes(kKeyBytes)));
  store_.put_key(answer.secret(), key);
  *answer.mutable_key() = row_of(key);
  return answer;
}

Status ApiKeys::remove(const std::string& id) {
  return store_.remove_key(id)
             ? Status(Done{})
             : Status(Refusal{RefusalCode::not_found, "key: there is no such key"});
}

Result<v1::StoredKey> ApiKeys::find(const std::string& authorization) {
  const Refusal unknown{RefusalCode::not_logged_in};
  if (!authorization.starts_with(kBearer)) return unknown;
  const std::string secret = authorization.substr(kBearer.size());
  auto key = store_.key(secret);
  if (!key) return unknown;
  if (clock_.now() - time_from_ms(key->used()) > kSeenEvery) {
    key->set_used(to_ms(clock_.now()));
    store_.touch_key(secret, *key);
  }
  return std::move(*key);
}

Result<v1::StoredPerson> ApiKeys::acts_for(const v1::StoredKey& key, const std::string& login,
                                           const api::v1::Operation& operation) {
  const Refusal refused{RefusalCode::not_allowed};
  if (std::ranges::count(key.scopes(), operation.scope()) == 0) return refused;
  auto person = store_.person(login);
  if (!person || person->blocked() || !person->invitation_verifier().empty() ||
      !may(roles_of(*person), operation))
    return refused;
  // A privacy officer says why, each time, and to nobody's program.
  if (has_role(*person, ActorRole::privacy_officer)) return refused;
  return std::move(*person);
}

}  // namespace veerpont::gateway
