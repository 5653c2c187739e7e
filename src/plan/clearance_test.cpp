#include "plan/clearance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/random.h"
#include "json/document.h"
#include "plan/clearance_entries.h"
#include "plan/test_clearance.h"

namespace skypact::plan {
namespace {

using namespace test;

ClearanceAct asked() { return {"north", {7, 26}, 1, planner, example()}; }
ClearanceAct of_south(ClearanceSaid said) { return {"north", {7, 26}, 1, {"atc", "clearances"}, std::move(said)}; }

TEST(Clearance, HasOneCanonicalText) {
  EXPECT_EQ(canonical_json(asked()),
            R"({"act":"request","by":{"account":"planner-1","desk":"duty"},"number":"0007/26","party":"north","request":{"addresses":["48C1A2"],"aircraft":2,)"
            R"("aircraft_type":"C130","answer_by":"2026-11-27T18:00:00.000Z","armed":false,"call_signs":["NAF21","NAF22"],"cargo":"relief",)"
            R"("contact":"Air desk of North, +00 555 0100, air-desk@north.example","exercise":false,"half_width":"5nm","operator":"North Air Transport","persons":14,)"
            R"("purpose":"humanitarian","registrations":["N-130A","N-130B"],"route":[{"ceiling":"FL280","entry":{"at":"2026-11-28T06:00:00.000Z","name":"ARTIP","position":[52.5,5.5]},)"
            R"("exit":{"at":"2026-11-28T06:20:00.000Z","name":"RKN","position":[52.1,6.7]},"floor":"FL240","party":"south","via":[[52.4,6]]},)"
            R"({"ceiling":"FL280","entry":{"at":"2026-11-28T06:20:00.000Z","name":"RKN","position":[52.1,6.7]},"exit":{"at":"2026-11-28T06:50:00.000Z","name":"EDDG","position":[52.13,7.68]},)"
            R"("floor":"surface","landing":"EDDG","party":"east"}],"sensors":false,"tolerance":"30min","valid":{"from":"2026-11-28T05:00:00.000Z","to":"2026-11-29T05:00:00.000Z"}},)"
            R"("revision":1,"v":1})");
  EXPECT_EQ(canonical_json(of_south(ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{3, 26}, conditions(), ""})),
            R"({"act":"answer","answer":"approve","by":{"account":"atc","desk":"clearances"},"clearance":"0003/26","conditions":{"frequency":"132.055MHz","half_width":"3nm",)"
            R"("levels":{"ceiling":"FL260","floor":"FL260"},"reports":["ARTIP","RKN"],"squawk":"4521","text":"No photographs.",)"
            R"("times":{"from":"2026-11-28T05:50:00.000Z","to":"2026-11-28T07:00:00.000Z"}},"number":"0007/26","party":"north","revision":1,"v":1})");
  EXPECT_EQ(canonical_json(of_south(Revocation{utc("2026-11-28T06:05:00Z"), "Weather at RKN."})),
            R"({"act":"revoke","by":{"account":"atc","desk":"clearances"},"from":"2026-11-28T06:05:00.000Z","number":"0007/26","party":"north","reason":"Weather at RKN.","revision":1,"v":1})");
  EXPECT_EQ(canonical_json({"north", {7, 26}, 2, {}, ClearanceCleared{{{"south", {3, 26}, std::string(64, 'a')}}}}),
            R"({"act":"cleared","number":"0007/26","parts":[{"answer":")" + std::string(64, 'a') + R"(","clearance":"0003/26","party":"south"}],"party":"north","revision":2,"v":1})");
}

std::vector<ClearanceAct> one_of_each() {
  const std::string id(64, '0');
  return {asked(),
          of_south(ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{3, 26}, {}, ""}),
          of_south(ClearanceAnswer{ClearanceAnswerWord::unable, {}, {}, "The area is closed."}),
          of_south(ClearanceAnswer{ClearanceAnswerWord::ask, {}, {}, "Which cargo?\nOf whom?"}),
          {"north", {7, 26}, 1, planner, ClearanceReply{"south", id, "Blankets."}},
          {"north", {7, 26}, 1, {}, ClearanceCleared{{{"south", {3, 26}, id}, {"east", {9'999, 99}, id}}}},
          of_south(Revocation{{}, "Weather."}),
          {"north", {7, 26}, 1, planner, Withdrawal{"Not needed."}},
          {"north", {7, 26}, 1, planner, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::revocation, "south", ClearanceDepth::crew}},
          of_south(ClearanceAcknowledgement{ClearanceAcknowledgement::Of::withdrawal, "north", ClearanceDepth::desk}),
          {"north", {7, 26}, 1, {}, ClearanceOverdue{ClearanceOverdue::Of::answer, "south", OverdueStage::late}}};
}

TEST(Clearance, ComesBackEqualFromItsText) {
  for (const ClearanceAct& act : one_of_each()) {
    ASSERT_TRUE(check_act(act)) << check_act(act).error().message;
    const auto back = parse_clearance_act(canonical_json(act));
    ASSERT_TRUE(back) << back.error().message << "\n" << canonical_json(act);
    EXPECT_EQ(*back, act);
  }
}

TEST(ClearanceEntry, HasOneTextInARecord) {
  const ClearanceEntry own{"south.example/record", "south", utc("2026-11-27T07:00:00.123Z"), of_south(Revocation{{}, "Weather."}), {}};
  const std::string act = R"({"act":"revoke","by":{"account":"atc","desk":"clearances"},"number":"0007/26","party":"north","reason":"Weather.","revision":1,"v":1})";
  EXPECT_EQ(to_entry(own), R"({"at":"2026-11-27T07:00:00.123Z","body":{"act":)" + act + R"(},"origin":"south.example/record","party":"south","type":"clearance","v":1})" + "\n");
  const ClearanceEntry received{"north.example/record", "north", utc("2026-11-27T07:00:02Z"), own.act, ClearanceEntry::Source{"south.example/record", 41, own.at}};
  EXPECT_EQ(to_entry(received), R"({"at":"2026-11-27T07:00:02.000Z","body":{"act":)" + act + R"(,"at":"2026-11-27T07:00:00.123Z","index":41,"origin":"south.example/record"},)"
                                R"("origin":"north.example/record","party":"north","type":"clearance_received","v":1})" + "\n");
  for (const ClearanceEntry& entry : {own, received}) {
    const auto back = parse_clearance_entry(to_entry(entry));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, entry);
    std::string other = to_entry(entry);
    other.insert(1, " ");
    EXPECT_FALSE(parse_clearance_entry(other)) << "another text";
  }
  std::string mixed = to_entry(own);
  mixed.replace(mixed.find("\"clearance\""), 11, "\"clearance_received\"");
  EXPECT_FALSE(parse_clearance_entry(mixed)) << "whose word it is must be said";
}

TEST(Clearance, IsReadFromItsOneTextAlone) {
  for (const ClearanceAct& act : one_of_each()) {
    std::string text = canonical_json(act);
    EXPECT_FALSE(parse_clearance_act(text + "\n"));
    EXPECT_FALSE(parse_clearance_act(" " + text));
    text.insert(text.size() - 1, R"(,"target":"x")");
    EXPECT_FALSE(parse_clearance_act(text)) << "an unknown member";
  }
  std::string other = canonical_json(asked());
  other.replace(other.find("\"5nm\""), 5, "\"9.26km\"");
  EXPECT_FALSE(parse_clearance_act(other)) << "another text of the same value";
  EXPECT_TRUE(read_clearance_act(json::parse(other)->root()));
}

template <class Change>
std::string error_of(const Change& change) {
  ClearanceRequest r = example();
  change(r);
  const auto good = check_request(r);
  return good ? "" : good.error().message;
}

TEST(Clearance, SaysWhatIsWrongWithARequest) {
  using R = ClearanceRequest;
  EXPECT_EQ(error_of([](R&) {}), "");
  EXPECT_EQ(error_of([](R& r) { r.aircraft_type = "c130"; }), "aircraft_type: \"c130\" is no designator of a type; write two to four capital letters and digits, such as C130");
  EXPECT_EQ(error_of([](R& r) { r.aircraft = 0; }), "aircraft: must be from 1 to 100");
  EXPECT_EQ(error_of([](R& r) { r.aircraft = 101; }), "aircraft: must be from 1 to 100");
  EXPECT_EQ(error_of([](R& r) { r.call_signs.clear(); }), "call_signs: is empty; the flight is known by it");
  EXPECT_EQ(error_of([](R& r) { r.call_signs = {"NAF21", "NAF21"}; }), "call_signs[1]: NAF21 is named twice");
  EXPECT_EQ(error_of([](R& r) { r.addresses = {"48c1a2"}; }), "addresses[0]: \"48c1a2\" must be a 24-bit address of six hexadecimal digits in capitals");
  EXPECT_EQ(error_of([](R& r) { r.operated_by = "a\xE2\x80\xAE" "b"; }),
            "operator: has a character that turns the direction of writing, so that people would see another text than was sent");
  EXPECT_EQ(error_of([](R& r) { r.persons = 0; }), "persons: must be from 1 to 10000");
  EXPECT_EQ(error_of([](R& r) { r.route.clear(); }), "route: is empty; say through whose area the flight goes");
  EXPECT_EQ(error_of([](R& r) { r.route[1].party = "south"; }), "route[1].party: south is asked in route[0] already; where a route comes back into an area, ask for each way by itself");
  EXPECT_EQ(error_of([](R& r) { r.route[0].exit.at = r.route[0].entry.at - minutes(1); }), "route[0].exit.at: is before the entry (2026-11-28T06:00:00.000Z)");
  EXPECT_EQ(error_of([](R& r) { r.route[1].entry.at -= minutes(1); }),
            "route[1].entry.at: is before the exit of route[0] (2026-11-28T06:20:00.000Z); parts stand in the order in which they are flown");
  EXPECT_EQ(error_of([](R& r) { r.route[0].entry.at += seconds(1); }), "route[0].entry.at: must be a whole minute, because the generated texts have no seconds");
  EXPECT_EQ(error_of([](R& r) { r.valid.to = r.route[1].exit.at; }), "route[1]: its entry and exit must lie in the time in which the request is valid");
  EXPECT_EQ(error_of([](R& r) { r.valid.to = r.valid.from + std::chrono::hours(24 * 92) + minutes(1); }), "valid: reaches over more than 92 days; ask for each part by itself");
  EXPECT_EQ(error_of([](R& r) { r.route[0].floor = level(300); }), "route[0].floor: FL300 is above the ceiling, FL280");
  EXPECT_EQ(error_of([](R& r) { r.route[0].ceiling = {VerticalLimit::Reference::above_ground, feet_of_height(500)}; }),
            "route[0].ceiling: must be unlimited, a flight level or an altitude, such as FL300 or 9000ft amsl");
  EXPECT_EQ(error_of([](R& r) { r.route[0].exit.position = place(-52, -170); }), "route[0]: its leg 2 is longer than 3000 NM; name a place between");
  EXPECT_EQ(error_of([](R& r) { r.route[1].landing = "Eddg"; }), "route[1].landing: \"Eddg\" is no location indicator; write four capital letters, or leave it out where the flight crosses");
  EXPECT_EQ(error_of([](R& r) { r.tolerance = seconds(90); }), "tolerance: must be whole minutes, at most 72h");
  EXPECT_EQ(error_of([](R& r) { r.half_width = metres(49); }), "half_width: must be from 50m to 50nm");
  EXPECT_EQ(error_of([](R& r) { r.answer_by = r.valid.to; }), "answer_by: is not before the request's validity ends, so an answer could come too late for any flight");
  EXPECT_EQ(error_of([](R& r) { r.contact.clear(); }), "contact: is missing");
  EXPECT_EQ(error_of([](R& r) { r.remarks = std::string(501, 'a'); }), "remarks: has 501 bytes; at most 500 are taken");
  EXPECT_EQ(error_of([](R& r) { r.remarks = std::string(500, 'a'); }), "");
}

TEST(Clearance, OfAnActSaysWhatIsWrongWithIt) {
  const auto error = [](ClearanceAct act) { return check_act(act).error().message; };
  ClearanceAct own = asked();
  own.party = "south";
  EXPECT_EQ(error(own), "request: route: names the party that asks; it needs no clearance of its own");
  ClearanceAct nobody = asked();
  nobody.by = {};
  EXPECT_EQ(error(nobody), "by: is missing; it says whose word this is");
  EXPECT_EQ(error(of_south(ClearanceAnswer{ClearanceAnswerWord::approve, {}, {}, ""})), "clearance: is missing; an approval has a number");
  EXPECT_EQ(error(of_south(ClearanceAnswer{ClearanceAnswerWord::unable, ClearanceNumber{3, 26}, {}, "x"})), "clearance: only an approval has a number");
  EXPECT_EQ(error(of_south(ClearanceAnswer{ClearanceAnswerWord::unable, {}, {}, ""})), "text: is missing");
  EXPECT_EQ(error(of_south(ClearanceAnswer{ClearanceAnswerWord::unable, {}, conditions(), "x"})), "conditions: only an approval has any");
  EXPECT_EQ(error(of_south(Withdrawal{""})), "reason: is missing");
  EXPECT_EQ(error(of_south(ClearanceOverdue{ClearanceOverdue::Of::answer, "south", OverdueStage::late})), "by: is a node's act and has no author");
  EXPECT_EQ(error(of_south(ClearanceAcknowledgement{ClearanceAcknowledgement::Of::withdrawal, "south", ClearanceDepth::desk})), "whose: is who revoked, or, of a withdrawal, who had asked");
}

TEST(Clearance, ConditionsNarrowAndLeaveSomething) {
  const ClearanceRequest r = example();
  const ClearancePart& part = r.route[0];
  const auto error = [&](const ClearanceConditions& c) {
    const auto good = check_conditions_of(c, r, part);
    return good ? std::string() : good.error().message;
  };
  EXPECT_EQ(error(conditions()), "");
  ClearanceConditions late;
  late.times = Interval<Time>{utc("2026-11-28T06:50:00Z"), utc("2026-11-28T07:00:00Z")};
  EXPECT_EQ(error(late), "conditions: times: leave nothing of what was asked, 2026-11-28T05:30:00.000Z to 2026-11-28T06:50:00.000Z; answer unable instead");
  late.times->from -= minutes(1);
  EXPECT_EQ(error(late), "");
  ClearanceConditions low;
  low.levels = ClearanceConditions::Levels{level(100), level(230)};
  EXPECT_EQ(error(low), "conditions: levels: leave nothing of what was asked, FL240 to FL280; answer unable instead");
  low.levels->ceiling = level(240);
  EXPECT_EQ(error(low), "");
  ClearanceConditions wide;
  wide.half_width = nautical_miles(6);
  EXPECT_EQ(error(wide), "conditions: half_width: is wider than asked, 5nm");
}

TEST(Clearance, TimesAreWidenedByTheToleranceInsideTheValidity) {
  ClearanceRequest r = example();
  EXPECT_EQ(times_of(r, r.route[0]), (Interval<Time>{utc("2026-11-28T05:30:00Z"), utc("2026-11-28T06:50:00Z")}));
  r.tolerance = std::chrono::hours(72);
  EXPECT_EQ(times_of(r, r.route[0]), r.valid);
  EXPECT_EQ(times_of(r, r.route[0], conditions()), *conditions().times);
}

TEST(Clearance, APersonLeavesOutWhatIsUsual) {
  ClearanceRequest r = example();
  std::string text;
  json::Writer out(text);
  append(out, r);
  for (const std::string_view member : {R"("answer_by":"2026-11-27T18:00:00.000Z",)", R"("exercise":false,)", R"("half_width":"5nm",)", R"("tolerance":"30min",)"}) {
    text.erase(text.find(member), member.size());
  }
  const auto read = read_clearance_request(json::parse(text)->root(), asked_at);
  ASSERT_TRUE(read) << read.error().message;
  r.answer_by = asked_at + std::chrono::hours(1);   // humanitarian flights have priority
  EXPECT_EQ(*read, r);
  EXPECT_FALSE(read_clearance_request(json::parse(text)->root()));
  r.purpose = ClearancePurpose::cargo;
  EXPECT_EQ(usual_answer_by(r, asked_at), r.route[0].entry.at) << "48 hours, but before the flight is there";
  EXPECT_EQ(usual_answer_by(r, r.route[0].entry.at), r.route[0].entry.at + minutes(1));
}

RC_GTEST_PROP(Clearance, ReadsWhateverItWrites, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  ClearanceRequest r = example();
  r.aircraft = static_cast<std::uint32_t>(1 + random.below(100));
  r.purpose = static_cast<ClearancePurpose>(random.below(clearance_purposes));
  r.cargo = static_cast<CargoClass>(random.below(5));
  r.sensors = random.chance(0.5);
  r.armed = random.chance(0.5);
  r.exercise = random.chance(0.5);
  r.half_width = random.chance(0.5) ? nautical_miles(static_cast<double>(1 + random.below(50))) : metres(static_cast<double>(50 + random.below(90'000)));
  r.tolerance = minutes(random.below(72 * 60 + 1));
  for (ClearancePart& part : r.route) {
    part.entry.position = place(random.uniform(-89, 89), random.uniform(-180, 180));
    part.exit.position = *geo::Position::from_degrees(part.entry.position.lat_degrees(), part.entry.position.lon_degrees() + 1);
    part.via.clear();
    part.floor = random.chance(0.3) ? VerticalLimit{} : level(static_cast<double>(random.below(200)));
    part.ceiling = random.chance(0.3) ? VerticalLimit{VerticalLimit::Reference::unlimited, {}} : level(static_cast<double>(200 + random.below(300)));
  }
  const ClearanceAct act{"north", {static_cast<std::uint32_t>(1 + random.below(9'999)), static_cast<std::uint32_t>(random.below(100))}, static_cast<std::uint32_t>(1 + random.below(100)), planner, r};
  RC_ASSERT(check_act(act).has_value());
  const auto back = parse_clearance_act(canonical_json(act));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == act);
}

}  // namespace
}  // namespace skypact::plan
