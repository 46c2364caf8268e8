#include "client_sdk/dossier/grants.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

template <class... Args>
std::vector<std::pair<GrantId, Stop>> Grants::stops_where(const std::string& where,
                                                          const Args&... args) {
  std::vector<std::pair<GrantId, Stop>> out;
  db_.each(
      "SELECT grant_id, category, stopped FROM stops s WHERE " + where +
          " AND (category = 0 OR NOT EXISTS (SELECT 1 FROM stops w WHERE w.grant_id = s.grant_id "
          "AND w.category = 0)) ORDER BY grant_id, stopped",
      [&](auto& row) {
        const auto grant = id_at<GrantId>(row, 0);
        const Time when = time_from_ms(int_at(row, 2));
        CategorySet categories;
        if (int_at(row, 1) != 0) categories.add(static_cast<Category>(int_at(row, 1)));
        if (!out.empty() && out.back().first == grant &&
            amsterdam_date(out.back().second.when) == amsterdam_date(when))
          out.back().second.categories = out.back().second.categories | categories;
        else
          out.push_back({grant, {when, categories}});
      },
      args...);
  return out;
}

void Grants::put(const GrantRecordRow& g) {
  db_.run(
      "INSERT INTO grants (grant_id, body, signature, record_sealed, pending, notes_sealed) VALUES "
      "(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      g.id, Blob{g.body}, Blob{g.signature},
      Blob{db_.seal("grants.record", g.id.bytes(), g.record_section.reveal())}, g.pending,
      Blob{db_.seal("grants.notes", g.id.bytes(), g.notes.reveal())});
}

std::optional<std::string> Grants::body(const GrantId& id) {
  std::optional<std::string> found;
  db_.each(
      "SELECT body FROM grants WHERE grant_id = ?", [&](auto& row) { found = blob_at(row, 0); },
      id);
  return found;
}

std::optional<GrantRecordRow> Grants::find(const GrantId& id) {
  std::optional<GrantRecordRow> found;
  db_.each(
      "SELECT body, signature, record_sealed, referral_id, withdrawn, withdrawn_categories, ended, "
      "pending, notes_sealed FROM grants WHERE "
      "grant_id = ?",
      [&](auto& row) {
        found = GrantRecordRow{id,
                               blob_at(row, 0),
                               blob_at(row, 1),
                               db_.unseal("grants.record", id.bytes(), blob_at(row, 2)),
                               std::nullopt,
                               int_at(row, 4) != 0,
                               categories_at(row, 5),
                               int_at(row, 6) != 0,
                               int_at(row, 7) != 0,
                               db_.unseal("grants.notes", id.bytes(), blob_at(row, 8))};
        if (!row.isColumnNull(3)) found->referral = id_at<ReferralId>(row, 3);
      },
      id);
  return found;
}

std::vector<GrantId> Grants::all() {
  std::vector<GrantId> ids;
  db_.each("SELECT grant_id FROM grants ORDER BY grant_id",
           [&](auto& row) { ids.push_back(id_at<GrantId>(row, 0)); });
  return ids;
}

void Grants::settle(const GrantId& id, bool registered) {
  if (registered)
    db_.run("UPDATE grants SET pending = 0 WHERE grant_id = ?", id);
  else
    db_.run("DELETE FROM grants WHERE grant_id = ? AND pending = 1", id);
}

void Grants::bind(const GrantId& id, const ReferralId& referral) {
  db_.run("UPDATE grants SET referral_id = ? WHERE grant_id = ?", referral, id);
}

void Grants::end(const GrantId& id, bool withdrawn, CategorySet categories, bool ended, Time when) {
  const auto stop = [&](int category) {
    db_.run(
        "INSERT INTO stops (grant_id, category, stopped) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 "
        "FROM grants WHERE grant_id = ?1) AND NOT EXISTS (SELECT 1 "
        "FROM stops WHERE grant_id = ?1 AND category IN (0, ?2))",
        id, category, when);
  };
  if (withdrawn) stop(0);
  for (const Category category : categories.list()) stop(static_cast<int>(category));
  db_.run(
      "UPDATE grants SET withdrawn = withdrawn | ?, withdrawn_categories = withdrawn_categories | "
      "?, ended = ended | ? WHERE grant_id = ?",
      withdrawn, categories, ended, id);
}

std::vector<Stop> Grants::stops(const GrantId& grant) {
  std::vector<Stop> out;
  for (const auto& found : stops_where("grant_id = ?1", grant)) out.insert(out.end(), found.second);
  return out;
}

std::vector<std::pair<GrantId, Stop>> Grants::take_untold_stops() {
  const SealedDatabase::Transaction change(db_);
  auto out = stops_where("told = 0");
  db_.run("UPDATE stops SET told = 1 WHERE told = 0");
  change.commit();
  return out;
}

void Grants::set_stop_day(const GrantId& grant, int category, Time when) {
  db_.run("UPDATE stops SET stopped = ? WHERE grant_id = ? AND category = ?", when, grant,
          category);
}

void Grants::forget_undated_stops() { db_.run("DELETE FROM stops WHERE stopped = 0"); }

void Grants::set_notes(const GrantId& id, const crypto::SecretBytes& notes) {
  db_.run("UPDATE grants SET notes_sealed = ? WHERE grant_id = ?",
          Blob{db_.seal("grants.notes", id.bytes(), notes.reveal())}, id);
}

std::vector<GrantRecordRow> Grants::pending() {
  std::vector<GrantRecordRow> out;
  std::vector<GrantId> ids;
  db_.each("SELECT grant_id FROM grants WHERE pending ORDER BY grant_id",
           [&](auto& row) { ids.push_back(id_at<GrantId>(row, 0)); });
  for (const GrantId& id : ids)
    if (auto row = find(id)) out.push_back(std::move(*row));
  return out;
}

}  // namespace veerpont::sdk
