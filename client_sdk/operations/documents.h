// Documents that were read, behind the types of veerpont.h.
#pragma once

#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// Whatever its kind; updates are Referrals with the update field alone.
struct Document {
  v1::Referral referral;
};

struct SiblingDocument {
  v1::SiblingReferrals siblings;
};

}  // namespace veerpont::sdk
