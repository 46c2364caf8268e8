#include "bench/log_scale.h"

#include <veerpont/veerpont.h>

#include <filesystem>

#include "bench/crossing.h"
#include "bench/fill.h"
#include "bench/process.h"
#include "broker/store/sqlite/store.h"
#include "schemas/wire.h"

namespace veerpont::bench {
namespace {

constexpr std::size_t kGrants = 2'000;
constexpr std::size_t kNew = 50;  // grants between two readings

double milliseconds_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

std::size_t size_of(Stage& stage) {
  return broker::open_sqlite_store_read_only(stage.federation().broker_home() + "/broker.db")
      ->snapshot()
      ->head()
      .size.value;
}

std::vector<std::string> grants(Stage& stage, std::size_t count) {
  const Parties parties = stage.parties();
  std::vector<std::string> frames;
  while (frames.size() < count) {
    v1::ClientFrame frame =
        fakes::grant_frame(parties.sender, grant_wanted(parties), SystemClock().now());
    frame.set_request_id(frames.size() + 1);
    frames.push_back(wire::serialise(frame));
  }
  return frames;
}

// What a member asks that knows the first `from` leaves.
double page_bytes(Stage& stage, std::uint64_t from) {
  Line line(stage.team());
  v1::ClientFrame wanted;
  wanted.mutable_events()->set_from_index(from);
  wanted.mutable_events()->set_count(limits::event_page);
  line.send(std::move(wanted));
  return static_cast<double>(line.receive().ByteSizeLong());
}

}  // namespace

LogScale measure_log(Stage& stage, std::size_t length) {
  stage.stop();
  LogScale at;
  e2e::Federation& federation = stage.federation();
  const std::size_t before = size_of(stage);
  const auto began = Clock::now();
  if (length > before) fill_log(federation.broker_home(), length - before);
  at.fill_per_s =
      static_cast<double>(length - std::min(before, length)) / (milliseconds_since(began) / 1000);
  at.events = size_of(stage);
  const auto starts = Clock::now();
  stage.serve();
  at.start_ms = milliseconds_since(starts);
  at.start_mb = static_cast<double>(peak_memory_of(federation.pid())) / 1e6;
  const auto warming = grants(stage, kGrants);  // of caches
  Line(stage.shelter()).send(std::span(warming));
  Line line(stage.shelter());
  const auto work = grants(stage, kGrants);
  const auto cpu = cpu_of(federation.pid());
  line.send(std::span(work));
  at.append_us =
      static_cast<double>((cpu_of(federation.pid()) - cpu).count()) / static_cast<double>(kGrants);
  const auto sync = [&] {
    if (federation.as("jgt-leiden", {"audit", "sync"}).code != 0) give_up("audit sync");
  };
  sync();
  const std::size_t known = size_of(stage);
  const auto fresh = grants(stage, kNew);
  line.send(std::span(fresh));
  const auto syncs = Clock::now();
  sync();
  at.sync_ms = milliseconds_since(syncs);
  at.sync_answer_bytes = page_bytes(stage, known);
  at.after_mb = static_cast<double>(peak_memory_of(federation.pid())) / 1e6;
  at.database_mb =
      static_cast<double>(std::filesystem::file_size(federation.broker_home() + "/broker.db")) /
      1e6;
  return at;
}

Logbook measure_logbook(Stage& stage, std::size_t events) {
  e2e::Federation& federation = stage.federation();
  stage.stop();
  fill_log(federation.broker_home(), events, "jgt-leiden");
  stage.serve();
  Line line(stage.shelter());
  const auto some = grants(stage, kGrants);
  line.send(std::span(some));
  auto unlock = Unlock::credential_file(federation.folder() + "/jgt-leiden.credential");
  auto home =
      unlock ? Home::open(federation.home("jgt-leiden"), *unlock) : Result<Home>(unlock.refusal());
  if (!home) give_up("the logbook's home: " + describe(home.refusal()));
  Client client(*home);
  Logbook book;
  const auto began = Clock::now();
  while (true) {
    const auto synced = client.sync(std::chrono::minutes(10), false);
    if (synced) break;
    if (synced.refusal().code != RefusalCode::broker_unreachable)
      give_up("the logbook's sync: " + describe(synced.refusal()));
  }
  book.events = events + kGrants;
  book.sync_per_s = static_cast<double>(book.events) / (milliseconds_since(began) / 1000);
  const Date today = amsterdam_date(SystemClock().now());
  std::vector<EventQuery> asked(8);
  asked[1].kind = "grant-registered";
  asked[2].kind = "released";  // there is none
  asked[3].with = "de-binnenvest";
  asked[4].ground = "consent";
  asked[5].category = Category::care_need;
  asked[6].from = today;
  asked[6].until = today;
  asked[7].kind = "log-read";
  asked[7].from = today;
  for (int round = 0; round < 25; ++round)
    for (EventQuery query : asked) {
      query.newest_first = round % 2 == 0;
      query.limit = 100;
      const auto asks = Clock::now();
      if (!client.audit_list(query)) give_up("the logbook's list");
      book.filters_ms.push_back(milliseconds_since(asks));
    }
  return book;
}

std::string verify_with_go(Stage& stage, const std::string& old_checkpoint) {
  e2e::Federation& f = stage.federation();
  int code = 0;
  const std::string go = "HOME=" + f.folder() + " GO111MODULE=off GOPATH=/usr/share/gocode go ";
  if (e2e::output_of(go + "list golang.org/x/mod/sumdb/tlog", code); code != 0)
    return "NOT VERIFIED: golang-go and golang-golang-x-mod-dev are not installed here";
  const std::string program = f.folder() + "/verify_log";
  std::string said = e2e::output_of(
      "cd " SOURCES "/tests/interop/verify_log && " + go + "build -o " + program + " .", code);
  if (code != 0) return said;
  const std::string invitation = f.folder() + "/jgt-leiden.invitation";
  const std::string authority =
      f.write("ca.pem", e2e::output_of("jq -r .caCertificate " + invitation, code));
  said = e2e::output_of(program + " https://127.0.0.1:" + std::to_string(f.port()) +
                            " \"$(jq -r .logVerifierKey " + invitation + ")\" " + authority + " " +
                            f.write("old.note", old_checkpoint),
                        code);
  return code == 0 ? "" : said;
}

}  // namespace veerpont::bench
