#pragma once
// Telemetry: where a flight is, as its operator vouches for it, and its JSON: what operators send to this node, and what peers are told
// of a flight that is off its plan.
//
//     auto telemetry = read_telemetry(value);       // {"measured_at": …, "lat": 46.95, "lng": 7.45, "altitude_m": 640, …}
//     body = telemetry_json(flight, &*telemetry, now);
//
// Pure; any thread.

#include <optional>
#include <string>

#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"
#include "plan/measured_position.h"
#include "plan/uuid.h"

namespace skypact::plan {

struct TelemetryLimits {
  static constexpr Duration next_after = seconds(1);   // telemetry that is asked for again sooner is the same
};

struct Telemetry {
  MeasuredPosition position;
  std::optional<double> track_deg;      // true, from 0 to below 360
};

// Unknown members are refused. Errors: bad_input, which names the member.
Result<Telemetry> read_telemetry(json::Value value);

// VehicleTelemetry of F3548-21, as one object.
void write_telemetry(json::Writer& out, const Telemetry& telemetry);
// GetOperationalIntentTelemetryResponse of F3548-21.
[[nodiscard]] std::string telemetry_json(EntityId flight, const Telemetry& telemetry, Time now);

}  // namespace skypact::plan
