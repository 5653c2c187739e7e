#include "ledger/merkle.h"

#include <bit>

#include <fmt/format.h>

#include "base/check.h"

namespace skypact::ledger {
namespace {

Result<void> inclusion_path(std::uint64_t index, std::uint64_t from, std::uint64_t to, const NodeReader& node, std::vector<Hash>& path) {
  if (to - from == 1) return {};
  const std::uint64_t middle = from + split_of(to - from);
  const bool left = index < middle;
  if (auto deeper = left ? inclusion_path(index, from, middle, node, path) : inclusion_path(index, middle, to, node, path); !deeper) return deeper;
  const auto sibling = left ? subtree_root(middle, to, node) : subtree_root(from, middle, node);
  if (!sibling) return sibling.error();
  path.push_back(*sibling);
  return {};
}

// SUBPROOF of RFC 6962: `known` while the older tree is one whole subtree whose root the verifier has.
Result<void> consistency_path(std::uint64_t older, std::uint64_t from, std::uint64_t to, bool known, const NodeReader& node,
                              std::vector<Hash>& path) {
  if (older == to) {
    if (known) return {};
    const auto root = subtree_root(from, to, node);
    if (!root) return root.error();
    path.push_back(*root);
    return {};
  }
  const std::uint64_t middle = from + split_of(to - from);
  const bool left = older <= middle;
  if (auto deeper = left ? consistency_path(older, from, middle, known, node, path) : consistency_path(older, middle, to, false, node, path); !deeper) {
    return deeper;
  }
  const auto sibling = left ? subtree_root(middle, to, node) : subtree_root(from, middle, node);
  if (!sibling) return sibling.error();
  path.push_back(*sibling);
  return {};
}

Error wrong(std::string what) { return Error{ErrorCode::bad_input, std::move(what)}; }

}  // namespace

std::uint64_t split_of(std::uint64_t size) {
  SKYPACT_CHECK(size > 1);
  return std::bit_floor(size - 1);
}

Hash root_of(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  const std::size_t middle = split_of(leaves.size());
  return node_hash(root_of(leaves.first(middle)), root_of(leaves.subspan(middle)));
}

Result<Frontier> Frontier::at(std::uint64_t size, const NodeReader& node) {
  Frontier tree;
  tree.size_ = size;
  for (unsigned level = 64; level-- > 0;) {
    if ((size >> level & 1) == 0) continue;
    // Behind the subtrees of all higher bits, and the first of its size there.
    const auto root = node({level, (size >> level) - 1});
    if (!root) return root.error();
    tree.subtrees_.push_back(*root);
  }
  return tree;
}

Frontier Frontier::from(std::uint64_t size, std::vector<Hash> subtrees) {
  SKYPACT_CHECK(subtrees.size() == static_cast<std::size_t>(std::popcount(size)));
  Frontier tree;
  tree.size_ = size;
  tree.subtrees_ = std::move(subtrees);
  return tree;
}

void Frontier::append(const Hash& leaf) {
  // As in adding one to a binary number: each trailing one-bit is a subtree that the new one completes.
  Hash root = leaf;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    root = node_hash(subtrees_.back(), root);
    subtrees_.pop_back();
  }
  subtrees_.push_back(root);
  ++size_;
}

Hash Frontier::root() const {
  if (subtrees_.empty()) return empty_root();
  Hash root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i-- > 0;) root = node_hash(subtrees_[i], root);
  return root;
}

Result<Hash> subtree_root(std::uint64_t from, std::uint64_t to, const NodeReader& node) {
  SKYPACT_CHECK(from < to);
  const std::uint64_t size = to - from;
  if (std::has_single_bit(size)) {
    const auto level = static_cast<unsigned>(std::countr_zero(size));
    SKYPACT_CHECK(from % size == 0);
    return node({level, from >> level});
  }
  const std::uint64_t middle = from + split_of(size);
  const auto left = subtree_root(from, middle, node);
  if (!left) return left.error();
  const auto right = subtree_root(middle, to, node);
  if (!right) return right.error();
  return node_hash(*left, *right);
}

Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node) {
  if (index >= size) return wrong(fmt::format("entry {} is not in a tree of {} entries", index, size));
  std::vector<Hash> path;
  if (auto walked = inclusion_path(index, 0, size, node, path); !walked) return std::move(walked).error();
  return path;
}

Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer, const NodeReader& node) {
  if (older == 0 || older > newer) return wrong(fmt::format("there is no proof from a tree of {} entries to one of {}", older, newer));
  std::vector<Hash> path;
  if (auto walked = consistency_path(older, 0, newer, true, node, path); !walked) return std::move(walked).error();
  return path;
}

Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return wrong(fmt::format("entry {} is not in a tree of {} entries", index, size));
  std::uint64_t node = index, last = size - 1;  // of one level, which rises
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return wrong(fmt::format("the inclusion proof has {} hashes, more than a tree of {} entries is high", proof.size(), size));
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      // The last node of a level with an odd number of nodes goes up as it is.
      while ((node & 1) == 0 && node != 0) node >>= 1, last >>= 1;
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1, last >>= 1;
  }
  if (last != 0) return wrong(fmt::format("the inclusion proof has {} hashes, too few for a tree of {} entries", proof.size(), size));
  if (hash != root) return wrong(fmt::format("the inclusion proof leads to the root {}, not to {}", to_base64(hash), to_base64(root)));
  return {};
}

Result<void> verify_consistency(std::uint64_t older, std::uint64_t newer, std::span<const Hash> proof, const Hash& older_root,
                                const Hash& newer_root) {
  if (older > newer) return wrong(fmt::format("a tree of {} entries is not the beginning of one of {}", older, newer));
  if (older == 0) return wrong("a consistency proof from an empty tree proves nothing");
  if (older == newer) {
    if (!proof.empty()) return wrong("two trees of one size need no consistency proof, and one is given");
    if (older_root != newer_root) return wrong(fmt::format("two roots for one size of {} entries", older));
    return {};
  }
  if (proof.empty()) return wrong("the consistency proof is empty");

  std::uint64_t node = older - 1, last = newer - 1;
  while ((node & 1) != 0) node >>= 1, last >>= 1;
  // Where the older tree is one perfect subtree its root begins the proof, and is not repeated in it.
  std::size_t next = 0;
  const Hash& first = std::has_single_bit(older) ? older_root : proof[next++];
  Hash from_old = first, from_new = first;
  for (; next < proof.size(); ++next) {
    const Hash& sibling = proof[next];
    if (last == 0) return wrong(fmt::format("the consistency proof has {} hashes, too many from {} to {} entries", proof.size(), older, newer));
    if ((node & 1) != 0 || node == last) {
      from_old = node_hash(sibling, from_old);
      from_new = node_hash(sibling, from_new);
      while ((node & 1) == 0 && node != 0) node >>= 1, last >>= 1;
    } else {
      from_new = node_hash(from_new, sibling);
    }
    node >>= 1, last >>= 1;
  }
  if (last != 0) return wrong(fmt::format("the consistency proof has {} hashes, too few from {} to {} entries", proof.size(), older, newer));
  if (from_old != older_root) return wrong(fmt::format("the consistency proof does not lead to the older root {}", to_base64(older_root)));
  if (from_new != newer_root) return wrong(fmt::format("the consistency proof does not lead to the newer root {}", to_base64(newer_root)));
  return {};
}

}  // namespace skypact::ledger
