#pragma once
// Sharing: what one party lets another see of its picture, as parties have agreed it.
//
//     AgreedSharing{.pact = "corridor", .from = north, .to = south, .holds = {noon, evening},
//                   .tracks = {.near_conflict = ShareDetail{}, .near = nautical_miles(40)}};
//     const SharingNow now = sharing_at(agreed.sharing, north, south, {t - offset, t + offset});
//
// Whatever is combined here comes out as the least of all: a track that was told cannot be taken back, one that was not
// can be told a moment later. Plain values, pure functions; any thread.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/identity.h"
#include "base/quantity.h"
#include "base/time.h"

namespace skypact {

enum class SharedField : std::uint8_t {
  position, altitude, velocity, vertical_rate, address, callsign, registration, type, party, aircraft_class, squawk, accuracy, source
};
inline constexpr std::size_t shared_fields = 13;

// A set of them.
class SharedFields {
 public:
  constexpr SharedFields() = default;
  constexpr SharedFields(std::initializer_list<SharedField> fields) {
    for (const SharedField field : fields) add(field);
  }
  [[nodiscard]] static constexpr SharedFields all() {
    SharedFields every;
    every.bits_ = (1u << shared_fields) - 1;
    return every;
  }
  constexpr void add(SharedField field) { bits_ |= bit(field); }
  constexpr void remove(SharedField field) { bits_ &= ~bit(field); }
  [[nodiscard]] constexpr bool has(SharedField field) const { return (bits_ & bit(field)) != 0; }
  friend constexpr SharedFields operator&(SharedFields a, SharedFields b) {
    a.bits_ &= b.bits_;
    return a;
  }
  friend constexpr SharedFields operator|(SharedFields a, SharedFields b) {
    a.bits_ |= b.bits_;
    return a;
  }
  friend bool operator==(const SharedFields&, const SharedFields&) = default;

 private:
  static constexpr unsigned bit(SharedField field) { return 1u << static_cast<unsigned>(field); }
  unsigned bits_ = 0;
};

// How a track is told. The default is everything, as measured and at once.
struct ShareDetail {
  SharedFields fields = SharedFields::all();   // with position: a link tells no track without its place
  Length position_step{};                      // positions are rounded to a grid of it; 0: as measured
  Height altitude_step{};                      // likewise
  Duration delay{};                            // nothing younger is told
  friend bool operator==(const ShareDetail&, const ShareDetail&) = default;
};

// What is told of tracks. The default is nothing. What is told always is told near a conflict too, as `near_conflict` says.
struct TracksShared {
  std::optional<ShareDetail> always{};         // of every aircraft
  std::optional<ShareDetail> near_conflict{};  // of aircraft under an alert that the other may know, and of pairs …
  Length near{};                               // … of one of theirs and one of ours closer than this; 0: of no other pair
  friend bool operator==(const TracksShared&, const TracksShared&) = default;
};

// What both of them let out: the fields that both name, the coarser, the later.
[[nodiscard]] TracksShared least(const TracksShared& a, const TracksShared& b);

// Why an AgreedSharing stands. in_force: it decides. may_hold: it cannot be known yet whether it does. over: it was the last
// that was in force, and nothing follows it.
enum class SharingBasis : std::uint8_t { in_force, may_hold, over };

// What one version of a pact says of one direction, for one stretch of time. Where no clause names the direction, or all of
// them are suspended, nothing is told.
struct AgreedSharing {
  std::string pact;                            // "corridor"
  std::string version;                         // "corridor v3 5f2a91c0b3d4"
  PartyId from, to;
  Interval<Time> holds;
  SharingBasis basis = SharingBasis::in_force;
  std::vector<std::string> clauses;            // that name the direction: "sharing.north-south"
  std::vector<std::string> suspended;          // those of them that are suspended
  TracksShared tracks;                         // by the rest
  friend bool operator==(const AgreedSharing&, const AgreedSharing&) = default;
};

// What holds of a direction in all of a stretch of time, which is as long as clocks may be apart.
struct SharingNow {
  TracksShared tracks;                         // the least of what may hold
  // Beside it the node's own configuration counts, because it is not certain that a pact is in force.
  bool configuration = true;
  std::vector<const AgreedSharing*> by;        // into the span; none: the configuration alone decides
};

// Of several pacts the least too, but one that has no clause for the direction says nothing where another has one. Once a
// pact is over nothing of it counts beside one that is in force.
[[nodiscard]] SharingNow sharing_at(std::span<const AgreedSharing> agreed, PartyId from, PartyId to, const Interval<Time>& window);

}  // namespace skypact
