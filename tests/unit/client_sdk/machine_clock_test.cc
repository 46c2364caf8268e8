#include "client_sdk/dossier/machine_clock.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "crypto/random.h"

namespace veerpont::sdk {
namespace {

using std::chrono::days;

class MachineClock : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "clock-" + std::to_string(::getpid()) + ".db";
  std::unique_ptr<Dossier> dossier;
  Time today = time_from_ms(1'795'000'000'000);
  MachineClock() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    dossier = std::make_unique<Dossier>(path, crypto::random_key());
  }
};

TEST_F(MachineClock, ABrokerThatClaims1970KeepsNoExpiredKeyAlive) {
  note_event_time(*dossier, time_from_ms(0));
  Time now = today;
  for (int day = 0; day < 60; ++day, now += days(1)) destruction_time(*dossier, now);
  EXPECT_GE(destruction_time(*dossier, now), now - days(14))
      << "this machine's mark goes on without it";
}

TEST_F(MachineClock, AJumpOfThisMachineDestroysNothingThatTheLogSaysIsNeeded) {
  note_event_time(*dossier, today);
  destruction_time(*dossier, today);
  for (const int jump : {70, 36'500})
    EXPECT_LE(destruction_time(*dossier, today + days(jump)), today) << jump;
  EXPECT_EQ(destruction_time(*dossier, today), today)
      << "and all is as before when the clock is right again";
  for (int uses = 3; uses < 10; ++uses)
    EXPECT_LE(destruction_time(*dossier, today + days(100 * uses)), today + days(7 * (uses - 1)))
        << "a week for each day on which it is used";
  note_event_time(*dossier, today + days(30));
  EXPECT_EQ(destruction_time(*dossier, today + days(30)), today + days(30));
}

TEST_F(MachineClock, ThatIsBehindDestroysByItself) {
  note_event_time(*dossier, today + days(100));
  EXPECT_EQ(destruction_time(*dossier, today), today) << "never later than this machine's own";
  EXPECT_EQ(newest_event_time(*dossier), today + days(100));
  note_event_time(*dossier, today);
  EXPECT_EQ(newest_event_time(*dossier), today + days(100)) << "never back";
}

}  // namespace
}  // namespace veerpont::sdk
