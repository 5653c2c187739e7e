#pragma once
// Whose answer to an alert is still awaited, and who is to be called because it does not come: the timers and the ladder
// that parties agreed, applied to a danger between their aircraft.
//
//     for (const AwaitedAnswer& a : awaited_answers(alert, own, peers.of(alert), answers_that_hold, parties, now))
//       if (a.stage == AwaitedAnswer::Stage::late) ring(a.party, a.call);
//
// The time runs from when the alert was more than an advisory (Alert::grave_since), even if nothing was agreed then: before that nobody
// need hurry. It runs for the desk of each party that has an aircraft in a conflict with one of ours, and of zones and distress for
// our own. A desk that answered in this episode, by its own node or, told by voice, at ours, is awaited no more. Where several
// agreements hold the shorter time counts. Pure; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "guard/alert.h"
#include "node/peer_alerts.h"
#include "node/picture.h"

namespace skypact::node {

struct AwaitedAnswer {
  enum class Stage : std::uint8_t {
    waiting,
    not_received,              // the other node has not told that it knows of the danger, and should have by now
    late,                      // nobody has answered, and should have by now
    escalated,                 // so late that somebody else is to be called
  };
  PartyId party;               // whose desk; a lead's for its member
  Time since;
  bool received = true;        // the other machine knows: it told an alert about the same danger. Ours does
  Stage stage = Stage::waiting;
  std::string call;            // whom the ladder names by now; empty: nobody yet
  std::optional<Time> next_at; // when it gets worse; empty: no more
  std::vector<Desk> desks;     // how that desk is reached
  friend bool operator==(const AwaitedAnswer&, const AwaitedAnswer&) = default;
};
[[nodiscard]] std::string_view to_string(AwaitedAnswer::Stage stage);

// By party. `agreed` holds now; its parties, `own` and those of `alert` are numbered alike.
[[nodiscard]] std::vector<AwaitedAnswer> awaited_answers(const Alert& alert, PartyId own, const std::vector<const PeerAlert*>& theirs,
                                                         const std::vector<AgreedAnswers>& agreed, const Parties& parties, Time now);
[[nodiscard]] std::vector<AwaitedAnswer> awaited_answers(const Alert& alert, const std::vector<const PeerAlert*>& theirs, const Picture& picture);
// Of these, those that should have come.
[[nodiscard]] std::vector<AwaitedAnswer> overdue(std::vector<AwaitedAnswer> awaited);

}  // namespace skypact::node
