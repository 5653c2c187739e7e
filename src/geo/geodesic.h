#pragma once
// Geodesics of the ellipsoid between two places: laid out in short pieces, and how long they are.
//
//     for (Vec3 place : geodesic_places(place_of(a), place_of(b), 25'000)) …
//
// All results are the same bits on every machine.

#include <vector>

#include "geo/vector.h"

namespace skypact::geo {

// The angle between the directions of two places, seen from the Earth's centre, in degrees.
[[nodiscard]] double degrees_between(Vec3 a, Vec3 b);

// Places along the geodesic from the one to the other, both included, evenly spaced and at most `longest_piece` metres apart. For
// ways up to 150 degrees; farther places may have no one shortest way. Within 10 µm of the geodesic up to 1,000 km.
[[nodiscard]] std::vector<Vec3> geodesic_places(Vec3 from, Vec3 to, double longest_piece);

// How far the arc between two places in the plane through them and the Earth's centre leaves their geodesic, in metres, at most.
//
// The arc's plane is tilted against the surface's normal by no more than the normal is against the Earth's centre, δ with
// tan δ <= e² / (2 √(1 − e²)) = 0.003358. A cut by a plane tilted so bends sideways by tan δ times the surface's curvature, which
// is at most 1 / least_radius; and what bends by no more than k over a length s leaves the straight way by no more than k s² / 8.
[[nodiscard]] constexpr double arc_deviation(double length) { return 6.63e-11 * length * length; }

// The length of the geodesic between two places, in metres: within 0.1 mm up to 300 km. The chord as that of a circle with the
// radius of the section under its middle: 2r asin(c / 2r).
[[nodiscard]] double geodesic_length(Vec3 a, Vec3 b);

}  // namespace skypact::geo
