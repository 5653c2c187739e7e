#include "accounts/token_key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace skypact::accounts {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Duration start = minutes(7);
const Error no_answer{ErrorCode::unreachable, "nobody answers"};

// A modulus of any odd number will do: nothing is checked with these.
std::string modulus(unsigned char last) {
  std::string bytes(256, '\xC5');
  bytes.back() = static_cast<char>(last | 1);
  return bytes;
}

std::string jwk(const std::string& kid, unsigned char last) {
  const std::string n = modulus(last);
  return R"({"kty":"RSA","e":"AQAB","kid":")" + kid + R"(","n":")" + to_base64url({reinterpret_cast<const std::uint8_t*>(n.data()), n.size()}) + "\"}";
}

TokenKey file_key(unsigned char last) { return *TokenKey::from_numbers(modulus(last), std::string("\x01\x00\x01", 3), ""); }

std::vector<std::string> kids(const TokenKeyRing& ring, Duration now) {
  std::vector<std::string> names;
  for (const TokenKey& key : *ring.keys(now)) names.push_back(key.kid());
  return names;
}

TEST(TokenKeyRing, HasNoKeyBeforeAnyCame) {
  TokenKeyRing ring;
  EXPECT_THAT(kids(ring, start), IsEmpty());
  EXPECT_THAT(ring.fetched(start, no_answer), ElementsAre(AllOf(HasSubstr("nobody answers"), HasSubstr("no key of it is known"))));
  EXPECT_THAT(ring.fetched(start + minutes(1), no_answer), IsEmpty());
  EXPECT_THAT(kids(ring, start), IsEmpty());
}

TEST(TokenKeyRing, FollowsARotationAndSaysWhatCameAndWent) {
  TokenKeyRing ring;
  EXPECT_THAT(ring.fetched(start, "{\"keys\":[" + jwk("old", 1) + "]}"), ElementsAre(AllOf(HasSubstr("\"old\""), HasSubstr("from now on"))));
  EXPECT_THAT(ring.fetched(start + minutes(1), "{\"keys\":[" + jwk("old", 1) + "]}"), IsEmpty());
  EXPECT_THAT(ring.fetched(start + minutes(2), "{\"keys\":[" + jwk("old", 1) + "," + jwk("new", 3) + "]}"), ElementsAre(HasSubstr("\"new\"")));
  EXPECT_THAT(kids(ring, start + minutes(2)), ElementsAre("old", "new"));
  EXPECT_THAT(ring.fetched(start + minutes(3), "{\"keys\":[" + jwk("new", 3) + "]}"), ElementsAre(AllOf(HasSubstr("\"old\""), HasSubstr("no more"))));
  EXPECT_THAT(kids(ring, start + minutes(3)), ElementsAre("new"));
  // Another key under a name that is known.
  EXPECT_THAT(ring.fetched(start + minutes(4), "{\"keys\":[" + jwk("new", 5) + "]}"), testing::SizeIs(2));
}

TEST(TokenKeyRing, KeepsTheKeysOfTheLastSetForAnHourOfFailures) {
  TokenKeyRing ring;
  (void)ring.fetched(start, "{\"keys\":[" + jwk("k", 1) + "]}");
  EXPECT_THAT(ring.fetched(start + minutes(1), no_answer), ElementsAre(HasSubstr("nobody answers")));
  EXPECT_THAT(ring.fetched(start + minutes(2), std::string("<html>")), IsEmpty()) << "one failure after another is told once";
  EXPECT_THAT(kids(ring, start + TokenKeyRing::kept_for - Duration(1)), ElementsAre("k"));
  EXPECT_THAT(kids(ring, start + TokenKeyRing::kept_for), IsEmpty()) << "also where nothing was fetched since";
  EXPECT_THAT(ring.fetched(start + minutes(60), no_answer), ElementsAre(HasSubstr("count no more")));
  EXPECT_THAT(ring.fetched(start + minutes(61), no_answer), IsEmpty());
  EXPECT_THAT(ring.fetched(start + minutes(62), "{\"keys\":[" + jwk("k", 1) + "]}"), ElementsAre(HasSubstr("to be had again"), HasSubstr("from now on")));
  EXPECT_THAT(kids(ring, start + minutes(62)), ElementsAre("k"));
}

TEST(TokenKeyRing, BelievesASetWithoutKeys) {
  TokenKeyRing ring;
  (void)ring.fetched(start, "{\"keys\":[" + jwk("k", 1) + "]}");
  EXPECT_THAT(ring.fetched(start + minutes(1), std::string("{\"keys\":[]}")), ElementsAre(HasSubstr("no more"), HasSubstr("no key that can be used")));
  EXPECT_THAT(kids(ring, start + minutes(1)), IsEmpty());
  EXPECT_THAT(ring.fetched(start + minutes(2), std::string("{\"keys\":[]}")), IsEmpty());
}

TEST(TokenKeyRing, TellsOnceWhatOfASetIsLeftOut) {
  TokenKeyRing ring;
  const std::string set = "{\"keys\":[" + jwk("k", 1) + R"(,{"kty":"EC","kid":"e"}]})";
  EXPECT_THAT(ring.fetched(start, set), ElementsAre(HasSubstr("\"k\""), HasSubstr("\"e\"")));
  EXPECT_THAT(ring.fetched(start + minutes(1), set), IsEmpty());
}

TEST(TokenKeyRing, HasTheKeysOfFilesWhateverBecomesOfTheSet) {
  TokenKeyRing ring;
  EXPECT_THAT(ring.set_files({file_key(1)}), ElementsAre(HasSubstr("of a file counts from now on")));
  (void)ring.fetched(start, "{\"keys\":[" + jwk("k", 3) + "]}");
  EXPECT_THAT(kids(ring, start), ElementsAre("", "k"));
  EXPECT_THAT(kids(ring, start + minutes(60)), ElementsAre(""));
  EXPECT_THAT(ring.set_files({file_key(5)}), testing::SizeIs(2));
  EXPECT_THAT(ring.set_files({file_key(5)}), IsEmpty());
  EXPECT_THAT(kids(ring, start), ElementsAre("", "k"));
}

}  // namespace
}  // namespace skypact::accounts
