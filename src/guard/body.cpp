#include "guard/body.h"

#include <algorithm>

namespace skypact::guard {

std::optional<Body> body_of(const Track& track, Time now) {
  if (track.life == Life::stale || track.life == Life::lost || !track.position) return std::nullopt;
  Body body;
  body.track = &track;
  body.state = track::motion_at(track, now);
  if (!body.state.located || body.state.on_ground) return std::nullopt;
  const Speed speed = std::clamp(body.state.velocity.speed, knots(0), geo::max_ground_speed);
  body.ground = geo::ground_motion(body.state.position, speed, body.state.velocity.track);
  body.vertical = track::vertical_position(track, body.state);
  body.side = minima_side(track, body.state);
  const auto rate = body.state.vertical_rate.in_tenth_mm_per_minute();
  const auto level = level_rate.in_tenth_mm_per_minute();
  body.level = body.state.vertical_rate_known && rate <= level && rate >= -level;
  return body;
}

std::optional<SelectedLevel> selected_level(const Track& track, Time now) {
  const auto& selected = track.selected_altitude;
  if (!selected || !selected->value.baro_setting) return std::nullopt;
  const Duration age = std::max(Duration{}, now - selected->measured_at);
  if (age > selected_altitude_valid) return std::nullopt;
  return SelectedLevel{PressureAltitude(selected->value.value - track::sea_level_minus_pressure(*selected->value.baro_setting)), age};
}

}  // namespace skypact::guard
