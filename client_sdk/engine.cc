#include "client_sdk/engine.h"

#include <charconv>

#include "schemas/limits.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

Refusal tampered(const char* what) { return Refusal{RefusalCode::tampered, what}; }

// Keys and certificate are looked after this often while a session lasts.
constexpr auto kMaintenance = std::chrono::hours(1);

}  // namespace

bool is_decided(const Refusal& refusal) {
  using enum RefusalCode;
  for (const RefusalCode again : {broker_unreachable, busy, tampered, storage_full, quota_exceeded, sender_suspended, recipient_suspended})
    if (refusal.code == again) return false;
  return true;
}

Result<Session*> Engine::ready() {
  if (!session_) {
    auto transport = connect_();
    if (!transport) return transport.refusal();
    auto session = Session::begin(*home_, std::move(*transport));
    if (!session) return session.refusal();
    session_ = std::move(*session);
    maintained_ = {};
  }
  if (const auto now = std::chrono::steady_clock::now(); maintained_ == decltype(maintained_){} || now - maintained_ > kMaintenance) {
    if (auto published = publish_keys(*session_); !published) return published.refusal();
    if (auto renewed = renew_certificate(*session_); !renewed) return renewed.refusal();
    maintained_ = now;
  }
  if (auto flushed = flush_outbox(*session_); !flushed) return flushed.refusal();
  if (auto synced = sync_events(*home_, *session_); !synced) return synced.refusal();
  return session_.get();
}

void Engine::drop_if_broken(RefusalCode code) {
  if (code == RefusalCode::broker_unreachable || code == RefusalCode::tampered || code == RefusalCode::busy) session_.reset();
}

// Verified: signatures, its event in the log, and that it follows what was seen before.
Result<crypto::KeyStatement> Engine::verified_entry(const v1::DirectoryEntry& entry, Session& session) {
  auto statement = crypto::KeyStatement::verify(entry.statement());
  if (!statement) return tampered("a key statement");
  auto event = session.verify_event(entry.statement_event());
  if (!event) return event.refusal();
  if (entry.org() != statement->org().str() || event->event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED || event->event.actor() != entry.org() ||
      event->event.object_sha256() != statement->sha256().bytes())
    return tampered("a key statement that the log does not have");
  if (entry.org() == home_->config.org.str() && home_->dossier->meta("own-statement-" + statement->sha256().str()).empty())
    return tampered("keys were published in our name that we did not make");
  return statement;
}

Result<std::vector<PartnerRecord>> Engine::look_up(const v1::LookUp& wanted) {
  auto session = ready();
  if (!session) return session.refusal();
  v1::ClientFrame frame;
  *frame.mutable_look_up() = wanted;
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  if (!answer->has_directory()) return tampered("Directory");
  std::vector<PartnerRecord> partners;
  for (const auto& entry : answer->directory().entries()) {
    auto statement = verified_entry(entry, **session);
    if (!statement) return statement.refusal();
    PartnerRecord partner{
        statement->org(), entry.title(), static_cast<OrgKind>(entry.kind()), {entry.serves().begin(), entry.serves().end()}, statement->fingerprint(), ""};
    home_->dossier->put_partner(partner);
    partners.push_back(*home_->dossier->partner(partner.org));
  }
  return partners;
}

Result<crypto::KeyStatement> Engine::confirmed_statement(const OrgId& org) {
  auto session = ready();
  if (!session) return session.refusal();
  v1::ClientFrame frame;
  frame.mutable_look_up()->set_org(org.str());
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  if (answer->directory().entries_size() != 1 || answer->directory().entries(0).org() != org.str()) return Refusal{RefusalCode::unknown_recipient, org.str()};
  const auto& entry = answer->directory().entries(0);
  auto statement = verified_entry(entry, **session);
  if (!statement) return statement.refusal();
  // Never an older statement than one seen before: it could bring back a revoked key.
  const std::string floor = "statement-sequence-" + org.str();
  const std::string seen = home_->dossier->meta(floor);
  std::uint64_t least = 0;
  std::from_chars(seen.data(), seen.data() + seen.size(), least);
  if (statement->sequence() < least) return tampered("an older key statement than before");
  home_->dossier->set_meta(floor, std::to_string(statement->sequence()));
  if (time_from_ms(statement->body().valid_until()) <= clock_.now()) return Refusal{RefusalCode::recipient_keys_expired, org.str()};
  home_->dossier->put_partner(
      {org, entry.title(), static_cast<OrgKind>(entry.kind()), {entry.serves().begin(), entry.serves().end()}, statement->fingerprint(), ""});
  const auto partner = home_->dossier->partner(org);
  // Against the statement at hand: the dossier may have been told another one meanwhile.
  if (!partner || partner->confirmed.empty() || partner->confirmed != statement->fingerprint()) return Refusal{RefusalCode::identity_unconfirmed, org.str()};
  return statement;
}

std::vector<Check> Engine::doctor() {
  std::vector<Check> checks;
  const auto add = [&](const char* name, const Status& status, const char* cure) {
    checks.push_back({name, static_cast<bool>(status), status ? "" : describe(status.refusal()), status ? "" : cure});
    return static_cast<bool>(status);
  };
  add("keystore opens", Done{}, "");
  auto session = ready();
  const Status connected = session ? Status(Done{}) : Status(session.refusal());
  if (!add("broker answers, and its log extends the pinned one", connected, "check the network and `veerpontd serve`; on `tampered`, call the operator"))
    return checks;
  auto verified = verify_events(*home_);
  add("own events verify", verified ? Status(Done{}) : Status(verified.refusal()), "keep this home as evidence and call the operator");
  const auto pending = home_->dossier->pending();
  add("outbox is empty", pending.empty() ? Status(Done{}) : Status(Refusal{RefusalCode::busy, std::to_string(pending.size()) + " waiting"}),
      "they are sent again by every command that connects");
  const auto waiting = exceptions(false);
  std::size_t late = 0;
  for (const ExceptionRow& row : waiting ? *waiting : std::vector<ExceptionRow>()) late += row.late ? 1 : 0;
  add("exceptions were confirmed by a second professional in time",
      late == 0 ? Status(Done{}) : Status(Refusal{RefusalCode::consent_missing, std::to_string(late) + " were not"}),
      "tell the privacy officer; see `veerpont audit review list`");
  const auto last = rules::Holidays::dutch().last_year();
  add("the list of holidays reaches past this year",
      amsterdam_date(clock_.now()).year() < last ? Status(Done{}) : Status(Refusal{RefusalCode::expired, "it ends with " + std::to_string(int(last))}),
      "update the software: after that year clocks know weekends only");
  std::size_t refused = home_->dossier->refused_count();
  add("nothing that was kept for sending was refused later",
      refused == 0 ? Status(Done{}) : Status(Refusal{RefusalCode::step_not_allowed, std::to_string(refused) + " refused"}),
      "look at `veerpont referrals`, and send again what is still needed");
  return checks;
}

}  // namespace veerpont::sdk
