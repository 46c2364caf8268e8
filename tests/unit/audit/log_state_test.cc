// An event means what its object says: a history of the real gate replays, and no field of any of
// its events can be another.
#include "audit/log_state.h"

#include <gtest/gtest.h>

#include "tests/fakes/memory_parts.h"

namespace veerpont::audit {
namespace {

using namespace broker;
using namespace fakes;

const Time kNow = time_from_ms(1'795'000'000'000);

class LogStateTest : public testing::Test {
 protected:
  MemoryBroker memory_{kNow};
  Party shelter_{memory_, "de-binnenvest", OrgKind::shelter};
  Party team_{memory_, "jgt-leiden", OrgKind::youth_team};

  GrantId granted() {
    const auto id = fresh<GrantId>();
    EXPECT_EQ(shelter_.ask(grant_frame(shelter_.signer(),
                                       {team_.member.org,
                                        {Category::routing, Category::safety},
                                        {},
                                        kNow,
                                        *amsterdam_midnight("2027-01-01"),
                                        id},
                                       kNow)),
              "");
    return id;
  }
  MessageId sent(Party& from, Party& to, const GrantId& grant, const ReferralId& referral,
                 Step step, CategorySet categories) {
    const auto message = fresh<MessageId>();
    EXPECT_EQ(from.ask(submit_frame(
                  from.signer(), to.statement(),
                  {grant, referral, step, categories, kNow, std::chrono::hours(24), message})),
              "")
        << id_of(step);
    return message;
  }
  // Every kind that a participant signs, and what follows of it.
  void live() {
    const auto grant = granted();
    const auto referral = fresh<ReferralId>();
    const CategorySet all{Category::grant_record, Category::routing, Category::safety};
    const auto first = sent(shelter_, team_, grant, referral, Step::refer, all);
    EXPECT_EQ(team_.ask(received_frame(team_.signer(), shelter_.member.org, {first})), "");
    EXPECT_EQ(team_.ask(release_frame(team_.signer(), first, {Category::routing})), "");
    const auto reply = sent(team_, shelter_, grant, referral, Step::accept, {});
    EXPECT_EQ(shelter_.ask(rejected_frame(shelter_.signer(), reply, RefusalCode::cannot_verify)),
              "");
    EXPECT_EQ(shelter_.ask(withdraw_frame(shelter_.signer(), grant, {Category::safety})), "");
    const auto other = granted();
    const auto taken_back = fresh<ReferralId>();
    sent(shelter_, team_, other, taken_back, Step::refer, all);
    sent(shelter_, team_, other, taken_back, Step::withdraw, {});
    const auto third = granted();
    sent(shelter_, team_, third, fresh<ReferralId>(), Step::refer, all);
    EXPECT_EQ(shelter_.ask(withdraw_frame(shelter_.signer(), third, {})), "");
  }
  std::vector<Leaf> leaves() const {
    std::vector<Leaf> out;
    for (const auto& [place, leaf] : memory_.store->state()->leaves) out.push_back(leaf);
    return out;
  }
  static std::string object_of(const Leaf& leaf) { return leaf.object ? leaf.object->body() : ""; }
};

// Another value of this field; false where it has none to swap.
bool swap(v1::AuditEvent& event, const google::protobuf::FieldDescriptor* field) {
  using Field = google::protobuf::FieldDescriptor;
  const auto* reflection = event.GetReflection();
  if (field->is_repeated()) {
    if (reflection->FieldSize(event, field) > 0) return reflection->RemoveLast(&event, field), true;
    if (field->cpp_type() == Field::CPPTYPE_STRING)
      return reflection->AddString(&event, field, std::string(16, 'x')), true;
    if (field->cpp_type() == Field::CPPTYPE_ENUM)
      return reflection->AddEnumValue(&event, field, 3), true;
    if (field->cpp_type() == Field::CPPTYPE_MESSAGE)
      return reflection->AddMessage(&event, field) != nullptr;
    return false;
  }
  switch (field->cpp_type()) {
    case Field::CPPTYPE_STRING: {
      const std::string now = reflection->GetString(event, field);
      const std::size_t size = field->name().find("sha256") != std::string::npos ? 32 : 16;
      return reflection->SetString(&event, field,
                                   now.empty()
                                       ? std::string(size, 'x')
                                       : std::string(now.size(), now.front() == 'x' ? 'y' : 'x')),
             true;
    }
    case Field::CPPTYPE_ENUM:
      return reflection->SetEnumValue(&event, field,
                                      reflection->GetEnumValue(event, field) == 2 ? 3 : 2),
             true;
    case Field::CPPTYPE_UINT32:
      return reflection->SetUInt32(&event, field, reflection->GetUInt32(event, field) + 1), true;
    case Field::CPPTYPE_UINT64:
      return reflection->SetUInt64(&event, field, reflection->GetUInt64(event, field) + 1), true;
    default:
      return false;
  }
}

TEST_F(LogStateTest, ReplaysWhatTheGateLoggedAndFindsEverySwappedField) {
  live();
  const auto all = leaves();
  LogState state;
  std::set<v1::EventKind> kinds;
  int swaps = 0;
  for (const Leaf& leaf : all) {
    const EventRow& row = row_of(leaf.event.kind());
    if (row.signed_type || row.kind == v1::EVENT_KIND_SHARES_DESTROYED) {
      kinds.insert(leaf.event.kind());
      const auto* type = v1::AuditEvent::descriptor();
      for (int i = 0; i < type->field_count(); ++i) {
        const std::string& name = type->field(i)->name();
        if (name == "time" || name == "actor_chain" || name == "counterpart_chain" ||
            name == "pair_chain")
          continue;
        v1::AuditEvent other = leaf.event;
        if (!swap(other, type->field(i))) continue;
        LogState before = state;
        EXPECT_TRUE(before.take(other, object_of(leaf), leaf.index))
            << leaf.event.kind() << " " << name;
        ++swaps;
      }
    }
    const auto fault = state.take(leaf.event, object_of(leaf), leaf.index);
    EXPECT_FALSE(fault) << leaf.index.value << ": " << fault.value_or("");
  }
  for (const auto kind :
       {v1::EVENT_KIND_SUBMITTED, v1::EVENT_KIND_GRANT_REGISTERED, v1::EVENT_KIND_GRANT_WITHDRAWN,
        v1::EVENT_KIND_RECEIVED, v1::EVENT_KIND_REJECTED, v1::EVENT_KIND_RELEASED,
        v1::EVENT_KIND_SHARES_DESTROYED})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  EXPECT_GT(swaps, 200);
}

// Three genuine signatures about other business once made a member believe that its referral was
// declined.
TEST_F(LogStateTest, FindsAGenuineObjectThatIsToldTwiceOrInAnotherPlace) {
  live();
  const auto all = leaves();
  for (std::size_t again = 0; again < all.size(); ++again) {
    if (!row_of(all[again].event.kind()).keeps_operation) continue;
    LogState state;
    for (const Leaf& leaf : all) state.take(leaf.event, object_of(leaf), leaf.index);
    EXPECT_TRUE(state.take(all[again].event, object_of(all[again]), LogIndex{all.size()}))
        << all[again].event.kind() << " twice";
    for (const Leaf& other : all)
      if (&other != &all[again] && other.event.kind() == all[again].event.kind() &&
          object_of(other) != object_of(all[again])) {
        LogState before;
        for (const Leaf& leaf : all) {
          if (leaf.index == other.index) break;
          before.take(leaf.event, object_of(leaf), leaf.index);
        }
        EXPECT_TRUE(before.take(other.event, object_of(all[again]), other.index))
            << other.event.kind() << " with another's object";
      }
  }
}

}  // namespace
}  // namespace veerpont::audit
