// A disclosure proves what the record committed to, and nothing once it was changed anywhere.

#include "node/disclosure.h"

#include <gtest/gtest.h>

#include "ledger/test_log.h"
#include "node/record.h"

namespace skypact::node {
namespace {
const ledger::SigningKey& key() {
  static const ledger::SigningKey made = ledger::SigningKey::generate("north.example/record", ledger::KeyType::ed25519);
  return made;
}

// A record of three entries, the second of which commits to an alert.
struct Example {
  std::string journal = "{\"at\":\"2026-01-01T12:00:00.000Z\",\"body\":{\"alert\":{\"key\":\"conflict:3C6444:4D2023#1\",\"state\":\"infringed\"},\"salt\":\"" +
                        ledger::to_base64(ledger::Hash{Salt{7}}) + "\"},\"origin\":\"north.example/record.journal\",\"party\":\"north\",\"type\":\"alert\",\"v\":1}\n";
  std::string record = "{\"at\":\"2026-01-01T12:00:00.000Z\",\"body\":{\"commitment\":\"" + ledger::to_base64(open_entry(journal)->commitment) +
                       "\",\"id\":1,\"state\":\"infringed\"},\"origin\":\"north.example/record\",\"party\":\"north\",\"type\":\"alert\",\"v\":1}\n";
  Disclosure disclosure = made(record);

  Disclosure made(const std::string& entry) const {
    const std::vector<std::string> entries{"{\"n\":0}\n", entry, "{\"n\":2}\n"};
    const ledger::test::Files files = ledger::test::log_of(entries, key());
    auto path = ledger::inclusion_proof(1, entries.size(), ledger::tile_nodes(ledger::test::reader_of(files), entries.size()));
    return {journal, {entry, 1, std::move(*path), ledger::parse_note(files.at("checkpoint")).value()}};
  }
};

TEST(Disclosure, ProvesWhatTheRecordCommittedTo) {
  const Example e;
  const auto read = parse_disclosure(to_text(e.disclosure));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, e.disclosure);
  const auto disclosed = verify(*read, ledger::policy_of(key().verifier()));
  ASSERT_TRUE(disclosed) << disclosed.error().message;
  EXPECT_EQ(disclosed->type, "alert");
  EXPECT_EQ(disclosed->what, "{\"key\":\"conflict:3C6444:4D2023#1\",\"state\":\"infringed\"}");
  EXPECT_EQ(disclosed->record_entry, e.record);
}

TEST(Disclosure, ChangedAnywhereProvesNothing) {
  const Example e;
  const std::string text = to_text(e.disclosure);
  const ledger::Policy policy = ledger::policy_of(key().verifier());
  const auto whole = verify(e.disclosure, policy);
  ASSERT_TRUE(whole);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char flip : {'\x01', '\x20'}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const auto read = parse_disclosure(changed);
      if (!read) continue;
      const auto disclosed = verify(*read, policy);
      // What is no part of the proof is the journal's head: who it says it was, and when, which only the record vouches for.
      EXPECT_TRUE(!disclosed || (disclosed->what == whole->what && disclosed->record_entry == whole->record_entry)) << "byte " << i;
    }
  }
  EXPECT_FALSE(parse_disclosure(text.substr(0, text.size() / 2)));
}

TEST(Disclosure, OfAnotherCommitmentTypeOrKeyProvesNothing) {
  const Example e;
  const ledger::Policy policy = ledger::policy_of(key().verifier());
  std::string other = e.record;
  other.replace(other.find("\"type\":\"alert\""), 14, "\"type\":\"other\"");
  EXPECT_FALSE(verify(e.made(other), policy));
  Disclosure salted = e.disclosure;
  salted.journal_entry.replace(salted.journal_entry.find("infringed"), 9, "predicted");
  EXPECT_EQ(verify(salted, policy).error().code, ErrorCode::refused);
  const auto stranger = ledger::SigningKey::generate("north.example/record", ledger::KeyType::ed25519);
  EXPECT_FALSE(verify(e.disclosure, ledger::policy_of(stranger.verifier())));
  Disclosure bare = e.disclosure;
  bare.proof.extra.reset();
  EXPECT_FALSE(parse_disclosure(to_text(bare)));
}

}  // namespace
}  // namespace skypact::node
