// Verifies a broker's home against its own evidence, beside a serving broker too. docs/operate:
// `veerpontd check`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/home/config.h"
#include "broker/store/store.h"
#include "broker/vault/share_vault.h"

namespace veerpont::broker {

struct CheckReport {
  std::vector<std::string> faults;  // a table and what does not fit, never content
  std::uint64_t log_size = 0;
  std::size_t messages = 0;
  std::size_t shares = 0;
};

// `barrier`: waits until everything that a running broker took is done; does nothing when none
// runs. Refuses when the home cannot be read at all.
Result<CheckReport> check_home(const std::string& home, const std::function<void()>& barrier);

}  // namespace veerpont::broker
