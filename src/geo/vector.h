#pragma once
// Vec3: three coordinates in the Earth-centred, Earth-fixed frame of WGS-84 (x through 0° E on the
// equator, z through the North Pole). Metres for places, metres per second for velocities. Operations are
// plain IEEE + − × ÷ √, so they give the same bits everywhere.

#include <cmath>

namespace skypact::geo {

struct Vec3 {
  double x = 0, y = 0, z = 0;

  friend constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend constexpr Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
  friend constexpr Vec3 operator*(Vec3 a, double k) { return {a.x * k, a.y * k, a.z * k}; }
  friend constexpr Vec3 operator*(double k, Vec3 a) { return a * k; }
  friend constexpr bool operator==(Vec3, Vec3) = default;
};

[[nodiscard]] constexpr double dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
[[nodiscard]] constexpr Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
[[nodiscard]] inline double norm(Vec3 a) { return std::sqrt(dot(a, a)); }

}  // namespace skypact::geo
