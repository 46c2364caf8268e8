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

Status Settings::change(const std::string& key,
                        const std::function<Result<std::string>(const std::string&)>& change) {
  const SealedDatabase::Transaction one(db_);
  auto value = change(get(key));
  if (!value) return value.refusal();
  set(key, *value);
  one.commit();
  return Done{};
}

std::uint64_t Settings::append(const std::string& list,
                               const std::function<std::string(std::uint64_t)>& value) {
  const SealedDatabase::Transaction one(db_);
  const std::uint64_t number = length(list) + 1;
  set(list + "-" + std::to_string(number), value(number));
  set(list, std::to_string(number));
  one.commit();
  return number;
}

std::uint64_t Settings::length(const std::string& list) {
  const std::string kept = get(list);
  return kept.empty() ? 0 : number_in(kept);
}

}  // namespace veerpont::sdk
