// Verdicts, as openapi.yaml's Verdict and VerdictComparison.

#include "node/api_fields.h"
#include "node/api_json.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

void origin_field(json::Writer& out, std::string_view distance, const MinimaOrigin& origin) {
  out.key(distance);
  out.begin_object();
  out.field("clause", origin.clause);
  out.field("version", origin.version);
  out.end_object();
}

}  // namespace

void append_finding(json::Writer& out, const PairVerdict& v) {
  out.field("from", to_rfc3339(v.span.from));
  out.field("to", to_rfc3339(v.span.to));
  out.field("finding", to_string(v.verdict.finding));
  list_field(out, "doubts", v.verdict.doubts, [&](guard::Doubt doubt) { out.value(to_string(doubt)); });
  if (!v.verdict.horizontal_from.clause.empty()) {
    out.key("minima_origin");
    out.begin_object();
    origin_field(out, "horizontal", v.verdict.horizontal_from);
    origin_field(out, "vertical", v.verdict.vertical_from);
    out.end_object();
  }
  out.field("evidence", v.evidence);
  if (v.alert) out.field("alert", v.alert->value);
}

void append_verdict(json::Writer& out, const PairVerdict& v, const std::vector<const VerdictComparison*>& compared) {
  out.begin_object();
  append_finding(out, v);
  list_field(out, "pair", v.pair, [&](const TrackKey& key) { out.value(to_string(key)); });
  list_field(out, "parties", v.parties, [&](const std::string& party) { out.value(party); });
  out.field("at", to_rfc3339(v.verdict.at));
  if (!v.verdict.horizontal_from.clause.empty()) minima_field(out, "minima", v.verdict.minima);
  if (v.verdict.horizontal) {
    out.field("horizontal_nm", v.verdict.horizontal->in(nautical_miles), 3);
    out.field("horizontal_error_nm", v.verdict.horizontal_error.in(nautical_miles), 3);
  }
  if (v.verdict.vertical) {
    out.field("vertical_ft", v.verdict.vertical->in_feet(), feet_decimals);
    out.field("vertical_error_ft", v.verdict.vertical_error.in_feet(), feet_decimals);
  }
  if (!compared.empty()) list_field(out, "compared", compared, [&](const VerdictComparison* c) { append_comparison(out, *c); });
  out.end_object();
}

void append_comparison(json::Writer& out, const VerdictComparison& c) {
  out.begin_object();
  out.field("from", to_rfc3339(c.span.from));
  out.field("to", to_rfc3339(c.span.to));
  out.field("party", c.theirs.party);
  out.field("finding", to_string(c.ours));
  out.field("their_finding", to_string(c.theirs.finding));
  out.field("evidence", c.our_evidence);
  out.field("their_evidence", c.theirs.evidence);
  out.field("their_entry", c.theirs.index);
  out.field("agrees", c.same_finding());
  out.field("same_evidence", c.same_evidence());
  out.end_object();
}

}  // namespace skypact::node
