#include "distress/situation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "geo/motion.h"
#include "json/writer.h"

namespace skypact::distress {
namespace {

constexpr std::size_t line_width = 100;
constexpr std::string_view not_an_mcc_message =
    "NOT AN MCC MESSAGE. It does not come from a Cospas-Sarsat mission control centre and replaces none.";

// "NAME       words of the value, broken between words".
void line(std::string& out, std::string_view name, std::string_view value) {
  constexpr std::size_t indent = 14;
  std::string current = fmt::format("{:<{}}", name, indent);
  const std::size_t empty = current.size();
  for (std::string_view rest = value; !rest.empty();) {
    const std::size_t space = rest.find(' ');
    const std::string_view word = rest.substr(0, space);
    if (current.size() + 1 + word.size() > line_width && current.size() > empty) {
      out += current + '\n';
      current = std::string(indent, ' ');
    }
    if (current.size() > empty) current += ' ';
    current += word;
    rest = space == rest.npos ? std::string_view() : rest.substr(space + 1);
  }
  while (!current.empty() && current.back() == ' ') current.pop_back();
  out += current + '\n';
}

std::string age_text(Duration age) {
  const auto whole = std::chrono::floor<seconds>(age).count();
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 2 * 3600) return fmt::format("{} min", whole / 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string length_text(Length length) {
  return length < kilometres(1) ? fmt::format("{:.0f} m", length.in(metres)) : fmt::format("{:.1f} NM", length.in(nautical_miles));
}

void append_head(std::string& out, const SummaryHead& head, const ReportQuery& query) {
  out += fmt::format("SITUATION REPORT {}\n{}\n", head.number, not_an_mcc_message);
  if (head.exercise) out += "EXERCISE EXERCISE EXERCISE\n";
  out += '\n';
  line(out, "From", query.own_party);
  line(out, "As of", to_rfc3339(head.as_of));
  line(out, "Opened", to_rfc3339(head.opened_at));
  line(out, "Phase", head.declared ? fmt::format("{} declared (proposed {})", to_string(*head.declared), to_string(head.proposed))
                                   : fmt::format("{} proposed, none declared", to_string(head.proposed)));
  line(out, "Led by", head.lead_party.empty() ? std::string("nobody yet") : fmt::format("{} {}", head.lead_party, head.lead_desk));
  if (!head.owner.empty()) line(out, "Aircraft of", head.owner);
  if (!head.may_be_spoken) line(out, "Radio", "NOTHING of this is said on the radio (unlawful interference)");
}

void append_channels(std::string& out, const SummaryHead& head) {
  for (const SummaryChannel& channel : head.channels) {
    line(out, "Frequency", channel.call_sign.empty() ? frequency_text(channel.khz) : fmt::format("{} {}", frequency_text(channel.khz), channel.call_sign));
  }
}

// ---- GeoJSON --------------------------------------------------------------------------------------------------

void append_position(json::Writer& out, double lat, double lon) {
  out.begin_array();
  out.value(lon, 7);
  out.value(lat, 7);
  out.end_array();
}

void begin_feature(json::Writer& out, std::string_view role) {
  out.begin_object();
  out.field("type", "Feature");
  out.key("properties");
  out.begin_object();
  out.field("role", role);
}

void end_point(json::Writer& out, geo::Position p) {
  out.end_object();
  out.key("geometry");
  out.begin_object();
  out.field("type", "Point");
  out.key("coordinates");
  append_position(out, p.lat_degrees(), p.lon_degrees());
  out.end_object();
  out.end_object();
}

// The corners lie outside by 1 / cos 5°, so that the polygon holds the circle. False: it is a point, would hold a pole, or is too large to draw.
bool circle_feature(json::Writer& out, std::string_view role, geo::Position centre, Length radius) {
  constexpr int corners = 36;
  const double corner_m = radius.in(metres) * 1.003821;   // 1 / cos(360° / 72) = 1.0038198, rounded up
  const double to_pole_m = (90 - std::abs(centre.lat_degrees())) * 110'000;
  if (corner_m < 1 || corner_m > 5'000'000 || corner_m >= to_pole_m) return false;
  begin_feature(out, role);
  out.field("radius_m", radius.in(metres), 0);
  out.end_object();
  out.key("geometry");
  out.begin_object();
  out.field("type", "Polygon");
  out.key("coordinates");
  out.begin_array();
  out.begin_array();
  for (int i = 0; i <= corners; ++i) {
    // Counter-clockwise, as RFC 7946 asks; closed by the first corner.
    const auto bearing = TrueBearing::degrees(360.0 - 10.0 * (i % corners));
    const Duration hour = std::chrono::hours(1);
    const geo::Position corner = geo::position_after(geo::ground_motion(centre, metres_per_second(corner_m / 3600), bearing), hour);
    double lon = corner.lon_degrees();
    if (lon - centre.lon_degrees() > 180) lon -= 360;
    if (lon - centre.lon_degrees() < -180) lon += 360;
    append_position(out, corner.lat_degrees(), lon);
  }
  out.end_array();
  out.end_array();
  out.end_object();
  out.end_object();
  return true;
}

void begin_collection(json::Writer& out, const SummaryHead& head) {
  out.begin_object();
  out.field("type", "FeatureCollection");
  out.field("case", head.number);
  out.field("notice", not_an_mcc_message);
  out.field("as_of", to_rfc3339(head.as_of));
  out.field("exercise", head.exercise);
  out.field("proposed", to_string(head.proposed));
  if (head.declared) out.field("declared", to_string(*head.declared));
  out.field("may_be_spoken", head.may_be_spoken);
  out.key("features");
  out.begin_array();
}

std::string end_collection(json::Writer& out, std::string& text) {
  out.end_array();
  out.end_object();
  return text + '\n';
}

}  // namespace

std::string situation_report(const Case& c, const ExactRecipient& recipient, const ReportQuery& query) {
  const ExactSummary summary = summarise(c, recipient, {query.now, query.channels});
  std::string out;
  append_head(out, summary.head, query);
  for (const EmergencyWord word : summary.emergencies) line(out, "Emergency", describe(word));
  const Subject& s = summary.subject;
  if (s.address) line(out, "Address", to_string(*s.address));
  if (!s.callsign.empty()) line(out, "Call sign", s.callsign);
  if (!s.registration.empty()) line(out, "Registration", s.registration);
  if (!s.beacon.empty()) line(out, "Beacon", s.beacon);
  if (!s.mmsi.empty()) line(out, "MMSI", s.mmsi);
  if (summary.aircraft_class != AircraftClass::unknown) line(out, "Class", to_string(summary.aircraft_class));

  out += '\n';
  const auto places = places_now(c, query.now);
  if (places.empty()) line(out, "Place", "not known");
  for (const PlaceNow& p : places) {
    line(out, "Heard", fmt::format("{} within {} at {} ({} ago), {} of {}{}", position_text(p.heard.place.position), length_text(p.heard.place.uncertainty), to_rfc3339(p.heard.heard_at),
                                   age_text(p.age), to_string(p.heard.kind), p.heard.source, p.heard.place.coarse ? ", coarse" : ""));
    line(out, "Now", fmt::format("{} within {}, taken to be {}", position_text(p.position), length_text(p.uncertainty), to_string(p.movement)));
  }
  for (const Contradiction& contradiction : contradictions(c)) line(out, "CONTRADICTION", contradiction.text);

  out += '\n';
  append_channels(out, summary.head);
  for (const Assignment& a : c.assignments) line(out, "Assigned", fmt::format("{}: {}{}", a.who, a.task, a.done_at ? " (finished)" : ""));
  for (const KeepClear& k : c.keep_clear) {
    line(out, "Keep clear", fmt::format("{} around {}, {} to {}", length_text(k.radius), position_text(k.centre), to_rfc3339(k.valid.from), to_rfc3339(k.valid.to)));
  }
  if (c.told.empty()) line(out, "Told", "nobody yet");
  for (const Told& t : c.told) {
    const std::string answered = t.answers.empty() ? "not answered" : fmt::format("answered by {}, {} reached", t.answers.back().by.account, to_string(t.answers.back().depth));
    line(out, "Told", fmt::format("{} {} at {}, {}, {}", to_string(t.to.kind), t.to.id, to_rfc3339(t.last_at), t.delivered_at ? "delivered" : "not delivered", answered));
  }
  if (c.mark) line(out, "Marked", fmt::format("{}: {}", to_string(c.mark->kind), c.mark->reason));
  if (c.closed) line(out, "Closed", fmt::format("{} {}, {}", to_string(c.closed->reason), c.closed->text, to_rfc3339(c.closed->at)));
  return out;
}

std::string situation_report(const Case& c, const CoarseRecipient& recipient, const ReportQuery& query) {
  const CoarseSummary summary = summarise(c, recipient, {query.now, query.channels});
  std::string out;
  append_head(out, summary.head, query);
  out += '\n';
  line(out, "Area", summary.area ? fmt::format("within {} of {}; coarse, its owner has not released the place", length_text(summary.area->radius), position_text(summary.area->centre))
                                 : std::string("not known"));
  if (summary.disputed) line(out, "CONTRADICTION", "evidence names other places too, which one aircraft cannot have been at");
  out += '\n';
  append_channels(out, summary.head);
  return out;
}

std::string case_geojson(const Case& c, const ExactRecipient& recipient, const ReportQuery& query) {
  const ExactSummary summary = summarise(c, recipient, {query.now, query.channels});
  std::string text;
  json::Writer out(text);
  begin_collection(out, summary.head);
  for (const PlaceNow& p : places_now(c, query.now)) {
    begin_feature(out, "heard");
    out.field("source", p.heard.source);
    out.field("kind", to_string(p.heard.kind));
    out.field("heard_at", to_rfc3339(p.heard.heard_at));
    out.field("radius_m", p.heard.place.uncertainty.in(metres), 0);
    out.field("coarse", p.heard.place.coarse);
    end_point(out, p.heard.place.position);
    begin_feature(out, "now");
    out.field("movement", to_string(p.movement));
    out.field("radius_m", p.uncertainty.in(metres), 0);
    end_point(out, p.position);
    circle_feature(out, "uncertainty", p.position, p.uncertainty);
  }
  for (const KeepClear& k : c.keep_clear) {
    if (k.valid.contains(query.now)) circle_feature(out, "keep_clear", k.centre, k.radius);
  }
  return end_collection(out, text);
}

std::string case_geojson(const Case& c, const CoarseRecipient& recipient, const ReportQuery& query) {
  const CoarseSummary summary = summarise(c, recipient, {query.now, query.channels});
  std::string text;
  json::Writer out(text);
  begin_collection(out, summary.head);
  if (summary.area && !circle_feature(out, "area", summary.area->centre, summary.area->radius)) {
    begin_feature(out, "area");
    out.field("radius_m", summary.area->radius.in(metres), 0);
    end_point(out, summary.area->centre);
  }
  return end_collection(out, text);
}

}  // namespace skypact::distress
