#!/usr/bin/env python3
"""What the documents name exists: tests, files, modules, metrics, lines of the log.

Usage: docs_test.py SOURCE_DIR
"""
import fnmatch
import pathlib
import re
import sys

TEST = re.compile(r"^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
BUILT = ("build", "console/dist", "console/node_modules")


def tests_of(root):
    return {f"{suite}.{name}" for path in (root / "src").rglob("*_test.cpp") for suite, name in TEST.findall(path.read_text())} | {
        f"{suite}.{name}" for path in (root / "sim").rglob("*_test.cpp") for suite, name in TEST.findall(path.read_text())}


def documents_of(root):
    return [root / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md")] + sorted((root / "docs").rglob("*.md"))


def tables(text):
    """The rows of every table of a document, as lists of cells, without the headers."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for i, row in enumerate(rows) if not re.fullmatch(r":?-+:?", row[0]) and not (i + 1 < len(rows) and re.fullmatch(r":?-+:?", rows[i + 1][0]))]


def safety(root, tests):
    """Each rule names its proof: a test, several by a pattern, a file of tests, or a test of CTest."""
    rows = tables((root / "docs/safety.md").read_text())
    if len(rows) < 40:
        yield f"docs/safety.md: only {len(rows)} rules found: this test would prove little"
    of_ctest = set(re.findall(r"add_test\(NAME\s+(\w+)", "\n".join(p.read_text() for p in root.glob("*/CMakeLists.txt"))))
    files = {p.name for p in root.rglob("src/**/*_test.cpp")} | {p.name for folder in ("tests", "console/test") for p in (root / folder).iterdir()}
    for rule, _, proofs in rows:
        for proof in re.split(r",\s*", proofs.replace("`", "")):
            if "." in proof and not proof.endswith((".cpp", ".py", ".ts")):
                found = fnmatch.filter(tests, proof)
            else:
                found = proof in files or proof in of_ctest
            if not found:
                yield f'docs/safety.md: "{rule}": there is no test {proof or "named"}'


def paths(root, document):
    """Links, and paths in code that begin with a folder of the tree or of src/."""
    text = document.read_text()
    for target in LINK.findall(text):
        if not (document.parent / target).exists():
            yield f"{document}: links to {target}, which does not exist"
    tops = {p.name for p in root.iterdir() if p.is_dir()} - {".git"}
    modules = {p.name for p in (root / "src").iterdir() if p.is_dir()}
    for code in CODE.findall(text):
        for word in re.findall(r"(?<![\w/.~-])[\w.][\w.-]*(?:/[\w.-]+)+/?", code):
            word = word.rstrip(".")
            top = word.split("/")[0]
            if word.startswith(BUILT) or top not in tops | modules:
                continue
            if not any((base / word).exists() for base in (root, root / "src")):
                yield f"{document}: names {word}, which does not exist"


def filters(document, tests):
    for pattern in re.findall(r"--gtest_filter='?([^'`\s]+)", document.read_text()):
        for one in pattern.split(":"):
            if not fnmatch.filter(tests, one):
                yield f"{document}: no test matches the filter {one}"


def modules(root):
    named = re.findall(r"^\| `(\w+)` \|", (root / "docs/architecture.md").read_text(), re.MULTILINE)
    present = sorted(p.name for p in (root / "src").iterdir() if (p / "CMakeLists.txt").exists())
    if sorted(named) != present:
        yield f"docs/architecture.md lists the modules {sorted(named)}, src/ has {present}"


def operations(root):
    """docs/operations.md is read in a hurry: its metrics and lines of the log must be those that the node writes."""
    text = (root / "docs/operations.md").read_text()
    source = "\n".join(p.read_text() for p in sorted((root / "src/server").rglob("*.cpp")) + sorted((root / "apps").rglob("*.cpp")))
    for metric in re.findall(r"`(skypact_\w+)", text):
        if f'"{metric}"' not in source:
            yield f"docs/operations.md: there is no metric {metric}"
    lines = re.search(r"## Lines of the log.*?\n## ", text, re.DOTALL)
    rows = tables(lines.group()) if lines else []
    if not rows:
        yield "docs/operations.md: has no table of the log's lines"
    for row in rows:
        for line in re.findall(r"`([^`]+)`", row[0]):
            if f'("{line}"' not in source:
                yield f"docs/operations.md: the log has no line \"{line}\""


def findings(root):
    tests = tests_of(root)
    yield from safety(root, tests)
    for document in documents_of(root):
        yield from paths(root, document)
        yield from filters(document, tests)
    yield from modules(root)
    yield from operations(root)


if __name__ == "__main__":
    found = list(findings(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) or "the documents name what exists")
    sys.exit(1 if found else 0)
