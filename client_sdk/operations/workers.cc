#include "client_sdk/operations/workers.h"

#include "client_sdk/home/refusals.h"

namespace veerpont::sdk {

Status add_worker(Context& context, const std::string& name, const crypto::Pin& pin) {
  if (!is_name(name)) return invalid("a name is 1 to 100 characters on one line");
  return context.home->people().add_worker(name, pin, context.clock.now());
}

Status change_pin(Context& context, const std::string& name, const crypto::Pin& old,
                  const crypto::Pin& fresh) {
  return context.home->people().change_pin(name, old, fresh, context.clock.now());
}

Status remove_worker(Context& context, const std::string& name) {
  return context.home->people().remove_worker(name);
}

std::vector<WorkerRow> workers(Context& context) {
  std::vector<WorkerRow> rows;
  for (const WorkerRecord& worker : context.home->people().workers()) {
    const bool locked = worker.locked_until && *worker.locked_until > context.clock.now();
    rows.push_back({worker.name, worker.since, locked ? worker.locked_until : std::nullopt});
  }
  return rows;
}

}  // namespace veerpont::sdk
