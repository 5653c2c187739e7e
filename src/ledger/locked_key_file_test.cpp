#include "ledger/locked_key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/key_file.h"

namespace skypact::ledger {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view passphrase = "correct horse battery";
constexpr LockCost cheap{1, LockLimits::least_memory_bytes};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

class LockedKey : public testing::Test {
 protected:
  SigningKey key_ = SigningKey::generate("north.example/ada", KeyType::ed25519);
  std::string text_ = lock_key(key_, passphrase, cheap).value();
};

TEST_F(LockedKey, OpensWithItsPassphraseOnly) {
  const auto key = unlock_key(text_, passphrase);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->verifier(), key_.verifier());
  EXPECT_EQ(key->secret_text(), key_.secret_text());
  EXPECT_EQ(*locked_key_of(text_), key_.verifier());
  for (const std::string_view wrong : {"correct horse batterz", "", "correct horse battery "}) {
    const auto closed = unlock_key(text_, wrong);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, ErrorCode::refused);
  }
}

TEST_F(LockedKey, IsAnotherTextEachTimeAndHoldsNothingSecretInTheClear) {
  EXPECT_NE(lock_key(key_, passphrase, cheap).value(), text_);
  const std::string secret = key_.secret_text();
  EXPECT_THAT(text_, Not(HasSubstr(secret.substr(secret.rfind('+') + 1, 20))));
}

TEST_F(LockedKey, NoticesEveryChange) {
  const std::string other = lock_key(SigningKey::generate("north.example/ada", KeyType::ed25519), passphrase, cheap).value();
  const auto part = [](const std::string& text, const std::string& name) {
    const auto from = text.find('"' + name + "\":\"") + name.size() + 4;
    return text.substr(from, text.find('"', from) - from);
  };
  for (const char* name : {"nonce", "text", "salt", "verifier_key"}) {
    EXPECT_FALSE(unlock_key(replaced(text_, part(text_, name), part(other, name)), passphrase)) << name;
  }
  EXPECT_FALSE(unlock_key(replaced(text_, "\"operations\":1", "\"operations\":2"), passphrase));
}

TEST_F(LockedKey, MayNotAskForMoreThanIsBounded) {
  for (const auto& [from, to] : {std::pair{"\"memory_bytes\":8192", "\"memory_bytes\":107374182400"}, {"\"memory_bytes\":8192", "\"memory_bytes\":1073741825"},
                                 {"\"memory_bytes\":8192", "\"memory_bytes\":8191"}, {"\"operations\":1", "\"operations\":11"}, {"\"operations\":1", "\"operations\":0"},
                                 {"argon2id", "argon2i"}, {"\"v\":1", "\"v\":2"}, {"\"v\":1", "\"v\":1,\"w\":1"}, {"xchacha20", "chacha20"}}) {
    EXPECT_FALSE(unlock_key(replaced(text_, from, to), passphrase)) << to;
  }
  EXPECT_FALSE(unlock_key(std::string(5'000, ' '), passphrase));
}

TEST_F(LockedKey, SaysWhatIsWrongWithoutQuotingWhatIsSecret) {
  const std::string secret = key_.secret_text();
  for (const std::string& text : {secret, "{\"secret\":\"" + secret + "\"}", replaced(text_, "\"v\":1", "\"v\":\"" + secret + "\"")}) {
    const auto read = unlock_key(text, passphrase);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, Not(HasSubstr("PRIVATE")));
    EXPECT_THAT(read.error().message, Not(HasSubstr(std::string(passphrase))));
  }
}

TEST_F(LockedKey, WantsAPassphraseOfTwelveCharacters) {
  EXPECT_FALSE(check_passphrase("elevenchars"));
  EXPECT_TRUE(check_passphrase("twelve chars"));
  EXPECT_FALSE(check_passphrase("пароль"));
  EXPECT_TRUE(check_passphrase("длинный пароль"));
  EXPECT_FALSE(check_passphrase(std::string(LockLimits::longest_passphrase + 1, 'x')));
  EXPECT_TRUE(check_passphrase(std::string(LockLimits::longest_passphrase, 'x')));
  EXPECT_FALSE(check_passphrase("\xFFtwelve chars"));
}

TEST_F(LockedKey, OpensAsTheDocumentSays) {
  // The example of docs/formats/locked-key.md.
  const std::string example =
      R"({"cipher":{"name":"xchacha20-poly1305","nonce":"QNZclyW1bO8uN007Je7IePZ66eHHIrq2",)"
      R"("text":"OI4hT6urniB5TIKLOWDTS0QTDlZu+coNdVbeNGHkHRt1mNdunVXYC7SDXFFYR9TpEa9cFVE4JWGUeIpkSQbXeZFxiaZPO22sFbaSs5oqj/IDof35IimA+MyY0FmWKh/z+t05"},)"
      R"("format":"skypact-locked-key","kdf":{"memory_bytes":8192,"name":"argon2id","operations":1,"salt":"UM/sb/W8HkgflpvN5oYzIw=="},"v":1,)"
      R"("verifier_key":"north.example/ada+b21bb578+AXdwsCa25iF58yTDgHNl+cdLGYVAeVfFGv1bS9lPRXcM"})"
      "\n";
  const auto key = unlock_key(example, passphrase);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->secret_text(), "PRIVATE+KEY+north.example/ada+b21bb578+AfE8wP4zaClAAT5Xn/0TPKg0XrtaMLnAUbC39zPK8mU2");
}

TEST_F(LockedKey, IsNoKeyOfANode) {
  const auto file = std::filesystem::path(testing::TempDir()) / "locked_key_of_no_node";
  std::filesystem::remove(file);
  ASSERT_TRUE(write_secret_file(file, text_));
  EXPECT_EQ(read_secret_file(file).value(), text_);
  const auto read = read_key_file(file);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("passphrase"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace skypact::ledger
