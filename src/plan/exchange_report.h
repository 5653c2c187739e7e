#pragma once
// ExchangeReport: what a USS reports of an exchange with another server that went wrong (ErrorReport of F3548-21), read and written.
//
//     auto report = read_exchange_report(body);
//     keep(id, to_json(*report, id));
//
// Credentials are taken out: of an Authorization header only its name stays. Plain values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/writer.h"

namespace skypact::plan {

struct ReportLimits {
  static constexpr std::size_t headers = 200;
  static constexpr std::size_t header_bytes = std::size_t{16} << 10;
  static constexpr std::size_t url_bytes = std::size_t{8} << 10;
  static constexpr std::size_t problem_bytes = std::size_t{64} << 10;
};

struct ExchangeReport {
  enum class Role : std::uint8_t { client, server };
  std::string url, method;
  std::vector<std::string> headers;
  Role role = Role::client;
  Time requested_at{};
  std::string request_body, response_body;   // in base 64, as they came
  std::optional<Time> answered_at{};
  std::optional<std::int64_t> status{};      // HTTP's, of the response
  std::string problem;
};

// Errors: bad_input, which names the member.
Result<ExchangeReport> read_exchange_report(std::string_view body);
// Without an id where that is empty, as a report is sent.
[[nodiscard]] std::string to_json(const ExchangeReport& report, std::string_view id);
// ExchangeRecord, as one object.
void write_exchange(json::Writer& out, const ExchangeReport& report);

}  // namespace skypact::plan
