#!/usr/bin/env python3
"""From the press of a key to the other console: how long a STOP takes between two real nodes over TLS on the loopback, quiet, and while
10,000 aircraft stream into both, the line is flooded with INFORM and both disks stall.

    bench/line_stop.py build/dev/skypact [--stops 200] [--aircraft 10000] [--flood 50] [--stall-ms 2000]

The clock runs from before the request is written at North until the event that shows the STOP is read from South's WebSocket; so it
holds the HTTP request, signing, TLS, verifying and the stream. A disk that stalls: fsync and fdatasync take that long (bench/slow_fsync.c,
preloaded). The flood: that many INFORM a second with 900 bytes of text, from North.
"""

import argparse
import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("--stops", type=int, default=200)
parser.add_argument("--aircraft", type=int, default=10_000)
parser.add_argument("--flood", type=int, default=50)
parser.add_argument("--stall-ms", type=int, default=2000)
parser.add_argument("--pause", type=float, default=0.2)
options = parser.parse_args()
sys.argv[1:] = [options.program]
sys.path.insert(0, str(HERE.parent / "tests"))

from pact_harness import Party, ThreeParties  # noqa: E402

PLACE = {"lat_deg": 35.1, "lon_deg": 33.75}
STOP = {"to": ["south"], "class": "stop", "phrases": [{"phrase": 101, "slots": {"activity": "firing", "distance": "5nm", "position": PLACE}}]}


class Kept:
    """A connection to a node that stays open, as a browser's does."""

    def __init__(self, node):
        self.connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)

    def post(self, body):
        self.connection.request("POST", "/api/v1/line/messages", json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(text)
        return json.loads(text)


def measure(folder, name, preload=None, aircraft=0, flood=0):
    import os
    root = folder / name
    root.mkdir()
    parties = north, south = [Party(root, n, 61 + i) for i, n in enumerate(("north", "south"))]
    ending, threads = threading.Event(), []
    if preload:
        os.environ["LD_PRELOAD"] = str(preload)
    try:
        for party in parties:
            party.configure([p for p in parties if p is not party], ThreeParties.url_of, "", "")
            party.node.start()
    finally:
        os.environ.pop("LD_PRELOAD", None)
    try:
        for party in parties:
            deadline = time.monotonic() + 120
            while not all(p["link_up"] for p in party.node.get("/api/v1/line")["peers"]):
                if time.monotonic() > deadline:
                    raise RuntimeError("the links do not come up")
                time.sleep(0.2)
        if aircraft:
            def fly(party):
                sky = subprocess.Popen([options.program, "simulate", "--format", "beast", "--aircraft", str(aircraft), "--minutes", "60"], stdout=subprocess.PIPE)
                pace(sky, party)

            def pace(sky, party):
                import socket
                sock = socket.create_connection((party.host, party.feed), timeout=30)
                # About what so many aircraft send: 6.6 messages a second each, of 23 bytes.
                rate, sent, began = aircraft * 6.6 * 23, 0, time.monotonic()
                try:
                    while not ending.is_set():
                        piece = sky.stdout.read(65536)
                        if not piece:
                            break
                        sock.sendall(piece)
                        sent += len(piece)
                        time.sleep(max(0, began + sent / rate - time.monotonic()))
                except OSError:
                    pass
                sky.kill()
                sock.close()
            for party in parties:
                threads.append(threading.Thread(target=fly, args=(party,), daemon=True))
        if flood:
            def pour():
                line, began, n = Kept(north.node), time.monotonic(), 0
                while not ending.is_set():
                    line.post({"to": ["south"], "class": "inform", "phrases": [{"phrase": 412, "slots": {}}], "text": {"language": "en", "text": "x" * 900}})
                    n += 1
                    time.sleep(max(0, began + n / flood - time.monotonic()))
            threads.append(threading.Thread(target=pour, daemon=True))
        for thread in threads:
            thread.start()
        if aircraft:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and len(south.node.get("/api/v1/tracks")["tracks"]) < aircraft * 0.9:
                time.sleep(2)
        seen, arrived = {}, threading.Condition()
        stream = south.node.websocket("/api/v1/events")

        def read():
            while not ending.is_set():
                try:
                    text = stream.message()
                except OSError:
                    return
                if not isinstance(text, str):
                    return
                now = time.monotonic()
                if '"line_message"' not in text:
                    continue
                event = json.loads(text)
                with arrived:
                    seen.setdefault(event["message"]["id"], now)
                    arrived.notify_all()
        threading.Thread(target=read, daemon=True).start()
        console, took = Kept(north.node), []
        for _ in range(options.stops):
            began = time.monotonic()
            message = console.post(STOP)
            with arrived:
                if not arrived.wait_for(lambda: message["id"] in seen, 60):
                    raise RuntimeError("a STOP was not seen within a minute")
            took.append((seen[message["id"]] - began) * 1000)
            time.sleep(options.pause)
        waiting = {p.name: p.node.get("/api/v1/line")["not_recorded"] for p in parties}
        took.sort()
        at = lambda q: took[min(len(took) - 1, int(q * len(took)))]
        print(f"{name:>10}: median {statistics.median(took):6.1f} ms, p90 {at(0.9):6.1f}, p99 {at(0.99):6.1f}, most {took[-1]:6.1f} ms of {len(took)}; not recorded at the end: {waiting}", flush=True)
    finally:
        ending.set()
        for party in parties:
            party.node.stop()


with tempfile.TemporaryDirectory(prefix="skypact-line-") as name:
    folder = pathlib.Path(name)
    slow = folder / "slow_fsync.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", slow, HERE / "slow_fsync.c", f"-DSTALL_MS={options.stall_ms}", "-ldl"], check=True)
    measure(folder, "quiet")
    measure(folder, "stalled", slow)
    measure(folder, "all", slow, options.aircraft, options.flood)
