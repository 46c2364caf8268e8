// The officer hands over a part of the log, or of who saw what here, as one file.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Who took it out is an entry of the access log first. Refuses invalid-input for a form that there
// is not, a query as filter_of, and more than 50,000 rows.
Result<HandedOver> export_rows(Context& context, const ExportQuery& query, const Actor& actor);

}  // namespace veerpont::sdk
