// Accounts, their sessions and how long a wrong password makes wait.

#include "accounts/account.h"

#include <gtest/gtest.h>

#include "accounts/session.h"
#include "accounts/throttle.h"

namespace skypact::accounts {
namespace {

const Time noon = *parse_rfc3339("2026-11-26T12:00:00Z");

std::string hash() {
  static const std::string made = *hash_password("seven red boats", {.passes = 1, .memory_bytes = 8192});
  return made;
}

Accounts two_people() {
  Accounts people;
  EXPECT_TRUE(people.create({"root.admin", "Root Admin", {}, {Role::administrator}}, hash(), false, noon));
  EXPECT_TRUE(people.create({"anna", "Duty desk", {"north-duty"}, {Role::watch_officer}}, hash(), true, noon));
  return people;
}

ErrorCode code_of(const Result<void>& result) { return result ? ErrorCode::internal : result.error().code; }

TEST(Accounts, RefuseWhatIsNoName) {
  Accounts people;
  for (const std::string_view bad : {"", "Anna", "1anna", "an na", "anna/../x", "änna", "a23456789012345678901234567890123"}) {
    EXPECT_EQ(code_of(people.create({std::string(bad), "Anna", {}, {Role::observer}}, hash(), false, noon)), ErrorCode::bad_input) << bad;
  }
  EXPECT_EQ(code_of(people.create({"anna", "An\nna", {}, {Role::observer}}, hash(), false, noon)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(people.create({"anna", "Anna", {"a", "a"}, {Role::observer}}, hash(), false, noon)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(people.create({"anna", "Anna", {}, {}}, hash(), false, noon)), ErrorCode::bad_input) << "deny by default: a role is given, not assumed";
  EXPECT_EQ(code_of(people.create({"anna", "Anna", {}, {Role::observer}}, "seven red boats", false, noon)), ErrorCode::bad_input) << "a password where a hash belongs";
  EXPECT_TRUE(people.empty());
}

TEST(Accounts, AreBounded) {
  Accounts people;
  for (std::size_t i = 0; i < AccountLimits::accounts; ++i) {
    ASSERT_TRUE(people.create({"a" + std::to_string(i), "A", {}, {Role::observer}}, hash(), false, noon));
  }
  EXPECT_EQ(code_of(people.create({"one.more", "A", {}, {Role::observer}}, hash(), false, noon)), ErrorCode::over_limit);
  EXPECT_TRUE(parse_accounts(to_json(people))) << "the file of the most accounts is within its own bound";
}

TEST(Accounts, KeepAnAdministrator) {
  Accounts people = two_people();
  EXPECT_EQ(code_of(people.change("root.admin", {.disabled = true})), ErrorCode::conflict);
  EXPECT_EQ(code_of(people.change("root.admin", {.roles = Roles{Role::observer}})), ErrorCode::conflict);
  ASSERT_TRUE(people.change("anna", {.roles = Roles{Role::watch_officer, Role::administrator}}));
  EXPECT_TRUE(people.change("root.admin", {.disabled = true}));
  EXPECT_EQ(code_of(people.change("anna", {.disabled = true})), ErrorCode::conflict) << "a disabled administrator is none";
}

TEST(Accounts, AChangeIsDoneWholeOrNotAtAll) {
  Accounts people = two_people();
  const std::string before = to_json(people);
  EXPECT_FALSE(people.change("anna", {.name = "Duty desk, second officer", .roles = Roles{}}));
  EXPECT_FALSE(people.change("nobody", {.disabled = true}));
  EXPECT_EQ(to_json(people), before);
}

TEST(Accounts, ARecoveryCodeIsUsedOnce) {
  Accounts people = two_people();
  ASSERT_TRUE(people.set_totp("anna", TotpSeed{1}, {recovery_digest("AAAA-BBBB"), recovery_digest("CCCC-DDDD")}));
  EXPECT_FALSE(people.use_recovery_code("anna", recovery_digest("EEEE-FFFF")));
  EXPECT_TRUE(people.use_recovery_code("anna", recovery_digest("cccc dddd")));
  EXPECT_FALSE(people.use_recovery_code("anna", recovery_digest("cccc dddd")));
  EXPECT_FALSE(people.use_recovery_code("root.admin", recovery_digest("AAAA-BBBB")));
  ASSERT_TRUE(people.remove_totp("anna"));
  EXPECT_FALSE(people.use_recovery_code("anna", recovery_digest("AAAA-BBBB"))) << "codes go with the second factor";
}

TEST(AccountsFile, IsReadAsItWasWritten) {
  Accounts people = two_people();
  ASSERT_TRUE(people.set_totp("anna", TotpSeed{7, 8, 9}, {recovery_digest("AAAA")}));
  ASSERT_TRUE(people.change("anna", {.disabled = true}));
  const std::string text = to_json(people);
  const auto read = parse_accounts(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), text);
  EXPECT_TRUE(read->find("anna")->disabled);
  EXPECT_EQ(read->find("anna")->totp, (TotpSeed{7, 8, 9}));
}

TEST(AccountsFile, ADefectIsToldWithoutTheSecret) {
  const std::string text = to_json(two_people());
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string changed = text;
    changed.replace(changed.find(what), what.size(), instead);
    const auto read = parse_accounts(changed);
    EXPECT_FALSE(read) << instead;
    return read ? std::string() : read.error().message;
  };
  EXPECT_NE(with("\"v\":1", "\"v\":2").find("v:"), std::string::npos);
  EXPECT_NE(with("watch_officer", "watch_master").find("accounts[0]: roles"), std::string::npos);
  EXPECT_NE(with("\"disabled\":false", "\"disabled\":0").find("disabled"), std::string::npos);
  EXPECT_NE(with("\"name\"", "\"nickname\"").find("name"), std::string::npos);
  EXPECT_NE(with("root.admin", "anna").find("already"), std::string::npos);
  for (const std::string& message : {with("$argon2id$", "$argon2ix$"), with("}", "")}) {
    EXPECT_EQ(message.find(hash().substr(12, 12)), std::string::npos) << message;
  }
}

Session session_of(std::string account, std::string_view id, Time at, SessionKind kind = SessionKind::other) {
  return {.key = sha256(id), .account = std::move(account), .kind = kind, .began_at = at, .active_at = at, .confirmed_at = {}};
}

TEST(Sessions, TheWatchLastsAShiftAndOthersEndWhenNobodyActs) {
  Sessions sessions;
  sessions.begin(session_of("anna", "1", noon, SessionKind::watch));
  sessions.begin(session_of("ivan", "2", noon));
  const auto is_there = [&](std::string_view id, Duration after) { return sessions.find(sha256(id), noon + after) != nullptr; };
  EXPECT_TRUE(is_there("2", SessionLimits::idle - seconds(1)));
  EXPECT_FALSE(is_there("2", SessionLimits::idle));
  EXPECT_TRUE(is_there("1", SessionLimits::shift - seconds(1))) << "hours without a touch";
  EXPECT_FALSE(is_there("1", SessionLimits::shift));
  for (Duration t{0}; t < SessionLimits::longest; t += minutes(20)) sessions.active(sha256("2"), noon + t);
  EXPECT_TRUE(is_there("2", SessionLimits::longest - seconds(1)));
  EXPECT_FALSE(is_there("2", SessionLimits::longest)) << "however active";
  EXPECT_EQ(sessions.sweep(noon + SessionLimits::longest).size(), 1u);
  EXPECT_EQ(sessions.sweep(noon + SessionLimits::shift).size(), 1u);
  EXPECT_EQ(sessions.size(), 0u);
}

TEST(Sessions, AConfirmationSignsForFiveMinutes) {
  Sessions sessions;
  sessions.begin(session_of("anna", "1", noon));
  const auto confirmed = [&](Duration after) { return sessions.find(sha256("1"), noon + after)->is_confirmed(noon + after); };
  EXPECT_FALSE(confirmed(seconds(0)));
  sessions.confirm(sha256("1"), noon + seconds(10));
  EXPECT_FALSE(confirmed(seconds(9))) << "a clock that was put back does not confirm";
  EXPECT_TRUE(confirmed(seconds(10)));
  EXPECT_TRUE(confirmed(seconds(10) + SessionLimits::step_up - milliseconds(1)));
  EXPECT_FALSE(confirmed(seconds(10) + SessionLimits::step_up));
}

TEST(Sessions, ANinthOfOneAccountEndsTheOldest) {
  Sessions sessions;
  sessions.begin(session_of("ivan", "other", noon - minutes(5)));
  for (std::size_t i = 0; i < SessionLimits::of_one_account; ++i) {
    EXPECT_TRUE(sessions.begin(session_of("anna", std::to_string(i), noon + seconds(static_cast<int>(i)))).empty());
  }
  const auto ended = sessions.begin(session_of("anna", "ninth", noon + minutes(1)));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].key, sha256("0"));
  EXPECT_NE(sessions.find(sha256("other"), noon), nullptr) << "another's sessions are not this one's to end";
}

TEST(Sessions, AreBoundedInAll) {
  Sessions sessions;
  for (std::size_t i = 0; i < SessionLimits::sessions + 10; ++i) {
    sessions.begin(session_of("a" + std::to_string(i / 4), std::to_string(i), noon + milliseconds(static_cast<int>(i))));
  }
  EXPECT_EQ(sessions.size(), SessionLimits::sessions);
  EXPECT_EQ(sessions.find(sha256("0"), noon), nullptr);
  EXPECT_TRUE(Sessions::parse(sessions.to_json())) << "the fullest file is within its own bound";
}

TEST(Sessions, EndTogetherForAnAccountAndMaySpareOne) {
  Sessions sessions;
  for (const char* id : {"1", "2", "3"}) sessions.begin(session_of("anna", id, noon));
  sessions.begin(session_of("ivan", "4", noon));
  const Digest mine = sha256("2");
  EXPECT_EQ(sessions.end_all_of("anna", &mine).size(), 2u);
  EXPECT_NE(sessions.find(mine, noon), nullptr);
  EXPECT_EQ(sessions.end_all_of("anna").size(), 1u);
  EXPECT_EQ(sessions.size(), 1u);
}

TEST(Sessions, AreTakenUpAfterARestartWithTheCodesThatWereUsed) {
  Sessions sessions;
  sessions.begin(session_of("anna", "1", noon, SessionKind::watch));
  sessions.confirm(sha256("1"), noon);
  sessions.use_step("anna", 100);
  sessions.use_step("anna", 99);
  const auto read = Sessions::parse(sessions.to_json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->to_json(), sessions.to_json());
  EXPECT_EQ(read->last_step("anna"), 100);
  EXPECT_EQ(read->last_step("ivan"), 0);
  EXPECT_EQ(sessions.to_json().find("\"1\""), std::string::npos) << "the id itself is nowhere";
}

TEST(Throttle, AWrongPasswordWaitsLongerEachTimeAndNeverForEver) {
  Throttle throttle;
  Time now = noon;
  const auto wait = [&] { return throttle.wait("anna", "10.0.0.1", now); };
  for (unsigned i = 0; i < ThrottleLimits::free_of_pair; ++i) {
    EXPECT_EQ(wait(), Duration(0)) << i;
    throttle.failed("anna", "10.0.0.1", now);
  }
  Duration before = wait();
  EXPECT_EQ(before, ThrottleLimits::first_wait);
  for (int i = 0; i < 100; ++i) {
    now += before;
    EXPECT_EQ(wait(), Duration(0));
    throttle.failed("anna", "10.0.0.1", now);
    EXPECT_GE(wait(), before);
    EXPECT_LE(wait(), ThrottleLimits::longest_wait);
    before = wait();
  }
  EXPECT_EQ(before, ThrottleLimits::longest_wait);
  EXPECT_EQ(throttle.wait("ivan", "10.0.0.2", now), Duration(0)) << "another account from another address";
  throttle.succeeded("anna", "10.0.0.1", now);
  EXPECT_EQ(wait(), Duration(0));
}

TEST(Throttle, StrangersDoNotKeepADeskOutOfItsOwnAccount) {
  Throttle throttle;
  throttle.succeeded("anna", "10.0.0.1", noon);
  for (int i = 0; i < 5000; ++i) throttle.failed("anna", "192.0.2." + std::to_string(i), noon + milliseconds(i));
  const Time now = noon + seconds(6);
  EXPECT_EQ(throttle.wait("anna", "10.0.0.1", now), Duration(0)) << "from where it has logged in";
  EXPECT_GT(throttle.wait("anna", "198.51.100.1", now), Duration(0)) << "from an address not seen before";
}

TEST(Throttle, OneAddressThatTriesManyNamesWaits) {
  Throttle throttle;
  for (int i = 0; i < 100; ++i) throttle.failed("name" + std::to_string(i), "192.0.2.1", noon);
  EXPECT_GT(throttle.wait("another", "192.0.2.1", noon), Duration(0));
  EXPECT_EQ(throttle.wait("another", "192.0.2.1", noon + ThrottleLimits::forgotten_after + seconds(1)), Duration(0));
}

TEST(Throttle, IsBoundedAndAClockPutBackDoesNotLockAnybodyOut) {
  Throttle throttle;
  for (std::size_t i = 0; i < ThrottleLimits::entries + 100; ++i) {
    throttle.failed("name" + std::to_string(i), "peer" + std::to_string(i), noon + milliseconds(static_cast<int>(i)));
  }
  EXPECT_LE(throttle.size(), 3 * ThrottleLimits::entries);
  for (int i = 0; i < 50; ++i) throttle.failed("anna", "p", noon + std::chrono::hours(48));
  EXPECT_LE(throttle.wait("anna", "p", noon), ThrottleLimits::longest_wait);
}

}  // namespace
}  // namespace skypact::accounts
