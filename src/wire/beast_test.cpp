#include "wire/beast.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "base/random.h"
#include "wire/adsb_encode.h"

namespace skypact::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes beast(std::initializer_list<ModeSFrame> frames) {
  Bytes out;
  for (const auto& f : frames) append_beast(f, out);
  return out;
}
std::vector<ModeSFrame> push(BeastFramer& framer, const Bytes& bytes) {
  std::vector<ModeSFrame> frames;
  framer.push(bytes, [&](const ModeSFrame& f) { frames.push_back(f); });
  return frames;
}
bool same(const ModeSFrame& a, const ModeSFrame& b) {
  return a.kind == b.kind && a.size == b.size && a.signal == b.signal && a.bytes == b.bytes && a.timestamp == b.timestamp;
}

ModeSFrame random_frame(Random& random) {
  ModeSFrame f;
  f.kind = static_cast<FrameKind>(random.below(4));
  constexpr std::uint8_t sizes[] = {2, 7, 14, 14};
  f.size = sizes[static_cast<int>(f.kind)];
  // Thick with 0x1a, so that every place of an escape occurs.
  const auto byte = [&] { return random.chance(0.4) ? std::uint8_t{0x1a} : static_cast<std::uint8_t>(random.bits()); };
  for (std::size_t i = 0; i < f.size; ++i) f.bytes[i] = byte();
  f.signal = byte();
  std::uint64_t time = 1;
  for (int i = 0; i < 5; ++i) time = time << 8 | byte();
  f.timestamp = time;
  return f;
}

TEST(BeastFramer, GivesBackWhatWasSentWhateverThePieces) {
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<ModeSFrame> sent;
    Bytes bytes;
    for (int i = 0; i < 20; ++i) {
      sent.push_back(random_frame(random));
      append_beast(sent.back(), bytes);
    }
    BeastFramer framer;
    std::vector<ModeSFrame> got;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t piece = std::min<std::size_t>(1 + random.below(round % 2 == 0 ? 3 : 60), bytes.size() - at);
      framer.push(std::span(bytes).subspan(at, piece), [&](const ModeSFrame& f) { got.push_back(f); });
      at += piece;
    }
    ASSERT_EQ(got.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) ASSERT_TRUE(same(got[i], sent[i])) << round << " " << i;
    ASSERT_EQ(framer.errors().total(), 0u);
  }
}

TEST(BeastFramer, AgreesWithOneByteAtATimeOnAnyBytes) {
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes;
    for (int i = 0; i < 200; ++i) {
      constexpr std::uint8_t likely[] = {0x1a, 0x1a, '1', '2', '3', '4'};
      bytes.push_back(random.chance(0.5) ? likely[random.below(6)] : static_cast<std::uint8_t>(random.bits()));
    }
    BeastFramer whole, bytewise;
    const auto a = push(whole, bytes);
    std::vector<ModeSFrame> b;
    for (const auto byte : bytes) bytewise.push(std::span(&byte, 1), [&](const ModeSFrame& f) { b.push_back(f); });
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_TRUE(same(a[i], b[i]));
    ASSERT_EQ(whole.errors(), bytewise.errors()) << round;
  }
}

TEST(BeastFramer, FindsTheNextFrameAfterGarbageAndCountsTheStretchOnce) {
  BeastFramer framer;
  Bytes bytes{'h', 'e', 'l', 'l', 'o'};
  append_beast(make_frame(encode_all_call(0x4D2023), 7), bytes);
  EXPECT_EQ(push(framer, bytes).size(), 1u);
  EXPECT_EQ(framer.errors()[DecodeError::garbage], 1u);
  EXPECT_EQ(framer.errors().total(), 1u);
}

TEST(BeastFramer, CountsACutFrameAndReadsTheOneThatCutIt) {
  BeastFramer framer;
  Bytes bytes = beast({make_frame(encode_all_call(0x4D2023), 7)});
  bytes.resize(bytes.size() - 4);
  append_beast(make_frame(encode_all_call(0x4D2024), 8), bytes);
  const auto frames = push(framer, bytes);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].timestamp, 8u);
  EXPECT_EQ(framer.errors()[DecodeError::cut_frame], 1u);
}

TEST(BeastFramer, SkipsAFrameOfAnUnknownTypeToTheNext) {
  BeastFramer framer;
  Bytes bytes{0x1a, 0xe3, 1, 2, 3, 4, 5, 6, 7, 8};  // the receiver id of a network of receivers
  append_beast(make_frame(encode_all_call(0x4D2023), 7), bytes);
  EXPECT_EQ(push(framer, bytes).size(), 1u);
  EXPECT_EQ(framer.errors()[DecodeError::unknown_frame_type], 1u);
  EXPECT_EQ(framer.errors().total(), 1u);
}

TEST(BeastFramer, CountsWhatTheEndOfAConnectionCuts) {
  BeastFramer framer;
  Bytes bytes = beast({make_frame(encode_all_call(0x4D2023), 7)});
  bytes.pop_back();
  EXPECT_TRUE(push(framer, bytes).empty());
  framer.finish();
  EXPECT_EQ(framer.errors()[DecodeError::cut_frame], 1u);
  EXPECT_EQ(push(framer, beast({make_frame(encode_all_call(0x4D2023), 7)})).size(), 1u);
}

TEST(BeastFramer, ReadsATimeOfZeroAsNone) {
  BeastFramer framer;
  const auto frames = push(framer, beast({make_frame(encode_all_call(0x4D2023))}));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_FALSE(frames[0].timestamp);
}

}  // namespace
}  // namespace skypact::wire
