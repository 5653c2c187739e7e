#include "server/line_desk.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "base/text.h"
#include "ledger/key_file.h"
#include "line/call_json.h"
#include "line/line_json.h"
#include "line/notice_area.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {

struct LineDesk::State : DiskThreadState, std::enable_shared_from_this<State> {
  State(LineDeskOptions o, ledger::SigningKey key, std::shared_ptr<LedgerWriter> r, std::shared_ptr<NodeClock> c)
      : options(std::move(o)), record(std::move(r)), clock(std::move(c)), line(options.setup, std::move(key)), notices(options.setup.party, options.zones_before) {}

  void run();
  // As the record writes it, to the millisecond: what stands in memory is what a start reads back.
  [[nodiscard]] Time present() const { return std::chrono::floor<milliseconds>(clock->now()); }
  // All under `mutex`:
  void carry_out(line::Step step);
  void hand_to_record();
  void recorded(std::uint64_t number, const Result<std::uint64_t>& index);
  void tell(bool all);
  bool tell_of_call(const line::Message& message, Time now) const;
  void look_at_timers();
  void take_notice(const std::string& id);
  NoticeSeen seen(const line::NoticeRecord& notice, Time now, std::shared_ptr<const std::vector<line::PartyNotice>> standing) const;
  Result<void> send_notice(const Result<line::Draft>& draft, Time now);
  [[nodiscard]] std::vector<std::string> peers() const {
    std::vector<std::string> parties;
    for (const auto& [party, peer] : line.peers()) parties.push_back(party);
    return parties;
  }
  // Of the thread that reads it.
  void take_past(node::ReadLine read);
  // Of the thread, without `mutex` while it waits for the engine and judges.
  void tell_notices();

  const LineDeskOptions options;
  const std::shared_ptr<LedgerWriter> record;
  const std::shared_ptr<NodeClock> clock;
  std::thread thread;
  // Under `mutex`:
  line::Line line;
  line::NoticeDesk notices;
  std::set<std::string> zones_given;                     // their ids, as the watch took them last
  std::uint64_t next_entry = 0;
  std::map<std::uint64_t, line::Step::Entry> waiting;    // for the record, in their order
  std::map<std::uint64_t, line::Step::Entry> handed;     // to the record, not answered
  std::uint64_t lost = 0;                                // entries beyond the bound
  std::set<std::string> untold;                          // ids of changed messages that clients have not been told of
  bool desks_changed = false;
  bool past_is_read = false;
  std::set<std::string, std::less<>> up;
  // Of the thread alone:
  std::optional<line::NoticeZones> zones_taken;          // by the watch
  Time zones_look_again = Time::min();
  std::size_t zones_left_out = 0;
};

void LineDesk::State::carry_out(line::Step step) {
  if (stopping) return;   // a ledger's thread may come here after the node is gone
  bool urgent = false;
  for (line::Step::Send& send : step.sends) {
    urgent = urgent || send.urgent;
    if (!options.send(send.to, {std::move(send.note), std::move(send.sealed)}, send.urgent ? link::Lane::urgent : link::Lane::calm, std::move(send.key))) {
      log::warn("a note of the line waits", {{"for", send.to}, {"why", "there is no link, or too much waits for it"}});
    }
  }
  for (const std::string& id : step.changed) {
    const line::MessageState* const state = line.find(id);
    urgent = urgent || (state != nullptr && line::is_urgent(state->message.message_class));
    if (state != nullptr && options.changed) options.changed(*state);
    untold.insert(id);
    take_notice(id);
  }
  desks_changed = desks_changed || step.desks_changed;
  // A STOP is told now; a flood of the rest a few times a second.
  if (urgent) tell(false);
  for (const std::string& sealed : step.sealed) options.journal("sealed", sealed);
  for (line::Step::Entry& entry : step.entries) {
    if (waiting.size() + handed.size() >= LineDeskLimits::to_record) {
      if (++lost == 1) log::error("the line's messages are not recorded any more", {{"why", "too many wait for the record's disk"}});
      continue;
    }
    waiting.emplace(next_entry++, std::move(entry));
  }
  hand_to_record();
}

// Messages of other kinds change nothing there.
void LineDesk::State::take_notice(const std::string& id) {
  const line::MessageState* const state = line.find(id);
  if (state == nullptr) return;
  const auto taken = notices.take(*state);
  if (!taken) log::warn("a notice is not taken over", {{"from", state->message.from}, {"message", id}, {"why", taken.error().message}});
}

void LineDesk::State::hand_to_record() {
  while (!waiting.empty()) {
    const auto next = waiting.begin();
    const std::uint64_t number = next->first;
    const auto done = [weak = weak_from_this(), number](const Result<std::uint64_t>& index) {
      if (const auto self = weak.lock()) {
        const std::lock_guard lock(self->mutex);
        self->recorded(number, index);
      }
    };
    if (!record->append(next->second.text, done)) return;   // the thread tries again
    handed.insert(waiting.extract(next));
  }
}

void LineDesk::State::recorded(std::uint64_t number, const Result<std::uint64_t>& index) {
  const auto at = handed.find(number);
  if (at == handed.end() || stopping) return;
  if (!index) {
    // Whether it is durable is not known: it may come to stand there twice, which counts once.
    waiting.insert(handed.extract(at));
    return;
  }
  const std::string id = std::move(at->second.id);
  handed.erase(at);
  if (!id.empty()) carry_out(line.recorded(id, *index, present()));
}

// A call is told of as one thing, whatever signal of it is new. False: the message is no part of one.
bool LineDesk::State::tell_of_call(const line::Message& message, Time now) const {
  const auto* signal = std::get_if<line::Signal>(&message.body);
  const auto* minutes = std::get_if<line::Minutes>(&message.body);
  if (signal == nullptr && minutes == nullptr) return false;
  const line::CallState* const call = line.calls().find(signal != nullptr ? signal->call : minutes->call);
  if (call == nullptr) return true;
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("type", "line_call");
  out.key("call");
  append(out, *call, line, now);
  out.end_object();
  options.tell(std::move(text));
  return true;
}

// Of urgent messages alone, or of all.
void LineDesk::State::tell(bool all) {
  const Time now = present();
  const auto told = [&](const std::string& id) {
    const line::MessageState* const state = line.find(id);
    if (!all && (state == nullptr || !line::is_urgent(state->message.message_class))) return false;
    if (state == nullptr || std::holds_alternative<line::Answer>(state->message.body) || std::holds_alternative<line::Officer>(state->message.body)) return true;
    if (tell_of_call(state->message, now)) return true;
    std::string text;
    json::Writer out(text);
    out.begin_object();
    out.field("type", "line_message");
    out.key("message");
    append(out, *state, line, *options.gazetteer, now);
    out.end_object();
    options.tell(std::move(text));
    return true;
  };
  if (untold.size() > LineDeskLimits::told_at_once && all) {
    // Urgent ones were told when they changed.
    untold.clear();
    options.tell("{\"type\":\"line_changed\"}");
  } else {
    std::erase_if(untold, told);
  }
  if (!all || !desks_changed) return;
  desks_changed = false;
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("type", "line");
  out.key("line");
  append_desks(out, line, up, now);
  out.end_object();
  options.tell(std::move(text));
}

void LineDesk::State::look_at_timers() {
  const Time now = present();
  auto up_now = options.up();
  if (up_now != up) desks_changed = true;
  up = std::move(up_now);
  for (const line::LinePeer& peer : options.setup.peers) line.set_timers(peer.party, options.timers(peer.party));
  line::Step step = line.set_presence(options.presence(), now);
  step.add(line.tick(now, up));
  carry_out(std::move(step));
  tell(true);
}

// What came since the start is known already, and follows.
void LineDesk::State::take_past(node::ReadLine read) {
  const std::lock_guard lock(mutex);
  if (stopping) return;
  line::Step step = line.take_past(std::move(read.line), present());
  notices.take_past(std::move(read.notices));
  notices.past_is_read(line);
  past_is_read = true;
  desks_changed = true;
  step.add(line.resume(present()));
  carry_out(std::move(step));
  options.tell("{\"type\":\"line_changed\"}");
}

void LineDesk::State::run() {
  name_thread("line");
  std::unique_lock lock(mutex);
  while (!stopping) {
    look_at_timers();
    hand_to_record();
    lock.unlock();
    tell_notices();
    lock.lock();
    changed.wait_for(lock, LineDeskLimits::look_every, [&] { return stopping; });
  }
  finished = true;
  changed.notify_all();
}

NoticeSeen LineDesk::State::seen(const line::NoticeRecord& notice, Time now, std::shared_ptr<const std::vector<line::PartyNotice>> standing) const {
  return {notice, std::move(standing), zones_given.find(line::zone_id_of(notice.notice, notice.party)) != zones_given.end(), now};
}

// The watch first: what is told then says of its zone what is so.
void LineDesk::State::tell_notices() {
  std::unique_lock lock(mutex);
  if (stopping) return;
  const Time now = present();
  const std::vector<line::NoticeDesk::Key> anew = notices.changed(now);
  if (!anew.empty() || now >= zones_look_again) {
    line::NoticeZones zones = notices.zones(now);
    zones_look_again = now + seconds(1);
    if (zones.left_out > 0 && zones.left_out != zones_left_out) log::warn("more notices than the watch takes; those that begin last are no zones yet", {{"left out", std::to_string(zones.left_out)}});
    zones_left_out = zones.left_out;
    if (!zones_taken || zones_taken->zones != zones.zones) {
      lock.unlock();
      const bool taken = options.zones(zones);
      lock.lock();
      if (stopping) return;
      if (taken) {
        zones_given.clear();
        for (const Zone& zone : zones.zones) zones_given.insert(zone.id);
        zones_taken = std::move(zones);
      } else {
        zones_look_again = now + LineDeskLimits::zones_again;
      }
    }
  }
  if (anew.empty()) return;
  if (anew.size() > LineDeskLimits::told_at_once) {
    lock.unlock();
    return options.tell("{\"type\":\"notices_changed\"}");
  }
  const auto standing = std::make_shared<const std::vector<line::PartyNotice>>(notices.book().standing(now));
  std::vector<NoticeSeen> told;
  for (const auto& [party, number] : anew) {
    if (const line::NoticeRecord* const notice = notices.book().find(party, number)) told.push_back(seen(*notice, now, standing));
  }
  lock.unlock();
  for (const NoticeSeen& one : told) options.tell("{\"type\":\"notice\",\"notice\":" + options.notice(one) + "}");
}

Result<void> LineDesk::State::send_notice(const Result<line::Draft>& draft, Time now) {
  if (!draft) return draft.error();
  auto sent = line.send(*draft, now);
  if (!sent) return std::move(sent).error();
  carry_out(std::move(sent->step));
  return {};
}

Result<std::unique_ptr<LineDesk>> LineDesk::start(LineDeskOptions options, std::shared_ptr<LedgerWriter> record, std::shared_ptr<NodeClock> clock) {
  auto key = ledger::read_key_file(options.key_file);
  if (!key) return std::move(key).error();
  if (key->verifier().name != options.setup.origin) return bad_input("the record's key is called " + key->verifier().name + ", and the record " + options.setup.origin);
  auto state = std::make_shared<State>(std::move(options), std::move(*key), std::move(record), std::move(clock));
  std::unique_ptr<LineDesk> desk(new LineDesk(state));
  state->thread = std::thread([state] { state->run(); });
  const auto take_past = [weak = std::weak_ptr(state)](node::ReadLine read) {
    if (const auto self = weak.lock()) self->take_past(std::move(read));
  };
  desk->past_ = std::make_unique<LineIndexThread>(LineIndexThreadOptions{.setup = state->options.setup, .read = take_past}, state->record);
  return desk;
}

LineDesk::LineDesk(std::shared_ptr<State> state) : state_(std::move(state)) {}
LineDesk::~LineDesk() {
  past_.reset();
  end_disk_thread(*state_, state_->thread);
}

Result<std::string> LineDesk::send(line::Draft draft) {
  const std::lock_guard lock(state_->mutex);
  auto sent = state_->line.send(std::move(draft), state_->present());
  if (!sent) return std::move(sent).error();
  state_->carry_out(std::move(sent->step));
  return std::move(sent->id);
}

Result<std::string> LineDesk::answer(std::string_view id, line::Answer answer, line::Author by) {
  const std::lock_guard lock(state_->mutex);
  auto sent = state_->line.answer(id, std::move(answer), std::move(by), state_->present());
  if (!sent) return std::move(sent).error();
  state_->carry_out(std::move(sent->step));
  return std::move(sent->id);
}

Result<std::string> LineDesk::announce(line::Author by, const std::array<std::uint8_t, 32>& public_key) {
  const std::lock_guard lock(state_->mutex);
  auto sent = state_->line.announce(std::move(by), public_key, state_->present());
  if (!sent) return std::move(sent).error();
  state_->carry_out(std::move(sent->step));
  return std::move(sent->id);
}

void LineDesk::withdraw(std::string_view account) {
  const std::lock_guard lock(state_->mutex);
  if (auto sent = state_->line.withdraw(account, state_->present())) state_->carry_out(std::move(sent->step));
}

void LineDesk::take(const std::string& from, const link::LineNote& note) {
  const std::lock_guard lock(state_->mutex);
  auto taken = state_->line.take({note.note, "link", from, note.sealed}, state_->present());
  if (!taken) return log::warn("a note of the line is not taken", {{"from", from}, {"why", taken.error().message}});
  state_->carry_out(std::move(*taken));
}

Result<std::string> LineDesk::take_file(std::string_view note) {
  const std::lock_guard lock(state_->mutex);
  auto taken = state_->line.take({note, "file", {}, {}}, state_->present());
  if (!taken) return std::move(taken).error();
  state_->carry_out(std::move(*taken));
  const auto opened = line::open_recorded(note);
  return opened ? opened->id : std::string();
}

Result<line::NoticeNumber> LineDesk::give_notice(line::Notice notice, std::vector<std::string> to, line::Author by) {
  const std::lock_guard lock(state_->mutex);
  const Time now = state_->present();
  if (to.empty()) to = state_->peers();
  const auto number = state_->notices.next_number(now);
  if (!number) return number.error();
  if (auto sent = state_->send_notice(state_->notices.give(std::move(notice), std::move(to), std::move(by), now), now); !sent) return sent.error();
  return *number;
}

Result<void> LineDesk::change_notice(line::NoticeNumber number, line::Notice notice, const std::vector<std::string>& to, line::Author by) {
  const std::lock_guard lock(state_->mutex);
  return state_->send_notice(state_->notices.change(number, std::move(notice), to, state_->peers(), std::move(by)), state_->present());
}

Result<void> LineDesk::cancel_notice(line::NoticeNumber number, std::string reason, line::Author by) {
  const std::lock_guard lock(state_->mutex);
  return state_->send_notice(state_->notices.cancel(number, std::move(reason), state_->peers(), std::move(by)), state_->present());
}

Result<void> LineDesk::acknowledge_notice(std::string_view party, line::NoticeNumber number, line::Answer answer, line::Author by) {
  const std::lock_guard lock(state_->mutex);
  const auto id = state_->notices.message_to_answer(party, number);
  if (!id) return id.error();
  auto sent = state_->line.answer(*id, std::move(answer), std::move(by), state_->present());
  if (!sent) return std::move(sent).error();
  state_->carry_out(std::move(sent->step));
  return {};
}

std::optional<NoticeSeen> LineDesk::notice(std::string_view party, line::NoticeNumber number) const {
  const std::lock_guard lock(state_->mutex);
  const line::NoticeRecord* const found = state_->notices.book().find(party, number);
  if (found == nullptr) return std::nullopt;
  const Time now = state_->present();
  return state_->seen(*found, now, std::make_shared<const std::vector<line::PartyNotice>>(state_->notices.book().standing(now)));
}

std::vector<NoticeSeen> LineDesk::notices(bool all) const {
  const std::lock_guard lock(state_->mutex);
  const Time now = state_->present();
  const auto standing = std::make_shared<const std::vector<line::PartyNotice>>(state_->notices.book().standing(now));
  std::vector<NoticeSeen> list;
  for (const auto& [key, notice] : state_->notices.book().all()) {
    if (all || line::phase_of(notice.notice, now) < line::NoticePhase::over) list.push_back(state_->seen(notice, now, standing));
  }
  return list;
}

LineDesk::NoticePlace LineDesk::notice_place() const {
  const std::lock_guard lock(state_->mutex);
  const Time now = state_->present();
  // Where every number of the year is used, the text stands without one that could be given.
  const auto number = state_->notices.next_number(now);
  return {number ? *number : line::NoticeNumber{line::NoticeLimits::number, 0}, state_->notices.party(), state_->notices.book().standing(now), now};
}

void LineDesk::look(const std::function<void(const line::Line& line, Time now)>& at) const {
  const std::lock_guard lock(state_->mutex);
  at(state_->line, state_->present());
}

std::set<std::string, std::less<>> LineDesk::up() const {
  const std::lock_guard lock(state_->mutex);
  return state_->up;
}

const std::string& LineDesk::party() const { return state_->options.setup.party; }

bool LineDesk::is_read() const {
  const std::lock_guard lock(state_->mutex);
  return state_->past_is_read;
}

}  // namespace skypact::server
