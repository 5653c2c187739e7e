#include "sim/transmitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"
#include "wire/adsb_encode.h"
#include "wire/beast.h"

namespace skypact::sim {
namespace {

// What the sky of a simulated day has in common: GNSS height above pressure altitude, and the altimeters' setting.
constexpr double gnss_minus_pressure_ft = 350;
constexpr double baro_setting_hpa = 1013.6;  // standard, on the 0.8 hPa grid of TC 29

struct Interval {
  double shortest_s, longest_s;
};

std::int32_t rounded(double value) { return static_cast<std::int32_t>(std::lround(value)); }

bool is_emergency(const Aircraft& aircraft) {
  return aircraft.emergency != Emergency::none || aircraft.squawk == 7500 || aircraft.squawk == 7600 || aircraft.squawk == 7700;
}

}  // namespace

Transmitter::Transmitter(World& world, std::uint64_t seed) : world_(world), random_(seed) {
  constexpr std::array transponder = {Kind::position,     Kind::velocity,  Kind::identification, Kind::status,
                                      Kind::target_state, Kind::emergency, Kind::all_call,       Kind::identity_reply};
  installations_.resize(world.flights().size());
  for (std::size_t i = 0; i < installations_.size(); ++i) {
    Installation& installation = installations_[i];
    installation.altimeter_error_ft = 20 * random_.bell();
    installation.east_error_m = 3 * random_.bell();
    installation.north_error_m = 3 * random_.bell();
    const auto begin = [&](Kind kind) {
      due_.push({world.start() + Duration(static_cast<std::int64_t>(random_.uniform() * static_cast<double>(next_interval(kind).count()))), i, kind});
    };
    if (world.flights()[i].equipment == Equipment::adsb) {
      std::for_each(transponder.begin(), transponder.end(), begin);
    } else {
      begin(Kind::report);
    }
  }
}

Sent Transmitter::advance_to(Time time) {
  Sent sent;
  while (!due_.empty() && due_.top().at < time) {
    const Due due = due_.top();
    due_.pop();
    world_.advance_to(due.at);
    send(due, sent);
    due_.push({due.at + next_interval(due.kind), due.flight, due.kind});
  }
  world_.advance_to(time);
  return sent;
}

Duration Transmitter::next_interval(Kind kind) {
  const Interval interval = [kind]() -> Interval {
    switch (kind) {
      case Kind::position:
      case Kind::velocity: return {0.4, 0.6};
      case Kind::identification: return {4.8, 5.2};
      case Kind::status: return {2.4, 2.6};
      case Kind::target_state: return {1.2, 1.3};
      case Kind::emergency: return {0.7, 0.9};
      case Kind::all_call: return {0.8, 1.2};
      case Kind::identity_reply: return {3.0, 5.0};
      case Kind::report: return {1.0, 1.1};
    }
    return {1, 1};
  }();
  return from_seconds(random_.uniform(interval.shortest_s, interval.longest_s));
}

// Quantised by the encoder to 25 ft; the noise makes a level aircraft's last bit waver as real ones do.
double Transmitter::reported_altitude_ft(std::size_t flight) {
  return world_.aircraft()[flight].altitude_ft + installations_[flight].altimeter_error_ft + 5 * random_.bell();
}

void Transmitter::send(const Due& due, Sent& sent) {
  const Flight& flight = world_.flights()[due.flight];
  const Aircraft& aircraft = world_.aircraft()[due.flight];
  Installation& installation = installations_[due.flight];
  const std::uint32_t address = flight.address.number;

  const geo::GroundMotion motion = geo::after(aircraft.motion, due.at - world_.now());
  const geo::LocalAxes axes = geo::local_axes(geo::position_of(motion.place));
  const geo::Position position =
      geo::position_of(motion.place + axes.east * installation.east_error_m + axes.north * installation.north_error_m);

  const auto emit = [&](const auto& frame) {
    Transmission transmission{due.at, due.flight, {}, frame.size()};
    std::copy(frame.begin(), frame.end(), transmission.bytes.begin());
    sent.frames.push_back(transmission);
  };

  switch (due.kind) {
    case Kind::position:
      emit(wire::encode_airborne_position(
          address, {.position = position, .altitude_ft = rounded(reported_altitude_ft(due.flight)), .odd = installation.odd}));
      installation.odd = !installation.odd;
      break;
    case Kind::velocity: {
      constexpr double knot = 1852.0 / 3600.0;
      emit(wire::encode_velocity(address, {.east_kt = rounded(dot(motion.velocity, axes.east) / knot),
                                           .north_kt = rounded(dot(motion.velocity, axes.north) / knot),
                                           .vertical_rate_fpm = rounded(aircraft.vertical_rate_fpm),
                                           .gnss_minus_baro_ft = rounded(gnss_minus_pressure_ft)}));
      break;
    }
    case Kind::identification: emit(wire::encode_identification(address, flight.callsign, flight.category)); break;
    case Kind::status: emit(wire::encode_operational_status(address, {})); break;
    case Kind::target_state: {
      wire::TargetState state;
      state.selected_altitude_ft = rounded(aircraft.target_altitude_ft);
      state.baro_setting_hpa = baro_setting_hpa;
      state.nac_p = 9;
      state.sil = 3;
      state.nic_baro = true;
      emit(wire::encode_target_state(address, state));
      break;
    }
    case Kind::emergency:
      if (is_emergency(aircraft)) emit(wire::encode_emergency(address, aircraft.emergency, aircraft.squawk));
      break;
    case Kind::all_call: emit(wire::encode_all_call(address)); break;
    case Kind::identity_reply: emit(wire::encode_identity_reply(address, aircraft.squawk, is_emergency(aircraft) ? 2 : 0)); break;
    case Kind::report: {
      const double speed_m_s = norm(motion.velocity);
      const std::string course = speed_m_s > 0 ? fmt::format(R"(,"track_deg":{:.1f})", track_deg(motion)) : "";
      sent.reports.push_back(
          {due.at, due.flight,
           fmt::format(R"({{"id":"{}","measured_at":"{}","lat_deg":{:.7f},"lon_deg":{:.7f},"accuracy_m":8,)"
                       R"("altitude_m":{:.1f},"altitude_datum":"ellipsoid","altitude_accuracy_m":10,)"
                       R"("ground_speed_m_s":{:.2f}{},"vertical_rate_m_s":{:.2f},"callsign":"{}",)"
                       R"("party":"{}","class":"{}"}})"
                       "\n",
                       flight.address.name.view(), to_rfc3339(due.at), position.lat_degrees(), position.lon_degrees(),
                       (aircraft.altitude_ft + gnss_minus_pressure_ft) * 0.3048, speed_m_s, course,
                       aircraft.vertical_rate_fpm * 0.3048 / 60, flight.callsign, flight.party, to_string(flight.aircraft_class))});
      break;
    }
  }
}

void append_beast(std::span<const Transmission> frames, Time epoch, std::vector<std::uint8_t>& out) {
  for (const Transmission& transmission : frames) {
    // 12 ticks are 1000 ns.
    const auto ticks = static_cast<std::uint64_t>((transmission.at - epoch).count() * 12 / 1000);
    wire::append_beast(wire::make_frame({transmission.bytes.data(), transmission.size}, ticks), out);
  }
}

}  // namespace skypact::sim
