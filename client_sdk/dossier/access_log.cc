#include "client_sdk/dossier/access_log.h"

#include "client_sdk/dossier/sealed_database.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

constexpr const char* kEntries =
    "SELECT number, time, person, referral_id, message_id, body_sealed, body_sha256, head FROM "
    "access_log ";

constexpr int kGivenUp = -1;  // in the place of an index

// What a sealed body is bound to.
std::string row_name(std::uint64_t number) { return std::to_string(number); }

Hash next_head(const Hash& before, std::uint64_t number, Time time, std::string_view body_sha256) {
  return crypto::Transcript("veerpont/access-log/v1")
      .bytes(before.bytes())
      .u64(number)
      .u64(static_cast<std::uint64_t>(to_ms(time)))
      .bytes(body_sha256)
      .sha256();
}

Hash hash_at(SQLite::Statement& row, int column) {
  const auto hash = Hash::from_bytes(blob_at(row, column));
  if (!hash) throw std::runtime_error("the dossier is damaged");
  return *hash;
}

template <class Id>
std::string bytes_of(const std::optional<Id>& id) {
  return id ? id->str() : std::string();
}

}  // namespace

std::string AccessLog::person_key(const std::string& folded) const {
  return db_.keyed("veerpont/access-person/v1", folded);
}

AccessHead AccessLog::head() {
  AccessHead out;
  db_.each("SELECT number, head FROM access_log ORDER BY number DESC LIMIT 1", [&](auto& row) {
    out = {static_cast<std::uint64_t>(int_at(row, 0)), hash_at(row, 1)};
  });
  return out;
}

std::uint64_t AccessLog::put(const AccessSubject& subject, const std::string& body, Time when) {
  const AccessHead before = head();
  const std::uint64_t number = before.count + 1;
  const std::string sealed = db_.seal("access_log.body", row_name(number), body);
  const Hash sha256 = crypto::sha256(sealed);
  const Hash head = next_head(before.head, number, when, sha256.bytes());
  db_.run("INSERT INTO access_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", LogIndex{number}, when,
          Blob{person_key(subject.person)}, Blob{bytes_of(subject.referral)},
          Blob{bytes_of(subject.message)}, Blob{sealed}, Blob{sha256.bytes()}, Blob{head.bytes()});
  return number;
}

std::uint64_t AccessLog::append(const AccessSubject& subject, const std::string& body, Time when) {
  const SealedDatabase::Transaction change(db_);
  const std::uint64_t number = put(subject, body, when);
  change.commit();
  return number;
}

void AccessLog::each(AccessHead before,
                     const std::function<AccessSubject(const std::string&)>& subject_of,
                     const std::function<bool(const AccessEntry&)>& take) {
  bool going = true;
  const LogIndex after{before.count};
  const auto take_row = [&](auto& row) {
    if (!going) return;
    AccessEntry entry{static_cast<std::uint64_t>(int_at(row, 0)), time_from_ms(int_at(row, 1)), "",
                      hash_at(row, 7)};
    const std::string sealed = blob_at(row, 5);
    const std::string sha256 = blob_at(row, 6);
    entry.holds = entry.number == before.count + 1 &&
                  entry.head == next_head(before.head, entry.number, entry.time, sha256) &&
                  (sealed.empty() || crypto::sha256(sealed).bytes() == sha256);
    if (entry.holds && !sealed.empty()) {
      entry.body = db_.unseal("access_log.body", row_name(entry.number), sealed).reveal();
      const AccessSubject subject = subject_of(entry.body);
      entry.holds = person_key(subject.person) == blob_at(row, 2) &&
                    bytes_of(subject.referral) == blob_at(row, 3) &&
                    bytes_of(subject.message) == blob_at(row, 4);
    }
    before = {entry.number, entry.head};
    going = take(entry);
  };
  db_.each(std::string(kEntries) + "WHERE number > ? ORDER BY number", take_row, after);
}

std::vector<AccessEntry> AccessLog::find(const AccessFilter& filter) {
  std::vector<AccessEntry> out;
  const std::string person = filter.person.empty() ? "" : person_key(filter.person);
  // A parameter that says nothing is empty, and is compared with that: an index serves the others.
  db_.each(
      std::string(kEntries) + "WHERE number > ?1 AND " +
          (person.empty() ? "?2 = x''" : "person = ?2") + " AND " +
          (filter.referral ? "referral_id = ?3" : "?3 = x''") +
          " AND time >= ?4 AND time < ?5 ORDER BY number LIMIT ?6",
      [&](auto& row) {
        AccessEntry& entry =
            out.emplace_back(AccessEntry{static_cast<std::uint64_t>(int_at(row, 0)),
                                         time_from_ms(int_at(row, 1)), "", hash_at(row, 7)});
        const std::string sealed = blob_at(row, 5);
        if (!sealed.empty())
          entry.body = db_.unseal("access_log.body", row_name(entry.number), sealed).reveal();
      },
      LogIndex{filter.after}, Blob{person}, Blob{bytes_of(filter.referral)},
      filter.from.value_or(Time::min()), filter.until.value_or(Time::max()),
      filter.limit == 0 ? -1 : static_cast<int>(filter.limit));
  return out;
}

bool AccessLog::has(const MessageId& message) {
  bool found = false;
  db_.each(
      "SELECT 1 FROM access_log WHERE message_id = ? LIMIT 1", [&](auto&) { found = true; },
      message);
  return found;
}

std::size_t AccessLog::forget_before(Time time) {
  return static_cast<std::size_t>(
      db_.run("UPDATE access_log SET body_sealed = x'', person = x'', referral_id = x'', "
              "message_id = x'' WHERE time < ? AND body_sealed <> x''",
              time));
}

std::optional<AccessAnchor> AccessLog::due(
    const Date& today, const std::function<AccessAnchor(const AccessHead&)>& sign) {
  const auto settled = [&](const std::optional<AccessAnchor>& newest) {
    const AccessHead now = head();
    return now.count == 0 || (newest && (newest->at.count == now.count || newest->day >= today));
  };
  auto newest = newest_anchor();
  if (newest && !newest->index) return newest;
  if (settled(newest)) return std::nullopt;
  const SealedDatabase::Transaction change(db_);
  newest = newest_anchor();
  if (newest && !newest->index) return newest;  // another command was faster
  if (settled(newest)) return std::nullopt;
  AccessAnchor fresh = sign(head());
  db_.run("INSERT INTO access_anchors VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", fresh.operation,
          LogIndex{fresh.at.count}, Blob{fresh.at.head.bytes()},
          Blob{db_.seal("access_anchors.salt", fresh.operation.bytes(), fresh.salt)},
          str(fresh.day), Blob{fresh.body}, Blob{fresh.signature});
  change.commit();
  return fresh;
}

void AccessLog::anchored(const OperationId& operation, LogIndex index) {
  db_.run("UPDATE access_anchors SET idx = ? WHERE operation_id = ?", index, operation);
}

void AccessLog::give_up(const OperationId& operation) {
  db_.run("UPDATE access_anchors SET idx = ? WHERE operation_id = ? AND idx IS NULL", kGivenUp,
          operation);
}

std::vector<AccessAnchor> AccessLog::anchors() { return anchors("ORDER BY count"); }
std::optional<AccessAnchor> AccessLog::newest_anchor() {
  return newest(anchors("WHERE idx IS NULL OR idx >= 0 ORDER BY count DESC LIMIT 1"));
}

std::vector<AccessAnchor> AccessLog::anchors(const char* which) {
  std::vector<AccessAnchor> out;
  db_.each(
      std::string("SELECT operation_id, count, head, salt_sealed, day, body, signature, idx FROM "
                  "access_anchors ") +
          which,
      [&](auto& row) {
        const auto operation = id_at<OperationId>(row, 0);
        const auto day = parse_date(text_at(row, 4));
        if (!day) throw std::runtime_error("the dossier is damaged");
        AccessAnchor anchor{
            operation,
            {static_cast<std::uint64_t>(int_at(row, 1)), hash_at(row, 2)},
            std::string(
                db_.unseal("access_anchors.salt", operation.bytes(), blob_at(row, 3)).reveal()),
            *day,
            blob_at(row, 5),
            blob_at(row, 6)};
        if (!row.isColumnNull(7) && int_at(row, 7) >= 0)
          anchor.index = LogIndex{static_cast<std::uint64_t>(int_at(row, 7))};
        out.push_back(std::move(anchor));
      });
  return out;
}

void AccessLog::take_over(const std::function<std::string(const std::string&)>& fold) {
  bool found = false;
  const auto look = [&] {
    found = false;
    db_.each("SELECT 1 FROM sqlite_master WHERE name = 'access_log_5'",
             [&](auto&) { found = true; });
    return found;
  };
  if (!look()) return;
  const SealedDatabase::Transaction change(db_);
  if (!look()) return;  // another command was faster
  struct Before {
    std::string operation, person;
    Time time;
  };
  std::vector<Before> before;
  db_.each("SELECT operation_id, worker_sealed, time FROM access_log_5 ORDER BY rowid",
           [&](auto& row) {
             const std::string operation = blob_at(row, 0);
             before.push_back(
                 {operation,
                  std::string(db_.unseal("access_log.worker", operation, blob_at(row, 1)).reveal()),
                  time_from_ms(int_at(row, 2))});
           });
  std::map<std::string, std::pair<crypto::Release, ReferralId>> releases;
  db_.each("SELECT r.body, i.referral_id FROM releases r JOIN inbox i USING (message_id)",
           [&](auto& row) {
             auto release = crypto::Release::parse(blob_at(row, 0));
             if (release)
               releases.emplace(release->operation.str(),
                                std::pair(*release, id_at<ReferralId>(row, 1)));
           });
  for (const Before& entry : before) {
    v1::Access access;
    access.set_person(entry.person);
    access.set_kind(v1::ACCESS_KIND_OPENED);
    access.set_operation_id(entry.operation);
    AccessSubject subject{fold(entry.person)};
    if (const auto release = releases.find(entry.operation); release != releases.end()) {
      subject.message = release->second.first.message;
      subject.referral = release->second.second;
      access.set_message_id(subject.message->str());
      access.set_referral_id(subject.referral->str());
      for (const Category category : release->second.first.categories.list())
        access.add_categories(static_cast<v1::Category>(category));
    }
    put(subject, wire::serialise(access), entry.time);
  }
  db_.run("DROP TABLE access_log_5");
  change.commit();
}

}  // namespace veerpont::sdk
