#include "link/session.h"

#include <algorithm>

namespace skypact::link {

std::string_view to_string(LinkState state) {
  switch (state) {
    case LinkState::up: return "up";
    case LinkState::degraded: return "degraded";
    case LinkState::down: return "down";
  }
  return "down";
}

bool Session::tell(SharedAlert alert) {
  std::string key = alert.key;
  return alerts_out_.push(std::move(alert), std::move(key));
}

bool Session::tell(LineNote note, Lane lane, std::string key) { return notes_out_[static_cast<std::size_t>(lane)].push(std::move(note), std::move(key)); }

LiveMessage Session::live(Time now, const std::vector<SharedTrack>& shared, std::vector<SeenCheckpoint> checkpoints) {
  LiveMessage message;
  message.boot = own_;
  message.to = answering_.value_or(0);
  message.number = ++number_;
  message.sent_at = now;
  message.checkpoints = std::move(checkpoints);
  if (message.checkpoints.size() > MessageLimits::checkpoints) message.checkpoints.resize(MessageLimits::checkpoints);
  // What is no longer shared is forgotten, so that the memory is as large as what is shared.
  std::map<Address, Time> kept;
  for (const SharedTrack& track : shared) {
    const auto told = told_tracks_.find(track.address);
    if (told != told_tracks_.end()) kept.emplace(*told);
    if (told != told_tracks_.end() && track.measured_at <= told->second) continue;
    if (message.tracks.size() < MessageLimits::tracks) message.tracks.push_back(track);
  }
  told_tracks_ = std::move(kept);
  message.alerts = alerts_out_.stretch();
  return message;
}

NotesMessage Session::notes(Lane lane, Time now) { return {lane, own_, answering_.value_or(0), now, notes_out_[static_cast<std::size_t>(lane)].stretch()}; }

// A peer that restarted has forgotten what was told. Numbers go on, because what it never took is still ours to deliver.
bool Session::peer_answers_as(const Answer& answer) {
  if (!answer.greeting) return answering_ == answer.boot;   // else a late one, of a run that is gone
  if (answering_ != answer.boot) {
    answering_ = answer.boot;
    told_tracks_.clear();
    anew_ = true;
  }
  return false;
}

template <class Message>
Result<void> Session::is_to(const Message& message, const Answer& answer) const {
  if (message.boot != own_) return bad_input("the answer is to a message of an earlier run");
  if (answer.sent_at != message.sent_at) return bad_input("the peer answers another message than it was sent");
  return {};
}

Result<void> Session::answered(const LiveMessage& message, const Answer& answer, Time back) {
  if (const auto fits = is_to(message, answer); !fits) return fits;
  if (peer_answers_as(answer)) {
    if (!alerts_out_.taken(answer.taken)) return bad_input("the peer claims to have taken alerts that were never sent");
    for (const SharedTrack& track : message.tracks) {
      const auto [at, is_new] = told_tracks_.try_emplace(track.address, track.measured_at);
      if (!is_new) at->second = std::max(at->second, track.measured_at);
    }
  }
  if (!answer.checkpoints.empty()) peer_checkpoints_ = answer.checkpoints;
  clock_.add({message.sent_at, answer.received_at, answer.answered_at, back});
  last_answer_ = last_answer_ ? std::max(*last_answer_, back) : back;
  failures_ = 0;
  last_error_.clear();
  return {};
}

Result<void> Session::answered(const NotesMessage& message, const Answer& answer, Time back) {
  if (const auto fits = is_to(message, answer); !fits) return fits;
  if (peer_answers_as(answer) && !notes_out_[static_cast<std::size_t>(message.lane)].taken(answer.taken)) return bad_input("the peer claims to have taken notes that were never sent");
  clock_.add({message.sent_at, answer.received_at, answer.answered_at, back});
  return {};
}

void Session::failed(std::string why) {
  failures_ = std::min(failures_ + 1, 30u);
  last_error_ = std::move(why);
}

Duration Session::pause() {
  Duration longest = SessionLimits::first_pause;
  for (unsigned i = 1; i < failures_ && longest < SessionLimits::longest_pause; ++i) longest *= 2;
  longest = std::min<Duration>(longest, SessionLimits::longest_pause);
  return longest / 2 + Duration(static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(longest.count() / 2) + 1)));
}

bool Session::told_anew() { return std::exchange(anew_, false); }

template <class Message>
Result<Session::Received> Session::enter(const Message& message, Time now) {
  const BootId boot = message.boot;
  Received got;
  got.greeting = message.to != own_;
  got.answer = {.boot = own_, .sent_at = message.sent_at, .received_at = now, .answered_at = now, .greeting = got.greeting, .taken = 0, .checkpoints = {}};
  const auto known = std::find(greeted_.begin(), greeted_.end(), boot);
  if (got.greeting) {
    if (known == greeted_.end()) {
      greeted_.push_back(boot);
      // The run that speaks now is never the one forgotten.
      if (greeted_.size() > SessionLimits::boots_remembered) greeted_.erase(greeted_.begin() + (run_ && greeted_.front() == run_->boot ? 1 : 0));
    }
  } else if (!run_ || run_->boot != boot) {
    const auto current = run_ ? std::find(greeted_.begin(), greeted_.end(), run_->boot) : greeted_.begin();
    if (known == greeted_.end() || known < current) return Error{ErrorCode::conflict, "This is a message of an earlier run of your node."};
    if (run_) ++restarts_;
    run_ = Run{};
    run_->boot = boot;
    got.new_run = true;
  }
  last_message_ = last_message_ ? std::max(*last_message_, now) : now;
  return got;
}

Result<Session::Received> Session::receive(const LiveMessage& message, Time now) {
  auto got = enter(message, now);
  if (!got || got->greeting) return got;
  got->alerts = run_->alerts.take(message.alerts);
  got->stale = message.number <= run_->newest;
  if (!got->stale) {
    run_->newest = message.number;
    got->tracks = message.tracks;
    if (!message.checkpoints.empty()) peer_checkpoints_ = message.checkpoints;
  }
  got->answer.taken = run_->alerts.taken();
  return got;
}

Result<Session::Received> Session::receive(const NotesMessage& message, Time now) {
  auto got = enter(message, now);
  if (!got || got->greeting) return got;
  Incoming<LineNote>& lane = run_->notes[static_cast<std::size_t>(message.lane)];
  got->notes = lane.take(message.notes);
  got->answer.taken = lane.taken();
  return got;
}

LinkStatus Session::status(Time now) const {
  LinkStatus s;
  const auto age_of = [now](const std::optional<Time>& at) -> std::optional<Duration> {
    if (!at) return std::nullopt;
    return std::max(now - *at, Duration(0));
  };
  s.answer_age = age_of(last_answer_);
  s.message_age = age_of(last_message_);
  if (s.answer_age && s.message_age) s.age = std::max(*s.answer_age, *s.message_age);
  const auto within = [](const std::optional<Duration>& age, Duration bound) { return age && *age <= bound; };
  if (within(s.age, SessionLimits::up_within)) {
    s.state = LinkState::up;
  } else if (within(s.answer_age, SessionLimits::degraded_within) || within(s.message_age, SessionLimits::degraded_within)) {
    s.state = LinkState::degraded;   // one way at least still works, or did a moment ago
  }
  s.clock = clock_.at(now);
  s.alerts_waiting = alerts_out_.size();
  s.refused = alerts_out_.refused();
  for (const Outgoing<LineNote>& lane : notes_out_) {
    s.notes_waiting += lane.size();
    s.refused += lane.refused();
  }
  s.clock_steps = clock_.steps();
  s.peer_restarts = restarts_;
  s.last_error = last_error_;
  return s;
}

}  // namespace skypact::link
