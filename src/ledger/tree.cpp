#include "ledger/tree.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"

namespace skypact::ledger {
namespace {

const std::string signed_file = "signed", checkpoint_file = "checkpoint";

constexpr std::string_view restore = "Restore the ledger from a mirror or a backup";

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }

}  // namespace

ReadFile Tree::reader() const {
  return [storage = storage_](const std::string& path) { return storage->read(path); };
}

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
  const bool shown_is_newer = !*last || (*shown && b.size > a.size);
  const Checkpoint& newest = shown_is_newer ? b : a;
  tree.head_ = shown_is_newer ? **shown : **last;
  tree.published_ = newest.size;
  if (auto loaded = tree.load(newest.size); !loaded) return std::move(loaded).error();
  if (tree.root() != newest.root) {
    return refused(fmt::format("the tiles of {} entries have the root {}, and the signed checkpoint says {}; nothing more is signed. {}", newest.size,
                               to_base64(tree.root()), to_base64(newest.root), restore));
  }
  const Checkpoint& older = shown_is_newer ? a : b;
  if (*last && *shown && older.size != newest.size && older.size > 0) {
    const auto before = Frontier::at(older.size, tile_nodes(tree.reader(), newest.size));
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

// The right edge of the tree of this size, from its tiles.
Result<void> Tree::load(std::uint64_t size) {
  auto frontier = Frontier::at(size, tile_nodes(reader(), size));
  if (!frontier) return std::move(frontier).error();
  frontier_ = std::move(*frontier);
  for (unsigned level = 0; size >> (tile_height * level) > 0; ++level) {
    const std::uint64_t hashes = size >> (tile_height * level);
    levels_.push_back({{}, hashes / tile_width});
    const TileId edge = tile_at(level, hashes, size);
    if (edge.width == 0) continue;
    auto tile = read_tile(reader(), edge);
    if (!tile) return std::move(tile).error();
    levels_[level].hashes = std::move(*tile);
  }
  const unsigned width = size % tile_width;
  if (width == 0) return {};
  auto bundle = read_bundle(reader(), size / tile_width, width);
  if (!bundle) return std::move(bundle).error();
  const auto entries = parse_bundle(*bundle, width);
  if (!entries) return Error(entries.error()).within(bundle_path(size / tile_width, width));
  for (unsigned i = 0; i < width; ++i) {
    if (leaf_hash(as_bytes((*entries)[i])) != levels_[0].hashes[i]) {
      return refused(fmt::format("entry {} does not have the hash that its tile holds for it; nothing more is signed. {}", size - width + i, restore));
    }
  }
  bundle_ = std::move(*bundle);
  return {};
}

void Tree::put(unsigned level, const Hash& hash) {
  if (levels_.size() <= level) levels_.resize(level + 1);
  levels_[level].hashes.push_back(hash);
  if (levels_[level].hashes.size() < tile_width) return;
  const std::vector<Hash> hashes = std::exchange(levels_[level].hashes, {});
  const std::uint64_t index = levels_[level].tile++;
  full_.push_back({tile_path({level, index}), to_bytes(hashes)});
  waiting_bytes_ += full_.back().bytes.size();
  if (level == 0) {
    full_.push_back({bundle_path(index, tile_width), std::exchange(bundle_, {})});
    waiting_bytes_ += full_.back().bytes.size();
  }
  put(level + 1, root_of(hashes));
}

void Tree::add(std::string_view entry) {
  append_entry(bundle_, entry);
  const Hash leaf = leaf_hash(as_bytes(entry));
  frontier_.append(leaf);
  put(0, leaf);
}

Result<Note> Tree::publish() {
  if (failure_) return *failure_;
  if (!head_.text.empty() && published_ == size()) return head_;
  auto done = publish_all();
  if (!done) failure_ = done.error();
  return done;
}

Result<Note> Tree::publish_all() {
  std::vector<NewFile> files = std::move(full_);
  std::vector<std::string> full;
  for (const NewFile& file : files) full.push_back(file.path);
  for (unsigned level = 0; level < levels_.size(); ++level) {
    const Level& l = levels_[level];
    if (!l.hashes.empty()) files.push_back({tile_path({level, l.tile, static_cast<unsigned>(l.hashes.size())}), to_bytes(l.hashes)});
  }
  if (!bundle_.empty()) files.push_back({bundle_path(levels_[0].tile, static_cast<unsigned>(levels_[0].hashes.size())), bundle_});
  if (auto written = replace(*storage_, files); !written) return std::move(written).error();
  full_.clear();
  waiting_bytes_ = 0;

  const auto stored = Frontier::at(size(), tile_nodes(reader(), size()));
  if (!stored) return stored.error();
  if (stored->root() != root()) {
    return refused(fmt::format("the tiles that were written have the root {}, and their entries {}; nothing more is signed. Check this disk and this memory",
                               to_base64(stored->root()), to_base64(root())));
  }
  const std::string text = to_text(Checkpoint{key_->verifier().name, size(), root(), {}});
  Note head{text, {sign(text, *key_)}};
  for (const std::string* path : {&signed_file, &checkpoint_file}) {
    if (auto written = replace(*storage_, *path, to_text(head)); !written) return std::move(written).error();
  }
  head_ = std::move(head);
  published_ = size();
  if (auto dropped = drop_partial(full); !dropped) return std::move(dropped).error();
  return head_;
}

// Partial tiles of what is full now; the standard lets them go.
Result<void> Tree::drop_partial(const std::vector<std::string>& full) {
  for (const std::string& path : full) {
    const std::string folder = path + ".p";
    const auto names = storage_->list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (auto removed = storage_->remove(folder + '/' + name); !removed) return removed;
    }
  }
  return {};
}

}  // namespace skypact::ledger
