// The published JSON Schemas, held against documents by a validator nobody here wrote, and against
// our own reader.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/e2e/federation.h"
#include "veerpont/veerpont.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

class Schemas : public testing::Test {
 protected:
  Federation f;  // for its folder
  void SetUp() override {
    if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
      GTEST_SKIP() << "SKIPPED LOUDLY: python3-jsonschema is not installed here";
    for (const char* kind : {"referral", "update", "grant", "grant-record"}) {
      const auto schema = document_schema(kind);
      ASSERT_TRUE(schema);
      f.write(std::string(kind) + ".schema.json", *schema);
    }
  }
  // Whether the document is valid under the schema, which must be a valid schema itself.
  bool valid(const std::string& kind, const std::string& file) {
    const std::string command =
        "/usr/bin/python3 -W ignore -c 'import json,sys,jsonschema; "
        "s=json.load(open(sys.argv[1])); V=jsonschema.Draft202012Validator; "
        "V.check_schema(s); sys.exit(3 if list(V(s).iter_errors(json.load(open(sys.argv[2])))) "
        "else 0)' " +
        f.folder() + "/" + kind + ".schema.json " + file + " 2>" + f.folder() + "/err";
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3)
        << contents(f.folder() + "/err");
    return WEXITSTATUS(status) == 0;
  }
};

TEST_F(Schemas, EveryExampleIsValid) {
  int checked = 0;
  for (const auto& entry : fs::directory_iterator(f.examples())) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".json") continue;
    EXPECT_TRUE(valid(name.substr(0, name.find('-')), entry.path())) << name;
    ++checked;
  }
  EXPECT_EQ(checked, 8);
}

TEST_F(Schemas, RefuseWhatTheReaderRefuses) {
  const std::vector<std::string> bad{R"({"careNeed":{"tried":12}})",
                                     R"({"careneed":{}})",
                                     R"({"routing":{"urgency":"URGENCY_SOON"}})",
                                     R"({"routing":{"secretAddress":"yes"}})",
                                     R"({"careNeed":{"signals":{"fact":"x"}}})",
                                     R"({"grantRecord":{"ageAtSigning":-1}})",
                                     R"([])"};
  for (const auto& document : bad) {
    EXPECT_FALSE(Referral::from_json(document)) << document;
    EXPECT_FALSE(valid("referral", f.write("bad.json", document))) << document;
  }
  const std::string good =
      R"({"routing":{"urgency":"spoed"},"careNeed":{"signals":[{"fact":"x"}]}})";
  EXPECT_TRUE(Referral::from_json(good));
  EXPECT_TRUE(valid("referral", f.write("good.json", good)));
}

TEST_F(Schemas, NameCategoriesAndLabelsInTwoLanguages) {
  const std::string schema = *document_schema("referral");
  EXPECT_NE(schema.find(R"("title":"Hulpvraag","x-title-en":"Care need","x-category":"care-need")"),
            std::string::npos);
  EXPECT_NE(schema.find(R"("child-in-view":{"nl":"Kind in beeld","en":"Child in view"})"),
            std::string::npos);
  EXPECT_FALSE(document_schema("letter"));
}

}  // namespace
}  // namespace veerpont::e2e
