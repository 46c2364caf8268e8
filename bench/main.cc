// Measures the broker as its users meet it, beside what cannot be done without. See
// docs/performance.md.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "bench/crossing.h"
#include "bench/fill.h"
#include "bench/flood.h"
#include "bench/floor.h"
#include "bench/log_scale.h"
#include "bench/process.h"
#include "bench/stage.h"
#include "bench/worker.h"
#include "crypto/secret.h"

namespace veerpont::bench {
namespace {

class Report {
 public:
  void add(const std::string& key, double value, const char* what) {
    std::printf("%-36s %12.2f  %s\n", key.c_str(), value, what);
    std::fflush(stdout);
    json_[key] = value;
  }
  void write(const std::string& file) const {
    if (file.empty()) return;
    std::ofstream out(file);
    out << boost::json::serialize(json_) << '\n';
    if (!out) give_up("cannot write " + file);
  }

 private:
  boost::json::object json_;
};

// What the broker process spends while `work` runs.
template <class Work>
double cpu_microseconds(Stage& stage, Work work) {
  const auto before = cpu_of(stage.federation().pid());
  work();
  return static_cast<double>((cpu_of(stage.federation().pid()) - before).count());
}

// Registers the grants of a workload, then sends its messages; nothing else is connected.
struct Measured {
  Crossed crossed;
  double broker_us = 0;  // CPU per crossing
  double grants_per_s = 0;
};
Measured measure_crossing(Stage& stage, const Workload& work, double per_second = 0) {
  Line sender(stage.shelter());
  Line recipient(stage.team());
  Measured measured;
  measured.grants_per_s =
      static_cast<double>(work.grants.size()) / sender.send(work.grants).seconds;
  const Parties parties = stage.parties();
  measured.broker_us =
      cpu_microseconds(
          stage,
          [&] { measured.crossed = cross(sender, recipient, parties, work.submits, per_second); }) /
      static_cast<double>(work.submits.size());
  return measured;
}

void report_crossings(Stage& stage, std::size_t messages, Report& report) {
  const Parties parties = stage.parties();
  measure_crossing(stage,
                   make_workload(parties, messages / 10));  // caches are warm, pages are there
  const Workload work = make_workload(parties, messages);
  const Measured full = measure_crossing(stage, work);
  const double per_second = static_cast<double>(messages) / full.crossed.seconds;
  report.add("crossings_per_s", per_second, "submit to received, one broker core");
  report.add("receipt_p50_ms", quantile(full.crossed.receipts.milliseconds, 0.5),
             "at saturation, 240 in flight");
  report.add("receipt_p99_ms", quantile(full.crossed.receipts.milliseconds, 0.99), "at saturation");
  report.add("broker_cpu_us_per_crossing", full.broker_us, "user and system");
  const Measured half =
      measure_crossing(stage, make_workload(parties, messages / 2), per_second / 2);
  report.add("half_load_p50_ms", quantile(half.crossed.receipts.milliseconds, 0.5),
             "at half of that rate, from when it was due");
  report.add("half_load_p99_ms", quantile(half.crossed.receipts.milliseconds, 0.99), "");
  report.add("half_load_cpu_us_per_crossing", half.broker_us, "");
  Line recipient(stage.team());
  report.add("releases_per_s",
             static_cast<double>(messages) / recipient.send(work.releases).seconds,
             "both sections, logged, durable, proven");
  report.add("log_entries_per_s", full.grants_per_s,
             "grants registered: verified, logged, durable, proven");
  report.add("broker_hwm_mb", static_cast<double>(peak_memory_of(stage.federation().pid())) / 1e6,
             "VmHWM");
}

void report_floor(Stage& stage, Report& report) {
  const Floor floor = measure_floor(stage.federation().folder(), stage.shelter(), stage.parties());
  report.add("floor_verification_us", floor.verification, "one Ed25519 verification");
  report.add("floor_round_trip_us", floor.round_trip,
             "one TLS WebSocket round trip, answering side");
  report.add("floor_insert_us", floor.insert, "one batched SQLite insert of the same bytes");
  report.add("floor_us_per_crossing", floor.sum(), "");
}

// `measure` with so many messages stored, size after size.
template <class Measure>
void at_sizes(Stage& stage, const std::vector<std::size_t>& sizes, Measure measure) {
  std::size_t stored = 0;
  for (const std::size_t size : sizes) {
    stage.stop();
    fill(stage.federation().broker_home(), stage.parties(), size - std::min(stored, size));
    stored = size;
    stage.serve();
    measure(size);
  }
}

void report_stored(Stage& stage, const std::vector<std::size_t>& sizes, std::size_t messages,
                   Report& report) {
  at_sizes(stage, sizes, [&](std::size_t size) {
    measure_crossing(stage, make_workload(stage.parties(), messages / 10));
    const Measured measured = measure_crossing(stage, make_workload(stage.parties(), messages));
    report.add("broker_cpu_us_at_" + std::to_string(size), measured.broker_us,
               "per crossing, with that many messages stored");
  });
}

constexpr std::ptrdiff_t kYoung = 100;  // referrals

void report_worker(Stage& stage, std::size_t referrals, std::size_t updates, Report& report) {
  const Waits waits = measure_worker(stage, referrals, updates);
  for (const auto& [name, values] : {std::pair("refer", &waits.refer),
                                     {"take", &waits.take},
                                     {"open", &waits.open},
                                     {"list", &waits.list},
                                     {"timeline", &waits.timeline},
                                     {"verify", &waits.verify}}) {
    const std::string called = std::string("sdk_") + name;
    report.add(called + "_p50_ms", quantile(*values, 0.5), "a lone worker");
    report.add(called + "_p99_ms", quantile(*values, 0.99), "");
    if (std::ssize(*values) < 2 * kYoung) continue;
    const std::vector<double> young(values->begin() + kYoung / 2, values->begin() + kYoung);
    const std::vector<double> old(values->end() - kYoung / 2, values->end());
    report.add(
        called + "_grows", quantile(old, 0.5) / quantile(young, 0.5),
        ("after " + std::to_string(referrals) + " referrals, against after 50 to 100").c_str());
  }
  report.add("sdk_events", static_cast<double>(waits.events), "in the log when it ended");
  report.add("sdk_among_100_readers_p50_ms", quantile(waits.among_readers, 0.5),
             "ten lists a second each, beside one that waits for mail and one that sends");
  report.add("sdk_among_100_readers_p99_ms", quantile(waits.among_readers, 0.99), "");
  report.add("sdk_among_100_readers_most_ms", quantile(waits.among_readers, 1), "");
}

void report_flood(Stage& stage, const std::vector<std::size_t>& sizes, Report& report) {
  const Flood flood = measure_flood(stage);
  report.add("grant_calm_p50_ms", flood.grant_calm_ms, "an honest grant, nobody else there");
  report.add("grant_under_reads_p50_ms", flood.grant_reads_ms,
             "while seven sessions of another member read the log again and again");
  report.add("grant_under_reads_ratio", flood.grant_reads_ms / flood.grant_calm_ms, "");
  report.add("grant_under_received_p50_ms", flood.grant_received_ms,
             "while they repeat Received for what they have");
  report.add("grant_under_received_ratio", flood.grant_received_ms / flood.grant_calm_ms, "");
  report.add("received_again_bytes", flood.received_bytes,
             "that the broker's home grows for each of those");
  report.add("events_calm_p50_ms", flood.events_calm_ms, "one event asked for");
  report.add("events_under_reads_p50_ms", flood.events_reads_ms, "");
  report.add("events_under_reads_ratio", flood.events_reads_ms / flood.events_calm_ms, "");
  at_sizes(stage, sizes, [&](std::size_t size) {
    report.add("events_p50_ms_at_" + std::to_string(size), events_page_ms(stage),
               "one event asked for, with that many messages stored");
  });
}

void report_log(Stage& stage, const std::vector<std::size_t>& lengths, Report& report) {
  const std::string old_checkpoint = stage.federation().get("/log/checkpoint");
  for (const std::size_t length : lengths) {
    const LogScale at = measure_log(stage, length);
    const std::string size = "_at_" + std::to_string(at.events);
    report.add("log_fill_per_s" + size, at.fill_per_s, "leaves that the generator appends");
    report.add("log_start_ms" + size, at.start_ms, "until the broker is ready");
    report.add("log_append_us" + size, at.append_us, "broker CPU for one grant");
    report.add("log_sync_ms" + size, at.sync_ms, "a member's program reads 50 new grants");
    report.add("log_sync_bytes" + size, at.sync_answer_bytes, "of the answer");
    report.add("log_start_mb" + size, at.start_mb, "VmHWM when it is ready");
    report.add("log_after_mb" + size, at.after_mb, "VmHWM after that");
    report.add("log_database_mb" + size, at.database_mb, "");
    if (at.events > 200'000) continue;  // it proves every leaf
    if (const std::string fault = verify_with_go(stage, old_checkpoint); !fault.empty())
      give_up("Go does not verify it: " + fault);
    report.add("log_verified" + size, static_cast<double>(at.events),
               "entries, tiles and inclusion proofs, by x/mod over HTTPS");
  }
}

void report_logbook(Stage& stage, std::size_t events, Report& report) {
  const Logbook book = measure_logbook(stage, events);
  report.add("logbook_events", static_cast<double>(book.events), "of this organisation");
  report.add("logbook_sync_per_s", book.sync_per_s, "read for the first time");
  report.add("logbook_filter_p50_ms", quantile(book.filters_ms, 0.5), "a page of a hundred rows");
  report.add("logbook_filter_p95_ms", quantile(book.filters_ms, 0.95), "200 is the most we allow");
}

}  // namespace
}  // namespace veerpont::bench

int main(int argc, char** argv) {
  using namespace veerpont::bench;
  CLI::App app{
      "Measures crossings through a broker process pinned to the first core; the driver runs on "
      "the second."};
  std::string json;
  std::size_t messages = 10'000, updates = 0;
  std::vector<std::size_t> stored{100'000, 1'000'000};
  bool sdk = false;
  bool flood = false;
  std::vector<std::size_t> log;
  std::size_t logbook = 0;
  app.add_option("--json", json, "also write the figures to this file");
  app.add_option("--messages", messages, "how many cross")->check(CLI::Range(100, 1'000'000));
  app.add_option("--stored", stored, "sizes of the store at which to measure, rising; 0 for none")
      ->delimiter(',');
  app.add_flag("--sdk", sdk, "the waits of a lone worker through the SDK instead");
  app.add_option("--updates", updates, "with --sdk: sent and read after each referral, not timed");
  app.add_flag("--flood", flood, "what a member that floods does to another one instead");
  app.add_option("--log", log,
                 "a log of so many leaves, rising, instead: start, append, sync, memory; what is "
                 "not too long, Go verifies whole")
      ->delimiter(',');
  app.add_option("--logbook", logbook,
                 "the filters of a privacy officer with so many events of their own, instead");
  CLI11_PARSE(app, argc, argv);
  veerpont::crypto::initialise();
  GTEST_FLAG_SET(throw_on_failure, true);
  ::testing::InitGoogleTest();

  Stage stage;
  Report report;
  if (logbook > 0) {
    report_logbook(stage, logbook, report);
  } else if (!log.empty()) {
    report_log(stage, log, report);
  } else if (sdk) {
    report_worker(stage, messages / 50, updates, report);
  } else if (flood) {
    std::erase(stored, 0);
    report_flood(stage, stored, report);
  } else {
    report_floor(stage, report);
    report_crossings(stage, messages, report);
    std::erase(stored, 0);
    report_stored(stage, stored, messages, report);
  }
  report.write(json);
}
