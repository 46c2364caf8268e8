#include "client_sdk/operations/ready.h"

#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/operations/anchor.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/fetch.h"
#include "client_sdk/operations/hold.h"
#include "client_sdk/operations/keys.h"
#include "client_sdk/operations/outbox.h"
#include "client_sdk/operations/reseal.h"
#include "client_sdk/operations/withdraw.h"
#include "rules/clock_tolerance.h"

namespace veerpont::sdk {
namespace {

// Keys and certificate are looked after this often while a session lasts.
constexpr auto kMaintenance = std::chrono::hours(1);

}  // namespace

Result<Session*> ready(Context& context) {
  if (!context.dossier().withdrawals.waiting().empty())
    if (auto passed = pass_on_withdrawals(context); !passed) {
      if (ends_the_session(passed.refusal())) return passed.refusal();
      context.alarm(
          "a withdrawal is not passed on yet: " +
          describe(passed.refusal()));  // tried again by every command; other work goes on
    }
  if (auto holds = log_holds(*context.home); !holds) return holds.refusal();
  if (!context.session) {
    const Deadline welcome_by = std::chrono::steady_clock::now() + context.patience;
    auto transport = context.connect(welcome_by);
    if (!transport) return transport.refusal();
    auto session =
        Session::begin(*context.home, std::move(*transport), SessionUse::everything, welcome_by);
    if (!session) return session.refusal();
    context.session = std::move(*session);
    context.maintained = {};
    if (auto confirmed = confirmed_clock(context, *context.session); !confirmed)
      context.alarm(describe(confirmed.refusal()));
  }
  if (const auto now = std::chrono::steady_clock::now();
      context.maintained == decltype(context.maintained){} ||
      now - context.maintained > kMaintenance) {
    const bool ended = certificate_has_ended(context, *context.session);
    if (auto published = publish_keys(context, *context.session); !published)
      return published.refusal();
    if (auto renewed = renew_certificate(context, *context.session); !renewed)
      return renewed.refusal();
    if (ended) {  // this session may do nothing else; the next one shows the new certificate
      if (auto confirmed = confirmed_clock(context, *context.session); !confirmed)
        return confirmed.refusal();
      if (certificate_has_ended(context, *context.session))
        return Refusal{RefusalCode::expired,
                       "this organisation's certificate, and the broker does not renew it now"};
      context.session.reset();
      return ready(context);
    }
    context.maintained = now;
    context.look_for_unread = true;
  }
  if (auto confirmed = confirmed_clock(context, *context.session); !confirmed) {
    const auto synced = sync_events(*context.home, *context.session);
    // The broker's clock says that our certificate has ended, say: the clocks are what is wrong.
    if (!synced) return ends_the_session(synced.refusal()) ? synced.refusal() : confirmed.refusal();
    return context.session.get();
  }
  if (auto anchored = anchor_accesses(context, *context.session); !anchored)
    return anchored.refusal();
  if (auto flushed = flush_outbox(context, *context.session); !flushed) return flushed.refusal();
  if (auto synced = sync_events(*context.home, *context.session); !synced) return synced.refusal();
  settle_perhaps(context);
  if (auto sent = send_waiting(context); !sent) return sent.refusal();
  if (std::exchange(context.look_for_unread,
                    false))  // false before it begins, since sealing comes back here
    if (auto sealed = seal_again(context, *context.session); !sealed) return sealed.refusal();
  return context.session.get();
}

Result<bool> pull(Context& context) {
  constexpr auto kMoment = std::chrono::milliseconds(2);  // for what arrived already
  const auto here = [&context] {
    return std::pair(context.dossier().events.cursor(), context.dossier().inbox.newest());
  };
  const auto before = here();
  auto session = ready(context);
  if (!session) return session.refusal();
  for (;;) {
    bool leased_elsewhere = false;
    if (context.home->config.kind != OrgKind::oversight)
      if (auto fetched = fetch_mail(context, **session, leased_elsewhere); !fetched)
        return fetched.refusal();
    if (auto synced = sync_events(*context.home, **session); !synced) return synced.refusal();
    auto noticed = (*session)->wait_for_notice(std::chrono::steady_clock::now() + kMoment);
    if (!noticed) return noticed.refusal();
    if (!*noticed) return here() != before;
  }
}

Status confirmed_clock(const Context& context, const Session& session) {
  const Time now = context.clock.now();
  const Time brokers = session.broker_time();
  const Time newest = newest_event_time(context.dossier());
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

}  // namespace veerpont::sdk
