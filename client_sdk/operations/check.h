// What is said before anything is sent: the rules on a draft, the leak guard on every document.
#pragma once

#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/operations/context.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

Result<Checked> check(Context& context, std::string_view draft, const v1::Referral* referral);
// `siblings`: names that belong in another referral.
Result<Checked> check(Context& context, const v1::Referral& document, const GrantId& grant,
                      const std::vector<std::string>& siblings = {});
Result<Checked> check(Context& context, const v1::Referral& document, const ReferralId& referral);
// The record alone, which a renewal or a first message carries; `base`: its place in the document.
// Refuses document-blocked.
Status pass_record(Context& context, const v1::GrantRecord& record, const std::string& base,
                   const GuardContext& guarded);
// Whether some message of this referral, sent or opened here, or the draft of its grant, calls the
// address secret.
bool was_called_secret(Context& context, const ReferralRecord& referral);
// What this home knows of the child: what it sent first, or what somebody here opened of it.
v1::Referral known_of(Context& context, const ReferralRecord& referral);
// Keyed hashes by which the same child and the same own number are found again.
AboutChild about_child(const Context& context, const v1::Referral& document, const OrgId& to);
// Refuses document-blocked when a finding blocks, or asks and nobody said why it goes anyway; keeps
// the reasons with the message.
Status pass(Context& context, const Result<Checked>& said, const MessageId& message,
            const Reasons& reasons);
// Regulier when nobody said.
Urgency urgency_of(const v1::Referral& document);

}  // namespace veerpont::sdk
