// Any bytes, as TOML and as JSON: either errors that each name the file, or terms whose canonical text reads back to the same,
// which the words, the card and the watch's rules can be made of.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "pact/card.h"
#include "pact/clause_text.h"
#include "pact/terms.h"
#include "pact/terms_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& terms : {pact::read_terms_toml(text, "f"), pact::read_terms_json(text, "f")}) {
    if (!terms) {
      SKYPACT_CHECK(terms.error().message.starts_with("f:"));
      continue;
    }
    const std::string canonical = pact::canonical_json(*terms);
    const auto back = pact::read_terms_json(canonical, "f");
    SKYPACT_CHECK(back.has_value());
    SKYPACT_CHECK(*back == *terms);
    SKYPACT_CHECK(pact::canonical_json(*back) == canonical);
    for (const std::string& clause : pact::clause_ids(*terms)) {
      SKYPACT_CHECK(pact::clause_json(*terms, clause).has_value());
      SKYPACT_CHECK(pact::missing_quantities(*terms, clause, pact::clause_text(*terms, clause, "ar")).empty());
    }
    const std::vector<std::string> languages{"en", "ar"};
    SKYPACT_CHECK(pact::card_text(*terms, languages).has_value());
    (void)pact::agreed_version(*terms, terms->validity.valid);
  }
  return 0;
}
