// People who confirm under their own name.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Each refuses as TwoPeople does.
Status add_worker(Context& context, const std::string& name, const crypto::Pin& pin);
Status change_pin(Context& context, const std::string& name, const crypto::Pin& old,
                  const crypto::Pin& fresh);
Status remove_worker(Context& context, const std::string& name);
std::vector<WorkerRow> workers(Context& context);

}  // namespace veerpont::sdk
