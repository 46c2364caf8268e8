// Small values of a home by name: what it was set up with, and marks that its parts keep.
#pragma once

#include <string>

namespace veerpont::sdk {

class SealedDatabase;

class Settings {
 public:
  explicit Settings(SealedDatabase& db) : db_(db) {}

  std::string get(const std::string& key);
  void set(const std::string& key, const std::string& value);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
