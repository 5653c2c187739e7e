#include "track/prediction.h"

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"

namespace skypact::track {
namespace {

Duration age_at(Time now, Time measured_at) { return std::max(Duration::zero(), now - measured_at); }

// A height moved by a rate, exactly rounded: tenths of a millimetre per minute times nanoseconds.
Height moved(Height height, VerticalRate rate, Duration by) {
  __extension__ using Wide = __int128;
  constexpr Wide minute = 60'000'000'000;
  return Height::of_tenth_mm(height.in_tenth_mm() +
                             static_cast<std::int64_t>(Wide{rate.in_tenth_mm_per_minute()} * by.count() / minute));
}

// The ages of the altitudes of one track.
struct AltitudeAges {
  Duration youngest = Duration::max();
  Duration oldest{};       // of those that are used
  bool any_fresh = false;
};

template <class A>
void move_altitude(const Known<A>& known, const MotionState& state, Time now, Duration longest, std::optional<A>& out) {
  out = A(moved(known->value.above_datum(), state.vertical_rate, std::min<Duration>(age_at(now, known->measured_at), longest)));
}

}  // namespace

Length position_accuracy(const Track& track, const TrackOptions& options) {
  if (track.accuracy) return *track.accuracy;
  return options.of(track.position ? track.position->kind : SourceKind::adsb).accuracy;
}

MotionState motion_at(const Track& track, Time now, const TrackOptions& options, const PredictionOptions& prediction) {
  MotionState state;
  state.id = track.id;
  state.on_ground = track.on_ground && track.on_ground->value;

  // A rate outlives its report as long as a velocity does; a level aircraft's stays true, a climber's does not.
  const auto fresh = [&](const auto& known) {
    return known && age_at(now, known->measured_at) <= options.of(known->kind).life.stale_after;
  };
  if (fresh(track.vertical_rate)) {
    state.vertical_rate = track.vertical_rate->value;
    state.vertical_rate_known = true;
  }
  if (fresh(track.velocity)) {
    state.velocity = track.velocity->value;
    state.velocity_known = true;
    state.velocity_age = age_at(now, track.velocity->measured_at);
  }
  if (fresh(track.turn_rate) && age_at(now, track.turn_rate->measured_at) <= seconds(10)) state.turn_rate = track.turn_rate->value;

  AltitudeAges ages;
  const auto each_altitude = [&](auto body) {
    if (track.pressure_altitude) body(track.pressure_altitude, state.pressure_altitude);
    if (track.ellipsoid_altitude) body(track.ellipsoid_altitude, state.ellipsoid_altitude);
    if (track.sea_level_altitude) body(track.sea_level_altitude, state.sea_level_altitude);
  };
  each_altitude([&](const auto& known, auto&) { ages.any_fresh = ages.any_fresh || fresh(known); });
  each_altitude([&](const auto& known, auto& out) {
    if (ages.any_fresh && !fresh(known)) return;
    const Duration age = age_at(now, known->measured_at);
    ages.youngest = std::min(ages.youngest, age);
    ages.oldest = std::max(ages.oldest, age);
    move_altitude(known, state, now, prediction.longest, out);
  });
  if (ages.youngest != Duration::max()) state.altitude_age = ages.youngest;
  const Height growth = state.vertical_rate_known ? prediction.vertical_rate_error_per_second : prediction.vertical_growth_per_second;
  // Counted in steps of a tenth of a second; an hour is where growing further says nothing more.
  const std::int64_t tenths = std::min<std::int64_t>(ages.oldest / milliseconds(100), 36'000);
  state.altitude_uncertainty = Height::of_tenth_mm(growth.in_tenth_mm() * tenths / 10);

  if (!track.position) return state;
  state.located = true;
  state.position = track.position->value;
  state.position_age = age_at(now, track.position->measured_at);
  const Duration by = std::min<Duration>(state.position_age, prediction.longest);
  if (state.velocity_known && by > Duration::zero() && state.velocity.speed > Speed() && !state.on_ground) {
    const geo::GroundMotion there = geo::after(geo::ground_motion(state.position, state.velocity.speed, state.velocity.track), by);
    state.position = geo::position_of(there.place);
    const geo::LocalAxes axes = geo::local_axes(state.position);
    state.velocity.track = TrueBearing::degrees(
        geo::atan2_degrees(geo::dot(there.velocity, axes.east), geo::dot(there.velocity, axes.north)));
  }

  const double t = std::min(to_seconds(state.position_age), 3600.0);
  double metres_off = position_accuracy(track, options).in(metres);
  if (state.velocity_known) {
    constexpr double radian = 57.29577951308232;
    const double v = state.velocity.speed.in(metres_per_second);
    // The velocity is of a moment before the position: the turn may have begun then.
    const double lag = to_seconds(std::max(Duration::zero(), track.position->measured_at - track.velocity->measured_at));
    const double turn = v * (prediction.turn_allowance.in(degrees_per_second) / radian) * t * (0.5 * t + lag);
    metres_off += prediction.speed_error.in(metres_per_second) * t + std::min(turn, 2 * v * t);
  } else if (!state.on_ground) {
    const Speed speed = track.velocity ? std::max(track.velocity->value.speed, prediction.unknown_speed) : prediction.unknown_speed;
    metres_off += speed.in(metres_per_second) * t;
  }
  state.uncertainty = metres(metres_off);
  return state;
}

}  // namespace skypact::track
