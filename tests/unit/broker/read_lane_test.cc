#include "broker/sessions/read_lane.h"

#include <gtest/gtest.h>

#include <vector>

namespace veerpont::broker {
namespace {

const OrgId kFlooding = *OrgId::parse("jgt-leiden");
const OrgId kHonest = *OrgId::parse("de-binnenvest");

// Reads that a test ends itself.
struct Desk {
  std::vector<std::pair<std::string, ReadLane::Ended>> begun;
  ReadLane::Read read(const std::string& name) {
    return [this, name](ReadLane::Ended ended) { begun.emplace_back(name, std::move(ended)); };
  }
  void end(const std::string& name, double seconds) {
    for (auto it = begun.begin(); it != begun.end(); ++it)
      if (it->first == name) {
        auto ended = std::move(it->second);
        begun.erase(it);
        return ended(ReadLane::Seconds(seconds));
      }
    FAIL() << name << " did not begin";
  }
  bool reads(const std::string& name) const {
    for (const auto& one : begun)
      if (one.first == name) return true;
    return false;
  }
};

TEST(ReadLaneTest, AnOrganisationReadsOnceAtATimeAndAnotherIsNotHeldUp) {
  ReadLane lane(2);
  Desk desk;
  for (int i = 0; i < 7; ++i) lane.run(kFlooding, desk.read("flood" + std::to_string(i)));
  EXPECT_EQ(desk.begun.size(), 1u) << "one at a time, however many it asks for";
  lane.run(kHonest, desk.read("honest"));
  EXPECT_TRUE(desk.reads("honest")) << "at once";
  desk.end("flood0", 1.0);
  EXPECT_TRUE(desk.reads("flood1"));
}

TEST(ReadLaneTest, WhoUsedLeastTimeIsNext) {
  ReadLane lane(1);
  Desk desk;
  lane.run(kFlooding, desk.read("flood0"));
  lane.run(kFlooding, desk.read("flood1"));
  lane.run(kHonest, desk.read("honest0"));
  lane.run(kHonest, desk.read("honest1"));
  lane.run(kHonest, desk.read("honest2"));
  desk.end("flood0", 10.0);
  for (const char* name : {"honest0", "honest1", "honest2"}) {
    EXPECT_TRUE(desk.reads(name)) << "its reads are cheap: " << name;
    desk.end(name, 0.1);
  }
  EXPECT_TRUE(desk.reads("flood1")) << "late, never refused";
  desk.end("flood1", 10.0);
}

TEST(ReadLaneTest, WhoComesAnewHasNoCreditFromThePast) {
  ReadLane lane(1);
  Desk desk;
  lane.run(kFlooding, desk.read("f0"));
  lane.run(kFlooding, desk.read("f1"));
  desk.end("f0", 5.0);
  lane.run(kHonest, desk.read("h0"));
  desk.end("f1", 5.0);
  EXPECT_TRUE(desk.reads("h0"));
  lane.run(kHonest, desk.read("h1"));
  lane.run(kFlooding, desk.read("f2"));
  desk.end("h0", 20.0);
  EXPECT_TRUE(desk.reads("f2")) << "one long read is charged";
}

}  // namespace
}  // namespace veerpont::broker
