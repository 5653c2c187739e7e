"""Three nodes and a network that cuts, delays, throttles, breaks off, repeats, exchanges and answers from yesterday: a pact is made and
changed, tracks and alerts are shared, both desks answer, one node is killed. Afterwards all three say the same, nothing that was
acknowledged is lost, nothing was taken twice, and what is old is refused.

    tests/bad_network_test.py build/dev/skypact [--seed 1]

The seed decides what becomes of each message; when it comes is the machine's.
"""

import json
import sys
import time
import unittest

from network_harness import Network, body
from node_harness import Aircraft
from pact_harness import Sky, ThreeParties, skypact, utc

SEED = sys.argv[sys.argv.index("--seed") + 1] if "--seed" in sys.argv else "1"
BAD = dict(delay=(0.15, 0.1), drop=0.01, duplicate=0.15, lost_answer=0.05, late=0.1, stale=0.05)
ALONE = "3B0777"


def answers(alert, party):
    """What a party's desk answered, as this alert has it; without the time, from which the offset of the clocks is taken."""
    return [(a["intention"], a["how"], a["by"]) for a in alert["acknowledgements"] if a["party"] == party]


class BadNetwork(ThreeParties):
    first_host = 2                                   # 127.0.0.2, .3 and .4
    leads = (60, 120, 240)
    extra = '[recording]\nenabled = true\n'
    extra_peer = 'share = { tracks = "always" }\n'

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        cls.network, cls.ways = Network(SEED), {}
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

    def between(self, one, other):
        return self.ways[one.name, other.name], self.ways[other.name, one.name]

    def peer_alert(self, at, of):
        """The alert of `of` on the card at `at`."""
        return next((p for p in (self.conflict(at) or {}).get("peer_alerts", []) if p["party"] == of.name), None)

    def answer(self, party, intention, how):
        status, _, text = party.node.request("POST", f"/api/v1/alerts/{self.conflict(party)['id']}/acknowledge",
                                             {"by": f"Duty {party.name}", "intention": intention, "how": how})
        self.assertEqual(status, 200, text)

    def stated(self, party, said):
        self.acknowledged.append((party.name, said["id"]))
        return said

    def link(self, at, to):
        return next(l for l in at.node.get("/api/v1/links")["links"] if l["party"] == to.name)

    def track(self, party, address):
        return [t for t in party.node.get("/api/v1/tracks")["tracks"] if t["address"] == address and "position" in t]

    def test_all_three_end_in_one_state_with_everything_that_was_acknowledged(self):
        north, south, relief = self.all
        self.acknowledged = []
        everywhere = list(self.ways.values())
        self.network.set(*everywhere, **BAD)
        sky = Sky.side_by_side(self.all, alone=[Aircraft(int(ALONE, 16), 52.5, 3.0, 30000, 300, 90)])
        self.addCleanup(sky.end)

        # A pact, in bad weather: five miles are agreed, and two aircraft are four apart.
        terms, since = self.agree(1, 5)
        for party in self.all:
            self.until(lambda: self.conflict(party), f"{party.name} alerts", 120)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three", 120)
        self.assertGreaterEqual(time.time(), since)
        self.until(lambda: self.track(south, ALONE), "South has the aircraft that North alone hears", 120)

        # Both desks answer, and each reads the other's answer.
        self.answer(north, "we_move", "climbing FL260")
        self.answer(south, "you_move", "holding FL240")
        for at, of, intention in ((south, north, "we_move"), (north, south, "you_move")):
            self.until(lambda: (p := self.peer_alert(at, of)) and [a[0] for a in answers(p, of.name)] == [intention], f"{at.name} reads the answer of {of.name}", 120)

        # North and South are apart; what Relief says comes slowly. Each goes on with what it has.
        self.network.set(*self.between(north, south), cut=True)
        self.network.set(*self.between(relief, north), bytes_per_s=20_000)
        self.network.set(*self.between(relief, south), held=True)
        self.answer(north, "no_factor", "passing behind")
        text = south.folder / "terms.json"
        text.write_bytes(south.node.request("GET", f"/api/v1/pact/terms/{terms}")[2])
        self.stated(south, south.together("suspend", text, "--clause", "minima.abreast", "--reason", "a dispute"))
        self.answer(south, "we_move", "descending FL220")
        path, since = self.write_terms(2, 7, terms, 900)
        proposed = self.stated(north, north.act("propose", path, "--respond-by", utc(since - 1)))
        newer = json.loads(skypact("pact", "check", path, "--json"))["id"]
        self.until(lambda: relief.version(newer), "Relief has the proposal", 120)
        self.stated(relief, relief.act("respond", newer, "--counter", "minima.abreast=six would do"))
        self.assertIsNone(south.version(newer))
        self.assertEqual(north.version(terms)["suspended"], [])
        earlier_run = list(self.ways["south", "north"].meddler.said), list(self.ways["north", "south"].meddler.said)

        # South loses its power right after it had the quorum's word, and comes back alone.
        south.node.kill()
        south.node.start()
        self.until(lambda: (south.version(terms) or {}).get("suspended") == ["minima.abreast"], "South knows it from its record")
        self.until(lambda: self.conflict(south), "South has its alert again")
        self.assertEqual([a[0] for a in answers(self.conflict(south), "south")], ["we_move"])

        # It heals: first the wires, while messages are still repeated, exchanged and lost; then those too.
        self.network.set(*everywhere, cut=False, held=False, bytes_per_s=0, drop=0)
        self.until(lambda: south.version(newer), "South hears of the proposal", 120)
        self.network.calm(*everywhere)
        self.stated(north, north.act("withdraw", newer, "--reason", "six it will be"))

        facts = lambda party: {k: party.pact()[k] for k in ("versions", "statements", "in_force", "last_agreed")}
        self.until(lambda: facts(north) == facts(south) == facts(relief), "the same pact at all three", 120)
        minima = lambda party: [(v["version"], v["holds"]) for v in party.node.get("/api/v1/node")["agreed"]]
        self.until(lambda: minima(north) == minima(south) == minima(relief), "the same minima at all three", 120)
        self.assertEqual(len(minima(north)), 1)
        for at, of in ((south, north), (north, south)):
            def same():
                theirs, own = self.peer_alert(at, of), self.conflict(of)
                return theirs and [theirs[k] for k in ("id", "state", "severity")] == [own[k] for k in ("id", "state", "severity")] and answers(theirs, of.name) == answers(own, of.name)
            self.until(same, f"{at.name} shows the alert of {of.name} as it is there", 120)
            self.until(lambda: (l := self.link(at, of)) and l["state"] == "up" and l["alerts_waiting"] == 0, "nothing waits any more")
            self.until(lambda: abs((l := self.link(at, of))["clock_ahead_s"]) <= l["clock_bound_s"] + 0.001, "the clocks, which are one")
        self.assertEqual(answers(self.conflict(north), "north"), [("no_factor", "passing behind", "Duty north")])
        self.assertEqual(answers(self.conflict(south), "south"), [("we_move", "descending FL220", "Duty south")])
        self.assertEqual(len(self.track(south, ALONE)), 1)

        self.nothing_is_lost_or_there_twice(terms)
        self.what_is_old_is_refused(*earlier_run)
        did = sum((w.meddler.did for w in everywhere), start=type(everywhere[0].meddler.did)())
        print(dict(did))
        for what in ("duplicate", "lost_answer", "late", "stale"):
            self.assertGreater(did[what], 0, f"the weather was not bad: {did}")

    def nothing_is_lost_or_there_twice(self, terms):
        for party in self.all:
            skypact("ledger", "audit", party.folder / "data/record", "--key", party.keys["record"])
            for other in self.all:
                if other is not party:
                    skypact("ledger", "audit", party.folder / "data/mirrors" / f"{other.name}.example_record", "--key", other.keys["record"])
            known = {(s["party"], s["id"]): s for s in party.pact()["statements"]}
            for statement in self.acknowledged:
                self.assertIn(statement, known)
                self.assertIsNone(known[statement]["no_effect"])
            self.assertEqual(len(known), len(party.pact()["statements"]))
            entries = [json.loads(json.loads(line)["entry"]) for line in skypact("ledger", "entries", party.folder / "data/record").splitlines()]
            received = [(e["body"]["origin"], e["body"]["index"]) for e in entries if e["type"] == "received"]
            self.assertEqual(len(received), len(set(received)), "an entry of another record was taken over twice")
            notes = [e["body"]["note"] for e in entries if e["type"] == "statement"]
            self.assertEqual(len(notes), len(set(notes)))

    def what_is_old_is_refused(self, south_to_north, north_to_south):
        north, south, _ = self.all
        to_north, to_south = self.between(south, north)
        # Of South's run before it was killed: refused, with the reason.
        status, text = self.network.deliver(to_north, south_to_north[-1])
        self.assertEqual(status, 409, text)
        self.assertIn(b"earlier run", text)
        # To that run: greeted, and nothing of it taken.
        status, text = self.network.deliver(to_south, north_to_south[-1])
        self.assertEqual((status, json.loads(text).get("greeting")), (200, True))
        # Of this run, but overtaken: its alert does not stand again, its tracks do not fly again.
        card = answers(self.peer_alert(south, north), "north")
        run = json.loads(body(to_south.meddler.said[-1]))["to"]
        of_this_run = [m for m in to_south.meddler.said if json.loads(body(m))["to"] == run]
        told = [m for m in of_this_run if json.loads(body(m))["alerts"]["items"]]
        flown = [m for m in of_this_run if json.loads(body(m))["tracks"]]
        at = self.track(south, ALONE)[0]["position"][1]
        for message in told[:2] + flown[:2]:
            status, text = self.network.deliver(to_south, message)
            self.assertEqual(status, 200, text)
        def flies_on():
            here = self.track(south, ALONE)
            self.assertEqual(len(here), 1)
            self.assertGreaterEqual(here[0]["position"][1], at, "it flies where it was long ago")
            return here[0]["position"][1] > at + 0.005
        def where():
            seen = {p.name: (p.node.get("/api/v1/tracks")["tracks"], p.node.get("/api/v1/feeds"), p.node.get("/api/v1/links")["links"]) for p in self.all}
            return json.dumps({"since": at, "now": time.time(), "seen": seen}, indent=1)
        self.until(flies_on, "it flies on", 120, why=where)
        self.assertEqual(answers(self.peer_alert(south, north), "north"), card)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
