// Every input of the corpora once more, through the same targets: what a fuzzer found stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "crypto/secret.h"
#include "fuzz/targets.h"

namespace veerpont::fuzz {
namespace {

namespace fs = std::filesystem;

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, Replays) {
  std::size_t inputs = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CORPUS) / GetParam().name)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    SCOPED_TRACE(entry.path().filename().string());
    GetParam().run(bytes.str());
    ++inputs;
  }
  GetParam().run("");
  EXPECT_GE(inputs, 3u) << "a corpus that is not there proves nothing";
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& target) { return target.param.name; });

TEST(Corpora, AreOneForEachTarget) {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(CORPUS))
    folders.insert(entry.path().filename().string());
  std::set<std::string> names;
  for (const Target& target : targets()) names.insert(target.name);
  EXPECT_EQ(folders, names);
}

}  // namespace
}  // namespace veerpont::fuzz

int main(int argc, char** argv) {
  veerpont::crypto::initialise();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
