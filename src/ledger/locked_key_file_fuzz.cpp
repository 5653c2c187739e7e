// Any bytes: a locked key is read or refused, and never asks for more than the bounds allow. Small ones are opened too.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/locked_key_file.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto key = locked_key_of(bytes);
  if (key) SKYPACT_CHECK(is_key_name(key->name));
  // Opening costs what the file asks for; only the cheapest is worth a fuzzer's time.
  if (key && bytes.find("\"memory_bytes\":8192,") != bytes.npos && bytes.find("\"operations\":1,") != bytes.npos) (void)unlock_key(bytes, "correct horse battery").has_value();
  return 0;
}
