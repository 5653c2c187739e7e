#pragma once
// What the API says of clearances (openapi.yaml: Clearance).
//
//     append(out, *book.find("north", number), "south", now);
//
// Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "json/writer.h"
#include "plan/clearance_book.h"

namespace skypact::plan {

void append(json::Writer& out, const ClearanceRecord& record, std::string_view own_party, Time now);

// What that party's people owe: "answer", "reply", "acknowledge_revocation", "acknowledge_withdrawal".
[[nodiscard]] std::vector<std::string_view> awaited_of(const ClearanceRecord& record, std::string_view party, Time now);

}  // namespace skypact::plan
