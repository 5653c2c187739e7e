// Any bytes in any pieces give the same bursts and errors; every error names its line and stays short.

#include <string>
#include <vector>

#include "base/check.h"
#include "wire/beacon_json.h"
#include "wire/beacon_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const BeaconForm form : {BeaconForm::any, BeaconForm::t001, BeaconForm::t018}) {
    BeaconLineReader whole({.form = form}), pieces({.form = form});
    std::vector<std::string> from_whole, from_pieces;
    const auto keep = [](std::vector<std::string>& kept) {
      return [&kept](const ReadBeaconLine& read) {
        SKYPACT_CHECK(read.burst.has_value() == (read.error == DecodeError::none));
        SKYPACT_CHECK(read.message.size() < 400 && read.line > 0);
        kept.push_back(read.burst ? one_line(read.burst->message) : read.message);
      };
    };
    whole.push(text, keep(from_whole));
    whole.finish(keep(from_whole));
    for (std::size_t at = 0; at < size; at += 7) pieces.push(text.substr(at, 7), keep(from_pieces));
    pieces.finish(keep(from_pieces));
    SKYPACT_CHECK(from_whole == from_pieces);
    SKYPACT_CHECK(whole.errors() == pieces.errors());
    SKYPACT_CHECK(whole.accepted() + whole.errors().total() == from_whole.size());
  }
  return 0;
}
