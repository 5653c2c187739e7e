#include "ledger/log_files.h"

#include <fmt/format.h>

#include <utility>

namespace skypact::ledger {

Result<LogFiles> open_log_files(ReadFile files) {
  LogFiles log{std::move(files), {}, {}};
  const auto text = log.files("checkpoint");
  if (!text) return text.error();
  auto note = parse_note(*text);
  if (!note) return std::move(note).error().within("checkpoint");
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return std::move(checkpoint).error().within("checkpoint");
  log.head = std::move(*note);
  log.checkpoint = std::move(*checkpoint);
  return log;
}

Result<std::string> entry_at(const LogFiles& log, std::uint64_t index) {
  const std::uint64_t size = log.checkpoint.size;
  if (index >= size) return bad_input(fmt::format("entry {} is not in a log of {} entries", index, size));
  const TileId tile = tile_at(0, index, size);
  const auto bundle = read_bundle(log.files, tile.index, tile.width);
  if (!bundle) return bundle.error();
  const auto entries = parse_bundle(*bundle, tile.width);
  if (!entries) return Error(entries.error()).within(bundle_path(tile.index, tile.width));
  return std::string((*entries)[index % tile_width]);
}

Result<void> each_entry(const LogFiles& log, std::uint64_t from, const std::function<bool(std::uint64_t index, std::string_view entry)>& each) {
  const std::uint64_t size = log.checkpoint.size;
  for (std::uint64_t i = from; i < size;) {
    const TileId tile = tile_at(0, i, size);
    const auto bundle = read_bundle(log.files, tile.index, tile.width);
    if (!bundle) return bundle.error();
    const auto entries = parse_bundle(*bundle, tile.width);
    if (!entries) return Error(entries.error()).within(bundle_path(tile.index, tile.width));
    for (; i < size && i / tile_width == tile.index; ++i) {
      if (!each(i, (*entries)[i % tile_width])) return {};
    }
  }
  return {};
}

Result<ProofFile> prove_entry(const LogFiles& log, std::uint64_t index, const TimeBracket& written) {
  auto entry = entry_at(log, index);
  if (!entry) return std::move(entry).error();
  const Note& note = written.before ? written.before->checkpoint : log.head;
  const std::uint64_t size = written.before ? written.before->size : log.checkpoint.size;
  const Hash root = written.before ? parse_checkpoint(note.text)->root : log.checkpoint.root;
  auto path = inclusion_proof(index, size, tile_nodes(log.files, log.checkpoint.size));
  if (!path) return std::move(path).error();
  // A proof that does not hold helps nobody: better said here than by whoever gets it.
  if (auto holds = verify_inclusion(index, size, leaf_hash(as_bytes(*entry)), *path, root); !holds) {
    return Error{ErrorCode::refused, "the log's files contradict its checkpoint: " + holds.error().message + "; skypact ledger audit tells where"};
  }
  return ProofFile{std::move(*entry), index, std::move(*path), note};
}

Result<Proved> prove_entry(const LogFiles& log, std::uint64_t index, const Policy* policy) {
  Proved proved;
  if (policy != nullptr) {
    auto bracket = time_bracket(index, log.checkpoint.size, log.files, *policy);
    if (!bracket) return std::move(bracket).error();
    proved.written = std::move(*bracket);
  }
  auto proof = prove_entry(log, index, proved.written);
  if (!proof) return std::move(proof).error();
  proved.proof = std::move(*proof);
  return proved;
}

}  // namespace skypact::ledger
