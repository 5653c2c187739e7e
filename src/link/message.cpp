#include "link/message.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "airspace/parse_address.h"
#include "base/base64.h"
#include "base/text.h"
#include "json/fields.h"

namespace skypact::link {
namespace {

using json::required;

constexpr std::int64_t most = std::int64_t{1} << 53;   // what every JSON reader holds exactly
constexpr std::size_t longest_name = 200;
constexpr std::array<std::string_view, 3> datum_names{"pressure", "ellipsoid", "mean_sea_level"};

// Nanoseconds stay: the clock offset is measured with these times.
std::string time_text(Time time) {
  const auto whole = std::chrono::floor<seconds>(time);
  std::string text = to_rfc3339(whole);
  return text.substr(0, 19) + fmt::format(".{:09}Z", (time - whole).count());
}

// ---- Writing --------------------------------------------------------------------------------------------------

template <class T, class Each>
void list(json::Writer& out, std::string_view name, const std::vector<T>& all, const Each& each) {
  out.key(name);
  out.begin_array();
  for (const T& one : all) each(out, one);
  out.end_array();
}

void write(json::Writer& out, const SeenCheckpoint& c) {
  out.begin_object();
  out.field("origin", c.origin);
  out.field("size", c.size);
  out.field("root", ledger::to_base64(c.root));
  out.end_object();
}

void write(json::Writer& out, const SharedTrack& t) {
  out.begin_object();
  out.field("address", to_string(t.address));
  if (!t.party.empty()) out.field("party", t.party);
  out.field("measured_at", time_text(t.measured_at));
  out.field("lat_deg", t.position.lat_degrees(), 7);
  out.field("lon_deg", t.position.lon_degrees(), 7);
  out.field("accuracy_m", t.accuracy.in(metres), 1);
  if (t.altitude) {
    out.field("altitude_ft", t.altitude->in_feet(), 2);
    out.field("altitude_datum", datum_names[static_cast<std::size_t>(t.datum)]);
    if (t.altitude_accuracy) out.field("altitude_accuracy_ft", t.altitude_accuracy->in_feet(), 2);
  }
  if (t.velocity) {
    out.field("ground_speed_kt", t.velocity->speed.in(knots), 2);
    out.field("track_deg", t.velocity->track.in_degrees(), 3);
  }
  if (t.vertical_rate) out.field("vertical_rate_fpm", t.vertical_rate->in_feet_per_minute(), 1);
  if (t.on_ground) out.field("on_ground", *t.on_ground);
  if (t.callsign) out.field("callsign", t.callsign->view());
  if (t.squawk) out.field("squawk", fmt::format("{:04}", *t.squawk));
  if (t.aircraft_class != AircraftClass::unknown) out.field("class", to_string(t.aircraft_class));
  out.end_object();
}

void write(json::Writer& out, const SharedAlert& a) {
  out.begin_object();
  out.field("id", a.id);
  out.field("key", a.key);
  out.field("kind", to_string(a.kind));
  out.field("state", to_string(a.state));
  out.field("severity", to_string(a.severity));
  out.field("raised_at", time_text(a.raised_at));
  out.field("changed_at", time_text(a.changed_at));
  list(out, "subjects", a.subjects, [](json::Writer& w, const SharedSubject& s) {
    w.begin_object();
    w.field("address", to_string(s.address));
    if (!s.party.empty()) w.field("party", s.party);
    w.end_object();
  });
  if (!a.minima_source.empty()) out.field("minima_source", a.minima_source);
  if (a.closest_at) out.field("closest_at", time_text(*a.closest_at));
  if (a.horizontal_at_closest) out.field("horizontal_at_closest_nm", a.horizontal_at_closest->in(nautical_miles), 3);
  if (a.vertical_at_closest) out.field("vertical_at_closest_ft", a.vertical_at_closest->in_feet(), 2);
  list(out, "answers", a.answers, [](json::Writer& w, const SharedAnswer& answer) {
    w.begin_object();
    w.field("party", answer.party);
    w.field("by", answer.by);
    w.field("intention", to_string(answer.intention));
    if (!answer.how.empty()) w.field("how", answer.how);
    w.field("at", time_text(answer.at));
    w.end_object();
  });
  out.end_object();
}

std::string boot_text(BootId boot) { return fmt::format("{:016x}", boot); }

void head(json::Writer& out, BootId boot) {
  out.begin_object();
  out.field("v", 1);
  out.field("boot", boot_text(boot));
}

template <class T, class Each>
void stretch(json::Writer& out, std::string_view name, const Stretch<T>& s, const Each& each) {
  out.key(name);
  out.begin_object();
  out.field("first", s.first);
  list(out, "items", s.items, each);
  out.end_object();
}

const auto write_one = [](json::Writer& out, const auto& value) { write(out, value); };

// ---- Reading --------------------------------------------------------------------------------------------------

template <class E>
std::optional<E> of_word(std::string_view word, E last) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    if (to_string(static_cast<E>(i)) == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

template <class E>
E word(json::Fields& fields, std::string_view name, E last, json::Presence presence = required) {
  const auto text = fields.text(name, 1, longest_name, presence);
  if (!text) return E{};
  const auto value = of_word(*text, last);
  if (!value) fields.refuse(name, quoted(*text) + " is not a word that is known here");
  return value.value_or(E{});
}

std::string text(json::Fields& fields, std::string_view name, std::size_t longest, json::Presence presence = json::optional) {
  return std::string(fields.text(name, 0, longest, presence).value_or(""));
}

// What a clock that is badly wrong may show; beyond that the difference of two times could not be held.
Time time(json::Fields& fields, std::string_view name) {
  static const Time from = Time(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)), to = Time(std::chrono::sys_days(std::chrono::year(2200) / 1 / 1));
  const auto value = fields.time(name, required);
  if (value && (*value < from || *value >= to)) fields.refuse(name, "must be of the years 2000 to 2199");
  return value.value_or(from);
}

Address address(json::Fields& fields) {
  const auto written = fields.text("address", 1, longest_name, required);
  if (!written) return {};
  const auto parsed = parse_address(*written);
  if (!parsed) fields.refuse("address", parsed.error().message);
  return parsed ? *parsed : Address{};
}

// Reads each element of an array by `each`; a defect says where it is.
template <class T, class Each>
Result<std::vector<T>> elements(json::Value array, std::string_view name, std::size_t longest, const Each& each) {
  std::vector<T> all;
  if (array.size() > longest) return Error{ErrorCode::over_limit, fmt::format("{}: has {} elements; at most {} are taken", name, array.size(), longest)};
  all.reserve(array.size());
  for (const json::Value value : array.elements()) {
    Result<T> one = each(value);
    if (!one) return std::move(one).error().within(fmt::format("{}[{}]", name, all.size()));
    all.push_back(std::move(*one));
  }
  return all;
}

template <class T>
Result<T> finished(json::Fields& fields, T value) {
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return value;
}

Result<SeenCheckpoint> checkpoint(json::Value value) {
  json::Fields fields(value);
  SeenCheckpoint c;
  c.origin = text(fields, "origin", longest_name, required);
  c.size = static_cast<std::uint64_t>(fields.integer("size", 0, most, required).value_or(0));
  const auto root = ledger::hash_from_base64(text(fields, "root", 64, required));
  if (!root) fields.refuse("root", "must be the base 64 of 32 bytes");
  c.root = root.value_or(ledger::Hash());
  return finished(fields, std::move(c));
}

bool is_octal(std::string_view squawk) {
  return squawk.size() == 4 && squawk.find_first_not_of("01234567") == squawk.npos;
}

Result<SharedTrack> track(json::Value value) {
  json::Fields fields(value);
  SharedTrack t;
  t.address = address(fields);
  t.party = text(fields, "party", 24);
  t.measured_at = time(fields, "measured_at");
  const auto lat = fields.number("lat_deg", -90, 90, required), lon = fields.number("lon_deg", -180, 180, required);
  if (lat && lon) t.position = geo::Position::from_degrees(*lat, *lon).value_or(geo::Position());
  t.accuracy = metres(fields.number("accuracy_m", 0, 1'000'000, required).value_or(0));
  const auto altitude = fields.number("altitude_ft", -2'000, 150'000);
  const auto datum = fields.word("altitude_datum", {datum_names[0], datum_names[1], datum_names[2]}, altitude ? required : json::optional);
  if (altitude) t.altitude = feet_of_height(*altitude);
  if (datum) t.datum = static_cast<Datum>(*datum);
  if (const auto accuracy = fields.number("altitude_accuracy_ft", 0, 100'000)) t.altitude_accuracy = feet_of_height(*accuracy);
  if ((datum || t.altitude_accuracy) && !altitude) fields.refuse("altitude_ft", "is missing; its datum or accuracy is given");
  const auto speed = fields.number("ground_speed_kt", 0, 4'000);
  const auto direction = fields.number("track_deg", 0, 360, speed ? required : json::optional);
  if (speed && direction) t.velocity = GroundVelocity{knots(*speed), TrueBearing::degrees(*direction)};
  if (direction && !speed) fields.refuse("ground_speed_kt", "is missing; a track needs its speed");
  if (const auto rate = fields.number("vertical_rate_fpm", -60'000, 60'000)) t.vertical_rate = feet_per_minute(*rate);
  t.on_ground = fields.boolean("on_ground");
  if (const auto callsign = fields.text("callsign", 1, 8)) {
    if (callsign->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != callsign->npos) fields.refuse("callsign", "must be of letters and digits");
    t.callsign = FixedString<8>(*callsign);
  }
  if (const auto squawk = fields.text("squawk", 4, 4)) {
    if (!is_octal(*squawk)) fields.refuse("squawk", "must be four octal digits");
    t.squawk = static_cast<std::uint16_t>(parse_integer(*squawk).value_or(0));
  }
  t.aircraft_class = word(fields, "class", AircraftClass::ground_vehicle, json::optional);
  return finished(fields, std::move(t));
}

Result<SharedAnswer> answer_of(json::Value value) {
  json::Fields fields(value);
  SharedAnswer a;
  a.party = text(fields, "party", 24, required);
  a.by = text(fields, "by", MessageLimits::text_bytes, required);
  a.intention = word(fields, "intention", Intention::seen);
  a.how = text(fields, "how", MessageLimits::text_bytes);
  a.at = time(fields, "at");
  return finished(fields, std::move(a));
}

Result<SharedSubject> subject(json::Value value) {
  json::Fields fields(value);
  SharedSubject s;
  s.address = address(fields);
  s.party = text(fields, "party", 24);
  return finished(fields, std::move(s));
}

Result<SharedAlert> alert(json::Value value) {
  json::Fields fields(value);
  SharedAlert a;
  a.id = static_cast<std::uint32_t>(fields.integer("id", 1, 0xFFFFFFFF, required).value_or(0));
  a.key = std::string(fields.text("key", 1, 4'000, required).value_or(""));
  a.kind = word(fields, "kind", AlertKind::sharing);
  a.state = word(fields, "state", AlertState::ended);
  a.severity = word(fields, "severity", Severity::distress);
  a.raised_at = time(fields, "raised_at");
  a.changed_at = time(fields, "changed_at");
  auto subjects = elements<SharedSubject>(fields.array("subjects", required), "subjects", MessageLimits::subjects, subject);
  a.minima_source = text(fields, "minima_source", longest_name);
  if (fields.any("closest_at").has_value()) a.closest_at = time(fields, "closest_at");
  if (const auto nm = fields.number("horizontal_at_closest_nm", 0, 11'000)) a.horizontal_at_closest = nautical_miles(*nm);
  if (const auto ft = fields.number("vertical_at_closest_ft", -600'000, 600'000)) a.vertical_at_closest = feet_of_height(*ft);
  auto answers = elements<SharedAnswer>(fields.array("answers", required), "answers", MessageLimits::answers, answer_of);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (!subjects) return subjects.error();
  if (!answers) return answers.error();
  a.subjects = std::move(*subjects);
  a.answers = std::move(*answers);
  return a;
}

Result<LineNote> line_note(json::Value value) {
  json::Fields fields(value);
  const auto note = fields.text("note", 1, MessageLimits::note_bytes, required);
  const auto sealed = fields.text("sealed", 1, MessageLimits::note_bytes);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return LineNote{std::string(*note), std::string(sealed.value_or(""))};
}

template <class T, class Each>
Result<Stretch<T>> stretch_of(json::Fields& outer, std::string_view name, const Each& each) {
  const json::Value value = outer.object(name, required);
  if (!value.exists()) return Stretch<T>{};   // said already
  json::Fields fields(value);
  Stretch<T> s;
  s.first = static_cast<std::uint64_t>(fields.integer("first", 1, most, required).value_or(1));
  auto items = elements<T>(fields.array("items", required), "items", MessageLimits::items, each);
  fields.refuse_unknown();
  if (fields.error()) return Error(*fields.error()).within(name);
  if (!items) return std::move(items).error().within(name);
  s.items = std::move(*items);
  return s;
}

BootId boot_id(json::Fields& fields, std::string_view name) {
  const auto written = fields.text(name, 16, 16, required);
  if (!written) return 0;
  BootId boot = 0;
  const auto [end, error] = std::from_chars(written->data(), written->data() + 16, boot, 16);
  if (error != std::errc() || end != written->data() + 16 || boot_text(boot) != *written) fields.refuse(name, "must be 16 hexadecimal digits in lower case");
  return boot;
}

// The version is looked at first: of another one the members say nothing.
std::optional<Error> read_head(json::Fields& fields, BootId& boot) {
  const auto version = fields.integer("v", 1, most, required);
  if (version && *version != 1) return bad_input(fmt::format("v: is {}; this node speaks version 1 of the link", *version));
  boot = boot_id(fields, "boot");
  if (fields.error()) return *fields.error();
  return std::nullopt;
}

template <class T, class Read>
Result<T> read(std::string_view body, const Read& read_members) {
  const auto document = json::parse(body, {.bytes = MessageLimits::bytes, .depth = 8});
  if (!document) return document.error();
  json::Fields fields(document->root());
  T message;
  if (auto wrong = read_head(fields, message.boot)) return *wrong;
  if (std::optional<Error> wrong = read_members(fields, message)) return *wrong;
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return message;
}

}  // namespace

void append(json::Writer& out, const SharedAlert& alert) { write(out, alert); }

std::string to_json(const LiveMessage& m) {
  std::string text;
  json::Writer out(text);
  head(out, m.boot);
  out.field("to", boot_text(m.to));
  out.field("number", m.number);
  out.field("sent_at", time_text(m.sent_at));
  list(out, "checkpoints", m.checkpoints, write_one);
  list(out, "tracks", m.tracks, write_one);
  stretch(out, "alerts", m.alerts, write_one);
  out.end_object();
  return text;
}

std::string to_json(const NotesMessage& m) {
  std::string text;
  json::Writer out(text);
  head(out, m.boot);
  out.field("to", boot_text(m.to));
  out.field("sent_at", time_text(m.sent_at));
  stretch(out, "notes", m.notes, [](json::Writer& w, const LineNote& note) {
    w.begin_object();
    w.field("note", note.note);
    if (!note.sealed.empty()) w.field("sealed", note.sealed);
    w.end_object();
  });
  out.end_object();
  return text;
}

std::string to_json(const Answer& a) {
  std::string text;
  json::Writer out(text);
  head(out, a.boot);
  out.field("sent_at", time_text(a.sent_at));
  out.field("received_at", time_text(a.received_at));
  out.field("answered_at", time_text(a.answered_at));
  if (a.greeting) out.field("greeting", true);
  out.field("taken", a.taken);
  list(out, "checkpoints", a.checkpoints, write_one);
  out.end_object();
  return text;
}

Result<LiveMessage> read_live(std::string_view body) {
  return read<LiveMessage>(body, [](json::Fields& fields, LiveMessage& m) -> std::optional<Error> {
    m.to = boot_id(fields, "to");
    m.number = static_cast<std::uint64_t>(fields.integer("number", 1, most, required).value_or(0));
    m.sent_at = time(fields, "sent_at");
    auto checkpoints = elements<SeenCheckpoint>(fields.array("checkpoints", required), "checkpoints", MessageLimits::checkpoints, checkpoint);
    if (!checkpoints) return checkpoints.error();
    auto tracks = elements<SharedTrack>(fields.array("tracks", required), "tracks", MessageLimits::tracks, track);
    if (!tracks) return tracks.error();
    auto alerts = stretch_of<SharedAlert>(fields, "alerts", alert);
    if (!alerts) return alerts.error();
    m.checkpoints = std::move(*checkpoints);
    m.tracks = std::move(*tracks);
    m.alerts = std::move(*alerts);
    return std::nullopt;
  });
}

Result<NotesMessage> read_notes(std::string_view body, Lane lane) {
  return read<NotesMessage>(body, [lane](json::Fields& fields, NotesMessage& m) -> std::optional<Error> {
    m.lane = lane;
    m.to = boot_id(fields, "to");
    m.sent_at = time(fields, "sent_at");
    auto notes = stretch_of<LineNote>(fields, "notes", line_note);
    if (!notes) return notes.error();
    m.notes = std::move(*notes);
    return std::nullopt;
  });
}

Result<Answer> read_answer(std::string_view body) {
  return read<Answer>(body, [](json::Fields& fields, Answer& a) -> std::optional<Error> {
    a.sent_at = time(fields, "sent_at");
    a.received_at = time(fields, "received_at");
    a.answered_at = time(fields, "answered_at");
    a.greeting = fields.boolean("greeting").value_or(false);
    a.taken = static_cast<std::uint64_t>(fields.integer("taken", 0, most, required).value_or(0));
    auto checkpoints = elements<SeenCheckpoint>(fields.array("checkpoints", required), "checkpoints", MessageLimits::checkpoints, checkpoint);
    if (!checkpoints) return checkpoints.error();
    a.checkpoints = std::move(*checkpoints);
    return std::nullopt;
  });
}

Result<SharedAlert> read_alert(json::Value value) { return alert(value); }

}  // namespace skypact::link
