#include "schemas/codes.h"

#include <google/protobuf/descriptor.h>

#include "schemas/short_id.h"
#include "veerpont/v1/codes.pb.h"
#include "veerpont/v1/labels.pb.h"

namespace veerpont {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

std::string id_in(const EnumDescriptor* codes, int number) {
  const EnumValueDescriptor* value = codes->FindValueByNumber(number);
  return value == nullptr || number == 0 ? "unknown" : short_id(value);
}

std::string label(const EnumDescriptor* codes, int number, Language language) {
  const EnumValueDescriptor* value = codes->FindValueByNumber(number);
  if (value == nullptr) return {};
  return language == Language::dutch ? value->options().GetExtension(v1::label_nl)
                                     : value->options().GetExtension(v1::label_en);
}

template <class Code>
std::optional<Code> from_short_id(const EnumDescriptor* codes, std::string_view id) {
  const auto* value = value_of_short_id(codes, id);
  return value == nullptr ? std::nullopt : std::optional(static_cast<Code>(value->number()));
}

}  // namespace

std::vector<Category> CategorySet::list() const {
  std::vector<Category> out;
  for (int number = 1; number <= kCategoryCount; ++number)
    if (const auto category = static_cast<Category>(number); has(category)) out.push_back(category);
  return out;
}

#define VEERPONT_ID(Code) \
  std::string id_of(Code code) { return id_in(v1::Code##_descriptor(), static_cast<int>(code)); }
VEERPONT_ID(Category)
VEERPONT_ID(Step)
VEERPONT_ID(ReferralState)
VEERPONT_ID(Ground)
VEERPONT_ID(OrgKind)
VEERPONT_ID(ExchangeKind)
VEERPONT_ID(ConsentGap)
VEERPONT_ID(ConsentRoute)
VEERPONT_ID(LeakKind)
VEERPONT_ID(RoutingBasis)
VEERPONT_ID(DueReason)
VEERPONT_ID(ReviewVerdict)
VEERPONT_ID(TalkWith)
VEERPONT_ID(ActorRole)
VEERPONT_ID(AccessKind)
VEERPONT_ID(SampleReason)
#undef VEERPONT_ID

#define VEERPONT_LABEL(Code)                                                 \
  std::string label_of(Code code, Language language) {                       \
    return label(v1::Code##_descriptor(), static_cast<int>(code), language); \
  }
VEERPONT_LABEL(Category)
VEERPONT_LABEL(Step)
VEERPONT_LABEL(ReferralState)
VEERPONT_LABEL(Ground)
VEERPONT_LABEL(OrgKind)
VEERPONT_LABEL(ConsentGap)
VEERPONT_LABEL(ConsentRoute)
VEERPONT_LABEL(LeakKind)
VEERPONT_LABEL(RoutingBasis)
VEERPONT_LABEL(DueReason)
VEERPONT_LABEL(ReviewVerdict)
VEERPONT_LABEL(TalkWith)
VEERPONT_LABEL(ActorRole)
VEERPONT_LABEL(AccessKind)
VEERPONT_LABEL(SampleReason)
#undef VEERPONT_LABEL

#define VEERPONT_FROM_ID(name, Code)                         \
  std::optional<Code> name(std::string_view id) {            \
    return from_short_id<Code>(v1::Code##_descriptor(), id); \
  }
VEERPONT_FROM_ID(category_from_id, Category)
VEERPONT_FROM_ID(step_from_id, Step)
VEERPONT_FROM_ID(org_kind_from_id, OrgKind)
VEERPONT_FROM_ID(ground_from_id, Ground)
VEERPONT_FROM_ID(referral_state_from_id, ReferralState)
VEERPONT_FROM_ID(review_verdict_from_id, ReviewVerdict)
VEERPONT_FROM_ID(talk_with_from_id, TalkWith)
VEERPONT_FROM_ID(actor_role_from_id, ActorRole)
VEERPONT_FROM_ID(access_kind_from_id, AccessKind)
#undef VEERPONT_FROM_ID

std::string label_of_event(std::string_view id, Language language) {
  const auto* value = value_of_short_id(v1::EventKind_descriptor(), id);
  return value == nullptr ? std::string(id)
                          : label(v1::EventKind_descriptor(), value->number(), language);
}

std::string_view fhir_task_status(ReferralState state) {
  static constexpr std::array<std::string_view, kReferralStateCount> kStatus{
      "requested", "requested", "received",    "received",  "accepted",
      "on-hold",   "accepted",  "in-progress", "on-hold",   "rejected",
      "cancelled", "cancelled", "cancelled",   "completed", "failed"};
  return kStatus.at(static_cast<std::size_t>(state) - 1);
}

}  // namespace veerpont
