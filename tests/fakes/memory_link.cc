#include "tests/fakes/memory_link.h"

#include <cstdlib>

namespace veerpont::fakes {

Result<std::unique_ptr<sdk::Transport>> MemoryLink::connect(Broker& broker,
                                                            const Hash& certificate) {
  auto link = std::make_unique<MemoryLink>();
  const auto mail = link->mail_;
  auto session = Session::open(broker, {certificate},
                               {[mail](std::vector<std::string> frames) {
                                  const std::lock_guard lock(mail->mutex);
                                  for (std::string& frame : frames)
                                    mail->frames.push_back(std::move(frame));
                                  mail->changed.notify_all();
                                },
                                [mail] {
                                  const std::lock_guard lock(mail->mutex);
                                  mail->closed = true;
                                  mail->changed.notify_all();
                                }});
  if (!session) {
    link->session_ = nullptr;
    std::abort();  // every inhabitant has joined
  }
  link->session_ = std::move(*session);
  return std::unique_ptr<sdk::Transport>(std::move(link));
}

Status MemoryLink::send(const std::string& frame, sdk::Deadline) {
  session_->receive(frame);
  return Done{};
}

Result<std::optional<std::string>> MemoryLink::receive(sdk::Deadline deadline) {
  std::unique_lock lock(mail_->mutex);
  const bool came = mail_->changed.wait_until(
      lock, deadline, [&] { return mail_->closed || !mail_->frames.empty(); });
  if (!came) return std::optional<std::string>();
  if (mail_->frames.empty()) return Refusal{RefusalCode::broker_unreachable, "closed"};
  std::string frame = std::move(mail_->frames.front());
  mail_->frames.pop_front();
  return std::optional(std::move(frame));
}

Inhabitant::Inhabitant(MemoryBroker& memory, const std::string& name, OrgKind kind,
                       const std::string& folder)
    : member(name), memory_(memory) {
  std::filesystem::create_directories(folder);
  home = std::make_shared<sdk::OpenHome>(
      sdk::OpenHome{sdk::HomePaths(folder),
                    sdk::HomeConfig{member.org, name, kind, "nowhere:1", "",
                                    memory.broker->signer().verifier, "federatie.example"},
                    crypto::SigningKey::from_seed(member.identity.seed()),
                    crypto::SigningKey::from_seed(member.signing.seed()),
                    crypto::SigningKey::from_seed(member.cosigner.seed()), crypto::random_key(),
                    crypto::SecretBytes(), "", nullptr});
  home->dossier = std::make_unique<sdk::Dossier>(home->paths.dossier, home->storage_key);
  const Time now = memory.clock->now();
  v1::KeyStatement body;
  body.set_org(name);
  body.set_issued(to_ms(now));
  body.set_valid_until(to_ms(now + std::chrono::hours(24 * 30)));
  auto epochs = sdk::EpochKeys::open(home->paths.epochs, home->storage_key);
  auto own = sdk::OwnKeys::open(home->paths.signing_keys, home->storage_key);
  if (!epochs || !epochs->top_up(now) || !own || !own->add(member.signing)) std::abort();
  epochs->publish(body, now);
  body.add_tls_keys(member.tls_key().str());
  const auto statement =
      crypto::make_statement(body, {member.identity, {&member.signing}, member.cosigner});
  home->dossier->settings.set("own-statement", wire::serialise(statement));
  home->dossier->settings.set("own-statement-" + crypto::sha256(statement.body()).str(), "1");
  const Hash token = crypto::sha256("token of " + name);
  const Time until = now + std::chrono::hours(1);
  Broker& broker = *memory.broker;
  const bool joined = broker.decide(AdmitRequest{{member.org, name, kind, {}},
                                                 {token, member.org, until, {}, {}}}) &&
                      broker.decide(EnrolRequest{token, *crypto::KeyStatement::verify(statement),
                                                 member.tls_key(), "certificate"});
  if (!joined) std::abort();
}

void Inhabitant::confirm(const Inhabitant& other) {
  const auto statement =
      wire::parse<v1::SignedKeyStatement>(other.home->dossier->settings.get("own-statement"));
  home->dossier->directory.put_partner(
      {other.member.org, crypto::KeyStatement::verify(*statement)->fingerprint(), ""});
  home->dossier->directory.confirm_partner(other.member.org,
                                           crypto::KeyStatement::verify(*statement)->fingerprint());
}

}  // namespace veerpont::fakes
