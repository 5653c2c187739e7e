#pragma once
// Tree: a ledger's tiles and its signed checkpoint, as files for anybody to read.
//
//     auto tree = Tree::open(storage, key);            // refuses to go on from what contradicts its own signature
//     tree->add(entry);                                // entries that are durable already, in order
//     auto head = tree->publish();                     // all added so far: tiles, root check, signature, checkpoint
//
// A checkpoint is signed only over tiles that are durable and were read again, and is durable itself, in the file
// `signed`, before the file `checkpoint` shows it to anybody. So no two checkpoints of this key contradict each other
// unless the files were exchanged for others; and then they contradict `signed`, and open() refuses.
//
// After an error of publish nothing more is signed until it is opened anew. One thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/storage.h"
#include "ledger/tile.h"

namespace skypact::ledger {

class Tree {
 public:
  // The key's name is the log's origin; both objects outlive this one. Errors: refused where the files contradict the
  // last signed checkpoint or are another log's, bad_input where one is damaged, what storage gives.
  static Result<Tree> open(Storage& storage, const SigningKey& key);

  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  [[nodiscard]] Hash root() const { return frontier_.root(); }
  // What is signed; an empty note where nothing was yet.
  [[nodiscard]] const Note& head() const { return head_; }
  [[nodiscard]] std::uint64_t published() const { return published_; }
  // Of full tiles that wait for publish(): a bound on them is the caller's.
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

  void add(std::string_view entry);  // at most longest_entry bytes
  Result<Note> publish();

 private:
  Tree(Storage& storage, const SigningKey& key) : storage_(&storage), key_(&key) {}
  [[nodiscard]] ReadFile reader() const;
  Result<std::optional<Note>> read_head(const std::string& path) const;
  Result<void> load(std::uint64_t size);
  void put(unsigned level, const Hash& hash);
  Result<Note> publish_all();
  Result<void> drop_partial(const std::vector<std::string>& full);

  struct Level {
    std::vector<Hash> hashes;  // of the tile that is not full
    std::uint64_t tile = 0;    // its index
  };

  Storage* storage_;
  const SigningKey* key_;
  Frontier frontier_;
  std::vector<Level> levels_;
  std::string bundle_;               // the entries behind levels_[0]
  std::vector<NewFile> full_;        // tiles and bundles that became full since the last publish
  std::size_t waiting_bytes_ = 0;
  std::uint64_t published_ = 0;
  Note head_;
  std::optional<Error> failure_;
};

}  // namespace skypact::ledger
