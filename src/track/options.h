#pragma once
// TrackOptions: every timing and bound of the track table, with the reason for its value.

#include <array>
#include <cstddef>

#include "airspace/identity.h"
#include "base/quantity.h"
#include "base/time.h"

namespace skypact::track {

inline constexpr std::size_t source_kinds = 7;  // enumerators of SourceKind

// How long after the last report a track passes from one life to the next; increasing.
struct LifeTimes {
  Duration coasting_after{};
  Duration stale_after{};
  Duration lost_after{};
  Duration forgotten_after{};
};

// What a source kind is worth where it does not say so itself.
struct KindOptions {
  LifeTimes life;
  Length accuracy;           // 95 %, horizontal, where the report gives none
  Duration time_error{};     // how far measured_at may be from the truth (latency, queueing, a human's clock)
  Duration oldest{};         // a report measured longer before its receipt than this is refused
};

struct TrackOptions {
  // A new aircraft beyond this evicts a lost, stale or unconfirmed track, never a live one: with none of
  // those it is refused and counted.
  std::size_t max_tracks = 200'000;

  // Indexed by SourceKind. ADS-B positions come twice a second, reports of ground stations and drones every
  // few seconds, Mode S replies as somebody interrogates; a manual track is read out on the radio and must
  // stand for minutes. ADS-B accuracy without NACp is taken as that of NACp 7 (0.1 NM).
  std::array<KindOptions, source_kinds> kinds{{
      /* adsb   */ {{seconds(4), seconds(20), seconds(60), minutes(5)}, metres(185), milliseconds(1000), seconds(60)},
      /* adsr   */ {{seconds(6), seconds(25), seconds(60), minutes(5)}, metres(185), milliseconds(1500), seconds(60)},
      /* mlat   */ {{seconds(8), seconds(30), seconds(60), minutes(5)}, metres(300), milliseconds(2000), seconds(60)},
      /* tisb   */ {{seconds(15), seconds(30), seconds(60), minutes(5)}, metres(500), milliseconds(3000), seconds(60)},
      /* report */ {{seconds(15), seconds(45), minutes(2), minutes(10)}, metres(300), milliseconds(2000), minutes(2)},
      /* mode_s */ {{seconds(15), seconds(30), seconds(60), minutes(5)}, metres(500), milliseconds(1000), seconds(60)},
      /* manual */ {{minutes(2), minutes(5), minutes(15), minutes(30)}, metres(5000), seconds(30), minutes(15)},
  }};

  // The node's clock may step back this far without being taken for a step (threads deliver out of order).
  Duration clock_tolerance = seconds(2);

  // --- plausibility, see track/plausibility.h
  std::size_t consistent_reports = 4;          // at a new place, before it is believed
  Duration consistent_for = seconds(2);        // … spread over at least this
  std::size_t second_reports = 8;              // … before it is a second aircraft under the same address …
  Duration second_for = seconds(8);
  Duration second_beyond = seconds(60);        // … farther off than the first flies in this: nearer it may be a late report
  Duration clean_time = seconds(60);           // without an offence before a suspicion is dropped
  Duration frozen_after = seconds(15);         // same position bytes while saying it moves …
  Speed frozen_speed = metres_per_second(15);  // … at least this fast: 225 m in that time, beyond any rounding

  // --- interference, see track/interference.h
  Duration interference_window = seconds(60);
  std::size_t interference_tracks = 5;         // this many make a finding …
  double interference_share = 0.3;             // … or this share of those located in the area …
  std::size_t interference_least = 3;          // … but never fewer
  Length interference_reach = kilometres(150); // evidence farther apart is not one area

  // --- linking, see track/linking.h
  Duration link_after = seconds(20);           // of co-motion
  Duration link_after_same_name = seconds(8);  // … with the same callsign
  Duration link_after_same_number = seconds(3);  // … with the same 24-bit number
  Duration link_after_without_altitude = seconds(60);  // … by motion alone where altitudes cannot be compared
  Speed link_drift = metres_per_second(10);    // evidence by motion alone lasts until this would have shown
  Duration unlink_after = seconds(2);          // of diverging; at once beyond twice the gate
  Duration unlink_loose_after = seconds(20);   // beyond the gate, not by half of it
  Length link_reach = metres(1000);            // evidence by motion alone never reaches farther
  Height link_vertical = feet_of_height(300);

  [[nodiscard]] const KindOptions& of(SourceKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
};

}  // namespace skypact::track
