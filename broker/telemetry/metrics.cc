#include "broker/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <string_view>

namespace veerpont::broker {

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("veerpont_requests_total")
                                                          .Help("Frames taken, by kind.")
                                                          .Register(registry);
  std::map<std::string, prometheus::Counter*> by_kind;  // of `requests`
  prometheus::Family<prometheus::Counter>& refusals = prometheus::BuildCounter()
                                                          .Name("veerpont_refusals_total")
                                                          .Help("Refusals, by code.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& connections_refused =
      prometheus::BuildCounter()
          .Name("veerpont_connections_refused_total")
          .Help("Connections that the broker ended, by reason.")
          .Register(registry);
  prometheus::Counter& events = prometheus::BuildCounter()
                                    .Name("veerpont_log_events_total")
                                    .Help("Events appended since the start.")
                                    .Register(registry)
                                    .Add({});
  prometheus::Counter& delivered = prometheus::BuildCounter()
                                       .Name("veerpont_deliveries_total")
                                       .Help("Deliveries sent.")
                                       .Register(registry)
                                       .Add({});
  prometheus::Gauge& log_size = prometheus::BuildGauge()
                                    .Name("veerpont_log_size")
                                    .Help("Events in the log.")
                                    .Register(registry)
                                    .Add({});
  prometheus::Gauge& cosigned =
      prometheus::BuildGauge()
          .Name("veerpont_cosigned_seconds")
          .Help("When a quorum of witnesses vouched, since 1970; 0: never.")
          .Register(registry)
          .Add({});
  prometheus::Gauge& sessions = prometheus::BuildGauge()
                                    .Name("veerpont_sessions")
                                    .Help("Open sessions.")
                                    .Register(registry)
                                    .Add({});
  prometheus::Gauge& frozen = prometheus::BuildGauge()
                                  .Name("veerpont_frozen")
                                  .Help("1 when signing and releasing have stopped.")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& storage_full = prometheus::BuildGauge()
                                        .Name("veerpont_storage_full")
                                        .Help(
                                            "1 when intake stops: the last batch found no room, or "
                                            "less than the reserve is free.")
                                        .Register(registry)
                                        .Add({});
  prometheus::Gauge& clock_jumped =
      prometheus::BuildGauge()
          .Name("veerpont_clock_jumped")
          .Help("1 when nothing is destroyed because the clock jumped.")
          .Register(registry)
          .Add({});
  prometheus::Histogram& batch_requests =
      prometheus::BuildHistogram()
          .Name("veerpont_batch_requests")
          .Help("Requests in one commit.")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256});
  prometheus::Histogram& batch_seconds =
      prometheus::BuildHistogram()
          .Name("veerpont_batch_seconds")
          .Help("From the first decision to the published checkpoint.")
          .Register(registry)
          .Add({},
               prometheus::Histogram::BucketBoundaries{.001, .002, .005, .01, .02, .05, .1, .5, 1});
};

// Every series is there from the start, and counting one is an addition.
Metrics::Metrics(const std::vector<std::string>& request_kinds)
    : families_(std::make_unique<Families>()) {
  for (const std::string& kind : request_kinds)
    families_->by_kind.emplace(kind, &families_->requests.Add({{"kind", kind}}));
}
Metrics::~Metrics() = default;

void Metrics::request(const std::string& kind) { families_->by_kind.at(kind)->Increment(); }
void Metrics::refused(RefusalCode code) {
  families_->refusals.Add({{"code", std::string(id_of(code))}}).Increment();
}
void Metrics::batch(std::size_t requests, std::size_t events, double seconds) {
  families_->batch_requests.Observe(static_cast<double>(requests));
  families_->batch_seconds.Observe(seconds);
  families_->events.Increment(static_cast<double>(events));
}
void Metrics::log_size(std::uint64_t size) { families_->log_size.Set(static_cast<double>(size)); }
void Metrics::sessions(int delta) { families_->sessions.Increment(delta); }
void Metrics::connection_refused(const char* why) {
  families_->connections_refused.Add({{"why", why}}).Increment();
}
void Metrics::delivered() { families_->delivered.Increment(); }
void Metrics::storage_full(bool full) { families_->storage_full.Set(full ? 1 : 0); }
void Metrics::clock_jumped(bool jumped) { families_->clock_jumped.Set(jumped ? 1 : 0); }
void Metrics::cosigned(std::int64_t seconds) {
  families_->cosigned.Set(static_cast<double>(seconds));
}
void Metrics::frozen() { families_->frozen.Set(1); }
std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace veerpont::broker
