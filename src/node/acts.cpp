#include "node/acts.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/text.h"
#include "node/entry_type.h"
#include "pact/pact_view.h"
#include "pact/record_entries.h"
#include "pact/sharing_rules.h"
#include "pact/statement.h"
#include "pact/terms_rules.h"

namespace skypact::node {
namespace {

// The parties of one version, by their ids, among those of all.
class Renumbering {
 public:
  Renumbering(const Parties& of, Parties& among) {
    for (const Party& party : of) {
      const auto same = std::find_if(among.begin(), among.end(), [&](const Party& p) { return p.id == party.id; });
      to_.push_back(PartyId{static_cast<std::uint16_t>(same - among.begin())});
      if (same == among.end()) among.push_back(party);
    }
  }
  void apply(PartyId& party) const { party = to_.at(party.value); }
  void apply(std::vector<PartyId>& parties) const {
    for (PartyId& party : parties) apply(party);
  }
  void apply(SideSelector& side) const {
    if (side.party) apply(*side.party);
    apply(side.none_of);
  }
  void apply(AgreedVersion& version) const {
    for (MinimaClause& clause : version.minima.clauses) apply(clause.one), apply(clause.other);
    for (Zone& zone : version.zones) apply(zone.exempt);
    for (AgreedAircraft& aircraft : version.aircraft) apply(aircraft.party);
    for (AgreedAnswers::Side& side : version.answers.sides) apply(side.party), apply(side.answered_by);
  }

 private:
  std::vector<PartyId> to_;
};

// How long before an instant the watch is told what may hold from then on: the acts are looked at once a second.
constexpr Duration ahead = seconds(5);
constexpr Duration weeks_ahead = std::chrono::days(15);

// How long an ended version is still told, for what was lost in its time.
constexpr Duration told_after = minutes(10);

bool is_of_clearance(std::string_view entry) {
  return std::any_of(plan::clearance_entry_types.begin(), plan::clearance_entry_types.end(), [&](std::string_view type) { return has_entry_type(entry, type); });
}

}  // namespace

bool is_act(std::string_view entry) {
  return std::any_of(act_types.begin(), act_types.end(), [&](std::string_view type) { return has_entry_type(entry, type); });
}

// At the beginning of a canonical entry.
std::optional<Time> time_of(std::string_view entry) {
  constexpr std::string_view begin = "{\"at\":\"";
  if (!entry.starts_with(begin)) return std::nullopt;
  const std::string_view rest = entry.substr(begin.size());
  const auto at = parse_rfc3339(rest.substr(0, rest.find('"')));
  return at ? std::optional(*at) : std::nullopt;
}

Acts::Acts(ActsSetup setup) : setup_(std::move(setup)), clearances_(setup_.party) {
  SKYPACT_CHECK(std::any_of(setup_.members.begin(), setup_.members.end(),
                            [&](const pact::Member& m) { return m.party == setup_.party && m.origin == setup_.origin; }));
}

const pact::Member* Acts::member_of(std::string_view origin) const {
  const auto at = std::find_if(setup_.members.begin(), setup_.members.end(), [&](const pact::Member& m) { return m.origin == origin; });
  return at == setup_.members.end() ? nullptr : &*at;
}

// A pact of which nothing was stated yet, with the texts of terms that were recorded already.
pact::PactState Acts::fresh(const std::string& pact) const {
  pact::PactState state({.pact = pact, .own_party = setup_.party, .members = setup_.members, .read_terms = setup_.read_terms});
  for (const Part& part : parts_) state.apply({part.origin, part.index, part.at, part.part});
  return state;
}

const pact::PactState* Acts::state_for(const std::string& pact, std::optional<pact::PactState>& made) const {
  if (const auto at = pacts_.find(pact); at != pacts_.end()) return &at->second;
  if (pacts_.size() >= ActsLimits::pacts) return nullptr;
  return &made.emplace(fresh(pact));
}

void Acts::apply_part(Part part) {
  std::size_t& bytes = part_bytes_[part.origin];
  if (bytes + part.part.text.size() > ActsLimits::terms_bytes_per_record) return;
  bytes += part.part.text.size();
  for (auto& [pact, state] : pacts_) state.apply({part.origin, part.index, part.at, part.part});
  parts_.push_back(std::move(part));
}

void Acts::apply_note(const pact::PactEvent& event, std::string_view note) {
  const auto said = pact::parse_statement_note(note);
  if (!said) return;
  const std::string& pact = said->statement.pact;
  auto at = pacts_.find(pact);
  if (at == pacts_.end()) {
    if (pacts_.size() >= ActsLimits::pacts) return;
    pact::PactState state = fresh(pact);
    if (!state.check(event)) return;
    at = pacts_.emplace(pact, std::move(state)).first;
  }
  at->second.apply(event);
}

void Acts::apply(std::uint64_t index, std::string_view entry) {
  if (index < next_) return;
  next_ = index + 1;
  if (const auto at = time_of(entry)) latest_ = std::max(latest_, *at);
  if (!is_act(entry)) return;
  ++revision_.applied;
  if (is_of_clearance(entry)) return apply_clearance(entry);
  auto read = pact::parse_record_entry(entry);
  if (!read || read->origin != setup_.origin) return;
  pact::PactEvent event{setup_.origin, index, read->at, {}};
  if (auto* received = std::get_if<pact::ReceivedEntry>(&read->what)) {
    hear(received->origin, received->index + 1, received->at);
    event.origin = received->origin;
    event.index = received->index;
    event.at = received->at;
    if (auto* part = std::get_if<pact::TermsPart>(&received->what)) return apply_part({event.origin, event.index, event.at, std::move(*part)});
    event.what = std::get<pact::StatementEntry>(received->what).note;
  } else if (auto* part = std::get_if<pact::TermsPart>(&read->what)) {
    return apply_part({event.origin, event.index, event.at, std::move(*part)});
  } else if (const auto* statement = std::get_if<pact::StatementEntry>(&read->what)) {
    event.what = statement->note;
  } else {
    return;
  }
  apply_note(event, std::get<std::string>(event.what));
}

// What was taken over was checked then, by the same book; what is passed over here never counted.
void Acts::apply_clearance(std::string_view entry) {
  const auto read = plan::parse_clearance_entry(entry);
  if (!read || read->origin != setup_.origin) return;
  if (!read->received) {
    (void)clearances_.apply(setup_.party, read->act, read->at);
    return;
  }
  const pact::Member* const from = member_of(read->received->origin);
  hear(read->received->origin, read->received->index + 1, read->received->at);
  if (from != nullptr) (void)clearances_.apply(from->party, read->act, read->received->at);
}

Time Acts::time_of_act(Time now) const { return std::chrono::floor<milliseconds>(std::max(now, latest_)); }

Result<void> Acts::reaches_whom_it_asks(const plan::ClearanceAct& act) const {
  const auto* const request = std::get_if<plan::ClearanceRequest>(&act.said);
  if (request == nullptr) return {};
  for (std::size_t i = 0; i < request->route.size(); ++i) {
    const std::string& party = request->route[i].party;
    if (std::any_of(setup_.members.begin(), setup_.members.end(), [&](const pact::Member& m) { return m.party == party && m.party != setup_.party; })) continue;
    return bad_input("request: route[" + std::to_string(i) + "].party: " + party + " is no party whose record's root key this node knows; ask it by other means");
  }
  return {};
}

std::string Acts::entry_of(const plan::ClearanceAct& act, Time now) const { return plan::to_entry({setup_.origin, setup_.party, time_of_act(now), act, {}}); }

void Acts::pass(std::uint64_t size, Time latest) {
  next_ = std::max(next_, size);
  latest_ = std::max(latest_, latest);
}

Result<Acts::Decision> Acts::decide(std::string_view note, std::string_view terms_text, Time now) const {
  const auto said = pact::parse_statement_note(note);
  if (!said) return said.error();
  std::optional<pact::PactState> made;
  const pact::PactState* state = state_for(said->statement.pact, made);
  if (state == nullptr) {
    return Error{ErrorCode::over_limit, "this node has " + std::to_string(ActsLimits::pacts) + " pacts already; more are not taken"};
  }
  if (made && !std::holds_alternative<pact::Proposal>(said->statement.body)) {
    std::string known;
    for (const auto& [pact, other] : pacts_) known += (known.empty() ? "" : ", ") + pact;
    return Error{ErrorCode::not_found, "there is no pact " + quoted(said->statement.pact) + (known.empty() ? "; a pact begins with a proposal" : "; there is " + known)};
  }
  now = std::max(now, latest_);   // a record's time does not go back
  auto ready = pact::decide(*state, note, terms_text, now);
  if (!ready) return std::move(ready).error();
  Decision decision{ready->id, said->statement.pact, {}, ready->complete, ready->waits};
  const auto entry = [&](auto what) {
    decision.entries.push_back(pact::to_entry({setup_.origin, setup_.party, now, std::move(what)}));
  };
  for (pact::TermsPart& part : ready->terms) entry(std::move(part));
  entry(pact::StatementEntry{std::move(ready->note)});
  return decision;
}

Acts::Received Acts::receive(std::string_view origin, std::uint64_t first, std::span<const std::string> entries, Time now) const {
  Received received;
  const pact::Member* member = member_of(origin);
  if (member == nullptr || member->party == setup_.party) {
    received.passed_over.push_back(std::string(origin) + " is the record of no other party of ours");
    return received;
  }
  const std::uint64_t from = position(origin);
  std::size_t bytes = 0;
  if (const auto at = part_bytes_.find(origin); at != part_bytes_.end()) bytes = at->second;
  // A party's acts are judged by the greatest time that its record had come to, whatever its clock did meanwhile.
  Time latest = Time::min();
  if (const auto at = heard_.find(member->party); at != heard_.end()) latest = at->second;
  std::optional<plan::ClearanceBook> book;   // as it will be after the entries before
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t index = first + i;
    if (index < from) continue;
    if (const auto at = time_of(entries[i])) latest = std::max(latest, *at);
    if (!is_act(entries[i])) continue;
    const auto pass_over = [&](std::string_view why) {
      received.passed_over.push_back("entry " + std::to_string(index) + " of " + std::string(origin) + ": " + std::string(why));
    };
    if (is_of_clearance(entries[i])) {
      if (has_entry_type(entries[i], plan::clearance_entry_types[1])) continue;   // what that party received itself
      if (!book) book = clearances_;
      auto taken = receive_clearance(*book, *member, index, latest, entries[i], now);
      if (taken) received.entries.push_back(std::move(*taken));
      else pass_over(taken.error().message);
      continue;
    }
    auto read = pact::parse_record_entry(entries[i]);
    if (!read) {
      pass_over(read.error().message);
      continue;
    }
    if (read->origin != origin || read->party != member->party) {
      pass_over("it names the record " + read->origin + " of " + read->party);
      continue;
    }
    pact::ReceivedEntry taken{std::string(origin), index, latest, {}};
    if (auto* part = std::get_if<pact::TermsPart>(&read->what)) {
      bytes += part->text.size();
      if (bytes > ActsLimits::terms_bytes_per_record) {
        pass_over("too many texts of terms");
        continue;
      }
      taken.what = std::move(*part);
    } else if (auto* statement = std::get_if<pact::StatementEntry>(&read->what)) {
      const auto said = pact::parse_statement_note(statement->note);
      if (!said) {
        pass_over(said.error().message);
        continue;
      }
      std::optional<pact::PactState> made;
      const pact::PactState* state = state_for(said->statement.pact, made);
      if (state == nullptr) {
        pass_over("one pact more than this node takes");
        continue;
      }
      if (const auto fits = state->check({taken.origin, index, latest, statement->note}); !fits) {
        pass_over(fits.error().message);
        continue;
      }
      taken.what = std::move(*statement);
    } else {
      continue;   // what that party received itself
    }
    received.entries.push_back(pact::to_entry({setup_.origin, setup_.party, std::max(now, latest_), std::move(taken)}));
  }
  return received;
}

Result<std::string> Acts::receive_clearance(plan::ClearanceBook& book, const pact::Member& from, std::uint64_t index, Time at, std::string_view entry, Time now) const {
  auto read = plan::parse_clearance_entry(entry);
  if (!read) return std::move(read).error();
  if (read->origin != from.origin || read->party != from.party) return bad_input("it names the record " + read->origin + " of " + read->party);
  at = std::chrono::floor<milliseconds>(at);
  if (auto applied = book.apply(from.party, read->act, at); !applied) return std::move(applied).error();
  return plan::to_entry({setup_.origin, setup_.party, time_of_act(now), std::move(read->act), plan::ClearanceEntry::Source{from.origin, index, at}});
}

std::uint64_t Acts::position(std::string_view origin) const {
  if (member_of(origin) == nullptr) return std::numeric_limits<std::uint64_t>::max();
  const auto at = positions_.find(origin);
  return at == positions_.end() ? 0 : at->second;
}

void Acts::hear(std::string_view origin, std::uint64_t position, Time at) {
  const pact::Member* member = member_of(origin);
  if (member == nullptr) return;
  std::uint64_t& known_position = positions_[std::string(origin)];
  known_position = std::max(known_position, position);
  const auto [known, first] = heard_.try_emplace(member->party, at);
  if (!first && known->second >= at) return;
  known->second = at;
  ++revision_.heard;
}

void Acts::heard(std::string_view origin, std::uint64_t first, std::span<const std::string> entries) {
  if (first > position(origin)) return;   // a gap
  Time latest = Time::min();
  for (const std::string& entry : entries) {
    if (const auto at = time_of(entry)) latest = std::max(latest, *at);
  }
  hear(origin, first + entries.size(), latest);
}

void Acts::heard(const HeardTo& to) { hear(to.origin, to.position, to.at); }

std::vector<Acts::HeardTo> Acts::heard_to() const {
  std::vector<HeardTo> all;
  for (const auto& [origin, position] : positions_) all.push_back({origin, position, heard_.find(member_of(origin)->party)->second});
  return all;
}

std::string Acts::outcome(const std::string& pact, std::string_view statement, Time now) const {
  const auto at = pacts_.find(pact);
  if (at == pacts_.end()) return "done";
  const pact::Said* said = at->second.said(statement);
  if (said == nullptr) return "done";
  std::string_view terms = pact::terms_of(said->statement.body);
  if (const auto* resumption = std::get_if<pact::Resumption>(&said->statement.body)) {
    if (const pact::Said* suspension = at->second.said(resumption->suspension)) terms = pact::terms_of(suspension->statement.body);
  }
  const pact::Version* version = at->second.find(terms);
  return version == nullptr ? "done" : std::string(pact::to_string(at->second.stage(*version, now)));
}

const std::string* Acts::terms_text(std::string_view terms) const {
  for (const auto& [pact, state] : pacts_) {
    if (const pact::TermsText* text = state.terms_text(terms); text && text->facts) return &text->text;
  }
  return nullptr;
}

const pact::Terms* Acts::terms(const pact::PactState& state, const std::string& hash) const {
  auto at = terms_.find(hash);
  if (at == terms_.end()) {
    const pact::TermsText* text = state.terms_text(hash);
    if (text == nullptr) return nullptr;
    auto read = pact::read_terms_json(text->text, hash);
    at = terms_.emplace(hash, read ? std::optional(std::move(*read)) : std::nullopt).first;
  }
  return at->second ? &*at->second : nullptr;
}

void Acts::add_agreed(Agreed& agreed, const pact::PactState& state, Time now) const {
  const auto add = [&](const pact::Version& version, const Interval<Time>& holds) {
    const pact::Terms* read = terms(state, version.terms);
    if (read == nullptr) return;
    // Weekly hours become spans for the next weeks only, the same ones all day.
    const Time today = std::chrono::floor<std::chrono::days>(now);
    AgreedVersion made = pact::agreed_version(*read, {std::max(holds.from, today - std::chrono::days(1)), std::min(holds.to, today + weeks_ahead)});
    made.minima.valid = holds;   // past their validity too, while nothing else was agreed
    const std::vector<std::string> suspended = state.suspended(version, now);
    for (Zone& zone : made.zones) {
      if (std::find(suspended.begin(), suspended.end(), zone.id) != suspended.end()) zone.exempt.clear();
    }
    Renumbering(pact::parties_of(*read), agreed.parties).apply(made);
    agreed.versions.push_back(std::move(made));
  };
  std::vector<const pact::Version*> certain;
  for (const pact::Version& version : state.versions()) {
    if (version.in_force) certain.push_back(&version);
  }
  std::sort(certain.begin(), certain.end(), [](const auto* a, const auto* b) { return a->in_force->from < b->in_force->from; });
  for (std::size_t i = 0; i < certain.size(); ++i) {
    const Interval<Time> holds{certain[i]->in_force->from, i + 1 < certain.size() ? certain[i + 1]->in_force->from : Time::max()};
    if (holds.to > now - told_after) add(*certain[i], holds);
  }
  for (const std::string& hash : doubtful(state, now)) {
    const pact::Version* version = state.find(hash);
    if (version != nullptr && !version->in_force) add(*version, {version->facts.valid.from, Time::max()});
  }
}

// Terms of which it cannot be known yet whether they are in force, now or when the acts are looked at again.
std::set<std::string> Acts::doubtful(const pact::PactState& state, Time now) const {
  std::set<std::string> hashes;
  for (const Time at : {now, now + ahead}) {
    const pact::Unsettled unsettled = state.unsettled(heard_, at);
    if (!unsettled.certain()) hashes.insert(unsettled.alternatives.begin(), unsettled.alternatives.end());
  }
  return hashes;
}

std::vector<PartyKeys> Acts::keys(Time now, Duration clock_offset) const {
  std::map<std::string, PartyKeys> all;
  for (const auto& [name, state] : pacts_) {
    // What holds last is the version in force, or the last that was, until another follows.
    std::set<std::string> hold = doubtful(state, now);
    for (const Time at : {now - clock_offset, now + clock_offset}) {
      if (const pact::Version* last = state.last_agreed(at)) hold.insert(last->terms);
    }
    for (const std::string& hash : hold) {
      const pact::Version* version = state.find(hash);
      if (version == nullptr) continue;
      for (const pact::PartyInTerms& party : version->facts.parties) {
        if (party.party == setup_.party) continue;
        PartyKeys& keys = all[party.party];
        for (const pact::KeyInUse& key : state.keys().at(party.party, party.keys, pact::KeyRole::tls, now)) {
          if (const auto pin = ledger::hash_from_base64(key.key)) keys.pins.push_back(*pin);
        }
        for (const pact::KeyInUse& key : state.keys().at(party.party, party.keys, pact::KeyRole::cosigner, now)) {
          if (const auto parsed = ledger::parse_verifier_key(key.key)) keys.cosigners.push_back(*parsed);
        }
      }
    }
    for (const pact::Member& member : setup_.members) {
      if (member.party == setup_.party) continue;
      for (const std::string& key : state.keys().ended(member.party, now)) {
        if (const auto pin = ledger::hash_from_base64(key)) all[member.party].ended_pins.push_back(*pin);
        if (const auto parsed = ledger::parse_verifier_key(key)) all[member.party].ended_cosigners.push_back(*parsed);
      }
    }
  }
  std::vector<PartyKeys> keys;
  for (auto& [party, of] : all) {
    of.party = party;
    keys.push_back(std::move(of));
  }
  return keys;
}

pact::TermsByHash Acts::by_hash(const pact::PactState& state) const {
  return [this, &state](const std::string& hash) { return terms(state, hash); };
}

void Acts::add_sharing(Agreed& agreed, const pact::PactState& state, Time now) const {
  const auto add = [&](PartyId from, PartyId to) {
    const auto id = [&](PartyId party) -> const std::string& { return agreed.parties[party.value].id; };
    for (AgreedSharing& piece : pact::sharing_in_time(state, by_hash(state), heard_, id(from), id(to), now)) {
      piece.from = from;
      piece.to = to;
      agreed.sharing.push_back(std::move(piece));
    }
  };
  const auto own = std::find_if(agreed.parties.begin(), agreed.parties.end(), [&](const Party& p) { return p.id == setup_.party; });
  if (own == agreed.parties.end()) return;
  const PartyId us{static_cast<std::uint16_t>(own - agreed.parties.begin())};
  for (std::size_t i = 1; i < agreed.parties.size(); ++i) {
    const PartyId other{static_cast<std::uint16_t>(i)};
    if (other == us) continue;
    add(us, other);
    add(other, us);
  }
}

Agreed Acts::agreed(Time now) const {
  Agreed agreed;
  for (const auto& [pact, state] : pacts_) add_agreed(agreed, state, now);
  for (const auto& [pact, state] : pacts_) add_sharing(agreed, state, now);
  return agreed;
}

Arrangements Acts::arrangements(Time now) const {
  Arrangements all;
  for (const auto& [pact, state] : pacts_) {
    std::vector<const pact::Version*> hold;
    if (const pact::Version* last = state.last_agreed(now)) hold.push_back(last);
    const pact::Unsettled unsettled = state.unsettled(heard_, now);
    if (!unsettled.certain()) {
      for (const std::string& hash : unsettled.alternatives) {
        const pact::Version* version = state.find(hash);
        if (version != nullptr && std::find(hold.begin(), hold.end(), version) == hold.end()) hold.push_back(version);
      }
    }
    for (const pact::Version* version : hold) {
      if (const pact::Terms* read = terms(state, version->terms)) add(all, *read, state.suspended(*version, now));
    }
    for (pact::Release& release : pact::releases_of(state, by_hash(state), heard_, now)) all.releases.push_back(std::move(release));
  }
  return all;
}

// The instants that add_agreed and add_sharing look at.
Acts::Stays Acts::agreed_stays(Time now) const {
  Stays stays{std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1)};
  for (const auto& [pact, state] : pacts_) {
    for (const Duration look : {Duration{}, ahead}) {
      stays.certain &= state.unsettled(heard_, now + look).certain();
      if (const Time next = state.next_change(heard_, now + look); next != Time::max()) stays.until = std::min(stays.until, next - look);
    }
    if (const Time next = state.next_change(heard_, now - told_after); next < Time::max() - told_after) stays.until = std::min(stays.until, next + told_after);
  }
  return stays;
}

std::optional<ledger::Note> Acts::note(std::string_view statement) const {
  for (const auto& [pact, state] : pacts_) {
    const pact::Said* said = state.said(statement);
    if (said == nullptr) continue;
    ledger::Note note{said->text, {}};
    for (const pact::SignatureLine& line : said->lines) note.signatures.push_back(line.signature);
    return note;
  }
  return std::nullopt;
}

Result<std::string> Acts::view_json(std::string_view pact, std::span<const pact::SeenHead> seen, Time now) const {
  const std::string wanted(!pact.empty() ? pact : pacts_.empty() ? std::string_view() : std::string_view(pacts_.begin()->first));
  if (!wanted.empty() && !pact::is_word_id(wanted)) return Error{ErrorCode::bad_input, quoted(wanted) + " is no name of a pact"};
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("pacts");
  out.begin_array();
  for (const auto& [name, state] : pacts_) out.value(name);
  out.end_array();
  out.end_object();
  text.back() = ',';
  std::optional<pact::PactState> made;
  const auto at = pacts_.find(wanted);
  const pact::PactState& state = at != pacts_.end() ? at->second : made.emplace(fresh(wanted));
  text += std::string_view(pact::to_json(state, seen, heard_, now)).substr(1);
  return text;
}

}  // namespace skypact::node
