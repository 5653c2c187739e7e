// Any bytes: what is read as a note is written as the same bytes, and so is a checkpoint inside it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto note = parse_note(bytes)) {
    SKYPACT_CHECK(to_text(*note) == bytes);
    SKYPACT_CHECK(!note->signatures.empty() && note->text.ends_with('\n'));
    if (const auto checkpoint = parse_checkpoint(note->text)) SKYPACT_CHECK(to_text(*checkpoint) == note->text);
    static const VerifierKey stranger = parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").value();
    (void)verify(*note, {&stranger, 1}).has_value();
  }
  if (const auto key = parse_verifier_key(bytes)) SKYPACT_CHECK(to_string(*key) == bytes);
  return 0;
}
