// The real SDK before the real broker, in one process: no socket, everything of the broker in
// memory. What each says to the other is what they say over the network.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>

#include "broker/sessions/session.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/operations/context.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::fakes {

// One connection.
class MemoryLink final : public sdk::Transport {
 public:
  static Result<std::unique_ptr<sdk::Transport>> connect(Broker& broker, const Hash& certificate);
  ~MemoryLink() override { session_->closed(); }
  Status send(const std::string& frame, sdk::Deadline deadline) override;
  Result<std::optional<std::string>> receive(sdk::Deadline deadline) override;

 private:
  // What came; the session may speak after the link is gone.
  struct Mail {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::string> frames;
    bool closed = false;
  };
  std::shared_ptr<Mail> mail_ = std::make_shared<Mail>();
  std::shared_ptr<Session> session_;
};

// An organisation of a MemoryBroker with a home of its own in a folder, as after join.
class Inhabitant {
 public:
  Inhabitant(MemoryBroker& memory, const std::string& name, OrgKind kind,
             const std::string& folder);
  // To the broker that there is then.
  sdk::Connect connect() {
    return [this](sdk::Deadline) { return MemoryLink::connect(*memory_.broker, member.tls_key()); };
  }
  // Compares fingerprints with the other, as people do.
  void confirm(const Inhabitant& other);

  Member member;
  std::shared_ptr<sdk::OpenHome> home;

 private:
  MemoryBroker& memory_;
};

}  // namespace veerpont::fakes
