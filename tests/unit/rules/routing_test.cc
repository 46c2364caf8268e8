#include "rules/routing.h"

#include <gtest/gtest.h>

#include <fstream>

#include "rules/profile.h"
#include "rules/service_area.h"
#include "schemas/document_json.h"

namespace veerpont::rules {
namespace {

Date day(const char* text) { return *parse_date(text); }
Time at(const char* text) { return *parse_rfc3339(text); }

TEST(MunicipalityList, HasEveryMunicipalityOfItsDateAndWhatMergedBefore) {
  const auto& list = Municipalities::dutch();
  EXPECT_EQ(list.size(), 341u);
  EXPECT_EQ(str(list.as_of()), "2026-01-01");
  // Those of the examples, written out again.
  for (const auto& [code, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"GM0546", "Leiden"},
                                                                  {"GM0547", "Leiderdorp"},
                                                                  {"GM0579", "Oegstgeest"},
                                                                  {"GM0638", "Zoeterwoude"},
                                                                  {"GM0626", "Voorschoten"},
                                                                  {"GM0484", "Alphen aan den Rijn"},
                                                                  {"GM1884", "Kaag en Braassem"},
                                                                  {"GM0569", "Nieuwkoop"},
                                                                  {"GM0537", "Katwijk"},
                                                                  {"GM0575", "Noordwijk"},
                                                                  {"GM1525", "Teylingen"},
                                                                  {"GM0534", "Hillegom"},
                                                                  {"GM0553", "Lisse"}})
    EXPECT_EQ(list.name(code), name);
  EXPECT_EQ(list.on(day("2025-12-31"), "GM1696"), "GM1696");
  EXPECT_EQ(list.on(day("2026-01-01"), "GM1696"), "GM0402")
      << "Wijdemeren became part of Hilversum";
  EXPECT_EQ(list.name("GM1696"), "Wijdemeren");
  EXPECT_FALSE(list.on(day("2026-01-01"), "GM9999"));
}

TEST(MunicipalityList, RefusesAListThatLeadsNowhere) {
  EXPECT_TRUE(Municipalities::parse("as-of 2026-01-01\nGM0001 Een\n"));
  for (const char* text : {"GM0001 Een\n", "as-of 2026-01-01\n", "as-of morgen\nGM0001 Een\n",
                           "as-of 2026-01-01\nGM1 Een\n", "as-of 2026-01-01\nGM0001\n",
                           "as-of 2026-01-01\nGM0001 Een\nGM0001 Twee\n",
                           "as-of 2026-01-01\nGM0001 Een\nmerged GM0002 GM0003 2026-01-01 Twee\n",
                           "as-of 2026-01-01\nGM0001 Een\nmerged GM0002 GM0001 ooit Twee\n"})
    EXPECT_FALSE(Municipalities::parse(text)) << text;
}

TEST(ResponsibleMunicipality, FollowsTheChildAndNeverTheShelter) {
  const auto& list = Municipalities::dutch();
  const auto responsible = [&](const Residence& residence) -> std::string {
    const auto found = responsible_municipality(residence, day("2026-11-20"), list);
    return found ? found->municipality + " " + id_of(found->basis) : "";
  };
  EXPECT_EQ(responsible({true, "GM0484", "GM0363", "GM0599"}), "GM0484 before-the-stay");
  EXPECT_EQ(responsible({false, "GM0484", "GM0363", "GM0599"}), "GM0363 present-address");
  EXPECT_EQ(responsible({true, "", "GM0363", "GM0599"}), "GM0599 mother-at-birth")
      << "where the family is registered during the stay does not count";
  EXPECT_EQ(responsible({false, "GM0484", "", "GM0599"}), "GM0599 mother-at-birth");
  EXPECT_EQ(responsible({true, "GM1696", "", ""}), "GM0402 before-the-stay")
      << "by its name of today";
  EXPECT_EQ(responsible({true, "", "", ""}), "");
  EXPECT_EQ(responsible({true, "GM9999", "", "GM0599"}), "")
      << "a wrong code is no unknown address";
}

TEST(ServiceArea, HoldsFromItsFirstToItsLastDay) {
  const std::vector<std::string> served{"GM0546", "GM0547@2027-01-01..", "GM0579@..2026-12-31",
                                        "GM0638@2026-06-01..2026-06-30"};
  const auto on = [&](const char* when, const char* code) {
    return serves(served, code, day(when));
  };
  EXPECT_TRUE(on("2026-11-20", "GM0546"));
  EXPECT_FALSE(on("2026-12-31", "GM0547"));
  EXPECT_TRUE(on("2027-01-01", "GM0547"));
  EXPECT_TRUE(on("2026-12-31", "GM0579"));
  EXPECT_FALSE(on("2027-01-01", "GM0579"));
  EXPECT_TRUE(on("2026-06-30", "GM0638"));
  EXPECT_FALSE(on("2026-07-01", "GM0638"));
  for (const std::string& text : served) EXPECT_EQ(Served::parse(text)->str(), text);
  for (const char* text : {"", "GM546", "Leiden", "GM0546@", "GM0546@..", "GM0546@2026-01-01",
                           "GM0546@2026-02-01..2026-01-01", "GM0546@x..2026-01-01"})
    EXPECT_FALSE(Served::parse(text)) << text;
}

v1::Profile profile(const std::string& json) {
  v1::Profile out;
  EXPECT_TRUE(read_json(json, out)) << json;
  return out;
}

TEST(Profile, SaysWhenSomebodyIsThere) {
  const auto& holidays = Holidays::dutch();
  const auto hours = opening_hours_of(profile(
      R"({"openingHours":[{"days":["monday","tuesday"],"opens":"08:30","closes":"20:00"},{"days":["sunday"],"opens":"00:00","closes":"24:00"}]})"));
  EXPECT_TRUE(hours.open_at(at("2026-11-23T18:59:00Z"), holidays)) << "Monday, 19:59";
  EXPECT_FALSE(hours.open_at(at("2026-11-23T19:00:00Z"), holidays));
  EXPECT_FALSE(hours.open_at(at("2026-11-25T10:00:00Z"), holidays)) << "Wednesday";
  EXPECT_EQ(rfc3339(hours.next_open(at("2026-11-25T10:00:00Z"), holidays)), "2026-11-28T23:00:00Z")
      << "Sunday begins";
  EXPECT_EQ(rfc3339(hours.closing(day("2026-11-23"), holidays)), "2026-11-23T19:00:00Z");
  EXPECT_EQ(rfc3339(hours.closing(day("2026-11-25"), holidays)), "2026-11-25T16:00:00Z")
      << "a day on which it is closed ends at five";
  // The Sunday on which summer time ends has 25 hours; its 24:00 is still midnight.
  EXPECT_EQ(rfc3339(hours.closing(day("2026-10-25"), holidays)), "2026-10-25T23:00:00Z");
  EXPECT_FALSE(hours.open_at(at("2027-03-29T10:00:00Z"), holidays)) << "Easter Monday";
  EXPECT_TRUE(
      opening_hours_of(
          profile(
              R"({"openingHours":[{"days":["monday"],"opens":"09:00","closes":"17:00"}],"openOnHolidays":true})"))
          .open_at(at("2027-03-29T10:00:00Z"), holidays));
  EXPECT_TRUE(opening_hours_of({}).open_at(at("2026-11-25T10:00:00Z"), holidays))
      << "office hours of who says nothing";
}

TEST(Profile, RefusesWhatCannotBeKept) {
  const auto fault = [](const std::string& json) {
    const auto checked = check_profile(profile(json));
    return checked ? std::string() : checked.refusal().detail;
  };
  EXPECT_EQ(
      fault(
          R"({"service":"Jeugdhulp","takesCrisis":true,"crisisTelephone":"071-5123456","teams":[{"id":"noord","name":"Team Noord"}]})"),
      "");
  EXPECT_EQ(fault(R"({"takesCrisis":true})"), "crisisTelephone")
      << "who takes crisis says where to call";
  EXPECT_EQ(fault(R"({"crisisTelephone":"071-5123456"})"), "crisisTelephone");
  EXPECT_EQ(fault(R"({"takesCrisis":true,"crisisTelephone":"bel ons"})"), "crisisTelephone");
  EXPECT_EQ(fault(R"({"openingHours":[{"days":["monday"],"opens":"9:00","closes":"17:00"}]})"),
            "openingHours[0].opens");
  EXPECT_EQ(fault(R"({"openingHours":[{"days":["monday"],"opens":"09:00","closes":"09:00"}]})"),
            "openingHours[0].closes");
  EXPECT_EQ(fault(R"({"openingHours":[{"days":["monday"],"opens":"09:00","closes":"25:00"}]})"),
            "openingHours[0].closes");
  EXPECT_EQ(fault(R"({"openingHours":[{"opens":"09:00","closes":"17:00"}]})"),
            "openingHours[0].days");
  EXPECT_EQ(
      fault(R"({"openingHours":[{"days":["monday","monday"],"opens":"09:00","closes":"17:00"}]})"),
      "openingHours[0].days");
  EXPECT_EQ(fault(R"({"teams":[{"id":"Noord","name":"x"}]})"), "teams[0].id");
  EXPECT_EQ(fault(R"({"teams":[{"id":"noord"}]})"), "teams[0].name");
  EXPECT_EQ(fault("{\"service\":\"" + std::string(201, 'x') + "\"}"), "service");
}

}  // namespace
}  // namespace veerpont::rules
