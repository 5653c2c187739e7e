"""The requests' page on three real nodes that ask each other for clearances, and on one that cannot: console/test/requests.spec.mjs in browsers.

    tests/requests_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from line_test import LineParties
from node_harness import Node
from pact_harness import PROGRAM, Sky

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/requests.spec.mjs"
PASSWORD = "seven red boats at noon"
SKIPPED = 77


class Console(LineParties):
    first_host = 131
    status = 0

    def test_clearances_are_asked_answered_amended_and_revoked_in_browsers(self):
        # Relief's node has accounts: one that may speak for the desk, and one that may only look.
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            if party is self.relief:
                for account, role in (("officer", "watch_officer"), ("watcher", "observer")):
                    subprocess.run([PROGRAM, "account", "add", account, "--name", account.title(), "--role", role, "--config", party.node.config, "--password-file", "-"],
                                   input=PASSWORD + " first\n", check=True, capture_output=True, text=True)
            party.node.start()
        alone = Node(PROGRAM)   # keeps no record and has no peer
        shutil.copytree(DIST, alone.folder / "console", dirs_exist_ok=True)
        with alone:
            for party in (self.north, self.south):
                self.until(lambda: party.node.request("GET", "/api/v1/clearances")[0] == 200, f"{party.name} has read its record")
                self.until(lambda: all(p["link_up"] for p in party.node.get("/api/v1/line")["peers"]), f"{party.name}'s links are up")
            sky = Sky.side_by_side(self.all)
            self.addCleanup(sky.end)
            world = self.north.folder.parent / "world.json"
            world.write_text(json.dumps({"password": PASSWORD, "parties": {p.name: {"url": p.node.url} for p in self.all} | {"alone": {"url": alone.url}}}))
            type(self).status = subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=1100).returncode
        self.assertIn(self.status, (0, SKIPPED))


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Console.status if done.wasSuccessful() else 1)
