// Any bytes: what is read as a proof is written as the same bytes; what is read as a policy judges it without falling.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/proof_file.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto proof = parse_proof(bytes);
  if (proof) {
    SKYPACT_CHECK(to_text(*proof) == bytes);
    SKYPACT_CHECK(proof->path.size() <= longest_proof);
    (void)verify_inclusion(proof->index, proof->index + 1, empty_root(), proof->path, empty_root()).has_value();
  }
  return 0;
}
