#include "schemas/codes.h"

#include <google/protobuf/descriptor.h>

#include "schemas/short_id.h"
#include "veerpont/v1/codes.pb.h"
#include "veerpont/v1/labels.pb.h"

namespace veerpont {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

std::string short_id(const EnumDescriptor* codes, int number) {
  const EnumValueDescriptor* value = codes->FindValueByNumber(number);
  return value == nullptr || number == 0 ? "unknown" : veerpont::short_id(value);
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

std::string id_of(Category code) {
  return short_id(v1::Category_descriptor(), static_cast<int>(code));
}
std::string id_of(Step code) { return short_id(v1::Step_descriptor(), static_cast<int>(code)); }
std::string id_of(ReferralState code) {
  return short_id(v1::ReferralState_descriptor(), static_cast<int>(code));
}
std::string id_of(Ground code) { return short_id(v1::Ground_descriptor(), static_cast<int>(code)); }
std::string id_of(OrgKind code) {
  return short_id(v1::OrgKind_descriptor(), static_cast<int>(code));
}
std::string id_of(ExchangeKind code) {
  return short_id(v1::ExchangeKind_descriptor(), static_cast<int>(code));
}
std::string id_of(ConsentGap code) {
  return short_id(v1::ConsentGap_descriptor(), static_cast<int>(code));
}
std::string id_of(ConsentRoute code) {
  return short_id(v1::ConsentRoute_descriptor(), static_cast<int>(code));
}
std::string id_of(LeakKind code) {
  return short_id(v1::LeakKind_descriptor(), static_cast<int>(code));
}
std::string id_of(RoutingBasis code) {
  return short_id(v1::RoutingBasis_descriptor(), static_cast<int>(code));
}
std::string id_of(DueReason code) {
  return short_id(v1::DueReason_descriptor(), static_cast<int>(code));
}
std::string id_of(ReviewVerdict code) {
  return short_id(v1::ReviewVerdict_descriptor(), static_cast<int>(code));
}
std::string id_of(TalkWith code) {
  return short_id(v1::TalkWith_descriptor(), static_cast<int>(code));
}
std::string label_of(RoutingBasis code, Language language) {
  return label(v1::RoutingBasis_descriptor(), static_cast<int>(code), language);
}
std::string label_of(DueReason code, Language language) {
  return label(v1::DueReason_descriptor(), static_cast<int>(code), language);
}
std::string label_of(ReviewVerdict code, Language language) {
  return label(v1::ReviewVerdict_descriptor(), static_cast<int>(code), language);
}
std::string label_of(TalkWith code, Language language) {
  return label(v1::TalkWith_descriptor(), static_cast<int>(code), language);
}
std::string label_of(LeakKind code, Language language) {
  return label(v1::LeakKind_descriptor(), static_cast<int>(code), language);
}
std::string label_of(ReferralState code, Language language) {
  return label(v1::ReferralState_descriptor(), static_cast<int>(code), language);
}
std::string label_of(Category code, Language language) {
  return label(v1::Category_descriptor(), static_cast<int>(code), language);
}
std::string label_of(ConsentGap code, Language language) {
  return label(v1::ConsentGap_descriptor(), static_cast<int>(code), language);
}
std::string label_of(ConsentRoute code, Language language) {
  return label(v1::ConsentRoute_descriptor(), static_cast<int>(code), language);
}

std::optional<Category> category_from_id(std::string_view id) {
  return from_short_id<Category>(v1::Category_descriptor(), id);
}
std::optional<Step> step_from_id(std::string_view id) {
  return from_short_id<Step>(v1::Step_descriptor(), id);
}
std::optional<OrgKind> org_kind_from_id(std::string_view id) {
  return from_short_id<OrgKind>(v1::OrgKind_descriptor(), id);
}

std::optional<ReviewVerdict> review_verdict_from_id(std::string_view id) {
  return from_short_id<ReviewVerdict>(v1::ReviewVerdict_descriptor(), id);
}

std::optional<TalkWith> talk_with_from_id(std::string_view id) {
  return from_short_id<TalkWith>(v1::TalkWith_descriptor(), id);
}

std::string_view fhir_task_status(ReferralState state) {
  static constexpr std::array<std::string_view, kReferralStateCount> kStatus{
      "requested", "requested", "received",    "received",  "accepted",
      "on-hold",   "accepted",  "in-progress", "on-hold",   "rejected",
      "cancelled", "cancelled", "cancelled",   "completed", "failed"};
  return kStatus.at(static_cast<std::size_t>(state) - 1);
}

}  // namespace veerpont
