"""The notices' page on three real nodes under a pact with a minimum notice: console/test/notices.spec.mjs in browsers.

    tests/notices_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from notice_test import NoticeParties
from pact_harness import PROGRAM, Sky

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/notices.spec.mjs"
PASSWORD = "seven red boats at noon"
SKIPPED = 77


class Console(NoticeParties):
    first_host = 81
    leads = (60, 120, 300)
    status = 0

    def test_notices_are_given_acknowledged_changed_and_cancelled_in_browsers(self):
        terms, _ = self.agree(1, 2)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three", 400)
        # Relief's node has accounts: one that may speak on the line, and one that may only look.
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            if party is self.relief:
                for account, role in (("officer", "watch_officer"), ("watcher", "observer")):
                    subprocess.run([PROGRAM, "account", "add", account, "--name", account.title(), "--role", role, "--config", party.node.config, "--password-file", "-"],
                                   input=PASSWORD + " first\n", check=True, capture_output=True, text=True)
            party.node.start()
        for party in (self.north, self.south):
            self.until(lambda: party.node.request("GET", "/api/v1/notices")[0] == 200 and party.node.get("/api/v1/notices")["complete"], f"{party.name} knows its numbers")
            self.until(lambda: all(p["link_up"] for p in party.node.get("/api/v1/line")["peers"]), f"{party.name}'s links are up")
            self.until(lambda: (party.pact() or {}).get("in_force") == terms, f"{party.name} knows the pact")
        sky = Sky.side_by_side(self.all)
        self.addCleanup(sky.end)
        world = self.north.folder.parent / "world.json"
        world.write_text(json.dumps({"password": PASSWORD, "parties": {p.name: {"url": p.node.url} for p in self.all}}))
        type(self).status = subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=1100).returncode
        self.assertIn(self.status, (0, SKIPPED))


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Console.status if done.wasSuccessful() else 1)
