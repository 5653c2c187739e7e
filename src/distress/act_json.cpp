#include "distress/act_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "json/fields.h"

namespace skypact::distress {
namespace {

using json::required;

constexpr std::size_t longest_act = 16 * 1024, longest_text = 4 * 1024;

// In the order of ActBody's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<ActBody>> names{
    "declare_phase", "take_lead", "assign", "finish_assignment", "remark", "identify", "release_exact", "mark_false_alarm", "mark_duplicate", "undo_mark", "merge",
    "unmerge", "keep_apart", "tell", "delivered", "answered", "propose_keep_clear", "answer_keep_clear", "close", "reopen"};

constexpr std::array<std::string_view, 6> class_names{"unknown", "civil", "state", "unmanned", "humanitarian", "ground_vehicle"};

struct WriteBody {
  json::Writer& out;

  void addressee(const Addressee& to) const {
    out.key("to");
    out.begin_object();
    out.field("kind", to_string(to.kind));
    out.field("id", to.id);
    out.end_object();
  }
  void operator()(const DeclarePhase& a) const {
    out.field("phase", to_string(a.phase));
    out.field("reason", a.reason);
  }
  void operator()(const TakeLead& a) const {
    out.field("party", a.party);
    out.field("desk", a.desk);
    out.field("officer", a.officer);
  }
  void operator()(const Assign& a) const {
    out.field("who", a.who);
    out.field("task", a.task);
  }
  void operator()(const FinishAssignment& a) const { out.field("number", a.number); }
  void operator()(const AddRemark& a) const { out.field("text", a.text); }
  void operator()(const Identify& a) const {
    out.field("party", a.party);
    out.field("class", to_string(a.aircraft_class));
    out.field("reason", a.reason);
  }
  void operator()(const ReleaseExact&) const {}
  void operator()(const MarkFalseAlarm& a) const { out.field("reason", a.reason); }
  void operator()(const MarkDuplicate& a) const {
    out.field("of", a.of.value);
    out.field("reason", a.reason);
  }
  void operator()(const UndoMark&) const {}
  void operator()(const Merge& a) const {
    out.field("into", a.into.value);
    out.field("reason", a.reason);
  }
  void operator()(const Unmerge& a) const { out.field("reason", a.reason); }
  void operator()(const KeepApart& a) const {
    out.field("other", a.other.value);
    out.field("reason", a.reason);
  }
  void operator()(const Tell& a) const {
    addressee(a.to);
    out.field("desk", a.desk);
    out.field("exact", a.exact);
  }
  void operator()(const Delivered& a) const { addressee(a.to); }
  void operator()(const Answered& a) const {
    addressee(a.to);
    out.field("depth", to_string(a.depth));
    out.field("text", a.text);
  }
  void operator()(const ProposeKeepClear& a) const {
    out.field("lat_deg", a.centre.lat_degrees(), 7);
    out.field("lon_deg", a.centre.lon_degrees(), 7);
    out.field("radius_m", a.radius.in(metres), 0);
    out.field("from", to_rfc3339(a.valid.from));
    out.field("until", to_rfc3339(a.valid.to));
  }
  void operator()(const AnswerKeepClear& a) const {
    out.field("number", a.number);
    out.field("accepted", a.accepted);
  }
  void operator()(const Close& a) const {
    out.field("reason", to_string(a.reason));
    out.field("text", a.text);
  }
  void operator()(const Reopen& a) const { out.field("reason", a.reason); }
};

struct ReadBody {
  json::Fields& fields;

  std::string text(std::string_view name, json::Presence presence = json::optional) const { return std::string(fields.text(name, 0, longest_text, presence).value_or("")); }
  std::uint32_t number(std::string_view name) const { return static_cast<std::uint32_t>(fields.integer(name, 0, 0xFFFFFFFF, required).value_or(0)); }
  CaseId id(std::string_view name) const { return CaseId{number(name)}; }
  bool truth(std::string_view name) const { return fields.boolean(name, required).value_or(false); }
  Time time(std::string_view name) const {
    const auto read = fields.time(name, required);
    if (read && !is_plausible_time(*read)) fields.refuse(name, "must be of the years 2000 to 2199");
    return read.value_or(Time());
  }
  Addressee addressee() const {
    Addressee to;
    const json::Value value = fields.object("to", required);
    if (!value.exists()) return to;
    json::Fields inner(value);
    const auto kind = inner.word("kind", {"rescue_centre", "party", "outsider"}, required);
    to.kind = static_cast<AddresseeKind>(kind.value_or(0));
    to.id = std::string(inner.text("id", 1, longest_text, required).value_or(""));
    inner.refuse_unknown();
    if (inner.error()) fields.refuse("to", inner.error()->message);
    return to;
  }

  ActBody body(std::size_t which) const {
    switch (which) {
      case 0: {
        const auto phase = fields.word("phase", {"INCERFA", "ALERFA", "DETRESFA"}, required);
        return DeclarePhase{static_cast<Phase>(phase.value_or(0) + 1), text("reason")};
      }
      case 1: return TakeLead{text("party", required), text("desk", required), text("officer")};
      case 2: return Assign{text("who", required), text("task", required)};
      case 3: return FinishAssignment{number("number")};
      case 4: return AddRemark{text("text", required)};
      case 5: {
        const std::string party = text("party"), written = text("class", required);
        const auto found = std::find(class_names.begin(), class_names.end(), written);
        if (found == class_names.end()) fields.refuse("class", fmt::format("{} is not one of {}", quoted(written), fmt::join(class_names, ", ")));
        const auto index = found == class_names.end() ? 0 : found - class_names.begin();
        return Identify{party, static_cast<AircraftClass>(index), text("reason", required)};
      }
      case 6: return ReleaseExact{};
      case 7: return MarkFalseAlarm{text("reason", required)};
      case 8: return MarkDuplicate{id("of"), text("reason", required)};
      case 9: return UndoMark{};
      case 10: return Merge{id("into"), text("reason", required)};
      case 11: return Unmerge{text("reason", required)};
      case 12: return KeepApart{id("other"), text("reason", required)};
      case 13: return Tell{addressee(), text("desk"), truth("exact")};
      case 14: return Delivered{addressee()};
      case 15: {
        Answered a;
        a.to = addressee();
        a.depth = static_cast<Depth>(fields.word("depth", {"desk", "unit", "crew"}, required).value_or(0));
        a.text = text("text");
        return a;
      }
      case 16: {
        ProposeKeepClear a;
        const auto lat = fields.number("lat_deg", -90, 90, required), lon = fields.number("lon_deg", -360, 360, required);
        if (lat && lon) a.centre = geo::Position::from_degrees(*lat, *lon).value_or(geo::Position{});
        a.radius = metres(std::ceil(fields.number("radius_m", 0, 1e6, required).value_or(0)));
        a.valid = {time("from"), time("until")};
        return a;
      }
      case 17: return AnswerKeepClear{number("number"), truth("accepted")};
      case 18: {
        const auto reason = fields.word("reason", {"safe", "rescued", "false_alarm", "duplicate", "handed_over", "search_ended", "exercise_ended", "other"}, required);
        return Close{static_cast<CloseReason>(reason.value_or(0)), text("text")};
      }
      default: return Reopen{text("reason", required)};
    }
  }
};

}  // namespace

std::string_view name_of(const ActBody& body) { return names[body.index()]; }

void append(json::Writer& out, const Act& act) {
  out.begin_object();
  out.field("act", name_of(act.body));
  out.field("case", act.id.value);
  out.field("at", to_rfc3339(act.at));
  out.key("by");
  out.begin_object();
  out.field("party", act.by.party);
  out.field("account", act.by.account);
  out.field("desk", act.by.desk);
  out.end_object();
  std::visit(WriteBody{out}, act.body);
  out.end_object();
}

std::string to_json(const Act& act) {
  std::string text;
  json::Writer out(text);
  append(out, act);
  return text;
}

Result<ActBody> read_act_body(json::Value value) {
  json::Fields fields(value);
  const ReadBody read{fields};
  const std::string name = read.text("act", required);
  if (fields.error()) return *fields.error();
  const auto which = std::find(names.begin(), names.end(), name);
  if (which == names.end()) return bad_input(fmt::format("act: {} is not one of {}", quoted(name), fmt::join(names, ", ")));
  ActBody body = read.body(static_cast<std::size_t>(which - names.begin()));
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return body;
}

Result<Act> read_act(json::Value value) {
  json::Fields fields(value);
  const ReadBody read{fields};
  Act act;
  const std::string name = read.text("act", required);
  act.id = read.id("case");
  act.at = read.time("at");
  const json::Value by = fields.object("by", required);
  if (fields.error()) return *fields.error();
  const auto which = std::find(names.begin(), names.end(), name);
  if (which == names.end()) return bad_input(fmt::format("act: {} is not one of {}", quoted(name), fmt::join(names, ", ")));
  json::Fields officer(by);
  const auto of_officer = [&](std::string_view member) { return std::string(officer.text(member, 0, longest_text).value_or("")); };
  act.by = {of_officer("party"), of_officer("account"), of_officer("desk")};
  officer.refuse_unknown();
  if (officer.error()) return Error(*officer.error()).within("by");
  act.body = read.body(static_cast<std::size_t>(which - names.begin()));
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return act;
}

Result<Act> read_act(std::string_view text) {
  const auto document = json::parse(text, {.bytes = longest_act, .depth = 4});
  if (!document) return Error(document.error()).within("act");
  return read_act(document->root());
}

}  // namespace skypact::distress
