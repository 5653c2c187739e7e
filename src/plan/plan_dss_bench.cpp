// What it costs to write and to query: where many meet in one place, and with very many over a country; and the memory of each intent.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include "plan/dss.h"
#include "plan/f3548_json.h"
#include "plan/test_areas.h"

namespace {

using namespace skypact;
using namespace skypact::plan;
using namespace skypact::plan::test;

const Time noon = *parse_rfc3339("2026-12-01T12:00:00Z");
const Caller caller{"uss1", true, true, true, true, true};
constexpr LatLng middle{46.95, 7.45};

EntityId id_of(std::uint64_t n) { return {0x1234'5678'0000'4000u | (n & 0xFFF), 0x8000'0000'0000'0000u | (n * 0x9E37'79B9u)}; }

Volume volume_at(Random& random, LatLng place, Time from) {
  const double lower = 30.0 * static_cast<double>(random.below(4));
  return {polygon(star(random, place, 8, 1'000, 1'300)), lower, lower + 60, {from, from + std::chrono::hours(1)}};
}

// One flight after the other moves a little in time, in a place where all meet and each knows all others.
class Busy {
 public:
  Busy(std::size_t count, bool subscribe) : dss_({.salt = "salt"}) {
    Random random(1);
    for (std::size_t n = 0; n < count; ++n) {
      PutIntent put;
      put.id = id_of(n);
      put.extents = {volume_at(random, away(middle, random.uniform(0, 360), 50), noon)};
      put.extents[0].lower_m = 0, put.extents[0].upper_m = 120;
      put.uss_base_url = "https://uss1.example/utm";
      if (subscribe) put.new_subscription = NewSubscription{"https://uss1.example/utm"};
      puts_.push_back(std::move(put));
      write(n);
    }
  }

  std::size_t write(std::size_t n) {
    PutIntent& put = puts_[n];
    now_ += milliseconds(1);
    put.content.bytes[0] = static_cast<std::uint8_t>(now_.time_since_epoch() / milliseconds(1));
    put.extents[0].time.to += milliseconds(1);
    put.key = ovns_;
    auto decision = dss_.decide(put, caller, now_);
    SKYPACT_CHECK(decision && decision->change);
    dss_.apply(*decision->change);
    put.ovn = decision->change->intents[0].ovn;
    ovns_.resize(puts_.size());
    ovns_[n] = *put.ovn;
    return std::get<ReferenceChanged>(decision->response).subscribers.size();
  }

  // From text to text, with what the journal is to hold.
  std::size_t write_text(std::size_t n, std::string& body, const std::string& front, const std::string& back) {
    PutIntent& put = puts_[n];
    now_ += milliseconds(1);
    body = front + exact_time(noon + (now_ - noon)) + back;
    for (std::size_t k = 0; k < ovns_.size(); ++k) body += (k ? ",\"" : "\"") + ovns_[k] + '"';
    body += "]}";
    const auto request = read_put_intent(to_string(put.id), put.ovn, body);
    SKYPACT_CHECK(request.has_value());
    auto decision = dss_.decide(*request, caller, now_);
    SKYPACT_CHECK(decision && decision->change);
    std::string journal = to_json(*decision->change), answer;
    dss_.apply(*decision->change);
    plan::write(decision->response, answer);
    put.ovn = decision->change->intents[0].ovn;
    ovns_[n] = *put.ovn;
    return journal.size() + answer.size();
  }

  // Of one who knows nothing: every other one is decided by its geometry.
  std::size_t refuse(std::size_t n) {
    PutIntent put = puts_[n];
    put.key.clear();
    put.content.bytes[1] = 1;
    const auto decision = dss_.decide(put, caller, now_);
    SKYPACT_CHECK(decision.has_value());
    return std::get<AirspaceConflict>(decision->response).missing_intents.size();
  }

  [[nodiscard]] const PutIntent& put(std::size_t n) const { return puts_[n]; }

 private:
  Dss dss_;
  Time now_ = noon;
  std::vector<PutIntent> puts_;
  std::vector<std::string> ovns_;
};

void one_busy_cell(benchmark::State& state, bool subscribe) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Busy busy(count, subscribe);
  std::size_t n = 0;
  for (auto _ : state) busy.write(n++ % count);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(one_busy_cell, nobody_subscribed, false)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_busy_cell, all_subscribed, true)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);

void refused_in_one_busy_cell(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Busy busy(count, false);
  std::size_t n = 0;
  for (auto _ : state) SKYPACT_CHECK(busy.refuse(n++ % count) == count - 1);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(refused_in_one_busy_cell)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);

std::string vertices_text(const Area& area) {
  std::string text;
  for (const LatLng& p : area.outline()) text += (text.empty() ? "" : ",") + std::string(R"({"lat":)") + std::to_string(p.lat_deg) + R"(,"lng":)" + std::to_string(p.lon_deg) + "}";
  return text;
}

void one_busy_cell_from_text_to_text(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Busy busy(count, true);
  std::size_t n = 0, bytes = 0;
  const auto altitude = [](int metres) { return R"({"reference":"W84","units":"M","value":)" + std::to_string(metres) + "}"; };
  std::vector<std::string> fronts;
  for (std::size_t k = 0; k < count; ++k) {
    fronts.push_back(R"({"state":"Accepted","uss_base_url":"https://uss1.example/utm","new_subscription":{"uss_base_url":"https://uss1.example/utm"},)"
                     R"("extents":[{"volume":{"altitude_lower":)" + altitude(0) + R"(,"altitude_upper":)" + altitude(120) + R"(,"outline_polygon":{"vertices":[)" +
                     vertices_text(busy.put(k).extents[0].area) + R"(]}},"time_end":{"format":"RFC3339","value":"2026-12-01T15:00:00Z"},"time_start":{"format":"RFC3339","value":")");
  }
  std::string body;
  for (auto _ : state) {
    bytes += busy.write_text(n, body, fronts[n], R"("}}],"key":[)");
    n = (n + 1) % count;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(one_busy_cell_from_text_to_text)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);

// Over 600 km by 600 km and 28 days. Stored once for all of the benchmarks of a size.
class Country {
 public:
  Country(std::size_t count, bool subscribe) : dss_({.salt = "salt"}), count_(count) {
    const std::size_t before = used();
    for (std::size_t n = 0; n < count; ++n) {
      Change change;
      change.time = noon;
      const auto extents = extents_of({random_volume()});
      SKYPACT_CHECK(extents.has_value());
      const std::string ovn = ledger::to_base64(ledger::sha256(ledger::as_bytes(std::to_string(n))));
      const EntityId implicit{1, n};
      change.intents.push_back({id_of(n), "uss1", 1, ovn, "https://uss1.example/utm", IntentState::accepted, subscribe ? std::optional(implicit) : std::nullopt, *extents});
      if (subscribe) change.subscriptions.push_back({implicit, "uss1", ovn, 0, "https://uss1.example/utm", true, false, true, nullptr});
      dss_.apply(change);
    }
    bytes = static_cast<double>(used() - before) / static_cast<double>(count);
  }

  void write() {
    now_ += milliseconds(1);
    const std::uint64_t n = random_.below(count_);
    const auto had = dss_.decide(Get{Kind::operational_intent, id_of(n)}, caller, now_);
    SKYPACT_CHECK(had.has_value());
    PutIntent put;
    put.id = id_of(n);
    put.ovn = std::get<ReferenceGot>(had->response).reference.ovn;
    put.extents = {random_volume()};
    put.uss_base_url = "https://uss1.example/utm";
    put.content.bytes[0] = static_cast<std::uint8_t>(n);
    auto decision = dss_.decide(put, caller, now_);
    SKYPACT_CHECK(decision.has_value());
    if (const auto* conflict = std::get_if<AirspaceConflict>(&decision->response)) {
      for (const Reference& missing : conflict->missing_intents) put.key.push_back(missing.ovn);
      decision = dss_.decide(put, caller, now_);
    }
    SKYPACT_CHECK(decision && decision->change);
    dss_.apply(*decision->change);
  }

  std::size_t query() {
    const auto found = dss_.decide(Query{Kind::operational_intent, random_volume()}, caller, now_);
    SKYPACT_CHECK(found.has_value());
    return std::get<ReferencesFound>(found->response).references.size();
  }

  double bytes = 0;   // of each intent

 private:
  static std::size_t used() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  }
  Volume random_volume() {
    const LatLng place{random_.uniform(45, 50.4), random_.uniform(5, 13)};
    return volume_at(random_, place, noon + hours_ * static_cast<int>(random_.below(27 * 24)));
  }

  static constexpr Duration hours_ = std::chrono::hours(1);
  Dss dss_;
  std::size_t count_;
  Random random_{2};
  Time now_ = noon;
};

Country& country(std::size_t count) {
  static std::unique_ptr<Country> stored;
  static std::size_t size = 0;
  if (size != count) stored.reset(), stored = std::make_unique<Country>(count, false), size = count;
  return *stored;
}

void writes_over_a_country(benchmark::State& state) {
  Country& all = country(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) all.write();
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_each"] = all.bytes;
}
void queries_over_a_country(benchmark::State& state) {
  Country& all = country(static_cast<std::size_t>(state.range(0)));
  std::size_t found = 0;
  for (auto _ : state) found += all.query();
  state.SetItemsProcessed(state.iterations());
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
// With an implicit subscription for each.
void storing_with_subscriptions(benchmark::State& state) {
  for (auto _ : state) state.counters["bytes_each"] = Country(static_cast<std::size_t>(state.range(0)), true).bytes;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(writes_over_a_country)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(queries_over_a_country)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(writes_over_a_country)->Name("writes_over_a_country_")->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(queries_over_a_country)->Name("queries_over_a_country_")->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(storing_with_subscriptions)->Arg(100'000)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
