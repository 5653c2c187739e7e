#pragma once
// Random bytes that nobody can guess: salts of commitments. Not for what must replay; that is base/random.h.
//
// Any thread.

#include <array>
#include <cstdint>

namespace skypact::ledger {

[[nodiscard]] std::array<std::uint8_t, 32> random_bytes();

}  // namespace skypact::ledger
