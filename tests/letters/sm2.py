"""SM2 (GB/T 32918.2) in software, for tests alone: slow, and not made to keep a secret. SM3 is the one of OpenSSL."""

from __future__ import annotations

import hashlib
import io
from types import SimpleNamespace
from typing import Any

from asn1crypto.core import Integer, SequenceOf
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from letters.signing import Facts

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A, B = P - 3, 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)  # fmt: skip
IDENTITY = b"1234567812345678"
"""The identity that GM/T 0009 takes where none is agreed."""
SUBFILTER = "/GM.sm2.detached"

Point = tuple[int, int] | None


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P) if one == other else (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(n: int, point: Point) -> Point:
    found: Point = None
    while n:
        if n & 1:
            found = add(found, point)
        point, n = add(point, point), n >> 1
    return found


def sm3(*parts: bytes) -> bytes:
    return hashlib.new("sm3", b"".join(parts)).digest()


def digest(public: tuple[int, int], message: bytes) -> int:
    """What is signed: the message after the identity, the curve and the key."""
    numbers = (A, B, *G, *public)
    who = sm3((len(IDENTITY) * 8).to_bytes(2, "big"), IDENTITY, *(one.to_bytes(32, "big") for one in numbers))
    return int.from_bytes(sm3(who, message), "big")


def sign(private: int, message: bytes) -> tuple[int, int]:
    public = times(private, G)
    assert public is not None
    e, k = digest(public, message), int.from_bytes(sm3(private.to_bytes(32, "big"), message), "big") % N
    at = times(k, G)
    assert at is not None
    r = (e + at[0]) % N
    return r, pow(1 + private, -1, N) * (k - r * private) % N


def verifies(public: tuple[int, int], message: bytes, r: int, s: int) -> bool:
    if not (0 < r < N and 0 < s < N and (r + s) % N):
        return False
    at = add(times(s, G), times((r + s) % N, public))
    return at is not None and (digest(public, message) + at[0]) % N == r


class _Numbers(SequenceOf):
    _child_spec = Integer


class Sm2Signer:
    """A `letters.signing.Signer`: a detached SM2 signature over the SM3 of the letter, in a signature field of its own kind."""

    def __init__(self, private: int, name: str = "样例电子签章") -> None:
        self._private, self._name = private, name
        public = times(private, G)
        assert public is not None
        self.public = public

    @property
    def name(self) -> str:
        return self._name

    @property
    def certificate(self) -> str:
        return hashlib.sha256(b"".join(one.to_bytes(32, "big") for one in self.public)).hexdigest()

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
        steps: Any = PdfCMSEmbedder().write_cms("Signature", writer)
        next(steps)
        kind: Any = SimpleNamespace(value=pdf_name(SUBFILTER))
        steps.send(SigObjSetup(PdfSignedData(pdf_name("/Sig"), subfilter=kind, bytes_reserved=512)))
        prepared, _ = steps.send(SigIOSetup(md_algorithm="sha256", output=out))
        before, after = prepared.reserved_region_start, prepared.reserved_region_end
        written = out.getvalue()
        steps.send(_Numbers(list(sign(self._private, written[:before] + written[after:]))).dump())
        return out.getvalue()


def check(pdf: bytes, public: tuple[int, int]) -> bool:
    """Whether the file is as it was signed, to whoever has the public key."""
    start = pdf.rindex(b"/ByteRange")
    a, b, c, d = (int(one) for one in pdf[pdf.index(b"[", start) + 1 : pdf.index(b"]", start)].split())
    signature = _Numbers.load(bytes.fromhex(pdf[b + 1 : c - 1].decode()), strict=False)
    return c + d == len(pdf) and verifies(public, pdf[a:b] + pdf[c:], *(one.native for one in signature))
