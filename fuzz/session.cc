// A byte string becomes a sequence of frames against the real session, gate and committer, over a
// store in memory.
#include "broker/sessions/session.h"

#include <condition_variable>

#include "audit/verifier.h"
#include "crypto/random.h"
#include "fuzz/targets.h"
#include "rules/referral_states.h"
#include "schemas/wire.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::fuzz {
namespace {

using namespace fakes;

const Time kBegin = time_from_ms(
    1'795'000'000'000);  // messages are created then: the parties' epoch keys are of that week
constexpr CategorySet kFirst{Category::grant_record, Category::routing};

// One connection: what the broker sent, and whether it hung up.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  net::FrameLink link() {
    // Sessions may speak after their connection is gone.
    return {[this, held = shared_from_this()](std::vector<std::string> all) {
              for (const std::string& bytes : all) take(bytes);
            },
            [this, held = shared_from_this()] {
              const std::lock_guard lock(mutex_);
              closed_ = true;
              changed_.notify_all();
            }};
  }
  void take(const std::string& bytes) {
    auto frame = wire::parse<v1::BrokerFrame>(bytes);
    require(static_cast<bool>(frame), "the broker's frames parse strictly");
    const std::lock_guard lock(mutex_);
    const bool answers =
        !(frame->has_notice() && frame->request_id() == 0) && !frame->has_delivery();
    answers_ += answers;
    frames_.push_back(std::move(*frame));
    changed_.notify_all();
  }
  std::size_t answers() const {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  void wait_past(std::size_t answers) {
    std::unique_lock lock(mutex_);
    require(changed_.wait_for(lock, std::chrono::seconds(20),
                              [&] { return closed_ || answers_ > answers; }),
            "every frame is answered");
  }
  std::vector<v1::BrokerFrame> frames() const {
    const std::lock_guard lock(mutex_);
    return frames_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::BrokerFrame> frames_;
  std::size_t answers_ = 0;
  bool closed_ = false;
};

struct Connected {
  Party& party;
  std::shared_ptr<Wire> wire = std::make_shared<Wire>();
  std::shared_ptr<broker::Session> session;

  void open(broker::Broker& broker) {
    close();
    wire = std::make_shared<Wire>();
    auto opened = broker::Session::open(broker, {party.certificate_key()}, wire->link());
    if (opened) session = std::move(*opened);
  }
  void close() {
    if (session) session->closed();
    session.reset();
  }
};

class Play {
 public:
  void run(Pieces in) {
    memory_.broker->start();
    for (auto* side : sides()) {
      side->open(*memory_.broker);
      v1::ClientFrame hello;
      hello.set_request_id(1);
      hello.mutable_hello();
      send(*side, hello);
    }
    for (int steps = 0; steps < 40 && !in.empty(); ++steps) step(in);
    for (auto* side : sides()) side->close();
    memory_.broker->drain();
    memory_.broker->finish();
    check();
  }

 private:
  std::array<Connected*, 2> sides() { return {&shelter_side_, &team_side_}; }

  void step(Pieces& in) {
    const unsigned char what = in.byte();
    Connected& side = what % 2 == 0 ? shelter_side_ : team_side_;
    const Connected& other = what % 2 == 0 ? team_side_ : shelter_side_;
    if (!side.session) return side.open(*memory_.broker);
    switch (what / 2 % 14) {
      case 0: {
        const std::string raw(in.text(in.u16() % 4096));
        const std::size_t before = side.wire->answers();
        side.session->receive(raw);
        side.wire->wait_past(before);
        break;
      }
      case 1:
        memory_.clock->advance(std::chrono::minutes(in.byte()) * (in.byte() % 32 + 1));
        memory_.broker->sweep();
        break;
      case 2:
        side.open(*memory_.broker);
        break;
      case 3:
        (void)memory_.broker->suspend(side.party.member.org, in.byte() % 2 == 0);
        break;
      default:
        send(side, changed(made(what / 2 % 14, side, other, in), in));
    }
    if (side.session && side.wire->closed()) side.close();
  }

  v1::ClientFrame made(int kind, const Connected& side, const Connected& other, Pieces& in) {
    const Signer signer = side.party.signer();
    const Time now = memory_.clock->now();
    v1::ClientFrame frame;
    switch (kind) {
      case 4:
        frame.mutable_hello();
        if (in.byte() % 2 == 0)
          frame.mutable_hello()->set_checkpoint(
              memory_.broker->committer().published()->checkpoint.note());
        return frame;
      case 5:
        grants_.push_back(fresh<GrantId>());
        return grant_frame(signer,
                           {other.party.member.org, CategorySet::from_bits(in.u16() & 0x1ffc),
                            CategorySet::from_bits(in.u16() & 0x0ffc), now,
                            *amsterdam_midnight("2027-01-01"), grants_.back()},
                           now);
      case 6:
        return withdraw_frame(signer, pick(grants_, in),
                              CategorySet::from_bits(in.byte() % 4 == 0 ? 0u : in.u16() & 0x1ffeu));
      case 7: {
        if (in.byte() % 2 == 0 || referrals_.empty()) referrals_.push_back(fresh<ReferralId>());
        const Step step = in.byte() % 2 == 0 ? Step::refer : static_cast<Step>(in.byte() % 18 + 1);
        messages_.push_back(fresh<MessageId>());
        CategorySet categories =
            CategorySet::from_bits(in.u16() & 0x3ffeu & (in.byte() % 2 == 0 ? 0x2000u : 0x3ffeu));
        if (step == Step::refer) categories = kFirst;
        if (categories.empty() && rules::needs_sections(step)) categories.add(Category::update);
        sent_.push_back(
            submit_frame(signer, other.party.statement(),
                         {pick(grants_, in), pick(referrals_, in), step, categories, kBegin,
                          std::chrono::hours(in.byte() + 1), messages_.back()}));
        return sent_.back();
      }
      case 8:
        return release_frame(signer, pick(messages_, in),
                             CategorySet::from_bits(in.u16() & 0x3ffeu));
      case 9:
        return received_frame(signer, other.party.member.org,
                              {pick(messages_, in), pick(messages_, in)});
      case 10:
        return rejected_frame(
            signer, pick(messages_, in),
            in.byte() % 2 == 0 ? RefusalCode::cannot_open : RefusalCode::malformed_document);
      case 11:
        frame.mutable_events()->set_from_index(in.byte());
        frame.mutable_events()->set_count(in.byte());
        return frame;
      case 12:
        if (in.byte() % 2 == 0) {
          frame.mutable_credit()->set_messages(in.byte());
        } else if (!sent_.empty()) {
          frame = sent_[in.byte() % sent_.size()];  // the same again
        }
        return frame;
      default:
        frame.mutable_look_up()->set_org(std::string(in.text(in.byte() % 16)));
        return frame;
    }
  }

  // Sometimes one byte is another one.
  static std::string changed(v1::ClientFrame frame, Pieces& in) {
    frame.set_request_id(7);
    std::string bytes = wire::serialise(frame);
    const unsigned char how = in.byte();
    if (how % 4 == 3) bytes[in.u16() % bytes.size()] = static_cast<char>(in.byte());
    return bytes;
  }
  void send(Connected& side, const v1::ClientFrame& frame) { send(side, wire::serialise(frame)); }
  void send(Connected& side, std::string bytes) {
    if (!side.session) return;
    Wire& wire = *side.wire;
    const std::size_t before = wire.answers();
    side.session->receive(std::move(bytes));
    wire.wait_past(before);
  }
  template <class T>
  static T pick(const std::vector<T>& from, Pieces& in) {
    const unsigned char which = in.byte();
    return from.empty() || which == 255 ? *T::from_bytes("0123456789abcdef")
                                        : from[which % from.size()];
  }

  // What must hold after any sequence.
  void check() {
    const auto state = memory_.store->state();
    auto ledger =
        broker::Ledger::open(*memory_.store->snapshot(), memory_.broker->signer().verifier);
    require(static_cast<bool>(ledger), "checkpoint, right edge and tiles agree");
    require(memory_.mark->mark && memory_.mark->mark->size == state->head.size.value,
            "the mark stands at the head");
    require(fault_in(*state).empty(), "leaves, chains, states and lists hold");
    for (const auto& [grant, categories] : state->tombstones)
      require((memory_.vault->present(grant) & categories).empty(), "no key after its tombstone");
    for (const auto& [key, share] : state->facts.shares) {
      const auto dead = state->tombstones.find(share.grant);
      require(dead == state->tombstones.end() || !dead->second.has(share.category),
              "no share after its tombstone");
    }
    for (const auto* side : sides())
      for (const auto& frame : side->wire->frames())
        if (frame.has_released())
          require(is_logged(*state, frame.released().event()), "no release without its event");
  }
  static bool is_logged(const StoredState& state, const v1::ProvenEvent& event) {
    const auto leaf = state.leaves.find(event.index());
    return leaf != state.leaves.end() && leaf->second.body == event.body() &&
           leaf->second.event.kind() == v1::EVENT_KIND_RELEASED;
  }

  MemoryBroker memory_{kBegin};
  Party shelter_{memory_, "de-binnenvest", OrgKind::shelter};
  Party team_{memory_, "jgt-leiden", OrgKind::youth_team};
  Connected shelter_side_{shelter_, {}, {}};
  Connected team_side_{team_, {}, {}};
  std::vector<GrantId> grants_;
  std::vector<ReferralId> referrals_;
  std::vector<MessageId> messages_;
  std::vector<v1::ClientFrame> sent_;
};

}  // namespace

void session(std::string_view bytes) { Play().run(Pieces(bytes)); }

}  // namespace veerpont::fuzz
