"""Documents for tests, made here: small PDFs with text that can be read, and what nobody should be made to open."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

A4 = (595.0, 842.0)


def pdf(*pages: Sequence[tuple[float, float, str]], size: tuple[float, float] = A4, rotate: int = 0) -> bytes:
    """A PDF whose pages hold lines of text: (points from the left, points from the top, words). At least one page."""
    with pikepdf.new() as made:
        _fill(made, pages or ((),), size, rotate)
        return saved(made)


def _fill(made: pikepdf.Pdf, pages: Sequence[Sequence[tuple[float, float, str]]], size: tuple[float, float], rotate: int) -> None:
    font = made.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/UniGB-UCS2-H"),
        DescendantFonts=Array([Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), DW=1000,
            CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("GB1"), Supplement=4),
            FontDescriptor=Dictionary(Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
                                      ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93),
        )]),
    ))  # fmt: skip
    for lines in pages:
        words = [f"BT /F1 14 Tf 1 0 0 1 {left} {size[1] - top} Tm <{text.encode('utf-16-be').hex()}> Tj ET" for left, top, text in lines]
        page = made.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = made.make_stream("\n".join(words).encode())
        if rotate:
            page.obj.Rotate = rotate


def saved(made: pikepdf.Pdf, **options: object) -> bytes:
    file = io.BytesIO()
    made.save(file, **options)  # type: ignore[arg-type]
    return file.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    with pikepdf.new() as made:
        made.add_blank_page()
        return saved(made, encryption=pikepdf.Encryption(user="secret", owner="secret"))


def very_long(pages: int = 10_000) -> bytes:
    """A PDF of so many empty pages."""
    with pikepdf.new() as made:
        kids = [made.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 100, 100]))) for _ in range(pages)]
        tree = made.make_indirect(Dictionary(Type=Name.Pages, Kids=Array(kids), Count=pages))
        for one in kids:
            one.Parent = tree
        made.Root.Pages = tree
        return saved(made)


def with_picture_of(side: int) -> bytes:
    """A PDF of one page that holds a picture of `side` x `side` dots, a few kilobytes long."""
    import zlib

    packer = zlib.compressobj(9)
    packed = [packer.compress(bytes(side * 100)) for _ in range(side // 100)] + [packer.flush()]
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=A4)
        image = pikepdf.Stream(made, b"".join(packed), Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, BitsPerComponent=8,
                               ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode)  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=made.make_indirect(image)))
        page.obj.Contents = made.make_stream(b"595 0 0 842 0 0 cm /Im Do")
        return saved(made)


def with_script_and_file() -> bytes:
    """A PDF that runs a script when it is opened, and holds another file."""
    with pikepdf.new() as made:
        _fill(made, (((72, 72, "公开的内容"),),), A4, 0)
        script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('x')"))
        made.Root.OpenAction = script
        made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), script])))
        made.attachments["secret.txt"] = b"SECRET-IN-A-FILE"
        return saved(made)


def revised(before: str, after: str) -> bytes:
    """A PDF with two revisions: what the first one said is still in the bytes."""
    first = pdf([(72, 100, before)])
    with pikepdf.open(io.BytesIO(first)) as made:
        made.docinfo["/Title"] = f"TITLE {before}"
        return first + b"\n% earlier revision above\n" + pdf([(72, 100, after)])


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 1100), **options: object) -> bytes:
    """A picture with a dark bar a tenth from its top."""
    made = Image.new("RGB", size, "white")
    ImageDraw.Draw(made).rectangle((size[0] * 0.1, size[1] * 0.1, size[0] * 0.9, size[1] * 0.15), fill=(200, 30, 30))
    file = io.BytesIO()
    made.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def frames(count: int, kind: str = "GIF") -> bytes:
    """A picture of so many frames, a line lower in each."""
    made = [Image.new("RGB", (60, 90), "white") for _ in range(count)]
    for n, one in enumerate(made):
        ImageDraw.Draw(one).line((0, n, 60, n), fill=(200, 30, 30))
    file = io.BytesIO()
    made[0].save(file, kind, save_all=True, append_images=made[1:])
    return file.getvalue()


def claims_as_gif(side: int) -> bytes:
    """A GIF that says it is `side` x `side` dots large."""
    import struct

    screen = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0" * 6
    return screen + b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\0;"


def claims_as_bmp(side: int) -> bytes:
    """A BMP that says it is `side` x `side` dots large."""
    import struct

    return b"BM" + struct.pack("<IHHI", 54 + 100, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 2835, 2835, 0, 0) + b"\0" * 100


def claims(side: int) -> bytes:
    """A PNG that says it is `side` x `side` dots large, and has none of them."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def _box(kind: bytes, *parts: bytes, full: int | None = None) -> bytes:
    """A box of a HEIF file; `full`: its version and flags."""
    import struct

    body = (b"" if full is None else struct.pack(">I", full)) + b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


_SETUP = (
    "AQNwAAAAAAAAAAAAP/AA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAP7oCQCEAAQApQgEBA3AAAAMAkAAAAwAAAwA/oAoIBuWW6kkprmwIAAADAAgAAAMACE"
    "AiAAEAB0QBwXKwYkA="
)
_DOTS = (
    "AAAA7SgBr1OezXDhgoWAo2wT/OwA5i92/Pd/oFU+pGWG1Sn/l7uRPOc8V8e7PABEPE69tGg8bPnwJpJoEXv4RRpInb2VTV/ACggPdZ54pd+y1780n5edw0gI8Q8hujBAiR"
    "jmQJJ+k8HQow2NoXobFNDxFfp2LlEAM4cA6U72F8XI2vWr437fQ2zgXJ3xnbDIVdJmoIMgW5baHt1I8vfAI2EsJs6dx+4nZmH8rxqV9Ep+YPC+yvbelZBY0v2Y3U+0gLuD"
    "bFmZbqhQrBqtnKWAwJ3UYrUL2I42AABywAAAAwAAAwAAAwAAAwAAAwAAAwAc8A=="
)


def heic(size: tuple[int, int] | None = None, *, turned: int = 0, count: int = 1, tiles: tuple[int, int] | None = None) -> bytes:
    """A photograph as a telephone keeps it (HEIC), 320 x 440 dots, with a red bar a tenth from its top, drawn for this test and coded once.

    It claims to be of `size`, is to be `turned` by so many quarters to the left; or so many of it, or one that is put together of `tiles`.
    """
    import struct
    from base64 import b64decode

    dots = b64decode(_DOTS)
    columns, rows = tiles or (1, 1)
    whole = struct.pack(">II", *(size or (320 * columns, 440 * rows)))
    coded = count if tiles is None else columns * rows
    kinds = [b"hvc1"] * coded + ([b"grid"] if tiles else [])
    shape = b"\0\0" + bytes((rows - 1, columns - 1)) + whole[2:4] + whole[6:] if tiles else b""
    of_one = struct.pack(">II", 320, 440) if tiles else whole
    properties = _box(b"hvcC", b64decode(_SETUP)) + _box(b"ispe", of_one, full=0) + _box(b"irot", bytes([turned])) + _box(b"ispe", whole, full=0)
    of_coded, of_grid = b"\x03\x81\x02\x83" if turned and not tiles else b"\x02\x81\x02", b"\x02\x04\x83" if turned else b"\x01\x04"
    owned = b"".join(struct.pack(">H", n + 1) + (of_grid if kind == b"grid" else of_coded) for n, kind in enumerate(kinds))
    hidden = 1 if tiles else 0
    items = b"".join(
        _box(b"infe", struct.pack(">HH4sB", n + 1, 0, kind, 0), full=2 << 24 | (hidden if kind == b"hvc1" else 0)) for n, kind in enumerate(kinds)
    )
    parts = b"".join(struct.pack(">H", n + 1) for n in range(coded))
    refers = _box(b"iref", _box(b"dimg", struct.pack(">HH", coded + 1, coded), parts), full=0) if tiles else b""

    def described(at: int) -> bytes:
        where = b"".join(
            struct.pack(">HHHII", n + 1, 0, 1, at + (len(dots) if kind == b"grid" else 0), len(shape if kind == b"grid" else dots))
            for n, kind in enumerate(kinds)
        )
        return _box(
            b"meta", _box(b"hdlr", b"\0\0\0\0pict" + b"\0" * 13, full=0), _box(b"pitm", struct.pack(">H", len(kinds) if tiles else 1), full=0),
            _box(b"iloc", b"\x44\0", struct.pack(">H", len(kinds)), where, full=0), _box(b"iinf", struct.pack(">H", len(kinds)), items, full=0),
            refers, _box(b"iprp", _box(b"ipco", properties), _box(b"ipma", struct.pack(">I", len(kinds)), owned, full=0)), full=0,
        )  # fmt: skip

    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    return head + described(len(head) + len(described(0)) + 8) + _box(b"mdat", dots, shape)
