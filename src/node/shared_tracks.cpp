#include "node/shared_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "geo/ellipsoid.h"
#include "guard/ball_tree.h"
#include "json/writer.h"
#include "node/api_names.h"
#include "node/peer_alerts.h"

namespace skypact::node {
namespace {

constexpr Duration together = seconds(10);     // a value measured farther from the position is left out: a track has one time
constexpr Speed fastest = metres_per_second(1'000);  // where the velocity is not told
constexpr std::size_t longest_report = 4'096;

bool is_from_peer(const Config& config, SourceId source) {
  return source.value < config.feeds.size() && std::holds_alternative<FromPeer>(config.feeds[source.value].transport);
}

// A value of our own sources, of about the position's time.
template <class T>
std::optional<T> own_value(const Config& config, const Known<T>& known, Time at) {
  if (!known || is_from_peer(config, known->source)) return std::nullopt;
  const Duration apart = known->measured_at - at;
  return apart <= together && -apart <= together ? std::optional<T>(known->value) : std::nullopt;
}

// A value that the link's format does not take is left out: the peer would refuse the whole message for it.
void leave_out_what_no_message_takes(link::SharedTrack& t) {
  if (t.altitude && (*t.altitude < feet_of_height(-2'000) || *t.altitude > feet_of_height(150'000))) t.altitude.reset();
  if (!t.altitude || (t.altitude_accuracy && *t.altitude_accuracy > feet_of_height(100'000))) t.altitude_accuracy.reset();
  if (t.velocity && t.velocity->speed > knots(4'000)) t.velocity.reset();
  if (t.vertical_rate && std::abs(t.vertical_rate->in_feet_per_minute()) > 60'000) t.vertical_rate.reset();
  if (t.callsign && (t.callsign->empty() || t.callsign->view().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != std::string_view::npos)) t.callsign.reset();
  t.accuracy = std::min(t.accuracy, metres(900'000));
}

std::optional<link::ShareCandidate> candidate(const Config& config, const Picture& picture, const PictureTrack& p, Duration delay, Time at_latest) {
  const Track& t = p.track;
  if (!t.position || is_from_peer(config, t.position->source) || t.life == Life::lost || t.suspect != 0) return std::nullopt;
  const Time at = t.position->measured_at;
  link::ShareCandidate c;
  link::SharedTrack& now = c.now;
  now.address = t.address;
  if (t.party != unknown_party) now.party = party_name(t.party, picture.rules->parties);
  now.measured_at = at;
  now.position = t.position->value;
  now.accuracy = t.accuracy.value_or(link::unstated_accuracy);
  if (const auto pressure = own_value(config, t.pressure_altitude, at)) {
    now.altitude = pressure->above_datum();
  } else if (const auto ellipsoid = own_value(config, t.ellipsoid_altitude, at)) {
    now.altitude = ellipsoid->above_datum();
    now.datum = Datum::ellipsoid;
  } else if (const auto sea_level = own_value(config, t.sea_level_altitude, at)) {
    now.altitude = sea_level->above_datum();
    now.datum = Datum::mean_sea_level;
  }
  if (now.altitude) now.altitude_accuracy = t.altitude_accuracy;
  now.velocity = own_value(config, t.velocity, at);
  now.vertical_rate = own_value(config, t.vertical_rate, at);
  now.on_ground = own_value(config, t.on_ground, at);
  now.callsign = own_value(config, t.callsign, t.callsign ? t.callsign->measured_at : at);   // it does not age as a position does
  now.squawk = own_value(config, t.squawk, t.squawk ? t.squawk->measured_at : at);
  now.aircraft_class = t.aircraft_class;
  leave_out_what_no_message_takes(now);
  if (delay <= Duration(0) || !p.history) return c;
  const std::vector<HistoryPoint> points = p.history->points();
  const auto old = std::find_if(points.rbegin(), points.rend(), [&](const HistoryPoint& h) { return h.at <= at_latest - delay; });
  if (old == points.rend()) return c;
  c.delayed = now;
  c.delayed->measured_at = old->at;
  c.delayed->position = old->position;
  c.delayed->accuracy = std::max(now.accuracy, link::unstated_accuracy);   // what it was then, nobody kept
  c.delayed->altitude = old->altitude;
  c.delayed->datum = old->datum;
  c.delayed->altitude_accuracy.reset();
  c.delayed->velocity = old->velocity;
  c.delayed->vertical_rate.reset();
  c.delayed->on_ground.reset();
  leave_out_what_no_message_takes(*c.delayed);
  return c;
}

// Under an alert that the peer may know, or one of ours and one of theirs as near as the policy says, where they are now.
std::set<TrackId> near_a_conflict(const Picture& picture, const Config& config, PartyId peer, const link::SharingPolicy& policy) {
  std::set<TrackId> near;
  if (!policy.tracks.near_conflict) return near;
  const Parties& parties = picture.rules->parties;
  for (const Alert& alert : picture.alerts) {
    if (!link::may_know(policy, shared_alert(alert, parties), party_name(config.party, parties), party_name(peer, parties))) continue;
    for (const AlertSubject& subject : alert.subjects) near.insert(subject.track);
  }
  if (policy.tracks.near <= Length()) return near;
  const auto is_seen = [](const PictureTrack& p) { return p.position && p.track.life != Life::lost; };
  std::vector<guard::Ball> balls;
  std::vector<TrackId> theirs;
  for (const PictureTrack& p : *picture.tracks) {
    if (p.track.party != peer || !is_seen(p)) continue;
    balls.push_back({geo::place_of(*p.position), geo::chord_of_surface_length(policy.tracks.near.in(metres))});
    theirs.push_back(p.track.id);
  }
  const guard::BallTree tree(balls);
  std::vector<std::uint32_t> found;
  for (const PictureTrack& p : *picture.tracks) {
    if (p.track.party != config.party || !is_seen(p)) continue;
    const geo::Vec3 place = geo::place_of(*p.position);
    found.clear();
    tree.meet(place, place, 0, found);
    if (!found.empty()) near.insert(p.track.id);
    for (const std::uint32_t i : found) near.insert(theirs[i]);
  }
  return near;
}

}  // namespace

std::string_view to_string(SharingBy by) {
  constexpr std::string_view names[] = {"configuration", "pact", "pact_and_configuration", "unknown"};
  return names[static_cast<std::size_t>(by)];
}

SharingBothWays sharing_with(const Picture& picture, const Config& config, const PeerConfig& peer, Time now, bool acts_are_known) {
  const AgreedStatus& agreed = *picture.agreed;
  const auto view = [&](PartyId from, PartyId to) {
    SharingView v;
    const SharingNow in_force = sharing_at(agreed.sharing, from, to, {now - agreed.clock_offset, now + agreed.clock_offset + Duration(1)});
    for (const AgreedSharing* piece : in_force.by) v.agreed.push_back(*piece);
    const bool certain = acts_are_known && !in_force.configuration;
    if (in_force.by.empty()) v.by = acts_are_known ? SharingBy::configuration : SharingBy::unknown;
    else v.by = certain ? SharingBy::pact : SharingBy::pact_and_configuration;
    v.policy.tracks = in_force.tracks;
    return v;
  };
  SharingBothWays both{view(config.party, peer.party), view(peer.party, config.party)};
  link::SharingPolicy& ours = both.to_peer.policy;
  switch (both.to_peer.by) {
    case SharingBy::configuration: ours = peer.share; break;
    case SharingBy::pact_and_configuration: ours.tracks = least(ours.tracks, peer.share.tracks); break;
    case SharingBy::unknown: ours.alerts = std::min(ours.alerts, peer.share.alerts); break;
    case SharingBy::pact: break;
  }
  return both;
}

std::vector<link::SharedTrack> tracks_for(const Picture& picture, const Config& config, PartyId peer, const link::SharingPolicy& policy, std::uint64_t secret, Time now) {
  const std::set<TrackId> near = near_a_conflict(picture, config, peer, policy);
  std::vector<link::ShareCandidate> candidates;
  for (const PictureTrack& track : *picture.tracks) {
    const bool is_near = near.contains(track.track.id);
    const ShareDetail* detail = link::detail_of(policy.tracks, is_near);
    if (detail == nullptr) continue;
    if (auto c = candidate(config, picture, track, detail->delay, now)) {
      c->near_conflict = is_near;
      candidates.push_back(std::move(*c));
    }
  }
  return link::shared_tracks(policy, candidates, secret, now);
}

std::string report_lines(std::span<const link::SharedTrack> tracks, const Config& config, PartyId peer,
                         const std::optional<link::ClockOffset::Estimate>& clock) {
  const Parties& parties = config.rules.parties;
  const std::string_view theirs = party_name(peer, parties), own = party_name(config.party, parties);
  std::string lines;
  for (const link::SharedTrack& t : tracks) {
    const Address address = address_from_peer(t.address, theirs, own);
    std::string line;
    json::Writer out(line);
    out.begin_object();
    if (address.kind == AddressKind::icao) {
      out.field("icao", to_string(address));
    } else {
      out.field("id", address.name.view());
    }
    const Time at = t.measured_at - (clock ? clock->ahead : Duration(0));
    const auto whole = std::chrono::floor<seconds>(at);
    out.field("measured_at", to_rfc3339(whole).substr(0, 19) + fmt::format(".{:09}Z", (at - whole).count()));
    out.field("lat_deg", t.position.lat_degrees(), 7);
    out.field("lon_deg", t.position.lon_degrees(), 7);
    const Speed speed = t.velocity ? t.velocity->speed : fastest;
    const double flown = clock ? speed.in(metres_per_second) * to_seconds(clock->bound) : 0;
    out.field("accuracy_m", std::min(t.accuracy.in(metres) + flown, 100'000.0), 1);
    if (t.altitude) {
      out.field("altitude_ft", t.altitude->in_feet(), 2);
      out.field("altitude_datum", name(t.datum));
      if (t.altitude_accuracy) out.field("altitude_accuracy_ft", std::min(t.altitude_accuracy->in_feet(), 10'000.0), 2);
    }
    if (t.velocity) {
      out.field("ground_speed_kt", t.velocity->speed.in(knots), 2);
      out.field("track_deg", t.velocity->track.in_degrees(), 3);
    }
    if (t.vertical_rate) out.field("vertical_rate_fpm", t.vertical_rate->in_feet_per_minute(), 1);
    if (t.on_ground) out.field("on_ground", *t.on_ground);
    if (t.callsign) out.field("callsign", t.callsign->view());
    if (t.squawk) out.field("squawk", squawk_text(*t.squawk));
    if (!t.party.empty() && party_of_name(t.party, parties)) out.field("party", t.party);
    if (t.aircraft_class != AircraftClass::unknown) out.field("class", to_string(t.aircraft_class));
    out.end_object();
    if (line.size() < longest_report) lines += line + '\n';
  }
  return lines;
}

}  // namespace skypact::node
