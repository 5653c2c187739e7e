// Any bytes: what is read as a request is written as the same bytes, and a witness answers each with a status of the
// standard and cosigns none, since no known log signed it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/test_storage.h"
#include "ledger/witness.h"

using namespace skypact;
using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto request = parse_add_checkpoint(bytes)) SKYPACT_CHECK(to_text(*request) == bytes);
  static test::Disk disk;
  static const auto witness = Witness::open(disk, SigningKey::generate("w.example", KeyType::cosignature),
                                            {SigningKey::generate("log.example", KeyType::ed25519).verifier()}).value();
  const unsigned status = witness->add_checkpoint(bytes, Time(seconds(1'800'000'000))).status;
  SKYPACT_CHECK(status == 400 || status == 403 || status == 404);
  return 0;
}
