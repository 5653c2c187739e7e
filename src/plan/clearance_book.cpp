#include "plan/clearance_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "pact/units.h"

namespace skypact::plan {
namespace {

Error conflict(std::string message) { return Error{ErrorCode::conflict, std::move(message)}; }
Error refused(std::string message) { return Error{ErrorCode::refused, std::move(message)}; }

std::string name_of(const ClearanceRecord& r) { return fmt::format("request {} of {}", to_string(r.number), r.party); }

std::uint32_t year_of(Time now) {
  const int year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
  return static_cast<std::uint32_t>((year % 100 + 100) % 100);
}

ClearanceRevision fresh(const ClearanceAct& act, const ClearanceRequest& request, Time at) {
  ClearanceRevision revision{act.revision, at, act.by, request, {}, {}};
  for (const ClearancePart& part : request.route) {
    AskedPart asked;
    asked.asked_at = at;
    asked.due = request.answer_by;
    revision.parts.emplace(part.party, asked);
  }
  return revision;
}

// While it can come of something: of the latest revision or of the one that holds.
Time ends(const ClearanceRecord& r) { return r.held ? std::max(r.latest.request.valid.to, r.held->request.valid.to) : r.latest.request.valid.to; }

// Twice the time that was given, and no later than the flight would be there.
Time escalates_at(const AskedPart& asked, const ClearancePart& part) { return std::max(asked.due, std::min(asked.due + (asked.due - asked.asked_at), part.entry.at)); }

OverdueStage stage_at(Time late, Time escalated, Time now) { return now >= escalated ? OverdueStage::escalated : now >= late ? OverdueStage::late : OverdueStage::none; }

OverdueStage stage_of(const AskedPart& asked, const ClearancePart& part, Time now) {
  return asked.stage == AskedStage::waiting ? stage_at(asked.due, escalates_at(asked, part), now) : OverdueStage::none;
}
OverdueStage stage_since(Time at, Time now) { return stage_at(at + ClearanceBookLimits::acknowledged_within, at + ClearanceBookLimits::escalated_after, now); }

OverdueStage told(const Withdrawn& withdrawn, const std::string& party) {
  const auto at = withdrawn.overdue.find(party);
  return at == withdrawn.overdue.end() ? OverdueStage::none : at->second;
}

std::vector<std::string> asked_parties(const ClearanceRecord& r) {
  std::vector<std::string> parties;
  for (const auto& [party, part] : r.latest.parts) parties.push_back(party);
  if (r.held) {
    for (const auto& [party, part] : r.held->parts) {
      if (!r.latest.parts.contains(party)) parties.push_back(party);
    }
  }
  std::sort(parties.begin(), parties.end());
  return parties;
}

// Of its withdrawal, while the flight might still be.
bool waits_for_acknowledgement(const ClearanceRecord& r, Time now) { return r.withdrawn && ends(r) > now && r.withdrawn->acknowledged.size() < asked_parties(r).size(); }

}  // namespace

std::string_view to_string(AskedStage stage) {
  switch (stage) {
    case AskedStage::waiting: return "waiting";
    case AskedStage::asked_back: return "asked_back";
    case AskedStage::approved: return "approved";
    case AskedStage::unable: return "unable";
  }
  return {};
}

std::string_view to_string(ClearanceState state) {
  switch (state) {
    case ClearanceState::asked: return "asked";
    case ClearanceState::amending: return "amending";
    case ClearanceState::refused: return "refused";
    case ClearanceState::cleared: return "cleared";
    case ClearanceState::revoked: return "revoked";
    case ClearanceState::withdrawn: return "withdrawn";
    case ClearanceState::expired: return "expired";
  }
  return {};
}

bool ClearanceRecord::asks(std::string_view of) const { return latest.request.part_of(of) != nullptr || (held && held->request.part_of(of) != nullptr); }

bool is_over(const ClearanceRecord& r, Time now) { return r.withdrawn || ends(r) <= now; }

ClearanceState state_of(const ClearanceRecord& r, Time now) {
  if (r.withdrawn) return ClearanceState::withdrawn;
  if (ends(r) <= now) return ClearanceState::expired;
  const ClearanceRevision* cleared = r.cleared();
  if (cleared != nullptr && cleared->request.valid.to <= now) cleared = nullptr;
  const ClearanceRevision& counts = cleared != nullptr ? *cleared : r.latest;
  for (const auto& [party, revoked] : r.revoked) {
    if (revoked.from <= now && counts.parts.contains(party)) return ClearanceState::revoked;
  }
  if (cleared == &r.latest) return ClearanceState::cleared;
  if (cleared != nullptr) return ClearanceState::amending;
  const bool unable = std::any_of(r.latest.parts.begin(), r.latest.parts.end(), [](const auto& part) { return part.second.stage == AskedStage::unable; });
  return unable ? ClearanceState::refused : ClearanceState::asked;
}

// Whether an act counts.
struct ClearanceBook::Check {
  const ClearanceBook& book;
  const std::string_view from;
  const ClearanceAct& act;
  const Time at;

  Result<const ClearanceRecord*> record() const { return book.known(act.party, act.number); }

  Result<void> by_asker(std::string_view what) const {
    if (from != act.party) return refused(fmt::format("{} is of {}; only it can {}", to_string(act.number), act.party, what));
    return {};
  }
  Result<void> by_asked(const ClearanceRecord& r) const {
    if (!r.asks(from)) return refused(fmt::format("{} does not ask {}", name_of(r), from));
    return {};
  }
  static Result<void> latest(const ClearanceRecord& r, std::uint32_t revision) {
    if (r.latest.revision != revision) return conflict(fmt::format("{}: its latest revision is {}, this speaks of {}", name_of(r), r.latest.revision, revision));
    return {};
  }
  static Result<void> stands(const ClearanceRecord& r) {
    if (r.withdrawn) return conflict(fmt::format("{} was withdrawn, which is final; ask anew", name_of(r)));
    return {};
  }
  static Result<void> room_for_talk(const ClearanceRecord& r) {
    if (r.talk.size() < ClearanceBookLimits::talk) return {};
    return Error{ErrorCode::over_limit, fmt::format("{}: {} questions and answers were exchanged; amend it, or speak by the line", name_of(r), ClearanceBookLimits::talk)};
  }
  static Result<const AskedPart*> part_of(const ClearanceRecord& r, const std::string& party) {
    const auto asked = r.latest.parts.find(party);
    if (asked == r.latest.parts.end()) return conflict(fmt::format("{}: revision {} does not ask {}", name_of(r), r.latest.revision, party));
    return &asked->second;
  }

  Result<void> operator()(const ClearanceRequest& request) const {
    if (auto good = by_asker("amend it"); !good) return good;
    if (request.valid.to <= at) return bad_input("request: valid: is over already");
    const ClearanceRecord* const r = book.find(act.party, act.number);
    if (r == nullptr) {
      if (act.revision != 1) return Error{ErrorCode::not_found, fmt::format("there is no request {} of {} to amend", to_string(act.number), act.party)};
      return book.room(act.party, at);
    }
    if (auto good = stands(*r); !good) return good;
    if (act.revision != r->latest.revision + 1) return conflict(fmt::format("{}: revision {} follows, this is {}", name_of(*r), r->latest.revision + 1, act.revision));
    if (ends(*r) <= at) return conflict(fmt::format("{} is over; ask anew", name_of(*r)));
    if (request.exercise != r->latest.request.exercise) return bad_input("request: exercise: a drill does not become real, nor what is real a drill; ask anew");
    return {};
  }

  Result<void> operator()(const ClearanceAnswer& answer) const {
    const auto r = record();
    if (!r) return r.error();
    if (auto good = by_asked(**r); !good) return good;
    if (auto good = stands(**r); !good) return good;
    if (auto good = latest(**r, act.revision); !good) return good;
    const auto part = part_of(**r, std::string(from));
    if (!part) return part.error();
    if ((*part)->stage == AskedStage::approved && !(*part)->answer.empty()) return conflict(fmt::format("{}: {} has approved revision {} already; an approval is not changed but revoked", name_of(**r), from, act.revision));
    if ((*r)->revoked.contains(std::string(from))) return conflict(fmt::format("{}: {} has revoked its clearance, which is final", name_of(**r), from));
    if (answer.word != ClearanceAnswerWord::approve) return room_for_talk(**r);
    const ClearanceRequest& request = (*r)->latest.request;
    if (auto good = check_conditions_of(answer.conditions, request, *request.part_of(from)); !good) return good;
    if (const auto given = (*r)->numbers.find(std::string(from)); given != (*r)->numbers.end()) {
      if (given->second != *answer.number) return conflict(fmt::format("{}: {} gave it the number {}, which stays", name_of(**r), from, to_string(given->second)));
      return {};
    }
    if (book.given_.contains({std::string(from), *answer.number})) return conflict(fmt::format("clearance {} of {} is of another request", to_string(*answer.number), from));
    return {};
  }

  Result<void> operator()(const ClearanceReply& reply) const {
    const auto r = record();
    if (!r) return r.error();
    if (auto good = by_asker("reply"); !good) return good;
    if (auto good = stands(**r); !good) return good;
    if (auto good = latest(**r, act.revision); !good) return good;
    const auto part = part_of(**r, reply.party);
    if (!part) return part.error();
    return room_for_talk(**r);
  }

  Result<void> operator()(const ClearanceCleared& cleared) const {
    const auto r = record();
    if (!r) return r.error();
    if (auto good = by_asker("say that it is cleared"); !good) return good;
    if (auto good = stands(**r); !good) return good;
    if (auto good = latest(**r, act.revision); !good) return good;
    const ClearanceRevision& revision = (*r)->latest;
    if (revision.cleared_at) return conflict(fmt::format("{}: revision {} is cleared already", name_of(**r), act.revision));
    const auto& route = revision.request.route;
    const auto same = [](const ClearanceCleared::Part& part, const ClearancePart& asked) { return part.party == asked.party; };
    if (!std::equal(cleared.parts.begin(), cleared.parts.end(), route.begin(), route.end(), same)) return bad_input("parts: must be those of the route, in its order");
    for (const ClearanceCleared::Part& part : cleared.parts) {
      const AskedPart& asked = revision.parts.at(part.party);
      if (asked.stage == AskedStage::approved ? asked.number != part.number || (!asked.answer.empty() && asked.answer != part.answer) : part.party == book.own_ || from == book.own_) {
        return refused(fmt::format("{}: {} has given no such approval", name_of(**r), part.party));
      }
    }
    return {};
  }

  Result<void> operator()(const Revocation& revocation) const {
    const auto r = record();
    if (!r) return r.error();
    // Also one that an amendment leaves out, of which it may not know yet.
    if (!(*r)->asked.contains(std::string(from))) return refused(fmt::format("{} does not ask {}", name_of(**r), from));
    if ((*r)->revoked.contains(std::string(from))) return conflict(fmt::format("{}: {} has revoked its clearance already", name_of(**r), from));
    if (revocation.from && *revocation.from < std::chrono::floor<seconds>(at)) return bad_input("from: is over already; leave it out to revoke at once");
    return {};
  }

  Result<void> operator()(const Withdrawal&) const {
    const auto r = record();
    if (!r) return r.error();
    if (auto good = by_asker("withdraw it"); !good) return good;
    return stands(**r);
  }

  Result<void> operator()(const ClearanceAcknowledgement& a) const {
    const auto r = record();
    if (!r) return r.error();
    const std::optional<Acknowledged> before = acknowledged(**r, a);
    if (a.of == ClearanceAcknowledgement::Of::revocation) {
      if (auto good = by_asker("acknowledge a revocation"); !good) return good;
      if (!(*r)->revoked.contains(a.party)) return conflict(fmt::format("{}: {} has not revoked it", name_of(**r), a.party));
    } else {
      if (auto good = by_asked(**r); !good) return good;
      if (!(*r)->withdrawn) return conflict(fmt::format("{} was not withdrawn", name_of(**r)));
    }
    if (before && before->depth >= a.depth) return conflict(fmt::format("{}: it was acknowledged already, down to the {}", name_of(**r), to_string(before->depth)));
    return {};
  }
  std::optional<Acknowledged> acknowledged(const ClearanceRecord& r, const ClearanceAcknowledgement& a) const {
    if (a.of == ClearanceAcknowledgement::Of::revocation) {
      const auto revoked = r.revoked.find(a.party);
      return revoked == r.revoked.end() ? std::nullopt : revoked->second.acknowledged;
    }
    if (!r.withdrawn) return std::nullopt;
    const auto one = r.withdrawn->acknowledged.find(std::string(from));
    return one == r.withdrawn->acknowledged.end() ? std::nullopt : std::optional(one->second);
  }

  Result<void> operator()(const ClearanceOverdue& o) const {
    const auto r = record();
    if (!r) return r.error();
    OverdueStage before = OverdueStage::none;
    if (o.of == ClearanceOverdue::Of::answer) {
      if (auto good = by_asker("wait for an answer"); !good) return good;
      if (auto good = latest(**r, act.revision); !good) return good;
      const auto part = part_of(**r, o.party);
      if (!part) return part.error();
      before = (*part)->overdue;
    } else if (o.of == ClearanceOverdue::Of::revocation) {
      const auto revoked = (*r)->revoked.find(std::string(from));
      if (revoked == (*r)->revoked.end() || o.party != act.party) return conflict(fmt::format("{}: {} waits for no acknowledgement of {}", name_of(**r), from, o.party));
      before = revoked->second.overdue;
    } else {
      if (auto good = by_asker("wait for an acknowledgement"); !good) return good;
      if (!(*r)->withdrawn || !(*r)->asks(o.party)) return conflict(fmt::format("{}: {} waits for no acknowledgement of {}", name_of(**r), from, o.party));
      before = told(*(*r)->withdrawn, o.party);
    }
    if (o.stage <= before) return conflict(fmt::format("{}: that {} is {} was said already", name_of(**r), o.party, to_string(before)));
    return {};
  }
};

// What counts, once it does.
struct ClearanceBook::Apply {
  ClearanceBook& book;
  const std::string from;
  const ClearanceAct& act;
  const Time at;

  ClearanceRecord& record() const { return book.records_.at({act.party, act.number}); }
  AskedPart& part(const std::string& party) const { return record().latest.parts.at(party); }
  void talk(std::string to, std::string_view kind, const std::string& text) const {
    record().talk.push_back({act.revision, from, std::move(to), std::string(kind), text, act.by, at});
  }

  void operator()(const ClearanceRequest& request) const {
    const Key key{act.party, act.number};
    const auto known = book.records_.find(key);
    if (known == book.records_.end()) {
      book.make_room(act.party, at);
      book.records_.emplace(key, ClearanceRecord{act.party, act.number, fresh(act, request, at)});
      remember_asked(request);
      ++book.counts_[act.party];
      book.was_given(act.party, act.number);
      return;
    }
    ClearanceRecord& r = known->second;
    if (r.latest.cleared_at) r.held = std::move(r.latest);
    r.latest = fresh(act, request, at);
    remember_asked(request);
  }
  void remember_asked(const ClearanceRequest& request) const {
    for (const ClearancePart& part : request.route) record().asked.insert(part.party);
  }

  void operator()(const ClearanceAnswer& answer) const {
    AskedPart& asked = part(from);
    // It came after who asks had said that the party approved, and was said before that.
    if (record().latest.cleared_at && answer.word != ClearanceAnswerWord::approve) return talk(act.party, to_string(answer.word), answer.text);
    asked.answered_at = at;
    asked.by = act.by;
    asked.text = answer.text;
    asked.answer = id_of(act);
    if (answer.word != ClearanceAnswerWord::approve) {
      asked.stage = answer.word == ClearanceAnswerWord::ask ? AskedStage::asked_back : AskedStage::unable;
      return talk(act.party, to_string(answer.word), answer.text);
    }
    asked.stage = AskedStage::approved;
    asked.conditions = answer.conditions;
    give(from, *answer.number);
    asked.number = answer.number;
  }
  void give(const std::string& party, ClearanceNumber number) const {
    record().numbers.emplace(party, number);
    book.given_.emplace(Key{party, number}, Key{act.party, act.number});
    book.was_given(party, number);
  }

  void operator()(const ClearanceReply& reply) const {
    AskedPart& asked = part(reply.party);
    if (asked.stage == AskedStage::asked_back && asked.answer == reply.question) {
      // As much time as at first.
      const Duration given = asked.due - asked.asked_at;
      asked.stage = AskedStage::waiting;
      asked.asked_at = at;
      asked.due = at + given;
      asked.overdue = OverdueStage::none;
    }
    talk(reply.party, "reply", reply.text);
  }

  void operator()(const ClearanceCleared& cleared) const {
    ClearanceRecord& r = record();
    for (const ClearanceCleared::Part& one : cleared.parts) {
      AskedPart& asked = r.latest.parts.at(one.party);
      if (asked.stage == AskedStage::approved) continue;
      asked.stage = AskedStage::approved;
      asked.number = one.number;
      give(one.party, one.number);
    }
    r.latest.cleared_at = at;
    r.held.reset();
  }

  void operator()(const Revocation& revocation) const {
    record().revoked.emplace(from, Revoked{at, revocation.from.value_or(at), revocation.reason, act.by, {}, OverdueStage::none});
  }
  void operator()(const Withdrawal& withdrawal) const { record().withdrawn = Withdrawn{at, withdrawal.reason, act.by, {}, {}}; }
  void operator()(const ClearanceAcknowledgement& a) const {
    const Acknowledged one{a.depth, at, act.by};
    if (a.of == ClearanceAcknowledgement::Of::revocation) record().revoked.at(a.party).acknowledged = one;
    else record().withdrawn->acknowledged[from] = one;
  }
  void operator()(const ClearanceOverdue& o) const {
    switch (o.of) {
      case ClearanceOverdue::Of::answer: part(o.party).overdue = o.stage; return;
      case ClearanceOverdue::Of::revocation: record().revoked.at(from).overdue = o.stage; return;
      case ClearanceOverdue::Of::withdrawal: record().withdrawn->overdue[o.party] = o.stage; return;
    }
  }
};

Result<void> ClearanceBook::check(std::string_view from, const ClearanceAct& act, Time at) const {
  if (auto good = check_act(act); !good) return good;
  return std::visit(Check{*this, from, act, at}, act.said);
}

Result<void> ClearanceBook::apply(std::string_view from, const ClearanceAct& act, Time at) {
  if (auto good = check(from, act, at); !good) return good;
  std::visit(Apply{*this, std::string(from), act, at}, act.said);
  ++changes_;
  return {};
}

Result<const ClearanceRecord*> ClearanceBook::known(std::string_view party, ClearanceNumber number) const {
  const ClearanceRecord* const r = find(party, number);
  if (r == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no request {} of {}", to_string(number), quoted(party))};
  return r;
}

const ClearanceRecord* ClearanceBook::find(std::string_view party, ClearanceNumber number) const {
  const auto found = records_.find({std::string(party), number});
  return found == records_.end() ? nullptr : &found->second;
}

Result<void> ClearanceBook::room(std::string_view party, Time at) const {
  const auto count = counts_.find(std::string(party));
  if (count == counts_.end()) {
    if (counts_.size() < ClearanceBookLimits::parties) return {};
    return Error{ErrorCode::over_limit, fmt::format("{} parties have asked already; {} is one too many", ClearanceBookLimits::parties, party)};
  }
  if (count->second < ClearanceBookLimits::requests) return {};
  for (auto r = records_.lower_bound({std::string(party), {}}); r != records_.end() && r->first.first == party; ++r) {
    if (is_over(r->second, at)) return {};
  }
  return Error{ErrorCode::over_limit, fmt::format("{} has {} requests that are not over; withdraw some of them first", party, ClearanceBookLimits::requests)};
}

// The one that was over first goes.
void ClearanceBook::make_room(const std::string& party, Time at) {
  if (counts_[party] < ClearanceBookLimits::requests) return;
  auto oldest = records_.end();
  for (auto r = records_.lower_bound({party, {}}); r != records_.end() && r->first.first == party; ++r) {
    if (is_over(r->second, at) && (oldest == records_.end() || ends(r->second) < ends(oldest->second))) oldest = r;
  }
  for (const auto& [giver, number] : oldest->second.numbers) given_.erase({giver, number});
  records_.erase(oldest);
  --counts_[party];
}

void ClearanceBook::was_given(const std::string& party, ClearanceNumber number) {
  std::uint32_t& highest = highest_[party][number.year];
  highest = std::max(highest, number.count);
}

Result<ClearanceNumber> ClearanceBook::next_number(Time now) const {
  const std::uint32_t year = year_of(now);
  std::uint32_t count = 0;
  if (const auto of_party = highest_.find(own_); of_party != highest_.end()) {
    if (const auto of_year = of_party->second.find(year); of_year != of_party->second.end()) count = of_year->second;
  }
  if (count >= ClearanceLimits::number) return Error{ErrorCode::over_limit, fmt::format("{} has used all numbers of the year up to {}", own_, to_string(ClearanceNumber{count, year}))};
  return ClearanceNumber{count + 1, year};
}

Result<ClearanceAct> ClearanceBook::checked(ClearanceAct act, Time now) const {
  if (auto good = check(own_, act, now); !good) return good.error();
  return act;
}

Result<ClearanceAct> ClearanceBook::ask(ClearanceRequest request, ClearanceAuthor by, Time now) const {
  const auto number = next_number(now);
  if (!number) return number.error();
  if (request.answer_by <= now) return bad_input("answer_by: is over already");
  return checked({own_, *number, 1, std::move(by), std::move(request)}, now);
}

Result<ClearanceAct> ClearanceBook::amend(ClearanceNumber number, ClearanceRequest request, ClearanceAuthor by, Time now) const {
  const auto r = known(own_, number);
  if (!r) return r.error();
  if (request.answer_by <= now) return bad_input("answer_by: is over already");
  for (const auto& [party, revoked] : (*r)->revoked) {
    if (request.part_of(party) != nullptr) return conflict(fmt::format("request: route: {} has revoked its clearance, which is final; leave it out, or ask anew", party));
  }
  return checked({own_, number, (*r)->latest.revision + 1, std::move(by), std::move(request)}, now);
}

Result<ClearanceAct> ClearanceBook::say(std::string_view party, ClearanceNumber number, ClearanceDraft draft, ClearanceAuthor by, Time now) const {
  const auto r = known(party, number);
  if (!r) return r.error();
  if (auto* answer = std::get_if<ClearanceAnswer>(&draft.said)) {
    if (ends(**r) <= now) return conflict(fmt::format("{} is over; it needs no answer", name_of(**r)));
    if (answer->word == ClearanceAnswerWord::approve) {
      const auto given = (*r)->numbers.find(own_);
      const auto next = given != (*r)->numbers.end() ? Result<ClearanceNumber>(given->second) : next_number(now);
      if (!next) return next.error();
      answer->number = *next;
    }
  }
  if (auto* reply = std::get_if<ClearanceReply>(&draft.said)) {
    const auto asked = (*r)->latest.parts.find(reply->party);
    if (asked == (*r)->latest.parts.end() || asked->second.stage != AskedStage::asked_back) return conflict(fmt::format("{}: {} has asked nothing", name_of(**r), quoted(reply->party)));
    reply->question = asked->second.answer;
  }
  if (std::holds_alternative<Revocation>(draft.said) && (*r)->asks(own_) && !(*r)->numbers.contains(own_)) {
    return conflict(fmt::format("{}: {} has given no clearance; answer unable", name_of(**r), own_));
  }
  return checked({std::string(party), number, draft.revision.value_or((*r)->latest.revision), std::move(by), std::move(draft.said)}, now);
}

std::vector<ClearanceAct> ClearanceBook::duties(Time now) const {
  std::vector<ClearanceAct> acts;
  const auto say = [&](const ClearanceRecord& r, ClearanceSaid said) { acts.push_back({r.party, r.number, r.latest.revision, {}, std::move(said)}); };
  for (const auto& [key, r] : records_) {
    if (ends(r) <= now) continue;
    const ClearanceRequest& request = r.latest.request;
    if (const auto revoked = r.revoked.find(own_); revoked != r.revoked.end() && !revoked->second.acknowledged) {
      const OverdueStage stage = stage_since(revoked->second.at, now);
      if (stage > revoked->second.overdue) say(r, ClearanceOverdue{ClearanceOverdue::Of::revocation, r.party, stage});
    }
    if (r.party != own_) continue;
    if (r.withdrawn) {
      for (const std::string& party : asked_parties(r)) {
        const OverdueStage stage = r.withdrawn->acknowledged.contains(party) ? OverdueStage::none : stage_since(r.withdrawn->at, now);
        if (stage > told(*r.withdrawn, party)) say(r, ClearanceOverdue{ClearanceOverdue::Of::withdrawal, party, stage});
      }
      continue;
    }
    if (r.latest.cleared_at) continue;
    ClearanceCleared cleared;
    for (const ClearancePart& part : request.route) {
      const AskedPart& asked = r.latest.parts.at(part.party);
      if (asked.stage == AskedStage::approved && !r.revoked.contains(part.party)) cleared.parts.push_back({part.party, *asked.number, asked.answer});
      const OverdueStage stage = stage_of(asked, part, now);
      if (stage > asked.overdue) say(r, ClearanceOverdue{ClearanceOverdue::Of::answer, part.party, stage});
    }
    if (cleared.parts.size() == request.route.size() && request.valid.to > now) say(r, std::move(cleared));
  }
  return acts;
}

std::vector<const ClearanceRecord*> ClearanceBook::list(Time now, bool all) const {
  std::vector<const ClearanceRecord*> out;
  for (const auto& [key, record] : records_) {
    if (all || !is_over(record, now) || waits_for_acknowledgement(record, now)) out.push_back(&record);
  }
  std::stable_partition(out.begin(), out.end(), [](const ClearanceRecord* r) { return has_priority(r->latest.request.purpose); });
  return out;
}

std::vector<StandingClearance> ClearanceBook::standing(Time now) const {
  std::vector<StandingClearance> out;
  for (const auto& [key, r] : records_) {
    const ClearanceRevision* const cleared = r.cleared();
    if (cleared == nullptr || cleared->request.exercise || cleared->request.valid.to <= now) continue;
    const ClearanceRequest& request = cleared->request;
    for (const ClearancePart& part : request.route) {
      const AskedPart& asked = cleared->parts.at(part.party);
      StandingClearance s;
      s.asked_by = r.party;
      s.request = to_string(r.number);
      s.revision = cleared->revision;
      s.party = part.party;
      s.clearance = to_string(*asked.number);
      s.call_signs = request.call_signs;
      s.addresses = request.addresses;
      s.route = line_of(part);
      s.half_width = asked.conditions.half_width.value_or(request.half_width);
      s.times = times_of(request, part, asked.conditions);
      s.levels = {{part.floor, part.ceiling}};
      if (asked.conditions.levels) s.levels.push_back(*asked.conditions.levels);
      if (const auto revoked = r.revoked.find(part.party); revoked != r.revoked.end()) s.ended = StandingClearance::Ended::revoked, s.ended_from = revoked->second.from;
      if (r.withdrawn && (!s.ended_from || r.withdrawn->at < *s.ended_from)) s.ended = StandingClearance::Ended::withdrawn, s.ended_from = r.withdrawn->at;
      out.push_back(std::move(s));
    }
  }
  return out;
}

}  // namespace skypact::plan
