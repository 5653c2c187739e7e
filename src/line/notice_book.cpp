#include "line/notice_book.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "line/notice_area.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

std::string name_of(std::string_view party, NoticeNumber number) { return fmt::format("notice {} of {}", to_string(number), party); }

ledger::Hash content_of(const Notice& notice) { return ledger::sha256(ledger::as_bytes(canonical_json(notice))); }

// The same text again is no second contradiction.
void remember(NoticeRecord& record, const NoticeContradiction& contradiction) {
  const auto is_same = [&](const NoticeContradiction& c) { return c.revision == contradiction.revision && c.content == contradiction.content; };
  if (std::any_of(record.contradictions.begin(), record.contradictions.end(), is_same)) return;
  ++record.contradiction_count;
  if (record.contradictions.size() < NoticeBookLimits::contradictions) record.contradictions.push_back(contradiction);
}

bool is_party_id(std::string_view text) { return text.size() <= NoticeLimits::party && pact::is_word(text); }

Error too_many_parties(std::string_view party) {
  return Error{ErrorCode::over_limit, fmt::format("{} parties are kept already; {} is one too many", NoticeBookLimits::parties, party)};
}

}  // namespace

std::string_view to_string(Acknowledged acknowledged) {
  switch (acknowledged) {
    case Acknowledged::counted: return "counted";
    case Acknowledged::known: return "known";
    case Acknowledged::waiting: return "waiting";
  }
  return {};
}

std::string_view to_string(Applied applied) {
  switch (applied) {
    case Applied::added: return "added";
    case Applied::changed: return "changed";
    case Applied::cancelled: return "cancelled";
    case Applied::older: return "older";
    case Applied::known: return "known";
  }
  return {};
}

std::string_view to_string(NoticePhase phase) {
  switch (phase) {
    case NoticePhase::upcoming: return "upcoming";
    case NoticePhase::active: return "active";
    case NoticePhase::over: return "over";
    case NoticePhase::cancelled: return "cancelled";
  }
  return {};
}

NoticePhase phase_of(const Notice& notice, Time now) {
  if (notice.state == NoticeState::cancelled) return NoticePhase::cancelled;
  if (notice.spans.back().to <= now) return NoticePhase::over;
  return std::any_of(notice.spans.begin(), notice.spans.end(), [&](const auto& span) { return span.contains(now); }) ? NoticePhase::active : NoticePhase::upcoming;
}

Time next_phase(const Notice& notice, Time now) {
  if (notice.state == NoticeState::cancelled) return Time::max();
  for (const Interval<Time>& span : notice.spans) {
    if (now < span.from) return span.from;
    if (now < span.to) return span.to;
  }
  return Time::max();
}

std::vector<std::string> NoticeRecord::told() const {
  std::set<std::string> parties;
  for (const auto& [revision, came] : revisions) parties.insert(came.source.to.begin(), came.source.to.end());
  return {parties.begin(), parties.end()};
}

Result<void> NoticeBook::make_room(std::string_view party, Time at) {
  const auto count = counts_.find(std::string(party));
  if (count == counts_.end()) {
    if (counts_.size() < NoticeBookLimits::parties) return {};
    return too_many_parties(party);
  }
  if (count->second < NoticeBookLimits::notices) return {};
  auto oldest = records_.end();
  for (auto r = records_.lower_bound({std::string(party), {}}); r != records_.end() && r->first.first == party; ++r) {
    if (phase_of(r->second.notice, at) < NoticePhase::over) continue;
    if (oldest == records_.end() || r->second.notice.spans.back().to < oldest->second.notice.spans.back().to) oldest = r;
  }
  if (oldest == records_.end()) {
    return Error{ErrorCode::over_limit, fmt::format("{} has {} notices that are not over; cancel some of them first", party, NoticeBookLimits::notices)};
  }
  records_.erase(oldest);
  --count->second;
  ++dropped_;
  return {};
}

Result<Applied> NoticeBook::apply(std::string_view party, const Notice& notice, const NoticeSource& source) {
  const Time at = source.at;
  if (!is_party_id(party)) return bad_input(fmt::format("{} is not the id of a party", quoted(party)));
  if (auto good = check_notice(notice); !good) return good.error();
  const ledger::Hash content = content_of(notice);
  const Key key{std::string(party), notice.number};
  const auto found = records_.find(key);
  if (found == records_.end()) {
    if (auto room = make_room(party, at); !room) return room.error();
    NoticeRecord record{key.first, notice, {{notice.revision, {content, source}}}, {}, {}, 0};
    NoticeRecord& added = records_.emplace(key, std::move(record)).first->second;
    count_waiting(added, notice.revision);
    ++counts_[key.first];
    was_given(party, notice.number);
    return notice.state == NoticeState::cancelled ? Applied::cancelled : Applied::added;
  }

  NoticeRecord& record = found->second;
  if (const auto same = record.revisions.find(notice.revision); same != record.revisions.end()) {
    if (same->second.content == content) return Applied::known;
    remember(record, {notice.revision, content, at});
    return Error{ErrorCode::conflict, fmt::format("{}: revision {} is here already and says something else; the first stands, and that there are two is remembered",
                                                  name_of(party, notice.number), notice.revision)};
  }
  if (notice.revision < record.notice.revision) {
    // It could never have been followed by what is here.
    if (notice.state == NoticeState::cancelled) {
      remember(record, {notice.revision, content, at});
      return Error{ErrorCode::conflict, fmt::format("{}: revision {} would have cancelled it before revision {}, which is here; the newest stands, and that "
                                                    "they contradict is remembered",
                                                    name_of(party, notice.number), notice.revision, record.notice.revision)};
    }
    record.revisions.emplace(notice.revision, NoticeRevision{content, source});
    count_waiting(record, notice.revision);
    return Applied::older;
  }
  if (record.cancelled()) {
    remember(record, {notice.revision, content, at});
    return Error{ErrorCode::conflict, fmt::format("{} is cancelled, which is final; give a new notice with the next number", name_of(party, notice.number))};
  }
  record.notice = notice;
  record.revisions.emplace(notice.revision, NoticeRevision{content, source});
  count_waiting(record, notice.revision);
  return notice.state == NoticeState::cancelled ? Applied::cancelled : Applied::changed;
}

void NoticeBook::was_given(std::string_view party, NoticeNumber number) {
  auto& highest = highest_[std::string(party)][number.year];
  highest = std::max(highest, number.count);
}

bool NoticeBook::count(NoticeRecord& record, const std::string& party, const NoticeAcknowledgement& a) {
  PartyAcknowledgement& mine = record.acknowledgements[party];
  if (a.revision < mine.revision) return false;
  if (a.revision > mine.revision) mine = {a.revision, a.depth, {}, {}};
  const NoticeConfirmation said{a.word, a.depth, a.by, a.at};
  // That something cannot be done is never passed over, however deep the notice got before.
  const bool first_cannot = a.word == AnswerWord::cannot && !mine.cannot;
  if (first_cannot) mine.cannot = said;
  auto& confirmed = mine.confirmed[static_cast<std::size_t>(a.depth)];
  if (confirmed || a.depth < mine.depth) return first_cannot;
  confirmed = said;
  mine.depth = a.depth;
  return true;
}

void NoticeBook::count_waiting(NoticeRecord& record, std::uint32_t revision) {
  for (auto& [party, list] : waiting_) {
    const auto is_meant = [&](const NoticeAcknowledgement& a) { return a.party == record.party && a.number == record.notice.number && a.revision == revision; };
    for (const NoticeAcknowledgement& a : list) {
      if (is_meant(a)) count(record, party, a);
    }
    std::erase_if(list, is_meant);
  }
  std::erase_if(waiting_, [](const auto& of_party) { return of_party.second.empty(); });
}

Result<Acknowledged> NoticeBook::acknowledge(std::string_view by_party, const NoticeAcknowledgement& a) {
  const std::string party(by_party);
  if (!is_party_id(party)) return bad_input(fmt::format("{} is not the id of a party", quoted(party)));
  if (party == a.party) {
    return Error{ErrorCode::refused, fmt::format("{} is {}'s own; the others acknowledge it", name_of(a.party, a.number), party)};
  }
  const auto found = records_.find({a.party, a.number});
  if (found == records_.end() || !found->second.revisions.contains(a.revision)) {
    if (!waiting_.contains(party) && waiting_.size() >= NoticeBookLimits::parties) return too_many_parties(party);
    auto& list = waiting_[party];
    if (std::find(list.begin(), list.end(), a) != list.end()) return Acknowledged::waiting;
    if (list.size() >= NoticeBookLimits::waiting) list.erase(list.begin());
    list.push_back(a);
    return Acknowledged::waiting;
  }
  const auto& known = found->second.acknowledgements;
  if (!known.contains(party) && known.size() >= NoticeBookLimits::parties) return too_many_parties(party);
  return count(found->second, party, a) ? Acknowledged::counted : Acknowledged::known;
}

std::size_t NoticeBook::waiting() const {
  std::size_t sum = 0;
  for (const auto& [party, list] : waiting_) sum += list.size();
  return sum;
}

Result<NoticeNumber> NoticeBook::next_number(std::string_view party, int year) const {
  const auto two_digits = static_cast<std::uint32_t>((year % 100 + 100) % 100);
  std::uint32_t count = 0;
  if (const auto of_party = highest_.find(std::string(party)); of_party != highest_.end()) {
    if (const auto of_year = of_party->second.find(two_digits); of_year != of_party->second.end()) count = of_year->second;
  }
  if (count >= NoticeLimits::number) {
    return Error{ErrorCode::over_limit, fmt::format("{} has used all numbers of the year up to {}; change a notice that stands", party,
                                                    to_string(NoticeNumber{count, two_digits}))};
  }
  return NoticeNumber{count + 1, two_digits};
}

const NoticeRecord* NoticeBook::find(std::string_view party, NoticeNumber number) const {
  const auto found = records_.find({std::string(party), number});
  return found == records_.end() ? nullptr : &found->second;
}

template <class Fits>
std::vector<const NoticeRecord*> NoticeBook::those(Time now, const Fits& fits) const {
  std::vector<const NoticeRecord*> out;
  for (const auto& [key, record] : records_) {
    if (fits(phase_of(record.notice, now))) out.push_back(&record);
  }
  return out;
}
std::vector<const NoticeRecord*> NoticeBook::active(Time now) const {
  return those(now, [](NoticePhase phase) { return phase == NoticePhase::active; });
}
std::vector<const NoticeRecord*> NoticeBook::upcoming(Time now) const {
  return those(now, [](NoticePhase phase) { return phase == NoticePhase::upcoming; });
}
std::vector<const NoticeRecord*> NoticeBook::over(Time now) const {
  return those(now, [](NoticePhase phase) { return phase >= NoticePhase::over; });
}

std::vector<PartyNotice> NoticeBook::standing(Time now) const {
  std::vector<PartyNotice> out;
  for (const NoticeRecord* record : those(now, [](NoticePhase phase) { return phase < NoticePhase::over; })) out.push_back({record->party, record->notice});
  return out;
}

NoticeZones NoticeBook::zones(Time now) const {
  // Active ones first, then by when they begin next; of each party no more than its share, so that a flood of one hides no other's.
  std::vector<const NoticeRecord*> in_turn = those(now, [](NoticePhase phase) { return phase < NoticePhase::over; });
  std::erase_if(in_turn, [](const NoticeRecord* record) { return record->notice.exercise; });
  const auto begins = [&](const NoticeRecord* record) { return phase_of(record->notice, now) == NoticePhase::active ? Time::min() : next_phase(record->notice, now); };
  std::stable_sort(in_turn.begin(), in_turn.end(), [&](const NoticeRecord* a, const NoticeRecord* b) { return begins(a) < begins(b); });
  NoticeZones out;
  std::map<std::string, std::size_t> of_party;
  std::set<const NoticeRecord*> taken;
  for (const NoticeRecord* record : in_turn) {
    std::size_t& count = of_party[record->party];
    if (taken.size() >= NoticeBookLimits::zones || count >= NoticeBookLimits::zones_of_party) {
      ++out.left_out;
      continue;
    }
    ++count;
    taken.insert(record);
  }
  for (const auto& [key, record] : records_) {
    if (taken.find(&record) == taken.end()) continue;
    if (out.parties.back().id != record.party) out.parties.push_back({record.party, record.party, record.party});
    const PartyId issuer{static_cast<std::uint16_t>(out.parties.size() - 1)};
    if (auto zone = zone_of(record.notice, record.party, issuer)) out.zones.push_back(std::move(*zone));
  }
  return out;
}

}  // namespace skypact::line
