#pragma once
// Gazetteer: named places, asked which of them lie near a position. An airfield is a place that aircraft can use.
//
//     auto file = read_places_csv(text, "places.csv");
//     if (!file) return file.error();                  // "places.csv:7: latitude_deg: must be a number from -90 to 90"
//     const Gazetteer gazetteer(std::move(file->places));
//     for (const NearPlace& near : gazetteer.nearest(position, {.count = 3, .airfields_only = true})) …
//
// The formats are those of docs/formats/gazetteer.md: CSV with the columns of OurAirports' airports.csv, and GeoJSON points.
// Places stand in one order, whatever the order of the file, and equal distances are answered in that order, so that every
// machine gives the same answer. A gazetteer is a value that does not change; any thread may ask it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "geo/position.h"
#include "geo/vector.h"

namespace skypact::line {

struct GazetteerLimits {
  static constexpr std::size_t bytes = std::size_t{64} << 20;   // of a file; OurAirports' whole list is 12 MB
  static constexpr std::size_t places = 250'000;
  static constexpr std::size_t name = 200;                      // bytes
  static constexpr std::size_t code = 16;
  static constexpr std::size_t columns = 64;                    // of a CSV file
  static constexpr std::size_t answers = 100;                   // of one question
  static constexpr Length farthest = kilometres(1000);          // within which distances are exact enough to be said
};

enum class AirfieldType : std::uint8_t { unknown, large, medium, small, heliport, seaplane_base, balloonport };
[[nodiscard]] std::string_view to_string(AirfieldType type);    // "large_airport", …; OurAirports' words

struct Airfield {
  AirfieldType type = AirfieldType::unknown;
  std::string icao;                                  // four letters; empty where it has none
  std::optional<MeanSeaLevelAltitude> elevation;
  std::optional<Length> longest_runway;
  friend bool operator==(const Airfield&, const Airfield&) = default;
};

struct Place {
  std::string name;
  std::string code;                                  // how its list names it: the ICAO code where it has one; may be empty
  std::string country;                               // two letters (ISO 3166-1), or empty
  geo::Position position;
  std::optional<Airfield> airfield;
  friend bool operator==(const Place&, const Place&) = default;
};

struct NearPlace {
  const Place* place = nullptr;                      // belongs to the gazetteer
  Length distance;                                   // along the surface
  TrueBearing bearing;                               // in which the position lies, seen from the place
};

struct NearestOptions {
  Length within = GazetteerLimits::farthest;         // the place exactly at it counts; beyond `farthest` it is `farthest`
  std::size_t count = 1;                             // at most GazetteerLimits::answers
  bool airfields_only = false;
  Length least_runway{};                             // above zero: airfields whose longest runway is known and not shorter
};

class Gazetteer {
 public:
  Gazetteer() = default;
  explicit Gazetteer(std::vector<Place> places);

  // The nearest first. Empty where there is none within the distance.
  [[nodiscard]] std::vector<NearPlace> nearest(geo::Position position, const NearestOptions& options = {}) const;
  // Sorted by code, name, position and the rest; equal ones once.
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }

 private:
  // A node of a balanced tree over places in Earth-centred coordinates: the middle of its part of `nodes_` splits it along `axis`.
  struct Node {
    geo::Vec3 at;
    std::uint32_t place = 0;
    std::uint8_t axis = 0;
  };
  struct Search;
  void build(std::size_t from, std::size_t to);
  void search(Search& search, std::size_t from, std::size_t to) const;

  std::vector<Place> places_;
  std::vector<Node> nodes_;
};

// The list that is built into the binary.
[[nodiscard]] const Gazetteer& bundled_gazetteer();

struct PlaceFile {
  std::vector<Place> places;
  std::vector<std::string> notes;                    // what was left out knowingly, one sentence a kind
};

// All or nothing: the error names file, line or feature, and column.
Result<PlaceFile> read_places_csv(std::string_view text, std::string_view file);
Result<PlaceFile> read_places_geojson(std::string_view text, std::string_view file);

// OurAirports' runways.csv: gives the airfields among `places` their longest open runway, by the airport's identifier. How many it gave.
Result<std::size_t> add_runways_csv(std::vector<Place>& places, std::string_view text, std::string_view file);

}  // namespace skypact::line
