// What the walkthroughs share: a federation at a Friday in November, drafts, steps, and what both
// sides must show.
#pragma once

#include <gtest/gtest.h>

#include "tests/e2e/drafts.h"
#include "tests/e2e/federation.h"

namespace veerpont::e2e {

class Walkthrough : public testing::Test {
 protected:
  Federation f{"2026-11-20 10:00"};
  void SetUp() override { f.two_organisations(); }

  void joined(const std::string& org, const std::string& title, const std::string& kind,
              const std::vector<std::string>& knows) {
    f.join(org, title, kind);
    for (const auto& other : knows) {
      f.confirm(org, other);
      f.confirm(other, org);
    }
  }
  std::string granted(const std::string& org, const Draft& draft) {
    auto command = draft.registered_in(f.write("draft.json", draft.json()));
    command.emplace_back("--json");
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    return ran.code == 0 ? std::string(ran.json().at("grantId").as_string()) : "";
  }
  // A youth of 13 with one parent; both agree.
  Draft family(const std::string& recipient) const {
    Draft draft;
    draft.recipient = recipient;
    draft.birth = "2013-05-17";
    draft.authority = "single";
    draft.answers =
        answer("child", "agrees", "", f.today()) + "," + answer("parent", "agrees", "", f.today());
    return draft;
  }
  std::string refers(const std::string& org, const std::string& grant,
                     const std::string& linked = {}) {
    std::vector<std::string> command{"refer", f.referral_document(), "--grant", grant, "--json"};
    if (!linked.empty()) command.insert(command.end(), {"--linked", linked});
    const Ran sent = f.as(org, command);
    EXPECT_EQ(sent.code, 0) << sent.err;
    return sent.code == 0 ? std::string(sent.json().at("referralId").as_string()) : "";
  }
  Ran replies(const std::string& org, const std::string& referral, const std::string& step,
              const std::string& update = {}) {
    std::vector<std::string> command{"reply", referral, step, "--json"};
    if (!update.empty())
      command.insert(command.end(), {"--document", f.write("update.json", update)});
    return f.as(org, command);
  }
  void steps(const std::string& org, const std::string& referral, const std::string& step,
             const std::string& update = {}) {
    const Ran ran = replies(org, referral, step, update);
    EXPECT_EQ(ran.code, 0) << step << ": " << ran.err;
  }
  std::string reads(const std::string& org) { return reads_message(org, f.received(org)); }
  std::string reads_message(const std::string& org, const std::string& message) {
    const Ran opened = f.as(org, {"open", message});
    EXPECT_EQ(opened.code, 0) << opened.err;
    return opened.out;
  }
  void both_in(const std::string& state, const std::string& referral) {
    EXPECT_EQ(f.state("de-binnenvest", referral), state);
    EXPECT_EQ(f.state("jgt-leiden", referral), state);
  }
  // The clock jumps while nobody is connected; keys are published again.
  void later(const std::string& date, const std::vector<std::string>& organisations) {
    ASSERT_EQ(f.stop(), 0);
    f.set_time(date);
    f.serve();
    ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
    for (const auto& org : organisations) ASSERT_EQ(f.as(org, {"audit", "sync"}).code, 0) << org;
  }
  static std::vector<std::string> texts(const boost::json::value& rows, const char* member) {
    std::vector<std::string> out;
    if (rows.is_array())
      for (const auto& row : rows.as_array()) out.emplace_back(row.at(member).as_string());
    return out;
  }
  void all_verify(const std::vector<std::string>& organisations) {
    for (const auto& org : organisations) EXPECT_EQ(f.as(org, {"audit", "verify"}).code, 0) << org;
    const Ran checked = f.operate({"check"});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  }
};

}  // namespace veerpont::e2e
