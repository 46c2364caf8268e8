#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/private_file.h"
#include "broker/vault/high_water.h"
#include "broker/vault/share_vault.h"
#include "crypto/random.h"

namespace veerpont::broker {
namespace {

class Files : public testing::Test {
 protected:
  Files() { std::filesystem::create_directories(folder); }
  ~Files() override { std::filesystem::remove_all(folder); }
  std::string folder = testing::TempDir() + "vault-" + std::to_string(::getpid());
  std::string path = folder + "/file";
  GrantId grant = *GrantId::from_bytes(crypto::random_bytes(16));
  MessageId message = *MessageId::from_bytes(crypto::random_bytes(16));
  crypto::Key32 share = crypto::random_key();
};

TEST_F(Files, AShareUnwrapsAfterARestartUntilItsKeyIsDestroyed) {
  std::string wrapped;
  {
    auto vault = *open_share_vault(path);
    const GrantKeys keys{grant, {Category::routing, Category::safety}};
    ASSERT_TRUE(vault->create(std::span(&keys, 1)));
    wrapped = *vault->wrap(grant, Category::routing, message, share);
  }
  auto vault = *open_share_vault(path);
  EXPECT_EQ(vault->present(grant), (CategorySet{Category::routing, Category::safety}));
  EXPECT_EQ(*vault->unwrap(grant, Category::routing, message, wrapped), share);
  EXPECT_EQ(vault->unwrap(grant, Category::safety, message, wrapped).refusal().code,
            RefusalCode::tampered);
  const GrantKeys gone{grant, {Category::routing}};
  ASSERT_TRUE(vault->destroy(std::span(&gone, 1)));
  EXPECT_EQ(vault->unwrap(grant, Category::routing, message, wrapped).refusal().code,
            RefusalCode::share_destroyed);
  EXPECT_EQ(vault->wrap(grant, Category::routing, message, share).refusal().code,
            RefusalCode::grant_withdrawn);
  EXPECT_EQ((*open_share_vault(path))->present(grant), CategorySet{Category::safety});
}

TEST_F(Files, TheVaultGrowsAndReusesFreedSlots) {
  auto vault = *open_share_vault(path);
  std::vector<GrantKeys> keys;
  for (int i = 0; i < 600; ++i)
    keys.emplace_back(*GrantId::from_bytes(crypto::random_bytes(16)),
                      CategorySet{Category::routing, Category::update});
  ASSERT_TRUE(vault->create(keys));
  const auto size = std::filesystem::file_size(path);
  EXPECT_EQ(size % (64u << 10), 0u);
  ASSERT_TRUE(vault->destroy(keys));
  EXPECT_TRUE(vault->list().empty());
  ASSERT_TRUE(vault->create(keys));
  EXPECT_EQ(std::filesystem::file_size(path), size);
  EXPECT_EQ((*open_share_vault(path))->list().size(), 600u);
}

TEST_F(Files, ATornSlotIsFreeAndNeverAKey) {
  {
    auto vault = *open_share_vault(path);
    const GrantKeys keys{grant, {Category::routing}};
    ASSERT_TRUE(vault->create(std::span(&keys, 1)));
  }
  std::string bytes = *read_file(path);
  bytes[bytes.find("VPSLOT01") + 30] ^= 1;
  ASSERT_TRUE(write_private_file(path, bytes));
  EXPECT_TRUE((*open_share_vault(path))->list().empty());
}

TEST_F(Files, TheMarkSurvivesATornWriteOfEitherSlot) {
  auto mark = *open_high_water(path, true);
  EXPECT_FALSE(mark->read()->has_value());
  for (std::uint64_t size = 1; size <= 5; ++size)
    ASSERT_TRUE(mark->raise({size, crypto::sha256(std::to_string(size))}));
  EXPECT_EQ((*(*open_high_water(path, true))->read())->size, 5u);
  std::string bytes = *read_file(path);
  const std::size_t newest = bytes[15] == 5 ? 0 : 512;
  bytes[newest + 20] ^= 1;
  ASSERT_TRUE(write_private_file(path, bytes));
  const auto before = *(*open_high_water(path, true))->read();
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->size, 4u);
  EXPECT_EQ(before->root, crypto::sha256("4"));
  bytes[(512 - newest) + 20] ^= 1;
  ASSERT_TRUE(write_private_file(path, bytes));
  EXPECT_EQ((*open_high_water(path, true))->read().refusal().code, RefusalCode::malformed);
}

}  // namespace
}  // namespace veerpont::broker
