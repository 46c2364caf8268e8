#include "client_sdk/log/key_book.h"

#include <vector>

#include "audit/event_table.h"

namespace veerpont::sdk {

const KeyBook::Published& KeyBook::of(const std::string& org) const {
  const auto [found, fresh] = organisations_.try_emplace(org);
  if (!fresh) return found->second;
  for (const StoredEvent& stored :
       home_.dossier->events.of_kind(v1::EVENT_KIND_KEYS_PUBLISHED, org))
    if (v1::ProvenEvent proven; proven.ParseFromString(stored.proven) && proven.has_key_statement())
      if (auto statement = crypto::KeyStatement::stored(proven.key_statement());
          statement && statement->org().str() == org)
        keep(found->second, stored.index, std::move(*statement));
  return found->second;
}

bool KeyBook::holds(const v1::ProvenEvent& proven) {
  v1::AuditEvent event;
  if (!event.ParseFromString(proven.body()) || event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED)
    return true;
  const auto statement = crypto::KeyStatement::verify(proven.key_statement());
  return statement &&
         !audit::difference(event, audit::said_by(statement->org(), statement->sha256()));
}

bool KeyBook::take(const v1::ProvenEvent& proven) {
  if (!holds(proven)) return false;
  if (auto statement = crypto::KeyStatement::stored(proven.key_statement());
      proven.has_key_statement() && statement) {
    const std::string org = statement->org().str();
    of(org);
    keep(organisations_[org], LogIndex{proven.index()}, std::move(*statement));
  }
  return true;
}

void KeyBook::keep(Published& published, LogIndex index, crypto::KeyStatement statement) {
  const std::string identity = statement.fingerprint();
  if (published.first_seen.empty()) published.first_seen = identity;
  if (const auto former = statement.former_fingerprint()) {
    published.handed_over[*former].insert(identity);
    published.handed_over[identity].insert(*former);
  }
  published.statements.insert_or_assign(index, std::move(statement));
}

std::set<std::string> KeyBook::trusted(const std::string& org, const Published& published) const {
  const auto id = OrgId::parse(org);
  const auto partner = id ? home_.dossier->directory.partner(*id) : std::nullopt;
  std::vector<std::string> open{partner && !partner->confirmed.empty() ? partner->confirmed
                                                                       : published.first_seen};
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

bool KeyBook::signed_at(const v1::AuditEvent& event, LogIndex index,
                        const v1::SignedObject& object) const {
  const audit::EventRow& row = audit::row_of(event.kind());
  const auto named = row.signed_type ? row.signing_key(object.body()) : std::nullopt;
  if (!named) return false;
  const Published& published = of(event.actor());
  const auto identities = trusted(event.actor(), published);
  const bool retired_too = row.takes_retired_keys;
  std::optional<std::string> key;
  for (const auto& [place, statement] : published.statements) {
    if (place > index) break;
    if (!identities.contains(statement.fingerprint())) continue;
    const auto listed = retired_too ? statement.signing_key(*named)
                                    : statement.signing_key(*named, time_from_ms(event.time()));
    if (listed || !retired_too) key = listed;  // of the statement in force, or of any before it
    if (statement.revokes(*named)) return false;
  }
  return key && crypto::verify(*key, *row.signed_type, object.body(), object.signature());
}

bool KeyBook::has_logged_epoch_key(const std::string& org, const std::string& public_key) const {
  for (const auto& [place, statement] : of(org).statements)
    for (const auto& key : statement.body().epoch_keys())
      if (key.public_key() == public_key) return true;
  return false;
}

const crypto::KeyStatement* KeyBook::statement(const std::string& org, LogIndex at) const {
  const auto newest = newest_statement(org, at);
  return newest ? &of(org).statements.at(*newest) : nullptr;
}

std::optional<LogIndex> KeyBook::newest_statement(const std::string& org, LogIndex at) const {
  const auto& statements = of(org).statements;
  const auto after = statements.upper_bound(at);
  return after == statements.begin() ? std::nullopt : std::optional(std::prev(after)->first);
}

}  // namespace veerpont::sdk
