#include "ledger/random_bytes.h"

#include <sodium.h>

#include "base/check.h"

namespace skypact::ledger {

std::array<std::uint8_t, 32> random_bytes() {
  SKYPACT_CHECK(sodium_init() >= 0);
  std::array<std::uint8_t, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace skypact::ledger
