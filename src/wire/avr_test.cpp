#include "wire/avr.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "wire/adsb_encode.h"

namespace skypact::wire {
namespace {

std::vector<ModeSFrame> push(AvrFramer& framer, std::string_view text) {
  std::vector<ModeSFrame> frames;
  framer.push({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, [&](const ModeSFrame& f) { frames.push_back(f); });
  return frames;
}

TEST(AvrFramer, ReadsEveryMarkerInPiecesOfOneByte) {
  const std::string text = "*5D4D20237A55A6;\r\n@00000000002A5d4d20237a55a6;\n%00000000002A5D4D20237A55A6;<00000000002AF05D4D20237A55A6;\n*7700;\n";
  AvrFramer framer;
  std::vector<ModeSFrame> frames;
  for (const char c : text) {
    for (const auto& f : push(framer, std::string_view(&c, 1))) frames.push_back(f);
  }
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(framer.errors().total(), 0u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(to_avr(make_frame(frames[static_cast<std::size_t>(i)].payload())), "*5D4D20237A55A6;");
  EXPECT_FALSE(frames[0].timestamp);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(frames[i].timestamp, 42u);
  EXPECT_EQ(frames[3].signal, 0xF0);
  EXPECT_EQ(frames[4].kind, FrameKind::mode_ac);
}

TEST(AvrFramer, RoundTripsWithTheWriter) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto sent = make_frame(encode_df17(static_cast<std::uint32_t>(random.below(1 << 24)), random.bits() >> 8), 1 + random.below((1ull << 48) - 1));
    AvrFramer framer;
    const auto got = push(framer, to_avr(sent));
    ASSERT_EQ(got.size(), 1u);
    ASSERT_EQ(got[0].bytes, sent.bytes);
    ASSERT_EQ(got[0].timestamp, sent.timestamp);
  }
}

TEST(AvrFramer, CountsEachDamageByItsReasonAndReadsOn) {
  struct Case { const char* text; DecodeError reason; };
  for (const auto& c : {Case{"*5D4D20237A55A;\n", DecodeError::bad_line}, Case{"*5D4D20237A55G6;\n", DecodeError::bad_line}, Case{"*;\n", DecodeError::bad_line},
                        Case{"@5D4D20237A55A6;\n", DecodeError::bad_line}, Case{"@00;\n", DecodeError::bad_line}, Case{"*5D4D20237A55A6\n", DecodeError::cut_frame},
                        Case{"*5D4D2023", DecodeError::cut_frame}, Case{"5D4D20237A55A6;\n", DecodeError::garbage}}) {
    AvrFramer framer;
    EXPECT_EQ(push(framer, std::string(c.text) + "*5D4D20237A55A6;\n").size(), 1u) << c.text;
    EXPECT_EQ(framer.errors()[c.reason], 1u) << c.text;
    EXPECT_EQ(framer.errors().total(), 1u) << c.text;
  }
}

TEST(AvrFramer, BoundsALineWithoutAnEnd) {
  const std::string longest = "<" + std::string(12 + 2 + 28, '1') + ";";
  AvrFramer framer;
  EXPECT_EQ(push(framer, longest).size(), 1u);
  EXPECT_EQ(framer.errors().total(), 0u);
  EXPECT_TRUE(push(framer, "<" + std::string(12 + 2 + 28 + 1, '1') + ";").empty());
  EXPECT_EQ(framer.errors()[DecodeError::line_too_long], 1u);
  EXPECT_TRUE(push(framer, "*" + std::string(1'000'000, '1')).empty());
  EXPECT_EQ(framer.errors()[DecodeError::line_too_long], 2u);
  EXPECT_EQ(push(framer, "\n*5D4D20237A55A6;").size(), 1u);
}

}  // namespace
}  // namespace skypact::wire
