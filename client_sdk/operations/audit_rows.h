// Rows of the log and of the access log in the forms that others read: tables (RFC 4180), the
// fields of NEN 7513 under their names in RFC 3881, and FHIR R5 AuditEvent, one a line.
#pragma once

#include <string>
#include <vector>

#include "veerpont/rows.h"

namespace veerpont::sdk {

// Whose rows they are.
struct RowsOf {
  std::string organisation;
  std::string federation;  // its name, a URL without scheme: what codes and numbers are named under
};

// Their short ids, with a space between.
std::string ids_of(CategorySet categories);

struct WrittenRows {
  std::string text;
  std::size_t count = 0;  // of those that it has
};

WrittenRows csv_of(const std::vector<EventRow>& rows);
WrittenRows csv_of(const std::vector<AccessRow>& rows);
WrittenRows nen7513_of(const std::vector<AccessRow>& rows, const RowsOf& whose);
// What is gone after its years is left out where the form has no place for it.
WrittenRows fhir_of(const std::vector<EventRow>& rows, const RowsOf& whose);
WrittenRows fhir_of(const std::vector<AccessRow>& rows, const RowsOf& whose);

}  // namespace veerpont::sdk
