"""The distress desk of three real nodes over TLS: a beacon raises a case at one and appears at the others, with receipts and an answer; a state
aircraft's exact position is nowhere but at the detecting node and its owner until the owner's officer releases it; 7700 and 7500; a circle to be
kept clear; a restart; what is bad. And all of it while the pact is suspended.

    tests/distress_test.py build/dev/skypact
"""

import json
import socket
import time
import unittest

from line_test import LineParties
from pact_harness import free_port, skypact, utc

BURST = "FFFE2F8DB345B146202DDF3C71F59BAB7072"          # a live ELT with an aircraft's address and a position (wire/beacon.h)
SELF_TEST = "FFFED0" + BURST[6:]
REGIONS = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "West SRR", "rcc": "RCC West", "contact": "+1 555 0100"},
           "geometry": {"type": "Polygon", "coordinates": [[[-120, 25], [-100, 25], [-100, 40], [-120, 40], [-120, 25]]]}}]}


class DistressParties(LineParties):
    beacon_ports = {}

    @classmethod
    def extra_of(cls, party):
        (party.folder / "sar.geojson").write_text(json.dumps(REGIONS))
        cls.beacon_ports[party.name] = free_port(party.host)
        return (super().extra_of(party) + '[distress]\nsearch_regions = ["sar.geojson"]\n'
                f'[[feed]]\nname = "beacons"\nformat = "beacon"\nlisten = "{party.host}:{cls.beacon_ports[party.name]}"\nsilent_after = "1h"\n')

    def setUp(self):
        super().setUp()
        for party in self.all:
            self.until(lambda: party.node.get("/api/v1/distress")["complete"], f"{party.name}'s desk has read its past")

    def post(self, party, target, body, status=201, content_type="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        got, _, text = party.node.request("POST", "/api/v1/distress" + target, data, content_type=content_type)
        self.assertEqual(got, status, text)
        return json.loads(text)

    def beacon(self, party, text, status=201, query=""):
        return self.post(party, "/beacons" + query, text, status, "text/plain")

    def act(self, at, case, status=201, **body):
        return self.post(at, f"/{case}/acts", body, status)

    def board(self, party, everything=False):
        return party.node.get("/api/v1/distress" + ("?all=true" if everything else ""))["cases"]

    def whole(self, party, case):
        return party.node.get(f"/api/v1/distress/{case}")

    def find(self, party, test):
        return next((c for c in self.board(party, True) if test(c)), None)

    def files_of(self, party, what):
        return b"".join(path.read_bytes() for path in sorted((party.folder / "data" / what).rglob("*")) if path.is_file())


class Distress(DistressParties):
    first_host = 51

    def test_a_beacon_at_north_is_a_case_at_south_with_receipts_and_an_answer(self):
        stream = self.south.node.websocket("/api/v1/events")
        try:
            stream.event(lambda e: e["type"] == "hello")
            with socket.create_connection((self.north.host, self.beacon_ports["north"])) as feed:
                feed.sendall(f"{utc(time.time())} rx-1 {BURST}\n".encode())
                here = self.until(lambda: self.find(self.north, lambda c: c["title"] == "45B146"), "the case at North")
            there = self.until(lambda: self.find(self.south, lambda c: c["title"] == "45B146"), "the case at South", seconds=20)
            event = stream.event(lambda e: e["type"] == "case" and e["case"]["title"] == "45B146", seconds=10)
            self.assertEqual(event["case"]["status"], "open")
        finally:
            stream.close()
        case = self.whole(self.north, here["id"])
        self.assertEqual(case["rescue_centres"][0]["contact"], "+1 555 0100")
        self.assertEqual([line["kind"] for line in case["telling"]["lines"]][0], "rescue_centre")
        self.assertTrue(any(c["khz"] == 121500 for c in case["channels"]))
        self.assertTrue(case["spoken"] and case["radio"] and case["airfields"])
        exact = self.whole(self.south, there["id"])["case"]["places"][0]["heard"]
        self.assertAlmostEqual(exact["lat_deg"], 32.11556, places=4)
        self.until(lambda: self.find(self.north, lambda c: c["id"] == here["id"])["told"]["delivered"] == 2, "both nodes have it")
        message = self.until(lambda: [m for m in self.south.node.get("/api/v1/line/messages?class=distress")["messages"] if m["open"]], "it rings at South's desk")[0]
        self.say(self.south, {"answer": "passed_on", "depth": "unit"}, f"/api/v1/line/messages/{message['id']}/answers")
        self.until(lambda: any(t["id"] == "south" and t["answers"] and t["answers"][0]["depth"] == "unit" for t in self.whole(self.north, here["id"])["case"]["told"]), "the answer and its depth")
        # South joins in: what it decides is known at North, under North's number.
        self.act(self.south, there["id"], act="take_lead", party="south", desk="duty")
        self.act(self.south, there["id"], act="declare_phase", phase="DETRESFA", reason="smoke seen")
        self.until(lambda: self.find(self.north, lambda c: c["id"] == here["id"])["proposed"] == "DETRESFA", "North hears that South declared")
        self.assertEqual(len([c for c in self.board(self.north) if c["title"] == "45B146"]), 1)
        # It is in both records, as that there is a case, and each says no place.
        self.until(lambda: self.entries(self.north, "case"), "North's record")
        for entry in self.entries(self.north, "case"):
            self.assertEqual(set(entry["body"]) - {"declared"}, {"case", "what", "phase", "exercise", "open", "commitment"})

    def test_a_state_aircrafts_exact_place_is_its_owners_to_release(self):
        lat, lon = 52.1234567, 4.7654321
        taken = self.post(self.north, "/reports", {"kind": "manual", "address": "710055", "class": "state", "party": "south", "emergency": "downed", "callsign": "STHX55",
                                                   "place": {"lat_deg": lat, "lon_deg": lon, "uncertainty_m": 50}})
        here = taken["cases"][0]
        self.assertTrue(here["protected"])
        south = self.until(lambda: self.find(self.south, lambda c: c["title"] == "STHX55"), "the owner knows it exactly", seconds=20)
        relief = self.until(lambda: self.find(self.relief, lambda c: any(p["case"] == here["number"] for p in c["peers"])), "Relief knows that there is a case", seconds=20)
        self.assertTrue(relief["place"]["coarse"])
        self.assertAlmostEqual(self.whole(self.south, south["id"])["case"]["places"][0]["heard"]["lat_deg"], lat, places=6)
        # Byte by byte: what others hold or are shown has neither the place nor the call sign.
        secrets = [b"52.12345", b"4.76543", b"STHX55", b"710055"]

        def betrayed():
            shown = {"relief's API": json.dumps([self.whole(self.relief, c["id"]) for c in self.board(self.relief, True)]).encode()
                     + self.relief.node.request("GET", "/api/v1/line/messages?limit=500")[2],
                     "relief's files": self.files_of(self.relief, "record") + self.files_of(self.relief, "journal") + self.files_of(self.relief, "mirrors"),
                     "north's record": self.files_of(self.north, "record"), "south's record": self.files_of(self.south, "record"),
                     "a coarse report": self.north.node.request("GET", f"/api/v1/distress/{here['id']}/report?content=coarse")[2],
                     "a coarse map": self.north.node.request("GET", f"/api/v1/distress/{here['id']}/geojson?content=coarse")[2]}
            return [(where, secret) for where, data in shown.items() for secret in secrets if secret in data]

        self.until(lambda: self.find(self.north, lambda c: c["id"] == here["id"])["told"]["delivered"] == 2, "both have it")
        time.sleep(2)
        self.assertEqual(betrayed(), [])
        # A circle around the exact place would tell it.
        now, later = utc(time.time()), utc(time.time() + 3600)
        self.act(self.north, here["id"], 403, act="propose_keep_clear", lat_deg=lat, lon_deg=lon, radius_m=20000, **{"from": now, "until": later})
        # Nobody else releases it.
        self.act(self.north, here["id"], 403, act="release_exact")
        self.act(self.relief, relief["id"], 403, act="release_exact")
        self.act(self.south, south["id"], act="identify", party="south", **{"class": "state"}, reason="it is ours")
        self.assertEqual(betrayed(), [])
        self.act(self.south, south["id"], act="release_exact")
        known = self.until(lambda: (c := self.whole(self.relief, relief["id"])) and [p for p in c["case"]["places"] if not p["heard"].get("coarse")] and c, "Relief is told exactly", seconds=20)
        self.assertAlmostEqual([p for p in known["case"]["places"] if not p["heard"].get("coarse")][0]["heard"]["lat_deg"], lat, places=6)
        self.until(lambda: self.find(self.north, lambda c: c["id"] == here["id"])["released"], "North knows that it is released")

    def test_a_circle_is_kept_clear_at_both_once_the_other_accepts(self):
        here = self.post(self.north, "/reports", {"kind": "guard_report", "callsign": "MERCY4", "emergency": "downed", "class": "civil", "khz": 121500, "words": "MAYDAY, going down",
                                                  "language": "en", "place": {"lat_deg": 53.5, "lon_deg": 6.5, "uncertainty_m": 2000}})["cases"][0]
        there = self.until(lambda: self.find(self.south, lambda c: c["title"] == "MERCY4"), "the case at South")
        circle = self.whole(self.north, here["id"])["keep_clear_circle"]
        self.act(self.north, here["id"], act="propose_keep_clear", lat_deg=circle["lat_deg"], lon_deg=circle["lon_deg"], radius_m=circle["radius_m"],
                 **{"from": utc(time.time()), "until": utc(time.time() + 3600)})
        self.until(lambda: self.find(self.south, lambda c: c["id"] == there["id"])["keep_clear_asked"] == 1, "South is asked", seconds=20)
        zones = lambda p: [z["id"] for z in p.node.get("/api/v1/zones")["zones"] if z["id"].startswith("rescue:")]
        self.assertEqual((zones(self.north), zones(self.south)), ([], []))
        number = self.whole(self.south, there["id"])["case"]["keep_clear"][0]["number"]
        self.act(self.south, there["id"], act="answer_keep_clear", number=number, accepted=True)
        self.until(lambda: zones(self.south) and zones(self.north), "a zone at both", seconds=20)
        # Who flies into the circle alerts, unless it assists.
        self.act(self.north, here["id"], act="assist", aircraft="report:heli-7", assists=True)

        def intruders():
            lines = [json.dumps({"id": name, "lat_deg": circle["lat_deg"], "lon_deg": circle["lon_deg"], "accuracy_m": 10, "altitude_ft": altitude, "altitude_datum": "pressure",
                                 "ground_speed_kt": 30, "track_deg": 90}) for name, altitude in (("heli-7", 1000), ("heli-8", 1200))]
            self.north.node.request("POST", "/api/v1/reports", "\n".join(lines).encode(), content_type="application/x-ndjson")
            return self.north.node.get("/api/v1/alerts")["alerts"]

        def inside(alerts):
            return {a["subjects"][0]["address"] for a in alerts if a["kind"] == "zone" and a["zone"].startswith("rescue:") and a["state"] != "ended"}

        self.until(lambda: inside(intruders()) == {"report:heli-8"}, f"the other one alone is told of, {inside(intruders())}", seconds=30)
        pair = self.until(lambda: next((a for a in intruders() if a["kind"] == "conflict" and {s["address"] for s in a["subjects"]} == {"report:heli-7", "report:heli-8"}), None), "they are too near each other")
        self.assertEqual((pair["reasons"][0]["code"], pair["reasons"][0]["name"]), ("assists", here["number"]))
        self.assertIn("has priority", pair["reasons"][0]["text"])
        self.act(self.north, here["id"], act="assist", aircraft="report:heli-7", assists=False)
        self.until(lambda: inside(intruders()) == {"report:heli-7", "report:heli-8"}, "it assists no more, and is told of")
        self.act(self.north, here["id"], act="close", reason="rescued", text="all found")
        self.until(lambda: not zones(self.north), "the zone goes with the case")
        self.assertEqual(self.find(self.south, lambda c: c["id"] == there["id"])["status"], "open", "South closes its own")

    def test_a_squawk_is_a_case_with_frequencies_and_7500_is_never_spoken(self):
        for address, word, spoken in (("4B9001", "general", True), ("4B9002", "unlawful_interference", False)):
            def report():
                body = json.dumps({"icao": address, "lat_deg": 51.5, "lon_deg": 5.5, "emergency": word})
                status, _, text = self.north.node.request("POST", "/api/v1/reports", body.encode(), content_type="application/x-ndjson")
                self.assertIn(status, (200, 202), text)
                return self.find(self.north, lambda c: c["title"] == address)
            case = self.whole(self.north, self.until(report, f"the case of {address}")["id"])
            self.assertEqual((case["short"]["emergency"], case["may_be_spoken"], bool(case["radio"]), bool(case["spoken"])), (word, spoken, spoken, spoken))
            self.assertTrue(case["channels"])
            self.until(lambda: self.find(self.south, lambda c: any(p["case"] == case["short"]["number"] for p in c["peers"])), "South is told")

    def test_the_command_line_reports_shows_acts_and_tells(self):
        node = ["--node", self.south.node.url]
        burst = self.south.folder / "burst.txt"
        burst.write_text("FFFE2F56E6804002202009655250\n")   # a live beacon of another aircraft
        self.assertIn("EXERCISE", skypact("distress", "beacon", burst, "--station", "hill", "--exercise", *node))
        case = json.loads(skypact("distress", "say", json.dumps({"kind": "manual", "callsign": "SHELL1", "emergency": "medical"}), "--json", *node))["cases"][0]
        self.assertIn(case["number"], skypact("distress", "list", *node))
        self.assertIn("121.500 MHz", skypact("distress", "show", case["number"], *node))
        self.assertIn("121.500 MHz", skypact("distress", "frequencies", "--lat", "52", "--lon", "4", *node))
        self.assertIn("DETRESFA", skypact("distress", "declare", case["id"], "DETRESFA", "--reason", "seen", *node))
        skypact("distress", "lead", case["id"], "south", *node)
        skypact("distress", "remark", case["id"], "called the centre", *node)
        skypact("distress", "act", case["id"], '{"act":"assign","who":"heli-7","task":"search"}', *node)
        self.assertIn("NOT", skypact("distress", "report", case["id"], *node).upper())
        self.assertEqual(json.loads(skypact("distress", "map", case["id"], "--coarse", *node))["type"], "FeatureCollection")
        skypact("distress", "tell", case["id"], *node)
        self.assertIn("release", skypact("distress", "release", case["id"], *node, expect=3))
        skypact("distress", "close", case["id"], "safe", "--text", "landed", *node)
        self.assertIn(case["number"], skypact("distress", "list", "--all", *node))

    def test_what_is_bad_is_refused_by_name_and_nothing_else_is_lost(self):
        mixed = f"{BURST}0\n# a remark\n{SELF_TEST}\nnot hex at all\n{BURST[:-1]}\n{BURST}\n"
        taken = self.beacon(self.relief, mixed)
        self.assertEqual((taken["taken"], [e["line"] for e in taken["errors"]]), (2, [1, 4, 5]))
        self.assertIn("heard", [e["kind"] for e in taken["events"]], "a self-test opens nothing")
        self.assertIn("Nothing could be read", self.beacon(self.relief, "zzzz\n", 400)["error"]["message"])
        self.beacon(self.relief, "", 400)
        self.beacon(self.relief, BURST, 400, "?format=morse")
        self.beacon(self.relief, "no message of a centre", 400, "?format=sit185")
        for body, says in (({}, "kind"), ({"kind": "peer"}, "kind"), ({"kind": "manual", "emergency": "bored"}, "emergency"), ({"kind": "manual", "extra": 1}, "extra"),
                           ({"kind": "manual", "declared": "DETRESFA"}, "declared"), ({"kind": "manual", "mmsi": "12"}, "mmsi"), ({"kind": "manual", "place": {"lat_deg": 91, "lon_deg": 0, "uncertainty_m": 1}}, "lat_deg")):
            self.assertIn(says, self.post(self.relief, "/reports", body, 400)["error"]["message"])
        case = taken["cases"][0]["id"]
        for body, status, says in (({"act": "shrug"}, 400, "shrug"), ({"act": "remark"}, 400, "text"), ({"act": "remark", "text": "x" * 401}, 400, "401"), ({"act": "close", "reason": "bored"}, 400, "reason"),
                                   ({"act": "assist", "aircraft": "x"}, 400, "assists"), ({"act": "declare_phase", "phase": "none"}, 400, "phase"), ({"act": "merge", "into": 9999, "reason": "x"}, 404, "9999")):
            self.assertIn(says, self.post(self.relief, f"/{case}/acts", body, status)["error"]["message"])
        self.assertEqual(self.relief.node.request("GET", "/api/v1/distress/D-9999-26")[0], 404)
        self.assertIn("plan", self.post(self.relief, f"/{case}/tell", {"to": [{"kind": "party", "id": "east"}]})["not_sent"][0]["why"])
        # One beacon on two continents: both are kept, and it is said.
        for lat, lon in ((10, 10), (-30, -60)):
            two = self.post(self.relief, "/reports", {"kind": "manual", "registration": "D-ABCD", "place": {"lat_deg": lat, "lon_deg": lon, "uncertainty_m": 100}})["cases"][0]
        self.assertEqual(two["contradictions"], 1)
        # A flood from one source fills a part of the board, is counted, and loses no open case.
        before = {c["id"] for c in self.board(self.relief)}
        for i in range(70):
            self.post(self.relief, "/reports", {"kind": "guard_report", "source": "flood", "callsign": f"FLOOD{i}", "mark": "exercise"})
        board = self.relief.node.get("/api/v1/distress")
        self.assertLessEqual(before, {c["id"] for c in board["cases"]})
        self.assertEqual(len([c for c in board["cases"] if c["title"].startswith("FLOOD")]), 50)
        self.assertEqual(board["no_room_ever"], 20)
        self.assertTrue(all(c["exercise"] for c in board["cases"][-50:]), "exercises stand last")


class DistressInTrouble(DistressParties):
    first_host = 54
    clauses = '[[distress]]\nid = "crews"\nof = "south"\nto = ["relief"]\nrescue_centres = "coarse"\n'

    def test_a_node_that_was_killed_knows_its_cases_and_a_node_that_was_down_is_told(self):
        self.south.node.kill()
        here = self.beacon(self.north, f"{BURST}\n")["cases"][0]
        self.act(self.north, here["id"], act="remark", text="called the centre")
        self.act(self.north, here["id"], act="declare_phase", phase="DETRESFA", reason="a plume of smoke")
        self.act(self.north, here["id"], act="assist", aircraft="4B9001", assists=True)
        self.until(lambda: self.north.node.get("/api/v1/record")["own"]["waiting"] == 0, "the disk has it")
        time.sleep(2)
        before = self.whole(self.north, here["id"])["case"]
        self.north.node.kill()
        self.north.node.start()
        self.until(lambda: self.north.node.get("/api/v1/distress")["complete"], "North reads its past")
        after = self.whole(self.north, here["id"])["case"]
        for member in ("number", "declared", "log", "assignments", "evidence"):
            strip = lambda v: [{k: x for k, x in e.items() if k != "age_s"} for e in v] if member == "evidence" else v
            self.assertEqual(strip(after[member]), strip(before[member]))
        self.assertGreaterEqual(len(after["told"]), 2)
        self.south.node.start()
        self.until(lambda: self.find(self.south, lambda c: c["title"] == "45B146"), "South hears of it when it is back", seconds=90)
        number = self.beacon(self.north, "\n".join([BURST]))["cases"][0]["number"]
        self.assertEqual(number, here["number"])

    def downed(self, callsign, address, lat, lon):
        return self.post(self.north, "/reports", {"kind": "manual", "address": address, "class": "state", "party": "south", "emergency": "downed", "callsign": callsign,
                                                  "place": {"lat_deg": lat, "lon_deg": lon, "uncertainty_m": 50}})["cases"][0]

    def test_it_works_while_the_pact_is_suspended(self):
        terms, _ = self.agree(1, 3)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force", seconds=400)
        # South has agreed that Relief is told at once where its aircraft are: by the clause; nobody acts.
        downed = self.downed("STHX21", "710021", 52.4567891, 4.9876543)
        grounds = lambda case: {l["id"]: (l["content"], l["ground"], l.get("agreed_by", "")) for l in self.whole(self.north, case["id"])["telling"]["lines"]}   # noqa: E731
        by_clause = ("exact", "pre_authorised", f"distress.crews, corridor v1 {terms[:12]}")
        self.until(lambda: grounds(downed).get("relief") == by_clause, f"Relief may be told by the clause, {grounds(downed)}")
        told = self.until(lambda: self.find(self.relief, lambda c: c["title"] == "STHX21"), "Relief knows which aircraft", seconds=30)
        self.assertAlmostEqual(self.whole(self.relief, told["id"])["case"]["places"][0]["heard"]["lat_deg"], 52.4567891, places=6)
        path = self.south.folder / "terms-suspended.json"
        path.write_bytes(self.south.node.request("GET", f"/api/v1/pact/terms/{terms}")[2])
        self.south.together("suspend", path, "--clause", "minima.abreast", "--clause", "distress.crews", "--reason", "a dispute")
        self.until(lambda: all(p.version(terms)["suspended"] == ["distress.crews", "minima.abreast"] for p in self.all), "suspended at all three")
        another = self.downed("STHX22", "710022", 52.6543219, 5.1234567)
        coarse = self.until(lambda: self.find(self.relief, lambda c: any(p["case"] == another["number"] for p in c["peers"])), "Relief knows that there is a case", seconds=30)
        self.assertTrue(coarse["place"]["coarse"])
        self.assertEqual(grounds(another)["relief"], ("coarse", "state_aircraft", ""))
        here = self.post(self.north, "/reports", {"kind": "manual", "callsign": "LATE9", "emergency": "downed", "class": "civil", "place": {"lat_deg": 52.5, "lon_deg": 5.0, "uncertainty_m": 500}})["cases"][0]
        self.until(lambda: self.find(self.south, lambda c: c["title"] == "LATE9"), "South is told during the suspension", seconds=30)
        guard = self.until(lambda: next((c for c in self.whole(self.north, here["id"])["channels"] if c["khz"] == 121500 and c["agreed"]), None), "the pact's guard frequency, of its safety floor")
        self.assertEqual(guard["call_sign"], "GUARD")


if __name__ == "__main__":
    unittest.main(argv=["distress_test"], verbosity=2)
