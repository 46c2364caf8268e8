#include "client_sdk/dossier/events.h"

#include <map>
#include <optional>

#include "client_sdk/dossier/sealed_database.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::sdk {
namespace {

constexpr char kIndexed[] = "events-indexed";

// The event in a stored ProvenEvent; nothing when it has no body any more.
std::optional<v1::AuditEvent> body_of(const std::string& bytes) {
  v1::ProvenEvent proven;
  v1::AuditEvent event;
  if (!proven.ParseFromString(bytes) || proven.body().empty() ||
      !event.ParseFromString(proven.body()))
    return std::nullopt;
  return event;
}

Subjects subjects_in(const v1::AuditEvent& event) {
  Subjects found{event.grant_id(), event.referral_id(), event.message_id(), event.operation_id()};
  found.insert(event.message_ids().begin(), event.message_ids().end());
  for (const auto& transition : event.transitions()) found.insert(transition.referral_id());
  found.erase("");
  return found;
}

StoredEvent event_from(SQLite::Statement& row) {
  return {LogIndex{static_cast<std::uint64_t>(int_at(row, 0))}, blob_at(row, 1), text_at(row, 2)};
}

constexpr char kEvents[] =
    "SELECT e.idx, e.proven, c.note FROM events e JOIN checkpoints c ON c.id = e.checkpoint ";

}  // namespace

Subjects subjects_of(const std::string& proven) {
  const auto event = body_of(proven);
  return event ? subjects_in(*event) : Subjects{};
}

std::string Events::pinned() { return settings_.get("pin"); }

bool Events::advance(const std::string& from, const std::string& to) {
  const SealedDatabase::Transaction change(db_);
  if (settings_.get("pin") != from) return false;
  settings_.set("pin", to);
  change.commit();
  return true;
}

Result<bool> Events::append(const std::vector<StoredEvent>& events, LogIndex from, LogIndex next,
                            const std::function<Status()>& learn) {
  const SealedDatabase::Transaction change(db_);
  if (cursor() != from) return false;
  if (auto learned = learn(); !learned) return learned.refusal();
  for (const auto& event : events) put(event);
  settings_.set("events-cursor", std::to_string(next.value));
  change.commit();
  return true;
}

void Events::put(const StoredEvent& stored) {
  const auto event = body_of(stored.proven);
  db_.run("INSERT INTO checkpoints (note) VALUES (?) ON CONFLICT DO NOTHING", stored.checkpoint);
  db_.run(
      "INSERT INTO events VALUES (?, ?, ?, ?, (SELECT id FROM checkpoints WHERE note = ?)) "
      "ON CONFLICT (idx) DO UPDATE SET kind = excluded.kind, actor = excluded.actor",
      stored.index, event ? static_cast<int>(event->kind()) : 0,
      event ? event->actor() : std::string(), Blob{stored.proven}, stored.checkpoint);
  if (!event) return;
  for (const std::string& subject : subjects_in(*event))
    db_.run("INSERT INTO event_subjects VALUES (?, ?) ON CONFLICT DO NOTHING", Blob{subject},
            stored.index);
}

void Events::index_again() {
  if (settings_.get(kIndexed) != "0") return;
  const SealedDatabase::Transaction change(db_);
  std::vector<LogIndex> places;
  db_.each("SELECT idx FROM events ORDER BY idx", [&](auto& row) {
    places.push_back(LogIndex{static_cast<std::uint64_t>(int_at(row, 0))});
  });
  for (const LogIndex place : places) put(*find(place));
  settings_.set(kIndexed, "1");
  change.commit();
}

LogIndex Events::cursor() {
  const std::string text = settings_.get("events-cursor");
  return LogIndex{text.empty() ? 0 : number_in(text)};
}

void Events::each(LogIndex from, const std::function<bool(const StoredEvent&)>& take) {
  // By pages, so that no statement is open while `take` writes.
  constexpr int kPage = 500;
  for (LogIndex next = from;;) {
    std::vector<StoredEvent> page;
    db_.each(
        std::string(kEvents) + "WHERE e.idx >= ? ORDER BY e.idx LIMIT ?",
        [&](auto& row) { page.push_back(event_from(row)); }, next, kPage);
    for (const StoredEvent& event : page)
      if (!take(event)) return;
    if (page.size() < kPage) return;
    next = LogIndex{page.back().index.value + 1};
  }
}

std::optional<StoredEvent> Events::find(LogIndex index) {
  std::optional<StoredEvent> found;
  db_.each(
      std::string(kEvents) + "WHERE e.idx = ?", [&](auto& row) { found = event_from(row); }, index);
  return found;
}

std::vector<StoredEvent> Events::load(const std::set<std::uint64_t>& places) {
  std::vector<StoredEvent> out;
  for (const std::uint64_t place : places)
    if (auto event = find(LogIndex{place})) out.push_back(std::move(*event));
  return out;
}

std::vector<StoredEvent> Events::about(const Subjects& subjects) {
  std::set<std::uint64_t> places;
  for (const std::string& subject : subjects)
    db_.each(
        "SELECT idx FROM event_subjects WHERE subject = ?",
        [&](auto& row) { places.insert(static_cast<std::uint64_t>(int_at(row, 0))); },
        Blob{subject});
  return load(places);
}

std::vector<StoredEvent> Events::around(Subjects subjects) {
  std::map<std::uint64_t, StoredEvent> found;
  Subjects seen;
  while (!subjects.empty()) {
    Subjects next;
    for (StoredEvent& stored : about(subjects)) {
      if (found.contains(stored.index.value)) continue;
      if (const auto event = body_of(stored.proven); event && event->message_ids_size() < 2)
        next.merge(subjects_in(*event));
      found.emplace(stored.index.value, std::move(stored));
    }
    seen.merge(subjects);
    for (const std::string& known : seen) next.erase(known);
    subjects = std::move(next);
  }
  std::vector<StoredEvent> out;
  out.reserve(found.size());
  for (auto& [place, event] : found) out.push_back(std::move(event));
  return out;
}

std::vector<StoredEvent> Events::of_kind(int kind, const std::string& actor) {
  std::vector<StoredEvent> out;
  db_.each(
      std::string(kEvents) + "WHERE e.kind = ? AND e.actor = ? ORDER BY e.idx",
      [&](auto& row) { out.push_back(event_from(row)); }, kind, actor);
  return out;
}

std::optional<StoredEvent> Events::newest_about_anything() {
  std::optional<StoredEvent> found;
  db_.each(std::string(kEvents) + "WHERE e.idx = (SELECT max(idx) FROM event_subjects)",
           [&](auto& row) { found = event_from(row); });
  return found;
}

bool Events::has_erased() {
  bool found = false;
  db_.each("SELECT 1 FROM events WHERE kind = 0 LIMIT 1", [&](auto&) { found = true; });
  return found;
}

void Events::put_receipt(LogIndex index, const Hash& leaf) {
  db_.run("INSERT INTO receipts (idx, leaf) VALUES (?, ?) ON CONFLICT DO NOTHING", index,
          Blob{leaf.bytes()});
}

std::vector<Receipt> Events::receipts(LogIndex end, bool all) {
  std::vector<Receipt> out;
  db_.each(
      std::string("SELECT idx, leaf FROM receipts WHERE idx < ?") + (all ? "" : " AND NOT held") +
          " ORDER BY idx",
      [&](auto& row) {
        out.push_back({LogIndex{static_cast<std::uint64_t>(int_at(row, 0))},
                       Hash::from_bytes(blob_at(row, 1)).value_or(Hash())});
      },
      end);
  return out;
}

void Events::receipts_hold(LogIndex end) {
  db_.run("UPDATE receipts SET held = 1 WHERE idx < ? AND NOT held", end);
}

}  // namespace veerpont::sdk
