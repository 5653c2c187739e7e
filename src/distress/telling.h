#pragma once
// Telling: who is told of a case, and how much. One pure function, and two types that keep the exact from the coarse.
//
//     const Telling telling = who_is_told(view, rules);
//     for (const TellingLine& line : telling.lines) send(line, summary_text(view, line.recipient, …));   // case_summary.h
//
// The rescue coordination centre comes first. A civil aircraft's position is told exactly, to everybody, at once. Of a protected one (Owner::protect:
// a state aircraft) everybody but its owner is told that it exists, the frequencies and a coarse area; a downed crew's
// place told to an adversary can kill them. The owner is told exactly, and releases the place by an officer's act, or
// has agreed beforehand that some or all be told: by its node's configuration, or by a clause of a pact. The owner is who more than a word says it is; until that is certain nobody is told
// exactly, and the lines say so.
//
// An ExactRecipient is made here and nowhere else, and only an ExactRecipient gets an ExactSummary. Values; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "distress/assessment.h"
#include "distress/case.h"

namespace skypact::distress {

// Responsible for the place, as the caller found them in the imported regions; the nearest responsible first.
struct RescueCentre {
  std::string id, name, contact;
};
// Whom the safety floor names, with the desk that is told.
struct FloorParty {
  std::string id, desk;
};
// Somebody outside the pact, and who speaks to him for all (the terms' outsiders).
struct OutsideContact {
  std::string id, whom, party, desk;
};

// An owner has agreed that these are told at once where its state aircraft are.
struct PreAuthorisation {
  std::string owner;
  bool everybody = false;
  std::vector<std::string> parties{};   // beside everybody: none
  bool rescue_centres = false;
  std::string by;                       // whose word it is, for people: "distress.crews, corridor v3 5f2a91c0b3d4"
};

struct TellingRules {
  std::string own_party;
  std::vector<RescueCentre> rescue_centres;
  std::vector<FloorParty> parties;
  std::vector<OutsideContact> outsiders;
  std::vector<PreAuthorisation> pre_authorised;
};

// Why somebody is told exactly, or not.
enum class ContentGround : std::uint8_t {
  not_protected,     // civil, humanitarian, or of nobody known
  owner,             // it is his own
  released,          // by an officer of the owner
  pre_authorised,    // by the owner's agreement
  state_aircraft,    // coarse: the owner has not released it
  owner_uncertain,   // coarse: it is not certain whose it is
};
[[nodiscard]] std::string_view to_string(ContentGround ground);
[[nodiscard]] bool is_exact(ContentGround ground);

struct Telling;
class ExactRecipient {
 public:
  [[nodiscard]] const Addressee& to() const { return to_; }

 private:
  friend Telling who_is_told(const Case& c, const TellingRules& rules);
  explicit ExactRecipient(Addressee to) : to_(std::move(to)) {}
  Addressee to_;
};
class CoarseRecipient {
 public:
  explicit CoarseRecipient(Addressee to) : to_(std::move(to)) {}
  [[nodiscard]] const Addressee& to() const { return to_; }

 private:
  Addressee to_;
};
using Recipient = std::variant<ExactRecipient, CoarseRecipient>;
[[nodiscard]] const Addressee& addressee_of(const Recipient& recipient);

struct TellingLine {
  Recipient recipient;
  std::string name;            // for people: the centre's name, whom
  std::string desk;            // of a party; the centre's telephone; of an outsider "party/desk" that speaks to him
  ContentGround ground = ContentGround::not_protected;
  std::string agreed_by{};     // pre_authorised: whose word it is
  bool due = true;             // not told yet, or only coarsely while it may be told exactly now
};
struct Telling {
  std::vector<TellingLine> lines;        // centres as given, the owner, other parties by id, outsiders by id; never the own party
  Owner owner;
  bool may_relay = false;                // else the lines wait for an officer, or for a second burst
  bool may_be_spoken = true;             // over the radio: what is said there is heard by whoever must not hear it
  std::vector<std::string> reasons;      // in words, of all that is withheld
  ExactRecipient own;                    // this node's own desk, which knows what the node knows
};
[[nodiscard]] Telling who_is_told(const Case& c, const TellingRules& rules);

}  // namespace skypact::distress
