#pragma once
// Signed notes (C2SP signed-note): text, and who signed it. Agreements, statements and checkpoints are notes.
//
//     Note note{"north.example accepts\n", {}};
//     note.signatures.push_back(sign(note.text, key));
//     auto again = parse_note(to_text(note));
//     auto signers = verify(*again, {{key.verifier()}});     // nothing of the text counts before this succeeds
//
// Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/key.h"

namespace skypact::ledger {

struct NoteLimits {
  static constexpr std::size_t bytes = 1'000'000;
  static constexpr std::size_t signatures = 64;  // the standard asks for 16 at least
};

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  // behind the key id
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends with a newline, which is signed too
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

// Exactly one text is read to one Note and back. Errors: bad_input with the line, over_limit.
Result<Note> parse_note(std::string_view text);
[[nodiscard]] std::string to_text(const Note& note);
// A signature line with its newline, and such lines one after the other (an answer of a witness).
[[nodiscard]] std::string to_text(const NoteSignature& signature);
Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines);

// The key is of type ed25519.
[[nodiscard]] NoteSignature sign(std::string_view text, const SigningKey& key);
// cosignature/v1 of a checkpoint's text: the key is of type cosignature; the time, of whole seconds from 1970 on.
[[nodiscard]] NoteSignature cosign(std::string_view checkpoint_text, const SigningKey& key, Time at);

struct Signer {
  std::size_t key = 0;                // position among the keys
  std::optional<Time> cosigned_at{};  // of a cosignature
};
// The signatures by known keys, in the note's order; a key that signed twice is there twice. Signatures of unknown
// keys are passed over, also where only name or only id are known. Errors: bad_input where a known key's signature
// is wrong (then nothing of the note is believed), refused where no known key signed.
Result<std::vector<Signer>> verify(const Note& note, std::span<const VerifierKey> keys);

}  // namespace skypact::ledger
