// Keys and notes: published examples, what must be refused, and that nothing but the signed text verifies.

#include "ledger/note.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/random.h"
#include "tests/paths.h"

namespace skypact::ledger {
namespace {

// The example of the documentation of golang.org/x/mod/sumdb/note.
const std::string neumann_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string neumann_secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const std::string neumann_note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const Time noon = Time(seconds(1'800'000'000));

TEST(Key, ReadsAndWritesThePublishedForm) {
  const auto key = parse_verifier_key(neumann_key);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(key->id(), 0xc74f20a3u);
  EXPECT_EQ(to_string(*key), neumann_key);
  const auto secret = SigningKey::parse(neumann_secret);
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret->verifier(), *key);
  EXPECT_EQ(secret->secret_text(), neumann_secret);
}

TEST(Key, OfAnotherTypeIsAnotherKey) {
  const SigningKey one = SigningKey::generate("a.example", KeyType::ed25519);
  VerifierKey other = one.verifier();
  other.type = KeyType::cosignature;
  EXPECT_NE(one.verifier().id(), other.id());
  EXPECT_EQ(*parse_verifier_key(to_string(other)), other);
}

TEST(Key, WithAChangedCharacterIsRefused) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    std::string text = neumann_key;
    char& c = text[random.below(text.size())];
    const char before = c;
    c = static_cast<char>(33 + random.below(94));
    const auto key = parse_verifier_key(text);
    EXPECT_EQ(key.has_value(), c == before) << text;
  }
  for (const std::string text : {"", "+", "++", "a+00000000+", "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a+C74F20A3+AQ=="}) {
    EXPECT_FALSE(parse_verifier_key(text)) << text;
  }
}

TEST(Key, NamesTheTypeThatIsNotSupportedYet) {
  const auto key = parse_verifier_key("a.example+00000000+BgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("ML-DSA-44"), std::string::npos);
}

TEST(Key, ErrorsOfAPrivateKeyDoNotQuoteIt) {
  std::string text = neumann_secret;
  text[text.size() - 3] = 'x';
  const auto key = SigningKey::parse(text);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().message.find("AYEKFALV"), std::string::npos);
}

TEST(Key, NamesHaveNoSpaceOfUnicodeAndNoPlus) {
  EXPECT_TRUE(is_key_name("north.example/record"));
  EXPECT_TRUE(is_key_name("Север.example"));
  for (const std::string name : {"", " ", "a b", "a+b", "a\tb", "a\nb", "a\xC2\xA0" "b", "a\xE2\x80\x83" "b", "a\xE2\x80\xA8" "b", "a\xE3\x80\x80", "\xE1\x9A\x80", "a\xC2\x85", "\xFF"}) {
    EXPECT_FALSE(is_key_name(name)) << name;
  }
}

TEST(Note, OfThePublishedExampleVerifies) {
  const auto note = parse_note(neumann_note);
  ASSERT_TRUE(note) << note.error().message;
  const auto signers = verify(*note, {{parse_verifier_key(neumann_key).value()}});
  ASSERT_TRUE(signers) << signers.error().message;
  EXPECT_EQ(signers->size(), 1u);
  EXPECT_EQ(to_text(*note), neumann_note);
  // Ed25519 is deterministic: our own signature is the same.
  EXPECT_EQ(sign(note->text, *SigningKey::parse(neumann_secret)), note->signatures[0]);
}

TEST(Note, WithAnyByteChangedDoesNotVerify) {
  const std::vector<VerifierKey> keys{parse_verifier_key(neumann_key).value()};
  for (std::size_t i = 0; i < neumann_note.size(); ++i) {
    for (const unsigned bit : {0u, 3u, 7u}) {
      std::string changed = neumann_note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const auto note = parse_note(changed);
      EXPECT_FALSE(note && verify(*note, keys)) << i << " bit " << bit;
    }
  }
}

TEST(Note, IsReadToOneValueAndBack) {
  const SigningKey key = SigningKey::generate("a.example", KeyType::ed25519);
  for (const std::string text : {"one line\n", "two\n\nparagraphs\n", "\n", "ends with blank lines\n\n\n", "\xE2\x80\x94 not a signature\n"}) {
    Note note{text, {sign(text, key)}};
    const auto again = parse_note(to_text(note));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, note);
    EXPECT_TRUE(verify(*again, {{key.verifier()}}));
  }
}

TEST(Note, ThatIsDamagedSaysWhere) {
  const std::string line = "\xE2\x80\x94 a AAAAAAE=\n";
  const std::pair<std::string, std::string> cases[] = {
      {"", "no blank line"},
      {"text\n", "no blank line"},
      {"text\n\n", "not signed"},
      {"text\n\nsignature\n", "signature 1"},
      {"text\n\n" + line + "- a AAAAAAE=\n", "signature 2"},
      {"text\n\n" + line.substr(0, line.size() - 1), "newline"},
      {"te\txt\n\n" + line, "line 1: control character"},
      {"text\r\n\n" + line, "control character"},
      {"te\xFFxt\n\n" + line, "UTF-8"},
      {"text\n\n\xE2\x80\x94 a+b AAAAAAE=\n", "name"},
      {"text\n\n\xE2\x80\x94  AAAAAAE=\n", "name"},
      {"text\n\n\xE2\x80\x94 a AAAAAA==\n", "key id and a signature"},
      {"text\n\n\xE2\x80\x94 a AAAAAAF=\n", "key id and a signature"},
      {"text\n\n\xE2\x80\x94 a\n", "a space and base 64"},
  };
  for (const auto& [text, part] : cases) {
    const auto note = parse_note(text);
    ASSERT_FALSE(note) << text;
    EXPECT_NE(note.error().message.find(part), std::string::npos) << note.error().message << " for " << text;
  }
}

TEST(Note, IsBounded) {
  const std::string line = "\xE2\x80\x94 a AAAAAAE=\n";
  const auto with = [&](std::size_t signatures) {
    std::string text = "text\n\n";
    for (std::size_t i = 0; i < signatures; ++i) text += line;
    return parse_note(text);
  };
  EXPECT_TRUE(with(NoteLimits::signatures));
  EXPECT_EQ(with(NoteLimits::signatures + 1).error().code, ErrorCode::over_limit);
  const std::string tail = "\n\n" + line;
  EXPECT_TRUE(parse_note(std::string(NoteLimits::bytes - tail.size(), 'x') + tail));
  EXPECT_EQ(parse_note(std::string(NoteLimits::bytes - tail.size() + 1, 'x') + tail).error().code, ErrorCode::over_limit);
}

TEST(Note, PassesOverUnknownKeysAlsoThoseThatShareNameOrId) {
  const SigningKey known = SigningKey::generate("a.example", KeyType::ed25519), namesake = SigningKey::generate("a.example", KeyType::ed25519);
  const std::string text = "text\n";
  NoteSignature same_id = sign(text, known);
  same_id.name = "b.example";
  Note note{text, {sign(text, namesake), same_id}};
  const std::vector<VerifierKey> keys{known.verifier()};
  EXPECT_EQ(verify(note, keys).error().code, ErrorCode::refused);
  note.signatures.push_back(sign(text, known));
  EXPECT_TRUE(verify(note, keys));
}

TEST(Note, IsRefusedWholeWhereAKnownKeysSignatureIsWrong) {
  const SigningKey one = SigningKey::generate("a.example", KeyType::ed25519), other = SigningKey::generate("b.example", KeyType::ed25519);
  Note note{"text\n", {sign("text\n", one), sign("another text\n", other)}};
  EXPECT_TRUE(verify(note, {{one.verifier()}}));
  EXPECT_FALSE(verify(note, {{one.verifier(), other.verifier()}}));
}

TEST(Cosignature, SaysItsTimeAndIsBoundToIt) {
  const SigningKey key = SigningKey::generate("w.example", KeyType::cosignature);
  const std::string text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  Note note{text, {cosign(text, key, noon + milliseconds(999))}};
  const auto signers = verify(note, {{key.verifier()}});
  ASSERT_TRUE(signers);
  EXPECT_EQ(signers->at(0).cosigned_at, noon) << "whole seconds";
  note.signatures[0].bytes[7] = static_cast<char>(note.signatures[0].bytes[7] + 1);  // a second later
  EXPECT_FALSE(verify(note, {{key.verifier()}}));
}

TEST(Cosignature, IsNoSignatureOfTheNoteAndTheOtherWayRound) {
  // One private key under both types, as a careless party might have it.
  const SigningKey cosigner = SigningKey::generate("w.example", KeyType::cosignature);
  VerifierKey as_signer = cosigner.verifier();
  as_signer.type = KeyType::ed25519;
  const std::string text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  NoteSignature signature = cosign(text, cosigner, noon);
  EXPECT_EQ(verify({text, {signature}}, {{as_signer}}).error().code, ErrorCode::refused);
  signature.key_id = as_signer.id();
  signature.bytes = signature.bytes.substr(8);
  EXPECT_FALSE(verify({text, {signature}}, {{as_signer}}));
}

TEST(Cosignature, BeyondAnyClockIsRefused) {
  const SigningKey key = SigningKey::generate("w.example", KeyType::cosignature);
  NoteSignature signature = cosign("x\n", key, noon);
  std::fill_n(signature.bytes.begin(), 8, '\xFF');
  EXPECT_FALSE(verify({"x\n", {signature}}, {{key.verifier()}}));
}

TEST(Note, OfAForeignLogVerifies) {
  if (!std::filesystem::exists(tests::shared_data())) GTEST_SKIP() << tests::shared_data() << " is missing";
  std::ifstream file(tests::shared_data() / "tlog/tessera-log/checkpoint");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto note = parse_note(text);
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_TRUE(verify(*note, {{parse_verifier_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx").value()}}));
}

}  // namespace
}  // namespace skypact::ledger
