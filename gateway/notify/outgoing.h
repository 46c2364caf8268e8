// Who outside the pages hears that something waits or changed: people by mail, programs by webhook;
// neither hears about what. Any thread; sweep() in one.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/people/store.h"

namespace veerpont::gateway {

// Something to be read: who has it in hand (a log-in name; empty: nobody), when it came, and
// whether it must be read within a day.
struct Waiting {
  std::string holder;
  Time came;
  bool urgent;
};

// Whether `login` is told: at most once a working day, and at once of what must be read within a
// day. `told`: the last time.
bool is_told(const std::string& login, const std::vector<Waiting>& waiting, Time told, Time now);

class Outgoing {
 public:
  static constexpr int kMostHooks = 10;
  static constexpr auto kTriedFor = std::chrono::hours(24);

  // `hidden`: an organisation whose place nobody may learn sends nothing past its proxy.
  Outgoing(Store& store, const Clock& clock, std::function<bool()> hidden)
      : store_(store), clock_(clock), hidden_(std::move(hidden)) {}

  v1::MailSettings mail();
  // Refuses invalid-input, hidden-organisation.
  Result<v1::MailSettings> set_mail(const v1::MailSettings& wanted);
  // Refuses invalid-input, local-failure with what the server said.
  Status test_mail(const std::string& to);
  // Refuses invalid-input.
  Status set_own_mail(const std::string& login, const std::string& mail);

  v1::HooksAnswer hooks();
  Result<v1::AddHookAnswer> add_hook(const v1::AddHookRequest& wanted);
  Status remove_hook(const std::string& id);

  // Sends what is to be sent. `waits`: what waits for anybody, asked once and only when somebody
  // may have to hear of it.
  void sweep(std::uint64_t changes, const std::function<std::vector<Waiting>()>& waits);

 private:
  struct Tried {
    std::uint64_t told = 0;  // the number that was delivered
    std::optional<Time> failing_since = {};
    Time next = {};
  };
  std::optional<v1::StoredMail> stored_mail();
  v1::StoredHooks stored_hooks();
  void send_mail(const std::function<std::vector<Waiting>()>& waits);
  void send_hooks(std::uint64_t changes);

  Store& store_;
  const Clock& clock_;
  const std::function<bool()> hidden_;
  Mutex mutex_;
  std::map<std::string, Tried> tried_ VEERPONT_GUARDED_BY(mutex_);
  // Of sweep() alone: when people were last looked at, and after which change.
  Time looked_ = {};
  std::uint64_t looked_at_ = 0;
};

}  // namespace veerpont::gateway
