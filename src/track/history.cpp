#include "track/history.h"

#include <cmath>

namespace skypact::track {

const std::deque<HistoryPoint>& TrackHistory::of(TrackId track) const {
  static const std::deque<HistoryPoint> none;
  const auto at = entries_.find(track);
  return at == entries_.end() ? none : at->second.points;
}

void TrackHistory::update(std::span<const Track* const> tracks, Time now) {
  ++updates_;
  for (const Track* track : tracks) {
    Entry& entry = entries_[track->id];
    entry.seen = updates_;
    auto& points = entry.points;
    // After a step back of the clock what was recorded before it lies ahead; it goes too.
    while (!points.empty() && now - points.front().at > options_.keep) points.pop_front(), --points_;
    while (!points.empty() && points.back().at > now + seconds(2)) points.pop_back(), --points_;
    if (!track->position) continue;

    HistoryPoint point;
    point.at = track->position->measured_at;
    point.position = track->position->value;
    point.segment = track->segment;
    const auto altitude = [&](const auto& known) {
      if (!known || point.has_altitude) return;
      point.altitude = known->value.above_datum();
      point.datum = std::decay_t<decltype(known->value)>::datum;
      point.has_altitude = true;
    };
    altitude(track->pressure_altitude);
    altitude(track->ellipsoid_altitude);
    altitude(track->sea_level_altitude);
    const double degrees = track->velocity ? track->velocity->value.track.in_degrees() : 0;
    if (now - point.at > options_.keep) continue;
    if (!points.empty()) {
      const HistoryPoint& last = points.back();
      const Duration since = point.at - last.at;
      if (since < options_.least_spacing) continue;
      const double difference = std::abs(degrees - static_cast<double>(entry.last_track_degrees));
      const bool turned = std::min(difference, 360 - difference) >= options_.turn_degrees;
      const bool climbed = point.has_altitude && last.has_altitude && abs(point.altitude - last.altitude) >= options_.level_change;
      if (since < options_.spacing && !turned && !climbed && point.segment == last.segment) continue;
    }
    if (points_ >= options_.max_points) {
      if (points.empty()) continue;
      points.pop_front();
      --points_;
    }
    points.push_back(point);
    ++points_;
    entry.last_track_degrees = static_cast<float>(degrees);
  }
  std::erase_if(entries_, [&](const auto& e) {
    if (e.second.seen == updates_) return false;
    points_ -= e.second.points.size();
    return true;
  });
}

}  // namespace skypact::track
