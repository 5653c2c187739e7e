// Two nodes over a network that loses, repeats, delays and exchanges messages, and nodes that restart. What is reliable
// arrives once and in order; a plain list of what was told is the model.

#include "link/session.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace skypact::link {
namespace {

const Time start = *parse_rfc3339("2026-11-26T12:00:00Z");

SharedAlert alert(std::uint32_t id, std::uint64_t version, std::string key) {
  SharedAlert a;
  a.id = id;
  a.key = std::move(key);
  a.changed_at = start + Duration(static_cast<Duration::rep>(version));
  return a;
}

SharedTrack track(std::uint32_t address, Time measured_at) {
  SharedTrack t;
  t.address = icao_address(address);
  t.measured_at = measured_at;
  return t;
}

// One exchange without a network; after a greeting the next one.
Session::Received pass(Session& from, Session& to, Time now, const std::vector<SharedTrack>& tracks = {}) {
  const LiveMessage m = from.live(now, tracks, {});
  auto got = to.receive(m, now);
  EXPECT_TRUE(got);
  EXPECT_TRUE(from.answered(m, got->answer, now));
  return got->greeting ? pass(from, to, now, tracks) : *got;
}

TEST(Session, TellsOnlyTheNewestStateOfAnAlertThatWasNotSentYet) {
  Session north(1, 1), south(2, 2);
  north.tell(alert(1, 1, "a"));
  north.tell(alert(2, 2, "b"));
  north.tell(alert(1, 3, "a"));
  const auto got = pass(north, south, start);
  ASSERT_EQ(got.alerts.size(), 2u);
  EXPECT_EQ(got.alerts[0], alert(1, 3, "a"));
  EXPECT_EQ(got.alerts[1], alert(2, 2, "b"));
  EXPECT_TRUE(pass(north, south, start).alerts.empty());
}

TEST(Session, TellsATrackAgainOnlyWhenItIsNewer) {
  Session north(1, 1), south(2, 2);
  EXPECT_EQ(pass(north, south, start, {track(1, start), track(2, start)}).tracks.size(), 2u);
  EXPECT_EQ(pass(north, south, start, {track(1, start), track(2, start + seconds(1))}).tracks, std::vector{track(2, start + seconds(1))});
  const LiveMessage lost = north.live(start, {track(1, start + seconds(2))}, {});
  EXPECT_EQ(lost.tracks.size(), 1u);
  EXPECT_EQ(pass(north, south, start, {track(1, start + seconds(2))}).tracks.size(), 1u) << "what was not answered is told again";
}

TEST(Session, TakesTracksOfAnOvertakenMessageForNothing) {
  Session north(1, 1), south(2, 2);
  pass(north, south, start);
  const LiveMessage first = north.live(start, {track(1, start)}, {});
  const LiveMessage second = north.live(start, {track(1, start + seconds(1))}, {});
  EXPECT_EQ(south.receive(second, start)->tracks.size(), 1u);
  const auto late = south.receive(first, start);
  EXPECT_TRUE(late->stale);
  EXPECT_TRUE(late->tracks.empty());
}

TEST(Session, RefusesAMessageOfAnEarlierRun) {
  Session north(1, 1), north_again(3, 1), south(2, 2);
  const LiveMessage greeting = north.live(start, {}, {});
  EXPECT_TRUE(south.receive(greeting, start)->greeting);
  EXPECT_TRUE(pass(north, south, start).new_run);
  const LiveMessage old = north.live(start, {}, {});
  EXPECT_TRUE(pass(north_again, south, start).new_run);
  const auto refused = south.receive(old, start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_TRUE(south.receive(greeting, start)->greeting) << "a late greeting changes nothing";
  EXPECT_FALSE(pass(north_again, south, start).new_run);
  EXPECT_EQ(south.status(start).peer_restarts, 1u);
}

TEST(Session, RefusesADelayedMessageThoughNothingOfThatRunWasEverTaken) {
  Session north(1, 1), north_again(3, 1), south(2, 2);
  const LiveMessage greeting = north.live(start, {}, {});
  ASSERT_TRUE(north.answered(greeting, south.receive(greeting, start)->answer, start));
  const LiveMessage delayed = north.live(start, {}, {});
  pass(north_again, south, start);
  EXPECT_FALSE(south.receive(delayed, start));
}

TEST(Session, NoticesThatThePeerForgotAndTellsAnew) {
  Session north(1, 1);
  auto south = std::make_unique<Session>(2, 2);
  pass(north, *south, start, {track(1, start)});
  EXPECT_TRUE(north.told_anew()) << "at the beginning nothing was told";
  EXPECT_FALSE(north.told_anew());
  south = std::make_unique<Session>(4, 2);
  EXPECT_EQ(pass(north, *south, start, {track(1, start)}).tracks.size(), 1u);
  EXPECT_TRUE(north.told_anew());
}

TEST(Session, RefusesAnswersThatClaimTooMuch) {
  Session north(1, 1);
  Session south(2, 2);
  pass(north, south, start);
  north.tell(alert(1, 1, "a"));
  const LiveMessage m = north.live(start, {}, {});
  EXPECT_FALSE(north.answered(m, Answer{.boot = 2, .sent_at = start, .received_at = start, .answered_at = start, .greeting = false, .taken = 2, .checkpoints = {}}, start));
  EXPECT_EQ(north.status(start).alerts_waiting, 1u);
  EXPECT_TRUE(north.answered(m, Answer{.boot = 2, .sent_at = start, .received_at = start, .answered_at = start, .greeting = false, .taken = 1, .checkpoints = {}}, start));
  EXPECT_EQ(north.status(start).alerts_waiting, 0u);
  EXPECT_TRUE(north.answered(m, Answer{.boot = 2, .sent_at = start, .received_at = start, .answered_at = start, .greeting = false, .taken = 0, .checkpoints = {}}, start)) << "a late answer takes nothing back";
}

// The answer to an earlier message has that one's times: taken for this one's, it would set the clock back by as long.
TEST(Session, RefusesAnAnswerToAnotherMessage) {
  Session north(1, 1), south(2, 2);
  pass(north, south, start);
  const LiveMessage earlier = north.live(start + seconds(1), {}, {});
  const Answer old = south.receive(earlier, start + seconds(1))->answer;
  const LiveMessage now = north.live(start + seconds(90), {}, {});
  EXPECT_FALSE(north.answered(now, old, start + seconds(90)));
  const NotesMessage notes = north.notes(Lane::calm, start + seconds(90));
  EXPECT_FALSE(north.answered(notes, old, start + seconds(90)));
  ASSERT_TRUE(north.status(start + seconds(90)).clock);
  EXPECT_EQ(north.status(start + seconds(90)).clock->ahead, Duration(0));
  EXPECT_EQ(north.status(start + seconds(90)).clock_steps, 0u);
  EXPECT_TRUE(north.answered(earlier, old, start + seconds(90))) << "late, but its own";
}

TEST(Session, RefusesWhatItsQueueCannotHoldAndCountsIt) {
  Session north(1, 1);
  for (std::size_t i = 0; i < ReliableLimits::waiting; ++i) ASSERT_TRUE(north.tell(LineNote{"x"}, Lane::urgent)) << i;
  EXPECT_FALSE(north.tell(LineNote{"x"}, Lane::urgent));
  EXPECT_EQ(north.status(start).refused, 1u);
  EXPECT_EQ(north.notes(Lane::urgent, start).notes.items.size(), MessageLimits::items);
  EXPECT_TRUE(north.tell(LineNote{"y"}, Lane::calm)) << "a full lane is not the other one's";
  EXPECT_EQ(north.notes(Lane::calm, start).notes.items.size(), 1u);
}

TEST(Session, NeverPutsMoreIntoAMessageThanAPeerTakes) {
  Session north(1, 1);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(north.tell(LineNote{std::string(MessageLimits::note_bytes, '\x01')}, Lane::urgent));
  SharedAlert large = alert(1, 1, std::string(4'000, 'k'));
  large.subjects.resize(MessageLimits::subjects);
  large.answers.assign(MessageLimits::answers, {"south", std::string(MessageLimits::text_bytes, '\x01'), Intention::seen, std::string(MessageLimits::text_bytes, '\x01'), start});
  for (int i = 0; i < 200; ++i) {
    large.key += static_cast<char>('a' + i % 20);
    ASSERT_TRUE(north.tell(large));
  }
  const NotesMessage urgent = north.notes(Lane::urgent, start);
  EXPECT_GE(urgent.notes.items.size(), 1u);
  EXPECT_LE(to_json(urgent).size(), MessageLimits::bytes);
  EXPECT_LE(to_json(north.live(start, std::vector<SharedTrack>(MessageLimits::tracks), {})).size(), MessageLimits::bytes);
}

TEST(Session, IsUpDegradedAndDown) {
  Session north(1, 1), south(2, 2);
  EXPECT_EQ(north.status(start).state, LinkState::down);
  pass(north, south, start);
  EXPECT_EQ(north.status(start).state, LinkState::degraded) << "the peer answers and says nothing itself";
  pass(south, north, start);
  EXPECT_EQ(north.status(start + seconds(5)).state, LinkState::up);
  EXPECT_EQ(north.status(start + seconds(6)).state, LinkState::degraded);
  EXPECT_EQ(north.status(start + seconds(16)).state, LinkState::down);
  EXPECT_EQ(north.status(start + minutes(12)).age, minutes(12));
  north.failed("no route");
  EXPECT_EQ(north.status(start).last_error, "no route");
}

TEST(Session, WaitsLongerAfterEachFailureAndNeverLongerThanItsBound) {
  Session north(1, 1);
  Duration least = seconds(1000), longest{};
  for (int i = 0; i < 100; ++i) {
    north.failed("x");
    const Duration pause = north.pause();
    least = std::min(least, pause);
    longest = std::max(longest, pause);
  }
  EXPECT_GE(least, SessionLimits::first_pause / 2);
  EXPECT_LE(longest, SessionLimits::longest_pause);
  EXPECT_GT(longest, SessionLimits::longest_pause / 2);
}

// ---- The network -------------------------------------------------------------------------------------------------

// Messages and answers under way, each with the time at which it arrives; some arrive twice, some never.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    restart(0);
    restart(1);
    forgot_ = {};
  }

  void run() {
    for (int step = 0; step < 400; ++step) {
      now_ += milliseconds(250);
      cut_ = step < 300 && (random_.chance(0.02) ? !cut_ : cut_);
      const bool calm = step >= 300;   // the network heals: what was told must arrive
      for (std::size_t who : {0u, 1u}) {
        if (!calm && restarts_ && random_.chance(0.01)) restart(who);
        if (!calm && random_.chance(0.3)) tell(who);
        if (random_.chance(0.7)) say(who, calm);
      }
      deliver();
    }
    for (std::size_t who : {0u, 1u}) check(who);
  }

 private:
  struct Node {
    BootId boot = 0;
    std::unique_ptr<Session> session;
    std::map<std::string, SharedAlert> open;          // its own alerts
    std::array<std::vector<std::string>, lanes> notes;  // it told in this run
    // What it has of the other's present run.
    std::map<std::string, SharedAlert> heard;
    std::array<std::vector<std::string>, lanes> heard_notes;
  };
  struct Flight {
    Time arrives;
    std::function<void()> deliver;
  };

  void restart(std::size_t who) {
    Node& node = nodes_[who];
    node.boot = random_.bits();
    node.session = std::make_unique<Session>(node.boot, random_.bits());
    forgot_[who] = false;
    forgot_[1 - who] = true;
    node.notes = {};
    node.heard.clear();
    node.heard_notes = {};
    // The engine takes its open alerts up again from the recording; notes of the run before are in the record.
  }

  void tell(std::size_t who) {
    Node& node = nodes_[who];
    if (random_.chance(0.5)) {
      const std::string key = "k" + std::to_string(random_.below(12));
      const SharedAlert a = alert(1 + static_cast<std::uint32_t>(random_.below(9)), ++version_, key);
      node.open[key] = a;
      ASSERT_TRUE(node.session->tell(a));
    } else {
      const auto lane = static_cast<Lane>(random_.below(lanes));
      auto& notes = node.notes[static_cast<std::size_t>(lane)];
      notes.push_back("note " + std::to_string(++version_));
      ASSERT_TRUE(node.session->tell(LineNote{notes.back()}, lane));
    }
  }

  template <class Message>
  void send(std::size_t who, Message message, bool calm) {
    const BootId boot = nodes_[who].boot;
    travel(calm, [this, who, boot, message, calm] {
      Node& other = nodes_[1 - who];
      auto got = other.session->receive(message, now_);
      if (!got) return;
      if (got->new_run) other.heard.clear(), other.heard_notes = {};
      for (const SharedAlert& a : got->alerts) other.heard[a.key] = a;
      if constexpr (std::is_same_v<Message, NotesMessage>) {
        for (const LineNote& n : got->notes) other.heard_notes[static_cast<std::size_t>(message.lane)].push_back(n.note);
      }
      travel(calm, [this, who, boot, message, answer = got->answer] {
        if (nodes_[who].boot != boot) return;
        EXPECT_TRUE(nodes_[who].session->answered(message, answer, now_));
      });
    });
  }

  void say(std::size_t who, bool calm) {
    Node& node = nodes_[who];
    if (node.session->told_anew()) {
      for (const auto& [key, a] : node.open) ASSERT_TRUE(node.session->tell(a));
    }
    send(who, node.session->live(now_, {}, {}), calm);
    for (const Lane lane : {Lane::urgent, Lane::calm}) send(who, node.session->notes(lane, now_), calm);
  }

  void travel(bool calm, std::function<void()> deliver) {
    if (!calm && (cut_ || random_.chance(0.2))) return;
    const int copies = !calm && random_.chance(0.2) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const double longest = calm ? 0.05 : random_.chance(0.1) ? 20 : 1;
      flights_.push_back({now_ + from_seconds(random_.uniform(0, longest)), deliver});
    }
  }

  void deliver() {
    for (std::size_t i = 0; i < flights_.size();) {
      if (flights_[i].arrives > now_) {
        ++i;
        continue;
      }
      const auto arrived = std::move(flights_[i].deliver);
      flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(i));
      arrived();   // may send an answer
      i = 0;
    }
  }

  void check(std::size_t who) {
    const Node& node = nodes_[who];
    const Node& other = nodes_[1 - who];
    EXPECT_EQ(other.heard, node.open);
    EXPECT_EQ(node.session->status(now_).alerts_waiting, 0u);
    EXPECT_EQ(node.session->status(now_).notes_waiting, 0u);
    // A receiver that restarted has those that were not acknowledged to the run before it: an end of what was told.
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      ASSERT_LE(other.heard_notes[lane].size(), node.notes[lane].size());
      EXPECT_TRUE(std::equal(other.heard_notes[lane].rbegin(), other.heard_notes[lane].rend(), node.notes[lane].rbegin()));
      if (!forgot_[who]) {
        EXPECT_EQ(other.heard_notes[lane].size(), node.notes[lane].size());
      }
    }
  }

  Random random_;
  const bool restarts_ = random_.chance(0.7);
  Time now_ = start;
  bool cut_ = false;
  std::uint64_t version_ = 0;
  std::array<Node, 2> nodes_;
  std::array<bool, 2> forgot_{};   // the other restarted during this one's run
  std::vector<Flight> flights_;
};

TEST(Session, DeliversEverythingOnceAndInOrderWhenTheNetworkHeals) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World(seed).run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace skypact::link
