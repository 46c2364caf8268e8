// What is served is what was in the folder when the gateway began, and nothing else of the disk.
#include "gateway/site/pages.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace veerpont::gateway {
namespace {

class PagesTest : public testing::Test {
 protected:
  std::string folder = testing::TempDir() + "pages-" + std::to_string(::getpid());
  PagesTest() {
    std::filesystem::create_directories(folder + "/inner");
    write("index.html", "<!doctype html>");
    write("app.js", "1");
    write("secret.pem", "2");
    write("inner/app.css", "3");
  }
  ~PagesTest() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder + "/" + name) << text;
  }
};

TEST_F(PagesTest, AreServedByNameAndTheApplicationForEveryOtherAddress) {
  const auto pages = Pages::read(folder);
  ASSERT_TRUE(pages);
  const auto script = pages->answer("GET", {"app.js"}, false);
  EXPECT_EQ(script.body, "1");
  EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.cache, "no-store");
  for (const std::vector<std::string>& path :
       {std::vector<std::string>{}, {"werkvoorraad"}, {"verwijzing", "V-7K3P-92"}})
    EXPECT_EQ(pages->answer("GET", path, true).body, "<!doctype html>");
  EXPECT_EQ(pages->answer("GET", {"secret.pem"}, false).status, 404);
  EXPECT_EQ(pages->answer("GET", {"app.css"}, false).status, 404) << "folders inside are no pages";
  EXPECT_EQ(pages->answer("POST", {"app.js"}, false).status, 405);
}

TEST_F(PagesTest, TravelCompressedToWhoReadsThat) {
  write("app.js.gz", "compressed");
  const auto pages = Pages::read(folder);
  ASSERT_TRUE(pages);
  const auto script = pages->answer("GET", {"app.js"}, true);
  EXPECT_EQ(script.body, "compressed");
  EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
  EXPECT_EQ(std::ranges::count(script.headers,
                               std::pair<std::string, std::string>{"Content-Encoding", "gzip"}),
            1);
  EXPECT_EQ(pages->answer("GET", {"app.js"}, false).body, "1");
  EXPECT_EQ(pages->answer("GET", {}, true).body, "<!doctype html>") << "it has none";
  EXPECT_EQ(pages->answer("GET", {"app.js.gz"}, true).status, 404);
}

TEST_F(PagesTest, WhatComesLaterIsNotServed) {
  const auto pages = Pages::read(folder);
  write("later.js", "4");
  EXPECT_EQ(pages->answer("GET", {"later.js"}, false).status, 404);
  EXPECT_EQ(Pages::read(folder + "/inner").refusal().code, RefusalCode::not_found);
  EXPECT_EQ(Pages().answer("GET", {}, false).status, 404);
}

}  // namespace
}  // namespace veerpont::gateway
