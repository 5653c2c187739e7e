"""Clearances between three real nodes over TLS: asked, asked back, approved with conditions, cleared when all have answered, amended, revoked and
acknowledged, withdrawn, overdue; with a node that is killed, a node that is away, and both records audited.

    tests/clearance_test.py build/dev/skypact
"""

import json
import sys
import time
import unittest

from line_test import LineParties
from pact_harness import Sky, skypact, utc


def minute(seconds_from_now):
    return utc(int(time.time() + seconds_from_now) // 60 * 60)


def part(party, begins, ends, **more):
    return {"party": party, "entry": {"name": "ARTIP", "position": [52.5, 5.5], "at": minute(begins)}, "exit": {"name": "RKN", "position": [52.1, 6.7], "at": minute(ends)}, "floor": "FL240", "ceiling": "FL280", **more}


def request(*parties, begins=7200, **more):
    return {"aircraft_type": "C130", "aircraft": 2, "call_signs": ["NAF21", "NAF22"], "registrations": ["N-130A"], "addresses": ["3B00AA"], "operator": "North Air Transport", "purpose": "cargo", "cargo": "general",
            "persons": 14, "sensors": False, "armed": False, "valid": {"from": minute(0), "to": minute(86400)}, "contact": "Air desk of North, +00 555 0100",
            "route": [part(p, begins + 1200 * i, begins + 1200 * (i + 1)) for i, p in enumerate(parties)], **more}


class Clearances(LineParties):
    first_host = 85

    def ask(self, party, method, target, body=None, status=200):
        got, _, text = party.node.request(method, target, body)
        self.assertEqual(got, status, text)
        return json.loads(text)

    def send(self, *parties, **more):
        return self.ask(self.north, "POST", "/api/v1/clearances", {"request": request(*parties, **more)}, 201)["number"]

    def path(self, number, of="north"):
        return f"/api/v1/clearances/{of}/{number.replace('/', '-')}"

    def act(self, party, number, status=201, **body):
        return self.ask(party, "POST", self.path(number) + "/acts", body, status)

    def seen(self, party, number, condition=lambda c: True, what="it is there", seconds=60):
        def look():
            status, _, text = party.node.request("GET", self.path(number))
            view = json.loads(text) if status == 200 else None
            return view if view and condition(view) else None
        return self.until(look, f"{party.name}: {what}", seconds)

    def in_state(self, number, state, parties=None, seconds=60):
        for party in parties or self.all:
            self.seen(party, number, lambda c: c["state"] == state, f"{number} is {state}", seconds)

    def recorded(self, party, number, kind):
        """(whose word, act) of that kind in the party's record, as any auditor reads it."""
        skypact("ledger", "audit", party.folder / "data/record", "--key", party.keys["record"])
        own = [(party.name, e["body"]["act"]) for e in self.entries(party, "clearance")]
        received = [(e["body"]["origin"].split(".")[0], e["body"]["act"]) for e in self.entries(party, "clearance_received")]
        return [(whose, act) for whose, act in own + received if (act["party"], act["number"], act["act"]) == ("north", number, kind)]

    def test_a_route_is_cleared_when_all_have_answered_and_both_records_hold_every_act(self):
        number = self.send("south", "relief")
        for party in (self.south, self.relief):
            self.assertEqual(self.seen(party, number)["awaited"], ["answer"])
        self.act(self.south, number, act="answer", revision=1, answer="ask", text="Which cargo?")
        self.assertEqual(self.seen(self.north, number, lambda c: c["awaited"], "South asks back")["awaited"], ["reply"])
        self.act(self.north, number, act="reply", revision=1, to="south", text="Blankets.")
        self.seen(self.south, number, lambda c: c["awaited"] == ["answer"], "the reply")
        conditions = {"levels": {"floor": "FL260", "ceiling": "FL260"}, "squawk": "4521", "frequency": "132.055MHz", "reports": ["ARTIP"]}
        given = self.act(self.south, number, act="answer", revision=1, answer="approve", conditions=conditions)["latest"]["parts"][0]["clearance"]
        here = self.seen(self.north, number, lambda c: c["latest"]["parts"][0]["stage"] == "approved", "South's approval")
        self.assertEqual((here["state"], here["latest"]["parts"][0]["clearance"], here["latest"]["parts"][0]["conditions"]), ("asked", given, conditions))
        self.act(self.south, number, 409, act="answer", revision=1, answer="unable", text="No.")
        self.act(self.relief, number, act="answer", revision=1, answer="approve")
        self.in_state(number, "cleared")
        self.assertEqual(self.seen(self.relief, number)["latest"]["parts"][0]["clearance"], given, "North says whose number is which")

        # Amended: the number stays, and what was cleared holds until both have approved.
        changed = request("south", "relief", begins=14400)
        self.assertEqual(self.ask(self.north, "PUT", f"/api/v1/clearances/{number.replace('/', '-')}", {"request": changed})["latest"]["revision"], 2)
        self.in_state(number, "amending")
        self.assertEqual(self.seen(self.south, number)["held"]["revision"], 1)
        self.act(self.south, number, 409, act="answer", revision=1, answer="approve")
        self.act(self.south, number, act="answer", revision=2, answer="approve")
        self.act(self.relief, number, act="answer", revision=2, answer="approve")
        self.in_state(number, "cleared")
        there = self.seen(self.south, number)
        self.assertNotIn("held", there)
        self.assertEqual((there["latest"]["revision"], there["latest"]["parts"][0]["clearance"]), (2, given))

        # Texts are made from it, at each party's node.
        text = skypact("request", "text", "north", number, "--node", self.south.node.url)
        self.assertIn(f"CLEARANCE {given}.", text)
        note = skypact("request", "text", "north", number, "--form", "answer", "--of", "south", "--node", self.relief.node.url)
        self.assertIn(f"approved under the clearance number {given}", note)

        # Each act stands in its author's record and in that of who received it, and the records hold.
        for kind, count in (("request", 2), ("cleared", 2)):
            own = self.recorded(self.north, number, kind)
            self.assertEqual([whose for whose, _ in own], ["north"] * count)
            self.until(lambda: self.recorded(self.south, number, kind) == own, f"{kind} is in South's record too")
        answers = [a for a in self.recorded(self.south, number, "answer") if a[0] == "south"]
        self.assertEqual([a["answer"] for _, a in answers], ["ask", "approve", "approve"])
        self.assertEqual([a for a in self.recorded(self.north, number, "answer") if a[0] == "south"], answers)

    def test_a_revocation_is_acknowledged_and_a_late_acknowledgement_is_overdue(self):
        number = self.send("south")
        self.seen(self.south, number)
        self.act(self.south, number, act="answer", revision=1, answer="approve")
        self.in_state(number, "cleared", (self.north, self.south))
        self.act(self.south, number, act="revoke", reason="Firing.")
        self.in_state(number, "revoked", (self.north, self.south))
        self.assertEqual(self.seen(self.north, number)["awaited"], ["acknowledge_revocation"])
        late = self.seen(self.north, number, lambda c: c["revoked"][0].get("overdue"), "South says that it waits", 90)
        self.assertEqual(late["revoked"][0]["overdue"], "late")
        self.act(self.north, number, act="acknowledge", of="revocation", whose="south", depth="crew")
        there = self.seen(self.south, number, lambda c: "acknowledged" in c["revoked"][0], "the acknowledgement")
        self.assertEqual(there["revoked"][0]["acknowledged"]["depth"], "crew")
        self.act(self.north, number, 409, act="acknowledge", of="revocation", whose="south", depth="desk")
        self.act(self.south, number, 409, act="answer", revision=1, answer="approve")
        for party in (self.north, self.south):
            for kind in ("revoke", "acknowledge", "overdue"):
                self.until(lambda: len(self.recorded(party, number, kind)) == 1, f"{kind} is in {party.name}'s record")

    def test_an_answer_that_does_not_come_is_overdue_and_escalates(self):
        answer_by = utc(int(time.time()) + 4)
        number = self.send("south", "relief", answer_by=answer_by)
        self.seen(self.relief, number)
        self.act(self.relief, number, act="answer", revision=1, answer="unable", text="The area is closed.")
        for stage in ("late", "escalated"):
            self.seen(self.south, number, lambda c: c["latest"]["parts"][0].get("overdue") == stage, stage)
        here = self.seen(self.north, number, lambda c: c["state"] == "refused", "Relief is unable")
        self.assertNotIn("overdue", here["latest"]["parts"][1])
        self.assertEqual(["late", "escalated"], [a["stage"] for _, a in self.recorded(self.north, number, "overdue")])

    def test_a_node_that_is_killed_knows_all_of_it_again_and_one_that_was_away_catches_up(self):
        number = self.send("south", purpose="medical", cargo="relief")
        self.seen(self.south, number)
        self.act(self.south, number, act="answer", revision=1, answer="approve", conditions={"text": "No photographs."})
        self.in_state(number, "cleared", (self.north, self.south))
        self.south.node.kill()
        # While South is away: an amendment, and a request.
        self.ask(self.north, "PUT", f"/api/v1/clearances/{number.replace('/', '-')}", {"request": request("south", begins=10800)})
        other = self.send("south")
        before = self.seen(self.north, number)
        self.assertEqual((before["state"], before["held"]["revision"]), ("amending", 1))
        self.south.node.start()
        self.until(lambda: self.south.node.request("GET", "/api/v1/clearances")[0] == 200, "South has read its record")
        self.in_state(number, "amending", (self.south,))
        there = self.seen(self.south, number)
        self.assertEqual(there["held"], before["held"], "what was cleared is as it was")
        self.seen(self.south, other)
        given = self.act(self.south, other, act="answer", revision=1, answer="approve")["latest"]["parts"][0]["clearance"]
        self.assertNotEqual(given, there["held"]["parts"][0]["clearance"], "no number is given twice")
        self.in_state(other, "cleared", (self.north, self.south))
        # And who asked is killed right after it did: what it was told stands.
        number = self.send("south")
        self.north.node.kill()
        self.north.node.start()
        self.until(lambda: self.north.node.request("GET", "/api/v1/clearances")[0] == 200, "North has read its record")
        self.assertEqual(self.seen(self.north, number)["state"], "asked")
        self.seen(self.south, number)
        self.act(self.north, number, act="withdraw", reason="Not needed.")
        self.in_state(number, "withdrawn", (self.south,))
        self.act(self.south, number, act="acknowledge", of="withdrawal", whose="north", depth="unit")
        self.seen(self.north, number, lambda c: c["withdrawn"]["acknowledged"], "the acknowledgement")
        for party in (self.north, self.south):
            self.recorded(party, number, "withdraw")

    def test_who_flies_in_an_area_is_held_against_its_clearance(self):
        # Both have drawn South's area; whose clearance it needs, the zone says.
        for party in (self.south, self.north):
            self.ask(party, "POST", "/api/v1/zones", {"id": "fir-south", "name": "South FIR", "rule": "clearance", "party": "south", "centre": [52.0, 3.0], "radius_nm": 60}, 201)
        self.ask(self.south, "POST", "/api/v1/zones", {"id": "of-nobody", "rule": "clearance", "centre": [52.0, 3.0], "radius_nm": 60}, 400)

        def breaches(party):
            alerts = [a for a in party.node.get("/api/v1/alerts")["alerts"] if a.get("zone") == "fir-south" and a["state"] in ("predicted", "infringed")]
            return [(a["subjects"][0]["key"], reason["breach"], reason.get("name")) for a in alerts for reason in a["reasons"] if reason["code"] == "clearance"]

        def both_are_told(of, what):
            for party in (self.south, self.north):
                self.until(lambda: breaches(party) == of, f"{party.name}: {what}; there is {breaches(party)}")   # noqa: B023
        sky = Sky.side_by_side(self.all)
        try:
            flights = lambda: self.ask(self.south, "GET", "/api/v1/clearances/flights?zone=fir-south")["flights"]   # noqa: E731
            found = self.until(flights, "North's aircraft is in South's area")
            self.assertEqual([(f["track"], f["party"], f["breach"]) for f in found], [("3B0001", "north", "without")], "South's own needs none")
            both_are_told([("3B0001", "without", None)], "it has none")
            one = part("south", 0, 3600)
            one["entry"]["position"], one["exit"]["position"] = [52.0, 2.5], [52.0, 5.0]
            number = self.send(valid={"from": minute(-120), "to": minute(86400)}, route=[one], addresses=["3B0001"])
            self.seen(self.south, number)
            given = self.act(self.south, number, act="answer", revision=1, answer="approve")["latest"]["parts"][0]["clearance"]
            self.until(lambda: flights()[0]["breach"] == "none", "it is cleared")
            both_are_told([], "it is cleared, and nobody is told of it")
            self.assertEqual((flights()[0]["clearance"], flights()[0]["request"]), (given, number))
            self.act(self.south, number, act="revoke", reason="Firing.")
            self.until(lambda: flights()[0]["breach"] == "after_end", "it is not any more")
            both_are_told([("3B0001", "after_end", given)], "it is revoked")
        finally:
            sky.end()

    def test_the_command_line_does_all_of_it_and_events_tell(self):
        stream = self.south.node.websocket("/api/v1/events")
        at = lambda party: ("--node", party.node.url)   # noqa: E731
        file = self.north.folder / "request.json"
        file.write_text(json.dumps(request("south", purpose="rescue", cargo="none")))
        try:
            stream.event(lambda e: e["type"] == "hello")
            number = json.loads(skypact("request", "ask", file, "--json", *at(self.north)))["number"]
            stream.event(lambda e: e["type"] == "clearances_changed", seconds=30)
        finally:
            stream.close()
        self.seen(self.south, number)
        self.assertIn(f"north {number}  revision 1  asked  PRIORITY", skypact("request", "list", *at(self.south)))
        self.assertIn("awaited of you: answer", skypact("request", "show", "north", number, *at(self.south)))
        skypact("request", "answer", "north", number, "--revision", "1", "--ask", "Which cargo?", *at(self.south))
        self.seen(self.north, number, lambda c: c["awaited"] == ["reply"], "the question")
        skypact("request", "reply", "north", number, "--revision", "1", "--to", "south", "--text", "None.", *at(self.north))
        self.seen(self.south, number, lambda c: c["awaited"] == ["answer"], "the reply")
        answered = skypact("request", "answer", "north", number, "--revision", "1", "--approve", "--floor", "FL260", "--ceiling", "FL260", "--squawk", "4521", "--report", "ARTIP", "--text", "By day.", *at(self.south))
        self.assertIn("with conditions", answered)
        self.in_state(number, "cleared", (self.north, self.south))
        file.write_text(json.dumps(request("south", begins=9000)))
        self.assertIn("revision 1 is cleared and holds", skypact("request", "amend", number, file, *at(self.north)))
        self.assertIn("REVOKED by south", self.until(lambda: (self.seen(self.south, number, lambda c: c["latest"]["revision"] == 2, "the amendment"), skypact("request", "revoke", "north", number, "--reason", "Firing.", *at(self.south)))[1], "revoked"))
        self.seen(self.north, number, lambda c: c["revoked"], "the revocation")
        skypact("request", "acknowledge", "north", number, "--whose", "south", "--depth", "unit", *at(self.north))
        self.assertIn("is revoked from", skypact("request", "text", "north", number, "--form", "revocation", *at(self.south)))
        skypact("request", "withdraw", "north", number, "--reason", "No more.", *at(self.north))
        self.seen(self.south, number, lambda c: c["awaited"] == ["acknowledge_withdrawal"], "the withdrawal")
        self.assertIn(number, skypact("request", "list", *at(self.south)))
        skypact("request", "acknowledge", "north", number, "--of", "withdrawal", "--whose", "north", *at(self.south))
        self.seen(self.north, number, lambda c: c["withdrawn"]["acknowledged"], "the acknowledgement")
        self.assertNotIn(number, skypact("request", "list", *at(self.north)))
        self.assertIn(number, skypact("request", "list", "--all", *at(self.north)))
        # What is wrong is named.
        self.assertIn("say one of --approve", skypact("request", "answer", "north", number, "--revision", "1", *at(self.south), expect=2))
        file.write_text(json.dumps({**request("south"), "target": "x"}))
        self.assertIn("target", skypact("request", "ask", file, *at(self.north), expect=3))
        skypact("request", "show", "north", "9999/26", *at(self.north), expect=3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
