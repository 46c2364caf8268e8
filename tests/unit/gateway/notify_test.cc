// Who is told that something waits, and when; and what an address is.
#include <gtest/gtest.h>

#include "gateway/notify/outgoing.h"
#include "gateway/notify/send.h"

namespace veerpont::gateway {
namespace {

Time at(const char* text) { return *parse_rfc3339(text); }

TEST(Notices, ComeOnceAWorkingDayAndAtOnceForWhatMustBeReadWithinADay) {
  const Time monday = at("2026-11-30T08:00:00Z"), later = at("2026-11-30T14:00:00Z"),
             tuesday = at("2026-12-01T08:00:00Z"), saturday = at("2026-12-05T09:00:00Z");
  const auto told = [&](Time came, bool urgent, Time last, Time now, const char* holder = "") {
    return is_told("noor", {{holder, came, urgent}}, last, now);
  };
  EXPECT_TRUE(told(monday, false, Time(), monday)) << "never told yet";
  EXPECT_FALSE(is_told("noor", {}, Time(), monday)) << "nothing waits";
  EXPECT_TRUE(told(monday, false, Time(), monday, "noor"));
  EXPECT_FALSE(told(monday, true, Time(), monday, "bram")) << "a colleague has it in hand";
  EXPECT_FALSE(told(later, false, monday, later)) << "told today";
  EXPECT_TRUE(told(later, false, monday, tuesday)) << "the next working day";
  EXPECT_FALSE(told(monday, false, monday, tuesday)) << "nothing new";
  EXPECT_TRUE(told(later, true, monday, later)) << "cannot wait";
  EXPECT_FALSE(told(later, true, later, tuesday)) << "said once";
  EXPECT_FALSE(told(saturday, false, tuesday, saturday)) << "no working day";
  EXPECT_TRUE(told(saturday, true, tuesday, saturday));
  EXPECT_TRUE(told(monday, false, saturday, monday)) << "the clock was ahead when she was told";
}

TEST(Notices, GoToAnAddressThroughAServerAndToNothingElse) {
  for (const char* good : {"noor@binnenvest.example", "n.o-o+r@x"})
    EXPECT_TRUE(is_mail_address(good));
  for (const char* bad : {"", "noor", "@x", "noor@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>",
                          "<a@b>", "a@b,c@d", "\"a\"@b"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  EXPECT_FALSE(is_mail_address(std::string(250, 'a') + "@x.nl"));
  v1::StoredMail mail;
  mail.set_from("veerpont@binnenvest.example");
  for (const char* good : {"smtp://mail.example:587", "smtps://mail.example"}) {
    mail.set_server(good);
    EXPECT_TRUE(check_mail(mail)) << good;
  }
  for (const char* bad : {"", "smtp://", "http://mail.example", "file:///etc/passwd", "smtp:///x",
                          "smtp://a b", "smtp://user@host"}) {
    mail.set_server(bad);
    EXPECT_FALSE(check_mail(mail)) << bad;
  }
  EXPECT_TRUE(check_hook("https://dossier.example/veerpont"));
  for (const char* bad : {"http://dossier.example", "https://", "https://a@b/", "file:///x"})
    EXPECT_FALSE(check_hook(bad)) << bad;
}

}  // namespace
}  // namespace veerpont::gateway
