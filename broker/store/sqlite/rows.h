// Rows of schema.sql as facts, for the batch and the snapshot.
#pragma once

#include <optional>

#include "broker/store/sqlite/connection.h"
#include "broker/store/store.h"

namespace veerpont::broker::rows {

LogHead head(SqliteConnection& db);
std::optional<Participant> participant(SqliteConnection& db, const OrgId& org);
std::optional<GrantFact> grant(SqliteConnection& db, const GrantId& id);
std::optional<ReferralFact> referral(SqliteConnection& db, const ReferralId& id);
std::optional<Invitation> invitation(SqliteConnection& db, const Hash& token_sha256);
// From message_id, header_sha256, idx, sender, recipient, grant_id, referral_id, step, expires,
// categories, bytes, status, rejected, released, settled, in this order.
MessageFact message(SQLite::Statement& row);
std::optional<MessageFact> message(SqliteConnection& db, const MessageId& id);
void add_ciphertexts(SqliteConnection& db, MessageFact& fact);  // which are here

}  // namespace veerpont::broker::rows
