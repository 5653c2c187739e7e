#pragma once
// Section: reads one table of a document of terms, whether it came as TOML or as JSON. Every defect is noted with its place and
// the reading goes on, so that a person sees all of them at once.
//
//     Section zone(value, "zone[2]", notes);
//     const auto name = zone.text("name", 1, TermsLimits::name, Need::required);
//     zone.finish();                   // what no call has named is an unknown field
//
// Getters return nullopt where the field is absent or wrong. Texts from outside are UTF-8 without control characters and
// without characters that turn the direction of writing, because people sign what they see. For one thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/toml_document.h"
#include "ledger/key.h"

namespace skypact::pact {

struct Defect {
  unsigned line = 0;       // 0: a document without lines
  std::string message;     // "zone[2].outline: …"
};

// What a reading noted.
struct Notes {
  std::vector<Defect> defects;
  std::set<std::string> fields;   // every field that was asked for, as "zone[].outline"
};

enum class Need : std::uint8_t { optional, required };

class Section {
 public:
  Section(const json::TomlValue& value, std::string path, Notes& notes);

  [[nodiscard]] unsigned line() const { return value_.line; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool has(std::string_view field) const;

  std::optional<std::string> text(std::string_view field, std::size_t shortest, std::size_t longest, Need need = Need::optional);
  // As text, but line feeds and the isolating characters U+2066 to U+2069 are allowed.
  std::optional<std::string> prose(std::string_view field, std::size_t longest, Need need);
  // An id: lower-case letters, digits, "-" and "_".
  std::optional<std::string> word(std::string_view field, Need need);
  std::optional<std::int64_t> integer(std::string_view field, std::int64_t from, std::int64_t to, Need need = Need::optional);
  // Index into `words`.
  std::optional<std::size_t> one_of(std::string_view field, std::span<const std::string_view> words, Need need = Need::optional);
  std::optional<Time> time(std::string_view field, Need need = Need::optional);              // a whole second
  std::optional<Duration> duration(std::string_view field, Duration from, Duration to, Need need = Need::optional);  // whole seconds
  std::optional<Length> length(std::string_view field, Length most, Need need = Need::optional);     // above 0
  std::optional<Height> height(std::string_view field, Height most, Need need = Need::optional);     // above 0
  std::optional<VerticalLimit> limit(std::string_view field);
  std::optional<geo::Position> position(std::string_view field, Need need = Need::optional);
  std::optional<ledger::VerifierKey> key(std::string_view field, ledger::KeyType type, Need need);
  Ring ring(std::string_view field);
  std::vector<Ring> rings(std::string_view field, std::size_t most);
  void texts(std::string_view field, std::size_t most, const std::function<void(const std::string&, const std::string& place, unsigned line)>& each,
             Need need = Need::optional);
  void times(std::string_view field, std::size_t most, const std::function<void(Time, const std::string& place, unsigned line)>& each);
  void tables(std::string_view field, std::size_t most, const std::function<void(Section&)>& each, Need need = Need::optional);
  void table(std::string_view field, const std::function<void(Section&)>& read, Need need = Need::optional);

  void refuse(std::string_view field, const std::string& message);
  void refuse_at(unsigned line, std::string message) { notes_.defects.push_back({line, std::move(message)}); }
  // Unknown fields are refused, with the nearest known one as a suggestion.
  void finish();

 private:
  const json::TomlValue* find(std::string_view field, Need need);
  Ring ring_of(const json::TomlValue& value, const std::string& place);
  [[nodiscard]] std::string name_of(std::string_view field) const;

  const json::TomlValue& value_;
  std::string path_;
  Notes& notes_;
  std::vector<std::string> asked_;
};

// JSON as the same tree, without lines. What has no place in terms (null, a number that is not finite) is noted.
[[nodiscard]] json::TomlValue tree_of(json::Value value, Notes& notes);

}  // namespace skypact::pact
