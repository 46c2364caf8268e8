#include "client_sdk/dossier/settings.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

std::string Settings::get(const std::string& key) {
  std::string value;
  db_.each(
      "SELECT value FROM meta WHERE key = ?", [&](auto& row) { value = blob_at(row, 0); }, key);
  return value;
}

void Settings::set(const std::string& key, const std::string& value) {
  db_.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          key, Blob{value});
}

}  // namespace veerpont::sdk
