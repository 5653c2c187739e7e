// aircraft.json of both generations, polled: what is new is told once, at the time it was measured.

#include "wire/aircraft_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace skypact::wire {
namespace {

const Time now = *parse_rfc3339("2026-11-23T19:53:50.5Z");
constexpr std::int64_t now_s = 1795463630;  // and half a second

std::string picture(double offset_s, const std::string& aircraft) {
  return "{\"now\":" + std::to_string(static_cast<double>(now_s) + 0.5 + offset_s) + ",\"messages\":1,\"aircraft\":[" + aircraft + "]}";
}

class AircraftJson : public testing::Test {
 protected:
  std::vector<Observation> read(const std::string& text, Time received_at = now) {
    std::vector<Observation> out;
    reader.read(text, received_at, [&](const Observation& o) { out.push_back(o); });
    return out;
  }
  std::string reasons() const {
    std::string text;
    for (const DecodeError e : reader.errors().seen()) text += std::string(name(e)) + ' ' + std::to_string(reader.errors()[e]) + ' ';
    return text;
  }
  AircraftJsonReader reader{{.source = SourceId{4}}};
};

TEST_F(AircraftJson, ReadsTheNewerNames) {
  const auto all = read(picture(0, R"({"hex":"4d2023","type":"adsb_icao","flight":"KLM1023 ","r":"PH-BVA","t":"B77W","alt_baro":37025,"alt_geom":37500,
    "gs":447.5,"track":268.2,"baro_rate":-640,"geom_rate":-600,"squawk":"7700","emergency":"lifeguard","category":"A5","nav_qnh":1013.6,
    "nav_altitude_mcp":36992,"nav_altitude_fms":30000,"lat":52.308613,"lon":-4.763889,"nic":8,"rc":186,"seen_pos":0.7,"version":2,"nac_p":9,"sil":3,
    "true_heading":270,"mlat":[],"tisb":[],"messages":4211,"seen":0.2,"rssi":-12.3})"));
  ASSERT_EQ(all.size(), 1u) << reasons();
  const Observation& o = all[0];
  EXPECT_EQ(o.kind, SourceKind::adsb);
  EXPECT_EQ(o.address, icao_address(0x4D2023));
  EXPECT_EQ(o.received_at, now);
  EXPECT_EQ(o.measured_at, now - milliseconds(700));
  EXPECT_EQ(o.position, (geo::Position{523086130, -47638890}));
  EXPECT_EQ(o.containment, metres(186));
  EXPECT_EQ(o.accuracy, metres(30));
  EXPECT_EQ(o.nic, 8);
  EXPECT_EQ(o.pressure_altitude, PressureAltitude(feet_of_height(37025)));
  EXPECT_EQ(o.ellipsoid_altitude, EllipsoidAltitude(feet_of_height(37500)));
  EXPECT_TRUE(o.altitude_in_25ft);
  EXPECT_EQ(o.on_ground, false);
  EXPECT_EQ(o.velocity, (GroundVelocity{knots(447.5), TrueBearing::degrees(268.2)}));
  EXPECT_EQ(o.vertical_rate, feet_per_minute(-640));
  EXPECT_EQ(o.callsign->view(), "KLM1023");
  EXPECT_EQ(o.squawk, 7700);
  EXPECT_EQ(o.emergency, Emergency::medical);
  EXPECT_EQ(o.selected_altitude, (SelectedAltitude{feet_of_height(36992), hectopascal(1013.6), false}));
  EXPECT_EQ(o.registration->view(), "PH-BVA");
  EXPECT_EQ(o.type_designator->view(), "B77W");
  EXPECT_EQ(reasons(), "");
}

TEST_F(AircraftJson, ReadsTheOlderNames) {
  const auto all = read(picture(0, R"({"hex":"4d2023","squawk":"1000","flight":"KLM1023 ","lat":52.3,"lon":4.7,"nucp":7,"seen_pos":1.0,"altitude":"ground",
    "vert_rate":0,"track":268,"speed":12,"category":"C1","mlat":["lat","lon"],"tisb":[],"messages":4,"seen":1.0,"rssi":-12.3})"));
  ASSERT_EQ(all.size(), 1u) << reasons();
  EXPECT_EQ(all[0].kind, SourceKind::mlat);
  EXPECT_EQ(all[0].on_ground, true);
  EXPECT_FALSE(all[0].pressure_altitude);
  EXPECT_EQ(all[0].velocity->speed, knots(12));
  EXPECT_EQ(all[0].vertical_rate, feet_per_minute(0));
  EXPECT_EQ(all[0].aircraft_class, AircraftClass::ground_vehicle);
}

TEST_F(AircraftJson, KeepsKindsOfSourceAndAddressApart) {
  const auto all = read(picture(0, R"({"hex":"~2a0451","type":"tisb_trackfile","seen":0},{"hex":"4d2023","type":"tisb_icao","seen":0},
    {"hex":"4d2023","type":"mode_s","seen":0},{"hex":"~000001","type":"adsr_other","seen":0},{"hex":"4d2024","type":"adsc","seen":0},
    {"hex":"4d2025","seen":0},{"hex":"~4d2026","tisb":["lat","lon"],"lat":1,"lon":2,"seen":0}, {"hex":"4d2027","lat":1,"lon":2})"));
  std::string text;
  for (const auto& o : all) text += to_string(o.address) + ' ' + std::string(to_string(o.kind)) + '\n';
  EXPECT_EQ(text, "tisb:~2A0451 tisb\ntisb:4D2023 tisb\n4D2023 mode_s\nadsr:~000001 adsr\n4D2024 report\n4D2025 mode_s\ntisb:~4D2026 tisb\n4D2027 adsb\n");
  EXPECT_EQ(reasons(), "");
}

TEST_F(AircraftJson, TellsAPositionOnceHoweverOftenThePictureRepeatsIt) {
  const auto at = [](double seen_pos, double seen) {
    return R"({"hex":"4d2023","lat":52.3,"lon":4.7,"alt_baro":1000,"seen_pos":)" + std::to_string(seen_pos) + ",\"seen\":" + std::to_string(seen) + "}";
  };
  EXPECT_EQ(read(picture(0, at(0.5, 0.5))).size(), 1u);
  EXPECT_EQ(read(picture(0, at(0.5, 0.5))).size(), 0u) << "the same picture";
  EXPECT_EQ(read(picture(1, at(1.4, 1.4)), now + seconds(1)).size(), 0u) << "nothing new, rounded to a tenth of a second";
  const auto heard = read(picture(2, at(2.5, 0.1)), now + seconds(2));
  ASSERT_EQ(heard.size(), 1u) << "heard again, without a new position";
  EXPECT_FALSE(heard[0].position);
  EXPECT_EQ(heard[0].measured_at, now + milliseconds(1900));
  const auto moved = read(picture(3, at(0.2, 0.1)), now + seconds(3));
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_TRUE(moved[0].position);
  EXPECT_EQ(moved[0].measured_at, now + milliseconds(2800));
}

TEST_F(AircraftJson, GivesAnOldPositionAnObservationOfItsOwn) {
  const auto all = read(picture(0, R"({"hex":"4d2023","lat":52.3,"lon":4.7,"nac_p":9,"alt_baro":1000,"seen_pos":20.0,"seen":0.5})"));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].position && all[0].accuracy && !all[0].pressure_altitude);
  EXPECT_EQ(all[0].measured_at, now - seconds(20));
  EXPECT_TRUE(!all[1].position && !all[1].accuracy && all[1].pressure_altitude);
  EXPECT_EQ(all[1].measured_at, now - milliseconds(500));
}

TEST_F(AircraftJson, KeepsADeadDecodersLastPictureOld) {
  const std::string entry = R"({"hex":"4d2023","lat":52.3,"lon":4.7,"seen_pos":0,"seen":0})";
  const auto old = read(picture(-3600, entry));
  ASSERT_EQ(old.size(), 1u);
  EXPECT_EQ(old[0].measured_at, now - std::chrono::hours(1));
  const auto ahead = read(picture(60, entry));
  ASSERT_EQ(ahead.size(), 1u);
  EXPECT_EQ(ahead[0].measured_at, now) << "a clock ahead of ours";
  EXPECT_EQ(reasons(), "");
  EXPECT_EQ(read(picture(0, entry)).size(), 1u);
  EXPECT_EQ(reasons(), "clock_went_back 1 ");
}

TEST_F(AircraftJson, RefusesBadEntriesAndReadsTheRest) {
  const auto all = read(picture(0, R"({"hex":"4d2023","lat":91,"lon":4},{"hex":"4d2024","lat":1},{"lat":1,"lon":2},{"hex":"zzzzzz"},{"hex":"000000"},
    {"hex":"4d2025","alt_baro":"high"},{"hex":"4d2026","squawk":"7800"},{"hex":"4d2027","seen_pos":-1},7,{"hex":"4d2028"},{"hex":"4d2028"},{"hex":5})"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].address, icao_address(0x4D2028));
  EXPECT_EQ(reasons(), "zero_address 1 missing_field 2 bad_field 5 out_of_range 2 duplicate 1 ");
}

TEST_F(AircraftJson, CountsTextThatIsNoPicture) {
  for (const auto* text : {"", "{", "[]", "{}", R"({"now":1})", R"({"aircraft":[]})", R"({"now":"x","aircraft":[]})", R"({"now":1,"aircraft":{}})", "<html>",
                           R"({"now":-1,"aircraft":[]})", R"({"now":1e300,"aircraft":[]})"}) {
    EXPECT_TRUE(read(text).empty()) << text;
  }
  EXPECT_EQ(reasons(), "missing_field 4 bad_field 4 bad_json 3 ");
  EXPECT_EQ(reader.documents(), 0u);
}

TEST_F(AircraftJson, TakesMillisecondsAndTheNameAcToo) {
  const auto all = read("{\"now\":" + std::to_string(now_s) + "500,\"ac\":[{\"hex\":\"4d2023\"}]}");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].measured_at, now);
}

}  // namespace
}  // namespace skypact::wire
