#pragma once
// Case summary: what goes to another party of a case, in the two levels of telling.h, as canonical JSON (docs/formats/distress.md).
//
//     const std::string text = summary_text(view, line.recipient, {.now = now, .channels = channels});
//     auto trigger = read_case_summary(text, "north", now);        // at the other party: evidence of kind peer
//
// A CoarseSummary has no member that could hold the place, an identity, or anything that was heard; its text is the
// same whenever it is asked for, until the cell (coarse_area.h), the phase or the lead changes: its times are steps of ten minutes. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "distress/case.h"
#include "distress/frequencies.h"
#include "distress/telling.h"

namespace skypact::distress {

struct SummaryLimits {
  static constexpr std::size_t bytes = 64 * 1024;
  static constexpr std::size_t channels = 16;        // the first ones
  static constexpr std::size_t told = CaseLimits::told;
  static constexpr std::size_t keep_clear = CaseLimits::keep_clear;
};
inline constexpr Duration coarse_time_step = minutes(10);

struct SummaryChannel {
  std::uint32_t khz = 0;
  std::string call_sign;
  friend bool operator==(const SummaryChannel&, const SummaryChannel&) = default;
};

// A circle that is to be kept clear for the rescue, with who proposed it and what parties answered. Everybody learns it.
struct SummaryCircle {
  geo::Position centre;
  Length radius;                       // whole metres
  Interval<Time> valid;                // whole milliseconds
  std::string by;                      // the party
  std::vector<std::string> accepted, declined;
  friend bool operator==(const SummaryCircle&, const SummaryCircle&) = default;
};

// What both levels say: that there is a case.
struct SummaryHead {
  std::string number;                  // of the sender
  std::string your_case;               // the receiver's own, where it told of one; else empty
  Time as_of, opened_at;               // coarse: cut to coarse_time_step
  bool exercise = false;
  Phase proposed = Phase::none;
  std::optional<Phase> declared;
  bool may_be_spoken = true;
  std::string owner;                   // party whose aircraft it is, who releases the position; empty: not known
  std::string lead_party, lead_desk;
  std::vector<SummaryChannel> channels;
  bool released = false;               // an officer of the sender's party released the exact position
  std::optional<CloseReason> closed;   // by the sender's officer, and why
  std::vector<SummaryCircle> keep_clear;
  friend bool operator==(const SummaryHead&, const SummaryHead&) = default;
};

struct CoarseSummary {
  SummaryHead head;
  std::optional<CoarseArea> area;      // empty: no place is known
  bool disputed = false;               // evidence says other places too, which no one aircraft can have been at
  friend bool operator==(const CoarseSummary&, const CoarseSummary&) = default;
};

struct SummaryTold {
  Addressee to;
  bool delivered = false, answered = false;
  friend bool operator==(const SummaryTold&, const SummaryTold&) = default;
};

struct ExactSummary {
  SummaryHead head;
  Subject subject;                     // the first of each kind of identity
  AircraftClass aircraft_class = AircraftClass::unknown;
  std::vector<EmergencyWord> emergencies;
  std::optional<Place> place;          // last known, as heard; with the others that contradict it
  Time heard_at;                       // of the place; without one of the newest evidence
  std::vector<Place> other_places;
  bool false_alarm = false;            // marked so by the sender's officer
  std::vector<SummaryTold> told;
  friend bool operator==(const ExactSummary&, const ExactSummary&) = default;
};
using CaseSummary = std::variant<CoarseSummary, ExactSummary>;

struct SummaryQuery {
  Time now;
  std::span<const Channel> channels{};
  std::string_view own_party{};        // of the sender
};
// The case is a view. Which of the two a recipient gets is decided by its type.
[[nodiscard]] ExactSummary summarise(const Case& c, const ExactRecipient& recipient, const SummaryQuery& query);
[[nodiscard]] CoarseSummary summarise(const Case& c, const CoarseRecipient& recipient, const SummaryQuery& query);
[[nodiscard]] std::string to_json(const ExactSummary& summary);
[[nodiscard]] std::string to_json(const CoarseSummary& summary);
[[nodiscard]] std::string summary_text(const Case& c, const Recipient& recipient, const SummaryQuery& query);

// Error: bad_input naming the field, over_limit.
Result<CaseSummary> parse_case_summary(std::string_view text);
// `from` is who sent it, as the link knows it.
Result<Trigger> read_case_summary(std::string_view text, std::string_view from, Time received_at);

// The same of one that was parsed.
Result<Trigger> trigger_of(const CaseSummary& summary, std::string_view from, Time received_at);
[[nodiscard]] const SummaryHead& head_of(const CaseSummary& summary);
// As it stands in a summary: two nodes know by it that they mean the same circle.
[[nodiscard]] SummaryCircle circle_of(const KeepClear& circle);
[[nodiscard]] bool is_same_circle(const SummaryCircle& a, const SummaryCircle& b);

// The gravest of what was said: what a case is called by.
[[nodiscard]] EmergencyWord gravest_word(const Case& c);
[[nodiscard]] std::vector<EmergencyWord> words_of(const Case& c);   // the gravest first

}  // namespace skypact::distress
