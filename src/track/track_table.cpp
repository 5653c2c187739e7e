#include "track/track_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "track/estimators.h"
#include "track/plausibility.h"

namespace skypact::track {
namespace {

constexpr Time earliest{};                                          // 1970
constexpr Time latest = earliest + std::chrono::hours(24 * 84'000);  // 2199
// A gap in which an aircraft can be anywhere in the sky: nothing about its old place binds the new one.
constexpr Duration unbound_after = minutes(10);
// Evidence at a new place that is interrupted for longer begins anew.
constexpr Duration candidate_gap = seconds(30);
// Altitudes beyond these are no aircraft's; the highest codable is 126 750 ft.
const Height highest = feet_of_height(130'000), lowest = feet_of_height(-5'000);
// NIC or NACp from good to bad within seconds: containment from 0.6 NM or better to unknown or beyond 8 NM.
constexpr std::uint8_t good_integrity = 6, bad_integrity = 2;
constexpr Duration collapse_within = seconds(30);

bool valid(geo::Position p) {
  return p.lat_e7 >= -900'000'000 && p.lat_e7 <= 900'000'000 && p.lon_e7 >= -1'800'000'000 && p.lon_e7 < 1'800'000'000;
}
bool within(Height h) { return lowest <= h && h <= highest; }

bool carries_24_bits(AddressKind kind) { return kind != AddressKind::report && kind != AddressKind::manual; }

// A better kind of source stands while it is fresh, else the fresher one does.
template <class T>
bool stands_over(SourceKind kind, Time measured_at, const Known<T>& known, const TrackOptions& options) {
  if (!known) return true;
  const Duration newer = measured_at - known->measured_at;
  if (kind == known->kind) return newer > Duration::zero();
  if (kind < known->kind) return newer > -options.of(kind).life.coasting_after;
  return newer > options.of(known->kind).life.coasting_after;
}

}  // namespace

struct TrackTable::Slot {
  Track track;
  std::array<Time, all_suspicions.size()> offended{};  // last, by position in all_suspicions
  Time candidate_since;              // first report at track.rejected_position's place
  Time still_since;                  // the position has been the same bytes since then
  geo::Position earlier[2];          // believed positions some seconds apart, the newer second
  Time earlier_at[2]{};
  TurnEstimator turn;
  ClimbEstimator climb;
  Time sound_at;                     // its NIC or NACp was good, as one kind of source said
  SourceKind sound_kind = SourceKind::adsb;
  std::uint8_t sound = 0;            // bit 1: NIC, bit 2: NACp; until it collapses
  std::uint16_t candidate_count = 0;
  PartyId party_by_address, party_by_feed, party_by_report, party_by_callsign;
  AircraftClass class_by_address = AircraftClass::unknown, class_by_feed = AircraftClass::unknown,
                class_by_report = AircraftClass::unknown, class_by_callsign = AircraftClass::unknown;
};

std::size_t TrackTable::ByAddress::operator()(const Slot* slot) const { return std::hash<Address>{}(slot->track.address); }
std::size_t TrackTable::ByAddress::operator()(const Address& address) const { return std::hash<Address>{}(address); }
bool TrackTable::ByAddress::operator()(const Slot* a, const Slot* b) const { return a->track.address == b->track.address; }
bool TrackTable::ByAddress::operator()(const Slot* a, const Address& b) const { return a->track.address == b; }
bool TrackTable::ByAddress::operator()(const Address& a, const Slot* b) const { return a == b->track.address; }

std::size_t TrackTable::bytes_per_track() {
  // The slot; its pointers in slots_ and view_; a node of the set (next, pointer, hash) with its bucket.
  return sizeof(Slot) + 2 * sizeof(void*) + 3 * sizeof(void*) + sizeof(void*);
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted: return "accepted";
    case Outcome::bad_time: return "bad_time";
    case Outcome::too_old: return "too_old";
    case Outcome::bad_address: return "bad_address";
    case Outcome::table_full: return "table_full";
    case Outcome::bad_position: return "bad_position";
    case Outcome::position_jump: return "position_jump";
    case Outcome::frozen_position: return "frozen_position";
    case Outcome::out_of_order: return "out_of_order";
  }
  return "unknown";
}

TrackTable::TrackTable(TrackOptions options, PartyDirectory directory) : options_(options), directory_(std::move(directory)) {
  normalise(directory_);
}
TrackTable::~TrackTable() = default;

TrackTable::Slot* TrackTable::find_slot(const Address& address) const {
  const auto at = by_address_.find(address);
  return at == by_address_.end() ? nullptr : *at;
}

const Track* TrackTable::find(const Address& address) const {
  const Slot* slot = find_slot(address);
  return slot ? &slot->track : nullptr;
}

const Track* TrackTable::find_second(const Address& address) const {
  const auto at = second_by_address_.find(address);
  return at == second_by_address_.end() ? nullptr : &(*at)->track;
}

const Track* TrackTable::find(TrackId id) const {
  const auto at = std::lower_bound(view_.begin(), view_.end(), id, [](const Track* t, TrackId i) { return t->id < i; });
  return at != view_.end() && (*at)->id == id ? *at : nullptr;
}

TrackTable::Slot* TrackTable::create(const TrackKey& key, Time received_at) {
  auto slot = std::make_unique<Slot>();
  Track& track = slot->track;
  track.id = TrackId{next_id_++};
  track.address = key.address;
  track.ordinal = key.ordinal;
  track.first_seen = track.last_seen = received_at;
  const PartyClaim claim = claim_by_address(directory_, key.address);
  slot->party_by_address = claim.party;
  slot->class_by_address = claim.aircraft_class;
  ++counters_.created;
  view_.push_back(&track);
  slots_.push_back(std::move(slot));
  return slots_.back().get();
}

TrackTable::Slot* TrackTable::create_first(const Address& address, Time received_at) {
  if (slots_.size() >= options_.max_tracks && !make_room()) return nullptr;
  Slot* const slot = create({address, 1}, received_at);
  by_address_.insert(slot);
  return slot;
}

// The slot is about to go; a second under its address becomes the first.
void TrackTable::leave_index(Slot& slot) {
  const auto first = by_address_.find(&slot), second = second_by_address_.find(&slot);
  if (first != by_address_.end() && *first == &slot) {
    by_address_.erase(first);
    if (second != second_by_address_.end()) by_address_.insert(*second);
  }
  if (second != second_by_address_.end()) second_by_address_.erase(second);
}

// Of the tracks that may go, the least useful first: lost, then stale, then those heard once and never located
// (a damaged address makes such a track); within each the longest silent. They are sought once a tick and go a
// few at a time, so that a flood of false addresses costs a tick and not one search for each.
bool TrackTable::make_room() {
  const auto worth = [](const Track& t) {
    if (t.life == Life::lost) return 1;
    if (t.life == Life::stale) return 2;
    if (!t.position && t.contribution_count == 1 && t.contributions[0].reports == 1) return 3;
    return 0;  // stays
  };
  if (!evictable_made_) {
    evictable_made_ = true;
    evictable_.clear();
    for (const Track* t : view_) {
      if (worth(*t) > 0) evictable_.push_back(t->id);
    }
    std::sort(evictable_.begin(), evictable_.end(), [&](TrackId a, TrackId b) {
      const Track *ta = find(a), *tb = find(b);
      return std::tuple(worth(*ta), ta->last_seen, a) > std::tuple(worth(*tb), tb->last_seen, b);
    });
  }
  std::vector<TrackId> going;
  const std::size_t batch = std::max<std::size_t>(1, options_.max_tracks / 256);
  while (!evictable_.empty() && going.size() < batch) {
    const Track* track = find(evictable_.back());
    evictable_.pop_back();
    if (track && worth(*track) > 0) going.push_back(track->id);
  }
  if (going.empty()) return false;
  std::sort(going.begin(), going.end());
  counters_.evicted += going.size();
  const auto goes = [&](TrackId id) { return std::binary_search(going.begin(), going.end(), id); };
  for (const auto& slot : slots_) {
    if (goes(slot->track.id)) leave_index(*slot);
  }
  std::erase_if(view_, [&](const Track* t) { return goes(t->id); });
  std::erase_if(slots_, [&](const auto& slot) { return goes(slot->track.id); });
  return true;
}

bool TrackTable::remove(const Address& address) {
  bool removed = false;
  while (Slot* const slot = find_slot(address)) {
    const TrackId id = slot->track.id;
    leave_index(*slot);
    std::erase_if(view_, [&](const Track* t) { return t->id == id; });
    std::erase_if(slots_, [&](const auto& s) { return s->track.id == id; });
    for (const auto& other : slots_) std::erase(other->track.possibly_same, id);
    ++counters_.forgotten;
    removed = true;
  }
  return removed;
}

Outcome TrackTable::apply(const Observation& given) {
  const Outcome outcome = judge(given);
  ++counters_.outcomes[static_cast<std::size_t>(outcome)];
  return outcome;
}

Outcome TrackTable::judge(const Observation& given) {
  if (given.received_at < earliest || given.received_at > latest) return Outcome::bad_time;
  Time measured_at = given.measured_at;
  if (measured_at > given.received_at) {
    // Nothing is measured after it was received: the sender's clock is ahead.
    if (measured_at > given.received_at + options_.clock_tolerance) ++counters_.future_times;
    measured_at = given.received_at;
  }
  if (measured_at < earliest || given.received_at - measured_at > options_.of(given.kind).oldest) return Outcome::too_old;
  const Address& address = given.address;
  if (carries_24_bits(address.kind) ? (address.number > 0xFFFFFF || !address.name.empty()) : address.name.empty()) {
    return Outcome::bad_address;
  }
  if (given.position && !valid(*given.position) && !second_by_address_.empty() && second_by_address_.contains(address)) return Outcome::bad_position;
  Slot* slot = find_slot(address);
  if (!slot) slot = create_first(address, given.received_at);
  if (!slot) return Outcome::table_full;

  if (const auto at = second_by_address_.empty() ? second_by_address_.end() : second_by_address_.find(address); at != second_by_address_.end()) {
    if (!given.position) {
      Observation names = given;
      names.on_ground.reset();
      names.selected_altitude.reset();
      names.heading.reset();
      for (Slot* const each : {slot, *at}) {
        contribute(*each, names);
        take_identity(*each, names, measured_at);
      }
      return Outcome::accepted;
    }
    Slot& other = **at;
    slot = &whose(*slot, other, given, measured_at);
    if (!reachable(*slot, given, measured_at)) return offend(*slot, given, measured_at);
    suspect(*slot, Suspicion::duplicate_address, given.received_at);
  }
  contribute(*slot, given);
  take_identity(*slot, given, measured_at);
  take_velocity(*slot, given, measured_at);
  take_altitudes(*slot, given, measured_at);
  if (!given.position) return Outcome::accepted;
  if (!valid(*given.position)) return Outcome::bad_position;
  return take_position(*slot, given, measured_at);
}

// Of two under one address: that which can be there; of both or neither the nearer to where it should be.
TrackTable::Slot& TrackTable::whose(Slot& first, Slot& second, const Observation& o, Time measured_at) const {
  const bool one = reachable(first, o, measured_at), other = reachable(second, o, measured_at);
  if (one != other) return one ? first : second;
  if (!one) return first;
  const auto away = [&](const Slot& slot) {
    return geo::norm(geo::place_of(motion_at(slot.track, measured_at, options_).position) - geo::place_of(*o.position));
  };
  if (!first.track.position || !second.track.position) return first.track.position ? first : second;
  return away(first) <= away(second) ? first : second;
}

void TrackTable::contribute(Slot& slot, const Observation& o) {
  Track& track = slot.track;
  track.last_seen = std::max(track.last_seen, o.received_at);
  Track::Contribution* place = nullptr;
  for (std::size_t i = 0; i < track.contribution_count; ++i) {
    auto& c = track.contributions[i];
    if (c.source == o.source && c.kind == o.kind) place = &c;
  }
  if (!place && track.contribution_count < Track::max_contributions) {
    place = &track.contributions[track.contribution_count++];
    *place = {o.source, o.kind, 0, o.received_at};
  }
  if (!place) {
    place = &*std::min_element(track.contributions.begin(), track.contributions.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.last_seen, a.source, a.kind) < std::tuple(b.last_seen, b.source, b.kind);
    });
    *place = {o.source, o.kind, 0, o.received_at};
  }
  place->last_seen = std::max(place->last_seen, o.received_at);
  if (place->reports < UINT32_MAX) ++place->reports;

  const PartyClaim feed = claim_by_feed(directory_, o.source);
  if (feed.party != unknown_party && slot.party_by_feed == unknown_party) slot.party_by_feed = feed.party;
  if (feed.party != unknown_party && feed.party != slot.party_by_feed) track.party_conflict = true;
  if (feed.aircraft_class != AircraftClass::unknown) slot.class_by_feed = feed.aircraft_class;
}

void TrackTable::take_identity(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  const auto take = [&](const auto& value, auto& known) {
    if (!value || !stands_over(o.kind, measured_at, known, options_)) return false;
    known.emplace(*value, measured_at, o.source, o.kind);
    return true;
  };
  if (take(o.callsign, track.callsign)) {
    const PartyClaim claim = claim_by_callsign(directory_, o.callsign->view());
    slot.party_by_callsign = claim.party;
    slot.class_by_callsign = claim.aircraft_class;
  }
  take(o.squawk, track.squawk);
  take(o.emergency, track.emergency);
  take(o.on_ground, track.on_ground);
  if (o.heading && std::isfinite(o.heading->in_degrees())) take(o.heading, track.heading);
  if (o.selected_altitude && within(o.selected_altitude->value)) take(o.selected_altitude, track.selected_altitude);
  if (o.registration) track.registration = o.registration;
  if (o.type_designator) track.type_designator = o.type_designator;
  if (o.aircraft_class) slot.class_by_report = *o.aircraft_class;
  if (o.party) slot.party_by_report = *o.party;
  track.acas_resolution_advisory = o.acas_resolution_advisory;
  judge_party(slot);
}

void TrackTable::judge_party(Slot& slot) {
  Track& track = slot.track;
  const bool feeds_differ = track.party_conflict && slot.party_by_feed != unknown_party;
  const PartyVerdict verdict = decide_party(slot.party_by_address, slot.party_by_feed, slot.party_by_report, slot.party_by_callsign);
  track.party = verdict.party;
  track.party_basis = verdict.basis;
  track.party_conflict = verdict.conflict || feeds_differ;
  track.aircraft_class = AircraftClass::unknown;
  for (const auto c : {slot.class_by_address, slot.class_by_feed, slot.class_by_report, slot.class_by_callsign}) {
    if (track.aircraft_class == AircraftClass::unknown) track.aircraft_class = c;
  }
}

void TrackTable::take_velocity(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  if (o.vertical_rate) {
    if (std::abs(o.vertical_rate->in_feet_per_minute()) > 60'000) {
      ++counters_.bad_fields;
    } else if (track.vertical_rate_from_altitudes || stands_over(o.kind, measured_at, track.vertical_rate, options_)) {
      track.vertical_rate.emplace(*o.vertical_rate, measured_at, o.source, o.kind);
      track.vertical_rate_from_altitudes = false;
    }
  }
  if (!o.velocity) return;
  const double speed = o.velocity->speed.in(metres_per_second);
  if (!(speed >= 0) || !std::isfinite(speed) || !std::isfinite(o.velocity->track.in_degrees())) {
    ++counters_.bad_fields;
    return;
  }
  if (o.velocity->speed > greatest_speed(track.aircraft_class) || o.velocity->speed > geo::max_ground_speed) {
    ++counters_.impossible_speeds;
    suspect(slot, Suspicion::impossible_speed, o.received_at);
    return;
  }
  if (!track.velocity_from_positions && !stands_over(o.kind, measured_at, track.velocity, options_)) return;
  track.velocity.emplace(*o.velocity, measured_at, o.source, o.kind);
  track.velocity_from_positions = false;
  slot.turn.add(measured_at, *o.velocity);
  if (const auto rate = slot.turn.rate()) {
    track.turn_rate.emplace(*rate, measured_at, o.source, o.kind);
  } else {
    track.turn_rate.reset();
  }
}

void TrackTable::take_altitudes(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  bool taken = false;
  const auto take = [&](const auto& altitude, auto& known) {
    if (!altitude) return;
    if (!within(altitude->above_datum())) {
      ++counters_.bad_fields;
      return;
    }
    if (!stands_over(o.kind, measured_at, known, options_)) return;
    known.emplace(*altitude, measured_at, o.source, o.kind);
    taken = true;
    slot.climb.add(measured_at, altitude->above_datum(), std::decay_t<decltype(*altitude)>::datum);
  };
  take(o.pressure_altitude, track.pressure_altitude);
  // The climb is estimated from one datum: pressure where it is reported.
  const bool pressure = o.pressure_altitude.has_value();
  if (pressure && taken) track.altitude_in_25ft = o.altitude_in_25ft;
  if (!track.pressure_altitude || !o.pressure_altitude) {
    take(o.ellipsoid_altitude, track.ellipsoid_altitude);
    take(o.sea_level_altitude, track.sea_level_altitude);
  } else {
    if (o.ellipsoid_altitude && within(o.ellipsoid_altitude->above_datum()) && stands_over(o.kind, measured_at, track.ellipsoid_altitude, options_)) {
      track.ellipsoid_altitude.emplace(*o.ellipsoid_altitude, measured_at, o.source, o.kind);
    }
    if (o.sea_level_altitude && within(o.sea_level_altitude->above_datum()) && stands_over(o.kind, measured_at, track.sea_level_altitude, options_)) {
      track.sea_level_altitude.emplace(*o.sea_level_altitude, measured_at, o.source, o.kind);
    }
  }
  if (taken) {
    if (o.altitude_accuracy && *o.altitude_accuracy >= Height()) track.altitude_accuracy = o.altitude_accuracy;
    const bool reported = track.vertical_rate && !track.vertical_rate_from_altitudes &&
                          measured_at - track.vertical_rate->measured_at <= options_.of(track.vertical_rate->kind).life.coasting_after;
    if (!reported) {
      if (const auto rate = slot.climb.rate()) {
        track.vertical_rate.emplace(*rate, measured_at, o.source, o.kind);
        track.vertical_rate_from_altitudes = true;
      }
    }
  }
  if (o.gnss_minus_pressure && abs(*o.gnss_minus_pressure) <= feet_of_height(4000)) {
    if (stands_over(o.kind, measured_at, track.gnss_minus_pressure, options_)) {
      track.gnss_minus_pressure.emplace(*o.gnss_minus_pressure, measured_at, o.source, o.kind);
      const bool near_in_time = track.position && track.pressure_altitude &&
                                measured_at - track.position->measured_at < seconds(10) &&
                                measured_at - track.pressure_altitude->measured_at < seconds(10);
      if (near_in_time && track.suspect == 0) {
        field_.add(track.id, track.position->value, track.pressure_altitude->value, *o.gnss_minus_pressure, measured_at);
      }
    }
  }
}

void TrackTable::suspect(Slot& slot, Suspicion why, Time at) {
  slot.track.suspect = static_cast<std::uint8_t>(slot.track.suspect | static_cast<std::uint8_t>(why));
  const auto index = static_cast<std::size_t>(std::find(all_suspicions.begin(), all_suspicions.end(), why) - all_suspicions.begin());
  slot.offended[index] = std::max(slot.offended[index], at);
}

bool TrackTable::reachable(const Slot& slot, const Observation& o, Time measured_at) const {
  const Track& track = slot.track;
  if (!track.position) return true;
  const auto& known = *track.position;
  const Duration newer = measured_at - known.measured_at;
  Length accuracy = options_.of(o.kind).accuracy;
  if (o.accuracy && *o.accuracy >= Length() && std::isfinite(o.accuracy->in(metres))) accuracy = *o.accuracy;
  Step step;
  step.elapsed = newer;
  step.time_error = options_.of(o.kind).time_error + options_.of(known.kind).time_error;
  step.accuracy_sum = accuracy + track.accuracy.value_or(options_.of(known.kind).accuracy);
  step.aircraft_class = track.aircraft_class;
  if (track.velocity && !track.velocity_from_positions && std::chrono::abs(measured_at - track.velocity->measured_at) <= seconds(10)) {
    step.reported = track.velocity->value.speed;
  }
  const Length way = metres(geo::norm(geo::place_of(*o.position) - geo::place_of(known.value)));
  return std::chrono::abs(newer) >= unbound_after || way <= possible_way(step);
}

Outcome TrackTable::take_position(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  if (!track.position) {
    believe(slot, o, measured_at);
    return Outcome::accepted;
  }
  const auto& known = *track.position;
  const Duration newer = measured_at - known.measured_at;
  if (o.kind == known.kind && newer <= Duration::zero()) return Outcome::out_of_order;

  if (!reachable(slot, o, measured_at)) return offend(slot, o, measured_at);

  if (!stands_over(o.kind, measured_at, track.position, options_)) {
    return newer <= Duration::zero() ? Outcome::out_of_order : Outcome::accepted;  // agrees; the better kind stands
  }
  if (*o.position == known.value) {
    const bool moves = track.velocity && !track.velocity_from_positions && track.velocity->value.speed >= options_.frozen_speed &&
                       std::chrono::abs(measured_at - track.velocity->measured_at) <= seconds(10);
    if (moves && measured_at - slot.still_since >= options_.frozen_after) {
      suspect(slot, Suspicion::frozen_position, o.received_at);
      return Outcome::frozen_position;
    }
  } else {
    slot.still_since = measured_at;
  }
  believe(slot, o, measured_at);
  return Outcome::accepted;
}

// A report from where the aircraft cannot be. Reports that agree with each other and not with the track either
// are the truth, after a jump, or a second aircraft under the same address: while the old place keeps being
// reported too, it is a second one.
Outcome TrackTable::offend(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  suspect(slot, Suspicion::position_jump, o.received_at);
  bool goes_on = false;
  if (track.rejected_position && slot.candidate_count > 0) {
    const auto& last = *track.rejected_position;
    Step step;
    step.elapsed = measured_at - last.measured_at;
    step.time_error = options_.of(o.kind).time_error + options_.of(last.kind).time_error;
    step.accuracy_sum = options_.of(o.kind).accuracy + options_.of(last.kind).accuracy;
    step.aircraft_class = track.aircraft_class;
    const Length way = metres(geo::norm(geo::place_of(*o.position) - geo::place_of(last.value)));
    goes_on = step.elapsed >= Duration::zero() && step.elapsed <= candidate_gap && way <= possible_way(step);
  }
  if (!goes_on) {
    slot.candidate_since = measured_at;
    slot.candidate_count = 0;
    interference_.add({track.id, track.position->value, o.received_at, EvidenceKind::position_jump});
  }
  const bool repeats_itself = goes_on && track.rejected_position->measured_at == measured_at;
  if (!repeats_itself && slot.candidate_count < UINT16_MAX) ++slot.candidate_count;
  track.rejected_position.emplace(*o.position, measured_at, o.source, o.kind);

  if (slot.candidate_count < options_.consistent_reports || measured_at - slot.candidate_since < options_.consistent_for) {
    return Outcome::position_jump;
  }
  if (track.position->measured_at >= slot.candidate_since) {
    if (!track.is_suspect(Suspicion::duplicate_address)) ++counters_.duplicate_addresses;
    suspect(slot, Suspicion::duplicate_address, o.received_at);
    return create_second(slot, o, measured_at) ? Outcome::accepted : Outcome::position_jump;
  }
  ++track.segment;
  ++counters_.segments;
  slot.candidate_count = 0;
  track.turn_rate.reset();
  slot.turn = {};
  slot.earlier_at[0] = slot.earlier_at[1] = Time{};
  if (track.velocity_from_positions) track.velocity.reset();
  track.velocity_from_positions = false;
  track.position.reset();
  believe(slot, o, measured_at);
  return Outcome::accepted;
}

// False where the evidence is too little, or there is no place for one.
bool TrackTable::create_second(Slot& first, const Observation& o, Time measured_at) {
  Track& track = first.track;
  if (first.candidate_count < options_.second_reports || measured_at - first.candidate_since < options_.second_for) return false;
  if (slots_.size() >= options_.max_tracks || second_by_address_.contains(track.address)) return false;
  const Speed speed = track.velocity ? std::max(track.velocity->value.speed, metres_per_second(250)) : metres_per_second(250);
  const Length away = metres(geo::norm(geo::place_of(*o.position) - geo::place_of(track.position->value)));
  if (away <= metres(speed.in(metres_per_second) * to_seconds(options_.second_beyond))) return false;

  // The other of the two ordinals: the first may be one that was the second until its first went.
  Slot& second = *create({track.address, static_cast<std::uint8_t>(3 - track.ordinal)}, o.received_at);
  second_by_address_.insert(&second);
  contribute(second, o);
  take_identity(second, o, measured_at);
  take_altitudes(second, o, measured_at);
  believe(second, o, measured_at);
  suspect(second, Suspicion::duplicate_address, o.received_at);
  // Whose the reported velocity was is not known; nor, where it came by itself, the altitude. The next position brings one.
  first.candidate_count = 0;
  first.turn = {};
  first.climb = {};
  track.rejected_position.reset();
  track.velocity.reset();
  track.vertical_rate.reset();
  track.turn_rate.reset();
  track.velocity_from_positions = track.vertical_rate_from_altitudes = false;
  return true;
}

void TrackTable::believe(Slot& slot, const Observation& o, Time measured_at) {
  Track& track = slot.track;
  if (!track.position) slot.still_since = measured_at;

  // Integrity of one kind of source is compared: a relayed report states less than the aircraft itself. On the
  // ground it says nothing: under the roof of a hangar every receiver loses the sky.
  const bool airborne = !(track.on_ground && track.on_ground->value);
  if (o.kind != slot.sound_kind || !airborne || measured_at - slot.sound_at > collapse_within) slot.sound = 0;
  slot.sound_kind = o.kind;
  bool collapsed = false;
  const auto weigh = [&](std::optional<std::uint8_t> value, std::uint8_t bit) {
    if (!value) return;
    if (*value >= good_integrity) {
      slot.sound = static_cast<std::uint8_t>(slot.sound | bit);
      slot.sound_at = measured_at;
    } else if (*value <= bad_integrity && (slot.sound & bit) != 0) {
      slot.sound = static_cast<std::uint8_t>(slot.sound & ~unsigned{bit});
      collapsed = true;
    }
  };
  weigh(o.nic, 1);
  weigh(o.nac_p, 2);
  if (collapsed && airborne && track.position) {
    interference_.add({track.id, track.position->value, o.received_at, EvidenceKind::integrity_collapse});
  }
  track.position.emplace(*o.position, measured_at, o.source, o.kind);
  const auto sound = [](const std::optional<Length>& l) { return l && *l >= Length() && std::isfinite(l->in(metres)); };
  track.accuracy = sound(o.accuracy) ? o.accuracy : std::nullopt;
  track.containment = sound(o.containment) ? o.containment : std::nullopt;
  track.nic = o.nic;
  track.nac_p = o.nac_p;
  track.sil = o.sil;

  // The way between two believed positions, some seconds apart, tells a velocity where none is reported and
  // checks the one that is.
  if (measured_at - slot.earlier_at[1] >= seconds(4)) {
    slot.earlier[0] = slot.earlier[1];
    slot.earlier_at[0] = slot.earlier_at[1];
    slot.earlier[1] = *o.position;
    slot.earlier_at[1] = measured_at;
  }
  const Duration base = measured_at - slot.earlier_at[0];
  if (slot.earlier_at[0] == Time{} || base < seconds(4) || base > minutes(5)) return;
  Step step;
  step.elapsed = base;
  step.time_error = 2 * options_.of(o.kind).time_error;
  step.accuracy_sum = 2 * track.accuracy.value_or(options_.of(o.kind).accuracy);
  step.aircraft_class = track.aircraft_class;
  const geo::RangeAndBearing way = geo::range_and_bearing(slot.earlier[0], *o.position);
  const bool reported = track.velocity && !track.velocity_from_positions &&
                        std::chrono::abs(measured_at - track.velocity->measured_at) <= options_.of(track.velocity->kind).life.coasting_after;
  if (reported) {
    if (base <= seconds(20) && speeds_disagree(track.velocity->value.speed, way.range, step)) {
      ++counters_.impossible_speeds;
      suspect(slot, Suspicion::impossible_speed, o.received_at);
    }
    return;
  }
  // Shorter than its own error the way has no direction.
  if (way.range <= 0.5 * step.accuracy_sum) return;
  const Speed speed = metres_per_second(way.range.in(metres) / to_seconds(base));
  if (speed > greatest_speed(track.aircraft_class)) return;
  track.velocity.emplace(GroundVelocity{speed, way.bearing}, measured_at, o.source, o.kind);
  track.velocity_from_positions = true;
}

void TrackTable::age(Slot& slot, Time now) {
  Track& track = slot.track;
  // A located track lives by its position: an aircraft that is only heard is not where it was.
  const auto life_of = [&](Time last, SourceKind kind) {
    const LifeTimes& times = options_.of(kind).life;
    const Duration silent = now - last;
    return silent > times.lost_after    ? Life::lost
           : silent > times.stale_after ? Life::stale
           : silent > times.coasting_after ? Life::coasting
                                           : Life::live;
  };
  Life heard = Life::lost;
  bool all_forgotten = true;
  for (std::size_t i = 0; i < track.contribution_count; ++i) {
    const auto& c = track.contributions[i];
    heard = std::min(heard, life_of(c.last_seen, c.kind));
    all_forgotten = all_forgotten && now - c.last_seen > options_.of(c.kind).life.forgotten_after;
  }
  if (track.position) {
    track.life = life_of(track.position->measured_at, track.position->kind);
    const bool forgotten = now - track.position->measured_at > options_.of(track.position->kind).life.forgotten_after;
    if (forgotten && !all_forgotten) {
      track.position.reset();  // heard, no longer located
      track.accuracy.reset();
      track.containment.reset();
      slot.candidate_count = 0;
    }
  }
  if (!track.position) track.life = heard;

  if (track.suspect != 0) {
    for (std::size_t i = 0; i < all_suspicions.size(); ++i) {
      if (now - slot.offended[i] > options_.clean_time) {
        track.suspect = static_cast<std::uint8_t>(track.suspect & ~static_cast<unsigned>(all_suspicions[i]));
      }
    }
  }
  if (track.rejected_position && now - track.rejected_position->measured_at > options_.clean_time) {
    track.rejected_position.reset();
    slot.candidate_count = 0;
  }
}

void TrackTable::advance(Time now) {
  now = std::clamp(now, earliest, latest);
  if (now < now_ - options_.clock_tolerance) {
    ++counters_.clock_steps_back;
    shift(now - now_);
  }
  now_ = now;
  evictable_made_ = false;
  evictable_.clear();

  const auto forgotten = [&](const Slot& slot) {
    const Track& t = slot.track;
    for (std::size_t i = 0; i < t.contribution_count; ++i) {
      if (now - t.contributions[i].last_seen <= options_.of(t.contributions[i].kind).life.forgotten_after) return false;
    }
    return true;
  };
  std::size_t going = 0;
  for (const auto& slot : slots_) {
    age(*slot, now);
    if (forgotten(*slot)) {
      leave_index(*slot);
      ++going;
    }
  }
  if (going > 0) {
    counters_.forgotten += going;
    std::erase_if(slots_, [&](const auto& slot) { return forgotten(*slot); });
    view_.clear();
    for (const auto& slot : slots_) view_.push_back(&slot->track);
  }

  field_.advance(now);
  std::vector<geo::Position> located;
  std::vector<Track*> changeable;
  changeable.reserve(slots_.size());
  for (const auto& slot : slots_) {
    changeable.push_back(&slot->track);
    if (slot->track.position && slot->track.life <= Life::coasting) located.push_back(slot->track.position->value);
  }
  interference_.advance(now, located, options_);
  for (const auto& finding : interference_.findings()) {
    for (const auto id : finding.tracks) {
      const auto at = std::lower_bound(slots_.begin(), slots_.end(), id, [](const auto& s, TrackId i) { return s->track.id < i; });
      if (at != slots_.end() && (*at)->track.id == id) suspect(**at, Suspicion::interference, finding.last);
    }
  }
  linker_.advance(changeable, now, options_, vertical_reference());
}

void TrackTable::shift(Duration step) {
  const auto move = [&](Time& t) {
    if (t != Time{}) t = std::max(earliest, t + step);
  };
  const auto move_known = [&](auto&... known) { ((known ? move(known->measured_at) : void()), ...); };
  for (const auto& slot : slots_) {
    Track& t = slot->track;
    move(t.first_seen);
    move(t.last_seen);
    move_known(t.position, t.rejected_position, t.pressure_altitude, t.ellipsoid_altitude, t.sea_level_altitude, t.gnss_minus_pressure,
               t.velocity, t.vertical_rate, t.turn_rate, t.on_ground, t.callsign, t.squawk, t.emergency, t.selected_altitude, t.heading);
    for (std::size_t i = 0; i < t.contribution_count; ++i) move(t.contributions[i].last_seen);
    for (auto& o : slot->offended) move(o);
    move(slot->candidate_since);
    move(slot->still_since);
    for (auto& e : slot->earlier_at) move(e);
    move(slot->sound_at);
    slot->turn = {};
    slot->climb = {};
  }
  field_.shift(step);
  interference_.shift(step);
  linker_.shift(step);
}

void TrackTable::set_altimetry(std::optional<Pressure> qnh, std::optional<Height> geoid_undulation) {
  qnh_ = qnh;
  geoid_undulation_ = geoid_undulation;
}

void TrackTable::set_directory(PartyDirectory directory) {
  directory_ = std::move(directory);
  normalise(directory_);
  for (const auto& slot : slots_) {
    Track& track = slot->track;
    const PartyClaim by_address = claim_by_address(directory_, track.address);
    slot->party_by_address = by_address.party;
    slot->class_by_address = by_address.aircraft_class;
    const PartyClaim by_callsign = track.callsign ? claim_by_callsign(directory_, track.callsign->value.view()) : PartyClaim{};
    slot->party_by_callsign = by_callsign.party;
    slot->class_by_callsign = by_callsign.aircraft_class;
    slot->party_by_feed = unknown_party;
    slot->class_by_feed = AircraftClass::unknown;
    track.party_conflict = false;
    for (std::size_t i = 0; i < track.contribution_count; ++i) {
      const PartyClaim feed = claim_by_feed(directory_, track.contributions[i].source);
      if (feed.party != unknown_party && slot->party_by_feed == unknown_party) slot->party_by_feed = feed.party;
      if (feed.party != unknown_party && feed.party != slot->party_by_feed) track.party_conflict = true;
      if (feed.aircraft_class != AircraftClass::unknown) slot->class_by_feed = feed.aircraft_class;
    }
    judge_party(*slot);
  }
}

}  // namespace skypact::track
