"""A node under what happens to nodes: garbage, slow clients, refused visitors, broken feeds, kill -9, TLS.

    tests/node_test.py build/dev/skypact
"""

import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import random
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import node_harness
from node_harness import Aircraft, Node, WebSocket, beast, self_signed, surveillance_identity

PROGRAM = sys.argv[1]
ROOF = '[[feed]]\nname = "roof"\nformat = "beast"\nlisten = "127.0.0.1:0"\nposition = [52.0, 4.0]\n'


def addresses(node):
    return {t["address"] for t in node.get("/api/v1/tracks")["tracks"]}


def feed(node, name):
    return next(f for f in node.get("/api/v1/feeds")["feeds"] if f["name"] == name)


class Sender:
    """Flies aircraft into a connection until it is told to stop."""

    def __init__(self, connection, *aircraft):
        self.connection, self.aircraft, self.on = connection, aircraft, True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.on:
            try:
                self.connection.sendall(b"".join(a.beast() for a in self.aircraft))
            except OSError:
                return
            time.sleep(0.4)

    def stop(self):
        self.on = False
        self.thread.join()
        self.connection.close()


class Watching(unittest.TestCase):
    def test_beast_bytes_become_an_alert_on_the_websocket(self):
        with Node(PROGRAM, feeds=ROOF) as node:
            events = node.websocket("/api/v1/events")
            sender = Sender(node.feed(), Aircraft(0x3B0001, 52.0, 3.8, 24000, 450, 90), Aircraft(0x710001, 52.0, 4.2, 24000, 450, 270))
            alert = events.event(lambda e: e["type"] == "alert" and e["alert"]["kind"] == "conflict")["alert"]
            self.assertEqual({s["address"] for s in alert["subjects"]}, {"3B0001", "710001"})
            self.assertEqual({s["party"] for s in alert["subjects"]}, {"north", "south"})
            sender.stop()

    def test_squawk_7700_received_twice_is_distress(self):
        with Node(PROGRAM, feeds=ROOF) as node:
            events = node.websocket("/api/v1/events")
            aircraft = Aircraft(0x3B0001, 52.0, 3.8, 24000, 450, 90)
            connection = node.feed()
            for _ in range(6):
                connection.sendall(aircraft.beast() + beast(surveillance_identity(0x3B0001, "7700")))
                time.sleep(0.5)
            alert = events.event(lambda e: e["type"] == "alert" and e["alert"]["kind"] == "distress")["alert"]
            self.assertEqual(alert["squawk"], "7700")

    def test_several_senders_share_one_listening_feed(self):
        with Node(PROGRAM, feeds=ROOF) as node:
            senders = [Sender(node.feed(), Aircraft(0x3B0100 + i, 51 + i / 2, 4.0, 20000, 300, 90)) for i in range(4)]
            node.until(lambda: len(addresses(node)) == 4, "four aircraft")
            self.assertEqual(feed(node, "roof")["errors"], {})
            senders[0].stop()
            self.assertEqual(feed(node, "roof")["state"], "connected")
            for sender in senders[1:]:
                sender.stop()

    def test_a_listening_feed_refuses_senders_beyond_its_bound(self):
        with Node(PROGRAM, feeds=ROOF + "max_connections = 1\n") as node:
            first = node.feed()
            node.until(lambda: feed(node, "roof")["state"] == "connected", "the first sender")
            second = node.feed()
            self.assertEqual(second.recv(1), b"")
            first.close()


class Breaking(unittest.TestCase):
    def test_a_feed_that_breaks_is_tried_again(self):
        receiver = socket.create_server(("127.0.0.1", 0))
        port = receiver.getsockname()[1]
        with Node(PROGRAM, feeds=f'[[feed]]\nname = "roof"\nformat = "beast"\nconnect = "127.0.0.1:{port}"\nposition = [52.0, 4.0]\n') as node:
            for address in (0x3B0001, 0x3B0002):
                connection, _ = receiver.accept()
                sender = Sender(connection, Aircraft(address, 52.0, 4.0, 20000, 300, 90))
                node.until(lambda: f"{address:06X}" in addresses(node), "an aircraft")
                sender.stop()
            receiver.close()
            node.until(lambda: feed(node, "roof")["state"] == "connecting", "the break shown")
            self.assertIn("tried again", feed(node, "roof")["message"])

    def test_a_polled_receiver_that_goes_away_comes_back(self):
        served = {"status": 200}

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                now = time.time()
                body = json.dumps({"now": now, "messages": 1, "aircraft": [
                    {"hex": "484848", "type": "adsb_icao", "lat": 52.1, "lon": 4.1, "seen_pos": 0.1, "seen": 0.1, "alt_baro": 9000, "gs": 200.0, "track": 90.0}]}).encode()
                self.send_response(served["status"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{receiver.server_port}/data/aircraft.json"
        with Node(PROGRAM, feeds=f'[[feed]]\nname = "tower"\nformat = "aircraft-json"\nurl = "{url}"\ninterval = "1s"\n') as node:
            node.until(lambda: "484848" in addresses(node), "the polled aircraft")
            served["status"] = 500
            node.until(lambda: "500" in feed(node, "tower").get("message", ""), "the failure shown")
            served["status"] = 200
            node.until(lambda: feed(node, "tower")["state"] == "connected", "the receiver back")
        receiver.shutdown()
        receiver.server_close()

    def test_a_polled_receiver_must_prove_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = self_signed(folder)

            class Receiver(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    body = b'{"now":1,"messages":0,"aircraft":[]}'
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *_):
                    pass

            receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
            threading.Thread(target=receiver.serve_forever, daemon=True).start()
            url = f"https://localhost:{receiver.server_port}/aircraft.json"
            feeds = f'[[feed]]\nname = "tower"\nformat = "aircraft-json"\nurl = "{url}"\n'
            with Node(PROGRAM, feeds=feeds) as node:
                node.until(lambda: "TLS" in feed(node, "tower").get("message", ""), "the refusal of an unknown certificate")
            os.environ["SSL_CERT_FILE"] = certificate
            try:
                with Node(PROGRAM, feeds=feeds) as node:
                    node.until(lambda: feed(node, "tower")["state"] == "connected", "the certificate accepted")
            finally:
                del os.environ["SSL_CERT_FILE"]
            receiver.shutdown()
            receiver.server_close()

    def test_garbage_on_every_door_is_counted_and_the_node_goes_on(self):
        feeds = "".join(f'[[feed]]\nname = "{f}"\nformat = "{f}"\nlisten = "127.0.0.1:0"\n' for f in ("beast", "avr", "sbs", "report"))
        noise = random.Random(7)
        with Node(PROGRAM, feeds=feeds) as node:
            for index, name in enumerate(("beast", "avr", "sbs", "report")):
                connection = node.feed(index)
                connection.sendall(noise.randbytes(300_000))
                connection.sendall(b"x" * 300_000)          # a line without an end
                connection.close()
                node.until(lambda: sum(feed(node, name)["errors"].values()) > 0, name)
            door = socket.create_connection(("127.0.0.1", node.port), timeout=30)
            door.sendall(noise.randbytes(100_000).replace(b"\n", b" ") + b"\r\n\r\n")
            try:
                while door.recv(65536):
                    pass
            except ConnectionError:
                pass
            socket_ = node.websocket("/api/v1/events")
            socket_.socket.sendall(noise.randbytes(10_000))
            self.assertEqual(node.request("GET", "/healthy")[0], 200)
            connection = node.feed(3)
            connection.sendall(b'{"id":"a","lat_deg":91,"lon_deg":4}\n{"id":"a","lat_deg":NaN,"lon_deg":4}\n{"id":"good","lat_deg":52,"lon_deg":4}\n')
            node.until(lambda: "report:good" in addresses(node), "a good report among bad ones")

    def test_kill_9_and_restart_brings_the_picture_and_the_zones_back(self):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(PROGRAM, feeds=ROOF, folder=folder)
            node.start()
            sender = Sender(node.feed(), Aircraft(0x3B0001, 52.0, 3.5, 24000, 450, 90))
            node.until(lambda: "3B0001" in addresses(node), "the aircraft")
            self.assertEqual(node.request("POST", "/api/v1/zones", {"id": "camp", "rule": "keep_clear", "centre": [50, 4], "radius_nm": 5})[0], 201)
            time.sleep(1.5)   # a tick, and what the recorder holds goes out
            node.kill()
            sender.stop()
            node.start()
            self.assertIn("camp", [z["id"] for z in node.get("/api/v1/zones")["zones"]])
            self.assertIn("3B0001", addresses(node))
            sender = Sender(node.feed(), Aircraft(0x3B0002, 52.0, 3.5, 24000, 450, 90))
            node.until(lambda: "3B0002" in addresses(node), "an aircraft after the restart")
            sender.stop()
            node.stop()

    def test_the_record_survives_kill_9_and_proves_what_was_received(self):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(PROGRAM, feeds=ROOF, folder=folder, record="north.example/record")
            key = subprocess.run([PROGRAM, "key", "show", str(pathlib.Path(folder) / "record.key")], capture_output=True, text=True, check=True).stdout.strip()
            record, recording = pathlib.Path(folder) / "data/record", pathlib.Path(folder) / "data/recording"

            def published(of=record):
                lines = subprocess.run([PROGRAM, "ledger", "entries", str(of)], capture_output=True, text=True).stdout.splitlines()
                return [json.loads(line)["entry"] for line in lines]

            for run, address in enumerate((0x710001, 0x710002), 1):
                node.start()
                sender = Sender(node.feed(), Aircraft(0x3B0001, 52.0, 3.8, 24000, 450, 90), Aircraft(address, 52.0, 4.2, 24000, 450, 270))
                node.until(lambda: any(a["kind"] == "conflict" for a in node.get("/api/v1/alerts")["alerts"]), "a conflict")
                node.until(lambda: sum('"type":"traffic"' in e for e in published()) >= run, "traffic in the record")
                node.kill()
                sender.stop()
                done = subprocess.run([PROGRAM, "ledger", "audit", str(record), "--key", key, "--json"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout)
            entries = [json.loads(e) for e in published()]
            self.assertEqual([e["type"] for e in entries].count("started"), 2)
            # The record commits to what the journal says, and does not say it itself.
            told = [e for e in published(record.parent / "journal") if '"type":"alert"' in e]
            self.assertTrue(any(a["kind"] == "conflict" and a["state"] == "predicted" for a in (json.loads(e)["body"]["alert"] for e in told)))
            committed = {e["body"]["commitment"] for e in entries if e["type"] == "alert"}
            self.assertFalse(any("710001" in json.dumps(e) for e in entries))
            for entry in told:
                alert = entry[entry.index('"alert":') + len('"alert":'):entry.rindex(',"salt":')]
                salt = base64.b64decode(json.loads(entry)["body"]["salt"])
                self.assertIn(base64.b64encode(hashlib.sha256(salt + alert.encode()).digest()).decode(), committed)
            traffic = [e["body"] for e in entries if e["type"] == "traffic"]
            self.assertTrue(any(t["sources"] for t in traffic))
            for t in traffic:
                stretch = (recording / t["segment"]).read_bytes()[t["from_byte"]:t["to_byte"]]
                self.assertEqual(base64.b64encode(hashlib.sha256(stretch).digest()).decode(), t["sha256"])

    def test_a_second_node_on_the_same_recording_is_refused_and_the_first_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            with Node(PROGRAM, feeds=ROOF, folder=folder) as node:
                second = subprocess.run([PROGRAM, "serve", "--config", str(node.config)], capture_output=True, text=True, timeout=60)
                self.assertEqual(second.returncode, 3)
                self.assertIn("another process writes to", second.stderr)
                self.assertEqual(node.request("GET", "/healthy")[0], 200)

    def test_a_record_that_cannot_be_written_is_shown_and_watching_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(PROGRAM, feeds=ROOF, folder=folder, record="north.example/record")
            (pathlib.Path(folder) / "record.key").unlink()
            with node:
                sender = Sender(node.feed(), Aircraft(0x3B0001, 52.0, 4.0, 20000, 300, 90))
                node.until(lambda: "3B0001" in addresses(node), "the aircraft")
                shown = node.until(lambda: (lambda r: r if r["state"] == "failing" else None)(node.get("/api/v1/node")["record"]), "the failure shown")
                self.assertIn("skypact key generate", shown["message"])
                self.assertGreater(shown["waiting"], 0)
                self.assertEqual(node.request("GET", "/ledger/checkpoint")[0], 404)
                sender.stop()

    def test_a_disk_that_refuses_is_shown_and_watching_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "data").write_text("a file where a folder should be")
            with Node(PROGRAM, feeds=ROOF, folder=folder) as node:
                sender = Sender(node.feed(), Aircraft(0x3B0001, 52.0, 4.0, 20000, 300, 90))
                node.until(lambda: "3B0001" in addresses(node), "the aircraft")
                self.assertEqual(node.get("/api/v1/node")["recording"]["state"], "failing")
                sender.stop()

    def test_a_signal_reloads_minima_and_says_what_needs_a_restart(self):
        with Node(PROGRAM, feeds=ROOF) as node:
            text = node.config.read_text().replace('horizontal = "5nm"', 'horizontal = "3nm"') + '[[feed]]\nname = "new"\nformat = "sbs"\nlisten = "127.0.0.1:0"\n'
            node.config.write_text(text)
            node.process.send_signal(1)
            node.until(lambda: node.get("/api/v1/node")["minima_default"]["horizontal_nm"] == 3, "the new minima")
            node.until(lambda: "needs a restart" in node.log_text(), "what needs a restart")
            node.config.write_text("nonsense = 1\n")
            node.process.send_signal(1)
            node.until(lambda: "stays as it was" in node.log_text(), "the refusal")
            self.assertEqual(node.request("GET", "/healthy")[0], 200)


class Clients(unittest.TestCase):
    def test_a_client_that_does_not_read_is_dropped_and_the_others_are_served(self):
        with Node(PROGRAM, feeds='[[feed]]\nname = "r"\nformat = "report"\nlisten = "127.0.0.1:0"\n') as node:
            connection = node.feed()
            lines = "".join(json.dumps({"id": f"r{i}", "lat_deg": 40 + i % 100 / 10, "lon_deg": i / 100}) + "\n" for i in range(3000))
            connection.sendall(lines.encode())
            node.until(lambda: len(addresses(node)) >= 2900, "many tracks")
            slow = socket.socket()
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect(("127.0.0.1", node.port))
            slow.sendall(b"GET /api/v1/picture HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            good = node.websocket("/api/v1/picture")
            arrived, began = 0, time.monotonic()
            def dropped():
                nonlocal arrived
                good.message()
                arrived += 1
                text = node.request("GET", "/metrics")[2].decode()
                return "skypact_stream_clients_dropped_total 1" in text
            node.until(dropped, "the slow client dropped", seconds=60)
            self.assertGreater(arrived, (time.monotonic() - began) * 0.7)
            slow.close()
            good.close()

    def test_what_a_page_of_another_site_asks_is_refused(self):
        with Node(PROGRAM) as node:
            own = f"http://127.0.0.1:{node.port}"
            zone = {"id": "z", "rule": "caution", "centre": [50, 4], "radius_nm": 5}
            self.assertEqual(node.request("POST", "/api/v1/zones", zone, {"Origin": "http://evil.example"})[0], 403)
            self.assertEqual(node.request("POST", "/api/v1/zones", zone, {"Origin": "null"})[0], 403)
            self.assertEqual(node.websocket("/api/v1/events", {"Origin": "http://evil.example"}).status, 403)
            self.assertEqual(node.websocket("/api/v1/events", {"Origin": own}).status, 101)
            self.assertEqual(node.request("GET", "/api/v1/alerts", headers={"Host": "evil.example"})[0], 421)
            self.assertEqual(node.request("GET", "/api/v1/alerts", headers={"Host": f"localhost:{node.port}"})[0], 200)
            # A form of another page can send these types without asking first.
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
                self.assertEqual(node.request("POST", "/api/v1/inhibitions", "{}", content_type=kind)[0], 415, kind)

    def test_wrong_methods_and_paths_are_said_so(self):
        with Node(PROGRAM) as node:
            status, headers, _ = node.request("PUT", "/api/v1/zones")
            self.assertEqual((status, headers["allow"]), (405, "GET, POST"))
            self.assertEqual(node.request("GET", "/api/v1/nothing")[0], 404)
            self.assertEqual(node.request("GET", "/")[0], 200)
            for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd"):
                self.assertNotIn(b"root:", node.request("GET", path)[2])
            self.assertEqual(node.request("GET", "/api/v1/node", headers={"X-Long": "x" * 20000})[0], 431)
            status, headers, body = node.request("HEAD", "/api/v1/node")
            self.assertEqual((status, body), (200, b""))

    def test_a_token_is_asked_for_and_never_logged(self):
        token = "correct-horse-battery-staple"
        with Node(PROGRAM, token=token) as node:
            self.assertEqual(node.request("GET", "/api/v1/node")[0], 200)
            self.assertEqual(node.request("GET", "/api/v1/node", headers={"Authorization": None})[0], 401)
            self.assertEqual(node.request("GET", "/api/v1/node", headers={"Authorization": "Bearer wrong-" + token})[0], 401)
            self.assertEqual(node.request("GET", "/api/v1/node?token=" + token, headers={"Authorization": None})[0], 401)
            self.assertEqual(node.websocket("/api/v1/events?token=" + token).status, 101)
            self.assertEqual(node.websocket("/api/v1/events?token=wrong").status, 401)
            self.assertEqual(node.request("GET", "/healthy", headers={"Authorization": None})[0], 200)
            self.assertEqual(node.request("GET", "/", headers={"Authorization": None})[0], 200)
            listed = subprocess.run([PROGRAM, "alert", "list", "--node", f"http://127.0.0.1:{node.port}", "--token-file", str(node.folder / "token")], capture_output=True)
            self.assertEqual(listed.returncode, 0, listed.stderr)
            self.assertNotIn(token, node.log_text())

    def test_tls_serves_api_and_streams_and_refuses_old_versions(self):
        with tempfile.TemporaryDirectory() as folder:
            with Node(PROGRAM, tls=self_signed(folder), token="correct-horse-battery-staple") as node:
                self.assertEqual(node.request("GET", "/api/v1/node")[0], 200)
                events = node.websocket("/api/v1/events", {"Authorization": "Bearer " + node.token})
                events.event(lambda e: e["type"] == "snapshot")
                events.event(lambda e: e["type"] == "tick")
                events.close()
                plain = http.client.HTTPConnection("127.0.0.1", node.port, timeout=10)
                with self.assertRaises((http.client.HTTPException, ConnectionError)):
                    plain.request("GET", "/healthy")
                    plain.getresponse()
                plain.close()

    def test_a_public_address_without_tls_and_token_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(PROGRAM, server='listen = "0.0.0.0:0"', folder=folder)
            done = subprocess.run([PROGRAM, "serve", "--config", str(node.config)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 3)
            self.assertIn("token_file", done.stderr)
            done = subprocess.run([PROGRAM, "serve", "--config", str(Node(PROGRAM, folder=folder).config), "--listen", "0.0.0.0:0"],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 3)
            self.assertIn("token_file", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
