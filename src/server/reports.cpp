#include "server/reports.h"

#include <fmt/format.h>

#include <chrono>

#include "ledger/hash.h"
#include "ledger/random_bytes.h"

namespace skypact::server {

Result<std::string> Reports::keep(const plan::ExchangeReport& report, Time now) {
  const std::lock_guard lock(mutex_);
  const auto names = storage_.list("reports");
  if (!names) return names.error();
  if (names->size() >= ReportsLimits::files) {
    return Error{ErrorCode::over_limit, fmt::format("there are {} reports that nobody has taken away; tell the operator of this node", names->size())};
  }
  const auto random = ledger::random_bytes<32>();
  // In the order of time, and not to be guessed.
  const std::string id = fmt::format("{}-{}", std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count(), ledger::to_hex(ledger::Hash{random}).substr(0, 20));
  std::string text = plan::to_json(report, id);
  if (auto written = ledger::replace(storage_, "reports/" + id + ".json", text); !written) return std::move(written).error();
  return text;
}

}  // namespace skypact::server
