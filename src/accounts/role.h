#pragma once
// Role and Permission: which duty may do what, in one table. What no row grants is refused.
//
//     if (!permissions_of(account).has(Permission::acknowledge)) …
//
// The router's table names the permission of every route (server/router.cpp), and a test asks every route with every
// role. Pure; any thread.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace skypact::accounts {

enum class Role : std::uint8_t { administrator, negotiator, signatory, watch_officer, planner, observer };
inline constexpr std::size_t role_count = 6;

enum class Permission : std::uint8_t {
  own,           // one's own password, second factor and session
  read,          // the picture, alerts, rules, the record: what the desk must see
  acknowledge,   // answer for the party to an alert
  zones,         // add and remove zones
  inhibit,       // inhibitions and groups: they silence alerts
  report,        // send reports, set manual tracks
  speak,         // for the desk, on the duty line; notices and distress cases
  plan,          // flights and constraints, as a USS
  negotiate,     // propose, respond, withdraw
  sign,          // sign, suspend, resume, terminate, keys. Needs a fresh confirmation
  see_accounts,
  administer,    // make and change accounts. Needs a fresh confirmation
};
inline constexpr std::size_t permission_count = 12;

// "watch_officer", "see_accounts": in files, in the API, in the journal.
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(Permission permission);
[[nodiscard]] std::optional<Role> role_of(std::string_view name);

template <class E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> members) {
    for (const E e : members) add(e);
  }
  constexpr void add(E e) { bits_ |= 1u << static_cast<unsigned>(e); }
  [[nodiscard]] constexpr bool has(E e) const { return (bits_ >> static_cast<unsigned>(e) & 1u) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr EnumSet& operator|=(EnumSet other) { return bits_ |= other.bits_, *this; }
  friend constexpr EnumSet operator&(EnumSet a, EnumSet b) { return a.bits_ &= b.bits_, a; }
  friend constexpr bool operator==(EnumSet, EnumSet) = default;

 private:
  std::uint32_t bits_ = 0;
};
using Roles = EnumSet<Role>;
using Permissions = EnumSet<Permission>;

[[nodiscard]] Permissions permissions_of(Role role);
[[nodiscard]] Permissions permissions_of(Roles roles);
// Of a node without accounts, where whoever is let in may do what a loopback node always let them.
[[nodiscard]] Permissions every_permission();

// Password and second factor must have been confirmed no longer ago than SessionLimits::step_up.
[[nodiscard]] bool needs_step_up(Permission permission);
// What such a role may do beyond seeing is asleep until its account has a second factor: a password alone signs
// nothing, negotiates nothing and makes no accounts.
[[nodiscard]] bool needs_second_factor(Role role);

}  // namespace skypact::accounts
