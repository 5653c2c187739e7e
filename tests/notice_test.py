"""Activity notices between three real nodes over TLS: sent, shown, acknowledged with how far down they got, changed, cancelled, late, and
contradicted; as zones of every watch; after a restart, and while the pact is suspended.

    tests/notice_test.py build/dev/skypact
"""

import base64
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from line_test import LineParties
from pact_harness import Sky, minima_clause, skypact, terms_text, utc
from utm_harness import free_port, make_key

YEAR = datetime.datetime.now(datetime.timezone.utc).strftime("%y")
MINIMUM_S = 72 * 3600
CIRCLE = {"shape": "circle", "centre": [52.03, 3.2], "radius": "30nm"}


def minute(seconds_from_now):
    return utc(int(time.time() + seconds_from_now) // 60 * 60)


def firing(begins=3600, ends=7200, **more):
    return {"activity": "live-firing", "kind": "firing", "geometry": CIRCLE, "floor": "surface", "ceiling": "unlimited", "spans": [{"from": minute(begins), "to": minute(ends)}], **more}


def sign_ed25519(key_text, message):
    """With the seed of a private key as skypact writes it; openssl knows the arithmetic."""
    tail = base64.b64decode(key_text.strip().split("+", 4)[4])
    der = bytes.fromhex("302e020100300506032b657004220420") + tail[1:33]
    with tempfile.TemporaryDirectory() as folder:
        key, text = pathlib.Path(folder) / "key.der", pathlib.Path(folder) / "text"
        key.write_bytes(der)
        text.write_bytes(message)
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", text], check=True, capture_output=True).stdout


class NoticeParties(LineParties):
    def setUp(self):
        super().setUp()
        for party in self.all:
            self.until(lambda: party.node.get("/api/v1/notices")["complete"], f"{party.name} knows its numbers")

    def write_terms(self, version, miles, replaces, lead):
        since = int(time.time() + lead)
        path = self.terms_file = self.north.folder / f"terms-{version}-{since}.toml"
        text = terms_text(version, since, [p.terms_table() for p in self.all], minima_clause(f"{miles}nm") + '[[notice]]\nactivity = "live-firing"\nat_least = "72h"\n'
                          '[[notice]]\nactivity = "refuelling"\nat_least = "2h"\n', replaces)
        path.write_text(text.replace('termination_notice = "24h"', 'termination_notice = "24h"\nsafety_floor = ["notice.live-firing"]', 1))
        return path, since

    def ask(self, party, method, target, body=None, status=200):
        got, _, text = party.node.request(method, target, body)
        self.assertEqual(got, status, text)
        return json.loads(text)

    def send(self, party, notice, status=201, **more):
        return self.ask(party, "POST", "/api/v1/notices", {"notice": notice, **more}, status)

    def notice(self, party, of, number):
        status, _, text = party.node.request("GET", f"/api/v1/notices/{of}/{number.replace('/', '-')}")
        return json.loads(text) if status == 200 else None

    def seen(self, party, of, number, condition=lambda n: True, what="the notice is there"):
        return self.until(lambda: (n := self.notice(party, of, number)) and condition(n) and n, f"{party.name}: {what}")

    def note_of(self, party, message):
        _, _, note = party.node.request("GET", f"/api/v1/line/messages/{message}/file")
        return note.decode()

    def zones(self, party):
        return {z["id"]: z for z in party.node.get("/api/v1/zones")["zones"]}


class Notices(NoticeParties):
    first_host = 71

    @classmethod
    def extra_of(cls, party):
        """Relief's node is a USS too, by a DSS of its own, and publishes the zones that it has."""
        extra = super().extra_of(party)
        if party.name != "relief":
            return extra
        key, public = make_key(party.folder, "utm")
        port = free_port()
        return extra + (f'[utm]\nlisten = "127.0.0.1:{port}"\naudiences = ["127.0.0.1"]\ntoken_keys = ["{public}"]\ndevelopment_http_urls = true\n'
                        f'[uss]\nmanager = "relief"\nbase_url = "http://127.0.0.1:{port}"\ndss = "http://127.0.0.1:{port}"\nsigning_key = "{key}"\npublish_zones = true\n')

    def test_a_notice_is_a_constraint_for_those_who_plan_by_the_standard(self):
        sent = self.send(self.north, firing())

        def constraints():
            plans = self.ask(self.relief, "GET", "/api/v1/plans")["plans"]
            return [p for p in plans if p["kind"] == "constraint" and p["state"] == "Published" and f"notice:north:{sent['number']}" in p["remarks"]]
        made = self.until(constraints, "relief's USS has published it", 60)
        self.assertEqual([p["type"] for p in made], ["org.skypact.zone"])
        volume = made[0]["volumes"][0]
        self.assertEqual((volume["time_start"]["value"][:16], volume["time_end"]["value"][:16]), (sent["notice"]["spans"][0]["from"][:16], sent["notice"]["spans"][0]["to"][:16]))
        self.assertGreaterEqual(volume["volume"]["outline_circle"]["radius"]["value"], 30 * 1852)
        self.assertEqual([z for z in self.zones(self.relief) if z.startswith("constraint:")], [], "the watch has it once")
        self.ask(self.north, "DELETE", f"/api/v1/notices/{sent['number'].replace('/', '-')}")
        self.until(lambda: not constraints(), "it is withdrawn", 60)

    def test_a_notice_reaches_all_and_its_acknowledgement_comes_back_with_its_depth(self):
        sent = self.send(self.north, firing(remarks="Ends at once on STOP."))
        number = sent["number"]
        self.assertRegex(number, rf"^\d{{4}}/{YEAR}$")
        self.assertEqual((sent["own"], sent["state"], sent["to"], sent["awaited"]), (True, "upcoming", ["relief", "south"], ["relief", "south"]))
        there = self.seen(self.south, "north", number)
        for member in ("notam", "message", "notice", "submitted_at", "revision"):
            self.assertEqual(there[member], sent[member], member)
        self.assertFalse(there["own"])
        self.assertIn(f"({number} NOTAMN", there["notam"])
        self.assertNotIn("STOP", there["notam"], "nothing typed is in the generated text")
        self.assertEqual(self.ask(self.south, "GET", "/api/v1/notices/north/" + number.replace("/", "%2F"))["number"], number)
        self.ask(self.south, "POST", f"/api/v1/notices/north/{number.replace('/', '-')}/acknowledgements", {"depth": "desk", "answer": "seen"}, 201)
        said = self.ask(self.south, "POST", f"/api/v1/notices/north/{number.replace('/', '-')}/acknowledgements",
                        {"depth": "crew", "answer": "passed_on", "text": {"language": "en", "text": "All crews briefed."}}, 201)
        self.assertEqual(said["acknowledgements"][0]["depth"], "crew")
        here = self.seen(self.north, "north", number, lambda n: n["acknowledgements"] and n["acknowledgements"][0]["depth"] == "crew", "the acknowledgement is back")
        self.assertEqual([(c["depth"], c["answer"]) for c in here["acknowledgements"][0]["confirmed"]], [("desk", "seen"), ("crew", "passed_on")])
        self.assertGreaterEqual(here["acknowledgements"][0]["confirmed"][0]["after_s"], 0)
        self.assertEqual(here["awaited"], ["relief"])
        # One's own is acknowledged by the others.
        self.ask(self.north, "POST", f"/api/v1/notices/north/{number.replace('/', '-')}/acknowledgements", {"depth": "desk", "answer": "seen"}, 400)
        # The same note in both records, signed by North's record key.
        note = self.note_of(self.north, sent["message"])
        self.until(lambda: any(e["body"]["note"] == note for e in self.entries(self.north, "message")), "it is in North's record")
        self.until(lambda: any(e["body"]["note"] == note for e in self.entries(self.south, "message_received")), "it is in South's record")

    def test_a_change_keeps_the_number_and_a_cancellation_is_final(self):
        sent = self.send(self.north, firing(), to=["south"])
        path = "/api/v1/notices/" + sent["number"].replace("/", "-")
        self.seen(self.south, "north", sent["number"])
        changed = self.ask(self.north, "PUT", path, {"notice": firing(ends=9000)})
        self.assertEqual((changed["number"], changed["revision"], changed["notice"]["state"], changed["to"]), (sent["number"], 2, "changed", ["south"]))
        there = self.seen(self.south, "north", sent["number"], lambda n: n["revision"] == 2, "the change")
        self.assertIn(f"({sent['number']} NOTAMR", there["notam"])
        self.assertEqual([r["revision"] for r in there["revisions"]], [1, 2])
        self.assertIsNone(self.notice(self.relief, "north", sent["number"]), "it was for South alone")
        self.ask(self.south, "DELETE", path, status=404)
        cancelled = self.ask(self.north, "DELETE", path + "?reason=weather")
        self.assertEqual((cancelled["state"], cancelled["revision"], cancelled["notice"]["remarks"]), ("cancelled", 3, "weather"))
        there = self.seen(self.south, "north", sent["number"], lambda n: n["state"] == "cancelled", "the cancellation")
        self.assertIn(f"({sent['number']} NOTAMC", there["notam"])
        self.ask(self.north, "PUT", path, {"notice": firing()}, 409)
        self.ask(self.north, "DELETE", path, status=409)
        self.assertNotIn(sent["number"], [n["number"] for n in self.south.node.get("/api/v1/notices")["notices"] if n["party"] == "north"])
        self.assertIn(sent["number"], [n["number"] for n in self.south.node.get("/api/v1/notices?all=true")["notices"] if n["party"] == "north"])

    def test_every_watch_alerts_who_is_inside_at_its_time_but_the_issuers_own(self):
        sky = Sky.side_by_side(self.all)
        try:
            sent = self.send(self.north, firing(begins=0, ends=1200))
            zone = f"notice:north:{sent['number']}"
            for party in self.all:
                self.seen(party, "north", sent["number"], lambda n: n["state"] == "active" and n.get("zone") == zone, "it is a zone of the watch")
                self.assertEqual(self.zones(party)[zone]["exempt"], ["north"])
                alert = self.until(lambda p=party: next((a for a in p.node.get("/api/v1/alerts")["alerts"] if a["kind"] == "zone" and zone in json.dumps(a)), None), f"{party.name} alerts South's aircraft")
                self.assertEqual([s["address"] for s in alert["subjects"]], ["710001"])
                status, _, text = party.node.request("DELETE", "/api/v1/zones/" + zone.replace("/", "%2F"))
                self.assertEqual(status, 409, text)
                self.assertIn("activity notice", text.decode())
            found = self.ask(self.north, "GET", f"/api/v1/notices/north/{sent['number'].replace('/', '-')}")["findings"]
            self.assertIn("traffic_inside", [f["code"] for f in found])
            later = self.send(self.north, firing(begins=3600, exercise=True))
            self.ask(self.north, "DELETE", "/api/v1/notices/" + sent["number"].replace("/", "-"))
            self.until(lambda: all(zone not in self.zones(p) for p in self.all), "a cancelled notice is no zone")
            self.until(lambda: not [a for a in self.south.node.get("/api/v1/alerts")["alerts"] if zone in json.dumps(a) and a["state"] != "ended"], "and its alert ends", seconds=120)
            self.seen(self.south, "north", later["number"])
            self.assertNotIn(f"notice:north:{later['number']}", self.zones(self.south), "a drill is none")
        finally:
            sky.end()

    def test_two_texts_under_one_number_are_shown(self):
        sent = self.send(self.north, firing(), to=["south"])
        self.seen(self.south, "north", sent["number"])
        note = self.note_of(self.north, sent["message"])
        text, signature = note.split("\n\n", 1)
        other = json.loads(text)
        other["number"] += 1_000_000
        other["body"]["notice"]["remarks"] = "somewhere else"
        other_text = json.dumps(other, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        name, old = signature.strip().rsplit(" ", 1)
        key = (self.north.folder / "record.key").read_text()
        signed = base64.b64encode(base64.b64decode(old)[:4] + sign_ed25519(key, other_text.encode())).decode()
        status, _, answer = self.south.node.request("POST", "/api/v1/line/files", f"{other_text}\n{name} {signed}\n".encode(), content_type="text/plain")
        self.assertEqual(status, 201, answer)
        there = self.seen(self.south, "north", sent["number"], lambda n: n["contradictions"]["count"] == 1, "the contradiction")
        self.assertEqual(there["contradictions"]["kept"][0]["revision"], 1)
        self.assertEqual(there["message"], sent["message"], "the first stands")
        self.assertEqual(self.notice(self.north, "north", sent["number"])["contradictions"]["count"], 0)

    def test_the_events_tell_of_a_notice(self):
        stream = self.south.node.websocket("/api/v1/events")
        try:
            stream.event(lambda e: e["type"] == "hello")
            sent = self.send(self.north, firing())
            stream.event(lambda e: e["type"] == "notice" and e["notice"]["party"] == "north" and e["notice"]["number"] == sent["number"], seconds=30)
        finally:
            stream.close()

    def test_a_check_sends_nothing(self):
        before = [n["number"] for n in self.north.node.get("/api/v1/notices?all=true")["notices"]]
        checked = self.ask(self.north, "POST", "/api/v1/notices/check", {"notice": firing(exercise=True)})
        self.assertIn("EXERCISE", checked["notam"])
        self.assertEqual(checked["notice"]["state"], "planned")
        self.assertEqual([n["number"] for n in self.north.node.get("/api/v1/notices?all=true")["notices"]], before)

    def test_what_is_wrong_is_refused_by_name(self):
        good = firing()
        for body, says in (
                ({}, "notice"), ({"notice": good, "extra": 1}, "extra"), ({"notice": {**good, "number": "0001/26"}}, "number: is given by the node"),
                ({"notice": {**good, "target": "x"}}, "target"), ({"notice": {**good, "kind": "war"}}, "kind"), ({"notice": {**good, "spans": []}}, "spans"),
                ({"notice": {**good, "ceiling": "surface"}}, "ceiling"), ({"notice": {**good, "floor": "FL300", "ceiling": "FL100"}}, "floor"),
                ({"notice": {**good, "geometry": {"shape": "circle", "centre": [95, 4], "radius": "5nm"}}}, "geometry: centre"),
                ({"notice": {**good, "call_signs": ["NA\u202eF21"]}}, "call_signs"), ({"notice": {**good, "remarks": "a\u202eb"}}, "remarks"),
                ({"notice": good, "to": ["east"]}, "east"), ({"notice": good, "to": []}, "to"), ({"notice": {**good, "spans": [{"from": "2026-11-28T06:00:30Z", "to": "2026-11-28T09:00:00Z"}]}}, "spans[0]")):
            status, _, text = self.north.node.request("POST", "/api/v1/notices", body)
            self.assertEqual(status, 400, text)
            self.assertIn(says, json.loads(text)["error"]["message"])
        for method, target, body, status in (
                ("GET", "/api/v1/notices/north/12", None, 400), ("GET", "/api/v1/notices/north/9999-26", None, 404), ("GET", "/api/v1/notices?all=perhaps", None, 400),
                ("PUT", "/api/v1/notices/9999-26", {"notice": good}, 404), ("DELETE", "/api/v1/notices/9999-26", None, 404),
                ("POST", "/api/v1/notices/south/9999-26/acknowledgements", {"depth": "desk", "answer": "seen"}, 404),
                ("POST", "/api/v1/notices/south/9999-26/acknowledgements", {"depth": "sky", "answer": "seen"}, 400),
                ("POST", "/api/v1/notices/south/9999-26/acknowledgements", {"depth": "desk", "answer": "stopped"}, 400),
                ("POST", "/api/v1/notices/south/9999-26/acknowledgements", {"answer": "seen"}, 400)):
            got, _, text = self.north.node.request(method, target, body)
            self.assertEqual(got, status, (method, target, text))

    def test_the_command_line_does_all_of_it(self):
        at = lambda party: ("--node", party.node.url)   # noqa: E731
        flags = ("--activity", "live-firing", "--kind", "firing", "--circle", "52.03,3.2,30nm", "--ceiling", "FL200", "--from", minute(3600), "--until", minute(7200))
        self.assertIn("NOTAMN", skypact("notice", "check", *flags, "--exercise", *at(self.north)))
        sent = json.loads(skypact("notice", "send", *flags, "--call-sign", "NAF21", "--json", *at(self.north)))
        number = sent["number"]
        self.seen(self.south, "north", number)
        self.assertIn(number, skypact("notice", "list", *at(self.south)))
        self.assertIn("passed_on", skypact("notice", "acknowledge", "north", number, "--depth", "unit", "--answer", "passed_on", *at(self.south)))
        self.seen(self.north, "north", number, lambda n: n["acknowledgements"], "the acknowledgement")
        self.assertIn("down to the unit", skypact("notice", "show", "north", number, *at(self.north)))
        file = self.north.folder / "notice.toml"
        file.write_text(f'activity = "live-firing"\nkind = "firing"\nfloor = "surface"\nceiling = "FL250"\n[geometry]\nshape = "box"\nsouth_west = [52.0, 3.0]\nnorth_east = [52.5, 3.5]\n'
                        f'[[spans]]\nfrom = {minute(3600)}\nto = {minute(9000)}\n')
        self.assertEqual(json.loads(skypact("notice", "change", number, file, "--json", *at(self.north)))["revision"], 2)
        file.write_text(file.read_text() + "target = 1\n")
        self.assertIn("notice.toml", skypact("notice", "send", file, *at(self.north), expect=3))
        self.assertIn("--ceiling is needed", skypact("notice", "send", "--activity", "x", "--kind", "firing", *at(self.north), expect=2))
        self.assertIn("cancelled", skypact("notice", "cancel", number, "--reason", "weather & wind", *at(self.north)))
        self.assertEqual(self.seen(self.south, "north", number, lambda n: n["state"] == "cancelled", "cancelled")["notice"]["remarks"], "weather & wind")
        skypact("notice", "show", "north", f"9999/{YEAR}", *at(self.north), expect=3)


class NoticesByThePact(NoticeParties):
    first_host = 75

    def test_late_is_flagged_by_the_minimum_that_held_also_while_the_pact_is_suspended_and_after_a_restart(self):
        early = self.send(self.north, firing())
        self.assertNotIn("late_by_s", early, "nothing is agreed yet")
        terms, since = self.agree(1, 2)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three", seconds=400)
        self.assertNotIn("late_by_s", self.notice(self.north, "north", early["number"]), "what was submitted before is judged by what held then")
        late = self.send(self.north, firing(begins=3600))
        self.assertEqual(late["minimum_s"], MINIMUM_S)
        self.assertTrue(MINIMUM_S - 3700 < late["late_by_s"] < MINIMUM_S - 3400, late["late_by_s"])
        self.assertIn("late", [f["code"] for f in late["findings"]])
        there = self.seen(self.south, "north", late["number"])
        self.assertEqual(there["late_by_s"], late["late_by_s"], "both sides measure the same")
        in_time = self.send(self.north, firing(begins=MINIMUM_S + 7200, ends=MINIMUM_S + 9000))
        self.assertNotIn("late_by_s", in_time)
        self.assertEqual(in_time["minimum_s"], MINIMUM_S)
        checked = self.ask(self.south, "POST", "/api/v1/notices/check", {"notice": {**firing(), "activity": "refuelling", "kind": "refuelling"}})
        self.assertEqual(checked["minimum_s"], 7200)
        self.assertIn("notice_overlap", [f["code"] for f in checked["findings"]])

        # Suspended, but for the safety floor: notices go on, live firing by its minimum; refuelling has none meanwhile.
        self.south.together("suspend", self.terms_file, "--reason", "a dispute")
        self.until(lambda: all("notice.refuelling" in p.version(terms)["suspended"] for p in self.all), "suspended at all three")
        during = self.send(self.north, firing(begins=3600))
        self.assertIn("late_by_s", during)
        self.seen(self.south, "north", during["number"], lambda n: "late_by_s" in n, "it is late there too")
        refuelling = self.send(self.north, {**firing(), "activity": "refuelling", "kind": "refuelling"})
        self.assertNotIn("minimum_s", refuelling)
        self.ask(self.south, "POST", f"/api/v1/notices/north/{during['number'].replace('/', '-')}/acknowledgements", {"depth": "unit", "answer": "seen"}, 201)
        self.seen(self.north, "north", during["number"], lambda n: n["acknowledgements"], "the acknowledgement")

        # A node that was killed knows all of it, and its watch has the zones from the first picture on.
        known = {n["number"]: n for n in self.south.node.get("/api/v1/notices?all=true")["notices"]}
        self.assertEqual(len(known), 5)
        zones = {f"notice:north:{number}" for number in known}
        noticed = lambda: {id for id in self.zones(self.south) if id.startswith("notice:")}   # noqa: E731
        self.until(lambda: noticed() == zones, "all are zones of South's watch")
        self.until(lambda: self.note_of(self.south, during["message"]) in {e["body"]["note"] for e in self.entries(self.south, "message_received")}, "it is in South's record")
        time.sleep(6)   # the recording is durable after five seconds at most
        self.south.node.kill()
        self.south.node.start()
        self.assertEqual(noticed(), zones)
        self.until(lambda: self.south.node.get("/api/v1/notices")["complete"], "South has read its record")
        self.until(lambda: self.south.node.request("GET", "/api/v1/pact")[0] == 200, "and knows its pacts")
        again = {n["number"]: n for n in self.south.node.get("/api/v1/notices?all=true")["notices"]}
        for number, notice in known.items():
            for member in ("notice", "message", "revision", "submitted_at", "taken_at", "acknowledgements"):
                self.assertEqual(again[number][member], notice[member], (number, member))
            self.assertEqual(again[number].get("late_by_s"), notice.get("late_by_s"))
        self.assertEqual(noticed(), zones)
        # The number goes on where it was.
        own = self.send(self.south, firing())
        self.assertEqual(own["number"], f"0001/{YEAR}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
