"""The duty line between three real nodes over TLS: STOP with receipts and answers, warnings, line checks, a handover, the way through the
neutral node, files, a disk that is full, a restart; each message a signed note in both records, and what the line was used for, proven.

    tests/line_test.py build/dev/skypact
"""

import datetime
import hashlib
import json
import signal
import subprocess
import sys
import unittest
import urllib.parse

from network_harness import Network
from pact_harness import ThreeParties, skypact


PLACE = {"lat_deg": 35.1, "lon_deg": 33.75}
# By class: a phrase of the book with its slots.
SAYS = {"stop": (101, {"activity": "firing", "distance": "5nm", "position": PLACE}), "warn": (412, {}), "inform": (412, {})}


def call(to, of="stop", number=None, slots=None, **more):
    number, slots = (number, slots) if number else SAYS.get(of, (101, {}))
    return {"to": to, "class": of, "phrases": [{"phrase": number, "slots": slots or {}}], **more}


class LineParties(ThreeParties):
    @classmethod
    def extra_of(cls, party):
        carried = "" if party.name == "relief" else 'carried_by = ["relief"]\n'
        return f'[line]\n{carried}[[line.desk]]\nid = "duty"\nname = "Duty desk"\nlanguages = ["en"]\n'

    def setUp(self):
        super().setUp()
        for party in self.all:
            peers = {p.name for p in self.all} - {party.name}
            self.until(lambda: {p["party"] for p in party.node.get("/api/v1/line")["peers"] if p["link_up"]} == peers, f"{party.name}'s links are up")

    def say(self, party, body, target="/api/v1/line/messages", status=201):
        got, _, text = party.node.request("POST", target, json.dumps(body).encode(), content_type="application/json")
        self.assertEqual(got, status, text)
        return json.loads(text)

    def message(self, party, message_id):
        status, _, text = party.node.request("GET", f"/api/v1/line/messages/{message_id}")
        return json.loads(text) if status == 200 else None

    def entries(self, party, kind):
        """Of that type, in the party's own record, as its node's files hold them."""
        lines = skypact("ledger", "entries", party.folder / "data/record").splitlines()
        entries = [json.loads(json.loads(line)["entry"]) for line in lines]
        return [entry for entry in entries if entry["type"] == kind]


class Line(LineParties):
    first_host = 41

    def test_a_stop_is_received_answered_and_in_both_records(self):
        stop = self.say(self.north, call(["south"]))
        there = self.until(lambda: self.message(self.south, stop["id"]), "South's node has the STOP")
        self.assertEqual((there["class"], there["from"], there["open"], there["wants_answer"]), ("stop", "north", True, True))
        here = self.until(lambda: (m := self.message(self.north, stop["id"])) and m["to"][0].get("receipt_at") and m["to"][0]["recorded"] and m, "South's receipt that it is recorded")
        self.assertEqual(here["to"][0]["stage"], "received")
        self.say(self.south, {"answer": "passed_on", "depth": "unit", "shown": PLACE}, f"/api/v1/line/messages/{stop['id']}/answers")
        here = self.until(lambda: (m := self.message(self.north, stop["id"]))["answers"] and m, "North sees the answer")
        self.assertEqual((here["answers"][0]["answer"], here["answers"][0]["depth"], here["answers"][0]["same_place"], here["open"]), ("passed_on", "unit", True, False))
        self.assertFalse(self.message(self.south, stop["id"])["open"])
        # The same note in both, signed by North's record key: anybody can verify it.
        _, _, note = self.north.node.request("GET", f"/api/v1/line/messages/{stop['id']}/file")
        note = note.decode() if isinstance(note, bytes) else note
        self.until(lambda: any(e["body"]["note"] == note for e in self.entries(self.north, "message")), "the STOP is in North's record")
        self.until(lambda: any(e["body"]["note"] == note for e in self.entries(self.south, "message_received")), "the STOP is in South's record")
        self.until(lambda: sum('"line.receipt"' in e["body"]["note"] and stop["id"] in e["body"]["note"] for e in self.entries(self.north, "message_received")) >= 2,
                   "both receipts are in North's record")

    def test_a_warning_waits_for_the_disk_there_and_not_for_the_one_here(self):
        warning = self.say(self.north, call(["south", "relief"], "warn"))
        here = self.until(lambda: (m := self.message(self.north, warning["id"])) and all(t["recorded"] for t in m["to"]) and m, "both receipts")
        self.assertEqual({t["party"] for t in here["to"]}, {"south", "relief"})
        self.until(lambda: self.message(self.north, warning["id"])["recorded"], "recorded here")

    def test_what_is_wrong_is_refused_by_name(self):
        for body, says in (
                (call(["east"]), "east"), (call([]), "to"), ({"to": ["south"], "class": "stop"}, "phrases"), (call(["south"], of="shout"), "class"),
                (call(["south"], text={"language": "en", "text": "x" * 1001}), "text"), ({**call(["south"]), "extra": 1}, "extra"),
                (call(["south"], reply_to="0" * 64), "reply_to"), (call(["south"], number=999, slots={}), "999"), (call(["south"], of="inform", number=101, slots=SAYS["stop"][1]), "101"),
                (call(["south"], number=101, slots={"activity": "firing"}), "distance"), (call(["south"], number=104, slots={**SAYS["stop"][1], "call_sign": "NOR\u202e1"}), "202E"), (call(["south"], text={"language": "en", "text": "a\u0000b"}), "text")):
            status, _, text = self.north.node.request("POST", "/api/v1/line/messages", json.dumps(body).encode(), content_type="application/json")
            self.assertIn(status, (400, 404, 413, 422), text)
            self.assertIn(says, json.loads(text)["error"]["message"])

    def test_what_is_said_is_read_in_every_language_with_the_place_in_every_form(self):
        stop = self.say(self.north, call(["south"]))
        there = self.until(lambda: self.message(self.south, stop["id"]), "South has it")
        said = there["said"][0]
        self.assertEqual(set(said["text"]), {"en", "fr", "ru", "ar"})
        self.assertTrue(said["text"]["en"].startswith("STOP"), said)
        self.assertEqual(said["places"][0]["mgrs"][:6], "36S WD", said)
        echo = self.south.node.get("/api/v1/line/echo?position=" + urllib.parse.quote(said["places"][0]["mgrs"]))
        self.assertAlmostEqual(echo["lat_deg"], 35.1, 4)
        status, _, _ = self.south.node.request("GET", "/api/v1/line/echo?position=nowhere")
        self.assertEqual(status, 400)
        self.assertIn(101, [p["number"] for g in self.north.node.get("/api/v1/line/phrasebook")["groups"] for p in g["phrases"]])

    def test_a_line_check_is_answered(self):
        check = self.say(self.south, {"type": "check", "to": ["north"]})
        self.until(lambda: self.message(self.north, check["id"]), "North is asked")
        self.say(self.north, {"answer": "loud_and_clear"}, f"/api/v1/line/messages/{check['id']}/answers")
        self.until(lambda: next(p for p in self.south.node.get("/api/v1/line")["peers"] if p["party"] == "north").get("checked_at"), "the check is done")

    def test_a_message_travels_as_a_file(self):
        # Made by North for South, and carried there by hand before the link brings it: it counts once.
        message = self.say(self.north, call(["south"], "inform"))
        _, _, note = self.north.node.request("GET", f"/api/v1/line/messages/{message['id']}/file")
        status, _, text = self.south.node.request("POST", "/api/v1/line/files", note if isinstance(note, bytes) else note.encode(), content_type="text/plain")
        self.assertEqual(status, 201, text)
        self.assertEqual(json.loads(text)["id"], message["id"])
        listed = [m["id"] for m in self.south.node.get("/api/v1/line/messages?limit=500")["messages"]]
        self.assertEqual(listed.count(message["id"]), 1)
        # Changed on the way, it is nobody's.
        changed = (note if isinstance(note, bytes) else note.encode()).replace(b'"class":"inform"', b'"class":"stop"')
        status, _, text = self.south.node.request("POST", "/api/v1/line/files", changed, content_type="text/plain")
        self.assertNotEqual(status, 201, text)

    def test_the_shell_says_and_shows_it(self):
        at = ["--node", self.north.node.url]
        said = skypact("line", "stop", "--to", "south", "--activity", "bombing", "--radius", "3nm", "--position", "3510N03345E", *at)
        self.assertIn("STOP bombing within 3\u00a0NM of 35°10′00.0″N", said)
        message = next(m for m in self.north.node.get("/api/v1/line/messages?class=stop")["messages"])
        self.until(lambda: self.message(self.south, message["id"]), "South has it")
        skypact("line", "answer", message["id"], "--answer", "stopped", "--depth", "crew", "--position", "35.1666667N 33.75E", "--node", self.south.node.url)
        shown = self.until(lambda: "stopped" in (text := skypact("line", "show", message["id"], "--language", "fr", *at)) and text, "the answer is shown")
        self.assertIn("down to the crew, the same place", shown)
        self.assertIn("south: link up", skypact("line", "desks", *at))
        self.assertIn("101", skypact("line", "phrases"))
        note = self.north.folder / "carried.note"
        note.write_text(skypact("line", "export", message["id"], *at))
        self.assertIn("STOP", skypact("line", "import", note, "--node", self.south.node.url))
        self.assertIn("--position", skypact("line", "stop", "--to", "south", "--position", "nowhere", *at, expect=3))

    def test_a_language_is_reviewed_when_a_party_signs_its_phrases(self):
        self.assertEqual(self.north.node.get("/api/v1/line/phrasebook")["reviews"], [])
        note = self.north.folder / "fr.note"
        note.write_text(skypact("line", "review", "fr", "--key", self.south.folder / "root.key", "--passphrase-file", self.south.passphrase))
        config = self.north.node.config.read_text()
        self.north.node.config.write_text(config.replace("[line]\n", '[line]\nreviewed = ["fr.note"]\n', 1))
        self.north.node.process.send_signal(signal.SIGHUP)
        self.until(lambda: self.north.node.get("/api/v1/line/phrasebook")["reviews"] == [{"language": "fr", "by": ["south"]}], "South's review counts at North")
        self.assertIn("phrases", json.loads(skypact("line", "review", "fr")))

    def test_the_events_tell_of_a_stop_at_once(self):
        stream = self.south.node.websocket("/api/v1/events")
        try:
            stream.event(lambda e: e["type"] == "hello")
            stop = self.say(self.north, call(["south"]))
            stream.event(lambda e: e["type"] == "line_message" and e["message"]["id"] == stop["id"] and e["message"]["open"], seconds=10)
        finally:
            stream.close()


class LineUse(LineParties):
    """Was the line used, when, and who answered? Asked of two nodes, and proven to somebody who has neither."""
    first_host = 91

    def setUp(self):
        super().setUp()
        for party in self.all:
            self.until(lambda: party.node.request("GET", "/ledger/checkpoint")[0] == 200, f"{party.name} has signed its record")

    def use(self, party, **question):
        return party.node.get("/api/v1/line/use?" + urllib.parse.urlencode(question))

    def proofs(self, party, folder, *arguments):
        skypact("line", "use", "--node", party.node.url, "--proofs", folder, *arguments)
        return sorted(folder.glob("*.proof")), json.loads((folder / "answer.json").read_text())

    def test_both_sides_say_the_same_and_every_entry_is_proven_offline(self):
        stop = self.say(self.north, call(["south"]))
        self.until(lambda: self.message(self.south, stop["id"]), "South has it")
        self.say(self.south, {"answer": "passed_on", "depth": "unit"}, f"/api/v1/line/messages/{stop['id']}/answers")
        drill = self.say(self.south, call(["north", "relief"], "warn", exercise=True))
        # Each side holds the others' records, and both say the same: which record comes first is all that differs.
        def seen(party):
            def sorted_(value):
                if isinstance(value, dict):
                    return {k: sorted(v, key=lambda e: (e["origin"], e["index"])) if k == "entries" else sorted_(v) for k, v in value.items()}
                return [sorted_(v) for v in value] if isinstance(value, list) else value
            return {m["id"]: sorted_(m) for m in self.use(party)["messages"] if m["id"] in (stop["id"], drill["id"])}

        def both():
            north, south = seen(self.north), seen(self.south)
            if north != south or len(north) != 2:
                return None
            delivery = north[stop["id"]]["to"][0]
            return len(delivery["entries"]) == 4 and delivery.get("answer_at") and all("durable_at" in t for t in north[drill["id"]]["to"]) and north
        told = self.until(both, "both say the same, out of the same entries", seconds=60)
        used, exercise = told[stop["id"]], told[drill["id"]]
        self.assertEqual({e["origin"] for e in used["entries"]}, {"north.example/record", "south.example/record"})
        self.assertEqual((used["to"][0]["depth"], used["to"][0]["rang_out"], used["answers"][0]["answer"], used["answers"][0]["speaker"]), ("unit", False, "passed_on", "open"))
        self.assertLess(used["to"][0]["receipt_s"], 10)
        self.assertTrue(exercise["exercise"])
        # Somebody who has the record's key alone checks every entry; one byte changed, and none of it holds.
        for asked in (self.north, self.south):
            files, answer = self.proofs(asked, asked.folder / "proofs")
            self.assertGreaterEqual(len(files), 10)
            self.assertEqual(answer["real"]["stop"], 1)
            self.assertEqual(answer["exercise"]["warn"], 1)
            for file in files:
                key = (self.north if file.name.startswith("north") else self.south if file.name.startswith("south") else self.relief).keys["record"]
                self.assertIn("good: entry", skypact("ledger", "verify", file, "--key", key))
            content = bytearray(files[0].read_bytes())
            at = content.index(b"extra ") + 40
            content[at] = ord("B") if content[at] == ord("A") else ord("A")
            files[0].write_bytes(content)
            run = subprocess.run([sys.argv[1], "ledger", "verify", files[0], "--key", self.north.keys["record"]], capture_output=True, text=True)
            self.assertIn(run.returncode, (1, 3), run.stdout + run.stderr)
        self.assertIn("1 messages: 1 stop", skypact("line", "use", "--node", self.north.node.url, "--class", "stop"))

    def test_that_it_was_not_used_is_a_statement_about_entries_under_a_cosigned_checkpoint(self):
        now = lambda: datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        begin = now()
        self.until(lambda: now() > begin, "some time has passed")
        end = now()
        # Complete once somebody has cosigned what was written until then and the record carries it; at most a minute for each cosigner.
        used = self.until(lambda: (u := self.use(self.north, **{"from": begin, "to": end, "class": "distress"}))["complete"] and u, "others' cosignatures lie behind it", seconds=150)
        self.assertEqual(used["messages"], [])
        own = used["records"][0]
        self.assertEqual((own["party"], own["from_index"]), ("north", 0))
        self.assertGreaterEqual(own["later_written_after"]["at"], end)
        # The stretch itself, for whoever wants to look through it.
        stretch = self.north.folder / "stretch"
        skypact("ledger", "export", self.north.folder / "data/record", stretch, "--from", own["from_index"], "--to", own["to_index"])
        self.assertIn("good: entries 0 to", skypact("ledger", "verify", stretch, "--key", self.north.keys["record"]))

    def test_which_notices_were_given_and_how_far_down_they_got(self):
        notice = {"activity": "live-firing", "kind": "firing", "geometry": {"shape": "circle", "centre": [52.3, 4.7], "radius": "5nm"}, "floor": "surface", "ceiling": "FL200",
                  "spans": [{"from": "2099-11-28T06:00:00Z", "to": "2099-11-28T09:00:00Z"}]}
        self.until(lambda: self.north.node.get("/api/v1/notices")["complete"], "the record is read")
        given = self.say(self.north, {"notice": notice, "to": ["south"]}, "/api/v1/notices")
        number = given["number"].replace("/", "-")
        self.until(lambda: self.south.node.request("GET", f"/api/v1/notices/north/{number}")[0] == 200, "South has it")
        self.say(self.south, {"answer": "passed_on", "depth": "crew"}, f"/api/v1/notices/north/{number}/acknowledgements")
        used = self.until(lambda: [m for m in self.use(self.south, type="notice")["messages"] if m["to"][0].get("depth") == "crew" and m["to"][0].get("durable_at")], "it is in the records", seconds=60)
        self.assertEqual((used[0]["notice"]["number"], used[0]["notice"]["revision"], used[0]["from"]), (given["number"], 1, "north"))
        self.assertIn("down to the crew", skypact("notice", "use", "--node", self.north.node.url))


class LineInTrouble(LineParties):
    first_host = 46

    def test_a_node_that_was_killed_knows_its_line_again(self):
        stop = self.say(self.north, call(["south"]))
        self.until(lambda: (m := self.message(self.north, stop["id"])) and m["recorded"] and m["to"][0]["recorded"], "recorded on both sides")
        self.north.node.kill()
        self.north.node.start()
        again = self.until(lambda: (m := self.message(self.north, stop["id"])) and m["to"][0]["recorded"] and m, "North reads its past")
        self.assertEqual(again["class"], "stop")
        self.say(self.south, {"answer": "stopped"}, f"/api/v1/line/messages/{stop['id']}/answers")
        self.until(lambda: self.message(self.north, stop["id"])["answers"], "the answer arrives after the restart")

    def test_what_was_said_to_a_node_that_is_down_arrives_when_it_is_back(self):
        self.south.node.kill()
        stop = self.say(self.north, call(["south"]))
        warning = self.say(self.north, call(["south"], "warn"))
        self.south.node.start()
        for message in (stop, warning):
            self.until(lambda: (m := self.message(self.north, message["id"])) and m["to"][0]["recorded"], "it is recorded at South", seconds=90)
        self.assertTrue(self.message(self.south, stop["id"])["open"])



class LineByAnotherWay(LineParties):
    """A network between the nodes that can be cut."""
    first_host = 51

    @classmethod
    def setUpClass(cls):
        cls.network, cls.ways = Network(1), {}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.network.close()

    @classmethod
    def url_of(cls, at, to):
        tls = lambda party: (party.folder / "link.key.crt", party.folder / "link.key")
        way = cls.ways[at.name, to.name] = cls.network.way((to.host, to.link), client=tls(at), server=tls(to))
        return f"https://127.0.0.9:{way.port}"

    def link_up(self, at, to):
        return next(p for p in at.node.get("/api/v1/line")["peers"] if p["party"] == to.name)["link_up"]

    def test_a_stop_the_receipt_and_the_answer_go_through_the_neutral_node(self):
        self.network.set(self.ways["north", "south"], self.ways["south", "north"], cut=True)
        self.until(lambda: not self.link_up(self.north, self.south) and not self.link_up(self.south, self.north), "the direct link is down")
        stop = self.say(self.north, call(["south"]))
        there = self.until(lambda: self.message(self.south, stop["id"]), "South has the STOP", seconds=20)
        self.assertEqual(there["via"], "carried:relief")
        here = self.until(lambda: (m := self.message(self.north, stop["id"])) and m["to"][0]["recorded"] and m, "the receipt comes back by the same way")
        self.assertEqual(here["to"][0]["carried_by"], ["relief"])
        self.say(self.south, {"answer": "stopped"}, f"/api/v1/line/messages/{stop['id']}/answers")
        self.until(lambda: self.message(self.north, stop["id"])["answers"], "and so does the answer")
        # Relief carried it, shows it to nobody of its own, and its record says so.
        self.assertIsNone(self.message(self.relief, stop["id"]))
        self.until(lambda: any(e["body"]["message"] == stop["id"] for e in self.entries(self.relief, "message_carried")), "it is in Relief's record")
        # A warning goes that way too, and everything counts once when the link is back.
        warning = self.say(self.north, call(["south"], "warn"))
        self.until(lambda: self.message(self.south, warning["id"]), "South has the warning", seconds=30)
        self.network.calm(self.ways["north", "south"], self.ways["south", "north"])
        self.until(lambda: self.link_up(self.north, self.south), "the link is back", seconds=60)
        listed = [m["id"] for m in self.south.node.get("/api/v1/line/messages?limit=500")["messages"]]
        for message in (stop, warning):
            self.assertEqual(listed.count(message["id"]), 1)
        received = [e for e in self.entries(self.south, "message_received") if stop["id"] == hashlib.sha256(e["body"]["note"].split("\n\n")[0].encode() + b"\n").hexdigest()]
        self.assertEqual(len(received), 1)

    def test_a_stop_overtakes_a_flood_on_a_narrow_line(self):
        for i in range(300):
            self.say(self.north, call(["south"], "inform", text={"language": "en", "text": "x" * 900}))
        self.network.set(self.ways["north", "south"], bytes_per_s=40_000)
        stop = self.say(self.north, call(["south"]))
        self.until(lambda: self.message(self.south, stop["id"]), "South has the STOP", seconds=20)
        self.network.calm(self.ways["north", "south"])
        self.until(lambda: all(m["to"][0]["recorded"] for m in self.north.node.get("/api/v1/line/messages?limit=500")["messages"] if m["own"]), "and all of the flood", seconds=90)
        self.assertEqual(len({m["id"] for m in self.south.node.get("/api/v1/line/messages?limit=500&class=inform")["messages"]}), 300)


if __name__ == "__main__":
    unittest.main(argv=["line_test", *sys.argv[2:]], verbosity=2)
