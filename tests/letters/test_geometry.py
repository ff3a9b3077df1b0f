"""Real PDFs against GB/T 9704-2012: where every line, rule, number and seal stands."""

from __future__ import annotations

import io
import itertools
import string
from dataclasses import dataclass, replace
from typing import Any

import pdfplumber
import pytest

from letters.lines import BLANK_LEFT, CLOSING, OPENING
from letters.render import render_here
from tests.letters.samples import FINDINGS, REQUEST, head, sample

MM = 25.4 / 72
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
"""The 版心, in mm from the page's left and top."""
PITCH = 225 / 22
LATIN = frozenset(string.ascii_letters + string.digits + "/.:")


@dataclass(frozen=True)
class Row:
    """One printed line: its text, its edges and its middle, in mm."""

    text: str
    left: float
    right: float
    middle: float
    size: float
    gaps: tuple[float, ...]
    """How far each character stands from the next, in parts of the size."""


def rows(page: Any) -> list[Row]:
    lines: dict[float, list[Any]] = {}
    for one in page.chars:
        # Fonts differ in their ascent: characters belong to the line on whose baseline they stand.
        baseline = round(one["matrix"][5])
        lines.setdefault(baseline, []).append(one)
    found = []
    for baseline in sorted(lines, reverse=True):
        chars = sorted(lines[baseline], key=lambda one: one["x0"])
        size = chars[0]["size"]
        found.append(
            Row(
                "".join(one["text"] for one in chars),
                chars[0]["x0"] * MM,
                chars[-1]["x1"] * MM,
                (float(page.height) - baseline - 0.38 * size) * MM,
                size,
                tuple((b["x0"] - a["x1"]) / size for a, b in itertools.pairwise(chars)),
            )
        )
    return found


def opened(kind: str, **changes: Any) -> Any:
    return pdfplumber.open(io.BytesIO(render_here(kind, sample(kind, **changes))))


def body(page: Any) -> list[Row]:
    """The lines of the text: 3号, inside the 版心."""
    return [row for row in rows(page) if abs(row.size - 16) < 0.1 and TOP < row.middle < BOTTOM]


PLAIN = "政府信息公开申请答复书中所称的信息是指行政机关在履行行政管理职能过程中制作或者获取的以一定形式记录保存的信息"


def long_reply(text: str) -> Any:
    return opened("needs_processing", items=(replace(FINDINGS["needs_processing"], reason=text),))


@pytest.fixture(scope="module")
def full() -> Any:
    """A long letter of Chinese characters without any mark."""
    return long_reply(PLAIN * 40)


def test_a_full_page_has_22_lines_of_28_characters(full: Any) -> None:
    page = body(full.pages[2])
    assert len(page) == 22
    assert all(len(row.text) == 28 for row in page)


def test_the_type_area_is_156_by_225_mm_within_half_a_millimetre(full: Any) -> None:
    page = body(full.pages[2])
    assert all(abs(row.left - LEFT) < 0.5 and abs(row.right - RIGHT) < 0.5 for row in page)
    assert abs(page[0].middle - (TOP + PITCH / 2)) < 0.5
    assert abs(page[-1].middle - (BOTTOM - PITCH / 2)) < 0.5
    steps = [below.middle - above.middle for above, below in itertools.pairwise(page)]
    assert all(abs(step - PITCH) < 0.4 for step in steps)


HARD = (
    "本机关于2026年11月3日收到您通过政府信息公开网上申请系统提交的《政府信息公开申请表》（申请编号：20261103007）。"
    "您申请公开的内容为：“临湖区青石街道老旧片区改造项目（2023—2025年）的国有土地上房屋征收补偿方案、征求意见情况及修改情况、"
    "社会稳定风险评估报告、建设工程规划许可证（建字第320104202400058号）”。网址为https://www.guanxian.example/zwgk/fdzdgknr/index.html，"
    "依次进入“政务公开”、“法定主动公开内容”、“征收土地”栏目查阅。共计1234567.89元（壹佰贰拾叁万元）！是否？还有……以及——其他。"
)


@pytest.fixture(scope="module", params=range(14))
def hard(request: pytest.FixtureRequest) -> list[list[Row]]:
    """The hard text, begun ever one character later, so that everything falls on the edge once."""
    pdf = long_reply("行" * request.param + HARD * 4)
    return [body(page) for page in pdf.pages]


def paragraph(pages: list[list[Row]]) -> list[Row]:
    """The lines of the hard text, without its last one."""
    lines = [row for page in pages for row in page]
    first = next(place for place, row in enumerate(lines) if "收到您通过政府信息" in row.text or row.text.startswith("行行行行"))
    last = max(place for place, row in enumerate(lines) if "以及" in row.text or "——其他" in row.text)
    return lines[first:last]


def test_full_lines_end_at_the_right_edge(hard: list[list[Row]]) -> None:
    for row in paragraph(hard):
        assert abs(row.right - RIGHT) < 0.5, row.text


def test_no_closing_mark_begins_a_line_and_no_opening_mark_ends_one(hard: list[list[Row]]) -> None:
    for row in paragraph(hard):
        assert row.text[0] not in CLOSING, row.text
        assert row.text[-1] not in OPENING, row.text


def test_no_line_is_pulled_apart(hard: list[list[Row]]) -> None:
    """系 统 提 交 的 is the defect to avoid: no gap wider than a sixth of a character."""
    for row in paragraph(hard):
        assert max(row.gaps) < 0.17, (row.text, max(row.gaps))


def test_no_hole_stands_between_two_marks(hard: list[list[Row]]) -> None:
    """》（ and ：“ share one blank: the second mark begins half a character earlier."""
    seen = 0
    for row in paragraph(hard):
        for place, gap in enumerate(row.gaps):
            if row.text[place] in "》：”）" and row.text[place + 1] in BLANK_LEFT:
                seen += 1
                assert gap < -0.3, row.text
    assert seen


def test_years_and_short_figures_stay_whole(hard: list[list[Row]]) -> None:
    text = [row.text for row in paragraph(hard)]
    for above, below in itertools.pairwise(text):
        for figure in ("2026年", "2025年", "60日"):
            for cut in range(1, len(figure) - 1):
                assert not (above.endswith(figure[:cut]) and below.startswith(figure[cut:])), (above, below)


@pytest.mark.parametrize("before", range(12))
def test_a_telephone_number_is_divided_after_its_area_code_or_not_at_all(before: int) -> None:
    pages = [body(page) for page in long_reply("行" * (14 + before) + "请拨打0635-0000012（样例）联系本机关。").pages]
    lines = [row for page in pages for row in page]
    text = [row.text for row in lines]
    assert "0635-0000012" in "".join(text)
    assert any("0635-0000012" in one or one.startswith("0000012") for one in text), text
    assert all(max(row.gaps) < 0.17 for row in lines if len(row.text) > 20)


def test_an_address_of_the_web_goes_on_after_one_of_its_signs() -> None:
    pdf = long_reply("请登录https://www.guanxian.example/zwgk/fdzdgknr/zsxx/2026/index.html查阅。" * 6)
    for page in pdf.pages:
        for above, below in itertools.pairwise(body(page)):
            if above.text[-1] in LATIN and below.text[0] in LATIN:
                assert above.text[-1] in "/.", (above.text, below.text)


def test_a_receipt_stands_on_one_page() -> None:
    assert len(opened("receipt").pages) == 1


# ---------------------------------------------------------------- page numbers, head, seal


def ink(page: Any, box: tuple[float, float, float, float], red: bool = False) -> tuple[float, float, float, float]:
    """The edges in mm of what is printed inside `box` (mm)."""
    dpi = 300
    picture = page.to_image(resolution=dpi).original.convert("RGB")
    scale = dpi / 25.4
    part = picture.crop(tuple(int(one * scale) for one in box))
    grey = part.getchannel("G") if red else part.convert("L")
    mask = grey.point(lambda value: 255 if value < 110 else 0)
    left, top, right, bottom = mask.getbbox()
    return box[0] + left / scale, box[1] + top / scale, box[0] + right / scale, box[1] + bottom / scale


def test_page_numbers_stand_outside_7_mm_below_the_type_area(full: Any) -> None:
    for number, page in enumerate(full.pages, 1):
        row = next(row for row in rows(page) if row.middle > BOTTOM)
        assert row.text.replace(" ", "") == f"—{number}—"
        assert abs(row.size - 14) < 0.1
        one = 14 * MM
        if number % 2:
            assert abs(row.right - (RIGHT - one)) < 0.5
        else:
            assert abs(row.left - (LEFT + one)) < 0.5
    dash = ink(full.pages[0], (150, 263, 168, 280))
    assert abs((dash[1] + dash[3]) / 2 - (BOTTOM + 7)) < 0.5


def test_the_head_of_the_document_format(full: Any) -> None:
    page = full.pages[0]
    mark = ink(page, (20, 60, 190, 100), red=True)
    assert abs(mark[1] - (TOP + 35)) < 0.5
    number = ink(page, (20, 104, 190, 116.5))
    rule = ink(page, (20, 117, 190, 125), red=True)
    assert abs(rule[1] - number[3] - 4) < 0.6
    assert abs(rule[0] - LEFT) < 0.5
    assert abs(rule[2] - RIGHT) < 0.5
    title = [row for row in rows(page) if abs(row.size - 22) < 0.1]
    assert "".join(row.text for row in title) == "冠县自然资源和规划局政府信息公开申请答复书"
    assert 2 * PITCH - 1 < title[0].middle - 22 * MM / 2 - rule[3] < 2.7 * PITCH
    to = next(row for row in rows(page) if row.text.startswith("龑昇堃"))
    assert to.text.endswith("：")
    assert abs(to.middle - title[-1].middle - 2 * PITCH) < 0.6


def test_the_head_of_the_letter_format() -> None:
    page = opened("joint_agency_inquiry").pages[0]
    mark = ink(page, (20, 25, 190, 44), red=True)
    assert abs(mark[1] - 30) < 0.5
    upper = ink(page, (15, 45, 195, 54), red=True)
    assert abs(upper[1] - mark[3] - 4) < 0.8
    lower = ink(page, (15, 270, 195, 285), red=True)
    assert abs(lower[3] - (297 - 20)) < 0.5
    for rule in (upper, lower):
        assert abs(rule[2] - rule[0] - 170) < 0.5
        assert abs((rule[0] + rule[2]) / 2 - 105) < 0.5
    number = next(row for row in rows(page) if "〔" in row.text and row.middle < 65)
    assert abs(number.right - RIGHT) < 0.5
    assert not [row for row in rows(page) if row.middle > BOTTOM + 2]


def seal_of(page: Any) -> Any:
    return next(one for one in page.images if one["x1"] - one["x0"] > 100)


@pytest.mark.parametrize("length", range(0, 660, 28))
def test_the_seal_never_stands_without_two_lines_of_text(length: int) -> None:
    pdf = opened("withheld_absolute", closing="特此说明" + "。" + "文" * length if length else None)
    page = pdf.pages[-1]
    lines = body(page)
    name, day = lines[-2], lines[-1]
    assert name.text == "冠县自然资源和规划局"
    assert day.text == "2026年11月24日"
    text = lines[:-2]
    assert len(text) >= 2
    seal = seal_of(page)
    centre = (seal["x0"] + seal["x1"]) / 2 * MM
    assert abs(day.right - (RIGHT - 4 * 156 / 28)) < 0.5, "the date is right-indented 4 characters"
    assert abs((name.left + name.right) / 2 - (day.left + day.right) / 2) < 0.5
    assert abs(centre - (day.left + day.right) / 2) < 0.5
    assert seal["top"] * MM < name.middle - 2, "it presses on the name"
    assert seal["bottom"] * MM > day.middle + 2, "and on the date"
    above = text[-1].middle + PITCH / 2
    assert -0.5 < seal["top"] * MM - above < PITCH, "its top is within one line of the text"


LONG_NAMES = (
    "聊城市冠县自然资源和规划分局",  # 14 characters
    "聊城市冠县清泉街道办事处规划建设所",  # 17
    "聊城市冠县自然资源和规划局清泉街道国土资源所",
    "新疆维吾尔自治区巴音郭楞蒙古自治州和静县人民政府办公室",
    "山东省聊城市冠县人民政府清泉街道办事处综合行政执法与应急管理服务中心",
    "样" * 40,
)


@pytest.mark.parametrize("name", LONG_NAMES, ids=len)
@pytest.mark.parametrize("kind", ["withheld_absolute", "joint_agency_inquiry"])
def test_a_long_name_stays_in_the_type_area_in_lines_of_its_own(kind: str, name: str) -> None:
    pdf = opened(kind, letterhead=replace(head(), name=name, mark=name, printed_by=name))
    for page in pdf.pages:
        for row in rows(page):
            if TOP < row.middle < BOTTOM:
                assert row.left > LEFT - 0.5 and row.right < RIGHT + 0.5, row.text
    first, last = rows(pdf.pages[0]), rows(pdf.pages[-1])
    red = [one for one in pdf.pages[0].chars if one["non_stroking_color"] not in ((0,), 0, (0, 0, 0)) and one["size"] > 20]
    lines = {round(one["matrix"][5]) for one in red}
    assert len(lines) == (1 if len(name) <= 16 else 2), "of the red mark"
    assert red[0]["size"] * MM >= 7.5
    assert "".join(row.text for row in first if abs(row.size - 22) < 0.1).startswith(name)
    day = next(row for row in reversed(last) if row.text == "2026年11月24日")
    signed = [row for row in last if day.middle - 3.5 * PITCH < row.middle < day.middle - 1 and set(row.text) <= set(name)]
    assert "".join(row.text for row in signed) == name
    assert abs(day.right - (RIGHT - 4 * 156 / 28)) < 0.5
    seal = seal_of(pdf.pages[-1])
    assert all(abs((row.left + row.right) / 2 - (day.left + day.right) / 2) < 0.5 for row in signed)
    assert seal["top"] * MM < signed[0].middle + PITCH / 2
    assert seal["bottom"] * MM > day.middle - 2
    if kind == "joint_agency_inquiry":
        number = next(row for row in first if "〔" in row.text and row.middle < 75)
        upper = max(one["bottom"] for one in pdf.pages[0].rects if one["top"] * MM < 60) * MM if pdf.pages[0].rects else 0
        assert number.middle - 3 > upper


def test_headings_have_their_faces() -> None:
    pdf = opened("partial")
    chars = [one for page in pdf.pages for one in page.chars]
    line = [one for one in chars if one["text"] == "予" and "Kai" in one["fontname"]]
    assert line, "（一）予以公开的部分 stands in 楷体"
    assert [one for one in chars if one["text"] == "二" and "Hei" in one["fontname"]], "二、 stands in 黑体"


def test_attachments_are_numbered_without_marks_after_their_names() -> None:
    pdf = opened("partial")
    text = [row.text for page in pdf.pages for row in body(page)]
    first = next(place for place, row in enumerate(text) if row.startswith("附件："))
    assert text[first] == "附件：1.社会稳定风险评估报告（区分处理后）"
    assert text[first + 1] == "2.建设工程规划许可证"


def test_a_word_longer_than_a_line_does_not_leave_the_type_area() -> None:
    pdf = long_reply("https://example.cn/" + "a1" * 400 + "。" + "》" * 60 + "（" * 40)
    for page in pdf.pages:
        assert all(row.right < RIGHT + 0.5 for row in body(page))


def test_wanted_of_many_lines_is_printed_line_by_line() -> None:
    pdf = opened("disclosed", request=replace(REQUEST, wanted="第一行\n第二行\n" + "长" * 400))
    text = "\n".join(row.text for page in pdf.pages for row in body(page))
    assert "\n第一行\n第二行\n" in text
