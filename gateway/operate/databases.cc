#include "gateway/operate/databases.h"

#include <filesystem>

#include "client_sdk/home/home.h"
#include "crypto/hash.h"

namespace veerpont::gateway {

Result<Databases> open_databases(const std::string& home, const crypto::Unlock& unlock) {
  auto opened = sdk::OpenHome::open(home, unlock);
  if (!opened) return opened.refusal();
  const std::string_view key = (*opened)->storage_key.reveal();
  const std::string folder = home + "/gateway";
  try {
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    return Databases{
        std::make_unique<Store>(folder + "/gateway.db",
                                crypto::hkdf_extract("veerpont/gateway-store/v1", key)),
        std::make_unique<WorkStore>(folder + "/work.db",
                                    crypto::hkdf_extract("veerpont/gateway-work/v1", key)),
        std::make_unique<Repeats>(folder + "/answers.db",
                                  crypto::hkdf_extract("veerpont/gateway-answers/v1", key))};
  } catch (const std::exception& fault) {
    return Refusal{RefusalCode::local_failure,
                   "the gateway's databases: " + std::string(fault.what())};
  }
}

Status copy_databases(Databases& databases, const std::string& folder) {
  try {
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    databases.people->copy_to(folder + "/gateway.db");
    databases.work->copy_to(folder + "/work.db");
    databases.repeats->copy_to(folder + "/answers.db");
    for (const char* name : {"/gateway.db", "/work.db", "/answers.db"})
      std::filesystem::permissions(
          folder + name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return Done{};
  } catch (const std::exception& fault) {
    return Refusal{RefusalCode::local_failure,
                   "the gateway's databases: " + std::string(fault.what())};
  }
}

}  // namespace veerpont::gateway
