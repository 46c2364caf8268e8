// A disk that is really full, and one that is really read-only: a small file system of the test's
// own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/federation.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/root.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

// A broker's home on a file system of the test's own.
class OwnDisk : public testing::Test {
 protected:
  void mount_own(const std::string& size) {
    disk = f.folder() + "/broker";
    fs::create_directories(disk);
    VEERPONT_NEEDS_ROOT("a file system of the test's own");
    if (!mount("size=" + size + ",mode=0700,uid=" + std::to_string(::geteuid()) +
               ",gid=" + std::to_string(::getegid())))
      GTEST_SKIP()
          << "SKIPPED: this machine mounts no file system of the test's own, not even for root";
    mounted = true;
  }
  void TearDown() override {
    if (f.pid() > 0) f.stop();
    EXPECT_TRUE(!mounted || as_root({"umount", "--lazy", disk}) == 0);
  }
  bool mount(const std::string& options) const {
    return as_root({"mount", "-t", "tmpfs", "-o", options, "tmpfs", disk}) == 0;
  }
  // Fills what is left but `rest` bytes.
  void fill(std::size_t rest) const {
    const auto space = fs::space(disk).available;
    std::ofstream(disk + "/filler", std::ios::binary)
        << std::string(space > rest ? space - rest : 0, 'x');
  }
  void everything_verifies() {
    const Ran checked = f.operate({"check"});
    EXPECT_EQ(checked.code, 0) << checked.err;
    for (const char* org : {"de-binnenvest", "jgt-leiden"})
      EXPECT_EQ(f.as(org, {"audit", "verify"}).code, 0) << org;
  }
  Federation f;
  std::string disk;
  bool mounted = false;
};

class Disk : public OwnDisk {
 protected:
  void SetUp() override {
    mount_own("24m");
    if (!mounted) return;
    f.init();
    limits("reserve_bytes = 1000000");
    f.serve();
    ASSERT_GT(f.pid(), 0) << f.log();
    for (const auto& [org, kind] :
         {std::pair("de-binnenvest", "shelter"), std::pair("jgt-leiden", "youth-team")})
      f.join(org, org, kind);
    f.confirm("de-binnenvest", "jgt-leiden");
    f.confirm("jgt-leiden", "de-binnenvest");
  }
  void limits(const std::string& line) const {
    std::ofstream(disk + "/veerpontd.toml", std::ios::app) << "[limits]\n" << line << "\n";
  }
  void limits_again(const std::string& line) const {
    std::string text = contents(disk + "/veerpontd.toml");
    std::ofstream(disk + "/veerpontd.toml")
        << text.replace(text.find("reserve_bytes = "), text.npos, line + "\n");
  }
};

TEST_F(Disk, WhenItRunsLowIntakeStopsAndConsentCanStillBeWithdrawn) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string second = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  fill(900'000);
  const Ran refused =
      f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", second, "--json"});
  EXPECT_EQ(refused.code, 5) << "kept here";
  EXPECT_NE(refused.err.find("storage-full"), std::string::npos) << refused.err;
  const std::string message = f.received("jgt-leiden");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0) << "what was acknowledged is still read";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0)
      << "and consent is still withdrawn";
  fs::remove(disk + "/filler");
  const Ran again =
      f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", second, "--json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_NE(f.received("jgt-leiden"), "");
  everything_verifies();
}

TEST_F(Disk, WhenItIsFullNothingIsHalfDoneAndServiceComesBack) {
  ASSERT_EQ(f.stop(), 0);
  limits_again("reserve_bytes = 1");  // so that the database itself meets the end of the disk
  f.serve();
  const std::string acknowledged = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string other = f.grant("de-binnenvest", "jgt-leiden");
  const std::string large = f.write(
      "large.json", R"({"careNeed":{"tried":")" + std::string(500'000, 'a') +
                        R"("},"safety":{"conclusion":")" + std::string(500'000, 'b') + R"("}})");
  fill(400'000);
  const Ran refused = f.as("de-binnenvest", {"refer", large, "--grant", grant, "--json"});
  EXPECT_EQ(refused.code, 5) << "kept here";
  EXPECT_NE(refused.err.find("storage-full"), std::string::npos) << refused.err;
  EXPECT_FALSE(f.died()) << f.log();
  EXPECT_EQ(f.metric("veerpont_storage_full"), 1);
  EXPECT_EQ(f.operate({"check"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0)
      << "what fits still goes through";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", other}).code, 0);
  fs::remove(disk + "/filler");
  const Ran again = f.as("de-binnenvest", {"refer", large, "--grant", grant, "--json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(f.metric("veerpont_storage_full"), 0);
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", acknowledged), "in-review");
  everything_verifies();
}

TEST_F(Disk, ThatIsReadOnlyIsNeverServed) {
  const std::string acknowledged = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.stop(), 0);
  ASSERT_TRUE(mount("remount,ro,size=24m"));
  f.serve();
  EXPECT_EQ(f.pid(), -1) << "never serves what it cannot write";
  ASSERT_TRUE(mount("remount,rw,size=24m"));
  f.serve();
  ASSERT_GT(f.pid(), 0) << f.log();
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", acknowledged), "in-review");
  everything_verifies();
}

// As large as a small broker's, with the reserve and the ballast as they come.
class SmallDisk : public OwnDisk {
 protected:
  void SetUp() override {
    mount_own("150m");
    if (mounted) f.two_organisations();
  }
};

TEST_F(SmallDisk, ThatIsFullStillTakesAThousandWithdrawalsAndNothingElse) {
  RawClient shelter(f, "de-binnenvest");
  const auto next_month = parse_date(f.first_of_next_month());
  ASSERT_TRUE(next_month);
  const Time now = SystemClock().now();
  const Time expires = *amsterdam_midnight(str(Date(
      (next_month->year() / next_month->month() + std::chrono::months(1)) / std::chrono::day(1))));
  std::vector<GrantId> grants;
  for (int i = 0; i < 1000; ++i) {
    grants.push_back(fresh<GrantId>());
    ASSERT_EQ(shelter.outcome(shelter.request(
                  shelter.grant("jgt-leiden", {Category::routing}, now, expires, grants.back()))),
              "")
        << i;
  }
  const std::string kept = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(kept);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(fs::file_size(disk + "/ballast"), 32u << 20);
  fill(0);
  EXPECT_EQ(shelter.outcome(shelter.request(
                shelter.grant("jgt-leiden", {Category::routing}, now, expires, fresh<GrantId>()))),
            "storage-full");
  EXPECT_NE(f.as("jgt-leiden", {"open", message}).err.find("storage-full"), std::string::npos)
      << "only what stops sharing goes on";
  for (const GrantId& grant : grants)
    ASSERT_EQ(shelter.outcome(shelter.request(fakes::withdraw_frame(shelter.signer(), grant, {}))),
              "")
        << grant.hex();
  EXPECT_FALSE(f.died()) << f.log();
  EXPECT_EQ(f.metric("veerpont_storage_full"), 1);
  EXPECT_EQ(shelter.outcome(shelter.request(
                shelter.grant("jgt-leiden", {Category::routing}, now, expires, fresh<GrantId>()))),
            "storage-full")
      << "the ballast is nobody else's";
  fs::remove(disk + "/filler");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  everything_verifies();
}

// Files that are open for writing keep the kernel from a read-only remount; an immutable file takes
// no writes all the same.
class Immutable {
 public:
  explicit Immutable(std::string path)
      : path_(std::move(path)), works_(as_root({"chattr", "+i", path_}) == 0) {}
  ~Immutable() {
    if (works_) as_root({"chattr", "-i", path_});
  }
  Immutable(const Immutable&) = delete;
  Immutable& operator=(const Immutable&) = delete;
  bool works() const { return works_; }

 private:
  std::string path_;
  bool works_;
};

TEST(DiskWhileServed, ThatTakesNoWritesStopsIntakeAndComesBack) {
  VEERPONT_NEEDS_ROOT("an immutable file");
  Federation f;
  f.two_organisations();
  const std::string acknowledged = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  {
    const Immutable wal(f.broker_home() + "/broker.db-wal");
    if (!wal.works()) GTEST_SKIP() << "SKIPPED: this file system has no immutable files";
    const Ran refused =
        f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant, "--json"});
    EXPECT_EQ(refused.code, 5) << "kept here";
    EXPECT_NE(refused.err.find("storage-full"), std::string::npos) << refused.err;
    EXPECT_FALSE(f.died()) << f.log();
    EXPECT_EQ(f.operate({"check"}).code, 0);
  }
  f.refer(grant);
  const auto rows = f.as("jgt-leiden", {"inbox", "--json"}).json();
  EXPECT_EQ(rows.as_array().size(), 2u);
  for (const auto& row : rows.as_array())
    EXPECT_EQ(f.as("jgt-leiden", {"open", std::string(row.at("messageId").as_string())}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", acknowledged), "in-review");
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
