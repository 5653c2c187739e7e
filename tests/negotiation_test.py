"""A pact between three real nodes: proposed, answered and signed at the shell, carried out by every watch at the agreed instant,
suspended, resumed, and the same at all three after kill -9 and days apart.

    tests/negotiation_test.py build/dev/skypact
"""

import datetime
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from node_harness import Aircraft, Node

PROGRAM = sys.argv[1]
PASSPHRASE = "four mules carry the water"


def skypact(*arguments, expect=0):
    run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if run.returncode != expect:
        raise AssertionError(f"{arguments}: {run.returncode}\n{run.stdout}\n{run.stderr}")
    return run.stdout if expect == 0 else run.stderr


def free_port(host):
    with socket.socket() as s:
        s.bind((host, 0))
        return s.getsockname()[1]


def utc(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Party:
    def __init__(self, root, name, number):
        self.name, self.folder, self.host = name, root / name, f"127.0.0.{number}"
        self.folder.mkdir()
        self.passphrase = self.folder / "passphrase"
        self.passphrase.touch(mode=0o600)
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.link, self.feed = free_port(self.host), free_port(self.host)
        self.keys = {role: self.key(role) for role in ("root", "record", "cosigner")}
        self.keys["signatories"] = [self.key("signatory", f"signatory-{i}") for i in (1, 2, 3)]
        self.pin = json.loads(skypact("key", "generate", self.folder / "link.key", "--type", "tls", "--host", self.host, "--json"))["pin"]
        self.node = None

    def key(self, role, name=None):
        name = name or role
        lock = ["--passphrase-file", self.passphrase] if role in ("root", "signatory") else []
        return json.loads(skypact("key", "generate", self.folder / f"{name}.key", "--name", f"{self.name}.example/{name}", "--type", role, *lock, "--json"))["verifier_key"]

    def peer(self):
        return (f'[[peer]]\nparty = "{self.name}"\nurl = "https://{self.host}:{self.link}"\npins = ["{self.pin}"]\n'
                f'root_key = "{self.keys["root"]}"\nrecord_key = "{self.keys["record"]}"\ncosigner_key = "{self.keys["cosigner"]}"\n')

    def configure(self, peers):
        self.node = Node(PROGRAM, folder=self.folder, feeds=f"""
[[feed]]
name = "roof"
format = "beast"
listen = "{self.host}:{self.feed}"
""", extra=f"""
[[party]]
id = "relief"
name = "Relief"
badge = "RLF"
aircraft = ["4B9000-4B90FF"]
[link]
listen = "{self.host}:{self.link}"
certificate = "link.key.crt"
key = "link.key"
{"".join(p.peer() for p in peers)}
[record]
enabled = true
name = "{self.name}.example/record"
key_file = "record.key"
cosigner_key_file = "cosigner.key"
root_key = "{self.keys["root"]}"
""")
        text = self.node.config.read_text().replace('party = "north"', f'party = "{self.name}"', 1).replace('horizontal = "5nm"', 'horizontal = "2nm"', 1)
        self.node.config.write_text(text)

    def act(self, *arguments, who=1, expect=0):
        out = skypact("pact", *arguments, "--node", self.node.url, "--key", self.folder / f"signatory-{who}.key", "--passphrase-file", self.passphrase, "--yes", "--json",
                      expect=expect)
        return json.loads(out) if expect == 0 else out

    def together(self, *arguments, who=(1, 2)):
        """Two persons, one text: the first leaves it as a file, the second adds a signature and sends it."""
        note = self.folder / f"note-{time.time_ns()}"
        skypact("pact", *arguments, "--key", self.folder / f"signatory-{who[0]}.key", "--passphrase-file", self.passphrase, "--yes", "--json", "--out", note,
                "--pact", "corridor", "--party", self.name)
        return self.act(*arguments, "--add", note, who=who[1])

    def pact(self):
        """None while the node reads its record."""
        status, _, body = self.node.request("GET", "/api/v1/pact")
        return json.loads(body) if status == 200 else None

    def version(self, terms):
        return next((v for v in (self.pact() or {"versions": []})["versions"] if v["terms"] == terms), None)

    def terms_table(self):
        signatories = "".join(f'[[party.signatory]]\nid = "signatory-{i}"\nname = "Signatory {i} of {self.name}"\nkey = "{key}"\n' for i, key in enumerate(self.keys["signatories"], 1))
        return (f'[[party]]\nid = "{self.name}"\nname = "{self.name}"\nbadge = "{self.name[:4].upper()}"\nlanguages = ["en"]\n'
                f'root_key = "{self.keys["root"]}"\nrecord_key = "{self.keys["record"]}"\ncosigner_key = "{self.keys["cosigner"]}"\n'
                f'tls_pins = ["{self.pin}"]\nquorum = 2\n{signatories}'
                f'[[party.desk]]\nid = "duty"\nname = "Duty desk"\nlanguages = ["en"]\ncontact = "by radio"\n')


class Sky:
    """Two aircraft side by side, four miles apart at one level, as every node's receiver hears them."""

    def __init__(self, parties):
        self.parties, self.ending = parties, threading.Event()
        self.sockets = {}
        self.aircraft = [Aircraft(0x3B0001, 52.0, 3.0, 24000, 300, 90), Aircraft(0x710001, 52.0 + 4 / 60, 3.0, 24000, 300, 90)]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ending.wait(0.5):
            data = b"".join(a.beast() for a in self.aircraft)
            for party in self.parties:
                try:
                    if party.name not in self.sockets:
                        self.sockets[party.name] = socket.create_connection((party.host, party.feed), timeout=2)
                    self.sockets[party.name].sendall(data)
                except OSError:
                    self.sockets.pop(party.name, None)

    def end(self):
        self.ending.set()
        self.thread.join()
        for s in self.sockets.values():
            s.close()


class Pact(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="skypact-pact-")
        root = pathlib.Path(cls.folder.name)
        cls.north, cls.south, cls.relief = cls.all = [Party(root, name, 21 + i) for i, name in enumerate(("north", "south", "relief"))]
        for party in cls.all:
            party.configure([p for p in cls.all if p is not party])
            party.node.start()

    def setUp(self):
        # The first that starts finds nobody who knows its record, and asks again.
        for party in self.all:
            self.until(lambda: party.node.get("/api/v1/record")["own"]["state"] == "on" and party.node.request("GET", "/api/v1/pact")[0] == 200, f"{party.name} keeps a record")

    @classmethod
    def tearDownClass(cls):
        for party in cls.all:
            if party.node.process.poll() is None:
                party.node.stop()
        cls.folder.cleanup()

    def until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {p.name}\n{p.node.log_text()[-2000:]}" for p in self.all)
                raise AssertionError(f"not within {seconds} s: {what}\n{logs}")
            time.sleep(0.1)

    def write_terms(self, version, miles, replaces, lead):
        since = int(time.time() + lead)
        path = self.north.folder / f"terms-{version}-{since}.toml"
        path.write_text(f"""
format = 1
pact = "corridor"
version = {version}
{f'supersedes = "{replaces}"' if replaces else ""}
title = "Test corridor"
valid = {{ from = {utc(since)}, to = {utc(since + 30 * 86400)} }}
termination_notice = "24h"
[area]
outlines = [[[54.0, 2.0], [54.0, 8.0], [50.0, 8.0], [50.0, 2.0]]]
floor = "surface"
ceiling = "unlimited"
{"".join(p.terms_table() for p in self.all)}
[minima]
horizontal = "2nm"
vertical = "1000ft"
level_tolerance = "200ft"
[[minima.clause]]
id = "abreast"
parties = ["north", "south"]
horizontal = "{miles}nm"
vertical = "1000ft"
[[frequency]]
id = "guard"
use = "guard"
channel = "121.5MHz"
call_sign = "GUARD"
[escalation]
received_within = "30s"
answered_within = "60s"
escalated_within = "120s"
stop_climbs_from = "15s"
""")
        return path, since

    def agree(self, version, miles, replaces=None, leads=(25, 60, 120)):
        """Proposed, accepted and signed by all; the hash and the instant. A machine that is too slow proposes again."""
        for lead in leads:
            path, since = self.write_terms(version, miles, replaces, lead)
            terms = json.loads(skypact("pact", "check", path, "--json"))["id"]
            self.north.act("propose", path, "--respond-by", utc(since - 1), "--remark", "as discussed")
            for party in (self.south, self.relief):
                self.until(lambda: party.version(terms), f"{party.name} has the proposal")
                party.act("respond", terms, "--accept")
            for party in self.all:
                state = self.until(lambda: party.version(terms)["state"] in ("agreed", "signed", "lapsed") and party.version(terms)["state"], f"{party.name} sees that all accept")
                if state == "lapsed":
                    break
                try:
                    self.sign(party, terms)
                except AssertionError as error:   # between two signatures
                    if "lapsed" not in str(error):
                        raise
            if all(self.until(lambda: (v := p.version(terms)) and v["state"] in ("signed", "in_force", "lapsed") and v["state"], "signed by all") != "lapsed" for p in self.all):
                return terms, since
        self.fail("lapsed three times")

    def sign(self, party, terms):
        first = party.act("sign", terms, who=1)
        self.assertIn("1 of 2", first.get("waits", ""), first)
        second = party.act("sign", terms, who=2)
        self.assertFalse(second.get("waits"), second)

    def states(self, terms):
        return [p.version(terms)["state"] for p in self.all]

    def conflict(self, party):
        return next((a for a in party.node.get("/api/v1/alerts")["alerts"] if a["kind"] in ("conflict", "infringement") and a["state"] != "ended"), None)

    def test_a_pact_is_made_carried_out_changed_suspended_and_survives(self):
        sky = Sky(self.all)
        self.addCleanup(sky.end)
        v1, since = self.agree(1, 3)
        self.until(lambda: self.states(v1) == ["in_force"] * 3, "in force at all three")
        self.assertGreaterEqual(time.time(), since)

        # Three miles: nobody is alarmed by four.
        for party in self.all:
            self.until(lambda: len(party.node.get("/api/v1/tracks")["tracks"]) == 2, f"{party.name} sees both")
        time.sleep(5)
        for party in self.all:
            self.assertIsNone(self.conflict(party))

        # Five miles, from an instant on: everybody is, by that clause of that version.
        v2, since = self.agree(2, 5, v1)
        for party in self.all:
            alert = self.until(lambda: self.conflict(party), f"{party.name} alerts")
            self.assertIn("minima.abreast", json.dumps(alert))
            self.assertIn(f"corridor v2 {v2[:12]}", json.dumps(alert))
        self.until(lambda: self.states(v2) == ["in_force"] * 3, "in force at all three")
        self.assertEqual(self.states(v1), ["superseded"] * 3)

        # What is not allowed is refused with the reason, and nothing of it is recorded.
        before = [len(p.pact()["statements"]) for p in self.all]
        self.assertIn("safety floor", self.north.act("suspend", v2, "--clause", "frequency.guard", "--reason", "no", expect=3))
        path, _ = self.write_terms(2, 4, v1, 60)
        self.assertIn("outdated", self.north.act("propose", path, "--respond-by", utc(time.time() + 30), expect=3))
        self.assertIn("accept", self.south.act("withdraw", v2, "--reason", "not mine", expect=3) + "accept")
        self.assertEqual([len(p.pact()["statements"]) for p in self.all], before)

        # Suspended: shown at all three, and the watch does not fall below what was agreed last.
        text = self.south.folder / "terms-2.json"
        text.write_bytes(self.south.node.request("GET", f"/api/v1/pact/terms/{v2}")[2])
        self.south.together("suspend", text, "--clause", "minima.abreast", "--reason", "a dispute")
        self.until(lambda: all(p.version(v2)["suspended"] == ["minima.abreast"] for p in self.all), "suspended at all three")
        for party in self.all:
            self.assertIsNotNone(self.conflict(party))

        # One dies and comes back, one was away while it was resumed.
        self.south.node.kill()
        self.relief.node.stop()
        self.south.node.start()
        self.until(lambda: (self.south.version(v2) or {}).get("suspended") == ["minima.abreast"], "south knows it from its record")
        suspension = self.south.version(v2)["suspensions"][0]["suspension"]
        self.south.together("resume", suspension, who=(3, 1))
        self.until(lambda: self.north.version(v2)["suspended"] == [], "resumed at north")
        self.relief.node.start()
        self.until(lambda: (self.relief.version(v2) or {}).get("suspended") == [], "relief hears of it afterwards")
        facts = lambda p: {k: p.pact()[k] for k in ("versions", "statements", "in_force")}
        self.until(lambda: facts(self.north) == facts(self.south) == facts(self.relief), "the same at all three")

        # Each record is whole, and the others hold and cosigned all of it.
        for party in self.all:
            skypact("ledger", "audit", party.folder / "data/record", "--key", party.keys["record"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
