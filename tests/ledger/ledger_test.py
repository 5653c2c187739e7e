#!/usr/bin/env python3
"""A ledger as others meet it: the command line, and a reader in Go that nobody here wrote.

Usage: ledger_test.py SKYPACT MAKE_LEDGER [unittest arguments]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SKYPACT, MAKE_LEDGER = sys.argv[1:3]
HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent.parent / "shared" / "data" / "tlog"
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
GO_SOURCES = pathlib.Path("/usr/share/gocode")   # where Debian's packages put libraries of Go


def skypact(*arguments, stdin=None):
    run = subprocess.run([SKYPACT, "ledger", *map(str, arguments)], input=stdin, capture_output=True, timeout=120)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


class Ledger(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def make(self, entries):
        folder = self.root / str(entries)
        policy = subprocess.run([MAKE_LEDGER, folder, str(entries)], capture_output=True, check=True, timeout=120).stdout.decode()
        path = self.root / f"{entries}.policy"
        path.write_text(policy)
        return folder, path

    def test_an_audit_of_an_honest_log_is_good(self):
        for entries in (0, 1, 256, 1000):
            folder, policy = self.make(entries)
            status, out, err = skypact("audit", folder, "--policy", policy, "--json")
            self.assertEqual((status, err), (0, ""), out)
            report = json.loads(out)
            self.assertEqual((report["verdict"], report["entries"], report["size"], report["origin"]), ("good", entries, entries, "north.example/record"))
            self.assertEqual({c["witness"]: c["at"] for c in report["cosigned"]}, {"south": "2027-01-15T08:00:00.000Z", "relief": "2027-01-15T08:00:00.000Z"})

    def test_an_audit_names_the_entry_that_was_changed(self):
        folder, policy = self.make(1000)
        bundle = folder / "tile/entries/002"
        text = bundle.read_bytes()
        self.assertIn(b'{"n":700,', text)
        bundle.write_bytes(text.replace(b'{"n":700,', b'{"n":701,'))
        status, out, _ = skypact("audit", folder, "--policy", policy)
        self.assertEqual(status, 1)
        self.assertIn("entry 700 ", out)

    def test_a_missing_cosigner_is_named(self):
        folder, policy = self.make(3)
        checkpoint = folder / "checkpoint"
        checkpoint.write_text("".join(line for line in checkpoint.read_text().splitlines(True) if "relief.example" not in line))
        status, out, _ = skypact("audit", folder, "--policy", policy)
        self.assertEqual(status, 1)
        self.assertIn("missing: relief", out.replace('"', ""))

    def test_a_proof_convinces_somebody_without_the_log(self):
        folder, policy = self.make(300)
        for index in (0, 7, 255, 256, 299):
            status, proof, err = skypact("prove", folder, index)
            self.assertEqual((status, err), (0, ""))
            status, out, _ = skypact("verify", "-", "--policy", policy, "--json", stdin=proof.encode())
            self.assertEqual(status, 0, out)
            verdict = json.loads(out)
            self.assertEqual((verdict["index"], verdict["size"]), (index, 300))
            self.assertIn("" if index == 7 else f'"n":{index},', verdict["entry"])
        # Another index, another entry, another log's policy.
        self.assertEqual(skypact("verify", "-", "--policy", policy, stdin=proof.replace("index 299", "index 298").encode())[0], 1)
        other = self.root / "entry"
        other.write_text("another entry")
        self.assertEqual(skypact("verify", "-", "--policy", policy, "--entry", other, stdin=proof.encode())[0], 1)
        status, out, _ = skypact("verify", "-", "--key", TESSERA, stdin=proof.encode())
        self.assertEqual(status, 1)
        self.assertIn("no known key", out)

    def test_entries_are_printed_from_where_one_asks(self):
        folder, _ = self.make(600)
        status, out, _ = skypact("entries", folder, "--from", 254, "--count", 4)
        self.assertEqual(status, 0)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["index"] for line in lines], [254, 255, 256, 257])
        self.assertIn('"n":256,', lines[2]["entry"])
        self.assertEqual(len(skypact("entries", folder)[1].splitlines()), 600)
        self.assertEqual(skypact("entries", folder, "--from", 600)[:2], (0, ""))

    def test_what_is_no_ledger_is_bad_input_and_says_so(self):
        for arguments, expected, part in (
                (("audit", self.root, "--key", TESSERA), 3, "checkpoint"),
                (("audit", self.root), 2, "--key or --policy"),
                (("audit", self.root, "--key", "nonsense"), 2, "name+id+base64"),
                (("audit", self.root, "--policy", self.root / "absent"), 3, "absent"),
                (("prove", self.root, 0), 3, "checkpoint"),
                (("prove", self.root, -1), 2, "INDEX"),
                (("verify", self.root / "absent", "--key", TESSERA), 3, "absent")):
            status, out, err = skypact(*arguments)
            self.assertEqual((status, out), (expected, ""), arguments)
            self.assertIn(part, err)

    def test_a_key_is_made_once_and_shown(self):
        file = self.root / "record.key"
        def key(*arguments):
            run = subprocess.run([SKYPACT, "key", *map(str, arguments)], capture_output=True, timeout=60)
            return run.returncode, run.stdout.decode(), run.stderr.decode()
        status, made, err = key("generate", file, "--name", "north.example/record")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(made, r"^north\.example/record\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}\n$")
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(key("show", file)[:2], (0, made))
        self.assertEqual(json.loads(key("show", file, "--json")[1])["verifier_key"], made.strip())
        self.assertEqual(key("generate", file, "--name", "north.example/record")[0], 3)
        self.assertEqual(key("generate", self.root / "x", "--name", "a b")[0], 2)
        file.chmod(0o644)
        status, _, err = key("show", file)
        self.assertEqual(status, 3)
        self.assertIn("chmod 600", err)

    @unittest.skipUnless(DATA.exists(), f"{DATA} is missing")
    def test_a_foreign_log_is_audited(self):
        status, out, _ = skypact("audit", DATA / "tessera-log", "--key", TESSERA)
        self.assertEqual(status, 0, out)

    @unittest.skipUnless(shutil.which("go") and GO_SOURCES.exists(), "Go or its library x/mod is not installed")
    def test_another_implementation_verifies_every_entry(self):
        environment = dict(os.environ, GO111MODULE="off", GOPATH=str(GO_SOURCES), GOFLAGS="", GOTOOLCHAIN="local",
                           GOCACHE=os.environ.get("GOCACHE", str(pathlib.Path.home() / ".cache" / "go-build")))
        checker = self.root / "check_ledger"
        subprocess.run(["go", "build", "-o", checker, HERE / "check_ledger.go"], env=environment, check=True, timeout=300)
        for entries in (1, 255, 256, 257, 1000, 66_000):
            folder, policy = self.make(entries)
            run = subprocess.run([checker, folder, policy], capture_output=True, timeout=300)
            self.assertEqual(run.returncode, 0, run.stderr.decode())
            self.assertRegex(run.stdout.decode(), rf"^{entries} entries, [1-9]\d* older checkpoints, 3 signatures$")
        # So does a mirror of it, with the holder's cosignature.
        source, source_policy = self.make(700)
        log_key = source_policy.read_text().splitlines()[0].split()[1]
        cosigner = subprocess.run([SKYPACT, "key", "generate", self.root / "cosigner.key", "--name", "holder.example", "--type", "cosigner"],
                                  capture_output=True, check=True, timeout=60).stdout.decode().strip()
        mirror, stretch, mirror_policy = self.root / "mirror", self.root / "stretch", self.root / "mirror.policy"
        mirror_policy.write_text(f"log {log_key}\nwitness holder {cosigner}\nquorum holder\n")
        self.assertEqual(skypact("export", source, stretch)[0], 0)
        self.assertEqual(skypact("import", mirror, stretch, "--key", log_key, "--cosigner", self.root / "cosigner.key")[0], 0)
        run = subprocess.run([checker, mirror, mirror_policy], capture_output=True, timeout=300)
        self.assertEqual(run.returncode, 0, run.stderr.decode())
        self.assertRegex(run.stdout.decode(), r"^700 entries, 0 older checkpoints, 2 signatures$")
        # It can fail: the reader sees what we see.
        bundle = folder / "tile/entries/002"
        bundle.write_bytes(bundle.read_bytes().replace(b'{"n":700,', b'{"n":701,'))
        run = subprocess.run([checker, folder, policy], capture_output=True, timeout=300)
        self.assertEqual(run.returncode, 1)
        self.assertIn("entry 700", run.stderr.decode())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
