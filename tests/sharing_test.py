"""What a pact's sharing clauses let out, between two real nodes: from their instant on, not while they are suspended, and with an alarm
and an area where what was shared is missing. The TLS key that new terms name is known without a restart.

    tests/sharing_test.py build/dev/skypact
"""

import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import unittest

from node_harness import Aircraft
from pact_harness import Party, Sky, ThreeParties, skypact, terms_text, utc

PROGRAM = sys.argv[1]
OURS, THEIRS = "3B0001", "710001"   # North's, and South's


class Sharing(unittest.TestCase):
    maxDiff = None
    until, consent, in_time = ThreeParties.until, ThreeParties.consent, ThreeParties.in_time   # for two as for three

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="skypact-sharing-")
        root = pathlib.Path(self.folder.name)
        self.north, self.south = self.all = [Party(root, name, 31 + i) for i, name in enumerate(("north", "south"))]
        for party in self.all:
            party.configure([p for p in self.all if p is not party], ThreeParties.url_of)
            party.node.start()
        for party in self.all:
            self.until(lambda: party.node.get("/api/v1/record")["own"]["state"] == "on" and party.pact() is not None, f"{party.name} keeps a record")
        # Each receiver hears only its own party's aircraft, a hundred miles apart.
        self.receivers = Sky({self.north: [Aircraft(int(OURS, 16), 52.0, 3.0, 24000, 300, 90)], self.south: [Aircraft(int(THEIRS, 16), 53.7, 5.0, 24000, 300, 90)]})

    def tearDown(self):
        self.receivers.end()
        for party in self.all:
            if party.node.process.poll() is None:
                party.node.stop()
        self.folder.cleanup()

    def write_terms(self, version, replaces, lead, clauses):
        since = int(time.time() + lead)
        path = self.north.folder / f"terms-{version}-{since}.toml"
        path.write_text(terms_text(version, since, [p.terms_table() for p in self.all], clauses, replaces))
        return path, since

    def agree(self, version, clauses, replaces=None):
        """Proposed, accepted and signed by both; the hash and the instant. A machine that is too slow proposes again."""
        for lead in (25, 90, 300):
            path, since = self.write_terms(version, replaces, lead, clauses)
            terms = json.loads(skypact("pact", "check", path, "--json"))["id"]
            self.north.act("propose", path, "--respond-by", utc(since - 1), "--remark", "as discussed")
            if self.consent(terms):
                return terms, since
        self.fail("lapsed three times")

    def sees(self, party, address):
        return next((t for t in party.node.get("/api/v1/tracks")["tracks"] if t["address"] == address and t["life"] in ("live", "coasting")), None)

    def shares(self, party):
        """What decides of what the party tells the other, and the other it."""
        link = party.node.get("/api/v1/links")["links"][0]["sharing"]
        return link["to_peer"], link["from_peer"]

    def missing(self):
        return next((a for a in self.north.node.get("/api/v1/alerts")["alerts"] if a["kind"] == "sharing" and a["state"] != "ended"), None)

    def test_sharing_follows_the_clauses_and_its_loss_is_an_alarm(self):
        for party, address in ((self.north, OURS), (self.south, THEIRS)):
            self.until(lambda: self.sees(party, address), f"{party.name} sees its own")
            self.until(lambda: party.node.get("/api/v1/links")["links"][0]["state"] == "up", f"{party.name}'s link is up")
        self.assertEqual(self.shares(self.north)[0]["by"], "configuration")
        self.assertIsNone(self.sees(self.north, THEIRS), "without a pact only aircraft under an alert of both are told")

        always = """
[[sharing]]
id = "south-north"
from = "south"
to = "north"
when = "always"
fields = ["position", "altitude", "velocity", "address", "party", "accuracy"]
position_step = "1nm"
[[sharing]]
id = "north-south"
from = "north"
to = "south"
when = "never"
"""
        v1, since = self.agree(1, always)
        self.assertIsNone(self.sees(self.north, THEIRS) if time.time() < since else None, "not before its instant")
        track = self.until(lambda: self.sees(self.north, THEIRS), "north is told of south's aircraft", seconds=60 + since - time.time())
        self.assertGreaterEqual(time.time(), since)
        self.assertGreater(track["accuracy_m"], 1000, "what sharing made coarse says so")
        self.assertEqual(track["party"], "south")
        self.assertNotIn("callsign", track)
        to_north, _ = self.shares(self.south)
        self.assertEqual((to_north["by"], to_north["agreed"][0]["clauses"], to_north["agreed"][0]["version"]), ("pact", ["sharing.south-north"], f"corridor v1 {v1[:12]}"))
        self.assertEqual(to_north["always"]["position_step_nm"], 1)
        to_south, from_south = self.shares(self.north)
        self.assertEqual((to_south["by"], to_south.get("always"), to_south.get("near_conflict")), ("pact", None, None))
        self.assertEqual(from_south["agreed"][0]["clauses"], ["sharing.south-north"])

        # Suspended: nothing comes, and the configuration does not stand in. North is told what it does not see, and where.
        text = self.south.folder / "terms-1.json"
        text.write_bytes(self.south.node.request("GET", f"/api/v1/pact/terms/{v1}")[2])
        self.south.together("suspend", text, "--clause", "sharing.south-north", "--reason", "a dispute")
        alert = self.until(self.missing, "north's alarm")
        self.assertEqual(alert["party"], "south")
        self.assertGreaterEqual(len(alert["area"]), 3)
        self.assertEqual([r["code"] for r in alert["reasons"]], ["sharing_missing", "sharing_suspended"])
        self.assertIn("sharing.south-north (corridor v1", alert["reasons"][1]["name"])
        self.assertEqual(self.shares(self.south)[0]["agreed"][0]["suspended"], ["sharing.south-north"])
        self.assertNotIn("always", self.shares(self.south)[0])

        # Resumed: it ends by itself.
        suspension = self.south.version(v1)["suspensions"][0]["suspension"]
        self.south.together("resume", suspension, who=(2, 3))
        self.until(lambda: self.sees(self.north, THEIRS), "north is told again")
        self.until(lambda: self.missing() is None, "the alarm ends")

        # South's node dies, and comes back.
        self.south.node.kill()
        alert = self.until(self.missing, "north's alarm")
        self.assertEqual([r["code"] for r in alert["reasons"]], ["sharing_missing", "sharing_link_down"])
        self.south.node.start()
        self.until(lambda: self.sees(self.north, THEIRS), "north is told again")
        self.until(lambda: self.missing() is None, "the alarm ends")

        # The next version names another TLS key of south. North knows it at the instant, and needs no restart and no other file.
        old = [(self.south.folder / name).read_bytes() for name in ("link.key", "link.key.crt")]
        made = json.loads(skypact("key", "generate", self.south.folder / "next.key", "--type", "tls", "--host", self.south.host, "--json"))
        self.south.pin = made["pin"]
        v2, since = self.agree(2, always, v1)
        self.until(lambda: [p.version(v2)["state"] for p in self.all] == ["in_force"] * 2, "in force at both", seconds=60 + since - time.time())
        os.replace(self.south.folder / "next.key", self.south.folder / "link.key")
        os.replace(self.south.folder / "next.key.crt", self.south.folder / "link.key.crt")
        self.assertNotEqual(old[0], (self.south.folder / "link.key").read_bytes())
        self.south.node.stop()
        self.south.node.start()
        self.until(lambda: self.north.node.get("/api/v1/links")["links"][0]["state"] == "up", "north knows the new key")
        self.until(lambda: self.sees(self.north, THEIRS), "north is told with the new key")
        self.until(lambda: not self.north.node.get("/api/v1/record")["mirrors"][0].get("message"), "and its record is followed")

        # A replay of what north recorded has the same alarms.
        self.north.node.stop()
        lines = skypact("replay", self.north.folder / "data/recording", "--config", self.north.node.config, "--json").splitlines()
        told = {json.loads(line)["key"] for line in lines if '"kind":"sharing"' in line}
        self.assertLessEqual({"sharing:south#1", "sharing:south#2"}, told)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
