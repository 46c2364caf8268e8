#include "tests/fakes/memory_parts.h"

#include <cstdlib>

#include "broker/certificate_authority.h"
#include "broker/verify.h"

namespace veerpont::fakes {

BrokerParts MemoryBroker::parts_without_storage(const std::string& name) {
  BrokerParts parts;
  parts.config.name = name;
  parts.config.listen = {"127.0.0.1", 1};
  parts.config.admin = {"127.0.0.1", 2};
  static const crypto::SecretBytes ca_key = generate_tls_key();  // once: it takes a while
  static const std::string ca_certificate = make_ca_certificate(ca_key, name);
  parts.ca_key = crypto::SecretBytes::copy(ca_key.reveal());
  parts.config.ca_certificate = ca_certificate;
  auto key = crypto::SigningKey::generate();
  auto verifier = audit::VerifierKey::create(parts.config.origin(), key.public_key());
  parts.signer = std::make_unique<LogSigner>(LogSigner{std::move(*verifier), std::move(key)});
  return parts;
}

MemoryBroker::MemoryBroker(Time now, const std::string& folder) {
  BrokerParts parts = parts_without_storage("federatie.example/proef");
  auto made_store = std::make_unique<MemoryStore>();
  auto made_vault = std::make_unique<MemoryVault>();
  auto made_mark = std::make_unique<MemoryMark>();
  auto made_clock = std::make_unique<StillClock>(now);
  store = made_store.get();
  vault = made_vault.get();
  mark = made_mark.get();
  clock = made_clock.get();
  parts.store = std::move(made_store);
  parts.vault = std::move(made_vault);
  parts.high_water = std::move(made_mark);
  parts.clock = std::move(made_clock);
  parts.free_space = [bytes = free_bytes] { return bytes->load(); };
  auto assembled = Broker::found(parts) ? Broker::assemble(HomePaths(folder), std::move(parts)) : Result<std::unique_ptr<Broker>>(Refusal{RefusalCode::busy});
  if (!assembled) std::abort();
  broker = std::move(*assembled);
}

Party::Party(MemoryBroker& memory, const std::string& name, OrgKind kind) : member(name), memory_(memory) {
  Broker& broker = *memory.broker;
  signed_statement = member.statement(memory.clock->now());
  const Hash token = crypto::sha256("token of " + name);
  const Time until = memory.clock->now() + std::chrono::hours(1);
  const bool joined = broker.decide(AdmitRequest{{member.org, name, kind, {}, false, false, {}, {}, 0, {}, {}, {}}, {token, member.org, until, {}, {}}}) &&
                      broker.decide(EnrolRequest{token, statement(), certificate_key(), "certificate"});
  if (!joined) std::abort();
}

std::string Party::ask(const v1::ClientFrame& frame) {
  auto request = verify(frame, *memory_.broker->committer().published()->participants, member.org);
  auto done = request ? memory_.broker->decide(std::move(*request)) : Result<Outcome>(request.refusal());
  if (!done) return std::string(id_of(done.refusal().code));
  outcome_ = std::move(*done);
  return "";
}

}  // namespace veerpont::fakes
