#include "line/clearance_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "line/notice_text.h"
#include "plan/test_clearance.h"

namespace skypact::line {
namespace {

using namespace plan;
using namespace plan::test;

const ClearanceAuthor officer{"atc", "clearances"};
const ClearanceNumber first{1, 26};

// North's book, with what South and East have said.
class ClearanceText : public ::testing::Test {
 protected:
  ClearanceBook book{"north"};
  ClearanceRequest request = example();
  Time now = asked_at;

  void say(std::string_view from, ClearanceSaid said, std::uint32_t revision = 1, bool by_node = false) {
    const auto applied = book.apply(from, {"north", first, revision, by_node ? ClearanceAuthor{} : officer, std::move(said)}, now);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  void ask() { say("north", request); }
  void approve(std::string_view from, ClearanceConditions c = {}, std::uint32_t revision = 1) { say(from, ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{3, 26}, std::move(c), ""}, revision); }
  void clear() {
    ask();
    approve("south", conditions());
    approve("east");
    const auto duties = book.duties(now);
    ASSERT_EQ(duties.size(), 1u);
    ASSERT_TRUE(book.apply("north", duties[0], now));
  }
  const ClearanceRecord& record() const { return *book.find("north", first); }
  std::string note(ClearanceNote kind, std::string_view party = "south") const {
    const auto text = note_verbale(record(), kind, party);
    return text ? *text : text.error().message;
  }
};

TEST_F(ClearanceText, AsANotamSaysWhatIsAsked) {
  ask();
  EXPECT_EQ(clearance_notam(record(), now),
            "(NORTH 0001/26 FLIGHT CLEARANCE REVISION 1\n"
            "B) 2611280500 C) 2611290500\n"
            "E) NOT CLEARED. 2 C130, CALL SIGN NAF21, NAF22. REGISTRATION N-130A,\n"
            "N-130B. PURPOSE HUMANITARIAN, PRIORITY. RELIEF GOODS. 14 PERSONS ON\n"
            "BOARD. NO SENSORS. NOT ARMED.\n"
            "SOUTH: ENTRY ARTIP 523000N0053000E 2611280600 VIA 522400N0060000E\n"
            "EXIT RKN 520600N0064200E 2611280620. WITHIN 5NM OF ROUTE. FL240 TO\n"
            "FL280. VALID 2611280530 TO 2611280650. NOT ANSWERED.\n"
            "EAST: ENTRY RKN 520600N0064200E 2611280620 EXIT EDDG 520748N0074048E\n"
            "2611280650. WITHIN 5NM OF ROUTE. SFC TO FL280. VALID 2611280550 TO\n"
            "2611280720. LANDING EDDG. NOT ANSWERED.)\n");
}

TEST_F(ClearanceText, AsANotamSaysWhatWasClearedAndOnWhichConditions) {
  clear();
  const std::string text = clearance_notam(record(), now);
  EXPECT_EQ(text,
            "(NORTH 0001/26 FLIGHT CLEARANCE REVISION 1\n"
            "B) 2611280500 C) 2611290500\n"
            "E) CLEARED. 2 C130, CALL SIGN NAF21, NAF22. REGISTRATION N-130A,\n"
            "N-130B. PURPOSE HUMANITARIAN, PRIORITY. RELIEF GOODS. 14 PERSONS ON\n"
            "BOARD. NO SENSORS. NOT ARMED.\n"
            "SOUTH: ENTRY ARTIP 523000N0053000E 2611280600 VIA 522400N0060000E\n"
            "EXIT RKN 520600N0064200E 2611280620. WITHIN 5NM OF ROUTE. FL240 TO\n"
            "FL280. VALID 2611280530 TO 2611280650. CLEARANCE 0003/26. BETWEEN\n"
            "2611280550 AND 2611280700. AT FL260. WITHIN 3NM OF ROUTE. SQUAWK\n"
            "4521. CALL 132.055MHZ. REPORT ARTIP, RKN. FURTHER CONDITIONS IN\n"
            "CLEARANCE.\n"
            "EAST: ENTRY RKN 520600N0064200E 2611280620 EXIT EDDG 520748N0074048E\n"
            "2611280650. WITHIN 5NM OF ROUTE. SFC TO FL280. VALID 2611280550 TO\n"
            "2611280720. LANDING EDDG. CLEARANCE 0003/26.)\n");
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) EXPECT_LE(text.find('\n', begin) - begin, notam_line);
}

TEST_F(ClearanceText, AsANotamSaysWhatHoldsWhileAnAmendmentIsAsked) {
  clear();
  ClearanceRequest later = request;
  for (ClearancePart& part : later.route) part.entry.at += std::chrono::hours(2), part.exit.at += std::chrono::hours(2);
  say("north", later, 2);
  const std::string text = clearance_notam(record(), now);
  EXPECT_TRUE(text.starts_with("(NORTH 0001/26 FLIGHT CLEARANCE REVISION 1\n")) << text;
  EXPECT_NE(text.find("E) CLEARED. REVISION 2 IS ASKED AND NOT CLEARED."), text.npos) << text;
  EXPECT_NE(text.find("2611280600"), text.npos);
  EXPECT_EQ(text.find("2611280800"), text.npos) << "nothing of what does not hold";
  say("south", Revocation{now + minutes(1), "Firing."}, 2);
  EXPECT_NE(clearance_notam(record(), now + minutes(2)).find("CLEARANCE REVOKED FROM\n2026-11-27T06:01:00.000Z."), text.npos) << clearance_notam(record(), now + minutes(2));
}

TEST_F(ClearanceText, NothingThatSomebodyTypedIsInTheNotam) {
  request.operated_by = "FL100 Airways";
  request.remarks = "At FL100.";
  request.contact = "FL100";
  clear();
  EXPECT_EQ(clearance_notam(record(), now).find("FL100"), std::string::npos);
}

TEST_F(ClearanceText, AsANoteAsks) {
  request.remarks = "Blankets and water.";
  ask();
  EXPECT_EQ(note(ClearanceNote::request),
            "North presents its compliments to South and has the honour to request clearance (No. 0001/26, revision 1) for the following flight to cross the airspace of the latter.\n"
            "\n"
            "Aircraft: 2 aircraft of type C130, registration N-130A, N-130B, call sign NAF21, NAF22, aircraft address 48C1A2, operated by \"North Air Transport\".\n"
            "Purpose: humanitarian (priority is requested). Cargo: relief goods. Persons on board: 14.\n"
            "Sensors: no. Armament: no.\n"
            "Entry at ARTIP (523000N0053000E) on 28 November 2026, 0600 UTC; by way of 522400N0060000E; exit at RKN (520600N0064200E) on 28 November 2026, 0620 UTC; FL240 to FL280; within 5nm of the route; "
            "the times with a tolerance of 30min.\n"
            "The request is valid from 28 November 2026, 0500 UTC to 29 November 2026, 0500 UTC.\n"
            "The flight also concerns others; it will not take place before all of them have approved it.\n"
            "Remarks: \"Blankets and water.\".\n"
            "\n"
            "North would be grateful for an answer by 27 November 2026, 1800 UTC. Contact: Air desk of North, +00 555 0100, air-desk@north.example.\n"
            "\n"
            "North avails itself of this opportunity to renew to South the assurances of its highest consideration.\n");
  EXPECT_NE(note(ClearanceNote::request, "east").find("to enter the airspace"), std::string::npos);
  EXPECT_NE(note(ClearanceNote::request, "east").find("; landing at EDDG."), std::string::npos);
  EXPECT_EQ(note(ClearanceNote::request, "west"), "request 0001/26 of north: its latest revision does not ask \"west\"");
  EXPECT_EQ(note(ClearanceNote::answer), "request 0001/26 of north: south has not answered revision 1");
}

TEST_F(ClearanceText, AsANoteAnswers) {
  ask();
  approve("south", conditions());
  EXPECT_EQ(note(ClearanceNote::answer),
            "South presents its compliments to North and has the honour to refer to the request of the latter No. 0001/26, revision 1, and to inform it that the flight is approved under the clearance number 0003/26, "
            "on the following conditions.\n"
            "\n"
            "Conditions: from 28 November 2026, 0550 UTC to 28 November 2026, 0700 UTC; at FL260; within 3nm of the route; with transponder code 4521; calling on 132.055MHz before entry; reporting at ARTIP, RKN; "
            "\"No photographs.\".\n"
            "\n"
            "Entry at ARTIP (523000N0053000E) on 28 November 2026, 0600 UTC; by way of 522400N0060000E; exit at RKN (520600N0064200E) on 28 November 2026, 0620 UTC; FL240 to FL280; within 5nm of the route; "
            "the times with a tolerance of 30min.\n"
            "The flight may take place when all parties concerned have approved it.\n"
            "\n"
            "South avails itself of this opportunity to renew to North the assurances of its highest consideration.\n");
  say("east", ClearanceAnswer{ClearanceAnswerWord::ask, {}, {}, "Which cargo?"});
  EXPECT_NE(note(ClearanceNote::answer, "east").find("revision 1, and to ask: \"Which cargo?\"\n"), std::string::npos);
  say("east", ClearanceAnswer{ClearanceAnswerWord::unable, {}, {}, "The area is closed."});
  EXPECT_NE(note(ClearanceNote::answer, "east").find("and to inform it that East is unable to approve the flight: \"The area is closed.\"\n"), std::string::npos);
}

TEST_F(ClearanceText, AsANoteRevokesAndWithdraws) {
  clear();
  EXPECT_EQ(note(ClearanceNote::revocation), "request 0001/26 of north: south has not revoked it");
  EXPECT_EQ(note(ClearanceNote::withdrawal), "request 0001/26 of north: it was not withdrawn");
  say("south", Revocation{utc("2026-11-28T06:05:30Z"), "Firing."});
  EXPECT_EQ(note(ClearanceNote::revocation),
            "South presents its compliments to North and has the honour to refer to the request of the latter No. 0001/26, revision 1, and to inform it that the clearance 0003/26 is revoked from 28 November 2026, 0605:30 UTC: "
            "\"Firing.\"\n"
            "\n"
            "Receipt of this note is to be acknowledged without delay.\n"
            "\n"
            "South avails itself of this opportunity to renew to North the assurances of its highest consideration.\n");
  say("north", Withdrawal{"Not needed."});
  EXPECT_EQ(note(ClearanceNote::withdrawal),
            "North presents its compliments to South and has the honour to inform it that the request No. 0001/26, revision 1 is withdrawn: \"Not needed.\"\n"
            "\n"
            "North avails itself of this opportunity to renew to South the assurances of its highest consideration.\n");
}

TEST_F(ClearanceText, OfADrillSaysSo) {
  request.exercise = true;
  ask();
  EXPECT_TRUE(note(ClearanceNote::request).starts_with("EXERCISE EXERCISE EXERCISE\n"));
  EXPECT_NE(clearance_notam(record(), now).find("E) EXERCISE EXERCISE EXERCISE."), std::string::npos);
}

}  // namespace
}  // namespace skypact::line
