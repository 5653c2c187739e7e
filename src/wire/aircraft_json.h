#pragma once
// aircraft.json as readsb, dump1090-fa and dump1090-mutability write it: a picture of all aircraft, polled.
// Format: docs/formats/aircraft-json.md.
//
//     AircraftJsonReader reader({.source = SourceId{4}});
//     reader.read(body, now, [&](const Observation& o) { … });
//
// A picture repeats what earlier ones said. The reader remembers each aircraft and reports only what is
// new: a position once, at now − seen_pos; the rest at now − seen. So an aircraft that is no longer heard
// falls silent here as it does on the air. Not thread-safe: one reader per feed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "airspace/observation.h"
#include "wire/error_counts.h"

namespace skypact::json {
class Value;
}

namespace skypact::wire {

struct AircraftJsonOptions {
  SourceId source;
  // The document's own `now` is the receive time. Else `now` counts unless it lies in the future; a
  // document that is old stays old.
  bool is_recording = false;
};

class AircraftJsonReader {
 public:
  static constexpr std::size_t longest_document = std::size_t{64} << 20;
  static constexpr std::size_t most_aircraft = 65'536;

  explicit AircraftJsonReader(const AircraftJsonOptions& options) : options_(options) {}

  // One whole document. Errors of the document and of its entries are counted; the rest is read.
  void read(std::string_view document, Time received_at, const std::function<void(const Observation&)>& sink);

  [[nodiscard]] std::uint64_t documents() const { return documents_; }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }  // observations given
  // bad_json, missing_field, bad_field, out_of_range, zero_address, duplicate, over_limit, clock_went_back.
  [[nodiscard]] const ErrorCounts& errors() const { return errors_; }

 private:
  struct Known {
    Time position_at;  // measured_at of the last position given
    Time heard_at;     // measured_at of the last observation of any kind
    geo::Position position;
    std::uint64_t document = 0;  // the last one that named it
  };
  void read_entry(json::Value entry, Time now, Time received_at, const std::function<void(const Observation&)>& sink);
  void forget_oldest();

  AircraftJsonOptions options_;
  ErrorCounts errors_;
  std::unordered_map<Address, Known> known_;
  std::optional<Time> last_now_;
  std::uint64_t documents_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace skypact::wire
