"""The DSS of a running node over HTTP: every route, who may ask it, what it answers, and what a kill -9 leaves.

    tests/dss_test.py build/dev/skypact ../shared/data/utm
"""

import base64
import http.server
import json
import pathlib
import re
import sys
import tempfile
import threading
import time
import unittest

from utm_schemas import Schemas, interface
from utm_harness import (AA, AUDIENCE, CM, CMSA, CONSTRAINTS, CP, INTENTS, SC, SUBSCRIPTIONS, UtmNode, intent, jwks_of, make_key, new_id, signed,
                         subscription, time_text, Uss, volume)

PROGRAM, INTERFACES = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
READ, WRITE = "dss.read.identification_service_areas", "dss.write.identification_service_areas"
DISPLAY, PROVIDE = "rid.display_provider", "rid.service_provider"


class Dss(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schemas = Schemas(INTERFACES)
        cls.node = UtmNode(PROGRAM)
        cls.node.start()
        cls.addClassCleanup(cls.node.stop)
        cls.lat = 40.0

    def setUp(self):
        # Each test has a place of its own.
        type(self).lat += 0.5
        self.here = lambda **more: volume(lat=self.lat, **more)

    def ask(self, uss, method, target, body=None, expect=200):
        status, _, content = self.node.ask(method, target, body, uss.token)
        self.assertEqual(status, expect, content[:500])
        self.schemas.check(method, target, status, content)
        return json.loads(content) if content else None

    def put_intent(self, uss, body, id=None, ovn=None, expect=None):
        target = f"{INTENTS}/{id or new_id()}" + (f"/{ovn}" if ovn else "")
        return self.ask(uss, "PUT", target, body, expect or (200 if ovn else 201))

    # ---- who may ask

    def test_a_token_is_needed_that_is_good(self):
        one = self.node.uss("one")
        target = f"{INTENTS}/{new_id()}"
        self.ask(one, "GET", target, expect=404)
        other_key, _ = make_key(self.node.folder, "other")
        now = int(time.time())
        claim = {"sub": "one", "aud": AUDIENCE, "scope": SC, "exp": now + 900}
        self.ask(Uss(self.node, signed(self.node.key, claim)), "GET", target, expect=404)
        self.ask(Uss(self.node, signed(self.node.key, {**claim, "exp": now - 2, "nbf": now + 2})), "GET", target, expect=404)   # two clocks differ
        good = one.token
        head, claims, signature = good.split(".")
        encode = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
        bad = {
            "no token": None,
            "no Bearer": "",
            "another key": self.node.make_token("one", (SC,), key=other_key),
            "another audience": self.node.make_token("one", (SC,), audience="another.example"),
            "expired": signed(self.node.key, {**claim, "exp": now - 10}),
            "not yet good": signed(self.node.key, {**claim, "nbf": now + 60}),
            "without an end": signed(self.node.key, {k: v for k, v in claim.items() if k != "exp"}),
            "algorithm none": f"{encode({'alg': 'none', 'typ': 'JWT'})}.{claims}.",
            "algorithm HS256": f"{encode({'alg': 'HS256', 'typ': 'JWT'})}.{claims}.{signature}",
            "changed": f"{head}.{encode({'sub': 'two', 'aud': AUDIENCE, 'scope': SC, 'exp': int(time.time()) + 900})}.{signature}",
            "cut": good[:-8],
        }
        for what, token in bad.items():
            with self.subTest(what):
                status, headers, content = self.node.ask("GET", target, token=token)
                self.assertEqual(status, 401, content)
                self.assertEqual(headers["www-authenticate"], "Bearer")
                self.assertTrue(json.loads(content)["message"])
                self.assertNotIn(good[-20:].encode(), content)
        for written in ("bearer", "BEARER", "Bearer"):
            self.assertEqual(self.node.ask("GET", target, headers={"Authorization": f"{written} {good}"})[0], 404)
        self.assertNotIn(good[-20:], self.node.log_text())

    def test_every_route_asks_for_the_scopes_that_the_description_names(self):
        if not self.schemas.complete:
            self.skipTest("the interfaces' descriptions are not on this machine")
        routes = 0
        for name, below, description in self.schemas.descriptions:
            for template, operations in description["paths"].items():
                if "/uss/" in template:
                    continue
                target = below + re.sub(r"\{[^}]*\}", "something", re.sub(r"\{(entityid|subscriptionid|id)\}", new_id(), template))
                for method in {"get", "put", "post", "delete"} & set(operations):
                    routes += 1
                    with self.subTest(f"{method} {target}"):
                        alternatives = [next(iter(s.values())) for s in operations[method].get("security", [])]
                        if alternatives == [[READ, WRITE]] and "subscriptions" in template:
                            alternatives = [[READ], [WRITE]]   # of F3411-19, which asks for both here; its successor for either
                        self.check_scopes(method.upper(), target, alternatives)
        self.assertEqual(routes, 18 + 8 + 10 + 10)

    def check_scopes(self, method, target, alternatives):
        body = "{}" if method in ("PUT", "POST") else None
        if not alternatives:
            self.assertLess(self.node.ask(method, target, body)[0], 300)
            return
        self.assertEqual(self.node.ask(method, target, body)[0], 401)
        permitted = {tuple(sorted(a)) for a in alternatives}
        for scope in [SC, CM, CP, CMSA, AA, READ, WRITE, DISPLAY, PROVIDE, "interuss.pool_status.read", "interuss.pool_status.heartbeat.write", "nothing.like.it"]:
            status = self.node.ask(method, target, body, self.node.token_of("one", scope))[0]
            if (scope,) in permitted:
                self.assertNotIn(status, (401, 403, 405, 500, 501), scope)
            else:
                self.assertEqual(status, 403, scope)

    def test_a_key_set_is_fetched_and_outlives_a_passing_failure(self):
        with tempfile.TemporaryDirectory() as folder:
            first, first_public = make_key(folder, "first")
            second, second_public = make_key(folder, "second")
            served = {"body": jwks_of({"first": first_public}), "status": 200}

            class KeySet(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(served["status"])
                    self.end_headers()
                    self.wfile.write(served["body"].encode())

                def log_message(self, *_):
                    pass

            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), KeySet)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.addCleanup(server.shutdown)
            with UtmNode(PROGRAM, keys=f'jwks = "http://127.0.0.1:{server.server_port}/keys"') as node:
                asked = lambda key: node.ask("GET", f"{INTENTS}/{new_id()}", token=node.make_token("one", (SC,), key=key))[0]
                node.until(lambda: asked(first) == 404, "the first key is known")
                self.assertEqual(asked(second), 401)
                served["status"] = 500
                self.assertEqual(asked(first), 404, "while the set cannot be had")

    # ---- what it answers

    def test_an_intent_is_made_moved_and_ended_and_its_subscribers_are_named(self):
        one, two = self.node.uss("one", SC), self.node.uss("two", SC)
        watched = self.ask(two, "PUT", f"{SUBSCRIPTIONS}/{new_id()}", subscription(self.here(half=0.02)), 200)
        sub_id = watched["subscription"]["id"]
        self.assertEqual(watched["subscription"]["notification_index"], 0)
        id = new_id()
        made = self.put_intent(one, intent(self.here(), new_subscription={"uss_base_url": "https://one.example/uss"}), id)
        reference = made["operational_intent_reference"]
        self.assertEqual((reference["state"], reference["manager"], reference["version"]), ("Accepted", "one", 1))
        told = {s["uss_base_url"]: s for s in made["subscribers"]}
        self.assertEqual(told["https://two.example/uss"]["subscriptions"], [{"subscription_id": sub_id, "notification_index": 1}])
        self.assertEqual(told["https://two.example/uss"]["managers"], ["two"])
        # Without hyphens it is the same; another sees no OVN.
        seen = self.ask(two, "GET", f"{INTENTS}/{id.replace('-', '')}")["operational_intent_reference"]
        self.assertEqual(seen["ovn"], "Available from USS")
        found = self.ask(two, "POST", f"{INTENTS}/query", {"area_of_interest": self.here()})["operational_intent_references"]
        self.assertEqual([f["id"] for f in found], [id])
        moved = self.put_intent(one, intent(self.here(lng=7.01), state="Activated", subscription_id=reference["subscription_id"]), id, reference["ovn"])
        self.assertEqual(moved["operational_intent_reference"]["state"], "Activated")
        self.assertNotEqual(moved["operational_intent_reference"]["ovn"], reference["ovn"])
        self.ask(one, "PUT", f"{INTENTS}/{id}/{reference['ovn']}", intent(self.here()), 409)
        self.ask(two, "DELETE", f"{INTENTS}/{id}/{moved['operational_intent_reference']['ovn']}", expect=403)
        ended = self.ask(one, "DELETE", f"{INTENTS}/{id}/{moved['operational_intent_reference']['ovn']}")
        self.assertIn({"subscription_id": sub_id, "notification_index": 3}, [s for u in ended["subscribers"] for s in u["subscriptions"]])
        self.ask(one, "GET", f"{INTENTS}/{id}", expect=404)
        self.ask(one, "GET", f"{SUBSCRIPTIONS}/{reference['subscription_id']}", expect=404)

    def test_a_plan_that_does_not_know_anothers_is_told_of_it(self):
        one, two = self.node.uss("one", SC), self.node.uss("two", SC)
        theirs = self.put_intent(one, intent(self.here()))["operational_intent_reference"]
        id = new_id()
        refused = self.put_intent(two, intent(self.here(lower=150, upper=250), url="https://two.example/uss"), id, expect=409)
        self.assertEqual([m["id"] for m in refused["missing_operational_intents"]], [theirs["id"]])
        self.put_intent(two, intent(self.here(lower=150, upper=250), key=[theirs["ovn"]], url="https://two.example/uss"), id)
        # A metre above, a second after, a hundred metres beside: no conflict, and no key.
        self.put_intent(two, intent(self.here(lower=251, upper=300)))
        self.put_intent(two, intent(self.here(begin=3700, end=3800)))
        self.put_intent(two, intent(self.here(lng=7.012, lower=100, upper=250)))

    def test_off_plan_states_need_the_scope_of_conformance_monitoring(self):
        planner, monitor = self.node.uss("one", SC), self.node.uss("one", CMSA)
        id = new_id()
        made = self.put_intent(planner, intent(self.here(), new_subscription={"uss_base_url": "https://one.example/uss"}), id)["operational_intent_reference"]
        off = intent(self.here(half=0.006), state="Nonconforming", subscription_id=made["subscription_id"])
        self.put_intent(planner, off, id, made["ovn"], 403)
        self.put_intent(monitor, off, id, made["ovn"])

    def test_constraints_are_made_and_demanded_of_who_asks_for_them(self):
        state, pilot = self.node.uss("state", CM), self.node.uss("one", (SC, CP))
        id = new_id()
        made = self.ask(state, "PUT", f"{CONSTRAINTS}/{id}", {"extents": [self.here()], "uss_base_url": "https://state.example/uss"}, 201)["constraint_reference"]
        refused = self.put_intent(pilot, intent(self.here(), new_subscription={"uss_base_url": "https://one.example/uss", "notify_for_constraints": True}), expect=409)
        self.assertEqual([m["id"] for m in refused["missing_constraints"]], [id])
        self.put_intent(pilot, intent(self.here(), key=[made["ovn"]], new_subscription={"uss_base_url": "https://one.example/uss", "notify_for_constraints": True}))
        found = self.ask(self.node.uss("one", CP), "POST", f"{CONSTRAINTS}/query", {"area_of_interest": self.here()})["constraint_references"]
        self.assertEqual([f["id"] for f in found], [id])
        changed = self.ask(state, "PUT", f"{CONSTRAINTS}/{id}/{made['ovn']}", {"extents": [self.here(half=0.004)], "uss_base_url": "https://state.example/uss"})
        self.ask(state, "DELETE", f"{CONSTRAINTS}/{id}/{made['ovn']}", expect=409)
        self.ask(state, "DELETE", f"{CONSTRAINTS}/{id}/{changed['constraint_reference']['ovn']}")

    def test_subscriptions_are_changed_found_and_ended_by_their_owner(self):
        two, three = self.node.uss("two", SC), self.node.uss("three", SC)
        id = new_id()
        made = self.ask(two, "PUT", f"{SUBSCRIPTIONS}/{id}", subscription(self.here()))["subscription"]
        self.ask(two, "PUT", f"{SUBSCRIPTIONS}/{id}", subscription(self.here(half=0.01)), 409)
        changed = self.ask(two, "PUT", f"{SUBSCRIPTIONS}/{id}/{made['version']}", subscription(self.here(half=0.01)))["subscription"]
        self.assertEqual([s["id"] for s in self.ask(two, "POST", f"{SUBSCRIPTIONS}/query", {"area_of_interest": self.here()})["subscriptions"]], [id])
        self.assertEqual(self.ask(three, "POST", f"{SUBSCRIPTIONS}/query", {"area_of_interest": self.here()})["subscriptions"], [])
        self.ask(three, "DELETE", f"{SUBSCRIPTIONS}/{id}/{changed['version']}", expect=403)
        self.ask(two, "DELETE", f"{SUBSCRIPTIONS}/{id}/{made['version']}", expect=409)
        self.ask(two, "DELETE", f"{SUBSCRIPTIONS}/{id}/{changed['version']}")
        self.ask(two, "DELETE", f"{SUBSCRIPTIONS}/{id}/{changed['version']}", expect=200)   # repeated after a time-out
        self.ask(two, "GET", f"{SUBSCRIPTIONS}/{id}", expect=404)

    def test_a_uss_that_is_down_has_its_accepted_intents_not_demanded(self):
        arbiter, gone, two = self.node.uss("arbiter", AA), self.node.uss("gone", SC), self.node.uss("two", SC)
        self.put_intent(gone, intent(self.here()))
        self.put_intent(two, intent(self.here()), expect=409)
        said = self.ask(arbiter, "GET", "/dss/v1/uss_availability/gone")
        self.assertEqual((said["status"], said["version"]), ({"uss": "gone", "availability": "Unknown"}, ""))
        down = self.ask(arbiter, "PUT", "/dss/v1/uss_availability/gone", {"old_version": "", "availability": "Down"})
        self.put_intent(two, intent(self.here()))
        self.put_intent(gone, intent(self.here(lower=300, upper=400)), expect=412)
        self.ask(arbiter, "PUT", "/dss/v1/uss_availability/gone", {"old_version": down["version"], "availability": "Normal"})

    def test_a_report_is_kept_without_credentials(self):
        body = {"exchange": {"url": "https://one.example/uss/v1/operational_intents/x", "method": "GET", "recorder_role": "Client",
                             "headers": ["Authorization: Bearer secret-of-another", "Accept: application/json"],
                             "request_time": {"value": time_text(-5), "format": "RFC3339"}, "response_code": 500, "problem": "500 instead of 200"}}
        kept = self.ask(self.node.uss("one", SC), "POST", "/dss/v1/reports", body, 201)
        file = self.node.folder / "data/dss/reports" / f"{kept['report_id']}.json"
        self.assertEqual(json.loads(file.read_text()), kept)
        self.assertNotIn("secret-of-another", file.read_text())
        self.assertIn("Accept: application/json", file.read_text())
        self.ask(self.node.uss("one", SC), "POST", "/dss/v1/reports", {"exchange": {"url": "x"}}, 400)

    def test_what_is_wrong_with_a_request_is_said(self):
        one = self.node.uss("one")
        good, id = intent(self.here()), new_id()
        crossing = self.here()
        vertices = crossing["volume"]["outline_polygon"]["vertices"]
        vertices[1], vertices[2] = vertices[2], vertices[1]
        many = self.here()
        many["volume"]["outline_polygon"]["vertices"] = [{"lat": self.lat + i * 1e-6, "lng": 7 + i * 1e-6} for i in range(10_001)]
        feet = self.here()
        feet["volume"]["altitude_lower"]["units"] = "FT"
        ground = self.here()
        ground["volume"]["altitude_lower"]["reference"] = "SFC"
        no_time = self.here()
        del no_time["time_end"]
        wrong = {
            "a past end": ({**good, "extents": [self.here(begin=-7200, end=-3600)]}, "end"),
            "an area that is too large": ({**good, "extents": [self.here(half=0.5)]}, "km"),
            "a crossing polygon": ({**good, "extents": [crossing]}, "outline_polygon"),
            "too many vertices": ({**good, "extents": [many]}, "vertices"),
            "feet": ({**good, "extents": [feet]}, "units"),
            "above ground": ({**good, "extents": [ground]}, "reference"),
            "no end": ({**good, "extents": [no_time]}, "time_end"),
            "no extents": ({**good, "extents": []}, "extents"),
            "plain http": ({**good, "uss_base_url": "http://one.example"}, "uss_base_url"),
            "no URL": ({k: v for k, v in good.items() if k != "uss_base_url"}, "uss_base_url"),
            "a state that there is not": ({**good, "state": "Flying"}, "state"),
            "a first state": ({**good, "state": "Activated", "new_subscription": {"uss_base_url": "https://one.example/uss"}}, "state"),
            "two subscriptions": ({**good, "subscription_id": new_id(), "new_subscription": {"uss_base_url": "https://one.example/uss"}}, "subscription"),
            "a subscription that there is not": ({**good, "subscription_id": new_id()}, "subscription"),
            "a key that is none": ({**good, "key": "all"}, "key"),
        }
        for what, (body, names) in wrong.items():
            with self.subTest(what):
                self.assertIn(names, self.put_intent(one, body, id, expect=400)["message"])
        for what, text in {"no JSON": "{", "deep nesting": '{"extents":' + "[" * 100_000, "no object": "[]", "not UTF-8": b'{"state":"\xff"}', "nothing": ""}.items():
            with self.subTest(what):
                status, _, content = self.node.ask("PUT", f"{INTENTS}/{id}", text, one.token)
                self.assertEqual(status, 400, content)
                self.assertTrue(json.loads(content)["message"])
        self.ask(one, "PUT", f"{INTENTS}/not-an-id", good, 400)
        self.assertEqual(self.node.ask("PUT", f"{INTENTS}/{id}", b" " * (4 << 20) + b"x", one.token)[0], 413)
        self.assertEqual(self.node.ask("PATCH", f"{INTENTS}/{id}", "{}", one.token)[0], 405)
        self.assertEqual(self.node.ask("GET", "/dss/v2/anything", token=one.token)[0], 404)
        self.assertIn(self.node.ask("GET", f"{INTENTS}/{id}", headers={"Authorization": "Bearer " + "x" * 100_000})[0], (401, 431))
        # Unknown members are ignored, null is as good as absent, a body of 4 MB is read.
        self.put_intent(one, {**good, "unknown": {"deep": [1]}, "subscription_id": None, "padding": "x" * (4_000_000)}, id)
        # A repetition of it is answered alike.
        with self.subTest("repeated"):
            again = intent(self.here(lower=500, upper=600))
            other = new_id()
            self.assertEqual(self.put_intent(one, again, other), self.put_intent(one, again, other))

    def test_searches_that_are_too_large_are_refused_as_the_reference_does(self):
        for target, status in {f"{INTENTS}/query": 400, f"{CONSTRAINTS}/query": 400, f"{SUBSCRIPTIONS}/query": 413}.items():
            self.assertIn("km", self.ask(self.node.uss("one"), "POST", target, {"area_of_interest": self.here(half=0.5)}, status)["message"])

    # ---- remote identification

    def test_areas_of_remote_identification_are_found_through_both_versions(self):
        old, new = "/v1/dss", "/rid/v2/dss"
        provider, display = self.node.uss("one", (WRITE, PROVIDE)), self.node.uss("two", (READ, DISPLAY))
        square = ",".join(f"{self.lat + a},{7 + o}" for a, o in ((-0.01, -0.01), (-0.01, 0.01), (0.01, 0.01), (0.01, -0.01)))
        body = {"extents": self.here(), "uss_base_url": "https://one.example/rid"}
        sub = self.ask(display, "PUT", f"{new}/subscriptions/{new_id()}", {**body, "uss_base_url": "https://two.example/rid"})["subscription"]
        id = new_id()
        made = self.ask(provider, "PUT", f"{new}/identification_service_areas/{id}", body)
        self.assertEqual(made["subscribers"], [{"url": "https://two.example/rid", "subscriptions": [{"subscription_id": sub["id"], "notification_index": 1}]}])
        found = self.ask(display, "GET", f"{old}/identification_service_areas?area={square}")["service_areas"]
        self.assertEqual([(f["id"], f["owner"], f["flights_url"]) for f in found], [(id, "one", "https://one.example/rid/uss/flights")])
        self.assertEqual([f["id"] for f in self.ask(display, "GET", f"{new}/identification_service_areas?area={square}&earliest_time={time_text(0)}&latest_time={time_text(60)}")["service_areas"]], [id])
        self.assertEqual([s["id"] for s in self.ask(display, "GET", f"{old}/subscriptions?area={square}")["subscriptions"]], [sub["id"]])
        self.ask(display, "GET", f"{new}/identification_service_areas?area=1,2", expect=400)
        self.ask(display, "GET", f"{new}/identification_service_areas?area=40,7,40,8,41,8,41,7", expect=413)
        self.ask(provider, "DELETE", f"{old}/identification_service_areas/{id}/stale", expect=409)
        self.ask(provider, "DELETE", f"{old}/identification_service_areas/{id}/{made['service_area']['version']}")
        self.ask(self.node.uss("three", (WRITE, PROVIDE)), "DELETE", f"{new}/identification_service_areas/{new_id()}/v", expect=404)
        for _ in range(9):
            self.ask(display, "PUT", f"{new}/subscriptions/{new_id()}", body)
        self.ask(display, "PUT", f"{new}/subscriptions/{new_id()}", body, 429)
        with self.subTest("after a restart"):
            self.node.stop()
            self.node.start()
            self.node.until(lambda: self.node.ask("GET", f"{new}/subscriptions/{sub['id']}", token=display.token)[0] == 200, "it is open again")
            self.ask(display, "PUT", f"{new}/subscriptions/{new_id()}", body, 429)

    def test_the_auxiliary_interface_says_who_is_there(self):
        uss = self.node.uss("one", ("interuss.pool_status.read", "interuss.pool_status.heartbeat.write", "interuss.versioning.read_system_versions", READ))
        self.assertEqual(self.node.ask("GET", "/healthy")[::2], (200, b"ok"))
        self.assertRegex(json.loads(self.node.ask("GET", "/aux/v1/version")[2])["version"], r"^skypact \d+\.\d+\.\d+$")
        self.assertRegex(uss("GET", "/aux/v1/pool")[1]["dar_id"], r"^[0-9a-f]{32}$")
        status, beaten = uss("PUT", f"/aux/v1/pool/dss_instances/heartbeat?source=test&next_heartbeat_expected_before={time_text(60)}")
        self.assertEqual(status, 201)
        instance = uss("GET", "/aux/v1/pool/dss_instances")[1]["dss_instances"][0]
        self.assertEqual([instance], beaten["dss_instances"])
        self.assertEqual((instance["id"], instance["most_recent_heartbeat"]["source"], instance["most_recent_heartbeat"]["reporter"]), ("here", "test", "one"))
        for query in ("", "?source=x&timestamp=noon", f"?source=x&next_heartbeat_expected_before={time_text(-60)}"):
            self.assertEqual(uss("PUT", "/aux/v1/pool/dss_instances/heartbeat" + query)[0], 400, query)
        self.assertEqual(uss("GET", "/aux/v1/validate_oauth?owner=one")[0], 200)
        self.assertEqual(uss("GET", "/aux/v1/validate_oauth?owner=two")[0], 403)
        self.assertEqual(uss("GET", "/versions/skypact.here")[1]["system_identity"], "skypact.here")
        self.assertIn('skypact_dss_on 1', self.node.request("GET", "/metrics")[2].decode())

    # ---- what stays

    def test_a_kill_under_load_loses_no_acknowledged_write(self):
        with UtmNode(PROGRAM) as node:
            acknowledged, stop = {}, threading.Event()

            def work(n):
                uss, made = node.uss(f"uss{n}", SC), {}
                for i in range(10_000):
                    id = new_id()
                    body = intent(volume(lat=50 + n * 0.1, lng=7 + (i % 50) * 0.02, lower=10 * (i // 50), upper=10 * (i // 50) + 9))
                    if stop.is_set():
                        return
                    try:
                        status, said = uss("PUT", f"{INTENTS}/{id}", body)
                        if status == 201:
                            acknowledged[id] = (n, said["operational_intent_reference"]["ovn"])
                        if i % 5 == 4 and status == 201:
                            gone, ovn = id, said["operational_intent_reference"]["ovn"]
                            acknowledged[gone] = (n, "in doubt")
                            if uss("DELETE", f"{INTENTS}/{gone}/{ovn}")[0] == 200:
                                acknowledged[gone] = (n, None)
                    except OSError:
                        return

            for round in range(3):
                stop.clear()
                threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
                for thread in threads:
                    thread.start()
                node.until(lambda before=len(acknowledged): len(acknowledged) > before + 40, "writes are acknowledged")
                node.kill()
                stop.set()
                for thread in threads:
                    thread.join()
                node.start()
                for id, (n, ovn) in acknowledged.items():
                    status, said = node.uss(f"uss{n}", SC)("GET", f"{INTENTS}/{id}")
                    if ovn == "in doubt":
                        self.assertIn(status, (200, 404))
                    elif ovn is None:
                        self.assertEqual(status, 404, id)
                    else:
                        self.assertEqual((status, said["operational_intent_reference"]["ovn"]), (200, ovn), id)

    def test_a_damaged_log_is_named_and_nothing_is_answered(self):
        with UtmNode(PROGRAM) as node:
            uss = node.uss("one", SC)
            for i in range(5):
                self.assertEqual(uss("PUT", f"{INTENTS}/{new_id()}", intent(volume(lower=10 * i, upper=10 * i + 5)))[0], 201)
            node.stop()
            logs = sorted((node.folder / "data/dss/wal").iterdir())
            file = next(f for f in logs if f.stat().st_size > 0)
            content = bytearray(file.read_bytes())
            content[200] ^= 1
            file.write_bytes(content)
            node.start()
            status, said = node.until(lambda: (lambda a: a if a[0] == 503 else None)(uss("GET", f"{INTENTS}/{new_id()}")), "it refuses")
            self.assertIn(file.name, said["message"])
            self.assertEqual(node.ask("GET", "/healthy")[0], 503)
            self.assertEqual(node.request("GET", "/healthy")[0], 200, "the watch goes on")
            self.assertEqual(node.get("/api/v1/node")["dss"]["state"], "failing", "the console says so")
            self.assertIn("skypact_dss_on 0", node.request("GET", "/metrics")[2].decode())

    def test_a_configuration_that_would_be_open_is_refused(self):
        for utm, names in {
            'listen = "0.0.0.0:1"\naudiences = ["a"]\ntoken_keys = ["auth.pem"]': "utm.listen",
            'listen = "127.0.0.1:0"\ntoken_keys = ["auth.pem"]': "utm.audiences",
            'listen = "127.0.0.1:0"\naudiences = ["a"]': "token_keys or jwks",
            'listen = "127.0.0.1:0"\naudiences = ["a"]\njwks = "http://auth.example/keys"': "utm.jwks",
            'listen = "127.0.0.1:0"\naudiences = ["a"]\ntoken_keys = ["missing.pem"]': "missing.pem",
            'listen = "127.0.0.1:0"\naudiences = ["a"]\ntoken_keys = ["auth.pem"]\nconflicts = "some"': "utm.conflicts",
        }.items():
            with self.subTest(names):
                import subprocess
                with tempfile.TemporaryDirectory() as folder:
                    make_key(folder, "auth")
                    config = pathlib.Path(folder) / "skypact.toml"
                    config.write_text(f'[node]\nname = "T"\n[utm]\n{utm}\n')
                    done = subprocess.run([str(PROGRAM), "config", "check", str(config)], capture_output=True, text=True)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(names, done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
