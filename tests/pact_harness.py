"""Three parties with their keys, their nodes and their pact, for tests of what happens between real processes.

    class Test(ThreeParties):
        def test_something(self):
            terms, since = self.agree(1, 3)             # version 1, three miles, signed by all
            self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three")

The first argument of the test's command line is the program.
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

    def peer(self, url):
        return (f'[[peer]]\nparty = "{self.name}"\nurl = "{url}"\npins = ["{self.pin}"]\n'
                f'root_key = "{self.keys["root"]}"\nrecord_key = "{self.keys["record"]}"\ncosigner_key = "{self.keys["cosigner"]}"\n')

    def configure(self, peers, url_of, extra="", extra_peer=""):
        """`url_of` says where this party reaches a peer's link."""
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
{"".join(p.peer(url_of(self, p)) + extra_peer for p in peers)}
{extra}
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


def terms_text(version, since, party_tables, clauses, replaces=None):
    """Terms of the test's corridor, in force for thirty days."""
    return f"""
format = 1
pact = "corridor"
version = {version}
{f'supersedes = "{replaces}"' if replaces else ""}
title = "Test corridor"
valid = {{ from = {utc(since)}, to = {utc(since + 30 * 86400)} }}
review = [{utc(since + 10 * 86400)}]
termination_notice = "24h"
[area]
outlines = [[[54.0, 2.0], [54.0, 8.0], [50.0, 8.0], [50.0, 2.0]]]
floor = "surface"
ceiling = "unlimited"
{"".join(party_tables)}
[minima]
horizontal = "2nm"
vertical = "1000ft"
level_tolerance = "200ft"
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
{clauses}
"""


def minima_clause(horizontal):
    """Of North's aircraft with South's."""
    return f"""
[[minima.clause]]
id = "abreast"
parties = ["north", "south"]
horizontal = "{horizontal}"
vertical = "1000ft"
"""


class Sky:
    """What each party's receiver hears, twice a second: {party: aircraft}."""

    def __init__(self, heard):
        self.heard, self.ending = heard, threading.Event()
        self.sockets = {}
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    @classmethod
    def side_by_side(cls, parties, alone=()):
        """Two aircraft four miles apart at one level, as every receiver hears them; `alone` are heard by the first party's only."""
        both = [Aircraft(0x3B0001, 52.0, 3.0, 24000, 300, 90), Aircraft(0x710001, 52.0 + 4 / 60, 3.0, 24000, 300, 90)]
        return cls({party: both + list(alone if party is parties[0] else ()) for party in parties})

    def run(self):
        while not self.ending.wait(0.5):
            told = {a: a.beast() for aircraft in self.heard.values() for a in aircraft}
            for party, aircraft in self.heard.items():
                try:
                    if party not in self.sockets:
                        self.sockets[party] = socket.create_connection((party.host, party.feed), timeout=2)
                    self.sockets[party].sendall(b"".join(told[a] for a in aircraft))
                except OSError:
                    self.sockets.pop(party, None)

    def end(self):
        self.ending.set()
        self.thread.join()
        for s in self.sockets.values():
            s.close()


class ThreeParties(unittest.TestCase):
    """Three nodes that run, with a record each, and how they come to a pact. A test class of its own starts them anew."""

    maxDiff = None
    first_host = 21                       # 127.0.0.21 and the next two
    leads = (25, 60, 120, 300)            # seconds from a proposal to its effect, for a machine that is too slow the next
    extra = extra_peer = ""               # of the nodes' configuration
    clauses = ""                          # of the terms, beside minima

    @classmethod
    def url_of(cls, at, to):
        return f"https://{to.host}:{to.link}"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="skypact-pact-")
        root = pathlib.Path(cls.folder.name)
        cls.north, cls.south, cls.relief = cls.all = [Party(root, name, cls.first_host + i) for i, name in enumerate(("north", "south", "relief"))]
        for party in cls.all:
            party.configure([p for p in cls.all if p is not party], cls.url_of, cls.extra_of(party), cls.extra_peer)
            party.node.start()

    @classmethod
    def extra_of(cls, party):
        return cls.extra

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

    def until(self, condition, what, seconds=60, why=lambda: ""):
        """`why` tells of what may explain that it did not come."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {p.name}\n{p.node.log_text()[-2000:]}" for p in self.all)
                raise AssertionError(f"not within {seconds} s: {what}\n{why()}\n{logs}")
            time.sleep(0.1)

    def write_terms(self, version, miles, replaces, lead):
        since = int(time.time() + lead)
        path = self.north.folder / f"terms-{version}-{since}.toml"
        path.write_text(terms_text(version, since, [p.terms_table() for p in self.all], minima_clause(f"{miles}nm") + self.clauses, replaces))
        return path, since

    def agree(self, version, miles, replaces=None):
        """Proposed, accepted and signed by all; the hash and the instant. A machine that is too slow proposes again."""
        for lead in self.leads:
            path, since = self.write_terms(version, miles, replaces, lead)
            terms = json.loads(skypact("pact", "check", path, "--json"))["id"]
            self.north.act("propose", path, "--respond-by", utc(since - 1), "--remark", "as discussed")
            if self.consent(terms):
                return terms, since
        self.fail("lapsed each time")

    def consent(self, terms):
        """False where they lapsed meanwhile."""
        for party in self.all[1:]:
            self.until(lambda: party.version(terms), f"{party.name} has the proposal")
            if not self.in_time(party, terms, "respond", terms, "--accept"):
                return False
        for party in self.all:
            if self.until(lambda: party.version(terms)["state"] in ("agreed", "signed", "lapsed") and party.version(terms)["state"], f"{party.name} sees that all accept") == "lapsed":
                return False
            for who, waits in ((1, True), (2, False)):
                said = self.in_time(party, terms, "sign", terms, who=who)
                if not said:
                    return False
                self.assertEqual("1 of 2" in said.get("waits", ""), waits, said)
        return all(self.until(lambda: (v := p.version(terms)) and v["state"] in ("signed", "in_force", "lapsed") and v["state"], "signed by all") != "lapsed" for p in self.all)

    def in_time(self, party, terms, *arguments, who=1):
        """What the node answered; None where the terms lapsed meanwhile."""
        try:
            return party.act(*arguments, who=who)
        except AssertionError:
            if party.version(terms)["state"] != "lapsed":
                raise
            return None

    def states(self, terms):
        return [p.version(terms)["state"] for p in self.all]

    def conflict(self, party):
        return next((a for a in party.node.get("/api/v1/alerts")["alerts"] if a["kind"] in ("conflict", "infringement") and a["state"] != "ended"), None)
