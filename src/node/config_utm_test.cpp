// [utm] and [uss]: what is wrong is said with its key and what to write instead.

#include "node/config_utm.h"

#include <gtest/gtest.h>

#include <string>

#include "node/config.h"

namespace skypact::node {
namespace {

const std::string utm = "[utm]\nlisten = \"127.0.0.1:8482\"\naudiences = [\"uss.example\"]\njwks = \"https://auth.example/keys\"\n";
const std::string uss = "[uss]\nmanager = \"north\"\nbase_url = \"https://uss.example\"\ndss = \"https://dss.example\"\n";
const std::string tokens = "token_url = \"https://auth.example/token\"\n";

std::string error_of(const std::string& text) {
  const auto config = parse_config(text, "skypact.toml");
  return config ? "no error" : config.error().message;
}

TEST(ConfigUss, IsReadWithWhatIsUsual) {
  const auto config = parse_config(utm + uss + tokens, "skypact.toml");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_TRUE(config->uss);
  EXPECT_EQ(config->uss->manager, "north");
  EXPECT_FALSE(config->uss->same_priority_may_conflict);
  EXPECT_TRUE(config->uss->constraints);
  EXPECT_FALSE(config->uss->test_interface) << "closed where it is not named";
  EXPECT_EQ(config->uss->folder, config->data_dir / "uss");
  EXPECT_EQ(config->uss->log_kept, std::chrono::days(45));
  EXPECT_EQ(config->uss->log_max_bytes, 4'000'000'000u);
}

TEST(ConfigUss, SaysHowLongAndHowMuchIsLogged) {
  const auto config = parse_config(utm + uss + tokens + "log_days = 400\nlog_max_bytes = \"64MB\"\n", "skypact.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->uss->log_kept, std::chrono::days(400));
  EXPECT_EQ(config->uss->log_max_bytes, 64'000'000u);
}

TEST(ConfigUss, SaysWhatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {uss + tokens, "needs [utm]"},
      {utm + uss, "needs either token_url"},
      {utm + uss + tokens + "signing_key = \"missing.key\"\n", "signing_key"},
      {utm + "[uss]\nbase_url = \"https://uss.example\"\ndss = \"https://dss.example\"\n" + tokens, "manager"},
      {utm + "[uss]\nmanager = \"north\"\nbase_url = \"http://uss.example\"\ndss = \"https://dss.example\"\n" + tokens, "development_http_urls"},
      {utm + "[uss]\nmanager = \"north\"\nbase_url = \"https://uss.example/\"\ndss = \"https://dss.example\"\n" + tokens, "slash"},
      {utm + "[uss]\nmanager = \"north\"\nbase_url = \"uss.example\"\ndss = \"https://dss.example\"\n" + tokens, "is not an address"},
      {utm + uss + "token_url = \"http://auth.example/token\"\n", "plain http"},
      {utm + uss + "token_url = \"auth\"\n", "is not an address"},
      {utm + uss + tokens + "test_interface = \"0.0.0.0:8483\"\n", "can be reached from other machines"},
      {utm + uss + tokens + "test_interface = \"nowhere\"\n", "test_interface"},
      {utm + uss + tokens + "priority = 3\n", "priority"},
      {utm + uss + tokens + "log_days = 0\n", "log_days"},
      {utm + uss + tokens + "log_max_bytes = \"1MB\"\n", "log_max_bytes"},
  };
  for (const auto& [text, says] : cases) EXPECT_NE(error_of(text).find(says), std::string::npos) << says << ": " << error_of(text);
  EXPECT_EQ(error_of(utm + "development_http_urls = true\n" + "[uss]\nmanager = \"north\"\nbase_url = \"http://127.0.0.1:8482\"\ndss = \"http://127.0.0.1:8482\"\n" + "token_url = \"http://127.0.0.1/token\"\n"), "no error");
}

}  // namespace
}  // namespace skypact::node
