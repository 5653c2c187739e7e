#pragma once
// What other parties' nodes say of the same danger: their alerts beside ours, and answers that contradict each other.
//
//     book.hear(south, shared_alert, now);
//     for (const PeerAlert* theirs : book.of(ours)) …            // the same kind, the same aircraft, at the same time
//     if (const auto c = contradiction(ours, north, book.of(ours), now)) say(c->text);
//
// Two nodes number their alerts each by itself; an alert of theirs is ours when kind and aircraft are the same and the
// times overlap. Values; for one thread, const for any.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guard/alert.h"
#include "link/message.h"

namespace skypact::node {

struct PeerAlertLimits {
  static constexpr std::size_t per_peer = 1'000;
  static constexpr Duration ended_kept = minutes(10);
  static constexpr Duration apart = seconds(60);      // two nodes raise and end the same danger at different moments
};

// Its times are by our clock, its addresses as we know them.
struct PeerAlert {
  PartyId party;
  link::SharedAlert alert;
  Time heard_at;
};

class PeerAlertBook {
 public:
  // False, and counted, where the peer's bound is reached by open alerts.
  bool hear(PartyId party, link::SharedAlert alert, Time now);
  // It begins anew: what it told before counts no more.
  void forget(PartyId party);
  // Ended ones leave after a while.
  void expire(Time now);

  [[nodiscard]] const std::vector<PeerAlert>& all() const { return alerts_; }
  // The newest of each party that is about the same danger.
  [[nodiscard]] std::vector<const PeerAlert*> of(const Alert& ours) const;
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  std::vector<PeerAlert> alerts_;
  std::uint64_t refused_ = 0;
};

[[nodiscard]] bool same_danger(const Alert& ours, const link::SharedAlert& theirs);

enum class ContradictionCode : std::uint8_t {
  nobody_moves,       // one party says the other moves, and that one says so too, or that there is no factor
  nobody_sees_it,     // all say no factor, and the loss comes nearer or is there
};
[[nodiscard]] std::string_view to_string(ContradictionCode code);
struct Contradiction {
  ContradictionCode code = ContradictionCode::nobody_moves;
  PartyId other;
  std::string text;
};
// Of our party's last answer and theirs. While it ends, nobody needs to be told.
[[nodiscard]] std::optional<Contradiction> contradiction(const Alert& ours, PartyId own, const std::vector<const PeerAlert*>& theirs, const Parties& parties, Time now);

// ---- Between our words and the link's -----------------------------------------------------------------------

[[nodiscard]] link::SharedAlert shared_alert(const Alert& alert, const Parties& parties);
// An address that the peer named, as this node names it: its own "report:heli-7" is "report:south.heli-7" here, and what
// it calls "report:north.heli-1" is our own heli-1. Two nodes' names never mean one aircraft by chance.
[[nodiscard]] Address address_from_peer(const Address& address, std::string_view peer, std::string_view own);
// Times by our clock, which the peer's is `ahead` of, and addresses as we know them.
[[nodiscard]] link::SharedAlert alert_from_peer(link::SharedAlert alert, std::string_view peer, std::string_view own, Duration ahead);

}  // namespace skypact::node
