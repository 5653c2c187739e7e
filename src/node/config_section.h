#pragma once
// ConfigSection: reads one table of the configuration. Every defect is noted with its line and the reading
// goes on, so that a person sees all of them at once.
//
//     ConfigSection feed(value, "feed[2]", errors);
//     const auto name = feed.text("name", 1, 40, required);
//     feed.finish();                  // what no call has named is an unknown key
//
// Getters return nullopt where the key is absent or wrong. For one thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/toml_document.h"

namespace skypact::node {

using json::TomlMember;
using json::TomlValue;

struct ConfigError {
  unsigned line = 0;
  std::string message;  // "feed[2].format: …"
};
using ConfigErrors = std::vector<ConfigError>;

enum class Need : std::uint8_t { optional, required };

class ConfigSection {
 public:
  // A value that is no table is an error, and every key of it is absent.
  ConfigSection(const TomlValue& value, std::string path, ConfigErrors& errors);

  [[nodiscard]] unsigned line() const { return line_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool has(std::string_view key) const;

  // The value as it is; nullptr where absent.
  const TomlValue* any(std::string_view key, Need need = Need::optional);

  std::optional<std::string> text(std::string_view key, std::size_t shortest, std::size_t longest, Need need = Need::optional);
  std::optional<double> number(std::string_view key, double from, double to, Need need = Need::optional);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t from, std::int64_t to, Need need = Need::optional);
  std::optional<bool> boolean(std::string_view key);
  std::optional<Time> time(std::string_view key, Need need = Need::optional);                 // with an offset, or RFC 3339 text
  std::optional<Duration> duration(std::string_view key, Duration from, Duration to);         // "30s"
  std::optional<Length> length(std::string_view key, Length most, Need need = Need::optional);    // "5nm", above 0
  std::optional<Height> height(std::string_view key, Height most, Need need = Need::optional);    // "1000ft"
  std::optional<std::uint64_t> size(std::string_view key, std::uint64_t least);               // "64MB"
  std::optional<geo::Position> position(std::string_view key);                                // [lat, lon] in degrees
  Ring ring(std::string_view key, std::size_t most_vertices);                                 // [[lat, lon], …]; empty where absent or wrong
  // Texts, each given to `each` with its place in the list; at most `most`.
  void texts(std::string_view key, std::size_t most, const std::function<void(const std::string&, const std::string& place, unsigned line)>& each);
  // Tables under [[key]], each given to `each` as a section "key[1]", "key[2]", …
  void tables(std::string_view key, std::size_t most, const std::function<void(ConfigSection&)>& each);
  // The table [key]; not called where absent.
  void table(std::string_view key, const std::function<void(ConfigSection&)>& read);

  void refuse(std::string_view key, const std::string& message);
  void refuse_at(unsigned line, std::string message) { errors_.push_back({line, std::move(message)}); }
  // Unknown keys are errors, with the nearest known one as a suggestion.
  void finish();

 private:
  [[nodiscard]] std::string name_of(std::string_view key) const;

  const TomlValue& value_;
  std::string path_;
  unsigned line_;
  ConfigErrors& errors_;
  std::vector<std::string> asked_;
};

// A path, relative to `folder`, of a file that is there. Absent or refused: nullopt.
std::optional<std::filesystem::path> existing_file(ConfigSection& section, std::string_view key, const std::filesystem::path& folder);
// A text that is such a path; nullopt where it is refused, at `place`.
std::optional<std::filesystem::path> existing_file(ConfigSection& section, const std::string& text, const std::string& place, unsigned line, const std::filesystem::path& folder);

}  // namespace skypact::node
