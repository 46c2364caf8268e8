#include "crypto/keystore.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/private_file.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::crypto {
namespace {

class KeystoreTest : public testing::Test {
 protected:
  KeystoreTest() { std::filesystem::create_directory(folder); }
  ~KeystoreTest() override { std::filesystem::remove_all(folder); }
  std::string folder = testing::TempDir() + "keystore-" + std::to_string(::getpid());
  std::string path = folder + "/keystore";
  static Unlock credential(char fill) {
    return Unlock::credential(SecretBytes(SecretBytes::copy(std::string(32, fill))));
  }
  static Unlock passphrase(const char* text) { return Unlock::passphrase(SecretBytes::copy(text)); }
};

TEST_F(KeystoreTest, OpensThroughEitherSlot) {
  ASSERT_TRUE(Keystore::create(path, credential('c'), SecretBytes::copy("content")));
  ASSERT_TRUE(Keystore::add_slot(path, credential('c'), passphrase("veerpont over de Zijl")));
  EXPECT_EQ(Keystore::open(path, credential('c'))->reveal(), "content");
  EXPECT_EQ(Keystore::open(path, passphrase("veerpont over de Zijl"))->reveal(), "content");
  EXPECT_EQ(Keystore::open(path, credential('x')).refusal().code, RefusalCode::unlock_failed);
  EXPECT_EQ(Keystore::open(path, passphrase("veerpont")).refusal().code,
            RefusalCode::unlock_failed);
}

TEST_F(KeystoreTest, IsReadableByItsOwnerAloneAndHoldsNothingInClear) {
  ASSERT_TRUE(Keystore::create(path, credential('c'), SecretBytes::copy("very secret content")));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(read_file(path)->find("secret"), std::string::npos);
}

TEST_F(KeystoreTest, RefusesAbsurdStretchingCostsBeforeItAllocates) {
  ASSERT_TRUE(Keystore::create(path, credential('c'), SecretBytes::copy("content")));
  ASSERT_TRUE(Keystore::add_slot(path, credential('c'), passphrase("p")));
  auto file = *wire::parse<v1::KeystoreFile>(*read_file(path));
  file.mutable_slots(1)->set_memory_bytes(std::uint64_t{1} << 40);
  ASSERT_TRUE(write_private_file(path, wire::serialise(file)));
  EXPECT_EQ(Keystore::open(path, passphrase("p")).refusal().code, RefusalCode::malformed);
  file.mutable_slots(1)->set_memory_bytes(1 << 10);
  ASSERT_TRUE(write_private_file(path, wire::serialise(file)));
  EXPECT_EQ(Keystore::open(path, passphrase("p")).refusal().code, RefusalCode::malformed);
}

TEST_F(KeystoreTest, MissingOrDamagedFilesAreRefused) {
  EXPECT_EQ(Keystore::open(path, credential('c')).refusal().code, RefusalCode::not_found);
  std::ofstream(path) << "nonsense";
  EXPECT_EQ(Keystore::open(path, credential('c')).refusal().code, RefusalCode::malformed);
}

}  // namespace
}  // namespace veerpont::crypto
