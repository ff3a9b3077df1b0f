"""遮盖件: what is covered cannot be got back, by its text, its pictures, its metadata, what it held before, or its pixels."""

from __future__ import annotations

import io
import random
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from letters.errors import LetterError
from letters.marks import Mark, Searched
from letters.redaction import DARK, proposals, redacted
from letters.sheets import Document, opened
from tests import papers
from workflow.personal import Veil

PDF = "application/pdf"
SECRET, OPEN = "ZHANGYANGLI13800000001", "PUBLIC"
SCALE = 200 / 25.4
"""Dots a millimetre."""


def mark(page: int = 1, left: float = 20, top: float = 30, width: float = 180, height: float = 10) -> Mark:
    return Mark(page, left, top, width, height, "third_party", "privacy")


def drawn(data: bytes, page: int = 0) -> Image.Image:
    """A page as another library would show it to whoever gets the file."""
    with pypdfium2.PdfDocument(data) as document:
        picture: Image.Image = document[page].render(scale=200 / 72).to_pil()
        return picture.convert("L")


def pixels(data: bytes, one: Mark) -> Image.Image:
    """What stands under a mark, a dot within its edge."""
    box = [one.left * SCALE + 2, one.top * SCALE + 2, (one.left + one.width) * SCALE - 2, (one.top + one.height) * SCALE - 2]
    return drawn(data, one.page - 1).crop(tuple(int(side) for side in box))


def everything(data: bytes) -> bytes:
    """All bytes of a PDF, packed and unpacked, and all its strings."""
    found = [data]
    with pikepdf.open(io.BytesIO(data)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                found.append(one.read_raw_bytes())
                if one.get("/Filter") == "/FlateDecode":
                    found.append(one.read_bytes())
            found.append(repr(one).encode())
    return b"\n".join(found)


@pytest.fixture(scope="module")
def original() -> bytes:
    """Text, an annotation, metadata, an attached file, an earlier revision, a script, hidden text: a name in each of them."""
    with pikepdf.open(io.BytesIO(papers.pdf([(72, 100, SECRET), (72, 300, OPEN)], [(72, 100, SECRET)]))) as made:
        made.docinfo["/Title"] = SECRET
        with made.open_metadata() as xmp:
            xmp["dc:description"] = SECRET
        made.attachments["list.txt"] = SECRET.encode()
        page = made.pages[0]
        page.obj.Annots = made.make_indirect(pikepdf.Array([pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=pikepdf.Array([400, 400, 420, 420]), Contents=pikepdf.String(SECRET)
        )]))  # fmt: skip
        hidden = f"\nBT 3 Tr /F1 9 Tf 72 600 Td <{SECRET.encode('utf-16-be').hex()}> Tj ET"
        page.obj.Contents = made.make_stream(page.obj.Contents.read_bytes() + hidden.encode())
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(SECRET))
        saved = papers.saved(made)
    return saved + b"\n%" + SECRET.encode() + b"\n" + saved[saved.rindex(b"startxref") :]


def test_nothing_of_what_is_covered_can_be_extracted(original: bytes) -> None:
    marks = [mark(), mark(2)]
    copy = redacted(original, PDF, marks)
    with pdfplumber.open(io.BytesIO(copy)) as read:
        assert [page.extract_text() for page in read.pages] == ["", ""]
    with pypdfium2.PdfDocument(copy) as document:
        for one in marks:
            bounds = (one.left / 25.4 * 72, 0, 595, 842)
            assert document[one.page - 1].get_textpage().get_text_bounded(*bounds) == ""
    held = everything(copy)
    for said in (SECRET.encode(), SECRET.encode("utf-16-be"), SECRET.encode("utf-16-be").hex().encode(), b"JavaScript", b"Annot", b"Metadata"):
        assert said not in held, said
    with pikepdf.open(io.BytesIO(copy)) as made:
        assert not made.docinfo and not made.attachments and set(made.Root.keys()) == {"/Type", "/Pages"}
        assert [sorted(page.obj.keys()) for page in made.pages] == [["/Contents", "/MediaBox", "/Parent", "/Resources", "/Type"]] * 2
    assert copy.count(b"%%EOF") == copy.count(b"startxref") == 1


def test_what_is_covered_is_black_and_the_rest_is_as_it_was(original: bytes) -> None:
    copy = redacted(original, PDF, [mark()])
    assert pixels(copy, mark()).getextrema()[1] < DARK  # type: ignore[operator]
    elsewhere = mark(top=80, height=150)
    before, after = pixels(original, elsewhere), pixels(copy, elsewhere)
    dark = [sum(picture.histogram()[:128]) for picture in (before, after)]
    assert dark[0] > 200 and dark[1] == pytest.approx(dark[0], rel=0.1)
    second = mark(2)
    assert pixels(copy, second).getextrema()[0] < 128, "another page is not touched"  # type: ignore[operator]


def test_two_documents_that_differ_under_the_mark_alone_give_the_same_copy() -> None:
    """Nothing that is covered has any effect on what is made: not on one byte of it."""
    copies = {redacted(papers.pdf([(72, 100, words), (72, 300, OPEN)]), PDF, [mark(width=189)]) for words in (SECRET, "OTHER", "1", "张样例")}
    assert len(copies) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_is_covered_dot_by_dot_and_its_own_facts_are_gone(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET
    more: dict[str, Any] = {"exif": exif} if kind != "TIFF" else {"tiffinfo": {270: SECRET}}
    data = papers.picture(kind, **more)
    assert SECRET.encode() in data
    one = mark(left=21, top=28, width=168, height=16)
    copy = redacted(data, f"image/{kind.lower()}", [one])
    assert SECRET.encode() not in everything(copy)
    assert pixels(copy, one).getextrema()[1] < DARK  # type: ignore[operator]
    with opened(copy, PDF) as document:
        assert isinstance(document, Document) and document.sheet(0) == document.sheet(0)


def test_noise_round_a_mark_leaves_nothing_in_it() -> None:
    """JPEG rings at an edge: what rings in is what lies outside."""
    some = random.Random(7)
    noise = Image.frombytes("RGB", (800, 1100), some.randbytes(800 * 1100 * 3))
    file = io.BytesIO()
    noise.save(file, "PNG")
    one = mark(left=40.3, top=50.7, width=61.1, height=23.3)
    copy = redacted(file.getvalue(), "image/png", [one])
    assert pixels(copy, one).getextrema()[1] < DARK  # type: ignore[operator]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_covered_where_it_is_seen(turn: int) -> None:
    data = papers.pdf([(72, 100, "联系13800000001"), (72, 300, "公开")], rotate=turn)
    (found,) = proposals(data, PDF, Veil()).proposals
    one = Mark(1, found.left, found.top, found.width, found.height, "third_party", "privacy")
    before, copy = drawn(data), redacted(data, PDF, [one])
    box = tuple(int(side * SCALE) for side in (one.left, one.top, one.left + one.width, one.top + one.height))
    under, all_of_it = (sum(picture.histogram()[:128]) for picture in (before.crop(box), before))
    assert 0.5 * all_of_it < under < 0.95 * all_of_it, "the number is most of the ink on this page"
    assert pixels(copy, one).getextrema() == (0, 0)


def test_numbers_and_known_people_are_found_with_their_places() -> None:
    data = papers.pdf([(72, 100, "张样例的证号"), (72, 130, "11010519491231002X"), (72, 200, "电话13800000001，编号20260001")], [(72, 100, "张样例")])
    searched = proposals(data, PDF, Veil(["张样例"]))
    found = searched.proposals
    assert searched.unread == ()
    assert [(one.page, one.kind) for one in found] == [(1, "known"), (1, "id_number"), (1, "phone"), (2, "known")]
    known = found[0]
    assert known.left == pytest.approx(25.4, abs=1) and known.top == pytest.approx(30.6, abs=1.5)
    assert proposals(papers.picture(), "image/jpeg", Veil(["张样例"])) == Searched(unread=(1,)), "a scan has no text"
    scan = papers.pdf([(72, 100, "电话13800000001")], [], [(72, 100, " ")])
    assert proposals(scan, PDF, Veil()).unread == (2, 3)


def test_a_mark_on_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(LetterError, match="没有第2页"):
        redacted(papers.pdf([(72, 100, "甲")]), PDF, [mark(2)])


def test_the_same_marks_give_the_same_bytes(original: bytes) -> None:
    assert redacted(original, PDF, [mark()]) == redacted(original, PDF, [mark()])


def test_a_copy_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letters.redaction.MOST_BYTES", 1000)
    with pytest.raises(LetterError, match="20MiB"):
        redacted(papers.pdf([(72, 100, "甲")]), PDF, [mark()])
