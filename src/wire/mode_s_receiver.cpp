#include "wire/mode_s_receiver.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "wire/adsb_accuracy.h"
#include "wire/comm_b.h"
#include "wire/mode_s_geometry.h"

namespace skypact::wire {
namespace {

constexpr Duration confirmation_lifetime = seconds(60);
constexpr Duration aircraft_lifetime = minutes(10);
constexpr Duration airborne_pair = seconds(10);   // DO-260B §A.1.7.7
constexpr Duration surface_pair = seconds(25);    // Doc 9871: 50 s below 25 kt, 25 s above
constexpr Duration fix_lifetime = minutes(5);     // at 300 m/s half of the 180 NM within which one message suffices
constexpr Duration doubt_lifetime = seconds(30);  // a refused position is confirmed within this or not at all
constexpr Duration velocity_lifetime = seconds(15);
constexpr Duration clock_step = seconds(1);
// An aircraft is believed to have flown this fast, for this much longer than the times say.
constexpr Speed fastest_airborne = metres_per_second(1000);
constexpr Speed fastest_on_surface = metres_per_second(150);
constexpr double time_slack_s = 2;

struct HalfPosition {
  CprPosition cpr;
  CprScope scope = CprScope::airborne;
  Time at;
};

struct Fix {
  geo::Position position;
  CprScope scope = CprScope::airborne;
  Time at;
};

// What is remembered of one address of one kind.
struct Aircraft {
  Time heard_at;
  std::optional<Time> confirmed_at;
  std::optional<Time> all_call_at;        // DF11 with an interrogator code, not yet believed
  std::optional<HalfPosition> even, odd;
  std::optional<Fix> fix;                 // the last believed position
  std::optional<Fix> doubtful;            // the last refused one
  std::optional<Time> velocity_at;
  CommBContext said;                      // as of velocity_at
  std::optional<std::uint8_t> version, nac_p, sil, gva;
  NicSupplements supplements;             // a and c
  std::optional<bool> heading_is_magnetic, surface_track_is_heading;
};

bool within(const std::optional<Time>& then, Time now, Duration lifetime) { return then && now - *then <= lifetime; }

bool can_have_flown(const Fix& from, const Fix& to) {
  const bool on_surface = from.scope == CprScope::surface && to.scope == CprScope::surface;
  const Speed fastest = on_surface ? fastest_on_surface : fastest_airborne;
  const double time_s = std::abs(to_seconds(to.at - from.at)) + time_slack_s;
  return straight_distance(from.position, to.position) <= metres(fastest.in(metres_per_second) * time_s);
}

SourceKind kind_of(const ModeSMessage& m, bool mlat) {
  if (mlat) return SourceKind::mlat;
  switch (m.address_kind) {
    case AddressKind::tisb_icao: case AddressKind::tisb_other: return SourceKind::tisb;
    case AddressKind::adsr_icao: case AddressKind::adsr_other: return SourceKind::adsr;
    default: return m.format == 17 || m.format == 18 ? SourceKind::adsb : SourceKind::mode_s;
  }
}

std::optional<AircraftClass> class_of(const Identification& id) {
  if (id.category_set == 'B' && id.category == 6) return AircraftClass::unmanned;
  if (id.category_set == 'C' && (id.category == 1 || id.category == 2)) return AircraftClass::ground_vehicle;
  return std::nullopt;
}

}  // namespace

struct ModeSReceiver::State {
  explicit State(const ReceiverOptions& o) : options(o), clock(o.timestamps) {}

  ReceiverOptions options;
  MeasurementClock clock;
  ErrorCounts errors;
  std::uint64_t accepted = 0;
  std::optional<Time> last_received;
  // Keyed by kind and address, MLAT apart: its positions are another's, and pair only with each other.
  std::unordered_map<std::uint64_t, Aircraft> aircraft;

  Time settle(Time received_at);
  Aircraft& remember(std::uint64_t key, Time now);
  void make_room(Time now);
  bool believe(const ModeSMessage& m, std::uint64_t key, Time now);
  std::optional<geo::Position> locate(Aircraft& a, const CprPosition& cpr, CprScope scope, Time now);
  void read(const ModeSMessage& m, Aircraft& a, Observation& o);

  // One for each content; the rest is in the message itself.
  void take(std::monostate, Aircraft&, Observation&) {}
  void take(const Identification&, Aircraft&, Observation&);
  void take(const AirbornePosition&, Aircraft&, Observation&);
  void take(const SurfacePosition&, Aircraft&, Observation&);
  void take(const Velocity&, Aircraft&, Observation&);
  void take(const TargetState&, Aircraft&, Observation&);
  void take(const TargetStateV1&, Aircraft&, Observation&);
  void take(const OperationalStatus&, Aircraft&, Observation&);
  void take(const EmergencyStatus&, Aircraft&, Observation&);
  void take(const ResolutionAdvisory&, Aircraft&, Observation&);
  void take(const TestSquawk&, Aircraft&, Observation&);
  void take(const TisbCoarsePosition&, Aircraft&, Observation&);
  void take(const CommB&, Aircraft&, Observation&);
  void take_accuracy(std::uint8_t type_code, std::optional<bool> supplement_b, const Aircraft& a, Observation& o);
};

Time ModeSReceiver::State::settle(Time received_at) {
  if (last_received && received_at < *last_received) {
    if (*last_received - received_at <= clock_step) return *last_received;
    errors.count(DecodeError::clock_went_back);
    aircraft.clear();
    clock.reset();
  }
  last_received = received_at;
  return received_at;
}

// Forgets who fell silent; if that leaves less than an eighth free, also those heard longest ago. An eighth
// at a time, so that a flood of new addresses costs a constant each.
void ModeSReceiver::State::make_room(Time now) {
  std::erase_if(aircraft, [&](const auto& entry) { return now - entry.second.heard_at > aircraft_lifetime; });
  const std::size_t keep = options.most_addresses - options.most_addresses / 8;
  if (aircraft.size() <= keep) return;
  std::vector<std::pair<Time, std::uint64_t>> order;
  order.reserve(aircraft.size());
  for (const auto& [key, a] : aircraft) order.emplace_back(a.heard_at, key);
  const auto cut = order.begin() + static_cast<std::ptrdiff_t>(order.size() - keep);
  std::nth_element(order.begin(), cut, order.end());  // a total order: equal times are told apart by key
  for (auto it = order.begin(); it != cut; ++it) aircraft.erase(it->second);
}

Aircraft& ModeSReceiver::State::remember(std::uint64_t key, Time now) {
  if (const auto found = aircraft.find(key); found != aircraft.end()) {
    if (now - found->second.heard_at > aircraft_lifetime) found->second = {};
    found->second.heard_at = now;
    return found->second;
  }
  if (aircraft.size() >= options.most_addresses) make_room(now);
  Aircraft& a = aircraft[key];
  a.heard_at = now;
  return a;
}

// Whether the frame's address is really an aircraft's.
bool ModeSReceiver::State::believe(const ModeSMessage& m, std::uint64_t key, Time now) {
  if (m.address_from_parity) {
    const auto found = aircraft.find(key);
    return found != aircraft.end() && within(found->second.confirmed_at, now, confirmation_lifetime);
  }
  Aircraft& a = remember(key, now);
  // A DF11 with an interrogator code is checked by 17 bits of parity only.
  if (m.format == 11 && m.interrogator != 0 && !within(a.confirmed_at, now, confirmation_lifetime)) {
    const bool again = within(a.all_call_at, now, confirmation_lifetime);
    a.all_call_at = now;
    if (!again) return false;
  }
  a.confirmed_at = now;
  return true;
}

std::optional<geo::Position> ModeSReceiver::State::locate(Aircraft& a, const CprPosition& cpr, CprScope scope, Time now) {
  auto& own = cpr.odd ? a.odd : a.even;
  const auto& other = cpr.odd ? a.even : a.odd;
  own = HalfPosition{cpr, scope, now};
  if (a.fix && now - a.fix->at > fix_lifetime) a.fix.reset();
  if (a.doubtful && now - a.doubtful->at > doubt_lifetime) a.doubtful.reset();

  std::optional<geo::Position> position;
  bool refused = false;
  const Duration longest = scope == CprScope::airborne ? airborne_pair : surface_pair;
  const auto reference = a.fix ? std::optional(a.fix->position) : options.position;
  const bool can_pair = scope == CprScope::airborne || reference.has_value();
  if (can_pair && other && other->scope == scope && other->cpr.bits == cpr.bits && now - other->at <= longest) {
    position = cpr_global(other->cpr, cpr, scope, reference);
    refused = !position;
  }
  if (!position && a.fix) position = cpr_local(cpr, scope, a.fix->position);
  if (!position) {
    if (refused) errors.count(DecodeError::position_pair_refused);
    return std::nullopt;
  }

  if (options.position && straight_distance(*options.position, *position) > options.range) {
    errors.count(DecodeError::position_out_of_range);
    return std::nullopt;
  }
  const Fix candidate{*position, scope, now};
  if (a.fix && !can_have_flown(*a.fix, candidate)) {
    const bool again = a.doubtful && can_have_flown(*a.doubtful, candidate);
    a.doubtful = candidate;
    if (!again) {
      errors.count(DecodeError::position_jump);
      return std::nullopt;
    }
  }
  a.doubtful.reset();
  a.fix = candidate;
  return position;
}

void ModeSReceiver::State::take(const Identification& id, Aircraft&, Observation& o) {
  if (!id.callsign.empty()) o.callsign = id.callsign;
  o.aircraft_class = class_of(id);
}

void ModeSReceiver::State::take_accuracy(std::uint8_t type_code, std::optional<bool> supplement_b, const Aircraft& a, Observation& o) {
  const std::uint8_t version = a.version.value_or(0);  // 0 until the aircraft says otherwise
  NicSupplements supplements = a.supplements;
  supplements.b = supplement_b;
  const Integrity integrity = integrity_of(type_code, version, supplements);
  o.nic = integrity.nic;
  o.containment = integrity.containment;
  o.adsb_version = a.version;
  o.sil = a.sil;
  o.nac_p = a.nac_p;
  o.accuracy = version > 0 && a.nac_p ? accuracy_of_nac_p(*a.nac_p) : accuracy_of_type_code(type_code);
}

void ModeSReceiver::State::take(const AirbornePosition& p, Aircraft& a, Observation& o) {
  o.on_ground = false;
  if (p.altitude.feet) {
    if (p.gnss_height) {
      o.ellipsoid_altitude = EllipsoidAltitude(feet_of_height(*p.altitude.feet));
      if (a.gva) o.altitude_accuracy = accuracy_of_gva(*a.gva);
    } else {
      o.pressure_altitude = PressureAltitude(feet_of_height(*p.altitude.feet));
      o.altitude_in_25ft = p.altitude.in_25ft;
    }
  }
  if (p.surveillance == SurveillanceStatus::special_position) o.special_position_identification = true;
  if (!p.cpr) return;
  o.position = locate(a, *p.cpr, CprScope::airborne, o.measured_at);
  if (o.position) take_accuracy(p.type_code, p.nic_supplement_b, a, o);
}

void ModeSReceiver::State::take(const SurfacePosition& p, Aircraft& a, Observation& o) {
  o.on_ground = true;
  const bool is_heading = a.surface_track_is_heading.value_or(false);
  if (p.track_deg && is_heading && a.heading_is_magnetic == false) o.heading = TrueBearing::degrees(*p.track_deg);
  if (p.ground_speed_kt && p.track_deg && !is_heading) {
    o.velocity = GroundVelocity{knots(*p.ground_speed_kt), TrueBearing::degrees(*p.track_deg)};
  } else if (p.ground_speed_kt == 0.0) {
    o.velocity = GroundVelocity{};
  }
  o.position = locate(a, p.cpr, CprScope::surface, o.measured_at);
  if (o.position) take_accuracy(p.type_code, std::nullopt, a, o);
}

void ModeSReceiver::State::take(const Velocity& v, Aircraft& a, Observation& o) {
  o.velocity = ground_velocity(v);
  if (v.vertical_rate_fpm) o.vertical_rate = feet_per_minute(*v.vertical_rate_fpm);
  if (v.gnss_minus_baro_ft) o.gnss_minus_pressure = feet_of_height(*v.gnss_minus_baro_ft);
  if (v.heading_deg && a.heading_is_magnetic == false) o.heading = TrueBearing::degrees(*v.heading_deg);
  if (!o.velocity) return;
  a.velocity_at = o.measured_at;
  a.said = {.ground_speed_kt = o.velocity->speed.in(knots), .track_deg = o.velocity->track.in_degrees(), .vertical_rate_fpm = v.vertical_rate_fpm};
}

void ModeSReceiver::State::take(const TargetState& t, Aircraft& a, Observation& o) {
  o.nac_p = a.nac_p = t.nac_p;
  o.sil = a.sil = t.sil;
  if (!t.selected_altitude_ft) return;
  o.selected_altitude = SelectedAltitude{.value = feet_of_height(*t.selected_altitude_ft), .baro_setting = {}, .from_fms = t.selected_altitude_from_fms};
  if (t.baro_setting_hpa) o.selected_altitude->baro_setting = hectopascal(*t.baro_setting_hpa);
}

void ModeSReceiver::State::take(const TargetStateV1& t, Aircraft& a, Observation& o) {
  using Source = TargetStateV1::Source;
  o.nac_p = a.nac_p = t.nac_p;
  o.sil = a.sil = t.sil;
  o.acas_resolution_advisory = t.acas_resolution_advisory;
  if (t.emergency != Emergency::none) o.emergency = t.emergency;
  if (t.target_altitude_ft && !t.altitude_is_msl && (t.altitude_source == Source::mcp || t.altitude_source == Source::fms)) {
    o.selected_altitude = SelectedAltitude{.value = feet_of_height(*t.target_altitude_ft), .baro_setting = {}, .from_fms = t.altitude_source == Source::fms};
  }
}

void ModeSReceiver::State::take(const OperationalStatus& s, Aircraft& a, Observation& o) {
  o.adsb_version = a.version = s.version;
  a.supplements.a = s.nic_supplement_a;
  if (s.nic_supplement_c) a.supplements.c = s.nic_supplement_c;
  if (s.nac_p) o.nac_p = a.nac_p = s.nac_p;
  if (s.sil) o.sil = a.sil = s.sil;
  if (s.gva) a.gva = s.gva;
  if (s.heading_is_magnetic) a.heading_is_magnetic = s.heading_is_magnetic;
  if (s.surface_track_is_heading) a.surface_track_is_heading = s.surface_track_is_heading;
  o.acas_resolution_advisory = s.acas_resolution_advisory.value_or(false);
  o.special_position_identification = s.ident_active.value_or(false);
}

void ModeSReceiver::State::take(const EmergencyStatus& s, Aircraft&, Observation& o) {
  o.emergency = s.emergency;
  if (s.squawk) o.squawk = s.squawk;
}

void ModeSReceiver::State::take(const ResolutionAdvisory& r, Aircraft&, Observation& o) { o.acas_resolution_advisory = r.active(); }

void ModeSReceiver::State::take(const TestSquawk& s, Aircraft&, Observation& o) { o.squawk = s.squawk; }

void ModeSReceiver::State::take(const TisbCoarsePosition& p, Aircraft& a, Observation& o) {
  if (p.altitude.feet) {
    o.pressure_altitude = PressureAltitude(feet_of_height(*p.altitude.feet));
    o.altitude_in_25ft = p.altitude.in_25ft;
  }
  if (p.ground_speed_kt && p.track_deg) o.velocity = GroundVelocity{knots(*p.ground_speed_kt), TrueBearing::degrees(*p.track_deg)};
  o.position = locate(a, p.cpr, CprScope::airborne, o.measured_at);
  // 12 bits of a zone of 6 degrees: steps of 163 m in latitude, half of that and the radar's own error.
  if (o.position) o.accuracy = nautical_miles(0.5);
}

void ModeSReceiver::State::take(const CommB& c, Aircraft& a, Observation& o) {
  CommBContext known;
  if (within(a.velocity_at, o.measured_at, velocity_lifetime)) known = a.said;
  if (o.pressure_altitude) known.altitude_ft = static_cast<std::int32_t>(o.pressure_altitude->in_feet());
  const CommBContent content = infer_comm_b(c.mb, known);
  if (const auto* id = std::get_if<Identification>(&content)) o.callsign = id->callsign;
  if (const auto* r = std::get_if<ResolutionAdvisory>(&content)) o.acas_resolution_advisory = r->active();
  if (const auto* s = std::get_if<SelectedVerticalIntention>(&content)) {
    const std::int32_t feet = s->mcp_altitude_ft ? *s->mcp_altitude_ft : *s->fms_altitude_ft;
    o.selected_altitude = SelectedAltitude{.value = feet_of_height(feet), .baro_setting = {}, .from_fms = !s->mcp_altitude_ft};
    if (s->baro_setting_hpa) o.selected_altitude->baro_setting = hectopascal(*s->baro_setting_hpa);
  }
}

void ModeSReceiver::State::read(const ModeSMessage& m, Aircraft& a, Observation& o) {
  o.on_ground = m.on_ground;
  o.squawk = m.squawk;
  o.special_position_identification = m.special_position_identification;
  if (m.altitude.feet) {
    o.pressure_altitude = PressureAltitude(feet_of_height(*m.altitude.feet));
    o.altitude_in_25ft = m.altitude.in_25ft;
  }
  std::visit([&](const auto& content) { take(content, a, o); }, m.content);
}

ModeSReceiver::ModeSReceiver(const ReceiverOptions& options) : state_(std::make_unique<State>(options)) {
  SKYPACT_CHECK(options.most_addresses >= 8);
}
ModeSReceiver::~ModeSReceiver() = default;
ModeSReceiver::ModeSReceiver(ModeSReceiver&&) noexcept = default;
ModeSReceiver& ModeSReceiver::operator=(ModeSReceiver&&) noexcept = default;

std::optional<Observation> ModeSReceiver::receive(const ModeSFrame& frame, Time received_at) {
  State& s = *state_;
  if (frame.kind != FrameKind::mode_s_short && frame.kind != FrameKind::mode_s_long) return std::nullopt;
  const Time now = s.settle(received_at);
  const bool mlat = frame.timestamp == mlat_timestamp;
  const bool made_up = mlat || frame.timestamp == uat_timestamp;
  const Time measured_at = s.clock.measure(made_up ? std::nullopt : frame.timestamp, now);
  if (s.clock.contradicted()) s.errors.count(DecodeError::time_contradicted);

  ModeSMessage m = decode(frame.payload());
  if (m.error != DecodeError::none) {
    s.errors.count(m.error);
    return std::nullopt;
  }
  // mlat-client sends its results as TIS-B; the address is the one that the aircraft itself sent.
  if (mlat && m.address_kind == AddressKind::tisb_icao) m.address_kind = AddressKind::icao;
  const std::uint64_t key = std::uint64_t{mlat} << 32 | static_cast<std::uint64_t>(m.address_kind) << 24 | m.address;
  if (!s.believe(m, key, now)) {
    s.errors.count(DecodeError::unconfirmed_address);
    return std::nullopt;
  }
  s.errors.count(m.defect);

  Observation o;
  o.source = s.options.source;
  o.kind = kind_of(m, mlat);
  o.address = address_of(m);
  o.received_at = now;
  o.measured_at = measured_at;
  s.read(m, s.remember(key, now), o);
  ++s.accepted;
  return o;
}

const ErrorCounts& ModeSReceiver::errors() const { return state_->errors; }
std::uint64_t ModeSReceiver::accepted() const { return state_->accepted; }
std::size_t ModeSReceiver::addresses() const { return state_->aircraft.size(); }

}  // namespace skypact::wire
