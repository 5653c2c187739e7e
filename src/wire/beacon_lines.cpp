#include "wire/beacon_lines.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_t001.h"
#include "wire/beacon_t018.h"

namespace skypact::wire {
namespace {

constexpr std::string_view self_test_word = "self-test";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool all_hex(std::string_view word) { return std::all_of(word.begin(), word.end(), is_hex); }

// Takes a word off the front.
std::string_view next_word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), is_blank) - rest.begin());
  const std::string_view word = rest.substr(0, end);
  rest = trim(rest.substr(end));
  return word;
}

// A date stands in front of nothing else: four digits and a hyphen.
bool looks_like_a_time(std::string_view word) {
  return word.size() > 4 && is_digit(word[0]) && is_digit(word[1]) && is_digit(word[2]) && is_digit(word[3]) && word[4] == '-';
}

bool is_station(std::string_view word) {
  return !word.empty() && word.size() <= BeaconLinesLimits::longest_station && std::all_of(word.begin(), word.end(), [](char c) {
    return is_hex(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
  });
}

ReadOneBurst refuse(DecodeError error, std::string why) { return {std::nullopt, error, std::move(why)}; }
std::string quote(std::string_view text) { return quoted(text, BeaconLinesLimits::most_quoted); }

}  // namespace

ReadOneBurst read_beacon_line(std::string_view line, const BeaconLineOptions& options) {
  std::string_view rest = trim(line);
  if (rest.empty() || rest.front() == '#') return {};
  BeaconBurst burst;
  std::string_view after = rest;
  std::string_view word = next_word(after);
  if (looks_like_a_time(word)) {
    const auto time = parse_rfc3339(word);
    if (!time) return refuse(DecodeError::bad_line, "the receive time: " + time.error().message);
    burst.received_at = *time;
    rest = after;
    word = next_word(after);
  }
  // A station is a word that cannot be digits, or that ends with a colon, and digits follow it.
  const bool has_colon = !word.empty() && word.back() == ':';
  const std::string_view station = has_colon ? word.substr(0, word.size() - 1) : word;
  if (has_colon || (!all_hex(word) && word != self_test_word && !after.empty())) {
    if (!is_station(station)) {
      return refuse(DecodeError::bad_line, fmt::format("{} is neither digits of a message nor a station, which is 1 to {} letters, digits, \".\", \"_\", \"-\"",
                                                       quote(word), BeaconLinesLimits::longest_station));
    }
    burst.station = station;
    rest = after;
    word = next_word(after);
  }
  const bool is_self_test = word == self_test_word;
  if (is_self_test) rest = after;
  if (rest.empty()) return refuse(DecodeError::bad_line, "no message follows the receive time and the station");

  const auto digits = read_hex_digits(rest, BeaconT018Limits::most_digits);
  if (!digits) return refuse(DecodeError::bad_hex, digits.error().message + " in " + quote(rest));
  // Where the first group of a burst is garbled it looks like a station, and with it the synchronisation is gone that tells a
  // self-test: what is left would be believed live.
  const bool is_bare = digits->size() == 30 || digits->size() == 22;
  if (is_bare && !burst.station.empty() && !has_colon) {
    return refuse(DecodeError::ambiguous_form, fmt::format("{} can be a station or a garbled synchronisation; before {} digits write a station with a colon behind it",
                                                           quote(burst.station), digits->size()));
  }
  const bool is_second = options.form == BeaconForm::t018 || (options.form == BeaconForm::any && digits->size() > BeaconT001Limits::most_digits);
  ReadBeacon read = is_second ? decode_t018(*digits) : decode_t001(*digits);
  if (!read.message) return refuse(read.error, std::move(read.why));
  burst.message = std::move(*read.message);
  if (is_self_test) burst.message.mode = BeaconMode::self_test;
  return {std::move(burst), DecodeError::none, {}};
}

void BeaconLineReader::keep(std::string_view piece) {
  if (is_too_long_) return;
  if (partial_.size() + piece.size() <= BeaconLinesLimits::longest_line) {
    partial_ += piece;
    return;
  }
  partial_.clear();
  is_too_long_ = true;
}

std::optional<ReadBeaconLine> BeaconLineReader::take_line() {
  ++line_;
  ReadBeaconLine result;
  result.line = line_;
  ReadOneBurst read;
  if (is_too_long_) {
    read = refuse(DecodeError::line_too_long, fmt::format("the line is longer than {} bytes; it was passed over", BeaconLinesLimits::longest_line));
  } else {
    read = read_beacon_line(partial_, options_);
  }
  partial_.clear();
  is_too_long_ = false;
  if (!read.burst && read.error == DecodeError::none) return std::nullopt;
  errors_.count(read.error);
  accepted_ += read.burst ? 1 : 0;
  result.burst = std::move(read.burst);
  result.error = read.error;
  if (result.error != DecodeError::none) result.message = fmt::format("line {}: {}", line_, read.why);
  return result;
}

}  // namespace skypact::wire
