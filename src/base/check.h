#pragma once
// SKYPACT_CHECK(condition): ends the process with file and line when one of our own assumptions is false.
// It stays on in release builds and is an expression of type void. It never sees unvalidated input: what
// comes from outside is refused with an Error instead.

namespace skypact {
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}

#define SKYPACT_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::skypact::check_failed(#condition, __FILE__, __LINE__))
