"""The pages of documents that came from anywhere: shown as they are, or refused with a sentence."""

from __future__ import annotations

import io
import resource
from collections.abc import Callable

import pytest
from PIL import Image

from letters.errors import LetterError
from letters.marks import Sheet
from letters.sheets import bounded, outline, sheet_picture
from tests import papers

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("data", "media_type", "sheet"),
    [
        (papers.pdf([(72, 100, "甲")]), PDF, Sheet(209.9, 297.0)),
        (papers.pdf([(72, 100, "甲")], rotate=90), PDF, Sheet(297.0, 209.9)),
        (papers.pdf([(72, 100, "甲")]).replace(b"startxref", b"startxxxx"), PDF, Sheet(209.9, 297.0)),  # mended by its library
        (papers.picture(size=(800, 1100)), "image/jpeg", Sheet(210.0, 288.8)),  # no size said: as wide as A4
        (papers.picture("PNG", dpi=(200, 200)), "image/png", Sheet(101.6, 139.7)),
        (papers.picture("TIFF", size=(400, 300)), "image/tiff", Sheet(210.0, 157.5)),
        (papers.picture("BMP", size=(400, 300)), "image/bmp", Sheet(105.8, 79.4)),  # says 96 dots an inch
        (papers.picture("GIF", size=(400, 300)), "image/gif", Sheet(210.0, 157.5)),
        (papers.heic(), "image/heic", Sheet(210.0, 288.8)),
        (papers.heic(turned=1), "image/heic", Sheet(210.0, 152.7)),  # as it was held
        (papers.heic(tiles=(3, 2)), "image/heif", Sheet(210.0, 192.5)),
    ],
    ids=["pdf", "turned", "broken table", "jpeg", "png", "tiff", "bmp", "gif", "heic", "heic turned", "heic of tiles"],
)
def test_a_document_has_the_pages_that_one_sees(data: bytes, media_type: str, sheet: Sheet) -> None:
    assert outline(data, media_type).sheets == (sheet,)
    kind, picture = sheet_picture(data, media_type, 0, 50)
    made = Image.open(io.BytesIO(picture))
    assert kind == f"image/{made.format.lower()}"  # type: ignore[union-attr]
    assert made.width == pytest.approx(sheet.width / 25.4 * 50, abs=2)


def test_a_photograph_is_shown_as_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (sheet,) = outline(papers.picture(size=(1100, 800), exif=exif), "image/jpeg").sheets
    assert sheet.height > sheet.width


@pytest.mark.parametrize(
    ("make", "media_type", "why"),
    [
        (papers.locked, PDF, "密码"),
        (papers.very_long, PDF, "有10000页，最多200页"),
        (lambda: papers.with_picture_of(60_000), PDF, "第1页的图像太大"),
        (lambda: papers.pdf([], size=(14_400, 14_400)), PDF, "第1页太大"),
        (lambda: b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", PDF, "已经损坏"),
        (lambda: b"%PDF-", PDF, "已经损坏"),
        (lambda: papers.claims(60_000), "image/png", "图像太大"),
        (lambda: papers.claims_as_gif(60_000), "image/gif", "图像太大"),
        (lambda: papers.claims_as_bmp(60_000), "image/bmp", "图像太大"),
        (lambda: papers.frames(30), "image/gif", "有30页，最多20页"),
        (lambda: papers.heic((60_000, 60_000)), "image/heic", "图像太大"),
        (lambda: papers.heic((60_000, 60_000), tiles=(3, 2)), "image/heic", "图像太大"),
        (lambda: papers.heic((7_100, 7_100)), "image/heic", "第1页太大"),
        (lambda: papers.heic((7_000, 7_000)), "image/heic", "照片不完整"),
        (lambda: papers.heic(count=30), "image/heic", "有30页，最多20页"),
        (lambda: papers.heic()[:500], "image/heic", "照片不完整"),
        (lambda: papers.heic()[:100], "image/heic", "照片不完整"),
        (lambda: papers.heic().replace(b"hvc1", b"av01").replace(b"hvcC", b"av1C"), "image/heif", "打不开的编码"),
        (papers.picture, "image/heic", "照片不完整"),
        (lambda: papers.picture()[:2000], "image/jpeg", "已经损坏"),
        (lambda: b"\xff\xd8\xff" + b"\0" * 50, "image/jpeg", "已经损坏"),
        ("文字".encode, "text/plain; charset=utf-8", "另存为PDF"),
    ],
    ids=["locked", "ten thousand pages", "a vast picture in it", "a vast page", "nothing in it", "cut off", "a vast picture", "a vast gif",
         "a vast bmp", "an animation", "a vast heic", "a vast heic of tiles", "a heic of too many dots", "a heic that claims more than it has",
         "thirty in one heic", "half a heic", "the head of a heic", "a heic of another coding", "a jpeg that is called heic", "half a picture",
         "no picture", "no pages"],
)  # fmt: skip
def test_what_nobody_should_be_made_to_open_is_refused_with_a_sentence(
    make: Callable[[], bytes], media_type: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as it is in a worker that has made a letter
    data = make()

    def looked_at() -> None:
        outline(data, media_type)
        sheet_picture(data, media_type, 0, 100)

    with pytest.raises(LetterError, match=why):
        looked_at()


def test_every_photograph_in_a_heic_is_a_page_and_its_dots_are_its_own() -> None:
    data = papers.heic(count=10)
    assert outline(data, "image/heic").sheets == (Sheet(210.0, 288.8),) * 10
    made = Image.open(io.BytesIO(sheet_picture(data, "image/heic", 9, 50)[1])).convert("RGB")
    bar, beside = made.getpixel((made.width // 2, made.height // 8)), made.getpixel((made.width // 2, made.height // 2))
    assert isinstance(bar, tuple) and isinstance(beside, tuple)
    assert bar[0] > 180 and bar[1] < 70 and min(beside) > 240


@pytest.mark.parametrize(("kind", "media_type"), [("GIF", "image/gif"), ("TIFF", "image/tiff")])
def test_every_frame_is_a_page(kind: str, media_type: str) -> None:
    data = papers.frames(3, kind)
    assert len(outline(data, media_type).sheets) == 3
    assert len({sheet_picture(data, media_type, n, 100)[1] for n in range(3)}) == 3


def test_what_no_page_shows_is_told_and_nothing_of_it_runs() -> None:
    found = outline(papers.with_script_and_file(), PDF)
    assert (found.embedded, found.scripts) == (1, 1)


def test_memory_is_bounded_while_a_document_is_open_and_no_longer() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), bounded(1024 * 1024):
        bytearray(512 * 1024 * 1024)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
