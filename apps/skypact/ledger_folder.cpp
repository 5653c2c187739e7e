#include "ledger_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/input_file.h"
#include "ledger/audit.h"

namespace skypact::app {

void Trust::add_options(CLI::App& command) {
  auto* by_key = command.add_option("--key", key, "The log's verifier key, name+id+base64: no cosigner is asked for");
  auto* by_policy = command.add_option("--policy", policy, "A file of logs, witnesses and the quorum (C2SP tlog-policy)");
  by_key->excludes(by_policy);
}

Result<ledger::Policy> read_policy(const Trust& trust) {
  if (!trust.key.empty()) {
    const auto key = ledger::parse_verifier_key(trust.key);
    if (!key) return Error{ErrorCode::usage, "--key: " + key.error().message};
    if (key->type != ledger::KeyType::ed25519) return Error{ErrorCode::usage, "--key: this is a cosigner's key; a log's is of type 1"};
    return ledger::policy_of(*key);
  }
  if (trust.policy.empty()) return Error{ErrorCode::usage, "--key or --policy says whose signatures count; one of them is needed"};
  const auto text = read_bytes(trust.policy, ledger::PolicyLimits::bytes);
  if (!text) return text.error();
  auto policy = ledger::parse_policy(*text);
  if (!policy) return std::move(policy).error().within(trust.policy);
  return policy;
}

Result<LedgerFolder> open_ledger_folder(const std::string& folder) {
  LedgerFolder opened{ledger::files_in(folder), {}, {}};
  const auto text = opened.files("checkpoint");
  if (!text) return Error{text.error().code, text.error().message + "; a log's folder holds a file checkpoint"};
  auto note = ledger::parse_note(*text);
  if (!note) return std::move(note).error().within(folder + "/checkpoint");
  auto checkpoint = ledger::parse_checkpoint(note->text);
  if (!checkpoint) return std::move(checkpoint).error().within(folder + "/checkpoint");
  opened.head = std::move(*note);
  opened.checkpoint = std::move(*checkpoint);
  return opened;
}

Result<void> signed_by_log(const ledger::Note& head, ledger::Policy policy) {
  policy.quorum.reset();
  const auto accepted = ledger::accept(head, policy);
  if (!accepted) return Error{ErrorCode::refused, "the record's checkpoint: " + accepted.error().message};
  return {};
}

Result<std::string> entry_at(const LedgerFolder& folder, std::uint64_t index) {
  const std::uint64_t size = folder.checkpoint.size;
  if (index >= size) return bad_input(fmt::format("entry {} is not in a log of {} entries", index, size));
  const ledger::TileId tile = ledger::tile_at(0, index, size);
  const auto bundle = ledger::read_bundle(folder.files, tile.index, tile.width);
  if (!bundle) return bundle.error();
  const auto entries = ledger::parse_bundle(*bundle, tile.width);
  if (!entries) return Error(entries.error()).within(ledger::bundle_path(tile.index, tile.width));
  return std::string((*entries)[index % ledger::tile_width]);
}

Result<void> each_entry(const LedgerFolder& folder, std::uint64_t from, const std::function<bool(std::uint64_t index, std::string_view entry)>& each) {
  const std::uint64_t size = folder.checkpoint.size;
  for (std::uint64_t i = from; i < size;) {
    const ledger::TileId tile = ledger::tile_at(0, i, size);
    const auto bundle = ledger::read_bundle(folder.files, tile.index, tile.width);
    if (!bundle) return bundle.error();
    const auto entries = ledger::parse_bundle(*bundle, tile.width);
    if (!entries) return Error(entries.error()).within(ledger::bundle_path(tile.index, tile.width));
    for (; i < size && i / ledger::tile_width == tile.index; ++i) {
      if (!each(i, (*entries)[i % ledger::tile_width])) return {};
    }
  }
  return {};
}

Result<Proved> prove_entry(const LedgerFolder& folder, std::uint64_t index, const ledger::Policy* policy) {
  auto entry = entry_at(folder, index);
  if (!entry) return std::move(entry).error();
  Proved proved;
  ledger::Note note = folder.head;
  std::uint64_t size = folder.checkpoint.size;
  ledger::Hash root = folder.checkpoint.root;
  if (policy != nullptr) {
    auto bracket = ledger::time_bracket(index, size, folder.files, *policy);
    if (!bracket) return std::move(bracket).error();
    proved.written = std::move(*bracket);
    if (proved.written.before) {
      note = proved.written.before->checkpoint;
      size = proved.written.before->size;
      root = ledger::parse_checkpoint(note.text)->root;
    }
  }
  auto path = ledger::inclusion_proof(index, size, ledger::tile_nodes(folder.files, folder.checkpoint.size));
  if (!path) return std::move(path).error();
  // A proof that does not hold helps nobody: better said here than by whoever gets it.
  if (auto holds = ledger::verify_inclusion(index, size, ledger::leaf_hash(ledger::as_bytes(*entry)), *path, root); !holds) {
    return Error{ErrorCode::refused, "the log's files contradict its checkpoint: " + holds.error().message + "; skypact ledger audit tells where"};
  }
  proved.proof = ledger::ProofFile{std::move(*entry), index, std::move(*path), std::move(note)};
  return proved;
}

}  // namespace skypact::app
