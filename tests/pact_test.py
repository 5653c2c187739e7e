"""skypact pact as a user meets it, and the published schema against what the program accepts.

    tests/pact_test.py build/dev/skypact SOURCE_DIR
"""
import copy
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import jsonschema

SKYPACT, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
EXAMPLE = ROOT / "config/pact.example.toml"
SCHEMA = json.loads((ROOT / "docs/schemas/pact-terms.schema.json").read_text(encoding="utf-8"))


def skypact(*arguments, stdin=b""):
    run = subprocess.run([SKYPACT, "pact", *map(str, arguments)], input=stdin, capture_output=True, timeout=60)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def canonical(document):
    return json.dumps(document).encode()


def wrong_structures(document):
    """What the schema must refuse, each a change of the example: (name, changed document)."""
    def change(name, act):
        changed = copy.deepcopy(document)
        act(changed)
        return name, changed

    for field in ("format", "pact", "version", "title", "valid", "termination_notice", "area", "party", "minima"):
        yield change(f"without {field}", lambda d, f=field: d.pop(f))
    for path in ((), ("area",), ("minima",), ("minima", "clause", 0), ("zone", 0), ("party", 0), ("party", 0, "desk", 0), ("party", 0, "fleet", 0),
                 ("frequency", 0), ("notice", 0), ("escalation",), ("outside", 0), ("sharing", 0), ("distress", 0), ("text", 0)):
        for field in ("target", "intelligence"):
            def add(d, path=path, field=field):
                for step in path:
                    d = d[step]
                d[field] = "x"
            yield change(f"{field} in {path}", add)
    yield change("format 2", lambda d: d.update(format=2))
    yield change("version 0", lambda d: d.update(version=0))
    yield change("title of 121 bytes", lambda d: d.update(title="x" * 121))
    yield change("upper-case id", lambda d: d["zone"][0].update(id="Hospital"))
    yield change("a number for a length", lambda d: d["minima"].update(horizontal=5))
    yield change("a length without unit", lambda d: d["minima"].update(horizontal="5"))
    yield change("a position of one number", lambda d: d["zone"][0].update(centre=[52.3]))
    yield change("a latitude of 91", lambda d: d["zone"][0].update(centre=[91, 4]))
    yield change("a ring of two", lambda d: d["zone"][1].update(outline=[[52, 4], [53, 4]]))
    yield change("outline and centre", lambda d: d["zone"][0].update(outline=[[52, 4], [53, 4], [53, 5]]))
    yield change("centre without radius", lambda d: d["zone"][0].pop("radius"))
    yield change("an unknown rule", lambda d: d["zone"][0].update(rule="strike"))
    yield change("a quorum of one", lambda d: d["party"][0].update(quorum=1))
    yield change("a party without keys", lambda d: d["party"][0].pop("root_key"))
    yield change("a member with a key", lambda d: d["party"][1].update(root_key=d["party"][0]["root_key"]))
    yield change("a fleet without aircraft", lambda d: d["party"][1]["fleet"][0].pop("addresses"))
    yield change("three sides", lambda d: d["minima"]["clause"][0].update(parties=["a", "b", "c"]))
    yield change("a day of eight", lambda d: d["minima"]["clause"][1]["weekly"][0].update(days=["eighthday"]))
    yield change("a quarter past 24", lambda d: d["minima"]["clause"][1]["weekly"][0].update(to="24:15"))
    yield change("a field that cannot be shared", lambda d: d["sharing"][0].update(fields=["mission"]))
    yield change("never, with fields", lambda d: d["sharing"][4].update(fields=["position"]))
    yield change("a centre that is told somewhat", lambda d: d["distress"][0].update(rescue_centres="somewhat"))
    yield change("nine desks", lambda d: d["party"][0].update(desk=[dict(d["party"][0]["desk"][0], id=f"d{i}") for i in range(9)]))
    yield change("a time without offset", lambda d: d["valid"].update({"from": "2027-01-01T00:00:00"}))
    yield change("an unknown status", lambda d: d["text"][0].update(status="reviewed"))


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = jsonschema.Draft202012Validator(SCHEMA)
        status, out, err = skypact("show", EXAMPLE, "--canonical")
        assert status == 0, err
        cls.document = json.loads(out)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_holds_for_everything_valid(self):
        self.validator.validate(self.document)
        smallest = {key: self.document[key] for key in ("format", "pact", "version", "title", "valid", "termination_notice", "area", "party", "frequency", "escalation")}
        smallest["minima"] = {key: self.document["minima"][key] for key in ("horizontal", "vertical", "level_tolerance")}
        status, out, err = skypact("show", "-", "--canonical", stdin=canonical(smallest))
        self.assertEqual(status, 0, err)
        self.validator.validate(json.loads(out))
        second = dict(self.document, version=2, supersedes="ab" * 32)
        self.assertEqual(skypact("check", "-", stdin=canonical(second))[0], 0)
        self.validator.validate(second)

    def test_and_the_program_refuse_the_same_structures(self):
        count = 0
        for name, wrong in wrong_structures(self.document):
            count += 1
            self.assertFalse(self.validator.is_valid(wrong), f"the schema takes {name}")
            status, _, err = skypact("check", "-", stdin=canonical(wrong))
            self.assertEqual(status, 3, f"the program takes {name}: {err}")
            self.assertIn("standard input", err)
        self.assertGreater(count, 50)


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_new_writes_a_document_that_check_accepts_and_never_overwrites(self):
        file = self.folder / "p.toml"
        self.assertEqual(skypact("new", file)[0], 0)
        self.assertEqual(file.read_bytes(), EXAMPLE.read_bytes())
        self.assertEqual(skypact("check", file)[0], 0)
        file.write_text("mine")
        status, out, err = skypact("new", file)
        self.assertEqual((status, out), (3, ""))
        self.assertIn("is not overwritten", err)
        self.assertEqual(file.read_text(), "mine")
        self.assertEqual(skypact("new", self.folder / "no/such/folder")[0], 3)

    def test_the_id_is_the_hash_of_what_show_canonical_prints(self):
        status, out, _ = skypact("check", EXAMPLE, "--json")
        self.assertEqual(status, 0)
        answer = json.loads(out)
        self.assertTrue(answer["valid"])
        text = skypact("show", EXAMPLE, "--canonical")[1]
        self.assertEqual(answer["id"], hashlib.sha256(text.encode()).hexdigest())
        # What a peer receives is the same pact.
        self.assertEqual(json.loads(skypact("check", "-", "--json", stdin=text.encode())[1])["id"], answer["id"])
        self.assertIn(f"id {answer['id']}\n", skypact("check", EXAMPLE)[1])
        self.assertIn("frequency.guard", answer["safety_floor"])
        self.assertEqual([c["id"] for c in json.loads(skypact("show", EXAMPLE, "--json")[1])["clauses"]], answer["clauses"])

    def test_check_names_every_error_with_its_line(self):
        file = self.folder / "p.toml"
        file.write_text(EXAMPLE.read_text().replace('channel = "243MHz"', 'channel = "244"').replace('radius = "7nm"', 'radius = "7"'))
        status, out, err = skypact("check", file)
        self.assertEqual((status, out), (3, ""))
        self.assertRegex(err, r"p\.toml:\d+: zone\[6\]\.radius: ")
        self.assertRegex(err, r"p\.toml:\d+: frequency\[2\]\.channel: ")
        status, out, _ = skypact("check", file, "--json")
        self.assertEqual(status, 3)
        self.assertEqual(len(json.loads(out)["errors"]), 2)
        self.assertEqual(skypact("check", self.folder / "none.toml")[0], 3)

    def test_diff_tells_before_and_after(self):
        file = self.folder / "p.toml"
        file.write_text(EXAMPLE.read_text().replace('horizontal = "5nm"', 'horizontal = "3nm"', 1))
        status, out, _ = skypact("diff", EXAMPLE, file)
        self.assertEqual(status, 0)
        self.assertIn("minima.default changed\n", out)
        self.assertIn("at least 3\u00a0NM", out)
        changes = json.loads(skypact("diff", EXAMPLE, file, "--json")[1])["changes"]
        self.assertEqual([(c["id"], c["change"], c["before"]["clause"]["horizontal"], c["after"]["clause"]["horizontal"]) for c in changes],
                         [("minima.default", "changed", "5nm", "3nm")])
        self.assertEqual(skypact("diff", EXAMPLE, EXAMPLE)[1], "the terms are the same\n")

    def test_card_is_in_two_languages_as_text_and_as_a_page(self):
        status, out, _ = skypact("card", EXAMPLE)
        self.assertEqual(status, 0)
        self.assertIn("keep clear", out)
        self.assertIn("вход запрещён", out)
        self.assertLessEqual(max(map(len, out.split("\n"))), 72)
        self.assertTrue(skypact("card", EXAMPLE, "--html", "--languages", "fr,ar")[1].startswith("<!doctype html>"))
        self.assertEqual(json.loads(skypact("card", EXAMPLE, "--languages", "en", "--json")[1])["languages"], ["en"])
        status, _, err = skypact("card", EXAMPLE, "--languages", "zh")
        self.assertEqual(status, 2)
        self.assertIn('"zh" is not a language of these terms', err)

    def test_completion_knows_the_commands(self):
        for shell in ("bash", "zsh", "fish"):
            script = subprocess.run([SKYPACT, "completion", shell], capture_output=True, text=True, check=True).stdout
            for word in ("new", "check", "show", "diff", "card", "--canonical", "--languages"):
                self.assertIn(word.lstrip("-") if shell == "fish" else word, script)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
