#pragma once
// Why a message was refused, and how often: one enum with a name and a sentence for each reason, shared by
// every decoder of this module, and an array of counters. A bad frame is counted and never ends a feed.
//
//     ErrorCounts errors;
//     errors.count(DecodeError::bad_crc);
//     for (DecodeError e : errors.seen()) print(name(e), errors[e], sentence(e));
//
// ErrorCounts is a plain value: one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace skypact::wire {

enum class DecodeError : std::uint8_t {
  none,
  // Framing.
  garbage,
  unknown_frame_type,
  cut_frame,
  bad_line,
  line_too_long,
  // Mode S.
  wrong_length,
  unsupported_format,
  bad_crc,
  zero_address,
  unconfirmed_address,
  unsupported_type,
  metric_altitude,
  bad_altitude,
  bad_callsign,
  // 406 MHz beacons.
  bad_hex,
  uncorrectable,
  ambiguous_form,
  // Positions.
  position_pair_refused,
  position_out_of_range,
  position_jump,
  // Receive time.
  clock_went_back,
  time_contradicted,
  // Text formats.
  missing_field,
  bad_field,
  out_of_range,
  bad_json,
  unknown_record,
  duplicate,
  over_limit,
};
inline constexpr std::size_t decode_error_count = static_cast<std::size_t>(DecodeError::over_limit) + 1;

// "bad_crc": the reason's name in metrics and on stderr.
[[nodiscard]] std::string_view name(DecodeError error);
// One sentence for people.
[[nodiscard]] std::string_view sentence(DecodeError error);

class ErrorCounts {
 public:
  // Counts nothing for DecodeError::none, so a caller may pass a message's error as it is.
  void count(DecodeError error, std::uint64_t times = 1) {
    if (error != DecodeError::none) counts_[static_cast<std::size_t>(error)] += times;
  }
  [[nodiscard]] std::uint64_t operator[](DecodeError error) const { return counts_[static_cast<std::size_t>(error)]; }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto n : counts_) sum += n;
    return sum;
  }
  // The reasons counted at least once, in the order of the enum.
  [[nodiscard]] std::vector<DecodeError> seen() const {
    std::vector<DecodeError> reasons;
    for (std::size_t i = 1; i < decode_error_count; ++i) {
      if (counts_[i] > 0) reasons.push_back(static_cast<DecodeError>(i));
    }
    return reasons;
  }
  ErrorCounts& operator+=(const ErrorCounts& other) {
    for (std::size_t i = 0; i < decode_error_count; ++i) counts_[i] += other.counts_[i];
    return *this;
  }
  friend bool operator==(const ErrorCounts&, const ErrorCounts&) = default;

 private:
  std::array<std::uint64_t, decode_error_count> counts_{};
};

}  // namespace skypact::wire
