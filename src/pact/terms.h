#pragma once
// Terms: what a pact says, as a checked value. One document, written by a person in TOML or received from a peer as
// canonical JSON, becomes one value; the value has one canonical text (RFC 8785), and the SHA-256 of it is its id.
//
//     auto terms = read_terms(text, "pact.toml");
//     if (!terms) return terms.error();       // every defect with file and line: "pact.toml:41: zone[2].outline: the ring crosses itself …"
//     const std::string id = terms_id(*terms);
//     for (const std::string& clause : clause_ids(*terms)) show(clause, *clause_json(*terms, clause));
//
// A Terms value made by a reader has passed every check of docs/formats/pact-terms.md: what it names exists, no clause
// contradicts another, every length and time is inside its bounds. Unknown fields are refused, and there is none for
// targets or intelligence (R7). Reading the canonical text back gives an equal value, so the id is the same everywhere.
//
// Everything is said in clauses, and every clause has an id that never changes with its place in the document:
//     pact validity area party.north identification.north minima.state minima.default zone.hospital frequency.guard
//     notice.refuelling escalation outside.civil sharing.south distress.crews safety_floor
// Plain values; pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "airspace/identity.h"
#include "airspace/rules.h"
#include "airspace/sharing.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "ledger/hash.h"
#include "ledger/key.h"

namespace skypact::pact {

struct TermsLimits {
  static constexpr std::size_t bytes = std::size_t{1} << 20;   // of the canonical text, and of any text that is read
  static constexpr std::size_t errors_shown = 50;
  static constexpr std::size_t word = 24;                      // bytes of an id
  static constexpr std::size_t name = 120;
  static constexpr std::size_t text = 400;                     // a remark, a contact
  static constexpr std::size_t clause_text = 8'000;
  static constexpr std::size_t parties = 32;
  static constexpr std::size_t signatories = 16;               // per party
  static constexpr std::size_t desks = 8;                      // per party
  static constexpr std::size_t pins = 4;                       // per party
  static constexpr std::size_t languages = 8;
  static constexpr std::size_t fleets = 16;                    // groups of aircraft per party
  static constexpr std::size_t addresses = 1'000;              // per fleet; single ones and ranges
  static constexpr std::size_t registrations = 1'000;          // per fleet
  static constexpr std::size_t callsigns = 100;                // per fleet
  static constexpr std::size_t minima = 200;
  static constexpr std::size_t zones = 1'000;
  static constexpr std::size_t vertices = 1'000;               // of one ring
  static constexpr std::size_t outlines = 16;                  // of the area
  static constexpr std::size_t spans = 200;                    // of one schedule
  static constexpr std::size_t waypoints = 200;                // of one itinerary
  static constexpr std::size_t frequencies = 100;
  static constexpr std::size_t notices = 50;
  static constexpr std::size_t steps = 8;                      // of the ladder
  static constexpr std::size_t outsiders = 50;
  static constexpr std::size_t sharing = 200;
  static constexpr std::size_t releases = 50;
  static constexpr std::size_t texts = 2'000;
  static constexpr std::size_t reviews = 50;
  static constexpr std::size_t floor = 500;                    // ids listed in the safety floor
  // What the watch is given: clauses by pairs of parties with their members and by outlines, and the spans of their schedules.
  static constexpr std::size_t watch_clauses = 10'000;
  static constexpr std::size_t watch_spans = 200'000;
  // Places of edges that are compared to find a corridor in a closed volume, and days of schedules beside them.
  static constexpr std::size_t comparisons = 2'000'000;
  static constexpr Duration longest_validity = std::chrono::hours(24 * 366 * 25);
};

// ------------------------------------------------------------------------------------------------------------ when

// Weekly hours in UTC: on these days from `from` to `to` of the day, `to` at most 24 h. Never over midnight.
struct WeeklyHours {
  std::uint8_t days = 0;               // bit 0: Monday … bit 6: Sunday
  std::chrono::minutes from{}, to{};
  friend bool operator==(const WeeklyHours&, const WeeklyHours&) = default;
};

// When a clause holds, inside the validity. Both lists empty: always. Else in any span of either.
struct Schedule {
  std::vector<Interval<Time>> spans;   // in order, apart
  std::vector<WeeklyHours> weekly;
  [[nodiscard]] bool always() const { return spans.empty() && weekly.empty(); }
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

struct Validity {
  Interval<Time> valid;
  std::vector<Time> review;            // in order, inside `valid`
  Duration termination_notice{};       // how long before it ends a termination must be stated
  friend bool operator==(const Validity&, const Validity&) = default;
};

// ------------------------------------------------------------------------------------------------------------- who

struct Signatory {
  std::string id;                      // a word, unique in the party: "commander"
  std::string name;
  ledger::VerifierKey key;             // ed25519; the person's own
  friend bool operator==(const Signatory&, const Signatory&) = default;
};

// Aircraft of one class of a party. Grounds in falling order of trust: addresses, registrations, callsigns. The last
// are claims, which never lower minima.
struct Fleet {
  AircraftClass aircraft_class = AircraftClass::unknown;
  std::vector<IcaoRange> addresses;    // in order, apart, of one party only
  std::vector<std::string> registrations;
  std::vector<std::string> callsigns;  // how they begin
  friend bool operator==(const Fleet&, const Fleet&) = default;
};

// A party signs for itself and has keys, or is a member under `lead` and has none: the lead signs and answers for it.
struct TermsParty {
  std::string id, name, badge;
  std::vector<std::string> languages;
  std::string lead;                                   // a party id; empty: signs for itself
  std::optional<ledger::VerifierKey> root_key;        // ed25519; present where there is no lead
  std::optional<ledger::VerifierKey> record_key;      // ed25519; its name is the record's
  std::optional<ledger::VerifierKey> cosigner_key;    // cosignature
  std::vector<ledger::Hash> tls_pins;                 // SHA-256 of a SubjectPublicKeyInfo
  std::vector<Signatory> signatories;
  unsigned quorum = 0;                                // two or more signatories, 0 for a member
  std::vector<Desk> desks;
  std::vector<Fleet> fleets;                          // clause identification.<id>
  [[nodiscard]] bool signs() const { return lead.empty(); }
  friend bool operator==(const TermsParty&, const TermsParty&) = default;
};

// ----------------------------------------------------------------------------------------------------------- where

// Where the pact holds.
struct TermsArea {
  std::vector<Ring> outlines;          // at least one
  VerticalLimit floor{VerticalLimit::Reference::surface, {}};
  VerticalLimit ceiling{VerticalLimit::Reference::unlimited, {}};
  friend bool operator==(const TermsArea&, const TermsArea&) = default;
};

// ---------------------------------------------------------------------------------------------------------- minima

// One side of a pair. `none`: no party of this pact, which is an aircraft of somebody else or of nobody known.
struct PairSide {
  enum class Who : std::uint8_t { any, none, party };
  Who who = Who::any;
  std::string party;                            // of Who::party: it and its members
  std::optional<AircraftClass> aircraft_class;  // nullopt: any; unknown: the class is not known
  friend bool operator==(const PairSide&, const PairSide&) = default;
};

struct TermsMinimum {
  std::string id;                      // the word after "minima."
  PairSide one, other;
  Ring area;                           // empty: everywhere
  Schedule when;
  Minima minima;
  Height level_tolerance;              // below the vertical minimum
  friend bool operator==(const TermsMinimum&, const TermsMinimum&) = default;
};

// ----------------------------------------------------------------------------------------------------------- zones

enum class TermsZoneRule : std::uint8_t {
  keep_clear,                  // nobody enters but `parties`
  caution,                     // a special caution area
  protected_site,              // nobody enters `buffer` around it but `parties`
  corridor,                    // `parties` stay in it once they are in it
  altitude_block,              // reserved for `parties`; others keep clear
  contact,                     // whoever enters calls the desk or frequency named
  no_entry_without_contact,    // nobody enters before that call is answered, but `parties`
};

struct Waypoint {
  Time at;
  geo::Position position;
  friend bool operator==(const Waypoint&, const Waypoint&) = default;
};

// Either `outline`, or `centre` with `radius`. It stands still, or moves: with a track (`moves_with` and `anchor`), or along
// an itinerary, where outline and centre are drawn around the first waypoint and keep their place relative to the moving point.
struct TermsZone {
  std::string id, name;
  TermsZoneRule rule = TermsZoneRule::keep_clear;
  Ring outline;
  std::optional<geo::Position> centre;
  Length radius;
  Length buffer;
  VerticalLimit floor{VerticalLimit::Reference::surface, {}};
  VerticalLimit ceiling{VerticalLimit::Reference::unlimited, {}};
  Height ground_elevation;
  std::vector<std::string> parties;    // whom the rule names
  Schedule when;
  std::optional<Address> moves_with;
  std::optional<geo::Position> anchor;
  std::vector<Waypoint> itinerary;     // in order of time
  std::string call_frequency;          // of contact rings: a frequency's id …
  std::string call_desk;               // … or "party/desk"; at least one
  friend bool operator==(const TermsZone&, const TermsZone&) = default;
};

// ----------------------------------------------------------------------------------------------------- frequencies

enum class FrequencyUse : std::uint8_t { working, guard, distress };

struct TermsFrequency {
  std::string id;
  FrequencyUse use = FrequencyUse::working;
  std::uint32_t khz = 0;               // the channel's name: 118.005 MHz, an 8.33 kHz channel, is 118005
  std::string call_sign;               // who answers
  std::vector<std::string> parties;    // who keeps watch on it; empty: all
  Ring area;                           // empty: everywhere
  std::string remark;
  friend bool operator==(const TermsFrequency&, const TermsFrequency&) = default;
};
// "121.500MHz", "5680kHz".
[[nodiscard]] std::string channel_text(std::uint32_t khz);

// ---------------------------------------------------------------------------------------------- notice, line, sharing

struct TermsNotice {
  std::string activity;                // a word: "refuelling"
  Duration at_least{};
  std::string remark;
  friend bool operator==(const TermsNotice&, const TermsNotice&) = default;
};

// The timers of requirement R10: strictly increasing. A STOP that nobody answered climbs a step from `stop_climbs_from`.
struct Escalation {
  Duration received_within = seconds(30);       // by the other machine
  Duration answered_within = seconds(60);       // by a person
  Duration escalated_within = seconds(120);     // to the first step at the latest
  Duration stop_climbs_from = seconds(15);
  std::vector<LadderStep> steps;                // in order of time
  friend bool operator==(const Escalation&, const Escalation&) = default;
};

// Who speaks to somebody outside the pact, for all.
struct Outsider {
  std::string id;
  std::string whom;                    // "civil flights under the area control centre"
  std::string party;
  std::string desk;                    // of that party
  friend bool operator==(const Outsider&, const Outsider&) = default;
};

enum class ShareWhen : std::uint8_t { always, near_conflict, never };

// What `from` lets `to` have of its picture. What no clause names is not shared.
struct Sharing {
  std::string id;
  std::string from, to;                // party ids, different
  ShareWhen when = ShareWhen::never;
  std::vector<SharedField> fields;     // airspace/sharing.h; in the order of the enum; none with never
  Length position_step;                // positions are rounded to a grid of it; 0: as they are
  Height altitude_step;                // 0: as they are
  Duration delay{};                    // 0: at once
  Length near;                         // near_conflict: pairs closer than this; 0: only pairs under an alert
  friend bool operator==(const Sharing&, const Sharing&) = default;
};

// Where a state aircraft of `of` in distress is, its owner lets these know at once. What no clause names waits for an officer of the
// owner (docs/distress.md): a downed crew's place told to an adversary can kill them.
struct DistressRelease {
  std::string id;
  std::string of;                      // a party, not its members
  std::vector<std::string> to;         // party ids, others than `of`
  bool rescue_centres = false;         // and the rescue coordination centres of the place, which are else told coarsely
  friend bool operator==(const DistressRelease&, const DistressRelease&) = default;
};

// ----------------------------------------------------------------------------------------------------------- texts

enum class TextStatus : std::uint8_t { unreviewed, signed_text };

// The words of one clause in one language. Checked against the clause: every quantity of it occurs in the words.
struct ClauseText {
  std::string clause, language;
  TextStatus status = TextStatus::unreviewed;
  std::string text;
  friend bool operator==(const ClauseText&, const ClauseText&) = default;
};

// ----------------------------------------------------------------------------------------------------------- terms

struct Terms {
  std::string id;                                // of the pact, a word: "corridor"
  std::uint32_t version = 1;                     // 1, 2, …
  std::optional<ledger::Hash> supersedes;        // id of the terms it replaces; absent of version 1 only
  std::string title;
  Validity validity;
  TermsArea area;
  std::vector<TermsParty> parties;
  std::vector<TermsMinimum> minima;              // the first that matches pair, place and time applies
  Minima default_minima;
  Height default_level_tolerance = feet_of_height(200);
  std::vector<TermsZone> zones;
  std::vector<TermsFrequency> frequencies;
  std::vector<TermsNotice> notices;
  Escalation escalation;
  std::vector<Outsider> outsiders;
  std::vector<Sharing> sharing;
  std::vector<DistressRelease> releases;         // clauses distress.<id>
  std::vector<std::string> safety_floor;         // as listed; safety_floor_ids() has all
  std::vector<ClauseText> texts;
  friend bool operator==(const Terms&, const Terms&) = default;
};

// TOML or JSON, by whether it begins with a brace. `file` is the name for errors. Errors: bad_input with all defects, a line
// each, up to TermsLimits::errors_shown; over_limit.
Result<Terms> read_terms(std::string_view text, std::string_view file);
Result<Terms> read_terms_toml(std::string_view text, std::string_view file);
Result<Terms> read_terms_json(std::string_view text, std::string_view file);

// The one text of the terms (RFC 8785), and its SHA-256: as a hash, and in 64 lower-case hexadecimal digits.
[[nodiscard]] std::string canonical_json(const Terms& terms);
[[nodiscard]] ledger::Hash terms_hash(const Terms& terms);
[[nodiscard]] std::string terms_id(const Terms& terms);

// Every clause once, in the order of the document's sections above.
[[nodiscard]] std::vector<std::string> clause_ids(const Terms& terms);
// The canonical JSON of one clause; nullopt where there is none of that id.
[[nodiscard]] std::optional<std::string> clause_json(const Terms& terms, std::string_view clause);

// What no suspension reaches, in the order of clause_ids(): what the terms list, and always pact, validity, every party (the
// duty line and the keys), escalation (STOP), the safety floor itself, and every guard and distress frequency.
[[nodiscard]] std::vector<std::string> safety_floor_ids(const Terms& terms);
[[nodiscard]] bool in_safety_floor(const Terms& terms, std::string_view clause);

// nullptr where there is none.
[[nodiscard]] const TermsParty* find_party(const Terms& terms, std::string_view id);

}  // namespace skypact::pact
