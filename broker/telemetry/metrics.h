// What an operator watches, for Prometheus. Never an organisation, never a referral.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/refusal.h"

namespace veerpont::broker {

class Metrics {
 public:
  explicit Metrics(const std::vector<std::string>& request_kinds);
  ~Metrics();
  void request(const std::string& kind);
  void refused(RefusalCode code);
  void batch(std::size_t requests, std::size_t events, double seconds);
  void log_size(std::uint64_t size);
  void sessions(int delta);
  void delivered();
  void connection_refused(const char* why);
  void frozen();
  void storage_full(bool full);
  void clock_jumped(bool jumped);
  void cosigned(std::int64_t seconds);  // since 1970, when a quorum of witnesses vouched; 0: never
  std::string text() const;             // Prometheus exposition format

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace veerpont::broker
