"""PAdES: letters signed with a certificate in a PKCS#12 file, with a time stamp (RFC 3161) where an authority is named.

Made by pyHanko, which is not among the packages that are always there (`docker/setup.sh sign`). The signature is not seen on the page:
the picture of the seal stays what it is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from letters.signing import BadSigner, Facts

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

STAMP_LIMIT = 10
"""Seconds for a time stamp."""
FIELD = "Signature"
LARGEST = 512 * 1024
"""Bytes of a PKCS#12 file: a key and a chain of certificates are some kilobytes."""


class PdfSigner:
    """A `letters.signing.Signer`."""

    def __init__(self, path: Path, passphrase: str = "", stamps: TimeStamper | str = "") -> None:
        """Read the key. `stamps` is the address of an authority. Raises BadSigner."""
        if importlib.util.find_spec("pyhanko") is None:
            raise BadSigner("没有安装电子签名用的程序包，请用 docker/setup.sh sign 安装")
        from pyhanko.sign.signers import SimpleSigner
        from pyhanko.sign.timestamps import HTTPTimeStamper

        data = _read(path)
        try:
            found = SimpleSigner.load_pkcs12_data(data, [], passphrase.encode() if passphrase else None)
        except Exception:  # what cannot be read fails in many ways, a key without a certificate too
            found = None
        if found is None or found.signing_cert is None:
            raise BadSigner(f"签名证书文件{path}打不开：应当是PKCS#12（.p12、.pfx），口令应当正确")
        self._signer, self._cert = found, found.signing_cert
        self._stamps = HTTPTimeStamper(stamps, timeout=STAMP_LIMIT) if isinstance(stamps, str) and stamps else (stamps or None)

    @property
    def name(self) -> str:
        """Subject of the certificate."""
        subject = self._cert.subject.native
        return str(subject.get("common_name") or subject.get("organization_name") or self._cert.subject.human_friendly)

    @property
    def certificate(self) -> str:
        """SHA-256 of the certificate."""
        return hashlib.sha256(self._cert.dump()).hexdigest()

    @property
    def since(self) -> datetime:
        """When the certificate begins."""
        begins: datetime = self._cert.not_valid_before
        return begins.astimezone(UTC)

    @property
    def until(self) -> datetime:
        """When the certificate ends."""
        ends: datetime = self._cert.not_valid_after
        return ends.astimezone(UTC)

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        """The letter with its PAdES signature, which says that the file is final. Raises what pyHanko raises."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata
        from pyhanko.sign.signers import PdfSigner as Writer

        about = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=facts.agency, certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES, reason=" ".join(filter(None, (facts.title, facts.number))),
        )  # fmt: skip
        out = io.BytesIO()
        writer = Writer(about, self._signer, timestamper=self._stamps)
        with ThreadPoolExecutor(1) as own:  # the library starts an event loop, which a thread that has one does not let it
            own.submit(writer.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out).result()
        return out.getvalue()


def _read(path: Path) -> bytes:
    """The file of the key; what is no file (a pipe, a device) may never end and is not read. Raises BadSigner."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadSigner(f"签名证书文件{path}不是普通文件，请写明PKCS#12文件（.p12、.pfx）的路径")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BadSigner(f"签名证书文件{path}读不出来（{type(error).__name__}）") from None
    if not data:
        raise BadSigner(f"签名证书文件{path}是空的")
    if len(data) > LARGEST:
        raise BadSigner(f"签名证书文件{path}超过{LARGEST // 1024}KB，不是PKCS#12文件（.p12、.pfx）")
    return data
