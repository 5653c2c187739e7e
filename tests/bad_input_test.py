"""What a node is given and must not take, end to end: by its own people at the API and the shell, and by a peer that holds good keys and
signs what it likes. Each is refused with a reason that says what to do, stands where one will look for it, and the node goes on with
everything that it had acknowledged.

    tests/bad_input_test.py build/dev/skypact

Elsewhere: clauses and their places, one by one, in Refusals (src/pact/terms_test.cpp) and pact_terms; who may state what in which state in
LifeCycle (src/pact) and pact_command_line; a proposal for an outdated version at the shell in negotiation; garbage on feeds and HTTP, and
a disk that refuses, in node_faults; forked and damaged records in mirrors; messages of the link in LinkMessage and node_links; replayed,
repeated and exchanged messages in bad_network.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from hostile_harness import HostileParty, canonical, note
from node_harness import Node
from pact_harness import minima_clause, terms_text

PROGRAM = sys.argv[1]
HOUR = 3600


def stamp(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(t * 1000) % 1000:03}Z"


def id_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


class BadInput(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="skypact-bad-")
        cls.root = pathlib.Path(cls.temporary.name)
        # North's people and South are the test's; North's node is real.
        cls.people = HostileParty(PROGRAM, cls.root / "people", "north", "127.0.0.31")
        cls.south = HostileParty(PROGRAM, cls.root / "south", "south", "127.0.0.32")
        cls.south.answer = cls.live_answer
        cls.clock_ahead = 0
        folder = cls.root / "north"
        folder.mkdir()
        for key in ("record", "cosigner"):
            (folder / f"{key}.key").write_bytes((cls.root / "people" / f"{key}.key").read_bytes())
            (folder / f"{key}.key").chmod(0o600)
        subprocess.run([PROGRAM, "ledger", "init", str(folder / "data/record"), "--key", str(folder / "record.key")], check=True, capture_output=True)
        cls.node = Node(PROGRAM, folder=folder, extra=f"""
[link]
listen = "127.0.0.31:0"
development_plain_http = true
{cls.south.peer()}
[record]
enabled = true
name = "north.example/record"
key_file = "record.key"
cosigner_key_file = "cosigner.key"
root_key = "{cls.people.root.verifier}"
""")
        cls.node.start()
        cls.node.until(lambda: cls.node.get("/api/v1/record")["own"]["state"] == "on", "the record is on")
        cls.node.until(lambda: cls.node.request("GET", "/api/v1/pact")[0] != 503, "and read")

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()
        cls.south.close()
        cls.people.close()
        cls.temporary.cleanup()

    @classmethod
    def live_answer(cls, path, message):
        """What South's link answers; by its clock."""
        now = stamp(time.time() + cls.clock_ahead)
        return 200, {"v": 1, "boot": "00000000000000aa", "sent_at": message["sent_at"], "received_at": now, "answered_at": now, "greeting": message["to"] != "00000000000000aa",
                     "taken": 0, "checkpoints": []}

    # ---- terms and statements

    def party_table(self, party):
        signatories = "".join(f'[[party.signatory]]\nid = "{k.name.split("/")[1]}"\nname = "{k.name}"\nkey = "{k.verifier}"\n' for k in party.signatories)
        return (f'[[party]]\nid = "{party.name}"\nname = "{party.name}"\nbadge = "{party.name[:4].upper()}"\nlanguages = ["en"]\nroot_key = "{party.root.verifier}"\n'
                f'record_key = "{party.record_key.verifier}"\ncosigner_key = "{party.cosigner.verifier}"\ntls_pins = ["{base64.b64encode(hashlib.sha256(party.name.encode()).digest()).decode()}"]\nquorum = 2\n{signatories}'
                f'[[party.desk]]\nid = "duty"\nname = "Duty desk"\nlanguages = ["en"]\ncontact = "by radio"\n')

    def terms(self, version=1, replaces=None, since=None, horizontal="5nm"):
        """Canonical text."""
        since = int(since or time.time() + HOUR)
        path = self.root / f"terms-{time.time_ns()}.toml"
        path.write_text(terms_text(version, since, [self.party_table(self.people), self.party_table(self.south)], minima_clause(horizontal), replaces))
        run = subprocess.run([PROGRAM, "pact", "show", str(path), "--canonical"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def statement(self, kind, body, at=None, party="north"):
        return canonical({"at": stamp(at or time.time()), "body": body, "pact": "corridor", "party": party, "seen": {}, "type": kind, "v": 1}) + "\n"

    def proposal(self, terms, at=None, party="north", respond_by=None):
        return self.statement("pact.proposal", {"terms": id_of(terms), "respond_by": stamp(respond_by or time.time() + HOUR / 2), "remark": ""}, at, party)

    def state(self, text, terms=None):
        status, _, answer = self.node.request("POST", "/api/v1/pact/statements", {"note": text} | ({"terms": terms} if terms else {}))
        return status, answer.decode()

    def pact(self):
        return self.node.get("/api/v1/pact")

    def version(self):
        return next(v for v in self.pact()["versions"] if v["terms"] == id_of(self.first))

    def acts(self):
        """Entries of the own record that state or receive something, to compare before and after."""
        self.node.until(lambda: (own := self.node.get("/api/v1/record")["own"])["published"] == own["entries"], "published")
        run = subprocess.run([PROGRAM, "ledger", "entries", str(self.node.folder / "data/record")], capture_output=True, text=True, check=True)
        entries = [json.loads(json.loads(line)["entry"]) for line in run.stdout.splitlines()]
        return [e for e in entries if e["type"] in ("statement", "terms", "received")]

    def refused(self, answer, status, *words):
        with self.subTest(expected=words):
            self.assertEqual(answer[0], status, answer[1])
            message = json.loads(answer[1])["error"]["message"]
            for word in words:
                self.assertIn(word, message)

    # ---- a node's own people

    def test_1_own_people_are_told_what_is_wrong_and_nothing_of_it_is_recorded(self):
        north, south = self.people.signatories, self.south.signatories
        before = len(self.acts())
        terms = self.terms()
        text = self.proposal(terms)
        good = note(text, north[0])

        # Signatures.
        self.refused(self.state(text, terms), 400, "signature")
        self.refused(self.state(text + "\n", terms), 400, "not signed")
        body, line = good.rsplit("\n\n", 1)
        name, signature = line.rstrip("\n").rsplit(" ", 1)
        changed = signature[:20] + ("A" if signature[20] != "A" else "B") + signature[21:]
        self.refused(self.state(f"{body}\n\n{name} {changed}\n", terms), 403, "no signatory of north has signed rightly", "north.example/commander")
        self.refused(self.state(note(text, south[0]), terms), 403, "signatory")
        self.refused(self.state(note(self.proposal(terms, party="south"), south[0]), terms), 403, "north", "south")

        # What is no statement, or has more in it than there is room for.
        self.refused(self.state(note(text.replace('"remark":""', '"remark":"","targets":[]'), north[0]), terms), 400, "targets")
        self.refused(self.state(note(text.replace('"v":1', '"v":2'), north[0]), terms), 400, "v")
        self.refused(self.state(note("a promise\n", north[0]), terms), 400, "line 1", "expected")
        self.refused(self.state("x" * 65_536, terms), 400, "note", "31000")

        # A clock an hour off, and a note from a drawer.
        self.refused(self.state(note(self.proposal(terms, at=time.time() + HOUR), north[0]), terms), 403, "ahead of this node's clock")
        self.refused(self.state(note(self.proposal(terms, at=time.time() - 31 * 24 * HOUR), north[0]), terms), 403, "30 days ago", "anew")

        # Terms: another text than was signed, a number out of its range, an outline that crosses itself, clauses that contradict.
        self.refused(self.state(good, terms.replace("Test corridor", "Other corridor")), 403, "hash")
        self.refused(self.state(good), 404, "text of the terms")

        def broken(change, *words):
            value = json.loads(terms)
            change(value)
            bad = canonical(value)
            self.refused(self.state(note(self.proposal(bad), north[0]), bad), 400, *words)

        def clause(value, **changes):
            value["minima"]["clause"][0].update(changes)
        broken(lambda v: clause(v, horizontal="900nm"), "minima.clause[1].horizontal", "must be from 1m to 100nm")
        broken(lambda v: v["area"].update(outlines=[[[54, 2], [50, 8], [54, 8], [50, 2]]]), "area", "cross")
        broken(lambda v: v["minima"]["clause"].append(v["minima"]["clause"][0] | {"id": "again"}), "minima.again", "can never apply")
        broken(lambda v: v["minima"]["clause"][0].update(parties=["north", "east"]), "east", "not a party")
        broken(lambda v: v.update(targets=[]), "targets")
        self.assertEqual(len(self.acts()), before, "nothing of it is recorded")

        # And the good one goes through, once.
        status, answer = self.state(good, terms)
        self.assertEqual(status, 201, answer)
        type(self).first = terms
        self.refused(self.state(good, terms), 409, "already")
        self.refused(self.state(note(self.proposal(terms, at=time.time() + 1), north[0]), terms), 409, "already")

        # A proposal for a version that nobody signed; and the same with what the shell says.
        outdated = self.terms(version=2, replaces="ab" * 32)
        self.refused(self.state(note(self.proposal(outdated), north[0]), outdated), 403, "never signed")
        self.assertEqual([s["type"] for s in self.pact()["statements"]], ["pact.proposal"])

    # ---- a peer with good keys

    def passed_over(self, *words):
        """The line in the node's log that says what of South's record was not taken over."""
        self.node.until(lambda: any("not taken over" in line and all(w in line for w in words) for line in self.node.log_text().splitlines()), f"the log says {words}")

    def test_2_a_peers_record_of_rubbish_changes_nothing_and_hides_nothing(self):
        record, south, now = self.south.record, self.south.signatories, time.time()
        before = self.pact()["versions"]
        say = lambda text, at=now, **changes: self.south.entry(stamp(at), "statement", {"note": text}, **changes)
        accept = lambda **more: self.statement("pact.response", {"terms": id_of(self.first), "clauses": [], "rest": {"answer": "accept"}}, party="south", **more)

        record.append("no entry at all\n")
        rubbish = record.append('{"this is":"no entry","type":"statement","v":1}\n')
        foreign = record.append(say(note(self.statement("pact.withdrawal", {"terms": id_of(self.first), "reason": "not mine to say"}), self.people.signatories[0])))
        as_north = record.append(say(note(accept(), south[0]), party="north", origin="north.example/record"))
        unsigned = say(note(accept(), self.people.signatories[1]))          # by a stranger
        record.append(unsigned)
        longest = self.south.entry(stamp(now), "remark", {"text": ""})
        record.append(self.south.entry(stamp(now), "remark", {"text": "x" * (65_535 - len(longest))}))
        self.passed_over(f"entry {rubbish} of south.example/record")
        self.passed_over(f"entry {foreign} of south.example/record", "a statement of north stands in the record of south")
        self.passed_over(f"entry {as_north} of south.example/record", "it names the record north.example/record")
        held = self.node.until(lambda: (m := self.node.get("/api/v1/record")["mirrors"][0])["size"] == len(record.entries) and m, "all of it is mirrored: it is South's word")
        self.assertFalse(held["forked"])
        self.assertEqual(self.pact()["versions"], before)

        # A statement whose signature does not count is shown with what is missing, and has no effect.
        shown = self.node.until(lambda: [s for s in self.pact()["statements"] if s["party"] == "south"], "the unsigned answer")
        self.assertEqual((len(shown), shown[0]["present"], shown[0]["effective_at"]), (1, [], None))

        # Written an hour ahead of its record: the reason stands in the view, at the statement. Outdated: no signature of ours goes to it.
        ahead = accept(at=now + HOUR)
        outdated = self.terms(version=2, replaces=id_of(self.first))
        late = self.proposal(outdated, party="south", at=now)
        record.append(say(note(ahead, south[0])), self.south.entry(stamp(now), "terms", {"terms": id_of(outdated), "part": 0, "of": 1, "text": outdated}),
                      say(note(late, south[0])))
        found = self.node.until(lambda: next((s for s in self.pact()["statements"] if s["id"] == id_of(ahead)), None), "the statement from ahead")
        self.assertIn("ahead of the record's clock", found["no_effect"])
        self.node.until(lambda: any(v["terms"] == id_of(outdated) for v in self.pact()["versions"]), "the outdated proposal")
        north = self.people.signatories[0]
        answer = note(self.statement("pact.response", {"terms": id_of(outdated), "clauses": [], "rest": {"answer": "accept"}}), north)
        self.assertEqual(self.state(answer)[0], 201)
        self.refused(self.state(note(self.statement("pact.signature", {"terms": id_of(outdated)}), north)), 403, "never signed")

        # After all that its good word counts, once, however often it stands there.
        good = accept(at=now - 1)
        record.append(say(note(good, south[0]), now + 1), say(note(good, south[0]), now + 2))
        self.node.until(lambda: self.version()["state"] == "agreed", "South accepts")
        self.assertEqual(len([s for s in self.pact()["statements"] if s["id"] == id_of(good)]), 1)

    def test_3_a_checkpoint_that_goes_back_and_an_entry_too_long_are_said_and_what_is_held_stays(self):
        record = self.south.record
        mirror = lambda: self.node.get("/api/v1/record")["mirrors"][0]
        size = len(record.entries)
        self.node.until(lambda: mirror()["size"] == size and "message" not in mirror(), "all is mirrored")
        record.show(size - 2)
        message = self.node.until(lambda: mirror().get("message"), "the reason")
        self.assertIn(str(size), message)
        self.assertIn("went back", message)
        self.assertEqual((mirror()["size"], mirror()["forked"]), (size, False), "an older checkpoint is no fork, and nothing is given back")
        record.show(size)
        self.node.until(lambda: "message" not in mirror(), "it goes on")

        # 65,536 bytes: the format has no length for it.
        good = list(record.entries)
        record.append(b"x" * 65_536)
        message = self.node.until(lambda: mirror().get("message"), "the reason", 60)
        self.assertIn("tile/entries/000", message)
        self.assertEqual(mirror()["size"], size)
        self.assertEqual(self.version()["state"], "agreed")
        # South mends its record, as far as nobody has cosigned it.
        record.entries = good
        del record.checkpoints[size + 1]
        record.append(self.south.entry(stamp(time.time()), "remark", {"text": "mended"}))
        self.node.until(lambda: mirror()["size"] == size + 1 and "message" not in mirror(), "it goes on", 60)

    def test_4_a_peer_whose_clock_is_an_hour_off_is_shown_so_and_confuses_nothing(self):
        link = lambda: self.node.get("/api/v1/links")["links"][0]
        self.node.until(lambda: abs(link().get("clock_ahead_s", 9)) < 2, "one clock")
        steps = link()["clock_steps"]
        type(self).clock_ahead = HOUR
        self.node.until(lambda: abs(link()["clock_ahead_s"] - HOUR) < 2, "an hour ahead")
        self.assertGreater(link()["clock_steps"], steps)
        self.assertEqual(link()["state"] == "down", False)
        self.assertEqual(self.version()["state"], "agreed")
        type(self).clock_ahead = 0
        self.node.until(lambda: abs(link()["clock_ahead_s"]) < 2, "set right again")

        # Its record an hour ahead: what it signs by that clock is judged by it, and a time that was missed stays missed.
        record, south, now = self.south.record, self.south.signatories, time.time()
        for key in self.people.signatories:
            status, answer = self.state(note(self.statement("pact.signature", {"terms": id_of(self.first)}), key))
            self.assertEqual(status, 201, answer)
        text = self.statement("pact.signature", {"terms": id_of(self.first)}, at=now + 2 * HOUR, party="south")
        record.append(self.south.entry(stamp(now + 2 * HOUR), "statement", {"note": note(text, *south)}))
        late = self.node.until(lambda: next((s for s in self.pact()["statements"] if s["id"] == id_of(text)), None), "South's signature")
        self.assertIn("from when the terms were to hold", late["no_effect"])
        self.assertIsNone(self.version()["signed_at"])

    def test_5_nothing_acknowledged_is_lost_over_all_that(self):
        facts = lambda: {k: self.pact()[k] for k in ("versions", "statements")}
        before = facts()
        self.node.kill()
        self.node.start()
        self.node.until(lambda: self.node.request("GET", "/api/v1/pact")[0] == 200, "it reads its record")
        self.assertEqual(facts(), before)
        run = subprocess.run([PROGRAM, "ledger", "audit", str(self.node.folder / "data/record"), "--key", self.people.record_key.verifier], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
