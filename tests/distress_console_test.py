"""The distress desk's pages on three real nodes while their pact is suspended: console/test/distress.spec.mjs in a browser.

    tests/distress_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from distress_test import BURST, DistressParties

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/distress.spec.mjs"
SKIPPED = 77


class Console(DistressParties):
    first_host = 61
    leads = (60, 120, 300)
    status = 0

    def test_cases_are_seen_told_and_released_in_the_browser(self):
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            party.node.start()
        self.setUp()
        terms, _ = self.agree(1, 3)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three", 400)
        path = self.south.folder / "terms-suspended.json"
        path.write_bytes(self.south.node.request("GET", f"/api/v1/pact/terms/{terms}")[2])
        self.south.together("suspend", path, "--clause", "minima.abreast", "--reason", "a dispute")
        self.until(lambda: all(p.version(terms)["suspended"] == ["minima.abreast"] for p in self.all), "suspended at all three")
        world = self.north.folder.parent / "world.json"
        world.write_text(json.dumps({"parties": {p.name: {"url": p.node.url} for p in self.all}, "burst": BURST, "title": "45B146", "suspended": True}))
        type(self).status = subprocess.run(["node", str(SPEC), str(SCREENSHOTS), str(world)], cwd=SPEC.parent.parent, timeout=1100).returncode
        self.assertIn(self.status, (0, SKIPPED))


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Console.status if done.wasSuccessful() else 1)
