// Who takes part: what the broker's directory says, held against the log, and what organisations
// say of themselves.
#pragma once

#include "client_sdk/operations/context.h"
#include "crypto/objects/key_statement.h"
#include "rules/clocks.h"
#include "veerpont/v1/directory.pb.h"

namespace veerpont::sdk {

// Verified: signatures, its event in the log, and that it follows what was seen before. Refuses
// tampered.
Result<crypto::KeyStatement> verified_entry(Context& context, const v1::DirectoryEntry& entry,
                                            Session& session);
// Whether kind and alias are what the log says. Refuses tampered.
Status agrees_with_log(Context& context, const v1::DirectoryEntry& entry);
// Verified entries of the directory; stored as partners.
Result<std::vector<PartnerRecord>> look_up(Context& context, const v1::LookUp& wanted);
// The partner's newest verified statement; refuses identity-unconfirmed until a person compared
// the fingerprint.
Result<crypto::KeyStatement> confirmed_statement(Context& context, const OrgId& org);
// Signed and logged for everyone. Refuses hidden-organisation.
Result<LogIndex> publish_profile(Context& context, std::string_view json);
// What an organisation says of itself; nothing said is the default.
v1::Profile profile_of(Context& context, const OrgId& org);
rules::Calendar calendar_of(Context& context, const OrgId& org);
// What a person sees of it. Refuses tampered for one that the log does not have.
Result<Partner> partner_row(Context& context, const PartnerRecord& partner);
// The responsible municipality, and who serves it by the log. Refuses invalid-input.
Result<Route> route(Context& context, const Residence& residence);
// Today.
bool serves(const Context& context, const Partner& partner, const std::string& municipality);
// The code of a municipality that somebody named or gave the code of. Refuses invalid-input with
// names that are like it.
Result<std::string> municipality_code(const Context& context, const std::string& typed);

}  // namespace veerpont::sdk
