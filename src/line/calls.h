#pragma once
// CallBook: calls by voice and video between officers, as the signals of both sides tell of them, and whose key is whose meanwhile.
//
//     CallBook book("north");
//     book.take_officer(opened, note);                       // "line.officer": whose key it is
//     if (auto may = book.may_send(message, sdp, now); !may) return may.error();
//     if (const CallState* call = book.take(id, message, now)) show(*call);
//     book.stage(*call, answered_within, now);               // ringing, talking, …
//
// A signal of another party that fits no call, or comes too often, belongs to none: it stays in the record and changes nothing here.
// Pure and deterministic; one thread at a time.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/key.h"
#include "line/message.h"

namespace skypact::line {

struct CallLimits {
  static constexpr std::size_t calls = 1'000;          // kept; the oldest leave, and stay in the record
  static constexpr std::size_t signals = 16;           // of one call
  static constexpr std::size_t minutes = 8;            // of one call, without the agreements to them
  static constexpr std::size_t officers = 1'000;       // the first to end leave
  static constexpr Duration clock_doubt = std::chrono::minutes(5);   // an offer that is older by its caller's clock rings no more
};

struct KnownOfficer {
  std::string party;
  Author by;
  ledger::VerifierKey key;
  Time at, until;                        // by his node's clock
  std::string id, note;                  // of the message that says so
  std::optional<std::uint64_t> index{};  // of its entry, where it was read from the own record
};

// What the officer's key says of a signal or of minutes.
enum class OfficerSign : std::uint8_t { none, good, wrong, unknown };
[[nodiscard]] std::string_view to_string(OfficerSign sign);

enum class CallStage : std::uint8_t { ringing, talking, declined, not_answered, ended };
[[nodiscard]] std::string_view to_string(CallStage stage);

struct CallState {
  struct Written {
    std::string id;                      // of the minutes
    std::string agreed_by{};             // of the other officer's, with the same text
  };
  std::string id;
  std::string party;                     // the other one
  bool own = false;                      // this party calls
  bool exercise = false;
  std::string desk;                      // that is called
  Author caller;
  std::optional<Author> callee{};
  Time at, taken_at;                     // of the offer: by the caller's clock, by ours
  std::optional<Time> responded_at{}, ended_at{};
  bool talked = false;                   // it was answered, not declined
  bool rang_out = false;
  std::string outcome{};                 // of the decline or the end
  std::vector<std::string> signals{};    // ids, in the order in which they came; the first is the offer
  std::vector<Written> minutes{};
  std::vector<std::uint64_t> said_by{};  // entries of the own record that this was read from, in their order
};

class CallBook {
 public:
  explicit CallBook(std::string own_party) : own_party_(std::move(own_party)) {}

  // `index`, here and below: of the entry, where it is read from the own record.
  void take_officer(const OpenMessage& opened, std::string_view note, std::optional<std::uint64_t> index = std::nullopt);
  [[nodiscard]] const KnownOfficer* officer(std::string_view party, std::string_view account) const;
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, KnownOfficer>& officers() const { return officers_; }
  [[nodiscard]] OfficerSign sign_of(const Message& message) const;

  // Of a message that an own officer makes. Errors: bad_input, not_found, conflict, refused, over_limit.
  Result<void> may_send(const Message& message, std::string_view sdp, Time now) const;
  // Nullptr where it belongs to no call.
  const CallState* take(const std::string& id, const Message& message, Time taken_at, std::optional<std::uint64_t> index = std::nullopt);
  void rang_out(std::string_view call, std::optional<std::uint64_t> index = std::nullopt);

  [[nodiscard]] const CallState* find(std::string_view call) const;
  // In the order in which they came.
  [[nodiscard]] const std::deque<std::string>& order() const { return order_; }
  [[nodiscard]] static CallStage stage(const CallState& call, Duration answered_within, Time now);

 private:
  CallState* belongs(const std::string& id, const Message& message, Time taken_at);
  [[nodiscard]] Result<void> may_signal(const Message& message, const Signal& signal, std::string_view sdp) const;

  std::string own_party_;
  std::map<std::pair<std::string, std::string>, KnownOfficer> officers_;   // by party and account
  std::map<std::string, CallState, std::less<>> calls_;
  std::deque<std::string> order_;
};

}  // namespace skypact::line
