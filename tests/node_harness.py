"""A node as a program of its own, and the clients that a test talks to it with. Python's standard library only."""

import base64
import http.client
import json
import math
import os
import pathlib
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import urllib.parse

PARTIES = """
[[party]]
id = "north"
name = "North"
badge = "NRTH"
aircraft = ["3B0000-3B7FFF"]

[[party]]
id = "south"
name = "South"
badge = "STH"
aircraft = ["710000-717FFF"]
"""


class Node:
    """`skypact serve` on the loopback with a configuration of the test's own. Ends with the `with` block."""

    def __init__(self, program, extra="", feeds="", server='listen = "127.0.0.1:0"', folder=None, tls=None, token=None, record=None):
        self.program = str(program)
        self._own = tempfile.TemporaryDirectory(prefix="skypact-test-") if folder is None else None
        self.folder = pathlib.Path(folder or self._own.name)
        self.ready = self.folder / "ready.json"
        self.config = self.folder / "skypact.toml"
        self.token = token
        self.tls = tls
        if tls:
            server += f'\ntls_certificate = "{tls[0]}"\ntls_key = "{tls[1]}"'
        if token:
            (self.folder / "token").write_text(token + "\n")
            server += '\ntoken_file = "token"'
        console = self.folder / "console"
        console.mkdir(exist_ok=True)
        (console / "index.html").write_text("<!doctype html><title>console</title>")
        self.config.write_text(
            f'[node]\nname = "Test"\nparty = "north"\ndata_dir = "data"\nposition = [52.0, 4.0]\n[server]\n{server}\n'
            f'{PARTIES}\n[minima]\nhorizontal = "5nm"\nvertical = "1000ft"\n{feeds}\n{extra}\n')
        if record:
            key = self.folder / "record.key"
            if not key.exists():
                subprocess.run([self.program, "key", "generate", str(key), "--name", record], check=True, stdout=subprocess.DEVNULL)
            with self.config.open("a") as config:
                config.write(f'\n[record]\nenabled = true\nname = "{record}"\nkey_file = "record.key"\n')
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self._own:
            self._own.cleanup()

    def start(self):
        self.ready.unlink(missing_ok=True)
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", str(self.config), "--console", str(self.folder / "console"), "--ready-file", str(self.ready)],
            stderr=self.log, stdout=self.log)
        deadline = time.monotonic() + 60
        while not self.ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the node did not start:\n" + self.log_text())
            time.sleep(0.02)
        ready = json.loads(self.ready.read_text())
        self.port, self.feed_ports, self.url = ready["port"], ready["feed_ports"], ready["url"]

    def log_text(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the node did not stop:\n" + self.log_text())
        if self.process.returncode != 0:
            raise AssertionError(f"the node ended with {self.process.returncode}:\n" + self.log_text())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def context(self):
        return ssl.create_default_context(cafile=self.tls[0])

    def request(self, method, target, body=None, headers=None, content_type=None):
        """(status, headers, body bytes)"""
        headers = dict(headers or {})
        if self.token and "Authorization" not in headers:
            headers["Authorization"] = "Bearer " + self.token
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            content_type = content_type or "application/json"
        if content_type:
            headers["Content-Type"] = content_type
        if self.tls:
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.context())
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, body=body, headers={k: v for k, v in headers.items() if v is not None})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), content

    def get(self, target):
        status, _, body = self.request("GET", target)
        if status != 200:
            raise AssertionError(f"GET {target}: {status} {body[:300]}")
        return json.loads(body)

    def websocket(self, target, headers=None):
        return WebSocket(self.port, target, headers, self.context() if self.tls else None)

    def feed(self, index=0):
        return socket.create_connection(("127.0.0.1", self.feed_ports[index]), timeout=30)

    def until(self, condition, what, seconds=30):
        """Polls, because what a node does in its own time has no other sign to wait for."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}\n{self.log_text()[-2000:]}")
            time.sleep(0.05)


class WebSocket:
    """RFC 6455, the client's side, as far as a test needs it."""

    def __init__(self, port, target, headers=None, context=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
        lines += [f"{k}: {v}" for k, v in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.pending = b""
        while b"\r\n\r\n" not in self.pending:
            self._more()
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed")
        self.pending += data

    def _take(self, count):
        while len(self.pending) < count:
            self._more()
        out, self.pending = self.pending[:count], self.pending[count:]
        return out

    def message(self):
        """str, bytes, or None when the node closed."""
        while True:
            first, second = self._take(2)
            size = second & 127
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8))[0]
            content = self._take(size)
            opcode = first & 15
            if opcode == 8:
                return None
            if opcode == 9:
                self.socket.sendall(bytes([0x8A, 0x80 | len(content)]) + b"\0\0\0\0" + content)
            elif opcode == 1:
                return content.decode()
            elif opcode == 2:
                return content

    def event(self, wanted, seconds=30):
        """The first event that `wanted` is true of."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            text = self.message()
            if text is None:
                raise AssertionError("the stream ended")
            if isinstance(text, str):
                event = json.loads(text)
                if wanted(event):
                    return event
        raise AssertionError("the event did not come")

    def close(self):
        self.socket.close()


# ---- What a transponder sends (ICAO Doc 9684, Annex 10 vol. IV; DO-260B §2.2.3) ---------------------------------

def crc24(data):
    crc = 0
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc = ((crc << 1) ^ 0xFFF409 if crc & 0x800000 else crc << 1) & 0xFFFFFF
    return crc


def _squitter(address, message):
    frame = bytes([17 << 3 | 5]) + address.to_bytes(3, "big") + message.to_bytes(7, "big")
    return frame + crc24(frame).to_bytes(3, "big")


def _longitude_zones(lat):
    if abs(lat) >= 87:
        return 1 if abs(lat) > 87 else 2
    if lat == 0:
        return 59
    return int(2 * math.pi / math.acos(1 - (1 - math.cos(math.pi / 30)) / math.cos(math.radians(lat)) ** 2))


def airborne_position(address, lat, lon, altitude_ft, odd):
    d_lat = 360 / (59 if odd else 60)
    yz = math.floor(131072 * ((lat % d_lat) / d_lat) + 0.5)
    rounded = d_lat * (yz / 131072 + math.floor(lat / d_lat))
    zones = max(_longitude_zones(rounded) - (1 if odd else 0), 1)
    d_lon = 360 / zones
    xz = math.floor(131072 * ((lon % d_lon) / d_lon) + 0.5)
    n = round((altitude_ft + 1000) / 25)
    altitude = (n >> 4) << 5 | 1 << 4 | (n & 15)
    message = 11 << 51 | altitude << 36 | int(odd) << 34 | (yz & 0x1FFFF) << 17 | (xz & 0x1FFFF)
    return _squitter(address, message)


def airborne_velocity(address, speed_kt, track_deg, rate_fpm=0):
    east, north = speed_kt * math.sin(math.radians(track_deg)), speed_kt * math.cos(math.radians(track_deg))
    ew, ns, vr = round(abs(east)) + 1, round(abs(north)) + 1, round(abs(rate_fpm) / 64) + 1
    message = 19 << 51 | 1 << 48 | 2 << 43 | int(east < 0) << 42 | ew << 32 | int(north < 0) << 31 | ns << 21
    message |= 1 << 20 | int(rate_fpm < 0) << 19 | vr << 10
    return _squitter(address, message)


def surveillance_identity(address, squawk):
    """DF5: the squawk, interleaved C1 A1 C2 A2 C4 A4 0 B1 D1 B2 D2 B4 D4."""
    a, b, c, d = (int(x) for x in squawk)
    bits = 0
    for digit, bit in ((c, 1), (a, 1), (c, 2), (a, 2), (c, 4), (a, 4), (0, 1), (b, 1), (d, 1), (b, 2), (d, 2), (b, 4), (d, 4)):
        bits = bits << 1 | int(bool(digit & bit))
    head = (5 << 27 | bits).to_bytes(4, "big")
    return head + (crc24(head) ^ address).to_bytes(3, "big")


def beast(frame, at_s=0):
    """`at_s`: when the receiver heard it, by its own 12 MHz count; 0: it has none."""
    body = (int(at_s * 12_000_000) & 0xFFFF_FFFF_FFFF).to_bytes(6, "big") + b"\x80" + frame
    return b"\x1a" + (b"3" if len(frame) == 14 else b"2") + body.replace(b"\x1a", b"\x1a\x1a")


class Aircraft:
    """Flies straight and level, on a plane near enough for a test's minute."""

    def __init__(self, address, lat, lon, altitude_ft, speed_kt, track_deg):
        self.address, self.altitude_ft, self.speed_kt, self.track_deg = address, altitude_ft, speed_kt, track_deg
        self.lat0, self.lon0, self.began = lat, lon, time.monotonic()
        self.odd = False

    def position(self, at_s=None):
        gone = self.speed_kt / 3600 * ((time.monotonic() if at_s is None else at_s) - self.began) / 60
        lat = self.lat0 + gone * math.cos(math.radians(self.track_deg))
        return lat, self.lon0 + gone * math.sin(math.radians(self.track_deg)) / math.cos(math.radians(lat))

    def beast(self):
        """With the receiver's count, so that frames which wait on a busy machine do not look like a jump."""
        now_s = time.monotonic()
        lat, lon = self.position(now_s)
        out = beast(airborne_velocity(self.address, self.speed_kt, self.track_deg), now_s)
        for _ in range(2):
            self.odd = not self.odd
            out += beast(airborne_position(self.address, lat, lon, self.altitude_ft, self.odd), now_s)
        return out


def self_signed(folder):
    """(certificate, key) for localhost, made here and good for a day."""
    certificate, key = str(pathlib.Path(folder) / "cert.pem"), str(pathlib.Path(folder) / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


def query(**values):
    return "?" + urllib.parse.urlencode(values)
