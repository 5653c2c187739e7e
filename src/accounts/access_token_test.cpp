// Tokens made by another implementation (tests/tokens/make_vectors.py), each with at most one thing wrong.

#include "accounts/access_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/base64.h"
#include "base/input_file.h"
#include "base/random.h"
#include "json/document.h"
#include "tests/paths.h"

namespace skypact::accounts {
namespace {

using testing::HasSubstr;

const json::Document& vectors() {
  static const json::Document document = [] {
    const auto text = read_whole((tests::source_dir() / "tests/tokens/vectors.json").string(), std::size_t{1} << 20);
    return *json::parse(*text);
  }();
  return document;
}

std::string text_of(json::Value value) { return std::string(value.as_string().value()); }
std::string audience() { return text_of(vectors().root()["audience"]); }
Time vectors_now() { return Time(seconds(*vectors().root()["now_s"].as_integer())); }
TokenRules rules_at(Time now) { return {{"localhost", audience()}, now, default_leeway}; }
TokenKey key_named(std::string_view name) { return *TokenKey::from_pem(text_of(vectors().root()["keys"][name])); }

json::Value case_named(std::string_view name) {
  for (const json::Value one : vectors().root()["cases"].elements()) {
    if (one["name"].as_string() == name) return one;
  }
  return {};
}
std::string good_token() { return text_of(case_named("a token as authorization servers write it")["token"]); }

std::vector<TokenKey> keys_of(json::Value one) {
  if (one["jwks"].exists()) return read_jwks(text_of(one["jwks"]))->keys;
  std::vector<TokenKey> keys;
  for (const json::Value name : one["keys"].elements()) keys.push_back(key_named(*name.as_string()));
  return keys;
}

std::vector<std::string> scopes_of(json::Value one) {
  const json::Value scopes = one["scopes"].exists() ? one["scopes"] : vectors().root()["scopes"];
  std::vector<std::string> texts;
  for (const json::Value scope : scopes.elements()) texts.push_back(text_of(scope));
  return texts;
}

TEST(AccessToken, IsAcceptedOrRefusedForTheReasonOfEachVector) {
  std::size_t accepted = 0, refused = 0;
  for (const json::Value one : vectors().root()["cases"].elements()) {
    SCOPED_TRACE(text_of(one["name"]));
    const auto token = verify(text_of(one["token"]), keys_of(one), rules_at(vectors_now()));
    if (one["refused"].exists()) {
      ++refused;
      ASSERT_FALSE(token);
      EXPECT_EQ(token.error().code, ErrorCode::refused);
      EXPECT_THAT(token.error().message, HasSubstr(text_of(one["refused"])));
      continue;
    }
    ++accepted;
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->subject, one["subject"].exists() ? text_of(one["subject"]) : "uss1");
    EXPECT_EQ(token->audience, audience());
    EXPECT_EQ(std::vector(token->scopes.begin(), token->scopes.end()), scopes_of(one));
  }
  EXPECT_GE(accepted, 25u);
  EXPECT_GE(refused, 120u);
}

TEST(AccessToken, IsRefusedWithAnyOneOfItsCharactersChanged) {
  const std::vector<TokenKey> keys{key_named("a")};
  const std::string good = good_token();
  ASSERT_TRUE(verify(good, keys, rules_at(vectors_now())));
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
  Random random(7);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned tries = 0; tries < 4; ++tries) {
      std::string changed = good;
      changed[at] = letters[random.below(letters.size())];
      if (changed == good) continue;
      EXPECT_FALSE(verify(changed, keys, rules_at(vectors_now()))) << "character " << at << ", seed 7";
    }
    EXPECT_FALSE(verify(good.substr(0, at), keys, rules_at(vectors_now()))) << "cut at " << at;
  }
}

TEST(AccessToken, ExpiresAtTheLeewaysEndToTheNanosecond) {
  const std::vector<TokenKey> keys{key_named("a")};
  const Time end = vectors_now() + seconds(3600) + default_leeway, begin = vectors_now() - seconds(60) - default_leeway;
  EXPECT_TRUE(verify(good_token(), keys, rules_at(end - Duration(1))));
  EXPECT_FALSE(verify(good_token(), keys, rules_at(end)));
  EXPECT_TRUE(verify(good_token(), keys, rules_at(begin)));
  EXPECT_FALSE(verify(good_token(), keys, rules_at(begin - Duration(1))));
  EXPECT_EQ(verify(good_token(), keys, rules_at(vectors_now()))->expires_at, vectors_now() + seconds(3600));
}

TEST(AccessToken, CountsForNobodyWhereNoAudienceIsOurs) {
  const std::vector<TokenKey> keys{key_named("a")};
  EXPECT_FALSE(verify(good_token(), keys, {{}, vectors_now(), default_leeway}));
  EXPECT_FALSE(verify(good_token(), keys, {{""}, vectors_now(), default_leeway}));
}

TEST(AccessToken, IsNotQuotedWhereItIsRefused) {
  for (const json::Value one : vectors().root()["cases"].elements()) {
    const auto token = verify(text_of(one["token"]), keys_of(one), rules_at(vectors_now()));
    if (token) continue;
    for (const std::string word : {"uss1", "uss.south", "evil", "none", "HS256", "eyJ", "auth.example"}) {
      EXPECT_EQ(token.error().message.find(word), std::string::npos) << token.error().message;
    }
  }
}

TEST(AccessToken, IsTheSameOnSeveralThreads) {
  const std::vector<TokenKey> keys{key_named("b"), key_named("a")};
  const std::string good = good_token(), bad = text_of(case_named("signed by a third key while two are known")["token"]);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (unsigned n = 0; n < 50; ++n) {
        EXPECT_TRUE(verify(good, keys, rules_at(vectors_now())));
        EXPECT_FALSE(verify(bad, keys, rules_at(vectors_now())));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// RFC 7515, appendix A.2: the signature is good, and what is refused is that it has no "aud".
TEST(AccessToken, HasTheSignatureOfTheStandardsExample) {
  const json::Value rfc = vectors().root()["rfc7515"];
  const auto set = read_jwks(R"({"keys":[{"kty":"RSA","e":"AQAB","n":")" + text_of(rfc["n"]) + R"("}]})");
  ASSERT_EQ(set->keys.size(), 1u);
  const auto rules = rules_at(Time(seconds(1'300'819'379)));
  EXPECT_THAT(verify(text_of(rfc["token"]), set->keys, rules).error().message, HasSubstr("has no \"aud\""));
  std::string changed = text_of(rfc["token"]);
  changed[changed.rfind('.') + 1] = 'd';
  EXPECT_THAT(verify(changed, set->keys, rules).error().message, HasSubstr("signature is not that of a key"));
  const auto text = text_of(rfc["token"]);
  const auto signature = from_base64url(std::string_view(text).substr(text.rfind('.') + 1));
  EXPECT_TRUE(set->keys[0].signed_this(text.substr(0, text.rfind('.')), *signature));
}

TEST(BearerToken, IsTheOneWordBehindBearerInAnyCase) {
  for (const std::string header : {"Bearer abc.d-_.e", "bearer abc.d-_.e", "BEARER abc.d-_.e", "bEaReR   abc.d-_.e"}) {
    const auto token = bearer_token(header);
    ASSERT_TRUE(token) << header;
    EXPECT_EQ(*token, "abc.d-_.e");
  }
  for (const std::string header : {"", "Bearer", "Bearer ", "Bearer    ", "abc", "Basic abc", "Bearerabc", " Bearer abc", "Bearer a b", "Bearer a,b", "Bearer\tabc", "Bearer a\t", "Bearer abc\n"}) {
    EXPECT_FALSE(bearer_token(header)) << header;
  }
}

TEST(TokenKey, IsReadFromAPublicKeyOrACertificate) {
  for (const std::string_view name : {"a", "a_certificate"}) {
    const auto key = TokenKey::from_pem(text_of(vectors().root()["keys"][name]));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->bits(), 2048);
    EXPECT_EQ(key->fingerprint(), text_of(vectors().root()["fingerprint_a"]));
    EXPECT_TRUE(verify(good_token(), std::vector{*key}, rules_at(vectors_now())));
  }
  EXPECT_EQ(key_named("long").bits(), 4096);
}

TEST(TokenKey, IsRefusedWhereItIsWeakOrOfAnotherKind) {
  for (const json::Value bad : vectors().root()["bad_keys"].elements()) {
    const auto key = TokenKey::from_pem(text_of(bad["pem"]));
    ASSERT_FALSE(key) << text_of(bad["name"]);
    EXPECT_THAT(key.error().message, HasSubstr(text_of(bad["refused"]))) << text_of(bad["name"]);
  }
  std::string longest = text_of(vectors().root()["keys"]["a"]);
  longest.resize(TokenKeyLimits::pem_bytes, '\n');
  EXPECT_TRUE(TokenKey::from_pem(longest));
  EXPECT_EQ(TokenKey::from_pem(longest + '\n').error().code, ErrorCode::over_limit);
}

TEST(TokenKey, HasBoundsOnItsTwoNumbers) {
  const auto read = [](std::size_t bytes, unsigned char first, std::string_view exponent) {
    std::string modulus(bytes, '\xFF');
    modulus[0] = static_cast<char>(first);
    return TokenKey::from_numbers(modulus, exponent, "").has_value();
  };
  using std::string_view_literals::operator""sv;
  EXPECT_TRUE(read(256, 0x80, "\x01\x00\x01"sv));
  EXPECT_FALSE(read(256, 0x7F, "\x01\x00\x01"sv));            // 2047 bits
  EXPECT_TRUE(read(1024, 0xFF, "\x01\x00\x01"sv));
  EXPECT_TRUE(read(1025, 0x00, "\x01\x00\x01"sv));            // a zero in front
  EXPECT_FALSE(read(1025, 0x01, "\x01\x00\x01"sv));           // 8193 bits
  EXPECT_FALSE(read(1026, 0x00, "\x01\x00\x01"sv));
  EXPECT_TRUE(read(256, 0x80, "\xFF\xFF\xFF\xFF"sv));
  EXPECT_FALSE(read(256, 0x80, "\x01\x00\x00\x00\x01"sv));    // 2^32 + 1
  EXPECT_FALSE(read(256, 0x80, "\xFF\xFF"sv));                // 65535
  EXPECT_FALSE(read(256, 0x80, "\x01\x00\x02"sv));
  EXPECT_FALSE(read(256, 0x80, "\x03"sv));
  EXPECT_FALSE(read(256, 0x80, "\x00"sv));
  EXPECT_FALSE(TokenKey::from_numbers(std::string(256, '\xFE'), "\x01\x00\x01"sv, "").has_value());   // even
}

TEST(KeySet, LeavesOutWhatIsNotForUsAndSaysWhy) {
  const auto set = read_jwks(text_of(vectors().root()["mixed_jwks"]));
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->keys.size(), 2u);
  EXPECT_EQ(set->keys[0].kid(), "old");
  EXPECT_EQ(set->keys[1].kid(), "");
  ASSERT_EQ(set->notes.size(), 13u);
  const std::string reasons[] = {"no RSA key", "private half", "another algorithm", "not for signatures", "key_ops", "private half", "1024 bits", "exponent", "exponent", "base64url", "base64url", "\"kid\"", "no object"};
  for (std::size_t i = 0; i < set->notes.size(); ++i) {
    EXPECT_THAT(set->notes[i], i == 1 ? HasSubstr("secret") : HasSubstr(reasons[i]));
    EXPECT_THAT(set->notes[i], testing::StartsWith("Key " + std::to_string(i + 2)));
    EXPECT_EQ(set->notes[i].find("c2VjcmV0"), std::string::npos);
  }
}

TEST(KeySet, IsBoundedAndAnObjectWithAListOfKeys) {
  for (const std::string bad : {"", "[]", "{}", "null", R"({"keys":null})", R"({"keys":{}})", R"({"keys":[],"keys":[]})", R"({"keys":[)"}) EXPECT_FALSE(read_jwks(bad)) << bad;
  EXPECT_TRUE(read_jwks(R"({"keys":[]})")->keys.empty());
  const auto of = [](std::size_t keys) {
    std::string text = R"({"keys":[)";
    for (std::size_t i = 0; i < keys; ++i) text += i == 0 ? "{}" : ",{}";
    return text + "]}";
  };
  EXPECT_EQ(read_jwks(of(100))->notes.size(), 100u);
  EXPECT_EQ(read_jwks(of(101)).error().code, ErrorCode::over_limit);
  const std::string empty = R"({"keys":[]})";
  EXPECT_TRUE(read_jwks(empty + std::string(TokenKeyLimits::jwks_bytes - empty.size(), ' ')));
  EXPECT_EQ(read_jwks(empty + std::string(TokenKeyLimits::jwks_bytes - empty.size() + 1, ' ')).error().code, ErrorCode::over_limit);
}

NewToken new_token() {
  return {.subject = "uss1", .audiences = {"uss.north.example", "localhost"}, .scopes = {"rid.display_provider", "utm.strategic_coordination"}, .issuer = "test", .kid = "test-1",
          .issued_at = Time(seconds(1'800'000'000)), .expires_at = Time(seconds(1'800'003'600))};
}

TEST(NewToken, IsWhatAnotherImplementationSignsOfTheSameClaims) {
  const json::Value rfc = vectors().root()["rfc7515"];
  const auto token = sign_token(new_token(), text_of(rfc["private_key"]));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(*token, text_of(rfc["signed"]));
}

TEST(NewToken, IsAcceptedByTheKeysOtherHalf) {
  const json::Value rfc = vectors().root()["rfc7515"];
  const auto keys = read_jwks(R"({"keys":[{"kty":"RSA","e":"AQAB","kid":"test-1","n":")" + text_of(rfc["n"]) + R"("}]})")->keys;
  const auto read = verify(*sign_token(new_token(), text_of(rfc["private_key"])), keys, rules_at(Time(seconds(1'800'000'000))));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->subject, "uss1");
  EXPECT_EQ(read->audience, "uss.north.example");
  EXPECT_EQ(read->scopes, (std::set<std::string, std::less<>>{"rid.display_provider", "utm.strategic_coordination"}));
}

TEST(NewToken, IsNotMadeWhereItWouldBeRefused) {
  const json::Value rfc = vectors().root()["rfc7515"];
  const std::string key = text_of(rfc["private_key"]);
  const auto made = [&key](auto change) {
    NewToken claims = new_token();
    change(claims);
    return sign_token(claims, key).has_value();
  };
  EXPECT_TRUE(made([](NewToken&) {}));
  EXPECT_FALSE(made([](NewToken& t) { t.subject.clear(); }));
  EXPECT_FALSE(made([](NewToken& t) { t.audiences.clear(); }));
  EXPECT_FALSE(made([](NewToken& t) { t.scopes = {"two words"}; }));
  EXPECT_FALSE(made([](NewToken& t) { t.expires_at = t.issued_at; }));
  EXPECT_FALSE(made([](NewToken& t) { t.expires_at = Time(seconds(9'000'000'000)); }));
  EXPECT_FALSE(made([](NewToken& t) { t.issuer = std::string(8000, 'x'); }));
  EXPECT_THAT(sign_token(new_token(), text_of(rfc["locked_private_key"])).error().message, HasSubstr("passphrase"));
  EXPECT_THAT(sign_token(new_token(), text_of(rfc["small_private_key"])).error().message, HasSubstr("1024 bits"));
  EXPECT_FALSE(sign_token(new_token(), text_of(vectors().root()["keys"]["a"])));
  EXPECT_FALSE(sign_token(new_token(), ""));
}

}  // namespace
}  // namespace skypact::accounts
