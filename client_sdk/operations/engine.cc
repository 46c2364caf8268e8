#include "client_sdk/operations/engine.h"

#include <unistd.h>

#include "base/limits.h"
#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/log/verify_log.h"
#include "rules/clock_tolerance.h"

namespace veerpont::sdk {
namespace {

// Keys and certificate are looked after this often while a session lasts.
constexpr auto kMaintenance = std::chrono::hours(1);

}  // namespace

bool is_held(RefusalCode code) {
  using enum RefusalCode;
  return code == broker_unreachable || code == busy || code == storage_full ||
         code == quota_exceeded;
}

bool is_decided(const Refusal& refusal) {
  return !is_held(refusal.code) && refusal.code != RefusalCode::tampered;
}

bool ends_the_session(const Refusal& refusal) {
  return exit_code_of(refusal.code) == 4 || exit_code_of(refusal.code) == 5;
}

Result<Session*> Engine::ready() {
  if (!home_->dossier->withdrawals.waiting().empty())
    if (auto passed = pass_on_withdrawals(); !passed) {
      if (ends_the_session(passed.refusal())) return passed.refusal();
      alarm("a withdrawal is not passed on yet: " +
            describe(passed.refusal()));  // tried again by every command; other work goes on
    }
  if (!session_) {
    const Deadline welcome_by = std::chrono::steady_clock::now() + patience_;
    auto transport = connect_(welcome_by);
    if (!transport) return transport.refusal();
    auto session = Session::begin(*home_, std::move(*transport), false, welcome_by);
    if (!session) return session.refusal();
    session_ = std::move(*session);
    maintained_ = {};
    if (auto confirmed = confirmed_clock(*session_); !confirmed)
      alarm(describe(confirmed.refusal()));
  }
  if (const auto now = std::chrono::steady_clock::now();
      maintained_ == decltype(maintained_){} || now - maintained_ > kMaintenance) {
    const bool ended = certificate_has_ended(*session_);
    if (auto published = publish_keys(*session_); !published) return published.refusal();
    if (auto renewed = renew_certificate(*session_); !renewed) return renewed.refusal();
    if (ended) {  // this session may do nothing else; the next one shows the new certificate
      if (auto confirmed = confirmed_clock(*session_); !confirmed) return confirmed.refusal();
      if (certificate_has_ended(*session_))
        return Refusal{RefusalCode::expired,
                       "this organisation's certificate, and the broker does not renew it now"};
      session_.reset();
      return ready();
    }
    maintained_ = now;
    look_for_unread_ = true;
  }
  if (auto confirmed = confirmed_clock(*session_); !confirmed) {
    const auto synced = sync_events(*home_, *session_);
    // The broker's clock says that our certificate has ended, say: the clocks are what is wrong.
    if (!synced) return ends_the_session(synced.refusal()) ? synced.refusal() : confirmed.refusal();
    return session_.get();
  }
  if (auto anchored = anchor_accesses(*session_); !anchored) return anchored.refusal();
  if (auto flushed = flush_outbox(*session_); !flushed) return flushed.refusal();
  if (auto synced = sync_events(*home_, *session_); !synced) return synced.refusal();
  settle_perhaps();
  if (auto sent = send_waiting(); !sent) return sent.refusal();
  if (std::exchange(look_for_unread_,
                    false))  // false before it begins, since sealing comes back here
    if (auto sealed = seal_again(*session_); !sealed) return sealed.refusal();
  return session_.get();
}

Result<bool> Engine::pull() {
  constexpr auto kMoment = std::chrono::milliseconds(2);  // for what arrived already
  const auto here = [this] {
    return std::pair(home_->dossier->events.cursor(), home_->dossier->inbox.newest());
  };
  const auto before = here();
  auto session = ready();
  if (!session) return session.refusal();
  for (;;) {
    bool leased_elsewhere = false;
    if (home_->config.kind != OrgKind::oversight)
      if (auto fetched = fetch_mail(**session, leased_elsewhere); !fetched)
        return fetched.refusal();
    if (auto synced = sync_events(*home_, **session); !synced) return synced.refusal();
    auto noticed = (*session)->wait_for_notice(std::chrono::steady_clock::now() + kMoment);
    if (!noticed) return noticed.refusal();
    if (!*noticed) return here() != before;
  }
}

int Engine::copy_of_descriptor() const {
  return session_ && session_->descriptor() >= 0 ? ::dup(session_->descriptor()) : -1;
}

std::optional<Time> Engine::as_of() {
  const std::string kept = home_->dossier->settings.get(kReadLogAt);
  return kept.empty() ? std::nullopt : parse_rfc3339(kept);
}

Status Engine::confirmed_clock(const Session& session) const {
  const Time now = clock_.now();
  const Time brokers = session.broker_time();
  const Time newest = newest_event_time(*home_->dossier);
  if (rules::is_confirmed(now, brokers, newest)) return Done{};
  if (!rules::has_begun(newest, now) || !rules::has_begun(newest, brokers))
    return Refusal{RefusalCode::clock_skew, "the log has an event of " + rfc3339(newest) +
                                                ", which lies ahead of this machine's clock (" +
                                                rfc3339(now) + ") or the broker's (" +
                                                rfc3339(brokers) +
                                                "): one of the clocks is, or was, wrong"};
  const auto apart =
      std::chrono::duration_cast<std::chrono::hours>(now < brokers ? brokers - now : now - brokers);
  return Refusal{RefusalCode::clock_skew,
                 "this machine's clock shows " + rfc3339(now) + ", the broker's " +
                     rfc3339(brokers) + ": " +
                     (apart.count() < 48 ? std::to_string(apart.count()) + " hours"
                                         : std::to_string(apart.count() / 24) + " days") +
                     " apart"};
}

void Engine::alarm(std::string text) {
  if (on_alarm_) on_alarm_(text);
}

void Engine::drop_if_broken(RefusalCode code) {
  if (code == RefusalCode::broker_unreachable || code == RefusalCode::tampered ||
      code == RefusalCode::busy || code == RefusalCode::queued || code == RefusalCode::perhaps_sent)
    session_.reset();
}

namespace {

Check check_of(const char* name, const Status& status, const char* cure) {
  if (status) return {name, true, "", ""};
  return {name, false, describe(status.refusal()), cure, false, status.refusal()};
}

}  // namespace

// What needs no broker: the organisation's copy of the log, and its access log.
void Engine::check_logs(std::vector<Check>& checks) {
  auto verified = verify_log(*home_, true);
  checks.push_back(check_of("own events verify",
                            verified ? Status(Done{}) : Status(verified.refusal()),
                            "keep this home as evidence and call the operator"));
  const auto accesses = verify_access_log(*home_, clock_.now(), true);
  checks.push_back(check_of("own access log holds",
                            accesses ? Status(Done{}) : Status(accesses.refusal()),
                            "keep this home as evidence and tell the privacy officer"));
  if (!accesses) return;
  if (auto anchored = anchored_accesses(*accesses)) checks.push_back(std::move(*anchored));
}

std::vector<Check> Engine::doctor() {
  std::vector<Check> checks;
  const auto add = [&](const char* name, const Status& status, const char* cure) {
    checks.push_back(check_of(name, status, cure));
  };
  add("keystore opens", Done{}, "");
  auto session = ready();
  const Status connected = session ? Status(Done{}) : Status(session.refusal());
  add("broker answers, and its log extends the pinned one", connected,
      "check the network and `veerpontd serve`; on `tampered`, call the operator");
  if (session)
    add("this machine's clock is the broker's", confirmed_clock(**session),
        "set the clock of the machine that is wrong; when neither is, the broker's was: tell the "
        "operator. Until then nothing is sent, and withdrawing and "
        "reading go on");
  checks.push_back(
      lasting_keys());  // what follows needs no broker: who cannot connect must know it too
  check_logs(checks);
  const auto pending = home_->dossier->outbox.pending();
  add("outbox is empty",
      pending.empty()
          ? Status(Done{})
          : Status(Refusal{RefusalCode::busy, std::to_string(pending.size()) + " waiting"}),
      "they are sent again by every command that connects");
  const auto waiting = exceptions(false);
  const auto late = waiting ? std::ranges::count(*waiting, true, &ExceptionRow::late) : 0;
  if (!waiting)
    add("exceptions were confirmed by a second professional in time", waiting.refusal(),
        "mend this organisation's policy.toml");
  else
    add("exceptions were confirmed by a second professional in time",
        late == 0
            ? Status(Done{})
            : Status(Refusal{RefusalCode::consent_missing, std::to_string(late) + " were not"}),
        "tell the privacy officer; see `veerpont audit review list`");
  const auto last = rules::Holidays::dutch().last_year();
  add("the list of holidays reaches past this year",
      amsterdam_date(clock_.now()).year() < last
          ? Status(Done{})
          : Status(Refusal{RefusalCode::expired, "it ends with " + std::to_string(int(last))}),
      "update the software: after that year clocks know weekends only");
  const std::size_t unread = unread_before(clock_.now() + Time::duration(limits::seal_again_ahead));
  add("nothing we sent ends unread within five days",
      unread == 0 ? Status(Done{})
                  : Status(Refusal{RefusalCode::expired,
                                   std::to_string(unread) + " will, and cannot be sealed again"}),
      "call the recipient; where the grant ends, ask for consent again and renew");
  std::size_t refused = home_->dossier->outbox.refused_count();
  add("nothing that was kept for sending was refused later",
      refused == 0 ? Status(Done{})
                   : Status(Refusal{RefusalCode::step_not_allowed,
                                    std::to_string(refused) + " were refused"}),
      "look at `veerpont referrals`, and send again what is still needed");
  return checks;
}

}  // namespace veerpont::sdk
