#!/usr/bin/env python3
"""Keys and statements on the command line, from new keys to terms that all have signed. Usage: pact_cli_test.py SKYPACT [unittest arguments]"""
import json
import os
import pathlib
import pty
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

SKYPACT = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "skypact"
ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTIES = {"north": ("commander", "deputy"), "south": ("commander", "director"), "relief": ()}


def skypact(*arguments):
    run = subprocess.run([SKYPACT, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, start_new_session=True)
    return run.returncode, run.stdout, run.stderr


class Pact(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.passphrase = self.folder / "passphrase"
        self.passphrase.write_text("correct horse battery staple\n")
        self.passphrase.chmod(0o600)

    def key(self, name, kind="signatory", *more):
        file = self.folder / (name.replace("/", "-") + ".key")
        status, out, err = skypact("key", "generate", file, "--name", name, "--type", kind, "--passphrase-file", self.passphrase, "--json", *more)
        self.assertEqual((status, err), (0, ""))
        return file, json.loads(out)["verifier_key"]

    def terms(self):
        """The example, with keys of our own for everybody who signs here."""
        text = (ROOT / "config" / "pact.example.toml").read_text().replace("2027-", "2090-").replace("2028-", "2091-")
        self.files, self.keys = {}, {}
        for name in sorted(set(re.findall(r'"([\w.]+/[\w-]+)\+[0-9a-f]{8}\+', text))):
            party, who = name.split(".")[0], name.split("/")[1]
            if who in ("record", "cosigner") or (who != "root" and who not in PARTIES[party] and party != "relief"):
                continue
            self.files[name], self.keys[name] = self.key(name, "root" if who == "root" else "signatory")
            text = re.sub(re.escape(name) + r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", lambda _: self.keys[name], text)
        file = self.folder / "terms.toml"
        file.write_text(text)
        return file

    def state(self, command, terms, name, out, *more):
        return skypact("pact", command, terms, "--key", self.files[name], "--passphrase-file", self.passphrase, "--party", name.split(".")[0], "--yes", "--out",
                       self.folder / out, *more)

    def test_persons_keys_are_locked_and_a_nodes_are_not(self):
        file, verifier = self.key("north.example/ada")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertNotIn("PRIVATE", file.read_text())
        self.assertEqual(skypact("key", "show", file), (0, verifier + "\n", ""))
        self.assertEqual(skypact("key", "generate", file, "--name", "x", "--type", "root", "--passphrase-file", self.passphrase)[0], 3, "never overwritten")
        for kind in ("record", "journal", "cosigner"):
            plain, verifier = self.key("north.example/" + kind, kind)
            self.assertTrue(plain.read_text().startswith("PRIVATE+KEY+"))
            self.assertEqual(skypact("key", "show", plain)[1], verifier + "\n")

    def test_a_passphrase_is_long_and_its_file_is_its_owners(self):
        short = self.folder / "short"
        short.write_text("too short\n")
        short.chmod(0o600)
        status, out, err = skypact("key", "generate", self.folder / "k", "--name", "n", "--type", "signatory", "--passphrase-file", short)
        self.assertEqual((status, out), (3, ""))
        self.assertIn("at least 12 characters", err)
        self.assertNotIn("too short", err)
        short.chmod(0o644)
        status, _, err = skypact("key", "generate", self.folder / "k", "--name", "n", "--type", "signatory", "--passphrase-file", short)
        self.assertEqual(status, 3)
        self.assertIn("chmod 600", err)
        self.assertFalse((self.folder / "k").exists())
        status, _, err = skypact("key", "generate", self.folder / "k", "--name", "n", "--type", "signatory")
        self.assertEqual(status, 2, "without a terminal")
        self.assertIn("--passphrase-file", err)

    def test_the_terminal_asks_twice_and_shows_nothing(self):
        file = self.folder / "asked"
        child, terminal = pty.fork()
        if child == 0:
            os.execv(SKYPACT, [SKYPACT, "key", "generate", str(file), "--name", "north.example/ada", "--type", "signatory"])
        self.addCleanup(os.close, terminal)
        seen = b""

        def read_until(text):
            nonlocal seen
            while text not in seen:
                seen += os.read(terminal, 1000)

        read_until(b"ada: ")
        os.write(terminal, b"open sesame openx\x7f\r")
        read_until(b"again: ")
        os.write(terminal, b"open sesame open\r")
        read_until(b"north.example/ada+")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertNotIn(b"sesame", seen)
        self.assertTrue(file.exists())

    def test_a_tls_key_comes_with_a_certificate_whose_pin_others_can_compute(self):
        for algorithm in ("ed25519", "p256"):
            file = self.folder / algorithm
            status, pin, err = skypact("key", "generate", file, "--type", "tls", "--algorithm", algorithm, "--host", "north.example", "--host", "192.0.2.1")
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            certificate = str(file) + ".crt"
            self.assertEqual(skypact("key", "show", certificate)[1], pin)
            theirs = subprocess.run(f"openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64",
                                    shell=True, capture_output=True, text=True, check=True)
            self.assertEqual(theirs.stdout, pin)
            text = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-text"], capture_output=True, text=True, check=True).stdout
            self.assertIn("DNS:north.example, IP Address:192.0.2.1", text)
            self.assertIn("CA:FALSE", text)
        self.assertEqual(skypact("key", "generate", self.folder / "t", "--type", "tls")[0], 2)

    def test_terms_are_proposed_accepted_and_signed_by_files_and_verified_offline(self):
        terms = self.terms()
        status, out, err = self.state("propose", terms, "north.example/commander", "p", "--respond-by", "2089-12-01T00:00:00Z", "--remark", "three miles", "--json")
        self.assertEqual(status, 0, err)
        for word in ("pact.proposal of north", '"remark":"three miles"', "safety floor", "minima.default"):
            self.assertIn(word, err, "what is signed is shown")
        proposal = json.loads(out)["id"]
        relief = sorted(name for name in self.files if name.startswith("relief") and not name.endswith("root"))
        self.assertEqual(self.state("respond", terms, "south.example/commander", "rs", "--accept")[0], 0)
        self.assertEqual(self.state("respond", terms, relief[0], "rr", "--accept")[0], 0)
        notes = ["p", "rs", "rr"]
        for party, names in (("north", ["north.example/commander", "north.example/deputy"]), ("south", ["south.example/commander", "south.example/director"]), ("relief", relief[:2])):
            self.assertEqual(self.state("sign", terms, names[0], "s1" + party)[0], 0)
            self.assertEqual(self.state("sign", terms, names[1], "s2" + party, "--add", self.folder / ("s1" + party))[0], 0)
            notes.append("s2" + party)
        files = [terms, *(self.folder / n for n in notes)]
        roots = [f"--root={party}={self.keys[party + '.example/root']}" for party in PARTIES]
        status, out, err = skypact("pact", "verify", *files, *roots, "--json")
        self.assertEqual((status, err), (0, ""))
        view = json.loads(out)
        version, = view["versions"]
        self.assertEqual((version["state"], version["proposal"]), ("signed", proposal))
        self.assertEqual([len(p["present"]) for p in version["parties"]], [2, 2, 2])
        status, out, _ = skypact("pact", "verify", *files, *roots, "--at", "2090-06-01T00:00:00Z")
        self.assertEqual(status, 0)
        self.assertIn("in_force", out)
        # One signature less, and it is not signed.
        status, out, _ = skypact("pact", "verify", *files[:-1], self.folder / "s1relief", *roots, "--json")
        self.assertEqual(json.loads(out)["versions"][0]["state"], "agreed")
        # Another root key than the one got by hand.
        status, _, err = skypact("pact", "verify", *files, f"--root=north={self.keys['south.example/root']}")
        self.assertEqual(status, 1)
        self.assertIn("another root key", err)
        # A changed text is signed by nobody.
        changed = self.folder / "changed"
        changed.write_text((self.folder / "rs").read_text().replace('"at":"20', '"at":"20', 1).replace("T", "T", 1).replace('"seen":{}', '"seen":{}').replace('"accept"', '"reject","reason":"no"'))
        self.assertEqual(skypact("pact", "verify", *files[:2], changed, *files[3:], *roots)[0], 1)

    def test_refuses_what_cannot_be_signed_and_says_why(self):
        terms = self.terms()
        other = self.folder / "other"
        other.write_text("another long passphrase\n")
        other.chmod(0o600)
        status, _, err = skypact("pact", "sign", terms, "--key", self.files["north.example/commander"], "--passphrase-file", other, "--party", "north", "--yes", "--out", self.folder / "x")
        self.assertEqual(status, 3)
        self.assertIn("passphrase does not open", err)
        self.assertFalse((self.folder / "x").exists())
        self.assertEqual(self.state("sign", "0" * 64, "north.example/commander", "x")[0], 2, "terms that cannot be shown are not signed")
        self.assertEqual(self.state("respond", terms, "north.example/commander", "x")[0], 2)
        self.assertEqual(self.state("respond", terms, "north.example/commander", "x", "--counter", "minima.default")[0], 2)
        self.assertEqual(self.state("suspend", terms, "north.example/commander", "x")[0], 2, "a reason is needed")
        status, _, err = skypact("pact", "sign", terms, "--key", self.files["north.example/commander"], "--passphrase-file", self.passphrase, "--party", "north", "--out", self.folder / "x")
        self.assertEqual(status, 2)
        self.assertIn("--yes", err)
        status, _, err = skypact("pact", "status", "--node", "http://127.0.0.1:9")
        self.assertEqual(status, 4, err)

    def test_a_rotation_is_signed_by_root_and_old_key(self):
        root, _ = self.key("north.example/root", "root")
        old_file, old = self.key("north.example/ada")
        _, new = self.key("north.example/ada2")
        words = ["--pact", "corridor", "--party", "north", "--root", root, "--passphrase-file", self.passphrase]
        self.assertEqual(skypact("key", "rotate", *words, "--new", new, "--old", old, "--out", self.folder / "r")[0], 2, "the old key is needed")
        status, _, err = skypact("key", "rotate", *words, "--new", new, "--old", old, "--old-file", old_file, "--old-passphrase-file", self.passphrase, "--out", self.folder / "r")
        self.assertEqual(status, 0, err)
        note = (self.folder / "r").read_text()
        self.assertEqual(re.findall(r"(?m)^— (\S+) ", note), ["north.example/root", "north.example/ada"])
        status, _, err = skypact("key", "revoke", *words, "--key", old, "--reason", "lost", "--out", self.folder / "v")
        self.assertEqual(status, 0, err)
        self.assertIn('"type":"key.revocation"', (self.folder / "v").read_text())


if __name__ == "__main__":
    unittest.main()
