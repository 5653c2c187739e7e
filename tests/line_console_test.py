"""The duty line's page on three real nodes: lets console/test/line.spec.mjs talk over it in browsers.

    tests/line_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from pact_harness import PROGRAM, Sky, ThreeParties

DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/line.spec.mjs"
SKIPPED = 77


class Console(ThreeParties):
    first_host = 51
    status = 0

    @classmethod
    def extra_of(cls, party):
        carried = "" if party.name == "relief" else 'carried_by = ["relief"]\n'
        languages = {"north": '["en", "fr"]', "south": '["ru", "en"]', "relief": '["ar"]'}[party.name]
        return f'[line]\n{carried}[[line.desk]]\nid = "duty"\nname = "{party.name.title()} duty desk"\nlanguages = {languages}\n'

    def test_a_stop_is_exchanged_in_browsers(self):
        for party in self.all:
            party.node.stop()
            shutil.copytree(DIST, party.folder / "console", dirs_exist_ok=True)
            party.node.start()
        self.setUp()
        sky = Sky.side_by_side(self.all)
        self.addCleanup(sky.end)
        for party in self.all:
            self.until(lambda: all(p["link_up"] for p in party.node.get("/api/v1/line")["peers"]), f"{party.name}'s links are up")
        world = self.north.folder.parent / "world.json"
        world.write_text(json.dumps({"skypact": str(pathlib.Path(PROGRAM).resolve()), "parties": {p.name: {"url": p.node.url} for p in self.all}}))
        type(self).status = subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=900).returncode
        self.assertIn(self.status, (0, SKIPPED))


if __name__ == "__main__":
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        sys.exit(SKIPPED)
    done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(Console.status if done.wasSuccessful() else 1)
