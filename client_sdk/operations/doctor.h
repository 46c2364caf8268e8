// Whether all is well: what `veerpont doctor` asks and says.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

std::vector<Check> doctor(Context& context);

}  // namespace veerpont::sdk
