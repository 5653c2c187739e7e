#pragma once
// The Merkle tree of RFC 6962, section 2.1: its root as it grows, and proofs that a leaf is in it and that one
// tree is the beginning of another.
//
//     Frontier tree;
//     for (const Hash& leaf : leaves) tree.append(leaf);
//     auto proof = inclusion_proof(7, tree.size(), read_node);
//     if (auto verdict = verify_inclusion(7, tree.size(), leaves[7], *proof, tree.root()); !verdict) …
//
// Plain values and pure functions. Indices count from 0; sizes are numbers of leaves.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"

namespace skypact::ledger {

// A proof for a tree of up to 2^63 leaves has at most this many hashes; longer ones are refused.
inline constexpr std::size_t longest_proof = 63;

// The largest power of two smaller than `size`; `size` above 1.
[[nodiscard]] std::uint64_t split_of(std::uint64_t size);

// The root of these leaves, straight from the definition; the twin of Frontier.
[[nodiscard]] Hash root_of(std::span<const Hash> leaves);

// The root of the leaves [index · 2^level, (index + 1) · 2^level).
struct NodeId {
  unsigned level = 0;
  std::uint64_t index = 0;
};
// Asked only for nodes that lie wholly inside the tree. Its errors are passed on.
using NodeReader = std::function<Result<Hash>(NodeId)>;

// The right edge of a growing tree: the roots of its largest perfect subtrees, from the left.
class Frontier {
 public:
  Frontier() = default;
  // Of a tree whose nodes are kept elsewhere. Errors: those of `node`.
  static Result<Frontier> at(std::uint64_t size, const NodeReader& node);
  // From the roots of the perfect subtrees themselves; as many as `size` has bits that are one.
  static Frontier from(std::uint64_t size, std::vector<Hash> subtrees);
  [[nodiscard]] std::span<const Hash> subtrees() const { return subtrees_; }

  void append(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> subtrees_;  // one for each bit of size_, the highest first
};

// The root of the leaves [from, to), from < to, `from` a multiple of the smallest power of two that is not
// below to − from.
Result<Hash> subtree_root(std::uint64_t from, std::uint64_t to, const NodeReader& node);

// RFC 6962, sections 2.1.1 and 2.1.2. Errors: bad_input where index or sizes are outside the tree.
Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node);
// 0 < older <= newer.
Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer, const NodeReader& node);

// Success: the leaf is at `index` of the tree of `size` leaves with this root. Else what does not fit.
// (RFC 9162, section 2.1.3.2.)
Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> proof, const Hash& root);

// Success: the older tree is the beginning of the newer. An older size of 0 is refused: nothing is the beginning of
// everything, and a proof of it would prove nothing. (RFC 9162, section 2.1.4.2.)
Result<void> verify_consistency(std::uint64_t older, std::uint64_t newer, std::span<const Hash> proof, const Hash& older_root,
                                const Hash& newer_root);

}  // namespace skypact::ledger
