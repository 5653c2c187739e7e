#include "bench/dss_clients.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <numbers>

#include "base/clock.h"
#include "base/random.h"
#include "base/time.h"
#include "server/test_socket.h"

namespace skypact::bench {
namespace {

// A flight of an hour within the next four weeks, 2.3 km across, within 300 km of the middle.
std::string volume_of(Random& random, Time now) {
  const double lat = 46.95 + random.uniform(-2.7, 2.7), lng = 7.45 + random.uniform(-3.9, 3.9);
  std::string text = R"({"volume":{"outline_polygon":{"vertices":[)";
  for (int i = 0; i < 8; ++i) {
    const double angle = i * std::numbers::pi / 4;
    text += fmt::format(R"({}{{"lat":{:.7f},"lng":{:.7f}}})", i ? "," : "", lat + 0.0104 * std::sin(angle), lng + 0.0151 * std::cos(angle));
  }
  const int lower = 30 * static_cast<int>(random.below(4));
  const Time from = now + std::chrono::hours(1) + minutes(static_cast<int>(random.below(28 * 24 * 60)));
  text += fmt::format(R"(]}},"altitude_lower":{{"value":{},"reference":"W84","units":"M"}},"altitude_upper":{{"value":{},"reference":"W84","units":"M"}}}},)", lower, lower + 60);
  return text + fmt::format(R"("time_start":{{"value":"{}","format":"RFC3339"}},"time_end":{{"value":"{}","format":"RFC3339"}}}})", to_rfc3339(from), to_rfc3339(from + std::chrono::hours(1)));
}

// The status; 0 where there is no answer.
int ask(server::TestSocket& socket, std::string_view method, const std::string& target, const std::string& token, const std::string& body) {
  const std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", method, target, token, body.size());
  if (!socket.send(head + body)) return 0;
  const std::string answer = socket.read_until("\r\n\r\n");
  const std::size_t at = answer.find("Content-Length: ");
  if (answer.size() <= 12 || at == std::string::npos) return 0;
  const auto size = static_cast<std::size_t>(std::atol(answer.c_str() + at + 16));
  return socket.read_exactly(size).size() == size ? std::atoi(answer.c_str() + 9) : 0;
}

}  // namespace

DssClients::DssClients(std::uint16_t port, const std::string& token, const DssLoad& load) {
  for (std::size_t i = 0; i < load.clients; ++i) {
    threads_.emplace_back([=, this] { run(port, token, i, load.a_second / static_cast<double>(load.clients)); });
  }
}

void DssClients::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void DssClients::run(std::uint16_t port, const std::string& token, std::size_t number, double a_second) {
  server::TestSocket socket(port);
  Random random(1'000 + number);
  Duration next = monotonic_now();
  for (std::uint64_t n = 0; !stopping_; ++n) {
    const std::string volume = volume_of(random, system_now());
    int status = 0;
    if (n % 5 == 4) {
      status = ask(socket, "POST", "/dss/v1/operational_intent_references/query", token, "{\"area_of_interest\":" + volume + "}");
    } else {
      const std::string id = fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", static_cast<std::uint32_t>(random.bits()), number & 0xFFFF, n & 0xFFF, random.below(0x1000), random.bits() >> 16);
      status = ask(socket, "PUT", "/dss/v1/operational_intent_references/" + id, token, R"({"state":"Accepted","uss_base_url":"https://uss1.example/utm","key":[],"extents":[)" + volume + "]}");
    }
    // 409: it meets another, whose key a real client would send then.
    if (status == 200 || status == 201 || status == 409) ++done_;
    else ++failed_;
    if (status == 0) return;
    if (a_second <= 0) continue;
    next += from_seconds(1 / a_second);
    while (!stopping_ && monotonic_now() < next) std::this_thread::sleep_for(std::min<Duration>(next - monotonic_now(), milliseconds(50)));
  }
}

}  // namespace skypact::bench
