// worker add, pin, remove, list: people who confirm under their own name, with a PIN of their own.
#include "cli/commands/output.h"

namespace veerpont::cli {

namespace {

int done(const Options& options, const Status& status, const std::string& what) {
  if (!status) return fail(options, status.refusal());
  return print(options, api::v1::Done(), {what + options.worker});
}

}  // namespace

int worker_add(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto own = new_pin(options.pin_file);
  if (!own) return fail(options, own.refusal());
  return done(options, opened->add_worker(options.worker, *own),
              say(options, "Pincode ingesteld voor ", "PIN set for "));
}

int worker_pin(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto old = pin(options.pin_file, "Present PIN");
  if (!old) return fail(options, old.refusal());
  auto fresh = new_pin(options.new_pin_file);
  if (!fresh) return fail(options, fresh.refusal());
  return done(options, opened->change_pin(options.worker, *old, *fresh),
              say(options, "Pincode veranderd voor ", "PIN changed for "));
}

int worker_remove(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return done(options, opened->remove_worker(options.worker),
              say(options, "Verwijderd: ", "Removed: "));
}

int worker_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const auto rows = opened->workers();
  std::vector<std::string> lines;
  for (const WorkerRow& row : rows) {
    lines.push_back(row.name + say(options, "  sinds ", "  since ") + words(options, row.since));
    if (row.locked_until)
      lines.back() +=
          say(options, "  geblokkeerd tot ", "  locked until ") + words(options, *row.locked_until);
  }
  return print(options, api::workers(rows), lines);
}

}  // namespace veerpont::cli
