#include "client_sdk/key_book.h"

#include <vector>

namespace veerpont::sdk {

KeyBook::KeyBook(OpenHome& home) : home_(home) {
  for (const StoredEvent& stored : home.dossier->events())
    if (v1::ProvenEvent proven; proven.ParseFromString(stored.proven) && proven.has_key_statement()) take(proven);
}

void KeyBook::take(const v1::ProvenEvent& proven) {
  if (!proven.has_key_statement()) return;
  auto statement = crypto::KeyStatement::verify(proven.key_statement());
  if (!statement) return;
  Published& published = organisations_[statement->org().str()];
  const std::string identity = statement->fingerprint();
  if (published.first_seen.empty()) published.first_seen = identity;
  for (const auto& key : statement->body().signing_keys()) published.keys[identity].insert(key.public_key());
  if (const auto former = statement->former_fingerprint()) {
    published.handed_over[*former].insert(identity);
    published.handed_over[identity].insert(*former);
  }
  published.statements.insert_or_assign(LogIndex{proven.index()}, std::move(*statement));
}

std::set<std::string> KeyBook::trusted(const std::string& org, const Published& published) const {
  const auto id = OrgId::parse(org);
  const auto partner = id ? home_.dossier->partner(*id) : std::nullopt;
  std::vector<std::string> open{partner && !partner->confirmed.empty() ? partner->confirmed : published.first_seen};
  if (org == home_.config.org.str()) open = {home_.fingerprint()};
  std::set<std::string> reached;
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    if (!reached.insert(next).second) continue;
    if (const auto linked = published.handed_over.find(next); linked != published.handed_over.end())
      open.insert(open.end(), linked->second.begin(), linked->second.end());
  }
  return reached;
}

bool KeyBook::signed_by(const std::string& org, crypto::PayloadType type, const v1::SignedObject& object) const {
  const auto found = organisations_.find(org);
  if (found == organisations_.end()) return false;
  const auto identities = trusted(org, found->second);
  for (const auto& [identity, keys] : found->second.keys) {
    if (!identities.contains(identity)) continue;
    for (const auto& key : keys)
      if (crypto::verify(key, type, object.body(), object.signature())) return true;
  }
  return false;
}

bool KeyBook::signed_at(const std::string& org, LogIndex index, Time time, const crypto::Hash& key_id, crypto::PayloadType type,
                        const v1::SignedObject& object) const {
  const auto newest = newest_statement(org, index);
  if (!newest) return false;
  const Published& published = organisations_.at(org);
  const crypto::KeyStatement& statement = published.statements.at(*newest);
  const auto key = statement.signing_key(key_id, time);
  return key && trusted(org, published).contains(statement.fingerprint()) && crypto::verify(*key, type, object.body(), object.signature());
}

std::optional<LogIndex> KeyBook::newest_statement(const std::string& org, LogIndex at) const {
  const auto found = organisations_.find(org);
  if (found == organisations_.end()) return std::nullopt;
  const auto after = found->second.statements.upper_bound(at);
  return after == found->second.statements.begin() ? std::nullopt : std::optional(std::prev(after)->first);
}

}  // namespace veerpont::sdk
