#include "client_sdk/dossier/withdrawals.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

template <class... Args>
std::vector<WithdrawalRow> Withdrawals::where(const std::string& condition, const Args&... args) {
  std::vector<WithdrawalRow> out;
  db_.each(
      "SELECT operation_id, grant_id, categories, body, signature, state, idx FROM withdrawals "
      "WHERE " +
          condition + " ORDER BY seq",
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

void Withdrawals::put(const WithdrawalRow& w, const std::vector<MessageId>& dropped, Time when) {
  const SealedDatabase::Transaction change(db_);
  db_.run(
      "INSERT INTO withdrawals VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM withdrawals), ?, "
      "?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      w.operation, w.grant, w.categories, Blob{w.body}, Blob{w.signature},
      static_cast<int>(w.state), w.index);
  grants_.end(w.grant, w.categories.empty(), w.categories, false, when);
  for (const MessageId& message : dropped) outbox_.drop_withdrawn(message);
  change.commit();
}

std::vector<WithdrawalRow> Withdrawals::waiting() { return where("state = 1"); }

std::optional<WithdrawalRow> Withdrawals::find(const GrantId& grant, CategorySet categories) {
  return newest(where("grant_id = ?1 AND categories = ?2", grant, categories));
}

void Withdrawals::settle(const OperationId& operation, std::optional<LogIndex> index) {
  db_.run("UPDATE withdrawals SET state = 2, idx = ? WHERE operation_id = ?", index, operation);
}

void Withdrawals::replace(const OperationId& old, const WithdrawalRow& fresh) {
  db_.run(
      "UPDATE withdrawals SET operation_id = ?, body = ?, signature = ? WHERE operation_id = ? AND "
      "state = 1",
      fresh.operation, Blob{fresh.body}, Blob{fresh.signature}, old);
}

}  // namespace veerpont::sdk
