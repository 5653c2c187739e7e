#!/usr/bin/env python3
"""People at a node, over real sockets: logging in, what each role may do on every route, sessions that end, and that no
secret is in a log or readable by others.

    tests/accounts_test.py build/dev/skypact openapi.yaml
"""

import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import ssl
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import yaml

from node_harness import Node, self_signed

PROGRAM, OPENAPI = sys.argv[1], sys.argv[2]
DESCRIPTION = yaml.safe_load(open(OPENAPI, encoding="utf-8"))
PASSWORD = "seven red boats at noon"
ROLES = ["administrator", "negotiator", "signatory", "watch_officer", "planner", "observer"]


def totp(secret, step=None):
    """RFC 6238, an implementation of the test's own."""
    step = int(time.time()) // 30 if step is None else step
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


class Person:
    """A browser, as far as cookies and Origin go."""

    def __init__(self, node, peer="127.0.0.1"):
        self.node, self.cookie, self.peer = node, None, peer

    def request(self, method, target, body=None, headers=None, origin=True):
        headers = dict(headers or {})
        own = ("https://localhost:%d" if self.node.tls else "http://127.0.0.1:%d") % self.node.port
        if origin and method != "GET":
            headers.setdefault("Origin", own)
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if self.node.tls:
            connection = http.client.HTTPSConnection("localhost", self.node.port, timeout=60, context=self.node.context())
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=60, source_address=(self.peer, 0))
        connection.request(method, target, body=None if body is None else json.dumps(body), headers=headers)
        answer = connection.getresponse()
        # A stream of events ends when its reader goes.
        content = b"" if answer.getheader("Content-Type", "").startswith("text/event-stream") else answer.read()
        got = {k.lower(): v for k, v in answer.getheaders()}
        connection.close()
        try:
            value = json.loads(content) if content else None
        except ValueError:
            value = content
        return answer.status, got, value

    def login(self, account, password=PASSWORD, **more):
        status, headers, value = self.request("POST", "/api/v1/session", dict({"account": account, "password": password}, **more))
        if status == 201:
            self.cookie = headers["set-cookie"].split(";")[0]
        return status, headers, value

    def websocket(self, target):
        return self.node.websocket(target, {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.node.port}"})


def run(*words, stdin=None):
    done = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode} {done.stderr}")
    return done.stdout


class People(unittest.TestCase):
    """One node with an account of each role, each with its own second factor."""

    @classmethod
    def setUpClass(cls):
        cls.node = Node(PROGRAM, server='listen = "127.0.0.1:0"\ntoken_roles = ["observer"]', token="a token of programs 0123456789", record="north.example/record")
        cls.secrets, cls.recovery, cls.steps = {}, {}, {}
        for role in ROLES:
            cls.add(role, role)
        cls.add("anna", "watch_officer")
        cls.node.start()

    @classmethod
    def add(cls, account, role):
        config = str(cls.node.config)
        run("account", "add", account, "--name", account.title() + " Person", "--role", role, "--config", config, "--password-file", "-", stdin=PASSWORD + " first\n")
        told = json.loads(run("account", "totp", account, "--config", config, "--json"))
        cls.secrets[account] = re.search("secret=([A-Z2-7]+)", told["totp_uri"]).group(1)
        cls.recovery[account] = told["recovery_codes"]

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()

    def code(self, account):
        """A code that has not been used: each counts once, so this may wait for the next."""
        # One step ahead of now is taken too.
        step = max(self.steps.get(account, 0) + 1, int(time.time()) // 30)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self.steps[account] = step
        return totp(self.secrets[account], step)

    def person(self, account):
        """Logged in, with a password of its own."""
        person = Person(self.node)
        status, _, value = person.login(account, PASSWORD, totp=self.code(account))
        if status == 403:
            status, _, value = person.login(account, PASSWORD + " first", totp=self.code(account))
            self.assertEqual(status, 201, value)
            self.assertTrue(value["account"]["password_is_initial"])
            self.assertEqual(set(value["permissions"]), {"own", "read"}, "with a password that somebody else knows")
            self.assertEqual(person.request("POST", "/api/v1/session/password", {"password": PASSWORD + " first", "new_password": PASSWORD})[0], 204)
        else:
            self.assertEqual(status, 201, value)
        return person

    def test_who_is_not_logged_in_sees_nothing_but_whose_node_it_is(self):
        stranger = Person(self.node)
        status, _, value = stranger.request("GET", "/api/v1/session")
        self.assertEqual((status, value["access"], value["node"], value["party"], value["permissions"]), (200, "none", "Test", "north", []))
        status, _, value = stranger.request("GET", "/api/v1/alerts")
        self.assertEqual((status, value["error"]["code"]), (401, "session"))
        self.assertEqual(self.node.websocket("/api/v1/picture").status, 401)
        self.assertEqual(stranger.request("GET", "/healthy")[0], 200)
        stranger.cookie = f"skypact-{self.node.port}=" + "0" * 64
        self.assertEqual(stranger.request("GET", "/api/v1/alerts")[0], 401)

    def test_a_session_begins_with_a_new_cookie_that_scripts_cannot_read(self):
        person = Person(self.node)
        chosen = f"skypact-{self.node.port}=" + "f" * 64      # fixation: a cookie that somebody else chose
        person.cookie = chosen
        person2 = self.person("observer")
        self.assertNotIn("f" * 64, person2.cookie)
        self.assertEqual(person.request("GET", "/api/v1/alerts")[0], 401)
        first = person2.cookie
        status, headers, _ = person2.login("observer", totp=self.code("observer"))
        self.assertEqual(status, 201)
        flags = headers["set-cookie"]
        for flag in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(flag, flags)
        self.assertNotIn("Secure", flags, "plain, on the loopback")
        self.assertNotEqual(first, person2.cookie)
        old = Person(self.node)
        old.cookie = first
        self.assertEqual(old.request("GET", "/api/v1/alerts")[0], 401, "the session that the browser had before has ended")
        self.assertEqual(headers["cache-control"], "no-store")

    def test_a_code_counts_once(self):
        code = self.code("planner")
        for password in (PASSWORD, PASSWORD + " first"):
            if Person(self.node).login("planner", password, totp=code)[0] == 201:
                break
        status, _, value = Person(self.node).login("planner", password, totp=code)
        self.assertEqual((status, value["error"]["code"]), (403, "wrong"))
        self.assertEqual(Person(self.node).login("planner", password)[0], 403, "and none is not enough")
        recovery = self.recovery["planner"][0]
        self.assertEqual(Person(self.node).login("planner", password, recovery_code=recovery.lower())[0], 201)
        self.assertEqual(Person(self.node).login("planner", password, recovery_code=recovery)[0], 403)

    def test_a_wrong_password_waits_and_does_not_lock_the_desk_out(self):
        desk = self.person("anna")
        attacker = Person(self.node, peer="127.0.0.9")
        answers = [attacker.login("anna", "wrong wrong wrong", totp="000000")[0] for _ in range(8)]
        self.assertEqual(answers[:3], [403] * 3)
        self.assertIn(429, answers)
        status, headers, value = attacker.login("anna", "wrong wrong wrong")
        self.assertEqual(status, 429)
        self.assertTrue(1 <= int(headers["retry-after"]) <= 60, headers)
        self.assertEqual(desk.request("GET", "/api/v1/alerts")[0], 200, "an open session sees on")
        again = Person(self.node)
        self.assertEqual(again.login("anna", totp=self.code("anna"))[0], 201, "from where the desk is it may log in")
        unknown = Person(self.node, peer="127.0.0.10")
        status, _, value = unknown.login("nobody.here", "wrong wrong wrong")
        self.assertEqual((status, value["error"]["message"]), (403, "Account, password or code is wrong."))

    def test_a_page_of_another_site_may_not(self):
        person = self.person("watch_officer")
        for origin in ("http://evil.example", "null", f"https://127.0.0.1:{self.node.port}", f"http://localhost:{self.node.port}"):
            status, _, value = person.request("POST", "/api/v1/zones", {}, headers={"Origin": origin})
            self.assertEqual((status, value["error"]["code"]), (403, "origin"), origin)
            self.assertEqual(Person(self.node).request("POST", "/api/v1/session", {"account": "a", "password": "b"}, headers={"Origin": origin})[0], 403)
        self.assertEqual(person.request("POST", "/api/v1/zones", {}, origin=False)[0], 403, "a cookie without an origin is no page of ours")
        self.assertEqual(person.request("DELETE", "/api/v1/session", origin=False)[0], 403)
        self.assertEqual(person.request("GET", "/api/v1/alerts")[0], 200)

    def test_every_route_lets_in_exactly_the_roles_of_the_table(self):
        watch, zones, admin = {"watch_officer"}, {"watch_officer", "planner"}, {"administrator"}
        everybody = set(ROLES)
        allowed = {
            ("post", "/api/v1/alerts/{id}/acknowledge"): watch, ("post", "/api/v1/zones"): zones, ("delete", "/api/v1/zones/{id}"): zones,
            ("post", "/api/v1/inhibitions"): watch, ("delete", "/api/v1/inhibitions/{id}"): watch, ("post", "/api/v1/groups"): watch,
            ("delete", "/api/v1/groups/{id}"): watch, ("post", "/api/v1/reports"): watch, ("post", "/api/v1/manual-tracks"): watch,
            ("delete", "/api/v1/manual-tracks/{name}"): watch, ("get", "/api/v1/accounts"): admin, ("post", "/api/v1/accounts"): admin,
            ("post", "/api/v1/line/preview"): watch, ("post", "/api/v1/line/messages"): watch, ("post", "/api/v1/line/messages/{id}/answers"): watch,
            ("post", "/api/v1/line/files"): watch, ("post", "/api/v1/line/handovers"): watch,
            ("post", "/api/v1/line/officers"): watch, ("delete", "/api/v1/line/officers"): watch, ("post", "/api/v1/line/signals"): watch,
            ("get", "/api/v1/line/signals/{id}/sdp"): watch, ("post", "/api/v1/line/minutes"): watch,
            ("post", "/api/v1/notices"): watch, ("post", "/api/v1/notices/check"): watch, ("put", "/api/v1/notices/{number}"): watch,
            ("delete", "/api/v1/notices/{number}"): watch, ("post", "/api/v1/notices/{party}/{number}/acknowledgements"): watch,
            ("post", "/api/v1/clearances"): watch, ("put", "/api/v1/clearances/{number}"): watch, ("post", "/api/v1/clearances/{party}/{number}/acts"): watch,
            ("get", "/api/v1/plans/log"): zones, ("post", "/api/v1/plans/log_sets"): zones,
            ("post", "/api/v1/plans"): zones, ("post", "/api/v1/plans/check"): zones, ("put", "/api/v1/plans/{id}"): zones,
            ("post", "/api/v1/plans/{id}/telemetry"): watch, ("delete", "/api/v1/plans/{id}"): zones, ("delete", "/api/v1/plans/notices/{number}"): zones,
            ("post", "/api/v1/distress/reports"): watch, ("post", "/api/v1/distress/beacons"): watch, ("post", "/api/v1/distress/{id}/acts"): watch,
            ("post", "/api/v1/distress/{id}/tell"): watch,
            # What is no statement is everybody's to send and nobody's to have taken: the kind of statement decides.
            ("post", "/api/v1/pact/statements"): everybody, ("post", "/witness/add-checkpoint"): everybody,
            ("patch", "/api/v1/accounts/{id}"): admin, ("post", "/api/v1/accounts/{id}/reset"): admin,
        }
        people = {role: self.person(role) for role in ROLES}
        asked = 0
        for template, item in DESCRIPTION["paths"].items():
            for method in set(item) & {"get", "post", "put", "delete", "patch"}:
                if template == "/api/v1/session" or (method, template) == ("post", "/api/v1/session/activity"):
                    continue   # everybody's, or it would log out
                target = re.sub(r"\{\w+\}", "nothing", template)
                expected = allowed.get((method, template))
                if expected is None:
                    self.assertTrue(method == "get" or template.startswith("/api/v1/session/"), f"{method} {template} is in no row of this test")
                    expected = everybody
                for role, person in people.items():
                    # A body of a wrong type: who is let in is told so, and nothing changes.
                    status, _, value = person.request(method.upper(), target, headers={"Content-Type": "text/x-nothing"} if method != "get" else None)
                    refused = status in (401, 403) and value["error"]["code"] in ("permission", "session", "step_up")
                    self.assertEqual(not refused, role in expected, f"{method} {template} by {role}: {status} {value}")
                    asked += 1
                if template not in ("/healthy", "/witness/add-checkpoint"):   # a witness answers whoever shows what a log signed
                    self.assertEqual(Person(self.node).request(method.upper(), target, {})[0], 401, f"{method} {template} by nobody")
        self.assertGreater(asked, 200)

    def test_the_token_has_the_roles_of_the_configuration(self):
        status, _, _ = self.node.request("GET", "/api/v1/alerts")
        self.assertEqual(status, 200)
        status, _, body = self.node.request("POST", "/api/v1/zones", {})
        self.assertEqual((status, json.loads(body)["error"]["code"]), (403, "permission"))
        status, _, _ = self.node.request("GET", "/api/v1/alerts", headers={"Authorization": "Bearer another token 01234567"})
        self.assertEqual(status, 401)

    def test_who_answers_an_alert_is_who_is_logged_in(self):
        person = self.person("watch_officer")
        person.request("POST", "/api/v1/manual-tracks", {"name": "ONE", "position": [52.0, 4.0], "altitude_ft": 10000, "party": "north"})
        person.request("POST", "/api/v1/manual-tracks", {"name": "TWO", "position": [52.01, 4.0], "altitude_ft": 10000, "party": "south"})
        alert = self.node.until(lambda: [a for a in person.request("GET", "/api/v1/alerts")[2]["alerts"] if a["kind"] in ("conflict", "infringement")], "an alert")[0]
        status, _, value = person.request("POST", f"/api/v1/alerts/{alert['id']}/acknowledge", {"intention": "we_move", "by": "somebody else"})
        self.assertEqual(status, 200, value)
        self.assertEqual([a["by"] for a in value["acknowledgements"]], ["watch_officer"])

    def test_an_account_that_is_disabled_loses_its_streams(self):
        admin, officer = self.person("administrator"), self.person("anna")
        stream = officer.websocket("/api/v1/events")
        self.assertEqual(stream.status, 101)
        self.assertEqual(json.loads(stream.message())["type"], "hello")
        status, _, value = admin.request("PATCH", "/api/v1/accounts/anna", {"disabled": True})
        self.assertEqual(status, 200, value)
        began = time.monotonic()
        try:
            while stream.message() is not None:
                pass
        except ConnectionError:
            pass
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(officer.request("GET", "/api/v1/alerts")[0], 401)
        self.assertEqual(Person(self.node).login("anna", totp=self.code("anna"))[0], 403)
        self.assertEqual(admin.request("PATCH", "/api/v1/accounts/administrator", {"disabled": True})[0], 409, "the last administrator")
        self.assertEqual(admin.request("PATCH", "/api/v1/accounts/anna", {"disabled": False})[0], 200)

    def test_logging_out_ends_the_session_and_its_streams(self):
        person = self.person("observer")
        stream = person.websocket("/api/v1/picture")
        self.assertEqual(stream.status, 101)
        status, headers, _ = person.request("DELETE", "/api/v1/session")
        self.assertEqual(status, 204)
        self.assertIn("Max-Age=0", headers["set-cookie"])
        self.assertEqual(person.request("GET", "/api/v1/alerts")[0], 401)
        try:
            while stream.message() is not None:
                pass
        except ConnectionError:
            pass

    def test_what_administers_needs_a_fresh_confirmation(self):
        admin = Person(self.node)
        self.person("administrator")
        # A session whose confirmation is old: the node's own file says when it was.
        self.assertEqual(admin.login("administrator", totp=self.code("administrator"))[0], 201)
        self.assertIn("confirmed_until", admin.request("GET", "/api/v1/session")[2])
        self.node.until(lambda: "confirmed_at" in (self.node.folder / "data/secrets/sessions.json").read_text(), "the sessions are written")
        time.sleep(1.5)
        self.node.stop()
        file = self.node.folder / "data/secrets/sessions.json"
        text = file.read_text()
        self.assertNotIn(admin.cookie.split("=")[1], text, "only the digest of a session's id is kept")
        file.write_text(re.sub(r'"confirmed_at":"[^"]*"', '"confirmed_at":"2026-01-01T00:00:00.000Z"', text))
        self.node.start()
        admin.cookie = re.sub(r"skypact-\d+", f"skypact-{self.node.port}", admin.cookie)
        self.assertEqual(admin.request("GET", "/api/v1/accounts")[0], 200, "a session lives through a restart")
        status, _, value = admin.request("PATCH", "/api/v1/accounts/observer", {"desks": ["north"]})
        self.assertEqual((status, value["error"]["code"]), (403, "step_up"))
        self.assertEqual(admin.request("POST", "/api/v1/session/step-up", {"password": PASSWORD, "totp": "000000"})[0], 403)
        status, _, value = admin.request("POST", "/api/v1/session/step-up", {"password": PASSWORD, "totp": self.code("administrator")})
        self.assertEqual(status, 200, value)
        self.assertEqual(admin.request("PATCH", "/api/v1/accounts/observer", {"desks": ["north"]})[0], 200)

    def test_a_second_factor_is_set_up_by_its_person(self):
        admin = self.person("administrator")
        status, _, value = admin.request("POST", "/api/v1/accounts", {"id": "ivan", "name": "Ivan", "roles": ["administrator"]})
        self.assertEqual(status, 201, value)
        first = value["first_password"]
        ivan = Person(self.node)
        self.assertEqual(ivan.login("ivan", first)[0], 201)
        self.assertEqual(ivan.request("POST", "/api/v1/session/password", {"password": first, "new_password": "ivan"})[0], 400)
        self.assertEqual(ivan.request("POST", "/api/v1/session/password", {"password": first, "new_password": PASSWORD})[0], 204)
        self.assertEqual(ivan.request("GET", "/api/v1/accounts")[0], 403, "administrators need a second factor")
        status, _, value = ivan.request("POST", "/api/v1/session/totp", {"password": PASSWORD})
        self.assertEqual(status, 200, value)
        self.assertIn("otpauth://totp/Test:ivan?secret=" + value["secret"], value["uri"])
        self.assertEqual(ivan.request("POST", "/api/v1/session/totp/confirm", {"totp": "000000"})[0], 403)
        status, _, codes = ivan.request("POST", "/api/v1/session/totp/confirm", {"totp": totp(value["secret"])})
        self.assertEqual((status, len(codes["recovery_codes"])), (200, 8))
        self.assertEqual(ivan.request("GET", "/api/v1/accounts")[0], 200)
        self.assertEqual(ivan.request("POST", "/api/v1/accounts", {"id": "ivan", "name": "Other", "roles": ["observer"]})[0], 409)
        self.assertEqual(admin.request("PATCH", "/api/v1/accounts/ivan", {"disabled": True})[0], 200)

    def test_zz_no_secret_is_in_the_log_or_readable_by_others(self):
        secrets = self.node.folder / "data/secrets"
        self.assertEqual(stat.S_IMODE(secrets.stat().st_mode), 0o700)
        for file in secrets.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600, file)
        log = self.node.log_text()
        self.assertIn("session.began", log)
        self.assertIn("act.refused", log)
        everything = log + "".join(f.read_text(errors="replace") for f in (self.node.folder / "data").rglob("*") if f.is_file() and secrets not in f.parents)
        for secret in [PASSWORD, "argon2id", *self.secrets.values(), *(c for codes in self.recovery.values() for c in codes)]:
            self.assertNotIn(secret, everything)

    def test_two_programs_do_not_write_the_accounts(self):
        done = subprocess.run([PROGRAM, "account", "list", "--config", str(self.node.config)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("the node runs", done.stderr)


class OverTls(unittest.TestCase):
    def test_the_cookie_is_of_this_host_and_secure(self):
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            node = Node(PROGRAM, tls=self_signed(folder))
            run("account", "add", "anna", "--name", "Duty officer", "--role", "watch_officer", "--config", str(node.config), "--password-file", "-", stdin=PASSWORD + "\n")
            with node:
                person = Person(node)
                status, headers, value = person.login("anna")
                self.assertEqual(status, 201, value)
                self.assertTrue(headers["set-cookie"].startswith("__Host-skypact="))
                for flag in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
                    self.assertIn(flag, headers["set-cookie"])
                self.assertNotIn("Domain", headers["set-cookie"])
                self.assertEqual(person.request("GET", "/api/v1/alerts")[0], 200)
                old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
                old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                old.maximum_version = ssl.TLSVersion.TLSv1_1
                connection = http.client.HTTPSConnection("localhost", node.port, timeout=30, context=old)
                self.assertRaises(ssl.SSLError, connection.request, "GET", "/healthy")


class Setup(unittest.TestCase):
    def test_setup_makes_a_node_that_its_administrator_can_log_in_to(self):
        with tempfile.TemporaryDirectory() as folder:
            words = ("setup", f"{folder}/made", "--name", "Harbour", "--party", "north", "--party-name", "North", "--domain", "north.example", "--listen", "127.0.0.1:0",
                     "--hosts", "localhost", "--administrator", "admin", "--administrator-name", "Administrator", "--password-file", "-", "--json")
            made = json.loads(run(*words, stdin=PASSWORD + "\n"))
            for key in pathlib.Path(folder, "made/keys").iterdir():
                self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600, key)
            self.assertIn("record      north.example/record", run("config", "check", made["config"]))
            self.assertRaisesRegex(AssertionError, "setup", run, *words, stdin=PASSWORD + "\n")   # nothing that is there is overwritten
            ready = pathlib.Path(folder, "ready.json")
            with subprocess.Popen([PROGRAM, "serve", "--config", made["config"], "--ready-file", ready], stderr=subprocess.DEVNULL) as node:
                self.addCleanup(node.kill)
                while not ready.exists():
                    self.assertIsNone(node.poll())
                    time.sleep(0.05)
                port = json.loads(ready.read_text())["port"]
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                secret = re.search(r"secret=([A-Z2-7]+)", made["totp_uri"]).group(1)
                body = {"account": "admin", "password": PASSWORD, "totp": totp(secret)}
                connection.request("POST", "/api/v1/session", json.dumps(body), {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"})
                answer = connection.getresponse()
                self.assertEqual(answer.status, 201, answer.read())
                connection.close()
                node.terminate()


class WithoutAccounts(unittest.TestCase):
    def test_a_loopback_node_works_and_says_that_it_is_open(self):
        with Node(PROGRAM) as node:
            person = Person(node)
            status, _, value = person.request("GET", "/api/v1/session")
            self.assertEqual((value["access"], value["accounts"]), ("open", False))
            self.assertEqual(person.request("GET", "/api/v1/alerts")[0], 200)
            self.assertEqual(person.request("GET", "/api/v1/accounts")[0], 403)
            self.assertEqual(person.request("POST", "/api/v1/accounts", {"id": "me", "name": "Me", "roles": ["administrator"]})[0], 403, "nobody takes an open node for himself")
            self.assertEqual(person.login("me")[0], 409)

    def test_a_file_that_others_can_read_is_refused(self):
        node = Node(PROGRAM)
        run("account", "add", "anna", "--name", "Duty officer", "--role", "observer", "--config", str(node.config))
        (node.folder / "data/secrets/accounts.json").chmod(0o644)
        self.assertRaisesRegex(AssertionError, "can be read by others", node.start)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
