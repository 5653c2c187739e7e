// Recordings of the air, read by another decoder too (pyModeS): every field that both have must agree.
//
// Where we differ on purpose:
//   - pyModeS calls every DF 0, 4, 5, 20, 21 valid, because the address is in the parity; decode() says
//     the same, and only ModeSReceiver refuses unknown addresses. Both are checked.
//   - nuc_p of pyModeS is version 0's; ours are NIC, NACp and radii. Checked through those.
//   - pyModeS names a register for more replies than we dare to; a register that we do name must be its.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "tests/paths.h"
#include "wire/adsb_accuracy.h"
#include "wire/avr.h"
#include "wire/beast.h"
#include "wire/comm_b.h"
#include "wire/mode_s.h"
#include "wire/mode_s_receiver.h"

namespace skypact::wire {
namespace {

const std::string folder = tests::shared_data() / "modes/";

std::string read_file(const std::string& name) {
  const std::string path = folder + name;
  gzFile file = gzopen(path.c_str(), "rb");  // reads uncompressed files as they are
  std::string text;
  if (file == nullptr) return text;
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  gzclose(file);
  return text;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

// One flat object out of a line of the expectation: its members as text, a list without its brackets' end.
class Expected {
 public:
  explicit Expected(std::string_view line) {
    const auto from = line.find("\"dec\":");
    for (std::string_view rest = line.substr(from + 6); rest.find('"') != std::string_view::npos;) {
      rest.remove_prefix(rest.find('"') + 1);
      const auto key = rest.substr(0, rest.find('"'));
      rest.remove_prefix(key.size() + 1);
      rest.remove_prefix(rest.find_first_not_of(": "));
      const bool text = rest.front() == '"';
      if (text) rest.remove_prefix(1);
      const auto value = rest.substr(0, rest.front() == '[' ? rest.find(']') : rest.find_first_of(text ? "\"" : ",}"));
      rest.remove_prefix(value.size() + (text ? 1 : 0));
      members_[std::string(key)] = std::string(value);
    }
  }
  [[nodiscard]] std::optional<std::string> text(const std::string& key) {
    const auto found = members_.find(key);
    if (found == members_.end()) return std::nullopt;
    compared_.insert(key);
    return found->second;
  }
  [[nodiscard]] std::optional<double> number(const std::string& key) {
    const auto value = text(key);
    if (!value) return std::nullopt;
    if (*value == "true" || *value == "false") return *value == "true";
    return parse_number(*value);
  }
  [[nodiscard]] std::vector<std::string> not_compared() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : members_) {
      if (!compared_.contains(key)) keys.push_back(key + "=" + value);
    }
    return keys;
  }

 private:
  std::map<std::string, std::string> members_;
  std::set<std::string> compared_;
};

template <class T>
std::optional<double> as_double(const std::optional<T>& value) { return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt; }

void expect_same(const std::optional<double>& ours, const std::optional<double>& theirs, double tolerance, const char* what) {
  ASSERT_EQ(ours.has_value(), theirs.has_value()) << what;
  if (ours) { EXPECT_NEAR(*ours, *theirs, tolerance) << what; }
}

template <class Other>
void compare(const Other&, Expected&) { ADD_FAILURE() << "no such message is in these recordings"; }

void compare(const Identification& id, Expected& e) {
  EXPECT_EQ(e.text("callsign"), std::string(id.callsign.view()));
  if (id.category_set == 0) {
    EXPECT_EQ(e.text("bds"), "2,0");
    return;
  }
  EXPECT_EQ(e.number("category"), id.category);
  EXPECT_EQ(e.number("typecode"), 'A' + 4 - id.category_set);
  EXPECT_TRUE(e.text("wake_vortex"));  // the category in words
}
void compare(const AirbornePosition& p, Expected& e) {
  EXPECT_EQ(e.number("typecode"), p.type_code);
  expect_same(as_double(p.altitude.feet), e.number("altitude"), 0, "altitude");
  EXPECT_EQ(e.number("surveillance_status"), static_cast<double>(p.surveillance));
  EXPECT_EQ(e.number("nic_b"), p.nic_supplement_b);
  ASSERT_TRUE(p.cpr);
  EXPECT_EQ(e.number("cpr_format"), p.cpr->odd);
  EXPECT_EQ(e.number("cpr_lat"), p.cpr->lat);
  EXPECT_EQ(e.number("cpr_lon"), p.cpr->lon);
  // NUCp 7 of version 0: protection limit 0.1 NM, 95 % within 0.05 NM.
  if (e.number("nuc_p") == 7.0) {
    EXPECT_EQ(integrity_of(p.type_code, 0, {}).containment, nautical_miles(0.1));
    EXPECT_EQ(accuracy_of_type_code(p.type_code), nautical_miles(0.05));
  }
}
void compare(const Velocity& v, Expected& e) {
  EXPECT_EQ(e.number("typecode"), 19);
  EXPECT_EQ(e.number("subtype"), v.subtype);
  EXPECT_EQ(e.number("nac_v"), v.nac_v);
  const auto ground = ground_velocity(v);
  ASSERT_TRUE(ground);
  EXPECT_EQ(e.number("groundspeed"), std::floor(ground->speed.in(knots) + 1e-9));  // theirs is cut to whole knots
  expect_same(ground->track.in_degrees(), e.number("track"), 1e-9, "track");
  expect_same(as_double(v.vertical_rate_fpm), e.number("vertical_rate"), 0, "vertical_rate");
  EXPECT_EQ(e.text("vr_source"), v.vertical_rate_source == VerticalRateSource::gnss ? "GNSS" : "BARO");
  expect_same(as_double(v.gnss_minus_baro_ft), e.number("geo_minus_baro"), 0, "geo_minus_baro");
}
void compare(const DataLinkCapability& c, Expected& e) {
  EXPECT_EQ(e.text("bds"), "1,0");
  EXPECT_EQ(e.number("acas_operational"), c.acas_operational);
  EXPECT_EQ(e.number("acas_resolution_advisory"), c.acas_resolution_advisory);
  EXPECT_EQ(e.number("mode_s_subnetwork_version"), c.subnetwork_version);
  EXPECT_EQ(e.number("aircraft_identification_capability"), c.identification_capable);
  EXPECT_EQ(e.number("squitter_capability"), c.squitter_capable);
  EXPECT_EQ(e.number("surveillance_identifier_code"), c.surveillance_identifier_capable);
  for (const auto* unused : {"config", "overlay_command_capability", "transponder_level5", "mode_s_specific_services", "uplink_elm_throughput",
                             "downlink_elm_throughput", "common_usage_gicb_capability", "acas_hybrid_surveillance", "acas_rtca_version", "dte_status"}) {
    EXPECT_TRUE(e.text(unused));
  }
}
void compare(const ServedRegisters& s, Expected& e) {
  EXPECT_EQ(e.text("bds"), "1,7");
  // Doc 9871 table A-2-23, bits 1 to 24.
  constexpr const char* names[24] = {"0,5", "0,6", "0,7", "0,8", "0,9", "0,A", "2,0", "2,1", "4,0", "4,1", "4,2", "4,3",
                                     "4,4", "4,5", "4,8", "5,0", "5,1", "5,2", "5,3", "5,4", "5,5", "5,6", "5,F", "6,0"};
  std::string list;
  for (int i = 0; i < 24; ++i) {
    if ((s.flags >> (23 - i) & 1) != 0) list += (list.empty() ? "[\"" : ", \"") + std::string(names[i]) + "\"";
  }
  EXPECT_EQ(e.text("supported_bds"), list);
}
void compare(const SelectedVerticalIntention& s, Expected& e) {
  EXPECT_EQ(e.text("bds"), "4,0");
  expect_same(as_double(s.mcp_altitude_ft), e.number("selected_altitude_mcp"), 0, "selected_altitude_mcp");
  expect_same(as_double(s.fms_altitude_ft), e.number("selected_altitude_fms"), 0, "selected_altitude_fms");
  expect_same(s.baro_setting_hpa, e.number("baro_pressure_setting"), 1e-9, "baro_pressure_setting");
}
void compare(const TrackAndTurn& t, Expected& e) {
  EXPECT_EQ(e.text("bds"), "5,0");
  expect_same(t.roll_deg, e.number("roll"), 1e-9, "roll");
  expect_same(t.true_track_deg, e.number("true_track"), 1e-9, "true_track");
  expect_same(t.ground_speed_kt, e.number("groundspeed"), 0, "groundspeed");
  expect_same(t.track_rate_deg_s, e.number("track_rate"), 1e-9, "track_rate");
  expect_same(t.true_airspeed_kt, e.number("true_airspeed"), 0, "true_airspeed");
}
void compare(const HeadingAndSpeed& h, Expected& e) {
  EXPECT_EQ(e.text("bds"), "6,0");
  expect_same(h.magnetic_heading_deg, e.number("magnetic_heading"), 1e-9, "magnetic_heading");
  expect_same(h.indicated_airspeed_kt, e.number("indicated_airspeed"), 0, "indicated_airspeed");
  expect_same(h.mach, e.number("mach"), 1e-9, "mach");
  expect_same(as_double(h.baro_rate_fpm), e.number("baro_vertical_rate"), 0, "baro_vertical_rate");
  expect_same(as_double(h.inertial_rate_fpm), e.number("inertial_vertical_rate"), 0, "inertial_vertical_rate");
}
void compare(const std::monostate&, Expected& e) { EXPECT_FALSE(e.text("bds")) << "they name a register, we do not"; }
void compare(const CommB& c, Expected& e) {
  std::visit([&](const auto& content) { compare(content, e); }, infer_comm_b(c.mb));
}
void compare(const ModeSMessage& m, Expected& e) {
  EXPECT_EQ(e.number("df"), m.format);
  EXPECT_EQ(e.text("icao"), to_string(address_of(m)));
  EXPECT_EQ(e.number("crc_valid"), true);
  if (m.format == 17) (void)e.text("bds");  // follows from the type code
  else if (m.address_from_parity && m.squawk) expect_same(*m.squawk, e.number("squawk"), 0, "squawk");
  else if (m.address_from_parity) expect_same(as_double(m.altitude.feet), e.number("altitude"), 0, "altitude");
  (void)e.text("icao_verified");  // of their address cache
  switch (m.format) {
    case 0:
      EXPECT_EQ(e.text("vertical_status"), *m.on_ground ? "on-ground" : "airborne");
      for (const auto* unused : {"cross_link_capability", "sensitivity_level", "reply_information"}) EXPECT_TRUE(e.text(unused));
      break;
    case 4:
    case 5:
      EXPECT_EQ(e.number("flight_status"), m.capability);
      for (const auto* unused : {"flight_status_text", "downlink_request", "utility_message"}) EXPECT_TRUE(e.text(unused));
      break;
    case 11:
      EXPECT_EQ(e.number("capability"), m.capability);
      EXPECT_TRUE(e.text("capability_text"));
      break;
  }
  if (std::holds_alternative<std::monostate>(m.content)) return;
  std::visit([&](const auto& content) { compare(content, e); }, m.content);
}

void compare_recording(const std::string& frames_name, const std::string& expected_name, std::size_t frames_expected) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  const std::string text = read_file(frames_name);
  const std::string expected = read_file(expected_name);
  AvrFramer framer;
  std::string_view rest = expected;
  std::size_t n = 0;
  framer.push(bytes_of(text), [&](const ModeSFrame& frame) {
    const auto line = next_field(rest, '\n');
    ASSERT_TRUE(line);
    SCOPED_TRACE(*line);
    Expected e(*line);
    const auto m = decode(frame.payload());
    ASSERT_EQ(m.error, DecodeError::none);
    ASSERT_EQ(m.defect, DecodeError::none);
    compare(m, e);
    EXPECT_THAT(e.not_compared(), testing::IsEmpty());
    ++n;
  });
  EXPECT_EQ(n, frames_expected);
  EXPECT_EQ(framer.errors().total(), 0u);
}

TEST(Golden, Modes1ReadsAsByAnotherDecoder) { compare_recording("modes1.avr", "modes1.expected.jsonl", 217); }
TEST(Golden, Adsb2000ReadsAsByAnotherDecoder) { compare_recording("adsb2000.avr", "adsb2000.expected.jsonl.gz", 2000); }

constexpr Time start{std::chrono::seconds(1'700'000'000)};

// 730 s of one flight whose frames carry no times: they are spread evenly. One gap in the recording then
// looks like a jump of 2.5 km in 0.4 s.
TEST(Golden, Adsb2000FliesOneStraightWay) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  const std::string text = read_file("adsb2000.avr");
  ModeSReceiver receiver({.source = SourceId{1}});
  AvrFramer framer;
  std::vector<geo::Position> way;
  int n = 0;
  framer.push(bytes_of(text), [&](const ModeSFrame& frame) {
    const auto o = receiver.receive(frame, start + milliseconds(365) * n++);
    ASSERT_TRUE(o);
    EXPECT_EQ(to_string(o->address), "406B90");
    EXPECT_EQ(o->kind, SourceKind::adsb);
    if (o->callsign) { EXPECT_EQ(o->callsign->view(), "EZY85MH"); }
    if (o->position) way.push_back(*o->position);
  });
  EXPECT_EQ(way.size(), 932u);
  EXPECT_EQ(receiver.errors().total(), 1u);
  EXPECT_EQ(receiver.errors()[DecodeError::position_jump], 1u);
  // Both ends as pyModeS decodes those pairs.
  EXPECT_NEAR(way.front().lat_degrees(), 51.1456604, 1e-7);
  EXPECT_NEAR(way.front().lon_degrees(), 7.2442957, 1e-7);
  EXPECT_NEAR(way.back().lat_degrees(), 51.7000308, 1e-7);
  EXPECT_NEAR(way.back().lon_degrees(), 4.7734070, 1e-7);
  for (std::size_t i = 1; i < way.size(); ++i) {
    EXPECT_LT(std::abs(way[i].lat_degrees() - way[i - 1].lat_degrees()), 0.02) << i;
    EXPECT_LT(std::abs(way[i].lon_degrees() - way[i - 1].lon_degrees()), 0.05) << i;
  }
}

// 24 s near Toulouse; every fact here is also pyModeS's.
TEST(Golden, CaptureOfBeastBytesReadsAsByAnotherDecoder) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  const std::string text = read_file("capture.beast");
  ModeSReceiver receiver({.source = SourceId{1}, .position = geo::Position::from_degrees(43.6, 1.4)});
  BeastFramer framer;
  std::map<int, int> frames;
  std::map<std::string, int> heard;
  std::vector<Observation> observations;
  std::uint64_t first = 0;
  framer.push(bytes_of(text), [&](const ModeSFrame& frame) {
    ASSERT_TRUE(frame.timestamp);
    if (first == 0) first = *frame.timestamp;
    // It arrives 5 ms after it was heard.
    const Time heard_at = start + Duration(static_cast<std::int64_t>((*frame.timestamp - first) * 1000 / 12));
    ++frames[decode(frame.payload()).format];
    if (const auto o = receiver.receive(frame, heard_at + milliseconds(5))) {
      EXPECT_LE(o->measured_at, o->received_at);
      EXPECT_LE(o->received_at - o->measured_at, milliseconds(10));
      ++heard[to_string(o->address)];
      observations.push_back(*o);
    }
  });
  EXPECT_EQ(framer.errors().total(), 0u);
  EXPECT_EQ(frames, (std::map<int, int>{{0, 44}, {4, 39}, {5, 12}, {11, 90}, {16, 1}, {17, 23}, {20, 16}, {21, 14}}));
  // What could not be believed: replies of aircraft that had not yet sent a squitter, and two stray all-calls.
  EXPECT_EQ(receiver.errors()[DecodeError::unconfirmed_address], receiver.errors().total());
  EXPECT_EQ(receiver.accepted() + receiver.errors().total(), 239u);
  EXPECT_EQ(heard["48520A"] + heard["3981E4"], static_cast<int>(receiver.accepted()) - heard["44CE69"] - heard["440062"]);

  const auto any = [&](auto&& fits) { return std::any_of(observations.begin(), observations.end(), fits); };
  const Address transavia = icao_address(0x48520A);
  EXPECT_TRUE(any([&](const Observation& o) { return o.address == transavia && o.callsign == FixedString<8>("TRA89M"); }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.address == transavia && o.squawk == 5516; }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.address == transavia && o.pressure_altitude == PressureAltitude(feet_of_height(38'000)); }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.address == transavia && o.adsb_version == 2 && o.nac_p == 9 && o.sil == 3; }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.position && o.nic == 8 && o.containment == nautical_miles(0.1) && o.accuracy == metres(30); }));
  EXPECT_TRUE(any([&](const Observation& o) {  // type code 29
    return o.selected_altitude && o.selected_altitude->value == feet_of_height(38'016) && std::abs(o.selected_altitude->baro_setting->in(hectopascal) - 1013.6) < 1e-9;
  }));
  EXPECT_TRUE(any([&](const Observation& o) {  // register 4,0
    return o.selected_altitude && o.selected_altitude->value == feet_of_height(38'000) && std::abs(o.selected_altitude->baro_setting->in(hectopascal) - 1013.2) < 1e-9;
  }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.gnss_minus_pressure == feet_of_height(250) && o.vertical_rate == feet_per_minute(-64); }));
  EXPECT_TRUE(any([&](const Observation& o) { return o.callsign == FixedString<8>("TJT62CB"); }));  // register 2,0
  const auto located = std::find_if(observations.begin(), observations.end(), [](const Observation& o) { return o.position.has_value(); });
  ASSERT_NE(located, observations.end());
  EXPECT_NEAR(located->position->lat_degrees(), 43.6442126, 1e-7);
  EXPECT_NEAR(located->position->lon_degrees(), 1.2315151, 1e-7);
}

}  // namespace
}  // namespace skypact::wire
