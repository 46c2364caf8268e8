#include "client_sdk/dossier/referrals.h"

#include "client_sdk/dossier/sealed_database.h"
#include "rules/referral_states.h"

namespace veerpont::sdk {

namespace {

ReferralRecord referral_from(SQLite::Statement& row) {
  ReferralRecord r{id_at<ReferralId>(row, 0),
                   org_at(row, 1),
                   int_at(row, 2) != 0,
                   id_at<GrantId>(row, 3),
                   static_cast<ReferralState>(int_at(row, 4)),
                   {}};
  if (!row.isColumnNull(5)) r.respond_by = time_from_ms(int_at(row, 5));
  if (!row.isColumnNull(6)) r.linked = id_at<ReferralId>(row, 6);
  if (!row.isColumnNull(7)) r.closed = time_from_ms(int_at(row, 7));
  if (!row.isColumnNull(8)) r.access_by = time_from_ms(int_at(row, 8));
  if (!row.isColumnNull(9)) r.since = time_from_ms(int_at(row, 9));
  if (!row.isColumnNull(10)) r.step = static_cast<Step>(int_at(row, 10));
  r.sealed_again = int_at(row, 11) != 0;
  return r;
}

constexpr char kReferrals[] =
    "SELECT referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, "
    "access_by, since, step, again FROM referrals ";
// As the indexes of schema.sql have it.
constexpr char kWaiting[] =
    "closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by "
    "END, 0), seq";

}  // namespace

void Referrals::put(const ReferralRecord& r) {
  db_.run(
      "INSERT INTO referrals VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM referrals), ?, ?, "
      "?, ?, ?, ?, NULL, NULL, NULL, NULL, 0) ON CONFLICT DO NOTHING",
      r.id, r.with.str(), r.referrer, r.grant, static_cast<int>(r.state), r.respond_by, r.linked);
}

void Referrals::set_state(const ReferralId& id, ReferralState state, Time when) {
  const auto closed = rules::is_open(state) ? std::nullopt : std::optional(when);
  db_.run(
      "UPDATE referrals SET since = CASE WHEN state = ?1 AND since IS NOT NULL THEN since ELSE ?3 "
      "END, state = ?1, closed = ?2 WHERE referral_id = ?4",
      static_cast<int>(state), closed, when, id);
}

void Referrals::set_grant(const ReferralId& id, const GrantId& grant) {
  db_.run("UPDATE referrals SET grant_id = ? WHERE referral_id = ?", grant, id);
}

void Referrals::set_respond_by(const ReferralId& id, Time respond_by) {
  db_.run("UPDATE referrals SET respond_by = ? WHERE referral_id = ?", respond_by, id);
}

void Referrals::set_access_by(const ReferralId& id, std::optional<Time> access_by) {
  db_.run("UPDATE referrals SET access_by = ? WHERE referral_id = ?", access_by, id);
}

std::optional<ReferralRecord> Referrals::find(const ReferralId& id) {
  std::optional<ReferralRecord> found;
  db_.each(
      std::string(kReferrals) + "WHERE referral_id = ?",
      [&](auto& row) { found = referral_from(row); }, id);
  return found;
}

std::vector<ReferralRecord> Referrals::all() {
  std::vector<ReferralRecord> out;
  db_.each(std::string(kReferrals) + "ORDER BY seq",
           [&](auto& row) { out.push_back(referral_from(row)); });
  return out;
}

void Referrals::each(const ReferralFilter& filter, const std::optional<ReferralId>& after,
                     std::size_t limit, const std::function<bool(const ReferralRecord&)>& take) {
  const std::string waiting(kWaiting);
  std::string states;
  for (const ReferralState state : filter.states)
    states += (states.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
  bool going = true;
  db_.each(
      std::string(kReferrals) + "WHERE " +
          (filter.open_only || filter.overdue_at ? "closed IS NULL" : "true") +
          (after ? " AND (" + waiting + ") > (SELECT " + waiting +
                       " FROM referrals WHERE referral_id = ?1)"
                 : " AND ?1 IS NULL") +
          (filter.with.empty() ? " AND ?2 = ''" : " AND partner = ?2") +
          (filter.overdue_at ? " AND respond_by <= ?3" : " AND ?3 IS NULL") +
          (states.empty() ? "" : " AND state IN (" + states + ")") + " ORDER BY " + waiting +
          " LIMIT ?4",
      [&](auto& row) {
        if (going) going = take(referral_from(row));
      },
      after, filter.with, filter.overdue_at, limit == 0 ? -1 : static_cast<int>(limit));
}

void Referrals::put_sibling(const ReferralId& referral, const Hash& family) {
  db_.run("INSERT INTO siblings VALUES (?, ?) ON CONFLICT DO NOTHING", referral,
          Blob{family.bytes()});
}

std::optional<Hash> Referrals::family_of(const ReferralId& referral) {
  std::optional<Hash> found;
  db_.each(
      "SELECT family FROM siblings WHERE referral_id = ?",
      [&](auto& row) { found = Hash::from_bytes(blob_at(row, 0)); }, referral);
  return found;
}

std::vector<ReferralId> Referrals::siblings_of(const ReferralId& referral) {
  std::vector<ReferralId> out;
  db_.each(
      "SELECT referral_id FROM siblings WHERE family = (SELECT family FROM siblings WHERE "
      "referral_id = ?1) AND referral_id <> ?1 ORDER BY referral_id",
      [&](auto& row) { out.push_back(id_at<ReferralId>(row, 0)); }, referral);
  return out;
}

}  // namespace veerpont::sdk
