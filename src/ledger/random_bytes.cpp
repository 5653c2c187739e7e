#include "ledger/random_bytes.h"

#include <sodium.h>

#include "base/check.h"

namespace skypact::ledger {

void fill_with_random(std::span<std::uint8_t> bytes) {
  SKYPACT_CHECK(sodium_init() >= 0);
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace skypact::ledger
