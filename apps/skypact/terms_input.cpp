#include "terms_input.h"

#include "base/input_file.h"

namespace skypact::app {

Result<pact::Terms> read_terms_of(const std::string& file) {
  const auto text = read_whole(file, pact::TermsLimits::bytes);
  if (!text) return text.error();
  return pact::read_terms(*text, file == "-" ? "standard input" : file);
}

Agreed held_throughout(const pact::Terms& terms, const Interval<Time>& span) {
  pact::Terms then = terms;
  then.validity.valid = span;
  AgreedVersion version = pact::agreed_version(then, span);
  version.minima.version = pact::version_text(terms);
  for (Zone& zone : version.zones) zone.source = version.minima.version;
  return {pact::parties_of(terms), {std::move(version)}, {}};
}

}  // namespace skypact::app
