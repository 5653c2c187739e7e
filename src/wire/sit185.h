#pragma once
// The alert message that a Cospas-Sarsat mission control centre sends to a rescue coordination centre: subject indicator
// type 185, a text of numbered paragraphs (C/S A.002 annex C, explained in the handbook C/S G.007). Which layouts it was
// checked against: docs/formats/beacon.md.
//
//     Sit185Reader reader;
//     reader.push(bytes, [&](const ReadSit185& read) { if (read.message) show(*read.message); else say(read.why); });
//     reader.finish(…);
//
// Paragraphs are told by their words, not their numbers, and lines may be broken anywhere between words: centres differ. A
// value that is not what it must be is left out and is a doubt; what is not understood is kept as text and is a doubt too.
// Only a text without a title, or with neither a beacon's id nor a position, is refused. Not thread-safe: one reader a feed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/writer.h"
#include "wire/beacon.h"
#include "wire/error_counts.h"

namespace skypact::wire {

struct Sit185Limits {
  static constexpr std::size_t longest_message = 16'384;  // bytes
  static constexpr std::size_t longest_line = 512;
  static constexpr std::size_t most_positions = 16;
  static constexpr std::size_t most_doubts = 32;
  static constexpr std::size_t most_quoted = 60;
};

enum class Sit185Kind : std::uint8_t {
  unknown,
  initial,
  unlocated,          // initial, and the title says that there is no location
  position_update,
  position_conflict,  // a position that does not agree with an earlier one
  resolved,           // the position is confirmed
  nocr,               // notification of the country of beacon registration
  unreliable,         // the beacon's message could not be validated
  cancellation,       // the user cancelled his alert
};

enum class Sit185PositionKind : std::uint8_t { confirmed, doppler_a, doppler_b, doa, encoded };

struct Sit185Position {
  Sit185PositionKind kind = Sit185PositionKind::confirmed;
  geo::Position position;
  std::optional<std::uint8_t> probability_percent;  // of the two Doppler sides, which is the beacon's
  std::optional<Length> accuracy;
  std::optional<Height> altitude;
  friend bool operator==(const Sit185Position&, const Sit185Position&) = default;
};

struct Sit185Message {
  Sit185Kind kind = Sit185Kind::unknown;
  bool is_test = false;           // the title says test or exercise
  bool is_ship_security = false;  // a covert alert: never passed on by voice
  std::string title;
  std::string message_number;
  std::string reference;          // the rest of that paragraph: which centre, which earlier message
  std::optional<Time> detected_at;
  std::string detected_by;
  std::optional<double> frequency_mhz;
  std::optional<std::uint16_t> country;
  std::string user_class;         // with the identity as the centre wrote it
  std::string emergency;
  std::vector<Sit185Position> positions;
  std::string update_time;        // of the encoded position
  PositionSource encoded_source = PositionSource::unknown;
  std::string next_pass;
  std::string id;                 // 15 or 23 hexadecimal digits
  std::optional<BeaconMessage> beacon;  // where the text holds the beacon's whole message
  std::string homing;
  std::string activation;
  std::string number_on_board;
  std::string other_encoded;
  std::string operational;
  std::string remarks;
  std::vector<std::string> doubts;  // sentences
};

// One whole text.
[[nodiscard]] Result<Sit185Message> read_sit185(std::string_view text);

struct ReadSit185 {
  std::uint64_t line = 0;  // on which the text begins
  std::optional<Sit185Message> message;
  DecodeError error = DecodeError::none;
  std::string why;
};

// Several texts one after the other, each ended by a line END OF MESSAGE, /ENDMSG or NNNN, or by the next title.
class Sit185Reader {
 public:
  template <class Sink>
  void push(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      keep(bytes.substr(0, end));
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      if (const auto read = take_line()) sink(*read);
    }
  }
  template <class Sink>
  void finish(Sink&& sink) {
    if (!line_.empty() || is_line_too_long_) {
      if (const auto read = take_line()) sink(*read);
    }
    if (const auto read = take_text()) sink(*read);
  }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  // bad_line, line_too_long, over_limit.
  [[nodiscard]] const ErrorCounts& errors() const { return errors_; }

 private:
  void keep(std::string_view piece);
  std::optional<ReadSit185> take_line();
  std::optional<ReadSit185> take_text();

  std::string line_;
  bool is_line_too_long_ = false;
  std::string text_;
  bool has_title_ = false;
  bool is_too_long_ = false;
  std::uint64_t line_number_ = 0;
  std::uint64_t first_line_ = 0;
  std::uint64_t accepted_ = 0;
  ErrorCounts errors_;
};

[[nodiscard]] std::string_view name(Sit185Kind kind);
[[nodiscard]] std::string_view name(Sit185PositionKind kind);
void write_members(const Sit185Message& message, json::Writer& out);
[[nodiscard]] std::string one_line(const Sit185Message& message);

}  // namespace skypact::wire
