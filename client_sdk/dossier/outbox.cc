#include "client_sdk/dossier/outbox.h"

#include "client_sdk/dossier/sealed_database.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::sdk {

template <class... Args>
std::vector<OutboxRow> Outbox::where(const std::string& condition, const Args&... args) {
  std::vector<OutboxRow> out;
  db_.each(
      "SELECT message_id, referral_id, grant_id, step, document_sha256, submit_sealed, "
      "document_sealed, state, idx, expires, opened, has_left FROM outbox "
      "WHERE " +
          condition + " ORDER BY seq",
      [&](auto& row) {
        const auto id = id_at<MessageId>(row, 0);
        OutboxRow o{id,
                    id_at<ReferralId>(row, 1),
                    id_at<GrantId>(row, 2),
                    static_cast<Step>(int_at(row, 3)),
                    Hash::from_bytes(blob_at(row, 4)).value_or(Hash()),
                    db_.unseal("outbox.submit", id.bytes(), blob_at(row, 5)),
                    db_.unseal("outbox.document", id.bytes(), blob_at(row, 6)),
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

bool Outbox::put(const OutboxRow& o) {
  const int added = db_.run(
      "INSERT INTO outbox VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM outbox), ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      o.message, o.referral, o.grant, static_cast<int>(o.step), Blob{o.document_sha256.bytes()},
      Blob{db_.seal("outbox.submit", o.message.bytes(), o.submit.reveal())},
      Blob{db_.seal("outbox.document", o.message.bytes(), o.document.reveal())},
      static_cast<int>(o.state), o.index, o.expires, o.opened, o.has_left, o.created,
      Blob{o.about.child}, Blob{o.about.own_number});
  return added > 0;
}

std::vector<OutboxRow> Outbox::pending() { return where("state = 1"); }

std::optional<OutboxRow> Outbox::sent_refer(const GrantId& grant) {
  return newest(where("grant_id = ?1 AND step = 1 AND state NOT IN (3, 4, 5)", grant));
}

std::optional<OutboxRow> Outbox::pending_reply(const ReferralId& referral, Step step,
                                               const Hash& document_sha256) {
  return newest(where("referral_id = ?1 AND step = ?2 AND document_sha256 = ?3 AND state = 1",
                      referral, static_cast<int>(step), Blob{document_sha256.bytes()}));
}

std::optional<crypto::SecretBytes> Outbox::refer_document(const ReferralId& referral) {
  auto found = newest(where("referral_id = ?1 AND step = 1 AND state NOT IN (3, 5)", referral));
  return found ? std::optional(std::move(found->document)) : std::nullopt;
}

void Outbox::each_refer_document(
    const std::function<bool(const ReferralId&, const crypto::SecretBytes&)>& look) {
  std::vector<ReferralId> referrals;
  db_.each(
      "SELECT DISTINCT referral_id FROM outbox WHERE step = 1 AND state NOT IN (3, 5) ORDER BY seq "
      "DESC",
      [&](auto& row) { referrals.push_back(id_at<ReferralId>(row, 0)); });
  for (const ReferralId& referral : referrals)
    if (const auto document = refer_document(referral); document && !look(referral, *document))
      return;
}

void Outbox::mark_opened(const MessageId& message) {
  // And those that say the same: what was sealed again is read when either is.
  db_.run(
      "UPDATE outbox SET opened = 1 WHERE message_id = ?1 OR (referral_id, document_sha256) IN "
      "(SELECT referral_id, document_sha256 FROM outbox WHERE "
      "message_id = ?1)",
      message);
}

std::vector<OutboxRow> Outbox::unread_until(Time before, Time now) {
  const CategorySet update{Category::update};
  return where(
      "state = 2 AND opened = 0 AND length(document_sealed) > 0 AND expires <= ?1 AND (referral_id "
      "IN (SELECT referral_id FROM referrals WHERE closed IS "
      "NULL) "
      "OR (step <> 1 AND expires > ?2 AND grant_id IN (SELECT grant_id FROM grants WHERE withdrawn "
      "= 0 AND withdrawn_categories & ?3 = 0)))",
      before, now, update);
}

bool Outbox::replace(const MessageId& old, const OutboxRow& fresh) {
  const SealedDatabase::Transaction change(db_);
  if (db_.run("UPDATE outbox SET state = 4, submit_sealed = x'' WHERE message_id = ? AND state = 2 "
              "AND opened = 0",
              old) == 0 ||
      !put(fresh))
    return false;
  change.commit();
  return true;
}

std::vector<OutboxRow> Outbox::sent_in(const ReferralId& referral) {
  return where("referral_id = ?1 AND state <> 1", referral);
}

std::vector<OutboxRow> Outbox::refused() { return where("state = 3"); }

std::vector<OutboxRow> Outbox::refused_alone() {
  return where("state IN (3, 5) AND referral_id NOT IN (SELECT referral_id FROM referrals)");
}

bool Outbox::referred_since(const AboutChild& about, Time since,
                            const std::optional<GrantId>& but) {
  bool found = false;
  // Each by its own index; most say nothing, and nothing is in common with all the others then.
  for (const auto& [column, value] :
       {std::pair("child", &about.child), std::pair("own_number", &about.own_number)}) {
    if (value->empty()) continue;
    db_.each(
        std::string("SELECT EXISTS (SELECT 1 FROM outbox WHERE step = 1 AND ") + column +
            " = ?3 AND state NOT IN (3, 5) AND (?1 IS NULL OR grant_id <> ?1) AND created >= ?2)",
        [&](auto& row) { found = found || int_at(row, 0) != 0; }, but, since, Blob{*value});
  }
  return found;
}

void Outbox::put_reason(const MessageId& message, const std::string& pointer,
                        const std::string& reason) {
  db_.run("INSERT INTO reasons VALUES (?, ?, ?) ON CONFLICT DO NOTHING", message, pointer,
          Blob{db_.seal("reasons.reason", std::string(message.bytes()) + pointer, reason)});
}

std::size_t Outbox::refused_count() {
  std::size_t count = 0;
  db_.each("SELECT count(*) FROM outbox WHERE state = 3",
           [&](auto& row) { count = static_cast<std::size_t>(int_at(row, 0)); });
  return count;
}

std::optional<OutboxRow> Outbox::find(const MessageId& message) {
  return newest(where("message_id = ?1", message));
}

void Outbox::settle(const MessageId& message, OutboxRow::State state,
                    std::optional<LogIndex> index) {
  const auto before = find(message);
  if (before && before->state == OutboxRow::State::done && state != OutboxRow::State::done) return;
  db_.run("UPDATE outbox SET state = ?, idx = ? WHERE message_id = ?", static_cast<int>(state),
          index, message);
  // It had gone after all: what it was to replace is replaced.
  const bool late = before && state == OutboxRow::State::done &&
                    before->state != OutboxRow::State::pending && before->state != state;
  if (late)
    db_.run(
        "UPDATE outbox SET state = 4 WHERE state = 2 AND opened = 0 AND (referral_id, "
        "document_sha256) IN (SELECT referral_id, document_sha256 FROM outbox "
        "WHERE message_id = ?1) AND seq < (SELECT seq FROM outbox WHERE message_id = ?1)",
        message);
  revive_replaced(message);
  if (state == OutboxRow::State::refused || state == OutboxRow::State::dropped ||
      state == OutboxRow::State::perhaps)
    forget_submit(message);
}

bool Outbox::put_sealed(const OutboxRow& o) {
  const SealedDatabase::Transaction change(db_);
  const auto waiting = find(o.message);
  v1::Submit plan;
  const bool unsealed = waiting && waiting->state == OutboxRow::State::pending &&
                        plan.ParseFromArray(waiting->submit.reveal().data(),
                                            static_cast<int>(waiting->submit.size())) &&
                        plan.envelope().signature().empty();
  if (!unsealed) return false;
  db_.run(
      "UPDATE outbox SET submit_sealed = ?, expires = ?, created = ?, grant_id = ? WHERE "
      "message_id = ?",
      Blob{db_.seal("outbox.submit", o.message.bytes(), o.submit.reveal())}, o.expires, o.created,
      o.grant, o.message);
  change.commit();
  return true;
}

bool Outbox::mark_left(const MessageId& message, bool left) {
  return db_.run(
             "UPDATE outbox SET has_left = max(0, has_left + ?) WHERE message_id = ? AND state IN "
             "(1, 2)",
             left ? 1 : -1, message) > 0;
}

bool Outbox::drop_unsent(const MessageId& message) {
  const SealedDatabase::Transaction change(db_);
  const bool dropped = db_.run(
                           "UPDATE outbox SET state = 5, submit_sealed = x'' WHERE message_id = ? "
                           "AND state IN (1, 3, 5) AND has_left = 0",
                           message) > 0;
  revive_replaced(message);
  change.commit();
  return dropped;
}

std::vector<OutboxRow> Outbox::perhaps_sent() { return where("state = 6"); }

void Outbox::drop_withdrawn(const MessageId& message) {
  db_.run(
      "UPDATE outbox SET state = CASE WHEN has_left THEN 6 ELSE 5 END, submit_sealed = x'' WHERE "
      "message_id = ? AND state = 1",
      message);
  revive_replaced(message);
}

void Outbox::forget_submit(const MessageId& message) {
  db_.run("UPDATE outbox SET submit_sealed = x'' WHERE message_id = ? AND state <> 1", message);
}

void Outbox::forget_submits(const GrantId& grant) {
  db_.run("UPDATE outbox SET submit_sealed = x'' WHERE grant_id = ? AND state <> 1", grant);
}

// What this message was to replace counts again when nothing with the same words goes or went after
// it.
void Outbox::revive_replaced(const MessageId& message) {
  db_.run(
      "WITH same AS (SELECT o.message_id, o.seq, o.state FROM outbox o, outbox m WHERE "
      "m.message_id = ?1 AND o.referral_id = m.referral_id AND "
      "o.document_sha256 = m.document_sha256) UPDATE outbox SET state = 2 WHERE state = 4 AND NOT "
      "EXISTS (SELECT 1 FROM same WHERE state IN (1, 2, 6)) AND "
      "message_id = (SELECT message_id FROM same WHERE state = 4 ORDER BY seq DESC LIMIT 1)",
      message);
}

}  // namespace veerpont::sdk
