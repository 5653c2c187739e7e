// Proofs that a log is forked: what proves it, and what does not.

#include "ledger/equivocation.h"

#include <gtest/gtest.h>

#include "ledger/test_log.h"

namespace skypact::ledger {
namespace {

class EquivocationTest : public testing::Test {
 protected:
  [[nodiscard]] test::Files log(std::size_t size, std::size_t forked_from = SIZE_MAX) const {
    auto entries = test::some_entries(size);
    for (std::size_t i = forked_from; i < size; ++i) entries[i] += "x";
    return test::log_of(entries, key_);
  }
  [[nodiscard]] std::optional<Equivocation> find(std::size_t held, const test::Files& other) const {
    const auto mine = log(held);
    const Note head = parse_note(mine.at("checkpoint")).value();
    return find_equivocation({held, parse_checkpoint(head.text)->root, {}, head}, parse_note(other.at("checkpoint")).value(), test::reader_of(other), verifier_);
  }
  [[nodiscard]] bool holds(const Equivocation& proof) const { return verify(proof, {&verifier_, 1}).has_value(); }

  SigningKey key_ = SigningKey::generate("north.example/record", KeyType::ed25519);
  VerifierKey verifier_ = key_.verifier();
};

TEST_F(EquivocationTest, IsFoundInTwoCheckpointsOfOneSizeAndOfTwo) {
  for (const std::size_t size : {300u, 301u, 1000u}) {
    const auto proof = find(300, log(size, 299));
    ASSERT_TRUE(proof) << size;
    const std::string text = to_text(*proof);
    const auto again = parse_equivocation(text);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *proof);
    EXPECT_TRUE(is_equivocation(text));
    const auto sides = verify(*again, {&verifier_, 1});
    ASSERT_TRUE(sides) << sides.error().message;
    EXPECT_EQ(sides->at(0).size, 300u);
    EXPECT_EQ(sides->at(1).size, size);
  }
}

TEST_F(EquivocationTest, IsNotALogThatGrew) {
  EXPECT_FALSE(find(300, log(300)));
  EXPECT_FALSE(find(300, log(900)));
  EXPECT_FALSE(find(300, log(900, 300))) << "what differs lies behind what is held";
}

TEST_F(EquivocationTest, OfAnotherLogProvesNothing) {
  const Equivocation proof = find(300, log(301, 7)).value();
  const VerifierKey other = SigningKey::generate("south.example/record", KeyType::ed25519).verifier();
  const auto verdict = verify(proof, {&other, 1});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, ErrorCode::refused);
}

// Everything in it is needed: another root, hash, size, checkpoint or signature, and it proves nothing.
TEST_F(EquivocationTest, ChangedAnywhereProvesNothing) {
  const Equivocation whole = find(300, log(1000, 7)).value();
  ASSERT_TRUE(holds(whole));
  const auto without = [&](auto&& change) {
    Equivocation changed = whole;
    change(changed);
    return !holds(changed);
  };
  EXPECT_TRUE(without([](Equivocation& e) { e.size = 299; }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[1].root.bytes[0] ^= 1; }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[0].root = e.sides[1].root; }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[1].proof.pop_back(); }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[1].proof[2].bytes[9] ^= 1; }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[1] = e.sides[0]; })) << "one history twice";
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[0].checkpoint.signatures[0].bytes[3] ^= 1; }));
  EXPECT_TRUE(without([](Equivocation& e) { e.sides[0].checkpoint.text += "more\n"; }));
}

TEST_F(EquivocationTest, NeedsBothCheckpointsToBeOfTheLogThatSigned) {
  // A key may sign a note with another log's name in it: that accuses nobody.
  Equivocation proof = find(300, log(300, 7)).value();
  for (auto& side : proof.sides) {
    Checkpoint c = parse_checkpoint(side.checkpoint.text).value();
    c.origin = "south.example/record";
    side.checkpoint = {to_text(c), {sign(to_text(c), key_)}};
  }
  EXPECT_FALSE(holds(proof));
}

TEST_F(EquivocationTest, ReadsOnlyWhatItWrites) {
  const std::string text = to_text(find(300, log(1000, 7)).value());
  for (std::size_t cut = 0; cut < text.size(); cut += 7) EXPECT_FALSE(parse_equivocation(text.substr(0, cut))) << cut;
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  EXPECT_FALSE(parse_equivocation(with("@v1", "@v2")));
  EXPECT_FALSE(parse_equivocation(with("size 300", "size 0")));
  EXPECT_FALSE(parse_equivocation(with("size 300", "size 0300")));
  EXPECT_FALSE(parse_equivocation(with("first ", "first 1")));
  std::string longer = text;
  const std::string hash = to_base64(empty_root()) + "\n";
  const auto at = longer.find('\n', longer.find("root ")) + 1;
  for (std::size_t i = 0; i < longest_proof; ++i) longer.insert(at, hash);
  EXPECT_TRUE(parse_equivocation(longer));
  longer.insert(at, hash);
  const auto refused = parse_equivocation(longer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit);
}

}  // namespace
}  // namespace skypact::ledger
