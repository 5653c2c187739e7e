#include "distress/frequencies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::at;
using tests::noon;
using ::testing::ElementsAre;

std::vector<std::string> ids(const std::vector<Channel>& channels) {
  std::vector<std::string> all;
  for (const Channel& c : channels) all.push_back(c.id);
  return all;
}

AgreedFrequency frequency(std::string id, ChannelUse use, std::uint32_t khz) {
  AgreedFrequency f;
  f.id = std::move(id);
  f.use = use;
  f.khz = khz;
  return f;
}

TEST(Frequencies, AreTheInternationalOnesWhereNothingIsAgreed) {
  const auto channels = channels_at({.agreed = {}, .place = at(34, 36), .now = noon});
  EXPECT_THAT(ids(channels), ElementsAre("international.123100", "international.406000", "international.121500", "international.243000"));
  for (const Channel& c : channels) {
    EXPECT_FALSE(c.agreed);
    EXPECT_FALSE(c.remark.empty()) << "names its source";
    EXPECT_EQ(c.voice, c.khz != 406'000);
  }
}

TEST(Frequencies, AreInTheOrderDistressGuardWorking) {
  std::vector<AgreedFrequency> agreed{frequency("w", ChannelUse::working, 130'000), frequency("g", ChannelUse::guard, 121'500), frequency("d", ChannelUse::distress, 282'800)};
  EXPECT_THAT(ids(channels_at({.agreed = agreed, .place = at(34, 36), .now = noon})),
              ElementsAre("d", "international.123100", "international.406000", "g", "international.243000", "w"));   // 121.5 once, as agreed
}

TEST(Frequencies, HoldInTheirAreaTimeAndDuringASuspensionIfTheyAreOfTheFloor) {
  AgreedFrequency f = frequency("w", ChannelUse::working, 130'000);
  f.area = {at(33, 35), at(33, 37), at(35, 37), at(35, 35)};
  f.valid = {noon, noon + minutes(10)};
  f.parties = {"north"};
  const std::vector<AgreedFrequency> agreed{f};
  const auto holds = [&](ChannelQuery query) {
    query.agreed = agreed;
    const auto found = ids(channels_at(query));
    return std::find(found.begin(), found.end(), "w") != found.end();
  };
  EXPECT_TRUE(holds({.agreed = {}, .place = at(34, 36), .now = noon}));
  EXPECT_FALSE(holds({.agreed = {}, .place = at(36, 36), .now = noon}));
  EXPECT_FALSE(holds({.agreed = {}, .place = at(34, 36), .now = noon + minutes(10)}));
  EXPECT_FALSE(holds({.agreed = {}, .place = at(34, 36), .now = noon, .suspended = true}));
  EXPECT_FALSE(holds({.agreed = {}, .place = at(34, 36), .now = noon, .party = "south"}));
  EXPECT_TRUE(holds({.agreed = {}, .place = at(34, 36), .now = noon, .party = "north"}));
  EXPECT_TRUE(channels_at({.agreed = agreed, .place = std::nullopt, .now = noon}).back().place_unknown);
}

TEST(Frequencies, AreBoundedAtTheEndOfTheWorkingOnes) {
  std::vector<AgreedFrequency> agreed;
  for (std::uint32_t i = 0; i < 100; ++i) agreed.push_back(frequency("w" + std::to_string(i), ChannelUse::working, 130'000 + i));
  const auto channels = channels_at({.agreed = agreed, .place = at(34, 36), .now = noon});
  ASSERT_EQ(channels.size(), most_channels);
  EXPECT_EQ(channels[0].id, "international.123100");
  EXPECT_EQ(channels.back().khz, 130'000u + 59);
}

TEST(RadioFallback, CallsAtTheNextWholeFiveMinutesOnEveryVoiceChannel) {
  const auto channels = channels_at({.agreed = {}, .place = at(34, 36), .now = noon});
  const auto calls = radio_fallback(channels, true, noon + seconds(1));
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].call_at, noon + minutes(5));
  EXPECT_EQ(radio_fallback(channels, true, noon)[0].call_at, noon);
}

TEST(RadioFallback, OffersNothingWhereNothingMayBeSpoken) {
  EXPECT_TRUE(radio_fallback(channels_at({.agreed = {}, .place = at(34, 36), .now = noon}), false, noon).empty());
}

TEST(Frequencies, AreWrittenAsPeopleSayThem) {
  EXPECT_EQ(frequency_text(121'500), "121.500 MHz");
  EXPECT_EQ(frequency_text(118'005), "118.005 MHz");
  EXPECT_EQ(frequency_text(5'680), "5680 kHz");
}

}  // namespace
}  // namespace skypact::distress
