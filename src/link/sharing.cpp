#include "link/sharing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "geo/trigonometry.h"
#include "ledger/hash.h"

namespace skypact::link {
namespace {

constexpr std::array<std::string_view, 3> when_names{"never", "near_conflict", "always"};

// A degree of a meridian is nowhere longer (at the poles, WGS-84), a degree of the equator 111 319.5 m.
constexpr double longest_degree_m = 111'694;

Height round_height(Height height, Height step) {
  const std::int64_t s = step.in_tenth_mm(), h = height.in_tenth_mm();
  const std::int64_t below = h >= 0 ? h / s : -((-h + s - 1) / s);
  return Height::of_tenth_mm((h - below * s) * 2 >= s ? (below + 1) * s : below * s);
}

using enum SharedField;

SharedTrack coarsened(const ShareDetail& detail, SharedTrack t, std::uint64_t secret) {
  const auto told = [&](SharedField field) { return detail.fields.has(field); };
  if (!told(address)) t.address = hidden_name(t.address, secret);
  if (!told(party)) t.party.clear();
  if (!told(accuracy)) {
    t.accuracy = std::max(t.accuracy, unstated_accuracy);
    t.altitude_accuracy.reset();
  }
  if (detail.position_step > Length()) {
    const Rounded rounded = round_position(t.position, detail.position_step);
    t.position = rounded.position;
    t.accuracy += rounded.moved;
  }
  if (!told(altitude)) {
    t.altitude.reset();
    t.altitude_accuracy.reset();
  } else if (t.altitude && detail.altitude_step > Height()) {
    t.altitude = round_height(*t.altitude, detail.altitude_step);
    t.altitude_accuracy = t.altitude_accuracy.value_or(Height()) + Height::of_tenth_mm((detail.altitude_step.in_tenth_mm() + 1) / 2);
  }
  if (!told(velocity)) t.velocity.reset();
  if (!told(vertical_rate)) t.vertical_rate.reset();
  if (!told(callsign)) t.callsign.reset();
  if (!told(squawk)) t.squawk.reset();
  if (!told(aircraft_class)) t.aircraft_class = AircraftClass::unknown;
  return t;
}

}  // namespace

std::string_view to_string(ShareWhen when) { return when_names[static_cast<std::size_t>(when)]; }

std::optional<ShareWhen> share_when_of(std::string_view word) {
  const auto* at = std::find(when_names.begin(), when_names.end(), word);
  if (at == when_names.end()) return std::nullopt;
  return static_cast<ShareWhen>(at - when_names.begin());
}

bool may_know(const SharingPolicy& policy, const SharedAlert& alert, std::string_view ours, std::string_view theirs) {
  const auto names = [&](std::string_view party) {
    return std::any_of(alert.subjects.begin(), alert.subjects.end(), [&](const SharedSubject& s) { return s.party == party; });
  };
  // Of the own operators alone; and a node that does not know the kind would refuse all that comes with it.
  if (alert.kind == AlertKind::contradiction) return false;
  switch (policy.alerts) {
    case ShareWhen::never: return false;
    case ShareWhen::near_conflict: return names(ours) && names(theirs);
    case ShareWhen::always: return names(theirs);
  }
  return false;
}

Rounded round_position(geo::Position position, Length step) {
  const double lat_step = std::max(step.in(metres) / longest_degree_m, 1e-7);
  const double lat = std::clamp(std::round(position.lat_degrees() / lat_step) * lat_step, -90.0, 90.0);
  // The meridians of a row stand as far apart as its rows, but near the poles, where a row has few.
  const double narrow = std::max(geo::sincos_degrees(lat).cos, 1e-6);
  const double columns = std::max(std::floor(360 / (lat_step / narrow)), 1.0);
  const double lon_step = 360 / columns;
  const double lon = std::round(position.lon_degrees() / lon_step) * lon_step;
  // Half a step of a meridian and half a step along the parallel; the parallel may lie half a step nearer to the equator,
  // where a degree is longer. One metre covers the rounding of the result to 1e-7 degree.
  const double nearer = std::max(std::abs(lat) - lat_step / 2, 0.0);
  const double along = std::min(lon_step / 2, 180.0) * longest_degree_m * geo::sincos_degrees(nearer).cos;
  const double across = lat_step / 2 * longest_degree_m;
  return {geo::Position::from_degrees(lat, lon).value_or(position), metres(along + across + 1)};
}

SharedAlert as_allowed(const SharingPolicy& policy, SharedAlert alert) {
  const ShareDetail* detail = detail_of(policy.tracks, true);
  const bool place = detail != nullptr && detail->position_step == Length() && detail->delay == Duration(0);
  if (!place) alert.horizontal_at_closest.reset();
  if (!place || !detail->fields.has(altitude) || detail->altitude_step > Height()) alert.vertical_at_closest.reset();
  return alert;
}

const ShareDetail* detail_of(const TracksShared& tracks, bool near_conflict) {
  const std::optional<ShareDetail>& detail = near_conflict ? tracks.near_conflict : tracks.always;
  return detail && detail->fields.has(position) ? &*detail : nullptr;
}

Address hidden_name(const Address& address, std::uint64_t secret) {
  const ledger::Hash hash = ledger::sha256(ledger::as_bytes(fmt::format("{:016x} {}", secret, to_string(address))));
  std::string name = "hidden-";
  for (std::size_t i = 0; i < 5; ++i) name += fmt::format("{:02x}", hash.bytes[i]);
  return {AddressKind::report, 0, std::string_view(name)};
}

std::vector<SharedTrack> shared_tracks(const SharingPolicy& policy, const std::vector<ShareCandidate>& candidates, std::uint64_t secret, Time now) {
  std::vector<SharedTrack> all;
  for (const ShareCandidate& c : candidates) {
    const ShareDetail* detail = detail_of(policy.tracks, c.near_conflict);
    if (detail == nullptr) continue;
    // Whoever asks for a delay must not learn more from a candidate that is wrong about it.
    const std::optional<SharedTrack>& known = detail->delay > Duration(0) ? c.delayed : std::optional<SharedTrack>(c.now);
    if (known && known->measured_at <= now - detail->delay) all.push_back(coarsened(*detail, *known, secret));
  }
  return all;
}

}  // namespace skypact::link
