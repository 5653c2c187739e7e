"""Nodes that mirror and cosign each other's records: real processes on loopback addresses of their own, killed, restored
from old backups, lied to.

    tests/mirror_test.py build/dev/skypact build/dev/tests/make_ledger
"""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from node_harness import Node

PROGRAM, MAKE_LEDGER = sys.argv[1], sys.argv[2]


def skypact(*arguments, expect=0):
    run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if run.returncode != expect:
        raise AssertionError(f"{arguments}: {run.returncode}\n{run.stdout}\n{run.stderr}")
    return run.stdout


def free_port(host):
    with socket.socket() as s:
        s.bind((host, 0))
        return s.getsockname()[1]


class Party:
    """A party's keys, folder and address, before its node runs."""

    def __init__(self, root, name, number):
        self.name, self.origin = name, f"{name}.example/record"
        self.folder = root / name
        self.folder.mkdir()
        self.host = f"127.0.0.{number}"
        self.api, self.link = free_port(self.host), free_port(self.host)
        self.key = skypact("key", "generate", self.folder / "record.key", "--name", self.origin).strip()
        self.cosigner = skypact("key", "generate", self.folder / "cosigner.key", "--name", f"{name}.example/cosigner", "--type", "cosigner").strip()
        self.root_key = skypact("key", "generate", self.folder / "root.key", "--name", f"{name}.example/root").strip()
        self.node = None

    def url(self):
        return f"http://{self.host}:{self.api}"

    def peer(self):
        return (f'[[peer]]\nparty = "{self.name}"\nurl = "{self.url()}"\nroot_key = "{self.root_key}"\n'
                f'record_key = "{self.key}"\ncosigner_key = "{self.cosigner}"\n')

    def start(self, peers, extra=""):
        link = f'[link]\nlisten = "{self.host}:{self.link}"\ndevelopment_plain_http = true\n' if peers else ""
        record = f'[record]\nenabled = true\nname = "{self.origin}"\nkey_file = "record.key"\ncosigner_key_file = "cosigner.key"\n'
        self.node = Node(PROGRAM, folder=self.folder, server=f'listen = "{self.host}:{self.api}"',
                         extra=link + "".join(p.peer() for p in peers) + record + extra)
        text = self.node.config.read_text().replace('party = "north"', f'party = "{self.name}"', 1)
        self.node.config.write_text(text)
        self.node.start()
        return self.node

    def record(self):
        return json.loads(self.request("/api/v1/record"))

    def request(self, path, port=None):
        with urllib.request.urlopen(f"http://{self.host}:{port or self.api}{path}", timeout=40) as answer:
            return answer.read().decode()

    def audit(self, folder=None, key=None):
        return json.loads(skypact("ledger", "audit", folder or self.folder / "data/record", "--key", key or self.key, "--json"))


def mirror_folder(holder, of):
    return holder.folder / "data/mirrors" / of.origin.replace("/", "_")


def held(holder, of):
    return next((m for m in holder.record()["mirrors"] if m["origin"] == of.origin), None)


def cosigned(owner, by):
    return next(c for c in owner.record()["own"]["cosigned"] if c["by"] == by)


class Mirrors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="skypact-mirror-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.parties = []
        self.zones = 0

    def party(self, name, number):
        party = Party(self.root, name, number)
        self.parties.append(party)
        self.addCleanup(lambda: party.node and party.node.process and party.node.process.poll() is None and party.node.kill())
        return party

    def until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = condition()
            except (OSError, StopIteration):
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {p.name}\n{p.node.log_text()[-1500:]}" for p in self.parties if p.node)
                raise AssertionError(f"not within {seconds} s: {what}\n{logs}")
            time.sleep(0.1)

    def post(self, party, count):
        """Entries of the record: zones that come and go."""
        for _ in range(count):
            self.zones += 1
            zone = {"id": f"z{self.zones}", "rule": "caution", "centre": [50, 4], "radius_nm": 5}
            request = urllib.request.Request(f"http://{party.host}:{party.api}/api/v1/zones", json.dumps(zone).encode(), {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=30).read()

    def published(self, party):
        return party.record()["own"]["published"]

    def test_each_holds_and_cosigns_the_others_record(self):
        north, south = self.party("north", 11), self.party("south", 12)
        north.start([south])
        south.start([north])
        for owner, other in ((north, south), (south, north)):
            self.until(lambda: cosigned(owner, other.name)["size"] > 0, f"{other.name} cosigns {owner.name}")
        self.post(north, 3)
        size = self.until(lambda: self.published(north) > 3 and self.published(north), "entries are published")
        self.until(lambda: cosigned(north, "south")["size"] >= size, "the new entries are cosigned")
        self.assertGreaterEqual(held(south, north)["size"], size)
        # The copy is a log like any other, with the cosignature, and its checkpoint is served.
        policy = self.root / "policy"
        policy.write_text(f"log {north.key}\nwitness south {south.cosigner}\nquorum south\n")
        report = json.loads(skypact("ledger", "audit", mirror_folder(south, north), "--policy", policy, "--json"))
        self.assertEqual([c["witness"] for c in report["cosigned"]], ["south"])
        # What others cosigned stands in the own record, and gives times to entries.
        entries = self.until(lambda: [e for e in skypact("ledger", "entries", north.folder / "data/record").splitlines() if "cosigned" in e], "a cosigned checkpoint in the record")
        self.assertIn("south.example/cosigner", entries[0])
        run = subprocess.run([PROGRAM, "ledger", "prove", str(north.folder / "data/record"), "0", "--policy", str(policy)], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stderr, r"before 20\d\d-.*, by south")
        verified = subprocess.run([PROGRAM, "ledger", "verify", "-", "--policy", str(policy)], input=run.stdout, capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertIn("cosigned by south", verified.stdout)
        self.assertIn("skypact_record_cosigned{", north.request("/metrics"))
        self.assertEqual(skypact("ledger", "status", "--node", f"http://{north.host}:{north.api}").splitlines()[0].split()[2], north.origin + ",")

    def test_a_mirror_catches_up_after_days_and_both_survive_being_killed(self):
        north, south = self.party("north", 13), self.party("south", 14)
        # Days of entries, signed by North's key, before South has ever been there.
        skypact("ledger", "init", north.folder / "data/record", "--key", north.folder / "record.key")
        subprocess.run([MAKE_LEDGER, str(north.folder / "data/record"), "40000", str(north.folder / "record.key")], check=True, capture_output=True, timeout=120)
        north.start([south])
        south.start([north])
        self.until(lambda: 0 < held(south, north)["size"], "the first entries")
        south.node.kill()   # in the middle of it, or behind it: both must do
        north.node.kill()
        south.node.start()
        north.node.start()
        self.until(lambda: held(south, north)["size"] > 40000, "all entries", 120)
        self.until(lambda: cosigned(north, "south")["size"] > 40000, "cosigned")
        for _ in range(2):
            self.post(north, 2)
            north.node.kill()
            north.node.start()
            south.node.kill()
            south.node.start()
        size = self.until(lambda: self.published(north), "it publishes again")
        self.until(lambda: held(south, north)["size"] >= size, "South follows again")
        self.assertFalse(held(south, north)["forked"])
        south.node.stop()
        north.node.stop()
        self.assertGreaterEqual(north.audit()["entries"], south.audit(mirror_folder(south, north), north.key)["entries"])

    def test_a_restored_backup_recovers_from_the_mirror_and_signs_no_fork(self):
        north, south = self.party("north", 15), self.party("south", 16)
        north.start([south])
        south.start([north])
        self.post(north, 2)
        self.until(lambda: self.published(north) >= 3, "published")
        backup = self.root / "backup"
        made = json.loads(skypact("backup", backup, "--config", north.node.config, "--json"))   # while it runs
        self.assertGreaterEqual(made["entries"], 1)
        self.assertFalse(any("key" in str(p.relative_to(backup)) for p in backup.rglob("*")), "a secret in a backup that nobody asked for")
        self.post(north, 5)
        size = self.until(lambda: self.published(north) >= made["entries"] + 5 and self.published(north), "more is published")
        self.until(lambda: held(south, north)["size"] >= size, "and mirrored")
        north.node.stop()
        mirrored = held(south, north)["size"]
        data = north.folder / "data"
        skypact("restore", backup, data, expect=3)       # nothing is overwritten
        data.rename(self.root / "lost")
        damaged = self.root / "damaged"
        shutil.copytree(backup, damaged)
        bundle = next((damaged / "data/record/tile/entries").rglob("*.p/*"))
        bundle.write_bytes(bundle.read_bytes()[:-1] + b"x")
        skypact("restore", damaged, data, expect=3)
        self.assertFalse(data.exists())
        skypact("restore", backup, data)

        south.node.stop()
        north.node.start()                               # the only peer is down: it may not sign
        why = self.until(lambda: north.record()["own"].get("message"), "the reason")
        self.assertIn("came from a backup", why)
        self.assertEqual(north.request("/healthy"), "ok\n", "safety goes on")
        self.assertEqual(north.audit()["entries"], made["entries"])
        south.node.start()
        self.until(lambda: self.published(north) > mirrored, "it has recovered and goes on")
        self.assertFalse((data / "record/restored").exists())
        self.until(lambda: held(south, north)["size"] > mirrored, "South follows")
        self.assertFalse(held(south, north)["forked"])
        north.node.stop()
        south.node.stop()
        self.assertGreaterEqual(north.audit()["entries"], south.audit(mirror_folder(south, north), north.key)["entries"])

    def test_a_forked_record_is_proven_shown_and_recorded(self):
        north, south = self.party("north", 17), self.party("south", 18)
        # North's record in two versions, both signed by its key, and a server that shows the second after the first.
        logs = [self.root / "one", self.root / "other"]
        for number, log in enumerate(logs):
            skypact("ledger", "init", log, "--key", north.folder / "record.key")
            subprocess.run([MAKE_LEDGER, str(log), str(300 + number), str(north.folder / "record.key"), str(number)], check=True, capture_output=True, timeout=60)
        shown = {"log": logs[0]}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = urllib.parse.urlparse(self.path).path
                file = shown["log"] / path.removeprefix("/ledger/")
                found = path.startswith("/ledger/") and file.is_file()
                body = file.read_bytes() if found else b""
                self.send_response(200 if found else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer((north.host, north.api), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        south.start([north])
        self.until(lambda: held(south, north)["size"] == 300, "the first version")
        self.assertFalse(held(south, north)["forked"])
        shown["log"] = logs[1]
        mirror = self.until(lambda: held(south, north)["forked"] and held(south, north), "the fork")
        self.assertEqual(mirror["size"], 300)
        proof = self.root / "proof"
        proof.write_text(mirror["equivocation"])
        verdict = json.loads(skypact("ledger", "verify", proof, "--key", north.key, "--json"))   # offline
        self.assertEqual((verdict["verdict"], verdict["kind"], verdict["origin"]), ("good", "equivocation", north.origin))
        skypact("ledger", "verify", proof, "--key", south.key, expect=1)
        self.assertEqual(json.loads(south.request("/api/v1/node"))["record"]["forked"], [north.origin])
        self.assertIn('skypact_record_forked{party="north"} 1', south.request("/metrics"))
        self.until(lambda: "equivocation" in skypact("ledger", "entries", south.folder / "data/record"), "an entry of South's record")
        south.node.kill()
        south.node.start()
        self.until(lambda: held(south, north)["forked"], "it is remembered")
        self.assertEqual(self.audit_of(south, north), 300)

    def audit_of(self, holder, of):
        return of.audit(mirror_folder(holder, of), of.key)["entries"]

    def test_a_witness_cosigns_without_holding_entries(self):
        north = self.party("north", 19)
        key = skypact("key", "generate", self.root / "witness.key", "--name", "witness.example", "--type", "cosigner").strip()
        process = subprocess.Popen([PROGRAM, "ledger", "witness", str(self.root / "witness"), "--listen", "127.0.0.19:0", "--key", str(self.root / "witness.key"),
                                    "--log", north.key], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.addCleanup(process.stdout.close)
        url = process.stdout.readline().split()[0]
        north.start([], extra=f'[[witness]]\nname = "club"\nurl = "{url}"\nkey = "{key}"\n')
        self.until(lambda: cosigned(north, "club")["size"] > 0, "the witness cosigns")
        self.assertFalse(cosigned(north, "club")["holds_entries"])
        size = self.published(north)
        self.post(north, 1)
        self.until(lambda: cosigned(north, "club")["size"] > size, "and again")

    def test_entries_travel_as_files(self):
        north = self.party("north", 20)
        log = self.root / "log"
        skypact("ledger", "init", log, "--key", north.folder / "record.key")
        skypact("ledger", "init", log, "--key", north.folder / "record.key", expect=3)
        subprocess.run([MAKE_LEDGER, str(log), "700", str(north.folder / "record.key")], check=True, capture_output=True, timeout=60)
        first, second = self.root / "first", self.root / "second"
        skypact("ledger", "export", log, first, "--to", 400)
        skypact("ledger", "export", log, second, "--from", 400)
        skypact("ledger", "export", log, second, expect=3)
        self.assertEqual(json.loads(skypact("ledger", "verify", first, "--key", north.key, "--json"))["entries"], 400)
        copy = self.root / "copy"
        skypact("ledger", "import", copy, second, "--key", north.key, expect=3)
        self.assertEqual(json.loads(skypact("ledger", "import", copy, first, "--key", north.key, "--json")), {"size": 400, "taken": 400, "checkpoint_size": 0})
        skypact("ledger", "import", copy, second, first, "--key", north.key, "--cosigner", north.folder / "cosigner.key")
        self.assertEqual(north.audit(copy)["entries"], 700)
        self.assertEqual(json.loads(skypact("ledger", "status", copy, "--json"))["signed_by"], [north.origin, "north.example/cosigner"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
