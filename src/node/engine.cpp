#include "node/engine.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "guard/guard.h"
#include "guard/judged_minutes.h"
#include "node/agreed_json.h"
#include "node/api_names.h"
#include "node/awaited_answers.h"
#include "node/feed_board.h"
#include "node/rule_book.h"
#include "track/party_directory.h"
#include "track/prediction.h"
#include "track/track_table.h"

namespace skypact::node {
namespace {

track::PartyDirectory directory_of(const Config& config) {
  track::PartyDirectory directory;
  for (std::size_t i = 0; i < config.aircraft.size(); ++i) {
    const PartyId party{static_cast<std::uint16_t>(i + 1)};
    const PartyAircraft& aircraft = config.aircraft[i];
    const AircraftClass aircraft_class = aircraft.aircraft_class.value_or(AircraftClass::unknown);
    for (const AddressRange& range : aircraft.addresses) directory.ranges.push_back({range.first, range.last, party, aircraft_class});
    for (const std::string& prefix : aircraft.callsigns) directory.callsigns.push_back({prefix, party, AircraftClass::unknown});
  }
  for (std::size_t i = 0; i < config.feeds.size(); ++i) {
    if (config.feeds[i].party) directory.feeds.push_back({SourceId{static_cast<std::uint16_t>(i)}, *config.feeds[i].party, AircraftClass::unknown});
  }
  return directory;
}

track::PartyDirectory directory_of(const std::vector<AgreedAircraft>& agreed, const RuleBook& rules) {
  track::PartyDirectory directory;
  for (const AgreedAircraft& aircraft : agreed) {
    const PartyId party = rules.party_of(aircraft.party);
    for (const Address& address : aircraft.addresses) directory.addresses.push_back({address, party, aircraft.aircraft_class});
    for (const IcaoRange& range : aircraft.ranges) directory.ranges.push_back({range.first, range.last, party, aircraft.aircraft_class});
    for (const std::string& prefix : aircraft.callsigns) directory.callsigns.push_back({prefix, party, AircraftClass::unknown});
  }
  return directory;
}

// Which versions hold at `at`, by clocks that may be apart; by when they came into force.
std::vector<std::size_t> versions_at(const Agreed& agreed, Time at) {
  std::vector<std::size_t> versions;
  for (std::size_t i = 0; i < agreed.versions.size(); ++i) {
    const Interval<Time>& valid = agreed.versions[i].minima.valid;
    // At a clock that is behind by the offset, and at one that is ahead.
    if (valid.from <= at + agreed.clock_offset && at - agreed.clock_offset < valid.to) versions.push_back(i);
  }
  std::stable_sort(versions.begin(), versions.end(),
                   [&](std::size_t a, std::size_t b) { return agreed.versions[a].minima.valid.from < agreed.versions[b].minima.valid.from; });
  return versions;
}

std::string_view without_episode(std::string_view key) { return key.substr(0, key.find('#')); }

struct BestAltitude {
  std::optional<Height> value;
  Datum datum = Datum::pressure;
};
BestAltitude best_altitude(const track::MotionState& state) {
  if (state.pressure_altitude) return {state.pressure_altitude->above_datum(), Datum::pressure};
  if (state.ellipsoid_altitude) return {state.ellipsoid_altitude->above_datum(), Datum::ellipsoid};
  if (state.sea_level_altitude) return {state.sea_level_altitude->above_datum(), Datum::mean_sea_level};
  return {};
}

}  // namespace

struct Engine::State {
  State(Config c, EngineOptions o)
      : config(std::move(c)),
        options(std::move(o)),
        feeds(config.feeds),
        rules(config.rules),
        table({}, directory_of(config)),
        next_sequence(options.first_sequence) {
    auto first = std::make_shared<Picture>();
    first->last_sequence = next_sequence - 1;
    first->tracks = std::make_shared<const std::vector<PictureTrack>>();
    first->ended = std::make_shared<const std::vector<Alert>>();
    first->feeds = feeds.statuses();
    first->rules = rules.rules();
    first->agreed = agreed_status;
    first->peer_alerts = peers;
    first->own_party = config.party;
    picture = std::move(first);
  }

  template <class What>
  void emit(std::vector<Event>& events, Time at, What what) {
    events.push_back({next_sequence++, at, std::move(what)});
  }

  Result<std::vector<Event>> acknowledge(const Acknowledge& command, Time at);
  std::vector<Event> hear(const HearPeer& command, Time at);
  std::vector<Event> hear(const HearVerdicts& command, Time at);
  void judge_minutes(Time now, std::vector<Event>& events);
  void tell_compared(const std::vector<VerdictComparison>& compared, Time at, std::vector<Event>& events);
  Result<std::vector<Event>> place(const PlaceManualTrack& command, Time at);
  Result<std::vector<Event>> set_agreed(const SetAgreed& command, Time at);
  Result<std::vector<Event>> set_notice_zones(const SetNoticeZones& command, Time at);
  Result<std::vector<Event>> set_plans(const SetPlans& command, Time at);
  void identify_as_agreed(Time at, bool anew);
  void emit(std::vector<Event>& events, Time at, const RuleBook::Change& change);
  Result<std::vector<Event>> add_zones(const AddZones& command, Time at);
  void tell_overdue_answers(std::vector<Event>& events, Time now);
  void show_rules_and_alerts();
  void hide(const Address& address);
  void see(const Address& address);
  void build_picture(Time now);
  [[nodiscard]] std::vector<guard::SharedSource> shared_sources(Time now) const;
  [[nodiscard]] std::shared_ptr<const History> history_of(const PictureTrack& now, const PictureTrack* before) const;

  Config config;
  EngineOptions options;
  FeedBoard feeds;
  RuleBook rules;
  track::TrackTable table;
  guard::Guard guard;
  bool agreed_fixed = false;                      // for a dry run
  std::string agreed_text;                        // as recorded, of what is carried out
  std::string notices_text;                       // likewise, of the zones of notices
  std::string plans_text;                         // likewise, of planned flights and constraints
  std::vector<guard::Contradicted> contradicted;
  std::vector<std::size_t> versions_held;         // that aircraft are identified by
  std::shared_ptr<const AgreedStatus> agreed_status = std::make_shared<const AgreedStatus>();
  std::shared_ptr<const PeerAlertBook> peers = std::make_shared<const PeerAlertBook>();
  std::map<AlertId, std::vector<AwaitedAnswer>> overdue_told;   // of open alerts
  guard::JudgedMinutes minutes;
  std::shared_ptr<const Agreed> judged_by = std::make_shared<const Agreed>();   // minima alone
  std::shared_ptr<const VerdictBook> verdicts = std::make_shared<const VerdictBook>();
  std::uint64_t next_sequence = 1;
  std::uint64_t ticks = 0;
  Time last_tick = Time::min();
  std::shared_ptr<const Picture> picture;
};

Engine::Engine(Config config, EngineOptions options) : state_(std::make_unique<State>(std::move(config), std::move(options))) {}
Engine::~Engine() = default;

SourceId Engine::report_feed() const { return state_->feeds.report_feed(); }
SourceId Engine::manual_feed() const { return state_->feeds.manual_feed(); }
std::shared_ptr<const Picture> Engine::picture() const { return state_->picture; }
const Config& Engine::config() const { return state_->config; }

void Engine::observe(const FeedBatch& batch) {
  State& s = *state_;
  SKYPACT_CHECK(batch.feed.value < s.feeds.size());
  std::uint64_t positions = 0;
  for (const Observation& o : batch.observations) {
    positions += o.position.has_value() ? 1 : 0;
    s.table.apply(o);
    if (o.position && !s.judged_by->versions.empty()) s.see(o.address);
  }
  s.feeds.count(batch, positions);
}

void Engine::feed_changed(const FeedChange& change, Time) {
  SKYPACT_CHECK(change.feed.value < state_->feeds.size());
  state_->feeds.change(change);
}

Result<std::vector<Event>> Engine::State::acknowledge(const Acknowledge& command, Time at) {
  const Alert* alert = guard.find(command.alert);
  if (alert == nullptr || alert->state == AlertState::ended) {
    // After a restart episodes count anew; there is one open alert of these subjects at most.
    const auto& open = guard.open();
    const auto same = std::find_if(open.begin(), open.end(), [&](const Alert& a) { return without_episode(a.key) == without_episode(command.alert); });
    if (same == open.end()) return Error{ErrorCode::not_found, "there is no open alert " + command.alert};
    alert = &*same;
  }
  auto now = guard.acknowledge(alert->id, {command.party, command.by, command.intention, command.how, at});
  if (!now) return std::move(now).error();
  std::vector<Event> events;
  emit(events, at, std::move(*now));
  return events;
}

// Our alerts that are about the same danger are told again: the card of one shows both.
std::vector<Event> Engine::State::hear(const HearPeer& command, Time at) {
  auto next = std::make_shared<PeerAlertBook>(*peers);
  const auto touched = [&](const Alert& ours) {
    return std::any_of(command.alerts.begin(), command.alerts.end(), [&](const link::SharedAlert& theirs) { return same_danger(ours, theirs); });
  };
  std::vector<AlertId> told;
  for (const Alert& ours : guard.open()) {
    const auto before = next->of(ours);
    const bool had = command.anew && std::any_of(before.begin(), before.end(), [&](const PeerAlert* a) { return a->party == command.party; });
    if (had || touched(ours)) told.push_back(ours.id);
  }
  if (command.anew) next->forget(command.party);
  for (const link::SharedAlert& alert : command.alerts) next->hear(command.party, alert, at);
  peers = std::move(next);
  std::vector<Event> events;
  for (const AlertId id : told) emit(events, at, *guard.find(id));
  return events;
}

// Other parties' verdicts, out of their records.
std::vector<Event> Engine::State::hear(const HearVerdicts& command, Time at) {
  auto next = std::make_shared<VerdictBook>(*verdicts);
  std::vector<VerdictComparison> compared;
  for (const PeerVerdict& theirs : command.verdicts) {
    for (VerdictComparison& c : next->hear(theirs, *peers, rules.rules()->parties)) compared.push_back(std::move(c));
  }
  verdicts = std::move(next);
  std::vector<Event> events;
  tell_compared(compared, at, events);
  return events;
}

// The alert of a verdict is told again with it, also when it has ended.
void Engine::State::tell_compared(const std::vector<VerdictComparison>& compared, Time at, std::vector<Event>& events) {
  std::set<std::array<TrackKey, 2>> pairs;
  std::set<std::string_view> evidence;
  for (const VerdictComparison& c : compared) {
    emit(events, at, c);
    pairs.insert(c.pair);
    evidence.insert(c.our_evidence);
  }
  // One look at all alerts, however many verdicts another record brought at once.
  std::vector<const Alert*> again;
  for (const std::vector<Alert>* alerts : {&guard.open(), &guard.ended()}) {
    for (const Alert& alert : *alerts) {
      const auto pair = pair_of(alert);
      if (!pair || !pairs.contains(*pair)) continue;
      const auto of_alert = verdicts->of(alert);
      if (std::any_of(of_alert.begin(), of_alert.end(), [&](const PairVerdict* v) { return evidence.contains(v->evidence); })) again.push_back(&alert);
    }
  }
  std::sort(again.begin(), again.end(), [](const Alert* a, const Alert* b) { return a->id < b->id; });
  for (const Alert* alert : again) emit(events, at, *alert);
}

// What minutes that are over brought.
void Engine::State::judge_minutes(Time now, std::vector<Event>& events) {
  if (judged_by->versions.empty()) return;
  minutes.see(guard.open(), now);
  const auto judged = minutes.step(now, rules.rules()->parties, judged_by);
  if (judged.empty()) return;
  auto next = std::make_shared<VerdictBook>(*verdicts);
  std::vector<VerdictComparison> compared;
  std::vector<AlertId> again;
  for (const guard::JudgedPair& pair : judged) {
    PairVerdict verdict = pair_verdict(pair);
    if (verdict.alert) again.push_back(*verdict.alert);
    emit(events, now, verdict);
    for (VerdictComparison& c : next->add(std::move(verdict))) compared.push_back(std::move(c));
  }
  verdicts = std::move(next);
  for (const AlertId id : again) {
    if (const Alert* alert = guard.find(id)) emit(events, now, *alert);
  }
  tell_compared(compared, now, events);
}

Result<std::vector<Event>> Engine::State::place(const PlaceManualTrack& command, Time at) {
  Observation o = command.observation;
  o.source = feeds.manual_feed();
  o.kind = SourceKind::manual;
  o.received_at = at;
  o.measured_at = std::min(o.measured_at, at);
  table.apply(o);
  if (o.position && !judged_by->versions.empty()) see(o.address);
  FeedBatch counted;
  counted.feed = o.source;
  counted.received_at = at;
  counted.messages = 1;
  feeds.count(counted, o.position ? 1 : 0);
  return std::vector<Event>{};
}

Result<std::vector<Event>> Engine::State::add_zones(const AddZones& command, Time at) {
  std::vector<Zone> zones = command.zones;
  for (Zone& zone : zones) {
    if (!zone.moves_with || zone.anchor) continue;
    const PictureTrack* leader = find_track(*picture, TrackKey{*zone.moves_with, 1});
    const PictureTrack* second = find_track(*picture, TrackKey{*zone.moves_with, 2});
    if (leader != nullptr && second != nullptr) {
      return Error{ErrorCode::conflict, "moves_with: two aircraft use the address " + to_string(*zone.moves_with) + "; give an anchor"};
    }
    if (leader == nullptr) leader = second;
    if (leader == nullptr || !leader->position) {
      return Error{ErrorCode::not_found, "moves_with: there is no located track " + to_string(*zone.moves_with) + "; give an anchor"};
    }
    zone.anchor = leader->position;
  }
  auto added = rules.add(std::move(zones));
  if (!added) return std::move(added).error();
  std::vector<Event> events;
  for (Zone& zone : *added) emit(events, at, std::move(zone));
  return events;
}

void Engine::State::emit(std::vector<Event>& events, Time at, const RuleBook::Change& change) {
  for (const std::string& id : change.zones_removed) emit(events, at, ZoneRemoved{id});
  for (const std::string& id : change.inhibitions_removed) emit(events, at, InhibitionRemoved{id});
  for (const std::string& id : change.groups_removed) emit(events, at, GroupRemoved{id});
  for (const Zone& zone : change.zones) emit(events, at, zone);
  for (const Inhibition& inhibition : change.inhibitions) emit(events, at, inhibition);
  for (const Group& group : change.groups) emit(events, at, group);
}

Result<std::vector<Event>> Engine::State::set_agreed(const SetAgreed& command, Time at) {
  if (agreed_fixed) return Error{ErrorCode::conflict, "what is agreed is fixed for this run"};
  // What is carried out is what a replay of the recording reads, and nothing that it could not read.
  std::string text;
  json::Writer out(text);
  append_agreed(out, command.agreed);
  std::vector<Event> events;
  if (text == agreed_text) return events;
  constexpr std::size_t around = 100;   // what the recording writes around it
  if (text.size() + around > longest_command) {
    return Error{ErrorCode::over_limit, "what is agreed is too long to be recorded: " + std::to_string(text.size()) + " bytes, at most " + std::to_string(longest_command - around) +
                                            "; schedules of many intervals are best given for the next weeks only"};
  }
  const auto document = json::parse(text, {.bytes = longest_command});
  if (!document) return document.error();
  const auto agreed = read_agreed(document->root());
  if (!agreed) return agreed.error();
  const auto change = rules.set_agreed(*agreed);
  if (!change) return change.error();
  agreed_text = std::move(text);
  judged_by = std::make_shared<const Agreed>(guard::minima_alone(*agreed));
  identify_as_agreed(at, true);
  emit(events, at, *change);
  return events;
}

namespace {

// As with what is agreed: what counts is what a replay reads. nullopt: it is what `before` says.
template <class Set>
Result<std::optional<Set>> as_recorded(const Set& command, std::string& before, std::string_view what) {
  std::string text = to_json(command, {});
  if (text == before) return std::optional<Set>();
  if (text.size() > longest_command) {
    return Error{ErrorCode::over_limit, std::string(what) + " are too long to be recorded: " + std::to_string(text.size()) + " bytes, at most " + std::to_string(longest_command)};
  }
  auto read = read_command(text, {});
  if (!read) return std::move(read).error();
  before = std::move(text);
  return std::optional(std::get<Set>(*std::move(read)));
}

}  // namespace

Result<std::vector<Event>> Engine::State::set_plans(const SetPlans& command, Time at) {
  std::vector<Event> events;
  auto set = as_recorded(command, plans_text, "planned flights");
  if (!set) return std::move(set).error();
  if (!*set) return events;
  const auto change = rules.set_plans(std::move((*set)->zones));
  if (!change) return change.error();
  contradicted = std::move((*set)->contradicted);
  emit(events, at, *change);
  return events;
}

Result<std::vector<Event>> Engine::State::set_notice_zones(const SetNoticeZones& command, Time at) {
  std::vector<Event> events;
  auto set = as_recorded(command, notices_text, "the zones of notices");
  if (!set) return std::move(set).error();
  if (!*set) return events;
  const auto change = rules.set_notices((*set)->parties, std::move((*set)->zones));
  if (!change) return change.error();
  emit(events, at, *change);
  return events;
}

// Whose the aircraft are by the versions that hold at `at`: they stand over the configuration.
void Engine::State::identify_as_agreed(Time at, bool anew) {
  const Agreed& agreed = rules.agreed();
  const auto numbered = [&](AgreedAnswers answers) {
    for (AgreedAnswers::Side& side : answers.sides) side.party = rules.party_of(side.party), side.answered_by = rules.party_of(side.answered_by);
    return answers;
  };
  std::vector<std::size_t> held = versions_at(agreed, at);
  if (!anew && held == versions_held) return;
  versions_held = std::move(held);
  track::PartyDirectory by_terms;
  auto status = std::make_shared<AgreedStatus>();
  for (const AgreedVersion& version : agreed.versions) status->versions.push_back({version.minima.version, version.minima.valid, false});
  for (const std::size_t i : versions_held) {
    track::overlay(by_terms, directory_of(agreed.versions[i].aircraft, rules));
    status->versions[i].holds = true;
    if (!agreed.versions[i].answers.sides.empty()) status->answers.push_back(numbered(agreed.versions[i].answers));
  }
  for (AgreedSharing sharing : agreed.sharing) {
    sharing.from = rules.party_of(sharing.from);
    sharing.to = rules.party_of(sharing.to);
    status->sharing.push_back(std::move(sharing));
  }
  status->clock_offset = agreed.clock_offset;
  track::PartyDirectory directory = directory_of(config);
  const Parties& parties = rules.rules()->parties;
  for (const track::Difference& d : track::overlay(directory, std::move(by_terms))) {
    status->notes.push_back(fmt::format("{} by agreement {}'s, by the configuration {}'s: the agreement stands", d.what, party_name(d.is, parties), party_name(d.was, parties)));
  }
  table.set_directory(std::move(directory));
  agreed_status = std::move(status);
}

// What other parties' nodes share, and why one of them may share nothing now: what is agreed is certain where it says so here.
std::vector<guard::SharedSource> Engine::State::shared_sources(Time now) const {
  using Stop = guard::SharedSource::Stop;
  std::vector<guard::SharedSource> all;
  for (std::size_t i = 0; i < config.feeds.size(); ++i) {
    const auto* from = std::get_if<FromPeer>(&config.feeds[i].transport);
    if (from == nullptr) continue;
    const FeedStatus& status = feeds.status(SourceId{static_cast<std::uint16_t>(i)});
    guard::SharedSource shared{status.id, from->party, status.last_message_at};
    const Duration offset = agreed_status->clock_offset;
    const SharingNow agreed = sharing_at(agreed_status->sharing, from->party, config.party, {now - offset, now + offset + Duration(1)});
    if (status.state != FeedState::connected) {
      shared.stop = Stop{.code = ReasonCode::sharing_link_down};
    } else if (!agreed.by.empty()) {
      const AgreedSharing& last = *agreed.by.back();
      if (last.basis == SharingBasis::over) {
        shared.stop = Stop{.code = ReasonCode::sharing_over, .name = last.version, .since = last.holds.from};
      } else if (!last.suspended.empty()) {
        shared.stop = Stop{.code = ReasonCode::sharing_suspended, .name = fmt::format("{} ({})", fmt::join(last.suspended, ", "), last.version), .since = last.holds.from};
      } else if (!agreed.tracks.near_conflict) {
        shared.stop = Stop{.code = ReasonCode::sharing_not_agreed, .name = last.version, .since = last.holds.from};
      }
    }
    all.push_back(std::move(shared));
  }
  return all;
}

Result<std::vector<Event>> Engine::apply(const Command& command, Time at) {
  State& s = *state_;
  using Events = Result<std::vector<Event>>;
  const auto added = [&](auto result) -> Events {
    if (!result) return std::move(result).error();
    std::vector<Event> events;
    s.emit(events, at, std::move(*result));
    return events;
  };
  const auto removed = [&](Result<void> result, auto what) -> Events {
    if (!result) return std::move(result).error();
    std::vector<Event> events;
    s.emit(events, at, std::move(what));
    return events;
  };
  struct Apply {
    State& s;
    Time at;
    const decltype(added)& add;
    const decltype(removed)& remove;
    Events operator()(const Acknowledge& c) const { return s.acknowledge(c, at); }
    Events operator()(const AddZones& c) const { return s.add_zones(c, at); }
    Events operator()(const AddInhibition& c) const { return add(s.rules.add(c.inhibition)); }
    Events operator()(const AddGroup& c) const { return add(s.rules.add(c.group)); }
    Events operator()(const RemoveZone& c) const { return remove(s.rules.remove_zone(c.id), ZoneRemoved{c.id}); }
    Events operator()(const RemoveInhibition& c) const { return remove(s.rules.remove_inhibition(c.id), InhibitionRemoved{c.id}); }
    Events operator()(const RemoveGroup& c) const { return remove(s.rules.remove_group(c.id), GroupRemoved{c.id}); }
    Events operator()(const SetAgreed& c) const { return s.set_agreed(c, at); }
    Events operator()(const SetNoticeZones& c) const { return s.set_notice_zones(c, at); }
    Events operator()(const SetAssisting& c) const {
      if (c.flights.size() > most_assisting) return Error{ErrorCode::over_limit, "more than " + std::to_string(most_assisting) + " aircraft assist"};
      s.rules.set_assisting(c.flights);
      return std::vector<Event>{};
    }
    Events operator()(const SetClearances& c) const {
      if (c.clearances.size() > most_clearances) return Error{ErrorCode::over_limit, "more than " + std::to_string(most_clearances) + " clearances stand"};
      std::string before;
      auto set = as_recorded(c, before, "the clearances that stand");
      if (!set) return std::move(set).error();
      s.rules.set_clearances(std::move((*set)->clearances));
      return std::vector<Event>{};
    }
    Events operator()(const SetPlans& c) const { return s.set_plans(c, at); }
    Events operator()(const PlaceManualTrack& c) const { return s.place(c, at); }
    Events operator()(const HearPeer& c) const { return s.hear(c, at); }
    Events operator()(const HearVerdicts& c) const { return s.hear(c, at); }
    Events operator()(const RemoveManualTrack& c) const {
      const Address address{AddressKind::manual, 0, std::string_view(c.name)};
      if (!s.table.remove(address)) return Error{ErrorCode::not_found, "there is no manual track " + c.name};
      s.hide(address);
      return std::vector<Event>{};
    }
  };
  Events events = std::visit(Apply{s, at, added, removed}, command);
  if (events) s.show_rules_and_alerts();
  return events;
}

Result<void> Engine::fix_agreed(const Agreed& agreed, Time at) {
  const auto done = state_->set_agreed({agreed}, at);
  if (!done) return done.error();
  state_->agreed_fixed = true;
  state_->show_rules_and_alerts();
  return {};
}

std::vector<Event> Engine::reload(const Config& config, Time at) {
  State& s = *state_;
  const RuleBook::Change change = s.rules.replace_configured(config.rules);
  s.config.rules = config.rules;
  s.config.aircraft = config.aircraft;
  s.identify_as_agreed(at, true);   // feeds are as the node began with them
  std::vector<Event> events;
  s.emit(events, at, change);
  s.show_rules_and_alerts();
  return events;
}

std::vector<Event> Engine::tick(Time now) {
  State& s = *state_;
  now = s.last_tick = std::max(now, s.last_tick);
  ++s.ticks;
  std::vector<Event> events;
  const RuleBook::Expired expired = s.rules.expire(now);
  for (const std::string& id : expired.inhibitions) s.emit(events, now, InhibitionRemoved{id});
  for (const std::string& id : expired.groups) s.emit(events, now, GroupRemoved{id});

  s.identify_as_agreed(now, false);
  if (!s.peers->all().empty()) {
    auto kept = std::make_shared<PeerAlertBook>(*s.peers);
    kept->expire(now);
    s.peers = std::move(kept);
  }
  s.table.set_altimetry(s.rules.rules()->qnh, s.rules.rules()->geoid_undulation);
  s.table.advance(now);
  for (const SourceId feed : s.feeds.advance(now)) s.emit(events, now, s.feeds.status(feed));
  const auto health = s.feeds.health();
  const auto shared = s.shared_sources(now);
  const auto& tracks = s.table.tracks();
  auto alerts = s.guard.step({.now = now,
                              .tracks = tracks,
                              .rules = s.rules.rules(),
                              .feeds = health,
                              .shared = shared,
                              .contradicted = s.contradicted,
                              .interference = s.table.interference(),
                              .gnss_baro = &s.table.gnss_baro()},
                             s.options.parallel_for);
  for (Alert& alert : alerts) s.emit(events, now, std::move(alert));
  s.tell_overdue_answers(events, now);
  s.judge_minutes(now, events);
  s.build_picture(now);
  return events;
}

// That an answer has not come is told when its time is over, not with the next repetition of the alert.
void Engine::State::tell_overdue_answers(std::vector<Event>& events, Time now) {
  const auto before = std::exchange(overdue_told, {});
  if (agreed_status->answers.empty()) return;
  for (const Alert& alert : guard.open()) {
    if (!alert.grave_since) continue;
    auto late = overdue(awaited_answers(alert, config.party, peers->of(alert), agreed_status->answers, rules.rules()->parties, now));
    if (late.empty()) continue;
    const auto known = before.find(alert.id);
    const bool told = known != before.end() && known->second == late;
    const bool tells_now = std::any_of(events.begin(), events.end(), [&](const Event& e) { return std::holds_alternative<Alert>(e.what) && std::get<Alert>(e.what).id == alert.id; });
    if (!told && !tells_now) emit(events, now, alert);
    overdue_told.emplace(alert.id, std::move(late));
  }
}

// What a command changed is shown at once; tracks stay those of the last tick.
void Engine::State::show_rules_and_alerts() {
  auto next = std::make_shared<Picture>(*picture);
  next->rules = rules.rules();
  next->agreed = agreed_status;
  next->alerts = guard.open();
  next->peer_alerts = peers;
  next->verdicts = verdicts;
  next->last_sequence = next_sequence - 1;
  picture = std::move(next);
}

// The tracks that a report may have changed.
void Engine::State::see(const Address& address) {
  for (const Track* track : {table.find(address), table.find_second(address)}) {
    if (track != nullptr) minutes.see(*track);
  }
}

// A track that was removed does not wait for the next tick to leave the picture.
void Engine::State::hide(const Address& address) {
  auto tracks = std::make_shared<std::vector<PictureTrack>>(*picture->tracks);
  std::erase_if(*tracks, [&](const PictureTrack& t) { return t.track.address == address; });
  auto next = std::make_shared<Picture>(*picture);
  next->tracks = std::move(tracks);
  picture = std::move(next);
}

std::shared_ptr<const History> Engine::State::history_of(const PictureTrack& now, const PictureTrack* before) const {
  const auto known = before != nullptr ? before->history : nullptr;
  const Track& t = now.track;
  if (!t.position) return known;
  const HistoryPoint* last = known ? known->last() : nullptr;
  // Only what was measured is history; an extrapolated place is not.
  if (last != nullptr && t.position->measured_at - last->at < options.history_interval) return known;
  HistoryPoint point{t.position->measured_at, t.position->value, now.altitude, now.altitude_datum, std::nullopt};
  if (t.velocity) point.velocity = t.velocity->value;
  return History::with(known, point);
}

void Engine::State::build_picture(Time now) {
  const auto& table_tracks = table.tracks();
  std::unordered_map<TrackId, Severity> worst;
  for (const Alert& alert : guard.open()) {
    for (const AlertSubject& subject : alert.subjects) {
      const auto [at, is_new] = worst.try_emplace(subject.track, alert.severity);
      if (!is_new) at->second = std::max(at->second, alert.severity);
    }
  }

  auto tracks = std::make_shared<std::vector<PictureTrack>>();
  tracks->reserve(table_tracks.size());
  auto next = std::make_shared<Picture>();
  std::vector<std::size_t> aircraft(feeds.size());
  auto before = picture->tracks->begin();
  for (const Track* t : table_tracks) {
    PictureTrack p{.track = *t, .position = {}, .uncertainty = {}, .altitude = {}, .altitude_datum = {}, .worst_alert = {}, .history = {}};
    const track::MotionState state = track::motion_at(*t, now);
    const BestAltitude altitude = best_altitude(state);
    if (state.located) p.position = state.position;
    p.uncertainty = state.uncertainty;
    p.altitude = altitude.value;
    p.altitude_datum = altitude.datum;
    if (const auto at = worst.find(t->id); at != worst.end()) p.worst_alert = at->second;
    while (before != picture->tracks->end() && before->track.id < t->id) ++before;
    const bool known = before != picture->tracks->end() && before->track.id == t->id;
    p.history = history_of(p, known ? &*before : nullptr);

    const bool heard = t->life == Life::live || t->life == Life::coasting;
    next->live += heard ? 1 : 0;
    next->located += heard && p.position ? 1 : 0;
    next->suspect += heard && t->suspect != 0 ? 1 : 0;
    for (std::size_t i = 0; heard && i < t->contribution_count; ++i) {
      const SourceId source = t->contributions[i].source;
      // One feed may contribute by several kinds; the aircraft is one all the same.
      const auto* const begin = t->contributions.data();
      const bool counted = std::any_of(begin, begin + i, [&](const Track::Contribution& c) { return c.source == source; });
      if (!counted && source.value < aircraft.size()) ++aircraft[source.value];
    }
    tracks->push_back(std::move(p));
  }
  for (std::size_t i = 0; i < aircraft.size(); ++i) feeds.set_aircraft(SourceId{static_cast<std::uint16_t>(i)}, aircraft[i]);

  next->now = now;
  next->tick = ticks;
  next->last_sequence = next_sequence - 1;
  next->tracks = std::move(tracks);
  next->alerts = guard.open();
  // Copied only when it changed: it may be long, and it seldom does.
  const auto& ended = guard.ended();
  const bool same = ended.size() == picture->ended->size() && (ended.empty() || ended.back().id == picture->ended->back().id);
  next->ended = same ? picture->ended : std::make_shared<const std::vector<Alert>>(ended);
  next->feeds = feeds.statuses();
  next->rules = rules.rules();
  next->agreed = agreed_status;
  next->peer_alerts = peers;
  next->verdicts = verdicts;
  next->verdicts_left_out = minutes.left_out();
  next->own_party = config.party;
  next->inhibitions_active = guard.counts().inhibitions_active;
  const track::TrackCounters& counters = table.counters();
  next->aircraft_seen = counters.created;
  next->refused_observations = std::accumulate(counters.outcomes.begin(), counters.outcomes.end(), std::uint64_t{0}) - counters.of(track::Outcome::accepted);
  picture = std::move(next);
}

}  // namespace skypact::node
