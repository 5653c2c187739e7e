#pragma once
// Case input: one call that changed a case book, as a journal keeps it, so that the book is made again after a restart.
//
//     journal(type_of(input), to_json(input));
//     auto input = read_case_input(body);
//     if (input) replay(book, *input);                 // in the order of their numbers
//
// A journal is pruned, so a replay may lack its beginning. Each input therefore says what the book's counters were, so that cases keep
// their ids and numbers, and of a trigger to which case it went: one of a case that the replay does not know was of a case
// that is over, and opens nothing. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "distress/case_book.h"
#include "json/document.h"

namespace skypact::distress {

struct CaseInput {
  std::uint64_t number = 0;            // counts the inputs of the node, upwards over its runs; the same one may stand in a journal twice
  Time at;                             // the book's `now`
  BookCounters counters;               // before it
  std::optional<CaseId> id;            // of a trigger: the case it went to
  bool opened = false;                 // … which it opened
  std::variant<Trigger, Act> what;
  // Of an act `tell` by the line:
  std::string message;                 // its id
  bool exact = false;
  std::string material;                // a hash of what the addressee was told, to know whether there is something new
  friend bool operator==(const CaseInput& a, const CaseInput& b);
};

// "trigger", "case_act": of the journal's entry.
[[nodiscard]] std::string_view type_of(const CaseInput& input);
[[nodiscard]] std::string to_json(const CaseInput& input);
// Error: bad_input naming the member.
Result<CaseInput> read_case_input(json::Value body);
// False: it is of a case that is not known here, and changed nothing.
bool replay(CaseBook& book, const CaseInput& input);

// The numbers of a run that does not know its past, because the journal could not be read at its start. What it writes comes behind all that
// was written before, and has no number, case or item in common with it, so that one replay has both: the first input's number is made of the time
// and a random part, cases and items count from a random one, and the cases of the year from the tens of seconds that it has seen ("D-2851234/26").
// A run with a past goes on behind the highest number of it, so the order of numbers is that of all runs.
struct Beginning {
  std::uint64_t number = 1;
  BookCounters counters;
};
[[nodiscard]] Beginning beginning_without_past(Time now, std::uint64_t random);

// The inputs of a journal by their numbers. What stands there twice counts once; of two different ones under a number, which this release does not
// write, neither takes the other's place.
class InputLog {
 public:
  // False: another one has this number, and is kept.
  bool add(CaseInput input);
  [[nodiscard]] const std::map<std::uint64_t, CaseInput>& inputs() const { return inputs_; }

 private:
  std::map<std::uint64_t, CaseInput> inputs_;
};

}  // namespace skypact::distress
