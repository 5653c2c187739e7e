// Any bytes as two areas: each is refused or sound, and whether they overlap does not depend on which is named first. Areas that overlap
// share a cell.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "plan/area.h"
#include "plan/cells.h"

namespace {

using namespace skypact;
using namespace skypact::plan;

class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : left_(bytes) {}
  [[nodiscard]] bool empty() const { return left_.empty(); }
  std::uint32_t take(std::size_t count) {
    std::uint32_t value = 0;
    for (; count > 0; --count) {
      value = value << 8 | (left_.empty() ? 0u : left_.front());
      if (!left_.empty()) left_ = left_.subspan(1);
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> left_;
};

// Vertices lie on a grid about some place, coarse or fine, so that edges often meet; now and then far away, or nowhere.
struct Grid {
  double lat = 0, lon = 0, step = 0;

  [[nodiscard]] LatLng at(std::uint32_t number) const {
    if (number == 0xFFFF) return {std::nan(""), 0};
    double east = lon + step * (static_cast<int>(number & 0xFF) - 128);
    if (east > 180) east -= 360;
    if (east < -180) east += 360;
    return {lat + step * (static_cast<int>(number >> 8) - 128), east};
  }
};

std::optional<Area> area_from(Bytes& bytes, const Grid& grid) {
  const std::uint32_t kind = bytes.take(1);
  Result<Area> area = [&] {
    if (kind == 0) {
      const double radius = std::ldexp(static_cast<double>(bytes.take(2)), static_cast<int>(bytes.take(1) % 32) - 16);
      return Area::circle(grid.at(bytes.take(2)), radius);
    }
    std::vector<LatLng> vertices;
    for (std::uint32_t k = 0; k < kind; ++k) vertices.push_back(grid.at(bytes.take(2)));
    return Area::polygon(vertices);
  }();
  if (!area) {
    SKYPACT_CHECK(!area.error().message.empty());
    return std::nullopt;
  }
  return *area;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes({data, size});
  const Grid grid{static_cast<double>(bytes.take(1)) * 180 / 255 - 90, static_cast<double>(bytes.take(1)) * 360 / 255 - 180,
                  std::ldexp(1.0, -static_cast<int>(bytes.take(1) % 28))};
  const auto a = area_from(bytes, grid), b = area_from(bytes, grid);
  if (!a || !b) return 0;
  SKYPACT_CHECK(a->area_km2() >= 0);
  const bool share = overlaps(*a, *b);
  SKYPACT_CHECK(overlaps(*b, *a) == share);
  // Coverings of wide areas take milliseconds each.
  if (!share || a->ball().radius > 20'000 || b->ball().radius > 20'000) return 0;
  const auto some = cells_of(*a), others = cells_of(*b);
  if (some && others) SKYPACT_CHECK(share_a_cell(*some, *others));
  return 0;
}
