// Writes a ledger into a folder, as a node would, for the tests that read it with other programs:
//
//     make_ledger FOLDER ENTRIES        prints a policy: the log's key, two witnesses that cosigned, both needed
//     make_ledger FOLDER ENTRIES KEY_FILE [VARIANT]     signed by this key; the same number of the variant, the same entries
//
// Every checkpoint that was signed on the way is kept as checkpoint.<size>.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "ledger/checkpoint.h"
#include "ledger/key_file.h"
#include "ledger/log.h"

using namespace skypact;
using namespace skypact::ledger;

namespace {

constexpr Time cosigned_at = Time(seconds(1'800'000'000));

int fail(const Error& error) {
  std::fprintf(stderr, "make_ledger: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3 || count > 5) return 2;
  const std::uint64_t entries = std::strtoull(arguments[2], nullptr, 10);
  FileStorage storage(arguments[1]);
  if (auto locked = storage.lock(); !locked) return fail(locked.error());
  auto given = count > 3 ? read_key_file(arguments[3]) : Result<SigningKey>(SigningKey::generate("north.example/record", KeyType::ed25519));
  if (!given) return fail(given.error());
  SigningKey key = std::move(*given);
  const std::string variant = count > 4 ? arguments[4] : "0";
  const VerifierKey verifier = key.verifier();
  {
    auto log = Log::open(storage, std::move(key), {.publish_every = milliseconds(20)}, [&](const Note& head) {
      const std::string path = "checkpoint." + std::to_string(parse_checkpoint(head.text)->size);
      if (auto kept = replace(storage, path, to_text(head)); !kept) std::exit(fail(kept.error()));
    });
    if (!log) return fail(log.error());
    for (std::uint64_t i = 0; i < entries; ++i) {
      // Entries of many lengths, the empty one among them.
      std::string entry = i % 1000 == 7 ? "" : "{\"n\":" + std::to_string(i) + ",\"variant\":" + variant + ",\"text\":\"" + std::string(i * 7919 % 300, 'x') + "\"}\n";
      if (auto taken = (*log)->append(std::move(entry), nullptr); !taken) return fail(taken.error());
    }
  }
  const auto text = storage.read("checkpoint");
  if (!text) return fail(text.error());
  Note head = *parse_note(*text);
  std::printf("log %s\n", to_string(verifier).c_str());
  for (const char* const name : {"south", "relief"}) {
    const SigningKey witness = SigningKey::generate(std::string(name) + ".example/cosigner", KeyType::cosignature);
    head.signatures.push_back(cosign(head.text, witness, cosigned_at));
    std::printf("witness %s %s\n", name, to_string(witness.verifier()).c_str());
  }
  std::printf("group others all south relief\nquorum others\n");
  if (auto written = replace(storage, "checkpoint", to_text(head)); !written) return fail(written.error());
  return 0;
}
