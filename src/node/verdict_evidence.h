#pragma once
// Evidence of a verdict: the inputs it was found from, in one text for one meaning, and its SHA-256.
//
//     const std::string mine = evidence_of(input);            // canonical JSON (RFC 8785)
//     send(evidence_hash(mine));                              // equal hashes: both parties judged the same
//     for (const std::string& where : compare(mine, theirs)) show(where);
//
// Two nodes that hold the same terms and the same reports write the same bytes, in whatever order they hold them, so the
// same hash stands for the same verdict. Where the inputs differ each can say where, without either being wrong.
//
//     {"agreed":{…},"flights":[{"class":"state","key":"3C6444","party":"north","party_known":true,"samples":[[…]…],"suspect":false}…],
//      "from_us":…,"to_us":…,"v":1}                               "agreed" as in node/agreed_json.h
//
// A sample is [microseconds since 1970, latitude and longitude in 1e-7 degree, accuracy in mm, then pressure, ellipsoid and sea-level
// altitude in tenths of a millimetre or null, their error]. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/verdict.h"
#include "ledger/hash.h"

namespace skypact::node {

inline constexpr std::size_t most_evidence_differences = 100;

// Of the normalised input.
[[nodiscard]] std::string evidence_of(const guard::VerdictInput& input);
// 64 hexadecimal digits.
[[nodiscard]] std::string evidence_hash(std::string_view evidence);

// Where two evidences differ, each in words, at most most_evidence_differences: "flights[0].samples at 1764158400250000 µs: only in the
// first", "agreed.clock_offset_us: 0, and 300000". Empty: they are the same. Error: bad_input for what is no evidence.
Result<std::vector<std::string>> compare(std::string_view first, std::string_view second);

}  // namespace skypact::node
