// serve-witness, audit witnesses, audit confirm-witness: who vouches that everybody is shown one
// log.
#include <csignal>
#include <ctime>

#include "base/dutch.h"
#include "base/stop_signals.h"
#include "cli/commands/output.h"

namespace veerpont::cli {
namespace {

std::string line_of(const Options& options, const WitnessRow& row) {
  return row.verifier_key + "  " +
         (row.org.empty() ? row.url : called(options, row.title, row.org, false)) +
         (row.confirmed ? say(options, "  bevestigd", "  confirmed")
                        : say(options, "  nog niet bevestigd", "  not confirmed yet")) +
         (row.counts ? "" : say(options, "  telt nog niet mee", "  does not count yet"));
}

int print_witnesses(const Options& options, const Result<LogWitnesses>& all) {
  if (!all) return fail(options, all.refusal());
  std::vector<std::string> lines;
  for (const WitnessRow& row : all->rows) lines.push_back(line_of(options, row));
  if (all->quorum == 0)
    lines.push_back(say(options, "Het logboek heeft geen getuigen.", "The log has no witnesses."));
  else
    lines.push_back(say(options, "nodig: ", "needed: ") + std::to_string(all->quorum));
  if (!all->reason.empty())
    lines.push_back(say(options, "waarom zij: ", "why these: ") + all->reason);
  if (all->at_once)
    lines.push_back(
        say(options,
            "De beheerder wisselde de getuigen zonder de vorige, of vraagt er minder dan eerst. "
            "Vraag waarom en kijk de sleutels na.",
            "The operator changed the witnesses without those before, or asks fewer than before. "
            "Ask why, and compare the keys."));
  if (all->since)
    lines.push_back(say(options, "getekend tot regel ", "cosigned up to entry ") +
                    std::to_string(all->size) + ", " + words(options, *all->since) +
                    (all->fresh ? "" : say(options, " (niet vers)", " (not fresh)")));
  return print(options, api::witnesses(*all), lines);
}

}  // namespace

int audit_witnesses(const Options& options) {
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_witnesses(options, opened->witnesses());
}

int audit_confirm_witness(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (auto done = opened->confirm_witness(options.key); !done) return fail(options, done.refusal());
  return print_witnesses(options, opened->witnesses());
}

// What cannot be done now is said and tried again; a log that does not hold ends it.
int serve_witness(const Options& options) {
  const sigset_t stops = block_stop_signals();
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  std::string said;
  for (;;) {
    const auto done = opened->cosign();
    if (!done && (options.once || exit_code_of(done.refusal().code) == 4))
      return fail(options, done.refusal());
    const std::string fault = done ? "" : describe(done.refusal());
    if (fault != said && !fault.empty())
      tell(language_of(options) == Language::dutch ? in_dutch(fault) : fault);
    said = fault;
    if (done && done->now && !options.json)
      print(options, api::v1::Done(),
            {words(options, done->time) +
             say(options, "  getekend tot regel ", "  cosigned up to entry ") +
             std::to_string(done->size)});
    if (options.once) return 0;
    const timespec pause{options.every, 0};
    if (sigtimedwait(&stops, nullptr, &pause) > 0) return 0;
  }
}

}  // namespace veerpont::cli
