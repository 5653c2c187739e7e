#pragma once
// Coverage: of which stretches of a time a party's record says what it received, and from which source.
//
//     Coverage coverage({from, to});
//     for (entry : record) if (const auto t = read_traffic(entry)) coverage.add(*t, index, bytes_are(*t) ? Bytes::proven : Bytes::missing);
//     const CoverageReport r = coverage.report();
//
// A record has an entry of type `traffic` every ten seconds, also where nothing came (docs/formats/recording.md): so what no entry
// covers was not recorded, and a source that an entry does not name sent nothing then. Whatever is asked about the past is
// answered only for what is covered by bytes that are the committed ones. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/record.h"

namespace skypact::node {

// Of an entry of type "traffic"; nullopt for any other. Error: bad_input with the field.
Result<std::optional<TrafficStretch>> read_traffic(std::string_view record_entry);

// The bytes of a stretch, as the asker has them.
enum class Bytes : std::uint8_t {
  proven,    // those that the record committed to
  missing,   // not here: the segment was deleted, or never copied
  wrong,     // others
};
[[nodiscard]] std::string_view to_string(Bytes bytes);

struct CoverageReport {
  struct Part {
    Interval<Time> span;
    Bytes bytes = Bytes::proven;
  };
  struct Source {
    std::string name;
    std::uint64_t messages = 0, positions = 0;
    std::vector<Interval<Time>> silent;      // covered, and nothing came from it
  };
  Interval<Time> span;
  std::vector<Part> parts;                   // that the record speaks of, by time, those alike put together
  std::vector<Interval<Time>> gaps;          // of which it says nothing
  std::vector<Source> sources;               // by name; every one that sent something in the span
  std::vector<std::uint64_t> entries;        // that say so
  // All of the span is covered by bytes that are proven.
  [[nodiscard]] bool complete() const;
};

class Coverage {
 public:
  // Between the end of a stretch and the begin of the next the node's next tick passes.
  static constexpr Duration between = seconds(3);

  explicit Coverage(Interval<Time> span) : span_(span) {}
  // Stretches in the order of the record; what lies outside the span is passed over.
  void add(const TrafficStretch& stretch, std::uint64_t entry, Bytes bytes);
  [[nodiscard]] bool concerns(const TrafficStretch& stretch) const { return stretch.since < span_.to && span_.from <= stretch.until + between; }
  [[nodiscard]] CoverageReport report() const;

 private:
  struct One {
    TrafficStretch stretch;
    std::uint64_t entry = 0;
    Bytes bytes = Bytes::proven;
  };
  Interval<Time> span_;
  std::vector<One> stretches_;
};

}  // namespace skypact::node
