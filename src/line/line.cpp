#include "line/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "line/line_entries.h"
#include "pact/statement.h"

namespace skypact::line {
namespace {

constexpr std::string_view event_words[] = {"not_received", "not_answered", "escalated", "check_missed", "carried"};

// Where a person is one metre off, he reads the same.
constexpr double same_degrees = 1e-5;

bool same_place(geo::Position a, geo::Position b) {
  const double east = std::abs(a.lon_degrees() - b.lon_degrees());
  return std::abs(a.lat_degrees() - b.lat_degrees()) <= same_degrees && std::min(east, 360 - east) <= same_degrees;
}

// What the slots of a call name as a place.
std::vector<geo::Position> places_of(const Message& message) {
  std::vector<geo::Position> places;
  const auto* call = std::get_if<Call>(&message.body);
  if (call == nullptr) return places;
  for (const SaidPhrase& phrase : call->phrases) {
    const auto slots = json::parse(phrase.slots, {.bytes = MessageLimits::slots_bytes, .depth = 8});
    if (!slots) continue;
    for (const json::Member& slot : slots->root().members()) {
      const auto lat = slot.value["lat_deg"].as_number(), lon = slot.value["lon_deg"].as_number();
      if (const auto place = lat && lon ? geo::Position::from_degrees(*lat, *lon) : std::nullopt) places.push_back(*place);
    }
  }
  return places;
}

Duration pause_before_again(unsigned times_sent) {
  Duration pause = LineLimits::again_first;
  for (unsigned i = 1; i < times_sent && pause < LineLimits::again_longest; ++i) pause *= 2;
  return std::min<Duration>(pause, LineLimits::again_longest);
}

bool has_event(const MessageState& state, LineEvent::What what, std::string_view party, std::string_view call = {}) {
  return std::any_of(state.events.begin(), state.events.end(),
                     [&](const LineEvent& e) { return e.what == what && e.party == party && (call.empty() || e.call == call); });
}

}  // namespace

std::string_view to_string(LineEvent::What what) { return event_words[static_cast<std::size_t>(what)]; }

std::optional<LineEvent::What> line_event_of(std::string_view word) {
  const auto at = std::find(std::begin(event_words), std::end(event_words), word);
  if (at == std::end(event_words)) return std::nullopt;
  return static_cast<LineEvent::What>(at - std::begin(event_words));
}

bool MessageState::answered_by(std::string_view party) const {
  return std::any_of(answers.begin(), answers.end(), [&](const GivenAnswer& a) { return a.party == party; });
}

void Step::add(Step&& other) {
  const auto append = [](auto& to, auto& from) { to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end())); };
  append(sends, other.sends);
  append(entries, other.entries);
  append(sealed, other.sealed);
  append(changed, other.changed);
  append(arrived, other.arrived);
  desks_changed = desks_changed || other.desks_changed;
}

Line::Line(LineSetup setup, ledger::SigningKey key) : Line(std::move(setup)) { key_ = std::move(key); }

Line::Line(LineSetup setup) : setup_(std::move(setup)), desks_(setup_.desks), calls_(setup_.party) {
  for (const LinePeer& peer : setup_.peers) {
    keys_.push_back({peer.party, peer.key});
    peers_[peer.party].party = peer.party;
  }
}

// ------------------------------------------------------------------------------------------------------------ making

std::string Line::note_of(std::string text) const {
  SKYPACT_CHECK(key_.has_value());
  ledger::Note note{std::move(text), {}};
  note.signatures.push_back(ledger::sign(note.text, *key_));
  return ledger::to_text(note);
}

std::string Line::entry(std::string_view type, Time at, const std::function<void(json::Writer&)>& write_body) const {
  return line_entry({setup_.origin, setup_.party, at, type}, write_body);
}

void Line::send_to(MessageState& state, Addressee& to, Time now, Step& step) const {
  ++to.times_sent;
  to.last_sent = now;
  step.sends.push_back({to.party, state.note, state.sealed, is_urgent(state.message.message_class), {}});
}

// The message is sound.
Line::Sent Line::put(Message message, std::string sealed, Time now) {
  MessageState state;
  std::string text = to_text(message);
  state.id = pact::id_of(text);
  state.note = note_of(std::move(text));
  state.own = true;
  state.taken_at = now;
  state.sealed = std::move(sealed);
  for (const std::string& party : message.to) state.to.push_back({party, now});
  state.message = std::move(message);
  remember(state.id);

  Sent sent{state.id, {}};
  for (Addressee& to : state.to) send_to(state, to, now, sent.step);
  sent.step.entries.push_back({state.id, entry("message", now, [&](json::Writer& out) { out.field("note", state.note); })});
  // What describes an end of a call is of use while it is set up, and names addresses: it is kept nowhere.
  if (!state.sealed.empty() && !std::holds_alternative<Signal>(state.message.body)) sent.step.sealed.push_back(sealed_json(state.id, state.sealed));
  unrecorded_[state.id] = {{}, state.message.message_class, state.message.exercise, now};
  MessageState& kept = store(std::move(state));
  sent.step.changed.push_back(kept.id);
  take_call(kept, now);
  if (std::holds_alternative<Answer>(kept.message.body)) {
    take_answer(kept, sent.step);
  } else if (MessageState* const asked = kept.message.reply_to.empty() ? nullptr : state_of(kept.message.reply_to)) {
    asked->asked_back = false;
    sent.step.changed.push_back(asked->id);
  }
  return sent;
}

Result<Line::Sent> Line::send(Draft draft, Time now) {
  Message message;
  message.from = setup_.party;
  message.to = std::move(draft.to);
  std::sort(message.to.begin(), message.to.end());
  message.number = number_ + 1;
  message.at = std::chrono::floor<milliseconds>(now);
  message.message_class = draft.message_class;
  message.exercise = draft.exercise;
  message.reply_to = std::move(draft.reply_to);
  message.by = std::move(draft.by);
  message.body = std::move(draft.body);
  for (const std::string& party : message.to) {
    if (peers_.find(party) == peers_.end()) return bad_input("to: this node has no link with " + quoted(party) + ", or does not know its record's key");
  }
  if (draft.sealed.size() > MessageLimits::sealed_bytes) return Error{ErrorCode::over_limit, fmt::format("what is sealed has at most {} bytes", MessageLimits::sealed_bytes)};
  if (!message.reply_to.empty() && state_of(message.reply_to) == nullptr) return Error{ErrorCode::not_found, "reply_to: there is no such message here"};
  if (const auto sound = check(message); !sound) return sound.error();
  if (const auto* officer = std::get_if<Officer>(&message.body); officer != nullptr) {
    const std::string name = officer_key_name(setup_.origin, message.by.account);
    if (ledger::parse_verifier_key(officer->key)->name != name) return bad_input("body: key: must be called " + name);
  }
  if (const auto may = calls_.may_send(message, draft.sealed, now); !may) return may.error();
  const auto* minutes = std::get_if<Minutes>(&message.body);
  if (minutes != nullptr && !message.reply_to.empty()) {
    const MessageState* const first = find(message.reply_to);
    const auto* theirs = std::get_if<Minutes>(&first->message.body);
    if (theirs == nullptr || first->own || theirs->call != minutes->call) return bad_input("reply_to: names no minutes of the other party of this call");
    if (theirs->text != minutes->text) return bad_input("text: who agrees to minutes signs the same text; another text is minutes of one's own");
  }
  ++number_;
  return put(std::move(message), std::move(draft.sealed), now);
}

Result<Line::Sent> Line::answer(std::string_view id, Answer answer, Author by, Time now) {
  const MessageState* const asked = find(id);
  if (asked == nullptr) return Error{ErrorCode::not_found, "there is no such message here"};
  const auto* handover = std::get_if<Handover>(&asked->message.body);
  if (handover != nullptr && by.account != handover->to) return Error{ErrorCode::refused, "the desk is handed to " + quoted(handover->to) + ", who accepts it"};
  if (handover == nullptr && asked->own) return bad_input("this is a message of your own party; the others answer it");
  Message message;
  message.from = setup_.party;
  if (handover == nullptr) message.to = {asked->message.from};
  message.number = number_ + 1;
  message.at = std::chrono::floor<milliseconds>(now);
  message.message_class = asked->message.message_class;
  message.exercise = asked->message.exercise;
  message.reply_to = asked->id;
  message.by = std::move(by);
  message.body = std::move(answer);
  if (const auto sound = check(message); !sound) return sound.error();
  ++number_;
  return put(std::move(message), {}, now);
}

Result<Line::Sent> Line::announce(Author by, const std::array<std::uint8_t, 32>& public_key, Time now) {
  const ledger::VerifierKey key{officer_key_name(setup_.origin, by.account), ledger::KeyType::ed25519, public_key};
  const KnownOfficer* const known = calls_.officer(setup_.party, by.account);
  if (known != nullptr && known->key == key && known->by == by && now + LineLimits::announced_again < known->until) return Sent{known->id, {}};
  Draft draft;
  for (const auto& peer : peers_) draft.to.push_back(peer.first);
  draft.by = std::move(by);
  draft.body = Officer{ledger::to_string(key), std::chrono::floor<milliseconds>(now) + longest_shift};
  return send(std::move(draft), now);
}

std::optional<Line::Sent> Line::withdraw(std::string_view account, Time now) {
  const KnownOfficer* const known = calls_.officer(setup_.party, account);
  if (known == nullptr || now >= known->until) return std::nullopt;
  Draft draft;
  for (const auto& peer : peers_) draft.to.push_back(peer.first);
  draft.by = known->by;
  draft.body = Officer{ledger::to_string(known->key), std::chrono::floor<milliseconds>(now)};
  auto sent = send(std::move(draft), now);
  if (!sent) return std::nullopt;
  return std::move(*sent);
}

// A node's own word: not kept, but recorded like what it speaks of.
void Line::give_receipt(std::string_view id, const Unrecorded& of, bool recorded, Time now, Step& step) {
  Message message;
  message.from = setup_.party;
  message.to = {of.receipt_to};
  message.at = std::chrono::floor<milliseconds>(now);
  message.message_class = of.message_class;
  message.exercise = of.exercise;
  message.reply_to = id;
  message.body = Receipt{std::chrono::floor<milliseconds>(of.taken_at), recorded};
  const std::string note = note_of(to_text(message));
  const bool urgent = is_urgent(of.message_class);
  step.sends.push_back({of.receipt_to, note, {}, urgent, {}});
  if (!is_up(of.receipt_to)) {
    for (const LinePeer& peer : setup_.peers) {
      if (peer.may_carry && peer.party != of.receipt_to && is_up(peer.party)) step.sends.push_back({peer.party, note, {}, urgent, {}});
    }
  }
  step.entries.push_back({{}, entry("message", now, [&](json::Writer& out) { out.field("note", note); })});
}

// ------------------------------------------------------------------------------------------------------------ taking

namespace {

// What came beside the note counts where the note says its hash.
bool take_sealed(MessageState& state, const Line::Arrived& arrived) {
  const auto* c = std::get_if<CaseMessage>(&state.message.body);
  if (c == nullptr || !c->sealed || arrived.sealed.empty() || ledger::sha256(ledger::as_bytes(arrived.sealed)) != *c->sealed) return false;
  state.sealed = arrived.sealed;
  return true;
}

}  // namespace

Result<Step> Line::take(const Arrived& arrived, Time now) {
  auto opened = open_message(arrived.note, keys_);
  if (!opened) {
    ++refused_;
    return std::move(opened).error();
  }
  const Message& message = opened->message;
  const bool to_us = std::find(message.to.begin(), message.to.end(), setup_.party) != message.to.end();
  if (!to_us) return carry(*opened, arrived, now);
  Step step;
  if (std::holds_alternative<Presence>(message.body)) {
    step.desks_changed = take_presence(*opened, arrived, now);
    return step;
  }
  if (!remember(opened->id) || find(opened->id) != nullptr) {
    // The sender may not have got our receipt.
    if (std::holds_alternative<Receipt>(message.body)) return step;
    // It may have come first by a way that carries the note alone.
    if (MessageState* const known = state_of(opened->id); known != nullptr && known->sealed.empty() && take_sealed(*known, arrived)) {
      step.sealed.push_back(sealed_json(known->id, known->sealed));
      step.changed.push_back(known->id);
    }
    const auto pending = unrecorded_.find(opened->id);
    const bool recorded = pending == unrecorded_.end();
    if (recorded || is_urgent(message.message_class)) {
      const MessageState* const known = find(opened->id);
      give_receipt(opened->id, {message.from, message.message_class, message.exercise, known != nullptr ? known->taken_at : now}, recorded, now, step);
    }
    return step;
  }
  return take_fresh(std::move(*opened), arrived, now);
}

Step Line::take_fresh(OpenMessage opened, const Arrived& arrived, Time now) {
  Step step;
  const bool carried = !arrived.from_party.empty() && arrived.from_party != opened.message.from;
  const std::string via = carried ? "carried:" + std::string(arrived.from_party) : std::string(arrived.via);
  step.entries.push_back({opened.id, entry("message_received", now, [&](json::Writer& out) {
                            out.field("note", arrived.note);
                            out.field("via", via);
                          })});
  if (std::holds_alternative<Receipt>(opened.message.body)) {
    step.entries.back().id.clear();
    take_receipt(opened.message, now, step);
    return step;
  }
  const Unrecorded due{opened.message.from, opened.message.message_class, opened.message.exercise, now};
  unrecorded_[opened.id] = due;
  MessageState state;
  state.id = opened.id;
  state.message = std::move(opened.message);
  state.note = arrived.note;
  state.taken_at = now;
  state.via = via;
  state.clock_doubt = state.message.at > now + LineLimits::clock_doubt;
  if (take_sealed(state, arrived)) step.sealed.push_back(sealed_json(state.id, state.sealed));
  const auto* signal = std::get_if<Signal>(&state.message.body);
  if (signal != nullptr && signal->sdp && ledger::sha256(ledger::as_bytes(arrived.sealed)) == *signal->sdp) state.sealed = arrived.sealed;
  MessageState& kept = store(std::move(state));
  take_call(kept, now);
  step.changed.push_back(kept.id);
  step.arrived.push_back(kept.id);
  if (is_urgent(kept.message.message_class)) give_receipt(kept.id, due, false, now, step);
  if (std::holds_alternative<Answer>(kept.message.body)) take_answer(kept, step);
  return step;
}

bool Line::take_presence(const OpenMessage& opened, const Arrived& arrived, Time now) {
  const Message& message = opened.message;
  const auto peer = peers_.find(message.from);
  // Whoever carries it could bring an old one.
  if (peer == peers_.end() || arrived.from_party != message.from) return false;
  const auto& desks = std::get<Presence>(message.body).desks;
  const bool changed = peer->second.desks != desks || !peer->second.present_at;
  peer->second.desks = desks;
  peer->second.present_at = now;
  return changed;
}

namespace {

// False: it says nothing new of that addressee.
bool add_receipt(Addressee& to, const Receipt& receipt, Time now) {
  const bool first = !to.receipt_at;
  if (first) to.receipt_at = now, to.received_at = receipt.received_at;
  const bool is_new = first || (receipt.recorded && !to.recorded);
  to.recorded = to.recorded || receipt.recorded;
  return is_new;
}

Addressee* addressee(MessageState& state, std::string_view party) {
  const auto at = std::find_if(state.to.begin(), state.to.end(), [&](const Addressee& to) { return to.party == party; });
  return at == state.to.end() ? nullptr : &*at;
}

}  // namespace

void Line::take_receipt(const Message& message, Time now, Step& step, std::optional<std::uint64_t> index) {
  MessageState* const state = state_of(message.reply_to);
  if (state == nullptr || !state->own) return;
  if (Addressee* const to = addressee(*state, message.from)) {
    if (add_receipt(*to, std::get<Receipt>(message.body), now) && index) state->changed_by.push_back(*index);
    step.changed.push_back(state->id);
  }
  settle(*state, now);
}

// One's own answer to what one was asked, or another's to what one asked; nobody answers for a third.
bool Line::answers_for(const MessageState& asked, const Message& answer) const {
  if (answer.from == setup_.party) return !asked.own || std::holds_alternative<Handover>(asked.message.body);
  return asked.own && std::any_of(asked.to.begin(), asked.to.end(), [&](const Addressee& to) { return to.party == answer.from; });
}

// False: it changes nothing of the message any more.
bool Line::add_answer(MessageState& asked, const MessageState& state) const {
  const Message& message = state.message;
  const Answer& answer = std::get<Answer>(message.body);
  bool is_new = false;
  if (asked.answers.size() < LineLimits::answers) {
    GivenAnswer given{state.id, message.from, message.by, answer, message.at, state.taken_at};
    if (const auto places = places_of(asked.message); answer.shown && !places.empty()) {
      given.same_place = std::any_of(places.begin(), places.end(), [&](geo::Position p) { return same_place(p, *answer.shown); });
    }
    given.index = state.index;
    asked.answers.push_back(std::move(given));
    is_new = true;
  }
  if (Addressee* const to = addressee(asked, message.from); to != nullptr && !to->answered_at) {
    to->answered_at = state.taken_at;
    is_new = true;
  }
  if (message.from != setup_.party && answer.word == AnswerWord::where_exactly && !asked.asked_back) {
    asked.asked_back = true;
    is_new = true;
  }
  return is_new;
}

// Of an answer that is kept.
void Line::take_answer(const MessageState& answer, Step& step) {
  const Message& message = answer.message;
  MessageState* const asked = state_of(message.reply_to);
  if (asked == nullptr || !answers_for(*asked, message)) return;
  if (add_answer(*asked, answer) && answer.index) asked->changed_by.push_back(*answer.index);
  if (std::holds_alternative<LineCheck>(asked->message.body)) {
    const auto peer = peers_.find(message.from == setup_.party ? asked->message.from : message.from);
    if (peer != peers_.end()) {
      peer->second.checked_at = answer.taken_at;
      peer->second.checked_index = answer.index;
      peer->second.check_missed_at.reset();
      peer->second.missed_index.reset();
      step.desks_changed = true;
    }
  }
  step.changed.push_back(asked->id);
  settle(*asked, answer.taken_at);
}

void Line::take_call(MessageState& state, Time taken_at) {
  const Message& message = state.message;
  if (std::holds_alternative<Officer>(message.body)) return calls_.take_officer({message, state.id}, state.note, state.index);
  const auto* signal = std::get_if<Signal>(&message.body);
  const auto* minutes = std::get_if<Minutes>(&message.body);
  if (signal == nullptr && minutes == nullptr) return;
  state.officer = calls_.sign_of(message);
  if (const KnownOfficer* const known = calls_.officer(message.from, message.by.account)) state.officer_index = known->index;
  if (minutes != nullptr && !message.reply_to.empty()) {
    const MessageState* const first = find(message.reply_to);
    const auto* theirs = first != nullptr ? std::get_if<Minutes>(&first->message.body) : nullptr;
    // Nobody agrees for himself, nor to another text.
    if (theirs == nullptr || first->message.from == message.from || theirs->text != minutes->text) return;
  }
  const CallState* const call = calls_.take(state.id, message, taken_at, state.index);
  if (call == nullptr || !call->ended_at) return;
  for (const std::string& id : call->signals) {
    if (MessageState* const of = state_of(id)) of->sealed.clear();
  }
}

// An own offer that nobody has answered, declined or taken back, and that has not rung out.
bool Line::rings(const MessageState& state) const {
  const auto* signal = std::get_if<Signal>(&state.message.body);
  if (signal == nullptr || !state.own || signal->kind != SignalKind::offer) return false;
  const CallState* const call = calls_.find(signal->call);
  return call != nullptr && call->signals.front() == state.id && !call->responded_at && !call->ended_at && !call->rang_out;
}

// A note for another party, brought by a third one: it goes on to whom it names, and no further.
Result<Step> Line::carry(const OpenMessage& opened, const Arrived& arrived, Time now) {
  const Message& message = opened.message;
  const auto refuse = [&](std::string why) -> Result<Step> {
    ++refused_;
    return Error{ErrorCode::refused, std::move(why)};
  };
  if (arrived.from_party.empty()) return refuse("this message is for " + (message.to.empty() ? std::string("nobody outside ") + quoted(message.from) : quoted(message.to.front())) + ", not for this party");
  if (!setup_.carries) return refuse("this node carries no messages for others");
  if (std::holds_alternative<Presence>(message.body)) return Step{};
  Step step;
  std::erase_if(carried_, [&](const auto& carried) { return carried.second <= now; });
  for (const std::string& party : message.to) {
    if (peers_.find(party) == peers_.end() || party == arrived.from_party) continue;
    const std::string key = party + ' ' + opened.id;
    if (carried_.find(key) != carried_.end()) continue;
    Bucket& bucket = buckets_[message.from];
    if (bucket.at != Time{}) {
      const double gained = std::chrono::duration<double>(now - bucket.at).count() * LineLimits::relayed_per_second;
      bucket.tokens = std::min<double>(LineLimits::relayed_burst, bucket.tokens + std::max(0.0, gained));
    }
    bucket.at = now;
    if (bucket.tokens < 1) return refuse("more messages of " + quoted(message.from) + " than this node carries for others; they are carried later");
    bucket.tokens -= 1;
    carried_[key] = now + LineLimits::relay_again_every - seconds(5);
    step.sends.push_back({party, std::string(arrived.note), {}, is_urgent(message.message_class), {}});
    if (!remember(key)) continue;   // it is in the record already
    step.entries.push_back({{}, entry("message_carried", now, [&](json::Writer& out) {
                              out.field("from", message.from);
                              out.field("message", opened.id);
                              out.field("to", party);
                            })});
  }
  return step;
}

// ------------------------------------------------------------------------------------------------------------ keeping

MessageState& Line::store(MessageState state) {
  const std::string id = state.id;
  MessageState& kept = messages_[id] = std::move(state);
  order_.push_back(id);
  waiting_.insert(id);
  make_room(kept.taken_at);
  return kept;
}

MessageState* Line::state_of(std::string_view id) {
  const auto at = messages_.find(id);
  return at == messages_.end() ? nullptr : &at->second;
}

const MessageState* Line::find(std::string_view id) const {
  const auto at = messages_.find(id);
  return at == messages_.end() ? nullptr : &at->second;
}

// False where it was known. The oldest are forgotten: what old they belonged to is older than anybody sends again.
bool Line::remember(const std::string& id) {
  if (!ids_.insert(id).second) return false;
  ids_in_order_.push_back(id);
  if (ids_in_order_.size() > setup_.ids) {
    ids_.erase(ids_in_order_.front());
    ids_in_order_.pop_front();
  }
  return true;
}

// The oldest that nobody waits for at that time, in a replay as when it was; where all wait, the oldest of the least urgency. The newest
// stays.
void Line::make_room(Time now) {
  const auto leaves_first = [&](const std::string& id) {
    if (waiting_.find(id) == waiting_.end()) return true;
    settle(messages_.at(id), now);
    return waiting_.find(id) == waiting_.end();
  };
  while (messages_.size() > setup_.messages) {
    auto leaves = std::find_if(order_.begin(), order_.end() - 1, leaves_first);
    if (leaves == order_.end() - 1) {
      leaves = std::max_element(order_.begin(), order_.end() - 1, [&](const std::string& a, const std::string& b) {
        return messages_.at(a).message.message_class < messages_.at(b).message.message_class;
      });
    }
    waiting_.erase(*leaves);
    messages_.erase(*leaves);
    order_.erase(leaves);
  }
}

bool Line::is_open(const MessageState& state, Time now) const {
  if (now >= state.taken_at + LineLimits::open_for) return false;
  if (const auto* handover = std::get_if<Handover>(&state.message.body)) {
    return state.own && std::none_of(state.answers.begin(), state.answers.end(), [&](const GivenAnswer& a) { return a.by.account == handover->to; });
  }
  if (!state.own) return wants_answer(state.message) && !state.answered_by(setup_.party);
  if (state.asked_back) return true;
  return wants_answer(state.message) && std::any_of(state.to.begin(), state.to.end(), [](const Addressee& to) { return !to.answered_at; });
}

bool Line::waits(const MessageState& state, Time now) const {
  if (!state.index || is_open(state, now) || rings(state)) return true;
  return now < state.taken_at + LineLimits::again_for && std::any_of(state.to.begin(), state.to.end(), [](const Addressee& to) { return !to.recorded; });
}

void Line::settle(const MessageState& state, Time now) {
  if (waits(state, now)) {
    waiting_.insert(state.id);   // whoever asks back waits again
  } else {
    waiting_.erase(state.id);
  }
}

Step Line::recorded(std::string_view id, std::uint64_t index, Time now) {
  Step step;
  const auto pending = unrecorded_.find(id);
  if (pending == unrecorded_.end()) return step;
  const Unrecorded of = pending->second;
  unrecorded_.erase(pending);
  if (MessageState* const state = state_of(id)) {
    if (!state->index) state->index = index;   // where it stands twice, the first counts
    step.changed.push_back(state->id);
    if (MessageState* const asked = state_of(state->message.reply_to)) {
      for (GivenAnswer& answer : asked->answers) {
        if (answer.id == id) answer.index = index, step.changed.push_back(asked->id);
      }
    }
    settle(*state, now);
  }
  if (!of.receipt_to.empty()) give_receipt(id, of, true, now, step);
  return step;
}

// ------------------------------------------------------------------------------------------------------------ timers

const LineTimers& Line::timers(std::string_view party) const {
  static const LineTimers usual;
  const auto at = timers_.find(party);
  return at == timers_.end() ? usual : at->second;
}

void Line::set_timers(std::string_view party, LineTimers timers) { timers_[std::string(party)] = std::move(timers); }

void Line::add_event(MessageState& state, LineEvent event, Step& step) {
  if (state.events.size() >= LineLimits::events) return;
  step.entries.push_back({{}, entry("line_event", event.at, [&](json::Writer& out) {
                            if (!event.call.empty()) out.field("call", event.call);
                            out.field("event", to_string(event.what));
                            out.field("message", state.id);
                            out.field("party", event.party);
                          })});
  state.events.push_back(std::move(event));
  step.changed.push_back(state.id);
}

namespace {

// When that step of the ladder is climbed, since the message was sent: a STOP begins early and keeps the distances.
Duration climbs_after(const LineTimers& timers, std::size_t step, MessageClass of) {
  const Duration after = timers.steps[step].after;
  return of == MessageClass::stop ? std::min(after, timers.stop_climbs_from + (after - timers.steps.front().after)) : after;
}

}  // namespace

std::string Line::ladder(const MessageState& state, std::string_view party, Time now) const {
  std::string call;
  const LineTimers& of = timers(party);
  for (std::size_t i = 0; i < of.steps.size(); ++i) {
    if (now >= state.taken_at + climbs_after(of, i, state.message.message_class)) call = of.steps[i].call;
  }
  return call;
}

void Line::carry_own(MessageState& state, Addressee& to, Time now, Step& step) {
  const bool urgent = is_urgent(state.message.message_class);
  const Duration patience = is_up(to.party) ? (urgent ? LineLimits::relay_urgent_after : LineLimits::relay_after) : Duration(0);
  if (to.receipt_at || now < state.taken_at + patience) return;
  if (to.last_carried != Time{} && now < to.last_carried + LineLimits::relay_again_every) return;
  for (const LinePeer& peer : setup_.peers) {
    if (!peer.may_carry || peer.party == to.party || !is_up(peer.party)) continue;
    to.last_carried = now;
    step.sends.push_back({peer.party, state.note, {}, urgent, {}});
    if (std::find(to.carried_by.begin(), to.carried_by.end(), peer.party) != to.carried_by.end()) continue;
    to.carried_by.push_back(peer.party);
    add_event(state, {LineEvent::What::carried, to.party, peer.party, now}, step);
  }
}

void Line::look_at_answers(MessageState& state, const Addressee& to, Time now, Step& step) {
  if (!wants_answer(state.message) || to.answered_at || now >= state.taken_at + LineLimits::open_for) return;
  const LineTimers& of = timers(to.party);
  if (now >= state.taken_at + of.answered_within) {
    const bool check = std::holds_alternative<LineCheck>(state.message.body);
    const auto what = check ? LineEvent::What::check_missed : LineEvent::What::not_answered;
    if (!has_event(state, what, to.party)) {
      add_event(state, {what, to.party, {}, now}, step);
      if (const auto peer = check ? peers_.find(to.party) : peers_.end(); peer != peers_.end() && !peer->second.check_missed_at) {
        peer->second.check_missed_at = now;
        step.desks_changed = true;
      }
    }
  }
  for (std::size_t i = 0; i < of.steps.size(); ++i) {
    if (now < state.taken_at + climbs_after(of, i, state.message.message_class)) break;
    if (!has_event(state, LineEvent::What::escalated, to.party, of.steps[i].call)) add_event(state, {LineEvent::What::escalated, to.party, of.steps[i].call, now}, step);
  }
}

void Line::look_at_call(MessageState& state, const Addressee& to, Time now, Step& step) {
  if (!rings(state) || now < state.taken_at + timers(to.party).answered_within) return;
  calls_.rang_out(std::get<Signal>(state.message.body).call);
  state.sealed.clear();
  add_event(state, {LineEvent::What::not_answered, to.party, {}, now}, step);
}

void Line::look(MessageState& state, Addressee& to, Time now, Step& step) {
  if (!to.recorded && now < state.taken_at + LineLimits::again_for) {
    // While the link is down its own queue holds what was sent.
    if (is_up(to.party) && now >= to.last_sent + pause_before_again(to.times_sent)) send_to(state, to, now, step);
    carry_own(state, to, now, step);
  }
  if (!to.receipt_at && now >= state.taken_at + timers(to.party).received_within && !has_event(state, LineEvent::What::not_received, to.party)) {
    add_event(state, {LineEvent::What::not_received, to.party, {}, now}, step);
  }
  look_at_answers(state, to, now, step);
  look_at_call(state, to, now, step);
}

void Line::check_lines(Time now, Step& step) {
  if (setup_.check_every <= Duration(0)) return;
  for (auto& [party, peer] : peers_) {
    const Time next = Time((now.time_since_epoch() / setup_.check_every + 1) * setup_.check_every);
    const bool due = peer.next_check <= now;
    peer.next_check = next;
    if (!due) continue;
    auto sent = send({.to = {party}, .body = LineCheck{}}, now);
    if (!sent) continue;
    peer.check_sent_at = now;
    step.add(std::move(sent->step));
    step.desks_changed = true;
  }
}

void Line::tell_presence(Time now, Step& step) {
  if (peers_.empty() || setup_.desks.empty()) return;
  presence_told_ = now;
  Message message;
  message.from = setup_.party;
  for (const auto& [party, peer] : peers_) message.to.push_back(party);
  message.at = std::chrono::floor<milliseconds>(now);
  message.body = Presence{desks_};
  if (!check(message)) return;
  const std::string note = note_of(to_text(message));
  for (const std::string& party : message.to) step.sends.push_back({party, note, {}, false, "presence"});
}

Step Line::set_presence(std::vector<Presence::Desk> desks, Time now) {
  Step step;
  if (desks == desks_ && presence_told_ != Time::min()) return step;
  desks_ = std::move(desks);
  step.desks_changed = true;
  tell_presence(now, step);
  return step;
}

Step Line::tick(Time now, const std::set<std::string, std::less<>>& up) {
  Step step;
  up_ = up;
  const std::vector<std::string> waiting(waiting_.begin(), waiting_.end());
  for (const std::string& id : waiting) {
    MessageState& state = messages_.at(id);
    for (Addressee& to : state.to) look(state, to, now, step);
    settle(state, now);
  }
  check_lines(now, step);
  for (auto& [party, peer] : peers_) {
    if (!peer.present_at || now < *peer.present_at + LineLimits::presence_holds) continue;
    peer.present_at.reset();
    step.desks_changed = true;
  }
  if (presence_told_ == Time::min() || now >= presence_told_ + LineLimits::presence_every) tell_presence(now, step);
  return step;
}

// ------------------------------------------------------------------------------------------------------------ replay

namespace {

void add_recorded_event(MessageState& state, const LineEvent& event) {
  state.events.push_back(event);
  Addressee* const to = addressee(state, event.party);
  if (event.what == LineEvent::What::carried && to != nullptr) to->carried_by.push_back(event.call);
}

}  // namespace

Step Line::replay(std::uint64_t index, std::string_view text) {
  Step told;
  const auto read = read_line_entry(text);
  if (!read) return told;
  if (const auto* event = std::get_if<EventEntry>(&read->what)) {
    MessageState* const state = state_of(event->message);
    if (state == nullptr || state->events.size() >= LineLimits::events) return told;
    add_recorded_event(*state, event->event);
    state->changed_by.push_back(index);
    if (const auto* signal = std::get_if<Signal>(&state->message.body); signal != nullptr && event->event.what == LineEvent::What::not_answered) calls_.rang_out(signal->call, index);
    if (const auto peer = peers_.find(event->event.party); peer != peers_.end() && event->event.what == LineEvent::What::check_missed) {
      if (!peer->second.check_missed_at) peer->second.check_missed_at = event->event.at, peer->second.missed_index = index;
    }
    told.changed.push_back(event->message);
    return told;
  }
  const auto& entry_of = std::get<NoteEntry>(read->what);
  const Message& message = entry_of.opened.message;
  const bool own = message.from == setup_.party;
  if (!remember(entry_of.opened.id) || find(entry_of.opened.id) != nullptr) return told;
  if (own && message.number > number_) number_ = message.number, number_index_ = index;
  if (std::holds_alternative<Receipt>(message.body)) {
    if (!own) take_receipt(message, read->at, told, index);
    return told;
  }
  MessageState& kept = store(state_of_note(entry_of, read->at, index));
  told.changed.push_back(kept.id);
  take_call(kept, kept.taken_at);
  if (std::holds_alternative<Answer>(kept.message.body)) {
    take_answer(kept, told);
  } else if (MessageState* const asked = own && !kept.message.reply_to.empty() ? state_of(kept.message.reply_to) : nullptr) {
    if (asked->asked_back) asked->changed_by.push_back(index);
    asked->asked_back = false;
  }
  return told;
}

MessageState Line::state_of_note(const NoteEntry& entry, Time at, std::uint64_t index) const {
  MessageState state;
  state.id = entry.opened.id;
  state.message = entry.opened.message;
  state.own = state.message.from == setup_.party;
  state.taken_at = at;
  state.note = entry.note;
  state.via = entry.via;
  state.clock_doubt = !state.own && state.message.at > at + LineLimits::clock_doubt;
  state.index = index;
  if (state.own) {
    for (const std::string& party : state.message.to) state.to.push_back({party, at});
  }
  return state;
}

// ------------------------------------------------------------------------------------------------------------ the past

LinePast Line::past() const {
  LinePast past;
  past.number = number_index_;
  for (const auto& [party, peer] : peers_) {
    if (peer.checked_index) past.checked[party] = *peer.checked_index;
    if (peer.missed_index) past.missed[party] = *peer.missed_index;
  }
  for (const auto& [whose, officer] : calls_.officers()) past.officers.push_back(officer.index.value());
  for (const std::string& call : calls_.order()) past.calls.push_back(calls_.find(call)->said_by);
  for (const std::string& id : order_) {
    const MessageState& state = messages_.at(id);
    past.messages.push_back({state.index.value(), state.officer_index, state.changed_by});
  }
  for (const std::string& id : ids_in_order_) past.ids.push_back(ledger::hash_from_hex(id).value());
  return past;
}

namespace {

Error is_other(std::uint64_t index, std::string_view wanted) { return bad_input(fmt::format("entry {} is not {}", index, wanted)); }

// The message of an entry; nullptr where it is none.
const NoteEntry* note_at(const LineEntryAt& entry_at, std::uint64_t index) {
  const LineEntry* const entry = entry_at(index);
  return entry == nullptr ? nullptr : std::get_if<NoteEntry>(&entry->what);
}

}  // namespace

Result<void> Line::restore(const LinePast& past, const LineEntryAt& entry_at) {
  for (const ledger::Hash& id : past.ids) remember(ledger::to_hex(id));
  for (const std::uint64_t index : past.officers) {
    const NoteEntry* const note = note_at(entry_at, index);
    if (note == nullptr || !std::holds_alternative<Officer>(note->opened.message.body)) return is_other(index, "an officer's key");
    calls_.take_officer(note->opened, note->note, index);
  }
  for (const auto& call : past.calls) {
    if (auto restored = restore_call(call, entry_at); !restored) return restored;
  }
  for (const LinePast::Kept& kept : past.messages) {
    if (auto restored = restore_message(kept, entry_at); !restored) return restored;
  }
  if (past.number) {
    const NoteEntry* const note = note_at(entry_at, *past.number);
    if (note == nullptr || note->opened.message.from != setup_.party) return is_other(*past.number, "an own message");
    number_ = note->opened.message.number;
    number_index_ = past.number;
  }
  return restore_checks(past, entry_at);
}

Result<void> Line::restore_call(const std::vector<std::uint64_t>& said_by, const LineEntryAt& entry_at) {
  std::string call;
  for (const std::uint64_t index : said_by) {
    const LineEntry* const entry = entry_at(index);
    const auto* const note = entry == nullptr ? nullptr : std::get_if<NoteEntry>(&entry->what);
    const auto* const event = entry == nullptr ? nullptr : std::get_if<EventEntry>(&entry->what);
    if (event != nullptr && !call.empty() && event->event.what == LineEvent::What::not_answered) {
      calls_.rang_out(call, index);
      continue;
    }
    const CallState* const of = note == nullptr ? nullptr : calls_.take(note->opened.id, note->opened.message, entry->at, index);
    if (of == nullptr || (!call.empty() && of->id != call)) return is_other(index, "of a call");
    call = of->id;
  }
  return {};
}

Result<void> Line::restore_message(const LinePast::Kept& kept, const LineEntryAt& entry_at) {
  const NoteEntry* const note = note_at(entry_at, kept.entry);
  if (note == nullptr || std::holds_alternative<Receipt>(note->opened.message.body)) return is_other(kept.entry, "a message");
  MessageState state = state_of_note(*note, entry_at(kept.entry)->at, kept.entry);
  // As his key was then: another may hold by now.
  CallBook then(setup_.party);
  if (kept.officer) {
    const NoteEntry* const key = note_at(entry_at, *kept.officer);
    if (key == nullptr || !std::holds_alternative<Officer>(key->opened.message.body)) return is_other(*kept.officer, "an officer's key");
    then.take_officer(key->opened, key->note);
  }
  state.officer = then.sign_of(state.message);
  state.officer_index = kept.officer;
  for (const std::uint64_t index : kept.changed_by) {
    const LineEntry* const entry = entry_at(index);
    if (entry == nullptr) return is_other(index, "of the line");
    if (auto restored = restore_change(state, *entry, index); !restored) return restored;
    state.changed_by.push_back(index);
  }
  const std::string id = state.id;
  if (!messages_.emplace(id, std::move(state)).second) return is_other(kept.entry, "another message than those before");
  order_.push_back(id);
  waiting_.insert(id);   // until somebody looks
  return {};
}

// The entry tells something of this message.
Result<void> Line::restore_change(MessageState& state, const LineEntry& entry, std::uint64_t index) {
  if (const auto* event = std::get_if<EventEntry>(&entry.what)) {
    if (event->message != state.id) return is_other(index, "an event of the message");
    add_recorded_event(state, event->event);
    return {};
  }
  const NoteEntry& note = std::get<NoteEntry>(entry.what);
  const Message& message = note.opened.message;
  if (message.reply_to != state.id) return is_other(index, "a reply to the message");
  if (const auto* receipt = std::get_if<Receipt>(&message.body)) {
    Addressee* const to = addressee(state, message.from);
    if (to == nullptr) return is_other(index, "a receipt of an addressee");
    add_receipt(*to, *receipt, entry.at);
  } else if (std::holds_alternative<Answer>(message.body)) {
    if (!answers_for(state, message)) return is_other(index, "an answer to the message");
    add_answer(state, state_of_note(note, entry.at, index));
  } else {
    state.asked_back = false;
  }
  return {};
}

Result<void> Line::restore_checks(const LinePast& past, const LineEntryAt& entry_at) {
  for (const auto& [party, index] : past.checked) {
    const auto peer = peers_.find(party);
    const NoteEntry* const note = note_at(entry_at, index);
    if (peer == peers_.end() || note == nullptr || !std::holds_alternative<Answer>(note->opened.message.body)) return is_other(index, "the answer to a line check");
    peer->second.checked_at = entry_at(index)->at;
    peer->second.checked_index = index;
  }
  for (const auto& [party, index] : past.missed) {
    const auto peer = peers_.find(party);
    const LineEntry* const entry = entry_at(index);
    const auto* const event = entry == nullptr ? nullptr : std::get_if<EventEntry>(&entry->what);
    if (peer == peers_.end() || event == nullptr || event->event.what != LineEvent::What::check_missed || event->event.party != party) return is_other(index, "a missed line check");
    peer->second.check_missed_at = event->event.at;
    peer->second.missed_index = index;
  }
  return {};
}

Step Line::take_past(Line&& past, Time now) {
  auto states = std::exchange(messages_, std::move(past.messages_));
  const auto order = std::exchange(order_, std::move(past.order_));
  const auto ids = std::exchange(ids_in_order_, std::move(past.ids_in_order_));
  const CallBook calls = std::exchange(calls_, std::move(past.calls_));
  ids_ = std::move(past.ids_);
  for (const std::string& id : ids) remember(id);
  waiting_.merge(past.waiting_);
  number_ = std::max(number_, past.number_);
  for (auto& [party, peer] : peers_) {
    const auto read = past.peers_.find(party);
    if (read == past.peers_.end() || peer.checked_at) continue;
    peer.checked_at = read->second.checked_at;
    if (read->second.check_missed_at) peer.check_missed_at = read->second.check_missed_at;
  }
  Step told;
  std::set<std::string_view> fresh;
  for (const std::string& id : order) {
    MessageState& early = states.at(id);
    if (MessageState* const known = state_of(id)) {
      if (early.own) {
        // It was recorded before the reading began; what became of it is known here.
        early.index = known->index;
        *known = std::move(early);
        fresh.insert(id);
        continue;
      }
      // It was here before the start, and came again.
      if (known->sealed.empty()) known->sealed = std::move(early.sealed);
      continue;
    }
    MessageState& kept = messages_[id] = std::move(early);
    order_.push_back(id);
    fresh.insert(id);
    take_call(kept, kept.taken_at);
    if (const auto* signal = std::get_if<Signal>(&kept.message.body)) {
      const CallState* const call = calls.find(signal->call);
      if (call != nullptr && call->rang_out) calls_.rang_out(signal->call);
    }
    // What answers a message of this run was told to it already.
    MessageState* const asked = fresh.find(kept.message.reply_to) == fresh.end() ? state_of(kept.message.reply_to) : nullptr;
    if (asked == nullptr) continue;
    if (std::holds_alternative<Answer>(kept.message.body)) {
      take_answer(kept, told);
    } else if (kept.own) {
      asked->asked_back = false;
    }
  }
  std::erase_if(waiting_, [&](const std::string& id) { return messages_.find(id) == messages_.end(); });
  make_room(now);
  return told;
}

Step Line::resume(Time now) {
  Step step;
  const std::vector<std::string> waiting(waiting_.begin(), waiting_.end());
  for (const std::string& id : waiting) {
    MessageState& state = messages_.at(id);
    settle(state, now);
    if (waiting_.find(id) == waiting_.end()) continue;
    for (Addressee& to : state.to) {
      if (!to.recorded && now < state.taken_at + LineLimits::again_for) send_to(state, to, now, step);
    }
  }
  return step;
}

}  // namespace skypact::line
