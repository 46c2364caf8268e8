// Brothers and sisters in one sitting: one document, a referral for each child under its own grant.
// That they belong together is kept here and nowhere else.
#pragma once

#include "client_sdk/operations/context.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

Result<Checked> check(Context& context, const v1::SiblingReferrals& document);
// All of them checked first; then one after the other.
Result<std::vector<Sent>> refer_siblings(Context& context, const v1::SiblingReferrals& document,
                                         const ReferOptions& options);

}  // namespace veerpont::sdk
