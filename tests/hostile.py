"""What somebody sends who means ill, or knows no better: sixty files and more than a hundred texts, all made here."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache

from tests import papers

_PNG = b"\x89PNG\r\n\x1a\n"
_DOCX, _XLSX = "word/document.xml", "xl/workbook.xml"
_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_LAUGH = b'<!DOCTYPE a [<!ENTITY a "hahahahaha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (b + 1, *(b,) * 8) for b in range(97, 105)
) + b"]><a>&i;</a>"
_OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
_WEB = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as bundle:
        for name, data in members.items():
            bundle.writestr(name, data)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, rows: bytes = b"", *, more: bytes = b"") -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return _PNG + header + more + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _lies(member: str) -> bytes:
    """A zip whose directory says that its member is small."""
    data = bytearray(zipped({member: bytes(8 * 2**20)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def _overlapping(member: str) -> bytes:
    """A zip whose two hundred directory entries all lead to the same bytes."""
    data = zipped({member: bytes(2**20)})
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    entry = data[at:end]
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 200, 200)
    tail[12:16] = struct.pack("<I", len(entry) * 200)
    return data[:at] + entry * 200 + bytes(tail)


_HOLLOW = zipped({_DOCX: b"<a/>"})
_PDF_LOOP = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 99999>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
_PDF_NEST = b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PDF_GO = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(cmd.exe)>>>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)

@cache
def files() -> tuple[tuple[str, bytes], ...]:
    """(name, bytes). They are made when they are asked for: some are bombs of many megabytes."""
    return (
        ("nothing.pdf", b""), ("five.pdf", b"%PDF-"), ("cut.pdf", papers.with_script_and_file()[:300]), ("loop.pdf", _PDF_LOOP),
        ("nest.pdf", _PDF_NEST), ("launch.pdf", _PDF_GO), ("script.pdf", papers.with_script_and_file()), ("locked.pdf", papers.locked()),
        ("exe.pdf", b"MZ" + bytes(300)), ("late.pdf", b"junk\n%PDF-1.7\n%%EOF\n"), ("nul.pdf", b"%PDF-1.7\n" + bytes(100_000)),
        ("huge-page.pdf", papers.pdf([(10, 10, "x")], size=(14_000, 14_000))), ("zip.pdf", b"%PDF-1.7\n" + _HOLLOW),
        ("wide.png", _png(60_000, 60_000)), ("claims.png", papers.claims(60_000)), ("zero.png", _png(0, 0)), ("head.png", _PNG),
        ("bomb.png", _png(30_000, 30_000, bytes(30_001 * 2_000))),
        ("text-bomb.png", _png(1, 1, b"\0\0", more=_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50 * 2**20), 9)))),
        ("long-chunk.png", _PNG + struct.pack(">I", 0x7FFFFFFF) + b"IHDR"), ("html.png", b"<html><script>alert(1)</script>"),
        ("cut.jpg", b"\xff\xd8\xff\xe0"), ("svg.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("comment.jpg", b"\xff\xd8\xff\xfe\xff\xff" + b"x" * 70_000), ("loop.tif", b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0"),
        ("far.tif", b"II*\0\xff\xff\xff\xff"), ("wide.gif", b"GIF89a\xff\xff\xff\xff\0\0\0;"),
        ("wide.bmp", b"BM" + struct.pack("<IIIIii", 54, 0, 54, 40, 1 << 30, 1 << 30)),
        ("empty.docx", b"PK\x05\x06" + bytes(18)), ("hollow.docx", _HOLLOW), ("up.docx", zipped({_DOCX: b"<a/>", "../../evil": b"x"})),
        ("back.docx", zipped({_DOCX: b"<a/>", "word\\..\\..\\evil.exe": b"x"})), ("root.docx", zipped({_DOCX: b"<a/>", "/etc/evil": b"x"})),
        ("macro.docx", zipped({_DOCX: b"<a/>", "word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
        ("laugh.docx", zipped({_DOCX: _LAUGH, "[Content_Types].xml": _TYPES})),
        ("outside.docx", zipped({_DOCX: _OUTSIDE, "[Content_Types].xml": _TYPES})),
        ("web.docx", zipped({_DOCX: _WEB, "[Content_Types].xml": _TYPES})),
        ("bomb.docx", zipped({_DOCX: b"<a>" + b" " * (80 * 2**20) + b"</a>"})), ("lies.docx", _lies(_DOCX)),
        ("overlap.docx", _overlapping(_DOCX)),
        ("deep.docx", zipped({_DOCX: b"<a>" * 100_000 + b"</a>" * 100_000})),
        ("many.docx", zipped({_DOCX: b"<a/>", **{f"m{n}": b"" for n in range(20_000)}})),
        ("cut.docx", _HOLLOW[:-30]), ("twice.docx", _HOLLOW + _HOLLOW), ("bytes.docx", zipped({_DOCX: bytes(range(256)) * 40})),
        ("laugh.xlsx", zipped({_XLSX: _LAUGH, "[Content_Types].xml": _TYPES})), ("outside.xlsx", zipped({_XLSX: _OUTSIDE})),
        ("bomb.xlsx", zipped({_XLSX: bytes(80 * 2**20)})),
        ("rubbish.xlsx", b"PK\x03\x04" + bytes(range(256))), ("csv.xlsx", "登记号,申请日期\n1,2026-01-02\n".encode()),
        ("hollow.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("loop.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5_000), ("table.xls", b"<table>" + b"<tr><td>" * 50_000),
        ("hollow.ofd", zipped({"OFD.xml": b"<a/>"})),
        ("laugh.ofd", zipped({"OFD.xml": _LAUGH})), ("utf16.txt", "\ufeff=cmd|'/c calc'!A1".encode("utf-16")), ("nul.txt", b"\0" * 1_000),
        ("line.txt", b"x" * 3_000_000), ("gz.txt", gzip.compress(bytes(2**20))),
        ("report.html", b"<table>" * 30_000 + b"<script>alert(1)</script>"),
    )  # fmt: skip

_SCRIPTS = (
    "<script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>", '" onmouseover="alert(1)', "' autofocus onfocus='alert(1)", "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<!--<script>alert(1)//-->", "<a href=\"javascript:alert(1)\">x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import 'http://127.0.0.1:9/x';</style>", "<link rel=stylesheet href=http://127.0.0.1:9/x>",
    "<meta http-equiv=refresh content='0;url=//example.cn'>",
    "<base href=//example.cn/>", "<img src=file:///etc/passwd>", "<img src=http://127.0.0.1:9/x>", "<object data=file:///etc/passwd>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<template><script>alert(1)</script></template>", "]]><script>alert(1)</script>", "<?xml version='1.0'?><!DOCTYPE x>",
    "<hx-get='/sign-out' hx-trigger='load'>",
    "<div hx-on:load='alert(1)' data-hx-get='/x'>",
)  # fmt: skip
_TEMPLATES = (
    "{{ 7*7 }}", "{% for x in y %}", "{{ config }}", "{{ ''.__class__.__mro__ }}", "{%- raw -%}", "{# 注释 #}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "{{'a'|attr('b')}}",
    "%(name)s", "%s%s%s%n", "{0.__class__}", "{case.applicant.name}", "$(touch x)", "`touch x`", "; rm -rf x", "| cat x", "&& id",
    "\\x41\\u0041",
)  # fmt: skip
_CELLS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/c calc'!A1", '=HYPERLINK("http://example.cn","x")', "=WEBSERVICE(\"http://127.0.0.1:9\")",
    "＝1+1", "＋1", "－1", "＠SUM(1)",
    '";=1+1;"', "\"\"=1+1", "=@1", "=IMPORTXML(1)", "0012", "371525199001011234", "1E5", "TRUE", "2026/1/2",
)  # fmt: skip
_QUERIES = (
    "' OR '1'='1", "'; DROP TABLE act; --", '" OR 1=1 --', "%' OR 1=1 --", "%", "_", "\\", "\\%",
    "a' UNION SELECT password FROM officer --", "1;SELECT pg_sleep(9)",
    "* NEAR/2 x", '"unclosed', "AND OR NOT", "a^b:c", "()", "{}", "[]", "..", "../../etc/passwd", "..\\..\\x",
)  # fmt: skip
_CHARACTERS = (
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "\u202e倒写", "\u200b零宽", "\ufeff开头", "\u2028行\u2029段",
    "e\u0301" * 50, "a" + "\u0301" * 200,
    "\U000e0041", "\ue000", "\uffff", "𠮷野", "张𱍐", "👨‍👩‍👧", "\u0000", "\u0007", "\x1b[31m红", "行\r\n行", "制\t表", "全　角", "㎡℃①㈠Ⅳ",
)  # fmt: skip
_LONG = (
    "长" * 100_000, "a" * 500_000, " " * 1_000, "\n" * 1_000, "<" * 5_000, "&" * 5_000, "9" * 5_000, "-" * 5_000, "（" * 2_000, "a " * 50_000,
)  # fmt: skip
TEXTS: tuple[str, ...] = (*_SCRIPTS, *_TEMPLATES, *_CELLS, *_QUERIES, *_CHARACTERS, *_LONG)
