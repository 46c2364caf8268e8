// The talks of a stay in a shelter; all of it stays in this home.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

Status begin_stay(Context& context, const std::string& label, const Date& day);
Status end_stay(Context& context, const std::string& label, const Date& day);
Status talked(Context& context, const std::string& label, TalkWith with, const Date& day);
Result<std::vector<RhythmRow>> rhythm(Context& context);

}  // namespace veerpont::sdk
