"""文字识别: the lines of a scan give the same proposals as the text of a PDF; where no engine is, that is said."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from letters import ocr
from letters.errors import LetterError
from letters.fontset import fonts_dir
from letters.marks import Line, Sheet
from letters.ocr import is_there, proposals, read
from letters.render import Renderer
from tests import papers
from workflow.personal import Veil

A4 = Sheet(210.0, 297.0)
ID, PHONE = "11010519491231002X", "13800000001"
WORDS = ("张样例的住址：冠县崇文街道样例路1号", f"身份证号码{ID}", f"联系电话{PHONE}，编号20260001", "本机关收到政府信息公开申请")
VEIL = Veil(["张样例"], places=["冠县崇文街道样例路1号"])


def scan(words: Sequence[str] = WORDS) -> bytes:
    """A page as a scanner at 150 dots an inch makes it: PNG."""
    picture = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype(str(fonts_dir() / "FandolSong-Regular.otf"), 34)
    for n, line in enumerate(words):
        ImageDraw.Draw(picture).text((150, 200 + n * 120), line, font=font, fill=0)
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(150, 150))
    return file.getvalue()


def test_numbers_and_known_people_are_proposed_where_they_stand_in_a_line() -> None:
    lines = [Line(f"张样例，电话{PHONE}", 20, 30, 100, 6), Line("公开", 20, 50, 20, 6), Line("张样例", 20, 70, 5, 30)]
    known, phone, down = sorted(proposals(lines, 3, A4, VEIL), key=lambda one: (one.top, one.left))
    assert (known.page, known.kind, phone.kind, down.kind) == (3, "known", "phone", "known")
    assert known.left == 19.7 and 20 < known.left + known.width < 20 + 100 * 6 / 12
    assert phone.left > known.left + 10 and phone.left + phone.width == pytest.approx(120.3)
    assert (known.top, known.height) == (29.7, 6.6)
    assert down.height == pytest.approx(30.6) and down.width == pytest.approx(5.6), "what is written downwards"


def test_a_proposal_stays_on_its_page() -> None:
    (one,) = proposals([Line(PHONE, 0, 0, 210, 297)], 1, A4, Veil())
    assert (one.left, one.top, one.width, one.height) == (0, 0, 210, 297)


def test_lines_come_in_millimetres_and_one_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[tuple[int, int]]()

    def fake(picture: bytes) -> list[ocr.Box]:
        with Image.open(io.BytesIO(picture)) as one:
            seen.append(one.size)
        return [([150, 200, 300, 202, 300, 240, 150, 238], PHONE, 0.9), ([0, 0, 9, 0, 9, 9, 0, 9], " ", 0.9)]

    monkeypatch.setattr(ocr, "engine", lambda: fake)
    (line,) = read(scan(), "image/png", 0)
    assert seen == [(1240, 1754)]
    assert (line.text, line.left, line.top, line.width, line.height) == (PHONE, 25.4, 33.9, 25.4, 6.8)
    read(papers.pdf([(72, 100, "甲")], [(72, 100, "乙")]), "application/pdf", 1)
    read(papers.heic(turned=1), "image/heic", 0)
    assert len(seen) == 3 and seen[2][0] > seen[2][1], "a photograph of a telephone, as it was held"
    with pytest.raises(LetterError, match="没有这一页"):
        read(scan(), "image/png", 1)


def test_without_an_engine_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "engine", lambda: None)
    with pytest.raises(LetterError, match="没有安装文字识别"):
        read(scan(), "image/png", 0)


def test_what_reads_is_asked_for_in_a_worker_that_ends_with_it() -> None:
    with Renderer(workers=1) as pool:
        if is_there():
            assert pool.read(scan(), "image/png", 0)
        else:
            with pytest.raises(LetterError, match="没有安装文字识别"):
                pool.read(scan(), "image/png", 0)
        assert pool.outline(scan(), "image/png").sheets == (A4,), "another takes its place"
        assert pool.sheet(papers.heic(), "image/heic", 0, 50)[1], "what opens it is loaded within the limits of a worker"


@pytest.mark.skipif(not is_there(), reason="the optional extra ocr is not installed (make run OCR=yes)")
def test_a_printed_page_is_read_and_what_must_be_covered_is_found() -> None:
    lines = read(scan(), "image/png", 0)
    assert [line.text.replace(" ", "") for line in lines] == list(WORDS)
    found = list(proposals(lines, 1, A4, VEIL))
    assert [one.kind for one in found] == ["known", "known", "id_number", "phone"]
    number = found[2]
    assert number.left < 25.4 + 5 * 34 / 150 * 25.4 < number.left + number.width, "it begins behind 身份证号码"
