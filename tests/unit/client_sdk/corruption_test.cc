// Every byte of everything that the broker hands over, changed one at a time on its way: whoever
// relies on it notices, says which artefact it was, and keeps nothing of it.
#include <set>

#include "client_sdk/home/log_verdict.h"
#include "client_sdk/operations/open.h"
#include "tests/fakes/lying_broker.h"

namespace veerpont::sdk {
namespace {

using fakes::LyingBroker;

using Spoil = std::function<void(v1::BrokerFrame&)>;

class CorruptingTransport final : public Transport {
 public:
  CorruptingTransport(std::unique_ptr<Transport> inner, const Spoil& spoil)
      : inner_(std::move(inner)), spoil_(spoil) {}
  Status send(const std::string& frame, Deadline deadline) override {
    return inner_->send(frame, deadline);
  }
  Result<std::optional<std::string>> receive(Deadline deadline) override {
    auto bytes = inner_->receive(deadline);
    if (!bytes || !*bytes) return bytes;
    auto frame = wire::parse<v1::BrokerFrame>(**bytes);
    if (!frame) return bytes;
    spoil_(*frame);
    return std::optional(wire::serialise(*frame));
  }

 private:
  std::unique_ptr<Transport> inner_;
  const Spoil& spoil_;
};

// The bytes of one artefact in a frame, or null when the frame does not carry it.
using Pick = std::function<std::string*(v1::BrokerFrame&)>;

class Corruption : public LyingBroker {
 protected:
  Result<std::vector<InboxRow>> fetch(Context& fetching) { return mail(fetching); }

  // Flips one bit of every byte of what `pick` finds; `act` must fail each time as tampered with
  // one of `details`, and must not fail when nothing is flipped.
  void each_byte(const char* artefact, const Pick& pick, const std::function<Status(Context&)>& act,
                 const std::set<std::string>& details) {
    std::size_t size = 0;
    std::size_t at = 0;
    bool flips = true;
    const Spoil spoil = [&](v1::BrokerFrame& frame) {
      std::string* bytes = pick(frame);
      if (bytes == nullptr) return;
      size = bytes->size();
      if (flips && at < size) (*bytes)[at] = static_cast<char>((*bytes)[at] ^ (1 << (at % 8)));
    };
    const auto attempt = [&]() -> Status {
      trust(*home);  // two contacts in a row would be a verdict
      Context fresh(home, [&](Deadline deadline) -> Result<std::unique_ptr<Transport>> {
        return std::unique_ptr<Transport>(std::make_unique<CorruptingTransport>(
            std::move(*broker.connect(me.org.str())(deadline)), spoil));
      });
      return act(fresh);
    };
    std::set<std::string> seen;
    do {
      const Status done = attempt();
      ASSERT_FALSE(done) << artefact << ": byte " << at << " of " << size << " may be anything";
      ASSERT_EQ(done.refusal().code, RefusalCode::tampered)
          << artefact << ": byte " << at << ": " << describe(done.refusal());
      seen.insert(done.refusal().detail);
    } while (++at < size);
    for (const auto& detail : seen)
      EXPECT_TRUE(details.contains(detail)) << artefact << " is noticed as: " << detail;
    EXPECT_GE(size, 32u) << artefact << " was not there";
    EXPECT_TRUE(home->dossier->inbox.list({{InboxRecord::State::stored}}).empty() || keeps_mail)
        << artefact;
    flips = false;
    const Status honest = attempt();
    EXPECT_TRUE(honest) << artefact << ": " << describe(honest.refusal());
  }

  void delivered(const char* artefact, const Pick& pick, const std::set<std::string>& details) {
    confirm();
    broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
    each_byte(
        artefact, pick, [&](Context& e) { return status_of(fetch(e)); }, details);
  }
  template <class T>
  static Status status_of(const Result<T>& result) {
    return result ? Status(Done{}) : Status(result.refusal());
  }
  bool keeps_mail = false;
};

Pick in_delivery(std::function<std::string*(v1::Delivery&)> pick) {
  return [pick = std::move(pick)](v1::BrokerFrame& frame) {
    return frame.has_delivery() ? pick(*frame.mutable_delivery()) : nullptr;
  };
}

TEST_F(Corruption, OfADeliveredHeader) {
  delivered("header", in_delivery([](auto& d) { return d.mutable_envelope()->mutable_header(); }),
            {"a delivered header", "a delivery of something else", "a frame of the broker"});
}
TEST_F(Corruption, OfADeliveredSignature) {
  delivered("signature",
            in_delivery([](auto& d) { return d.mutable_envelope()->mutable_signature(); }),
            {"a sender's signature"});
}
TEST_F(Corruption, OfADeliveredCiphertext) {
  delivered("ciphertext",
            in_delivery([](auto& d) { return d.mutable_envelope()->mutable_ciphertexts(1); }),
            {"a sealed section"});
}
TEST_F(Corruption, OfADeliveredGrant) {
  delivered(
      "grant", in_delivery([](auto& d) { return d.mutable_grant()->mutable_body(); }),
      {"a delivered grant", "a grant of somebody else", "a grant that the log does not have"});
}
TEST_F(Corruption, OfADeliveredGrantsSignature) {
  delivered("grant signature",
            in_delivery([](auto& d) { return d.mutable_grant()->mutable_signature(); }),
            {"a grant's signature"});
}
TEST_F(Corruption, OfASendersKeyStatement) {
  delivered("key statement", in_delivery([](auto& d) {
              return d.mutable_sender()->mutable_statement()->mutable_body();
            }),
            {"a key statement"});
}
TEST_F(Corruption, OfASendersKeyStatementsSignatures) {
  delivered("identity signature", in_delivery([](auto& d) {
              return d.mutable_sender()->mutable_statement()->mutable_identity_signature();
            }),
            {"a key statement"});
}
TEST_F(Corruption, OfADeliveredEvent) {
  delivered("event", in_delivery([](auto& d) { return d.mutable_event()->mutable_body(); }),
            {"event body", "inclusion proof"});
}
TEST_F(Corruption, OfADeliveredEventsSalt) {
  delivered("salt", in_delivery([](auto& d) { return d.mutable_event()->mutable_salt(); }),
            {"inclusion proof"});
}
TEST_F(Corruption, OfADeliveredEventsProof) {
  delivered("proof",
            in_delivery([](auto& d) { return d.mutable_event()->mutable_inclusion_proof(0); }),
            {"inclusion proof"});
}
TEST_F(Corruption, OfADeliveredEventsChain) {
  delivered("chain opening", in_delivery([](auto& d) {
              return d.mutable_event()->mutable_openings(0)->mutable_nonce();
            }),
            {"chain commitment"});
}
TEST_F(Corruption, OfADeliverysCheckpoint) {
  delivered("checkpoint",
            in_delivery([](auto& d) { return d.mutable_checkpoint()->mutable_note(); }),
            {"checkpoint signature", "a frame of the broker"});
}

TEST_F(Corruption, OfAReceipt) {
  confirm();
  const auto act = [&](Context& e) {
    auto done = register_grant(e, draft());
    for (const auto& waiting : home->dossier->grants.pending())
      home->dossier->grants.settle(waiting.id, false);
    return status_of(done);
  };
  const auto pick = [](auto part) -> Pick {
    return [part](v1::BrokerFrame& frame) {
      return frame.has_receipt() ? part(*frame.mutable_receipt()) : nullptr;
    };
  };
  each_byte("receipt", pick([](v1::Receipt& r) { return r.mutable_event()->mutable_body(); }), act,
            {"event body", "inclusion proof"});
  each_byte("receipt proof",
            pick([](v1::Receipt& r) { return r.mutable_event()->mutable_inclusion_proof(0); }), act,
            {"inclusion proof"});
  each_byte("receipt checkpoint",
            pick([](v1::Receipt& r) { return r.mutable_checkpoint()->mutable_note(); }), act,
            {"checkpoint signature", "a frame of the broker"});
}

TEST_F(Corruption, OfAnEventPageAndItsConsistency) {
  ASSERT_TRUE(ready(context()));
  v1::AuditEvent event;
  event.set_kind(v1::EVENT_KIND_REFUSED);
  event.set_actor(me.org.str());
  const auto act = [&](Context& e) { return status_of(ready(e)); };
  const auto page = [](auto part) -> Pick {
    return [part](v1::BrokerFrame& frame) {
      return frame.event_page().events_size() > 0 ? part(*frame.mutable_event_page()) : nullptr;
    };
  };
  broker.log(event);
  each_byte("event", page([](v1::EventPage& p) { return p.mutable_events(0)->mutable_body(); }),
            act, {"event body", "inclusion proof"});
  broker.log(event);
  each_byte("proof",
            page([](v1::EventPage& p) { return p.mutable_events(0)->mutable_inclusion_proof(0); }),
            act, {"inclusion proof"});
  broker.log(event);
  each_byte("previous leaf", page([](v1::EventPage& p) {
              return p.mutable_events(0)->mutable_openings(0)->mutable_previous_leaf_hash();
            }),
            act, {"chain commitment"});
  broker.log(event);
  each_byte(
      "consistency proof",
      [](v1::BrokerFrame& frame) -> std::string* {
        const bool proves =
            frame.has_welcome() && frame.welcome().checkpoint().consistency_proof_size() > 0;
        return proves ? frame.mutable_welcome()->mutable_checkpoint()->mutable_consistency_proof(0)
                      : nullptr;
      },
      act, {"consistency proof"});
}

TEST_F(Corruption, OfAShare) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  const MessageId message = mail(context())->front().message;
  keeps_mail = true;
  const Pick share = [](v1::BrokerFrame& frame) {
    return frame.has_released() ? frame.mutable_released()->mutable_shares(1) : nullptr;
  };
  each_byte("share", share, [&](Context& e) { return status_of(open(e, message, {}, tester())); },
            {"a share"});
}

TEST_F(Corruption, OfADirectoryEntry) {
  v1::LookUp wanted;
  wanted.set_org("jgt-leiden");
  const Pick body = [](v1::BrokerFrame& frame) {
    return frame.has_directory()
               ? frame.mutable_directory()->mutable_entries(0)->mutable_statement()->mutable_body()
               : nullptr;
  };
  each_byte("directory statement", body, [&](Context& e) { return status_of(look_up(e, wanted)); },
            {"a key statement"});
}

}  // namespace
}  // namespace veerpont::sdk
