#include "tests/fakes/memory_parts.h"

#include <cstdlib>

#include "broker/sessions/verify.h"
#include "net/certificate_authority.h"

namespace veerpont::fakes {

MemoryBroker::MemoryBroker(Time now, const std::string& folder, std::size_t most_bytes)
    : folder_(folder), most_bytes_(most_bytes) {
  assemble(std::make_unique<MemoryStore>(), std::make_unique<MemoryVault>(),
           std::make_unique<MemoryMark>(), now, true);
}

void MemoryBroker::restart() {
  auto kept_store = std::make_unique<MemoryStore>(store->state());
  auto kept_vault = std::make_unique<MemoryVault>(*vault);
  auto kept_mark = std::make_unique<MemoryMark>();
  kept_mark->mark = mark->mark;
  const Time now = clock->now();
  broker.reset();
  assemble(std::move(kept_store), std::move(kept_vault), std::move(kept_mark), now, false);
}

void MemoryBroker::assemble(std::unique_ptr<MemoryStore> on, std::unique_ptr<MemoryVault> with,
                            std::unique_ptr<MemoryMark> marked, Time now, bool found) {
  BrokerParts parts;
  parts.config.name = "federatie.example/proef";
  parts.config.most_bytes = most_bytes_;
  parts.config.listen = {"127.0.0.1", 1};
  parts.config.address = parts.config.listen;
  parts.config.admin = {"127.0.0.1", 2};
  static const crypto::SecretBytes ca_key = net::generate_tls_key();  // once: it takes a while
  static const std::string ca_certificate = net::make_ca_certificate(ca_key, parts.config.name);
  parts.ca_key = crypto::SecretBytes::copy(ca_key.reveal());
  parts.config.ca_certificate = ca_certificate;
  auto key = crypto::SigningKey::from_seed(log_seed_);
  auto verifier = audit::VerifierKey::create(parts.config.origin(), key.public_key());
  parts.signer = std::make_unique<LogSigner>(LogSigner{std::move(*verifier), std::move(key)});
  auto made_clock = std::make_unique<StillClock>(now);
  store = on.get();
  vault = with.get();
  mark = marked.get();
  clock = made_clock.get();
  parts.store = std::move(on);
  parts.vault = std::move(with);
  parts.high_water = std::move(marked);
  parts.clock = std::move(made_clock);
  parts.free_space = [bytes = free_bytes] { return bytes->load(); };
  const Status founded = found ? Broker::found(parts) : Status(Done{});
  auto assembled = founded ? Broker::assemble(HomePaths(folder_), std::move(parts))
                           : Result<std::unique_ptr<Broker>>(founded.refusal());
  if (!assembled) std::abort();
  broker = std::move(*assembled);
}

Party::Party(MemoryBroker& memory, const std::string& name, OrgKind kind)
    : member(name), memory_(memory) {
  Broker& broker = *memory.broker;
  signed_statement = member.statement(memory.clock->now());
  const Hash token = crypto::sha256("token of " + name);
  const Time until = memory.clock->now() + std::chrono::hours(1);
  const bool joined =
      broker.decide(
          AdmitRequest{{member.org, name, kind, {}}, {token, member.org, until, {}, {}}}) &&
      broker.decide(EnrolRequest{token, statement(), certificate_key(), "certificate"});
  if (!joined) std::abort();
}

std::string Party::ask(const v1::ClientFrame& frame) {
  v1::ClientFrame taken = frame;
  Prover prover = memory_.broker->prover();
  auto request = verify(
      taken, *prover.at().participants, member.org,
      [&](const crypto::Seen& seen) { return memory_.broker->seen_check().holds(seen, prover); });
  auto done =
      request ? memory_.broker->decide(std::move(*request)) : Result<Outcome>(request.refusal());
  if (!done) return std::string(id_of(done.refusal().code));
  outcome_ = std::move(*done);
  return "";
}

}  // namespace veerpont::fakes
