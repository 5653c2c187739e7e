#include "plan/uuid.h"

#include <gtest/gtest.h>

namespace skypact::plan {
namespace {

constexpr std::string_view some = "2f8343be-6482-4d1b-a474-16847e01af1e";

TEST(EntityId, WithAndWithoutHyphensIsTheSame) {
  const auto id = parse_entity_id(some);
  ASSERT_TRUE(id);
  EXPECT_EQ(to_string(*id), some);
  EXPECT_EQ(parse_entity_id("2f8343be64824d1ba47416847e01af1e"), id);
  EXPECT_EQ(parse_entity_id("2F8343BE-6482-4D1B-A474-16847E01AF1E"), id);
}

TEST(EntityId, IsNothingElse) {
  for (const std::string_view text : {"", "2f8343be", "2f8343be-6482-4d1b-a474-16847e01af1", "2f8343be-6482-4d1b-a474-16847e01af1ee",
                                      "2f8343be-64824-d1b-a474-16847e01af1e", "2f8343be-6482-4d1b-a474-16847e01afxe",
                                      "2f8343be6482-4d1ba474-16847e01af1e--", "-2f8343be64824d1ba47416847e01af1"}) {
    EXPECT_FALSE(parse_entity_id(text)) << text;
  }
}

TEST(EntityId, OfVersion7SaysWhenItWasMade) {
  const auto example = parse_entity_id("017F22E2-79B0-7CC3-98C4-DC0C0C07398F");   // RFC 9562, appendix A.6
  ASSERT_TRUE(example);
  EXPECT_EQ(time_of_uuid7(*example), *parse_rfc3339("2022-02-22T19:22:22.000Z"));
  EXPECT_FALSE(time_of_uuid7(*parse_entity_id(some)));
  EXPECT_FALSE(time_of_uuid7(*parse_entity_id("ffffffff-ffff-7fff-8fff-ffffffffffff"))) << "after all that can be told";
}

}  // namespace
}  // namespace skypact::plan
