#pragma once
// What the API says of the line's use (openapi.yaml: LineUse). Pure; any thread.

#include <functional>

#include "json/writer.h"
#include "line/line_use.h"

namespace skypact::line {

// One value: which record, which entry, and what proves it.
using WritePlace = std::function<void(json::Writer& out, const EntryPlace& place)>;

// Members of an object that is open: real, exercise, messages.
void append_members(json::Writer& out, const UseReport& report, const WritePlace& place);

}  // namespace skypact::line
