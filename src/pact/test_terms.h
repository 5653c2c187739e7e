#pragma once
// The example document, whole and changed, for tests.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.h"
#include "pact/terms.h"
#include "tests/paths.h"

namespace skypact::pact {

inline std::string example() {
  std::ifstream file(tests::source_dir() / "config/pact.example.toml");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  SKYPACT_CHECK(!text.empty());
  return text;
}

// The example with the first `from` replaced, which must be there.
inline std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  SKYPACT_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

inline Terms example_terms() {
  auto terms = read_terms(example(), "pact.toml");
  SKYPACT_CHECK(terms.has_value());
  return std::move(*terms);
}

// Why a document is refused; empty where it is not.
inline std::string refusal(const std::string& text) {
  const auto terms = read_terms(text, "pact.toml");
  return terms ? std::string() : terms.error().message;
}

}  // namespace skypact::pact
