#pragma once
// Notice check: what speaks against a notice, said to its author before it is sent and to everybody after. It refuses nothing: a late
// warning beats none.
//
//     NoticeContext context{.party = "north", .notices = book.latest(), .zones = rules.zones, .traffic = traffic,
//                           .parties = &rules.parties, .minimum = terms.notices, .submitted_at = now};
//     for (const NoticeFinding& f : check(notice, context, now)) show(to_string(f.severity), finding_text(f));
//
//                                   of a dangerous notice (is_dangerous)      of any other
//   another party's notice          warning                                   warning where that one is dangerous, else caution
//   zone: keep clear, protected     warning                                   warning; none where the party may be inside
//   zone: corridor                  warning                                   advisory
//   zone: caution                   caution                                   advisory; none where the party may be inside
//   an aircraft inside now          conflict                                  caution
//   an aircraft that will be        warning within 60 s, caution within the   advisory
//                                   warning look-ahead (120 s), then advisory
//   late                            caution; warning where it has begun       the same
//   anything not checked, no minimum agreed, all over                         advisory
//
// Overlaps are found by overlap.h and aircraft by guard::ZoneTable: neither misses, both may report what only touches. Aircraft of
// the party itself count where the notice is dangerous; those whose call signs it names take part and never count. A drill is checked
// as if it were none; another party's drill counts only for a drill. A cancelled notice has no findings.
// Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/observation.h"
#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "guard/alert.h"
#include "line/notice.h"
#include "pact/terms.h"

namespace skypact::line {

struct NoticeCheckLimits {
  static constexpr std::size_t findings = 300;               // the most severe are kept; the last then says how many are left out
  static constexpr Duration look_ahead = std::chrono::hours(2);
};

struct PartyNotice {
  std::string party;
  Notice notice;
};

// An aircraft as it is now. What is not known is left out: no velocity stands still, no altitude excludes nothing.
struct NoticeTraffic {
  std::string name{};                     // for people: "RELIEF7"
  std::string call_sign{};                // compared with those of the notice
  PartyId party{};
  geo::Position position{};
  Length uncertainty{};
  std::optional<PressureAltitude> pressure{};
  std::optional<EllipsoidAltitude> ellipsoid{};
  std::optional<MeanSeaLevelAltitude> sea_level{};
  Height altitude_uncertainty{};
  std::optional<GroundVelocity> velocity{};
  std::optional<VerticalRate> vertical_rate{};
};

struct NoticeContext {
  std::string_view party;                              // whose notice is checked
  std::span<const PartyNotice> notices{};              // of everybody, each in its latest revision; the party's own are passed over
  std::span<const Zone> zones{};                       // those that were made of notices ("notice:…") are passed over
  std::span<const NoticeTraffic> traffic{};
  const Parties* parties = nullptr;                    // by which zones and traffic number theirs; never nullptr where there are any
  std::span<const pact::TermsNotice> minimum{};        // of the pacts in force; of several for one activity the longest counts
  Time submitted_at{};
  Duration look_ahead = minutes(20);                   // at most NoticeCheckLimits::look_ahead
  std::optional<Pressure> qnh{};
  std::optional<Height> geoid_undulation{};
};

enum class NoticeFindingCode : std::uint8_t {
  notice_overlap,          // party, id, kind, when, vertical_unknown
  zone_overlap,            // id, name, rule, when, vertical_unknown
  traffic_inside,          // name, party, vertical_unknown
  traffic_predicted,       // name, party, when, after, vertical_unknown
  late,                    // given, wanted; `given` is negative where it had begun
  no_minimum,              // name: the activity
  all_over,                //
  zone_moves,              // id, name: it moves with a track, so where it will be is not known
  zone_unreadable,         // id, name: its outline is no area
  left_out,                // count
};
inline constexpr std::size_t notice_finding_codes = static_cast<std::size_t>(NoticeFindingCode::left_out) + 1;
[[nodiscard]] std::string_view to_string(NoticeFindingCode code);

// Each code carries the values named beside it and no other.
struct NoticeFinding {
  NoticeFindingCode code = NoticeFindingCode::all_over;
  Severity severity = Severity::advisory;
  std::string party{};                        // of the other notice or the aircraft; empty: not known
  std::string id{}, name{};
  std::optional<NoticeKind> kind{};
  std::optional<ZoneRule> rule{};
  std::optional<Interval<Time>> when{};       // common; of an aircraft: when it is inside, as predicted
  std::optional<Duration> after{};            // from now
  std::optional<Duration> given{}, wanted{};
  std::optional<std::size_t> count{};
  bool vertical_unknown = false;              // judged horizontally
  friend bool operator==(const NoticeFinding&, const NoticeFinding&) = default;
};

// The minimum notice of an activity: of several the longest; nullopt: none is agreed.
[[nodiscard]] std::optional<Duration> minimum_notice(std::span<const pact::TermsNotice> minimum, std::string_view activity);
// By how much a notice that was submitted then is later than that; nullopt: it is in time.
[[nodiscard]] std::optional<Duration> late_by(const Notice& notice, Duration minimum, Time submitted_at);

// Of a notice that check_notice() passes. The most severe first; of equal ones by code, party, id, name and time.
[[nodiscard]] std::vector<NoticeFinding> check(const Notice& notice, const NoticeContext& context, Time now);

// One sentence in English.
[[nodiscard]] std::string finding_text(const NoticeFinding& finding);

}  // namespace skypact::line
