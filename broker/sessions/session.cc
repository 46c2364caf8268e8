#include "broker/sessions/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/kill_point.h"
#include "broker/log/prover.h"
#include "broker/sessions/request_kinds.h"
#include "broker/sessions/verify.h"
#include "broker/telemetry/journal.h"
#include "crypto/random.h"
#include "net/certificate_authority.h"
#include "rules/service_area.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

constexpr std::size_t kDeliverAtOnce = 8u << 20;
constexpr std::size_t kPageBytes = 2u << 20;
constexpr std::size_t kMostHeld = 32u << 20;

std::string serialised(v1::BrokerFrame frame) {
  std::string bytes = wire::serialise(frame);
  if (frame.has_released())
    for (auto& share : *frame.mutable_released()->mutable_shares())
      crypto::wipe(share.data(), share.size());
  return bytes;
}

}  // namespace

Result<std::shared_ptr<Session>> Session::open(Broker& broker,
                                               const net::ClientCertificate& certificate,
                                               net::FrameLink link) {
  const auto participants =
      broker.committer().published()->participants;  // held: a commit may publish others meanwhile
  for (const auto& [org, participant] : *participants) {
    if (!participant.enrolled || std::ranges::count(participant.tls_keys, certificate.key) == 0)
      continue;
    std::shared_ptr<Session> session(new Session(broker, org, certificate, std::move(link)));
    if (auto added = broker.sessions().add(org, session, broker.config().most_sessions); !added)
      return added.refusal();
    broker.metrics().sessions(+1);
    return session;
  }
  return Refusal{RefusalCode::not_your_identity};
}

Session::Session(Broker& broker, OrgId org, const net::ClientCertificate& certificate,
                 net::FrameLink link)
    : broker_(broker),
      org_(std::move(org)),
      certificate_(certificate),
      link_(std::move(link)),
      id_(crypto::to_hex(crypto::random_bytes(8))),
      strand_(boost::asio::make_strand(broker.pool().get_executor())) {}

Session::~Session() = default;

template <class Work>
void Session::on_strand(Work work) {
  boost::asio::post(strand_, [self = shared_from_this(), work = std::move(work)]() mutable {
    try {
      work(*self);
    } catch (const std::exception& broken) {
      journal(Level::critical, "session-failed", {{"error", broken.what()}});
      self->link_.close();
    }
  });
}

void Session::receive(std::string frame) {
  held_bytes_ += frame.size();
  if (++in_flight_ > limits::in_flight_close || held_bytes_ > kMostHeld) {
    link_.close();
    return;
  }
  on_strand([frame = std::move(frame)](Session& self) mutable {
    self.take(frame);
    self.held_bytes_ -= frame.size();
    crypto::wipe(frame.data(), frame.size());  // may carry shares
  });
}

void Session::wake() {
  on_strand([](Session& self) {
    if (!self.welcomed_ || self.gone_) return;
    v1::BrokerFrame frame;
    frame.mutable_notice()->set_kind(v1::Notice::KIND_NEW_EVENTS);
    self.send(std::move(frame));
  });
}

void Session::goodbye() {
  on_strand([](Session& self) {  // behind the answers that are still to go out
    v1::BrokerFrame frame;
    frame.mutable_notice()->set_kind(v1::Notice::KIND_GOODBYE);
    self.send(std::move(frame));
    self.link_.close();
  });
}

void Session::closed() {
  broker_.sessions().remove(org_, this);
  broker_.metrics().sessions(-1);
  on_strand([](Session& self) {
    self.gone_ = true;
    if (self.leased_)
      self.broker_.committer().submit(LeaseRequest{self.org_, self.id_, false}, [](const auto&) {});
    self.leased_ = false;
  });
}

void Session::take(const std::string& bytes) {
  auto frame = wire::parse<v1::ClientFrame>(bytes);
  if (!frame) {
    refuse(0, frame.refusal());
    link_.close();
    return;
  }
  broker_.metrics().request(kind_of(frame->body_case()));
  if (frame->request_id() == 0)
    return refuse(0, {RefusalCode::malformed, "ClientFrame.request_id"});  // could not be answered
  if (in_flight_ > limits::in_flight_busy)
    return refuse(frame->request_id(), {RefusalCode::busy, "256 requests in flight"});
  if (!identity_holds()) {
    refuse(frame->request_id(), {RefusalCode::not_your_identity});
    link_.close();
    return;
  }
  if (!welcomed_ && !frame->has_hello())
    return refuse(frame->request_id(), {RefusalCode::malformed, "Hello comes first"});
  try {
    dispatch(*frame);
  } catch (const std::exception& broken) {
    // Reading failed; nothing was decided. The client may ask again.
    journal(Level::critical, "read-failed",
            {{"request", kind_of(frame->body_case())}, {"error", broken.what()}});
    refuse(frame->request_id(), {RefusalCode::busy});
  }
  if (frame->has_submit())  // they are with the committer now
    for (auto& share : *frame->mutable_submit()->mutable_shares())
      crypto::wipe(share.data(), share.size());
}

bool Session::takes(const v1::ClientFrame& frame) const {
  if (certificate_.ended)
    return frame.has_hello() || frame.has_renew() || frame.has_publish_keys() ||
           frame.has_withdraw();
  if (witness_) return frame.has_events() || frame.has_cosign() || frame.has_hello();
  if (!withdrawals_only_) return true;
  return frame.has_withdraw() || frame.has_register_grant() || frame.has_events() ||
         frame.has_hello();
}

void Session::dispatch(v1::ClientFrame& frame) {
  const std::uint64_t request = frame.request_id();
  if (!takes(frame))
    return refuse(
        request,
        certificate_.ended
            ? Refusal{RefusalCode::busy,
                      "the certificate of this session has ended: renew it, and connect again"}
            : Refusal{RefusalCode::malformed,
                      witness_ ? "a session of a witness" : "a session for withdrawals only"});
  switch (frame.body_case()) {
    case v1::ClientFrame::kHello:
      return hello(request, frame.hello());
    case v1::ClientFrame::kRenew:
      return renew(request, frame.renew());
    case v1::ClientFrame::kLookUp:
      return read(
          [request, wanted = frame.look_up()](Session& me) { me.look_up(request, wanted); });
    case v1::ClientFrame::kEvents:
      return events(request, frame.events());
    case v1::ClientFrame::kCosign:
      return cosign(request, frame.cosign());
    case v1::ClientFrame::kCredit:
      return credit(request, frame.credit().messages());
    default:
      return change(frame);
  }
}

bool Session::identity_holds() const {
  const auto participants = broker_.committer().published()->participants;
  const auto me = participants->find(org_);
  return me != participants->end() && std::ranges::count(me->second.tls_keys, certificate_.key) > 0;
}

void Session::hello(std::uint64_t request, const v1::Hello& hello) {
  Prover prover = broker_.prover();
  std::uint64_t from = 0;
  if (!hello.checkpoint().empty()) {
    const auto theirs =
        audit::SignedCheckpoint::verify(hello.checkpoint(), broker_.signer().verifier);
    if (!theirs) return refuse(request, {RefusalCode::malformed, "Hello.checkpoint"});
    if (theirs->size() > prover.size() || prover.root_at(theirs->size()) != theirs->root()) {
      // We signed what our tree does not have: it was rolled back. Signing on would fork the log
      // and revive consent.
      broker_.freeze(hello.checkpoint());
      journal(Level::critical, "log-rolled-back",
              {{"shown", std::to_string(theirs->size())}, {"have", std::to_string(prover.size())}});
      return refuse(request,
                    {RefusalCode::tampered,
                     "the broker's log is older than yours, or another one; signing has stopped"});
    }
    from = theirs->size();
  }
  if (!broker_.sessions().may_stay(org_, hello.withdrawals_only(),
                                   broker_.config().most_sessions)) {
    refuse(request, {RefusalCode::busy, "too many sessions"});
    return link_.close();
  }
  if (hello.witness() && !broker_.witnesses().is_witness(org_))
    return refuse(request, {RefusalCode::unknown_key, "no witness of this log"});
  welcomed_ = true;
  witness_ = hello.witness();
  withdrawals_only_ = hello.withdrawals_only();
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  auto* welcome = frame.mutable_welcome();
  welcome->set_org(org_.str());
  welcome->set_time(to_ms(broker_.clock().now()));
  Prover at = this->prover(from);
  *welcome->mutable_checkpoint() = at.checkpoint(from);
  sent_size_ = at.size();
  --in_flight_;
  send(std::move(frame));
}

void Session::change(v1::ClientFrame& frame) {
  const std::uint64_t request = frame.request_id();
  if (!frame.has_withdraw() &&
      !(frame.has_submit() ? broker_.rate() : broker_.change_rate()).take(org_))
    return refuse(
        request, {RefusalCode::busy, frame.has_submit()
                                         ? std::to_string(broker_.config().submissions_per_second) +
                                               " submissions a second"
                                         : "too many changes a second"});
  const bool budgeted = !frame.has_withdraw() && !frame.has_submit();
  if (budgeted && !broker_.change_budget().has_room(org_))
    return refuse(request, {RefusalCode::busy, std::to_string(broker_.config().changes_per_hour) +
                                                   " changes an hour"});
  Prover prover = broker_.prover();
  auto verified = verify(frame, *prover.at().participants, org_, [&](const crypto::Seen& seen) {
    return broker_.seen_check().holds(seen, prover);
  });
  if (!verified) return refuse(request, verified.refusal());
  const std::size_t bytes = budgeted ? frame.ByteSizeLong() : 0;
  broker_.committer().submit(std::move(*verified),
                             [self = shared_from_this(), request, kind = frame.body_case(),
                              bytes](Result<Outcome> outcome) {
                               if (bytes > 0 && outcome && outcome->leaf)
                                 self->broker_.change_budget().charge(self->org_, bytes);
                               self->answered({request, kind, std::move(outcome)});
                             });
}

// In its organisation's turn, on the strand.
template <class Work>
void Session::read(Work work) {
  broker_.reads().run(org_,
                      [self = shared_from_this(), work = std::move(work)](ReadLane::Ended ended) {
                        self->on_strand([work, ended = std::move(ended)](Session& me) {
                          const auto began = std::chrono::steady_clock::now();
                          const auto end = [&] { ended(std::chrono::steady_clock::now() - began); };
                          try {
                            if (!me.gone_) work(me);
                          } catch (...) {
                            end();
                            throw;
                          }
                          end();
                        });
                      });
}

void Session::answered(Answered answered) {
  {
    const Lock lock(mutex_);
    answered_.push_back(std::move(answered));
    if (answered_.size() > 1) return;
  }
  broker_.sessions().has_answers(shared_from_this());
}

void Session::send_answers() {
  on_strand([](Session& self) {
    std::vector<Answered> all;
    {
      const Lock lock(self.mutex_);
      all.swap(self.answered_);
    }
    std::vector<std::string> frames;
    frames.reserve(all.size());
    for (const Answered& one : all) frames.push_back(serialised(self.answer(one)));
    self.link_.send(std::move(frames));
  });
}

v1::BrokerFrame Session::answer(const Answered& answered) {
  const auto& [request, kind, outcome] = answered;
  if (!outcome) return refused(request, outcome.refusal());
  Prover prover = broker_.prover();
  std::shared_ptr<const Leaf> leaf = outcome->leaf;
  if (!leaf)  // an earlier request logged it
    if (auto stored = prover.snapshot().event(outcome->index))
      leaf = std::make_shared<const Leaf>(std::move(*stored));
  if (!leaf) return refused(request, {RefusalCode::busy});
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  if (kind == v1::ClientFrame::kRelease) {
    auto* released = frame.mutable_released();
    *released->mutable_event() = prover.proven(*leaf, org_);
    *released->mutable_checkpoint() = prover.checkpoint(sent_size_);
    for (const auto& share : outcome->shares) released->add_shares(std::string(share.reveal()));
    if (outcome->state) released->set_state(static_cast<v1::ReferralState>(*outcome->state));
  } else {
    auto* receipt = frame.mutable_receipt();
    *receipt->mutable_event() = prover.proven(*leaf, org_);
    *receipt->mutable_checkpoint() = prover.checkpoint(sent_size_);
    if (outcome->state) receipt->set_state(static_cast<v1::ReferralState>(*outcome->state));
  }
  sent_size_ = prover.size();
  --in_flight_;
  return frame;
}

// A new certificate for any key that the newest statement lists. Nothing changes but its end, so
// nothing is stored.
void Session::renew(std::uint64_t request, const v1::Renew& wanted) {
  if (!broker_.change_rate().take(org_)) return refuse(request, {RefusalCode::busy});
  if (broker_.clock_guard().jumped())
    return refuse(request, {RefusalCode::clock_skew,
                            "the broker's clock jumped: no certificate is made by it"});
  auto certificate = net::sign_client_certificate(broker_.ca_key(), broker_.config().ca_certificate,
                                                  wanted.csr(), org_);
  if (!certificate) return refuse(request, certificate.refusal());
  const auto participants = broker_.committer().published()->participants;
  if (std::ranges::count(participants->at(org_).tls_keys, certificate->key_sha256) == 0)
    return refuse(request, {RefusalCode::not_your_identity, "Renew.csr"});
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  frame.mutable_renewed()->set_certificate(certificate->der);
  --in_flight_;
  send(std::move(frame));
}

void Session::look_up(std::uint64_t request, const v1::LookUp& wanted) {
  Prover prover = broker_.prover();
  const auto org = OrgId::parse(wanted.org());
  if (!wanted.org().empty() && !org) return refuse(request, {RefusalCode::malformed, "LookUp.org"});
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  auto* directory = frame.mutable_directory();
  if (wanted.org().empty())
    for (const auto& [municipality, telephone] : broker_.access_points()->all()) {
      auto* point = directory->add_access_points();
      point->set_municipality(municipality);
      point->set_telephone(telephone);
    }
  for (const auto& [id, participant] : *prover.at().participants) {
    if (!participant.enrolled || (org && *org != id)) continue;
    if (wanted.kind() != v1::ORG_KIND_UNSPECIFIED &&
        static_cast<int>(participant.kind) != wanted.kind())
      continue;
    if (auto entry = prover.entry(participant, LogIndex{prover.size() - 1}, org_))
      *directory->add_entries() = std::move(*entry);
  }
  *directory->mutable_checkpoint() = prover.checkpoint(sent_size_);
  sent_size_ = prover.size();
  --in_flight_;
  send(std::move(frame));
}

void Session::events(std::uint64_t request, const v1::Events& wanted) {
  if (wanted.count() == 0 || wanted.count() > limits::event_page)
    return refuse(request, {RefusalCode::too_large, "Events.count: 512"});
  const auto participants = broker_.committer().published()->participants;
  const bool oversight = participants->at(org_).kind == OrgKind::oversight;
  if (!oversight || log_read_)
    return read([request, wanted](Session& me) { me.send_events(request, wanted); });
  // That oversight read the log is itself in the log, before it reads.
  broker_.committer().submit(LogReadRequest{org_}, [self = shared_from_this(), request,
                                                    wanted](const Result<Outcome>& outcome) {
    self->on_strand([request, wanted, done = static_cast<bool>(outcome)](Session& me) {
      if (!done) return me.refuse(request, {RefusalCode::busy});
      me.log_read_ = true;
      me.read([request, wanted](Session& reader) { reader.send_events(request, wanted); });
    });
  });
}

Prover Session::prover(std::uint64_t at_least) {
  if (!witness_) return broker_.prover();
  return broker_.prover(
      broker_.witnesses().to_sign(broker_.committer().published(), std::max(at_least, sent_size_)));
}

void Session::send_events(std::uint64_t request, const v1::Events& wanted) {
  Prover prover = this->prover(wanted.from_index());
  const bool everything = prover.at().participants->at(org_).kind == OrgKind::oversight &&
                          broker_.config().oversight_bodies;
  const std::uint64_t size = prover.size();
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  auto* page = frame.mutable_event_page();
  page->set_next_index(std::max(size, wanted.from_index()));
  std::size_t bytes = 0;
  const auto leaves =
      prover.snapshot().events_for(org_, everything, LogIndex{wanted.from_index()}, wanted.count());
  for (std::size_t i = 0; i < leaves.size() && leaves[i].index.value < size; ++i) {
    *page->add_events() = prover.proven(leaves[i], org_, everything);
    if (leaves[i].event.actor() != org_.str())
      prover.add_seen_proof(leaves[i], *page->mutable_events()->rbegin());
    bytes += page->events(page->events_size() - 1).ByteSizeLong();
    const bool full = bytes > kPageBytes || i + 1 == wanted.count();
    if (full) page->set_next_index(leaves[i].index.value + 1);
    if (full) break;
  }
  const std::uint64_t keys = prover.at().withdrawn_size();
  const std::uint64_t missing = keys - std::min(keys, wanted.withdrawn_from());
  for (const WithdrawnKey& one : prover.snapshot().withdrawn_from(
           wanted.withdrawn_from(), std::min<std::size_t>(missing, limits::withdrawn_page)))
    *page->mutable_withdrawn() +=
        crypto::Transcript().u64(one.state.value).bytes(one.key.bytes()).str();
  if (auto fixed = prover.fixed_state()) *page->mutable_fixed_state() = std::move(*fixed);
  *page->mutable_checkpoint() = prover.checkpoint(sent_size_);
  for (auto& one : broker_.witnesses().newest_of_each())
    if (one.size <= size) *page->add_witnessed() = prover.witnessed(one.size, std::move(one.text));
  sent_size_ = size;
  --in_flight_;
  send(std::move(frame));
}

void Session::cosign(std::uint64_t request, const v1::Cosign& cosigned) {
  if (!broker_.change_rate().take(org_))
    return refuse(request, {RefusalCode::busy, "too many changes a second"});
  if (broker_.committer().frozen())
    return refuse(request, {RefusalCode::busy, "signing has stopped; the operator must act"});
  Prover prover = broker_.prover();
  if (auto taken = broker_.witnesses().take(org_, cosigned.size(), cosigned.cosignature(), prover);
      !taken)
    return refuse(request, taken.refusal());
  broker_.heard_witnesses();
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  frame.mutable_notice()->set_kind(v1::Notice::KIND_COSIGNED);
  --in_flight_;
  send(std::move(frame));
}

void Session::credit(std::uint64_t request, std::uint32_t messages) {
  const auto participants = broker_.committer().published()->participants;
  if (participants->at(org_).suspended) return refuse(request, {RefusalCode::sender_suspended});
  if (credit_request_ != 0) answer_credit(v1::Notice::KIND_MAILBOX_DRAINED);
  credit_ = std::min<std::uint32_t>(messages, 10'000);
  credit_request_ = request;
  if (leased_) return read([](Session& me) { me.deliver(); });
  broker_.committer().submit(LeaseRequest{org_, id_, true}, [self = shared_from_this()](
                                                                const Result<Outcome>& outcome) {
    self->on_strand([mine = static_cast<bool>(outcome)](Session& me) {
      if (me.gone_) {  // it left before the lease was written: give it back
        if (mine)
          me.broker_.committer().submit(LeaseRequest{me.org_, me.id_, false}, [](const auto&) {});
        return;
      }
      me.leased_ = mine;
      if (mine) return me.read([](Session& reader) { reader.deliver(); });
      me.credit_ = 0;
      me.answer_credit(v1::Notice::KIND_LEASED_ELSEWHERE);
    });
  });
}

// Credit is for what waits now; what comes later wants new credit, after the notice of new events.
void Session::answer_credit(v1::Notice::Kind kind) {
  if (credit_request_ == 0) return;
  credit_ = 0;
  v1::BrokerFrame frame;
  frame.set_request_id(std::exchange(credit_request_, 0));
  frame.mutable_notice()->set_kind(kind);
  --in_flight_;
  send(std::move(frame));
}

// A part of the mailbox; the rest when it is this organisation's turn again.
void Session::deliver() {
  if (credit_ == 0) return answer_credit(v1::Notice::KIND_MAILBOX_DRAINED);
  Prover prover = broker_.prover();
  auto mail = prover.snapshot().mail_for(org_, LogIndex{cursor_.value}, kDeliverAtOnce);
  bool more = !mail.empty();
  std::vector<std::string> frames;
  for (StoredMessage& message : mail) {
    if (credit_ == 0) break;
    if (message.fact.index.value >= prover.size()) {  // its notice comes when it is published
      more = false;
      break;
    }
    cursor_ = message.fact.index;
    auto frame = delivery_of(std::move(message), prover);
    if (!frame) continue;  // check() reports a damaged store; nothing to deliver from it
    --credit_;
    broker_.metrics().delivered();
    frames.push_back(serialised(std::move(*frame)));
  }
  if (!frames.empty()) kill_point("before-deliver");
  if (!frames.empty()) link_.send(std::move(frames));
  if (!more) return answer_credit(v1::Notice::KIND_MAILBOX_DRAINED);
  kill_point("after-deliver");
  read([](Session& me) { me.deliver(); });
}

std::optional<v1::BrokerFrame> Session::delivery_of(StoredMessage message, Prover& prover) {
  const auto& participants = *prover.at().participants;
  const auto participant = participants.find(message.fact.sender);
  const auto grant = prover.snapshot().grant_event(message.fact.grant);
  auto sender = participant == participants.end()
                    ? std::nullopt
                    : prover.entry(participant->second, message.fact.index, org_);
  if (message.leaf.body.empty() || !grant || !sender) return std::nullopt;
  v1::BrokerFrame frame;
  auto* delivery = frame.mutable_delivery();
  *delivery->mutable_envelope() = std::move(message.envelope);
  *delivery->mutable_event() = prover.proven(message.leaf, org_);
  delivery->mutable_event()->clear_object();  // the envelope brings it
  *delivery->mutable_grant_event() = prover.proven(*grant, org_);
  *delivery->mutable_grant() = delivery->grant_event().object();
  delivery->mutable_grant_event()->clear_object();
  *delivery->mutable_sender() = std::move(*sender);
  *delivery->mutable_checkpoint() = prover.checkpoint(sent_size_);
  sent_size_ = prover.size();
  return frame;
}

v1::BrokerFrame Session::refused(std::uint64_t request, const Refusal& refusal) {
  broker_.metrics().refused(refusal.code);
  v1::BrokerFrame frame;
  frame.set_request_id(request);
  frame.mutable_refused()->set_code(static_cast<v1::RefusalCode>(refusal.code));
  frame.mutable_refused()->set_detail(refusal.detail);
  --in_flight_;
  return frame;
}

void Session::send(v1::BrokerFrame frame) { link_.send({serialised(std::move(frame))}); }

}  // namespace veerpont::broker
