#pragma once
// A sky for tests: aircraft that fly along geodesics and are seen once a second, as tracks, by the guard.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"
#include "guard/alert_text.h"
#include "guard/guard.h"

namespace skypact::guard::test {

inline const Time start = Time{} + std::chrono::hours(490'000);

inline Parties parties() {
  return {{"unknown", "Unknown", "?"}, {"north", "North Air Force", "NRTH"}, {"south", "South Air Force", "SOUT"}};
}
inline constexpr PartyId north{1}, south{2};

inline std::shared_ptr<Rules> rules() {
  auto r = std::make_shared<Rules>();
  r->parties = parties();
  return r;
}

inline geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

// East and north of a place, in nautical miles.
inline geo::Position beside(geo::Position p, double east_nm, double north_nm) {
  const double east = std::abs(east_nm), far_north = std::abs(north_nm);
  const auto go = [](geo::Position from, double nm, double bearing) {
    return geo::position_after(geo::ground_motion(from, knots(nm * 3600 / 1000), TrueBearing::degrees(bearing)), seconds(1000));
  };
  return go(go(p, far_north, north_nm < 0 ? 180 : 0), east, east_nm < 0 ? 270 : 90);
}

struct Flight {
  std::uint32_t address = 0;
  PartyId party;
  geo::Position position;            // at the start
  double speed_kt = 0, track_deg = 0;
  std::optional<double> altitude_ft = 30'000;
  double rate_fpm = 0;
  double turn_deg_s = 0;
  PartyBasis basis = PartyBasis::address;
  AircraftClass aircraft_class = AircraftClass::state;
};

// What an alert gives as its reasons, in English.
inline std::vector<std::string> said(const Alert& alert, const Rules& rules) {
  std::vector<std::string> sentences;
  for (const Reason& reason : alert.reasons) sentences.push_back(reason_text(reason, alert, rules));
  return sentences;
}

// One track as a receiver would know it `t` seconds after the start.
inline Track track_of(const Flight& f, double t) {
  Track k;
  const Time now = start + from_seconds(t);
  k.id = TrackId{f.address};
  k.address = icao_address(f.address);
  k.first_seen = start;
  k.last_seen = now;
  k.party = f.party;
  k.party_basis = f.basis;
  k.aircraft_class = f.aircraft_class;
  auto motion = geo::ground_motion(f.position, knots(f.speed_kt), TrueBearing::degrees(f.track_deg));
  if (f.turn_deg_s == 0) {
    motion = geo::after(motion, t);
  } else {
    for (double s = 0; s < t; s += 0.5) motion = geo::turned(geo::after(motion, std::min(0.5, t - s)), f.turn_deg_s * std::min(0.5, t - s));
  }
  const auto position = geo::position_after(motion, Duration{});
  const auto axes = geo::local_axes(position);
  const double track = f.speed_kt == 0 ? f.track_deg : geo::atan2_degrees(dot(motion.velocity, axes.east), dot(motion.velocity, axes.north));
  k.position = Sourced<geo::Position>{position, now, {}, SourceKind::adsb};
  k.accuracy = metres(10);
  k.velocity = Sourced<GroundVelocity>{{knots(f.speed_kt), TrueBearing::degrees(track)}, now, {}, SourceKind::adsb};
  k.vertical_rate = Sourced<VerticalRate>{feet_per_minute(f.rate_fpm), now, {}, SourceKind::adsb};
  if (f.turn_deg_s != 0) k.turn_rate = Sourced<TurnRate>{degrees_per_second(f.turn_deg_s), now, {}, SourceKind::adsb};
  if (f.altitude_ft) {
    k.pressure_altitude = Sourced<PressureAltitude>{PressureAltitude(feet_of_height(*f.altitude_ft + f.rate_fpm * t / 60)), now, {}, SourceKind::adsb};
  }
  return k;
}

struct Sky {
  std::shared_ptr<Rules> rules = test::rules();
  std::vector<Track> tracks;
  std::vector<FeedHealth> feeds;
  std::vector<track::InterferenceFinding> interference;
  Guard guard;
  double t = 0;

  std::vector<Alert> step(double at_second) {
    t = at_second;
    std::sort(tracks.begin(), tracks.end(), [](const Track& a, const Track& b) { return a.id < b.id; });
    std::vector<const Track*> pointers;
    for (const Track& k : tracks) pointers.push_back(&k);
    return guard.step({.now = start + from_seconds(t), .tracks = pointers, .rules = rules, .feeds = feeds, .interference = interference}, serial);
  }
  // Flies from second `from` to `to`, stepping every second; `change` may alter the tracks.
  template <class Change>
  void fly(const std::vector<Flight>& flights, double from, double to, Change change) {
    for (double s = from; s <= to; s += 1) {
      tracks.clear();
      for (const Flight& f : flights) tracks.push_back(track_of(f, s));
      change(tracks, s);
      step(s);
    }
  }
  void fly(const std::vector<Flight>& flights, double from, double to) {
    fly(flights, from, to, [](std::vector<Track>&, double) {});
  }
  [[nodiscard]] std::size_t open(AlertKind kind) const {
    return static_cast<std::size_t>(std::count_if(guard.open().begin(), guard.open().end(), [&](const Alert& a) { return a.kind == kind; }));
  }
  [[nodiscard]] const Alert* only(AlertKind kind) const {
    const Alert* found = nullptr;
    for (const Alert& a : guard.open()) {
      if (a.kind == kind) {
        EXPECT_EQ(found, nullptr) << "two alerts: " << found->text << " / " << a.text;
        found = &a;
      }
    }
    return found;
  }
};

// Two that meet head-on on one level after so many seconds.
inline std::vector<Flight> head_on(double meet_s, double level_difference_ft = 0) {
  const auto middle = at(50, 10);
  const double half = 420.0 * meet_s / 3600;
  return {{.address = 0x100001, .party = north, .position = beside(middle, -half, 0), .speed_kt = 420, .track_deg = 90},
          {.address = 0x200002, .party = south, .position = beside(middle, half, 0), .speed_kt = 420, .track_deg = 270, .altitude_ft = 30'000 + level_difference_ft}};
}

}  // namespace skypact::guard::test
