// Who opened what.
#pragma once

#include <string>

#include "base/time.h"

namespace veerpont::sdk {

class SealedDatabase;

class AccessLog {
 public:
  explicit AccessLog(SealedDatabase& db) : db_(db) {}

  void add(const std::string& operation, const std::string& worker, Time when);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
