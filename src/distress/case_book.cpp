#include "distress/case_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "distress/intake.h"
#include "distress/visible_text.h"

namespace skypact::distress {
namespace {

std::pair<CaseId, CaseId> pair_of(CaseId a, CaseId b) { return {std::min(a, b), std::max(a, b)}; }

std::string name_of(const Trigger& t) {
  const Subject& s = t.subject;
  std::string name = s.address ? to_string(*s.address) : std::string();
  for (const std::string* part : {&s.callsign, &s.registration, &s.beacon, &s.mmsi}) {
    if (!part->empty()) name += (name.empty() ? "" : " ") + *part;
  }
  return name.empty() ? "subject not known" : name;
}

std::string said(const Trigger& t) {
  const std::string what = t.cancellation ? "cancelled" : describe(t.emergency);
  return fmt::format("{}: {} ({}, {})", name_of(t), what, to_string(t.kind), t.source);
}

bool untouched(const Case& c) { return c.log.empty() && !c.declared && !c.lead; }

std::string key_of_case(const Case& c) { return fmt::format("{}case {}", c.exercise ? "exercise " : "", c.number); }

}  // namespace

std::string_view to_string(EventKind kind) {
  constexpr std::array<std::string_view, 13> names{"opened",         "evidence", "cancellation",        "phase_proposed", "may_relay", "contradiction", "merged",
                                                   "merge_proposed", "heard",    "heard_after_closing", "beyond_limit",   "refused",   "act"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_for_peers(const ActBody& body) {
  return std::holds_alternative<ReleaseExact>(body) || std::holds_alternative<Answered>(body) || std::holds_alternative<AnswerKeepClear>(body) || std::holds_alternative<ProposeKeepClear>(body) ||
         std::holds_alternative<Delivered>(body);
}

CaseBook::CaseBook(CaseBookLimits limits) : limits_(limits) {}

bool operator==(const CaseBook& a, const CaseBook& b) {
  const auto state = [](const CaseBook& x) {
    return std::tie(x.cases_, x.keys_, x.announced_, x.apart_, x.proposals_, x.heard_, x.beyond_, x.refused_, x.proposals_beyond_, x.closed_forgotten_, x.next_id_,
                    x.next_item_, x.year_, x.number_in_year_);
  };
  return state(a) == state(b);
}

const Case* CaseBook::find(CaseId id) const {
  const auto found = cases_.find(id);
  return found == cases_.end() ? nullptr : &found->second;
}

const Case* CaseBook::find(std::string_view number) const {
  for (const auto& [id, c] : cases_) {
    if (c.number == number) return &c;
  }
  return nullptr;
}

CaseId CaseBook::root_of(CaseId id) const {
  for (const Case* c = &cases_.at(id); c->merged; c = &cases_.at(id)) id = c->merged->into;
  return id;
}

std::vector<CaseId> CaseBook::members_of(CaseId root) const {
  std::vector<CaseId> members;
  for (const auto& [id, c] : cases_) {
    if (root_of(id) == root) members.push_back(id);
  }
  return members;
}

Case CaseBook::view(CaseId id, Time now) const {
  const CaseId root = root_of(id);
  Case whole = cases_.at(root);
  for (const CaseId member : members_of(root)) {
    if (member != root) join(whole, cases_.at(member));
  }
  whole.proposed = propose(whole, now).phase;
  return whole;
}

std::vector<CaseId> CaseBook::board(Time now) const {
  struct Row {
    bool exercise;
    Phase phase;
    CaseId id;
  };
  std::vector<Row> rows;
  for (const auto& [id, c] : cases_) {
    if (c.merged || !c.open()) continue;
    const Case whole = view(id, now);
    rows.push_back({c.exercise, phase_of(whole), id});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if (a.exercise != b.exercise) return !a.exercise;
    if (a.phase != b.phase) return a.phase > b.phase;
    return a.id < b.id;
  });
  std::vector<CaseId> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

std::vector<CaseId> CaseBook::closed() const {
  std::vector<CaseId> ids;
  for (const auto& [id, c] : cases_) {
    if (!c.merged && !c.open()) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end(), [&](CaseId a, CaseId b) {
    const Time one = cases_.at(a).closed->at, other = cases_.at(b).closed->at;
    return one != other ? one > other : a > b;
  });
  return ids;
}

bool CaseBook::kept_apart(CaseId one, CaseId other) const {
  if (apart_.empty()) return false;
  const std::vector<CaseId> these = members_of(root_of(one)), those = members_of(root_of(other));
  return std::any_of(these.begin(), these.end(), [&](CaseId a) {
    return std::any_of(those.begin(), those.end(), [&](CaseId b) { return apart_.contains(pair_of(a, b)); });
  });
}

// ---- Triggers -------------------------------------------------------------------------------------------------

void CaseBook::keep(HeardList& list, Trigger trigger, std::string why) const {
  ++list.count;
  if (list.newest.size() >= limits_.heard) list.newest.pop_front();
  list.newest.push_back({std::move(trigger), std::move(why)});
}

std::string CaseBook::number_for(Time now) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  // A clock that is put back over new year must not give a number twice.
  if (const int year = int(date.year()); year > year_) {
    year_ = year;
    number_in_year_ = 0;
  }
  return fmt::format("D-{:04}/{:02}", ++number_in_year_, year_ % 100);
}

std::optional<std::string> CaseBook::no_room_for(const Trigger& t) const {
  std::size_t open = 0, not_touched = 0, of_source = 0;
  for (const auto& [id, c] : cases_) {
    if (!is_open(id)) continue;
    ++open;
    if (!untouched(cases_.at(root_of(id))) || c.opened_kind == TriggerKind::manual) continue;
    ++not_touched;
    if (c.opened_kind == t.kind && c.opened_source == t.source) ++of_source;
  }
  if (open >= limits_.open) return fmt::format("{} cases are open, which is the limit: close some", open);
  if (t.kind == TriggerKind::manual) return std::nullopt;   // an officer stands behind it
  if (of_source >= limits_.untouched_of_source) return fmt::format("{} of {} has opened {} cases that nobody has looked at, which is the limit of one source", to_string(t.kind), t.source, of_source);
  if (not_touched >= limits_.untouched) return fmt::format("{} cases wait for an officer, which is the limit: declare a phase, or close some", not_touched);
  return std::nullopt;
}

CaseId CaseBook::open_case(const Trigger& t, std::optional<CaseId> follows, Time now) {
  Case c;
  c.id = CaseId{next_id_++};
  c.number = number_for(now);
  c.opened_at = now;
  c.opened_kind = t.kind;
  c.opened_source = t.source;
  c.exercise = t.mark == TriggerMark::exercise;
  c.follows = follows;
  keys_[key_of_case(c)] = c.id;
  return cases_.emplace(c.id, std::move(c)).first->first;
}

std::vector<Event> CaseBook::take(Trigger raw, Time now) {
  std::vector<Event> events;
  now = std::chrono::floor<milliseconds>(now);
  auto trigger = checked(std::move(raw));
  if (!trigger) {
    ++refused_;
    events.push_back({EventKind::refused, {}, {}, trigger.error().message});
    return events;
  }
  const Trigger& t = *trigger;
  if (t.mark == TriggerMark::test || t.mark == TriggerMark::self_test) {
    keep(heard_, t, std::string(to_string(t.mark)));
    events.push_back({EventKind::heard, {}, {}, fmt::format("{}, {}", said(t), to_string(t.mark))});
    return events;
  }

  const std::vector<std::string> keys = fusion_keys(t);
  std::vector<CaseId> open, shut;
  for (const std::string& key : keys) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) continue;
    std::vector<CaseId>& list = is_open(found->second) ? open : shut;
    if (std::find(list.begin(), list.end(), found->second) == list.end()) list.push_back(found->second);
  }
  std::sort(open.begin(), open.end());

  std::optional<CaseId> follows;
  if (open.empty() && !shut.empty()) {
    // The one that was closed last.
    const CaseId newest = *std::max_element(shut.begin(), shut.end(), [&](CaseId a, CaseId b) { return cases_.at(root_of(a)).closed->at < cases_.at(root_of(b)).closed->at; });
    const CaseId root = root_of(newest);
    const Closed& closing = *cases_.at(root).closed;
    const Case whole = view(root, now);
    const bool more_of_the_same = now < closing.at + quiet_after_closing && std::any_of(whole.evidence.begin(), whole.evidence.end(), [&](const Evidence& e) {
      return e.newest.kind == t.kind && e.said(t.emergency);
    });
    if (t.cancellation || t.heard_at <= closing.at || more_of_the_same) {
      Case& c = cases_.at(newest);
      absorb(c, t);
      ++c.heard_after_closing;
      events.push_back({EventKind::heard_after_closing, root, {}, fmt::format("{} is closed; heard: {}", cases_.at(root).number, said(t))});
      return events;
    }
    follows = root;
  }
  if (open.empty() && t.cancellation) {
    keep(heard_, t, "cancellation of nothing that is open");
    events.push_back({EventKind::heard, {}, {}, said(t)});
    return events;
  }
  const bool fresh = open.empty();
  if (fresh) {
    if (const auto full = no_room_for(t)) {
      keep(beyond_, t, *full);
      events.push_back({EventKind::beyond_limit, {}, {}, fmt::format("no case was opened for {}: {}", said(t), *full)});
      return events;
    }
    open.push_back(open_case(t, follows, now));
  }
  const CaseId target = open.front();
  absorb(cases_.at(target), t);
  for (const std::string& key : keys) {
    const auto [at, added] = keys_.try_emplace(key, target);
    if (!added && !is_open(at->second)) at->second = target;
  }
  merge_roots(open, t, now, events);
  const CaseId root = root_of(target);
  const EventKind kind = fresh ? EventKind::opened : t.cancellation ? EventKind::cancellation : EventKind::evidence;
  events.insert(events.begin(), Event{kind, root, target == root ? std::nullopt : std::optional(target), fmt::format("{}: {}", cases_.at(root).number, said(t))});
  look(root, now, events);
  propose_merges(root, now, events);
  return events;
}

void CaseBook::merge_roots(const std::vector<CaseId>& members, const Trigger& why, Time now, std::vector<Event>& events) {
  std::vector<CaseId> roots;
  for (const CaseId member : members) roots.push_back(root_of(member));
  std::sort(roots.begin(), roots.end());
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  for (std::size_t i = 1; i < roots.size(); ++i) {
    Case &older = cases_.at(roots.front()), &younger = cases_.at(roots[i]);
    const std::string reason = fmt::format("{} of {} names what both have", to_string(why.kind), why.source);
    if (kept_apart(older.id, younger.id)) continue;
    if (members_of(older.id).size() + members_of(younger.id).size() > limits_.merged) {
      propose_merge(older.id, younger.id, reason + fmt::format("; they are not merged because {} cases are already one", limits_.merged), now, events);
      continue;
    }
    younger.merged = Merged{older.id, true, {}, now, reason};
    announced_.erase(younger.id);
    events.push_back({EventKind::merged, older.id, younger.id, fmt::format("{} is one case with {}: {}", younger.number, older.number, reason)});
  }
  if (roots.size() > 1) drop_settled_proposals();
}

CaseBook::Announced CaseBook::announcement(const Case& whole) const {
  return {whole.proposed, may_relay(whole), contradictions(whole).size()};
}

void CaseBook::look(CaseId id, Time now, std::vector<Event>& events) {
  const CaseId root = root_of(id);
  for (const CaseId member : members_of(root)) {
    Case& c = cases_.at(member);
    c.proposed = propose(c, now).phase;
  }
  const Case whole = view(root, now);
  const Announced current = announcement(whole);
  Announced& last = announced_[root];
  if (current.phase > last.phase) {
    const Proposal proposal = propose(whole, now);
    events.push_back({EventKind::phase_proposed, root, {}, fmt::format("{}: {} is proposed: {}", whole.number, to_string(current.phase), describe(proposal.reasons.front()))});
  }
  if (current.may_relay && !last.may_relay) events.push_back({EventKind::may_relay, root, {}, fmt::format("{}: others may be told", whole.number)});
  if (current.contradictions > last.contradictions) {
    events.push_back({EventKind::contradiction, root, {}, fmt::format("{}: {}", whole.number, contradictions(whole).back().text)});
  }
  last = current;
}

std::vector<Event> CaseBook::advance(Time now) {
  std::vector<Event> events;
  now = std::chrono::floor<milliseconds>(now);
  for (const auto& [id, c] : cases_) {
    if (!c.merged && c.open()) look(id, now, events);
  }
  return events;
}

// ---- Proposals of merges --------------------------------------------------------------------------------------

void CaseBook::propose_merge(CaseId one, CaseId other, std::string why, Time now, std::vector<Event>& events) {
  const auto [a, b] = pair_of(one, other);
  const auto at = std::lower_bound(proposals_.begin(), proposals_.end(), std::pair(a, b), [](const MergeProposal& p, const std::pair<CaseId, CaseId>& pair) {
    return std::pair(p.one, p.other) < pair;
  });
  if (at != proposals_.end() && at->one == a && at->other == b) return;
  if (proposals_.size() >= limits_.proposals) {
    ++proposals_beyond_;
    return;
  }
  events.push_back({EventKind::merge_proposed, a, b, fmt::format("{} and {} may be one: {}", cases_.at(a).number, cases_.at(b).number, why)});
  proposals_.insert(at, {a, b, std::move(why), now});
}

void CaseBook::propose_merges(CaseId root, Time now, std::vector<Event>& events) {
  const Case whole = view(root, now);
  std::vector<std::pair<CaseId, std::string>> found;
  for (const auto& [id, c] : cases_) {
    if (id == root || c.merged || !c.open()) continue;
    const auto why = resembles(whole, c);
    if (why && !kept_apart(root, id)) found.emplace_back(id, *why);
  }
  for (auto& [id, why] : found) propose_merge(root, id, std::move(why), now, events);
}

void CaseBook::set_counters(const BookCounters& to) {
  next_id_ = std::max(next_id_, to.next_id);
  next_item_ = std::max(next_item_, to.next_item);
  if (to.year < year_) return;
  number_in_year_ = to.year == year_ ? std::max(number_in_year_, to.number_in_year) : to.number_in_year;
  year_ = to.year;
}

void CaseBook::drop_settled_proposals() {
  std::erase_if(proposals_, [&](const MergeProposal& p) {
    const Case *a = find(p.one), *b = find(p.other);
    return a == nullptr || b == nullptr || a->merged || b->merged || !a->open() || !b->open() || kept_apart(p.one, p.other);
  });
}

void CaseBook::forget_oldest_closed() {
  std::vector<CaseId> all = closed();
  for (; all.size() > limits_.closed; all.pop_back()) {
    const std::vector<CaseId> members = members_of(all.back());
    const auto gone = [&](CaseId id) { return std::find(members.begin(), members.end(), id) != members.end(); };
    std::erase_if(keys_, [&](const auto& entry) { return gone(entry.second); });
    std::erase_if(apart_, [&](const auto& pair) { return gone(pair.first) || gone(pair.second); });
    for (auto& [id, c] : cases_) {
      if (c.follows && gone(*c.follows)) c.follows.reset();
    }
    for (const CaseId id : members) cases_.erase(id);
    announced_.erase(all.back());
    ++closed_forgotten_;
  }
}

// ---- Acts -----------------------------------------------------------------------------------------------------

namespace {

Error conflict(std::string text) { return {ErrorCode::conflict, std::move(text)}; }
Error not_permitted(std::string text) { return {ErrorCode::refused, std::move(text)}; }

template <class... T>
struct Overload : T... {
  using T::operator()...;
};
template <class... T>
Overload(T...) -> Overload<T...>;

constexpr std::size_t longest_name = 64;

}  // namespace

// Checks first, changes after: an act that fails has changed nothing.
struct CaseBook::Doer {
  CaseBook& book;
  const Act& act;
  Case& c;
  Time now;
  std::vector<Event> events{};
  std::optional<Error> error{};

  // Text of an officer; not cut, because he is there to shorten it.
  bool text(std::string_view name, std::string_view given, std::string& into, bool required, std::size_t longest = CaseLimits::text) {
    into = visible_text(given, longest);
    if (given.size() > longest) error = Error{ErrorCode::over_limit, fmt::format("{}: has {} bytes; at most {} are taken", name, given.size(), longest)};
    if (required && into.empty()) error = bad_input(fmt::format("{}: is empty; it is needed", name));
    return !error;
  }

  Result<std::vector<Event>> done(std::string what) {
    const std::string line = fmt::format("{}: {}", c.number, what);
    c.log.push_back({act.at, act.by, std::move(what)});
    events.insert(events.begin(), Event{EventKind::act, book.root_of(c.id), {}, line});
    return std::move(events);
  }

  // The member of the view that has told this addressee; the root where none has.
  Case* teller(const Addressee& to) {
    for (const CaseId id : book.members_of(book.root_of(c.id))) {
      Case& member = book.cases_.at(id);
      if (std::any_of(member.told.begin(), member.told.end(), [&](const Told& t) { return t.to == to; })) return &member;
    }
    return nullptr;
  }
  static Told* told_of(Case& member, const Addressee& to) {
    const auto at = std::find_if(member.told.begin(), member.told.end(), [&](const Told& t) { return t.to == to; });
    return at == member.told.end() ? nullptr : &*at;
  }
  Result<Case*> other(CaseId id) {
    if (book.find(id) == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no case with the id {}", id.value)};
    Case& root = book.cases_.at(book.root_of(id));
    if (root.id == book.root_of(c.id)) return conflict(fmt::format("{} and {} are one case already", c.number, root.number));
    if (root.exercise != c.exercise) return conflict("one of them is an exercise; an exercise and a real case are never one");
    return &root;
  }

  Result<std::vector<Event>> operator()(const DeclarePhase& a) {
    std::string reason;
    if (!text("reason", a.reason, reason, false)) return *error;
    if (a.phase == Phase::none) return bad_input("phase: must be INCERFA, ALERFA or DETRESFA; a case that is over is closed");
    c.declared = Declared{a.phase, act.by, act.at, reason};
    return done(fmt::format("{} declared{}{}", to_string(a.phase), reason.empty() ? "" : ": ", reason));
  }
  Result<std::vector<Event>> operator()(const TakeLead& a) {
    Lead lead;
    lead.since = act.at;
    if (!text("party", a.party, lead.party, true, longest_name) || !text("desk", a.desk, lead.desk, true, longest_name) || !text("officer", a.officer, lead.officer, false, longest_name)) return *error;
    c.lead = lead;
    return done(fmt::format("led by {}/{} {}", lead.party, lead.desk, lead.officer));
  }
  Result<std::vector<Event>> operator()(const Assign& a) {
    Assignment assignment;
    if (!text("who", a.who, assignment.who, true) || !text("task", a.task, assignment.task, true)) return *error;
    if (c.assignments.size() >= CaseLimits::assignments) return Error{ErrorCode::over_limit, fmt::format("the case has {} assignments, which is the limit", c.assignments.size())};
    assignment.number = book.next_item_++;
    assignment.by = act.by;
    assignment.at = act.at;
    c.assignments.push_back(assignment);
    return done(fmt::format("assignment {}: {}: {}", assignment.number, assignment.who, assignment.task));
  }
  Result<std::vector<Event>> operator()(const FinishAssignment& a) {
    for (const CaseId id : book.members_of(book.root_of(c.id))) {
      for (Assignment& assignment : book.cases_.at(id).assignments) {
        if (assignment.number != a.number) continue;
        if (assignment.done_at) return conflict(fmt::format("assignment {} is finished already", a.number));
        assignment.done_at = act.at;
        return done(fmt::format("assignment {} finished", a.number));
      }
    }
    return Error{ErrorCode::not_found, fmt::format("the case has no assignment {}", a.number)};
  }
  Result<std::vector<Event>> operator()(const AddRemark& a) {
    std::string remark;
    if (!text("text", a.text, remark, true)) return *error;
    return done(remark);
  }
  Result<std::vector<Event>> operator()(const Identify& a) {
    Identified identified{{}, a.aircraft_class, act.by, act.at, {}};
    if (!text("party", a.party, identified.party, false, longest_name) || !text("reason", a.reason, identified.reason, true)) return *error;
    const Owner owner = owner_of(book.view(c.id, now));
    if (owner.protect && owner.certain && owner.party != act.by.party) {
      return not_permitted(fmt::format("evidence says that it is a protected aircraft of {}; only an officer of {} may say otherwise, because its exact position hangs on it", owner.party, owner.party));
    }
    c.identified = identified;
    return done(fmt::format("identified as {} of {}: {}", to_string(identified.aircraft_class), identified.party.empty() ? "nobody known" : identified.party, identified.reason));
  }
  Result<std::vector<Event>> operator()(const ReleaseExact&) {
    const Case whole = book.view(c.id, now);
    const Owner owner = owner_of(whole);
    if (!owner.protect) return conflict("the position is not protected; it is told exactly as it is");
    if (!owner.certain) return not_permitted("it is not certain whose aircraft this is; identify it first");
    if (owner.party != act.by.party) return not_permitted(fmt::format("the aircraft is {}'s; only an officer of {} releases its exact position", owner.party, owner.party));
    if (c.released) return conflict("the exact position is released already");
    c.released = Released{act.by, act.at};
    return done("exact position released");
  }
  Result<std::vector<Event>> mark(MarkKind kind, std::optional<CaseId> of, std::string_view given, std::string_view what) {
    std::string reason;
    if (!text("reason", given, reason, true)) return *error;
    if (c.mark) return conflict(fmt::format("the case is marked already ({}); undo that first", to_string(c.mark->kind)));
    c.mark = Mark{kind, of, act.by, act.at, reason};
    return done(fmt::format("{}: {}", what, reason));
  }
  Result<std::vector<Event>> operator()(const MarkFalseAlarm& a) { return mark(MarkKind::false_alarm, std::nullopt, a.reason, "marked as a false alarm"); }
  Result<std::vector<Event>> operator()(const MarkDuplicate& a) {
    const auto of = other(a.of);
    if (!of) return of.error();
    return mark(MarkKind::duplicate, (*of)->id, a.reason, fmt::format("marked as a duplicate of {}", (*of)->number));
  }
  Result<std::vector<Event>> operator()(const UndoMark&) {
    if (!c.mark) return conflict("the case has no mark of its own");
    c.mark.reset();
    return done("mark undone");
  }
  Result<std::vector<Event>> operator()(const Merge& a) {
    std::string reason;
    if (!text("reason", a.reason, reason, true)) return *error;
    const auto into = other(a.into);
    if (!into) return into.error();
    Case& root = **into;
    if (!root.open()) return conflict(fmt::format("{} is closed; reopen it first", root.number));
    const std::vector<CaseId> here = book.members_of(c.id), there = book.members_of(root.id);
    if (here.size() + there.size() > book.limits_.merged) return Error{ErrorCode::over_limit, fmt::format("at most {} cases are merged into one", book.limits_.merged)};
    for (const CaseId x : here) {
      for (const CaseId y : there) book.apart_.erase(pair_of(x, y));
    }
    c.merged = Merged{root.id, false, act.by, act.at, reason};
    book.announced_.erase(c.id);
    book.drop_settled_proposals();
    auto result = done(fmt::format("merged into {}: {}", root.number, reason));
    book.look(root.id, now, *result);
    return result;
  }
  Result<std::vector<Event>> operator()(const Unmerge& a) {
    std::string reason;
    if (!text("reason", a.reason, reason, true)) return *error;
    if (!c.merged) return conflict(fmt::format("{} is merged into no other case", c.number));
    Case& parent = book.cases_.at(c.merged->into);
    if (!book.is_open(c.id)) return conflict(fmt::format("{} is closed; reopen it first", book.cases_.at(book.root_of(c.id)).number));
    c.merged.reset();
    book.apart_.insert(pair_of(c.id, parent.id));
    for (const CaseId id : {c.id, book.root_of(parent.id)}) {
      for (const CaseId member : book.members_of(id)) {
        Case& each = book.cases_.at(member);
        each.proposed = propose(each, now).phase;
      }
      book.announced_[id] = book.announcement(book.view(id, now));
    }
    return done(fmt::format("taken apart from {}: {}", parent.number, reason));
  }
  Result<std::vector<Event>> operator()(const KeepApart& a) {
    std::string reason;
    if (!text("reason", a.reason, reason, true)) return *error;
    const auto there = other(a.other);
    if (!there) return there.error();
    book.apart_.insert(pair_of(c.id, (*there)->id));
    book.drop_settled_proposals();
    return done(fmt::format("is not one with {}: {}", (*there)->number, reason));
  }
  Result<std::vector<Event>> operator()(const Tell& a) {
    Told fresh;
    if (!text("to", a.to.id, fresh.to.id, true, longest_name) || !text("desk", a.desk, fresh.desk, false, longest_name)) return *error;
    fresh.to.kind = a.to.kind;
    Case* const member = teller(fresh.to);
    Told* told = member == nullptr ? nullptr : told_of(*member, fresh.to);
    if (told == nullptr) {
      if (c.told.size() >= CaseLimits::told) return Error{ErrorCode::over_limit, fmt::format("the case has told {} addressees, which is the limit", c.told.size())};
      fresh.first_at = act.at;
      const auto at = std::find_if(c.told.begin(), c.told.end(), [&](const Told& t) { return t.to > fresh.to; });
      told = &*c.told.insert(at, fresh);
    }
    told->desk = fresh.desk;
    told->exact = told->exact || a.exact;
    told->last_at = act.at;
    told->delivered_at.reset();
    ++told->times;
    return machine_event(fmt::format("{} {} told{}", to_string(told->to.kind), told->to.id, a.exact ? " exactly" : ""));
  }
  Result<std::vector<Event>> operator()(const Delivered& a) {
    Case* const member = teller(a.to);
    if (member == nullptr) return Error{ErrorCode::not_found, fmt::format("{} was not told", quoted(a.to.id))};
    Told* const told = told_of(*member, a.to);
    if (!told->delivered_at) told->delivered_at = act.at;
    return machine_event(fmt::format("delivered to {} {}", to_string(a.to.kind), a.to.id));
  }
  Result<std::vector<Event>> operator()(const Answered& a) {
    Answer answer{act.by, act.at, a.depth, {}};
    if (!text("text", a.text, answer.text, false)) return *error;
    Case* const member = teller(a.to);
    if (member == nullptr) return Error{ErrorCode::not_found, fmt::format("{} was not told", quoted(a.to.id))};
    std::vector<Answer>& answers = told_of(*member, a.to)->answers;
    // The first answer is the proof that a person was reached; the newest say how far down it got.
    if (answers.size() >= CaseLimits::answers) answers.erase(answers.begin() + 1);
    answers.push_back(answer);
    return done(fmt::format("answered by {} {}, {} reached{}{}", to_string(a.to.kind), a.to.id, to_string(a.depth), answer.text.empty() ? "" : ": ", answer.text));
  }
  Result<std::vector<Event>> operator()(const ProposeKeepClear& a) {
    if (!(a.radius >= nautical_miles(0.1) && a.radius <= nautical_miles(500))) return bad_input("radius: must be from 0.1 to 500 NM");
    if (a.valid.empty() || a.valid.to - a.valid.from > std::chrono::hours(72)) return bad_input("valid: must end after it begins, and within 72 h");
    if (c.keep_clear.size() >= CaseLimits::keep_clear) return Error{ErrorCode::over_limit, fmt::format("the case has {} circles, which is the limit", c.keep_clear.size())};
    const KeepClear circle{book.next_item_++, a.centre, a.radius, a.valid, act.by, act.at, {}};
    c.keep_clear.push_back(circle);
    return done(fmt::format("keep-clear circle {} proposed: {:.1f} NM around {}, {} to {}", circle.number, a.radius.in(nautical_miles), position_text(a.centre), to_rfc3339(a.valid.from), to_rfc3339(a.valid.to)));
  }
  Result<std::vector<Event>> operator()(const AnswerKeepClear& a) {
    for (const CaseId id : book.members_of(book.root_of(c.id))) {
      for (KeepClear& circle : book.cases_.at(id).keep_clear) {
        if (circle.number != a.number) continue;
        if (now >= circle.valid.to) return conflict(fmt::format("circle {} is over", a.number));
        std::erase_if(circle.answers, [&](const KeepClearAnswer& answer) { return answer.by.party == act.by.party; });
        if (circle.answers.size() >= CaseLimits::peers) return Error{ErrorCode::over_limit, "as many parties have answered as a pact can have"};
        circle.answers.push_back({act.by, act.at, a.accepted});
        return done(fmt::format("keep-clear circle {} {} by {}", a.number, a.accepted ? "accepted" : "declined", act.by.party));
      }
    }
    return Error{ErrorCode::not_found, fmt::format("the case has no circle {}", a.number)};
  }
  Result<std::vector<Event>> operator()(const Close& a) {
    std::string why;
    if (!text("text", a.text, why, a.reason == CloseReason::other)) return *error;
    if (!c.open()) return conflict(fmt::format("{} is closed already", c.number));
    c.closed = Closed{a.reason, why, act.by, act.at};
    book.drop_settled_proposals();
    auto result = done(fmt::format("closed: {}{}{}", to_string(a.reason), why.empty() ? "" : ": ", why));
    book.forget_oldest_closed();
    return result;
  }
  Result<std::vector<Event>> operator()(const Reopen& a) {
    std::string reason;
    if (!text("reason", a.reason, reason, true)) return *error;
    if (c.open()) return conflict(fmt::format("{} is open", c.number));
    c.closed.reset();
    auto result = done(fmt::format("reopened: {}", reason));
    book.look(c.id, now, *result);
    for (const auto& [id, follower] : book.cases_) {
      if (follower.follows == c.id && book.is_open(id) && book.root_of(id) != c.id) {
        book.propose_merge(c.id, book.root_of(id), "the one was opened after the other had been closed", now, *result);
      }
    }
    return result;
  }

  // What a machine reports is no entry of the officers' log.
  Result<std::vector<Event>> machine_event(std::string what) {
    events.insert(events.begin(), Event{EventKind::act, book.root_of(c.id), {}, fmt::format("{}: {}", c.number, what)});
    return std::move(events);
  }
};

Result<std::vector<Event>> CaseBook::apply(const Act& given, Time now) {
  now = std::chrono::floor<milliseconds>(now);
  Act act = given;
  act.at = std::chrono::floor<milliseconds>(act.at);
  const auto found = cases_.find(act.id);
  if (found == cases_.end()) return Error{ErrorCode::not_found, fmt::format("there is no case with the id {}", act.id.value)};
  Case& c = found->second;

  const bool by_machine = std::holds_alternative<Tell>(act.body) || std::holds_alternative<Delivered>(act.body);
  if (act.by.party.empty() || (act.by.account.empty() && !by_machine)) return not_permitted("an act on a case needs a person: party and account are not both given");
  if (act.by.party.size() > longest_name || act.by.account.size() > longest_name || act.by.desk.size() > longest_name) {
    return Error{ErrorCode::over_limit, fmt::format("party, account and desk have at most {} bytes each", longest_name)};
  }
  if (!is_plausible_time(act.at) || act.at > now + clock_tolerance) return bad_input(fmt::format("at: {} is ahead of this node's clock; set the clocks right", to_rfc3339(act.at)));

  const bool on_member = by_machine || std::holds_alternative<Answered>(act.body) || std::holds_alternative<Unmerge>(act.body);
  if (c.merged && !on_member) {
    return conflict(fmt::format("{} was merged into {}; act there, or take it apart first", c.number, cases_.at(root_of(c.id)).number));
  }
  const bool on_closed = on_member || std::holds_alternative<Close>(act.body) || std::holds_alternative<Reopen>(act.body) || std::holds_alternative<AddRemark>(act.body);
  if (!is_open(c.id) && !on_closed) return conflict(fmt::format("{} is closed; reopen it first", cases_.at(root_of(c.id)).number));

  if (!by_machine && !std::holds_alternative<Close>(act.body)) {
    const std::size_t most = CaseLimits::log - (std::holds_alternative<AddRemark>(act.body) ? CaseLimits::log_reserve : 0);
    if (c.log.size() >= most) return Error{ErrorCode::over_limit, fmt::format("the case's log has {} entries, which is the limit; close the case and go on in a new one", c.log.size())};
  }
  Doer doer{*this, act, c, now};
  return std::visit(doer, act.body);
}

}  // namespace skypact::distress
