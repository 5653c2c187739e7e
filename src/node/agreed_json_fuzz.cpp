// What is read of any text is written so that it reads back to the same text, and can be carried out.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "node/agreed_json.h"
#include "node/rule_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const auto document = json::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const auto agreed = node::read_agreed(document->root());
  if (!agreed) {
    SKYPACT_CHECK(!agreed.error().message.empty());
    return 0;
  }
  const auto text_of = [](const Agreed& value) {
    std::string text;
    json::Writer out(text);
    node::append_agreed(out, value);
    return text;
  };
  const std::string text = text_of(*agreed);
  const auto again = json::parse(text);
  SKYPACT_CHECK(again);
  const auto read = node::read_agreed(again->root());
  SKYPACT_CHECK(read && text_of(*read) == text);
  node::RuleBook book{Rules{}};
  SKYPACT_CHECK(book.set_agreed(*agreed));
  return 0;
}
