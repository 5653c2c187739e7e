#include "server/distress_desk.h"

#include <algorithm>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "distress/act_json.h"
#include "distress/case_input.h"
#include "distress/case_json.h"
#include "distress/case_summary.h"
#include "distress/case_view.h"
#include "distress/situation_report.h"
#include "distress/telling.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "ledger/audit.h"
#include "ledger/mirror.h"
#include "ledger/prune.h"
#include "ledger/random_bytes.h"
#include "node/distress_triggers.h"
#include "node/entry_type.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

using namespace distress;
using Limits = DistressDeskLimits;

constexpr std::size_t entries_at_once = 1024;
constexpr std::string_view zone_prefix = "rescue:";

std::string canonical_of(const std::string& text) {
  const auto document = json::parse(text, {.bytes = std::size_t{1} << 20});
  if (!document) return text;
  auto canonical = json::canonical(document->root());
  return canonical ? std::move(*canonical) : text;
}

std::string hash_of(std::string_view text) { return ledger::to_base64(ledger::sha256(ledger::as_bytes(text))); }

// What travels beside the note. The salt keeps whoever reads the hash in the record from trying places until one fits.
std::string seal(const std::string& exact) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("case");
  out.raw(exact);
  out.field("salt", ledger::to_base64(ledger::Hash{ledger::random_bytes<32>()}));
  out.end_object();
  return canonical_of(text);
}

Result<std::string> unseal(std::string_view sealed) {
  const auto document = json::parse(sealed, {.bytes = SummaryLimits::bytes, .depth = 6});
  if (!document) return document.error();
  return json::canonical(document->root()["case"]);
}

// Of this kind there is no more than one wait for each alert.
struct AlertTold {
  Time at;
  EmergencyWord word = EmergencyWord::general;
  bool cancellation = false;
};

struct Message {
  CaseId id;                                     // the case then; its root is looked up
  SentMessage sent;
  std::set<std::string> delivered;
  std::size_t answers = 0;
};

struct Inbound {
  std::vector<Trigger> triggers{};
  std::optional<line::MessageState> line{};
};

// Does an act of ours say something that the others should know by themselves?
bool is_for_others(const ActBody& body) {
  return std::holds_alternative<DeclarePhase>(body) || std::holds_alternative<TakeLead>(body) || std::holds_alternative<ReleaseExact>(body) || std::holds_alternative<MarkFalseAlarm>(body) ||
         std::holds_alternative<UndoMark>(body) || std::holds_alternative<ProposeKeepClear>(body) || std::holds_alternative<AnswerKeepClear>(body) || std::holds_alternative<Close>(body) ||
         std::holds_alternative<Reopen>(body);
}

}  // namespace

struct DistressDesk::State : DiskThreadState {
  State(DistressDeskOptions o, std::shared_ptr<NodeClock> c) : options(std::move(o)), clock(std::move(c)), started_at(clock->now()) {}

  // How a case stands with the others.
  struct Dealing {
    std::map<std::string, std::string> material;   // by party: a hash of what it was last told
    Time not_before{};                             // after the line refused it
    std::set<std::string> unsealed;                // parties that got the note by another way, without what is sealed beside it
    std::set<std::string> asked;                   // parties that wait for an answer of ours, told in any case
    Time last_told{};
    unsigned times = 0;
    bool ours = false;                             // evidence of our own, or an act that others should know
    std::vector<std::string> messages;             // ids
  };
  struct Written {
    CaseId id;
    CaseInput input;
    Time at;
  };
  struct SourceWritten {
    std::size_t count = 0;
    Time last{};
    std::deque<std::uint64_t> numbers;
  };

  void run();
  // Without `mutex`. Before anybody is told: a clause that was suspended a moment ago must not let a place out.
  void look_at_what_is_agreed() {
    node::Arrangements held = options.arrangements ? options.arrangements() : node::Arrangements{};
    const std::lock_guard lock(mutex);
    arrangements = std::move(held);
  }
  void wake() {
    {
      const std::lock_guard inner(inbox_mutex);
      woken = true;
    }
    inbox_changed.notify_all();
  }
  // All under `mutex`:
  Taken take(std::vector<Trigger> triggers);
  void take_one(Trigger trigger, Taken& taken);
  Result<void> act(CaseId id, ActBody body, Officer by, const std::string& message = {}, bool exact = false, const std::string& material = {});
  void hear(const line::MessageState& state);
  void hear_case(const line::MessageState& state, const line::CaseMessage& message);
  void after(const std::vector<Event>& events);
  void keep(CaseInput input);
  void forget_gone();
  void write_again();
  void tell_others(Time now);
  Told tell_case(CaseId root, const std::vector<Addressee>* only, const Officer& by, bool by_itself);
  void flush();
  void look_at_pictures();
  [[nodiscard]] Case view(CaseId id) const { return book.view(book.root_of(id), clock->now()); }
  [[nodiscard]] TellingRules rules(const Case& c) const;
  [[nodiscard]] std::vector<RegionCentre> centres(const Case& c, std::string* note) const;
  [[nodiscard]] std::vector<Channel> channels(std::optional<geo::Position> place, Time at) const;
  [[nodiscard]] std::optional<geo::Position> place_of(const Case& c) const;
  [[nodiscard]] std::string material(const Case& c, const TellingLine& line, Time now) const;
  [[nodiscard]] Telling telling(const Case& c) const { return who_is_told(c, rules(c)); }
  void record_fact(CaseId root, std::string what);
  void append_brief(json::Writer& out, CaseId root) const;
  // What the watch carries out of the open cases; of exercises nothing.
  struct ForTheWatch {
    std::vector<Zone> zones;
    std::vector<AssistingFlight> assisting;
  };
  [[nodiscard]] ForTheWatch for_the_watch(Time now) const;
  void past_is_known(const std::map<std::uint64_t, CaseInput>& inputs, const Beginning* begin = nullptr);
  void past_is_not_known();
  // Of the thread, without `mutex`:
  void read_past();
  void tell_the_watch();

  const DistressDeskOptions options;
  const std::shared_ptr<NodeClock> clock;
  const Time started_at;
  std::thread thread;

  std::mutex inbox_mutex;                          // innermost: under it nothing else is locked
  std::condition_variable inbox_changed;           // with inbox_mutex: nobody who brings something waits for `mutex`
  bool woken = false;
  std::deque<Inbound> inbox;
  std::map<std::string, AlertTold> alerts;         // by key; of those that were told lately
  std::uint64_t dropped = 0;

  // Under `mutex`:
  CaseBook book;
  bool complete = false;
  std::uint64_t next_number = 1;
  std::vector<std::pair<Trigger, Time>> since_start;   // until the past is read
  std::map<std::string, bool> heard_messages;      // by id: with what is sealed
  std::deque<std::string> heard_in_order;
  std::vector<line::MessageState> later;           // of the line, until the past is read
  std::map<CaseId, Dealing> dealings;              // by root then; looked up for all members
  std::map<std::string, Message> messages;         // by id
  std::map<std::uint64_t, Written> written;        // inputs of cases that are here
  std::map<std::string, SourceWritten> of_source;  // by case, kind and source
  std::set<CaseId> touched;
  node::Arrangements arrangements;
  std::uint64_t triggers = 0, told = 0, not_told = 0;
  // Of the thread alone:
  node::VanishedWatch vanished;
  node::OverdueWatch overdue;
  std::optional<std::uint64_t> past_size;
  std::uint64_t past_from = 0;
  InputLog past;
  Time last_vanished_look{}, last_written_again{};
  std::set<std::string> refused_zones;
};

// ------------------------------------------------------------------------------------------------------- taking evidence

void DistressDesk::State::take_one(Trigger trigger, Taken& taken) {
  const Time now = clock->now();
  // Whose an aircraft is the configuration says by its address, and nobody else more surely.
  if (trigger.subject.address && trigger.kind != TriggerKind::peer && options.party_of) {
    const auto [party, of_class] = options.party_of(*trigger.subject.address);
    if (!party.empty()) trigger.party = party;
    if (of_class != AircraftClass::unknown) trigger.aircraft_class = of_class;
  }
  ++triggers;
  if (!complete) since_start.emplace_back(trigger, now);
  CaseInput input;
  input.at = std::chrono::floor<milliseconds>(now);
  input.counters = book.counters();
  const auto sound = checked(trigger);
  const std::vector<Event> events = book.take(trigger, now);
  bool news = false;
  for (const Event& event : events) {
    if (event.id && event.kind != EventKind::merge_proposed && !input.id) input.id = event.id;
    input.opened = input.opened || event.kind == EventKind::opened;
    news = news || event.kind != EventKind::evidence;
    if (event.id) {
      const CaseId root = book.root_of(*event.id);
      if (std::find(taken.cases.begin(), taken.cases.end(), root) == taken.cases.end()) taken.cases.push_back(root);
    }
  }
  if (complete && sound && input.id && book.find(*input.id) != nullptr) {
    SourceWritten& source = of_source[std::to_string(input.id->value) + ' ' + std::string(to_string(trigger.kind)) + ' ' + sound->source];
    if (news || source.count < Limits::kept_of_source / 2 || now - source.last >= Limits::written_each) {
      ++source.count;
      source.last = now;
      source.numbers.push_back(next_number);
      if (source.numbers.size() > Limits::kept_of_source) {
        // Those in the middle are what may go once the journal's own copies are pruned; what opened a case stays.
        for (auto at = source.numbers.begin() + Limits::kept_of_source / 2; at != source.numbers.end(); ++at) {
          const auto kept = written.find(*at);
          if (kept != written.end() && kept->second.input.opened) continue;
          if (kept != written.end()) written.erase(kept);
          source.numbers.erase(at);
          break;
        }
      }
      input.what = *sound;
      keep(std::move(input));
    }
  }
  if (trigger.kind != TriggerKind::peer) {
    for (const Event& event : events) {
      if (event.id) dealings[book.root_of(*event.id)].ours = true;
    }
  }
  after(events);
  taken.events.insert(taken.events.end(), events.begin(), events.end());
}

DistressDesk::Taken DistressDesk::State::take(std::vector<Trigger> given) {
  Taken taken;
  for (Trigger& trigger : given) take_one(std::move(trigger), taken);
  return taken;
}

// What every change leads to: it is shown, and recorded.
void DistressDesk::State::after(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (!event.id) continue;
    const CaseId root = book.root_of(*event.id);
    touched.insert(root);
    if (event.other) touched.insert(book.root_of(*event.other));
    using enum EventKind;
    if (event.kind == opened || event.kind == phase_proposed || event.kind == merged) record_fact(root, std::string(to_string(event.kind)));
    if (event.kind == opened) log::warn("a distress case is opened", {{"case", book.find(root)->number}});
  }
}

void DistressDesk::State::keep(CaseInput input) {
  if (!options.journal) return;
  input.number = next_number++;
  const CaseId id = input.id ? *input.id : std::get<Act>(input.what).id;
  options.journal(std::string(type_of(input)), canonical_of(to_json(input)));
  const std::uint64_t number = input.number;
  written.emplace(number, Written{id, std::move(input), clock->now()});
}

void DistressDesk::State::record_fact(CaseId root, std::string what) {
  if (!options.record || !complete) return;
  const Time now = clock->now();
  const Case c = book.view(root, now);
  CaseFact fact;
  fact.number = c.number;
  fact.what = std::move(what);
  fact.proposed = c.proposed;
  if (c.declared) fact.declared = c.declared->phase;
  fact.exercise = c.exercise;
  fact.open = c.open();
  fact.whole = to_json(summarise(c, telling(c).own, {now, {}, options.party}));
  options.record(fact);
}

// ------------------------------------------------------------------------------------------------------------------ acts

Result<void> DistressDesk::State::act(CaseId id, ActBody body, Officer by, const std::string& message, bool exact, const std::string& what_told) {
  const Time now = clock->now();
  if (!complete) return Error{ErrorCode::unreachable, "what was before the node's start is still being read; ask again in a few seconds"};
  CaseInput input;
  input.at = std::chrono::floor<milliseconds>(now);
  input.counters = book.counters();
  const Act act{std::move(by), input.at, id, std::move(body)};
  auto done = book.apply(act, now);
  if (!done) return std::move(done).error();
  input.what = act;
  input.message = message;
  input.exact = exact;
  input.material = what_told;
  const CaseId root = book.root_of(id);
  const bool machine = std::holds_alternative<Delivered>(act.body);
  if (act.by.party == options.party && is_for_others(act.body)) dealings[root].ours = true;
  keep(std::move(input));
  after(*done);
  touched.insert(root);
  if (!machine) record_fact(root, std::string(name_of(act.body)));
  forget_gone();
  return {};
}

// What the book has let go needs not be written again.
void DistressDesk::State::forget_gone() {
  const auto gone = [&](CaseId id) { return book.find(id) == nullptr; };
  std::erase_if(written, [&](const auto& entry) { return gone(entry.second.id); });
  std::erase_if(dealings, [&](const auto& entry) { return gone(entry.first); });
  std::erase_if(messages, [&](const auto& entry) { return gone(entry.second.id); });
  std::erase_if(of_source, [&](const auto& entry) { return gone(CaseId{static_cast<std::uint32_t>(parse_integer(entry.first.substr(0, entry.first.find(' '))).value_or(0))}); });
}

void DistressDesk::State::write_again() {
  const Time now = clock->now();
  if (!options.journal || now - last_written_again < minutes(10)) return;
  last_written_again = now;
  std::set<CaseId> old;
  for (const auto& [number, one] : written) {
    if (now - one.at > options.journal_keep / 2) old.insert(book.root_of(one.id));
  }
  if (old.empty()) return;
  for (auto& [number, one] : written) {
    if (!old.contains(book.root_of(one.id))) continue;
    options.journal(std::string(type_of(one.input)), canonical_of(to_json(one.input)));
    one.at = now;
  }
}

// -------------------------------------------------------------------------------------------------------------- the line

void DistressDesk::State::hear(const line::MessageState& state) {
  const auto* message = std::get_if<line::CaseMessage>(&state.message.body);
  if (message == nullptr) return;
  if (!complete) return later.push_back(state);
  if (!state.own) return hear_case(state, *message);
  const auto known = messages.find(state.id);
  if (known == messages.end()) return;
  Message& m = known->second;
  for (const line::Addressee& to : state.to) {
    if (!to.receipt_at || !m.delivered.insert(to.party).second) continue;
    // Whoever carried it for us carried the note alone.
    if (m.sent.exact && !to.carried_by.empty()) dealings[book.root_of(m.id)].unsealed.insert(to.party);
    if (const auto done = act(m.id, Delivered{{AddresseeKind::party, to.party}}, {options.party, {}, {}}); !done) log::warn("a receipt of a case is not counted", {{"why", done.error().message}});
  }
  for (; m.answers < state.answers.size(); ++m.answers) {
    const line::GivenAnswer& given = state.answers[m.answers];
    Answered answered;
    answered.to = {AddresseeKind::party, given.party};
    answered.depth = static_cast<Depth>(given.answer.depth.value_or(line::Depth::desk));
    answered.text = std::string(line::to_string(given.answer.word));
    if (given.answer.text) answered.text += ": " + given.answer.text->text.substr(0, CaseLimits::text - 64);
    const Officer by{given.party, given.by.account.empty() ? "officer" : given.by.account, given.by.desk};
    if (const auto done = act(m.id, answered, by); !done) log::warn("an answer to a case is not counted", {{"from", given.party}, {"why", done.error().message}});
  }
}

void DistressDesk::State::hear_case(const line::MessageState& state, const line::CaseMessage& message) {
  const std::string& from = state.message.from;
  // A message is told of again when it is recorded and answered.
  const auto [heard, fresh] = heard_messages.try_emplace(state.id, !state.sealed.empty());
  if (!fresh && (heard->second || state.sealed.empty())) return;
  heard->second = !state.sealed.empty();
  if (fresh) heard_in_order.push_back(state.id);
  if (heard_in_order.size() > Limits::heard_messages) {
    heard_messages.erase(heard_in_order.front());
    heard_in_order.pop_front();
  }
  auto text = state.sealed.empty() ? Result<std::string>(message.summary) : unseal(state.sealed);
  auto summary = text ? parse_case_summary(*text) : Result<CaseSummary>(text.error());
  if (!summary && !state.sealed.empty()) summary = parse_case_summary(message.summary);
  if (!summary) return log::error("a distress case of another party cannot be read; ask it by telephone", {{"from", from}, {"why", summary.error().message}});
  const Time now = clock->now();
  auto trigger = trigger_of(*summary, from, now);
  if (!trigger) return log::error("a distress case of another party cannot be read; ask it by telephone", {{"from", from}, {"why", trigger.error().message}});
  // Of the own party's aircraft the own configuration knows more than another party's word.
  if (trigger->subject.address && options.party_of) {
    const auto [party, of_class] = options.party_of(*trigger->subject.address);
    if (!party.empty()) trigger->party = party;
    if (of_class != AircraftClass::unknown && trigger->aircraft_class == AircraftClass::unknown) trigger->aircraft_class = of_class;
  }
  // It may be the case that a third party told of.
  if (trigger->our_case.empty()) {
    for (const PeerCase& peer : head_of(*summary).peers) {
      for (const CaseId id : book.board(now)) {
        const Case c = book.view(id, now);
        if (trigger->our_case.empty() && std::find(c.peers.begin(), c.peers.end(), peer) != c.peers.end()) trigger->our_case = c.number;
      }
    }
  }
  Taken taken;
  take_one(std::move(*trigger), taken);
  if (taken.cases.empty()) return;
  const CaseId root = book.root_of(taken.cases.front());
  const SummaryHead& head = head_of(*summary);
  const Officer by{from, state.message.by.account.empty() ? "node" : state.message.by.account, state.message.by.desk.empty() ? "duty" : state.message.by.desk};
  for (const SummaryCircle& circle : head.keep_clear) {
    const Case c = view(root);
    const auto same = std::find_if(c.keep_clear.begin(), c.keep_clear.end(), [&](const KeepClear& k) { return is_same_circle(circle_of(k), circle); });
    if (same == c.keep_clear.end()) {
      if (circle.by != from) continue;
      if (const auto done = act(root, ProposeKeepClear{circle.centre, circle.radius, circle.valid}, by); !done) log::warn("a keep-clear circle is not taken", {{"from", from}, {"why", done.error().message}});
      continue;
    }
    const auto contains = [&](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), from) != list.end(); };
    const bool accepted = contains(circle.accepted);
    if (!accepted && !contains(circle.declined)) continue;
    const bool known = std::any_of(same->answers.begin(), same->answers.end(), [&](const KeepClearAnswer& a) { return a.by.party == from && a.accepted == accepted; });
    if (!known) static_cast<void>(act(root, AnswerKeepClear{same->number, accepted}, by));
  }
  if (head.released) {
    const Case c = view(root);
    const Owner owner = owner_of(c);
    if (owner.protect && owner.party == from && !(c.released && c.released->by.party == from)) {
      if (const auto done = act(root, ReleaseExact{}, by); !done) log::warn("a release is not taken", {{"from", from}, {"why", done.error().message}});
    }
  }
}

// --------------------------------------------------------------------------------------------------------------- telling

std::optional<geo::Position> DistressDesk::State::place_of(const Case& c) const {
  const PlaceHeard* last = last_known(c);
  if (last == nullptr) return std::nullopt;
  return place_now(*last, clock->now()).position;
}

std::vector<RegionCentre> DistressDesk::State::centres(const Case& c, std::string* note) const {
  std::vector<RegionCentre> all;
  const auto place = place_of(c);
  const auto say = [&](const char* text) {
    if (note != nullptr) *note = text;
  };
  if (!options.regions) {
    say("no search-and-rescue regions are imported ([distress] search_regions); call the centre that is responsible");
  } else if (!place) {
    say("no place is known");
  } else {
    for (const SearchRegion* region : regions_at(*options.regions, *place)) {
      const std::string id = region->rcc.empty() ? region->name : region->rcc;
      if (std::any_of(all.begin(), all.end(), [&](const RegionCentre& other) { return other.centre.id == id; })) continue;
      all.push_back({{id.substr(0, 64), id, region->contact}, region->name});
    }
    if (all.empty()) say("no imported search-and-rescue region holds the place; call the centre that is responsible");
  }
  return all;
}

TellingRules DistressDesk::State::rules(const Case& c) const {
  TellingRules r;
  r.own_party = options.party;
  for (RegionCentre& one : centres(c, nullptr)) r.rescue_centres.push_back(std::move(one.centre));
  for (const std::string& party : options.line_parties) {
    FloorParty floor{party, "duty"};
    for (const auto& arranged : arrangements.desks) {
      if (arranged.clause.party == party && !arranged.clause.desks.empty()) floor.desk = arranged.clause.desks.front().id;
    }
    r.parties.push_back(std::move(floor));
  }
  for (const auto& arranged : arrangements.outsiders) r.outsiders.push_back({arranged.clause.id, arranged.clause.whom, arranged.clause.party, arranged.clause.desk});
  if (options.release_own) r.pre_authorised.push_back({.owner = options.party, .everybody = true, .by = "[distress] release_own"});
  for (const pact::Release& agreed : arrangements.releases) r.pre_authorised.push_back({.owner = agreed.of, .parties = agreed.to, .rescue_centres = agreed.rescue_centres, .by = agreed.by});
  return r;
}

std::vector<Channel> DistressDesk::State::channels(std::optional<geo::Position> place, Time at) const {
  std::vector<AgreedFrequency> agreed;
  for (const auto& arranged : arrangements.frequencies) {
    const pact::TermsFrequency& f = arranged.clause;
    const ChannelUse use = f.use == pact::FrequencyUse::distress ? ChannelUse::distress : f.use == pact::FrequencyUse::guard ? ChannelUse::guard : ChannelUse::working;
    agreed.push_back({f.id, use, f.khz, f.call_sign, f.parties, f.area, f.remark, arranged.in_floor, always});
  }
  // Clauses that are suspended are not among the arrangements.
  return channels_at({.agreed = agreed, .place = place, .now = at, .suspended = false});
}

// A hash of what the addressee may know, but for what only the time changes.
std::string DistressDesk::State::material(const Case& c, const TellingLine& line, Time now) const {
  CoarseSummary coarse = summarise(c, CoarseRecipient(addressee_of(line.recipient)), {now, {}, options.party});
  coarse.head.as_of = coarse.head.opened_at;
  coarse.head.your_case.clear();
  coarse.head.peers.clear();
  std::string text = to_json(coarse);
  if (const auto* recipient = std::get_if<ExactRecipient>(&line.recipient)) {
    const ExactSummary exact = summarise(c, *recipient, {now, {}, options.party});
    const Subject& s = exact.subject;
    text += "exact " + s.beacon + ' ' + s.callsign + ' ' + s.registration + ' ' + s.mmsi + (s.address ? to_string(*s.address) : std::string()) + (exact.false_alarm ? "!" : "");
    for (const EmergencyWord word : exact.emergencies) text += ' ' + std::string(to_string(word));
    // A place that moved by some three miles is a new one.
    constexpr std::int64_t step_e7 = 500'000;
    if (exact.place) text += ' ' + std::to_string(exact.place->position.lat_e7 / step_e7) + ' ' + std::to_string(exact.place->position.lon_e7 / step_e7);
  }
  return hash_of(text);
}

DistressDesk::Told DistressDesk::State::tell_case(CaseId root, const std::vector<Addressee>* only, const Officer& by, bool by_itself) {
  Told result;
  const Time now = clock->now();
  const Case c = book.view(root, now);
  const Telling plan = telling(c);
  Dealing& dealing = dealings[root];
  const auto call = channels(place_of(c), now);
  // Those who get the same bytes get them in one message.
  struct Group {
    std::vector<std::string> to;
    std::vector<std::string> desks, materials;
    bool exact = false;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;   // the coarse text, the exact one
  std::vector<Addressee> found;
  std::set<std::string, std::less<>> up;
  if (!dealing.unsealed.empty() && options.up) up = options.up();
  for (const TellingLine& line : plan.lines) {
    const Addressee& to = addressee_of(line.recipient);
    const bool listed = only != nullptr && !only->empty();
    if (listed && std::find(only->begin(), only->end(), to) == only->end()) continue;
    found.push_back(to);
    const std::string what = material(c, line, now);
    const auto before = dealing.material.find(to.id);
    const bool asked = by_itself && (dealing.asked.contains(to.id) || (dealing.unsealed.contains(to.id) && up.contains(to.id)));
    if (by_itself && to.kind != AddresseeKind::party) continue;
    if (by_itself && !asked && before != dealing.material.end() && before->second == what) continue;
    if (!by_itself && !listed && !line.due && before != dealing.material.end() && before->second == what) continue;
    if (to.kind != AddresseeKind::party) {
      result.not_sent.push_back({to, "it is reached by " + (line.desk.empty() ? std::string("telephone") : line.desk) + "; then post the act tell"});
      continue;
    }
    const SummaryQuery query{now, call, options.party};
    const std::string coarse = to_json(summarise(c, CoarseRecipient(to), query));
    std::string exact;
    if (const auto* recipient = std::get_if<ExactRecipient>(&line.recipient)) exact = to_json(summarise(c, *recipient, query));
    Group& group = groups[{coarse, exact}];
    group.to.push_back(to.id);
    group.desks.push_back(line.desk);
    group.materials.push_back(what);
    group.exact = !exact.empty();
  }
  if (only != nullptr) {
    for (const Addressee& to : *only) {
      if (std::find(found.begin(), found.end(), to) == found.end()) result.not_sent.push_back({to, "the telling plan of the case does not name it"});
    }
  }
  for (auto& [texts, group] : groups) {
    line::Draft draft;
    draft.to = group.to;
    draft.message_class = line::MessageClass::distress;
    draft.exercise = c.exercise;
    draft.by = {by.account, by.account.empty() ? std::string() : by.desk};
    line::CaseMessage body{texts.first, std::nullopt};
    if (group.exact) {
      draft.sealed = seal(texts.second);
      body.sealed = ledger::sha256(ledger::as_bytes(draft.sealed));
    }
    draft.body = std::move(body);
    auto sent = options.send ? options.send(std::move(draft)) : Result<std::string>(Error{ErrorCode::unreachable, "this node has no duty line"});
    if (!sent) {
      ++not_told;
      for (const std::string& party : group.to) result.not_sent.push_back({{AddresseeKind::party, party}, sent.error().message});
      log::error("a distress case is not told", {{"case", c.number}, {"why", sent.error().message}});
      continue;
    }
    ++told;
    messages.emplace(*sent, Message{root, {*sent, now, group.to, group.exact}, {}, 0});
    dealing.messages.push_back(*sent);
    if (dealing.messages.size() > Limits::messages) {
      messages.erase(dealing.messages.front());
      dealing.messages.erase(dealing.messages.begin());
    }
    for (std::size_t i = 0; i < group.to.size(); ++i) {
      dealing.material[group.to[i]] = group.materials[i];
      dealing.asked.erase(group.to[i]);
      dealing.unsealed.erase(group.to[i]);
      const auto done = act(root, Tell{{AddresseeKind::party, group.to[i]}, group.desks[i], group.exact}, {options.party, by.account, by.desk}, *sent, group.exact, group.materials[i]);
      if (!done) log::error("that a case was told is not noted", {{"case", c.number}, {"why", done.error().message}});
    }
    result.messages.emplace_back(*sent, group.exact);
    result.to.push_back(group.to);
  }
  return result;
}

void DistressDesk::State::tell_others(Time now) {
  if (!complete || !options.send) return;
  std::vector<CaseId> roots = book.board(now);
  for (const CaseId id : book.closed()) {
    if (dealings.contains(id) && !dealings.at(id).material.empty()) roots.push_back(id);   // that it is over
  }
  for (const CaseId root : roots) {
    Dealing& dealing = dealings[root];
    if ((!dealing.ours && dealing.asked.empty()) || now < dealing.not_before) continue;
    const Case c = book.view(root, now);
    const bool answers = !dealing.asked.empty();
    if (!answers && (!may_relay(c) || (phase_of(c) < Phase::alerfa && dealing.material.empty()))) continue;
    const Duration pause = dealing.times < Limits::often ? Duration(Limits::again_after) : Duration(Limits::again_later);
    // What an officer did goes out at once; what only the evidence changed waits.
    if (!answers && dealing.times > 0 && now - dealing.last_told < pause) continue;
    const Told sent = tell_case(root, nullptr, {options.party, {}, {}}, true);
    if (!sent.not_sent.empty()) dealing.not_before = now + Limits::try_again_after;
    if (sent.messages.empty()) continue;
    dealing.last_told = now;
    ++dealing.times;
  }
}

// ---------------------------------------------------------------------------------------------------------------- showing

void DistressDesk::State::append_brief(json::Writer& out, CaseId root) const { append_short(out, book, root, telling(book.view(root, clock->now())), options.party, clock->now()); }

void DistressDesk::State::flush() {
  for (const CaseId id : std::exchange(touched, {})) {
    if (book.find(id) == nullptr || book.root_of(id) != id) continue;
    std::string text;
    json::Writer out(text);
    out.begin_object();
    out.field("type", "case");
    out.key("case");
    append_brief(out, id);
    out.end_object();
    options.tell(std::move(text));
  }
}

// --------------------------------------------------------------------------------------------------------- zones of the watch

DistressDesk::State::ForTheWatch DistressDesk::State::for_the_watch(Time now) const {
  ForTheWatch wanted;
  for (const CaseId root : book.board(now)) {
    const Case c = book.view(root, now);
    if (c.exercise) continue;
    for (const Assignment& a : c.assignments) {
      if (a.task != assist_task || a.done_at || wanted.assisting.size() == node::most_assisting) continue;
      // One that is named by a call sign alone is marked in its case only.
      if (const auto address = parse_address(a.who)) wanted.assisting.push_back({*address, c.number});
    }
    for (const KeepClear& circle : c.keep_clear) {
      const bool accepted = std::any_of(circle.answers.begin(), circle.answers.end(), [&](const KeepClearAnswer& a) { return a.accepted && a.by.party != circle.by.party; });
      if (!accepted || now >= circle.valid.to) continue;
      Zone zone;
      zone.id = std::string(zone_prefix) + c.number + ':' + std::to_string(circle.number);
      zone.name = "Rescue " + c.number + ", proposed by " + circle.by.party;
      zone.rule = ZoneRule::keep_clear;
      zone.centre = circle.centre;
      zone.radius = circle.radius;
      zone.active = {circle.valid};
      zone.source = "distress:" + c.number;
      zone.rescue = c.number;
      wanted.zones.push_back(std::move(zone));
    }
  }
  return wanted;
}

void DistressDesk::State::tell_the_watch() {
  if (!options.watch) return;
  ForTheWatch wanted;
  {
    const std::lock_guard lock(mutex);
    if (!complete) return;
    wanted = for_the_watch(clock->now());
  }
  const auto picture = options.picture();
  if (wanted.assisting != picture->rules->assisting) {
    if (const auto done = options.watch(node::SetAssisting{std::move(wanted.assisting)}); !done) log::error("the watch does not know which aircraft assist", {{"why", done.error().message}});
  }
  std::set<std::string> there;
  for (const Zone& zone : picture->rules->zones) {
    if (zone.id.starts_with(zone_prefix)) there.insert(zone.id);
  }
  for (Zone& zone : wanted.zones) {
    if (there.erase(zone.id) > 0 || refused_zones.contains(zone.id)) continue;
    const std::string id = zone.id;
    if (const auto done = options.watch(node::AddZones{{std::move(zone)}}); !done) {
      refused_zones.insert(id);
      log::error("a keep-clear circle of a rescue is no zone of the watch", {{"zone", id}, {"why", done.error().message}});
    }
  }
  for (const std::string& id : there) static_cast<void>(options.watch(node::RemoveZone{id}));
}

// ------------------------------------------------------------------------------------------------------------------ the past

// What could be read of it, and nothing that this run writes may be taken for what it could not.
void DistressDesk::State::past_is_not_known() {
  const auto random = ledger::random_bytes<8>();
  std::uint64_t bits = 0;
  for (const std::uint8_t byte : random) bits = bits << 8 | byte;
  const Beginning begin = beginning_without_past(clock->now(), bits);
  past_is_known(std::exchange(past, {}).inputs(), &begin);
}

void DistressDesk::State::past_is_known(const std::map<std::uint64_t, CaseInput>& inputs, const Beginning* begin) {
  dealings.clear();
  touched.clear();
  CaseBook made;
  for (const auto& [number, input] : inputs) {
    if (!replay(made, input)) continue;
    const auto* act = std::get_if<Act>(&input.what);
    const CaseId id = act != nullptr ? act->id : input.id.value_or(CaseId{});
    if (made.find(id) == nullptr) continue;
    written.emplace(number, Written{id, input, input.at});
    Dealing& dealing = dealings[id];
    if (act != nullptr && act->by.party == options.party && is_for_others(act->body)) dealing.ours = true;
    const auto* trigger = std::get_if<Trigger>(&input.what);
    if (trigger != nullptr && trigger->kind != TriggerKind::peer) dealing.ours = true;
    if (act == nullptr || input.message.empty()) continue;
    const auto* tell = std::get_if<Tell>(&act->body);
    if (tell == nullptr) continue;
    dealing.material[tell->to.id] = input.material;
    dealing.last_told = std::max(dealing.last_told, input.at);
    ++dealing.times;
    const auto [message, fresh] = messages.try_emplace(input.message, Message{id, {input.message, input.at, {}, input.exact}, {}, 0});
    message->second.sent.to.push_back(tell->to.id);
    if (fresh) dealing.messages.push_back(input.message);
  }
  // A merged case's dealings are its root's.
  std::map<CaseId, Dealing> by_root;
  for (auto& [id, dealing] : dealings) {
    if (made.find(id) == nullptr) continue;
    Dealing& root = by_root[made.root_of(id)];
    root.ours = root.ours || dealing.ours;
    root.material.merge(dealing.material);
    root.last_told = std::max(root.last_told, dealing.last_told);
    root.times += dealing.times;
    root.messages.insert(root.messages.end(), dealing.messages.begin(), dealing.messages.end());
  }
  dealings = std::move(by_root);
  // Receipts and answers that the book knows are not counted again.
  for (auto& [id, message] : messages) {
    const Case c = made.view(made.root_of(message.id), clock->now());
    for (const distress::Told& one : c.told) {
      if (one.delivered_at) {
        message.delivered.insert(one.to.id);
      } else if (message.sent.exact) {
        // The line sends the note again, and what is sealed beside it is not in the record: it is told anew.
        Dealing& dealing = dealings[made.root_of(message.id)];
        dealing.material.erase(one.to.id);
        dealing.last_told = Time{};
      }
    }
  }
  if (!inputs.empty()) next_number = inputs.rbegin()->first + 1;
  if (begin != nullptr) {
    next_number = std::max(next_number, begin->number);
    made.set_counters(begin->counters);
  }
  book = std::move(made);
  complete = true;
  if (!inputs.empty()) log::info("distress cases are known again", {{"open", std::to_string(book.board(clock->now()).size())}});
  // What came since the start is of a book that has a past now.
  Taken again;
  for (auto& [trigger, at] : std::exchange(since_start, {})) take_one(std::move(trigger), again);
  for (const CaseId id : book.board(clock->now())) touched.insert(id);
  for (const line::MessageState& state : std::exchange(later, {})) hear(state);
}

void DistressDesk::State::read_past() {
  if (!options.journal || !options.journal_status) {
    const std::lock_guard lock(mutex);
    return past_is_known({});
  }
  const LedgerWriter::Status status = options.journal_status();
  if (status.state != LedgerWriter::State::on) {
    if (clock->now() - started_at < Limits::past_within) return;
    log::error("the distress cases of before the start are not known", {{"why", "the journal cannot be written now: " + status.message}});
    const std::lock_guard lock(mutex);
    return past_is_not_known();
  }
  if (!past_size) past_size = status.durable;
  const std::uint64_t readable = std::min(status.published, *past_size);
  const ledger::ReadFile files = ledger::files_in(options.journal_folder);
  if (past_from == 0) {
    if (const auto pruned = ledger::read_pruned(files)) past_from = pruned->minimum;
  }
  while (past_from < readable) {
    const auto entries = ledger::read_entries(files, status.published, past_from, std::min<std::uint64_t>(entries_at_once, readable - past_from));
    if (!entries) {
      log::warn("the distress cases of before the start cannot be read; it is tried again", {{"why", entries.error().message}});
      if (clock->now() - started_at < minutes(1)) return;
      const std::lock_guard lock(mutex);
      return past_is_not_known();
    }
    for (const std::string& entry : *entries) {
      ++past_from;
      if (!node::has_entry_type(entry, "trigger") && !node::has_entry_type(entry, "case_act")) continue;
      const auto document = json::parse(entry, {.bytes = std::size_t{1} << 18});
      auto input = document ? read_case_input(document->root()["body"]) : Result<CaseInput>(document.error());
      if (!input) log::warn("an entry of the journal is no input of the distress desk", {{"entry", std::to_string(past_from - 1)}, {"why", input.error().message}});
      else if (const std::uint64_t number = input->number; !past.add(std::move(*input))) {
        log::error("two inputs of the distress desk have one number; the first counts, and the entry says what the other was", {{"entry", std::to_string(past_from - 1)}, {"number", std::to_string(number)}});
      }
    }
    const std::lock_guard lock(mutex);
    if (stopping) return;
  }
  if (past_from < *past_size) return;
  const std::lock_guard lock(mutex);
  past_is_known(std::exchange(past, {}).inputs());
}

// ---------------------------------------------------------------------------------------------------------------- the thread

void DistressDesk::State::run() {
  name_thread("distress");
  for (;;) {
    std::deque<Inbound> came;
    {
      const std::lock_guard inner(inbox_mutex);
      came.swap(inbox);
    }
    look_at_what_is_agreed();
    const auto picture = options.picture();
    std::vector<Trigger> ended;
    if (picture && picture->now - last_vanished_look >= seconds(5)) {
      last_vanished_look = picture->now;
      const line::Gazetteer& airfields = options.airfields ? *options.airfields : line::bundled_gazetteer();
      if (options.vanished) ended = vanished.look(*picture, airfields, options.shared);
      if (options.notices) {
        for (Trigger& trigger : overdue.look(*picture, options.notices(), airfields)) ended.push_back(std::move(trigger));
      }
    }
    bool is_complete = false;
    {
      const std::lock_guard lock(mutex);
      if (stopping) break;
      for (Inbound& one : came) {
        take(std::move(one.triggers));
        if (one.line) hear(*one.line);
      }
      take(std::move(ended));
      const Time now = clock->now();
      after(book.advance(now));
      tell_others(now);
      write_again();
      flush();
      is_complete = complete;
    }
    if (!is_complete) read_past();
    tell_the_watch();
    std::unique_lock inner(inbox_mutex);
    inbox_changed.wait_for(inner, is_complete ? Duration(Limits::look_every) : Duration(milliseconds(100)), [&] { return woken || !inbox.empty(); });
    woken = false;
  }
  const std::lock_guard lock(mutex);
  finished = true;
  changed.notify_all();
}

// ---------------------------------------------------------------------------------------------------------------- the outside

DistressDesk::DistressDesk(DistressDeskOptions options, std::shared_ptr<NodeClock> clock) : state_(std::make_shared<State>(std::move(options), std::move(clock))) {
  state_->thread = std::thread([state = state_] { state->run(); });
}

DistressDesk::~DistressDesk() { stop(); }

void DistressDesk::stop() {
  if (!state_->thread.joinable()) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake();
  end_disk_thread(*state_, state_->thread);
}

void DistressDesk::hear(const std::vector<node::Event>& events, const node::Picture& picture) {
  std::vector<Trigger> found;
  for (const node::Event& event : events) {
    const auto* alert = std::get_if<Alert>(&event.what);
    if (alert == nullptr || alert->kind != AlertKind::distress) continue;
    auto trigger = node::trigger_of(*alert, picture);
    if (!trigger) continue;
    const std::lock_guard inner(state_->inbox_mutex);
    const auto [told, fresh] = state_->alerts.try_emplace(alert->key);
    const bool news = fresh || told->second.word != trigger->emergency || told->second.cancellation != trigger->cancellation;
    if (!news && event.at - told->second.at < DistressDeskLimits::same_alert_each) continue;
    told->second = {event.at, trigger->emergency, trigger->cancellation};
    if (alert->state == AlertState::ended) state_->alerts.erase(told);
    found.push_back(std::move(*trigger));
  }
  if (!found.empty()) hear(std::move(found));
}

void DistressDesk::hear(std::vector<Trigger> triggers) {
  {
    const std::lock_guard inner(state_->inbox_mutex);
    if (state_->inbox.size() >= DistressDeskLimits::inbox) {
      if (++state_->dropped == 1) log::error("evidence of distress is thrown away", {{"why", "more comes than can be taken"}});
      return;
    }
    state_->inbox.push_back({std::move(triggers), {}});
  }
  state_->inbox_changed.notify_all();
}

void DistressDesk::hear_line(const line::MessageState& state) {
  if (!std::holds_alternative<line::CaseMessage>(state.message.body)) return;
  {
    const std::lock_guard inner(state_->inbox_mutex);
    if (state_->inbox.size() >= DistressDeskLimits::inbox) {
      ++state_->dropped;
      return;
    }
    state_->inbox.push_back({{}, state});
  }
  state_->inbox_changed.notify_all();
}

DistressDesk::Taken DistressDesk::take(std::vector<Trigger> triggers) {
  state_->look_at_what_is_agreed();
  const std::lock_guard lock(state_->mutex);
  Taken taken = state_->take(std::move(triggers));
  state_->tell_others(state_->clock->now());
  state_->flush();
  return taken;
}

Result<void> DistressDesk::act(CaseId id, ActBody body, const Officer& by) {
  State& s = *state_;
  s.look_at_what_is_agreed();
  const std::lock_guard lock(s.mutex);
  std::optional<std::string> asks;
  if (const auto* circle = std::get_if<ProposeKeepClear>(&body); circle != nullptr && s.book.find(id) != nullptr) {
    // Everybody learns the circle; one that is drawn around a place that is not everybody's to know would tell it.
    const Case c = s.view(id);
    const auto offered = keep_clear_circle(c, s.telling(c), s.clock->now());
    if (offered && offered->coarse && (circle->centre != offered->centre || circle->radius < offered->radius)) {
      return Error{ErrorCode::refused, "the exact position is the owner's to release, and everybody learns the circle: draw it around the coarse area, as keep_clear_circle of the case says"};
    }
  }
  if (const auto* answer = std::get_if<AnswerKeepClear>(&body); answer != nullptr && s.book.find(id) != nullptr) {
    for (const KeepClear& circle : s.view(id).keep_clear) {
      if (circle.number == answer->number && circle.by.party != by.party) asks = circle.by.party;
    }
  }
  const bool for_others = is_for_others(body);
  auto done = s.act(id, std::move(body), by);
  if (!done) return done;
  State::Dealing& dealing = s.dealings[s.book.root_of(id)];
  if (asks) dealing.asked.insert(*asks);
  if (for_others) dealing.last_told = dealing.not_before = Time{};   // an officer's word does not wait for the pause
  s.tell_others(s.clock->now());
  s.flush();
  s.wake();
  return {};
}

Result<DistressDesk::Told> DistressDesk::tell(CaseId id, const std::vector<Addressee>& to, const Officer& by) {
  State& s = *state_;
  s.look_at_what_is_agreed();
  const std::lock_guard lock(s.mutex);
  if (!s.complete) return Error{ErrorCode::unreachable, "what was before the node's start is still being read; ask again in a few seconds"};
  if (s.book.find(id) == nullptr) return Error{ErrorCode::not_found, "there is no such case"};
  const CaseId root = s.book.root_of(id);
  s.dealings[root].ours = true;
  Told told = s.tell_case(root, &to, by, false);
  s.flush();
  return told;
}

std::optional<std::uint32_t> DistressDesk::assistance(CaseId id, std::string_view aircraft) const {
  const std::lock_guard lock(state_->mutex);
  if (state_->book.find(id) == nullptr) return std::nullopt;
  for (const Assignment& a : state_->view(id).assignments) {
    if (a.who == aircraft && a.task == assist_task && !a.done_at) return a.number;
  }
  return std::nullopt;
}

Result<CaseId> DistressDesk::find(std::string_view written) const {
  const std::lock_guard lock(state_->mutex);
  const auto number = parse_integer(written);
  if (number && *number > 0 && *number <= 0xFFFFFFFF) {
    const CaseId id{static_cast<std::uint32_t>(*number)};
    if (state_->book.find(id) != nullptr) return id;
  } else {
    std::string text(written);
    if (const auto last = text.rfind('-'); last != std::string::npos && text.find('/') == std::string::npos) text[last] = '/';
    if (const Case* c = state_->book.find(text)) return c->id;
  }
  return Error{ErrorCode::not_found, "there is no case " + quoted(written) + " here; GET /api/v1/distress?all=true lists them"};
}

std::string DistressDesk::board(bool all) const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const Time now = s.clock->now();
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("now", to_rfc3339(now));
  out.field("complete", s.complete);
  out.key("cases");
  out.begin_array();
  for (const CaseId id : s.book.board(now)) s.append_brief(out, id);
  if (all) {
    for (const CaseId id : s.book.closed()) s.append_brief(out, id);
  }
  out.end_array();
  out.key("merge_proposals");
  out.begin_array();
  for (const MergeProposal& proposal : s.book.merge_proposals()) append(out, proposal);
  out.end_array();
  const auto list = [&](std::string_view name, const HeardList& heard) {
    out.key(name);
    out.begin_array();
    for (auto at = heard.newest.rbegin(); at != heard.newest.rend(); ++at) append(out, *at);
    out.end_array();
    out.field(std::string(name) + "_ever", heard.count);
  };
  list("heard", s.book.heard());
  list("no_room", s.book.beyond());
  out.end_object();
  return text;
}

std::string DistressDesk::brief(CaseId id) const {
  const std::lock_guard lock(state_->mutex);
  std::string text;
  json::Writer out(text);
  state_->append_brief(out, state_->book.root_of(id));
  return text;
}

std::string DistressDesk::whole(CaseId id) const {
  const State& s = *state_;
  const auto picture = s.options.picture();
  const std::lock_guard lock(s.mutex);
  const Time now = s.clock->now();
  const CaseId root = s.book.root_of(id);
  const Case c = s.book.view(root, now);
  const Telling plan = s.telling(c);
  CaseAround around{{}, {}, {}, {}, {}, {}, plan};
  const auto place = s.place_of(c);
  around.channels = s.channels(place, now);
  around.centres = s.centres(c, &around.centres_note);
  if (const auto dealing = s.dealings.find(root); dealing != s.dealings.end()) {
    for (const std::string& message : dealing->second.messages) {
      if (const auto known = s.messages.find(message); known != s.messages.end()) around.messages.push_back(known->second.sent);
    }
  }
  if (place && picture) {
    std::set<TrackId> in_distress;
    for (const Alert& alert : picture->alerts) {
      if (alert.kind == AlertKind::distress && !alert.subjects.empty()) in_distress.insert(alert.subjects.front().track);
    }
    std::vector<Helper> helpers;
    for (const node::PictureTrack& shown : *picture->tracks) {
      const Track& t = shown.track;
      if (!shown.position || (t.life != Life::live && t.life != Life::coasting)) continue;
      if (std::find(c.subject.addresses.begin(), c.subject.addresses.end(), t.address) != c.subject.addresses.end()) continue;
      Helper h;
      h.name = to_string(t.key());
      if (t.callsign) h.callsign = std::string(t.callsign->value.view());
      if (t.party != unknown_party) h.party = picture->rules->parties[t.party.value].id;
      h.aircraft_class = t.aircraft_class;
      h.position = *shown.position;
      h.position_age = picture->now - t.position->measured_at;
      if (t.velocity) h.velocity = t.velocity->value;
      h.on_ground = t.on_ground && t.on_ground->value;
      h.in_distress = in_distress.contains(t.id);
      helpers.push_back(std::move(h));
    }
    around.helpers = soonest_helpers(helpers, *place);
  }
  if (place) {
    std::vector<Airfield> fields;
    const line::Gazetteer& gazetteer = s.options.airfields ? *s.options.airfields : line::bundled_gazetteer();
    for (const line::NearPlace& near : gazetteer.nearest(*place, {.within = line::GazetteerLimits::farthest, .count = HelpLimits::airfields, .airfields_only = true, .least_runway = {}})) {
      fields.push_back({near.place->code, near.place->name, near.place->position, near.place->airfield ? near.place->airfield->longest_runway.value_or(Length{}) : Length{}});
    }
    around.airfields = nearest_airfields(fields, *place);
  }
  std::string text;
  json::Writer out(text);
  append_whole(out, s.book, root, around, s.options.party, now);
  return text;
}

std::string DistressDesk::taken_json(const Taken& taken, std::size_t count, const std::vector<std::pair<std::uint64_t, std::string>>& errors) const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("taken", count);
  out.key("events");
  out.begin_array();
  for (const Event& event : taken.events) append(out, event, s.book);
  out.end_array();
  out.key("cases");
  out.begin_array();
  std::set<CaseId> listed;
  for (const CaseId id : taken.cases) {
    if (s.book.find(id) != nullptr && listed.insert(s.book.root_of(id)).second) s.append_brief(out, s.book.root_of(id));
  }
  out.end_array();
  out.key("errors");
  out.begin_array();
  for (const auto& [line, message] : errors) {
    out.begin_object();
    out.field("line", line);
    out.field("message", message);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return text;
}

std::string DistressDesk::report(CaseId id, bool exact) const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const Case c = s.view(id);
  const auto call = s.channels(s.place_of(c), s.clock->now());
  const ReportQuery query{s.clock->now(), s.options.party, call};
  return exact ? situation_report(c, s.telling(c).own, query) : situation_report(c, CoarseRecipient({AddresseeKind::outsider, "whoever reads this"}), query);
}

std::string DistressDesk::geojson(CaseId id, bool exact) const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const Case c = s.view(id);
  const ReportQuery query{s.clock->now(), s.options.party, {}};
  return exact ? case_geojson(c, s.telling(c).own, query) : case_geojson(c, CoarseRecipient({AddresseeKind::outsider, "whoever reads this"}), query);
}

std::string DistressDesk::frequencies(std::optional<geo::Position> place, std::optional<Time> given) const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const Time at = given.value_or(s.clock->now());
  const auto all = s.channels(place, at);
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(at));
  out.key("channels");
  out.begin_array();
  for (const Channel& channel : all) append(out, channel);
  out.end_array();
  out.key("radio");
  out.begin_array();
  for (const RadioInstruction& call : radio_fallback(all, true, at)) append(out, call);
  out.end_array();
  out.end_object();
  return text;
}

DistressDesk::Status DistressDesk::status() const {
  const State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const std::lock_guard inner(state_->inbox_mutex);
  return {s.book.board(s.clock->now()).size(), s.triggers, s.book.beyond().count, s.book.refused(), s.dropped, s.told, s.not_told, s.complete};
}

Time DistressDesk::now() const { return state_->clock->now(); }
const std::string& DistressDesk::party() const { return state_->options.party; }

}  // namespace skypact::server
