// A request that comes again under its Idempotency-Key is done once, and answered the same
// (draft-ietf-httpapi-idempotency-key-header). One file beside the home; answers are sealed. Safe
// from any thread.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "client_sdk/dossier/sealed_database.h"
#include "net/http.h"

namespace veerpont::gateway {

class Repeats {
 public:
  static constexpr auto kKept = std::chrono::days(7);
  static constexpr int kMost = 50'000;  // answers; the oldest go first
  static constexpr std::size_t kMostKey = 64;

  struct Once {
    std::string who;  // the log-in name
    std::string key;  // as the header says it
    std::string_view operation, request;
    // Whether doing it again changes nothing: where an answer was lost in a crash, it is done
    // again.
    bool may_run_again;
  };

  // `path`: made when it is not there. `most`: answers that are kept. Throws std::exception when it
  // cannot be opened with this key.
  Repeats(const std::string& path, const crypto::Key32& key, int most = kMost);

  // What `act` answers, now or before; nothing is kept of what it refuses. Waits for one that runs.
  // Refuses invalid-input for a key of other characters, key-reused for another request under it,
  // perhaps-sent when a crash hid how the first one ended.
  Result<net::HttpAnswer> answer(const Once& asked, Time now,
                                 const std::function<net::HttpAnswer()>& act);

  // A consistent copy. Throws std::exception when `path` is there, or cannot be written.
  void copy_to(const std::string& path) {
    const Lock lock(mutex_);
    db_.copy_to(path);
  }

 private:
  struct Kept {
    std::string request;
    std::optional<net::HttpAnswer> answer;
  };
  std::optional<Kept> find(const std::string& key) VEERPONT_REQUIRES(mutex_);
  void begin(const std::string& key, const std::string& request, Time now)
      VEERPONT_REQUIRES(mutex_);
  void end(const std::string& key, const net::HttpAnswer& answer) VEERPONT_REQUIRES(mutex_);

  const int most_;
  Mutex mutex_;
  Condition ended_;
  std::set<std::string> running_ VEERPONT_GUARDED_BY(mutex_);
  sdk::SealedDatabase db_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::gateway
