#include "wire/sit185.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_json.h"
#include "wire/beacon_t001.h"
#include "wire/beacon_t018.h"

namespace skypact::wire {
namespace {

using Words = std::vector<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }
bool all_hex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); });
}
std::string quote(std::string_view text) { return quoted(text, Sit185Limits::most_quoted); }
// The messages are telex text. Whatever else came (control characters, marks that turn the direction of writing) would
// only harm whoever reads it.
std::string kept(std::string_view text) {
  std::string ascii;
  for (const char c : text) ascii += c >= ' ' && c <= '~' ? c : '?';
  return ascii;
}

void doubt(Sit185Message& out, std::string sentence) {
  if (out.doubts.size() < Sit185Limits::most_doubts) out.doubts.push_back(std::move(sentence));
}

// "12. ACTIVATION TYPE NIL": the number in front of a paragraph; 0 where the line begins none.
unsigned paragraph_number(std::string_view line) {
  const std::size_t dot = line.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 2 || !all_digits(line.substr(0, dot))) return 0;
  const std::string_view rest = line.substr(dot + 1);
  if (rest.empty() || is_digit(rest.front())) return 0;  // "07.5" is a number
  return static_cast<unsigned>(*parse_integer(line.substr(0, dot)));
}

bool is_end(std::string_view line) { return line.starts_with("END OF MESSAGE") || line.starts_with("/ENDMSG") || line == "NNNN"; }
bool is_title(std::string_view line) { return paragraph_number(line) == 1; }

Words words_of(std::string_view text) {
  Words words;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      end();
    } else {
      word += c;
    }
  }
  end();
  return words;
}

std::string joined(const Words& words, std::size_t from = 0, std::size_t to = std::string::npos) {
  std::string text;
  for (std::size_t i = from; i < std::min(to, words.size()); ++i) {
    if (!text.empty()) text += ' ';
    text += words[i];
  }
  return text;
}

// What follows `title` at the front of the paragraph, without the colon or hyphen between; nullopt where it does not begin so.
std::optional<std::string_view> after_title(std::string_view paragraph, std::string_view title) {
  if (!paragraph.starts_with(title)) return std::nullopt;
  std::string_view rest = paragraph.substr(title.size());
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':' || rest.front() == '-')) rest.remove_prefix(1);
  return trim(rest);
}

bool is_nothing(std::string_view text) { return text.empty() || text == "NIL" || text == "UNKNOWN" || text == "N/A"; }
std::string unless_nothing(std::string_view text) { return is_nothing(text) ? std::string() : kept(text); }

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Sit185Kind kind_of(std::string_view title) {
  if (holds(title, "CANCEL")) return Sit185Kind::cancellation;
  if (holds(title, "NOCR") || holds(title, "COUNTRY OF BEACON REGISTRATION")) return Sit185Kind::nocr;
  if (holds(title, "CONFLICT")) return Sit185Kind::position_conflict;
  if (holds(title, "UNRELIABLE")) return Sit185Kind::unreliable;
  if (holds(title, "UPDATE")) return Sit185Kind::position_update;
  if (holds(title, "RESOLVED") && !holds(title, "UNRESOLVED")) return Sit185Kind::resolved;
  if (holds(title, "CONFIRM")) return Sit185Kind::resolved;
  if (holds(title, "UNLOCATED") || holds(title, "NO LOCATION") || holds(title, "WITHOUT LOCATION")) return Sit185Kind::unlocated;
  if (holds(title, "INITIAL")) return Sit185Kind::initial;
  return Sit185Kind::unknown;
}

void read_title(std::string_view text, Sit185Message& out) {
  out.title = kept(text);
  out.kind = kind_of(text);
  out.is_test = holds(text, "TEST") || holds(text, "EXERCISE");
  out.is_ship_security = holds(text, "SHIP SECURITY");
  if (out.kind == Sit185Kind::unknown) doubt(out, "the title " + quote(text) + " names no kind of alert that is known here");
}

void read_number(std::string_view text, Sit185Message& out) {
  const Words words = words_of(text);
  if (words.empty() || !all_digits(words[0]) || words[0].size() > 9) return doubt(out, "the message number " + quote(text) + " does not begin with digits");
  out.message_number = words[0];
  out.reference = kept(joined(words, 1));
}

// "28 JUL 2016 2338 UTC BY …", "06 APR 07 1440 UTC BY …".
void read_detection(std::string_view text, Sit185Message& out) {
  const Words words = words_of(text);
  constexpr std::string_view months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const auto by = std::find(words.begin(), words.end(), "BY");
  if (by != words.end()) out.detected_by = kept(joined(words, static_cast<std::size_t>(by - words.begin()) + 1));
  const auto fail = [&] { doubt(out, "the time of detection " + quote(text) + " is not like 28 JUL 2016 2338 UTC"); };
  if (is_nothing(text)) return;
  if (words.size() < 4 || !all_digits(words[0]) || words[0].size() > 2 || !all_digits(words[2]) || (words[2].size() != 2 && words[2].size() != 4)) return fail();
  const auto month = std::find(std::begin(months), std::end(months), words[1]);
  const std::string& clock = words[3];
  const bool has_seconds = clock.size() == 6;
  if (month == std::end(months) || !all_digits(clock) || (clock.size() != 4 && !has_seconds)) return fail();
  const auto year = *parse_integer(words[2]) + (words[2].size() == 2 ? 2000 : 0);
  const auto parsed = parse_rfc3339(fmt::format("{:04}-{:02}-{:02}T{}:{}:{}Z", year, month - std::begin(months) + 1, *parse_integer(words[0]),
                                                clock.substr(0, 2), clock.substr(2, 2), has_seconds ? clock.substr(4, 2) : "00"));
  if (!parsed) return fail();
  out.detected_at = *parsed;
}

void read_frequency(std::string_view text, Sit185Message& out) {
  if (is_nothing(text)) return;
  const Words words = words_of(text);
  const auto mhz = parse_number(words[0]);
  if (!mhz || *mhz < 400 || *mhz > 410) return doubt(out, "the frequency " + quote(text) + " is none of a 406 MHz beacon");
  out.frequency_mhz = *mhz;
}

void read_country(std::string_view text, Sit185Message& out) {
  if (is_nothing(text)) return;
  const std::string_view digits = text.substr(0, 3);
  const bool ends = text.size() <= 3 || !is_digit(text[3]);
  if (digits.size() != 3 || !all_digits(digits) || !ends) return doubt(out, "the country " + quote(text) + " does not begin with three digits");
  out.country = static_cast<std::uint16_t>(*parse_integer(digits));
}

// The words of the positions: hyphens and colons that only separate are gone, "36.20S" is "36.20" "S".
Words position_words(std::string_view text) {
  Words words;
  for (std::string word : words_of(text)) {
    while (!word.empty() && (word.back() == '-' || word.back() == ':' || word.back() == ',')) word.pop_back();
    while (!word.empty() && word.front() == '-') word.erase(0, 1);
    if (word.empty()) continue;
    const char last = word.back();
    if (word.size() > 1 && (last == 'N' || last == 'S' || last == 'E' || last == 'W') && is_digit(word[word.size() - 2])) {
      word.pop_back();
      words.push_back(std::move(word));
      words.emplace_back(1, last);
    } else {
      words.push_back(std::move(word));
    }
  }
  return words;
}

// Degrees, minutes and a letter at `at`: "07 00.1 S". nullopt where they are not such, or no place on the Earth.
std::optional<double> coordinate(const Words& words, std::size_t at, std::string_view letters, double most) {
  if (at + 2 >= words.size() || words[at + 2].size() != 1) return std::nullopt;
  const std::size_t letter = letters.find(words[at + 2][0]);
  if (letter == std::string_view::npos || !all_digits(words[at]) || words[at].size() > 3) return std::nullopt;
  const auto degrees = parse_number(words[at]), minutes_part = parse_number(words[at + 1]);
  if (!degrees || !minutes_part || !is_digit(words[at + 1][0]) || *minutes_part >= 60) return std::nullopt;
  const double value = *degrees + *minutes_part / 60;
  if (value > most) return std::nullopt;
  return letter == 0 ? value : -value;
}

// The label at `at`, and how many words it takes.
struct Label {
  Sit185PositionKind kind;
  std::size_t size;
};
std::optional<Label> label_at(const Words& words, std::size_t at) {
  const std::string& word = words[at];
  const bool has_next = at + 1 < words.size();
  if (word == "CONFIRMED" || word == "RESOLVED") return Label{Sit185PositionKind::confirmed, 1};
  if (word == "DOPPLER" && has_next && words[at + 1] == "A") return Label{Sit185PositionKind::doppler_a, 2};
  if (word == "DOPPLER" && has_next && words[at + 1] == "B") return Label{Sit185PositionKind::doppler_b, 2};
  if (word.starts_with("DOA")) return Label{Sit185PositionKind::doa, 1};
  if (word == "ENCODED") return Label{Sit185PositionKind::encoded, 1};
  return std::nullopt;
}

void read_positions(std::string_view text, Sit185Message& out) {
  const Words words = position_words(text);
  std::optional<Sit185PositionKind> label;
  bool has_place = false;  // under the present label
  Words unread;
  for (std::size_t at = 0; at < words.size();) {
    if (const auto found = label_at(words, at)) {
      label = found->kind;
      has_place = false;
      at += found->size;
      continue;
    }
    const std::string& word = words[at];
    const auto number_after = [&](std::size_t i) { return i < words.size() ? parse_number(words[i]) : std::nullopt; };
    if (is_nothing(word) || word == "AND" || word == "EXPECTED" || word == "PERCENT" || word == "UTC") {
      ++at;
    } else if (word == "TIME" || word == "UPDATE") {  // of the encoded position, up to the next label
      std::size_t to = at;
      while (to < words.size() && !label_at(words, to)) ++to;
      out.update_time = kept(joined(words, at, to));
      at = to;
    } else if (word == "PROB" && has_place && number_after(at + 1)) {
      const double percent = *number_after(at + 1);
      if (percent >= 0 && percent <= 100) {
        out.positions.back().probability_percent = static_cast<std::uint8_t>(percent);
      } else {
        doubt(out, "the probability " + quote(words[at + 1]) + " is not 0 to 100");
      }
      at += 2;
    } else if (word == "ACCURACY" && has_place && number_after(at + 1) && at + 2 < words.size()) {
      const double value = *number_after(at + 1);
      const bool in_miles = words[at + 2].starts_with("NM"), in_kilometres = words[at + 2].starts_with("K");
      if ((in_miles || in_kilometres) && value >= 0 && value <= 20'000) {
        out.positions.back().accuracy = in_miles ? nautical_miles(value) : kilometres(value);
      } else {
        doubt(out, "the expected accuracy " + quote(joined(words, at + 1, at + 3)) + " is no distance in NMS or KM");
      }
      at += 3;
    } else if (word == "ALTITUDE" && has_place && number_after(at + 1)) {
      const double value = *number_after(at + 1);
      if (value >= -600 && value <= 45'000) {
        out.positions.back().altitude = metres_of_height(value);
      } else {
        doubt(out, "the altitude " + quote(words[at + 1]) + " is not -600 to 45000 m");
      }
      at += at + 2 < words.size() && words[at + 2].starts_with("M") ? 3 : 2;
    } else if (label && !has_place && all_digits(word)) {
      const auto lat = coordinate(words, at, "NS", 90), lon = coordinate(words, at + 3, "EW", 180);
      const auto position = lat && lon ? geo::Position::from_degrees(*lat, *lon) : std::nullopt;
      if (position && out.positions.size() < Sit185Limits::most_positions) {
        out.positions.push_back({*label, *position, std::nullopt, std::nullopt, std::nullopt});
        has_place = true;
        at += 6;
      } else {
        std::size_t to = at;
        while (to < words.size() && !label_at(words, to)) ++to;
        doubt(out, fmt::format("the position {} is no place like 36 36.20 S 174 43.00 E; it was left out", quote(joined(words, at, std::min(to, at + 6)))));
        at = to;  // what follows belongs to it
      }
    } else {
      unread.push_back(word);
      ++at;
    }
  }
  if (!unread.empty()) doubt(out, "among the positions " + quote(joined(unread)) + " was not understood");
}

// The id, the beacon's whole message and the homing signal: "HEX ID 400E77A1FCFFBFF HOMING SIGNAL 121.5 MHZ".
void read_hex(std::string_view text, Sit185Message& out) {
  const std::size_t homing = text.find("HOMING SIGNAL");
  if (homing != std::string_view::npos) out.homing = unless_nothing(*after_title(text.substr(homing), "HOMING SIGNAL"));
  for (std::string word : words_of(text.substr(0, homing))) {
    while (!word.empty() && (word.back() == ':' || word.back() == ',' || word.back() == '-')) word.pop_back();
    if (is_nothing(word) || !std::any_of(word.begin(), word.end(), is_digit) || word.size() < 10) continue;
    if (all_hex(word) && (word.size() == 15 || word.size() == 23)) {
      out.id = word;
    } else if (all_hex(word) && (word.size() == 22 || word.size() == 28 || word.size() == 30 || word.size() == 36 || word.size() == 51 || word.size() == 63)) {
      ReadBeacon read = word.size() > 36 ? decode_t018(word) : decode_t001(word);
      if (!read.message) doubt(out, "the beacon's message " + quote(word) + ": " + read.why);
      if (read.message) out.beacon = std::move(read.message);
    } else {
      doubt(out, quote(word) + " is neither an id of 15 or 23 hexadecimal digits nor a whole message");
    }
  }
}

std::uint16_t country_in(const std::string& id) {
  unsigned bits = 0;
  for (unsigned i = 0; i < 3; ++i) bits = bits << 4 | hex_value(id[i]);
  return static_cast<std::uint16_t>(bits >> 1 & 0x3FF);  // bits 2 to 11 of an id of either generation
}

void read_paragraph(std::string_view text, unsigned number, Sit185Message& out) {
  const auto as = [&](std::string_view title) { return after_title(text, title); };
  if (const auto rest = as("MSG NO")) return read_number(*rest, out);
  if (const auto rest = as("DETECTED AT")) return read_detection(*rest, out);
  if (const auto rest = as("DETECTION FREQUENCY")) return read_frequency(*rest, out);
  if (const auto rest = as("COUNTRY OF BEACON REGISTRATION")) return read_country(*rest, out);
  if (const auto rest = as("USER CLASS")) {
    out.user_class = unless_nothing(*rest);
    return;
  }
  if (const auto rest = as("EMERGENCY CODE")) {
    out.emergency = unless_nothing(*rest);
    return;
  }
  if (const auto rest = as("POSITIONS")) return read_positions(*rest, out);
  if (const auto rest = as("ENCODED POSITION PROVIDED BY")) {
    if (holds(*rest, "INTERNAL")) out.encoded_source = PositionSource::internal;
    if (holds(*rest, "EXTERNAL")) out.encoded_source = PositionSource::external;
    if (out.encoded_source == PositionSource::unknown && !is_nothing(*rest)) doubt(out, "the source of the encoded position " + quote(*rest) + " is neither internal nor external");
    return;
  }
  if (const auto rest = as("NEXT PASS")) {
    out.next_pass = unless_nothing(*rest);
    return;
  }
  if (text.starts_with("HEX ID") || text.starts_with("30-HEX") || text.starts_with("15-HEX") || text.starts_with("23-HEX") || text.starts_with("BEACON HEX") ||
      text.starts_with("BEACON ID")) {
    return read_hex(text, out);
  }
  const struct {
    std::string_view title;
    std::string* text;
  } texts[] = {{"ACTIVATION TYPE", &out.activation},
               {"BEACON NUMBER ON AIRCRAFT OR VESSEL NO", &out.number_on_board},
               {"BEACON NUMBER ON AIRCRAFT OR VESSEL", &out.number_on_board},
               {"OTHER ENCODED INFORMATION", &out.other_encoded},
               {"OPERATIONAL INFORMATION", &out.operational},
               {"REMARKS", &out.remarks}};
  for (const auto& [title, place] : texts) {
    if (const auto rest = as(title)) {
      *place = unless_nothing(*rest);
      return;
    }
  }
  doubt(out, fmt::format("paragraph {} {} was not understood", number, quote(text)));
}

}  // namespace

Result<Sit185Message> read_sit185(std::string_view text) {
  if (text.size() > Sit185Limits::longest_message) {
    return Error{ErrorCode::over_limit, fmt::format("the text has {} bytes; an alert message has at most {}", text.size(), Sit185Limits::longest_message)};
  }
  Sit185Message out;
  const std::string upper = to_upper(text);
  std::string paragraph;
  unsigned number = 0;
  const auto finish_paragraph = [&] {
    const std::string words = joined(words_of(paragraph));
    paragraph.clear();
    if (number == 1) return read_title(words, out);
    if (number > 1) read_paragraph(words, number, out);
  };
  for (std::string_view rest = upper; const auto field = next_field(rest, '\n');) {
    const std::string_view line = trim(*field);
    if (is_end(line)) break;
    // A number that does not go on is a line of the paragraph, not the next one.
    if (const unsigned next = paragraph_number(line); next > number && next <= 30 && (number > 0 || next == 1)) {
      finish_paragraph();
      number = next;
      paragraph = line.substr(line.find('.') + 1);
    } else if (number > 0) {
      paragraph += '\n';
      paragraph += line;
    }
  }
  finish_paragraph();
  if (number == 0 || !holds(out.title, "COSPAS") || !holds(out.title, "SARSAT")) {
    return bad_input("no paragraph \"1. DISTRESS COSPAS-SARSAT … ALERT\" begins the text, so it is no alert message (SIT 185)");
  }
  if (out.beacon && out.id.empty()) out.id = out.beacon->id;
  if (out.beacon && out.beacon->id != out.id) doubt(out, fmt::format("the id {} is not that of the beacon's message, {}", out.id, out.beacon->id));
  if (!out.id.empty() && out.country && country_in(out.id) != *out.country) {
    doubt(out, fmt::format("the id {} is of country {}, the text says {}", out.id, country_in(out.id), *out.country));
  }
  if (out.id.empty() && out.positions.empty()) return bad_input("the alert message names neither a beacon's id nor a position");
  return out;
}

void Sit185Reader::keep(std::string_view piece) {
  if (is_line_too_long_) return;
  if (line_.size() + piece.size() <= Sit185Limits::longest_line) {
    line_ += piece;
    return;
  }
  line_.clear();
  is_line_too_long_ = true;
}

std::optional<ReadSit185> Sit185Reader::take_line() {
  ++line_number_;
  const std::string line = std::move(line_);
  line_.clear();
  if (is_line_too_long_) {
    is_line_too_long_ = false;
    errors_.count(DecodeError::line_too_long);
    return ReadSit185{line_number_, std::nullopt, DecodeError::line_too_long,
                      fmt::format("line {}: is longer than {} bytes; it was passed over", line_number_, Sit185Limits::longest_line)};
  }
  const std::string upper = to_upper(trim(line));
  if (is_end(upper)) return take_text();
  std::optional<ReadSit185> before;
  if (is_title(upper) && has_title_) before = take_text();
  has_title_ = has_title_ || is_title(upper);
  if (text_.empty()) {
    if (upper.empty()) return before;
    first_line_ = line_number_;
  }
  if (text_.size() + line.size() + 1 > Sit185Limits::longest_message) {
    is_too_long_ = true;
  } else {
    text_ += line;
    text_ += '\n';
  }
  return before;
}

std::optional<ReadSit185> Sit185Reader::take_text() {
  const std::string text = std::move(text_);
  const bool is_too_long = is_too_long_;
  text_.clear();
  has_title_ = is_too_long_ = false;
  if (text.empty()) return std::nullopt;
  ReadSit185 read;
  read.line = first_line_;
  const auto message = is_too_long ? Result<Sit185Message>(Error{ErrorCode::over_limit, fmt::format("the text is longer than {} bytes", Sit185Limits::longest_message)})
                                   : read_sit185(text);
  if (message) {
    read.message = *message;
    ++accepted_;
  } else {
    read.error = message.error().code == ErrorCode::over_limit ? DecodeError::over_limit : DecodeError::bad_line;
    read.why = fmt::format("line {}: {}", first_line_, message.error().message);
    errors_.count(read.error);
  }
  return read;
}

std::string_view name(Sit185Kind kind) {
  switch (kind) {
    case Sit185Kind::unknown: return "unknown";
    case Sit185Kind::initial: return "initial";
    case Sit185Kind::unlocated: return "unlocated";
    case Sit185Kind::position_update: return "position_update";
    case Sit185Kind::position_conflict: return "position_conflict";
    case Sit185Kind::resolved: return "resolved";
    case Sit185Kind::nocr: return "nocr";
    case Sit185Kind::unreliable: return "unreliable";
    case Sit185Kind::cancellation: return "cancellation";
  }
  return "unknown";
}

std::string_view name(Sit185PositionKind kind) {
  switch (kind) {
    case Sit185PositionKind::confirmed: return "confirmed";
    case Sit185PositionKind::doppler_a: return "doppler_a";
    case Sit185PositionKind::doppler_b: return "doppler_b";
    case Sit185PositionKind::doa: return "doa";
    case Sit185PositionKind::encoded: return "encoded";
  }
  return "unknown";
}

void write_members(const Sit185Message& m, json::Writer& out) {
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out.field(key, value);
  };
  out.field("kind", name(m.kind));
  out.field("test", m.is_test);
  out.field("ship_security", m.is_ship_security);
  text("title", m.title);
  text("message_number", m.message_number);
  text("reference", m.reference);
  text("id", m.id);
  if (m.country) out.field("country", *m.country);
  if (m.detected_at) out.field("detected_at", to_rfc3339(*m.detected_at));
  text("detected_by", m.detected_by);
  if (m.frequency_mhz) out.field("frequency_mhz", *m.frequency_mhz, 4);
  text("user_class", m.user_class);
  text("emergency", m.emergency);
  out.key("positions");
  out.begin_array();
  for (const Sit185Position& p : m.positions) {
    out.begin_object();
    out.field("kind", name(p.kind));
    out.field("lat_deg", p.position.lat_degrees(), 7);
    out.field("lon_deg", p.position.lon_degrees(), 7);
    if (p.probability_percent) out.field("probability_percent", *p.probability_percent);
    if (p.accuracy) out.field("accuracy_m", p.accuracy->in(metres), 0);
    if (p.altitude) out.field("altitude_m", p.altitude->in_metres(), 0);
    out.end_object();
  }
  out.end_array();
  text("update_time", m.update_time);
  if (m.encoded_source != PositionSource::unknown) out.field("position_source", name(m.encoded_source));
  text("next_pass", m.next_pass);
  if (m.beacon) {
    out.key("beacon");
    out.begin_object();
    write_members(*m.beacon, out);
    out.end_object();
  }
  text("homing", m.homing);
  text("activation", m.activation);
  text("number_on_board", m.number_on_board);
  text("other_encoded", m.other_encoded);
  text("operational", m.operational);
  text("remarks", m.remarks);
  if (m.doubts.empty()) return;
  out.key("doubts");
  out.begin_array();
  for (const std::string& sentence : m.doubts) out.value(sentence);
  out.end_array();
}

std::string one_line(const Sit185Message& m) {
  std::string text = m.is_test ? "TEST " : "";
  text += m.is_ship_security ? "SHIP SECURITY " : "";
  text += fmt::format("{} message {} beacon {}", name(m.kind), m.message_number.empty() ? "without number" : m.message_number, m.id.empty() ? "unknown" : m.id);
  if (m.country) text += " " + country_words(*m.country);
  if (m.detected_at) text += ", detected " + to_rfc3339(*m.detected_at);
  if (!m.user_class.empty()) text += ", " + m.user_class;
  for (const Sit185Position& p : m.positions) {
    text += fmt::format(", {} at {:.5f} {} {:.5f} {}", name(p.kind), std::abs(p.position.lat_degrees()), p.position.lat_e7 < 0 ? 'S' : 'N',
                        std::abs(p.position.lon_degrees()), p.position.lon_e7 < 0 ? 'W' : 'E');
    if (p.probability_percent) text += fmt::format(" ({} %)", *p.probability_percent);
  }
  if (m.positions.empty()) text += ", no position";
  for (const std::string& sentence : m.doubts) text += (&sentence == &m.doubts.front() ? "; doubts: " : ", ") + sentence;
  return text;
}

}  // namespace skypact::wire
