#include "client_sdk/operations/doctor.h"

#include "base/limits.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/log/verify_log.h"
#include "client_sdk/operations/anchor.h"
#include "client_sdk/operations/exceptions.h"
#include "client_sdk/operations/keys.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/reseal.h"
#include "client_sdk/operations/witness.h"
#include "rules/clocks.h"

namespace veerpont::sdk {
namespace {

Check check_of(const char* name, const Status& status, const char* cure) {
  if (status) return {name, true, "", ""};
  return {name, false, describe(status.refusal()), cure, false, status.refusal()};
}

// What needs no broker: the organisation's copy of the log, and its access log.
void check_logs(Context& context, std::vector<Check>& checks) {
  auto verified = verify_log(*context.home, true);
  checks.push_back(check_of("own events verify",
                            verified ? Status(Done{}) : Status(verified.refusal()),
                            "keep this home as evidence and call the operator"));
  const auto accesses = verify_access_log(*context.home, context.clock.now(), true);
  checks.push_back(check_of("own access log holds",
                            accesses ? Status(Done{}) : Status(accesses.refusal()),
                            "keep this home as evidence and tell the privacy officer"));
  if (!accesses) return;
  if (auto anchored = anchored_accesses(context, *accesses)) checks.push_back(std::move(*anchored));
}

}  // namespace

std::vector<Check> doctor(Context& context) {
  std::vector<Check> checks;
  const auto add = [&](const char* name, const Status& status, const char* cure) {
    checks.push_back(check_of(name, status, cure));
  };
  add("keystore opens", Done{}, "");
  auto session = ready(context);
  const Status connected = session ? Status(Done{}) : Status(session.refusal());
  add("broker answers, and its log extends the pinned one", connected,
      "check the network and the broker; when the log is not right, call the operator");
  if (session)
    add("this machine's clock is the broker's", confirmed_clock(context, **session),
        "set the clock of the machine that is wrong; when neither is, the broker's was: tell the "
        "operator. Until then nothing is sent, and withdrawing and "
        "reading go on");
  checks.push_back(
      lasting_keys(context));  // what follows needs no broker: who cannot connect must know it too
  check_logs(context, checks);
  if (auto restored = restored_check(context)) checks.push_back(std::move(*restored));
  if (auto witnesses = witnesses_check(context)) checks.push_back(std::move(*witnesses));
  const auto pending = context.dossier().outbox.pending();
  add("outbox is empty",
      pending.empty()
          ? Status(Done{})
          : Status(Refusal{RefusalCode::busy, std::to_string(pending.size()) + " waiting"}),
      "they are sent again by every command that connects");
  const auto waiting = exceptions(context, false);
  const auto late = waiting ? std::ranges::count(*waiting, true, &ExceptionRow::late) : 0;
  if (!waiting)
    add("exceptions were confirmed by a second professional in time", waiting.refusal(),
        "mend this organisation's policy.toml");
  else
    add("exceptions were confirmed by a second professional in time",
        late == 0
            ? Status(Done{})
            : Status(Refusal{RefusalCode::consent_missing, std::to_string(late) + " were not"}),
        "tell the privacy officer, who reviews exceptions");
  const auto last = rules::Holidays::dutch().last_year();
  add("the list of holidays reaches past this year",
      amsterdam_date(context.clock.now()).year() < last
          ? Status(Done{})
          : Status(Refusal{RefusalCode::expired, "it ends with " + std::to_string(int(last))}),
      "update the software: after that year clocks know weekends only");
  const std::size_t unread =
      unread_before(context, context.clock.now() + Time::duration(limits::seal_again_ahead));
  add("nothing we sent ends unread within five days",
      unread == 0 ? Status(Done{})
                  : Status(Refusal{RefusalCode::expired,
                                   std::to_string(unread) + " will, and cannot be sealed again"}),
      "call the recipient; where the grant ends, ask for consent again and renew");
  std::size_t refused = context.dossier().outbox.refused_count();
  add("nothing that was kept for sending was refused later",
      refused == 0 ? Status(Done{})
                   : Status(Refusal{RefusalCode::step_not_allowed,
                                    std::to_string(refused) + " were refused"}),
      "look at the referrals, and send again what is still needed");
  return checks;
}

}  // namespace veerpont::sdk
