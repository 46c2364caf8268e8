#include "client_sdk/home/two_people.h"

#include <algorithm>

#include "client_sdk/dossier/form.h"
#include "client_sdk/guard/plain_text.h"
#include "schemas/plain_characters.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostName = 100;
constexpr int kMostTries = 5;
constexpr auto kLocked = std::chrono::minutes(15);

class SqliteTwoPeople final : public TwoPeople, private SealedDatabase {
 public:
  SqliteTwoPeople(const std::string& path, const crypto::Key32& key)
      : SealedDatabase(path, key, kDossierTables) {}

  void put_exception(const GrantId& grant, Time registered, const std::string& registrar) override {
    // Again, after a registration that was refused: then it counts from now, and is theirs who
    // register it now.
    run("INSERT INTO exceptions (grant_id, registered, registrar_sealed) VALUES (?, ?, ?) ON "
        "CONFLICT DO UPDATE SET registered = excluded.registered, "
        "registrar_sealed = excluded.registrar_sealed, countersigned = NULL, worker_sealed = x'', "
        "method = 0, pin_after = 0, reviewed = NULL, idx = NULL, "
        "review_body = x'', review_signature = x'' WHERE NOT EXISTS (SELECT 1 FROM grants WHERE "
        "grants.grant_id = exceptions.grant_id)",
        grant, registered, Blob{seal("exceptions.registrar", grant.bytes(), registrar)});
  }
  std::vector<ExceptionRecord> exceptions() override {
    std::vector<ExceptionRecord> out;
    const auto time = [](auto& row, int column) {
      return row.isColumnNull(column) ? std::nullopt
                                      : std::optional(time_from_ms(int_at(row, column)));
    };
    each(
        "SELECT grant_id, registered, registrar_sealed, countersigned, method, pin_after, "
        "reviewed, idx, review_body, review_signature FROM exceptions "
        "ORDER BY registered, grant_id",
        [&](auto& row) {
          const auto grant = id_at<GrantId>(row, 0);
          ExceptionRecord r{
              grant, time_from_ms(int_at(row, 1)),
              std::string(unseal("exceptions.registrar", grant.bytes(), blob_at(row, 2)).reveal())};
          r.countersigned = time(row, 3);
          r.method = static_cast<ExceptionRecord::Method>(int_at(row, 4));
          r.pin_after = int_at(row, 5) != 0;
          r.reviewed = time(row, 6);
          if (!row.isColumnNull(7)) r.index = LogIndex{static_cast<std::uint64_t>(int_at(row, 7))};
          r.review_body = blob_at(row, 8);
          r.review_signature = blob_at(row, 9);
          out.push_back(std::move(r));
        });
    return out;
  }
  void countersign(const GrantId& grant, const std::string& worker, bool pin_after,
                   Time when) override {
    run("UPDATE exceptions SET countersigned = max(registered, ?), worker_sealed = ?, method = ?, "
        "pin_after = ? WHERE grant_id = ? AND countersigned IS NULL",
        when, Blob{seal("exceptions.worker", grant.bytes(), worker)},
        static_cast<int>(ExceptionRecord::Method::pin), pin_after, grant);
  }
  void put_review(const GrantId& grant, const std::string& body,
                  const std::string& signature) override {
    run("UPDATE exceptions SET review_body = ?, review_signature = ? WHERE grant_id = ? AND idx IS "
        "NULL",
        Blob{body}, Blob{signature}, grant);
  }
  void set_reviewed(const GrantId& grant, Time when, LogIndex index) override {
    run("UPDATE exceptions SET reviewed = ?, idx = ? WHERE grant_id = ?", when, index, grant);
  }
  void put_finding(const ReviewFinding& f) override {
    run("INSERT INTO reviews (grant_id, time, person_sealed, verdict, note_sealed) VALUES (?, ?, "
        "?, ?, ?)",
        f.grant, f.time, Blob{seal("reviews.person", f.grant.bytes(), f.person)},
        static_cast<int>(f.verdict), Blob{seal("reviews.note", f.grant.bytes(), f.note)});
  }
  std::vector<ReviewFinding> findings() override {
    std::vector<ReviewFinding> out;
    each("SELECT grant_id, time, person_sealed, verdict, note_sealed FROM reviews ORDER BY seq",
         [&](auto& row) {
           const auto grant = id_at<GrantId>(row, 0);
           out.push_back(
               {grant, time_from_ms(int_at(row, 1)),
                std::string(unseal("reviews.person", grant.bytes(), blob_at(row, 2)).reveal()),
                static_cast<ReviewVerdict>(int_at(row, 3)),
                std::string(unseal("reviews.note", grant.bytes(), blob_at(row, 4)).reveal())});
         });
    return out;
  }

  Status add_worker(const std::string& name, const crypto::Pin& pin, Time now) override {
    const std::string id = id_of(name);
    const auto verifier = pin.verifier();
    if (!verifier) return verifier.refusal();
    const int added =
        run("INSERT INTO workers (worker, name_sealed, verifier_sealed, since) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            Blob{id}, Blob{seal("workers.name", id, name)},
            Blob{seal("workers.verifier", id, *verifier)}, after_exceptions(now));
    return added > 0 ? Status(Done{})
                     : Status(Refusal{RefusalCode::invalid_input,
                                      "somebody of this name is there; their PIN can be changed"});
  }
  Status change_pin(const std::string& name, const crypto::Pin& old, const crypto::Pin& fresh,
                    Time now) override {
    if (auto confirmed = confirm(name, old, now); !confirmed) return confirmed.refusal();
    const std::string id = id_of(name);
    const auto verifier = fresh.verifier();
    if (!verifier) return verifier.refusal();
    run("UPDATE workers SET verifier_sealed = ?, since = ? WHERE worker = ?",
        Blob{seal("workers.verifier", id, *verifier)}, after_exceptions(now), Blob{id});
    return Done{};
  }
  Status remove_worker(const std::string& name) override {
    return run("DELETE FROM workers WHERE worker = ?", Blob{id_of(name)}) > 0 ? Status(Done{})
                                                                              : Status(nobody());
  }
  std::vector<WorkerRecord> workers() override {
    std::vector<WorkerRecord> out;
    each("SELECT worker, name_sealed, since, locked_until FROM workers ORDER BY since",
         [&](auto& row) {
           WorkerRecord w{
               std::string(unseal("workers.name", blob_at(row, 0), blob_at(row, 1)).reveal()),
               time_from_ms(int_at(row, 2)), std::nullopt};
           if (int_at(row, 3) != 0) w.locked_until = time_from_ms(int_at(row, 3));
           out.push_back(std::move(w));
         });
    return out;
  }
  bool has_worker(const std::string& name) override {
    bool found = false;
    each(
        "SELECT 1 FROM workers WHERE worker = ?", [&](auto&) { found = true; }, Blob{id_of(name)});
    return found;
  }
  Result<Time> confirm(const std::string& name, const crypto::Pin& pin, Time now) override {
    const std::string id = id_of(name);
    auto counted = count_try(id, now);
    if (!counted) return counted.refusal();
    if (!pin.fits(std::string(counted->verifier.reveal()))) return Refusal{RefusalCode::pin_wrong};
    run("UPDATE workers SET tries = 0, locked_until = 0 WHERE worker = ?", Blob{id});
    return counted->since;
  }

 private:
  // A PIN set now is newer than every exception that stands here, whatever the clock says.
  Time after_exceptions(Time now) {
    Time newest = now;
    each("SELECT max(registered) FROM exceptions", [&](auto& row) {
      if (!row.isColumnNull(0))
        newest = std::max(now, time_from_ms(int_at(row, 0)) + std::chrono::milliseconds(1));
    });
    return newest;
  }
  struct Counted {
    crypto::SecretBytes verifier;
    Time since;
  };
  static Refusal nobody() {
    return {RefusalCode::not_found, "nobody of this name set a PIN; look in the list of workers"};
  }
  std::string id_of(const std::string& name) const {
    return keyed("veerpont/worker/v1", folded(name));
  }
  Result<Counted> count_try(const std::string& id, Time now) {
    const Transaction change(*this);
    std::optional<Counted> found;
    int tries = 0;
    Time locked{};
    each(
        "SELECT verifier_sealed, since, tries, locked_until FROM workers WHERE worker = ?",
        [&](auto& row) {
          found = Counted{unseal("workers.verifier", id, blob_at(row, 0)),
                          time_from_ms(int_at(row, 1))};
          tries = static_cast<int>(int_at(row, 2));
          locked = time_from_ms(int_at(row, 3));
        },
        Blob{id});
    if (!found) return nobody();
    if (locked > now + kLocked) locked = now + kLocked;  // the clock was set back
    if (locked > now) return Refusal{RefusalCode::pin_locked, rfc3339(locked)};
    if (locked != Time{}) tries = 0;
    ++tries;
    run("UPDATE workers SET tries = ?, locked_until = ? WHERE worker = ?", tries,
        tries >= kMostTries ? now + kLocked : Time{}, Blob{id});
    change.commit();
    return std::move(*found);
  }
};

}  // namespace

bool is_name(const std::string& text) {
  const bool blank = std::ranges::all_of(text, [](char c) { return c == ' '; });
  return !blank && text.size() <= kMostName && has_plain_characters(text, Lines::one);
}

bool is_same_person(const std::string& one, const std::string& other) {
  return folded(one) == folded(other);
}

std::unique_ptr<TwoPeople> open_two_people(const std::string& dossier, const crypto::Key32& key) {
  return std::make_unique<SqliteTwoPeople>(dossier, key);
}

}  // namespace veerpont::sdk
