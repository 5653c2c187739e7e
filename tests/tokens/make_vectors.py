#!/usr/bin/env python3
"""Writes vectors.json beside it: access tokens, each with at most one thing wrong, and the reason it is refused for.

An implementation that shares nothing with the one under test: JSON and base64 of Python's library, keys and signatures of
the openssl program, which checks each signature again. Each run makes new keys; private halves are kept only of the key of
RFC 7515 and of one that is too short to be accepted.

Usage: make_vectors.py
"""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile

NOW = 1_800_000_000
HOST = "uss.north.example"
FOLDER = pathlib.Path(tempfile.mkdtemp())


def openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=True).stdout


class Key:
    def __init__(self, name, bits=2048, exponent=65537, algorithm="RSA"):
        self.private = FOLDER / f"{name}.key"
        self.public = FOLDER / f"{name}.pem"
        options = ["-pkeyopt", f"rsa_keygen_bits:{bits}", "-pkeyopt", f"rsa_keygen_pubexp:{exponent}"] if algorithm.startswith("RSA") else ["-pkeyopt", "ec_paramgen_curve:P-256"]
        openssl("genpkey", "-algorithm", algorithm, *options, "-out", self.private)
        openssl("pkey", "-in", self.private, "-pubout", "-out", self.public)

    @property
    def pem(self):
        return self.public.read_text()

    def sign(self, text, digest="sha256", *options):
        signature = openssl("dgst", f"-{digest}", "-sign", self.private, *options, stdin=text)
        (FOLDER / "signature").write_bytes(signature)
        openssl("dgst", f"-{digest}", "-verify", self.public, "-signature", FOLDER / "signature", *options, stdin=text)
        return signature

    def jwk(self, **more):
        modulus = openssl("rsa", "-in", self.private, "-noout", "-modulus").decode().split("=")[1].strip()
        return {"kty": "RSA", "n": b64(bytes.fromhex(modulus)), "e": "AQAB", **more}

    def certificate(self):
        return openssl("req", "-x509", "-key", self.private, "-subj", "/CN=token", "-days", 1).decode()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def as_bytes(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def token(header, claims, key, digest="sha256", *options):
    text = f"{b64(as_bytes(header))}.{b64(as_bytes(claims))}"
    return f"{text}.{b64(key.sign(text.encode(), digest, *options))}"


def header(**more):
    return {"alg": "RS256", "typ": "JWT", **more}


def claims(**more):
    made = {"aud": HOST, "scope": "utm.strategic_coordination utm.conformance_monitoring_sa", "iss": "auth.example", "sub": "uss1",
            "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3600, **more}
    return {name: value for name, value in made.items() if value is not None}


def raw_claims(members):
    """Claims as they are written, for what json.dumps would not write."""
    return f'{{"aud":"{HOST}","sub":"uss1",{members}}}'.encode()


def hs256(key_bytes, head):
    text = f"{b64(as_bytes(head))}.{b64(as_bytes(claims()))}"
    return f"{text}.{b64(hmac.new(key_bytes, text.encode(), hashlib.sha256).digest())}"


A, B = Key("a"), Key("b")
LONG, SMALL, THREE, EC, PSS = Key("long", 4096), Key("small", 1024), Key("three", 2048, 3), Key("ec", algorithm="EC"), Key("pss", algorithm="RSA-PSS")
CASES = []


def case(name, text, refused=None, keys=("a",), **more):
    CASES.append({"name": name, "token": text, "keys": list(keys), **({"refused": refused} if refused else {}), **more})


GOOD = token(header(), claims(), A)
HEAD, BODY, SIGNATURE = GOOD.split(".")

# Accepted.
case("a token as authorization servers write it", GOOD)
case("an audience in a list", token(header(), claims(aud=["other.example", HOST]), A))
case("no scope at all", token(header(), claims(scope=None), A), scopes=[])
case("an empty scope and spaces", token(header(), claims(scope="  "), A), scopes=[])
case("no typ", token({"alg": "RS256"}, claims(), A))
case("typ in small letters", token(header(typ="jwt"), claims(), A))
case("typ of RFC 9068", token(header(typ="at+JWT"), claims(), A))
case("times with decimals", token(header(), claims(exp=NOW + 0.5, nbf=NOW - 0.5, iat=NOW - 0.25), A))
case("an exponent in exp", token(header(), raw_claims('"exp":1.9e9'), A), scopes=[])
case("no nbf and no iat", token(header(), claims(nbf=None, iat=None), A))
case("a name in UTF-8", token(header(), claims(sub="Büro Süd"), A), subject="Büro Süd")
case("a longer key", token(header(), claims(), LONG), keys=("long",))
case("the second of two keys", token(header(), claims(), B), keys=("a", "b"))
case("a kid while the keys have none", token(header(kid="2027-1"), claims(), A))
case("claims that nobody knows", token(header(), claims(x={"a": [1, None]}), A))

# The algorithm.
for word in ("none", "None", "NONE", "nOnE", ""):
    head = b64(as_bytes(header(alg=word)))
    case(f"alg {word!r} without a signature", f"{head}.{BODY}.", "no signature")
    case(f"alg {word!r} with the signature of RS256", f"{head}.{BODY}.{SIGNATURE}", '"alg" is not RS256')
    case(f"alg {word!r}, rightly signed", token(header(alg=word), claims(), A), '"alg" is not RS256')
case("HS256 with the public key's PEM as the secret", hs256(A.public.read_bytes(), header(alg="HS256")), '"alg" is not RS256')
case("HS256 with the public key's DER as the secret", hs256(openssl("pkey", "-pubin", "-in", A.public, "-outform", "DER"), header(alg="HS256")), '"alg" is not RS256')
case("a keyed hash that calls itself RS256", hs256(A.public.read_bytes(), header()), "signature is not that of a key")
case("RS512", token(header(alg="RS512"), claims(), A, "sha512"), '"alg" is not RS256')
case("RS512 that calls itself RS256", token(header(), claims(), A, "sha512"), "signature is not that of a key")
case("SHA-1 that calls itself RS256", token(header(), claims(), A, "sha1"), "signature is not that of a key")
PSS_OPTIONS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")
case("PS256", token(header(alg="PS256"), claims(), A, "sha256", *PSS_OPTIONS), '"alg" is not RS256')
case("PS256 that calls itself RS256", token(header(), claims(), A, "sha256", *PSS_OPTIONS), "signature is not that of a key")
case("ES256", token(header(alg="ES256"), claims(), EC), '"alg" is not RS256')
case("rs256 in small letters", token(header(alg="rs256"), claims(), A), '"alg" is not RS256')
case("RS256 with a zero byte behind it", token(header(alg="RS256\0"), claims(), A), '"alg" is not RS256')
case("no alg", token({"typ": "JWT"}, claims(), A), '"alg" is not RS256')
case("alg as a list", token(header(alg=["RS256"]), claims(), A), '"alg" is not RS256')
case("alg null", token(header(alg=None), claims(), A), '"alg" is not RS256')
case("alg twice", token(b'{"alg":"none","alg":"RS256"}', claims(), A), "header is no JSON object, names something twice")
case("alg twice, escaped", token(b'{"alg":"RS256","\\u0061lg":"RS256"}', claims(), A), "header is no JSON object, names something twice")
case("crit", token(header(crit=["exp"]), claims(), A), '"crit"')
case("crit null", token(header(crit=None), claims(), A), '"crit"')
case("crit with b64", token(header(crit=["b64"], b64=False), claims(), A), '"crit"')
case("another typ", token(header(typ="JOSE"), claims(), A), '"typ"')
case("typ as a number", token(header(typ=1), claims(), A), '"typ"')
case("a kid that is a number", token(header(kid=7), claims(), A), '"kid"')
case("a kid of 257 bytes", token(header(kid="k" * 257), claims(), A), '"kid"')
case("a kid of 256 bytes", token(header(kid="k" * 256), claims(), A))
case("an empty kid", token(header(kid=""), claims(), A), '"kid"')
case("a header that is a list", token(b'["RS256"]', claims(), A), "header is no JSON object")
case("a header that is no JSON", token(b"RS256", claims(), A), "header is no JSON object")
case("a header in UTF-16", token('{"alg":"RS256"}'.encode("utf-16"), claims(), A), "header is no JSON object")
case("a header with a byte order mark", token(b'\xef\xbb\xbf{"alg":"RS256"}', claims(), A), "header is no JSON object")
case("a header as deep as may be", token(b'{"alg":"RS256","x":' + b"[" * 7 + b"]" * 7 + b"}", claims(), A))
case("a header one too deep", token(b'{"alg":"RS256","x":' + b"[" * 8 + b"]" * 8 + b"}", claims(), A), "nested too deep")
case("its own key in the header, as jwk", token(header(jwk=B.jwk()), claims(), B), "signature is not that of a key")
case("its own key in the header, as x5c", token(header(x5c=["".join(B.certificate().splitlines()[1:-1])]), claims(), B), "signature is not that of a key")

# The signature.
RAW = base64.urlsafe_b64decode(SIGNATURE + "==")
case("signed by another key", token(header(), claims(), B), "signature is not that of a key")
case("signed by a third key while two are known", token(header(), claims(), LONG), "signature is not that of a key", keys=("a", "b"))
case("a signature one byte short", f"{HEAD}.{BODY}.{b64(RAW[:-1])}", "signature is not that of a key")
case("half a signature", f"{HEAD}.{BODY}.{b64(RAW[:128])}", "signature is not that of a key")
case("a signature with a zero in front", f"{HEAD}.{BODY}.{b64(bytes(1) + RAW)}", "signature is not that of a key")
case("a signature with a zero behind", f"{HEAD}.{BODY}.{b64(RAW + bytes(1))}", "signature is not that of a key")
case("a signature of zeros", f"{HEAD}.{BODY}.{b64(bytes(256))}", "signature is not that of a key")
case("a signature of the number one", f"{HEAD}.{BODY}.{b64(bytes(255) + bytes([1]))}", "signature is not that of a key")
case("a signature beyond the modulus", f"{HEAD}.{BODY}.{b64(bytes([255]) * 256)}", "signature is not that of a key")
case("no signature", f"{HEAD}.{BODY}.", "no signature")
case("other claims under the signature", f"{HEAD}.{b64(as_bytes(claims(sub='uss2')))}.{SIGNATURE}", "signature is not that of a key")
case("another header under the signature", f"{b64(as_bytes({'alg': 'RS256'}))}.{BODY}.{SIGNATURE}", "signature is not that of a key")
case("header and claims exchanged", f"{BODY}.{HEAD}.{SIGNATURE}", '"alg" is not RS256')
case("claims and signature exchanged", f"{HEAD}.{SIGNATURE}.{BODY}", "signature is not that of a key")
case("no key at all", GOOD, "no key to check", keys=())

# The form.
case("nothing", "", "three parts")
case("two dots", "..", "no signature")
case("one part", HEAD, "three parts")
case("two parts", f"{HEAD}.{BODY}", "three parts")
case("four parts", f"{GOOD}.", "three parts")
case("five parts, as an encrypted token has", f"{HEAD}.{BODY}.{BODY}.{BODY}.{SIGNATURE}", "three parts")
case("padding", f"{GOOD}==", "no base64url")
case("white space in front", f" {GOOD}", "no base64url")
case("a line feed behind", f"{GOOD}\n", "no base64url")
case("a line feed inside", f"{HEAD}.{BODY[:40]}\n{BODY[40:]}.{SIGNATURE}", "no base64url")
case("a plus in place of a minus", f"{HEAD}.{BODY}.+{SIGNATURE[1:]}", "no base64url")
case("a slash in place of an underscore", f"{HEAD}.{BODY}./{SIGNATURE[1:]}", "no base64url")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
case("bits behind the last byte", GOOD[:-1] + LETTERS[LETTERS.index(GOOD[-1]) + 1], "no base64url")
case("a zero byte", f"{HEAD}.{BODY}\0.{SIGNATURE}", "no base64url")
case("the word Bearer", f"Bearer {GOOD}", "no base64url")


def of_length(length):
    """A good token of exactly so many bytes. Base64 has no text of every length, so header and claims both vary."""
    about = (length - len(GOOD)) * 3 // 4
    for more in range(-30, 30):
        for name in ("k", "kk", "kkk"):
            text = f"{b64(as_bytes(header(kid=name)))}.{b64(as_bytes(claims(x='x' * (about + more))))}.{SIGNATURE}"
            if len(text) == length:
                return token(header(kid=name), claims(x="x" * (about + more)), A)
    raise AssertionError(length)


case("8 KiB", of_length(8192))
case("8 KiB and a byte", of_length(8193), "more than 8192 bytes")

# The claims.
LIMIT = "no number of seconds"
case("expired", token(header(), claims(exp=NOW - 5), A), "expired at 2027-01-15T07:59:55.000Z")
case("expired within the leeway", token(header(), claims(exp=NOW - 4), A))
case("expired a millisecond outside the leeway", token(header(), claims(exp=NOW - 5.001), A), "expired at")
case("not yet valid", token(header(), claims(nbf=NOW + 6), A), "counts from 2027-01-15T08:00:06.000Z")
case("valid in five seconds", token(header(), claims(nbf=NOW + 5), A))
case("valid in a little more than five seconds", token(header(), claims(nbf=NOW + 5.001), A), "counts from")
case("no exp", token(header(), claims(exp=None), A), 'has no "exp"')
case("exp null", token(header(), raw_claims('"exp":null'), A), LIMIT)
case("exp as text", token(header(), claims(exp=str(NOW + 60)), A), LIMIT)
case("exp as a list", token(header(), claims(exp=[NOW + 60]), A), LIMIT)
case("exp true", token(header(), claims(exp=True), A), LIMIT)
case("a negative exp", token(header(), claims(exp=-1), A), LIMIT)
case("exp of 9e9", token(header(), claims(exp=9_000_000_000), A), LIMIT)
case("exp just below 9e9", token(header(), claims(exp=8_999_999_999), A))
case("exp of 1e308", token(header(), raw_claims('"exp":1e308'), A), LIMIT)
case("exp of 1e400", token(header(), raw_claims('"exp":1e400'), A), "claims are no JSON object")
case("exp of 2 to the 63rd", token(header(), claims(exp=2**63), A), LIMIT)
case("exp of 2 to the 64th and an hour", token(header(), claims(exp=2**64 + NOW + 3600), A), LIMIT)
case("exp of a hundred digits", token(header(), raw_claims('"exp":' + "9" * 100), A), LIMIT)
case("exp NaN", token(header(), raw_claims('"exp":NaN'), A), "claims are no JSON object")
case("exp Infinity", token(header(), raw_claims('"exp":Infinity'), A), "claims are no JSON object")
case("exp twice", token(header(), raw_claims(f'"exp":{NOW - 60},"exp":{NOW + 60}'), A), "claims are no JSON object, name something twice")
case("nbf as text", token(header(), claims(nbf="0"), A), LIMIT)
case("iat as text", token(header(), claims(iat="now"), A), LIMIT)
case("a huge nbf", token(header(), raw_claims(f'"exp":{NOW + 60},"nbf":1e300'), A), LIMIT)
case("no sub", token(header(), claims(sub=None), A), 'has no "sub"')
case("an empty sub", token(header(), claims(sub=""), A), '"sub" is no text')
case("sub as a number", token(header(), claims(sub=1), A), '"sub" is no text')
case("sub of 256 bytes", token(header(), claims(sub="s" * 256), A), subject="s" * 256)
case("sub of 257 bytes", token(header(), claims(sub="s" * 257), A), '"sub" is no text')
case("sub with a line feed", token(header(), claims(sub="uss1\nuss2"), A), '"sub" is no text')
case("sub with a zero byte", token(header(), claims(sub="uss1\0"), A), '"sub" is no text')
case("no aud", token(header(), claims(aud=None), A), 'has no "aud"')
case("another aud", token(header(), claims(aud="uss.south.example"), A), "for another server")
case("aud in capitals", token(header(), claims(aud=HOST.upper()), A), "for another server")
case("aud that only begins so", token(header(), claims(aud=HOST + ".evil.example"), A), "for another server")
case("an empty aud", token(header(), claims(aud=""), A), "for another server")
case("an empty list of aud", token(header(), claims(aud=[]), A), "for another server")
case("aud as a number", token(header(), claims(aud=1), A), '"aud" is no text')
case("aud with a number in the list", token(header(), claims(aud=[1, HOST]), A), '"aud" lists')
case("64 aud", token(header(), claims(aud=["x"] * 63 + [HOST]), A))
case("65 aud", token(header(), claims(aud=["x"] * 64 + [HOST]), A), '"aud" is no text')
case("scope as a list", token(header(), claims(scope=["utm.strategic_coordination"]), A), '"scope" is no text')
case("scope with a tab", token(header(), claims(scope="a\tb"), A), "a character that no scope has")
case("64 scopes", token(header(), claims(scope=" ".join(f"s{i:02}" for i in range(64))), A), scopes=[f"s{i:02}" for i in range(64)])
case("65 scopes", token(header(), claims(scope=" ".join(f"s{i:02}" for i in range(65))), A), "more than 64 scopes")
case("claims that are a list", token(header(), b"[]", A), "claims are no JSON object")
case("no claims", token(header(), b"", A), "claims are no JSON object")
case("claims that are not UTF-8", token(header(), raw_claims(f'"exp":{NOW + 60},"x":"').replace(b'"}', b'\xff"}'), A), "claims are no JSON object")
case("claims as deep as may be", token(header(), raw_claims(f'"exp":{NOW + 60},"x":' + "[" * 7 + "]" * 7), A), scopes=[])
case("claims one too deep", token(header(), raw_claims(f'"exp":{NOW + 60},"x":' + "[" * 8 + "]" * 8), A), "nested too deep")
case("claims two thousand deep", token(header(), raw_claims(f'"exp":{NOW + 60},"x":' + "[" * 2000 + "]" * 2000), A), "nested too deep")

# Keys of a set.
SET = {"keys": [A.jwk(kid="old", use="sig", alg="RS256"), B.jwk(kid="new")]}
MIXED = {"keys": [{**A.jwk(kid="old"), "x5t": "abc"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "ec"}, {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
                  A.jwk(kid="other", alg="PS256"), A.jwk(kid="enc", use="enc"), A.jwk(kid="ops", key_ops=["sign"]), A.jwk(kid="leak", d="AQAB"),
                  {**SMALL.jwk(kid="small")}, {**B.jwk(kid="three"), "e": "Aw"}, {**B.jwk(kid="even"), "e": b64((65538).to_bytes(3, "big"))},
                  {**B.jwk(kid="padded"), "e": "AQAB="}, {"kty": "RSA", "kid": "bare"}, B.jwk(kid=5), "key", B.jwk(key_ops=["verify"])]}
case("a key of a set by its name", token(header(kid="new"), claims(), B), keys=(), jwks=json.dumps(SET))
case("the old key during a rotation", token(header(kid="old"), claims(), A), keys=(), jwks=json.dumps(SET))
case("no name: all keys of a set are tried", token(header(), claims(), B), keys=(), jwks=json.dumps(SET))
case("the name of another key of the set", token(header(kid="old"), claims(), B), "signature is not that of a key", keys=(), jwks=json.dumps(SET))
case("a name that the set has not", token(header(kid="next"), claims(), B), "key that is not known", keys=(), jwks=json.dumps(SET))
case("a key without a name beside those that have one", token(header(kid="next"), claims(), B), keys=(), jwks=json.dumps(MIXED))
for leaked in ("leak", "other", "enc", "ops"):
    case(f"a key that was left out: {leaked}", token(header(kid=leaked), claims(), A), "signature is not that of a key", keys=(), jwks=json.dumps(MIXED))
case("a keyed hash with the secret of the set", hs256(b"secret", header(alg="HS256", kid="secret")), '"alg" is not RS256', keys=(), jwks=json.dumps(MIXED))


# The key and the token of RFC 7515, appendix A.2. Its private half is published there: a key for tests only.
RFC_N = ("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
         "bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")
RFC_D = ("Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9J"
         "YanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ")
RFC_P = "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
RFC_TOKEN = ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
             "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
             "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")


def rfc_key():
    n, d, p = (int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big") for text in (RFC_N, RFC_D, RFC_P))
    q, rest = divmod(n, p)
    assert rest == 0
    numbers = (0, n, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    (FOLDER / "rfc.conf").write_text("asn1=SEQUENCE:key\n[key]\n" + "".join(f"n{i}=INTEGER:{number}\n" for i, number in enumerate(numbers)))
    openssl("asn1parse", "-genconf", FOLDER / "rfc.conf", "-noout", "-out", FOLDER / "rfc.der")
    key = Key.__new__(Key)
    key.private, key.public = FOLDER / "rfc.key", FOLDER / "rfc.pem"
    openssl("rsa", "-inform", "DER", "-in", FOLDER / "rfc.der", "-check", "-out", key.private)
    openssl("pkey", "-in", key.private, "-pubout", "-out", key.public)
    return key


RFC = rfc_key()
assert b64(RFC.sign(RFC_TOKEN.rpartition(".")[0].encode())) == RFC_TOKEN.rpartition(".")[2]
openssl("pkey", "-in", RFC.private, "-aes128", "-passout", "pass:word", "-out", FOLDER / "locked.key")
SIGNED = token(b'{"alg":"RS256","typ":"JWT","kid":"test-1"}',
               b'{"aud":["uss.north.example","localhost"],"scope":"rid.display_provider utm.strategic_coordination","iss":"test","sub":"uss1","iat":1800000000,"exp":1800003600}', RFC)
RFC7515 = {"n": RFC_N, "private_key": RFC.private.read_text(), "locked_private_key": (FOLDER / "locked.key").read_text(), "small_private_key": SMALL.private.read_text(),
           "token": RFC_TOKEN, "signed": SIGNED}

KEYS = {"a": A.pem, "b": B.pem, "long": LONG.pem, "a_certificate": A.certificate()}
BAD_KEYS = {"1024 bits": (SMALL.pem, "has 1024 bits"), "exponent 3": (THREE.pem, "exponent"), "an elliptic curve": (EC.pem, "no RSA key"), "RSA-PSS": (PSS.pem, "no RSA key"),
            "a certificate of 1024 bits": (SMALL.certificate(), "has 1024 bits"), "two keys": (A.pem + B.pem, "several PEM blocks"), "half a key": (A.pem[:200], "damaged"),
            "no key": ("-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n", "no PUBLIC KEY"), "a private half by its label": (A.pem.replace("PUBLIC", "PRIVATE"), "private key"),
            "nothing": ("", "no PEM text"), "text": ("ssh-rsa AAAA", "no PEM text")}

vectors = {"now_s": NOW, "audience": HOST, "subject": "uss1", "scopes": ["utm.conformance_monitoring_sa", "utm.strategic_coordination"], "keys": KEYS,
           "fingerprint_a": hashlib.sha256(openssl("pkey", "-pubin", "-in", A.public, "-outform", "DER")).hexdigest(),
           "bad_keys": [{"name": name, "pem": pem, "refused": why} for name, (pem, why) in BAD_KEYS.items()], "mixed_jwks": json.dumps(MIXED), "rfc7515": RFC7515, "cases": CASES}
(pathlib.Path(__file__).parent / "vectors.json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
print(len(CASES), "cases")
