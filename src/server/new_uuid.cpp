#include "server/new_uuid.h"

#include <cstddef>
#include <cstdint>

#include "ledger/random_bytes.h"

namespace skypact::server {

plan::EntityId new_uuid() {
  constexpr std::uint64_t version = 0xF000, variant = 3ull << 62;
  const auto random = ledger::random_bytes<16>();
  plan::EntityId id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high = id.high << 8 | random[i];
    id.low = id.low << 8 | random[i + 8];
  }
  id.high = (id.high & ~version) | 0x4000;
  id.low = (id.low & ~variant) | 2ull << 62;
  return id;
}

}  // namespace skypact::server
