// The closed codes for code that knows no protobuf: numbers are those of
// schemas/proto/veerpont/v1/codes.proto (a test compares every one). Short ids and labels come from
// that schema.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/api.h"
#include "base/language.h"

namespace veerpont {

enum class OrgKind {
  shelter = 1,
  youth_team,
  youth_service,
  municipality,
  certified_agency,
  child_protection_board,
  oversight
};
enum class Ground {
  consent = 1,
  directly_involved,
  ots_information,
  child_protection_board,
  vital_interest,
  conflict_of_duties,
  court_substitute,
  statutory,
  not_personal,
};
enum class Urgency { crisis = 1, spoed, regulier };
enum class ExchangeKind { referral = 1, anonymous_consult, information_request };
enum class Category : std::uint16_t {
  grant_record = 1,
  routing,
  identity,
  authority,
  care_need,
  child_voice,
  safety,
  instrument_result,
  school,
  health,
  network,
  practical,
  update,
};
inline constexpr int kCategoryCount = 13;
enum class Step {
  refer = 1,
  request_info,
  provide_info,
  accept,
  decline,
  waitlist,
  plan_handover,
  start,
  pause,
  resume,
  complete,
  not_started,
  redirect,
  update,
  renew,
  withdraw,
  stay_ended,
  access_requested,
  access_answered,
};
inline constexpr int kStepCount = 19;
enum class ReferralState {
  sent = 1,
  delivered,
  in_review,
  info_requested,
  accepted,
  waitlisted,
  handover_planned,
  started,
  paused,
  declined,
  redirected,
  withdrawn,
  not_started,
  completed,
  expired,
};
inline constexpr int kReferralStateCount = 15;
enum class ConsentGap {
  child_not_heard = 1,
  child_not_asked,
  child_refuses,
  holder_not_asked,
  holder_only_reported,
  holder_unreachable,
  holder_unsafe_to_ask,
  holder_refuses,
  too_many_holders,
  capacity_note,
  second_professional,
  authority_undetermined,
  authority_temporarily_none,
  authority_not_in_register,
  birth_date,
  age_differs,
  date,
  method,
  attempts,
  reason,
  outside_childs_choice,
  ends_too_late,
  ends_before_it_begins,
  serious_harm,
  what_was_tried,
  colleague_consulted,
  order_or_request,
  recipient_kind,
  not_a_first_referral,
  category,
  kind_and_ground,
  authority_type,
  not_granted,
  crisis_call,
  unknown_municipality,
  merged_municipality,
  recipient_does_not_serve,
  unsafe_contact_wanted,
  unknown_team,
  sibling_grant,
  stays_here,
  child_not_asked_to_share,
  secret_address_not_said,
  another_child,
  age_band,
  referred_before,
  ends_too_soon,
  wanted_not_granted,
  birth_date_to_come,
};
enum class ConsentRoute {
  anonymous_consult = 1,
  parents_own_application,
  court_substitute,
  conflict_of_duties
};
enum class LeakKind {
  postcode = 1,
  street_and_number,
  telephone,
  email,
  coordinates,
  map_link,
  bsn,
  secret_word,
  name,
  school_name,
  other_person,
  parents_data,
  accusation,
  origin_or_religion,
  sibling,
};
enum class RoutingBasis { before_the_stay = 1, present_address, mother_at_birth };
enum class DueReason { end_of_term = 1, birthday, authority_check, end_of_sharing };
enum class ReviewVerdict { justified = 1, not_justified, open_question };
enum class TalkWith { parents = 1, child };
enum class ActorRole { worker = 1, team_lead, privacy_officer, administrator, system };
enum class SampleReason {
  drawn = 1,
  after_closing,
  exception,
  many_in_a_short_time,
  searched_by_name,
  outside_own_work
};
enum class AccessKind {
  opened = 1,
  read_again,
  own,
  listed,
  exported,
  searched,
  printed,
  denied,
  logged_in,
  changed
};

// A set of categories, in schema order.
class CategorySet {
 public:
  constexpr CategorySet() = default;
  constexpr CategorySet(std::initializer_list<Category> categories) {
    for (const Category category : categories) add(category);
  }
  constexpr void add(Category category) { bits_ |= bit(category); }
  constexpr bool has(Category category) const { return (bits_ & bit(category)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool covers(CategorySet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr CategorySet operator|(CategorySet other) const {
    return CategorySet(bits_ | other.bits_);
  }
  constexpr CategorySet operator&(CategorySet other) const {
    return CategorySet(bits_ & other.bits_);
  }
  constexpr CategorySet minus(CategorySet other) const { return CategorySet(bits_ & ~other.bits_); }
  constexpr std::uint32_t bits() const { return bits_; }
  static constexpr CategorySet from_bits(std::uint32_t bits) { return CategorySet(bits); }
  static constexpr CategorySet all() { return CategorySet((1u << (kCategoryCount + 1)) - 2); }
  VEERPONT_API std::vector<Category> list() const;  // ascending
  friend constexpr bool operator==(CategorySet, CategorySet) = default;

 private:
  constexpr explicit CategorySet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Category category) {
    return 1u << static_cast<unsigned>(category);
  }
  std::uint32_t bits_ = 0;
};

// Short id ("care-need") and label of a code; from_id answers nothing for an unknown id.
VEERPONT_API std::string id_of(Category code);
VEERPONT_API std::string id_of(Step code);
VEERPONT_API std::string id_of(ReferralState code);
VEERPONT_API std::string id_of(Ground code);
VEERPONT_API std::string id_of(OrgKind code);
VEERPONT_API std::string id_of(ExchangeKind code);
VEERPONT_API std::string id_of(ConsentGap code);
VEERPONT_API std::string id_of(ConsentRoute code);
VEERPONT_API std::string id_of(LeakKind code);
VEERPONT_API std::string id_of(RoutingBasis code);
VEERPONT_API std::string id_of(DueReason code);
VEERPONT_API std::string id_of(ReviewVerdict code);
VEERPONT_API std::string id_of(TalkWith code);
VEERPONT_API std::string id_of(ActorRole code);
VEERPONT_API std::string id_of(AccessKind code);
VEERPONT_API std::string id_of(SampleReason code);
VEERPONT_API std::string label_of(ReferralState code, Language language = Language::dutch);
VEERPONT_API std::string label_of(Category code, Language language = Language::dutch);
VEERPONT_API std::string label_of(ConsentGap code, Language language = Language::dutch);
VEERPONT_API std::string label_of(ConsentRoute code, Language language = Language::dutch);
VEERPONT_API std::string label_of(LeakKind code, Language language = Language::dutch);
VEERPONT_API std::string label_of(RoutingBasis code, Language language = Language::dutch);
VEERPONT_API std::string label_of(DueReason code, Language language = Language::dutch);
VEERPONT_API std::string label_of(ReviewVerdict code, Language language = Language::dutch);
VEERPONT_API std::string label_of(TalkWith code, Language language = Language::dutch);
VEERPONT_API std::string label_of(ActorRole code, Language language = Language::dutch);
VEERPONT_API std::string label_of(AccessKind code, Language language = Language::dutch);
VEERPONT_API std::string label_of(SampleReason code, Language language = Language::dutch);
VEERPONT_API std::string label_of(OrgKind code, Language language = Language::dutch);
VEERPONT_API std::string label_of(Ground code, Language language = Language::dutch);
VEERPONT_API std::string label_of(Step code, Language language = Language::dutch);
VEERPONT_API std::optional<Category> category_from_id(std::string_view id);
VEERPONT_API std::optional<Step> step_from_id(std::string_view id);
VEERPONT_API std::optional<OrgKind> org_kind_from_id(std::string_view id);
VEERPONT_API std::optional<Ground> ground_from_id(std::string_view id);
VEERPONT_API std::optional<ReferralState> referral_state_from_id(std::string_view id);
// What a kind of event is called, by its short id: "grant-registered"; the id when it is none.
VEERPONT_API std::string label_of_event(std::string_view id, Language language = Language::dutch);
VEERPONT_API std::optional<ReviewVerdict> review_verdict_from_id(std::string_view id);
VEERPONT_API std::optional<TalkWith> talk_with_from_id(std::string_view id);
VEERPONT_API std::optional<ActorRole> actor_role_from_id(std::string_view id);
VEERPONT_API std::optional<AccessKind> access_kind_from_id(std::string_view id);
// The FHIR R5 Task.status of a state: "requested", "received", "accepted", ….
VEERPONT_API std::string_view fhir_task_status(ReferralState state);

}  // namespace veerpont
