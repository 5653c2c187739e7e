#pragma once
// What clients ask of a DSS for remote identification and what it answers: the messages of the ASTM F3411-19 and F3411-22a interfaces as
// values, the same for both. f3411_json.h reads and writes them in either version.
//
// Plain values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "ledger/hash.h"
#include "plan/f3548.h"
#include "plan/uuid.h"
#include "plan/volume.h"

namespace skypact::plan {

enum class RidVersion : std::uint8_t { f3411_19, f3411_22a };
// An identification service area, or a subscription to them.
enum class RidKind : std::uint8_t { area, subscription };

// Whose token came with the request. What it permits depends on the route alone.
struct RidCaller {
  std::string owner;
};

// Where a USS is reached. F3411-22a names the base of a USS's interface, F3411-19 the resource itself, which the newer version finds below
// the base; so a resource that ends as it does there is kept as its base, and either version is told what its clients can use.
struct RidUrl {
  std::string text;
  bool is_base = true;   // else the resource
  friend auto operator<=>(const RidUrl&, const RidUrl&) = default;
};
[[nodiscard]] RidUrl rid_url(std::string_view given, RidKind kind, RidVersion through);
// What was given where the version is the one it was given through. A resource that has no base is told as it is: a client of F3411-22a
// looks for its own paths below it, and does not find them.
[[nodiscard]] std::string url_in(RidVersion version, RidKind kind, const RidUrl& url);

// Requests. `version` is of the path; absent where something is created. `content` is the hash of the body as it came: a request that is
// repeated is known by it.

struct RidSearch {
  RidKind kind = RidKind::area;
  Volume area;                 // what ends or starts at an end of its time is found too
};
struct RidGet {
  RidKind kind = RidKind::area;
  EntityId id;
};
struct RidDelete {
  RidKind kind = RidKind::area;
  EntityId id;
  std::string version;
};
struct RidPut {
  RidKind kind = RidKind::area;
  RidVersion through = RidVersion::f3411_22a;   // for the names of members in errors
  EntityId id;
  std::optional<std::string> version;
  Volume extents;                               // where `starts` and `ends` are absent the DSS chooses
  std::optional<Time> starts, ends;
  RidUrl url;
  ledger::Hash content;
};

using RidRequest = std::variant<RidSearch, RidGet, RidDelete, RidPut>;

// Answers.

struct ServiceAreaView {
  EntityId id;
  std::string owner, version;
  Interval<Time> time;
  RidUrl url;
};
struct RidSubscriptionView {
  EntityId id;
  std::string owner, version;
  std::int32_t notification_index = 0;
  Interval<Time> time;
  RidUrl url;
};
// Those that have to be told at one URL; ordered by URL and id.
struct RidSubscriber {
  RidUrl url;
  std::vector<SubscriptionState> subscriptions;
};

struct AreasFound {
  std::vector<ServiceAreaView> areas;           // ordered by id
};
struct AreaGot {
  ServiceAreaView area;
};
struct AreaChanged {
  ServiceAreaView area;                         // of what was deleted: as it was
  std::vector<RidSubscriber> subscribers;
  Outcome outcome = Outcome::created;
};
struct RidSubscriptionsFound {
  std::vector<RidSubscriptionView> subscriptions;   // ordered by id
};
struct RidSubscriptionGot {                     // or deleted
  RidSubscriptionView subscription;
};
struct RidSubscriptionPut {
  RidSubscriptionView subscription;
  std::vector<ServiceAreaView> areas;           // ordered by id
};
// One owner's subscriptions in one place are limited: status 429.
struct TooManySubscriptions {
  std::string message;
};

using RidResponse = std::variant<AreasFound, AreaGot, AreaChanged, RidSubscriptionsFound, RidSubscriptionGot, RidSubscriptionPut, TooManySubscriptions>;

}  // namespace skypact::plan
