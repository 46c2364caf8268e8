#include "broker/evidence/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "audit/tiles.h"
#include "base/kill_point.h"
#include "base/private_file.h"
#include "broker/home/config.h"
#include "broker/home/home_lock.h"
#include "broker/log/ledger.h"
#include "broker/store/sqlite/connection.h"
#include "broker/store/sqlite/store.h"
#include "broker/vault/high_water.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

namespace fs = std::filesystem;

Refusal failed(const std::string& what) { return Refusal{RefusalCode::local_failure, what}; }

Status sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced ? Status(Done{}) : Status(failed(path));
}

// The log's key is in the policy that leaf 0 commits to, and its name in the configuration.
Result<audit::VerifierKey> key_in(Snapshot& snapshot, const Config& config) {
  const auto genesis = snapshot.event(LogIndex{0});
  auto policy = genesis && genesis->object
                    ? wire::parse<v1::FederationPolicy>(genesis->object->body())
                    : Result<v1::FederationPolicy>(Refusal{RefusalCode::malformed});
  auto key = policy ? audit::VerifierKey::parse(policy->log_verifier_key()) : std::nullopt;
  if (!key || key->name() != config.origin())
    return Refusal{RefusalCode::tampered, "this is no copy of the log of " + config.name};
  return *key;
}

// Signed by this log, whole in itself, and holding everything that was ever published.
Result<std::uint64_t> examine(const std::string& file, const Config& config, const Mark& mark) {
  const auto store = open_sqlite_store_read_only(file);
  const auto snapshot = store->snapshot();
  auto key = key_in(*snapshot, config);
  if (!key) return key.refusal();
  auto ledger = Ledger::open(*snapshot, *key);
  if (!ledger) return ledger.refusal();
  const std::uint64_t size = ledger->size();
  if (size < mark.size)
    return Refusal{RefusalCode::tampered, "the copy has " + std::to_string(size) + " events, " +
                                              std::to_string(mark.size) +
                                              " were published; serving it would fork the log"};
  const auto node = audit::node_reader([&](audit::TileId id) { return snapshot->tile(id); });
  if (mark.size > 0 && audit::root_at(mark.size, node) != mark.root)
    return Refusal{RefusalCode::tampered, "the copy is of another tree than was published"};
  return size;
}

// It may be the newer one: each stays, under a name that nothing has.
Status set_aside(const std::string& database) {
  std::string name;
  for (int number = 1; name.empty() || fs::exists(name); ++number)
    name = database + ".before-restore-" + std::to_string(number);
  std::error_code error;
  for (const char* tail :
       {"-wal", "-shm", ""}) {  // the database last: whoever dies here begins again
    if (fs::exists(database + tail)) fs::rename(database + tail, name + tail, error);
    if (error) return failed(name + tail);
  }
  return Done{};
}

}  // namespace

Result<std::uint64_t> back_up(const std::string& home, const std::string& file) {
  if (fs::exists(file)) return Refusal{RefusalCode::invalid_input, file + " exists"};
  const HomePaths paths(home);
  if (!fs::exists(paths.database))
    return Refusal{RefusalCode::not_found, "no broker's home: " + home};
  const mode_t before = ::umask(0177);
  try {
    SqliteConnection database(paths.database, false);
    database.run("VACUUM INTO ?", file);  // one snapshot, beside a serving broker
    ::umask(before);
  } catch (const std::exception& broken) {
    ::umask(before);
    ::unlink(file.c_str());
    return failed(broken.what());
  }
  kill_point("backup-copied");
  if (auto synced = sync_file(file); !synced) return synced.refusal();
  return open_sqlite_store_read_only(file)->snapshot()->head().size.value;
}

Result<std::uint64_t> restore_backup(const std::string& home, const std::string& file,
                                     bool ask_witnesses) {
  const HomePaths paths(home);
  auto config = Config::read(home);
  if (!config) return config.refusal();
  const auto lock = HomeLock::take(paths.lock);
  if (!lock) return lock.refusal();
  auto high_water = open_high_water(paths.high_water, false);
  auto mark =
      high_water ? (*high_water)->read() : Result<std::optional<Mark>>(high_water.refusal());
  const bool lost = !mark || !*mark;
  if (lost && !ask_witnesses)
    return Refusal{RefusalCode::tampered,
                   "the high-water file is missing or damaged: nobody here could tell whether this "
                   "copy is old. With --ask-witnesses the log's witnesses are asked"};
  if (!lost && ask_witnesses)
    return Refusal{RefusalCode::invalid_input,
                   "the high-water file is whole: witnesses have nothing to add to it"};
  const std::string incoming = paths.database + ".restoring";
  std::error_code error;
  fs::remove(incoming, error);
  fs::copy_file(file, incoming, error);
  if (error) return failed(file + ": " + error.message());
  kill_point("restore-copied");
  fs::permissions(incoming, fs::perms::owner_read | fs::perms::owner_write, error);
  auto size = [&]() -> Result<std::uint64_t> {
    try {
      return examine(incoming, *config, lost ? Mark{} : **mark);
    } catch (const std::exception& damaged) {
      return Refusal{RefusalCode::tampered, std::string("the copy is damaged: ") + damaged.what()};
    }
  }();
  for (const char* tail : {"-wal", "-shm"}) fs::remove(incoming + tail, error);
  const Status synced = size ? sync_file(incoming) : Status(size.refusal());
  if (!synced) {
    fs::remove(incoming, error);
    return synced.refusal();
  }
  kill_point("restore-examined");
  if (lost) {  // before the database is there: whoever starts then asks
    if (auto written = write_private_file(paths.asking, std::to_string(*size) + "\n"); !written)
      return written.refusal();
    fs::remove(paths.high_water, error);
  }
  if (lost && fs::exists(paths.database)) {
    if (auto aside = set_aside(paths.database); !aside) return aside.refusal();
    kill_point("restore-set-aside");
  }
  for (const char* tail : {"-wal", "-shm"}) fs::remove(paths.database + tail, error);
  fs::rename(incoming, paths.database, error);
  if (error) return failed(paths.database);
  kill_point("restore-renamed");
  if (auto named = sync_folder(home); !named) return named.refusal();
  return size;
}

}  // namespace veerpont::broker
