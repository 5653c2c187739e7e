// Random requests of several owners, each answered by the DSS for remote identification and by a model of it that is as simple as can be:
// maps, and loops over everything. Every answer is compared, and so is what the recorded changes make of nothing.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "plan/cells.h"
#include "plan/rid_dss.h"
#include "plan/test_areas.h"
#include "plan/test_rid.h"

namespace skypact::plan::test {
namespace {

// What an area touches, remembered with it: the tests use few areas many times.
struct Place {
  Area area;
  std::set<std::uint64_t> cells;
};

struct Reach {
  std::set<std::uint64_t> cells;
  Interval<Time> time;
  double lower = 0, upper = 0;

  [[nodiscard]] bool meets(const Reach& other) const {
    return time.from <= other.time.to && other.time.from <= time.to && lower <= other.upper && other.lower <= upper &&
           std::any_of(cells.begin(), cells.end(), [&](std::uint64_t cell) { return other.cells.count(cell) > 0; });
  }
};

struct Held {
  std::string owner, version;
  RidUrl url;
  int index = 0;
  Reach reach;
};
using Table = std::map<EntityId, Held>;

// In the older version, which shows a URL as it was given or made of the base.
std::string text_of(const RidResponse& response) {
  std::string text;
  write(response, v19, text);
  return text;
}
std::string shown(const Result<RidDecision>& decision) {
  return decision ? text_of(decision->response) : fmt::format("error {}", status_of(decision.error().code));
}

class Model {
 public:
  Model(std::size_t in_a_place, const std::vector<Place>& places) : in_a_place_(in_a_place), places_(places) {}

  // What must be answered. Versions are the DSS's to choose, and are taken from its answer.
  std::string answer(const RidRequest& request, const std::string& owner, Time now, const Result<RidDecision>& actual) {
    now_ = now;
    owner_ = owner;
    actual_ = actual ? &actual->response : nullptr;
    return std::visit([&](const auto& r) { return on(r); }, request);
  }

  [[nodiscard]] const Table& table(RidKind kind) const { return kind == isa ? areas_ : subscriptions_; }

 private:
  struct Written {
    std::string key, answer;
    RidKind kind;
    EntityId id;
    std::string version;   // "": deleted
  };

  static std::string error(int status) { return fmt::format("error {}", status); }
  Table& table(RidKind kind) { return kind == isa ? areas_ : subscriptions_; }
  Held* alive(RidKind kind, EntityId id) {
    const auto found = table(kind).find(id);
    return found != table(kind).end() && found->second.reach.time.to > now_ ? &found->second : nullptr;
  }
  [[nodiscard]] Reach reach_of(const Volume& volume) const {
    constexpr double endless = std::numeric_limits<double>::infinity();
    Reach reach{{}, volume.time, volume.lower_m.value_or(-endless), volume.upper_m.value_or(endless)};
    for (const Place& place : places_) {
      const auto a = place.area.outline(), b = volume.area.outline();
      const bool same = place.area.radius_m() == volume.area.radius_m() && a.size() == b.size() &&
                        std::equal(a.begin(), a.end(), b.begin(), [](LatLng x, LatLng y) { return x.lat_deg == y.lat_deg && x.lon_deg == y.lon_deg; });
      if (same) reach.cells = place.cells;
    }
    EXPECT_FALSE(reach.cells.empty()) << "an area of which nothing is known";
    return reach;
  }
  static ServiceAreaView area_view(EntityId id, const Held& held) { return {id, held.owner, held.version, held.reach.time, held.url}; }
  static RidSubscriptionView subscription_view(EntityId id, const Held& held) { return {id, held.owner, held.version, held.index, held.reach.time, held.url}; }
  std::vector<ServiceAreaView> areas_in(const Reach& reach) {
    std::vector<ServiceAreaView> views;
    for (const auto& [id, held] : areas_) {
      if (held.reach.time.to > now_ && held.reach.meets(reach)) views.push_back(area_view(id, held));
    }
    return views;
  }

  std::string on(const RidSearch& search) {
    const Reach reach = reach_of(search.area);
    if (search.kind == isa) return text_of(AreasFound{areas_in(reach)});
    RidSubscriptionsFound found;
    for (const auto& [id, held] : subscriptions_) {
      if (held.owner == owner_ && held.reach.time.to > now_ && held.reach.meets(reach)) found.subscriptions.push_back(subscription_view(id, held));
    }
    return text_of(found);
  }

  std::string on(const RidGet& get) {
    const auto found = table(get.kind).find(get.id);
    const Time until = get.kind == isa ? now_ - minutes(30) : now_;
    if (found == table(get.kind).end() || found->second.reach.time.to <= until) return error(404);
    if (get.kind == isa) return text_of(AreaGot{area_view(get.id, found->second)});
    return text_of(RidSubscriptionGot{subscription_view(get.id, found->second)});
  }

  // A request that was answered before, as long as nothing has happened since to what it wrote.
  std::optional<std::string> repeated(const std::string& key) {
    const auto found = std::find_if(written_.rbegin(), written_.rend(), [&](const Written& w) { return w.key == key; });
    if (found == written_.rend()) return std::nullopt;
    const Held* held = alive(found->kind, found->id);
    return (held ? held->version : "") == found->version ? std::optional(found->answer) : std::nullopt;
  }

  std::vector<RidSubscriber> told(const std::vector<const Reach*>& reaches) {
    std::map<RidUrl, std::vector<SubscriptionState>> by_url;
    for (auto& [id, held] : subscriptions_) {
      const Reach& reach = held.reach;
      const bool near = std::any_of(reaches.begin(), reaches.end(), [&](const Reach* other) { return reach.meets(*other); });
      if (near && reach.time.to > now_) by_url[held.url].push_back({id, ++held.index});
    }
    std::vector<RidSubscriber> subscribers;
    for (const auto& [url, states] : by_url) subscribers.push_back({url, states});
    return subscribers;
  }

  std::string on(const RidPut& put) {
    if (put.url.text.starts_with("http://")) return error(400);
    const std::string key = fmt::format("{} put {} {} {} {}", owner_, static_cast<int>(put.kind), to_string(put.id), put.version.value_or(""), ledger::to_hex(put.content));
    if (const auto again = repeated(key)) return *again;
    const Held* old = alive(put.kind, put.id);
    if (!old && put.version) return error(400);
    if (old && !put.version) return error(409);
    if (old && old->owner != owner_) return error(403);
    if (old && old->version != *put.version) return error(409);

    const Time from = put.starts ? *put.starts : old ? old->reach.time.from : now_;
    if (!(old && old->reach.time.from == from) && from < now_ - minutes(5)) return error(400);
    std::optional<Time> to = put.ends;
    if (!to && old && (put.kind == isa || !put.starts)) to = old->reach.time.to;
    if (!to && put.kind == isa) return error(400);
    if (!to) to = from + hours(24);
    if (*to <= now_ || *to <= from || (put.kind == rid_subscription && *to - from > hours(24))) return error(400);
    Volume volume = put.extents;
    volume.time = {from, *to};
    const Reach reach = reach_of(volume);
    if (put.kind == rid_subscription && crowded(put.id, reach)) {
      return actual_ && std::holds_alternative<TooManySubscriptions>(*actual_) ? text_of(*actual_) : "too many subscriptions";
    }

    const std::string version = new_version();
    if (version.empty() || (old && version == old->version)) return "a version that is new";
    Held held{owner_, version, put.url, old ? old->index : 0, reach};
    std::string text;
    if (put.kind == isa) {
      const auto subscribers = told(old ? std::vector<const Reach*>{&old->reach, &reach} : std::vector<const Reach*>{&reach});
      text = text_of(AreaChanged{area_view(put.id, held), subscribers, Outcome::updated});
    } else {
      text = text_of(RidSubscriptionPut{subscription_view(put.id, held), areas_in(reach)});
    }
    written_.push_back({key, text, put.kind, put.id, version});
    table(put.kind)[put.id] = std::move(held);
    return text;
  }

  [[nodiscard]] std::string new_version() const {
    if (const auto* changed = actual_ ? std::get_if<AreaChanged>(actual_) : nullptr) return changed->area.version;
    if (const auto* put = actual_ ? std::get_if<RidSubscriptionPut>(actual_) : nullptr) return put->subscription.version;
    return "";
  }

  bool crowded(EntityId id, const Reach& reach) const {
    return std::any_of(reach.cells.begin(), reach.cells.end(), [&](std::uint64_t cell) {
      std::size_t count = 0;
      for (const auto& [other, held] : subscriptions_) count += other != id && held.owner == owner_ && held.reach.time.to > now_ && held.reach.cells.count(cell) > 0;
      return count >= in_a_place_;
    });
  }

  std::string on(const RidDelete& removal) {
    const std::string key = fmt::format("{} delete {} {} {}", owner_, static_cast<int>(removal.kind), to_string(removal.id), removal.version);
    if (const auto again = repeated(key)) return *again;
    const Held* old = alive(removal.kind, removal.id);
    if (!old) return error(404);
    if (old->owner != owner_) return error(403);
    if (old->version != removal.version) return error(409);
    const std::string text = removal.kind == isa ? text_of(AreaChanged{area_view(removal.id, *old), told({&old->reach}), Outcome::deleted})
                                                 : text_of(RidSubscriptionGot{subscription_view(removal.id, *old)});
    written_.push_back({key, text, removal.kind, removal.id, ""});
    table(removal.kind).erase(removal.id);
    return text;
  }

  std::size_t in_a_place_;
  const std::vector<Place>& places_;
  Table areas_, subscriptions_;
  std::vector<Written> written_;
  Time now_;
  std::string owner_;
  const RidResponse* actual_ = nullptr;
};

struct Kinds {
  std::uint64_t seed = 1;
  int steps = 1'500;
  unsigned ids = 12;
  double spread_m = 1'500;
  std::size_t places = 20;
  std::size_t in_a_place = 3;
  std::size_t owners = 3;
  Duration pace = minutes(2);   // between requests, at most
};

class Play {
 public:
  explicit Play(const Kinds& kinds)
      : kinds_(kinds), random_(kinds.seed), places_(random_places()), dss_({.salt = "salt", .subscriptions_in_a_place = kinds.in_a_place}),
        model_(kinds.in_a_place, places_) {}

  void run() {
    for (int n = 0; n < kinds_.steps; ++n) {
      now_ += Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kinds_.pace.count()))));
      if (random_.chance(0.3)) now_ = std::chrono::ceil<minutes>(now_);   // so that ends are met to the nanosecond
      if (random_.chance(0.08) && last_) {
        ASSERT_NO_FATAL_FAILURE(ask(last_->first, last_->second, n));
      } else {
        const std::string owner = fmt::format("uss{}", random_.below(kinds_.owners));
        const RidRequest request = random_request(owner);
        ASSERT_NO_FATAL_FAILURE(ask(request, owner, n));
        if (random_.chance(0.5)) last_.emplace(request, owner);
      }
      if (n % (kinds_.steps / 3) == 1) {
        ASSERT_NO_FATAL_FAILURE(replay());
      }
    }
    ASSERT_NO_FATAL_FAILURE(replay());
    for (const std::string_view needed : {"{\"service_areas\"", "{\"service_area\"", "{\"subscribers\"", "{\"subscriptions\"", "{\"subscription\"", "{\"message\"", "error 400",
                                          "error 403", "error 404", "error 409", "a repetition"}) {
      EXPECT_GT(seen_[std::string(needed)], 0) << "nothing was " << needed << ", seed " << kinds_.seed;
    }
  }

 private:
  std::vector<Place> random_places() {
    std::vector<Place> places;
    const LatLng middle{46.5, 7.5};
    while (places.size() < kinds_.places) {
      const LatLng at = away(middle, random_.uniform(0, 360), random_.uniform(0, kinds_.spread_m));
      Area area = random_.chance(0.3) ? circle(at, random_.uniform(50, 800)) : polygon(star(random_, at, 3 + random_.below(8), 200, 2'500));
      const auto cells = *cells_of(area);
      places.push_back({std::move(area), {cells.begin(), cells.end()}});
    }
    return places;
  }

  // Grids, so that bounds often meet exactly.
  Volume random_volume() {
    Volume volume{places_[random_.below(places_.size())].area, {}, {}, always};
    const double lower = 50 * static_cast<double>(random_.below(5));
    if (random_.chance(0.7)) volume.lower_m = lower;
    if (random_.chance(0.7)) volume.upper_m = lower + 50 * static_cast<double>(random_.below(3));
    return volume;
  }
  EntityId random_id() { return entity(static_cast<unsigned>(random_.below(kinds_.ids))); }
  std::optional<std::string> version_of_id(RidKind kind, EntityId id) {
    const Table& table = std::as_const(model_).table(kind);
    const auto found = table.find(id);
    if (random_.chance(0.05)) return random_.chance(0.5) ? std::optional<std::string>("stale") : std::nullopt;
    if (found == table.end() || (found->second.reach.time.to <= now_ && random_.chance(0.7))) return std::nullopt;
    return found->second.version;
  }
  // Somebody's who mostly is its owner: requests of the others are refused at once.
  EntityId own_id(RidKind kind, const std::string& owner) {
    const Table& table = std::as_const(model_).table(kind);
    EntityId some = random_id();
    for (int k = 0; k < 4; ++k, some = random_id()) {
      const auto found = table.find(some);
      if (found == table.end() || found->second.owner == owner) break;
    }
    return some;
  }

  RidRequest random_request(const std::string& owner) {
    const RidKind kind = random_.chance(0.5) ? isa : rid_subscription;
    switch (random_.below(10)) {
      case 0: return random_search(kind);
      case 1: return RidGet{kind, random_id()};
      case 2: {
        const EntityId id = own_id(kind, owner);
        return RidDelete{kind, id, version_of_id(kind, id).value_or("none")};
      }
      default: return random_put(kind, owner);
    }
  }
  RidRequest random_search(RidKind kind) {
    RidSearch search{kind, random_volume()};
    search.area.lower_m.reset(), search.area.upper_m.reset();
    const Time from = std::chrono::floor<minutes>(now_) + minutes(10) * (static_cast<int>(random_.below(12)) - 3);
    if (kind == isa && random_.chance(0.6)) search.area.time = {from, from + minutes(10) * static_cast<int>(random_.below(6))};
    return search;
  }
  RidRequest random_put(RidKind kind, const std::string& owner) {
    RidPut put;
    put.kind = kind, put.id = own_id(kind, owner), put.version = version_of_id(kind, put.id);
    put.extents = random_volume();
    const Time from = std::chrono::floor<minutes>(now_) + minutes(random_.chance(0.9) ? static_cast<int>(10 * random_.below(6)) : -9);
    if (random_.chance(0.6)) put.starts = from;
    if (random_.chance(0.8)) put.ends = from + minutes(10) * static_cast<int>(1 + random_.below(10));
    if (random_.chance(0.05)) put.ends = from + hours(23) + minutes(30) * static_cast<int>(random_.below(4));
    const std::string host = fmt::format("{}://s{}.example", random_.chance(0.98) ? "https" : "http", random_.below(3));
    put.through = random_.chance(0.5) ? v19 : v22a;
    put.url = put.through == v22a ? rid_url(host, kind, v22a) : rid_url(host + (random_.chance(0.7) ? (kind == isa ? "/uss/flights" : "/uss/identification_service_areas") : "/its"), kind, v19);
    put.content = ledger::sha256(ledger::as_bytes(std::to_string(random_.chance(0.02) ? 1 : ++contents_)));
    return put;
  }

  void ask(const RidRequest& request, const std::string& owner, int step) {
    const auto actual = dss_.decide(request, {owner}, now_);
    const std::string expected = model_.answer(request, owner, now_, actual);
    ASSERT_EQ(shown(actual), expected) << "seed " << kinds_.seed << ", step " << step;
    ++seen_[expected.substr(0, expected.starts_with('{') ? expected.find(':') : std::string::npos)];
    const bool writes = std::holds_alternative<RidPut>(request) || std::holds_alternative<RidDelete>(request);
    if (actual && !actual->change && writes && !std::holds_alternative<TooManySubscriptions>(actual->response)) ++seen_["a repetition"];
    if (actual && actual->change) {
      journal_.push_back(to_json(*actual->change));
      dss_.apply(*actual->change);
    }
  }

  void replay() {
    RidDss again({.salt = "another"});
    for (const std::string& line : journal_) {
      const auto change = read_rid_change(line);
      ASSERT_TRUE(change) << change.error().message;
      ASSERT_EQ(to_json(*change), line);
      again.apply(*change);
    }
    ASSERT_EQ(whole_of(again), whole_of(dss_)) << "seed " << kinds_.seed;
    RidDss from_pieces;
    dss_.whole(1 + random_.below(5), [&](const RidChange& piece) { from_pieces.apply(*read_rid_change(to_json(piece))); });
    ASSERT_EQ(whole_of(from_pieces), whole_of(dss_)) << "seed " << kinds_.seed;
    if (!last_) return;
    const auto one = dss_.decide(last_->first, {last_->second}, now_), other = again.decide(last_->first, {last_->second}, now_);
    if (one && !one->change) {
      ASSERT_EQ(shown(other), shown(one)) << "what is asked again is known again";
    }
  }

  Kinds kinds_;
  Random random_;
  std::vector<Place> places_;
  RidDss dss_;
  Model model_;
  Time now_ = noon;
  std::uint64_t contents_ = 1;
  std::optional<std::pair<RidRequest, std::string>> last_;
  std::vector<std::string> journal_;
  std::map<std::string, int> seen_;
};

TEST(RidModel, AnswersAlikeInABusyPlace) {
  for (std::uint64_t seed = 1; seed <= 16; ++seed) Play({.seed = seed}).run();
}

TEST(RidModel, AnswersAlikeOverACountry) {
  for (std::uint64_t seed = 21; seed <= 24; ++seed) Play({.seed = seed, .ids = 60, .spread_m = 15'000, .places = 60, .in_a_place = 2, .pace = minutes(1)}).run();
}

TEST(RidModel, AnswersAlikeWhereTenSubscriptionsAreReached) {
  for (std::uint64_t seed = 31; seed <= 33; ++seed) Play({.seed = seed, .steps = 2'500, .ids = 80, .in_a_place = 10, .owners = 2, .pace = seconds(40)}).run();
}

TEST(RidModel, AnswersAlikeWhereHundredsMeet) {
  for (std::uint64_t seed = 41; seed <= 42; ++seed) {
    Play({.seed = seed, .steps = 3'000, .ids = 600, .spread_m = 2'500, .places = 30, .in_a_place = 10, .owners = 12, .pace = seconds(10)}).run();
  }
}

}  // namespace
}  // namespace skypact::plan::test
