#include "gateway/once/repeats.h"

#include <algorithm>
#include <memory>

#include "crypto/hash.h"
#include "gateway/once/schema_sql.h"

namespace veerpont::gateway {
namespace {

constexpr sdk::DatabaseForm kAnswerTables{1, kAnswersSql, 1, {}};

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= Repeats::kMostKey && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// Refused for good or to be tried again: the key is free for the next try.
bool is_refused(const net::HttpAnswer& answer) { return answer.status >= 400; }

}  // namespace

Repeats::Repeats(const std::string& path, const crypto::Key32& key, int most)
    : most_(most), db_(path, key, kAnswerTables) {}

std::optional<Repeats::Kept> Repeats::find(const std::string& key) {
  std::optional<Kept> kept;
  std::optional<int> status;
  std::string sealed;
  db_.each(
      "SELECT request, status, answer_sealed FROM answers WHERE key = ?",
      [&](auto& row) {
        kept = Kept{sdk::blob_at(row, 0), std::nullopt};
        if (row.isColumnNull(1)) return;
        status = static_cast<int>(sdk::int_at(row, 1));
        sealed = sdk::blob_at(row, 2);
      },
      sdk::Blob{key});
  if (!status) return kept;
  kept->answer = net::HttpAnswer();
  kept->answer->status = *status;
  kept->answer->type = *status == 200 ? "application/json" : "application/problem+json";
  kept->answer->body = db_.unseal("answers", key, sealed).reveal();
  return kept;
}

void Repeats::begin(const std::string& key, const std::string& request, Time now) {
  db_.run("DELETE FROM answers WHERE made < ?", now - kKept);
  db_.run(
      "DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY made LIMIT max(0, "
      "(SELECT "
      "count(*) FROM answers) - ?))",
      most_ - 1);
  db_.run("INSERT INTO answers VALUES (?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING", sdk::Blob{key},
          sdk::Blob{request}, now);
}

void Repeats::end(const std::string& key, const net::HttpAnswer& answer) {
  if (is_refused(answer)) {
    db_.run("DELETE FROM answers WHERE key = ?", sdk::Blob{key});
    return;
  }
  db_.run("UPDATE answers SET status = ?, answer_sealed = ? WHERE key = ?", answer.status,
          sdk::Blob{db_.seal("answers", key, answer.body)}, sdk::Blob{key});
}

Result<net::HttpAnswer> Repeats::answer(const Once& asked, Time now,
                                        const std::function<net::HttpAnswer()>& act) {
  if (!is_key(asked.key))
    return Refusal{RefusalCode::invalid_input,
                   "the header Idempotency-Key: 1 to 64 letters, digits, dashes"};
  std::string key, request;
  {
    const Lock lock(mutex_);
    key = db_.keyed("veerpont/gateway-repeat/v1", asked.who + '\n' + asked.key);
    request = db_.keyed("veerpont/gateway-repeat/v1",
                        std::string(asked.operation) + '\n' + std::string(asked.request));
    while (running_.contains(key)) ended_.wait(mutex_);
    if (const auto kept = find(key)) {
      if (kept->request != request) return Refusal{RefusalCode::key_reused};
      if (kept->answer) return *kept->answer;
      if (!asked.may_run_again) return Refusal{RefusalCode::perhaps_sent};
    }
    begin(key, request, now);
    running_.insert(key);
  }
  const std::shared_ptr<void> leaving(nullptr, [&](void*) {
    const Lock lock(mutex_);
    running_.erase(key);
    ended_.notify_all();
  });
  net::HttpAnswer answer = act();
  const Lock lock(mutex_);
  end(key, answer);
  return answer;
}

}  // namespace veerpont::gateway
