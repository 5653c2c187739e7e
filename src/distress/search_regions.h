#pragma once
// Search-and-rescue regions: who is responsible for the rescue at a place, and how his coordination centre is reached.
//
//     auto regions = read_search_regions(text, "regions.geojson");
//     if (!regions) return regions.error();      // "regions.geojson: feature 3: rcc: is missing"
//     for (const SearchRegion* region : regions_at(*regions, position)) tell(region->rcc, region->contact);
//
// Read from GeoJSON as docs/formats/search-regions.md says. States disagree about borders, so regions may overlap: every one that
// holds the position is named, and so is one whose border is nearer than `border`, because two lists never draw a common border
// alike and a call to one centre too many costs less than none. Edges are straight lines of longitude and latitude (RFC 7946,
// 3.1.1), as borders along a parallel are meant; the shorter way round, across the antimeridian too. Holes are not in the region.
// A plain value after it is read; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "geo/position.h"
#include "guard/region.h"

namespace skypact::distress {

struct SearchRegionLimits {
  static constexpr std::size_t bytes = std::size_t{16} << 20;
  static constexpr std::size_t regions = 1'000;
  static constexpr std::size_t parts = 200;                    // polygons of one region
  static constexpr std::size_t holes = 50;                     // of one polygon
  static constexpr std::size_t name = 120;                     // bytes
  static constexpr std::size_t contact = 400;
  static constexpr std::size_t party = 24;
  static constexpr Length border = kilometres(1);              // how near a border counts as inside
  // An edge that is not along a meridian is laid out in pieces of at most so many degrees of longitude and latitude: between the
  // ends of a piece the geodesic leaves the straight line of longitude and latitude by less than 150 m up to 85° of latitude.
  static constexpr double piece_degrees = 0.5;
};

struct SearchRegion {
  std::string id;              // empty where the file gives none
  std::string name;            // of the region: "Nicosia SRR"
  std::string rcc;             // of the centre: "JRCC Larnaca"
  std::string contact;         // how it is reached, for people
  std::string party;           // the party of the pact that speaks to it; empty: nobody named
  std::size_t feature = 0;     // its number in the file, from 1
  struct Part {
    guard::Region outline;
    std::vector<guard::Region> holes;
  };
  std::vector<Part> parts;     // at least one
};

struct SearchRegions {
  std::vector<SearchRegion> regions;                           // in the order of the file
  std::vector<std::string> notes;                              // what was left out knowingly
};

// All or nothing; the error names the feature, and the polygon where it has several.
Result<SearchRegions> read_search_regions(std::string_view text, std::string_view file);

// Does it hold the position, or lie nearer than the border's width?
[[nodiscard]] bool holds(const SearchRegion& region, geo::Position position);

// In the order of the file; they belong to `regions`. Empty: no region is known there, which the desk must be told.
[[nodiscard]] std::vector<const SearchRegion*> regions_at(const SearchRegions& regions, geo::Position position);

}  // namespace skypact::distress
