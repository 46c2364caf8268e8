#include "client_sdk/dossier/events.h"

#include <limits>
#include <map>
#include <optional>

#include "client_sdk/dossier/sealed_database.h"
#include "veerpont/v1/audit.pb.h"
#include "veerpont/v1/grant.pb.h"

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

CategorySet categories_in(const v1::AuditEvent& event) {
  CategorySet found;
  for (const int category : event.categories())
    if (v1::Category_IsValid(category) && category != 0) found.add(static_cast<Category>(category));
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
      "INSERT INTO events VALUES (?, ?, ?, ?, (SELECT id FROM checkpoints WHERE note = ?), ?, ?, "
      "?, ?) ON CONFLICT (idx) DO UPDATE SET kind = excluded.kind, actor = excluded.actor, time = "
      "excluded.time, counterpart = excluded.counterpart, categories = excluded.categories, "
      "ground = excluded.ground",
      stored.index, event ? static_cast<int>(event->kind()) : 0,
      event ? event->actor() : std::string(), Blob{stored.proven}, stored.checkpoint,
      event ? time_from_ms(event->time()) : time_before(stored.index),
      event ? event->counterpart() : std::string(), event ? categories_in(*event) : CategorySet{},
      event ? ground_under(*event, stored) : 0);
  if (!event) return;
  for (const std::string& subject : subjects_in(*event))
    db_.run("INSERT INTO event_subjects VALUES (?, ?) ON CONFLICT DO NOTHING", Blob{subject},
            stored.index);
}

// Of an event whose body was erased the log says no time: it stands where it stood.
Time Events::time_before(LogIndex index) {
  Time before{};
  db_.each(
      "SELECT time FROM events WHERE idx < ? ORDER BY idx DESC LIMIT 1",
      [&](auto& row) { before = time_from_ms(int_at(row, 0)); }, index);
  return before;
}

// A registration says it; whatever comes under the grant has the ground of that.
int Events::ground_under(const v1::AuditEvent& event, const StoredEvent& stored) {
  if (event.grant_id().empty()) return 0;
  if (event.kind() == v1::EVENT_KIND_GRANT_REGISTERED) {
    v1::ProvenEvent proven;
    v1::Grant grant;
    const bool read =
        proven.ParseFromString(stored.proven) && grant.ParseFromString(proven.object().body());
    return read ? static_cast<int>(grant.ground()) : 0;
  }
  int ground = 0;
  db_.each(
      "SELECT e.ground FROM event_subjects s JOIN events e ON e.idx = s.idx WHERE s.subject = ? "
      "AND e.kind = ? LIMIT 1",
      [&](auto& row) { ground = static_cast<int>(int_at(row, 0)); }, Blob{event.grant_id()},
      static_cast<int>(v1::EVENT_KIND_GRANT_REGISTERED));
  return ground;
}

int Events::ground_of(LogIndex index) {
  int ground = 0;
  db_.each(
      "SELECT ground FROM events WHERE idx = ?",
      [&](auto& row) { ground = static_cast<int>(int_at(row, 0)); }, index);
  return ground;
}

void Events::each(const EventFilter& filter, const std::function<bool(const StoredEvent&)>& take) {
  constexpr int kPage = 500;
  constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
  LogIndex above{static_cast<std::uint64_t>(-1)}, below{static_cast<std::uint64_t>(kEnd)};
  if (filter.among != nullptr) {
    if (filter.among->empty()) return;
    above = LogIndex{*filter.among->begin() - 1};
    below = LogIndex{*filter.among->rbegin() + 1};
  }
  const auto go_on = [&](LogIndex after) { (filter.newest_first ? below : above) = after; };
  if (filter.after) go_on(*filter.after);
  std::size_t taken = 0;
  // Times never fall, so this is the order of the log too.
  std::string sql =
      "SELECT idx FROM events WHERE time >= ?1 AND time < ?2 AND idx > ?3 AND idx < ?4 AND "
      "(?5 = '' OR actor = ?5 OR counterpart = ?5) AND (?6 = 0 OR kind = ?6) AND (?7 = 0 OR "
      "ground = ?7) AND (?8 = 0 OR categories & ?8 <> 0) ORDER BY ";
  sql += filter.newest_first ? "time DESC, idx DESC" : "time, idx";
  sql += " LIMIT ?9";
  for (;;) {
    std::vector<LogIndex> page;
    db_.each(
        sql,
        [&](auto& row) { page.push_back(LogIndex{static_cast<std::uint64_t>(int_at(row, 0))}); },
        filter.from.value_or(Time{}), filter.until.value_or(time_from_ms(kEnd)), above, below,
        filter.with, filter.kind, filter.ground, filter.categories, kPage);
    for (const LogIndex place : page) {
      if (filter.among != nullptr && !filter.among->contains(place.value)) continue;
      const auto event = find(place);
      if (event && !take(*event)) return;
      if (++taken == filter.limit) return;
    }
    if (page.size() < kPage) return;
    go_on(page.back());
  }
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

std::optional<StoredEvent> Events::newest_before(LogIndex end) {
  std::optional<StoredEvent> found;
  db_.each(
      std::string(kEvents) + "WHERE e.idx < ? ORDER BY e.idx DESC LIMIT 1",
      [&](auto& row) { found = event_from(row); }, end);
  return found;
}

std::optional<StoredEvent> Events::oldest_from(LogIndex begin) {
  std::optional<StoredEvent> found;
  db_.each(
      std::string(kEvents) + "WHERE e.idx >= ? ORDER BY e.idx LIMIT 1",
      [&](auto& row) { found = event_from(row); }, begin);
  return found;
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
