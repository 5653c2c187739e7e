#pragma once
// The files that every node carries inside its binary, so that the line works on a machine with nothing beside it.
// Any thread.

#include <string_view>

namespace skypact::line {

[[nodiscard]] std::string_view phrasebook_json();   // src/line/phrasebook.json; docs/formats/phrasebook.md
[[nodiscard]] std::string_view airfields_csv();     // src/line/airfields.csv; docs/formats/gazetteer.md

}  // namespace skypact::line
