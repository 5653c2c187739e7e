#pragma once
// Session: everything one node knows of its link with one peer. It makes what is sent and judges what comes; it has no
// socket and reads no clock.
//
//     Session south(boot, seed);
//     south.tell(alert);                                        // of ours, that the peer may know
//     const LiveMessage m = south.live(now, tracks, checkpoints);
//     …POST /link/v1/live…
//     south.answered(m, answer, back_at);                       // or south.failed(why, now): then south.pause()
//
//     Received got = south.receive(their_message, now);         // got.answer goes back
//
// Both nodes do both, independently. A run has a boot id; a peer with a new one has lost what was told to it, and is told
// anew (`told_anew`).
//
// A message says to which run of the receiver it goes. One to another run is answered by a greeting, which tells the right
// one, and nothing of it is taken. So whatever a receiver takes was written after its own start; and of two runs of a sender
// the one that greeted first is the earlier, whatever was delayed on the way, whose messages are refused. For one thread.

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "link/clock_offset.h"
#include "link/message.h"
#include "link/reliable.h"

namespace skypact::link {

struct SessionLimits {
  static constexpr Duration up_within = seconds(5);          // an answer, and a message of theirs
  static constexpr Duration degraded_within = seconds(15);
  static constexpr Duration first_pause = seconds(1);
  static constexpr Duration longest_pause = seconds(30);
  static constexpr std::size_t boots_remembered = 16;
};

enum class LinkState : std::uint8_t { up, degraded, down };
[[nodiscard]] std::string_view to_string(LinkState state);

struct LinkStatus {
  LinkState state = LinkState::down;
  std::optional<Duration> answer_age;                        // since the peer answered us; empty: never in this run
  std::optional<Duration> message_age;                       // since the peer's last message
  std::optional<Duration> age;                               // the larger; empty where one of them never was
  std::optional<ClockOffset::Estimate> clock;
  std::size_t alerts_waiting = 0, notes_waiting = 0;
  std::uint64_t refused = 0;                                 // items beyond the queue's bound
  unsigned clock_steps = 0, peer_restarts = 0;
  std::string last_error;                                    // empty once it answers again
};

class Session {
 public:
  // `seed` is of the jitter alone.
  Session(BootId own, std::uint64_t seed) : own_(own), random_(seed) {}

  // ---- What we say
  bool tell(SharedAlert alert);
  // A later note of the same key, if it has one, replaces it while it waits.
  bool tell(LineNote note, Lane lane, std::string key = {});
  // Tracks newer than what the peer has been told; `shared` is all that it may know now.
  LiveMessage live(Time now, const std::vector<SharedTrack>& shared, std::vector<SeenCheckpoint> checkpoints);
  NotesMessage notes(Lane lane, Time now);
  [[nodiscard]] bool has_notes(Lane lane) const { return notes_out_[static_cast<std::size_t>(lane)].size() > 0; }
  // Of that message. Error: bad_input, and nothing has changed: it is to another message, which would say nothing of this one and
  // set the clock wrong; it claims what was never sent; or the message is of an earlier run.
  // After a greeting speak again at once.
  Result<void> answered(const LiveMessage& message, const Answer& answer, Time back);
  Result<void> answered(const NotesMessage& message, const Answer& answer, Time back);
  void failed(std::string why);
  // It went to another run than the one that answers: the next message need not wait.
  [[nodiscard]] bool missed(const LiveMessage& message) const { return answering_ && message.to != *answering_; }
  // Until the next try: doubles with each failure, and is spread so that nodes that lost each other do not all come back at once.
  [[nodiscard]] Duration pause();
  // The peer lost what it was told since the last call: tell the open alerts anew.
  [[nodiscard]] bool told_anew();

  // ---- What they say
  struct Received {
    bool new_run = false;                                    // forget what an earlier run told
    bool greeting = false;                                   // it was not to this run: only the answer counts
    bool stale = false;                                      // of an earlier run, or overtaken: its tracks count for nothing
    std::vector<SharedTrack> tracks;
    std::vector<SharedAlert> alerts;
    std::vector<LineNote> notes;
    Answer answer;                                           // answered_at is for whoever sends it
  };
  // Error: conflict, for a message of an earlier run of theirs.
  Result<Received> receive(const LiveMessage& message, Time now);
  Result<Received> receive(const NotesMessage& message, Time now);

  [[nodiscard]] LinkStatus status(Time now) const;
  // Newest checkpoints that the peer has seen, from its messages and answers.
  [[nodiscard]] const std::vector<SeenCheckpoint>& peer_checkpoints() const { return peer_checkpoints_; }

 private:
  struct Run {
    BootId boot = 0;
    std::uint64_t newest = 0;                                // message number
    Incoming<SharedAlert> alerts;
    std::array<Incoming<LineNote>, lanes> notes;
  };
  // What a message of that run to that run is, before anything of it is taken; and nothing is, where it is a greeting.
  template <class Message>
  Result<Received> enter(const Message& message, Time now);
  template <class Message>
  [[nodiscard]] Result<void> is_to(const Message& message, const Answer& answer) const;
  // False for an answer that says nothing about what was taken now.
  bool peer_answers_as(const Answer& answer);

  const BootId own_;
  Random random_;

  Outgoing<SharedAlert> alerts_out_;
  std::array<Outgoing<LineNote>, lanes> notes_out_;
  std::map<Address, Time> told_tracks_;                      // measured_at of what was answered
  std::uint64_t number_ = 0;
  std::optional<BootId> answering_;                          // the peer's run that answers us
  bool anew_ = true;
  unsigned failures_ = 0;
  std::string last_error_;
  std::optional<Time> last_answer_, last_message_;
  ClockOffset clock_;

  std::optional<Run> run_;                                   // the peer's run that speaks to us
  std::deque<BootId> greeted_;                               // runs of the peer in the order in which they greeted
  unsigned restarts_ = 0;
  std::vector<SeenCheckpoint> peer_checkpoints_;
};

}  // namespace skypact::link
