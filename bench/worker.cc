#include "bench/worker.h"

#include <veerpont/veerpont.h>

#include "tests/fakes/draft.h"

namespace veerpont::bench {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) give_up(describe(result.refusal()));
  return std::move(*result);
}

Client client_of(Stage& stage, const std::string& org) {
  auto& federation = stage.federation();
  return Client(must(
      Home::open(federation.home(org),
                 must(Unlock::credential_file(federation.folder() + "/" + org + ".credential")))));
}

template <class Call>
auto timed(std::vector<double>& waits, Call call) {
  const auto began = Clock::now();
  auto result = must(call());
  waits.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  return result;
}

}  // namespace

Waits measure_worker(Stage& stage, std::size_t referrals) {
  Waits waits;
  Client shelter = client_of(stage, "de-binnenvest");
  Client team = client_of(stage, "jgt-leiden");
  const std::string draft =
      fakes::consent_draft("jgt-leiden", "care-need", stage.federation().today());
  const Referral document =
      must(Referral::from_json(R"({"careNeed":{"tried":")" + std::string(900, '.') + R"("}})"));
  for (std::size_t i = 0; i < referrals; ++i) {
    const GrantId grant = must(shelter.register_grant(draft)).grant;
    const Sent sent = timed(waits.refer, [&] { return shelter.refer(document, grant); });
    timed(waits.take, [&] { return team.sync(); });
    const auto rows = must(team.inbox());
    if (rows.size() != 1) give_up("the inbox does not have what was sent");
    timed(waits.open, [&] { return team.open(rows.front().message); });
    timed(waits.list, [&] { return team.referrals({true, 50}); });
    timed(waits.timeline, [&] { return team.timeline(sent.referral); });
    timed(waits.verify, [&] { return team.audit_verify(); });
  }
  return waits;
}

}  // namespace veerpont::bench
