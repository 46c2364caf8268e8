// The interface of api.proto, through the C face and the system's Python: every operation is there,
// and each answer is valid under its own schema by a validator nobody here wrote.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "client_sdk/c/operations.h"
#include "tests/e2e/federation.h"
#include "veerpont/api/v1/api.pb.h"

namespace veerpont::e2e {
namespace {

const google::protobuf::ServiceDescriptor& service() {
  return *api::v1::Empty::descriptor()->file()->FindServiceByName("Veerpont");
}

TEST(Api, EveryOperationSaysWhatItIsAndHasASchema) {
  std::set<std::string> names, routes;
  for (int i = 0; i < service().method_count(); ++i) {
    const auto& said = service().method(i)->options().GetExtension(api::v1::operation);
    EXPECT_TRUE(names.insert(said.name()).second) << said.name();
    EXPECT_TRUE(routes.insert(said.http()).second) << said.http();
    EXPECT_TRUE(said.scope() == "read" || said.scope() == "content" || said.scope() == "send" ||
                said.scope() == "manage");
    EXPECT_TRUE(document_schema(said.name())) << said.name();
    EXPECT_TRUE(document_schema(said.name() + "/answer")) << said.name();
    if (said.shows_content()) {
      EXPECT_EQ(said.scope(), "content") << said.name();
    }
  }
  const auto callable = api::operations();
  EXPECT_EQ(std::set<std::string>(callable.begin(), callable.end()), names)
      << "an operation that nothing does";
  EXPECT_EQ(names.size(), 75u);
}

TEST(Api, EveryCommandThatItNamesIsThere) {
  Federation f;
  for (int i = 0; i < service().method_count(); ++i) {
    const std::string command =
        service().method(i)->options().GetExtension(api::v1::operation).command();
    if (command.empty()) continue;
    const std::string line = std::string(BIN) + "/veerpont " + command + " --help >/dev/null 2>&1";
    EXPECT_EQ(std::system(line.c_str()), 0) << command;
  }
}

TEST(Api, AnswersAreValidUnderTheirSchemasThroughPython) {
  if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "SKIPPED LOUDLY: python3-jsonschema is not installed here";
  if (access(LIBVEERPONT, R_OK) != 0)
    GTEST_SKIP() << "SKIPPED LOUDLY: no shared library in this kind of build";
  Federation f;
  f.two_organisations();
  const std::string unused = f.grant("de-binnenvest", "jgt-leiden");
  const std::string invitation = f.folder() + "/nieuw.invitation";
  ASSERT_EQ(f.operate({"invite", "nieuw", "--title", "Nieuw", "--kind", "youth-service", "--out",
                       invitation})
                .code,
            0);
  std::string names;
  for (const std::string& name : api::operations()) names += " " + name;
  const std::string line =
      "VEERPONT_LIBRARY=" LIBVEERPONT " PYTHONPATH=" SOURCES
      "/client_sdk/python /usr/bin/python3 -W ignore " SOURCES "/tests/interop/api_check.py " +
      f.folder() + " " + f.referral_document() + " " + unused + " " + invitation + " " +
      std::to_string(f.pid()) + names + " >" + f.folder() + "/api.log 2>&1";
  EXPECT_EQ(std::system(line.c_str()), 0) << contents(f.folder() + "/api.log");
}

}  // namespace
}  // namespace veerpont::e2e
