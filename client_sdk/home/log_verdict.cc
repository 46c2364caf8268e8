#include "client_sdk/home/log_verdict.h"

#include <filesystem>

#include "base/private_file.h"
#include "client_sdk/home/refusals.h"
#include "crypto/hash.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kVerdict[] = "log-verdict";    // a LogEvidence; empty: none
constexpr char kFile[] = "log-verdict-file";  // where it was written
constexpr char kDoubt[] = "log-doubt";        // the contact at which something did not hold
constexpr char kResolved[] = "log-resolved";  // what was said when, line by line
constexpr char kFault[] = "log-fault";        // the first event of ours that does not hold

Time found_in(const v1::LogEvidence& evidence) {
  return time_from_ms(static_cast<std::int64_t>(evidence.found()));
}

}  // namespace

std::optional<KeptVerdict> log_verdict(const OpenHome& home) {
  const std::string kept = home.dossier->settings.get(kVerdict);
  v1::LogEvidence evidence;
  if (kept.empty() || !wire::parse_stored(kept, evidence)) return std::nullopt;
  return KeptVerdict{evidence.says(), found_in(evidence), home.dossier->settings.get(kFile)};
}

Status log_holds(const OpenHome& home) {
  const auto verdict = log_verdict(home);
  return verdict ? Status(tampered(verdict->says)) : Status(Done{});
}

v1::LogEvidence evidence_of(const OpenHome& home, const std::string& says, Time now) {
  v1::LogEvidence evidence;
  evidence.set_form(1);
  evidence.set_says(says);
  evidence.set_found(static_cast<std::uint64_t>(to_ms(now)));
  evidence.set_log_verifier_key(home.config.log_key.str());
  evidence.set_organisation(home.config.org.str());
  return evidence;
}

void condemn(OpenHome& home, const v1::LogEvidence& evidence) {
  if (log_verdict(home)) return;  // the first one counts
  const std::string folder = home.paths.folder + "/evidence";
  const std::string file =
      folder + "/" + rfc3339(found_in(evidence)).substr(0, 10) + "-" +
      crypto::to_hex(crypto::sha256(wire::serialise(evidence)).bytes()).substr(0, 16) + ".json";
  std::error_code made;
  std::filesystem::create_directory(folder, made);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, made);
  const bool written = static_cast<bool>(write_private_file(file, write_json(evidence)));
  home.dossier->settings.set(kVerdict, wire::serialise(evidence));
  home.dossier->settings.set(kFile, written ? file : "");
}

void doubt(OpenHome& home, const v1::LogEvidence& evidence, const std::string& contact) {
  const std::string before = home.dossier->settings.get(kDoubt);
  home.dossier->settings.set(kDoubt, contact);
  if (!before.empty() && before != contact) condemn(home, evidence);
}

void trust(OpenHome& home) {
  if (!home.dossier->settings.get(kDoubt).empty()) home.dossier->settings.set(kDoubt, "");
}

Status resolve_verdict(OpenHome& home, const std::string& reason, const std::string& first,
                       const std::string& second, Time now) {
  const auto verdict = log_verdict(home);
  if (!verdict)
    return Refusal{RefusalCode::not_found, "the log holds: there is nothing to resolve"};
  const std::string line =
      rfc3339(now) + "\t" + verdict->says + "\t" + reason + "\t" + first + "\t" + second + "\n";
  const std::string before = home.dossier->settings.get(kResolved);
  const auto opened = before.empty()
                          ? Result<crypto::SecretBytes>(crypto::SecretBytes())
                          : crypto::unbox(home.storage_key, "veerpont/log-resolved/v1", before);
  if (!opened) return Refusal{RefusalCode::local_failure, "what was resolved before"};
  home.dossier->settings.set(kResolved, crypto::box(home.storage_key, "veerpont/log-resolved/v1",
                                                    std::string(opened->reveal()) + line));
  for (const char* key : {kVerdict, kFile, kDoubt, kFault}) home.dossier->settings.set(key, "");
  return Done{};
}

}  // namespace veerpont::sdk
