#pragma once
// AlertBook: the alerts that wait for their confirmation, are open, or ended; their life cycle, and the bounds
// on all of them (GuardLimits).
//
//     if (AlertRecord* r = book.record("feed:3:east", AlertKind::feed)) r->found({.lost = true, …}, Severity::warning);
//     auto changed = book.conclude(now, write);     // write(record): what the alert says now
//
// In each step every finding is put into its record; then conclude() advances all of them once. Records are gone
// through by key, so that the same findings give the same numbers and the same order. One thread.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "guard/alert.h"
#include "guard/distress.h"
#include "guard/encounter.h"
#include "guard/life_cycle.h"
#include "guard/limits.h"
#include "guard/traffic.h"
#include "guard/zones.h"

namespace skypact::guard {

// One alert, raised or not, and what the present step found of it.
struct AlertRecord {
  Alert alert;
  Episode episode;
  std::array<SideKey, 2> sides;              // of a conflict; [0] of zone and distress
  std::uint32_t zone = 0;                    // index into Rules::zones while the rules stay
  DistressSignal signal;

  Sight sight;
  std::optional<Encounter> encounter;        // of this step
  std::optional<ZoneEncounter> zone_encounter;
  Severity found_severity = Severity::advisory;
  bool seen_this_step = false;
  bool changed = false;

  std::optional<Time> lost_since;            // while minima are lost, or the volume is entered
  Time described_at;                         // when the alert's subjects and reasons were written
  std::optional<Time> lower_since;
  std::optional<Prediction> returned;        // as the caller last had it
  Time returned_at;

  void found(const Sight& what, Severity severity) {
    sight = what;
    found_severity = severity;
    seen_this_step = true;
  }
};

// For an alert whose reasons could not be written anew: has the first of them say as of when they are.
void date_reasons(AlertRecord& r);

class AlertBook {
 public:
  using Records = std::map<std::string, AlertRecord>;   // by key without episode
  using Write = std::function<void(AlertRecord&)>;

  // The record of this key, made where there is none; nullptr where the bound on unconfirmed findings is
  // reached, which is counted. Distress always has one.
  AlertRecord* record(const std::string& key, AlertKind kind);
  [[nodiscard]] Records& records() { return records_; }

  // Advances every record by what this step saw, and has `write` say what each raised alert says now. Returns
  // the alerts that are new, changed in a way a person would notice, ended, or were not returned for five
  // seconds; by id.
  std::vector<Alert> conclude(Time now, const Write& write);

  // See Guard::acknowledge.
  Result<Alert> acknowledge(AlertId id, const Acknowledgement& acknowledgement);

  [[nodiscard]] const std::vector<Alert>& open() const { return open_; }     // the most urgent first
  [[nodiscard]] const std::vector<Alert>& ended() const { return ended_; }   // the newest last
  [[nodiscard]] const Alert* find(AlertId id) const;
  [[nodiscard]] const Alert* find(std::string_view key) const;
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }         // ever, by the bounds

 private:
  void raise(const std::string& key, AlertRecord& r, Time now);
  void set_severity(AlertRecord& r, Time now) const;
  void end(AlertRecord& r, Time now, std::vector<Alert>& changed);
  void leave_out_the_least_urgent(Time now, std::vector<Alert>& changed);
  void forget_old_episodes();

  Records records_;
  std::map<std::string, std::pair<std::uint32_t, Time>> episodes_;   // how many of a key, and when the last was
  std::uint32_t next_id_ = 1;
  std::vector<Alert> open_, ended_;
  std::uint64_t left_out_ = 0;
};

}  // namespace skypact::guard
