// The tree against its definition, and the published proof cases, right and wrong.

#include "ledger/merkle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "base/random.h"
#include "json/document.h"
#include "tests/paths.h"

namespace skypact::ledger {
namespace {

std::vector<Hash> some_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(as_bytes("entry " + std::to_string(i))));
  return leaves;
}

NodeReader nodes_of(const std::vector<Hash>& leaves) {
  return [&leaves](NodeId id) -> Result<Hash> {
    const std::size_t width = std::size_t{1} << id.level, from = id.index * width;
    EXPECT_LE(from + width, leaves.size()) << "a node that reaches beyond the tree was asked for";
    return root_of(std::span(leaves).subspan(from, width));
  };
}

TEST(Hash, IsThatOfTheStandard) {
  EXPECT_EQ(to_base64(empty_root()), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");       // FIPS 180-4, of nothing
  EXPECT_EQ(to_base64(leaf_hash({})), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");       // RFC 6962 test trees
  EXPECT_EQ(to_base64(sha256(as_bytes("abc"))), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");  // FIPS 180-4
}

TEST(Hash, OfAStreamIsThatOfTheWhole) {
  Sha256Stream stream;
  for (int round = 0; round < 2; ++round) {
    for (const std::string_view part : {"a", "", "bc"}) stream.add(as_bytes(part));
    EXPECT_EQ(stream.take(), sha256(as_bytes("abc")));
  }
  EXPECT_EQ(stream.take(), empty_root());
}

TEST(Frontier, HasTheRootOfTheDefinitionAtEverySize) {
  const auto leaves = some_leaves(1100);
  Frontier tree;
  EXPECT_EQ(tree.root(), empty_root());
  for (std::size_t n = 0; n < leaves.size(); ++n) {
    tree.append(leaves[n]);
    if (n < 300 || n > 1000) {
      ASSERT_EQ(tree.root(), root_of(std::span(leaves).first(n + 1))) << n + 1;
    }
  }
}

TEST(Frontier, GoesOnFromTheNodesOfATree) {
  const auto leaves = some_leaves(300);
  for (std::size_t size = 0; size < leaves.size(); size += 7) {
    auto tree = Frontier::at(size, nodes_of(leaves)).value();
    EXPECT_EQ(tree.root(), root_of(std::span(leaves).first(size)));
    for (std::size_t i = size; i < leaves.size(); ++i) tree.append(leaves[i]);
    EXPECT_EQ(tree.root(), root_of(leaves));
  }
}

TEST(Proofs, OfEveryLeafAndEveryPairOfSizesVerifyAndNoneForAnother) {
  constexpr std::size_t most = 70;
  const auto leaves = some_leaves(most);
  const auto nodes = nodes_of(leaves);
  std::vector<Hash> roots(most + 1);
  for (std::size_t n = 1; n <= most; ++n) roots[n] = root_of(std::span(leaves).first(n));
  for (std::uint64_t n = 1; n <= most; ++n) {
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto proof = inclusion_proof(i, n, nodes).value();
      ASSERT_TRUE(verify_inclusion(i, n, leaves[i], proof, roots[n])) << i << " of " << n;
      ASSERT_EQ(verify_inclusion((i + 1) % n, n, leaves[i], proof, roots[n]).has_value(), n == 1) << i << " of " << n;
      ASSERT_FALSE(verify_inclusion(i, n, leaves[(i + 1) % most], proof, roots[n]));
      ASSERT_FALSE(verify_inclusion(i, n, leaves[i], proof, roots[n % most + 1]));
    }
    for (std::uint64_t older = 1; older <= n; ++older) {
      const auto proof = consistency_proof(older, n, nodes).value();
      ASSERT_TRUE(verify_consistency(older, n, proof, roots[older], roots[n])) << older << " to " << n;
      if (older < n) {
        ASSERT_FALSE(verify_consistency(older, n, proof, roots[older + 1], roots[n]));
        ASSERT_FALSE(verify_consistency(older, n, proof, roots[older], roots[n - 1]));
      }
    }
  }
  EXPECT_FALSE(inclusion_proof(7, 7, nodes));
  EXPECT_FALSE(consistency_proof(0, 7, nodes));
  EXPECT_FALSE(consistency_proof(8, 7, nodes));
}

TEST(Proofs, WithOneBitChangedOrOneHashMoreOrLessAreRefused) {
  const auto leaves = some_leaves(777);
  const auto nodes = nodes_of(leaves);
  const Hash root = root_of(leaves);
  Random random(1);
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t index = random.below(leaves.size()), older = 1 + random.below(leaves.size() - 1);
    const Hash older_root = root_of(std::span(leaves).first(older));
    const auto accepted = [&](const std::vector<Hash>& inclusion, const std::vector<Hash>& consistency) {
      return verify_inclusion(index, leaves.size(), leaves[index], inclusion, root).has_value() ||
             verify_consistency(older, leaves.size(), consistency, older_root, root).has_value();
    };
    const auto inclusion = inclusion_proof(index, leaves.size(), nodes).value();
    const auto consistency = consistency_proof(older, leaves.size(), nodes).value();
    const auto changed = [&](std::vector<Hash> proof) {
      proof[random.below(proof.size())].bytes[random.below(Hash::size)] ^= static_cast<std::uint8_t>(1u << random.below(8));
      return proof;
    };
    const auto shorter = [](std::vector<Hash> proof) { return proof.pop_back(), proof; };
    const auto longer = [&](std::vector<Hash> proof) { return proof.push_back(root), proof; };
    EXPECT_FALSE(accepted(changed(inclusion), changed(consistency)));
    EXPECT_FALSE(accepted(shorter(inclusion), shorter(consistency)));
    EXPECT_FALSE(accepted(longer(inclusion), longer(consistency)));
  }
}

// The published cases: transparency-dev/merkle, testdata.
struct Case {
  std::string name;
  json::Document document;
};

std::vector<Case> published(const std::string& kind) {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tests::shared_data() / "tlog/merkle" / kind)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    cases.push_back({entry.path().string(), json::parse(text).value()});
  }
  return cases;
}

// Some roots of the consistency cases are any bytes ("don't care"): their hash, which differs where they differ, stands
// for them. Elsewhere what is not 32 bytes long is no hash, and refused before anything is compared.
Hash root_in(json::Value value) {
  const std::string_view text = value.as_string().value_or("");
  return hash_from_base64(text).value_or(sha256(as_bytes(text)));
}
std::optional<std::vector<Hash>> proof_in(json::Value value) {
  std::vector<Hash> proof;
  for (const json::Value element : value.elements()) {
    const auto hash = hash_from_base64(element.as_string().value_or(""));
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}
std::uint64_t number_in(json::Value value) {
  const double number = value.as_number().value();
  return number < 0x1p64 ? static_cast<std::uint64_t>(number) : UINT64_MAX;  // 0 − 1 in the cases of one below
}

TEST(PublishedProofs, OfInclusionGetTheirVerdict) {
  if (!std::filesystem::exists(tests::shared_data())) GTEST_SKIP() << tests::shared_data() << " is missing";
  std::size_t right = 0, wrong = 0;
  for (const Case& c : published("inclusion")) {
    const json::Value v = c.document.root();
    const auto proof = proof_in(v["proof"]);
    const auto leaf = hash_from_base64(v["leafHash"].as_string().value_or("")), root = hash_from_base64(v["root"].as_string().value_or(""));
    const bool good = leaf && root && proof && verify_inclusion(number_in(v["leafIdx"]), number_in(v["treeSize"]), *leaf, *proof, *root);
    EXPECT_EQ(good, !v["wantErr"].as_boolean().value()) << c.name << ": " << v["desc"].as_string().value();
    ++(good ? right : wrong);
  }
  EXPECT_GE(right, 5u);
  EXPECT_EQ(right + wrong, 98u);
}

TEST(PublishedProofs, OfConsistencyGetTheirVerdict) {
  if (!std::filesystem::exists(tests::shared_data())) GTEST_SKIP() << tests::shared_data() << " is missing";
  std::size_t right = 0, wrong = 0;
  for (const Case& c : published("consistency")) {
    const json::Value v = c.document.root();
    const auto proof = proof_in(v["proof"]);
    const bool good = proof && verify_consistency(number_in(v["size1"]), number_in(v["size2"]), *proof, root_in(v["root1"]), root_in(v["root2"]));
    EXPECT_EQ(good, !v["wantErr"].as_boolean().value()) << c.name << ": " << v["desc"].as_string().value();
    ++(good ? right : wrong);
  }
  EXPECT_GE(right, 5u);
  EXPECT_EQ(right + wrong, 98u);
}

}  // namespace
}  // namespace skypact::ledger
