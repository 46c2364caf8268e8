// One connected organisation. Knows no socket: frames come in, frames go out. Requests are taken in
// arrival order.
#pragma once

#include <atomic>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "broker/sessions/broker.h"
#include "net/frames.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {

class Session final : public net::FrameSession, public std::enable_shared_from_this<Session> {
 public:
  // With a certificate that has ended, a session renews it, publishes keys and withdraws, and
  // nothing else. Refuses not-your-identity when no enrolled organisation has that key, busy past
  // the limits on sessions.
  static Result<std::shared_ptr<Session>> open(Broker& broker,
                                               const net::ClientCertificate& certificate,
                                               net::FrameLink link);
  ~Session() override;

  // From any thread.
  void receive(std::string frame) override;
  void wake();
  void goodbye();
  void closed() override;
  // What the committer has answered since the last call goes out. A thread woken for each answer
  // would cost as much as the answer, so a batch's answers cross over together.
  void send_answers();

 private:
  Session(Broker& broker, OrgId org, const net::ClientCertificate& certificate,
          net::FrameLink link);
  // Runs `work(*this)` on the session's strand of the pool; what it throws ends this session, not
  // the process.
  template <class Work>
  void on_strand(Work work);
  // The same in the turn of this organisation's reads.
  template <class Work>
  void read(Work work);
  // All below run there.
  void take(const std::string& bytes);
  void dispatch(v1::ClientFrame& frame);
  bool takes(const v1::ClientFrame& frame) const;
  void hello(std::uint64_t request, const v1::Hello& hello);
  void change(v1::ClientFrame& frame);
  void renew(std::uint64_t request, const v1::Renew& wanted);
  void look_up(std::uint64_t request, const v1::LookUp& wanted);
  void events(std::uint64_t request, const v1::Events& wanted);
  void send_events(std::uint64_t request, const v1::Events& wanted);
  void cosign(std::uint64_t request, const v1::Cosign& cosigned);
  void credit(std::uint64_t request, std::uint32_t messages);
  // Standing at the newest checkpoint; a witness's at the one that all of them are shown, of at
  // least this size.
  Prover prover(std::uint64_t at_least);
  void deliver();
  // Nothing when the store lacks a part of it.
  std::optional<v1::BrokerFrame> delivery_of(StoredMessage message, Prover& prover);
  void answer_credit(v1::Notice::Kind kind);
  struct Answered {
    std::uint64_t request;
    v1::ClientFrame::BodyCase kind;
    Result<Outcome> outcome;
  };
  void answered(Answered answered);  // on the committer's thread
  v1::BrokerFrame answer(const Answered& answered);
  void refuse(std::uint64_t request, const Refusal& refusal) { send(refused(request, refusal)); }
  v1::BrokerFrame refused(std::uint64_t request, const Refusal& refusal);
  void send(v1::BrokerFrame frame);
  bool identity_holds() const;

  Broker& broker_;
  OrgId org_;
  net::ClientCertificate certificate_;
  net::FrameLink link_;
  std::string id_;
  boost::asio::strand<boost::asio::thread_pool::executor_type> strand_;
  std::atomic<std::size_t> in_flight_ = 0;
  std::atomic<std::size_t> held_bytes_ = 0;  // of frames not taken yet
  Mutex mutex_;
  std::vector<Answered> answered_ VEERPONT_GUARDED_BY(mutex_);  // not sent yet
  bool welcomed_ = false;
  bool withdrawals_only_ = false;  // nothing else is taken here, and nothing else holds it up
  bool witness_ = false;           // it reads and cosigns
  bool log_read_ = false;
  bool leased_ = false;
  bool gone_ = false;            // the connection ended; nothing may be taken for it any more
  std::uint64_t sent_size_ = 0;  // of the checkpoint last sent
  std::uint32_t credit_ = 0;
  std::uint64_t credit_request_ = 0;  // to be answered when the mailbox is drained
  LogIndex cursor_;                   // of the last message delivered in this session
};

}  // namespace veerpont::broker
