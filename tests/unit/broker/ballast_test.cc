#include "broker/store/ballast.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "broker/store/free_space.h"

namespace veerpont::broker {
namespace {

TEST(BallastTest, IsWrittenWholeAndGivenBackInQuarters) {
  const std::string path = testing::TempDir() + "ballast-" + std::to_string(::getpid());
  std::filesystem::remove(path);
  Ballast ballast(path, 4u << 20);
  EXPECT_EQ(ballast.missing(), 4u << 20);
  EXPECT_FALSE(ballast.cut()) << "nothing to give";
  ASSERT_TRUE(ballast.fill());
  EXPECT_EQ(ballast.missing(), 0u);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_GE(static_cast<std::uint64_t>(status.st_blocks) * 512, 4u << 20) << "really on the disk";
  for (int quarter = 1; quarter <= 4; ++quarter) {
    EXPECT_TRUE(ballast.cut());
    EXPECT_EQ(std::filesystem::file_size(path),
              (4u << 20) - static_cast<std::size_t>(quarter) * (1u << 20));
  }
  EXPECT_FALSE(ballast.cut());
  ASSERT_TRUE(ballast.fill());
  EXPECT_EQ(Ballast(path, 4u << 20).missing(), 0u) << "found again";
  EXPECT_EQ(Ballast(path, 1u << 20).missing(), 0u);
  EXPECT_EQ(std::filesystem::file_size(path), 1u << 20) << "configured smaller";
  std::filesystem::resize_file(path, 0);
  std::filesystem::resize_file(path, 4u << 20);
  EXPECT_EQ(Ballast(path, 4u << 20).missing(), 4u << 20) << "a hole is no ballast";
}

TEST(RoomTest, HasThreeLevels) {
  EXPECT_EQ(room_in(100, 100), Room::ample);
  EXPECT_EQ(room_in(99, 100), Room::low);
  EXPECT_EQ(room_in(50, 100), Room::low);
  EXPECT_EQ(room_in(49, 100), Room::least);
  EXPECT_EQ(room_in(0, 100), Room::least);
}

}  // namespace
}  // namespace veerpont::broker
