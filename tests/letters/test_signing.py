"""电子签名: what a signer gives is a letter that stands as it was made, and says who signed it; a signer that fails stops nobody."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pypdfium2.raw as pdfium
import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pypdfium2 import PdfDocument

from letters.pades import LARGEST, PdfSigner
from letters.signing import BadSigner, Facts, NotSigned, Signing
from tests.letters import sm2
from tests.letters.test_accessible import printed, validate

__all__ = ["validate"]
FACTS = Facts("登记回执", "冠县样例局", None, date(2026, 11, 24))
PASSPHRASE = "样例口令"


class Authority:
    """A root, and what it certifies; all of it invented."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.cert = self.issued("样例根证书", self.key.public_key(), root=True)

    def issued(
        self, name: str, public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, *, root: bool = False, stamps: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if root else self.cert.subject
        usage = x509.KeyUsage(not root, not root, False, False, False, root, root, False, False)
        made = (
            x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=90))
            .add_extension(x509.BasicConstraints(root, None), critical=True)
            .add_extension(usage, critical=True)
        )  # fmt: skip
        if stamps:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return made.sign(self.key, hashes.SHA256())


@cache
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def p12(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(65537, 2048)
    cert = authority().issued("冠县样例局电子印章", key.public_key())
    path = tmp_path_factory.mktemp("keys") / "office.p12"
    sealed = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"office", key, cert, [authority().cert], sealed))
    return path


def stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    cert = authority().issued("样例时间戳", key.public_key(), stamps=True)
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DummyTimeStamper(as_asn1(cert), keys.PrivateKeyInfo.load(private))


def as_asn1(cert: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(cert.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module")
def stamps() -> Iterator[str]:
    """The address of a time-stamping authority on this machine (RFC 3161)."""
    made = stamper()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = asyncio.run(made.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def looked_at(pdf: bytes) -> PdfSignatureStatus:
    """What pyHanko's own validator says, of whoever trusts our root."""
    reader = PdfFileReader(io.BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    with ThreadPoolExecutor(1) as own:  # it starts an event loop, and a browser test may have left one to this thread
        return own.submit(validate_pdf_signature, signature, ValidationContext(trust_roots=[as_asn1(authority().cert)])).result()


def letter() -> bytes:
    return printed()["receipt"]()


def test_a_letter_is_signed_with_a_time_stamp_and_is_the_letter_that_was_made(p12: Path, stamps: str) -> None:
    signer = PdfSigner(p12, PASSPHRASE, stamps)
    assert signer.name == "冠县样例局电子印章"
    assert len(signer.certificate) == 64 and signer.until > datetime.now(UTC)
    signed = Signing(signer).sign(letter(), FACTS)
    assert signed.startswith(letter())
    found = looked_at(signed)
    assert found.bottom_line and found.intact and found.trusted, found.pretty_print_details()
    assert found.timestamp_validity is not None and found.timestamp_validity.trusted
    with PdfDocument(letter()) as before, PdfDocument(signed) as after:
        assert len(before) == len(after)
        assert (pdfium.FPDF_GetSignatureCount(before.raw), pdfium.FPDF_GetSignatureCount(after.raw)) == (0, 1)
        assert [page.render().to_pil().tobytes() for page in before] == [page.render().to_pil().tobytes() for page in after], "nothing is seen of it"


def test_what_is_changed_after_the_signature_is_found(p12: Path) -> None:
    signed = bytearray(PdfSigner(p12, PASSPHRASE).sign(letter(), FACTS))
    at = len(letter()) // 2
    signed[at] ^= 1
    found = looked_at(bytes(signed))
    assert not found.intact and not found.bottom_line


def test_signed_twice_it_is_not_the_same_file(p12: Path, stamps: str) -> None:
    """So the digest that is kept is that of the one that was issued: the same facts do not make its bytes again."""
    signer = PdfSigner(p12, PASSPHRASE, stamps)
    assert signer.sign(letter(), FACTS) != signer.sign(letter(), FACTS)


@pytest.mark.slow
def test_a_signed_letter_is_pdf_a_and_pdf_ua_still(p12: Path, stamps: str, validate: Callable[[bytes, str], list[str]]) -> None:
    signed = PdfSigner(p12, PASSPHRASE, stamps).sign(letter(), FACTS)
    assert validate(signed, "3u") == []
    assert validate(signed, "ua1") == []


def test_a_key_that_cannot_be_used_is_told(p12: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "text.p12").write_text("样例")
    (tmp_path / "empty.p12").touch()
    for path, passphrase in ((p12, "错"), (p12, ""), (tmp_path / "text.p12", ""), (tmp_path / "empty.p12", ""), (tmp_path / "none.p12", "")):
        with pytest.raises(BadSigner) as told:
            PdfSigner(path, passphrase)
        assert PASSPHRASE not in str(told.value)
    assert caplog.records == [], "one sentence is enough"


def test_what_is_no_file_of_some_kilobytes_is_not_read(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device never ends."""
    os.mkfifo(tmp_path / "pipe.p12")
    (tmp_path / "large.p12").write_bytes(bytes(LARGEST + 1))
    for path, why in (
        (tmp_path / "pipe.p12", "不是普通文件"), (Path("/dev/zero"), "不是普通文件"), (tmp_path, "不是普通文件"),
        (tmp_path / "large.p12", "超过512KB"),
    ):  # fmt: skip
        with pytest.raises(BadSigner, match=why):
            PdfSigner(path)


def test_the_times_of_a_certificate_are_told(p12: Path) -> None:
    signer = PdfSigner(p12, PASSPHRASE)
    assert signer.since < datetime.now(UTC) < signer.until
    assert signer.until - signer.since == timedelta(days=91)


# ---------------------------------------------------------------- SM2, and services that do not do what they should


def test_sm2_agrees_with_a_known_key() -> None:
    """The key pair of GB/T 32918.5, on the recommended curve."""
    private = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    public = sm2.times(private, sm2.G)
    assert public is not None
    assert public[0] == 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
    assert public[1] == 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
    r, s = sm2.sign(private, b"message digest")
    assert sm2.verifies(public, b"message digest", r, s) and not sm2.verifies(public, b"message digesT", r, s)
    known = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3, 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    assert sm2.verifies(public, b"message digest", *known)


def test_a_service_of_another_kind_takes_the_same_place() -> None:
    """SM2: it proves that whoever has the key signed these very bytes; whose key it is, its certificate and its service must say."""
    signer = sm2.Sm2Signer(0x1234567890ABCDEF)
    signed = Signing(signer).sign(letter(), FACTS)
    assert signed.startswith(letter()) and sm2.check(signed, signer.public)
    assert not sm2.check(signed, sm2.Sm2Signer(0x1234).public)
    at = len(letter()) // 2
    assert not sm2.check(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :], signer.public)


class Stub:
    """A service that answers as a test wants it to."""

    name, certificate = "样例", "0" * 64

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        return self._answer(pdf)


def test_a_service_that_fails_or_changes_the_letter_signs_nothing() -> None:
    def fails(_pdf: bytes) -> bytes:
        raise ConnectionError("http://service.example/?key=secret")

    for answer in (fails, lambda pdf: pdf, lambda pdf: pdf[1:] + b"signature", lambda _pdf: b""):
        with pytest.raises(NotSigned) as told:
            Signing(Stub(answer)).sign(b"%PDF-1.7", FACTS)
        assert "secret" not in str(told.value)


def test_a_service_that_hangs_is_left_and_after_some_asked_no_more() -> None:
    asked, free = [], threading.Event()

    def hangs(pdf: bytes) -> bytes:
        asked.append(pdf)
        free.wait()
        return pdf + b"signature"

    signing = Signing(Stub(hangs), limit=0.01)
    for _ in range(6):
        with pytest.raises(NotSigned):
            signing.sign(b"%PDF-1.7", FACTS)
    assert len(asked) == 4
    free.set()
    for one in list(signing._stuck):
        one.join()
    assert Signing(Stub(lambda pdf: pdf + b"signature")).sign(b"%PDF", FACTS) == b"%PDFsignature"
