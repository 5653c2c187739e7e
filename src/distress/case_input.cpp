#include "distress/case_input.h"

#include <algorithm>

#include "base/text.h"
#include "distress/act_json.h"
#include "json/fields.h"

namespace skypact::distress {

bool operator==(const CaseInput& a, const CaseInput& b) { return to_json(a) == to_json(b); }

std::string_view type_of(const CaseInput& input) { return std::holds_alternative<Trigger>(input.what) ? "trigger" : "case_act"; }

std::string to_json(const CaseInput& input) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("number", std::to_string(input.number));
  out.field("now", to_rfc3339(input.at));
  out.key("counters");
  out.begin_object();
  out.field("case", input.counters.next_id);
  out.field("item", input.counters.next_item);
  out.field("year", input.counters.year);
  out.field("in_year", input.counters.number_in_year);
  out.end_object();
  if (input.id) out.field("to", input.id->value);
  if (input.opened) out.field("opened", true);
  if (!input.message.empty()) {
    out.field("message", input.message);
    out.field("exact", input.exact);
    out.field("material", input.material);
  }
  if (const auto* trigger = std::get_if<Trigger>(&input.what)) {
    out.key("trigger");
    append(out, *trigger);
  } else {
    out.key("act");
    append(out, std::get<Act>(input.what));
  }
  out.end_object();
  return text;
}

Result<CaseInput> read_case_input(json::Value body) {
  constexpr std::int64_t most = 0xFFFFFFFF;
  json::Fields fields(body);
  CaseInput input;
  const auto number = parse_integer(fields.text("number", 1, 20, json::required).value_or(""));
  if (!number || *number < 1) fields.refuse("number", "is no number");
  input.number = static_cast<std::uint64_t>(number.value_or(0));
  input.at = fields.time("now", json::required).value_or(Time());
  if (const json::Value counters = fields.object("counters", json::required); counters.exists()) {
    json::Fields inner(counters);
    const auto count = [&](std::string_view name) { return static_cast<std::uint32_t>(inner.integer(name, 0, most, json::required).value_or(0)); };
    input.counters = {count("case"), count("item"), static_cast<int>(inner.integer("year", 0, 9999, json::required).value_or(0)), count("in_year")};
    inner.refuse_unknown();
    if (inner.error()) return Error(*inner.error()).within("counters");
  }
  if (const auto id = fields.integer("to", 0, most)) input.id = CaseId{static_cast<std::uint32_t>(*id)};
  input.opened = fields.boolean("opened").value_or(false);
  input.message = std::string(fields.text("message", 0, 128).value_or(""));
  input.exact = fields.boolean("exact").value_or(false);
  input.material = std::string(fields.text("material", 0, 128).value_or(""));
  const json::Value trigger = fields.object("trigger"), act = fields.object("act");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (trigger.exists() == act.exists()) return bad_input("trigger, act: one of them is needed");
  if (trigger.exists()) {
    auto read = read_trigger(trigger);
    if (!read) return std::move(read).error().within("trigger");
    input.what = std::move(*read);
  } else {
    auto read = read_act(act);
    if (!read) return std::move(read).error().within("act");
    input.what = std::move(*read);
  }
  return input;
}

bool replay(CaseBook& book, const CaseInput& input) {
  if (const auto* trigger = std::get_if<Trigger>(&input.what)) {
    if (!input.opened && (!input.id || book.find(*input.id) == nullptr)) return false;
    book.set_counters(input.counters);
    book.take(*trigger, input.at);
    return true;
  }
  const Act& act = std::get<Act>(input.what);
  if (book.find(act.id) == nullptr) return false;
  book.set_counters(input.counters);
  return book.apply(act, input.at).has_value();
}

namespace {

constexpr unsigned random_bits = 20;                 // of a number; above them milliseconds since 1970 have room until the year 2248
constexpr std::uint32_t first_random_id = 1u << 24;  // above what a node comes to by counting
constexpr std::uint32_t random_ids = 1u << 30;

}  // namespace

Beginning beginning_without_past(Time now, std::uint64_t random) {
  const auto since_1970 = static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::chrono::floor<milliseconds>(now).time_since_epoch().count()));
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(now)};
  const Time year = std::chrono::sys_days{date.year() / 1 / 1};
  Beginning begin;
  begin.number = (since_1970 << random_bits) | (random & ((1u << random_bits) - 1));
  begin.counters.next_id = begin.counters.next_item = first_random_id + static_cast<std::uint32_t>((random >> random_bits) % random_ids);
  begin.counters.year = static_cast<int>(date.year());
  begin.counters.number_in_year = static_cast<std::uint32_t>((now - year) / seconds(10));
  return begin;
}

bool InputLog::add(CaseInput input) {
  const auto [at, fresh] = inputs_.try_emplace(input.number);
  if (!fresh) return at->second == input;
  at->second = std::move(input);
  return true;
}

}  // namespace skypact::distress
