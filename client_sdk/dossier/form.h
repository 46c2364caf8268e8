// The dossier's tables: their number, and how each form before becomes the next one.
#pragma once

#include "client_sdk/dossier/2_to_3_sql.h"
#include "client_sdk/dossier/3_to_4_sql.h"
#include "client_sdk/dossier/4_to_5_sql.h"
#include "client_sdk/dossier/5_to_6_sql.h"
#include "client_sdk/dossier/6_to_7_sql.h"
#include "client_sdk/dossier/7_to_8_sql.h"
#include "client_sdk/dossier/8_to_9_sql.h"
#include "client_sdk/dossier/dossier.h"
#include "client_sdk/dossier/schema_sql.h"
#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

inline constexpr DatabaseForm kDossierTables{
    kDossierForm,
    kDossierSchemaSql,
    kOldestDossierForm,
    {kDossier2To3Sql, kDossier3To4Sql, kDossier4To5Sql, kDossier5To6Sql, kDossier6To7Sql,
     kDossier7To8Sql, kDossier8To9Sql}};

}  // namespace veerpont::sdk
