"""A party that a test plays itself, with keys of its own: it signs what it likes and serves a record of what it likes.

    south = HostileParty(program, folder, "south", "127.0.0.32")
    south.record.append(entry)                         # signed and served at once
    south.record.show(size)                            # an older checkpoint than others have seen
    note = south.note(statement_text)
    status, text = south.post("/link/v1/live", message)   # to a node, as south

Signatures are OpenSSL's, hashes and files are made here from docs/formats/ledger.md, so nothing of the node judges its own work.
"""

import base64
import hashlib
import http.client
import json
import pathlib
import subprocess
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TILE = 256
PKCS8_OF_ED25519 = bytes.fromhex("302e020100300506032b657004220420")   # RFC 8410, before the seed


def canonical(value):
    """RFC 8785, for the texts and whole numbers of these tests."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Key:
    """Made by the program, not locked; signs with OpenSSL."""

    def __init__(self, program, file, name, kind="record"):
        made = subprocess.run([program, "key", "generate", str(file), "--name", name, "--type", kind], check=True, capture_output=True, text=True)
        self.name, self.verifier = name, made.stdout.strip()
        raw = base64.b64decode(pathlib.Path(file).read_text().strip().split("+", 4)[4])
        self.id = bytes.fromhex(self.verifier.split("+")[1])
        self.der = PKCS8_OF_ED25519 + raw[1:33]

    def sign(self, text):
        """A signature line of a note."""
        with tempfile.TemporaryDirectory(prefix="skypact-sign-") as folder:
            key, message = pathlib.Path(folder) / "key", pathlib.Path(folder) / "message"
            key.write_bytes(self.der)
            message.write_bytes(text.encode())
            made = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", str(key), "-in", str(message)], check=True, capture_output=True)
        return f"— {self.name} {base64.b64encode(self.id + made.stdout).decode()}\n"


def note(text, *keys):
    return text + "\n" + "".join(key.sign(text) for key in keys)


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(hashes):
    """RFC 6962, section 2.1."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(hashes[:split]) + root_of(hashes[split:])).digest()


class Record:
    """At most 256 entries: one tile and its bundle."""

    def __init__(self, key):
        self.key, self.entries, self.checkpoints, self.shown = key, [], {}, 0
        self.show(0)

    def append(self, *entries):
        self.entries += [e if isinstance(e, bytes) else e.encode() for e in entries]
        assert len(self.entries) <= TILE
        self.show(len(self.entries))
        return len(self.entries) - 1

    def show(self, size):
        if size not in self.checkpoints:
            root = base64.b64encode(root_of([leaf(e) for e in self.entries[:size]])).decode()
            self.checkpoints[size] = note(f"{self.key.name}\n{size}\n{root}\n", self.key)
        self.shown = size

    def file(self, path):
        """None where there is no such file."""
        if path == "checkpoint":
            return self.checkpoints[self.shown].encode()
        for kind, content in (("tile/0/000", leaf), ("tile/entries/000", lambda e: (len(e) % 65536).to_bytes(2, "big") + e)):
            if path == kind and len(self.entries) == TILE:
                return b"".join(map(content, self.entries))
            if path.startswith(kind + ".p/"):
                return b"".join(map(content, self.entries[:int(path.rsplit("/", 1)[1])]))
        return None


class HostileParty:
    def __init__(self, program, folder, name, host):
        self.name, self.host, self.origin = name, host, f"{name}.example/record"
        folder.mkdir()
        key = lambda role, kind="record": Key(program, folder / f"{role}.key", f"{name}.example/{role}", kind)
        self.root, self.record_key, self.cosigner = key("root-key"), key("record"), key("cosigner", "cosigner")
        self.signatories = [key("commander"), key("deputy")]
        self.record = Record(self.record_key)
        self.answer = lambda path, message: (404, {"error": {"code": "not_found", "message": "nothing is here"}})
        party = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def send(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = urllib.parse.urlparse(self.path).path
                file = party.record.file(path.removeprefix("/ledger/")) if path.startswith("/ledger/") else None
                self.send(404 if file is None else 200, file or b"")

            def do_POST(self):
                status, value = party.answer(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send(status, json.dumps(value).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def peer(self):
        return (f'[[peer]]\nparty = "{self.name}"\nurl = "http://{self.host}:{self.port}"\nroot_key = "{self.root.verifier}"\n'
                f'record_key = "{self.record_key.verifier}"\ncosigner_key = "{self.cosigner.verifier}"\n')

    def entry(self, at, kind, body, **changes):
        return canonical({"at": at, "body": body, "origin": self.origin, "party": self.name, "type": kind, "v": 1} | changes) + "\n"

    def post(self, address, path, message):
        connection = http.client.HTTPConnection(*address, timeout=30)
        connection.request("POST", path, json.dumps(message), {"Content-Type": "application/json", "Skypact-Party": self.name})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def close(self):
        self.server.shutdown()
        self.server.server_close()
