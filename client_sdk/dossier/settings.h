// Small values of a home by name: what it was set up with, and marks that its parts keep.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace veerpont::sdk {

class SealedDatabase;

class Settings {
 public:
  explicit Settings(SealedDatabase& db) : db_(db) {}

  std::string get(const std::string& key);
  void set(const std::string& key, const std::string& value);
  // What `change` makes of the value, while nobody else can change it; nothing when it refuses.
  Status change(const std::string& key,
                const std::function<Result<std::string>(const std::string&)>& change);
  // One more of a list whose values lie under `list` and a number, from 1 on, and whose length lies
  // under `list` itself; its number. Who adds at the same time gets another one.
  std::uint64_t append(const std::string& list,
                       const std::function<std::string(std::uint64_t)>& value);
  std::uint64_t length(const std::string& list);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
