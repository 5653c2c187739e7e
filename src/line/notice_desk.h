#pragma once
// Notice desk: the activity notices of all parties, as the line's messages bring them, and the messages that the own people's notices
// become.
//
//     NoticeDesk desk("north", zones_of_the_watch);
//     past.take_past(*line.find(id));                     // beside it another one: what each entry of the record told, in its order
//     desk.take(*line.find(id));                          // each message that is new or looks different
//     desk.take_past(std::move(past));
//     desk.past_is_read(line);
//     auto draft = desk.give(notice, {"south"}, by, now); // then line.send(draft), and desk.take of what that made
//     for (const auto& key : desk.changed(now)) show(*desk.book().find(key.first, key.second));
//     watch.apply(SetNoticeZones{desk.zones(now)});
//
// A message carries a notice of the party that it is from, and of no other: the notice itself names none. An answer to such a message,
// with how far down it got, is the acknowledgement of that revision.
//
// The record is read beside the line's work. What it says comes first in the book, whenever it is read: of two texts under one number that
// which was recorded first stands, after a restart too. Until it is read, zones of the watch from before the start stay, and no new number
// is given, because the last one is not known.
//
// Deterministic: no clock, no file. One thread at a time.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "line/line.h"
#include "line/line_past.h"
#include "line/notice_book.h"

namespace skypact::line {

class NoticeDesk {
 public:
  using Key = std::pair<std::string, NoticeNumber>;

  // `before`: what the watch carried out when the node was last here.
  explicit NoticeDesk(std::string party, NoticeZones before = {});

  // ---- What the line tells. Anything but a notice with its answers changes nothing. Errors: why a notice is not taken over; what
  // contradicts is remembered with the notice all the same.
  Result<void> take(const MessageState& state);
  Result<void> take_past(const MessageState& state);
  // Which entries of the record make the notices that were read what they are.
  [[nodiscard]] NoticesPast past() const;
  // The desk whose past that is, as far as it was read. Errors: bad_input where the entries are others; it is of no use then.
  Result<void> restore(const NoticesPast& past, const LineEntryAt& entry_at);
  // What another desk read.
  void take_past(NoticeDesk&& other) { past_ = std::move(other.past_); }
  // Of `line`, messages that came since the start follow what was read.
  void past_is_read(const Line& line);
  [[nodiscard]] bool complete() const { return complete_; }

  // ---- What the own people say, as a message to send. `to`: parties; of a new notice all that are to be told, of a change or a
  // cancellation those besides whoever was told before and is still among the `peers`. Errors: unreachable (the past is not read yet), not_found, conflict
  // (cancelled), over_limit, bad_input.
  [[nodiscard]] Result<Draft> give(Notice notice, std::vector<std::string> to, Author by, Time now) const;
  [[nodiscard]] Result<Draft> change(NoticeNumber number, Notice notice, const std::vector<std::string>& to, const std::vector<std::string>& peers, Author by) const;
  [[nodiscard]] Result<Draft> cancel(NoticeNumber number, std::string reason, const std::vector<std::string>& peers, Author by) const;
  // The message of another party's notice that an acknowledgement answers. Errors: not_found, bad_input (an own one).
  [[nodiscard]] Result<std::string> message_to_answer(std::string_view party, NoticeNumber number) const;

  // ---- To look at
  [[nodiscard]] const NoticeBook& book() const { return book_; }
  [[nodiscard]] const std::string& party() const { return party_; }
  // The number that a new notice would be given.
  [[nodiscard]] Result<NoticeNumber> next_number(Time now) const { return book_.next_number(party_, year_of(now)); }
  // Those that look different since the last call, by what came or because a span began or ended.
  [[nodiscard]] std::vector<Key> changed(Time now);
  [[nodiscard]] NoticeZones zones(Time now) const;

 private:
  [[nodiscard]] static int year_of(Time now);
  // What was read of the record, with the entries that say it.
  struct Past {
    struct Highest {
      std::uint32_t count = 0;
      std::uint64_t said_by = 0;
    };
    NoticeBook book;
    std::map<Key, std::vector<std::uint64_t>> said_by;
    std::map<std::pair<std::string, std::uint32_t>, Highest> highest;   // by party and year
    void was_given(const Key& key, std::uint64_t index);
  };
  // `past`: where the message is read from the record, and the book is its.
  Result<void> take_into(NoticeBook& book, const MessageState& state, Past* past = nullptr);
  Result<void> restore_notice(const std::vector<std::uint64_t>& said_by, const LineEntryAt& entry_at);
  [[nodiscard]] Result<const NoticeRecord*> own(NoticeNumber number) const;
  [[nodiscard]] Result<Draft> draft_of(const Notice& notice, std::vector<std::string> to, Author by) const;
  void told_anew(const Key& key);

  std::string party_;
  NoticeZones before_;
  NoticeBook book_;
  Past past_;                          // while it is read
  std::vector<std::string> early_;     // messages that came meanwhile, in their order
  std::set<std::string, std::less<>> early_ids_;
  bool complete_ = false;
  std::set<Key> untold_;
  Time looked_at_ = Time::min();       // phases were told as of then
  Time look_again_ = Time::min();      // and are others from then on
};

}  // namespace skypact::line
