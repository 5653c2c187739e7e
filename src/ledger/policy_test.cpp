// Policies and proof files: who must have signed, and what is refused.

#include "ledger/policy.h"

#include <gtest/gtest.h>

#include "ledger/proof_file.h"
#include "ledger/test_log.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));

struct Parties {
  SigningKey log = SigningKey::generate("north.example/record", KeyType::ed25519);
  SigningKey south = SigningKey::generate("south.example/cosigner", KeyType::cosignature);
  SigningKey relief = SigningKey::generate("relief.example/cosigner", KeyType::cosignature);
  SigningKey un = SigningKey::generate("un.example/cosigner", KeyType::cosignature);

  [[nodiscard]] std::string text(const std::string& quorum) const {
    return "# who must have seen North's record\n\nlog " + to_string(log.verifier()) + " https://north.example/ledger\n" +
           "\twitness south  " + to_string(south.verifier()) + "\n" +
           "witness relief " + to_string(relief.verifier()) + " https://relief.example\n" +
           "witness un " + to_string(un.verifier()) + "\n" + quorum;
  }
};

Note checkpoint_of(const Parties& p, const std::vector<const SigningKey*>& cosigners) {
  const std::string text = to_text(Checkpoint{p.log.verifier().name, 0, empty_root(), {}});
  Note note{text, {sign(text, p.log)}};
  for (const SigningKey* key : cosigners) note.signatures.push_back(cosign(text, *key, noon));
  return note;
}

TEST(Policy, CountsWhoCosigned) {
  const Parties p;
  const auto accepts = [&](const std::string& quorum, const std::vector<const SigningKey*>& cosigners) {
    const auto policy = parse_policy(p.text(quorum));
    EXPECT_TRUE(policy) << policy.error().message;
    return policy && accept(checkpoint_of(p, cosigners), *policy);
  };
  EXPECT_TRUE(accepts("quorum none\n", {}));
  EXPECT_FALSE(accepts("quorum south\n", {&p.un, &p.relief}));
  EXPECT_TRUE(accepts("quorum south\n", {&p.south}));
  EXPECT_TRUE(accepts("group g any south relief un\nquorum g", {&p.un}));
  EXPECT_FALSE(accepts("group g all south relief un\nquorum g", {&p.un, &p.south}));
  EXPECT_FALSE(accepts("group g 2 south relief un\nquorum g", {&p.un}));
  EXPECT_FALSE(accepts("group g 2 south relief un\nquorum g", {&p.un, &p.un}));
  EXPECT_TRUE(accepts("group g 2 south relief un\nquorum g", {&p.un, &p.relief}));
  const std::string nested = "group states any south relief\ngroup all all states un\nquorum all\n";
  EXPECT_TRUE(accepts(nested, {&p.un, &p.relief}));
  EXPECT_FALSE(accepts(nested, {&p.south, &p.relief}));
}

TEST(Policy, SaysWhoIsMissingAndWhenTheOthersSigned) {
  const Parties p;
  const auto policy = parse_policy(p.text("group g all south relief un\nquorum g\n"));
  const auto refused = accept(checkpoint_of(p, {&p.relief}), *policy);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("south, un"), std::string::npos) << refused.error().message;
  Note note = checkpoint_of(p, {&p.un, &p.south, &p.relief});
  note.signatures.push_back(cosign(note.text, p.un, noon - seconds(60)));
  const auto accepted = accept(note, *policy);
  ASSERT_TRUE(accepted);
  ASSERT_EQ(accepted->cosigned.size(), 3u);
  EXPECT_EQ(accepted->cosigned[2].at, noon - seconds(60)) << "the earliest";
}

TEST(Policy, ThatIsDamagedSaysWhichLine) {
  const Parties p;
  const std::pair<std::string, std::string> cases[] = {
      {"", "no quorum"},
      {"quorum none\nquorum none\n", "second quorum"},
      {"quorum nobody\n", "not defined"},
      {"group g any nobody\nquorum g\n", "line 7"},
      {"group g 0 south\nquorum g\n", "cannot be needed"},
      {"group g 2 south\nquorum g\n", "cannot be needed"},
      {"group g any south south\nquorum g\n", "member already"},
      {"group g any south\ngroup h any south\nquorum g\n", "member already"},
      {"group south any un\nquorum south\n", "defined twice"},
      {"group none any un\nquorum none\n", "none is no name"},
      {"group g any none\nquorum g\n", "not defined"},
      {"group g any\nquorum none\n", "is not log KEY"},
      {"quorum none \x01\n", "control character"},
      {"quorum none\r\n", "control character"},
      {"witness again " + to_string(p.un.verifier()) + "\nquorum none\n", "there already"},
      {"witness w " + to_string(p.log.verifier()) + "\nquorum none\n", "type 4"},
      {"log " + to_string(p.un.verifier()) + "\nquorum none\n", "type 1"},
      {"log nonsense\nquorum none\n", "name+id+base64"},
  };
  for (const auto& [quorum, part] : cases) {
    const auto policy = parse_policy(p.text(quorum));
    ASSERT_FALSE(policy) << quorum;
    EXPECT_NE(policy.error().message.find(part), std::string::npos) << policy.error().message;
  }
}

TEST(Policy, OfOneKeyUnderTwoNamesIsRefused) {
  VerifierKey one = SigningKey::generate("a.example", KeyType::cosignature).verifier(), other = one;
  other.name = "b.example";
  EXPECT_FALSE(parse_policy("witness a " + to_string(one) + "\nwitness b " + to_string(other) + "\nquorum none\n"));
}

TEST(ProofFile, ProvesAnEntryToSomebodyWithoutTheLog) {
  const Parties p;
  const auto entries = test::some_entries(300);
  const auto files = test::log_of(entries, p.log);
  Note checkpoint = *parse_note(files.at("checkpoint"));
  checkpoint.signatures.push_back(cosign(checkpoint.text, p.south, noon));
  const auto path = inclusion_proof(77, entries.size(), tile_nodes(test::reader_of(files), entries.size()));
  const ProofFile proof{entries[77], 77, *path, checkpoint};
  const auto again = parse_proof(to_text(proof));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, proof);
  const Policy policy = *parse_policy(p.text("quorum south\n"));
  const auto accepted = verify(*again, leaf_hash(as_bytes(*again->extra)), policy);
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(accepted->checkpoint.size, 300u);

  EXPECT_FALSE(verify(*again, leaf_hash(as_bytes(entries[78])), policy));
  ProofFile moved = *again;
  moved.index = 76;
  EXPECT_FALSE(verify(moved, leaf_hash(as_bytes(entries[77])), policy));
  EXPECT_FALSE(verify(*again, leaf_hash(as_bytes(entries[77])), *parse_policy(p.text("quorum un\n"))));
}

TEST(ProofFile, ThatIsDamagedSaysWhichLine) {
  const Parties p;
  const std::string checkpoint = to_text(checkpoint_of(p, {}));
  const std::string hash = to_base64(empty_root());
  const std::string start = "c2sp.org/tlog-proof@v1\n";
  EXPECT_TRUE(parse_proof(start + "index 0\n\n" + checkpoint));
  EXPECT_TRUE(parse_proof(start + "extra \nindex 0\n" + hash + "\n\n" + checkpoint));
  std::string many;
  for (std::size_t i = 0; i < longest_proof; ++i) many += hash + '\n';
  EXPECT_TRUE(parse_proof(start + "index 0\n" + many + '\n' + checkpoint));
  const std::pair<std::string, std::string> cases[] = {
      {"", "line 1"},
      {"c2sp.org/tlog-proof@v2\nindex 0\n\n" + checkpoint, "line 1"},
      {start, "line 2: the index"},
      {start + "index 01\n\n" + checkpoint, "line 2"},
      {start + "index -1\n\n" + checkpoint, "line 2"},
      {start + "extra !\nindex 0\n\n" + checkpoint, "line 2: extra"},
      {start + "index 0\nextra aaaa\n\n" + checkpoint, "line 3"},
      {start + "index 0\n" + hash + "x\n\n" + checkpoint, "line 3"},
      {start + "index 0\n" + hash + "\n", "cut off"},
      {start + "index 0\n\n" + checkpoint.substr(0, 40), "the checkpoint"},
      {start + "index 0\n" + many + hash + "\n\n" + checkpoint, "more than 63"},
  };
  for (const auto& [text, part] : cases) {
    const auto proof = parse_proof(text);
    ASSERT_FALSE(proof) << text;
    EXPECT_NE(proof.error().message.find(part), std::string::npos) << proof.error().message;
  }
}

TEST(Checkpoint, IsReadToOneValueAndBack) {
  const Checkpoint c{"north.example/record", 123, empty_root(), {"an extension"}};
  EXPECT_EQ(*parse_checkpoint(to_text(c)), c);
  const std::string root = to_base64(empty_root());
  for (const std::string& text : {std::string(), std::string("\n"), "a\n1\n" + root, "a\n01\n" + root + "\n", "a\n-1\n" + root + "\n", "\n1\n" + root + "\n",
                                 "a\n1\n" + root + "\n\n", std::string("a\n1\nAAAA\n"), "a\n9223372036854775808\n" + root + "\n", std::string("a\n1\n")}) {
    EXPECT_FALSE(parse_checkpoint(text)) << text;
  }
}

}  // namespace
}  // namespace skypact::ledger
