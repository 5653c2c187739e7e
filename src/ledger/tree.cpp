#include "ledger/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace skypact::ledger {
namespace {

const std::string signed_file = "signed", checkpoint_file = "checkpoint";

constexpr std::size_t most_signatures = 32;  // of a checkpoint of ours: as many as a policy may ask for, and none that crowd them out
constexpr std::string_view restore = "Restore the ledger from a mirror or a backup";

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }

}  // namespace

Result<std::optional<Note>> Tree::read_head(const std::string& path) const {
  const auto text = storage_->read(path);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<Note>();
  if (!text) return text.error();
  auto note = parse_note(*text);
  if (!note) return std::move(note).error().within(path);
  if (auto ours = verify(*note, {&key_->verifier(), 1}); !ours) return std::move(ours).error().within(path);
  const auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return Error(checkpoint.error()).within(path);
  if (checkpoint->origin != key_->verifier().name) {
    return refused(fmt::format("{}: it is of the log {}, and the key is of {}", path, checkpoint->origin, key_->verifier().name));
  }
  return std::optional<Note>(std::move(*note));
}

Result<Tree> Tree::open(Storage& storage, const SigningKey& key) {
  SKYPACT_CHECK(key.verifier().type == KeyType::ed25519);
  Tree tree(storage, key);
  auto last = tree.read_head(signed_file);
  if (!last) return std::move(last).error();
  auto shown = tree.read_head(checkpoint_file);
  if (!shown) return std::move(shown).error();
  if (!*last && !*shown) return tree;

  // Usually the same. `checkpoint` alone, or ahead, if `signed` was lost or came from an older backup; behind, after a
  // crash between the two.
  const Checkpoint a = *last ? *parse_checkpoint((*last)->text) : Checkpoint{};
  const Checkpoint b = *shown ? *parse_checkpoint((*shown)->text) : Checkpoint{};
  if (*last && *shown && a.size == b.size && a.root != b.root) {
    return refused(fmt::format("two checkpoints of {} entries with different roots are signed, in the files signed and checkpoint: the log was forked", a.size));
  }
  // Of two for one size the shown one, which may have cosignatures.
  const bool shown_is_newer = !*last || (*shown && b.size >= a.size);
  const Checkpoint& newest = shown_is_newer ? b : a;
  tree.head_ = shown_is_newer ? **shown : **last;
  tree.published_ = newest.size;
  auto tiles = TileWriter::open(storage, newest.size);
  if (!tiles) return std::move(tiles).error();
  tree.tiles_ = std::move(*tiles);
  if (tree.root() != newest.root) {
    return refused(fmt::format("the tiles of {} entries have the root {}, and the signed checkpoint says {}; nothing more is signed. {}", newest.size,
                               to_base64(tree.root()), to_base64(newest.root), restore));
  }
  const Checkpoint& older = shown_is_newer ? a : b;
  if (*last && *shown && older.size != newest.size && older.size > 0) {
    const auto before = Frontier::at(older.size, tile_nodes(files_of(storage), newest.size));
    if (!before) return before.error();
    if (before->root() != older.root) return refused(fmt::format("the signed checkpoint of {} entries does not fit that of {}: the log was forked", older.size, newest.size));
  }
  for (const std::string* path : {&signed_file, &checkpoint_file}) {
    const auto& had = path == &signed_file ? *last : *shown;
    if (had && had->text == tree.head_.text) continue;
    if (auto written = replace(storage, *path, to_text(tree.head_)); !written) return std::move(written).error();
  }
  return tree;
}

Result<Note> Tree::publish() {
  if (failure_) return *failure_;
  if (!head_.text.empty() && published_ == size()) return head_;
  auto done = publish_all();
  if (!done) failure_ = done.error();
  return done;
}

Result<Note> Tree::publish_all() {
  if (auto written = tiles_.write(); !written) return std::move(written).error();
  const std::string text = to_text(Checkpoint{key_->verifier().name, size(), root(), {}});
  Note head{text, {sign(text, *key_)}};
  for (const std::string* path : {&signed_file, &checkpoint_file}) {
    if (auto written = replace(*storage_, *path, to_text(head)); !written) return std::move(written).error();
  }
  head_ = std::move(head);
  published_ = size();
  if (auto dropped = tiles_.drop_partial(); !dropped) return std::move(dropped).error();
  return head_;
}

Result<void> Tree::add_signatures(const Note& head) {
  if (failure_) return *failure_;
  if (head.text != head_.text) return {};
  Note more = head_;
  for (const NoteSignature& signature : head.signatures) {
    const auto same = [&](const NoteSignature& s) { return s.name == signature.name && s.key_id == signature.key_id; };
    if (more.signatures.size() < most_signatures && std::none_of(more.signatures.begin(), more.signatures.end(), same)) more.signatures.push_back(signature);
  }
  if (more == head_) return {};
  if (auto written = replace(*storage_, checkpoint_file, to_text(more)); !written) return written;
  head_ = std::move(more);
  return {};
}

}  // namespace skypact::ledger
