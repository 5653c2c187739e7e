"""Voice and video between two officers: two pages on two real nodes, driven by console/test/call.spec.mjs, and what the records hold of it.

    tests/call_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from pact_harness import ThreeParties, skypact

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/call.spec.mjs"
SKIPPED = 77


class Calls(ThreeParties):
    first_host = 51
    status = 0

    @classmethod
    def extra_of(cls, party):
        return '[line]\n[[line.desk]]\nid = "duty"\nname = "Duty desk"\nlanguages = ["en"]\n'

    def signals(self, party):
        """Of its own record: who said what about which call, and what the timers found."""
        said = []
        for line in skypact("ledger", "entries", party.folder / "data/record").splitlines():
            entry = json.loads(json.loads(line)["entry"])
            if entry["type"] == "line_event":
                said.append((entry["body"]["event"], ""))
            if entry["type"] not in ("message", "message_received"):
                continue
            note = json.loads(entry["body"]["note"].split("\n\n")[0])
            if note["type"] == "line.signal":
                said.append((note["body"]["kind"], note["body"].get("outcome", "")))
                self.assertNotIn("a=candidate", entry["body"]["note"])
            elif note["type"] in ("line.officer", "line.minutes"):
                said.append((note["type"], note["from"]))
        return said

    def test_two_officers_see_and_know_each_other(self):
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            party.node.start()
        for party in self.all:
            peers = {p.name for p in self.all} - {party.name}
            self.until(lambda: {p["party"] for p in party.node.get("/api/v1/line")["peers"] if p["link_up"]} == peers, f"{party.name}'s links are up")
        world = self.north.folder.parent / "world.json"
        world.write_text(json.dumps({"parties": {p.name: {"url": p.node.url} for p in self.all}}))
        status = subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=500).returncode
        type(self).status = status
        self.assertIn(status, (0, SKIPPED))
        if status == SKIPPED:
            return
        for party in (self.north, self.south):
            wanted = [("offer", ""), ("answer", ""), ("checked", "verified"), ("end", "hung_up"), ("checked", "refuted"), ("checked", "insisted"),
                      ("line.officer", "north"), ("line.officer", "south"), ("line.minutes", "north"), ("line.minutes", "south")]
            self.until(lambda: set(wanted) <= set(self.signals(party)), f"{party.name}'s record holds the calls, from start to end")
            said = skypact("line", "calls", "--node", party.node.url)
            for line in ("open at duty called; open at duty answered", "south verified the other end", "south refuted the other end: ", "signed by both:\n    Nothing flies over the ridge before noon."):
                self.assertIn(line, said)


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Calls.status if done.wasSuccessful() else 1)
