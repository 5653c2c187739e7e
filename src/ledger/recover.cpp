#include "ledger/recover.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/catch_up.h"
#include "ledger/mirror.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view advice = "Nothing is signed. Keep these files as they are: they and the mirror's are evidence of what went wrong";

Error contradicted(const std::string& what) { return {ErrorCode::refused, fmt::format("{}. {}", what, advice)}; }

}  // namespace

Result<std::uint64_t> recover(Storage& storage, const SigningKey& key, const Note& checkpoint, const ReadFile& mirror) {
  if (auto ours = verify(checkpoint, {&key.verifier(), 1}); !ours) return std::move(ours).error();
  const auto to = parse_checkpoint(checkpoint.text);
  if (!to) return to.error();
  if (to->origin != key.verifier().name) return Error{ErrorCode::refused, fmt::format("the mirror shows a checkpoint of {}, and not of {}", to->origin, key.verifier().name)};
  const auto tree = Tree::open(storage, key);
  if (!tree) return tree.error();
  const std::uint64_t size = tree->size();
  if (to->size <= size) {
    const auto before = Frontier::at(to->size, tile_nodes(files_of(storage), size));
    if (!before) return before.error();
    if (before->root() != to->root) {
      return contradicted(fmt::format("a mirror holds a checkpoint of {} entries that this key signed, and the {} entries here begin with others", to->size, size));
    }
    return 0;
  }

  auto tiles = TileWriter::open(storage, size);
  if (!tiles) return std::move(tiles).error();
  while (tiles->size() < to->size) {
    auto caught = catch_up(*tiles, *to, mirror);
    if (!caught && caught.error().code == ErrorCode::conflict && size > 0) {
      // Is it the beginning that does not fit? Then it is no damage at the mirror.
      const NodeReader nodes = tile_nodes(mirror, to->size);
      const auto beginning = Frontier::at(size, nodes);
      const auto proof = consistency_proof(size, to->size, nodes);
      if (beginning && proof && verify_consistency(size, to->size, *proof, beginning->root(), to->root) && beginning->root() != tree->root()) {
        return contradicted(fmt::format("a mirror holds {} entries that this key signed, and they begin with others than the {} here", to->size, size));
      }
    }
    if (!caught) return std::move(caught).error();
    if (auto written = caught->tiles.write(); !written) return std::move(written).error();
    *tiles = std::move(caught->tiles);
  }

  // What was done here and not yet signed must be what was signed later.
  {
    auto wal = Wal::open(storage, size);
    if (!wal) return std::move(wal).error();
    const std::vector<std::string> done = wal->take_recovered();
    for (std::uint64_t at = size; at < std::min(to->size, size + done.size());) {
      const auto entries = read_entries(files_of(storage), to->size, at, size + done.size() - at);
      if (!entries) return entries.error();
      for (const std::string& entry : *entries) {
        if (at < to->size && entry != done[at - size]) return contradicted(fmt::format("entry {} was done here, and a mirror holds another one that this key signed", at));
        ++at;
      }
    }
  }
  Note head{checkpoint.text, {}};
  for (const NoteSignature& s : checkpoint.signatures) {
    if (s.name == key.verifier().name && s.key_id == key.verifier().id()) {
      head.signatures.push_back(s);
      break;
    }
  }
  for (const char* path : {"signed", "checkpoint"}) {
    if (auto written = replace(storage, path, to_text(head)); !written) return std::move(written).error();
  }
  if (auto dropped = tiles->drop_partial(); !dropped) return std::move(dropped).error();
  return to->size - size;
}

}  // namespace skypact::ledger
