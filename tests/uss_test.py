"""Two nodes that plan against each other as USSs by the standard's interfaces alone, with peers beside them that answer slowly, wrongly or
never.

    tests/uss_test.py build/dev/skypact ../shared/data/utm
"""

import base64
import http.client
import http.server
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from utm_harness import exchange, AA, CM, CMSA, CP, INTENTS, SC, UssNode, free_port, intent, make_key, new_id, time_text, volume
from utm_schemas import Schemas

PROGRAM, INTERFACES = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()


class Peer:
    """A USS of the test's own. `answer(method, path, body)` says what it does: (status, body), or None to hang up."""

    def __init__(self):
        self.heard, self.answer = [], lambda method, path, body: (204, "")
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                peer.heard.append((self.command, self.path, body, self.headers.get("Authorization", "")))
                answer = peer.answer(self.command, self.path, body)
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = reply

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None   # who asked has gone
        self.base_url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class TwoUsss(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schemas = Schemas(INTERFACES)
        folder = tempfile.TemporaryDirectory(prefix="skypact-test-")
        cls.addClassCleanup(folder.cleanup)
        keys = make_key(folder.name, "auth")
        cls.north = UssNode(PROGRAM, "north", keys, uss='test_interface = "127.0.0.1:0"')
        cls.north.start()
        cls.addClassCleanup(lambda: cls.north.stop())
        cls.south = UssNode(PROGRAM, "south", keys, dss=cls.north.base_url)
        cls.south.start()
        cls.addClassCleanup(lambda: cls.south.stop())
        for node in (cls.north, cls.south):
            node.wait_for_uss()
        cls.lat = 40.0

    def setUp(self):
        # Each test has a place of its own.
        type(self).lat += 0.5
        self.here = lambda **more: volume(**{"lat": self.lat, **more})

    def planned(self, node, *volumes, **more):
        status, answer = node.plan(*volumes, **more)
        self.assertIn(status, (200, 201), answer)
        self.assertTrue(answer["taken"])
        return answer["plan"]

    def others(self, node):
        return {plan["id"]: plan for plan in node.get("/api/v1/plans/others")["plans"]}

    def notes(self, node, plan):
        return [note for note in node.get("/api/v1/plans")["notes"] if note["plan"] == plan["id"]]

    def details(self, node, id, expect=200, token=None, what="operational_intents"):
        token = token or node.utm_token("peer", SC if what == "operational_intents" else CP)
        status, content = node.ask("GET", f"/uss/v1/{what}/{id}", token=token)
        self.assertEqual(status, expect, content)
        self.schemas.check("GET", f"/uss/v1/{what}/{id}", status, content)
        return json.loads(content)

    # ---- planning against each other

    def test_the_second_of_two_plans_of_one_priority_is_refused_and_told_why(self):
        first = self.planned(self.north, self.here(), name="RELIEF1", operator_id="op-7")
        self.assertEqual((first["state"], first["version"], first["name"], first["priority"]), ("Accepted", 1, "RELIEF1", 0))
        status, looked = self.south.api("POST", "/api/v1/plans/check", {"volumes": [self.here()]})
        self.assertEqual((status, looked["taken"], len(looked["findings"])), (200, False, 1), looked)
        free = {s["way"]: s for s in looked["suggestions"]}
        self.assertEqual(free["higher"]["text"], "100 m higher")
        self.assertLessEqual({"later", "aside"}, set(free))
        for one in looked["suggestions"]:
            status, again = self.south.api("POST", "/api/v1/plans/check", {"volumes": one["volumes"]})
            self.assertEqual((status, again["findings"]), (200, []), one["text"])
        status, refused = self.south.plan(self.here())
        self.assertEqual((status, refused["taken"], refused["plan"]), (409, False, None))
        finding = refused["findings"][0]
        self.assertEqual((finding["reason"], finding["bars"], finding["id"], finding["manager"]), ("same_priority", True, first["id"], "north"))
        self.assertIn(f"operational intent {first['id']} of north", finding["text"])
        above = self.planned(self.south, self.here(lower=200, upper=300))
        self.assertEqual(self.others(self.south)[first["id"]]["manager"], "north")
        self.assertNotIn("ovn", self.others(self.south)[first["id"]], "it is between us and the DSS")
        self.assertEqual(self.south.plan(id=above["id"], volumes=[self.here(lower=150, upper=300)])[0], 409)
        self.assertEqual(self.south.get(f"/api/v1/plans/{above['id']}")["version"], 1, "what was refused leaves the plan as it was")

    def test_a_higher_priority_goes_over_it_and_its_manager_is_told_within_five_seconds(self):
        low = self.planned(self.north, self.here())
        began = time.monotonic()
        high = self.planned(self.south, self.here(), priority=10)
        note = self.north.until(lambda: self.notes(self.north, low), "a note about the plan of higher priority", 5)[0]
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(note["requirement"], "SCD0090")
        self.assertIn(f"operational intent {high['id']} of south meets this flight: Accepted, priority 10", note["text"])
        status, refused = self.north.plan(id=low["id"], state="Activated")
        self.assertEqual((status, refused["findings"][0]["reason"]), (409, "higher_priority"))
        status, gone = self.south.api("DELETE", f"/api/v1/plans/{high['id']}")
        self.assertEqual((status, gone["plan"]["state"]), (200, "Ended"))
        self.north.until(lambda: high["id"] not in self.others(self.north), "the news that it is no more", 5)
        self.assertEqual(self.planned(self.north, id=low["id"], state="Activated")["state"], "Activated")

    def test_what_is_asked_for_must_be_right(self):
        for body, says in [({}, "volumes: needs a volume"), ({"volumes": []}, "volumes: needs a volume"), ({"volumes": [self.here()], "state": "Contingent"}, "off_nominal_volumes"),
                           ({"volumes": [self.here()], "speed": 3}, "speed"), ({"volumes": [self.here()], "priority": "high"}, "priority"),
                           ({"volumes": [self.here(lower=300, upper=200)]}, "volumes[0]: volume: altitude_upper: must be above altitude_lower"),
                           ({"volumes": [self.here(begin=-7200, end=-3600)]}, "time"), ({"volumes": [self.here(half=2)]}, "km²"), ({"volumes": [self.here()], "name": "x" * 65}, "name")]:
            status, answer = self.north.plan(**body)
            self.assertEqual(status, 400, answer)
            self.assertIn(says, answer["error"]["message"])
        for body in ("", "[" * 100, "{" * 10000, '{"volumes":'):
            status, _, content = self.north.request("POST", "/api/v1/plans", body, content_type="application/json")
            self.assertIn(status, (400, 413), content)
        self.assertEqual(self.north.plan(id=new_id(), state="Activated")[0], 404)
        self.assertEqual(self.north.api("DELETE", "/api/v1/plans/nothing")[0], 404)

    def test_a_flight_takes_off_goes_off_plan_and_ends(self):
        plan = self.planned(self.north, self.here())
        self.assertEqual(self.north.plan(id=plan["id"], state="Nonconforming", off_nominal_volumes=[self.here(half=0.02)])[0], 400, "it has not taken off")
        self.planned(self.north, id=plan["id"], state="Activated")
        off = self.planned(self.north, id=plan["id"], state="Nonconforming", off_nominal_volumes=[self.here(half=0.02)])
        shown = self.details(self.north, plan["id"])["operational_intent"]
        self.assertEqual((shown["reference"]["state"], len(shown["details"]["off_nominal_volumes"]), shown["reference"]["ovn"]), ("Nonconforming", 1, off["ovn"]))
        self.assertEqual(self.south.plan(self.here(lat=self.lat + 0.012, half=0.002))[0], 409, "it may be there")
        back = self.planned(self.north, id=plan["id"], state="Activated")
        self.assertEqual(back["off_nominal_volumes"], [])
        self.planned(self.north, id=plan["id"], state="Nonconforming", off_nominal_volumes=[self.here(half=0.02)])
        lost = self.planned(self.north, id=plan["id"], state="Contingent")
        self.assertEqual((lost["volumes"], len(lost["off_nominal_volumes"])), ([], 1))
        self.assertEqual(self.north.plan(id=plan["id"], state="Activated")[0], 400)
        self.assertEqual(self.north.api("DELETE", f"/api/v1/plans/{plan['id']}")[0], 200)
        self.details(self.north, plan["id"], expect=404)

    def test_a_filed_flight_plan_becomes_volumes(self):
        day = time_text(86400 * 2)
        text = f"(FPL-RLF12-IG -C208/L-SDFGRY/S -ZZZZ0900 -N0150F100 DCT 46N007E DCT -ZZZZ0045 -DEP/4610N00605E DEST/4610N00805E DOF/{day[2:4]}{day[5:7]}{day[8:10]})"
        status, looked = self.north.api("POST", "/api/v1/plans/check", {"icao_flight_plan": text, "half_width_m": 2000})
        self.assertEqual(status, 200, looked)
        plan = self.planned(self.north, icao_flight_plan=text, half_width_m=2000)
        self.assertEqual(plan["name"], "RLF12")
        self.assertGreater(len(plan["volumes"]), 2)
        self.assertTrue(plan["time_start"].startswith(day[:10]))
        for bad, says in [("(FPL-RLF12", "icao_flight_plan"), (text.replace("46N007E", "NOWHR"), "NOWHR")]:
            status, refused = self.north.plan(icao_flight_plan=bad)
            self.assertIn(status, (400, 404))
            self.assertIn(says, refused["error"]["message"])
        self.assertEqual(self.north.plan(self.here(), icao_flight_plan=text)[0], 400)

    def fly(self, node, plan, lng, seconds_on=0.0):
        body = {"measured_at": time_text(seconds_on), "lat": self.lat, "lng": lng, "altitude_m": 150, "accuracy_m": 3, "altitude_accuracy_m": 3, "speed_mps": 12, "track_deg": 90}
        status, answer = node.api("POST", f"/api/v1/plans/{plan['id']}/telemetry", body)
        self.assertEqual(status, 204, answer)

    def state(self, node, plan):
        return node.get(f"/api/v1/plans/{plan['id']}")["state"]

    def position_for_peers(self, plan, expect, scope=CMSA):
        target = f"/uss/v1/operational_intents/{plan['id']}/telemetry"
        status, content = self.north.ask("GET", target, token=self.north.utm_token("south", scope))
        self.assertEqual(status, expect, content)
        self.schemas.check("GET", target, status, content)
        return json.loads(content)

    def test_a_flight_that_leaves_its_plan_is_nonconforming_within_five_seconds_and_its_position_is_told(self):
        neighbour = self.planned(self.south, self.here(lng=7.02))
        plan = self.planned(self.north, self.here(begin=-60))
        self.position_for_peers(plan, 409)
        status, refused = self.north.api("POST", f"/api/v1/plans/{plan['id']}/telemetry", {"measured_at": time_text(0), "lat": self.lat, "lng": 7.0, "altitude_m": 150})
        self.assertEqual((status, "Activated" in refused["error"]["message"]), (409, True), "it may not fly before it is Activated")
        self.planned(self.north, id=plan["id"], state="Activated")
        self.planned(self.north, id=plan["id"], state="Nonconforming", off_nominal_volumes=[self.here(half=0.006)])
        self.position_for_peers(plan, 412)
        self.planned(self.north, id=plan["id"], state="Activated")
        self.fly(self.north, plan, 7.0)
        time.sleep(1.5)
        self.assertEqual(self.state(self.north, plan), "Activated")
        began = time.monotonic()
        self.fly(self.north, plan, 7.008)
        self.north.until(lambda: self.state(self.north, plan) == "Nonconforming", "a flight that is off its plan", 5)
        note = self.south.until(lambda: self.notes(self.south, neighbour), "news for who is near", 5)[0]
        self.assertLess(time.monotonic() - began, 10)
        self.assertIn("Nonconforming", note["text"])
        self.assertIn("has left its plan", self.north.until(lambda: [n for n in self.notes(self.north, plan) if n["requirement"] == "ACM0010"], "a note", 5)[0]["text"])
        told = self.position_for_peers(plan, 200)["telemetry"]
        self.assertEqual((told["position"]["longitude"], told["position"]["accuracy_h"], told["velocity"]["speed"]), (7.008, "HA3m", 12))
        self.position_for_peers(plan, 403, scope=SC)
        self.assertFalse(self.north.get(f"/api/v1/plans/{plan['id']}/conformance")["fit"] == "inside")
        self.fly(self.north, plan, 7.001)
        self.north.until(lambda: self.state(self.north, plan) == "Activated", "a flight that is back", 5)
        self.position_for_peers(plan, 409)
        self.assertEqual(self.north.get(f"/api/v1/plans/{plan['id']}/conformance")["excursions"], 1)

    def broadcast(self, node, name, lng):
        """What an aircraft says publicly: it stays there, at the height of the plans."""
        body = {"id": name, "lat_deg": self.lat, "lon_deg": lng, "accuracy_m": 5, "altitude_m": 150, "altitude_datum": "ellipsoid", "ground_speed_kt": 0}
        status, _, text = node.request("POST", "/api/v1/reports", body)
        self.assertEqual((status, json.loads(text)["accepted"]), (200, 1), text)

    def alerts(self, node, kind, plan):
        """Open alerts of the live watch that are about this plan or its aircraft."""
        found = [a for a in node.get("/api/v1/alerts")["alerts"] if a["kind"] == kind and a["state"] != "ended"]
        return [a for a in found if kind != "zone" or a["zone"].startswith(f"plan:{plan['id']}:")]

    def test_live_aircraft_of_no_plan_inside_an_active_intent_alert_its_manager(self):
        stranger, own = "stranger-1", "own-1"
        plan = self.planned(self.north, self.here(begin=-60), name="RELIEF1", address=f"report:{own}")
        self.broadcast(self.north, stranger, 7.0)
        time.sleep(2)
        self.assertEqual(self.alerts(self.north, "zone", plan), [], "it has not taken off")
        self.planned(self.north, id=plan["id"], state="Activated")

        def told():
            for name in (stranger, own):
                self.broadcast(self.north, name, 7.0)
            return self.alerts(self.north, "zone", plan)
        alert = self.north.until(told, "news of the stranger", 10)[0]
        self.assertEqual([(s["address"], alert["severity"], alert["zone_name"]) for s in alert["subjects"]], [(f"report:{stranger}", "warning", "RELIEF1")])
        zone = [z for z in self.north.get("/api/v1/zones")["zones"] if z["id"] == alert["zone"]][0]
        self.assertEqual((zone["rule"], zone["flight"]), ("flight_plan", {"address": f"report:{own}", "call_sign": "RELIEF1"}))
        self.assertEqual(self.north.request("DELETE", f"/api/v1/zones/{zone['id']}")[0], 409, "it is the plan's")
        self.assertEqual(len(told()), 1, "its own aircraft is not told of")
        status, answer = self.north.api("DELETE", f"/api/v1/plans/{plan['id']}")
        self.assertEqual(status, 200, answer)
        self.north.until(lambda: zone["id"] not in [z["id"] for z in self.north.get("/api/v1/zones")["zones"]], "the zone's end")

    def test_a_broadcast_that_contradicts_the_telemetry_alerts_and_changes_no_state(self):
        own = "drone-1"
        plan = self.planned(self.north, self.here(begin=-60), name="RELIEF2", address=f"report:{own}")
        self.planned(self.north, id=plan["id"], state="Activated")

        def told(lng):
            self.fly(self.north, plan, 7.0)
            self.broadcast(self.north, own, lng)
            return self.alerts(self.north, "contradiction", plan)
        for _ in range(6):
            self.assertEqual(told(7.0), [])
            time.sleep(0.5)
        alert = self.north.until(lambda: told(7.06), "a contradiction", 15)[0]
        self.assertEqual((alert["subjects"][0]["address"], alert["severity"]), (f"report:{own}", "warning"))
        reason = [r for r in alert["reasons"] if r["code"] == "contradicted"][0]
        self.assertEqual(reason["name"], "RELIEF2")
        self.assertGreater(reason["distance_m"], 1_000)
        self.assertEqual(self.state(self.north, plan), "Activated", "only authenticated telemetry changes it")

    def test_a_constraint_is_a_zone_of_the_watch(self):
        status, answer = self.north.plan(self.here(), kind="constraint", name="Fire at the ridge", type="org.example.fire")
        self.assertIn(status, (200, 201), answer)
        prefix = f"constraint:{answer['plan']['id']}:"
        zones = self.north.until(lambda: [z for z in self.north.get("/api/v1/zones")["zones"] if z["id"].startswith(prefix)], "a zone", 10)
        self.assertEqual([(z["rule"], z["name"]) for z in zones], [("caution", "Fire at the ridge")])
        # A peer that plans there learns of it, and then its watch has it too.
        self.planned(self.south, self.here())
        self.south.until(lambda: [z for z in self.south.get("/api/v1/zones")["zones"] if z["id"].startswith(prefix)], "the peer's zone", 10)
        self.assertEqual(self.north.api("DELETE", f"/api/v1/plans/{answer['plan']['id']}")[0], 200)
        self.north.until(lambda: not [z for z in self.north.get("/api/v1/zones")["zones"] if z["id"].startswith(prefix)], "its end", 10)

    def test_a_constraint_is_published_and_told(self):
        flight = self.planned(self.north, self.here())
        closed = self.planned(self.south, self.here(half=0.02, lower=0, upper=1000), kind="constraint", type="org.example.fire", name="Fire at the ridge")
        self.assertEqual(closed["state"], "Published")
        note = self.north.until(lambda: self.notes(self.north, flight), "a note about the constraint", 5)[0]
        self.assertIn(f"constraint {closed['id']} of south", note["text"])
        shown = self.details(self.south, closed["id"], what="constraints")["constraint"]
        self.assertEqual(shown["details"]["type"], "org.example.fire")
        status, second = self.north.plan(self.here(lower=300, upper=400))
        self.assertEqual(status, 201, second)
        self.assertEqual([(f["reason"], f["bars"], f["type"]) for f in second["findings"]], [("constraint", False, "org.example.fire")])
        self.assertEqual(self.south.api("DELETE", f"/api/v1/plans/{closed['id']}")[0], 200)

    # ---- what peers ask

    def test_details_are_for_who_may_have_them(self):
        plan = self.planned(self.north, self.here(), priority=3)
        shown = self.details(self.north, plan["id"])["operational_intent"]
        self.assertEqual((shown["reference"]["ovn"], shown["details"]["priority"]), (plan["ovn"], 3))
        self.assertEqual(shown["details"]["volumes"], plan["volumes"])
        self.details(self.north, plan["id"].replace("-", ""))
        self.details(self.north, plan["id"], 401, token="no.such.token")
        self.details(self.north, plan["id"], 403, token=self.north.utm_token("peer", CP))
        self.details(self.north, new_id(), 404)
        self.details(self.north, "7", 400)
        self.details(self.north, plan["id"], 404, what="constraints")

    def notice(self, sender="east", token_of=None, id=None, version=1, ovn="an ovn of sixteen", **reference):
        body = {"operational_intent_id": id or new_id(), "subscriptions": [{"subscription_id": new_id(), "notification_index": 1}]}
        v = self.here()
        body["operational_intent"] = {
            "reference": {"id": body["operational_intent_id"], "manager": sender, "uss_availability": "Normal", "version": version, "state": "Accepted", "ovn": ovn,
                          "time_start": v["time_start"], "time_end": v["time_end"], "uss_base_url": "http://127.0.0.1:9", "subscription_id": new_id(), **reference},
            "details": {"volumes": [v], "off_nominal_volumes": [], "priority": 0}}
        return body

    def tell(self, body, expect, token):
        status, content = self.north.ask("POST", "/uss/v1/operational_intents", body, token)
        self.assertEqual(status, expect, content)
        self.schemas.check("POST", "/uss/v1/operational_intents", status, content)

    def test_a_notice_is_taken_from_the_manager_and_in_order(self):
        token = self.north.utm_token("east", SC)
        body = self.notice(version=2)
        id = body["operational_intent_id"]
        self.tell(body, 204, token)
        self.assertEqual(self.others(self.north)[id]["manager"], "east")
        self.tell(body, 204, token)
        self.tell(self.notice(id=id, version=1), 409, token)
        self.tell(self.notice(id=id, version=2, ovn="another ovn, longer"), 409, token)
        self.tell(self.notice(id=id, version=3), 403, self.north.utm_token("west", SC))
        self.tell(self.notice(id=id, sender="west", version=3), 403, self.north.utm_token("west", SC))
        gone = {"operational_intent_id": id, "subscriptions": body["subscriptions"]}
        self.tell(gone, 403, self.north.utm_token("west", SC))
        self.tell(gone, 204, token)
        self.assertNotIn(id, self.others(self.north))
        self.tell(body, 401, None)
        self.tell(body, 403, self.north.utm_token("east", CP))
        for bad in ["", "[]", "{" * 5000, {**body, "subscriptions": []}, {**body, "operational_intent_id": "x"}, self.notice(ovn=None), self.notice(state="Contingent"), "x" * (4 << 20)]:
            self.tell(bad, 400, token)
        self.assertEqual(self.north.ask("POST", "/uss/v1/operational_intents", "x" * (5 << 20), token)[0], 413)

    def test_a_report_is_kept(self):
        report = {"exchange": {"url": "http://x.example", "method": "GET", "recorder_role": "Client", "request_time": {"value": "2026-12-01T12:00:00Z", "format": "RFC3339"}}}
        status, content = self.north.ask("POST", "/uss/v1/reports", report, self.north.utm_token("east", SC))
        self.assertEqual(status, 201, content)
        self.schemas.check("POST", "/uss/v1/reports", status, content)

    # ---- peers that are not well

    def foreign(self, base_url, manager="east", priority_state="Accepted", here=None):
        """An intent of another USS, put at the DSS by hand."""
        id = new_id()
        body = intent(here or self.here(), url=base_url, state=priority_state)
        status, content = self.north.ask("PUT", f"{INTENTS}/{id}", body, self.north.utm_token(manager, SC))
        self.assertEqual(status, 201, content)
        return id, json.loads(content)["operational_intent_reference"], body["extents"]

    def test_where_a_peer_does_not_disclose_nothing_is_planned_and_it_is_said(self):
        peer = Peer()
        self.addCleanup(peer.close)
        id, reference, extents = self.foreign(peer.base_url)
        shown = {"operational_intent": {"reference": reference, "details": {"volumes": extents, "priority": 0}}}
        worse = lambda **change: json.dumps({"operational_intent": {"reference": {**reference, **change}, "details": shown["operational_intent"]["details"]}})
        for answer, says in [(lambda *_: None, ""), (lambda *_: (500, "no"), "answered 500"), (lambda *_: (404, "{}"), "answered 404"), (lambda *_: (200, "{}"), "operational_intent"),
                             (lambda *_: (200, "[" * 10000), ""), (lambda *_: (200, worse(ovn="Available from USS")), "ovn: is missing"),
                             (lambda *_: (200, worse(manager="west")), 'manager: is "west"'), (lambda *_: (200, worse(version=0)), "version"),
                             (lambda *_: (302, ""), "answered 302")]:
            peer.answer = answer
            status, refused = self.north.plan(self.here(), priority=50)
            self.assertEqual(status, 503, refused)
            for part in (says, id, peer.base_url, "east"):
                self.assertIn(part, refused["error"]["message"])
        url = f"{peer.base_url}/uss/v1/operational_intents/{id}"
        kept = lambda: [e for e in (json.loads(f.read_text())["exchange"] for f in (self.north.folder / "data/dss/reports").glob("*.json")) if e["url"] == url]
        sent = lambda: [json.loads(body) for _, path, body, _ in peer.heard if path == "/uss/v1/reports"]
        self.north.until(lambda: len(kept()) == 3 and len(sent()) == 3, "reports to the peer and the DSS, one of each kind of mistake and not each time")
        self.assertEqual({(e["method"], e["recorder_role"], e.get("response_code")) for e in kept()}, {("GET", "Client", status) for status in (None, 500, 404)})
        for report in sent():
            self.schemas_check_request("ErrorReport", report)
            self.assertTrue(report["exchange"]["problem"])
            self.assertIn("(signature taken out)", report["exchange"]["headers"][0])
        time.sleep(0.5)
        self.assertEqual((len(kept()), {h[1] for h in peer.heard}), (3, {"/uss/v1/reports", f"/uss/v1/operational_intents/{id}"}), "of a report that fails nothing is reported")
        peer.answer = lambda *_: (200, json.dumps(shown))
        self.assertEqual(self.north.plan(self.here())[0], 409)
        self.planned(self.north, self.here(), priority=50)

    def test_a_peer_that_never_answers_costs_a_bounded_time_and_nobody_else(self):
        peer = Peer()
        self.addCleanup(peer.close)
        stuck = threading.Event()
        self.addCleanup(stuck.set)
        peer.answer = lambda *_: stuck.wait(60) and (204, "")
        self.foreign(peer.base_url)
        done = []
        thread = threading.Thread(target=lambda: done.append(self.north.plan(self.here(), priority=9)))
        thread.start()
        elsewhere = volume(lat=self.lat + 0.2)
        began = time.monotonic()
        self.planned(self.north, elsewhere)
        self.assertLess(time.monotonic() - began, 5)
        thread.join(60)
        self.assertEqual(done[0][0], 503, done)
        self.assertIn("does not answer in time", done[0][1]["error"]["message"])

    def test_a_peer_that_is_marked_down_is_planned_over_where_it_has_not_taken_off(self):
        port = free_port()
        arbiter = self.north.utm_token("arbiter", AA)
        manager = "away" + new_id()[:8]
        id, _, _ = self.foreign(f"http://127.0.0.1:{port}", manager=manager)
        self.assertEqual(self.north.plan(self.here())[0], 503)
        self.assertEqual(self.north.ask("PUT", f"/dss/v1/uss_availability/{manager}", {"availability": "Down", "old_version": ""}, arbiter)[0], 200)
        status, answer = self.north.plan(self.here())
        self.assertEqual(status, 201, answer)
        self.assertEqual([(f["reason"], f["id"]) for f in answer["findings"]], [("uss_is_down_planned", id)])

    def subscribed(self, peer, manager="east"):
        """A subscription of another USS to this place."""
        status, content = self.north.ask("PUT", f"/dss/v1/subscriptions/{new_id()}", {"extents": self.here(half=0.02, lower=0, upper=1000), "uss_base_url": peer.base_url,
                                         "notify_for_operational_intents": True, "notify_for_constraints": False}, self.north.utm_token(manager, SC))
        self.assertEqual(status, 200, content)

    def waiting(self, peer):
        return [n for n in self.north.get("/api/v1/plans")["notices"] if n["to"] == peer.base_url]

    def test_a_notice_is_repeated_until_it_is_confirmed_and_they_come_in_order(self):
        peer = Peer()
        self.addCleanup(peer.close)
        self.subscribed(peer)
        failures = [(503, ""), (429, ""), None, (401, "")]
        peer.answer = lambda method, path, body: failures.pop(0) if failures and not path.endswith("/reports") else (204, "")
        plan = self.planned(self.north, self.here())
        for height in (300, 400):
            self.planned(self.north, self.here(upper=height), id=plan["id"])
        self.north.until(lambda: not self.waiting(peer), "confirmed notices")
        told = [json.loads(body) for _, path, body, _ in peer.heard if path == "/uss/v1/operational_intents"]
        self.assertEqual([t["operational_intent"]["reference"]["version"] for t in told], [1, 1, 1, 1, 1, 2, 3])
        self.assertTrue(all(t["operational_intent"]["reference"]["ovn"] for t in told))
        self.assertTrue(all(authorization.startswith("Bearer ") for _, _, _, authorization in peer.heard))
        for t in told:
            self.schemas_check_request("PutOperationalIntentDetailsParameters", t)

    def schemas_check_request(self, name, value):
        if not self.schemas.complete:
            return
        description = self.schemas.descriptions[0][2]
        self.schemas.jsonschema.Draft4Validator({"$ref": f"#/components/schemas/{name}"}, resolver=self.schemas.jsonschema.RefResolver("", description)).validate(value)

    def test_a_notice_that_is_refused_is_given_up_and_shown_until_somebody_has_seen_it(self):
        peer = Peer()
        self.addCleanup(peer.close)
        self.subscribed(peer)
        peer.answer = lambda *_: (400, "what is this")
        plan = self.planned(self.north, self.here())
        dead = self.north.until(lambda: [n for n in self.waiting(peer) if "given_up_at" in n], "a notice that was given up")[0]
        self.assertEqual((dead["why"], dead["id"], dead["managers"]), ("answered 400", plan["id"], ["east"]))
        self.assertIn("skypact_uss_notices{state=\"given_up\"} 1", self.north.request("GET", "/metrics")[2].decode())
        self.assertEqual(self.north.api("DELETE", f"/api/v1/plans/notices/{dead['number']}")[0], 204)
        self.assertEqual(self.waiting(peer), [])
        self.assertEqual(self.north.api("DELETE", f"/api/v1/plans/notices/{dead['number']}")[0], 404)

    # ---- the interface for tests

    DIRECTOR, PLANNER = "interuss.flight_planning.direct_automated_test", "interuss.flight_planning.plan"

    def direct(self, method, path, body=None, scope=None, expect=200):
        token = self.north.utm_token("director", scope) if scope else None
        status, content = exchange(self.north.testing_port, method, "/flight_planning/v1" + path, body, token)
        self.assertEqual(status, expect, content)
        return json.loads(content) if content else None

    def upsert(self, id, area=(), usage="Planned", uas="Nominal", priority=0, style="IfAllowed", request=None, expect=200):
        body = {"flight_plan": {"basic_information": {"usage_state": usage, "uas_state": uas, "area": list(area)}, "astm_f3548_21": {"priority": priority}, "additional_information": {"x": 1}},
                "execution_style": style, "request_id": request or new_id()}
        answer = self.direct("PUT", f"/flight_plans/{id}", body, self.PLANNER, expect)
        return answer["planning_result"], answer["flight_plan_status"], answer

    def test_a_test_director_plans_as_a_user_would(self):
        self.assertEqual(self.direct("GET", "/status", scope=self.DIRECTOR), {"status": "Ready", "api_name": "Flight Planning Automated Testing Interface", "api_version": "v0.7.0"})
        self.direct("GET", "/status", expect=401)
        self.direct("GET", "/status", scope=self.PLANNER, expect=403)
        self.assertEqual(self.north.ask("GET", "/flight_planning/v1/status", token=self.north.utm_token("director", self.DIRECTOR))[0], 404, "on a listener of its own")
        self.assertIsNone(self.south.testing_port, "closed where it is not named")
        other, mine = new_id(), new_id()
        high = self.planned(self.south, self.here(begin=-60), priority=10)
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)])[:2], ("Rejected", "NotPlanned"))
        self.assertIn(high["id"], self.upsert(mine, [self.here(begin=-60)])[2]["notes"])
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)], priority=20, style="Hypothetical")[:2], ("Completed", "Planned"))
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)], usage="InUse")[:2], ("Rejected", "NotPlanned"))
        self.south.api("DELETE", f"/api/v1/plans/{high['id']}")
        request = new_id()
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)], request=request)[:2], ("Completed", "Planned"))
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)], usage="InUse", request=request)[:2], ("Completed", "Planned"), "the same request is answered as before")
        self.assertEqual(self.upsert(mine, [self.here(begin=-60)], usage="InUse")[:2], ("Completed", "OkToFly"))
        high = self.planned(self.south, self.here(begin=-60), priority=10)
        after = time_text(-60)
        notes = self.north.until(lambda: self.direct("GET", f"/user_notifications?after={after}", scope=self.PLANNER)["user_notifications"], "a notification", 5)
        self.assertTrue(any(high["id"] in n["message"] and n["conflicts"] == "Single" for n in notes))
        self.direct("GET", "/user_notifications", scope=self.PLANNER, expect=400)
        self.assertEqual(self.upsert(mine, [self.here(begin=-60, half=0.004)], usage="InUse")[:2], ("Completed", "OkToFly"), "within a conflict that there was before")
        self.assertEqual(self.upsert(mine, [self.here(half=0.02, begin=-60)], usage="InUse", uas="OffNominal", style="InReality")[:2], ("Completed", "OffNominal"))
        self.assertEqual(self.upsert(mine, [self.here(half=0.02, begin=-60)], usage="InUse", uas="Contingent", style="InReality")[:2], ("Completed", "OffNominal"))
        self.assertEqual(self.upsert(mine, usage="Closed")[:2], ("Completed", "Closed"))
        self.assertEqual(self.upsert(other, [self.here(lat=self.lat + 0.1)])[:2], ("Completed", "Planned"))
        self.assertEqual(self.upsert(other, [self.here(begin=-7200, end=-3600)])[0], "Rejected")
        self.assertEqual(self.direct("DELETE", f"/flight_plans/{other}", scope=self.DIRECTOR)["flight_plan_status"], "Closed")
        self.direct("DELETE", f"/flight_plans/{other}", scope=self.DIRECTOR, expect=404)
        self.assertEqual(self.upsert(other, [self.here(lat=self.lat + 0.1)])[:2], ("Completed", "Planned"), "the same plan again is a new intent")
        whole = self.here(lat=self.lat, half=0.2, lower=0, upper=1000)
        cleared = self.direct("POST", "/clear_area_requests", {"request_id": new_id(), "extent": whole}, self.DIRECTOR)
        self.assertEqual(cleared["outcome"]["success"], True, cleared)
        self.direct("DELETE", f"/flight_plans/{other}", scope=self.DIRECTOR, expect=404)

    # ---- what is logged

    def log_set(self, node, since, until=60):
        status, content = node.api("GET", f"/api/v1/plans/log?from={time_text(since - time.time())}&until={time_text(until)}")
        self.assertEqual(status, 200, content)
        return content

    def test_the_log_has_what_was_asked_planned_and_told_as_the_description_has_it(self):
        began = time.time()
        token = self.north.utm_token("east", SC)
        plan = self.planned(self.north, self.here(begin=-60), name="RELIEF1", operator_id="op-7")
        self.assertEqual(self.south.plan(self.here())[0], 409)
        self.details(self.north, plan["id"], token=token)
        self.planned(self.north, id=plan["id"], state="Activated")
        self.fly(self.north, plan, 7.0)
        self.planned(self.south, self.here(), priority=10)
        self.north.until(lambda: self.notes(self.north, plan), "a note about the plan of higher priority", 5)
        closed = self.planned(self.north, self.here(lower=300, upper=400), kind="constraint", type="org.example.fire")
        self.north.api("DELETE", f"/api/v1/plans/{plan['id']}")
        north, south = self.log_set(self.north, began), self.log_set(self.south, began)
        for one in (north, south):
            self.schemas_check_request("USSLogSet", one)
            self.assertEqual(one["incomplete"], [])
        asked = {(m["recorder_role"], m["method"], m["url"]): m for m in north["messages"]}
        put = asked["Client", "PUT", f"{self.north.base_url}{INTENTS}/{plan['id']}"]
        self.assertEqual((put["response_code"], "problem" in put), (201, False))
        self.assertEqual(json.loads(base64.b64decode(put["request_body"]))["state"], "Accepted")
        self.assertEqual(json.loads(base64.b64decode(put["response_body"]))["operational_intent_reference"]["ovn"], plan["ovn"])
        shown = asked["Server", "GET", f"{self.north.base_url}/uss/v1/operational_intents/{plan['id']}"]
        self.assertEqual(shown["response_code"], 200)
        self.assertLessEqual(shown["request_time"]["value"], shown["response_time"]["value"])
        told = [m["response_code"] for m in north["messages"] if (m["recorder_role"], m["method"]) == ("Server", "POST")]
        self.assertIn(204, told, "what the peer told")
        mine = lambda part: [r for r in north[part] if r["operational_intent_id"] == plan["id"]]
        self.assertEqual([i["input_details"].split(":")[0] for i in mine("operator_inputs")], ["Accepted", "Activated", "end"])
        self.assertEqual(mine("operator_associations"), [{"operational_intent_id": plan["id"], "operator_id": "op-7"}])
        self.assertEqual([len(f["positions"]) for f in mine("operational_intent_positions")], [1])
        self.assertEqual(mine("operational_intent_positions")[0]["positions"][0]["telemetry"]["position"]["longitude"], 7.0)
        self.assertIn("SCD0090", [n["notification_triggering_event"] for n in north["operator_notifications"] if plan["id"] in n["notification_details"]])
        self.assertIn({"constraint_id": closed["id"], "constraint_provider_id": "north"}, north["constraint_provider_associations"])
        refused = [a for a in south["planning_attempts"] if plan["id"] in a["problem"]]
        self.assertEqual([a["ovns"] for a in refused], [[plan["ovn"]]])

    def test_no_token_of_the_log_can_be_used(self):
        began = time.time()
        token = self.north.utm_token("east", SC)
        self.details(self.north, new_id(), 404, token=token)
        report = {"exchange": {"url": "http://x.example", "method": "GET", "recorder_role": "Client", "headers": ["Authorization: Bearer " + token],
                               "request_time": {"value": "2026-12-01T12:00:00Z", "format": "RFC3339"}}}
        self.assertEqual(self.north.ask("POST", "/uss/v1/reports", report, token)[0], 201)
        self.assertEqual(self.north.ask("GET", f"/uss/v1/operational_intents/{new_id()}?token={token}", token="no.good.token")[0], 401)
        self.planned(self.north, self.here())
        found, signature = self.log_set(self.north, began), token.split(".")[2]
        bodies = [base64.b64decode(m.get(b, "")).decode(errors="replace") for m in found["messages"] for b in ("request_body", "response_body")]
        self.assertNotIn(signature, json.dumps(found) + "".join(bodies))
        self.assertIn("Authorization: (taken out)", "".join(bodies), "of the token in the report")
        shown = 0
        for header in (h for message in found["messages"] for h in message["headers"]):
            value = header.removeprefix("Authorization: Bearer ")
            self.assertTrue(value.endswith("taken out)"), header)
            for used in (value, value.removesuffix("(signature taken out)"), value.replace("(signature taken out)", "AAAA")):
                self.assertEqual(self.north.ask("GET", f"/uss/v1/operational_intents/{new_id()}", token=used)[0], 401)
            shown += value.endswith("(signature taken out)")
        self.assertGreater(shown, 3)
        on_disk = b"".join(f.read_bytes() for f in (self.north.folder / "data/uss/log").glob("*.log"))
        self.assertIn(b"(signature taken out)", on_disk)
        self.assertNotIn(signature.encode(), on_disk)

    def test_a_set_is_a_peers_only_where_a_person_has_released_it(self):
        began = time.time()
        self.planned(self.north, self.here())
        south, east = self.north.utm_token("south", SC), self.north.utm_token("east", CP)
        ask = lambda id, token: self.north.ask("GET", f"/uss/v1/log_sets/{id}", token=token)
        stretch = {"from": time_text(began - time.time()), "until": time_text(0)}
        for id in (new_id(), "com.example.incident.20200107.v4", ".."):
            self.assertEqual(ask(id, south)[0], 404, id)
        status, released = self.north.api("POST", "/api/v1/plans/log_sets", {**stretch, "for": "south"})
        self.assertEqual(status, 201, released)
        self.assertEqual(released["url"], f"{self.north.base_url}/uss/v1/log_sets/{released['id']}")
        status, content = ask(released["id"], south)
        self.assertEqual(status, 200, content)
        self.schemas.check("GET", f"/uss/v1/log_sets/{released['id']}", status, content)
        self.assertGreater(len(json.loads(content)["messages"]), 0)
        self.assertEqual(ask(released["id"], east)[0], 404, "it is for another")
        self.assertEqual(ask(released["id"], None)[0], 401)
        self.assertEqual(ask(released["id"], self.north.utm_token("south", "interuss.pool_status.read"))[0], 403)
        for_all = self.north.api("POST", "/api/v1/plans/log_sets", stretch)[1]
        self.assertEqual(ask(for_all["id"], east)[0], 200)
        given = [m for m in self.log_set(self.north, began)["messages"] if m["url"].endswith(for_all["id"])]
        self.assertEqual([(m["response_code"], m["response_body"]) for m in given], [(200, "")], "that it was given out is logged, the set not once more")

    def test_the_command_line_writes_a_set(self):
        self.planned(self.north, self.here())
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "set.json"
            command = [PROGRAM, "plan", "log", "--node", f"http://127.0.0.1:{self.north.port}", "--from", time_text(-3600), "--until", time_text(5)]
            done = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.schemas_check_request("USSLogSet", json.loads(out.read_text()))
            again = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True)
            self.assertNotEqual(again.returncode, 0, "a file that is there is not overwritten")
            shown = subprocess.run(command, capture_output=True, text=True)
            self.assertGreater(len(json.loads(shown.stdout)["messages"]), 0)

    def test_kill_9_leaves_the_log_and_it_says_so(self):
        began = time.time()
        plan = self.planned(self.south, self.here())
        self.assertEqual(self.log_set(self.south, began)["incomplete"], [])
        self.south.kill()
        self.south.start()
        self.south.wait_for_uss()
        found = self.log_set(self.south, began)
        self.schemas_check_request("USSLogSet", found)
        self.assertIn(plan["id"], [i["operational_intent_id"] for i in found["operator_inputs"]])
        self.assertEqual([g["why"] for g in found["incomplete"]], ["the node ended without closing its log; what it noted last may be missing"])
        later = time.time()
        self.south.stop()
        self.south.start()
        self.south.wait_for_uss()
        self.planned(self.south, self.here(lower=500, upper=600))
        self.assertEqual(self.log_set(self.south, later)["incomplete"], [], "an end in order costs nothing")

    # ---- the end of a process

    def test_kill_9_while_plans_are_made_loses_none_that_was_said_to_be_taken(self):
        peer = Peer()
        self.addCleanup(peer.close)
        taken, choice = {}, random.Random(5)
        for round in range(3):
            stop = threading.Event()

            def work(worker, seed):
                own = random.Random(seed)
                while not stop.is_set():
                    lng, lower = 7 + 0.02 * worker + own.random() * 0.001, 100 * own.randrange(200)
                    try:
                        status, answer = self.south.plan(volume(lat=self.lat, lng=lng, half=0.004, lower=lower, upper=lower + 90), priority=own.randrange(3))
                        if status == 201:
                            taken[answer["plan"]["id"]] = answer["plan"]["ovn"]
                        if status == 201 and own.random() < 0.3 and self.south.api("DELETE", f"/api/v1/plans/{answer['plan']['id']}")[0] == 200:
                            del taken[answer["plan"]["id"]]
                        elif status == 201 and own.random() < 0.3:
                            taken[answer["plan"]["id"]] = None   # being changed: any version
                            again = self.south.plan(id=answer["plan"]["id"], name="again")
                            if again[0] == 200:
                                taken[answer["plan"]["id"]] = again[1]["plan"]["ovn"]
                    except (OSError, http.client.HTTPException, ValueError):
                        if status == 201:
                            taken[answer["plan"]["id"]] = "unknown"

            threads = [threading.Thread(target=work, args=(w, round * 10 + w)) for w in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.5 + choice.random())
            self.south.kill()
            stop.set()
            for thread in threads:
                thread.join()
            self.south.start()
            self.south.wait_for_uss()
            self.south.until(lambda: not any(p["being_changed"] for p in self.south.get("/api/v1/plans")["plans"]), "knowledge of what the DSS took", 60)
            plans = {p["id"]: p for p in self.south.get("/api/v1/plans")["plans"]}
            reader = self.south.utm_token("south", SC)
            for id, ovn in taken.items():
                if ovn == "unknown":
                    continue
                self.assertIn(id, plans)
                if ovn:
                    self.assertEqual(plans[id]["ovn"], ovn)
            for id, plan in plans.items():
                if plan["state"] == "Ended" or plan["kind"] != "flight":
                    continue
                status, content = self.north.ask("GET", f"{INTENTS}/{id}", token=reader)
                self.assertEqual(status, 200, f"{id} is held here and not in the DSS: {content}")
                self.assertEqual(json.loads(content)["operational_intent_reference"]["ovn"], plan["ovn"])
        self.assertGreater(len(taken), 20)
        area = {"area_of_interest": volume(lat=self.lat, lng=7.03, half=0.06, lower=0, upper=30000)}
        status, found = self.north.ask("POST", f"{INTENTS}/query", area, reader)
        for reference in json.loads(found)["operational_intent_references"]:
            self.assertIn(reference["id"], plans, "an intent of south that south does not know")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
