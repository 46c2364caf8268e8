// A broker process with two organisations, its limits lifted, on the first core; whoever measures
// is on the second.
#pragma once

#include <memory>

#include "bench/line.h"
#include "bench/workload.h"
#include "tests/e2e/federation.h"

namespace veerpont::bench {

class Stage {
 public:
  Stage();
  void stop();
  void serve();

  e2e::Federation& federation() { return federation_; }
  const sdk::OpenHome& shelter() const { return *shelter_; }
  const sdk::OpenHome& team() const { return *team_; }
  Parties parties() const;

 private:
  std::shared_ptr<sdk::OpenHome> open(const std::string& org) const;
  e2e::Federation federation_;
  std::shared_ptr<sdk::OpenHome> shelter_;
  std::shared_ptr<sdk::OpenHome> team_;
  std::optional<crypto::KeyStatement> team_keys_;
};

}  // namespace veerpont::bench
