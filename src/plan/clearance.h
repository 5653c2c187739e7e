#pragma once
// Clearance: what a party asks that wants to cross or enter others' areas, what these answer, and everything else that is said about it
// until it is over. Each is an act that counts as the word of the record it stands in.
//
//     ClearanceAct asked{"north", {7, 26}, 1, by, request};
//     if (auto good = check_act(asked); !good) return good.error();   // "request: route[1].entry: is 2026-… , before the exit before it"
//     const std::string entry_body = canonical_json(asked);
//     Result<ClearanceAct> same = parse_clearance_act(entry_body);
//
// A request is known by who asks and a number, which stay through amendments; an amendment is the whole request again with the next
// revision. Each asked party that approves gives a clearance number of its own, which stays too. What the acts come to is said by
// plan/clearance_book.h. There is no field for targets or intelligence, and an unknown member is refused (R7).
//
// `exercise` marks a drill: it is answered like any other and no flight is held against it. docs/formats/clearance.md is the grammar. Plain values, pure
// functions; any thread.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/clearance.h"
#include "airspace/vertical_limit.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::plan {

struct ClearanceLimits {
  static constexpr std::size_t act_bytes = 24'000;         // of the canonical text; an entry of a record has 65,535
  static constexpr std::uint32_t number = 9'999;           // of a party in a year
  static constexpr std::uint32_t revision = 100;
  static constexpr std::uint32_t aircraft = 100;
  static constexpr std::size_t names = 20;                 // call signs, registrations, addresses
  static constexpr std::size_t call_sign = 20;             // bytes; a registration too
  static constexpr std::size_t name = 80;                  // bytes of an operator, a point
  static constexpr std::size_t text = 500;                 // bytes of whatever else a person writes
  static constexpr std::size_t parts = 12;                 // asked parties of one route
  static constexpr std::size_t via = 40;                   // places between an entry and its exit
  static constexpr std::size_t reports = 10;               // points at which a report is asked for
  static constexpr std::uint32_t persons = 10'000;
  static constexpr std::size_t word = 64;                  // bytes of an account, a desk
  static constexpr std::size_t party = 24;                 // bytes
  static constexpr Length narrowest = metres(50), widest = widest_corridor;   // half of a corridor
  static constexpr Length longest_leg = nautical_miles(3'000);
  static constexpr Duration tolerance = std::chrono::hours(72);
  static constexpr Duration longest = std::chrono::hours(24 * 92);   // of validity
};

// "0007/26": counted by the party that gives it, anew every year.
struct ClearanceNumber {
  std::uint32_t count = 0;             // 1 to ClearanceLimits::number
  std::uint32_t year = 0;              // its last two digits
  friend auto operator<=>(const ClearanceNumber& a, const ClearanceNumber& b) {
    return a.year != b.year ? a.year <=> b.year : a.count <=> b.count;
  }
  friend bool operator==(const ClearanceNumber&, const ClearanceNumber&) = default;
};
[[nodiscard]] std::string to_string(ClearanceNumber number);
// "0007/26" or, as an address has it, "0007-26"; nullopt where it is neither.
[[nodiscard]] std::optional<ClearanceNumber> parse_clearance_number(std::string_view text);

enum class ClearancePurpose : std::uint8_t { medical, rescue, humanitarian, state, military, passengers, cargo, ferry, training, survey, other };
inline constexpr std::size_t clearance_purposes = static_cast<std::size_t>(ClearancePurpose::other) + 1;
[[nodiscard]] std::string_view to_string(ClearancePurpose purpose);
// Answered before others (R21).
[[nodiscard]] constexpr bool has_priority(ClearancePurpose purpose) { return purpose <= ClearancePurpose::humanitarian; }

enum class CargoClass : std::uint8_t { none, general, relief, dangerous_goods, munitions };
[[nodiscard]] std::string_view to_string(CargoClass cargo);

struct ClearancePoint {
  std::string name;                    // as charts have it: "ARTIP"
  geo::Position position;
  Time at;                             // when the flight means to be there
  friend bool operator==(const ClearancePoint&, const ClearancePoint&) = default;
};

// The way through one party's area: from the entry over the places between to the exit, along geodesics. Of a flight that ends inside, the exit is
// where it lands; of one that begins there, the entry is where it takes off.
struct ClearancePart {
  std::string party;                   // who is asked
  ClearancePoint entry, exit;
  std::vector<geo::Position> via{};
  VerticalLimit floor, ceiling;        // both belong to it: a flight at its level is inside
  std::string landing{};               // location indicator of where it lands in this area; empty: it crosses
  friend bool operator==(const ClearancePart&, const ClearancePart&) = default;
};

struct ClearanceRequest {
  std::string aircraft_type;           // designator of ICAO Doc 8643: "C130"
  std::uint32_t aircraft = 1;          // how many fly together
  std::vector<std::string> call_signs;
  std::vector<std::string> registrations;
  std::vector<std::string> addresses{};   // 24-bit, six hexadecimal digits in capitals
  std::string operated_by;
  ClearancePurpose purpose = ClearancePurpose::other;
  CargoClass cargo = CargoClass::none;
  std::uint32_t persons = 1;           // on board, all aircraft together
  bool sensors = false;                // cameras, radar, reconnaissance: carried, in use or not
  bool armed = false;
  std::vector<ClearancePart> route;    // in the order in which it is flown; each party once
  Length half_width = nautical_miles(5);
  Duration tolerance = minutes(30);    // around the times of entry and exit
  Interval<Time> valid;                // no flight outside of it, whatever the tolerance
  Time answer_by;                      // until when each asked party's answer is waited for
  std::string contact;                 // who answers questions now
  std::string remarks{};
  bool exercise = false;
  friend bool operator==(const ClearanceRequest&, const ClearanceRequest&) = default;
  [[nodiscard]] const ClearancePart* part_of(std::string_view party) const;
};

// What an approval asks for. Times, levels and width narrow what was asked and never widen it; the rest is for the crew.
struct ClearanceConditions {
  std::optional<Interval<Time>> times{};
  using Levels = StandingClearance::Levels;
  std::optional<Levels> levels{};
  std::optional<Length> half_width{};
  std::string squawk{};                            // four octal digits
  std::optional<std::uint32_t> frequency_khz{};    // where the flight calls before it enters
  std::vector<std::string> reports{};              // names of points at which it reports
  std::string text{};
  friend bool operator==(const ClearanceConditions&, const ClearanceConditions&) = default;
  [[nodiscard]] bool empty() const { return *this == ClearanceConditions{}; }
};

enum class ClearanceAnswerWord : std::uint8_t { approve, unable, ask };
[[nodiscard]] std::string_view to_string(ClearanceAnswerWord word);

// An asked party's. An approval with conditions is an approval.
struct ClearanceAnswer {
  ClearanceAnswerWord word = ClearanceAnswerWord::ask;
  std::optional<ClearanceNumber> number{};         // of an approval
  ClearanceConditions conditions{};                // of an approval
  std::string text{};                              // why it is unable, or what it asks; of an approval none
  friend bool operator==(const ClearanceAnswer&, const ClearanceAnswer&) = default;
};
// Of who asks, to a party that asked back: it goes on where it was.
struct ClearanceReply {
  std::string party;
  std::string question;                            // id of the act that asked; the node's to say
  std::string text;
  friend bool operator==(const ClearanceReply&, const ClearanceReply&) = default;
};
// Of who asks, by its node: all have approved this revision. From then on it holds, and not before.
struct ClearanceCleared {
  struct Part {
    std::string party;
    ClearanceNumber number;
    std::string answer;                            // SHA-256 of the approving act's canonical text, 64 hexadecimal digits
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;                         // in the order of the route
  friend bool operator==(const ClearanceCleared&, const ClearanceCleared&) = default;
};
// An asked party takes its approval back. It is final; a new request may be made.
struct Revocation {
  std::optional<Time> from{};                      // empty: at once
  std::string reason;
  friend bool operator==(const Revocation&, const Revocation&) = default;
};
// Who asks does not fly. Final.
struct Withdrawal {
  std::string reason;
  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};
enum class ClearanceDepth : std::uint8_t { desk, unit, crew };
[[nodiscard]] std::string_view to_string(ClearanceDepth depth);
// A person has it, and how far down it got.
struct ClearanceAcknowledgement {
  enum class Of : std::uint8_t { revocation, withdrawal };
  Of of = Of::revocation;
  std::string party;                               // who revoked; of a withdrawal who asked
  ClearanceDepth depth = ClearanceDepth::desk;
  friend bool operator==(const ClearanceAcknowledgement&, const ClearanceAcknowledgement&) = default;
};
// By the node of who waits: somebody should have spoken by now.
enum class OverdueStage : std::uint8_t { none, late, escalated };
[[nodiscard]] std::string_view to_string(OverdueStage stage);
struct ClearanceOverdue {
  enum class Of : std::uint8_t { answer, revocation, withdrawal };
  Of of = Of::answer;
  std::string party;                               // who should have
  OverdueStage stage = OverdueStage::late;
  friend bool operator==(const ClearanceOverdue&, const ClearanceOverdue&) = default;
};

using ClearanceSaid = std::variant<ClearanceRequest, ClearanceAnswer, ClearanceReply, ClearanceCleared, Revocation, Withdrawal, ClearanceAcknowledgement, ClearanceOverdue>;
// "request", "answer", "reply", "cleared", "revoke", "withdraw", "acknowledge", "overdue".
[[nodiscard]] std::string_view kind_of(const ClearanceSaid& said);

// Who wrote it; both empty: the node by itself.
struct ClearanceAuthor {
  std::string account, desk;
  friend bool operator==(const ClearanceAuthor&, const ClearanceAuthor&) = default;
};

struct ClearanceAct {
  static constexpr int version = 1;
  std::string party;                   // who asks
  ClearanceNumber number;              // of the request
  std::uint32_t revision = 1;          // that it speaks of
  ClearanceAuthor by{};
  ClearanceSaid said;
  friend bool operator==(const ClearanceAct&, const ClearanceAct&) = default;
};

// Errors: bad_input, over_limit; the message begins with the member: "request: half_width: …".
Result<void> check_request(const ClearanceRequest& request);
Result<void> check_conditions(const ClearanceConditions& conditions);
Result<void> check_act(const ClearanceAct& act);
// Whether conditions leave something of that part; the error names the condition.
Result<void> check_conditions_of(const ClearanceConditions& conditions, const ClearanceRequest& request, const ClearancePart& part);

// When that part may be flown: entry to exit, widened by the tolerance, inside the validity, narrowed by the conditions.
[[nodiscard]] Interval<Time> times_of(const ClearanceRequest& request, const ClearancePart& part, const ClearanceConditions& conditions = {});
// Where: the entry, the places between, the exit.
[[nodiscard]] std::vector<geo::Position> line_of(const ClearancePart& part);

void append(json::Writer& out, const ClearanceRequest& request);
void append(json::Writer& out, const ClearanceConditions& conditions);
// Quantities may be written in any of their units. Errors as check_request. A person's request may leave `answer_by` out: then it is that of
// usual_answer_by(), from `asked_at`.
Result<ClearanceRequest> read_clearance_request(json::Value value, std::optional<Time> asked_at = std::nullopt);
Result<ClearanceConditions> read_clearance_conditions(json::Value value);
// An hour for what has priority, 48 for others; before the first entry where there is time for that.
[[nodiscard]] Time usual_answer_by(const ClearanceRequest& request, Time asked_at);

// What a person says, as the API and the command take it: {"act":"answer","revision":1,…} without party, number, v, by and what the node gives.
// "answer", "reply", "revoke", "withdraw", "acknowledge" only. It is checked whole when it has become an act. Errors: bad_input, over_limit.
struct ClearanceDraft {
  std::optional<std::uint32_t> revision;   // of an answer and a reply never empty: nobody approves what he has not seen
  ClearanceSaid said;
};
Result<ClearanceDraft> read_clearance_draft(json::Value value);

// One text for one act (RFC 8785), without a line feed at the end, and back: only the canonical text is read.
[[nodiscard]] std::string canonical_json(const ClearanceAct& act);
Result<ClearanceAct> read_clearance_act(json::Value value);
Result<ClearanceAct> parse_clearance_act(std::string_view text);
// SHA-256 of the canonical text, 64 hexadecimal digits in lower case.
[[nodiscard]] std::string id_of(const ClearanceAct& act);

}  // namespace skypact::plan
