"""The pact's page on three real nodes: makes a pact, and lets console/test/pact.spec.mjs change it in a browser.

    tests/pact_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from pact_harness import PASSPHRASE, PROGRAM, Sky, ThreeParties

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/pact.spec.mjs"
SKIPPED = 77


class Console(ThreeParties):
    first_host = 41
    extra = "[recording]\nenabled = true\n"
    leads = (60, 120, 300)
    status = 0

    def test_a_pact_is_changed_in_the_browser(self):
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            party.node.start()
        self.setUp()
        sky = Sky.side_by_side(self.all)
        self.addCleanup(sky.end)
        terms, _ = self.agree(1, 3)
        self.until(lambda: self.states(terms) == ["in_force"] * 3, "in force at all three", 120)
        world = self.north.folder.parent / "world.json"
        world.write_text(json.dumps({
            "skypact": str(pathlib.Path(PROGRAM).resolve()), "passphrase": PASSPHRASE, "passphrase_file": str(self.north.passphrase), "lead_s": 150,
            "parties": {p.name: {"url": p.node.url, "keys": [str(p.folder / f"signatory-{i}.key") for i in (1, 2)], "recording": str(p.folder / "data/recording"), "config": str(p.node.config)} for p in self.all}}))
        type(self).status = subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=900).returncode
        self.assertIn(self.status, (0, SKIPPED))


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Console.status if done.wasSuccessful() else 1)
