#include "pact/key_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pact/test_pact.h"

namespace skypact::pact {
namespace {

using std::chrono::hours;
using test::noon;
using testing::HasSubstr;

class Register : public testing::Test {
 protected:
  std::vector<std::string> signatories(Time when) const {
    std::vector<std::string> names;
    for (const KeyInUse& key : keys_.at("north", listed_, KeyRole::signatory, when)) names.push_back(key.key);
    return names;
  }
  static std::string text(const ledger::SigningKey& key) { return ledger::to_string(key.verifier()); }
  Result<void> add(StatementBody body, const std::vector<const ledger::SigningKey*>& by, Time recorded = noon) {
    const auto note = parse_statement_note(test::note_by(test::text_of("north", noon, std::move(body)), by));
    return keys_.add("north", note.value(), recorded);
  }

  const test::PartyKeys& north_ = test::keys_of("north");
  const ledger::SigningKey& ada_ = north_.signatories[0];
  const ledger::SigningKey& ben_ = north_.signatories[1];
  ledger::SigningKey new_ = test::new_key("north.example/ada2");
  std::vector<ListedKey> listed_{{KeyRole::signatory, text(ada_)}, {KeyRole::signatory, text(ben_)}};
  std::vector<Member> members_ = test::setup_of("north").members;
  KeyRegister keys_{members_};
};

TEST_F(Register, HasTheKeysOfTheTermsUntilTheyChange) {
  EXPECT_THAT(signatories(noon), testing::UnorderedElementsAre(text(ada_), text(ben_)));
  EXPECT_TRUE(keys_.at("north", listed_, KeyRole::record, noon).empty());
  EXPECT_TRUE(keys_.at("stranger", {}, KeyRole::signatory, noon).empty());
}

TEST_F(Register, CountsOldAndNewKeySevenDaysLongAsOnePerson) {
  ASSERT_TRUE(add(KeyRotation{KeyRole::signatory, text(ada_), text(new_), noon + hours(1)}, {&north_.root, &ada_}));
  EXPECT_THAT(signatories(noon + hours(1) - milliseconds(1)), testing::UnorderedElementsAre(text(ada_), text(ben_)));
  EXPECT_THAT(signatories(noon + hours(1)), testing::UnorderedElementsAre(text(ada_), text(ben_), text(new_)));
  EXPECT_THAT(signatories(noon + hours(1 + 7 * 24) - milliseconds(1)), testing::UnorderedElementsAre(text(ada_), text(ben_), text(new_)));
  EXPECT_THAT(signatories(noon + hours(1 + 7 * 24)), testing::UnorderedElementsAre(text(ben_), text(new_)));
  for (const KeyInUse& key : keys_.at("north", listed_, KeyRole::signatory, noon + hours(2))) {
    EXPECT_EQ(key.holder, key.key == text(ben_) ? text(ben_) : text(ada_));
  }
}

TEST_F(Register, TakesARotationOnlyWithBothSignatures) {
  const KeyRotation rotation{KeyRole::signatory, text(ada_), text(new_), {}};
  EXPECT_THAT(add(rotation, {&ada_}).error().message, HasSubstr("root key of north"));
  EXPECT_THAT(add(rotation, {&north_.root}).error().message, HasSubstr("old key"));
  EXPECT_THAT(add(rotation, {&test::keys_of("south").root, &ada_}).error().message, HasSubstr("root key of north"));
  EXPECT_THAT(add(rotation, {&ada_, &new_}).error().message, HasSubstr("root key of north"));
  EXPECT_THAT(signatories(noon), testing::UnorderedElementsAre(text(ada_), text(ben_)));
  EXPECT_TRUE(add(KeyRotation{KeyRole::signatory, {}, text(new_), {}}, {&north_.root})) << "one more key, by the root alone";
}

TEST_F(Register, EndsARevokedKeyFromItsEntryOnAndNeverBefore) {
  ASSERT_TRUE(add(KeyRevocation{KeyRole::signatory, text(ada_), "lost", noon - hours(5)}, {&north_.root}, noon));
  EXPECT_THAT(signatories(noon), testing::UnorderedElementsAre(text(ada_), text(ben_))) << "what was recorded by then stays";
  EXPECT_THAT(signatories(noon + milliseconds(1)), testing::ElementsAre(text(ben_)));
  ASSERT_TRUE(add(KeyRevocation{KeyRole::signatory, text(ben_), "leaves", noon + hours(5)}, {&north_.root}, noon));
  EXPECT_THAT(signatories(noon + hours(5) - milliseconds(1)), testing::ElementsAre(text(ben_)));
  EXPECT_TRUE(signatories(noon + hours(5)).empty());
  EXPECT_TRUE(keys_.ended("north", noon).empty());
  EXPECT_THAT(keys_.ended("north", noon + milliseconds(1)), testing::ElementsAre(text(ada_)));
  EXPECT_EQ(keys_.ended("north", noon + hours(5)).size(), 2u);
}

TEST_F(Register, NeverTakesAnEndedKeyBack) {
  ASSERT_TRUE(add(KeyRevocation{KeyRole::signatory, text(ada_), "lost", {}}, {&north_.root}, noon));
  EXPECT_FALSE(add(KeyRotation{KeyRole::signatory, text(ben_), text(ada_), {}}, {&north_.root, &ben_}));
  EXPECT_FALSE(add(KeyRevocation{KeyRole::signatory, text(ada_), "lost", {}}, {&ada_})) << "by the root only";
}

TEST_F(Register, LetsNoKeyServeTwice) {
  EXPECT_FALSE(add(KeyRotation{KeyRole::record, {}, ledger::to_string(north_.root.verifier()), {}}, {&north_.root}));
  EXPECT_FALSE(add(KeyRotation{KeyRole::signatory, {}, ledger::to_string(test::keys_of("south").root.verifier()), {}}, {&north_.root}));
  ASSERT_TRUE(add(KeyRotation{KeyRole::signatory, {}, text(new_), {}}, {&north_.root}));
  EXPECT_FALSE(add(KeyRotation{KeyRole::record, {}, text(new_), {}}, {&north_.root}));
  // Under another name it is the same key.
  ledger::VerifierKey renamed = new_.verifier();
  renamed.name = "north.example/renamed";
  const auto twice = check_single_use(std::vector<KeyUse>{{"north", KeyRole::signatory, text(new_)}, {"south", KeyRole::signatory, ledger::to_string(renamed)}});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("the signatory key of north and the signatory key of south"));
}

TEST_F(Register, RefusesAPartyWithoutAPinnedRoot) {
  const auto note = parse_statement_note(test::note_by(test::text_of("north", noon, KeyRevocation{KeyRole::signatory, text(ada_), "lost", {}}), {&north_.root}));
  EXPECT_THAT(KeyRegister().add("north", *note, noon).error().message, HasSubstr("pinned"));
}

}  // namespace
}  // namespace skypact::pact
