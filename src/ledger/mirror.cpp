#include "ledger/mirror.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "ledger/catch_up.h"
#include "ledger/witness.h"

namespace skypact::ledger {
namespace {

const std::string checkpoint_file = "checkpoint", progress_file = "progress";

}  // namespace

Result<std::vector<std::string>> read_entries(const ReadFile& files, std::uint64_t size, std::uint64_t from, std::size_t most, std::size_t bytes) {
  std::vector<std::string> entries;
  std::size_t taken = 0;
  while (from + entries.size() < size && entries.size() < most && taken < bytes) {
    const TileId id = tile_at(0, from + entries.size(), size);
    const auto hashes = read_tile(files, id);
    if (!hashes) return hashes.error();
    const auto bundle = read_bundle(files, id.index, id.width);
    if (!bundle) return bundle.error();
    const auto in_bundle = parse_bundle(*bundle, id.width);
    if (!in_bundle) return Error(in_bundle.error()).within(bundle_path(id.index, id.width));
    for (std::size_t i = (from + entries.size()) % tile_width; i < in_bundle->size() && entries.size() < most && taken < bytes; ++i) {
      const std::string_view entry = (*in_bundle)[i];
      if (leaf_hash(as_bytes(entry)) != (*hashes)[i]) {
        return bad_input(fmt::format("entry {} does not have the hash that its tile holds for it", id.index * tile_width + i));
      }
      entries.emplace_back(entry);
      taken += entry.size();
    }
  }
  return entries;
}

// A checkpoint of our log, signed by it; other signatures are left away: they are for others to judge, and they would add up.
Result<Note> Mirror::read_signed(std::string_view text) const {
  auto note = parse_note(text);
  if (!note) return note;
  if (auto ours = verify(*note, {&log_, 1}); !ours) return std::move(ours).error();
  const auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return checkpoint.error();
  if (checkpoint->origin != log_.name) return Error{ErrorCode::refused, fmt::format("it is of the log {}, and not of {}", checkpoint->origin, log_.name)};
  std::erase_if(note->signatures, [&](const NoteSignature& s) { return s.name != log_.name || s.key_id != log_.id(); });
  note->signatures.resize(1);
  return note;
}

Result<std::unique_ptr<Mirror>> Mirror::open(Storage& storage, VerifierKey log, const SigningKey* cosigner) {
  SKYPACT_CHECK(log.type == KeyType::ed25519 && (!cosigner || cosigner->verifier().type == KeyType::cosignature));
  std::unique_ptr<Mirror> mirror(new Mirror(storage, std::move(log), cosigner));
  if (auto loaded = mirror->load(); !loaded) return std::move(loaded).error();
  return mirror;
}

Result<void> Mirror::load() {
  const auto text = storage_.read(checkpoint_file);
  if (!text && text.error().code != ErrorCode::not_found) return text.error();
  if (text) {
    auto note = read_signed(*text);
    if (!note) return std::move(note).error().within(checkpoint_file);
    const Checkpoint held = parse_checkpoint(note->text).value();
    auto tiles = TileWriter::open(storage_, held.size);
    if (!tiles) return std::move(tiles).error();
    if (tiles->root() != held.root) {
      return Error{ErrorCode::refused, fmt::format("the tiles of {} entries of {} have the root {}, and the checkpoint that was kept says {}; nothing more is cosigned. "
                                                   "Restore this mirror from a backup",
                                                   held.size, log_.name, to_base64(tiles->root()), to_base64(held.root))};
    }
    tiles_ = std::move(*tiles);
    head_ = parse_note(*text).value();
    size_ = held.size;
  }
  load_progress();
  auto fork = storage_.read(equivocation_file);
  if (fork) equivocation_ = std::move(*fork);
  else if (fork.error().code != ErrorCode::not_found) return std::move(fork).error();
  return {};
}

// It proves itself; where it does not, nothing is lost but the work.
void Mirror::load_progress() {
  const auto text = storage_.read(progress_file);
  if (!text) return;
  auto progress = parse_add_checkpoint(*text);
  if (!progress || progress->old_size <= tiles_.size()) return;
  const auto target = read_signed(to_text(progress->checkpoint));
  if (!target) return;
  const Checkpoint to = parse_checkpoint(target->text).value();
  auto tiles = TileWriter::open(storage_, progress->old_size);
  if (!tiles || !verify_consistency(tiles->size(), to.size, progress->proof, tiles->root(), to.root)) return;
  // And it must continue what was cosigned.
  if (tiles_.size() > 0) {
    const auto before = Frontier::at(tiles_.size(), tile_nodes(files_of(storage_), tiles->size()));
    if (!before || before->root() != tiles_.root()) return;
  }
  tiles_ = std::move(*tiles);
  target_ = *target;
  target_proof_ = std::move(progress->proof);
  size_ = tiles_.size();
}

Held Mirror::held() const {
  if (!target_.text.empty()) return {tiles_.size(), tiles_.root(), target_proof_, target_};
  return {tiles_.size(), tiles_.root(), {}, head_};
}

Result<Mirror::Followed> Mirror::forked(Equivocation proof) {
  const std::string text = to_text(proof);
  if (!equivocation()) {
    if (auto kept = replace(storage_, equivocation_file, text); !kept) return std::move(kept).error();
    const std::lock_guard lock(mutex_);
    equivocation_ = text;
  }
  return Followed{false, false, std::move(proof)};
}

Result<Mirror::Followed> Mirror::follow(const Note& checkpoint, const ReadFile& source, Time now) {
  auto note = read_signed(to_text(checkpoint));
  if (!note) return std::move(note).error();
  const Checkpoint to = parse_checkpoint(note->text).value();
  if (to.size == 0 && to.root != empty_root()) return bad_input("this is not the root of an empty log");

  if (to.size < tiles_.size()) return behind(*note, to);
  if (to.size == tiles_.size() && to.root == tiles_.root()) {
    const Note shown = head();
    if (shown.text == note->text && (!cosigner_ || shown.signatures.size() > 1)) return Followed{};
    if (auto accepted = accept(std::move(*note), now); !accepted) return std::move(accepted).error();
    return Followed{false, shown.text != head().text, {}};
  }
  const auto contradiction = [&](Error error) -> Result<Followed> {
    auto proof = find_equivocation(held(), *note, source, log_);
    return proof ? forked(std::move(*proof)) : Result<Followed>(std::move(error));
  };
  if (to.size == tiles_.size()) {
    return contradiction({ErrorCode::conflict, fmt::format("{} shows another root of {} entries than that of those that are held", log_.name, to.size)});
  }
  auto caught = catch_up(tiles_, to, source);
  if (!caught && caught.error().code == ErrorCode::conflict) return contradiction(std::move(caught).error());
  if (!caught) return std::move(caught).error();
  return keep(std::move(*caught), std::move(*note), to.size, now);
}

// A proven piece of a checkpoint of `whole` entries: durable, and then either cosigned or kept as progress.
Result<Mirror::Followed> Mirror::keep(CaughtUp caught, Note note, std::uint64_t whole, Time now) {
  if (auto written = caught.tiles.write(); !written) return std::move(written).error();
  tiles_ = std::move(caught.tiles);
  if (tiles_.size() == whole) {
    if (auto accepted = accept(std::move(note), now); !accepted) return std::move(accepted).error();
    return Followed{false, true, {}};
  }
  target_ = std::move(note);
  target_proof_ = std::move(caught.proof);
  if (auto kept = replace(storage_, progress_file, to_text(AddCheckpoint{tiles_.size(), target_proof_, target_})); !kept) return std::move(kept).error();
  const std::lock_guard lock(mutex_);
  size_ = tiles_.size();
  return Followed{true, true, {}};
}

Result<Mirror::Followed> Mirror::take(const EntriesFile& file, Time now) {
  if (auto holds = verify(file, policy_of(log_)); !holds) return std::move(holds).error();
  auto note = read_signed(to_text(file.checkpoint));
  if (!note) return std::move(note).error();
  const Checkpoint to = parse_checkpoint(note->text).value();
  const std::uint64_t end = file.from + file.entries.size();
  if (file.from > tiles_.size()) {
    return Error{ErrorCode::conflict, fmt::format("the file begins at entry {}, and {} entries of {} are held: {} to {} come first", file.from, tiles_.size(), log_.name,
                                                  tiles_.size(), file.from - 1)};
  }
  if (end <= tiles_.size()) return Followed{};
  CaughtUp caught{tiles_, file.proof};
  for (std::uint64_t i = tiles_.size(); i < end; ++i) caught.tiles.add(file.entries[i - file.from]);
  if (auto fits = verify_consistency(end, to.size, file.proof, caught.tiles.root(), to.root); !fits) {
    return Error{ErrorCode::conflict, fmt::format("the file is signed by {} and does not continue the {} entries that are held: one of the two is of a fork. Keep both, and "
                                                  "follow the log itself for a proof",
                                                  log_.name, tiles_.size())};
  }
  return keep(std::move(caught), std::move(*note), to.size, now);
}

// A checkpoint older than what is held: it must be a beginning of it, and even then the log has gone back.
Result<Mirror::Followed> Mirror::behind(const Note& note, const Checkpoint& to) {
  const ReadFile files = files_of(storage_);
  const auto before = Frontier::at(to.size, tile_nodes(files, tiles_.size()));
  if (!before) return before.error();
  if (to.size == 0 || before->root() == to.root) {
    return Error{ErrorCode::conflict, fmt::format("{} shows a checkpoint of {} entries, and {} are held: it went back", log_.name, to.size, tiles_.size())};
  }
  const auto whole = checkpoint();
  if (!whole || whole->size < to.size) {
    // Held beyond the head, on the way to a checkpoint whose own tiles are not here: the proof comes when they are.
    return Error{ErrorCode::conflict, fmt::format("{} shows another root of {} entries than that of those that are held", log_.name, to.size)};
  }
  auto proof = consistency_proof(to.size, whole->size, tile_nodes(files, whole->size));
  if (!proof) return std::move(proof).error();
  return forked({to.size, {Equivocation::Side{before->root(), std::move(*proof), head()}, Equivocation::Side{to.root, {}, note}}});
}

// All of it is durable: now the cosignature, durable too, and only then shown.
Result<void> Mirror::accept(Note checkpoint, Time now) {
  if (cosigner_) checkpoint.signatures.push_back(cosign(checkpoint.text, *cosigner_, now));
  if (auto kept = replace(storage_, checkpoint_file, to_text(checkpoint)); !kept) return kept;
  target_ = {};
  target_proof_.clear();
  {
    const std::lock_guard lock(mutex_);
    head_ = std::move(checkpoint);
    size_ = tiles_.size();
  }
  if (auto removed = storage_.remove(progress_file); !removed) return removed;
  return tiles_.drop_partial();
}

std::uint64_t Mirror::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

Note Mirror::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

std::optional<Checkpoint> Mirror::checkpoint() const {
  const Note note = head();
  return note.text.empty() ? std::nullopt : std::optional(parse_checkpoint(note.text).value());
}

std::optional<std::string> Mirror::equivocation() const {
  const std::lock_guard lock(mutex_);
  return equivocation_;
}

Result<std::vector<std::string>> Mirror::entries(std::uint64_t from, std::size_t most) const {
  return read_entries(files_of(storage_), size(), from, most);
}

}  // namespace skypact::ledger
