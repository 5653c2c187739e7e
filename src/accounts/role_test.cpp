// The table of roles: each duty has what it needs and nothing of another's.

#include "accounts/role.h"

#include <gtest/gtest.h>

#include "accounts/account.h"

namespace skypact::accounts {
namespace {

constexpr Permission all_permissions[] = {Permission::own,    Permission::read,      Permission::acknowledge, Permission::zones,        Permission::inhibit,
                                          Permission::report, Permission::negotiate, Permission::sign,        Permission::see_accounts, Permission::administer};

TEST(Role, TheTableIsExactlyThis) {
  const auto granted = [](Role role) {
    std::string text;
    for (const Permission p : all_permissions) {
      if (permissions_of(role).has(p)) text += std::string(to_string(p)) + ' ';
    }
    return text;
  };
  EXPECT_EQ(granted(Role::administrator), "own read see_accounts administer ");
  EXPECT_EQ(granted(Role::negotiator), "own read negotiate ");
  EXPECT_EQ(granted(Role::signatory), "own read sign ");
  EXPECT_EQ(granted(Role::watch_officer), "own read acknowledge zones inhibit report ");
  EXPECT_EQ(granted(Role::planner), "own read zones ");
  EXPECT_EQ(granted(Role::observer), "own read ");
}

TEST(Role, ANameIsReadBackAndAnotherWordIsNone) {
  for (std::size_t i = 0; i < role_count; ++i) EXPECT_EQ(role_of(to_string(static_cast<Role>(i))), static_cast<Role>(i));
  EXPECT_FALSE(role_of("root"));
  EXPECT_FALSE(role_of(""));
  for (const Permission p : all_permissions) EXPECT_TRUE(every_permission().has(p)) << to_string(p) << " is granted to no role";
}

TEST(Role, WhoSignsNegotiatesOrAdministersNeedsASecondFactorFirst) {
  Account a;
  a.roles = {Role::administrator, Role::signatory, Role::negotiator, Role::watch_officer};
  EXPECT_FALSE(permissions_of(a).has(Permission::administer));
  EXPECT_FALSE(permissions_of(a).has(Permission::sign));
  EXPECT_FALSE(permissions_of(a).has(Permission::negotiate));
  EXPECT_TRUE(permissions_of(a).has(Permission::acknowledge)) << "the watch does not wait for a telephone";
  a.totp.emplace();
  EXPECT_TRUE(permissions_of(a).has(Permission::administer));
  EXPECT_TRUE(permissions_of(a).has(Permission::sign));
  a.password_is_initial = true;
  EXPECT_EQ(permissions_of(a), (Permissions{Permission::own, Permission::read})) << "somebody else knows this password";
  a.disabled = true;
  EXPECT_TRUE(permissions_of(a).empty());
}

TEST(Role, OnlySigningAndAccountsNeedAFreshConfirmation) {
  for (const Permission p : all_permissions) {
    EXPECT_EQ(needs_step_up(p), p == Permission::sign || p == Permission::administer) << to_string(p);
  }
}

}  // namespace
}  // namespace skypact::accounts
