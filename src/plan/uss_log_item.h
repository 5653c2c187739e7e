#pragma once
// What a USS logs (the logging requirements of F3548-21), as the items of a USSLogSet: each is one text, made where the fact arises.
//
//     ExchangeReport exchange = begun(Role::client, "GET", url, "Bearer " + token, "", now);
//     answered(exchange, 200, body, now);
//     log.note(exchange_item(exchange));
//     log.note(input_item(now, id, "OPIN0040", "Activated"));
//
// Nobody can use a token of the log: its signature is taken out, and where a text is no signed token, all of it. Plain values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "plan/exchange_report.h"
#include "plan/telemetry.h"
#include "plan/uuid.h"

namespace skypact::plan {

struct UssLogItemLimits {
  static constexpr std::size_t body_bytes = std::size_t{256} << 10;   // of a request or response; what is longer is cut, and the record says so
  static constexpr std::size_t text_bytes = std::size_t{16} << 10;    // of a problem or detail
  static constexpr std::size_t ids = 10'000;                          // of a planning attempt, each list
};

// Of a log, in the order of a USSLogSet; the numbers are those of the files (docs/formats/uss-log.md).
enum class UssLogPart : std::uint8_t {
  message = 1,               // ExchangeRecord
  notification,              // UserNotificationRecord
  input,                     // UserInputRecord
  operator_association,      // OperatorAssociation
  planning_attempt,          // PlanningRecord
  position,                  // the flight's id, 36 characters, and a PositionRecord
  constraint_association,    // ConstraintProviderAssociation
  started,                   // no item: the node began; the text says what may be missing before, and is empty where nothing is
  ended,                     // no item: the node ended in order
  mark,                      // no item: there is a later number than that of what was lost
};
inline constexpr std::uint8_t uss_log_parts = 10;

struct UssLogItem {
  UssLogPart part = UssLogPart::message;
  std::string text;
  friend bool operator==(const UssLogItem&, const UssLogItem&) = default;
};

// The value of an Authorization header as it is kept: "Bearer HEADER.CLAIMS.(signature taken out)"; "(taken out)" for anything else.
[[nodiscard]] std::string logged_authorization(std::string_view value);

// An exchange whose request is sent or has arrived. A report's body (POST …/reports) is kept without the credentials in it.
[[nodiscard]] ExchangeReport begun(ExchangeReport::Role role, std::string_view method, std::string_view url, std::string_view authorization, std::string_view body, Time at);
void answered(ExchangeReport& exchange, int status, std::string_view body, Time at);
// Beside what is said already.
void add_problem(ExchangeReport& exchange, std::string_view problem);

[[nodiscard]] UssLogItem exchange_item(const ExchangeReport& exchange);
// nullopt for a requirement that the interface has no record of.
[[nodiscard]] std::optional<UssLogItem> notification_item(Time at, std::string_view requirement, std::string_view details);
[[nodiscard]] UssLogItem input_item(Time at, EntityId flight, std::string_view requirement, std::string_view details);
[[nodiscard]] UssLogItem operator_item(EntityId flight, std::string_view operator_id);
[[nodiscard]] UssLogItem constraint_provider_item(EntityId constraint, std::string_view provider_id);

struct PlanningAttempt {
  Time at{};
  EntityId flight;
  std::vector<std::string> ovns;                           // that were known
  std::vector<EntityId> missing_intents, missing_constraints;   // that the DSS named
  std::string problem;
};
[[nodiscard]] UssLogItem planning_item(const PlanningAttempt& attempt);
[[nodiscard]] UssLogItem position_item(Time received_at, EntityId flight, const Telemetry& telemetry);

}  // namespace skypact::plan
