#include "plan/clearance.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::plan {
namespace {

constexpr std::array<std::string_view, clearance_purposes> purpose_words{"medical", "rescue", "humanitarian", "state", "military", "passengers", "cargo", "ferry", "training", "survey", "other"};
constexpr std::array<std::string_view, 5> cargo_words{"none", "general", "relief", "dangerous_goods", "munitions"};
constexpr std::array<std::string_view, 3> answer_words{"approve", "unable", "ask"};
constexpr std::array<std::string_view, 3> depth_words{"desk", "unit", "crew"};
constexpr std::array<std::string_view, 3> stage_words{"none", "late", "escalated"};
constexpr std::array<std::string_view, 8> kind_words{"request", "answer", "reply", "cleared", "revoke", "withdraw", "acknowledge", "overdue"};
static_assert(kind_words.size() == std::variant_size_v<ClearanceSaid>);

Error over(std::string message) { return Error{ErrorCode::over_limit, std::move(message)}; }

bool is_party(std::string_view text) { return text.size() <= ClearanceLimits::party && pact::is_word(text); }

// What crews and controllers say to each other, and what stands in generated texts.
bool is_spoken_name(std::string_view text, std::size_t longest) {
  const auto inner = [](char c) { return c == ' ' || c == '-'; };
  if (text.empty() || text.size() > longest || inner(text.front()) || inner(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || inner(c); });
}

bool all_in(std::string_view text, std::string_view letters) { return text.find_first_not_of(letters) == text.npos; }
constexpr std::string_view digits = "0123456789", capitals_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

Result<void> check_text(std::string_view name, std::string_view text, std::size_t shortest, std::size_t longest, LineFeeds line_feeds) {
  if (text.size() < shortest) return bad_input(fmt::format("{}: is missing", name));
  if (text.size() > longest) return over(fmt::format("{}: has {} bytes; at most {} are taken", name, text.size(), longest));
  if (const char* defect = text_defect(text, line_feeds)) return bad_input(fmt::format("{}: {}", name, defect));
  if (trim(text) != text) return bad_input(fmt::format("{}: begins or ends with white space", name));
  return {};
}

template <class Fits>
Result<void> check_names(std::string_view name, const std::vector<std::string>& names, std::string_view what, const Fits& fits) {
  if (names.size() > ClearanceLimits::names) return over(fmt::format("{}: has {}; at most {} are taken", name, names.size(), ClearanceLimits::names));
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!fits(names[i])) return bad_input(fmt::format("{}[{}]: {} must be {}", name, i, quoted(names[i]), what));
    const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(names.begin(), here, *here) != here) return bad_input(fmt::format("{}[{}]: {} is named twice", name, i, names[i]));
  }
  return {};
}

bool in_years(Time time) { return time >= Time{} && time < Time{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)}; }

Result<void> check_minute(std::string_view name, Time time) {
  if (!in_years(time)) return bad_input(fmt::format("{}: must lie from 1970 to 2199", name));
  if (time != std::chrono::floor<minutes>(time)) return bad_input(fmt::format("{}: must be a whole minute, because the generated texts have no seconds", name));
  return {};
}

Result<void> check_span(std::string_view name, const Interval<Time>& span) {
  if (auto good = check_minute(fmt::format("{}.from", name), span.from); !good) return good;
  if (auto good = check_minute(fmt::format("{}.to", name), span.to); !good) return good;
  if (span.empty()) return bad_input(fmt::format("{}: ends ({}) before it begins ({})", name, to_rfc3339(span.to), to_rfc3339(span.from)));
  return {};
}

Result<void> check_levels(std::string_view name, const VerticalLimit& floor, const VerticalLimit& ceiling) {
  using Reference = VerticalLimit::Reference;
  const auto measured = [](const VerticalLimit& limit) { return limit.reference == Reference::pressure || limit.reference == Reference::mean_sea_level; };
  if (floor.reference != Reference::surface && !measured(floor)) {
    return bad_input(fmt::format("{}floor: must be surface, a flight level or an altitude, such as FL240 or 3000ft amsl", name));
  }
  if (ceiling.reference != Reference::unlimited && !measured(ceiling)) {
    return bad_input(fmt::format("{}ceiling: must be unlimited, a flight level or an altitude, such as FL300 or 9000ft amsl", name));
  }
  for (const auto& [which, limit] : {std::pair{"floor", &floor}, {"ceiling", &ceiling}}) {
    const auto back = pact::parse_limit(pact::limit_text(*limit));
    if (!back || *back != *limit) return bad_input(fmt::format("{}{}: must be a height from 0 to 200000 ft", name, which));
  }
  if (floor.reference == ceiling.reference && floor.height > ceiling.height) {
    return bad_input(fmt::format("{}floor: {} is above the ceiling, {}", name, pact::limit_text(floor), pact::limit_text(ceiling)));
  }
  return {};
}

Result<void> check_width(std::string_view name, Length half_width) {
  if (half_width < ClearanceLimits::narrowest || half_width > ClearanceLimits::widest) return bad_input(fmt::format("{}: must be from 50m to 50nm", name));
  const auto back = parse_length(pact::length_text(half_width));
  if (!back || *back != half_width) return bad_input(fmt::format("{}: must be whole metres, or nautical miles", name));
  return {};
}

Result<void> check_point(const std::string& name, const ClearancePoint& point) {
  if (!is_spoken_name(point.name, ClearanceLimits::call_sign)) {
    return bad_input(fmt::format("{}.name: {} must be 1 to {} capital letters and digits, with spaces or hyphens inside", name, quoted(point.name), ClearanceLimits::call_sign));
  }
  return check_minute(name + ".at", point.at);
}

Result<void> check_line(const std::string& name, const ClearancePart& part) {
  if (part.via.size() > ClearanceLimits::via) return over(fmt::format("{}.via: has {} places; at most {} are taken", name, part.via.size(), ClearanceLimits::via));
  const std::vector<geo::Position> line = line_of(part);
  for (std::size_t i = 1; i < line.size(); ++i) {
    const geo::Vec3 a = geo::place_of(line[i - 1]), b = geo::place_of(line[i]);
    if (geo::degrees_between(a, b) > 60 || geo::geodesic_length(a, b) > ClearanceLimits::longest_leg.in(metres)) {
      return bad_input(fmt::format("{}: its leg {} is longer than 3000 NM; name a place between", name, i));
    }
  }
  return {};
}

Result<void> check_part(const ClearanceRequest& r, std::size_t i) {
  const ClearancePart& part = r.route[i];
  const std::string name = fmt::format("route[{}]", i);
  if (!is_party(part.party)) return bad_input(fmt::format("{}.party: {} is not the id of a party", name, quoted(part.party)));
  for (std::size_t k = 0; k < i; ++k) {
    if (r.route[k].party == part.party) {
      return bad_input(fmt::format("{}.party: {} is asked in route[{}] already; where a route comes back into an area, ask for each way by itself", name, part.party, k));
    }
  }
  if (auto good = check_point(name + ".entry", part.entry); !good) return good;
  if (auto good = check_point(name + ".exit", part.exit); !good) return good;
  if (part.exit.at < part.entry.at) return bad_input(fmt::format("{}.exit.at: is before the entry ({})", name, to_rfc3339(part.entry.at)));
  if (i > 0 && part.entry.at < r.route[i - 1].exit.at) {
    return bad_input(fmt::format("{}.entry.at: is before the exit of route[{}] ({}); parts stand in the order in which they are flown", name, i - 1, to_rfc3339(r.route[i - 1].exit.at)));
  }
  if (!r.valid.contains(part.entry.at) || !r.valid.contains(part.exit.at)) return bad_input(fmt::format("{}: its entry and exit must lie in the time in which the request is valid", name));
  if (auto good = check_line(name, part); !good) return good;
  if (auto good = check_levels(name + ".", part.floor, part.ceiling); !good) return good;
  if (!part.landing.empty() && (part.landing.size() != 4 || !all_in(part.landing, capitals_and_digits))) {
    return bad_input(fmt::format("{}.landing: {} is no location indicator; write four capital letters, or leave it out where the flight crosses", name, quoted(part.landing)));
  }
  return {};
}

Result<void> check_aircraft(const ClearanceRequest& r) {
  const std::string_view type = r.aircraft_type;
  if (type.size() < 2 || type.size() > 4 || !all_in(type, capitals_and_digits)) {
    return bad_input(fmt::format("aircraft_type: {} is no designator of a type; write two to four capital letters and digits, such as C130", quoted(type)));
  }
  if (r.aircraft < 1 || r.aircraft > ClearanceLimits::aircraft) return bad_input(fmt::format("aircraft: must be from 1 to {}", ClearanceLimits::aircraft));
  if (r.call_signs.empty()) return bad_input("call_signs: is empty; the flight is known by it");
  const auto is_sign = [](const std::string& text) { return is_spoken_name(text, ClearanceLimits::call_sign); };
  if (auto good = check_names("call_signs", r.call_signs, "1 to 20 capital letters and digits, with spaces or hyphens inside", is_sign); !good) return good;
  if (r.registrations.empty()) return bad_input("registrations: is empty; say by what the aircraft is registered");
  if (auto good = check_names("registrations", r.registrations, "1 to 20 capital letters and digits, with spaces or hyphens inside", is_sign); !good) return good;
  const auto is_address = [](const std::string& text) { return text.size() == 6 && all_in(text, "0123456789ABCDEF") && text != "000000" && text != "FFFFFF"; };
  if (auto good = check_names("addresses", r.addresses, "a 24-bit address of six hexadecimal digits in capitals", is_address); !good) return good;
  if (r.persons < 1 || r.persons > ClearanceLimits::persons) return bad_input(fmt::format("persons: must be from 1 to {}", ClearanceLimits::persons));
  return check_text("operator", r.operated_by, 1, ClearanceLimits::name, LineFeeds::refused);
}

Result<void> check_author(const ClearanceAuthor& by) {
  for (const auto& [name, word] : {std::pair{"account", &by.account}, {"desk", &by.desk}}) {
    if (word->size() > ClearanceLimits::word || !all_in(*word, "abcdefghijklmnopqrstuvwxyz0123456789-_.:/")) {
      return bad_input(fmt::format("by: {}: {} must be of lower-case letters, digits and . - _ : /", name, quoted(*word)));
    }
  }
  if (by.account.empty() != by.desk.empty()) return bad_input("by: says who and at which desk, or neither");
  return {};
}

bool is_id(std::string_view text) { return text.size() == 64 && all_in(text, "0123456789abcdef"); }

bool is_second(Time time) { return in_years(time) && time == std::chrono::floor<seconds>(time); }

Result<void> check_number(std::string_view name, ClearanceNumber number) {
  if (number.count < 1 || number.count > ClearanceLimits::number || number.year > 99) return bad_input(fmt::format("{}: must be from 0001/00 to 9999/99", name));
  return {};
}

struct CheckSaid {
  const ClearanceAct& act;

  Result<void> operator()(const ClearanceRequest& request) const {
    if (request.part_of(act.party) != nullptr) return bad_input("request: route: names the party that asks; it needs no clearance of its own");
    auto good = check_request(request);
    if (!good) return std::move(good).error().within("request");
    return {};
  }
  Result<void> operator()(const ClearanceAnswer& answer) const {
    const bool approves = answer.word == ClearanceAnswerWord::approve;
    if (approves != answer.number.has_value()) return bad_input(approves ? "clearance: is missing; an approval has a number" : "clearance: only an approval has a number");
    if (approves) {
      if (auto good = check_number("clearance", *answer.number); !good) return good;
      if (!answer.text.empty()) return bad_input("text: of an approval belongs into conditions.text");
      auto good = check_conditions(answer.conditions);
      if (!good) return std::move(good).error().within("conditions");
      return {};
    }
    if (!answer.conditions.empty()) return bad_input("conditions: only an approval has any");
    return check_text("text", answer.text, 1, ClearanceLimits::text, LineFeeds::allowed);
  }
  Result<void> operator()(const ClearanceReply& reply) const {
    if (!is_party(reply.party)) return bad_input(fmt::format("to: {} is not the id of a party", quoted(reply.party)));
    if (!is_id(reply.question)) return bad_input("question: must be 64 hexadecimal digits in lower case");
    return check_text("text", reply.text, 1, ClearanceLimits::text, LineFeeds::allowed);
  }
  Result<void> operator()(const ClearanceCleared& cleared) const {
    if (cleared.parts.empty() || cleared.parts.size() > ClearanceLimits::parts) return bad_input(fmt::format("parts: are 1 to {}", ClearanceLimits::parts));
    for (std::size_t i = 0; i < cleared.parts.size(); ++i) {
      const auto& part = cleared.parts[i];
      const std::string name = fmt::format("parts[{}]", i);
      if (!is_party(part.party)) return bad_input(fmt::format("{}.party: {} is not the id of a party", name, quoted(part.party)));
      if (auto good = check_number(name + ".clearance", part.number); !good) return good;
      if (!is_id(part.answer)) return bad_input(fmt::format("{}.answer: must be 64 hexadecimal digits in lower case", name));
    }
    return {};
  }
  Result<void> operator()(const Revocation& revocation) const {
    if (revocation.from && !is_second(*revocation.from)) return bad_input("from: must be a whole second from 1970 to 2199");
    return check_text("reason", revocation.reason, 1, ClearanceLimits::text, LineFeeds::allowed);
  }
  Result<void> operator()(const Withdrawal& withdrawal) const { return check_text("reason", withdrawal.reason, 1, ClearanceLimits::text, LineFeeds::allowed); }
  Result<void> operator()(const ClearanceAcknowledgement& a) const {
    if (!is_party(a.party)) return bad_input(fmt::format("whose: {} is not the id of a party", quoted(a.party)));
    if ((a.of == ClearanceAcknowledgement::Of::withdrawal) != (a.party == act.party)) return bad_input("whose: is who revoked, or, of a withdrawal, who had asked");
    return {};
  }
  Result<void> operator()(const ClearanceOverdue& o) const {
    if (!is_party(o.party)) return bad_input(fmt::format("whose: {} is not the id of a party", quoted(o.party)));
    if (o.stage == OverdueStage::none) return bad_input("stage: is late or escalated");
    return {};
  }
};

}  // namespace

std::string to_string(ClearanceNumber number) { return fmt::format("{:04}/{:02}", number.count, number.year); }

std::optional<ClearanceNumber> parse_clearance_number(std::string_view text) {
  if (text.size() != 7 || (text[4] != '/' && text[4] != '-')) return std::nullopt;
  const std::string_view count = text.substr(0, 4), year = text.substr(5);
  if (!all_in(count, digits) || !all_in(year, digits)) return std::nullopt;
  const ClearanceNumber number{static_cast<std::uint32_t>(*parse_integer(count)), static_cast<std::uint32_t>(*parse_integer(year))};
  if (number.count == 0) return std::nullopt;
  return number;
}

std::string_view to_string(ClearancePurpose purpose) { return purpose_words[static_cast<std::size_t>(purpose)]; }
std::string_view to_string(CargoClass cargo) { return cargo_words[static_cast<std::size_t>(cargo)]; }
std::string_view to_string(ClearanceAnswerWord word) { return answer_words[static_cast<std::size_t>(word)]; }
std::string_view to_string(ClearanceDepth depth) { return depth_words[static_cast<std::size_t>(depth)]; }
std::string_view to_string(OverdueStage stage) { return stage_words[static_cast<std::size_t>(stage)]; }
std::string_view kind_of(const ClearanceSaid& said) { return kind_words[said.index()]; }

const ClearancePart* ClearanceRequest::part_of(std::string_view party) const {
  const auto at = std::find_if(route.begin(), route.end(), [&](const ClearancePart& part) { return part.party == party; });
  return at == route.end() ? nullptr : &*at;
}

std::vector<geo::Position> line_of(const ClearancePart& part) {
  std::vector<geo::Position> line{part.entry.position};
  line.insert(line.end(), part.via.begin(), part.via.end());
  line.push_back(part.exit.position);
  return line;
}

Interval<Time> times_of(const ClearanceRequest& request, const ClearancePart& part, const ClearanceConditions& conditions) {
  Interval<Time> times{std::max(part.entry.at - request.tolerance, request.valid.from), std::min(part.exit.at + request.tolerance, request.valid.to)};
  if (conditions.times) times = {std::max(times.from, conditions.times->from), std::min(times.to, conditions.times->to)};
  return times;
}

Time usual_answer_by(const ClearanceRequest& request, Time asked_at) {
  const Time asked = std::chrono::floor<seconds>(asked_at);
  const Duration given = has_priority(request.purpose) ? std::chrono::hours(1) : std::chrono::hours(48);
  const Time first = request.route.empty() ? request.valid.to : request.route.front().entry.at;
  return std::max(std::min(asked + given, first), asked + minutes(1));
}

Result<void> check_request(const ClearanceRequest& r) {
  if (auto good = check_aircraft(r); !good) return good;
  if (auto good = check_span("valid", r.valid); !good) return good;
  if (r.valid.to - r.valid.from > ClearanceLimits::longest) return over("valid: reaches over more than 92 days; ask for each part by itself");
  if (r.tolerance < Duration{} || r.tolerance > ClearanceLimits::tolerance || r.tolerance != std::chrono::floor<minutes>(r.tolerance)) {
    return bad_input("tolerance: must be whole minutes, at most 72h");
  }
  if (auto good = check_width("half_width", r.half_width); !good) return good;
  if (r.route.empty()) return bad_input("route: is empty; say through whose area the flight goes");
  if (r.route.size() > ClearanceLimits::parts) return over(fmt::format("route: has {} parts; at most {} are taken", r.route.size(), ClearanceLimits::parts));
  for (std::size_t i = 0; i < r.route.size(); ++i) {
    if (auto good = check_part(r, i); !good) return good;
  }
  if (!is_second(r.answer_by)) return bad_input("answer_by: must be a whole second from 1970 to 2199");
  if (r.answer_by >= r.valid.to) return bad_input("answer_by: is not before the request's validity ends, so an answer could come too late for any flight");
  if (auto good = check_text("contact", r.contact, 1, ClearanceLimits::text, LineFeeds::refused); !good) return good;
  return check_text("remarks", r.remarks, 0, ClearanceLimits::text, LineFeeds::allowed);
}

Result<void> check_conditions(const ClearanceConditions& c) {
  if (c.times) {
    if (auto good = check_span("times", *c.times); !good) return good;
  }
  if (c.levels) {
    if (auto good = check_levels("levels.", c.levels->floor, c.levels->ceiling); !good) return good;
  }
  if (c.half_width) {
    if (auto good = check_width("half_width", *c.half_width); !good) return good;
  }
  if (!c.squawk.empty() && (c.squawk.size() != 4 || !all_in(c.squawk, "01234567"))) return bad_input(fmt::format("squawk: {} must be four digits from 0 to 7", quoted(c.squawk)));
  if (c.frequency_khz) {
    if (const auto khz = pact::parse_channel(pact::channel_text(*c.frequency_khz)); !khz) return Error(khz.error()).within("frequency");
  }
  if (c.reports.size() > ClearanceLimits::reports) return over(fmt::format("reports: has {}; at most {} are taken", c.reports.size(), ClearanceLimits::reports));
  const auto is_point = [](const std::string& text) { return is_spoken_name(text, ClearanceLimits::call_sign); };
  if (auto good = check_names("reports", c.reports, "the name of a point: 1 to 20 capital letters and digits", is_point); !good) return good;
  return check_text("text", c.text, 0, ClearanceLimits::text, LineFeeds::allowed);
}

Result<void> check_conditions_of(const ClearanceConditions& c, const ClearanceRequest& request, const ClearancePart& part) {
  const Interval<Time> asked = times_of(request, part), left = times_of(request, part, c);
  if (left.empty()) {
    return bad_input(fmt::format("conditions: times: leave nothing of what was asked, {} to {}; answer unable instead", to_rfc3339(asked.from), to_rfc3339(asked.to)));
  }
  if (c.levels) {
    const auto above = [](const VerticalLimit& a, const VerticalLimit& b) { return a.reference == b.reference && a.height > b.height; };
    if (above(c.levels->floor, part.ceiling) || above(part.floor, c.levels->ceiling)) {
      return bad_input(fmt::format("conditions: levels: leave nothing of what was asked, {} to {}; answer unable instead", pact::limit_text(part.floor), pact::limit_text(part.ceiling)));
    }
  }
  if (c.half_width && *c.half_width > request.half_width) return bad_input(fmt::format("conditions: half_width: is wider than asked, {}", pact::length_text(request.half_width)));
  return {};
}

Result<void> check_act(const ClearanceAct& act) {
  if (!is_party(act.party)) return bad_input(fmt::format("party: {} is not the id of a party", quoted(act.party)));
  if (auto good = check_number("number", act.number); !good) return good;
  if (act.revision < 1 || act.revision > ClearanceLimits::revision) {
    return over(fmt::format("revision: must be from 1 to {}; after so many amendments withdraw it and ask anew", ClearanceLimits::revision));
  }
  if (auto good = check_author(act.by); !good) return good;
  const bool by_machine = std::holds_alternative<ClearanceCleared>(act.said) || std::holds_alternative<ClearanceOverdue>(act.said);
  if (by_machine == !act.by.account.empty()) return bad_input(by_machine ? "by: is a node's act and has no author" : "by: is missing; it says whose word this is");
  if (auto good = std::visit(CheckSaid{act}, act.said); !good) return good;
  const std::size_t bytes = canonical_json(act).size();
  if (bytes > ClearanceLimits::act_bytes) return over(fmt::format("it has {} bytes, and an act has at most {}; say it with fewer places or words", bytes, ClearanceLimits::act_bytes));
  return {};
}

}  // namespace skypact::plan
