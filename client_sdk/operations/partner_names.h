// What a row says of the organisation that it names.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

template <class Row>
void name_partner(Context& context, Row& row, const OrgId& org) {
  const auto known = context.dossier().directory.find(org);
  if (!known) return;
  row.title = known->title;
  row.suspended = known->suspended;
}

}  // namespace veerpont::sdk
