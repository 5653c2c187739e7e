#pragma once
// Picture: everything the engine believes at one tick, as an immutable value that any number of threads
// read while the engine goes on.
//
//     std::shared_ptr<const Picture> picture = engine.picture();
//     if (const PictureTrack* t = find_track(*picture, id)) …
//
// Tracks are as measured in `track` and extrapolated to Picture::now in the rest of PictureTrack. Readers
// hold a picture as long as they need it; parts that did not change are shared with the next one.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "airspace/rules.h"
#include "airspace/sharing.h"
#include "base/time.h"
#include "geo/position.h"
#include "guard/alert.h"
#include "node/config.h"
#include "node/peer_alerts.h"
#include "node/verdict_book.h"
#include "track/track.h"
#include "wire/error_counts.h"

namespace skypact::node {

// Where a track was. `altitude` is above `datum`.
struct HistoryPoint {
  Time at;
  geo::Position position;
  std::optional<Height> altitude;
  Datum datum = Datum::pressure;
  std::optional<GroundVelocity> velocity;
};

// Oldest first; at most HistoryLimits::points. Sealed parts are shared between pictures.
class History {
 public:
  struct Limits {
    static constexpr std::size_t part = 16;
    static constexpr std::size_t parts = 12;       // sealed, beside the one being filled
    static constexpr std::size_t points = part * (parts + 1);
  };
  [[nodiscard]] std::size_t size() const { return sealed_.size() * Limits::part + open_.size(); }
  [[nodiscard]] std::vector<HistoryPoint> points() const;
  [[nodiscard]] const HistoryPoint* last() const;
  // A history with one point more; at the bound the oldest part is let go.
  [[nodiscard]] static std::shared_ptr<const History> with(const std::shared_ptr<const History>& before, const HistoryPoint& point);

 private:
  using Part = std::vector<HistoryPoint>;
  std::vector<std::shared_ptr<const Part>> sealed_;
  Part open_;
};

struct PictureTrack {
  Track track;
  // At Picture::now; empty where the track is heard but not located.
  std::optional<geo::Position> position;
  Length uncertainty;                       // horizontal, 95 %, grown with age
  std::optional<Height> altitude;           // of the datum that is best known, extrapolated
  Datum altitude_datum = Datum::pressure;
  std::optional<Severity> worst_alert;      // of the open alerts it stands in
  std::shared_ptr<const History> history;   // may be null
};

enum class FeedState : std::uint8_t { connecting, connected, silent, finished, failed };
[[nodiscard]] std::string_view to_string(FeedState state);

struct FeedStatus {
  SourceId id;
  std::string name, format, address;        // address: "connect 127.0.0.1:30005"
  FeedState state = FeedState::connecting;
  std::string message;                      // why it failed, what is being retried
  std::optional<Time> last_message_at;
  std::uint64_t messages = 0, bytes = 0, positions = 0;
  double messages_per_s = 0;                // over the last ticks
  std::size_t aircraft = 0;                 // live or coasting tracks it contributes to
  wire::ErrorCounts errors;
  std::uint64_t dropped = 0;
};

// What is carried out of what parties have agreed.
struct AgreedStatus {
  struct Version {
    std::string version;
    Interval<Time> valid;
    bool holds = false;                     // now, within the clocks' offset
  };
  std::vector<Version> versions;
  std::vector<AgreedSharing> sharing;       // parties are those of Picture::rules
  Duration clock_offset{};                  // how far the clocks of those who agreed may be apart
  std::vector<std::string> notes;           // where the configuration says otherwise whose an aircraft is
  std::vector<AgreedAnswers> answers;       // of the versions that hold now, parties numbered as the rules'
};

struct Picture {
  Time now;
  std::uint64_t tick = 0;                   // counts from 1; 0 before the first
  std::uint64_t last_sequence = 0;          // of the last event before this picture
  std::shared_ptr<const std::vector<PictureTrack>> tracks;   // by id
  std::vector<Alert> alerts;                // open, the most urgent first
  std::shared_ptr<const std::vector<Alert>> ended;           // newest last, bounded
  std::vector<FeedStatus> feeds;            // by id; the last two are the API's reports and manual tracks
  std::shared_ptr<const Rules> rules;       // zones, groups and inhibitions as they are now
  std::shared_ptr<const AgreedStatus> agreed = std::make_shared<const AgreedStatus>();   // never null
  std::size_t live = 0, located = 0, suspect = 0;            // of the tracks
  std::size_t inhibitions_active = 0;
  std::uint64_t aircraft_seen = 0;          // tracks ever made
  std::shared_ptr<const PeerAlertBook> peer_alerts;          // never null
  std::shared_ptr<const VerdictBook> verdicts = std::make_shared<const VerdictBook>();   // never null
  std::uint64_t verdicts_left_out = 0;      // flights and pairs beyond the bounds of what is judged, ever
  PartyId own_party = unknown_party;
  std::uint64_t refused_observations = 0;   // by the table's bounds and plausibility checks, ever
};

// nullptr where there is none.
[[nodiscard]] const PictureTrack* find_track(const Picture& picture, TrackId id);
[[nodiscard]] const PictureTrack* find_track(const Picture& picture, const TrackKey& key);
[[nodiscard]] const Alert* find_alert(const Picture& picture, AlertId id);   // open or ended

}  // namespace skypact::node
