// After use nothing is left: keys and plaintext are wiped from the memory of broker and SDK, no
// core is ever dumped, and no secret is in an argument, an environment, a log or a temporary file.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "client_sdk/home/home.h"
#include "client_sdk/operations/context.h"
#include "crypto/keystore.h"
#include "tests/e2e/memory.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/root.h"
#include "veerpont/veerpont.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

// This program frees as ours do (crypto/wiping_delete); a host that does not still has its keys
// wiped, by their type.
TEST(Secrets, TheSdkForgetsKeysAndPlaintextWhenItIsDone) {
  if (kSanitized) GTEST_SKIP() << "memory cannot be scanned under a sanitizer";
  VEERPONT_NEEDS_ROOT("reading a process's memory");
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  std::vector<std::pair<const char*, Needle>> needles;
  {
    // Letters alone: nine digits in a row may be somebody's number, which the leak guard stops.
    std::string told = "ZUIDERZEE" + crypto::to_hex(crypto::random_bytes(12));
    for (char& c : told)
      if (c >= '0' && c <= '9') c = static_cast<char>('g' + (c - '0'));
    needles.emplace_back("what the child told", told);
    const std::string document =
        f.write("story.json", R"({"careNeed":{"tried":")" + told +
                                  R"("},"safety":{"conclusion":")" + told + R"("}})");
    ASSERT_EQ(f.as("de-binnenvest", {"refer", document, "--grant", grant}).code, 0);
    auto opened = sdk::OpenHome::open(
        f.home("jgt-leiden"),
        *crypto::Unlock::credential_file(f.folder() + "/jgt-leiden.credential"));
    needles.emplace_back("the storage key", (*opened)->storage_key.reveal());
    needles.emplace_back("the signing seed", (*opened)->signing.seed().reveal());
    EXPECT_TRUE(needles[1].second.is_in_memory_of(::getpid())) << "the scanner finds what is there";
    EXPECT_TRUE(needles[0].second.is_in_memory_of(::getpid()));
  }
  {
    auto home = Home::open(f.home("jgt-leiden"),
                           *Unlock::credential_file(f.folder() + "/jgt-leiden.credential"));
    Client client(std::move(*home));
    EXPECT_TRUE(client.sync());
    EXPECT_TRUE(client.add_worker(Federation::kWorker, *Pin::typed("314159")));
    auto rows = client.inbox();
    ASSERT_TRUE(rows && rows->size() == 1);
    const auto read = client.open(rows->front().message, Actor{Federation::kWorker});
    ASSERT_TRUE(read) << describe(read.refusal());
    EXPECT_TRUE(needles[0].second.is_in(read->json));
  }
  for (const auto& [what, needle] : needles)
    EXPECT_FALSE(needle.is_in_memory_of(::getpid())) << what;
}

TEST(Secrets, TheBrokerHasNoShareInMemoryAfterItIsGivenOutAndNoCoreIsEverDumped) {
  if (kSanitized) GTEST_SKIP() << "memory cannot be scanned under a sanitizer";
  VEERPONT_NEEDS_ROOT("reading a process's memory");
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  v1::ClientFrame sent;
  {
    RawClient shelter(f, "de-binnenvest");
    sent = shelter.submit({"jgt-leiden",
                           grant,
                           fresh<ReferralId>().hex(),
                           Step::refer,
                           {Category::grant_record, Category::routing}});
    ASSERT_TRUE(shelter.request(sent).has_receipt());
    f.received("jgt-leiden");
    RawClient team(f, "jgt-leiden");
    const auto header = crypto::Header::parse(sent.submit().envelope().header());
    ASSERT_TRUE(team.request(fakes::release_frame(team.signer(), header->message,
                                                  {Category::grant_record, Category::routing}))
                    .has_released());
  }
  // The connections end a moment later, and their buffers with them.
  const auto shares =
      std::vector<std::string>(sent.submit().shares().begin(), sent.submit().shares().end());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::string memory;
  bool found = true;
  while (found && std::chrono::steady_clock::now() < deadline) {
    ::poll(nullptr, 0, 100);
    memory = memory_of(f.pid());
    found = std::any_of(shares.begin(), shares.end(),
                        [&](const auto& share) { return Needle(share).is_in(memory); });
  }
  EXPECT_FALSE(found) << "a share";
  EXPECT_TRUE(Needle("de-binnenvest").is_in(memory));
  std::ifstream limits("/proc/" + std::to_string(f.pid()) + "/limits");
  std::string core;
  for (std::string line; std::getline(limits, line);)
    if (line.starts_with("Max core file size")) core = line;
  EXPECT_NE(core.find(" 0 "), std::string::npos) << core;
}

TEST(Secrets, AreInNoArgumentEnvironmentLogOrTemporaryFile) {
  VEERPONT_NEEDS_ROOT("reading a process's environment");
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const auto running = f.begin("jgt-leiden", {"inbox", "--wait", "20"});
  std::vector<Needle> secrets;
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const std::string credential = contents(f.folder() + "/" + org + ".credential");
    secrets.emplace_back(credential);
    secrets.emplace_back(crypto::to_hex(credential));
    secrets.emplace_back(crypto::to_base64(credential));
  }
  const std::string broker_credential = contents(f.broker_home() + "/development.credential");
  secrets.emplace_back(broker_credential);
  for (const int pid : {f.pid(), running.pid}) {
    const std::string process = "/proc/" + std::to_string(pid);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::string environment;
    while (environment.empty() && std::chrono::steady_clock::now() < deadline)
      environment = read_as_root(process + "/environ");  // until the program has begun
    ASSERT_FALSE(environment.empty());
    const std::string shown = contents(process + "/cmdline") + environment;
    for (const Needle& secret : secrets) EXPECT_FALSE(secret.is_in(shown));
  }
  EXPECT_EQ(Federation::finish(running).code, 0);
  for (const Needle& secret : secrets) EXPECT_FALSE(secret.is_in(f.log()));
  for (const auto& entry : fs::directory_iterator(f.temporary_folder()))
    ADD_FAILURE() << "a temporary file: " << entry.path();
  for (const auto& entry : fs::recursive_directory_iterator(f.folder()))
    EXPECT_FALSE(entry.path().extension() == ".tmp" ||
                 entry.path().filename().string().find("etilqs") != std::string::npos)
        << entry.path();
}

}  // namespace
}  // namespace veerpont::e2e
