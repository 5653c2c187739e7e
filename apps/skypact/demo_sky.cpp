#include "demo_sky.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace skypact::app {

Result<node::Config> demo_config(const sim::Scenario& scenario) {
  auto config = node::parse_config(scenario.configuration, "demo.toml");
  if (!config) return std::move(config).error();
  config->name = "demo";
  config->site = scenario.centre;
  for (std::size_t i = 0; i < config->rules.parties.size(); ++i) {
    if (config->rules.parties[i].id == "relief") config->party = PartyId{static_cast<std::uint16_t>(i)};
  }
  node::FeedConfig receiver;
  receiver.name = "receiver";
  receiver.format = node::FeedFormat::beast;
  receiver.receiver = scenario.centre;
  node::FeedConfig trackers;
  trackers.name = "trackers";
  trackers.format = node::FeedFormat::report;
  config->feeds = {receiver, trackers};
  return config;
}

Agreed demo_agreed(const node::Config& config, Time start, Time now) {
  Agreed agreed;
  agreed.parties = config.rules.parties;
  const auto number = [&](std::string_view id) {
    const auto at = std::find_if(agreed.parties.begin(), agreed.parties.end(), [&](const skypact::Party& p) { return p.id == id; });
    return PartyId{static_cast<std::uint16_t>(at - agreed.parties.begin())};
  };
  const auto add = [&](const char* version, double miles, const Interval<Time>& valid) {
    AgreedVersion made;
    made.minima.version = version;
    made.minima.valid = valid;
    made.minima.clauses = {{"minima.north-south", {.party = number("north"), .aircraft_class = {}}, {.party = number("south"), .aircraft_class = {}}, {}, {nautical_miles(miles), feet_of_height(1000)}}};
    agreed.versions.push_back(std::move(made));
  };
  const bool changes = now >= start + DemoPact::signed_after;
  const Time change = start + DemoPact::closer_until;
  add("demo v1", 3, {start, changes ? change : Time::max()});
  if (changes) add("demo v2", 5, {change, Time::max()});
  return agreed;
}

DemoSky::DemoSky(const sim::Scenario& scenario, std::uint64_t seed, Time start)
    : world_(scenario.flights, start), transmitter_(world_, seed) {}

DemoSky::Bytes DemoSky::advance_to(Time time) {
  const sim::Sent sent = transmitter_.advance_to(time);
  std::vector<std::uint8_t> beast;
  sim::append_beast(sent.frames, world_.start(), beast);
  Bytes bytes{{beast.begin(), beast.end()}, {}};
  for (const sim::Report& report : sent.reports) bytes.reports += report.line;
  return bytes;
}

namespace {

bool is_between(const Alert& alert, std::string_view one, std::string_view other) {
  if (alert.subjects.size() != 2) return false;
  const std::string_view a = alert.subjects[0].callsign.view(), b = alert.subjects[1].callsign.view();
  return (a == one && b == other) || (a == other && b == one);
}

bool is_of(const Alert& alert, std::string_view callsign) {
  return std::any_of(alert.subjects.begin(), alert.subjects.end(), [&](const AlertSubject& s) { return s.callsign.view() == callsign; });
}

std::string after(Time at, Time start, const char* what) {
  char text[160];
  std::snprintf(text, sizeof text, "%5.0f s  %s", to_seconds(at - start), what);
  return text;
}

void first(std::optional<Time>& at, Time now) {
  if (!at) at = now;
}

}  // namespace

void DemoScript::see(const std::vector<node::Event>& events) {
  for (const node::Event& event : events) {
    const Alert* alert = std::get_if<Alert>(&event.what);
    if (alert == nullptr) continue;
    const auto unwanted = [&](const char* what) {
      if (std::find(unwanted_.begin(), unwanted_.end(), what) == unwanted_.end()) unwanted_.emplace_back(what);
    };
    if (alert->kind == AlertKind::conflict && is_between(*alert, "NORTH21", "SOUTH07")) {
      if (alert->state == AlertState::predicted) first(predicted_, event.at);
      if (alert->state == AlertState::infringed) infringed_ = true;
      if (alert->state == AlertState::ended) first(resolved_, event.at);
    }
    if (alert->kind == AlertKind::conflict && is_between(*alert, "NORTH24", "SOUTH10")) {
      first(foreseen_, event.at);
      if (alert->state == AlertState::infringed) first(too_close_, event.at);
    }
    if (alert->kind == AlertKind::zone && alert->state == AlertState::infringed && is_of(*alert, "SOUTH51")) first(entered_, event.at);
    if (alert->kind == AlertKind::distress && is_of(*alert, "RELIEF33")) first(emergency_, event.at);
    if (alert->kind == AlertKind::distress && is_of(*alert, "TRANS01")) unwanted("an alert for squawk 7601 (TRANS01)");
    if (is_between(*alert, "NORTH22", "SOUTH08")) unwanted("an alert for the crossing that passes 9 NM apart (NORTH22, SOUTH08)");
    if (is_between(*alert, "NORTH23", "SOUTH09")) unwanted("an alert for the two that are 1000 ft apart (NORTH23, SOUTH09)");
  }
}

std::vector<std::string> DemoScript::seen() const {
  std::vector<std::string> lines;
  if (predicted_) lines.push_back(after(*predicted_, start_, "conflict predicted: NORTH21 and SOUTH07"));
  if (resolved_) lines.push_back(after(*resolved_, start_, "… and resolved: NORTH21 descended"));
  if (entered_) lines.push_back(after(*entered_, start_, "keep-clear zone entered: SOUTH51 in the relief camp's"));
  if (emergency_) lines.push_back(after(*emergency_, start_, "emergency: RELIEF33 squawks 7700"));
  if (foreseen_) lines.push_back(after(*foreseen_, start_, "larger minima are signed: NORTH24 and SOUTH10 will be too close"));
  if (too_close_) lines.push_back(after(*too_close_, start_, "… and are in force: NORTH24 and SOUTH10 are too close"));
  return lines;
}

std::vector<std::string> DemoScript::missing() const {
  std::vector<std::string> lines;
  if (!predicted_) lines.emplace_back("the conflict of NORTH21 and SOUTH07 was not predicted");
  if (!resolved_) lines.emplace_back("the conflict of NORTH21 and SOUTH07 did not end");
  if (infringed_) lines.emplace_back("NORTH21 and SOUTH07 lost their separation");
  if (!entered_) lines.emplace_back("SOUTH51 was not seen to enter the zone");
  if (!emergency_) lines.emplace_back("the 7700 of RELIEF33 was not seen");
  if (!foreseen_) lines.emplace_back("nobody said that NORTH24 and SOUTH10 will be too close under the new minima");
  if (foreseen_ && *foreseen_ < start_ + DemoPact::signed_after) lines.emplace_back("NORTH24 and SOUTH10 were alerted under minima that allow 4 NM");
  if (!too_close_ || *too_close_ < start_ + DemoPact::closer_until || *too_close_ > start_ + DemoPact::closer_until + seconds(2)) {
    lines.emplace_back("the new minima did not come into force at their instant");
  }
  for (const std::string& what : unwanted_) lines.push_back("there was " + what);
  return lines;
}

}  // namespace skypact::app
