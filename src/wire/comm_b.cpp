#include "wire/comm_b.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "wire/mode_s_bits.h"

namespace skypact::wire {
namespace {

// A value with its status bit in front. `consistent` turns false where the status says "none" and the bits
// are not zero, which a transponder never sends.
struct Reader {
  std::uint64_t mb;
  bool consistent = true;

  std::optional<std::uint32_t> unsigned_field(int status, int first, int last) {
    const std::uint32_t value = bits(mb, first, last);
    if (bit(mb, status)) return value;
    if (value != 0) consistent = false;
    return std::nullopt;
  }
  // Two's complement: the first bit is the sign.
  std::optional<std::int32_t> signed_field(int status, int first, int last) {
    const auto value = unsigned_field(status, first, last);
    if (!value) return std::nullopt;
    const std::int32_t turn = std::int32_t{1} << (last - first + 1);
    const auto number = static_cast<std::int32_t>(*value);
    return number >= turn / 2 ? number - turn : number;
  }
};

template <class T>
std::optional<double> scaled(const std::optional<T>& value, double step) {
  return value ? std::optional<double>(*value * step) : std::nullopt;
}

double direction(double degrees) { return degrees < 0 ? degrees + 360.0 : degrees; }

// Degrees between two directions, 0 to 180.
double angle_between(double a, double b) {
  const double d = std::abs(a - b);
  return d > 180.0 ? 360.0 - d : d;
}

bool is_none_or_within(const std::optional<double>& value, double low, double high) { return !value || (*value >= low && *value <= high); }

// Table A-2-16.
std::optional<DataLinkCapability> read_10(std::uint64_t mb) {
  if (bits(mb, 1, 8) != 0x10 || bits(mb, 10, 14) != 0) return std::nullopt;
  return DataLinkCapability{.acas_operational = bit(mb, 16),
                            .acas_resolution_advisory = bit(mb, 38),
                            .subnetwork_version = static_cast<std::uint8_t>(bits(mb, 17, 23)),
                            .identification_capable = bit(mb, 33),
                            .squitter_capable = bit(mb, 34),
                            .surveillance_identifier_capable = bit(mb, 35)};
}

// Table A-2-23. Whoever serves anything serves 2,0 (bit 7); bits 29 to 56 are reserved.
std::optional<ServedRegisters> read_17(std::uint64_t mb) {
  if (!bit(mb, 7) || bits(mb, 29, 56) != 0) return std::nullopt;
  return ServedRegisters{bits(mb, 1, 24)};
}

// Table A-2-32.
std::optional<Identification> read_20(std::uint64_t mb) {
  if (bits(mb, 1, 8) != 0x20) return std::nullopt;
  const auto callsign = decode_callsign(mb & 0xFFFFFFFFFFFF);
  if (!callsign || callsign->empty()) return std::nullopt;
  return Identification{.callsign = *callsign};
}

// Table A-2-48. Without a threat its data is zero; an address leaves the last two bits zero.
std::optional<ResolutionAdvisory> read_30(std::uint64_t mb) {
  if (bits(mb, 1, 8) != 0x30) return std::nullopt;
  const std::uint32_t threat_type = bits(mb, 29, 30);
  if (threat_type == 3 || (threat_type == 0 && bits(mb, 31, 56) != 0) || (threat_type == 1 && bits(mb, 55, 56) != 0)) return std::nullopt;
  return ResolutionAdvisory{.advisory = static_cast<std::uint16_t>(bits(mb, 9, 22)),
                            .complement = static_cast<std::uint8_t>(bits(mb, 23, 26)),
                            .terminated = bit(mb, 27),
                            .multiple_threats = bit(mb, 28),
                            .threat_type = static_cast<std::uint8_t>(threat_type),
                            .threat = bits(mb, 31, 56)};
}

// Table A-2-64. An altitude or nothing is sent; settings beyond what weather brings are another register.
std::optional<SelectedVerticalIntention> read_40(std::uint64_t mb) {
  Reader r{mb};
  SelectedVerticalIntention s;
  const auto mcp = r.unsigned_field(1, 2, 13);
  const auto fms = r.unsigned_field(14, 15, 26);
  const auto baro = r.unsigned_field(27, 28, 39);
  const auto modes = r.unsigned_field(48, 49, 51);
  const auto source = r.unsigned_field(54, 55, 56);
  if (!r.consistent || bits(mb, 40, 47) != 0 || bits(mb, 52, 53) != 0 || (!mcp && !fms)) return std::nullopt;
  if (mcp) s.mcp_altitude_ft = static_cast<std::int32_t>(*mcp * 16);
  if (fms) s.fms_altitude_ft = static_cast<std::int32_t>(*fms * 16);
  if (s.mcp_altitude_ft.value_or(0) > 50'000 || s.fms_altitude_ft.value_or(0) > 50'000) return std::nullopt;
  if (baro) s.baro_setting_hpa = 800.0 + *baro * 0.1;
  if (!is_none_or_within(s.baro_setting_hpa, 850, 1100)) return std::nullopt;
  s.modes_known = modes.has_value();
  s.vnav = modes.value_or(0) & 4;
  s.altitude_hold = modes.value_or(0) & 2;
  s.approach = modes.value_or(0) & 1;
  if (source) s.target_source = static_cast<std::uint8_t>(*source);
  return s;
}

// Table A-2-80. Track and both speeds must be there, the speeds as far apart as wind takes them.
std::optional<TrackAndTurn> read_50(std::uint64_t mb, const CommBContext& known) {
  Reader r{mb};
  TrackAndTurn t;
  t.roll_deg = scaled(r.signed_field(1, 2, 11), 45.0 / 256);
  t.true_track_deg = scaled(r.signed_field(12, 13, 23), 90.0 / 512);
  t.ground_speed_kt = scaled(r.unsigned_field(24, 25, 34), 2.0);
  t.track_rate_deg_s = scaled(r.signed_field(35, 36, 45), 8.0 / 256);
  t.true_airspeed_kt = scaled(r.unsigned_field(46, 47, 56), 2.0);
  if (!r.consistent || !t.true_track_deg || !t.ground_speed_kt || !t.true_airspeed_kt) return std::nullopt;
  t.true_track_deg = direction(*t.true_track_deg);
  if (!is_none_or_within(t.roll_deg, -50, 50) || !is_none_or_within(t.track_rate_deg_s, -10, 10)) return std::nullopt;
  if (*t.ground_speed_kt < 40 || *t.ground_speed_kt > 1000 || *t.true_airspeed_kt < 40 || *t.true_airspeed_kt > 1000) return std::nullopt;
  if (std::abs(*t.ground_speed_kt - *t.true_airspeed_kt) > 200) return std::nullopt;
  if (known.ground_speed_kt && std::abs(*known.ground_speed_kt - *t.ground_speed_kt) > 50) return std::nullopt;
  if (known.track_deg && angle_between(*known.track_deg, *t.true_track_deg) > 20) return std::nullopt;
  return t;
}

// At 0, 5000, … 55 000 ft of the ICAO standard atmosphere (Doc 7488).
constexpr std::array<double, 12> root_of_pressure_ratio = {1.0000, 0.9122, 0.8293, 0.7512, 0.6779, 0.6092,
                                                           0.5449, 0.4851, 0.4302, 0.3815, 0.3383, 0.3000};
constexpr std::array<double, 12> speed_of_sound_kt = {661, 650, 638, 626, 614, 602, 589, 576, 574, 574, 574, 574};

double at_altitude(const std::array<double, 12>& table, std::int32_t altitude_ft) {
  const double x = std::clamp(altitude_ft / 5000.0, 0.0, 10.999);
  const auto i = static_cast<std::size_t>(x);
  return table[i] + (table[i + 1] - table[i]) * (x - static_cast<double>(i));
}

// Calibrated airspeed lies between equivalent airspeed and that raised by compressibility, which is below
// 15 % of the square of Mach; 15 kt for instruments and for steps.
bool airspeed_fits_mach(double airspeed_kt, double mach, std::optional<std::int32_t> altitude_ft) {
  const double highest = 661.5 * mach * (altitude_ft ? at_altitude(root_of_pressure_ratio, *altitude_ft) : 1.0);
  const double lowest = altitude_ft ? highest : 661.5 * mach * root_of_pressure_ratio.back();
  return airspeed_kt >= lowest - 15 && airspeed_kt <= highest * (1 + 0.15 * mach * mach) + 15;
}

// Table A-2-96. Heading, airspeed and Mach must be there and the last two must fit each other.
std::optional<HeadingAndSpeed> read_60(std::uint64_t mb, const CommBContext& known) {
  Reader r{mb};
  HeadingAndSpeed h;
  h.magnetic_heading_deg = scaled(r.signed_field(1, 2, 12), 90.0 / 512);
  h.indicated_airspeed_kt = scaled(r.unsigned_field(13, 14, 23), 1.0);
  h.mach = scaled(r.unsigned_field(24, 25, 34), 2.048 / 512);
  const auto baro = r.signed_field(35, 36, 45);
  const auto inertial = r.signed_field(46, 47, 56);
  if (!r.consistent || !h.magnetic_heading_deg || !h.indicated_airspeed_kt || !h.mach) return std::nullopt;
  h.magnetic_heading_deg = direction(*h.magnetic_heading_deg);
  if (baro) h.baro_rate_fpm = *baro * 32;
  if (inertial) h.inertial_rate_fpm = *inertial * 32;
  if (*h.indicated_airspeed_kt < 40 || *h.mach < 0.06 || *h.mach > 2.0) return std::nullopt;
  if (!airspeed_fits_mach(*h.indicated_airspeed_kt, *h.mach, known.altitude_ft)) return std::nullopt;
  for (const auto& rate : {h.baro_rate_fpm, h.inertial_rate_fpm}) {
    if (rate && std::abs(*rate) > 10'000) return std::nullopt;
    if (rate && known.vertical_rate_fpm && std::abs(*rate - *known.vertical_rate_fpm) > 2000) return std::nullopt;
  }
  if (h.baro_rate_fpm && h.inertial_rate_fpm && std::abs(*h.baro_rate_fpm - *h.inertial_rate_fpm) > 2000) return std::nullopt;
  // Drift and magnetic variation lie between heading and track.
  if (known.track_deg && angle_between(*known.track_deg, *h.magnetic_heading_deg) > 60) return std::nullopt;
  if (known.ground_speed_kt) {
    const double sound = known.altitude_ft ? at_altitude(speed_of_sound_kt, *known.altitude_ft) : 617;
    if (std::abs(*known.ground_speed_kt - *h.mach * sound) > 200) return std::nullopt;
  }
  return h;
}

}  // namespace

CommBContent infer_comm_b(std::uint64_t mb, const CommBContext& known) {
  CommBContent found;
  int fitting = 0;
  const auto consider = [&](const auto& candidate) {
    if (!candidate) return;
    found = *candidate;
    ++fitting;
  };
  if ((mb & 0xFF'FFFF'FFFF'FFFF) == 0) return found;
  consider(read_10(mb));
  consider(read_17(mb));
  consider(read_20(mb));
  consider(read_30(mb));
  consider(read_40(mb));
  consider(read_50(mb, known));
  consider(read_60(mb, known));
  if (fitting != 1) return {};
  return found;
}

}  // namespace skypact::wire
