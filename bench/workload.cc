#include "bench/workload.h"

#include "schemas/wire.h"

namespace veerpont::bench {
namespace {

void number(std::vector<std::string>& frames, v1::ClientFrame frame) {
  frame.set_request_id(frames.size() + 1);
  frames.push_back(wire::serialise(frame));
}

}  // namespace

CategorySet sections() { return {Category::grant_record, Category::care_need}; }

fakes::GrantWanted grant_wanted(const Parties& parties) {
  const Time now = SystemClock().now();
  const Time expires = *amsterdam_midnight("2099-01-01");
  return {parties.recipient.org,
          CategorySet{Category::care_need},
          {},
          now - std::chrono::hours(1),
          expires};  // the record always may
}

Workload make_workload(const Parties& parties, std::size_t messages) {
  Workload made;
  GrantId grant = fakes::fresh<GrantId>();
  ReferralId referral = fakes::fresh<ReferralId>();
  for (std::size_t i = 0; i < messages; ++i) {
    const Time now = SystemClock().now();
    if (i % kMessagesPerGrant == 0) {
      const fakes::GrantWanted wanted = grant_wanted(parties);
      grant = wanted.id;
      referral = fakes::fresh<ReferralId>();
      number(made.grants, fakes::grant_frame(parties.sender, wanted, now));
    }
    const fakes::SubmitWanted wanted{.grant = grant,
                                     .referral = referral,
                                     .categories = sections(),
                                     .created = now,
                                     .section_bytes = kSectionBytes};
    number(made.submits, fakes::submit_frame(parties.sender, parties.recipient_keys, wanted));
    number(made.releases, fakes::release_frame(parties.recipient, wanted.message, sections()));
  }
  return made;
}

}  // namespace veerpont::bench
