"""The plans' page on two real nodes that are USSs of one DSS: console/test/plans.spec.mjs in browsers.

    tests/plans_console_test.py build/dev/skypact console/dist build/dev/screenshots

Exit status 77: skipped, because there is no browser or the console is not built.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from utm_harness import UssNode, make_key

PROGRAM, DIST, SCREENSHOTS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
SPEC = pathlib.Path(__file__).resolve().parent.parent / "console/test/plans.spec.mjs"
SKIPPED = 77


def main():
    if not (DIST / "index.html").exists():
        print("SKIPPED: console/dist is missing: npm ci && npm run build in console/")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="skypact-test-") as folder:
        keys = make_key(folder, "auth")
        north = UssNode(PROGRAM, "north", keys)
        south = UssNode(PROGRAM, "south", keys, dss=north.base_url)
        for node in (north, south):
            shutil.copytree(DIST, node.folder / "console", dirs_exist_ok=True)
        with north, south:
            for node in (north, south):
                node.wait_for_uss()
            world = pathlib.Path(folder) / "world.json"
            world.write_text(json.dumps({"parties": {node.name: {"url": node.url} for node in (north, south)}}))
            return subprocess.run(["node", str(SPEC), str(world), str(SCREENSHOTS)], cwd=SPEC.parent.parent, timeout=800).returncode


if __name__ == "__main__":
    sys.exit(main())
