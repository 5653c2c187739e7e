// Any bytes as a file of a USS's log: what is read is within bounds, and written again is read as the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "plan/uss_log_files.h"

using namespace skypact::plan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<UssLogRecord> found;
  read_records(bytes, [&](const UssLogRecord& record) { found.push_back(record); });
  std::string again;
  for (const UssLogRecord& record : found) append_record(again, record);
  SKYPACT_CHECK(again.size() <= bytes.size());
  std::size_t next = 0;
  read_records(again, [&](const UssLogRecord& record) { SKYPACT_CHECK(next < found.size() && record == found[next++]); });
  SKYPACT_CHECK(next == found.size());
  return 0;
}
