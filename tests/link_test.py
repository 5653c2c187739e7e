"""Three nodes that are linked: known by pins, cut, delayed and healed, and the same danger on each desk's card.

    tests/link_test.py build/dev/skypact
"""

import http.client
import json
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import node_harness
from node_harness import Aircraft, Node

PROGRAM = sys.argv[1]
ROOF = '[[feed]]\nname = "roof"\nformat = "beast"\nlisten = "127.0.0.1:0"\nposition = [52.0, 4.0]\n'
NAMES = ("north", "south", "relief")
PARTIES = node_harness.PARTIES + '\n[[party]]\nid = "relief"\nname = "Relief"\nbadge = "RLF"\n'


def certificate(folder, name, days=1):
    """(certificate, key, pin)"""
    crt, key = str(pathlib.Path(folder) / f"{name}.pem"), str(pathlib.Path(folder) / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
                    "-subj", f"/CN={name}", "-keyout", key, "-out", crt], check=True, capture_output=True)
    public = subprocess.run(["openssl", "x509", "-in", crt, "-pubkey", "-noout"], check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=public, check=True, capture_output=True).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=der, check=True, capture_output=True).stdout
    pin = subprocess.run(["openssl", "base64", "-A"], input=digest, check=True, capture_output=True).stdout.decode()
    return crt, key, pin


def free_port(host):
    with socket.socket() as s:
        s.bind((host, 0))
        return s.getsockname()[1]


class Proxy:
    """Between one node and another's link: passes bytes, or delays them, or cuts everything."""

    def __init__(self, target):
        self.target, self.cut, self.delay = target, False, 0.0
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.9", 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        self.open = set()
        self.connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.cut:
                client.close()
                continue
            try:
                server = socket.create_connection(self.target, timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self.open |= {client, server}
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    def pump(self, a, b):
        try:
            while data := a.recv(65536):
                # Each direction of each connection waits by itself, so connections overtake each other.
                if self.delay:
                    time.sleep(random.uniform(0, self.delay))
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            self.open.discard(s)
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def set_cut(self, cut):
        self.cut = cut
        if cut:
            for s in list(self.open):
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.listener.close()
        self.set_cut(True)


class World:
    """Three nodes with links through proxies. Ends with the `with` block."""

    def __init__(self, extra_peer="", wrong_pin_at=None):
        self.folder = tempfile.TemporaryDirectory(prefix="skypact-link-")
        self.nodes, self.proxies = {}, {}
        self.keys = {name: certificate(self.folder.name, name) for name in NAMES}
        self.address = {name: (f"127.0.0.{i + 2}", free_port(f"127.0.0.{i + 2}")) for i, name in enumerate(NAMES)}
        stranger = certificate(self.folder.name, "stranger")[2]
        for name in NAMES:
            crt, key, _ = self.keys[name]
            link = f'[link]\nlisten = "{self.address[name][0]}:{self.address[name][1]}"\ncertificate = "{crt}"\nkey = "{key}"\n'
            for other in NAMES:
                if other == name:
                    continue
                proxy = self.proxies[name, other] = Proxy(self.address[other])
                pin = stranger if wrong_pin_at == (name, other) else self.keys[other][2]
                link += f'[[peer]]\nparty = "{other}"\nurl = "https://127.0.0.9:{proxy.port}"\npins = ["{pin}"]\n{extra_peer}\n'
            folder = pathlib.Path(self.folder.name) / name
            folder.mkdir()
            node = Node(PROGRAM, feeds=ROOF, extra=link, folder=folder)
            text = node.config.read_text().replace('party = "north"', f'party = "{name}"', 1).replace(node_harness.PARTIES, PARTIES)
            node.config.write_text(text)
            self.nodes[name] = node

    def __enter__(self):
        for node in self.nodes.values():
            node.start()
        return self

    def __exit__(self, *_):
        for node in self.nodes.values():
            node.stop()
        for proxy in self.proxies.values():
            proxy.close()
        self.folder.cleanup()

    def link(self, at, to):
        return next(l for l in self.nodes[at].get("/api/v1/links")["links"] if l["party"] == to)

    def until_up(self, *pairs):
        for at, to in pairs:
            self.nodes[at].until(lambda: self.link(at, to)["state"] == "up", f"the link of {at} to {to}")

    def cut(self, a, b, cut=True):
        self.proxies[a, b].set_cut(cut)
        self.proxies[b, a].set_cut(cut)


class Traffic:
    """The same two aircraft, heard by the receivers of several nodes."""

    def __init__(self, nodes, *aircraft):
        self.aircraft, self.on = aircraft, True
        self.sockets = [node.feed() for node in nodes]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.on:
            frames = b"".join(a.beast() for a in self.aircraft)
            for s in self.sockets:
                try:
                    s.sendall(frames)
                except OSError:
                    pass
            time.sleep(0.4)

    def stop(self):
        self.on = False
        self.thread.join()
        for s in self.sockets:
            s.close()


def conflict(node):
    return next((a for a in node.get("/api/v1/alerts")["alerts"] if a["kind"] == "conflict"), None)


def pair():
    return Aircraft(0x3B0001, 52.0, 3.7, 24000, 450, 90), Aircraft(0x710001, 52.0, 4.3, 24000, 450, 270)


def acknowledge(node, intention, by, how=None):
    body = {"by": by, "intention": intention}
    if how:
        body["how"] = how
    status, _, answer = node.request("POST", f"/api/v1/alerts/{conflict(node)['id']}/acknowledge", body)
    assert status == 200, answer


def of_peer(node, party):
    alert = conflict(node)
    return next((p for p in (alert or {}).get("peer_alerts", []) if p["party"] == party), None)


class Knowing(unittest.TestCase):
    def test_links_come_up_measure_the_clocks_and_refuse_strangers(self):
        with World() as world:
            world.until_up(("north", "south"), ("south", "north"), ("north", "relief"), ("relief", "south"))
            shown = world.link("north", "south")
            self.assertLess(abs(shown["clock_ahead_s"]), shown["clock_bound_s"] + 0.001, "one clock, seen twice")
            self.assertLess(shown["round_trip_s"], 0.5)
            self.assertLess(shown["age_s"], 5)
            self.assertIn('skypact_link_up{party="south"} 1', world.nodes["north"].request("GET", "/metrics")[2].decode())

            host, port = world.address["north"]
            def ask(context, method="GET", path="/ledger/checkpoint", body=None, headers=None):
                connection = http.client.HTTPSConnection(host, port, timeout=10, context=context)
                try:
                    connection.request(method, path, body=body, headers=headers or {})
                    answer = connection.getresponse()
                    return answer.status, answer.read().decode()
                finally:
                    connection.close()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with self.assertRaises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
                ask(context)   # shows no certificate
            stranger = certificate(world.folder.name, "visitor")
            context.load_cert_chain(stranger[0], stranger[1])
            status, text = ask(context)
            self.assertEqual(status, 403)
            self.assertIn(stranger[2], text, "says which pin to put where")
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.check_hostname, old.verify_mode, old.maximum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_2
            old.load_cert_chain(world.keys["south"][0], world.keys["south"][1])
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                ask(old)
            # A peer reaches link routes and nothing else; the console's port knows no link.
            context.load_cert_chain(world.keys["south"][0], world.keys["south"][1])
            self.assertEqual(ask(context)[0], 404, "no record is kept")
            self.assertEqual(ask(context, path="/api/v1/alerts")[0], 404)
            json_type = {"Content-Type": "application/json"}
            status, text = ask(context, "POST", "/link/v1/live", "{}", json_type)
            self.assertEqual(status, 400)
            self.assertIn("v: is missing", text)
            self.assertEqual(ask(context, "POST", "/link/v1/live", "{}", {"Content-Type": "text/plain"})[0], 415)
            self.assertEqual(ask(context, "GET", "/link/v1/live")[0], 405)
            self.assertIn(world.nodes["north"].request("POST", "/link/v1/live", {})[0], (404, 405))

    def test_a_node_with_another_key_is_not_spoken_to(self):
        with World(wrong_pin_at=("north", "south")) as world:
            world.until_up(("north", "relief"))
            # Neither side takes the other: north knows south by another pin.
            # South may not be there yet at first.
            said = lambda: (lambda e: e if e and "none of the peer's pins" in e else None)(world.link("north", "south").get("last_error"))
            error = world.nodes["north"].until(said, "the refusal")
            self.assertIn(world.keys["south"][2], error)
            error = world.nodes["south"].until(lambda: world.link("south", "north").get("last_error"), "the other refusal")
            self.assertIn("403", error)
            self.assertEqual(world.link("north", "south")["state"], "down")
            # The right pin in the file, and a signal: no restart.
            node = world.nodes["north"]
            stranger = certificate(world.folder.name, "stranger2")[2]
            text = node.config.read_text()
            wrong = next(line for line in text.splitlines() if line.startswith("pins") and world.keys["relief"][2] not in line)
            node.config.write_text(text.replace(wrong, f'pins = ["{stranger}", "{world.keys["south"][2]}"]'))
            node.process.send_signal(signal.SIGHUP)
            world.until_up(("north", "south"), ("south", "north"))
            # Taken away again, it ends on the connection that stands.
            node.config.write_text(text)
            node.process.send_signal(signal.SIGHUP)
            node.until(lambda: world.link("north", "south")["state"] == "down", "the pin taken away", seconds=40)


class Sharing(unittest.TestCase):
    def test_one_danger_is_on_both_cards_with_each_desks_answer(self):
        with World() as world:
            north, south = world.nodes["north"], world.nodes["south"]
            world.until_up(("north", "south"), ("south", "north"))
            traffic = Traffic([north, south], *pair())
            north.until(lambda: of_peer(north, "south"), "South's alert on North's card")
            south.until(lambda: of_peer(south, "north"), "North's alert on South's card")
            self.assertEqual(of_peer(north, "south")["id"], conflict(south)["id"])
            events = south.websocket("/api/v1/events")
            began = time.monotonic()
            acknowledge(north, "we_move", "Duty North", "climbing FL260")
            events.event(lambda e: e["type"] == "alert" and any(a["intention"] == "we_move" for p in e["alert"].get("peer_alerts", []) for a in p["acknowledgements"]))
            self.assertLess(time.monotonic() - began, 2, "an answer is at the other desk within a second, on a busy machine two")
            seen = of_peer(south, "north")["acknowledgements"][-1]
            self.assertEqual((seen["party"], seen["by"], seen["how"]), ("north", "Duty North", "climbing FL260"))
            self.assertNotIn("contradiction", conflict(south))
            # South answers that North moves: that goes together.
            acknowledge(south, "you_move", "Duty South")
            north.until(lambda: of_peer(north, "south")["acknowledgements"], "South's answer")
            self.assertNotIn("contradiction", conflict(north))
            # North changes its mind: nobody moves.
            acknowledge(north, "you_move", "Duty North")
            for node, other in ((north, "south"), (south, "north")):
                wrong = node.until(lambda: conflict(node).get("contradiction"), "the contradiction")
                self.assertEqual((wrong["code"], wrong["party"]), ("nobody_moves", other))
            # Relief has no aircraft in it and is told nothing.
            self.assertEqual(world.link("relief", "north")["alerts"], [])
            # The talk ends: nothing is told again and again.
            quiet = south.websocket("/api/v1/events")
            told = 0
            for _ in range(12):
                told += json.loads(quiet.message())["type"] == "alert"
            self.assertLess(told, 6, "neither node answers the other's alert with its own again")
            traffic.stop()

    def test_tracks_of_a_node_that_alone_hears_them_reach_the_other(self):
        with World(extra_peer='share = { tracks = "always", position_precision = "0.5nm" }') as world:
            north, south = world.nodes["north"], world.nodes["south"]
            world.until_up(("north", "south"), ("south", "north"))
            traffic = Traffic([north], pair()[0])   # alone: near a conflict it would be told exactly
            track = south.until(lambda: next((t for t in south.get("/api/v1/tracks")["tracks"] if t["address"] == "3B0001" and "position" in t), None), "North's track")
            self.assertEqual(track["party"], "north")
            self.assertGreater(track["accuracy_m"], 600, "what sharing added is in it")
            feed = next(f for f in south.get("/api/v1/feeds")["feeds"] if f["name"] == "link:north")
            self.assertEqual(feed["state"], "connected")
            self.assertGreater(feed["messages"], 0)
            # What South knows from North, South does not tell as its own.
            time.sleep(3)
            back = next(f for f in north.get("/api/v1/feeds")["feeds"] if f["name"] == "link:south")
            self.assertEqual(back["messages"], 0)
            relief = world.nodes["relief"]
            self.assertEqual({f["name"]: f["messages"] for f in relief.get("/api/v1/feeds")["feeds"]}["link:south"], 0)
            traffic.stop()


class Partition(unittest.TestCase):
    def test_a_cut_is_shown_and_what_was_told_meanwhile_arrives_after_it(self):
        with World() as world:
            north, south = world.nodes["north"], world.nodes["south"]
            world.until_up(("north", "south"), ("south", "north"))
            for proxy in world.proxies.values():
                proxy.delay = 0.05
            world.cut("north", "south")
            traffic = Traffic([north, south], *pair())
            north.until(lambda: conflict(north), "North's own alert")
            south.until(lambda: conflict(south), "South's own alert")
            acknowledge(north, "no_factor", "Duty North")
            acknowledge(north, "we_move", "Duty North", "descending")
            north.until(lambda: world.link("north", "south")["state"] == "down", "the cut shown")
            shown = world.link("north", "south")
            self.assertGreater(shown["age_s"], 10)
            self.assertTrue(shown["last_error"])
            self.assertGreater(shown["alerts_waiting"], 0)
            self.assertIsNone(of_peer(south, "north"))
            self.assertEqual(world.link("north", "relief")["state"], "up", "the others are not concerned")
            self.assertEqual(north.request("GET", "/healthy")[0], 200)
            world.cut("north", "south", False)
            answers = south.until(lambda: (of_peer(south, "north") or {}).get("acknowledgements"), "North's answers after healing", seconds=60)
            self.assertEqual([a["intention"] for a in answers], ["we_move"], "the last answer of a party is its answer")
            north.until(lambda: of_peer(north, "south"), "South's alert after healing", seconds=60)
            def agree():
                theirs, ours = of_peer(north, "south"), conflict(south)
                return ours and theirs["state"] == ours["state"] and theirs["severity"] == ours["severity"]
            north.until(agree, "both nodes say the same of South's alert")
            north.until(lambda: world.link("north", "south")["alerts_waiting"] == 0, "nothing waits any more")
            traffic.stop()

    def test_a_node_that_was_killed_is_told_anew(self):
        with World() as world:
            north, south = world.nodes["north"], world.nodes["south"]
            world.until_up(("north", "south"), ("south", "north"))
            traffic = Traffic([north, south], *pair())
            south.until(lambda: of_peer(south, "north"), "North's alert")
            acknowledge(north, "we_move", "Duty North", "climbing")
            south.until(lambda: of_peer(south, "north")["acknowledgements"], "North's answer")
            south.kill()
            traffic.stop()
            south.start()
            traffic = Traffic([north, south], *pair())
            world.until_up(("north", "south"), ("south", "north"))
            self.assertGreaterEqual(world.link("north", "south")["peer_restarts"], 1)
            south.until(lambda: any(a["severity"] for a in world.link("south", "north")["alerts"]), "North's alerts told anew")
            traffic.stop()

    def test_a_slow_peer_makes_nothing_else_slow(self):
        with World() as world:
            north = world.nodes["north"]
            world.until_up(("north", "relief"))
            for (_, to), proxy in world.proxies.items():
                if to == "south":
                    proxy.delay = 30   # bytes hardly move
                    proxy.set_cut(True)
                    proxy.set_cut(False)
            for _ in range(6):
                time.sleep(1)
                self.assertEqual(north.request("GET", "/healthy")[0], 200)
            world.until_up(("north", "relief"))
            events = north.websocket("/api/v1/events")
            began = time.monotonic()
            for _ in range(3):
                events.event(lambda e: e["type"] == "tick")
            self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
