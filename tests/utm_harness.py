"""A node that serves USSs, access tokens for it, and requests as a USS makes them."""

import base64
import datetime
import http.client
import json
import pathlib
import socket
import subprocess
import uuid

from node_harness import Node

SC, CM, CP = "utm.strategic_coordination", "utm.constraint_management", "utm.constraint_processing"
CMSA, AA = "utm.conformance_monitoring_sa", "utm.availability_arbitration"
AUDIENCE = "dss.test.example"


def make_key(folder, name):
    """An RSA key: the private half's file and the public half's."""
    private, public = pathlib.Path(folder) / f"{name}.key", pathlib.Path(folder) / f"{name}.pem"
    if not private.exists():
        subprocess.run(["openssl", "genrsa", "-out", str(private), "2048"], check=True, capture_output=True)
        private.chmod(0o600)
        subprocess.run(["openssl", "rsa", "-in", str(private), "-pubout", "-out", str(public)], check=True, capture_output=True)
    return private, public


def jwks_of(keys):
    """A key set of public PEM files, each under its name."""
    listed = []
    for kid, public in keys.items():
        text = subprocess.run(["openssl", "rsa", "-pubin", "-in", str(public), "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        modulus = bytes.fromhex(text.strip().removeprefix("Modulus="))
        encode = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        listed.append({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": encode(modulus), "e": encode(b"\x01\x00\x01")})
    return json.dumps({"keys": listed})


def signed(private, claims, head=None):
    """A token of these very claims, made without the program under test."""
    encode = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    text = encode(json.dumps(head or {"alg": "RS256", "typ": "JWT"}).encode()) + "." + encode(json.dumps(claims).encode())
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(private)], input=text.encode(), check=True, capture_output=True)
    return text + "." + encode(done.stdout)


class UtmNode(Node):
    """`keys` are lines of [utm] that say how tokens are checked; by default a PEM file whose private half is `self.key`."""

    def __init__(self, program, utm="", keys=None, folder=None, **more):
        super().__init__(program, folder=folder, **more)
        self.key, public = make_key(self.folder, "auth")
        keys = keys or f'token_keys = ["{public}"]'
        with self.config.open("a") as config:
            config.write(f'\n[utm]\nlisten = "127.0.0.1:0"\naudiences = ["{AUDIENCE}"]\nlocality = "here"\n{keys}\n{utm}\n')
        self.tokens = {}

    def start(self):
        super().start()
        self.utm_port = json.loads(self.ready.read_text())["utm_port"]

    def make_token(self, subject="one", scopes=(SC,), audience=AUDIENCE, key=None):
        command = [self.program, "token", "make", "--key", str(key or self.key), "--subject", subject, "--audience", audience]
        for scope in scopes:
            command += ["--scope", scope]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def token_of(self, subject, scopes):
        scopes = (scopes,) if isinstance(scopes, str) else tuple(scopes)
        if (subject, scopes) not in self.tokens:
            self.tokens[subject, scopes] = self.make_token(subject, scopes)
        return self.tokens[subject, scopes]

    def uss(self, subject="one", scopes=(SC, CM, CP, CMSA, AA)):
        return Uss(self, self.token_of(subject, scopes))

    def ask(self, method, target, body=None, token=None, headers=None):
        """(status, headers, body bytes)"""
        headers = {**({"Authorization": "Bearer " + token} if token else {}), **(headers or {})}
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.utm_port, timeout=60)
        try:
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()


class Uss:
    """Who asks with one token."""

    def __init__(self, node, token):
        self.node, self.token = node, token

    def __call__(self, method, target, body=None):
        """(status, what the body says)"""
        status, _, content = self.node.ask(method, target, body, self.token)
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content


def new_id():
    return str(uuid.uuid4())


def time_text(seconds_from_now):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def volume(lat=46.0, lng=7.0, half=0.005, lower=100, upper=200, begin=60, end=3660):
    """A Volume4D: a square whose middle and half side are in degrees."""
    corners = [(lat - half, lng - half), (lat - half, lng + half), (lat + half, lng + half), (lat + half, lng - half)]
    height = lambda metres: {"value": metres, "reference": "W84", "units": "M"}
    at = lambda seconds: {"value": time_text(seconds), "format": "RFC3339"}
    return {"volume": {"outline_polygon": {"vertices": [{"lat": a, "lng": o} for a, o in corners]}, "altitude_lower": height(lower), "altitude_upper": height(upper)},
            "time_start": at(begin), "time_end": at(end)}


def intent(*volumes, key=(), state="Accepted", url="https://one.example/uss", **more):
    return {"extents": list(volumes) or [volume()], "key": list(key), "state": state, "uss_base_url": url, **more}


def subscription(extents=None, intents=True, constraints=False, url="https://two.example/uss"):
    return {"extents": extents or volume(), "uss_base_url": url, "notify_for_operational_intents": intents, "notify_for_constraints": constraints}


INTENTS, CONSTRAINTS, SUBSCRIPTIONS = "/dss/v1/operational_intent_references", "/dss/v1/constraint_references", "/dss/v1/subscriptions"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class UssNode(Node):
    """A node that is a USS, by the DSS of this URL or by its own. Its tokens and those of its peers are signed by the key of `keys`."""

    def __init__(self, program, name, keys, dss=None, uss="", utm="", **more):
        super().__init__(program, **more)
        self.name, (self.key, public) = name, keys
        self.utm_port = free_port()
        self.base_url = f"http://127.0.0.1:{self.utm_port}"
        self.dss = dss or self.base_url
        with self.config.open("a") as config:
            config.write(f'\n[utm]\nlisten = "127.0.0.1:{self.utm_port}"\naudiences = ["127.0.0.1"]\ntoken_keys = ["{public}"]\n'
                         f'development_http_urls = true\n{utm}\n'
                         f'[uss]\nmanager = "{name}"\nbase_url = "{self.base_url}"\ndss = "{self.dss}"\nsigning_key = "{self.key}"\n{uss}\n')

    def utm_token(self, subject, *scopes):
        command = [self.program, "token", "make", "--key", str(self.key), "--subject", subject, "--audience", "127.0.0.1"]
        for scope in scopes:
            command += ["--scope", scope]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def start(self):
        super().start()
        self.testing_port = json.loads(self.ready.read_text()).get("utm_testing_port")

    def ask(self, method, target, body=None, token=None):
        """Of the listener for USSs: (status, body bytes)"""
        return exchange(self.utm_port, method, target, body, token)

    def api(self, method, target, body=None):
        """(status, what the body says)"""
        status, _, content = self.request(method, target, body)
        return status, json.loads(content) if content else None

    def plan(self, *volumes, id=None, **more):
        """(status, answer) of a plan that is new, or a change of that one"""
        body = {**({"volumes": list(volumes)} if volumes else {}), **more}
        return self.api("PUT", f"/api/v1/plans/{id}", body) if id else self.api("POST", "/api/v1/plans", body)

    def wait_for_uss(self):
        return self.until(lambda: self.api("GET", "/api/v1/plans")[1]["state"] == "on", "a USS that can write")


def exchange(port, method, target, body=None, token=None):
    """(status, body bytes)"""
    if body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, target, body=body, headers={"Authorization": "Bearer " + token} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
