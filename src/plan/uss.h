#pragma once
// Uss: what this USS manages, and whom it still has to tell, as a deterministic machine: operational intents and constraints of its own,
// each as the DSS took it last and as it was asked for since, and notices that peers have not confirmed.
//
//     auto change = uss.begin({.id = id, .intention = …}, now);        // before the DSS is asked
//     journal(to_json(*change)), uss.apply(*change);
//     …                                                                // plan::submit()
//     auto done = uss.taken(id, *submitted.changed, now);              // or not_taken(), or neither: then recover() at the next start
//     journal(to_json(done)), uss.apply(done);                         // and the notices wait to be sent
//
// What peers are shown is what the DSS took last, never what it was asked for. No clock, file, socket or thread; not for several threads
// at once.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/deconflict.h"
#include "plan/f3548_details.h"

namespace skypact::plan {

struct UssLimits {
  static constexpr std::size_t entities = 20'000;
  static constexpr std::size_t dead = 1'000;                // notices that were given up; the oldest goes first
  static constexpr std::size_t name_bytes = 64;
  static constexpr std::size_t operator_bytes = 128;
  static constexpr std::size_t remarks_bytes = 1'000;
  static constexpr Duration kept_after_end = std::chrono::hours(24);
};

// Who flies, for people; no part of what peers are shown.
struct Particulars {
  std::string name;          // call sign, or a constraint's name
  std::string operator_id;   // who is responsible
  std::string aircraft;      // registration or serial number
  std::string remarks;
  std::string address{};     // by which the watch knows it: "4D2023", "report:heli-7"; empty: by its call sign
  friend bool operator==(const Particulars&, const Particulars&) = default;
};

struct OwnEntity {
  struct Asked {
    bool withdraw = false;
    Intention intention;     // where it is not withdrawn; of a constraint, its details
  };
  Kind kind = Kind::operational_intent;
  EntityId id;
  Particulars particulars;
  std::optional<Disclosed> held;        // as the DSS took it last; none: it did not yet
  std::optional<Asked> asked;           // of the DSS; what became of it is not known
  Time changed_at{};
  std::optional<Time> ended;            // out of the DSS since
};

// A notice that its addressee has not confirmed.
struct Outgoing {
  std::uint64_t number = 0;
  Subscriber to;
  Kind kind = Kind::operational_intent;
  EntityId id;
  std::shared_ptr<const Disclosed> entity;   // null: it is no more
  Time queued_at{};
  std::optional<Time> given_up{};
  std::string why;                           // it was given up
};
[[nodiscard]] EntityNotice notice_of(const Outgoing& outgoing);

struct UssChange {
  // One entity's notices.
  struct Round {
    Kind kind = Kind::operational_intent;
    EntityId id;
    std::shared_ptr<const Disclosed> entity;
    Time queued_at{};
    std::uint64_t first = 0;                 // number of the first addressee's; the others follow
    std::vector<Subscriber> to;
  };
  struct GivenUp {
    std::uint64_t number = 0;
    Time at{};
    std::string why;
  };
  std::vector<OwnEntity> put;
  std::vector<EntityId> forgotten;
  std::vector<Round> queued;
  std::vector<GivenUp> given_up;
  std::vector<std::uint64_t> settled;        // confirmed, or dismissed by a person
  [[nodiscard]] bool empty() const { return put.empty() && forgotten.empty() && queued.empty() && given_up.empty() && settled.empty(); }
};
[[nodiscard]] std::string to_json(const UssChange& change);
// Errors: bad_input, over_limit.
Result<UssChange> read_uss_change(std::string_view text);

class Uss {
 public:
  struct Asks {
    Kind kind = Kind::operational_intent;
    EntityId id;
    std::optional<Particulars> particulars{};   // none: they stay
    Intention intention;
  };
  // Errors: conflict where it is being changed already or has ended, over_limit, bad_input for what no USS may ask for.
  [[nodiscard]] Result<UssChange> begin(const Asks& asks, Time now) const;
  [[nodiscard]] Result<UssChange> begin_withdrawal(EntityId id, Time now) const;
  // The DSS took what was asked.
  [[nodiscard]] UssChange taken(EntityId id, const ReferenceChanged& changed, Time now) const;
  // It did not. An entity that it never took is forgotten.
  [[nodiscard]] UssChange not_taken(EntityId id, Time now) const;
  // What time has ended has, and what has ended long ago is forgotten. May be empty.
  [[nodiscard]] UssChange time_passes(Time now) const;

  [[nodiscard]] UssChange confirmed(std::uint64_t number) const { return {.put = {}, .forgotten = {}, .queued = {}, .given_up = {}, .settled = {number}}; }
  [[nodiscard]] UssChange given_up(std::uint64_t number, Time now, std::string why) const;

  void apply(const UssChange& change);
  // All that is held, as changes that make it of nothing.
  void whole(const std::function<void(const UssChange&)>& piece) const;

  // Null where there is none, or it has ended.
  [[nodiscard]] const OwnEntity* find(EntityId id) const;
  // What peers may be shown: null where the DSS has not taken it, or no more.
  [[nodiscard]] const Disclosed* disclosed(Kind kind, EntityId id) const;
  [[nodiscard]] const std::map<EntityId, OwnEntity>& entities() const { return entities_; }   // the ended too
  [[nodiscard]] const std::map<std::uint64_t, Outgoing>& outgoing() const { return outgoing_; }

  // Own intents that meet what a peer has disclosed.
  [[nodiscard]] std::vector<EntityId> met_by(const Disclosed& entity) const;

 private:
  std::map<EntityId, OwnEntity> entities_;
  std::map<std::uint64_t, Outgoing> outgoing_;
  std::uint64_t next_number_ = 1;
};

}  // namespace skypact::plan
