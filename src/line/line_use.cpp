#include "line/line_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace skypact::line {
namespace {

constexpr std::string_view speaker_words[] = {"person", "token", "open", "node"};

bool contains(const std::vector<std::string>& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

// What answers another one stands with it.
// Handovers go to nobody, and calls by voice and video are listed by themselves (calls.h).
bool is_beside_messages(const Message& message) {
  return std::holds_alternative<Handover>(message.body) || std::holds_alternative<Officer>(message.body) || std::holds_alternative<Signal>(message.body) ||
         std::holds_alternative<Minutes>(message.body);
}
bool is_reply(const Message& message) { return std::holds_alternative<Receipt>(message.body) || std::holds_alternative<Answer>(message.body); }

Spread spread_of(std::vector<Duration> times, std::size_t two_clocks) {
  Spread spread{times.size(), two_clocks, {}, {}};
  if (times.empty()) return spread;
  std::sort(times.begin(), times.end());
  spread.median = times[(times.size() - 1) / 2];
  spread.worst = times.back();
  return spread;
}

UseSummary summarise(const std::vector<UsedMessage>& messages, bool exercise) {
  UseSummary sum;
  std::vector<Duration> receipts, answers;
  std::size_t receipts_by_two = 0, answers_by_two = 0;
  for (const UsedMessage& used : messages) {
    if (used.message.exercise != exercise) continue;
    ++sum.messages;
    ++sum.of_class[static_cast<std::size_t>(used.message.message_class)];
    for (const Delivery& to : used.to) {
      ++sum.deliveries;
      if (wants_answer(used.message)) ++sum.wanted;
      if (to.received_at) ++sum.received;
      if (to.not_received) ++sum.not_received;
      if (to.answered_at) ++sum.answered;
      if (to.rang_out) ++sum.rang_out;
      if (to.escalated > 0) ++sum.escalated;
      if (to.receipt_after) receipts.push_back(*to.receipt_after), receipts_by_two += to.receipt_at ? 0 : 1;
      if (to.answer_after) answers.push_back(*to.answer_after), answers_by_two += to.answer_at ? 0 : 1;
    }
  }
  sum.receipt = spread_of(std::move(receipts), receipts_by_two);
  sum.answer = spread_of(std::move(answers), answers_by_two);
  return sum;
}

void take_earlier(std::optional<Time>& kept, std::optional<Time> time) {
  if (time && (!kept || *time < *kept)) kept = time;
}

void sort_places(std::vector<EntryPlace>& places) {
  std::sort(places.begin(), places.end(), [](const EntryPlace& a, const EntryPlace& b) { return std::tie(a.record, a.index) < std::tie(b.record, b.index); });
}

}  // namespace

std::string_view to_string(Speaker speaker) { return speaker_words[static_cast<std::size_t>(speaker)]; }

// The names that a node gives who has no account.
Speaker speaker_of(const Author& by) {
  if (by.account.empty()) return Speaker::node;
  if (by.account == "token") return Speaker::token;
  return by.account == "open" ? Speaker::open : Speaker::person;
}

Result<void> LineUse::add(std::size_t record, std::uint64_t index, std::string_view entry) {
  auto read = read_line_entry(entry);
  if (!read) return {};
  const EntryPlace place{record, index, read->at};
  if (auto* event = std::get_if<EventEntry>(&read->what)) {
    if (events_.size() >= LineUseLimits::events) return Error{ErrorCode::over_limit, fmt::format("the timers of the line have more than {} findings in this time; ask for a shorter one", LineUseLimits::events)};
    events_.emplace(std::move(event->message), UsedEvent{std::move(event->event), place});
    return {};
  }
  auto& opened = std::get<NoteEntry>(read->what).opened;
  // A record also has what its party says to third ones; what these answer to a message that is to this party too belongs to it.
  if (!is_reply(opened.message) && opened.message.from != party_ && !contains(opened.message.to, party_)) return {};
  const auto [at, fresh] = notes_.try_emplace(std::move(opened.id));
  if (fresh) at->second.message = std::move(opened.message);
  at->second.entries.push_back(place);
  if (notes_.size() > LineUseLimits::notes) return Error{ErrorCode::over_limit, fmt::format("the line has more than {} messages, receipts and answers in this time; ask for a shorter one", LineUseLimits::notes)};
  return {};
}

// When it came there, as that party's own record says.
std::optional<Time> LineUse::at_record_of(std::string_view party, const std::vector<EntryPlace>& entries) const {
  std::optional<Time> at;
  for (const EntryPlace& place : entries) {
    if (records_[place.record] == party) take_earlier(at, place.at);
  }
  return at;
}

void LineUse::add_receipts(UsedMessage& used, const Replies& replies) const {
  const auto all = replies.find(used.id);
  for (Delivery& to : used.to) {
    to.received_at = at_record_of(to.party, used.entries);
    for (const auto& reply : all == replies.end() ? std::vector<Notes::const_iterator>{} : all->second) {
      const auto& [message, entries] = reply->second;
      const auto* receipt = std::get_if<Receipt>(&message.body);
      if (receipt == nullptr || message.from != to.party) continue;
      take_earlier(to.received_at, receipt->received_at);
      if (receipt->recorded) take_earlier(to.durable_at, message.at);
      take_earlier(to.receipt_at, at_record_of(used.message.from, entries));
      to.entries.insert(to.entries.end(), entries.begin(), entries.end());
    }
    sort_places(to.entries);
    if (!to.received_at) continue;
    to.two_clocks = !to.receipt_at;
    to.receipt_after = (to.receipt_at ? *to.receipt_at : *to.received_at) - used.message.at;
  }
}

// Nobody answers for a third party; a handover is accepted by whom it names.
void LineUse::add_answers(UsedMessage& used, const Replies& replies) const {
  const auto all = replies.find(used.id);
  if (all == replies.end()) return;
  const auto* handover = std::get_if<Handover>(&used.message.body);
  for (const auto& reply : all->second) {
    const auto& [message, entries] = reply->second;
    const auto* answer = std::get_if<Answer>(&message.body);
    if (answer == nullptr) continue;
    const bool may = handover != nullptr ? message.from == used.message.from && message.by.account == handover->to : contains(used.message.to, message.from);
    if (!may) continue;
    used.answers.push_back({reply->first, message.from, message.by, *answer, message.at, at_record_of(used.message.from, entries), entries});
    sort_places(used.answers.back().entries);
  }
  std::sort(used.answers.begin(), used.answers.end(), [](const UsedAnswer& a, const UsedAnswer& b) { return std::tie(a.at, a.id) < std::tie(b.at, b.id); });
  for (Delivery& to : used.to) {
    for (const UsedAnswer& given : used.answers) {
      if (given.party != to.party) continue;
      take_earlier(to.answered_at, given.at);
      take_earlier(to.answer_at, given.taken_at);
      to.depth = std::max(to.depth.value_or(Depth::desk), given.answer.depth.value_or(Depth::desk));
      to.cannot = to.cannot || given.answer.word == AnswerWord::cannot;
    }
    if (!to.answered_at) continue;
    to.two_clocks = to.two_clocks || !to.answer_at;
    to.answer_after = (to.answer_at ? *to.answer_at : *to.answered_at) - used.message.at;
  }
}

// What the sender's timers found; the other side's are of other messages.
void LineUse::add_events(UsedMessage& used) const {
  for (auto [at, end] = events_.equal_range(used.id); at != end; ++at) {
    const UsedEvent& found = at->second;
    if (records_[found.entry.record] != used.message.from) continue;
    used.events.push_back(found);
    for (Delivery& to : used.to) {
      if (to.party != found.event.party) continue;
      using enum LineEvent::What;
      if (found.event.what == not_received) to.not_received = true;
      if (found.event.what == not_answered || found.event.what == check_missed) to.rang_out = true;
      if (found.event.what == escalated) ++to.escalated;
    }
  }
  std::sort(used.events.begin(), used.events.end(), [](const UsedEvent& a, const UsedEvent& b) { return a.entry.index < b.entry.index; });
}

bool LineUse::is_asked_for(const UsedMessage& used) const {
  const Message& message = used.message;
  if (!question_.party.empty() && message.from != question_.party && !contains(message.to, question_.party)) return false;
  if (question_.of && message.message_class != *question_.of) return false;
  const std::string_view type = type_of(message.body).substr(std::string_view("line.").size());
  if (question_.type.empty() ? is_beside_messages(message) : type != question_.type) return false;
  const auto in_span = [&](const EntryPlace& place) { return question_.span.contains(place.at); };
  if (question_.span.contains(message.at) || std::any_of(used.entries.begin(), used.entries.end(), in_span)) return true;
  return std::any_of(used.answers.begin(), used.answers.end(), [&](const UsedAnswer& given) { return question_.span.contains(given.at) || std::any_of(given.entries.begin(), given.entries.end(), in_span); });
}

UseReport LineUse::report() const {
  Replies replies;
  for (auto at = notes_.begin(); at != notes_.end(); ++at) {
    if (is_reply(at->second.message)) replies[at->second.message.reply_to].push_back(at);
  }
  UseReport report;
  for (const auto& [id, note] : notes_) {
    if (is_reply(note.message)) continue;
    UsedMessage used{id, note.message, note.entries};
    sort_places(used.entries);
    for (const std::string& party : note.message.to) used.to.push_back({party});
    add_receipts(used, replies);
    add_answers(used, replies);
    add_events(used);
    if (is_asked_for(used)) report.messages.push_back(std::move(used));
  }
  std::sort(report.messages.begin(), report.messages.end(), [](const UsedMessage& a, const UsedMessage& b) { return std::tie(a.message.at, a.id) < std::tie(b.message.at, b.id); });
  report.real = summarise(report.messages, false);
  report.exercise = summarise(report.messages, true);
  return report;
}

}  // namespace skypact::line
