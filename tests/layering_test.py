#!/usr/bin/env python3
"""A module includes only modules above it in the list of docs/architecture.md, and only `server` uses Boost.Asio.

Usage: layering_test.py SOURCE_DIR
"""
import pathlib
import re
import sys

ORDER = ["base", "json", "geo", "airspace", "wire", "track", "guard", "ledger", "pact", "plan", "accounts", "line", "distress", "link", "node", "server"]
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def violations(root: pathlib.Path):
    files = sorted(p for p in (root / "src").rglob("*") if p.suffix in (".h", ".cpp"))
    if not files:
        yield "no source files found: this test would prove nothing"
    for path in files:
        module = path.relative_to(root / "src").parts[0]
        if module not in ORDER:
            yield f"{path}: the module '{module}' is not in the list; add it to docs/architecture.md and to this test"
            continue
        for kind, target in INCLUDE.findall(path.read_text()):
            first = target.split("/")[0]
            if kind == '"' and first in ORDER and ORDER.index(first) > ORDER.index(module):
                yield f"{path}: includes {target}, but {first} stands below {module}"
            if target.startswith(("boost/asio", "boost/beast")) and module != "server":
                yield f"{path}: includes {target}; sockets belong to server"
            if path.suffix == ".h" and target.startswith("fmt/"):
                yield f"{path}: includes {target}; fmt stays in .cpp files"
        if path.suffix == ".h" and "#pragma once" not in path.read_text():
            yield f"{path}: has no #pragma once"


if __name__ == "__main__":
    found = list(violations(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "layering holds")
    sys.exit(1 if found else 0)
