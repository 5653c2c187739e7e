#pragma once
// EntityId: the UUID that names an operational intent, a constraint or a subscription.
//
//     const auto id = parse_entity_id("2f8343be-6482-4d1b-a474-16847e01af1e");   // or without hyphens
//     if (!id) …
//
// A plain value.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace skypact::plan {

struct EntityId {
  std::uint64_t high = 0, low = 0;
  friend constexpr auto operator<=>(EntityId, EntityId) = default;
};

// 32 hexadecimal digits, with hyphens after the 8th, 12th, 16th and 20th or with none. Any version: the interface says 4, and clients
// that use others have always been served.
[[nodiscard]] std::optional<EntityId> parse_entity_id(std::string_view text);

// In lower case, with hyphens.
[[nodiscard]] std::string to_string(EntityId id);

// When a UUIDv7 (RFC 9562, section 5.7) was made, to the millisecond; nullopt for other versions.
[[nodiscard]] std::optional<Time> time_of_uuid7(EntityId id);

}  // namespace skypact::plan
