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

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/storage.h"
#include "ledger/tile_writer.h"

namespace skypact::ledger {

class Tree {
 public:
  // The key's name is the log's origin; both objects outlive this one. Errors: refused where the files contradict the
  // last signed checkpoint or are another log's, bad_input where one is damaged, what storage gives.
  static Result<Tree> open(Storage& storage, const SigningKey& key);

  [[nodiscard]] std::uint64_t size() const { return tiles_.size(); }
  [[nodiscard]] Hash root() const { return tiles_.root(); }
  // What is signed; an empty note where nothing was yet.
  [[nodiscard]] const Note& head() const { return head_; }
  [[nodiscard]] std::uint64_t published() const { return published_; }
  // Of full tiles that wait for publish(): a bound on them is the caller's.
  [[nodiscard]] std::size_t waiting_bytes() const { return tiles_.waiting_bytes(); }

  void add(std::string_view entry) { tiles_.add(entry); }  // at most longest_entry bytes
  Result<Note> publish();
  // Others' signatures of the newest checkpoint, which are verified already: the file `checkpoint` shows them too. They
  // are passed over where it is another checkpoint by now.
  Result<void> add_signatures(const Note& head);

 private:
  Tree(Storage& storage, const SigningKey& key) : storage_(&storage), key_(&key), tiles_(storage) {}
  Result<std::optional<Note>> read_head(const std::string& path) const;
  Result<Note> publish_all();

  Storage* storage_;
  const SigningKey* key_;
  TileWriter tiles_;
  std::uint64_t published_ = 0;
  Note head_;
  std::optional<Error> failure_;
};

}  // namespace skypact::ledger
