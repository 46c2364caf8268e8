#include "bench/worker.h"

#include <veerpont/veerpont.h>

#include <atomic>
#include <thread>

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

constexpr int kReaders = 100;
constexpr int kReads = 20;

std::vector<double> read_among_others(Client& team, const ReferralId& running) {
  std::vector<std::vector<double>> waits(kReaders);
  std::atomic<bool> over = false;
  std::thread waiting([&] {
    while (!over) must(team.inbox({.wait = std::chrono::seconds(1)}));
  });
  std::thread sending([&] {
    const Update update = must(Update::from_json(R"({"message":"wij kijken ernaar"})"));
    while (!over) {
      must(team.reply(running, Step::update, update));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  // Each reads ten times a second; they did not agree on a moment.
  static constexpr auto kPause = std::chrono::milliseconds(100);
  const auto began = Clock::now();
  std::vector<std::thread> readers;
  for (int reader = 0; reader < kReaders; ++reader)
    readers.emplace_back([&own = waits[static_cast<std::size_t>(reader)], &team,
                          at = began + kPause * reader / kReaders]() mutable {
      for (int i = 0; i < kReads; ++i) {
        at += kPause;
        std::this_thread::sleep_until(at);
        timed(own, [&] { return team.referrals({true, 50}); });
      }
    });
  for (auto& reader : readers) reader.join();
  over = true;
  waiting.join();
  sending.join();
  std::vector<double> all;
  for (const auto& own : waits) all.insert(all.end(), own.begin(), own.end());
  return all;
}

// Feedback, read at the other side: the history of a referral that runs for a while.
void exchange(Client& team, Client& shelter, const ReferralId& referral, std::size_t updates) {
  const Update update = must(Update::from_json(R"({"message":"het gaat beter"})"));
  for (std::size_t i = 0; i < updates; ++i) {
    must(team.reply(referral, Step::update, update));
    must(shelter.sync());
    for (const InboxRow& row : must(shelter.inbox()))
      must(shelter.open(row.message, Actor{"bench"}));
  }
}

}  // namespace

Waits measure_worker(Stage& stage, std::size_t referrals, std::size_t updates) {
  Waits waits;
  Client shelter = client_of(stage, "de-binnenvest");
  Client team = client_of(stage, "jgt-leiden");
  for (Client* client : {&shelter, &team})
    if (!client->add_worker("bench", must(Pin::typed("314159")))) give_up("no worker");
  const std::string draft =
      fakes::consent_draft("jgt-leiden", "care-need", stage.federation().today());
  const Referral document =
      must(Referral::from_json(R"({"careNeed":{"tried":")" + std::string(900, '.') + R"("}})"));
  std::optional<ReferralId> last;
  for (std::size_t i = 0; i < referrals; ++i) {
    const GrantId grant = must(shelter.register_grant(draft)).grant;
    const Sent sent = timed(waits.refer, [&] { return shelter.refer(document, grant); });
    timed(waits.take, [&] { return team.sync(); });
    const auto rows = must(team.inbox());
    if (rows.size() != 1) give_up("the inbox does not have what was sent");
    timed(waits.open, [&] { return team.open(rows.front().message, Actor{"bench"}); });
    timed(waits.list, [&] { return team.referrals({true, 50}); });
    timed(waits.timeline, [&] { return team.timeline(sent.referral); });
    waits.events = timed(waits.verify, [&] { return team.audit_verify(); }).tree_size;
    last = sent.referral;
    exchange(team, shelter, *last, updates);
  }
  if (last) waits.among_readers = read_among_others(team, *last);
  return waits;
}

}  // namespace veerpont::bench
