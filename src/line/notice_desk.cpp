#include "line/notice_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "line/line_entries.h"
#include "line/notice_area.h"

namespace skypact::line {
namespace {

std::vector<std::string> in_order(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

// With one who is no peer any more there is no line; that keeps nobody from telling the others.
std::vector<std::string> told_and_peers(const NoticeRecord& record, const std::vector<std::string>& peers) {
  std::vector<std::string> told = record.told();
  std::erase_if(told, [&](const std::string& party) { return std::find(peers.begin(), peers.end(), party) == peers.end(); });
  return told;
}

}  // namespace

NoticeDesk::NoticeDesk(std::string party, NoticeZones before) : party_(std::move(party)), before_(std::move(before)) {}

int NoticeDesk::year_of(Time now) { return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year()); }

void NoticeDesk::told_anew(const Key& key) {
  untold_.insert(key);
  look_again_ = Time::min();
}

void NoticeDesk::Past::was_given(const Key& key, std::uint64_t index) {
  Highest& of_year = highest[{key.first, key.second.year}];
  if (key.second.count > of_year.count) of_year = {key.second.count, index};
}

Result<void> NoticeDesk::take_into(NoticeBook& book, const MessageState& state, Past* past) {
  const auto* carried = std::get_if<NoticeMessage>(&state.message.body);
  if (carried == nullptr) return {};
  const Message& message = state.message;
  const auto notice = parse_notice(carried->notice);
  if (!notice) return Error(notice.error()).within("a notice of " + message.from);
  const Key key{message.from, notice->number};
  const NoticeRecord* const known = book.find(message.from, notice->number);
  const bool is_first = known == nullptr;
  const std::size_t contradictions = known != nullptr ? known->contradiction_count : 0;
  const auto applied = book.apply(message.from, *notice, {state.taken_at, state.id, message.at, message.to});
  const NoticeRecord* const record = book.find(message.from, notice->number);
  bool is_new = applied ? *applied != Applied::known : record != nullptr && record->contradiction_count != contradictions;
  std::vector<std::uint64_t>* const said_by = past != nullptr && (applied || !is_first) ? &past->said_by[key] : nullptr;
  if (said_by != nullptr && is_first) {
    said_by->clear();   // where it had left before
    past->was_given(key, state.index.value());
  }
  if (said_by != nullptr && is_new) said_by->push_back(state.index.value());
  // Of two messages that carry the same revision, answers to either are answers to it.
  if (applied) {
    for (const GivenAnswer& given : state.answers) {
      if (given.party == message.from) continue;
      const auto counted = book.acknowledge(given.party, {message.from, notice->number, notice->revision, given.answer.depth.value_or(Depth::desk), given.answer.word, given.by, given.taken_at});
      if (!counted) return counted.error();
      if (*counted != Acknowledged::counted) continue;
      is_new = true;
      if (said_by == nullptr) continue;
      if (std::find(said_by->begin(), said_by->end(), *state.index) == said_by->end()) said_by->push_back(*state.index);
      said_by->push_back(given.index.value());
    }
  }
  if (is_new) told_anew(key);
  // What was refused before is refused again each time the message looks different: that is told once.
  if (!applied && (is_new || applied.error().code != ErrorCode::conflict)) return applied.error();
  return {};
}

Result<void> NoticeDesk::take(const MessageState& state) {
  if (!complete_ && std::holds_alternative<NoticeMessage>(state.message.body) && early_ids_.insert(state.id).second) early_.push_back(state.id);
  return take_into(book_, state);
}

Result<void> NoticeDesk::take_past(const MessageState& state) { return take_into(past_.book, state, &past_); }

NoticesPast NoticeDesk::past() const {
  NoticesPast past;
  past.dropped = past_.book.dropped();
  for (const auto& [of, highest] : past_.highest) past.highest.push_back(highest.said_by);
  for (const auto& [key, record] : past_.book.all()) past.notices.push_back(past_.said_by.at(key));
  return past;
}

namespace {

Error is_other(std::uint64_t index, std::string_view wanted) { return bad_input(fmt::format("entry {} is not {}", index, wanted)); }

Result<Notice> notice_at(const LineEntryAt& entry_at, std::uint64_t index) {
  const LineEntry* const entry = entry_at(index);
  const auto* const note = entry == nullptr ? nullptr : std::get_if<NoteEntry>(&entry->what);
  const auto* const carried = note == nullptr ? nullptr : std::get_if<NoticeMessage>(&note->opened.message.body);
  if (carried == nullptr) return is_other(index, "a notice");
  return parse_notice(carried->notice);
}

}  // namespace

Result<void> NoticeDesk::restore(const NoticesPast& past, const LineEntryAt& entry_at) {
  for (const auto& said_by : past.notices) {
    if (auto restored = restore_notice(said_by, entry_at); !restored) return restored;
  }
  for (const std::uint64_t index : past.highest) {
    const auto notice = notice_at(entry_at, index);
    if (!notice) return notice.error();
    const std::string& from = std::get<NoteEntry>(entry_at(index)->what).opened.message.from;
    past_.book.was_given(from, notice->number);
    past_.was_given({from, notice->number}, index);
  }
  past_.book.were_dropped(past.dropped);
  return {};
}

Result<void> NoticeDesk::restore_notice(const std::vector<std::uint64_t>& said_by, const LineEntryAt& entry_at) {
  std::map<std::string_view, std::uint32_t> revisions;   // by the message that carries it
  Key key;
  for (const std::uint64_t index : said_by) {
    const LineEntry* const entry = entry_at(index);
    const auto* const note = entry == nullptr ? nullptr : std::get_if<NoteEntry>(&entry->what);
    if (note == nullptr) return is_other(index, "of a notice");
    const Message& message = note->opened.message;
    if (const auto* answer = std::get_if<Answer>(&message.body)) {
      const auto asked = revisions.find(message.reply_to);
      if (asked == revisions.end()) return is_other(index, "an answer to the notice");
      (void)past_.book.acknowledge(message.from, {key.first, key.second, asked->second, answer->depth.value_or(Depth::desk), answer->word, message.by, entry->at});
      continue;
    }
    const auto notice = notice_at(entry_at, index);
    if (!notice) return notice.error();
    if (!revisions.empty() && key != Key(message.from, notice->number)) return is_other(index, "of the same notice");
    key = {message.from, notice->number};
    revisions[note->opened.id] = notice->revision;
    // What contradicted is refused again, and remembered.
    (void)past_.book.apply(message.from, *notice, {entry->at, note->opened.id, message.at, message.to});
  }
  if (past_.book.find(key.first, key.second) == nullptr) return bad_input("a notice is none");
  past_.said_by[key] = said_by;
  return {};
}

void NoticeDesk::past_is_read(const Line& line) {
  book_ = std::move(past_.book);
  past_ = {};
  for (const auto& [key, record] : book_.all()) untold_.insert(key);
  for (const std::string& id : early_) {
    const MessageState* const state = line.find(id);
    if (state != nullptr) (void)take_into(book_, *state);
  }
  early_.clear();
  early_ids_.clear();
  complete_ = true;
  look_again_ = Time::min();
}

Result<const NoticeRecord*> NoticeDesk::own(NoticeNumber number) const {
  const NoticeRecord* const record = book_.find(party_, number);
  if (record == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no notice {} of {}", to_string(number), party_)};
  if (record->cancelled()) {
    return Error{ErrorCode::conflict, fmt::format("notice {} of {} is cancelled, which is final; give a new notice", to_string(number), party_)};
  }
  return record;
}

Result<Draft> NoticeDesk::draft_of(const Notice& notice, std::vector<std::string> to, Author by) const {
  if (auto good = check_notice(notice); !good) return good.error();
  std::string text = canonical_json(notice);
  if (text.size() > MessageLimits::body_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("the notice has {} bytes, and a message carries {}; say it with fewer places, spans or words", text.size(), MessageLimits::body_bytes)};
  }
  Draft draft;
  draft.to = in_order(std::move(to));
  if (draft.to.empty()) return bad_input("to: names the parties that are told");
  draft.message_class = MessageClass::inform;
  draft.exercise = notice.exercise;
  draft.by = std::move(by);
  draft.body = NoticeMessage{std::move(text)};
  return draft;
}

Result<Draft> NoticeDesk::give(Notice notice, std::vector<std::string> to, Author by, Time now) const {
  if (!complete_) {
    return Error{ErrorCode::unreachable, "the record is still being read, so it is not known which number is the next. Try again in a few seconds; what cannot wait, say by a call"};
  }
  const auto number = next_number(now);
  if (!number) return number.error();
  notice.number = *number;
  notice.revision = 1;
  notice.state = NoticeState::planned;
  return draft_of(notice, std::move(to), std::move(by));
}

Result<Draft> NoticeDesk::change(NoticeNumber number, Notice notice, const std::vector<std::string>& to, const std::vector<std::string>& peers, Author by) const {
  const auto record = own(number);
  if (!record) return record.error();
  if (notice.exercise != (*record)->notice.exercise) {
    return bad_input("exercise: a drill does not become real, nor what is real a drill; cancel it and give a new notice");
  }
  notice.number = number;
  notice.revision = (*record)->notice.revision + 1;
  notice.state = NoticeState::changed;
  std::vector<std::string> told = told_and_peers(**record, peers);
  told.insert(told.end(), to.begin(), to.end());
  return draft_of(notice, std::move(told), std::move(by));
}

Result<Draft> NoticeDesk::cancel(NoticeNumber number, std::string reason, const std::vector<std::string>& peers, Author by) const {
  const auto record = own(number);
  if (!record) return record.error();
  Notice notice = (*record)->notice;
  ++notice.revision;
  notice.state = NoticeState::cancelled;
  if (!reason.empty()) notice.remarks = std::move(reason);
  return draft_of(notice, told_and_peers(**record, peers), std::move(by));
}

Result<std::string> NoticeDesk::message_to_answer(std::string_view party, NoticeNumber number) const {
  if (party == party_) return bad_input("this is a notice of your own party; the others acknowledge it");
  const NoticeRecord* const record = book_.find(party, number);
  if (record == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no notice {} of {}", to_string(number), quoted(party))};
  return record->source().message;
}

std::vector<NoticeDesk::Key> NoticeDesk::changed(Time now) {
  if (now >= look_again_) {
    Time next = Time::max();
    for (const auto& [key, record] : book_.all()) {
      if (looked_at_ != Time::min() && phase_of(record.notice, looked_at_) != phase_of(record.notice, now)) untold_.insert(key);
      next = std::min(next, next_phase(record.notice, now));
    }
    looked_at_ = now;
    look_again_ = next;
  }
  std::vector<Key> changed(untold_.begin(), untold_.end());
  untold_.clear();
  return changed;
}

NoticeZones NoticeDesk::zones(Time now) const {
  NoticeZones zones = book_.zones(now);
  if (complete_) return zones;
  std::set<std::string> known;
  for (const auto& [key, record] : book_.all()) known.insert(zone_id_of(record.notice, record.party));
  for (const Zone& before : before_.zones) {
    if (known.find(before.id) != known.end()) continue;
    Zone zone = before;
    zone.exempt.clear();
    for (const PartyId exempt : before.exempt) {
      if (exempt.value == 0 || exempt.value >= before_.parties.size()) continue;
      const auto& id = before_.parties[exempt.value].id;
      auto at = std::find_if(zones.parties.begin() + 1, zones.parties.end(), [&](const Party& p) { return p.id == id; });
      if (at == zones.parties.end()) at = zones.parties.insert(at, before_.parties[exempt.value]);
      zone.exempt.push_back(PartyId{static_cast<std::uint16_t>(at - zones.parties.begin())});
    }
    zones.zones.push_back(std::move(zone));
  }
  return zones;
}

}  // namespace skypact::line
