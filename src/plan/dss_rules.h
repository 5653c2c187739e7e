#pragma once
// What both DSSs, that of F3548-21 and that of F3411, ask alike of a request: of its URLs, areas, names and versions.
//
//     if (auto fault = fault_of_url(put.uss_base_url, "uss_base_url", options.base_urls)) return *fault;
//
// Pure; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "plan/dss_changes.h"

namespace skypact::plan {

enum class BaseUrls : std::uint8_t { https_only, http_too };

// A name that can be written and read back.
[[nodiscard]] bool is_name(std::string_view text);

// bad_input; the error names the member.
[[nodiscard]] std::optional<Error> fault_of_url(std::string_view url, std::string_view member, BaseUrls taken);

// Each volume within `most_km2`, all together within CellLimits; else an error with the code `over`. At least one volume.
Result<std::shared_ptr<const Extents>> extents_within(std::vector<Volume> volumes, double most_km2, ErrorCode over);

// Of what is to be there for some time: as it asks, else as it was before, else from now as long as may be. The error is bad_input and
// begins with "extents: ".
struct TimeRule {
  Duration start_in_past;                  // how far a start that is new may lie behind `now`
  std::optional<Duration> longest{};       // none: no end is chosen, and any length taken
};
Result<Interval<Time>> time_of(const std::optional<Time>& starts, const std::optional<Time>& ends, const std::optional<Interval<Time>>& before, Time now,
                               const TimeRule& rule);

// Who a record belongs to and which version it has.
struct Standing {
  std::string_view manager, version;
};
// What is wrong with the version that a put or delete names: not_found, conflict, or refused where the record is another's. `named`
// begins the sentence: "the constraint …".
[[nodiscard]] std::optional<Error> fault_of_version(const std::string& named, const std::optional<Standing>& old, const std::optional<std::string>& given,
                                                    std::string_view caller);

// By whom, for what, on which version: a request that is repeated has the same.
[[nodiscard]] ledger::Hash digest(std::string_view manager, std::string_view what, std::string_view name, const std::optional<std::string>& version,
                                  const ledger::Hash& content);

// Nobody can guess it without the salt. The content is in it so that not even a clock that was set back gives two contents one token.
[[nodiscard]] ledger::Hash token_of(std::string_view salt, std::string_view what, EntityId id, std::int64_t version, const ledger::Hash& content, Time now);

}  // namespace skypact::plan
