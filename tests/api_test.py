"""The node's API over real sockets, with the real engine: every route of openapi.yaml is exercised and its answers are
checked against the schema; a route that is served and not described, or described and not exercised, fails.

    tests/api_test.py build/dev/skypact openapi.yaml
"""

import copy
import datetime
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

import jsonschema
import yaml

from node_harness import Aircraft, Node, query
from utm_harness import UssNode, make_key, time_text, volume

PROGRAM, OPENAPI = sys.argv[1], sys.argv[2]
METHODS = ("get", "post", "put", "delete", "patch")


def strict(schema):
    """A field that the description does not name is an error too, where an object's fields are listed."""
    if isinstance(schema, dict):
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


DESCRIPTION = yaml.safe_load(open(OPENAPI, encoding="utf-8"))
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)   # its successor is not in Debian 12
    RESOLVER = jsonschema.RefResolver("", dict(DESCRIPTION, components=strict(copy.deepcopy(DESCRIPTION["components"]))))
CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER if hasattr(jsonschema.Draft202012Validator, "FORMAT_CHECKER") else None
exercised = set()


def check(value, schema):
    jsonschema.Draft202012Validator(strict(copy.deepcopy(schema)), resolver=RESOLVER, format_checker=CHECKER).validate(value)


def resolve(part):
    return RESOLVER.resolve(part["$ref"])[1] if "$ref" in part else part


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def in_an_hour():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node(PROGRAM, record="north.example/record", feeds='[[feed]]\nname = "roof"\nformat = "beast"\nlisten = "127.0.0.1:0"\nposition = [52.0, 4.0]\n')
        root = subprocess.run([PROGRAM, "key", "generate", str(cls.node.folder / "root.key"), "--name", "north.example/root"], check=True, capture_output=True, text=True).stdout.strip()
        with cls.node.config.open("a") as config:   # the record's section is the last
            config.write(f'root_key = "{root}"\n')
        cls.node.start()
        cls.flying = True
        # Two aircraft of two parties, head on at one level, and one that is alone.
        sky = [Aircraft(0x3B0001, 52.0, 3.75, 24000, 450, 90), Aircraft(0x710001, 52.0, 4.25, 24000, 450, 270),
               Aircraft(0x484848, 53.0, 5.0, 10000, 250, 10)]
        connection = cls.node.feed()

        def fly():
            while cls.flying:
                connection.sendall(b"".join(a.beast() for a in sky))
                time.sleep(0.5)

        cls.thread = threading.Thread(target=fly)
        cls.thread.start()
        cls.node.until(lambda: len(cls.node.get("/api/v1/tracks")["tracks"]) == 3, "three tracks")
        cls.alert = cls.node.until(lambda: [a for a in cls.node.get("/api/v1/alerts")["alerts"] if a["kind"] == "conflict"], "a conflict")[0]

    @classmethod
    def tearDownClass(cls):
        cls.flying = False
        cls.thread.join()
        cls.node.stop()

    def call(self, method, template, expect, body=None, content_type=None, suffix="", **parameters):
        """Asks, and checks the status, the type and the schema of the answer against the description."""
        path = re.sub(r"\{(\w+)\}", lambda m: str(parameters[m.group(1)]), template)
        status, headers, content = self.node.request(method.upper(), path + suffix, body, content_type=content_type)
        self.assertEqual(status, expect, content[:500])
        exercised.add((method, template))
        answer = resolve(DESCRIPTION["paths"][template][method]["responses"][str(status)])
        if "content" not in answer:
            self.assertEqual(content, b"")
            return None
        kind = headers["content-type"].split(";")[0]
        self.assertIn(kind, answer["content"])
        if kind != "application/json":
            return content.decode(errors="replace")
        value = json.loads(content)
        check(value, answer["content"][kind]["schema"])
        return value

    def test_every_route_that_is_served_is_described_and_the_reverse(self):
        served = subprocess.run([PROGRAM, "serve", "--list-routes"], capture_output=True, text=True, check=True).stdout.split("\n")
        described = {f"{m.upper()} {p}" for p, item in DESCRIPTION["paths"].items() for m in item if m in METHODS}
        self.assertEqual({line for line in served if line}, described)

    def test_node(self):
        node = self.call("get", "/api/v1/node", 200)
        self.assertEqual(node["party"], "north")
        self.assertEqual(node["recording"]["state"], "on")

    def test_tracks(self):
        tracks = self.call("get", "/api/v1/tracks", 200)["tracks"]
        self.assertEqual({"3B0001", "710001", "484848"}, {t["address"] for t in tracks if t["address_kind"] == "icao"})
        one = self.call("get", "/api/v1/tracks", 200, suffix=query(bbox="52.5,4.5,53.5,5.5"))["tracks"]
        self.assertEqual(["484848"], [t["address"] for t in one])
        self.call("get", "/api/v1/tracks", 400, suffix=query(bbox="91,0,0,0"))
        track = self.call("get", "/api/v1/tracks/{id}", 200, id=tracks[0]["id"])
        self.assertEqual(track["address"], tracks[0]["address"])
        self.call("get", "/api/v1/tracks/{id}", 404, id=999999)
        self.call("get", "/api/v1/tracks/{id}/history", 200, id=tracks[0]["id"])
        self.call("get", "/api/v1/tracks/{id}/history", 404, id=999999)

    def test_alerts_and_their_acknowledgement_in_another_window(self):
        alerts = self.call("get", "/api/v1/alerts", 200)["alerts"]
        self.assertIn(self.alert["id"], [a["id"] for a in alerts])
        self.call("get", "/api/v1/alerts", 200, suffix=query(ended="true"))
        alert = self.call("get", "/api/v1/alerts/{id}", 200, id=self.alert["id"])
        self.assertEqual({s["address"] for s in alert["subjects"]}, {"3B0001", "710001"})
        self.call("get", "/api/v1/alerts/{id}", 404, id=999999)
        self.call("get", "/api/v1/alerts/{id}/encounter", 200, id=self.alert["id"])
        self.call("get", "/api/v1/alerts/{id}/encounter", 404, id=999999)
        other = self.node.websocket("/api/v1/events")
        acknowledged = self.call("post", "/api/v1/alerts/{id}/acknowledge", 200, {"intention": "we_move", "how": "climbing FL260", "by": "duty"},
                                 id=self.alert["id"])
        self.assertEqual(acknowledged["acknowledgements"][0]["intention"], "we_move")
        other.event(lambda e: e["type"] == "alert" and e["alert"]["id"] == self.alert["id"] and e["alert"]["acknowledgements"])
        other.close()
        self.call("post", "/api/v1/alerts/{id}/acknowledge", 400, {"intention": "perhaps"}, id=self.alert["id"])
        self.call("post", "/api/v1/alerts/{id}/acknowledge", 404, {"intention": "seen"}, id=999999)

    def test_zones(self):
        zone = {"id": "camp", "rule": "keep_clear", "centre": [50.0, 4.0], "radius_nm": 5}
        added = self.call("post", "/api/v1/zones", 201, zone)["zones"]
        self.assertEqual(added[0]["id"], "camp")
        self.call("post", "/api/v1/zones", 409, zone)
        self.call("post", "/api/v1/zones", 400, {"rule": "keep_clear"})
        self.call("post", "/api/v1/zones", 400, {"id": "x", "rule": "keep_clear", "outline": [[0, 0], [1, 1], [0, 1], [1, 0]]})
        polygon = {"type": "Feature", "properties": {"name": "Port", "rule": "caution"},
                   "geometry": {"type": "Polygon", "coordinates": [[[1, 40], [2, 40], [2, 41], [1, 41], [1, 40]]]}}
        self.call("post", "/api/v1/zones", 201, json.dumps(polygon), "application/geo+json")
        self.call("post", "/api/v1/zones", 201, "AC R\nAN Range\nAL GND\nAH FL100\nV X=45:00:00 N 003:00:00 E\nDC 5\n", "text/plain")
        kml = ('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>K</name><Polygon><outerBoundaryIs><LinearRing>'
               '<coordinates>10,30 11,30 11,31 10,30</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>')
        self.call("post", "/api/v1/zones", 201, kml, "application/vnd.google-earth.kml+xml")
        self.assertIn("camp", [z["id"] for z in self.call("get", "/api/v1/zones", 200)["zones"]])
        self.call("delete", "/api/v1/zones/{id}", 204, id="camp")
        self.call("delete", "/api/v1/zones/{id}", 404, id="camp")

    def test_inhibitions(self):
        added = self.call("post", "/api/v1/inhibitions", 201, {"reason": "exercise", "one": "484848", "other": "3B0001", "to": in_an_hour()})
        self.call("post", "/api/v1/inhibitions", 400, {"reason": "", "to": in_an_hour()})
        self.assertIn(added["id"], [i["id"] for i in self.call("get", "/api/v1/inhibitions", 200)["inhibitions"]])
        self.call("delete", "/api/v1/inhibitions/{id}", 204, id=added["id"])
        self.call("delete", "/api/v1/inhibitions/{id}", 404, id=added["id"])

    def test_groups(self):
        added = self.call("post", "/api/v1/groups", 201, {"reason": "refuelling", "members": ["484848", "report:tanker"], "to": in_an_hour()})
        self.call("post", "/api/v1/groups", 400, {"reason": "alone", "members": ["484848"], "to": in_an_hour()})
        self.assertIn(added["id"], [g["id"] for g in self.call("get", "/api/v1/groups", 200)["groups"]])
        self.call("delete", "/api/v1/groups/{id}", 204, id=added["id"])
        self.call("delete", "/api/v1/groups/{id}", 404, id=added["id"])

    def test_feeds_reports_and_manual_tracks(self):
        self.assertEqual(self.call("get", "/api/v1/links", 200)["links"], [])
        feeds = self.call("get", "/api/v1/feeds", 200)["feeds"]
        self.assertEqual(feeds[0]["name"], "roof")
        self.assertEqual(feeds[0]["state"], "connected")
        lines = '{"id":"heli-7","lat_deg":54,"lon_deg":7,"party":"north"}\n{"id":"bad","lat_deg":91,"lon_deg":7}\n'
        taken = self.call("post", "/api/v1/reports", 200, lines, "application/x-ndjson")
        self.assertEqual((taken["accepted"], [r["line"] for r in taken["rejected"]]), (1, [2]))
        self.call("post", "/api/v1/reports", 200, {"id": "heli-8", "lat_deg": 54.5, "lon_deg": 7})
        self.call("post", "/api/v1/reports", 400, "\n", "application/x-ndjson")
        self.call("post", "/api/v1/reports", 413, "x" * (4 * 1024 * 1024 + 1), "application/x-ndjson")
        self.node.until(lambda: [t for t in self.node.get("/api/v1/tracks")["tracks"] if t["address"] == "report:heli-7"], "the report's track")
        track = self.call("post", "/api/v1/manual-tracks", 201, {"name": "ALPHA1", "position": [55, 8], "altitude_ft": 3000, "datum": "mean_sea_level"})
        self.assertEqual(track["address"], "manual:ALPHA1")
        self.call("post", "/api/v1/manual-tracks", 400, {"name": "ALPHA1"})
        self.node.until(lambda: [t for t in self.node.get("/api/v1/tracks")["tracks"] if t["address"] == "manual:ALPHA1"], "the manual track")
        self.call("delete", "/api/v1/manual-tracks/{name}", 204, name="ALPHA1")
        self.call("delete", "/api/v1/manual-tracks/{name}", 404, name="NOBODY")

    def test_recording_and_replay(self):
        recording = self.call("get", "/api/v1/recording", 200)
        self.assertGreaterEqual(recording["segments"], 1)
        self.call("get", "/api/v1/replay", 400, suffix=query(speed="1"))
        stream = self.node.websocket("/api/v1/replay" + query(**{"from": recording["from"], "to": recording["to"], "speed": "100"}))
        self.assertEqual(stream.status, 101)
        frames, events = 0, []
        while (message := stream.message()) is not None:
            if isinstance(message, bytes):
                self.assertEqual(message[:4], b"SKYP")
                frames += 1
            else:
                events.append(json.loads(message))
        self.assertGreater(frames, 2)
        self.assertTrue([e for e in events if e["type"] == "alert" and e["alert"]["kind"] == "conflict"])

    def test_record(self):
        record = self.node.until(lambda: (lambda r: r if r["state"] == "on" and r["published"] > 2 else None)(self.call("get", "/api/v1/node", 200)["record"]), "a record")
        self.assertEqual((record["name"], record["dropped"]), ("north.example/record", 0))
        self.assertTrue(record["verifier_key"].startswith("north.example/record+"))
        checkpoint = self.call("get", "/ledger/checkpoint", 200).split("\n")
        self.assertEqual(checkpoint[0], "north.example/record")
        size = int(checkpoint[1])
        self.assertLess(size, 256)
        entries = self.call("get", "/ledger/tile/{path}", 200, path=f"entries/000.p/{size}")
        self.assertIn('"type":"started"', entries)
        self.assertIn('"type":"alert"', entries)
        self.call("get", "/ledger/tile/{path}", 404, path="0/999")
        for path in ("../signed", "..%2Fsigned", "entries/../../wal/0000000000000000", "0/000.p/0", "0/000/"):
            self.call("get", "/ledger/tile/{path}", 404, path=path)
        self.assertIn("skypact_record_on 1", self.node.request("GET", "/metrics")[2].decode())
        self.call("get", "/ledger/checkpoint", 400, suffix="?after=x")
        # Waits for the next entry, and not longer: the recording is committed every ten seconds.
        began = time.monotonic()
        size = int(self.call("get", "/ledger/checkpoint", 200).split("\n")[1])
        later = self.call("get", "/ledger/checkpoint", 200, suffix=f"?after={size}&wait_s=30").split("\n")
        self.assertGreater(int(later[1]), size)
        began = time.monotonic()
        self.call("get", "/ledger/checkpoint", 200, suffix="?after=1000000&wait_s=1")
        self.assertLess(0.9, time.monotonic() - began)

    def test_others_records(self):
        record = self.call("get", "/api/v1/record", 200)
        self.assertEqual((record["own"]["origin"], record["own"]["cosigned"], record["mirrors"]), ("north.example/record", [], []))
        # This node has no peers and witnesses for nobody; tests/mirror_test.py has nodes that do.
        self.call("get", "/mirror/{origin}/checkpoint", 404, origin="south.example%2Frecord")
        self.call("get", "/mirror/{origin}/tile/{path}", 404, origin="south.example%2Frecord", path="0/000")
        self.call("post", "/witness/add-checkpoint", 404, body="old 0\n", content_type="text/plain")

    def test_distress_desk_of_a_node_without_peers(self):
        self.node.until(lambda: self.call("get", "/api/v1/distress", 200)["complete"], "the desk has read its past")
        self.call("get", "/api/v1/distress/frequencies", 200, suffix=query(lat_deg="52", lon_deg="4"))
        self.call("get", "/api/v1/distress/frequencies", 400, suffix=query(lat_deg="52"))
        report = {"kind": "guard_report", "callsign": "MERCY4", "words": "MAYDAY", "khz": 121500, "place": {"lat_deg": 52.2, "lon_deg": 4.1, "uncertainty_m": 900}}
        case = self.call("post", "/api/v1/distress/reports", 201, report)["cases"][0]
        self.call("post", "/api/v1/distress/reports", 400, {"kind": "rumour"})
        self.call("post", "/api/v1/distress/beacons", 201, "FFFE2F8DB345B146202DDF3C71F59BAB7072\n", "text/plain")
        self.call("post", "/api/v1/distress/beacons", 400, "zzzz\n", "text/plain")
        whole = self.call("get", "/api/v1/distress/{id}", 200, id=case["number"].replace("/", "-"))
        self.assertTrue(whole["channels"] and whole["helpers"] and whole["airfields"])
        self.call("get", "/api/v1/distress/{id}", 404, id=9999)
        for act in ({"act": "declare_phase", "phase": "DETRESFA", "reason": "seen burning"}, {"act": "assist", "aircraft": "484848", "assists": True}, {"act": "remark", "text": "called the centre"},
                    {"act": "propose_keep_clear", "lat_deg": 52.2, "lon_deg": 4.1, "radius_m": 20000, "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T05:00:00Z"}):
            whole = self.call("post", "/api/v1/distress/{id}/acts", 201, act, id=case["id"])
        self.assertTrue([h for h in whole["helpers"] if h["name"] == "484848" and h["assists"]] or not [h for h in whole["helpers"] if h["name"] == "484848"])
        self.call("post", "/api/v1/distress/{id}/acts", 400, {"act": "shrug"}, id=case["id"])
        self.call("post", "/api/v1/distress/{id}/acts", 409, {"act": "undo_mark"}, id=case["id"])
        self.call("post", "/api/v1/distress/{id}/tell", 201, {}, id=case["id"])
        self.call("post", "/api/v1/distress/{id}/tell", 400, {"whom": []}, id=case["id"])
        self.assertIn("NOT", self.call("get", "/api/v1/distress/{id}/report", 200, id=case["id"]).upper())
        self.call("get", "/api/v1/distress/{id}/report", 400, id=case["id"], suffix=query(content="some"))
        self.call("get", "/api/v1/distress/{id}/geojson", 200, id=case["id"])
        self.call("post", "/api/v1/distress/{id}/acts", 201, {"act": "close", "reason": "rescued"}, id=case["id"])
        self.assertIn(case["id"], [c["id"] for c in self.call("get", "/api/v1/distress", 200, suffix=query(all="true"))["cases"]])

    def test_line_of_a_node_without_peers(self):
        # It has nobody to speak with; the book and the forms of a place are there all the same. LineApi has a peer.
        self.assertEqual(self.call("get", "/api/v1/line/phrasebook", 200)["version"], 1)
        said = self.call("post", "/api/v1/line/preview", 200, {"class": "stop", "phrases": [{"phrase": 101, "slots": {"activity": "firing", "distance": "5nm", "position": {"lat_deg": 52, "lon_deg": 4}}}]})["said"]
        self.assertEqual(said[0]["places"][0]["slot"], "position")
        self.call("post", "/api/v1/line/preview", 400, {"class": "inform", "phrases": [{"phrase": 101, "slots": {}}]})
        self.call("post", "/api/v1/line/preview", 404, {"phrases": [{"phrase": 999, "slots": {}}]})
        self.assertEqual(self.call("get", "/api/v1/line/echo", 200, suffix=query(position="5200N00400E"))["lat_deg"], 52)
        self.call("get", "/api/v1/line/echo", 400)
        self.call("get", "/api/v1/line", 404)
        self.call("get", "/api/v1/line/messages", 404)
        self.call("post", "/api/v1/line/messages", 404, {"to": ["south"], "type": "check"})
        self.call("get", "/api/v1/line/messages/{id}", 404, id="0" * 64)
        self.call("get", "/api/v1/line/officers", 404)
        self.call("get", "/api/v1/line/calls", 404)

    def test_pact(self):
        # No pact yet; tests/negotiation_test.py makes one.
        self.node.until(lambda: self.node.request("GET", "/api/v1/pact")[0] == 200, "the record is read")
        pact = self.call("get", "/api/v1/pact", 200)
        self.assertEqual((pact["pacts"], pact["own_party"], pact["versions"]), ([], "north", []))
        self.call("get", "/api/v1/pact", 400, suffix="?pact=No%20Name")
        self.call("get", "/api/v1/pact/terms/{hash}", 404, hash="0" * 64)
        self.call("get", "/api/v1/pact/statements/{id}", 404, id="0" * 64)
        self.call("post", "/api/v1/pact/statements", 400, body={"note": "nothing that anybody signed\n"})
        self.call("post", "/api/v1/pact/statements", 400, body={"note": "x", "more": 1})

    def test_picture(self):
        socket = self.node.websocket("/api/v1/picture")
        self.assertEqual(socket.status, 101)
        exercised.add(("get", "/api/v1/picture"))
        first, second = socket.message(), socket.message()
        for frame in (first, second):
            self.assertEqual((frame[:4], frame[4], frame[6]), (b"SKYP", 1, 56))
            self.assertEqual(len(frame), 24 + 56 * int.from_bytes(frame[16:20], "little"))
        self.assertLess(first[8:16][::-1], second[8:16][::-1])
        status, _, _ = self.node.request("GET", "/api/v1/picture")
        self.assertEqual(status, 400)
        socket.close()

    def test_events(self):
        schema = {"$ref": "#/components/schemas/Event"}
        socket = self.node.websocket("/api/v1/events")
        exercised.add(("get", "/api/v1/events"))
        hello, snapshot = json.loads(socket.message()), json.loads(socket.message())
        self.assertEqual((hello["type"], snapshot["type"]), ("hello", "snapshot"))
        tick = socket.event(lambda e: e["type"] == "tick")
        for event in (hello, snapshot, tick):
            check(event, schema)
        self.call("post", "/api/v1/zones", 201, {"id": "events", "rule": "caution", "centre": [40, 4], "radius_nm": 1})
        zone = socket.event(lambda e: e["type"] == "zone" and e["zone"]["id"] == "events")
        check(zone, schema)
        self.call("delete", "/api/v1/zones/{id}", 204, id="events")
        check(socket.event(lambda e: e["type"] == "zone_removed"), schema)
        socket.close()
        # Who comes back with the number of the last event gets what followed it, and no snapshot.
        again = self.node.websocket("/api/v1/events" + query(since=zone["seq"]))
        seen = []
        again.event(lambda e: seen.append(e["type"]) or e["type"] == "zone_removed")
        self.assertNotIn("snapshot", seen)
        again.close()
        # A number that this node never gave out: the state anew.
        lost = self.node.websocket("/api/v1/events" + query(since=10**9))
        lost.event(lambda e: e["type"] == "snapshot")
        lost.close()

    def test_events_as_server_sent_events(self):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=30)
        connection.request("GET", "/api/v1/events", headers={"Accept": "text/event-stream"})
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Type"), "text/event-stream")
        types = []
        while "snapshot" not in types:
            line = answer.readline().decode()
            if line.startswith("data: "):
                event = json.loads(line[6:])
                check(event, {"$ref": "#/components/schemas/Event"})
                types.append(event["type"])
        connection.close()

    def test_server_sent_events_go_on_after_the_last_event_id(self):
        import http.client

        def stream(headers, target="/api/v1/events"):
            connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=30)
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            return connection, answer

        def until(answer, wanted):
            """(types on the way, the event's id)"""
            types, last_id = [], None
            while True:
                line = answer.readline().decode()
                if line.startswith("id: "):
                    last_id = line[4:].strip()
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    types.append(event["type"])
                    if wanted(event):
                        return types, last_id

        connection, answer = stream({})
        until(answer, lambda e: e["type"] == "snapshot")
        self.call("post", "/api/v1/zones", 201, {"id": "sse", "rule": "caution", "centre": [40, 4], "radius_nm": 1})
        _, zone_id = until(answer, lambda e: e["type"] == "zone" and e["zone"]["id"] == "sse")
        connection.close()
        self.call("delete", "/api/v1/zones/{id}", 204, id="sse")
        # As a browser does that began with an older number in its address.
        connection, answer = stream({"Last-Event-ID": zone_id}, "/api/v1/events?since=1")
        types, _ = until(answer, lambda e: e["type"] == "zone_removed" and e["id"] == "sse")
        self.assertEqual((types[0], types[-1]), ("hello", "zone_removed"))
        self.assertNotIn("snapshot", types)
        self.assertNotIn("zone", types)
        connection.close()
        # The same number of a run before this one means another event.
        run, seq = zone_id.split(":")
        connection, answer = stream({"Last-Event-ID": f"{int(run) - 1}:{seq}"})
        types, _ = until(answer, lambda e: e["type"] == "snapshot")
        self.assertEqual(types, ["hello", "snapshot"])
        connection.close()

    def test_operation(self):
        self.assertEqual(self.call("get", "/healthy", 200), "ok\n")
        text = self.call("get", "/metrics", 200)
        for name in ('skypact_feed_messages_total{feed="roof"}', 'skypact_tracks{life="live"}', "skypact_tick_duration_seconds_bucket", "skypact_alerts{"):
            self.assertIn(name, text)
        aircraft = self.call("get", "/data/aircraft.json", 200)["aircraft"]
        self.assertIn("3b0001", [a["hex"] for a in aircraft])
        self.call("get", "/data/receiver.json", 200)

    def test_command_line_lists_watches_and_acknowledges(self):
        node = f"http://127.0.0.1:{self.node.port}"
        listed = subprocess.run([PROGRAM, "alert", "list", "--node", node, "--json"], capture_output=True, text=True, check=True)
        self.assertIn(self.alert["id"], [a["id"] for a in json.loads(listed.stdout)["alerts"]])
        done = subprocess.run([PROGRAM, "alert", "acknowledge", str(self.alert["id"]), "--node", node, "--intention", "seen"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        gone = subprocess.run([PROGRAM, "alert", "acknowledge", "999999", "--node", node], capture_output=True, text=True)
        self.assertEqual(gone.returncode, 3)
        away = subprocess.run([PROGRAM, "alert", "list", "--node", "http://127.0.0.1:1"], capture_output=True, text=True)
        self.assertEqual(away.returncode, 4)
        watch = subprocess.Popen([PROGRAM, "alert", "watch", "--node", node, "--json"], stdout=subprocess.PIPE, text=True)
        self.assertIn(json.loads(watch.stdout.readline())["type"], ("snapshot", "alert"))
        watch.terminate()
        watch.wait()
        watch.stdout.close()


class LineApi(unittest.TestCase):
    """The line of a node whose only peer never answers."""
    call = Api.call

    @classmethod
    def setUpClass(cls):
        cls.node = Node(PROGRAM, record="north.example/record")
        made = subprocess.run([PROGRAM, "key", "generate", str(cls.node.folder / "south.key"), "--name", "south.example/record"], check=True, capture_output=True, text=True).stdout.strip()
        with cls.node.config.open("a") as config:
            roots = [subprocess.run([PROGRAM, "key", "generate", str(cls.node.folder / f"{party}-root.key"), "--name", f"{party}.example/root"], check=True, capture_output=True, text=True).stdout.strip() for party in ("north", "south")]
            config.write(f'root_key = "{roots[0]}"\n[link]\nlisten = "127.0.0.1:{free_port()}"\ndevelopment_plain_http = true\n[[peer]]\nparty = "south"\nurl = "http://127.0.0.1:9"\nrecord_key = "{made}"\nroot_key = "{roots[1]}"\n')
        # Its peer cannot say that this is the record's beginning; a person can.
        subprocess.run([PROGRAM, "ledger", "init", str(cls.node.folder / "data/record"), "--key", str(cls.node.folder / "record.key")], check=True, stdout=subprocess.DEVNULL)
        cls.node.start()

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()

    def test_every_answer_is_as_described(self):
        line = self.call("get", "/api/v1/line", 200)
        self.assertEqual([p["party"] for p in line["peers"]], ["south"])
        draft = {"to": ["south"], "class": "stop", "text": {"language": "en", "text": "Now."},
                 "phrases": [{"phrase": 101, "slots": {"activity": "firing", "distance": "5nm", "position": {"lat_deg": 52, "lon_deg": 4}}}]}
        stop = self.call("post", "/api/v1/line/messages", 201, draft)
        self.assertEqual(stop["to"][0]["stage"], "sent")
        self.node.until(lambda: self.call("get", "/api/v1/line/messages/{id}", 200, id=stop["id"])["recorded"], "recorded")
        self.call("post", "/api/v1/line/messages", 400, {**draft, "to": ["east"]})
        self.call("post", "/api/v1/line/messages", 404, {**draft, "reply_to": "0" * 64})
        self.assertTrue(self.call("get", "/api/v1/line/messages", 200, suffix=query(open="true"))["messages"])
        self.call("get", "/api/v1/line/messages", 400, suffix=query(limit="0"))
        self.call("post", "/api/v1/line/messages/{id}/answers", 400, {"answer": "seen"}, id=stop["id"])
        self.call("post", "/api/v1/line/messages/{id}/answers", 404, {"answer": "seen"}, id="0" * 64)
        used = self.node.until(lambda: (u := self.call("get", "/api/v1/line/use", 200, suffix=query(proofs="true", party="south")))["messages"] and u, "it is in a signed part of the record")
        self.assertEqual([m["id"] for m in used["messages"] if m["class"] == "stop"], [stop["id"]])
        self.assertFalse(used["complete"], "nobody cosigns this node's record")
        for wrong in ({"from": "yesterday"}, {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, {"class": "shout"}, {"type": "receipt"}, {"proofs": "perhaps"}):
            self.call("get", "/api/v1/line/use", 400, suffix=query(**wrong))
        note = self.call("get", "/api/v1/line/messages/{id}/file", 200, id=stop["id"])
        self.call("get", "/api/v1/line/messages/{id}/file", 404, id="0" * 64)
        self.call("post", "/api/v1/line/files", 400, note.replace("stop", "stap").encode(), content_type="text/plain")
        handover = self.call("post", "/api/v1/line/handovers", 201, {"to": "duty-2", "open": [stop["id"]]})
        self.assertEqual(handover["type"], "handover")
        self.call("post", "/api/v1/line/messages/{id}/answers", 403, {"answer": "seen"}, id=handover["id"])
        self.call("post", "/api/v1/line/handovers", 400, {"open": []})

    def test_notices_are_as_described(self):
        self.node.until(lambda: self.call("get", "/api/v1/notices", 200)["complete"], "the record is read")
        notice = {"activity": "live-firing", "kind": "firing", "geometry": {"shape": "circle", "centre": [52.3, 4.7], "radius": "5nm"}, "floor": "surface", "ceiling": "FL200",
                  "spans": [{"from": "2099-11-28T06:00:00Z", "to": "2099-11-28T09:00:00Z"}], "call_signs": ["NAF21"], "aircraft": 2, "frequency": "132.055MHz", "remarks": "none"}
        self.call("post", "/api/v1/notices/check", 200, {"notice": notice})
        self.call("post", "/api/v1/notices/check", 400, {"notice": {**notice, "kind": "x"}})
        sent = self.call("post", "/api/v1/notices", 201, {"notice": notice})
        self.call("post", "/api/v1/notices", 400, {"notice": notice, "to": ["east"]})
        number = sent["number"].replace("/", "-")
        self.call("get", "/api/v1/notices", 200, suffix=query(all="true"))
        self.call("get", "/api/v1/notices/{party}/{number}", 200, party="north", number=number)
        self.call("get", "/api/v1/notices/{party}/{number}", 404, party="south", number=number)
        self.call("get", "/api/v1/notices/{party}/{number}", 400, party="south", number="x")
        self.call("put", "/api/v1/notices/{number}", 200, {"notice": {**notice, "geometry": {"shape": "box", "south_west": [52, 4], "north_east": [53, 5]}}}, number=number)
        self.call("post", "/api/v1/notices/{party}/{number}/acknowledgements", 400, {"depth": "desk", "answer": "seen"}, party="north", number=number)
        self.call("post", "/api/v1/notices/{party}/{number}/acknowledgements", 404, {"depth": "desk", "answer": "seen"}, party="south", number=number)
        self.call("delete", "/api/v1/notices/{number}", 200, number=number, suffix=query(reason="weather"))
        self.call("delete", "/api/v1/notices/{number}", 409, number=number)

    def test_clearances_are_as_described(self):
        self.node.until(lambda: self.node.request("GET", "/api/v1/clearances")[0] == 200, "the record is read")
        day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT")
        request = {"aircraft_type": "C130", "aircraft": 2, "call_signs": ["NAF21"], "registrations": ["N-130A"], "addresses": ["3B0001"], "operator": "North Air Transport", "purpose": "medical", "cargo": "relief",
                   "persons": 14, "sensors": False, "armed": False, "valid": {"from": day + "05:00:00Z", "to": day + "23:00:00Z"}, "contact": "Air desk", "remarks": "Blankets.",
                   "route": [{"party": "south", "entry": {"name": "ARTIP", "position": [52.5, 5.5], "at": day + "06:00:00Z"}, "exit": {"name": "RKN", "position": [52.1, 6.7], "at": day + "06:20:00Z"},
                              "via": [[52.4, 6]], "floor": "FL240", "ceiling": "FL280"}]}
        one, acts = "/api/v1/clearances/{party}/{number}", "/api/v1/clearances/{party}/{number}/acts"
        asked = self.call("post", "/api/v1/clearances", 201, {"request": request})
        number = asked["number"].replace("/", "-")
        self.assertEqual((asked["state"], asked["priority"], asked["awaited"]), ("asked", True, []))
        for wrong in ({}, {"request": request, "more": 1}, {"request": {**request, "target": "x"}}, {"request": {**request, "route": [{**request["route"][0], "party": "east"}]}}):
            self.call("post", "/api/v1/clearances", 400, wrong)
        self.assertEqual(len(self.call("get", "/api/v1/clearances", 200)["clearances"]), 1)
        self.call("get", "/api/v1/clearances", 400, suffix=query(all="perhaps"))
        self.call("get", one, 200, party="north", number=number)
        self.call("get", one, 404, party="south", number=number)
        self.call("get", one, 400, party="north", number="x")
        self.assertEqual(self.call("put", "/api/v1/clearances/{number}", 200, {"request": {**request, "persons": 15}}, number=number)["latest"]["revision"], 2)
        self.call("put", "/api/v1/clearances/{number}", 404, {"request": request}, number="9999-26")
        self.assertIn("FLIGHT CLEARANCE REVISION 2", self.call("get", one + "/text", 200, party="north", number=number))
        self.assertIn("has the honour", self.call("get", one + "/text", 200, party="north", number=number, suffix=query(form="request")))
        self.call("get", one + "/text", 404, party="north", number=number, suffix=query(form="answer"))
        self.call("get", one + "/text", 400, party="north", number=number, suffix=query(form="poem"))
        self.call("post", acts, 403, {"act": "answer", "revision": 2, "answer": "approve"}, party="north", number=number)
        self.call("post", acts, 400, {"act": "answer", "answer": "approve"}, party="north", number=number)
        self.call("post", acts, 409, {"act": "reply", "revision": 2, "to": "south", "text": "x"}, party="north", number=number)
        self.call("post", acts, 404, {"act": "withdraw", "reason": "x"}, party="south", number=number)
        flights = "/api/v1/clearances/flights"
        self.call("get", flights, 400)
        self.call("get", flights, 404, suffix=query(zone="nowhere"))
        self.assertEqual(self.node.request("POST", "/api/v1/zones", {"id": "fir", "rule": "caution", "centre": [50.0, 4.0], "radius_nm": 60})[0], 201)
        self.assertEqual(self.call("get", flights, 200, suffix=query(zone="fir", party="south"))["flights"], [])
        withdrawn = self.call("post", acts, 201, {"act": "withdraw", "reason": "Not needed."}, party="north", number=number)
        self.assertEqual(withdrawn["state"], "withdrawn")
        self.call("post", acts, 409, {"act": "withdraw", "reason": "Not needed."}, party="north", number=number)
        self.assertEqual(len(self.call("get", "/api/v1/clearances", 200, suffix=query(all="true"))["clearances"]), 1)

    def test_every_answer_about_calls_is_as_described(self):
        key = "r" * 42 + "8="
        officer = self.call("post", "/api/v1/line/officers", 201, {"public_key": key})
        self.assertTrue(officer["key"].startswith(f"north.example/officer/{officer['account']}+"), officer)
        self.assertEqual(self.call("post", "/api/v1/line/officers", 201, {"public_key": key})["id"], officer["id"])
        self.call("post", "/api/v1/line/officers", 400, {"public_key": "short"})
        known = self.call("get", "/api/v1/line/officers", 200)
        self.assertEqual(([o["id"] for o in known["officers"]], [r["party"] for r in known["records"]]), ([officer["id"]], ["south"]))
        self.assertEqual(self.call("get", "/api/v1/line/calls", 200)["calls"], [])
        self.call("get", "/api/v1/line/calls", 400, suffix=query(limit="0"))
        signature = "\u2014 north.example/officer/open " + "A" * 91 + "="
        signal = {"call": "00112233445566aa", "kind": "end", "outcome": "hung_up", "signature": signature}
        self.call("post", "/api/v1/line/signals", 403, {"to": "south", "signal": signal})
        self.call("post", "/api/v1/line/signals", 400, {"to": "south", "signal": {**signal, "kind": "wink"}})
        self.call("get", "/api/v1/line/signals/{id}/sdp", 404, id="0" * 64)
        self.call("post", "/api/v1/line/minutes", 403, {"to": "south", "minutes": {"call": "00112233445566aa", "text": "Noon.", "signature": signature}})
        self.call("post", "/api/v1/line/minutes", 400, {"to": "south", "minutes": {}})
        self.assertNotIn("officer", {m["type"] for m in self.call("get", "/api/v1/line/messages", 200)["messages"]})
        self.call("delete", "/api/v1/line/officers", 204)
        self.assertLess(self.call("get", "/api/v1/line/officers", 200)["officers"][0]["until"], officer["until"])


class PlansApi(unittest.TestCase):
    call = Api.call

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="skypact-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.node = UssNode(PROGRAM, "north", make_key(folder.name, "auth"))
        cls.node.start()
        cls.addClassCleanup(cls.node.stop)
        cls.node.wait_for_uss()

    def test_every_answer_about_plans_is_as_described(self):
        self.assertEqual(self.call("get", "/api/v1/plans", 200)["plans"], [])
        self.call("post", "/api/v1/plans/check", 200, {"volumes": [volume()]})
        self.call("post", "/api/v1/plans/check", 400, {"volumes": []})
        made = self.call("post", "/api/v1/plans", 201, {"volumes": [volume(begin=-60)], "name": "RELIEF1", "id": "2f8343be-6482-4d1b-a474-16847e01af1e"})["plan"]
        self.assertEqual(made["id"], "2f8343be-6482-4d1b-a474-16847e01af1e")
        self.call("post", "/api/v1/plans", 400, {"volumes": [volume()], "nmae": "x"})
        self.call("post", "/api/v1/plans", 409, {"volumes": [volume()]})
        closed = self.call("post", "/api/v1/plans", 201, {"volumes": [volume()], "kind": "constraint", "type": "org.example.fire"})["plan"]
        found = self.call("post", "/api/v1/plans/check", 200, {"id": made["id"], "volumes": [volume(half=0.004)]})["findings"]
        self.assertEqual([f["kind"] for f in found], ["constraint"])
        self.call("get", "/api/v1/plans/{id}", 200, id=made["id"])
        self.call("get", "/api/v1/plans/{id}", 404, id="nothing")
        here = {"measured_at": time_text(0), "lat": 46.0, "lng": 7.0, "altitude_m": 150, "accuracy_m": 3, "altitude_accuracy_m": 3, "speed_mps": 5.5, "track_deg": 90, "airborne": True}
        self.call("post", "/api/v1/plans/{id}/telemetry", 409, here, id=made["id"])
        self.call("get", "/api/v1/plans/{id}/conformance", 404, id=made["id"])
        self.call("put", "/api/v1/plans/{id}", 200, {"state": "Activated"}, id=made["id"])
        self.call("post", "/api/v1/plans/{id}/telemetry", 204, {**here, "measured_at": time_text(0)}, id=made["id"])
        self.call("post", "/api/v1/plans/{id}/telemetry", 400, {**here, "lat": 91}, id=made["id"])
        self.call("post", "/api/v1/plans/{id}/telemetry", 404, here, id="2f8343be-6482-4d1b-a474-16847e01af1f")
        self.call("get", "/api/v1/plans/{id}/conformance", 200, id=made["id"])
        self.call("put", "/api/v1/plans/{id}", 400, {"state": "Accepted"}, id=made["id"])
        self.call("put", "/api/v1/plans/{id}", 404, {"state": "Activated"}, id="nothing")
        self.assertEqual(len(self.call("get", "/api/v1/plans", 200)["plans"]), 2)
        self.call("get", "/api/v1/plans/others", 200)
        self.assertEqual(self.call("get", "/api/v1/node", 200)["uss"]["flights"], 1)
        stretch = {"from": time_text(-600), "until": time_text(0)}
        self.assertGreater(len(self.call("get", "/api/v1/plans/log", 200, suffix="?from={from}&until={until}".format(**stretch))["messages"]), 0)
        self.call("get", "/api/v1/plans/log", 400, suffix="?until={from}&from={until}".format(**stretch))
        self.call("get", "/api/v1/plans/log", 400)
        self.call("post", "/api/v1/plans/log_sets", 201, stretch)
        self.call("post", "/api/v1/plans/log_sets", 201, {**stretch, "for": "south"})
        self.call("post", "/api/v1/plans/log_sets", 400, {**stretch, "until": time_text(600)})
        self.call("post", "/api/v1/plans/log_sets", 400, {**stretch, "four": "south"})
        for plan in (made, closed):
            self.call("delete", "/api/v1/plans/{id}", 200, id=plan["id"])
        self.call("delete", "/api/v1/plans/{id}", 404, id="nothing")
        self.call("delete", "/api/v1/plans/notices/{number}", 404, number="7")
        self.assertEqual({p["state"] for p in self.call("get", "/api/v1/plans", 200)["plans"]}, {"Ended"})


def tearDownModule():
    # Sessions and accounts need accounts: tests/accounts_test.py asks for each of them, with each role.
    described = {(m, p) for p, item in DESCRIPTION["paths"].items() for m in item if m in METHODS and not p.startswith(("/api/v1/session", "/api/v1/accounts"))}
    missing = described - exercised
    if missing:
        raise AssertionError(f"described but not exercised: {sorted(missing)}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
