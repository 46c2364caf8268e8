// What the use cases of an organisation work with, one of them at a time: its home, a way to the
// broker, and the session while it lasts. Each use case is a function over it, in a file of its
// own.
#pragma once

#include <functional>
#include <memory>

#include "base/bounded_memo.h"
#include "base/mutex.h"
#include "client_sdk/home/home.h"
#include "client_sdk/link/session.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

struct Context {
  static constexpr auto kPatience = std::chrono::seconds(10);
  static constexpr std::size_t kMostRemembered = 10'000;

  Context(std::shared_ptr<OpenHome> its_home, Connect its_connect)
      : home(std::move(its_home)), connect(std::move(its_connect)) {}

  Dossier& dossier() const { return *home->dossier; }
  const OrgId& org() const { return home->config.org; }
  // Tells on_alarm, when somebody listens.
  void alarm(const std::string& text) const;
  // Of the connection, for poll(); to be closed by the caller. -1: none.
  int copy_of_descriptor() const;
  // When this home last read the log to its end; nothing: never.
  std::optional<Time> as_of() const;
  // Forgets a session after a refusal that says the connection is gone or cannot be trusted.
  void drop_if_broken(RefusalCode code);

  std::shared_ptr<OpenHome> home;
  Connect connect;
  SystemClock clock;
  Mutex turn;  // calls that share a context take turns
  // How long to wait for a connection and its Welcome.
  std::chrono::milliseconds patience = kPatience;
  std::unique_ptr<Session> session;
  std::unique_ptr<Session> witness_session;
  std::chrono::steady_clock::time_point witnessed_at;
  std::optional<Cosigned> cosigned;  // the last one that the broker took
  std::chrono::steady_clock::time_point maintained;
  // Told what somebody must know whatever was asked for: a clock that is wrong, keys that were not
  // published.
  std::function<void(const std::string&)> on_alarm;
  bool look_for_unread = false;
  bool sends_waiting = false;

  // What rows say of a grant and of a document that was sent.
  struct GrantTerms {
    std::string kind, ground;
    CategorySet categories;
  };
  BoundedMemo<GrantId, GrantTerms> terms{kMostRemembered};
  BoundedMemo<ReferralId, crypto::SecretBytes> own_numbers{kMostRemembered};
};

// Runs a use case in its turn, and forgets a session that broke in it.
template <class Call>
auto in_turn(Context& context, Call call) {
  const Lock turn(context.turn);
  auto result = call();
  if (!result) context.drop_if_broken(result.refusal().code);
  return result;
}

}  // namespace veerpont::sdk
