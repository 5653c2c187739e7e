#include "ledger/note.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014, and the space behind it
constexpr std::size_t timestamp_size = 8;

std::string big_endian(std::uint64_t value, unsigned size) {
  std::string bytes;
  for (unsigned i = size; i-- > 0;) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(dash)) return bad_input("a signature line begins with an em dash and a space");
  line.remove_prefix(dash.size());
  const auto space = line.find(' ');
  if (space == line.npos) return bad_input("a signature line is a name, a space and base 64");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return bad_input("a signer's name is not empty and has no spaces and no plus sign");
  auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= 4) return bad_input("the signature is not the base 64 of a key id and a signature");
  return NoteSignature{std::string(name), static_cast<std::uint32_t>(big_endian(std::string_view(*bytes).substr(0, 4))), bytes->substr(4)};
}

std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t time) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time, checkpoint_text);
}

std::string text_of(const Ed25519Signature& signature) { return {reinterpret_cast<const char*>(signature.data()), signature.size()}; }

// nullopt: the signature is wrong.
std::optional<Signer> check(std::string_view text, const NoteSignature& signature, const VerifierKey& key, std::size_t position) {
  if (key.type == KeyType::ed25519) {
    if (!is_signed_by(key, as_bytes(text), as_bytes(signature.bytes))) return std::nullopt;
    return Signer{position};
  }
  if (signature.bytes.size() <= timestamp_size) return std::nullopt;
  const std::uint64_t time = big_endian(std::string_view(signature.bytes).substr(0, timestamp_size));
  // The standard allows times that no clock of ours can show; nobody signs them in good faith.
  constexpr auto latest = static_cast<std::uint64_t>(std::chrono::floor<seconds>(Time::max()).time_since_epoch().count());
  if (time > latest) return std::nullopt;
  if (!is_signed_by(key, as_bytes(cosigned_message(text, time)), as_bytes(std::string_view(signature.bytes).substr(timestamp_size)))) return std::nullopt;
  return Signer{position, Time(seconds(time))};
}

}  // namespace

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() >= NoteLimits::signatures) {
      return Error{ErrorCode::over_limit, fmt::format("a note has at most {} signatures", NoteLimits::signatures)};
    }
    const auto end = lines.find('\n');
    if (end == lines.npos) return bad_input(fmt::format("signature {}: the line does not end with a newline", signatures.size() + 1));
    auto signature = parse_signature(lines.substr(0, end));
    if (!signature) return std::move(signature).error().within(fmt::format("signature {}", signatures.size() + 1));
    signatures.push_back(std::move(*signature));
    lines.remove_prefix(end + 1);
  }
  return signatures;
}

Result<Note> parse_note(std::string_view text) {
  if (text.size() > NoteLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("a note has at most {} bytes", NoteLimits::bytes)};
  if (!is_utf8(text)) return bad_input("a note is UTF-8, and this is not");
  const auto control = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  if (control != text.end()) {
    return bad_input(fmt::format("line {}: control character {:#04x}", 1 + std::count(text.begin(), control, '\n'), static_cast<unsigned char>(*control)));
  }
  const auto blank = text.rfind("\n\n");
  if (blank == text.npos) return bad_input("no blank line separates text and signatures");
  auto signatures = parse_signatures(text.substr(blank + 2));
  if (!signatures) return std::move(signatures).error();
  if (signatures->empty()) return bad_input("the note is not signed");
  return Note{std::string(text.substr(0, blank + 1)), std::move(*signatures)};
}

std::string to_text(const NoteSignature& signature) {
  return fmt::format("{}{} {}\n", dash, signature.name, skypact::to_base64(as_bytes(big_endian(signature.key_id, 4) + signature.bytes)));
}

std::string to_text(const Note& note) {
  std::string text = note.text + '\n';
  for (const NoteSignature& signature : note.signatures) text += to_text(signature);
  return text;
}

NoteSignature sign(std::string_view text, const SigningKey& key) {
  SKYPACT_CHECK(key.verifier().type == KeyType::ed25519 && text.ends_with('\n'));
  return {key.verifier().name, key.verifier().id(), text_of(key.sign(as_bytes(text)))};
}

NoteSignature cosign(std::string_view checkpoint_text, const SigningKey& key, Time at) {
  SKYPACT_CHECK(key.verifier().type == KeyType::cosignature && checkpoint_text.ends_with('\n') && at >= Time());
  const auto time = static_cast<std::uint64_t>(std::chrono::floor<seconds>(at).time_since_epoch().count());
  return {key.verifier().name, key.verifier().id(),
          big_endian(time, timestamp_size) + text_of(key.sign(as_bytes(cosigned_message(checkpoint_text, time))))};
}

Result<std::vector<Signer>> verify(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<Signer> signers;
  for (const NoteSignature& signature : note.signatures) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (keys[k].name != signature.name || keys[k].id() != signature.key_id) continue;
      const auto signer = check(note.text, signature, keys[k], k);
      if (!signer) return bad_input(fmt::format("the signature by {} is wrong: the text was changed, or somebody else signed it", signature.name));
      signers.push_back(*signer);
      break;
    }
  }
  if (signers.empty()) {
    std::string names;
    for (const NoteSignature& s : note.signatures) names += (names.empty() ? "" : ", ") + s.name;
    return Error{ErrorCode::refused, fmt::format("no known key signed this note (signed by {})", quoted(names, 200))};
  }
  return signers;
}

}  // namespace skypact::ledger
