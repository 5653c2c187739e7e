// Passwords, one-time codes and what they are written as.

#include "accounts/secret.h"

#include <gtest/gtest.h>

namespace skypact::accounts {
namespace {

constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8192};

Time at(std::int64_t unix_seconds) { return Time(seconds(unix_seconds)); }

TotpSeed rfc_seed() {
  TotpSeed seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>("12345678901234567890"[i]);
  return seed;
}

TEST(Password, IsLongEnoughAndNotTheAccountsName) {
  const auto refused = [](std::string_view password) { return !check_password(password, "duty.desk", "Duty Desk"); };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("eleven.char"));
  EXPECT_FALSE(refused("twelve.chars"));
  EXPECT_FALSE(refused("пароль из слов")) << "characters count, not bytes";
  EXPECT_TRUE(refused("парольпар")) << "nine characters in eighteen bytes";
  EXPECT_TRUE(refused(std::string(PasswordLimits::longest + 1, 'x') + "y"));
  EXPECT_FALSE(refused("ab " + std::string(PasswordLimits::longest - 3, 'x')));
  EXPECT_TRUE(refused("aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(refused("1234567890123"));
  EXPECT_TRUE(refused("abcdefghijklmn"));
  EXPECT_TRUE(refused("Duty.Desk.2026"));
  EXPECT_TRUE(refused("dutydesk-duty.desk"));
  EXPECT_FALSE(refused("dutydesk rows seven red boats"));
  EXPECT_FALSE(refused("all lower case words")) << "no rule asks for capitals or digits";
  EXPECT_TRUE(refused(std::string_view("has a zero\0byte in it", 21)));
  EXPECT_TRUE(refused("not utf-8 \xff\xfe at all"));
}

TEST(Password, IsVerifiedByItsHashAndNoOther) {
  const auto hash = hash_password("seven red boats", cheap);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << *hash;
  EXPECT_TRUE(verify_password(*hash, "seven red boats"));
  EXPECT_FALSE(verify_password(*hash, "seven red boat"));
  EXPECT_FALSE(verify_password(*hash, ""));
  EXPECT_FALSE(verify_password("", "seven red boats"));
  EXPECT_FALSE(verify_password("seven red boats", "seven red boats"));
  const auto again = hash_password("seven red boats", cheap);
  EXPECT_NE(*hash, *again) << "each hash has a salt of its own";
}

TEST(Password, IsHashedAnewWhenTheCostRises) {
  const auto hash = hash_password("seven red boats", cheap);
  EXPECT_FALSE(needs_rehash(*hash, cheap));
  EXPECT_TRUE(needs_rehash(*hash, {.passes = 2, .memory_bytes = 8192}));
  EXPECT_TRUE(needs_rehash(*hash, {.passes = 1, .memory_bytes = 16384}));
  EXPECT_TRUE(needs_rehash("no hash", cheap));
}

TEST(Password, AHashThatAsksForTooMuchMemoryIsNone) {
  EXPECT_FALSE(is_password_hash("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2Fs$aGFzaA"));
  EXPECT_FALSE(is_password_hash("$argon2id$v=19$m=65536,t=4000000,p=1$c2FsdHNhbHRzYWx0c2Fs$aGFzaA"));
  EXPECT_FALSE(is_password_hash("$argon2i$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2Fs$aGFzaA"));
  EXPECT_FALSE(is_password_hash(""));
}

// RFC 6238, appendix B.
TEST(Totp, GivesTheCodesOfTheStandard) {
  const struct {
    std::int64_t time;
    std::string_view code;
  } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                 {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& v : vectors) {
    // The last is beyond what Time can hold; its step is in the standard: 0x27BC86AA.
    const std::int64_t step = v.time == 20000000000 ? 0x27BC86AA : totp_step(at(v.time));
    EXPECT_EQ(totp_code(rfc_seed(), step, 8), v.code) << v.time;
    EXPECT_EQ(totp_code(rfc_seed(), step), v.code.substr(2));
  }
}

TEST(Totp, TakesTheStepBeforeAndAfterAndNoOther) {
  const Time now = at(1'700'000'010);
  const std::int64_t step = totp_step(now);
  for (int off = -3; off <= 3; ++off) {
    const auto matched = totp_match(rfc_seed(), totp_code(rfc_seed(), step + off), now, 0);
    EXPECT_EQ(matched.has_value(), off >= -1 && off <= 1) << off;
    EXPECT_EQ(matched.value_or(step + off), step + off);
  }
}

TEST(Totp, TakesACodeOnce) {
  const Time now = at(1'700'000'010);
  const std::string code = totp_code(rfc_seed(), totp_step(now));
  const auto first = totp_match(rfc_seed(), code, now, 0);
  ASSERT_TRUE(first);
  EXPECT_FALSE(totp_match(rfc_seed(), code, now, *first));
  EXPECT_FALSE(totp_match(rfc_seed(), totp_code(rfc_seed(), *first - 1), now, *first)) << "nor one from before it";
  EXPECT_TRUE(totp_match(rfc_seed(), totp_code(rfc_seed(), *first + 1), now, *first));
}

TEST(Totp, RefusesWhatIsNoCode) {
  for (const std::string_view bad : {"", "12345", "1234567", "12345a", "      "}) {
    EXPECT_FALSE(totp_match(rfc_seed(), bad, at(59), 0)) << bad;
  }
}

TEST(Totp, TheAddressNamesWhoAndWhere) {
  EXPECT_EQ(totp_uri(rfc_seed(), "North Duty", "anna"),
            "otpauth://totp/North%20Duty:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=North%20Duty&algorithm=SHA1&digits=6&period=30");
}

// RFC 4648, section 10.
TEST(Base32, IsThatOfTheStandard) {
  const auto bytes = [](std::string_view text) { return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); };
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base32(bytes(plain)), coded);
    EXPECT_EQ(from_base32(coded), std::string(plain));
  }
  for (const std::string_view bad : {"M", "MZ1", "my", "MZ", "MY======"}) EXPECT_FALSE(from_base32(bad)) << bad;
}

TEST(RecoveryCode, IsTheSameHoweverItIsTyped) {
  std::array<std::uint8_t, recovery_code_bytes> random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(17 * i + 3);
  const std::string code = recovery_code(random);
  EXPECT_EQ(code.size(), 19u) << code;
  std::string typed;
  for (const char c : code) {
    if (c != '-') typed += {static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c), ' '};
  }
  EXPECT_EQ(recovery_digest(code), recovery_digest(typed));
  random[0] ^= 1;
  EXPECT_NE(recovery_digest(recovery_code(random)), recovery_digest(code));
}

TEST(Digest, IsReadBackFromItsText) {
  const Digest d = sha256("abc");
  EXPECT_EQ(to_hex(d), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");   // FIPS 180-4
  EXPECT_EQ(digest_from_hex(to_hex(d)), d);
  EXPECT_FALSE(digest_from_hex("ba78"));
  EXPECT_FALSE(digest_from_hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace skypact::accounts
