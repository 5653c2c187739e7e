#include "accounts/role.h"

#include <algorithm>

namespace skypact::accounts {
namespace {

constexpr std::array<std::string_view, role_count> role_names{"administrator", "negotiator", "signatory", "watch_officer", "planner", "observer"};
constexpr std::array<std::string_view, permission_count> permission_names{"own", "read", "acknowledge", "zones", "inhibit",
                                                                          "report", "speak", "plan", "negotiate", "sign", "see_accounts", "administer"};

using enum Permission;
// The one table. Rows in the order of Role. Each has its duty and no more: who administers does not acknowledge, who
// negotiates does not sign; a person with two duties has two roles.
constexpr std::array<Permissions, role_count> table{{
    /* administrator */ {own, read, see_accounts, administer},
    /* negotiator    */ {own, read, negotiate},
    /* signatory     */ {own, read, sign},
    /* watch_officer */ {own, read, acknowledge, zones, inhibit, report, speak, Permission::plan},
    /* planner       */ {own, read, zones, Permission::plan},
    /* observer      */ {own, read},
}};

}  // namespace

std::string_view to_string(Role role) { return role_names[static_cast<std::size_t>(role)]; }
std::string_view to_string(Permission permission) { return permission_names[static_cast<std::size_t>(permission)]; }

std::optional<Role> role_of(std::string_view name) {
  const auto* found = std::find(role_names.begin(), role_names.end(), name);
  if (found == role_names.end()) return std::nullopt;
  return static_cast<Role>(found - role_names.begin());
}

Permissions permissions_of(Role role) { return table[static_cast<std::size_t>(role)]; }

Permissions permissions_of(Roles roles) {
  Permissions all;
  for (std::size_t i = 0; i < role_count; ++i) {
    if (roles.has(static_cast<Role>(i))) all |= table[i];
  }
  return all;
}

Permissions every_permission() {
  Permissions all;
  for (const Permissions row : table) all |= row;
  return all;
}

bool needs_step_up(Permission permission) { return permission == sign || permission == administer; }

bool needs_second_factor(Role role) { return role == Role::administrator || role == Role::negotiator || role == Role::signatory; }

}  // namespace skypact::accounts
