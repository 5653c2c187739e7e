#pragma once
// Canonical JSON (RFC 8785, JCS): one text for one value, so that what is signed or hashed is the same at every party.
//
//     auto document = json::parse(text);
//     Result<std::string> signed_text = json::canonical(document->root());
//
// Names are sorted by their UTF-16 code units, numbers written as ECMAScript writes them, nothing escaped that need not
// be. Pure; any thread.

#include <string>

#include "base/result.h"
#include "json/document.h"

namespace skypact::json {

// Errors: bad_input for an integer beyond ±2^53, which two readers may read as two numbers; it belongs into a string.
Result<std::string> canonical(Value value);

// As ECMAScript's Number::toString writes it; the number is finite.
[[nodiscard]] std::string canonical_number(double number);

}  // namespace skypact::json
