// Times of entries by what others cosigned, and nothing by what anybody only says.

#include "ledger/time_bracket.h"

#include <gtest/gtest.h>

#include "json/writer.h"
#include "ledger/test_log.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));

struct Party {
  SigningKey key = SigningKey::generate("north.example/record", KeyType::ed25519);
  SigningKey south = SigningKey::generate("south.example/cosigner", KeyType::cosignature);
  SigningKey relief = SigningKey::generate("relief.example/cosigner", KeyType::cosignature);
  std::vector<std::string> entries;

  [[nodiscard]] Policy policy() const {
    Policy policy = policy_of(key.verifier());
    policy.witnesses = {{"south", south.verifier(), {}}, {"relief", relief.verifier(), {}}};
    policy.quorum = 0;
    return policy;
  }
  [[nodiscard]] Note head(const SigningKey& by, Time at) const { return head(entries, by, at); }
  [[nodiscard]] Note head(const std::vector<std::string>& of, const SigningKey& by, Time at) const {
    Note note = parse_note(test::log_of(of, key).at("checkpoint")).value();
    note.signatures.push_back(cosign(note.text, by, at));
    return note;
  }
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) entries.push_back("{\"n\":" + std::to_string(entries.size()) + ",\"type\":\"traffic\"}\n");
  }
  void add_cosigned(const Note& note) {
    std::string text;
    json::Writer out(text);
    out.begin_object();
    out.key("body");
    out.begin_object();
    out.field("checkpoint", to_text(note));
    out.end_object();
    out.field("type", "cosigned");
    out.end_object();
    entries.push_back(text + "\n");
  }
  [[nodiscard]] TimeBracket bracket(std::uint64_t index) const {
    const auto files = test::log_of(entries, key);
    return time_bracket(index, entries.size(), test::reader_of(files), policy()).value();
  }
};

TEST(TimeBracket, IsTheSameForEveryEntryBelowItsSameUntil) {
  Party north;
  for (int i = 0; i < 4; ++i) {
    north.add(7);
    north.add_cosigned(north.head(i % 2 == 0 ? north.south : north.relief, noon + seconds(60 * i)));
  }
  north.add(5);
  for (std::uint64_t index = 0; index < north.entries.size(); ++index) {
    const TimeBracket known = north.bracket(index);
    ASSERT_GT(known.same_until, index);
    ASSERT_LE(known.same_until, north.entries.size());
    for (std::uint64_t other = index + 1; other < known.same_until; ++other) {
      const TimeBracket again = north.bracket(other);
      const auto time = [](const std::optional<TimeBracket::End>& end) { return end ? std::optional(end->at) : std::nullopt; };
      EXPECT_EQ(time(known.after), time(again.after)) << index << " and " << other;
      EXPECT_EQ(time(known.before), time(again.before)) << index << " and " << other;
    }
  }
}

TEST(TimeBracket, LiesBetweenTheCosignaturesAroundAnEntry) {
  Party north;
  north.add(300);
  north.add_cosigned(north.head(north.south, noon));                   // entry 300, of 300
  north.add(10);
  north.add_cosigned(north.head(north.relief, noon + seconds(60)));    // entry 311, of 311
  north.add(10);
  north.add_cosigned(north.head(north.south, noon + seconds(120)));    // entry 322, of 322

  const TimeBracket before_any = north.bracket(299);
  EXPECT_FALSE(before_any.after);
  EXPECT_EQ(before_any.before->at, noon);
  EXPECT_EQ(before_any.before->size, 300u);

  const TimeBracket middle = north.bracket(305);
  EXPECT_EQ(middle.after->at, noon);
  EXPECT_EQ(middle.before->at, noon + seconds(60));
  EXPECT_EQ(north.policy().witnesses[middle.before->witness].name, "relief");

  const TimeBracket carrier = north.bracket(311);  // it carries the cosignature, so it is younger than that
  EXPECT_EQ(carrier.after->at, noon + seconds(60));
  EXPECT_EQ(carrier.before->at, noon + seconds(120));

  const TimeBracket newest = north.bracket(322);
  EXPECT_EQ(newest.after->at, noon + seconds(120));
  EXPECT_FALSE(newest.before);
}

TEST(TimeBracket, TakesTheNewestCheckpointsCosignatures) {
  Party north;
  north.add(5);
  auto files = test::log_of(north.entries, north.key);
  files["checkpoint"] = to_text(north.head(north.south, noon));
  EXPECT_EQ(time_bracket(4, 5, test::reader_of(files), north.policy())->before->at, noon);
}

TEST(TimeBracket, DoesNotBelieveStrangersForgersOrAnotherHistory) {
  Party north;
  north.add(5);
  const SigningKey stranger = SigningKey::generate("stranger.example", KeyType::cosignature);
  north.add_cosigned(north.head(stranger, noon));
  Note forged = north.head(north.south, noon);
  forged.signatures.back().bytes[20] ^= 1;
  north.add_cosigned(forged);
  auto other = test::some_entries(8);
  north.add_cosigned(north.head(other, north.south, noon));  // a fork's: it does not contain entry 3
  north.add(3);
  const TimeBracket bracket = north.bracket(3);
  EXPECT_FALSE(bracket.before);
  EXPECT_FALSE(bracket.after);
}

TEST(TimeBracket, OfAnEntryThatIsNotThereIsRefused) {
  Party north;
  north.add(5);
  const auto files = test::log_of(north.entries, north.key);
  EXPECT_FALSE(time_bracket(5, 5, test::reader_of(files), north.policy()));
}

// The search ends: an entry far from any cosignature has no bracket rather than costing the whole log.
TEST(TimeBracket, LooksSoFarAndNoFarther) {
  Party north;
  north.add(10);
  north.add_cosigned(north.head(north.south, noon));
  north.add(TimeBracketLimits::entries + 600);
  const auto files = test::log_of(north.entries, north.key);
  const auto bracket = [&](std::uint64_t index) { return time_bracket(index, north.entries.size(), test::reader_of(files), north.policy()).value(); };
  EXPECT_TRUE(bracket(TimeBracketLimits::entries).after);
  EXPECT_FALSE(bracket(north.entries.size() - 1).after);
}

}  // namespace
}  // namespace skypact::ledger
