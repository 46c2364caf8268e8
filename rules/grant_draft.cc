#include "rules/grant_draft.h"

#include <unicode/unistr.h>

#include <algorithm>
#include <set>

#include "base/time.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

using Record = v1::GrantRecord;

constexpr int kTimeToAnswer = 14;  // days

bool is_holder(const Record::PersonAnswer& answer) {
  return answer.role() == Record::ROLE_PARENT || answer.role() == Record::ROLE_GUARDIAN ||
         answer.role() == Record::ROLE_OTHER_HOLDER;
}

// Whether a person of this role can be one of those who hold such authority; unknown authority:
// anybody.
bool can_hold(Record::Role role, v1::AuthorityType authority) {
  if (authority == v1::AUTHORITY_TYPE_SINGLE || authority == v1::AUTHORITY_TYPE_JOINT)
    return role == Record::ROLE_PARENT;
  if (authority == v1::AUTHORITY_TYPE_GUARDIAN) return role == Record::ROLE_GUARDIAN;
  return authority != v1::AUTHORITY_TYPE_JOINT_NONPARENT || role != Record::ROLE_GUARDIAN;
}

bool is_blank(const std::string& text) {
  return icu::UnicodeString::fromUTF8(text).trim().isEmpty();
}

// Different people by name, whatever its case and spaces.
std::size_t people_in(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::set<std::string> people;
  for (const std::string& name : names) {
    std::string folded;
    icu::UnicodeString::fromUTF8(name).foldCase().findAndReplace(" ", "").trim().toUTF8String(
        folded);
    if (!folded.empty()) people.insert(folded);
  }
  return people.size();
}

// The record as the rules read it, and where each person's answer stands in it.
struct ReadRecord {
  rules::ConsentCase question;
  std::vector<int> holders;
  std::optional<int> child;
};

ReadRecord read(const Record& record) {
  ReadRecord out;
  rules::ConsentCase& c = out.question;
  c.age = static_cast<int>(record.age_at_signing());
  if (record.has_turning_age()) c.also_age = static_cast<int>(record.turning_age());
  if (record.authority_type() != v1::AUTHORITY_TYPE_UNSPECIFIED)
    c.authority = static_cast<rules::Authority>(record.authority_type());
  c.incapable = record.capacity() == Record::CAPACITY_INCAPABLE;
  c.holders_separated = record.holders_separated();
  c.child_heard_or_why_not = record.child_heard() || !is_blank(record.child_not_heard_reason());
  c.capacity_note = !is_blank(record.capacity_note());
  c.professionals = people_in(record.professionals());
  c.authority_from_register = record.authority_from_register();
  for (int i = 0; i < record.answers_size(); ++i) {
    const auto& answer = record.answers(i);
    if (is_holder(answer)) {
      // A joint authority with a non-parent is one of each: the second of a kind is somebody else.
      const bool second = record.authority_type() == v1::AUTHORITY_TYPE_JOINT_NONPARENT &&
                          std::ranges::any_of(out.holders, [&](int holder) {
                            return record.answers(holder).role() == answer.role();
                          });
      const bool holds = can_hold(answer.role(), record.authority_type()) && !second;
      c.holders.push_back(holds ? static_cast<rules::Answer>(answer.answer())
                                : rules::Answer::none);
      out.holders.push_back(i);
    } else if (answer.role() == Record::ROLE_CHILD) {
      const bool refuses = answer.answer() == Record::ANSWER_REFUSES;
      const bool agrees = answer.answer() == Record::ANSWER_AGREES ||
                          answer.answer() == Record::ANSWER_REPORTED_AGREES;
      const bool must_answer = std::max(c.age, c.also_age.value_or(0)) >= 12 && !c.incapable;
      if (refuses || agrees || must_answer)
        c.child_heard_or_why_not =
            true;  // whoever answered was heard; of others the answer is asked for
      if (out.child && !refuses) continue;  // of several answers a refusal counts, else the first
      c.child = static_cast<rules::Answer>(answer.answer());
      out.child = i;
    }
  }
  return out;
}

struct Judge {
  const Record& record;
  std::string base;  // pointer to the record
  std::vector<Finding>& findings;

  void add(const std::string& pointer, ConsentGap gap) const {
    findings.push_back(finding(base + pointer, gap));
  }

  std::string pointer_of(const rules::Missing& missing, const ReadRecord& read_as) const {
    using enum ConsentGap;
    if (missing.holder && *missing.holder < read_as.holders.size())
      return "/answers/" + std::to_string(read_as.holders[*missing.holder]);
    switch (missing.gap) {
      case child_not_heard:
        return "/childHeard";
      case capacity_note:
        return "/capacityNote";
      case second_professional:
        return "/professionals";
      case authority_undetermined:
      case authority_temporarily_none:
      case authority_not_in_register:
        return "/authorityType";
      case child_not_asked:
      case child_refuses:
        return read_as.child ? "/answers/" + std::to_string(*read_as.child) : "/answers";
      default:
        return "/answers";
    }
  }

  rules::ConsentResult consent(const rules::ConsentPolicy& policy, CategorySet outbound) const {
    const ReadRecord read_as = read(record);
    if (record.authority_type() == v1::AUTHORITY_TYPE_UNSPECIFIED &&
        (read_as.question.age < 16 || read_as.question.incapable)) {
      add("/authorityType", ConsentGap::authority_type);
      return {};
    }
    auto result = rules::who_must_consent(read_as.question, policy);
    for (const auto& missing : result.missing) add(pointer_of(missing, read_as), missing.gap);
    if (result.child_chooses) {
      CategorySet chosen;
      for (const int category : record.child_chose()) chosen.add(static_cast<Category>(category));
      if (!chosen.covers(outbound)) add("/childChose", ConsentGap::outside_childs_choice);
    }
    return result;
  }

  // Each answer with its day, how it came, and why it did not.
  void answers(const Date& signed_on, const std::optional<Date>& birth) const {
    for (int i = 0; i < record.answers_size(); ++i) {
      const auto& answer = record.answers(i);
      const std::string at = "/answers/" + std::to_string(i);
      const bool said = answer.answer() == Record::ANSWER_AGREES ||
                        answer.answer() == Record::ANSWER_REPORTED_AGREES ||
                        answer.answer() == Record::ANSWER_REFUSES;
      if (said || !answer.date().empty()) {
        const auto day = parse_date(answer.date());
        if (!day || *day > signed_on || (birth && *day < *birth))
          add(at + "/date", ConsentGap::date);
      }
      if (answer.answer() == Record::ANSWER_AGREES && answer.method() == Record::METHOD_UNSPECIFIED)
        add(at + "/method", ConsentGap::method);
      if (answer.answer() == Record::ANSWER_UNREACHABLE &&
          std::ranges::all_of(answer.attempts(), is_blank))
        add(at + "/attempts", ConsentGap::attempts);
      if (answer.answer() == Record::ANSWER_UNSAFE_TO_ASK && is_blank(answer.reason()))
        add(at + "/reason", ConsentGap::reason);
    }
  }

  // What a ground other than consent asks for.
  void other_ground(Ground ground) const {
    const auto note = [&] {
      if (is_blank(record.ground_note())) add("/groundNote", ConsentGap::order_or_request);
    };
    switch (ground) {
      case Ground::ots_information:
      case Ground::child_protection_board:
      case Ground::court_substitute:
      case Ground::statutory:
        return note();
      case Ground::directly_involved:
        if (is_blank(record.ground_note())) add("/groundNote", ConsentGap::reason);
        return;
      case Ground::vital_interest:
      case Ground::conflict_of_duties:
        return exception(ground);
      case Ground::consent:
      case Ground::not_personal:
        return;
    }
  }

  void exception(Ground ground) const {
    if (people_in(record.professionals()) < 2)
      add("/professionals", ConsentGap::second_professional);
    if (is_blank(record.exception().reason())) add("/exception/reason", ConsentGap::reason);
    if (ground == Ground::vital_interest) return;
    if (is_blank(record.exception().serious_harm()))
      add("/exception/seriousHarm", ConsentGap::serious_harm);
    if (is_blank(record.exception().tried())) add("/exception/tried", ConsentGap::what_was_tried);
    if (is_blank(record.exception().consulted()))
      add("/exception/consulted", ConsentGap::colleague_consulted);
  }
};

CategorySet set_of(const google::protobuf::RepeatedField<int>& list) {
  CategorySet set;
  for (const int category : list)
    if (category > 0) set.add(static_cast<Category>(category));
  return set;
}

// Ages, from the birth date that stays here.
void fill_ages(const std::optional<Date>& birth, const Date& signed_on, v1::GrantDraft& draft,
               std::vector<Finding>& findings) {
  Record& record = *draft.mutable_record();
  if (!birth) return;
  const int age = rules::age_on(*birth, signed_on);
  if (age < 0 || (record.has_age_at_signing() && static_cast<int>(record.age_at_signing()) != age))
    return findings.push_back(finding("/record/ageAtSigning", ConsentGap::age_differs));
  record.set_age_at_signing(static_cast<std::uint32_t>(age));
  record.clear_turning_age();
  if (const auto turning = rules::age_reached_this_month(*birth, signed_on))
    record.set_turning_age(static_cast<std::uint32_t>(*turning));
}

Date days_after(const Date& day, int count) {
  return Date(std::chrono::sys_days(day) + std::chrono::days(count));
}

// The last end that the ground allows and, under consent, the birthdays. `from`: the day that the
// grant begins.
Date latest_end(Ground ground, const std::optional<Date>& birth, const Date& signed_on,
                const Date& from, const DraftContext& context) {
  if (const auto most = rules::grant_days(ground).most) return days_after(from, *most);
  return rules::latest_end(ground == Ground::consent ? birth : std::nullopt, signed_on,
                           context.consent.longest_months);
}

void fill_end(const std::optional<Date>& birth, const Date& signed_on, const DraftContext& context,
              v1::GrantDraft& draft, std::vector<Finding>& findings) {
  // From the day of signing, and for the longest life of a ground from the day that it begins.
  const auto begin = parse_date(draft.not_before());
  const Date from = begin ? std::max(*begin, context.today) : context.today;
  const auto ground = static_cast<Ground>(draft.ground());
  const Date latest = latest_end(ground, birth, signed_on, from, context);
  if (draft.expires().empty()) draft.set_expires(str(latest));
  const auto end = parse_date(draft.expires());
  if (!end) return;  // said elsewhere
  if (*end > latest)
    findings.push_back(finding("/expires", ConsentGap::ends_too_late));
  else if (*end <= from)
    findings.push_back(
        finding(begin ? "/notBefore" : "/expires", ConsentGap::ends_before_it_begins));
  else if (*end <
           days_after(from, kTimeToAnswer))  // under an exception there is nobody to ask again
    findings.push_back(finding("/expires", ConsentGap::ends_too_soon,
                               *end < days_after(from, rules::grant_days(ground).least)));
}

void judge_exchange(const v1::GrantDraft& draft, const DraftContext& context,
                    std::vector<Finding>& findings) {
  const auto ground = static_cast<Ground>(draft.ground());
  const auto kind = static_cast<ExchangeKind>(draft.kind());
  const bool anonymous = kind == ExchangeKind::anonymous_consult;
  if (anonymous != (ground == Ground::not_personal) ||
      (anonymous && draft.purpose() != v1::PURPOSE_CONSULT))
    findings.push_back(finding("/kind", ConsentGap::kind_and_ground));
  const CategorySet cap = rules::ground_cap(ground);
  for (int i = 0; i < draft.outbound_size(); ++i)
    if (!cap.has(static_cast<Category>(draft.outbound(i))))
      findings.push_back(finding("/outbound/" + std::to_string(i), ConsentGap::category));
  for (int i = 0; i < draft.inbound_size(); ++i)
    if (!cap.has(static_cast<Category>(draft.inbound(i))))
      findings.push_back(finding("/inbound/" + std::to_string(i), ConsentGap::category));
  if (context.recipient) {
    // The kinds alone: scope and life are judged by their own findings.
    const rules::GrantScope scope{*OrgId::parse("us"),
                                  *OrgId::parse("them"),
                                  ground,
                                  set_of(draft.outbound()) & cap,
                                  {},
                                  {},
                                  {},
                                  kind};
    if (anonymous == (ground == Ground::not_personal) &&
        rules::forbids(scope, context.holder, *context.recipient))
      findings.push_back(finding("/recipient", ConsentGap::recipient_kind));
  }
  if (ground == Ground::directly_involved && context.holder == OrgKind::shelter &&
      !context.linked && !context.first_referral_when_involved)
    findings.push_back(finding("/ground", ConsentGap::not_a_first_referral));
}

}  // namespace

Finding finding(std::string pointer, ConsentGap gap, bool blocks) {
  return {std::move(pointer), id_of(gap), blocks, label_of(gap, Language::dutch),
          label_of(gap, Language::english)};
}

bool JudgedDraft::allowed() const { return std::ranges::none_of(findings, &Finding::blocks); }

JudgedDraft judge(const v1::GrantDraft& draft, const DraftContext& context) {
  JudgedDraft out{draft};
  if (out.draft.kind() == v1::EXCHANGE_KIND_UNSPECIFIED)
    out.draft.set_kind(v1::EXCHANGE_KIND_REFERRAL);
  Record& record = *out.draft.mutable_record();
  if (record.signed_on().empty()) record.set_signed_on(str(context.today));
  const auto signed_on = parse_date(record.signed_on());
  if (!signed_on || *signed_on > context.today) {
    out.findings.push_back(finding("/record/signedOn", ConsentGap::date));
    return out;
  }
  const auto ground = static_cast<Ground>(draft.ground());
  const auto birth = parse_date(draft.birth_date());
  if (!birth && (ground == Ground::consent || !draft.birth_date().empty()))
    out.findings.push_back(finding("/birthDate", ConsentGap::birth_date));
  fill_ages(birth, *signed_on, out.draft, out.findings);
  fill_end(birth, *signed_on, context, out.draft, out.findings);
  judge_exchange(out.draft, context, out.findings);
  const Judge judge{record, "/record", out.findings};
  judge.answers(*signed_on, birth);
  if (ground != Ground::consent) {
    judge.other_ground(ground);
  } else if (birth) {
    out.routes = judge.consent(context.consent, set_of(out.draft.outbound())).routes;
    if (!record.authority_from_register() &&
        (record.age_at_signing() < 16 || record.capacity() == Record::CAPACITY_INCAPABLE))
      record.set_authority_check_due(str(rules::working_days_after(
          *signed_on, context.authority_check_days, rules::Holidays::dutch())));
  }
  return out;
}

std::vector<Finding> outside(const v1::Referral& referral, const v1::GrantDraft& draft) {
  std::vector<Finding> findings;
  const CategorySet listed = set_of(draft.outbound());
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  referral.GetReflection()->ListFields(referral, &fields);
  for (const auto* field : fields) {
    const auto category = static_cast<Category>(field->options().GetExtension(v1::category));
    if (!listed.has(category))
      findings.push_back(finding("/" + field->json_name(), ConsentGap::not_granted));
  }
  return findings;
}

std::vector<Finding> judge_received(const v1::GrantRecord& record, const rules::GrantScope& grant,
                                    const rules::ConsentPolicy& policy) {
  std::vector<Finding> findings;
  const Judge judge{record, "/grantRecord", findings};
  if (grant.ground == Ground::consent)
    judge.consent(policy, grant.outbound);
  else
    judge.other_ground(grant.ground);
  for (Finding& finding : findings) finding.blocks = false;
  return findings;
}

}  // namespace veerpont
