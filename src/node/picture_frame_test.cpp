// Picture frames are the bytes that docs/formats/picture.md says.

#include "node/picture_frame.h"

#include <gtest/gtest.h>

#include <cstring>

namespace skypact::node {
namespace {

template <class T>
T read(const std::string& bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);  // the tests run on little-endian machines
  return value;
}

const Time now = Time{} + seconds(1'800'000'000) + milliseconds(250);

PictureTrack some_track() {
  PictureTrack p{};
  Track& t = p.track;
  t.id = TrackId{77};
  t.address = icao_address(0x4D2023);
  t.life = Life::coasting;
  t.suspect = 1;
  t.party = PartyId{2};
  t.aircraft_class = AircraftClass::state;
  t.position = {*geo::Position::from_degrees(-34.5, 29.25), now - milliseconds(2600), SourceId{1}, SourceKind::mlat};
  t.velocity = {{knots(420), TrueBearing::degrees(359.999)}, now, SourceId{1}, SourceKind::adsb};
  t.vertical_rate = {feet_per_minute(-1600), now, SourceId{1}, SourceKind::adsb};
  t.squawk = {std::uint16_t{7700}, now, SourceId{1}, SourceKind::mode_s};
  t.turn_rate = {degrees_per_second(-1.5), now, SourceId{1}, SourceKind::adsb};
  t.selected_altitude = {{feet_of_height(24'000), {}, false}, now, SourceId{1}, SourceKind::adsb};
  t.callsign = {FixedString<8>("NORTH21"), now, SourceId{1}, SourceKind::adsb};
  t.possibly_same = {TrackId{78}};
  p.position = *geo::Position::from_degrees(-34.501, 29.251);
  p.uncertainty = metres(185);
  p.altitude = feet_of_height(23'975);
  p.worst_alert = Severity::distress;
  return p;
}

Picture with(std::vector<PictureTrack> tracks) {
  Picture picture;
  picture.now = now;
  picture.last_sequence = 4711;
  picture.tracks = std::make_shared<const std::vector<PictureTrack>>(std::move(tracks));
  return picture;
}

TEST(PictureFrame, HoldsEveryFieldWhereTheFormatSaysIt) {
  const std::string bytes = picture_frame(with({some_track()}));
  ASSERT_EQ(bytes.size(), 24u + 56u);
  EXPECT_EQ(bytes.substr(0, 4), "SKYP");
  EXPECT_EQ(read<std::uint16_t>(bytes, 4), 1);
  EXPECT_EQ(read<std::uint16_t>(bytes, 6), 56);
  EXPECT_EQ(read<std::int64_t>(bytes, 8), 1'800'000'000'250'000);
  EXPECT_EQ(read<std::uint32_t>(bytes, 16), 1u);
  EXPECT_EQ(read<std::uint32_t>(bytes, 20), 4711u);
  const std::string t = bytes.substr(24);
  EXPECT_EQ(read<std::uint32_t>(t, 0), 77u);
  EXPECT_EQ(read<std::int32_t>(t, 4), -345'010'000);
  EXPECT_EQ(read<std::int32_t>(t, 8), 292'510'000);
  EXPECT_EQ(read<std::int32_t>(t, 12), 23'975 * 8);
  EXPECT_EQ(read<std::uint16_t>(t, 16), 420 * 8);
  EXPECT_EQ(read<std::uint16_t>(t, 18), 0);   // 359.999° rounds to north, not to 65536
  EXPECT_EQ(read<std::int16_t>(t, 20), -200);
  EXPECT_EQ(read<std::uint16_t>(t, 22), 26);
  EXPECT_EQ(read<std::uint16_t>(t, 24), 7700);
  EXPECT_EQ(read<std::uint16_t>(t, 26), 185);
  EXPECT_EQ(t[28], 1);
  EXPECT_EQ(t[29], 2);
  EXPECT_EQ(t[30], 2);
  EXPECT_EQ(t[31], 2);
  EXPECT_EQ(t[32], 1 + 4 + 32 + 64);
  EXPECT_EQ(t[33], 5);
  EXPECT_EQ(read<std::int16_t>(t, 34), 960);
  EXPECT_EQ(read<std::int16_t>(t, 36), -150);
  EXPECT_EQ(t.substr(40, 8), std::string("NORTH21\0", 8));
  EXPECT_EQ(read<std::uint32_t>(t, 48), 0x4D2023u);
  EXPECT_EQ(t[52], 0);
}

TEST(PictureFrame, MarksTheSecondUnderOneAddress) {
  PictureTrack first{}, second{};
  first.track.id = TrackId{1}, second.track.id = TrackId{2};
  first.track.address = second.track.address = icao_address(0x4D2023);
  second.track.ordinal = 2;
  const std::string frame = picture_frame(with({first, second}));
  EXPECT_EQ(static_cast<std::uint8_t>(frame[24 + 32]), 0);
  EXPECT_EQ(static_cast<std::uint8_t>(frame[24 + picture_track_bytes + 32]), 128);
}

TEST(PictureFrame, SaysUnknownWhereNothingIsKnown) {
  PictureTrack p{};
  p.track.address = {AddressKind::report, 0, std::string_view("uas-1")};
  const std::string t = picture_frame(with({p})).substr(24);
  EXPECT_EQ(read<std::int32_t>(t, 12), INT32_MIN);
  EXPECT_EQ(read<std::uint16_t>(t, 16), 65535);
  EXPECT_EQ(read<std::int16_t>(t, 20), INT16_MIN);
  EXPECT_EQ(read<std::uint16_t>(t, 22), 65535);
  EXPECT_EQ(read<std::uint16_t>(t, 24), 65535);
  EXPECT_EQ(t[32], 0);
  EXPECT_EQ(t[33], 0);
  EXPECT_EQ(read<std::int16_t>(t, 34), INT16_MIN);
  EXPECT_EQ(read<std::int16_t>(t, 36), INT16_MIN);
  EXPECT_EQ(t[52], 6);
}

TEST(PictureFrame, HoldsExtremesInsideTheirFields) {
  PictureTrack p = some_track();
  p.track.vertical_rate->value = feet_per_minute(600'000);
  p.track.velocity->value.speed = knots(9000);
  p.track.position->measured_at = now - std::chrono::hours(5);
  p.uncertainty = kilometres(500);
  p.altitude = Height::of_tenth_mm(INT32_MAX);
  const std::string t = picture_frame(with({p})).substr(24);
  EXPECT_EQ(read<std::int16_t>(t, 20), INT16_MAX);
  EXPECT_EQ(read<std::uint16_t>(t, 16), 65534);
  EXPECT_EQ(read<std::uint16_t>(t, 22), 65535);
  EXPECT_EQ(read<std::uint16_t>(t, 26), 65535);
  EXPECT_EQ(read<std::int32_t>(t, 12), 5'636'440);
}

TEST(PictureFrame, OfAnEmptySkyIsItsHeader) { EXPECT_EQ(picture_frame(with({})).size(), 24u); }

}  // namespace
}  // namespace skypact::node
