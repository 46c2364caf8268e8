// The register of processing activities (GDPR, article 30): from grants, policy and directory, with
// what only people know. As it was on any day: what was said stays.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Nothing named: as it is now. Refuses invalid-input for a day that is not there yet.
Result<ProcessingRegister> processing_register(Context& context, const std::optional<Date>& on);
// Somebody says something that no program knows; an empty text takes it back. Refuses
// invalid-input for a field that there is not, and for a text of more than 2,000 bytes.
Status say_in_register(Context& context, const std::string& field, const std::string& text,
                       const Actor& actor);
// The same register in a file.
Result<HandedOver> hand_over_register(Context& context, const ExportQuery& query);

}  // namespace veerpont::sdk
