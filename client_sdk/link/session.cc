#include "client_sdk/link/session.h"

#include "audit/event_table.h"
#include "base/limits.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/home/refusals.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr auto kAnswerTime = std::chrono::seconds(30);
constexpr char kNoAnswer[] = "no answer in time";

const v1::ProvenCheckpoint* checkpoint_in(const v1::BrokerFrame& frame) {
  switch (frame.body_case()) {
    case v1::BrokerFrame::kWelcome:
      return &frame.welcome().checkpoint();
    case v1::BrokerFrame::kReceipt:
      return &frame.receipt().checkpoint();
    case v1::BrokerFrame::kReleased:
      return &frame.released().checkpoint();
    case v1::BrokerFrame::kDelivery:
      return &frame.delivery().checkpoint();
    case v1::BrokerFrame::kDirectory:
      return &frame.directory().checkpoint();
    case v1::BrokerFrame::kEventPage:
      return &frame.event_page().checkpoint();
    default:
      return nullptr;
  }
}

Refusal refusal_of(const v1::Refused& refused) {
  const auto code = refusal_from_number(refused.code());
  // Codes that are ours alone never come from a broker; but it says so itself when its log is not
  // the one that it showed us before.
  if (!code || (*code >= RefusalCode::identity_unconfirmed && *code != RefusalCode::tampered))
    return Refusal{RefusalCode::malformed, "Refused.code"};
  return Refusal{*code, refused.detail()};
}

// An answer to nothing in particular ends a session; it decides nothing about what was asked in it.
Refusal refused_unasked(const v1::Refused& refused, bool first) {
  const Refusal said = refusal_of(refused);
  const int exit = exit_code_of(said.code);
  return first || exit == 4 || exit == 5 || said.code == RefusalCode::busy
             ? said
             : Refusal{RefusalCode::busy, "the broker ended the session: " + describe(said)};
}

}  // namespace

Result<std::unique_ptr<Session>> Session::begin(OpenHome& home,
                                                std::unique_ptr<Transport> transport,
                                                SessionUse use,
                                                std::optional<Deadline> welcome_by) {
  std::unique_ptr<Session> session(new Session(home, std::move(transport)));
  session->use_ = use;
  session->pinned_note_ = home.dossier->events.pinned();
  if (!session->pinned_note_.empty()) {
    session->checkpoint_ =
        audit::SignedCheckpoint::verify(session->pinned_note_, home.config.log_key);
    if (!session->checkpoint_) return tampered("the pinned checkpoint in the dossier");
  }
  v1::ClientFrame hello;
  hello.mutable_hello()->set_checkpoint(session->pinned_note_);
  hello.mutable_hello()->set_withdrawals_only(use == SessionUse::withdrawals);
  hello.mutable_hello()->set_witness(use == SessionUse::witness);
  auto welcome = session->request(std::move(hello), welcome_by);
  if (!welcome) return welcome.refusal();
  if (!welcome->has_welcome() || welcome->welcome().org() != home.config.org.str())
    return tampered("Welcome");
  session->welcome_time_ = time_from_ms(welcome->welcome().time());
  session->welcomed_at_ = std::chrono::steady_clock::now();
  return session;
}

Result<v1::BrokerFrame> Session::request(v1::ClientFrame frame, std::optional<Deadline> answer_by) {
  const std::uint64_t id = ++last_request_;
  frame.set_request_id(id);
  const Deadline deadline = answer_by.value_or(std::chrono::steady_clock::now() + kAnswerTime);
  std::string bytes = wire::serialise(frame);
  unanswered_ = true;
  auto sent = transport_->send(bytes, deadline);
  crypto::wipe(bytes.data(), bytes.size());
  if (frame.has_submit())
    for (auto& share : *frame.mutable_submit()->mutable_shares())
      crypto::wipe(share.data(), share.size());
  if (!sent) return sent.refusal();
  for (;;) {
    auto answer = next(deadline);
    if (!answer) return answer.refusal();
    const bool ours = answer->request_id() == id;
    if (ours) unanswered_ = false;
    if (answer->has_refused() && ours) return refusal_of(answer->refused());
    if (answer->has_refused() && answer->request_id() == 0)
      return refused_unasked(answer->refused(), id == 1);
    if (ours) return std::move(*answer);
  }
}

Result<v1::BrokerFrame> Session::next(Deadline deadline) {
  auto bytes = transport_->receive(deadline);
  if (!bytes) return bytes.refusal();
  if (!*bytes) return Refusal{RefusalCode::broker_unreachable, kNoAnswer};
  std::string& text = **bytes;
  auto frame = wire::parse<v1::BrokerFrame>(text);
  crypto::wipe(text.data(), text.size());  // may carry shares
  if (!frame) return tampered("a frame of the broker");
  if (const auto* offered = checkpoint_in(*frame))
    if (auto advanced = advance(*offered); !advanced) return advanced.refusal();
  return frame;
}

// Two roots that the log signed for one size are kept: they convict it.
Refusal Session::disbelieved(const v1::ProvenCheckpoint& offered, const Refusal& why) {
  const auto other = audit::SignedCheckpoint::verify(offered.note(), home_.config.log_key);
  if (!other || !checkpoint_ || other->size() != checkpoint_->size() ||
      other->root() == checkpoint_->root())
    return why;
  v1::LogEvidence evidence = evidence_of(home_, why.detail, SystemClock().now());
  evidence.add_notes(checkpoint_->note());
  evidence.add_notes(other->note());
  condemn(home_, evidence);
  return why;
}

Status Session::advance(const v1::ProvenCheckpoint& offered) {
  auto next = audit::advance(home_.config.log_key, checkpoint_, offered);
  if (!next) return disbelieved(offered, next.refusal());
  if (next->size() == 0) return tampered("a log without an event");
  auto state =
      audit::verify_state(offered.state(), LogIndex{next->size() - 1}, next->size(), next->root());
  if (!state) return state.refusal();
  checkpoint_ = std::move(*next);
  state_ = *state;
  if (!pins_ || checkpoint_->note() == pinned_note_) return Done{};
  if (home_.dossier->events.advance(pinned_note_, checkpoint_->note())) {
    pinned_note_ = checkpoint_->note();
    return Done{};
  }
  // Another command pinned something meanwhile, and nothing proves ours against it: this session
  // pins no more. A witness signs what extends everything that this home ever pinned.
  pins_ = false;
  if (use_ == SessionUse::witness)
    return Refusal{RefusalCode::busy, "another program of this home read further"};
  const auto theirs =
      audit::SignedCheckpoint::verify(home_.dossier->events.pinned(), home_.config.log_key);
  if (!theirs || (theirs->size() == checkpoint_->size() && theirs->root() != checkpoint_->root()))
    return tampered("two roots for one size");
  return Done{};
}

Result<std::optional<std::size_t>> Session::receive(
    std::uint32_t messages, const std::function<Status(const v1::Delivery&)>& take) {
  const std::uint64_t id = ++last_request_;
  v1::ClientFrame frame;
  frame.set_request_id(id);
  frame.mutable_credit()->set_messages(messages);
  if (auto sent =
          transport_->send(wire::serialise(frame), std::chrono::steady_clock::now() + kAnswerTime);
      !sent)
    return sent.refusal();
  std::size_t came = 0;
  for (;;) {
    auto answer = next(std::chrono::steady_clock::now() + kAnswerTime);
    if (!answer) return answer.refusal();
    if (answer->has_delivery()) {
      if (auto taken = take(answer->delivery()); !taken) return taken.refusal();
      ++came;
    }
    if (answer->request_id() != id) continue;
    if (answer->has_refused()) return refusal_of(answer->refused());
    if (answer->notice().kind() == v1::Notice::KIND_LEASED_ELSEWHERE)
      return std::optional<std::size_t>();
    return std::optional(came);
  }
}

Result<bool> Session::wait_for_notice(Deadline deadline) {
  auto frame = next(deadline);
  if (!frame && frame.refusal().code == RefusalCode::broker_unreachable &&
      frame.refusal().detail == kNoAnswer)
    return false;
  if (!frame) return frame.refusal();
  return true;
}

Result<audit::VerifiedEvent> Session::verify_receipt(const v1::ProvenEvent& event,
                                                     v1::EventKind kind,
                                                     const std::string& object_body) {
  auto verified = verify_event(event);
  if (!verified) return verified.refusal();
  const bool ours = verified->event.kind() == kind &&
                    verified->event.actor() == home_.config.org.str() &&
                    verified->event.object_sha256() == crypto::sha256(object_body).bytes();
  if (!ours ||
      (audit::row_of(kind).signed_type && audit::contradicts(verified->event, object_body)))
    return tampered("the receipt is for something else");
  auto opening = audit::open_chain(*verified, event, home_.config.org);
  if (!opening) return opening.refusal();
  home_.dossier->events.put_receipt(verified->index, verified->leaf);
  return verified;
}

Result<audit::VerifiedEvent> Session::verify_event(const v1::ProvenEvent& event) const {
  return audit::verify_event(event, checkpoint_->size(), checkpoint_->root());
}

}  // namespace veerpont::sdk
