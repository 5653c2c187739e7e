#include "plan/telemetry.h"

#include <array>
#include <string_view>
#include <utility>

#include "json/fields.h"
#include "json/writer.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

struct AccuracyCode {
  double within_m;
  std::string_view code;
};
// The enumerations of F3548-21, the best first.
constexpr std::array<AccuracyCode, 12> horizontal{{{1, "HA1m"}, {3, "HA3m"}, {10, "HA10m"}, {30, "HA30m"}, {92.6, "HA005NM"}, {185.2, "HA01NM"}, {555.6, "HA03NM"}, {926, "HA05NM"}, {1'852, "HA1NM"},
                                                   {3'704, "HA2NM"}, {7'408, "HA4NM"}, {18'520, "HA10NM"}}};
constexpr std::array<AccuracyCode, 6> vertical{{{1, "VA1m"}, {3, "VA3m"}, {10, "VA10m"}, {25, "VA25m"}, {45, "VA45m"}, {150, "VA150m"}}};

template <std::size_t n>
std::string_view code_of(const std::array<AccuracyCode, n>& codes, const std::optional<Length>& accuracy, std::string_view unknown, std::string_view worse) {
  if (!accuracy) return unknown;
  for (const AccuracyCode& one : codes) {
    if (accuracy->in(metres) <= one.within_m) return one.code;
  }
  return worse;
}

void write_position(json::Writer& out, const MeasuredPosition& position) {
  out.key("position");
  out.begin_object();
  write_degrees(out, "latitude", position.place.lat_deg);
  write_degrees(out, "longitude", position.place.lon_deg);
  out.field("accuracy_h", code_of(horizontal, position.accuracy, "HAUnknown", "HA10NMPlus"));
  out.field("accuracy_v", code_of(vertical, position.altitude_accuracy, "VAUnknown", "VA150mPlus"));
  out.field("extrapolated", false);
  write_altitude(out, "altitude", position.altitude_m);
  out.end_object();
}

}  // namespace

Result<Telemetry> read_telemetry(json::Value value) {
  Fields fields(value);
  Telemetry telemetry;
  MeasuredPosition& position = telemetry.position;
  position.measured_at = fields.time("measured_at", required).value_or(Time{});
  position.place = {fields.number("lat", -90, 90, required).value_or(0), fields.number("lng", -180, 180, required).value_or(0)};
  position.altitude_m = fields.number("altitude_m", -8'000, 100'000);
  if (const auto m = fields.number("accuracy_m", 0, 100'000)) position.accuracy = metres(*m);
  if (const auto m = fields.number("altitude_accuracy_m", 0, 100'000)) position.altitude_accuracy = metres(*m);
  if (const auto speed = fields.number("speed_mps", 0, 1'000)) position.ground_speed = metres_per_second(*speed);
  position.airborne = fields.boolean("airborne");
  telemetry.track_deg = fields.number("track_deg", 0, 360);
  if (telemetry.track_deg == 360.0) telemetry.track_deg = 0;
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (auto fault = fault_of(position)) return *std::move(fault);
  return telemetry;
}

void write_telemetry(json::Writer& out, const Telemetry& telemetry) {
  const MeasuredPosition& position = telemetry.position;
  out.begin_object();
  write_time(out, "time_measured", position.measured_at);
  write_position(out, position);
  if (position.ground_speed) {
    out.key("velocity");
    out.begin_object();
    out.field("speed", position.ground_speed->in(metres_per_second), 2);
    out.field("units_speed", "MetersPerSecond");
    out.field("track", telemetry.track_deg.value_or(360), 1);   // 360: not known
    out.end_object();
  }
  out.end_object();
}

std::string telemetry_json(EntityId flight, const Telemetry& telemetry, Time now) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("operational_intent_id", to_string(flight));
  out.key("telemetry");
  write_telemetry(out, telemetry);
  write_time(out, "next_telemetry_opportunity", now + TelemetryLimits::next_after);
  out.end_object();
  return body;
}

}  // namespace skypact::plan
