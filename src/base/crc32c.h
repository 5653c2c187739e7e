#pragma once
// CRC-32C (Castagnoli), as in RFC 3720 §12.1: finds damage, proves nothing against intent. Pure; any thread.
//
//     std::uint32_t crc = crc32c("123456789");     // 0xE3069283
//     crc = crc32c("more", crc);                   // as if both were one text

#include <cstdint>
#include <string_view>

namespace skypact {

[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace skypact
