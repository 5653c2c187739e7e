#pragma once
// TrackTable: from observations to tracks.
//
//     TrackTable table(options, directory);
//     for (const Observation& o : batch) table.apply(o);
//     table.advance(now);                               // once a tick
//     for (const Track* track : table.tracks()) …       // by id
//
// Association is by address kind and address. Each field holds its value, source and age: a report of a
// better kind of source stands while it is fresh, else the fresher one does; contributions say who reported.
// A position that the aircraft cannot have reached is counted and not believed; the track is suspect then.
//
// Two aircraft under one address (TrackOptions::second_…): both have a track, both are suspect, and a position goes
// to the track that can be there, the nearer of two. What comes without a position says not whose it is: names,
// squawk and emergency are taken for both, velocity, altitude and ground state for neither; velocity then follows
// from the positions. They differ in Track::ordinal, which each keeps for its life. A third under the address, and a second within a minute's flight, have no track: their
// positions are refused, and the first is suspect.
//
// Invariants: at most two tracks of one address; at most TrackOptions::max_tracks tracks; ids grow and are never used again; after advance(now)
// the links are symmetric and sorted. The same calls give the same state, bit for bit. It reads no clock. One thread;
// between writes any thread may read. Pointers and references hold until the next apply() or advance().

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "airspace/observation.h"
#include "track/altitude.h"
#include "track/interference.h"
#include "track/linking.h"
#include "track/options.h"
#include "track/party_directory.h"
#include "track/track.h"

namespace skypact::track {

// What became of an observation. All but the first are the reasons for which it, or its position, was refused;
// of a report whose position alone was refused the other fields are used.
enum class Outcome : std::uint8_t {
  accepted,
  bad_time,          // received outside 1970 to 2200
  too_old,           // measured too long before it was received
  bad_address,       // a report without a name, a number beyond 24 bits
  table_full,        // and no track that could make room
  bad_position,      // not a place on the Earth
  position_jump,     // farther than the aircraft can have flown
  frozen_position,   // says it moves, has not for too long
  out_of_order,      // not newer than the position known
};
inline constexpr std::size_t outcome_count = 9;
[[nodiscard]] std::string_view to_string(Outcome outcome);

// Since the table was made.
struct TrackCounters {
  std::array<std::uint64_t, outcome_count> outcomes{};   // by Outcome; their sum is the number of observations
  std::uint64_t future_times = 0;       // measured after they were received: taken as measured then
  std::uint64_t bad_fields = 0;         // a field that is no number or out of range, left out
  std::uint64_t impossible_speeds = 0;  // of these, speeds that the class cannot fly; and those that the positions deny
  std::uint64_t created = 0;
  std::uint64_t forgotten = 0;
  std::uint64_t evicted = 0;
  std::uint64_t segments = 0;           // jumps believed in the end
  std::uint64_t clock_steps_back = 0;
  std::uint64_t duplicate_addresses = 0;
  [[nodiscard]] std::uint64_t of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
};

class TrackTable {
 public:
  explicit TrackTable(TrackOptions options = {}, PartyDirectory directory = {});
  ~TrackTable();
  TrackTable(const TrackTable&) = delete;
  TrackTable& operator=(const TrackTable&) = delete;

  // Takes anything; what does not hold is refused and counted.
  Outcome apply(const Observation& observation);

  // Ages tracks, forgets, links, looks for interference. A clock that steps back by more than the tolerance
  // moves every stored time with it, so that ages stay true. One that steps forward cannot be told from a node
  // that was suspended; the tracks are as old as it says.
  void advance(Time now);

  // Forgets the track or tracks of an address at once, for what a person placed by hand and takes back, with the
  // links to it. False where there is none.
  bool remove(const Address& address);

  // QNH and undulation of the rules, for comparing altitudes while linking.
  void set_altimetry(std::optional<Pressure> qnh, std::optional<Height> geoid_undulation);
  // Judges the party of every track anew.
  void set_directory(PartyDirectory directory);

  [[nodiscard]] const std::vector<const Track*>& tracks() const { return view_; }  // by id
  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] const Track* find(TrackId id) const;           // nullptr where there is none
  [[nodiscard]] const Track* find(const Address& address) const;  // the first of two
  [[nodiscard]] const Track* find_second(const Address& address) const;

  [[nodiscard]] const std::vector<InterferenceFinding>& interference() const { return interference_.findings(); }
  [[nodiscard]] const GnssBaroField& gnss_baro() const { return field_; }
  [[nodiscard]] VerticalReference vertical_reference() const { return {&field_, qnh_, geoid_undulation_}; }
  [[nodiscard]] const TrackCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t links() const { return linker_.links(); }
  [[nodiscard]] const TrackOptions& options() const { return options_; }

  // Bytes of one track with its share of the indexes, as allocated; without history.
  static std::size_t bytes_per_track();

 private:
  struct Slot;
  struct ByAddress {
    using is_transparent = void;
    std::size_t operator()(const Slot* slot) const;
    std::size_t operator()(const Address& address) const;
    bool operator()(const Slot* a, const Slot* b) const;
    bool operator()(const Slot* a, const Address& b) const;
    bool operator()(const Address& a, const Slot* b) const;
  };

  Outcome judge(const Observation& given);
  Slot* find_slot(const Address& address) const;
  Slot* create(const TrackKey& key, Time received_at);  // in no index
  Slot* create_first(const Address& address, Time received_at);
  bool create_second(Slot& first, const Observation& o, Time measured_at);
  void leave_index(Slot& slot);
  Slot& whose(Slot& first, Slot& second, const Observation& o, Time measured_at) const;
  bool reachable(const Slot& slot, const Observation& o, Time measured_at) const;
  bool make_room();
  void contribute(Slot& slot, const Observation& o);
  Outcome take_position(Slot& slot, const Observation& o, Time measured_at);
  Outcome offend(Slot& slot, const Observation& o, Time measured_at);
  void believe(Slot& slot, const Observation& o, Time measured_at);
  void take_velocity(Slot& slot, const Observation& o, Time measured_at);
  void take_altitudes(Slot& slot, const Observation& o, Time measured_at);
  void take_identity(Slot& slot, const Observation& o, Time measured_at);
  void suspect(Slot& slot, Suspicion why, Time at);
  void judge_party(Slot& slot);
  void age(Slot& slot, Time now);
  void shift(Duration step);

  TrackOptions options_;
  PartyDirectory directory_;
  std::optional<Pressure> qnh_;
  std::optional<Height> geoid_undulation_;
  Time now_{};
  std::uint32_t next_id_ = 1;
  std::vector<std::unique_ptr<Slot>> slots_;  // by id
  std::vector<const Track*> view_;            // the same
  std::unordered_set<Slot*, ByAddress, ByAddress> by_address_;
  std::unordered_set<Slot*, ByAddress, ByAddress> second_by_address_;  // only what by_address_ has too
  std::vector<TrackId> evictable_;            // the next to go last
  bool evictable_made_ = false;               // since the last advance
  GnssBaroField field_;
  InterferenceWatch interference_;
  Linker linker_;
  TrackCounters counters_;
};

}  // namespace skypact::track
