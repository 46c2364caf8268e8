#include "client_sdk/dossier.h"

#include <unistd.h>

#include <mutex>
#include <sstream>
#include <stdexcept>

#include "client_sdk/dossier_form.h"
#include "schemas/rules/referral_states.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::sdk {
namespace {

class SqliteDossier final : public Dossier, private SealedDatabase {
 public:
  SqliteDossier(const std::string& path, const crypto::Key32& key) : SealedDatabase(path, key, kDossierTables) {}

  std::string pinned() override { return meta("pin"); }
  bool advance(const std::string& from, const std::string& to) override {
    const Transaction change(*this);
    if (meta("pin") != from) return false;
    set_meta("pin", to);
    change.commit();
    return true;
  }
  std::string meta(const std::string& key) override {
    std::string value;
    each(
        "SELECT value FROM meta WHERE key = ?", [&](auto& row) { value = blob_at(row, 0); }, key);
    return value;
  }
  void set_meta(const std::string& key, const std::string& value) override {
    run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, Blob{value});
  }

  void put_organisation(const OrganisationRecord& o) override {
    std::string serves;
    for (const auto& code : o.serves) serves += (serves.empty() ? "" : " ") + code;
    run("INSERT INTO organisations (org, title, kind, serves, hidden) VALUES (?, ?, ?, ?, ?) ON CONFLICT (org) DO UPDATE SET title = excluded.title, "
        "kind = excluded.kind, serves = excluded.serves, hidden = excluded.hidden",
        o.org.str(), o.title, static_cast<int>(o.kind), serves, o.hidden);
  }
  void put_profile(const OrgId& org, const std::string& profile, Time created) override {
    run("UPDATE organisations SET profile = ?1, profile_created = ?3 WHERE org = ?2 AND profile_created < ?3", Blob{profile}, org.str(), created);
  }
  void suspend_organisation(const OrgId& org, bool suspended) override { run("UPDATE organisations SET suspended = ? WHERE org = ?", suspended, org.str()); }
  std::vector<OrgId> organisations() override {
    std::vector<OrgId> all;
    each("SELECT org FROM organisations ORDER BY org", [&](auto& row) {
      if (const auto org = OrgId::parse(text_at(row, 0))) all.push_back(*org);
    });
    return all;
  }
  std::optional<OrganisationRecord> organisation(const OrgId& org) override {
    std::optional<OrganisationRecord> found;
    each(
        "SELECT title, kind, serves, hidden, profile, suspended FROM organisations WHERE org = ?",
        [&](auto& row) {
          found = OrganisationRecord{org, text_at(row, 0), static_cast<OrgKind>(int_at(row, 1)), {}, int_at(row, 3) != 0, blob_at(row, 4), int_at(row, 5) != 0};
          std::istringstream serves(text_at(row, 2));
          for (std::string served; serves >> served;) found->serves.push_back(served);
        },
        org.str());
    return found;
  }

  void put_partner(const PartnerRecord& p) override {
    run("INSERT INTO partners (org, fingerprint) VALUES (?, ?) ON CONFLICT (org) DO UPDATE SET fingerprint = excluded.fingerprint", p.org.str(), p.fingerprint);
  }
  void confirm_partner(const OrgId& org, const std::string& fingerprint) override {
    run("UPDATE partners SET former = CASE WHEN confirmed IN ('', ?1) THEN former ELSE former || confirmed || ' ' END, confirmed = ?1 WHERE org = ?2",
        fingerprint, org.str());
  }
  std::optional<PartnerRecord> partner(const OrgId& org) override {
    std::optional<PartnerRecord> found;
    each(
        "SELECT fingerprint, confirmed, former FROM partners WHERE org = ?",
        [&](auto& row) {
          found = PartnerRecord{org, text_at(row, 0), text_at(row, 1), text_at(row, 2)};
        },
        org.str());
    return found;
  }

  void put_grant(const GrantRecordRow& g) override {
    run("INSERT INTO grants (grant_id, body, signature, record_sealed, pending, notes_sealed) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", g.id,
        Blob{g.body}, Blob{g.signature}, Blob{seal("grants.record", g.id.bytes(), g.record_section.reveal())}, g.pending,
        Blob{seal("grants.notes", g.id.bytes(), g.notes.reveal())});
  }
  std::optional<GrantRecordRow> grant(const GrantId& id) override {
    std::optional<GrantRecordRow> found;
    each(
        "SELECT body, signature, record_sealed, referral_id, withdrawn, withdrawn_categories, ended, pending, notes_sealed FROM grants WHERE "
        "grant_id = ?",
        [&](auto& row) {
          found = GrantRecordRow{id,
                                 blob_at(row, 0),
                                 blob_at(row, 1),
                                 unseal("grants.record", id.bytes(), blob_at(row, 2)),
                                 std::nullopt,
                                 int_at(row, 4) != 0,
                                 categories_at(row, 5),
                                 int_at(row, 6) != 0,
                                 int_at(row, 7) != 0,
                                 unseal("grants.notes", id.bytes(), blob_at(row, 8))};
          if (!row.isColumnNull(3)) found->referral = id_at<ReferralId>(row, 3);
        },
        id);
    return found;
  }
  std::vector<GrantId> grants() override {
    std::vector<GrantId> ids;
    each("SELECT grant_id FROM grants ORDER BY grant_id", [&](auto& row) { ids.push_back(id_at<GrantId>(row, 0)); });
    return ids;
  }
  void settle_grant(const GrantId& id, bool registered) override {
    if (registered)
      run("UPDATE grants SET pending = 0 WHERE grant_id = ?", id);
    else
      run("DELETE FROM grants WHERE grant_id = ? AND pending = 1", id);
  }
  void bind_grant(const GrantId& id, const ReferralId& referral) override { run("UPDATE grants SET referral_id = ? WHERE grant_id = ?", referral, id); }
  void end_grant(const GrantId& id, bool withdrawn, CategorySet categories, bool ended, Time when) override {
    const auto stop = [&](int category) {
      run("INSERT INTO stops (grant_id, category, stopped) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM grants WHERE grant_id = ?1) AND NOT EXISTS (SELECT 1 "
          "FROM stops WHERE grant_id = ?1 AND category IN (0, ?2))",
          id, category, when);
    };
    if (withdrawn) stop(0);
    for (const Category category : categories.list()) stop(static_cast<int>(category));
    run("UPDATE grants SET withdrawn = withdrawn | ?, withdrawn_categories = withdrawn_categories | ?, ended = ended | ? WHERE grant_id = ?", withdrawn,
        categories, ended, id);
  }
  std::vector<Stop> stops(const GrantId& grant) override {
    std::vector<Stop> out;
    for (const auto& found : stops_where("grant_id = ?1", grant)) out.insert(out.end(), found.second);
    return out;
  }
  std::vector<std::pair<GrantId, Stop>> take_untold_stops() override {
    const Transaction change(*this);
    auto out = stops_where("told = 0");
    run("UPDATE stops SET told = 1 WHERE told = 0");
    change.commit();
    return out;
  }
  void set_stop_day(const GrantId& grant, int category, Time when) override {
    run("UPDATE stops SET stopped = ? WHERE grant_id = ? AND category = ?", when, grant, category);
  }
  void forget_undated_stops() override { run("DELETE FROM stops WHERE stopped = 0"); }

  void put_withdrawal(const WithdrawalRow& w, const std::vector<MessageId>& dropped, Time when) override {
    const Transaction change(*this);
    run("INSERT INTO withdrawals VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM withdrawals), ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", w.operation,
        w.grant, w.categories, Blob{w.body}, Blob{w.signature}, static_cast<int>(w.state), w.index);
    end_grant(w.grant, w.categories.empty(), w.categories, false, when);
    for (const MessageId& message : dropped) {
      run("UPDATE outbox SET state = CASE WHEN has_left THEN 6 ELSE 5 END, submit_sealed = x'' WHERE message_id = ? AND state = 1", message);
      revive_replaced(message);
    }
    change.commit();
  }
  std::vector<WithdrawalRow> waiting_withdrawals() override { return withdrawals("state = 1"); }
  std::optional<WithdrawalRow> withdrawal(const GrantId& grant, CategorySet categories) override {
    return newest(withdrawals("grant_id = ?1 AND categories = ?2", grant, categories));
  }
  void settle_withdrawal(const OperationId& operation, std::optional<LogIndex> index) override {
    run("UPDATE withdrawals SET state = 2, idx = ? WHERE operation_id = ?", index, operation);
  }
  void replace_withdrawal(const OperationId& old, const WithdrawalRow& fresh) override {
    run("UPDATE withdrawals SET operation_id = ?, body = ?, signature = ? WHERE operation_id = ? AND state = 1", fresh.operation, Blob{fresh.body},
        Blob{fresh.signature}, old);
  }

  void set_notes(const GrantId& id, const crypto::SecretBytes& notes) override {
    run("UPDATE grants SET notes_sealed = ? WHERE grant_id = ?", Blob{seal("grants.notes", id.bytes(), notes.reveal())}, id);
  }

  bool put_outbox(const OutboxRow& o) override {
    const int added =
        run("INSERT INTO outbox VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM outbox), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            o.message, o.referral, o.grant, static_cast<int>(o.step), Blob{o.document_sha256.bytes()},
            Blob{seal("outbox.submit", o.message.bytes(), o.submit.reveal())}, Blob{seal("outbox.document", o.message.bytes(), o.document.reveal())},
            static_cast<int>(o.state), o.index, o.expires, o.opened, o.has_left, o.created, Blob{o.about.child}, Blob{o.about.own_number});
    return added > 0;
  }
  std::vector<OutboxRow> pending() override { return outbox("state = 1"); }
  std::optional<OutboxRow> sent_refer(const GrantId& grant) override { return newest(outbox("grant_id = ?1 AND step = 1 AND state NOT IN (3, 4, 5)", grant)); }
  std::optional<OutboxRow> pending_reply(const ReferralId& referral, Step step, const Hash& document_sha256) override {
    return newest(
        outbox("referral_id = ?1 AND step = ?2 AND document_sha256 = ?3 AND state = 1", referral, static_cast<int>(step), Blob{document_sha256.bytes()}));
  }
  std::optional<crypto::SecretBytes> refer_document(const ReferralId& referral) override {
    auto found = newest(outbox("referral_id = ?1 AND step = 1 AND state NOT IN (3, 5)", referral));
    return found ? std::optional(std::move(found->document)) : std::nullopt;
  }
  void mark_opened(const MessageId& message) override {
    // And those that say the same: what was sealed again is read when either is.
    run("UPDATE outbox SET opened = 1 WHERE message_id = ?1 OR (referral_id, document_sha256) IN (SELECT referral_id, document_sha256 FROM outbox WHERE "
        "message_id = ?1)",
        message);
  }
  std::vector<OutboxRow> unread_until(Time before, Time now) override {
    const CategorySet update{Category::update};
    return outbox(
        "state = 2 AND opened = 0 AND length(document_sealed) > 0 AND expires <= ?1 AND (referral_id IN (SELECT referral_id FROM referrals WHERE closed IS "
        "NULL) "
        "OR (step <> 1 AND expires > ?2 AND grant_id IN (SELECT grant_id FROM grants WHERE withdrawn = 0 AND withdrawn_categories & ?3 = 0)))",
        before, now, update);
  }
  bool replace_outbox(const MessageId& old, const OutboxRow& fresh) override {
    const Transaction change(*this);
    if (run("UPDATE outbox SET state = 4, submit_sealed = x'' WHERE message_id = ? AND state = 2 AND opened = 0", old) == 0 || !put_outbox(fresh)) return false;
    change.commit();
    return true;
  }
  bool sealed_again(const ReferralId& referral) override {
    bool again = false;
    each(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE referral_id = ?1 AND state = 4) OR EXISTS (SELECT 1 FROM inbox WHERE referral_id = ?1 AND replaces IS NOT "
        "NULL)",
        [&](auto& row) { again = int_at(row, 0) != 0; }, referral);
    return again;
  }
  std::vector<OutboxRow> sent_in(const ReferralId& referral) override { return outbox("referral_id = ?1 AND state <> 1", referral); }
  std::vector<OutboxRow> refused_alone() override { return outbox("state IN (3, 5) AND referral_id NOT IN (SELECT referral_id FROM referrals)"); }
  bool referred_since(const AboutChild& about, Time since, const std::optional<GrantId>& but) override {
    bool found = false;
    each(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE step = 1 AND state NOT IN (3, 5) AND (?1 IS NULL OR grant_id <> ?1) AND created >= ?2 AND ((length(child) > "
        "0 AND child = "
        "?3) OR (length(own_number) > 0 AND own_number = ?4)))",
        [&](auto& row) { found = int_at(row, 0) != 0; }, but, since, Blob{about.child}, Blob{about.own_number});
    return found;
  }
  void put_reason(const MessageId& message, const std::string& pointer, const std::string& reason) override {
    run("INSERT INTO reasons VALUES (?, ?, ?) ON CONFLICT DO NOTHING", message, pointer,
        Blob{seal("reasons.reason", std::string(message.bytes()) + pointer, reason)});
  }
  std::size_t refused_count() override {
    std::size_t count = 0;
    each("SELECT count(*) FROM outbox WHERE state = 3", [&](auto& row) { count = static_cast<std::size_t>(int_at(row, 0)); });
    return count;
  }
  std::vector<GrantRecordRow> pending_grants() override {
    std::vector<GrantRecordRow> out;
    for (const GrantId& id : grants())
      if (auto row = grant(id); row && row->pending) out.push_back(std::move(*row));
    return out;
  }
  std::optional<OutboxRow> outbox_row(const MessageId& message) override { return newest(outbox("message_id = ?1", message)); }
  void settle(const MessageId& message, OutboxRow::State state, std::optional<LogIndex> index) override {
    const auto before = outbox_row(message);
    if (before && before->state == OutboxRow::State::done && state != OutboxRow::State::done) return;
    run("UPDATE outbox SET state = ?, idx = ? WHERE message_id = ?", static_cast<int>(state), index, message);
    // It had gone after all: what it was to replace is replaced.
    const bool late = before && state == OutboxRow::State::done && before->state != OutboxRow::State::pending && before->state != state;
    if (late)
      run("UPDATE outbox SET state = 4 WHERE state = 2 AND opened = 0 AND (referral_id, document_sha256) IN (SELECT referral_id, document_sha256 FROM outbox "
          "WHERE message_id = ?1) AND seq < (SELECT seq FROM outbox WHERE message_id = ?1)",
          message);
    revive_replaced(message);
    if (state == OutboxRow::State::refused || state == OutboxRow::State::dropped || state == OutboxRow::State::perhaps) forget_submit(message);
  }
  bool put_sealed(const OutboxRow& o) override {
    const Transaction change(*this);
    const auto waiting = outbox_row(o.message);
    v1::Submit plan;
    const bool unsealed = waiting && waiting->state == OutboxRow::State::pending &&
                          plan.ParseFromArray(waiting->submit.reveal().data(), static_cast<int>(waiting->submit.size())) && plan.envelope().signature().empty();
    if (!unsealed) return false;
    run("UPDATE outbox SET submit_sealed = ?, expires = ?, created = ?, grant_id = ? WHERE message_id = ?",
        Blob{seal("outbox.submit", o.message.bytes(), o.submit.reveal())}, o.expires, o.created, o.grant, o.message);
    change.commit();
    return true;
  }
  bool mark_left(const MessageId& message, bool left) override {
    return run("UPDATE outbox SET has_left = max(0, has_left + ?) WHERE message_id = ? AND state IN (1, 2)", left ? 1 : -1, message) > 0;
  }
  bool drop_unsent(const MessageId& message) override {
    const Transaction change(*this);
    const bool dropped = run("UPDATE outbox SET state = 5, submit_sealed = x'' WHERE message_id = ? AND state IN (1, 3, 5) AND has_left = 0", message) > 0;
    revive_replaced(message);
    change.commit();
    return dropped;
  }
  std::vector<OutboxRow> perhaps_sent() override { return outbox("state = 6"); }
  void forget_submit(const MessageId& message) override { run("UPDATE outbox SET submit_sealed = x'' WHERE message_id = ? AND state <> 1", message); }
  void forget_submits(const GrantId& grant) override { run("UPDATE outbox SET submit_sealed = x'' WHERE grant_id = ? AND state <> 1", grant); }

  bool put_inbox(const InboxRecord& r) override {
    const Transaction change(*this);
    if (inbox(r.message)) return false;
    run("INSERT INTO inbox VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM inbox), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", r.message, r.referral, r.grant,
        r.sender.str(), static_cast<int>(r.step), r.created, r.expires, r.categories, Blob{r.envelope}, static_cast<int>(r.state), r.fingerprint, r.replaces);
    if (r.replaces)
      run("UPDATE inbox SET state = 2 WHERE message_id = ? AND sender = ? AND referral_id = ? AND state = 1", *r.replaces, r.sender.str(), r.referral);
    if (r.replaces)  // and who had opened that one, is not shown it as new
      run("UPDATE inbox SET state = 2 WHERE message_id = ?1 AND EXISTS (SELECT 1 FROM inbox WHERE message_id = ?2 AND sender = ?3 AND referral_id = ?4 AND "
          "state IN (3, 4))",
          r.message, *r.replaces, r.sender.str(), r.referral);
    change.commit();
    return true;
  }
  std::optional<InboxRecord> inbox(const MessageId& message) override {
    std::optional<InboxRecord> found;
    each(
        "SELECT message_id, referral_id, grant_id, sender, step, created, expires, categories, envelope, state, fingerprint, replaces FROM inbox WHERE "
        "message_id = ?",
        [&](auto& row) { found = inbox_from(row); }, message);
    return found;
  }
  std::vector<InboxRecord> inbox_in(std::initializer_list<InboxRecord::State> states) override {
    std::vector<InboxRecord> out;
    each("SELECT message_id, referral_id, grant_id, sender, step, created, expires, categories, envelope, state, fingerprint, replaces FROM inbox ORDER BY seq",
         [&](auto& row) {
           auto record = inbox_from(row);
           for (const auto state : states)
             if (record.state == state) return out.push_back(std::move(record));
         });
    return out;
  }
  void set_inbox_state(const MessageId& message, InboxRecord::State state) override {
    // Never backwards: another command may have gone further.
    run("UPDATE inbox SET state = max(state, ?) WHERE message_id = ?", static_cast<int>(state), message);
  }
  std::vector<InboxRecord> unacknowledged() override {
    std::vector<InboxRecord> out;
    each(
        "SELECT message_id, referral_id, grant_id, sender, step, created, expires, categories, envelope, state, fingerprint, replaces FROM inbox WHERE acked = "
        "0 ORDER "
        "BY seq",
        [&](auto& row) { out.push_back(inbox_from(row)); });
    return out;
  }
  void acknowledged(const MessageId& message) override { run("UPDATE inbox SET acked = 1 WHERE message_id = ?", message); }
  void put_sections(const MessageId& message, const std::vector<std::pair<Category, std::string>>& plaintexts) override {
    const Transaction change(*this);
    for (const auto& [category, plaintext] : plaintexts)
      run("INSERT INTO sections VALUES (?, ?, ?) ON CONFLICT DO NOTHING", message, static_cast<int>(category),
          Blob{seal("sections.document", message.bytes(), plaintext)});
    change.commit();
  }
  std::optional<crypto::SecretBytes> section(const MessageId& message, Category category) override {
    std::optional<crypto::SecretBytes> found;
    each(
        "SELECT document_sealed FROM sections WHERE message_id = ? AND category = ?",
        [&](auto& row) { found = unseal("sections.document", message.bytes(), blob_at(row, 0)); }, message, static_cast<int>(category));
    return found;
  }

  ReleaseRecord release(const MessageId& message, CategorySet categories, const std::function<ReleaseRecord()>& fresh) override {
    const Transaction change(*this);
    std::optional<ReleaseRecord> found;
    each(
        "SELECT body, signature FROM releases WHERE message_id = ? AND categories = ?",
        [&](auto& row) {
          found = ReleaseRecord{blob_at(row, 0), blob_at(row, 1)};
        },
        message, categories);
    if (found) return *found;
    ReleaseRecord made = fresh();
    run("INSERT INTO releases VALUES (?, ?, ?, ?)", message, categories, Blob{made.body}, Blob{made.signature});
    change.commit();
    return made;
  }
  void forget_release(const MessageId& message, CategorySet categories) override {
    run("DELETE FROM releases WHERE message_id = ? AND categories = ?", message, categories);
  }
  void log_access(const std::string& operation, const std::string& worker, Time when) override {
    run("INSERT INTO access_log VALUES (?, ?, ?)", Blob{operation}, Blob{seal("access_log.worker", operation, worker)}, when);
  }

  void put_referral(const ReferralRecord& r) override {
    run("INSERT INTO referrals VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM referrals), ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING", r.id,
        r.with.str(), r.referrer, r.grant, static_cast<int>(r.state), r.respond_by, r.linked);
  }
  void set_referral_state(const ReferralId& id, ReferralState state, Time when) override {
    const auto closed = rules::is_open(state) ? std::nullopt : std::optional(when);
    run("UPDATE referrals SET state = ?, closed = ? WHERE referral_id = ?", static_cast<int>(state), closed, id);
  }
  void set_referral_grant(const ReferralId& id, const GrantId& grant) override { run("UPDATE referrals SET grant_id = ? WHERE referral_id = ?", grant, id); }
  void set_respond_by(const ReferralId& id, Time respond_by) override { run("UPDATE referrals SET respond_by = ? WHERE referral_id = ?", respond_by, id); }
  void set_access_by(const ReferralId& id, std::optional<Time> access_by) override {
    run("UPDATE referrals SET access_by = ? WHERE referral_id = ?", access_by, id);
  }
  std::optional<ReferralRecord> referral(const ReferralId& id) override {
    std::optional<ReferralRecord> found;
    each(
        "SELECT referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by FROM referrals WHERE referral_id = ?",
        [&](auto& row) { found = referral_from(row); }, id);
    return found;
  }
  std::vector<ReferralRecord> referrals() override {
    std::vector<ReferralRecord> out;
    each("SELECT referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by FROM referrals ORDER BY seq",
         [&](auto& row) { out.push_back(referral_from(row)); });
    return out;
  }

  void put_sibling(const ReferralId& referral, const Hash& family) override {
    run("INSERT INTO siblings VALUES (?, ?) ON CONFLICT DO NOTHING", referral, Blob{family.bytes()});
  }
  std::optional<Hash> family_of(const ReferralId& referral) override {
    std::optional<Hash> found;
    each(
        "SELECT family FROM siblings WHERE referral_id = ?", [&](auto& row) { found = Hash::from_bytes(blob_at(row, 0)); }, referral);
    return found;
  }
  std::vector<ReferralId> siblings_of(const ReferralId& referral) override {
    std::vector<ReferralId> out;
    each(
        "SELECT referral_id FROM siblings WHERE family = (SELECT family FROM siblings WHERE referral_id = ?1) AND referral_id <> ?1 ORDER BY referral_id",
        [&](auto& row) { out.push_back(id_at<ReferralId>(row, 0)); }, referral);
    return out;
  }

  void put_stay(const StayRecord& s) override {
    run("INSERT INTO stays (stay_id, label_sealed, began) VALUES (?, ?, ?)", Blob{s.id}, Blob{seal("stays.label", s.id, s.label.reveal())}, str(s.began));
  }
  std::vector<StayRecord> stays() override {
    std::vector<StayRecord> out;
    each(
        "SELECT stay_id, label_sealed, began, ended, (SELECT max(day) FROM talks t WHERE t.stay_id = s.stay_id AND talk_with = 1), (SELECT max(day) FROM "
        "talks t WHERE t.stay_id = s.stay_id AND talk_with = 2) FROM stays s ORDER BY began, stay_id",
        [&](auto& row) {
          const std::string id = blob_at(row, 0);
          out.push_back({id, unseal("stays.label", id, blob_at(row, 1)), parse_date(text_at(row, 2)).value_or(Date{}), parse_date(text_at(row, 3)),
                         parse_date(text_at(row, 4)), parse_date(text_at(row, 5))});
        });
    return out;
  }
  void end_stay(const std::string& id, const Date& day) override { run("UPDATE stays SET ended = ? WHERE stay_id = ?", str(day), Blob{id}); }
  void put_talk(const std::string& id, TalkWith with, const Date& day) override {
    run("INSERT INTO talks VALUES (?, ?, ?) ON CONFLICT DO NOTHING", Blob{id}, static_cast<int>(with), str(day));
  }

  void retire(const Retired& what) override {
    const Transaction change(*this);
    for (const auto& [message, category] : what.sections)
      run("DELETE FROM sections WHERE message_id = ? AND category = ?", message, static_cast<int>(category));
    for (const MessageId& message : what.envelopes) run("UPDATE inbox SET envelope = x'' WHERE message_id = ?", message);
    for (const auto& [message, left] : what.documents) {
      run("UPDATE outbox SET document_sealed = ?, submit_sealed = x'' WHERE message_id = ?", Blob{seal("outbox.document", message.bytes(), left.reveal())},
          message);
      if (left.size() > 0) continue;
      run("DELETE FROM reasons WHERE message_id = ?", message);
      run("UPDATE outbox SET child = x'', own_number = x'' WHERE message_id = ?", message);
    }
    for (const GrantId& grant : what.records) run("UPDATE grants SET record_sealed = x'', notes_sealed = x'' WHERE grant_id = ?", grant);
    run("INSERT INTO destructions (note, signature) VALUES (?, ?)", Blob{what.note}, Blob{what.signature});
    change.commit();
    db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");  // nor in the write-ahead log
  }
  std::vector<std::pair<std::string, std::string>> destruction_notes() override {
    std::vector<std::pair<std::string, std::string>> out;
    each("SELECT note, signature FROM destructions ORDER BY seq", [&](auto& row) { out.emplace_back(blob_at(row, 0), blob_at(row, 1)); });
    return out;
  }

  Result<bool> append_events(const std::vector<StoredEvent>& events, LogIndex cursor, LogIndex next_cursor, const std::function<Status()>& learn) override {
    const Transaction change(*this);
    if (events_cursor() != cursor) return false;
    if (auto learned = learn(); !learned) return learned.refusal();
    for (const auto& event : events) run("INSERT INTO events VALUES (?, ?, ?)", event.index, Blob{event.proven}, event.checkpoint);
    set_meta("events-cursor", std::to_string(next_cursor.value));
    change.commit();
    return true;
  }
  LogIndex events_cursor() override {
    const std::string text = meta("events-cursor");
    return LogIndex{text.empty() ? 0 : number_in(text)};
  }
  std::vector<StoredEvent> events() override {
    std::vector<StoredEvent> out;
    each("SELECT idx, proven, checkpoint FROM events ORDER BY idx", [&](auto& row) {
      out.push_back({LogIndex{static_cast<std::uint64_t>(int_at(row, 0))}, blob_at(row, 1), text_at(row, 2)});
    });
    return out;
  }
  void put_receipt(LogIndex index, const Hash& leaf) override { run("INSERT INTO receipts VALUES (?, ?) ON CONFLICT DO NOTHING", index, Blob{leaf.bytes()}); }
  std::vector<std::pair<LogIndex, Hash>> receipts() override {
    std::vector<std::pair<LogIndex, Hash>> out;
    each("SELECT idx, leaf FROM receipts ORDER BY idx",
         [&](auto& row) { out.emplace_back(LogIndex{static_cast<std::uint64_t>(int_at(row, 0))}, Hash::from_bytes(blob_at(row, 1)).value_or(Hash())); });
    return out;
  }

 private:
  template <class... Args>
  std::vector<std::pair<GrantId, Stop>> stops_where(const std::string& where, const Args&... args) {
    std::vector<std::pair<GrantId, Stop>> out;
    each(
        "SELECT grant_id, category, stopped FROM stops s WHERE " + where +
            " AND (category = 0 OR NOT EXISTS (SELECT 1 FROM stops w WHERE w.grant_id = s.grant_id AND w.category = 0)) ORDER BY grant_id, stopped",
        [&](auto& row) {
          const auto grant = id_at<GrantId>(row, 0);
          const Time when = time_from_ms(int_at(row, 2));
          CategorySet categories;
          if (int_at(row, 1) != 0) categories.add(static_cast<Category>(int_at(row, 1)));
          if (!out.empty() && out.back().first == grant && amsterdam_date(out.back().second.when) == amsterdam_date(when))
            out.back().second.categories = out.back().second.categories | categories;
          else
            out.push_back({grant, {when, categories}});
        },
        args...);
    return out;
  }
  // What this message was to replace counts again when nothing with the same words goes or went after it.
  void revive_replaced(const MessageId& message) {
    run("WITH same AS (SELECT o.message_id, o.seq, o.state FROM outbox o, outbox m WHERE m.message_id = ?1 AND o.referral_id = m.referral_id AND "
        "o.document_sha256 = m.document_sha256) UPDATE outbox SET state = 2 WHERE state = 4 AND NOT EXISTS (SELECT 1 FROM same WHERE state IN (1, 2, 6)) AND "
        "message_id = (SELECT message_id FROM same WHERE state = 4 ORDER BY seq DESC LIMIT 1)",
        message);
  }
  template <class... Args>
  std::vector<WithdrawalRow> withdrawals(const std::string& where, const Args&... args) {
    std::vector<WithdrawalRow> out;
    each(
        "SELECT operation_id, grant_id, categories, body, signature, state, idx FROM withdrawals WHERE " + where + " ORDER BY seq",
        [&](auto& row) {
          WithdrawalRow w{id_at<OperationId>(row, 0),
                          id_at<GrantId>(row, 1),
                          categories_at(row, 2),
                          blob_at(row, 3),
                          blob_at(row, 4),
                          static_cast<WithdrawalRow::State>(int_at(row, 5))};
          if (!row.isColumnNull(6)) w.index = LogIndex{static_cast<std::uint64_t>(int_at(row, 6))};
          out.push_back(std::move(w));
        },
        args...);
    return out;
  }
  template <class... Args>
  std::vector<OutboxRow> outbox(const std::string& where, const Args&... args) {
    std::vector<OutboxRow> out;
    each(
        "SELECT message_id, referral_id, grant_id, step, document_sha256, submit_sealed, document_sealed, state, idx, expires, opened, has_left FROM outbox "
        "WHERE " +
            where + " ORDER BY seq",
        [&](auto& row) {
          const auto id = id_at<MessageId>(row, 0);
          OutboxRow o{id,
                      id_at<ReferralId>(row, 1),
                      id_at<GrantId>(row, 2),
                      static_cast<Step>(int_at(row, 3)),
                      Hash::from_bytes(blob_at(row, 4)).value_or(Hash()),
                      unseal("outbox.submit", id.bytes(), blob_at(row, 5)),
                      unseal("outbox.document", id.bytes(), blob_at(row, 6)),
                      static_cast<OutboxRow::State>(int_at(row, 7)),
                      std::nullopt};
          if (!row.isColumnNull(8)) o.index = LogIndex{static_cast<std::uint64_t>(int_at(row, 8))};
          o.expires = time_from_ms(int_at(row, 9));
          o.opened = int_at(row, 10) != 0;
          o.has_left = int_at(row, 11) != 0;
          out.push_back(std::move(o));
        },
        args...);
    return out;
  }
  template <class Row>
  static std::optional<Row> newest(std::vector<Row> rows) {
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.back()));
  }
  static InboxRecord inbox_from(SQLite::Statement& row) {
    InboxRecord r{id_at<MessageId>(row, 0),
                  id_at<ReferralId>(row, 1),
                  id_at<GrantId>(row, 2),
                  org_at(row, 3),
                  static_cast<Step>(int_at(row, 4)),
                  time_from_ms(int_at(row, 5)),
                  time_from_ms(int_at(row, 6)),
                  categories_at(row, 7),
                  blob_at(row, 8),
                  static_cast<InboxRecord::State>(int_at(row, 9)),
                  text_at(row, 10)};
    if (!row.isColumnNull(11)) r.replaces = id_at<MessageId>(row, 11);
    return r;
  }
  static ReferralRecord referral_from(SQLite::Statement& row) {
    ReferralRecord r{id_at<ReferralId>(row, 0), org_at(row, 1), int_at(row, 2) != 0, id_at<GrantId>(row, 3), static_cast<ReferralState>(int_at(row, 4)), {}};
    if (!row.isColumnNull(5)) r.respond_by = time_from_ms(int_at(row, 5));
    if (!row.isColumnNull(6)) r.linked = id_at<ReferralId>(row, 6);
    if (!row.isColumnNull(7)) r.closed = time_from_ms(int_at(row, 7));
    if (!row.isColumnNull(8)) r.access_by = time_from_ms(int_at(row, 8));
    return r;
  }
};

}  // namespace

std::optional<int> dossier_form(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  return SQLite::Database(path, SQLite::OPEN_READONLY, 10'000).execAndGet("PRAGMA user_version").getInt();
}

std::unique_ptr<Dossier> open_dossier(const std::string& path, const crypto::Key32& key) { return std::make_unique<SqliteDossier>(path, key); }

}  // namespace veerpont::sdk
