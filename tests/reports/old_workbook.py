"""A small writer of .xls (BIFF8 in a compound file): just enough for a ledger of those years."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

_SECTOR = 512
_DAY_0 = datetime(1899, 12, 30)


def xls(*sheets: tuple[str, Sequence[Sequence[Any]], Sequence[tuple[int, int, int, int]]]) -> bytes:
    """A workbook of sheets: title, rows, and merged ranges (first and last row, first and last column, from 0)."""
    bodies = [_sheet(rows, merges) for _, rows, merges in sheets]
    names = [title.encode("utf-16-le") for title, *_ in sheets]
    start = _bof(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + _xf(0) + _xf(14)
    at = len(start) + sum(4 + 8 + len(name) for name in names) + 4
    for name, body in zip(names, bodies, strict=True):
        start += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(body)
    return _compound(start + _record(0x000A) + b"".join(bodies))


def _record(code: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 0))


def _xf(format_key: int) -> bytes:
    return _record(0x00E0, struct.pack("<HHHBBBBIiH", 0, format_key, 0, 0, 0, 0, 0, 0, 0, 0))


def _sheet(rows: Sequence[Sequence[Any]], merges: Sequence[tuple[int, int, int, int]]) -> bytes:
    data = _bof(0x0010)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HH", row, column)
            if isinstance(value, datetime):
                data += _record(0x0203, place + struct.pack("<Hd", 1, (value - _DAY_0).days))
            elif isinstance(value, int | float):
                data += _record(0x0203, place + struct.pack("<Hd", 0, value))
            elif value:
                text = str(value).encode("utf-16-le")
                data += _record(0x0204, place + struct.pack("<HHB", 0, len(text) // 2, 1) + text)
    if merges:
        data += _record(0x00E5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<4H", *one) for one in merges))
    return data + _record(0x000A)


def _compound(stream: bytes) -> bytes:
    """The stream as `Workbook` of a compound file: sector 0 is the table of sectors, 1 the directory, the rest the stream."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    assert count <= 125, "one table of sectors"
    chain = [-3, -2, *range(3, count + 2), -2]
    table = struct.pack("<128i", *chain, *[-1] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<109i", 0, *[-1] * 108)
    directory = _entry("Root Entry", 5, 1, -2, 0) + _entry("Workbook", 2, -1, 2, len(stream))
    return header + table + directory.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return text.ljust(64, b"\0") + struct.pack("<HBBiii", len(text) + 2, kind, 1, -1, -1, child) + bytes(36) + struct.pack("<iQ", start, size)
