// What the privacy officer hands over: files with a signed manifest, and the register, through the
// command line.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

class HandOver : public testing::Test {
 protected:
  HandOver() {
    f.two_organisations();
    f.know_worker("de-binnenvest", kOfficer);
    f.know_worker("jgt-leiden", kOfficer);
    referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--purpose", "=1+1"}).code, 0);
    EXPECT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
    EXPECT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);
    const auto proven = json::parse(f.as("de-binnenvest", {"audit", "prove", "0", "--json"}).out);
    key = std::string(proven.at("verifierKey").as_string());
  }
  // What was made, by its path; empty when it was refused.
  std::string exported(const std::string& org, const std::string& what, const std::string& format,
                       std::vector<std::string> more = {}) {
    const std::string out = f.folder() + "/out-" + org + "-" + what + "-" + format;
    std::vector<std::string> command{"audit", "export", "--what",   what,     "--format", format,
                                     "--out", out,      "--worker", kOfficer, "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    if (ran.code != 0) return {};
    return out + "/" + std::string(json::parse(ran.out).at("name").as_string());
  }
  Ran check(const std::string& file, const std::string& with = {}, std::string manifest = {}) {
    std::vector<std::string> command{"audit",  "check-export", file,
                                     "--json", "--key",        with.empty() ? key : with};
    if (!manifest.empty()) command.insert(command.end(), {"--manifest", std::move(manifest)});
    return f.as("nobody", command);
  }
  static std::size_t lines(const std::string& file) {
    const std::string text = contents(file);
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  static constexpr char kOfficer[] = "de functionaris";
  Federation f;
  std::string referral, key;
};

TEST_F(HandOver, EveryFormHasItsRowsAndAManifestThatHolds) {
  const struct {
    const char* org;
    const char* what;
    const char* format;
    bool has_head;
  } forms[] = {{"de-binnenvest", "events", "csv", true},
               {"de-binnenvest", "events", "fhir", false},
               {"jgt-leiden", "accesses", "csv", true},
               {"jgt-leiden", "accesses", "nen7513", true},
               {"jgt-leiden", "accesses", "fhir", false}};
  for (const auto& form : forms) {
    const std::string file = exported(form.org, form.what, form.format);
    ASSERT_FALSE(file.empty());
    const Ran ran = check(file);
    ASSERT_EQ(ran.code, 0) << ran.err;
    const json::object said = json::parse(ran.out).as_object();
    EXPECT_EQ(said.at("organisation"), form.org);
    EXPECT_EQ(said.at("rows").to_number<std::size_t>(), lines(file) - (form.has_head ? 1 : 0))
        << form.format;
    EXPECT_GT(said.at("rows").to_number<std::size_t>(), 0u);
  }
  const json::object whoami = json::parse(f.as("jgt-leiden", {"whoami", "--json"}).out).as_object();
  const std::string table = exported("jgt-leiden", "accesses", "csv", {"--from", f.today()});
  const json::object said = json::parse(check(table).out).as_object();
  EXPECT_EQ(said.at("fingerprint"), whoami.at("fingerprint"));
  EXPECT_EQ(said.at("selection").as_string(), "from=" + f.today());
  EXPECT_NE(contents(table).find("\"'=1+1\""), std::string::npos) << "no formula";
  EXPECT_NE(contents(table).find(referral), std::string::npos);
}

TEST_F(HandOver, WhatIsChangedDoesNotHold) {
  const std::string file = exported("de-binnenvest", "events", "csv", {"--with", "jgt-leiden"});
  const std::string bytes = contents(file), manifest = contents(file + ".manifest.json");
  const auto with = [&](const std::string& name, const std::string& text) {
    return f.write(name, text);
  };
  const std::string whole = with("manifest", manifest);
  EXPECT_EQ(check(with("same", bytes), {}, whole).code, 0);
  EXPECT_EQ(check(with("more", bytes + "x"), {}, whole).code, 4);
  std::string other = bytes;
  other[other.size() / 2] ^= 1;
  EXPECT_EQ(check(with("changed", other), {}, whole).code, 4);
  // Each part of the manifest: what people read, what was signed, the signature, the log's word.
  for (const char* part : {"rows", "organisation", "selection", "sha256", "body", "signature"}) {
    const auto at = manifest.find("\"" + std::string(part) + "\":");
    ASSERT_NE(at, std::string::npos) << part;
    const auto digit =
        manifest.find_first_of("0123456789abcdef", at + std::string(part).size() + 4);
    std::string changed = manifest;
    changed[digit] = changed[digit] == '1' ? '2' : '1';
    const int code = check(with("same", bytes), {}, with("changed-manifest", changed)).code;
    EXPECT_TRUE(code == 4 || code == 2) << part << ": " << code;
  }
  // Of another organisation, under this one's name.
  const std::string theirs = exported("jgt-leiden", "events", "csv");
  EXPECT_EQ(check(file, {}, theirs + ".manifest.json").code, 4);
  EXPECT_EQ(check(file, "veerpont.example/x/audit+00000000+AAAA").code, 2);
  EXPECT_EQ(check(file, {}, with("junk", "{}")).code, 2);
}

TEST_F(HandOver, WhoTakesItOutIsInTheAccessLogFirst) {
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "export", "--what", "events", "--out",
                                   f.folder() + "/o", "--worker", "een vreemde"})
                .code,
            2);
  for (const auto& [what, format] : {std::pair("events", "nen7513"), std::pair("register", "fhir")})
    EXPECT_EQ(f.as("de-binnenvest", {"audit", "export", "--what", what, "--format", format, "--out",
                                     f.folder() + "/o", "--worker", kOfficer})
                  .code,
              2)
        << what;
  EXPECT_FALSE(std::filesystem::exists(f.folder() + "/o"));
  EXPECT_NE(exported("de-binnenvest", "events", "csv"), exported("de-binnenvest", "events", "csv"))
      << "no earlier one is overwritten";
  exported("de-binnenvest", "events", "fhir", {"--with", "jgt-leiden"});
  const json::value rows = f.as("de-binnenvest", {"audit", "accesses", "--json"}).json();
  const auto& last = rows.as_array().back().as_object();
  EXPECT_EQ(last.at("kind"), "exported");
  EXPECT_EQ(last.at("person"), kOfficer);
  EXPECT_EQ(last.at("list"), "audit export events fhir with=jgt-leiden");
}

TEST_F(HandOver, TheRegisterSaysWhatIsDoneAndWhatPeopleSaidOfItWhen) {
  const auto shown = [&](const std::string& org, std::vector<std::string> more = {}) {
    std::vector<std::string> command{"audit", "register", "show", "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return json::parse(ran.out).as_object();
  };
  const json::object ours = shown("de-binnenvest"), theirs = shown("jgt-leiden");
  const auto& refer = ours.at("sheets").at(0).as_object();
  EXPECT_EQ(refer.at("id"), "refer");
  EXPECT_EQ(theirs.at("sheets").at(0).at("id"), "receive");
  EXPECT_EQ(theirs.at("sheets").at(0).at("received"), refer.at("sent"));
  EXPECT_EQ(refer.at("bases").at(0).at("ground"), "consent");
  EXPECT_EQ(refer.at("bases").at(0).at("articles"), "6(1)(a), 9(2)(a)");
  EXPECT_EQ(refer.at("partners").at(0).at("org"), "jgt-leiden");
  EXPECT_EQ(refer.at("kept").at(0).at("months").to_number<int>(), 24);
  EXPECT_EQ(ours.at("sheets").as_array().back().at("id"), "account");
  EXPECT_TRUE(ours.at("said").as_array().empty()) << "nobody said anything yet";

  const auto says = [&](const std::string& field, const std::string& text) {
    return f.as("de-binnenvest",
                {"audit", "register", "set", field, text, "--worker", kOfficer, "--json"});
  };
  ASSERT_EQ(says("contact", "De Binnenvest, Leiden").code, 0);
  ASSERT_EQ(says("purpose.refer", "Hulp regelen voor kinderen in de opvang").code, 0);
  ASSERT_EQ(says("contact", "De Binnenvest, 071").code, 0);
  EXPECT_EQ(says("address", "x").code, 2);
  EXPECT_EQ(says("basis.no-such", "x").code, 2);
  EXPECT_EQ(says("contact", std::string(2'001, 'x')).code, 2);
  const json::object now = shown("de-binnenvest");
  EXPECT_EQ(now.at("versions").to_number<int>(), 3);
  EXPECT_EQ(now.at("said").at(0).at("text"), "De Binnenvest, 071");
  EXPECT_EQ(now.at("said").at(0).at("person"), kOfficer);
  EXPECT_EQ(now.at("sheets").at(0).at("purpose"), "Hulp regelen voor kinderen in de opvang");
  const json::object before = shown("de-binnenvest", {"--on", "2020-01-01"});
  EXPECT_TRUE(before.at("said").as_array().empty());
  EXPECT_EQ(before.at("sheets").as_array().size(), 1u) << "no grant was given yet";
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "register", "show", "--on", "2999-01-01"}).code, 2);
  const std::string file = exported("de-binnenvest", "register", "csv");
  EXPECT_NE(contents(file).find("Hulp regelen voor kinderen in de opvang"), std::string::npos);
  EXPECT_EQ(check(file).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
