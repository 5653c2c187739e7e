#pragma once
// Id<Tag>: a number that names one kind of thing and does not convert to the number of another kind.
//
//     using TrackId = Id<struct TrackTag>;

#include <compare>
#include <cstdint>
#include <functional>

namespace skypact {

template <class Tag, class Rep = std::uint32_t>
struct Id {
  Rep value{};
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace skypact

template <class Tag, class Rep>
struct std::hash<skypact::Id<Tag, Rep>> {
  std::size_t operator()(skypact::Id<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
