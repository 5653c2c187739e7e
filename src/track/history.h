#pragma once
// TrackHistory: where each track was over the last half hour, for the dots on the picture and the encounter view.
//
//     history.update(table.tracks(), now);              // once a tick, after TrackTable::advance
//     for (const HistoryPoint& p : history.of(id)) …    // oldest first
//
// A point is kept every five seconds, and at once where the aircraft turned or changed its level. Memory is
// bounded as a whole: when it is full, a track that wants a new point gives up its own oldest. One thread.

#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>

#include "track/track.h"

namespace skypact::track {

struct HistoryPoint {
  Time at;                         // when it was measured
  geo::Position position;
  Height altitude;                 // above `datum`; meaningless where !has_altitude
  std::uint16_t segment = 0;       // points of different segments are not joined by a line
  Datum datum = Datum::pressure;
  bool has_altitude = false;
};

struct HistoryOptions {
  Duration keep = minutes(30);
  Duration spacing = seconds(5);
  Duration least_spacing = seconds(1);          // of points kept for a turn or a level
  double turn_degrees = 10;
  Height level_change = feet_of_height(300);
  std::size_t max_points = 4'000'000;           // of all tracks: about 130 MB
};

class TrackHistory {
 public:
  explicit TrackHistory(HistoryOptions options = {}) : options_(options) {}

  // Tracks that are not among `tracks` (by id) are forgotten with their points.
  void update(std::span<const Track* const> tracks, Time now);
  [[nodiscard]] const std::deque<HistoryPoint>& of(TrackId track) const;  // empty where there is none
  [[nodiscard]] std::size_t points() const { return points_; }

 private:
  struct Entry {
    std::deque<HistoryPoint> points;
    float last_track_degrees = 0;
    std::uint32_t seen = 0;      // number of the update that saw the track
  };
  HistoryOptions options_;
  std::unordered_map<TrackId, Entry> entries_;  // never iterated into output
  std::size_t points_ = 0;
  std::uint32_t updates_ = 0;
};

}  // namespace skypact::track
