// Whatever reads as a file of accounts or of sessions is written and read again as the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "accounts/account.h"
#include "accounts/session.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto read = accounts::parse_accounts(text)) {
    const std::string written = accounts::to_json(*read);
    const auto again = accounts::parse_accounts(written);
    SKYPACT_CHECK(again);
    SKYPACT_CHECK(accounts::to_json(*again) == written);
  }
  if (const auto read = accounts::Sessions::parse(text)) {
    const auto again = accounts::Sessions::parse(read->to_json());
    SKYPACT_CHECK(again);
    SKYPACT_CHECK(again->to_json() == read->to_json());
  }
  return 0;
}
