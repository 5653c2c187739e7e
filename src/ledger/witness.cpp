#include "ledger/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace skypact::ledger {
namespace {

// One file for each log, named by its origin's hash: an origin is any text.
std::string path_of(std::string_view origin) { return "witness/" + to_hex(sha256(as_bytes(origin))); }

WitnessAnswer refusal(unsigned status, std::string_view sentence) { return {status, "text/plain; charset=utf-8", fmt::format("{}\n", sentence)}; }

}  // namespace

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  AddCheckpoint request;
  const auto end = body.find('\n');
  if (end == body.npos || !body.starts_with("old ")) return bad_input("line 1: old and the size of the previous checkpoint are expected");
  const auto old_size = parse_count(body.substr(4, end - 4));
  if (!old_size) return bad_input("line 1: the old size is not a number");
  request.old_size = *old_size;
  body.remove_prefix(end + 1);
  for (std::size_t number = 2;; ++number) {
    const auto line_end = body.find('\n');
    if (line_end == body.npos) return bad_input("a blank line and a checkpoint are expected behind the proof");
    const std::string_view line = body.substr(0, line_end);
    body.remove_prefix(line_end + 1);
    if (line.empty()) break;
    const auto hash = hash_from_base64(line);
    if (!hash) return bad_input(fmt::format("line {}: not the base 64 of a hash of 32 bytes", number));
    if (request.proof.size() == longest_proof) return Error{ErrorCode::over_limit, fmt::format("a consistency proof has at most {} hashes", longest_proof)};
    request.proof.push_back(*hash);
  }
  auto checkpoint = parse_note(body);
  if (!checkpoint) return std::move(checkpoint).error().within("the checkpoint");
  request.checkpoint = std::move(*checkpoint);
  return request;
}

std::string to_text(const AddCheckpoint& request) {
  std::string text = fmt::format("old {}\n", request.old_size);
  for (const Hash& hash : request.proof) text += to_base64(hash) + '\n';
  return text + '\n' + to_text(request.checkpoint);
}

Result<std::unique_ptr<Witness>> Witness::open(Storage& storage, SigningKey key, std::vector<VerifierKey> logs) {
  SKYPACT_CHECK(key.verifier().type == KeyType::cosignature && logs.size() <= most_logs);
  std::unique_ptr<Witness> witness(new Witness(storage, std::move(key), std::move(logs)));
  for (const VerifierKey& log : witness->logs_) {
    const std::string path = path_of(log.name);
    const auto text = storage.read(path);
    if (!text && text.error().code == ErrorCode::not_found) continue;
    if (!text) return text.error();
    // Our own cosignature says that it is what we kept.
    const auto note = parse_note(*text);
    if (!note) return Error(note.error()).within(path);
    const auto ours = verify(*note, {&witness->key_.verifier(), 1});
    const auto checkpoint = parse_checkpoint(note->text);
    if (!ours) return Error(ours.error()).within(path);
    if (!checkpoint || checkpoint->origin != log.name) return bad_input(fmt::format("{} is not a checkpoint of {}", path, log.name));
    witness->latest_[log.name] = *checkpoint;
  }
  return witness;
}

std::optional<Checkpoint> Witness::latest(std::string_view origin) const {
  const std::lock_guard lock(mutex_);
  const auto at = latest_.find(origin);
  return at == latest_.end() ? std::nullopt : std::optional(at->second);
}

WitnessAnswer Witness::add_checkpoint(std::string_view body, Time now) {
  const auto request = parse_add_checkpoint(body);
  if (!request) return refusal(400, request.error().message);
  const auto checkpoint = parse_checkpoint(request->checkpoint.text);
  if (!checkpoint) return refusal(400, checkpoint.error().message);
  std::vector<VerifierKey> keys;
  std::copy_if(logs_.begin(), logs_.end(), std::back_inserter(keys), [&](const VerifierKey& key) { return key.name == checkpoint->origin; });
  if (keys.empty()) return refusal(404, "this log is not known here");
  if (const auto signed_by_log = verify(request->checkpoint, keys); !signed_by_log) return refusal(403, signed_by_log.error().message);
  if (request->old_size > checkpoint->size) return refusal(400, "the old size is beyond the checkpoint's");

  const std::lock_guard lock(mutex_);
  const auto at = latest_.find(checkpoint->origin);
  const Checkpoint known = at == latest_.end() ? Checkpoint{} : at->second;
  if (request->old_size != known.size) return {409, "text/x.tlog.size", fmt::format("{}\n", known.size)};
  if (known.size == checkpoint->size && at != latest_.end() && known.root != checkpoint->root) {
    return refusal(409, fmt::format("another root was cosigned for {} entries: this log is forked", known.size));
  }
  if (known.size == 0) {
    // Nothing is the beginning of everything, and there is nothing to prove; but nothing has one root only.
    if (!request->proof.empty()) return refusal(422, "a proof from an empty log is empty");
    if (checkpoint->size == 0 && checkpoint->root != empty_root()) return refusal(422, "this is not the root of an empty log");
  } else if (const auto fits = verify_consistency(known.size, checkpoint->size, request->proof, known.root, checkpoint->root); !fits) {
    return refusal(422, fits.error().message);
  }

  const NoteSignature cosignature = cosign(request->checkpoint.text, key_, now);
  if (auto kept = replace(storage_, path_of(checkpoint->origin), to_text(Note{request->checkpoint.text, {cosignature}})); !kept) {
    return refusal(503, "the checkpoint cannot be kept, so it is not cosigned");
  }
  latest_[checkpoint->origin] = *checkpoint;
  return {200, "text/plain; charset=utf-8", to_text(cosignature)};
}

}  // namespace skypact::ledger
