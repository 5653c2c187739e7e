#include "node/picture_frame.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <limits>

namespace skypact::node {
namespace {

template <std::integral T>
void put(std::string& out, T value) {
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(bits & 0xFF));
    bits = static_cast<decltype(bits)>(static_cast<std::uint64_t>(bits) >> 8);
  }
}

// The nearest integer that the field holds, keeping clear of the value that stands for "unknown".
template <std::integral T>
T rounded(double value, T least, T greatest) {
  if (!(value > static_cast<double>(least))) return least;
  if (value >= static_cast<double>(greatest)) return greatest;
  return static_cast<T>(std::llround(value));
}

constexpr std::int32_t no_altitude = std::numeric_limits<std::int32_t>::min();
constexpr std::int16_t no_i16 = std::numeric_limits<std::int16_t>::min();
constexpr std::int16_t least_i16 = no_i16 + 1, greatest_i16 = std::numeric_limits<std::int16_t>::max();
constexpr std::uint16_t no_u16 = 65535, greatest_u16 = 65534;

std::uint8_t flags_of(const PictureTrack& t) {
  unsigned flags = 0;
  if (t.position) flags |= 1;
  if (t.track.on_ground && t.track.on_ground->value) flags |= 2;
  if (t.track.suspect != 0) flags |= 4;
  if (t.altitude && t.altitude_datum == Datum::ellipsoid) flags |= 8;
  if (t.altitude && t.altitude_datum == Datum::mean_sea_level) flags |= 16;
  if (!t.track.possibly_same.empty()) flags |= 32;
  const auto squawk = t.track.squawk ? t.track.squawk->value : std::uint16_t{0};
  const bool emergency = t.track.emergency && t.track.emergency->value != Emergency::none;
  if (emergency || squawk == 7500 || squawk == 7600 || squawk == 7700) flags |= 64;
  if (t.track.ordinal != 1) flags |= 128;
  return static_cast<std::uint8_t>(flags);
}

void put_track(std::string& out, const PictureTrack& t, Time now) {
  const Track& track = t.track;
  put(out, track.id.value);
  put(out, t.position ? t.position->lat_e7 : 0);
  put(out, t.position ? t.position->lon_e7 : 0);
  put(out, t.altitude ? rounded<std::int32_t>(t.altitude->in_feet() * 8, no_altitude + 1, std::numeric_limits<std::int32_t>::max())
                      : no_altitude);
  put(out, track.velocity ? rounded<std::uint16_t>(track.velocity->value.speed.in(knots) * 8, 0, greatest_u16) : no_u16);
  put(out, track.velocity
               ? static_cast<std::uint16_t>(static_cast<std::uint32_t>(std::llround(track.velocity->value.track.in_degrees() * (65536.0 / 360.0))) & 0xFFFF)
               : std::uint16_t{0});
  put(out, track.vertical_rate ? rounded<std::int16_t>(track.vertical_rate->value.in_feet_per_minute() / 8, least_i16, greatest_i16) : no_i16);
  put(out, track.position ? rounded<std::uint16_t>(to_seconds(now - track.position->measured_at) * 10, 0, no_u16) : no_u16);
  put(out, track.squawk ? track.squawk->value : no_u16);
  put(out, rounded<std::uint16_t>(t.uncertainty.in(metres), 0, no_u16));
  put(out, static_cast<std::uint8_t>(track.life));
  put(out, static_cast<std::uint8_t>(track.aircraft_class));
  put(out, static_cast<std::uint8_t>(std::min<unsigned>(track.party.value, 255)));
  put(out, track.position ? static_cast<std::uint8_t>(track.position->kind) : std::uint8_t{0});
  put(out, flags_of(t));
  put(out, t.worst_alert ? static_cast<std::uint8_t>(static_cast<unsigned>(*t.worst_alert) + 1) : std::uint8_t{0});
  put(out, track.selected_altitude
               ? rounded<std::int16_t>(track.selected_altitude->value.value.in_feet() / 25, least_i16, greatest_i16)
               : no_i16);
  put(out, track.turn_rate ? rounded<std::int16_t>(track.turn_rate->value.in(degrees_per_second) * 100, least_i16, greatest_i16) : no_i16);
  put(out, std::uint16_t{0});
  const std::string_view callsign = track.callsign ? track.callsign->value.view() : std::string_view();
  out.append(callsign);
  out.append(8 - callsign.size(), '\0');
  put(out, track.address.number);
  put(out, static_cast<std::uint8_t>(track.address.kind));
  out.append(3, '\0');
}

}  // namespace

std::string picture_frame(const Picture& picture) {
  const std::size_t count = picture.tracks ? picture.tracks->size() : 0;
  std::string out;
  out.reserve(picture_header_bytes + count * picture_track_bytes);
  out += "SKYP";
  put(out, std::uint16_t{1});
  put(out, static_cast<std::uint16_t>(picture_track_bytes));
  put(out, static_cast<std::int64_t>(std::chrono::floor<std::chrono::microseconds>(picture.now.time_since_epoch()).count()));
  put(out, static_cast<std::uint32_t>(count));
  put(out, static_cast<std::uint32_t>(picture.last_sequence));
  if (picture.tracks) {
    for (const PictureTrack& track : *picture.tracks) put_track(out, track, picture.now);
  }
  return out;
}

}  // namespace skypact::node
