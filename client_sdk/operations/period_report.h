// A quarter on one page: what flowed, on which grounds, what was an exception, what ended, who
// looked; for the house itself, or for others.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Refuses invalid-input as flows().
Result<PeriodReport> period_report(Context& context, const ReportQuery& query);

}  // namespace veerpont::sdk
