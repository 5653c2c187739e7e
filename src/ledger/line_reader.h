#pragma once
// LineReader: the lines at the head of our files of proofs, told by their number when one is wrong.
//
//     LineReader lines(text);
//     if (lines.next() != header) …
//     if (auto read = lines.hashes(lines.next(), path, longest_proof, "it is cut off"); !read) …     // up to a blank line
//     parse_note(lines.rest());
//
// One thread.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"

namespace skypact::ledger {

class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  // Without its newline; nullopt where no whole line is left.
  std::optional<std::string_view> next();
  [[nodiscard]] std::size_t number() const { return number_; }     // of the last one; from 1
  [[nodiscard]] std::string_view rest() const { return text_; }
  // "line 7: …": about the last one.
  [[nodiscard]] Error wrong(std::string_view what) const;

  // Hashes in base 64, a line each, `line` the first, up to a blank line, which is taken. Errors: bad_input, with `cut_off`
  // where the text ends before; over_limit beyond `most`.
  Result<void> hashes(std::optional<std::string_view> line, std::vector<Hash>& out, std::size_t most, std::string_view cut_off);

 private:
  std::string_view text_;
  std::size_t number_ = 0;
};

}  // namespace skypact::ledger
