// The gateway's own databases beside a home, in its folder "gateway".
#pragma once

#include <memory>
#include <string>

#include "gateway/once/repeats.h"
#include "gateway/people/store.h"
#include "gateway/worklist/work_store.h"

namespace veerpont::gateway {

struct Databases {
  std::unique_ptr<Store> people;
  std::unique_ptr<WorkStore> work;
  std::unique_ptr<Repeats> repeats;
};
// Copies of all three, for their owner alone, into a folder that is made. Refuses local-failure.
Status copy_databases(Databases& databases, const std::string& folder);
// Refuses as opening the home does, and local-failure.
Result<Databases> open_databases(const std::string& home, const crypto::Unlock& unlock);

}  // namespace veerpont::gateway
