// Any bytes as an entry of a record, and as evidence: read strictly or refused with a sentence, and what is read
// is written so that it reads back to the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "node/coverage.h"
#include "node/verdict_book.h"
#include "node/verdict_evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto verdict = node::read_peer_verdict("south", 7, bytes);
  if (!verdict) {
    SKYPACT_CHECK(!verdict.error().message.empty());
  } else if (*verdict) {
    std::string text;
    json::Writer out(text);
    out.begin_object();
    node::append_peer_finding(out, **verdict);
    out.end_object();
    const auto document = json::parse(text);
    SKYPACT_CHECK(document);
    const auto again = node::read_peer_finding("south", 7, document->root());
    SKYPACT_CHECK(again && again->finding == (*verdict)->finding && again->evidence == (*verdict)->evidence && again->alert == (*verdict)->alert);
  }
  const auto traffic = node::read_traffic(bytes);
  if (traffic && *traffic) {
    node::Coverage coverage({(*traffic)->since, (*traffic)->until});
    coverage.add(**traffic, 0, node::Bytes::proven);
    SKYPACT_CHECK(coverage.report().entries.size() <= 1);
  }
  if (const auto differences = node::compare(bytes, bytes)) SKYPACT_CHECK(differences->empty());
  return 0;
}
