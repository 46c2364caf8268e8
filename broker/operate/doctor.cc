#include "broker/operate/doctor.h"

#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "base/limits.h"
#include "broker/home/clocks.h"
#include "broker/home/config.h"
#include "broker/operate/control_socket.h"
#include "broker/store/free_space.h"
#include "broker/store/sqlite/store.h"
#include "broker/vault/high_water.h"
#include "broker/vault/share_vault.h"
#include "net/certificate_authority.h"

namespace veerpont::broker {
namespace {

constexpr auto kDay = std::chrono::hours(24);

// Nothing when all is well, else why not.
using Look = std::function<std::string()>;

std::string open_to_others(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return path + " is missing";
  return (status.st_mode & 077) != 0 ? path + " can be read by others" : "";
}

std::string permissions_fault(const HomePaths& paths) {
  for (const std::string& path :
       {paths.home, paths.keystore, paths.database, paths.vault, paths.high_water})
    if (auto fault = open_to_others(path); !fault.empty()) return fault;
  return "";
}

std::string ends_soon(const std::string& pem, std::chrono::hours least) {
  const Time begin = net::certificate_begin(pem), end = net::certificate_end(pem);
  if (begin > SystemClock().now()) return "it begins at " + rfc3339(begin);
  return end < SystemClock().now() + least ? "it ends at " + rfc3339(end) : "";
}

std::string log_fault(const HomePaths& paths) {
  auto high_water = open_high_water(paths.high_water, false);
  auto mark =
      high_water ? (*high_water)->read() : Result<std::optional<Mark>>(high_water.refusal());
  if (!mark || !*mark) return "the high-water mark is missing or damaged";
  const LogHead head = open_sqlite_store_read_only(paths.database)->snapshot()->head();
  if ((*mark)->size > head.size.value) return "the database is older than what was published";
  return "";
}

std::string clock_fault(const HomePaths& paths) {
  const Time last = open_sqlite_store_read_only(paths.database)->snapshot()->head().last_event_time;
  const Time now = SystemClock().now();
  if (now < last) return "the clock is behind the last event (" + rfc3339(last) + ")";
  // What the sweeps of the running broker go by; without one, what they would go by.
  const auto answer = ask_running(paths.socket, {{"do", "clock"}});
  const auto* running = answer ? answer->if_contains("jumped") : nullptr;
  const SystemClock clock;
  const bool jumped = running != nullptr && running->is_bool()
                          ? running->get_bool()
                          : ClockGuard(clock, paths.clock_mark, last).jumped();
  return jumped ? "it is more than a day ahead of where the log and this process say it should be: "
                  "nothing is destroyed until somebody agrees with it"
                : "";
}

// As the running broker knows it.
std::string witness_fault(const HomePaths& paths) {
  const auto answer = ask_running(paths.socket, {{"do", "witnesses"}});
  const auto* quorum = answer ? answer->if_contains("quorum") : nullptr;
  if (quorum == nullptr || quorum->to_number<std::uint64_t>() == 0) return "";
  const auto* since = answer->if_contains("since");
  const auto time =
      since == nullptr ? std::nullopt : parse_rfc3339(std::string(since->as_string()));
  if (!time) return "no quorum cosigned since the broker started";
  return SystemClock().now() - *time > limits::witness_fresh
             ? "the newest cosignatures of a quorum are of " + rfc3339(*time)
             : "";
}

std::string space_fault(const HomePaths& paths, const Config& config) {
  const std::uint64_t left = free_space_of(paths.home)();
  return left < 4 * std::uint64_t{config.reserve_bytes}
             ? std::to_string(left >> 20) + " MiB left; intake stops at " +
                   std::to_string(config.reserve_bytes >> 20)
             : "";
}

}  // namespace

std::vector<Finding> examine_home(const std::string& home) {
  const HomePaths paths(home);
  std::vector<Finding> findings;
  const auto add = [&](const char* check, const char* cure, const Look& look) {
    std::string cause;
    try {
      cause = look();
    } catch (const std::exception& broken) {
      cause = broken.what();
    }
    findings.push_back({check, cause.empty(), cause, cause.empty() ? "" : cure});
    return cause.empty();
  };
  auto config = Config::read(home);
  if (!add("configuration reads", "mend veerpontd.toml; the sentence names the field",
           [&] { return config ? "" : describe(config.refusal()); }))
    return findings;
  add("files are the owner's alone", "chmod 0700 the folder, 0600 the files in it",
      [&] { return permissions_fault(paths); });
  add("nobody showed a newer log", "restore the newest database and vault, then remove `frozen`",
      [&] { return std::filesystem::exists(paths.frozen) ? "signing has stopped" : ""; });
  add("the log was confirmed after it was put back",
      "let its witnesses run; or, when they are gone: veerpontd confirm-log --reason TEXT",
      [&] { return std::filesystem::exists(paths.asking) ? "nothing is signed until then" : ""; });
  add("log and high-water mark agree", "never serve this database; put the newest one back",
      [&] { return log_fault(paths); });
  add("share keys read",
      "there is no copy, on purpose: grants whose keys are gone count as withdrawn and are "
      "registered anew",
      [&] {
        auto vault = read_share_vault(paths.vault);
        return vault ? std::string() : describe(vault.refusal());
      });
  add("clock", "set the clock (NTP); when it is right: veerpontd clock accept",
      [&] { return clock_fault(paths); });
  add("disk", "free some disk, or move the home to a larger one",
      [&] { return space_fault(paths, *config); });
  add("server certificate lasts", "let the broker run for a minute: it renews its own certificate",
      [&] { return ends_soon(config->server_certificate, 7 * kDay); });
  add("CA certificate lasts a year",
      "plan a new federation: every member's trust rests on this certificate",
      [&] { return ends_soon(config->ca_certificate, 366 * kDay); });
  add("witnesses cosign", "see whether `veerpont serve-witness` runs at the witnesses",
      [&] { return witness_fault(paths); });
  add("the broker answers", "systemctl start veerpontd, and read its journal", [&] {
    return ask_running(paths.socket, {{"do", "barrier"}}) ? ""
                                                          : "nobody listens on its control socket";
  });
  return findings;
}

}  // namespace veerpont::broker
