// The dossier's tables: their number, and how the form before becomes this one.
#pragma once

#include "client_sdk/dossier.h"
#include "client_sdk/dossier_2_to_3_sql.h"
#include "client_sdk/dossier_schema_sql.h"
#include "client_sdk/sealed_database.h"

namespace veerpont::sdk {

inline constexpr DatabaseForm kDossierTables{kDossierForm, kDossierSchemaSql, kDossier2To3Sql};

}  // namespace veerpont::sdk
