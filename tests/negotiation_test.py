"""A pact between three real nodes: proposed, answered and signed at the shell, carried out by every watch at the agreed instant,
suspended, resumed, and the same at all three after kill -9 and days apart.

    tests/negotiation_test.py build/dev/skypact
"""

import json
import sys
import time
import unittest

from pact_harness import Sky, ThreeParties, skypact, utc


class Pact(ThreeParties):
    def test_a_pact_is_made_carried_out_changed_suspended_and_survives(self):
        sky = Sky.side_by_side(self.all)
        self.addCleanup(sky.end)
        v1, since = self.agree(1, 3)
        self.until(lambda: self.states(v1) == ["in_force"] * 3, "in force at all three")
        self.assertGreaterEqual(time.time(), since)

        # In ten days its review is due, in thirty it ends: people are reminded of the first.
        self.assertEqual([p.pact()["review_due"][:19] + "Z" for p in self.all], [utc(since + 10 * 86400)] * 3)
        status = skypact("pact", "status", "--node", self.relief.node.url)
        self.assertRegex(status, r"review due  \S+: ATTENTION, in 9 days\n")
        self.assertRegex(status, r"ends        \S+: in 29 days\n")

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

        # Both desks' answers are awaited, and what one says at its own console ends the wait at both. Relief has no aircraft in it.
        awaited = lambda p: {a["party"]: a for a in (self.conflict(p) or {}).get("awaited", [])}
        for party in (self.north, self.south):
            self.until(lambda: set(awaited(party)) == {"north", "south"}, f"{party.name} waits for two answers")
        self.assertEqual(awaited(self.relief), {})
        self.until(lambda: awaited(self.north)["south"]["received"], "south's node has told that it knows")
        self.assertEqual(awaited(self.north)["south"]["desks"][0]["contact"], "by radio")
        status, _, _ = self.south.node.request("POST", f"/api/v1/alerts/{self.conflict(self.south)['id']}/acknowledge", {"intention": "we_move", "how": "descending", "by": "duty"})
        self.assertEqual(status, 200)
        for party in (self.north, self.south):
            self.until(lambda: set(awaited(party)) == {"north"}, f"{party.name} knows south's answer")

        # What is not allowed is refused with the reason, and nothing of it is recorded.
        before = [len(p.pact()["statements"]) for p in self.all]
        self.assertIn("safety floor", self.north.act("suspend", v2, "--clause", "frequency.guard", "--reason", "no", expect=3))
        path, _ = self.write_terms(2, 4, v1, 60)
        self.assertIn("outdated", self.north.act("propose", path, "--respond-by", utc(time.time() + 30), expect=3))
        self.assertIn("only north, who proposed", self.south.act("withdraw", v2, "--reason", "not mine", expect=3))
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
