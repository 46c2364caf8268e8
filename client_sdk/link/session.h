// One session with the broker: requests and their answers, every checkpoint checked against the
// last. The broker is not trusted; what does not verify is `tampered`.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "audit/state_leaf.h"
#include "audit/verifier.h"
#include "client_sdk/home/home.h"
#include "client_sdk/link/transport.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::sdk {

// A witness's session reads and cosigns; it ends when another command of this home pinned something
// meanwhile, so that what it signs extends all that was ever pinned here.
enum class SessionUse { everything, withdrawals, witness };

class Session {
 public:
  // Says Hello with the pinned checkpoint and verifies the Welcome. Refuses broker-unreachable,
  // tampered, ….
  static Result<std::unique_ptr<Session>> begin(OpenHome& home,
                                                std::unique_ptr<Transport> transport,
                                                SessionUse use = SessionUse::everything,
                                                std::optional<Deadline> welcome_by = {});

  // Sends and waits for the answer of this request, 30 seconds when not said. A Refused comes back
  // as its refusal.
  Result<v1::BrokerFrame> request(v1::ClientFrame frame, std::optional<Deadline> answer_by = {});
  // As Transport::descriptor().
  int descriptor() const { return transport_->descriptor(); }
  // Whether bytes of the last request left and no answer came: nobody here knows whether it was
  // done.
  bool unanswered() const { return unanswered_; }
  // Sends Credit and hands every delivery to `take` until the broker says that nothing more waits;
  // how many came, or nothing when another session of this organisation receives.
  Result<std::optional<std::size_t>> receive(
      std::uint32_t messages, const std::function<Status(const v1::Delivery&)>& take);
  // The broker's clock now: what it showed at Hello, and the time since.
  Time broker_time() const {
    return welcome_time_ + std::chrono::floor<std::chrono::milliseconds>(
                               std::chrono::steady_clock::now() - welcomed_at_);
  }
  // Waits for any notice; whether one came.
  Result<bool> wait_for_notice(Deadline deadline);

  // The receipt's event under its checkpoint: of this kind, by us, over this object. Remembered for
  // the audit.
  Result<audit::VerifiedEvent> verify_receipt(const v1::ProvenEvent& event, v1::EventKind kind,
                                              const std::string& object_body);
  // Any event under the newest verified checkpoint.
  Result<audit::VerifiedEvent> verify_event(const v1::ProvenEvent& event) const;
  const audit::SignedCheckpoint& checkpoint() const { return *checkpoint_; }
  // What the tree of that checkpoint says of the two lists; its last leaf.
  const audit::TreeState& state() const { return *state_; }
  // Of this session, unlike that of any other.
  std::string name() const {
    return std::to_string(to_ms(welcome_time_)) + "-" +
           std::to_string(welcomed_at_.time_since_epoch().count());
  }

 private:
  Session(OpenHome& home, std::unique_ptr<Transport> transport)
      : home_(home), transport_(std::move(transport)) {}
  Result<v1::BrokerFrame> next(Deadline deadline);
  Status advance(const v1::ProvenCheckpoint& offered);
  Refusal disbelieved(const v1::ProvenCheckpoint& offered, const Refusal& why);
  OpenHome& home_;
  std::unique_ptr<Transport> transport_;
  SessionUse use_ = SessionUse::everything;
  std::uint64_t last_request_ = 0;
  bool unanswered_ = false;
  std::optional<audit::SignedCheckpoint> checkpoint_;
  std::optional<audit::TreeState> state_;
  std::string pinned_note_;  // what the dossier had when we last wrote it
  bool pins_ =
      true;  // until another command pinned something else: then the next Hello must prove itself
  Time welcome_time_{};
  std::chrono::steady_clock::time_point welcomed_at_;
};

}  // namespace veerpont::sdk
