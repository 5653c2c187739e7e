#pragma once
// Situation report: a case as a text for people and as GeoJSON for maps, to leave the node as a file.
//
//     const std::string text = std::visit([&](const auto& to) { return situation_report(view, to, query); }, line.recipient);
//
// It is marked as not being a message of a Cospas-Sarsat mission control centre: it has not that standing, and nobody may take it for one.
// What a coarse recipient gets is made from a CoarseSummary alone. The same case and time give the same bytes. Pure.

#include <string>

#include "distress/case_summary.h"

namespace skypact::distress {

struct ReportQuery {
  Time now;
  std::string_view own_party;
  std::span<const Channel> channels{};
};

// Plain text, lines of at most 100 bytes where the words allow it, each ended by a newline.
[[nodiscard]] std::string situation_report(const Case& c, const ExactRecipient& recipient, const ReportQuery& query);
[[nodiscard]] std::string situation_report(const Case& c, const CoarseRecipient& recipient, const ReportQuery& query);

// RFC 7946 FeatureCollection. Exact: for each place the point as heard (`role` "heard"), the predicted one ("now") and its
// circle ("uncertainty"); then keep-clear circles ("keep_clear"). Coarse: the area ("area"). A circle is a ring of 36 points that holds it; at a pole there is
// none, the point's radius_m stands alone. Longitudes go on beyond 180 in a ring that crosses it.
[[nodiscard]] std::string case_geojson(const Case& c, const ExactRecipient& recipient, const ReportQuery& query);
[[nodiscard]] std::string case_geojson(const Case& c, const CoarseRecipient& recipient, const ReportQuery& query);

}  // namespace skypact::distress
