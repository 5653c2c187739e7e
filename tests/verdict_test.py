"""Two parties' nodes judge what was, each from its own reports, and hold their verdicts against each other; afterwards anybody finds
the same from the recording, and is shown with proofs what was said, what was agreed and who was near.

    tests/verdict_test.py build/dev/skypact
"""

import datetime
import json
import math
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from pact_harness import ThreeParties, skypact, utc

PROGRAM = sys.argv[1]
ONE, OTHER = "3B0001", "710001"


class Reports:
    """Two aircraft side by side, four miles apart at one level; the same reports to every node."""

    def __init__(self, parties):
        self.parties, self.ending = parties, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        began = time.time()
        while not self.ending.wait(1):
            now = time.time()
            at = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            lon = 3 + (now - began) * 240 / 3600 / 60 / math.cos(math.radians(52))
            lines = "".join(json.dumps({"icao": icao, "measured_at": at, "lat_deg": round(lat, 7), "lon_deg": round(lon, 7), "accuracy_m": 10, "altitude_ft": 24000,
                                        "altitude_datum": "pressure", "ground_speed_kt": 240, "track_deg": 90, "vertical_rate_fpm": 0}) + "\n"
                            for icao, lat in ((ONE, 52.0), (OTHER, 52 + 4 / 60)))
            for party in self.parties:
                try:
                    party.node.request("POST", "/api/v1/reports", lines.encode(), content_type="application/x-ndjson")
                except OSError:
                    pass

    def end(self):
        self.ending.set()
        if self.thread.is_alive():
            self.thread.join()


class Verdicts(ThreeParties):
    first_host = 41

    def entries(self, party, log, kind):
        """Of a type, with their index; what is signed so far. A node that writes meanwhile may replace the newest tile between two reads."""
        for last in (False, False, True):
            try:
                out = skypact("ledger", "entries", party.folder / "data" / log)
                break
            except AssertionError:
                if last:
                    raise
        lines = [json.loads(line) for line in out.splitlines()]
        return [dict(json.loads(line["entry"]), index=line["index"]) for line in lines if json.loads(line["entry"])["type"] == kind]

    def test_verdicts_are_found_compared_and_answered_for(self):
        terms, since = self.agree(1, 5)
        reports = Reports(self.all)
        self.addCleanup(reports.end)

        # Each finds it lost, in the first whole minute, in its own record, from the same evidence; and each says that the other found the same.
        def agreeing(party, other):
            return [e for e in self.entries(party, "record", "verdict_compared") if e["body"]["party"] == other.name and e["body"]["same_evidence"] and e["body"]["from"] >= utc(since)]
        compared = self.until(lambda: agreeing(self.north, self.south), "north compares with south", 300)
        self.until(lambda: agreeing(self.south, self.north), "south compares with north", 120)
        self.assertTrue(all(e["body"]["agrees"] and e["body"]["finding"] == "lost" for e in compared), compared)
        evidence = compared[0]["body"]["evidence"]
        verdict = next(e for e in self.entries(self.north, "record", "verdict") if e["body"]["evidence"] == evidence)
        self.assertEqual(verdict["body"]["minima_origin"]["horizontal"], {"clause": "minima.abreast", "version": f"corridor v1 {terms[:12]}"})
        self.assertNotIn(ONE, json.dumps(verdict), "which aircraft is not published")
        # The desk is told with the alert.
        def shown():
            alerts = self.north.node.get("/api/v1/alerts")["alerts"]
            return [c for a in alerts for v in a.get("verdicts", []) for c in v.get("compared", []) if c["party"] == "south"]
        self.assertTrue(all(c["agrees"] for c in self.until(shown, "the alert shows what south found", 120)))
        reports.end()
        for party in self.all:
            party.node.stop()

        # Offline, from the recording and the terms alone: the same evidence, byte for byte.
        path = next(self.north.folder.glob("terms-1-*.toml"))
        for party in (self.north, self.south):
            out = self.judged(path, party)
            self.assertIn(evidence, [v["evidence"] for v in out["verdicts"]], party.name)
            self.assertEqual(out["losses"], 1)
        files = [self.folder.name + f"/{name}.json" for name in ("one", "other")]
        minute = ["--pair", ONE, OTHER, "--from", verdict["body"]["from"], "--to", verdict["body"]["to"]]
        for party, file in zip((self.north, self.south), files):
            self.judged(path, party, *minute, "--evidence-out", file)
        self.assertIn("the same evidence", skypact("verdict", "compare", *files))
        changed = pathlib.Path(files[1])
        changed.write_text(changed.read_text().replace('"suspect":false', '"suspect":true', 1))
        self.assertIn("suspect", self.printed("verdict", "compare", *files, status=1))

        # What the record only commits to is opened, and a changed file proves nothing.
        journal = next(e for e in self.entries(self.north, "journal", "verdict") if e["body"]["verdict"]["evidence"] == evidence)
        disclosure = self.north.folder / "verdict.disclosure"
        disclosure.write_text(skypact("ledger", "disclose", self.north.folder / "data/journal", journal["index"], "--record", self.north.folder / "data/record"))
        good = json.loads(skypact("ledger", "verify", disclosure, "--key", self.north.keys["record"], "--json"))
        self.assertEqual((good["verdict"], good["kind"], good["index"]), ("good", "disclosure", verdict["index"]))
        self.assertIn(ONE, json.dumps(good))
        self.printed("ledger", "verify", disclosure, "--key", self.south.keys["record"], status=1)

        # Which version was in force, by which entries, each with a proof that stands alone.
        proofs = self.north.folder / "proofs"
        policy = self.north.folder / "policy"
        policy.write_text(f'log {self.north.keys["record"]}\nwitness south {self.south.keys["cosigner"]}\nwitness relief {self.relief.keys["cosigner"]}\ngroup others any south relief\nquorum others\n')
        said = json.loads(skypact("pact", "in-force", "--at", verdict["body"]["from"], "--config", self.north.node.config, "--policy", policy, "--out", proofs, "--json"))
        self.assertEqual((said["version"], said["certain"]), (f"corridor v1 {terms[:12]}", True), said)
        self.assertEqual({(e["party"], e["what"].split(",")[0]) for e in said["because"] if e["what"].startswith("pact.signature")},
                         {(p.name, "pact.signature") for p in self.all})
        for entry in said["because"]:
            skypact("ledger", "verify", proofs / entry["proof"], "--policy", policy)
            # By others' clocks, and no earlier than it says itself: the nodes run on one machine.
            self.assertGreater(entry["written_before"][:19], entry["recorded_at"][:18], entry)
        before = self.printed("pact", "in-force", "--at", "2020-01-01T00:00:00Z", "--config", self.north.node.config, status=1)
        self.assertIn("no version of corridor was in force", before)

        # Who was near, and that the recording is whole; with a byte changed it says that it is not.
        recording = self.north.folder / "data/recording"
        ask = ["ask", "within", "5nm", "--of", ONE, "--recording", recording, "--config", self.north.node.config, "--from", verdict["body"]["from"], "--to", verdict["body"]["to"],
               "--record", self.north.folder / "data/record", "--key", self.north.keys["record"], "--json"]
        answer = json.loads(skypact(*ask, "--out", proofs))
        self.assertEqual([(n["key"], n["certain"]) for n in answer["near"]], [(OTHER, True)])
        self.assertTrue(answer["coverage"]["complete"], answer["coverage"])
        self.assertIn("api", [s["name"] for s in answer["coverage"]["sources"]])
        for entry in answer["coverage"]["entries"]:
            skypact("ledger", "verify", proofs / entry["proof"], "--key", self.north.keys["record"])
        copy = self.north.folder / "copy"
        copy.mkdir()
        for segment in recording.glob("*.skyrec"):
            data = bytearray(segment.read_bytes())
            at = data.rfind(b'"measured_at": "' + verdict["body"]["from"][:16].encode())
            if at >= 0:
                data[at + 1] ^= 1
            (copy / segment.name).write_bytes(bytes(data))
        ask[ask.index(recording)] = copy
        changed = json.loads(self.printed(*ask, status=1))
        self.assertIn("wrong", [p["bytes"] for p in changed["coverage"]["parts"]])

    def judged(self, path, party, *more):
        return json.loads(self.printed("verdict", "judge", "--terms", path, "--recording", party.folder / "data/recording", "--config", party.node.config, "--json", *more, status=1))

    def printed(self, *arguments, status):
        """What it prints while it ends with this status."""
        run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, status, f"{arguments}\n{run.stdout}\n{run.stderr}")
        return run.stdout


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
