"""A network between nodes that misbehaves, on a thread of its own: for tests over real sockets.

    network = Network(seed)
    way = network.way(("127.0.0.3", 8441), client=(certificate, key), server=(certificate, key))
    …a node's peer has the URL https://127.0.0.9:{way.port}…
    network.set(way, delay=(0.3, 0.1), drop=0.01)              # of bytes, TLS untouched: what any network does
    network.set(way, duplicate=0.2, late=0.1, stale=0.05)      # of messages: what only who holds the keys can do
    network.set(way, cut=True)
    network.close()

A way leads from one node to another's link, through two stages: `Wire` passes bytes on and knows nothing of TLS; behind it `Meddler`
ends TLS with the server's key, and speaks to the server with the client's. So it can repeat a request, deliver an old one after a
newer one, lose an answer, and give one that it gave before.
"""

import asyncio
import collections
import dataclasses
import random
import ssl
import threading

HOST = "127.0.0.9"


@dataclasses.dataclass
class Weather:
    """Of bytes, then of messages. Chances are of one piece of bytes or one message."""
    cut: bool = False
    held: bool = False                       # bytes wait, and go on in order when it ends
    delay: tuple = (0.0, 0.0)                # at most so many seconds for a piece: there, back
    bytes_per_s: float = 0                   # 0: no bound
    drop: float = 0                          # the connection breaks in the middle of a piece
    duplicate: float = 0                     # delivered twice; the second answer goes back
    lost_answer: float = 0                   # taken, but the sender does not hear of it
    late: float = 0                          # the sender believes it lost; delivered after a newer one
    stale: float = 0                         # not delivered: the answer to an earlier one goes back


CALM = Weather()


async def read_message(reader):
    """A request or an answer of HTTP/1.1 as it is; None at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as e:
        if e.partial:
            raise ConnectionError("ended in the middle of a head") from e
        return None
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    assert b"transfer-encoding" not in fields, "the nodes say how long a body is"
    try:
        return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))
    except asyncio.IncompleteReadError as e:
        raise ConnectionError("ended in the middle of a body") from e


def route(request):
    """(method, path without its query)"""
    method, target, _ = request.split(b"\r\n", 1)[0].decode().split(" ", 2)
    return method, target.split("?")[0]


def status(answer):
    return int(answer.split(b" ", 2)[1])


def body(message):
    return message.split(b"\r\n\r\n", 1)[1]


class Meddler:
    def __init__(self, way, target, client, server):
        self.way, self.target = way, target
        self.to_server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.to_server.check_hostname, self.to_server.verify_mode = False, ssl.CERT_NONE
        self.to_server.load_cert_chain(*client)
        self.to_client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.to_client.num_tickets = 0
        self.to_client.load_cert_chain(*server)
        self.answers = {}                                     # by route, the newest good one
        self.drawer = {}                                      # by route, what comes late
        self.said = collections.deque(maxlen=4000)            # messages of the live link that were delivered, in order
        self.did = collections.Counter()                      # what was done to them, and how late ones were answered

    async def listen(self):
        server = await asyncio.start_server(self.serve, HOST, 0, ssl=self.to_client)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def serve(self, reader, writer):
        try:
            while (request := await read_message(reader)) is not None:
                answer = await self.meddle(request)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (OSError, ssl.SSLError, asyncio.CancelledError):
            pass                                              # the test's end cancels
        finally:
            writer.close()

    async def forward(self, request):
        reader, writer = await asyncio.open_connection(*self.target, ssl=self.to_server)
        try:
            writer.write(request)
            await writer.drain()
            answer = await read_message(reader)
            if answer is None:
                raise ConnectionError("no answer")
            return answer
        finally:
            writer.close()

    async def meddle(self, request):
        """What goes back; None: the connection ends."""
        weather, chance, to = self.way.weather, self.way.random.random(), route(request)
        for what in ("duplicate", "lost_answer", "late", "stale"):
            if chance < getattr(weather, what):
                break
            chance -= getattr(weather, what)
        else:
            what = "plain"
        if what == "stale" and to not in self.answers:
            what = "plain"
        if what == "late" and (to in self.drawer or to[0] != "POST"):
            what = "lost_answer"                              # an answer that nobody asked for any more is none
        self.did[what] += 1
        if what == "stale":
            return self.answers[to]
        if what == "late":
            self.drawer[to] = request
            return None
        answer = await self.forward(request)
        if to[1] == "/link/v1/live":
            self.said.append(request)
        if what == "duplicate":
            answer = await self.forward(request)
        if to in self.drawer:
            late = await self.forward(self.drawer.pop(to))
            self.did[f"late answered {status(late)}"] += 1
        if status(answer) == 200:
            self.answers[to] = answer
        return None if what == "lost_answer" else answer


class Way:
    """Wire and meddler from one node to another."""

    def __init__(self, seed, target, client, server):
        self.random = random.Random(seed)
        self.weather = CALM
        self.meddler = Meddler(self, target, client, server)
        self.open = set()
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def listen(self):
        inside = await self.meddler.listen()
        outside = await asyncio.start_server(self.carry, HOST, 0)
        self.port = outside.sockets[0].getsockname()[1]
        return inside, outside

    async def carry(self, reader, writer):
        if self.weather.cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self.meddler.port)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self.open |= both
        try:
            await asyncio.gather(self.pump(reader, far_writer, 0), self.pump(far_reader, writer, 1), return_exceptions=True)
        except asyncio.CancelledError:
            pass
        self.open -= both

    async def pump(self, reader, writer, direction):
        try:
            while data := await reader.read(1 << 16):
                if self.random.random() < self.weather.drop:
                    writer.write(data[:len(data) // 2])
                    await writer.drain()
                    break
                await asyncio.sleep(self.random.uniform(0, self.weather.delay[direction]))
                if self.weather.bytes_per_s:
                    await asyncio.sleep(len(data) / self.weather.bytes_per_s)
                await self.flowing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


class Network:
    def __init__(self, seed):
        self.seed = seed
        self.ways, self.servers = [], []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def way(self, target, client, server):
        async def made():
            way = Way(f"{self.seed}/{len(self.ways)}", target, client, server)
            self.servers += await way.listen()
            return way
        self.ways.append(self.run(made()))
        return self.ways[-1]

    def set(self, *ways, **changes):
        """The weather of these ways; what is not named is as it was."""
        async def change():
            for way in ways:
                way.weather = dataclasses.replace(way.weather, **changes)
                (way.flowing.clear if way.weather.held else way.flowing.set)()
                if way.weather.cut:
                    for writer in list(way.open):
                        writer.transport.abort()
        self.run(change())

    def calm(self, *ways):
        self.set(*ways, **dataclasses.asdict(CALM))

    def deliver(self, way, request):
        """That message again, past everything; (status, body) of the answer."""
        answer = self.run(way.meddler.forward(request))
        return status(answer), body(answer)

    def close(self):
        async def end():
            for server in self.servers:
                server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
