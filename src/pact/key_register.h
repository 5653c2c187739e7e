#pragma once
// Key register: which keys a party had for what at an instant, made of the keys that terms list and of the statements
// key.rotation and key.revocation in the party's own record.
//
//     KeyRegister keys(roots);                                        // pinned by hand in the configuration
//     if (auto done = keys.add("north", note, recorded_at); !done) …  // in the order of north's record
//     for (const KeyInUse& key : keys.at("north", listed, KeyRole::signatory, when)) …
//
// A signature is judged at the time of the entry that brought it, so what was signed before a change stays signed. A key that
// ended stays ended, whatever later terms list. Pure; one thread.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/key.h"
#include "pact/statement.h"

namespace skypact::pact {

// How long the old and the new key both count.
inline constexpr Duration rotation_overlap = std::chrono::hours(24 * 7);

// What the configuration knows of a party by hand: its record and its root key.
struct Member {
  std::string party;
  std::string origin;            // of its record: "north.example/record"
  ledger::VerifierKey root;
};

// A key as terms list it.
struct ListedKey {
  KeyRole role = KeyRole::signatory;
  std::string key;               // its text
  friend bool operator==(const ListedKey&, const ListedKey&) = default;
};

struct KeyInUse {
  std::string key;
  std::string holder;            // the first key of the chain of rotations: old and new key are one person
  std::optional<Time> until;     // where its end is known
  friend bool operator==(const KeyInUse&, const KeyInUse&) = default;
};

struct KeyUse {
  std::string party;
  KeyRole role = KeyRole::signatory;
  std::string key;
};
// One key serves one purpose of one party. Errors: refused, naming both.
Result<void> check_single_use(std::span<const KeyUse> uses);

class KeyRegister {
 public:
  KeyRegister() = default;
  explicit KeyRegister(std::span<const Member> members);

  // A rotation or revocation of the party. Errors: refused where its root key did not sign, a rotation where the old key did
  // not, or where the new key serves elsewhere or was ended; bad_input for another type.
  Result<void> add(std::string_view party, const StatementNote& note, Time recorded_at);

  // The keys of a role at an instant: those listed and those rotated in, without those that ended.
  [[nodiscard]] std::vector<KeyInUse> at(std::string_view party, std::span<const ListedKey> listed, KeyRole role, Time when) const;
  [[nodiscard]] const ledger::VerifierKey* root_of(std::string_view party) const;
  // nullopt where it has not ended.
  [[nodiscard]] std::optional<Time> end_of(std::string_view party, std::string_view key) const;
  // The keys that had ended by then.
  [[nodiscard]] std::vector<std::string> ended(std::string_view party, Time by) const;
  // Roots and keys that rotations brought in.
  [[nodiscard]] std::vector<KeyUse> uses() const;

 private:
  struct RotatedIn {
    KeyRole role = KeyRole::signatory;
    std::string key;
    std::string holder;
    Time from;
  };
  struct Party {
    ledger::VerifierKey root;
    std::vector<RotatedIn> in;
    std::map<std::string, Time, std::less<>> ended;   // by key
  };
  Result<void> rotate(Party& party, const std::string& name, const StatementNote& note, const KeyRotation& rotation, Time recorded_at);

  std::map<std::string, Party, std::less<>> parties_;
};

}  // namespace skypact::pact
