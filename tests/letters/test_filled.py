"""The scan reads itself: lines that were read become the fields of the form, however the page lay; nothing is made of what says nothing."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter

from letters import ocr
from letters.filled import FIELDS, Written, said
from letters.render import render_here
from letters.sheets import opened
from tests.letters import samples

RECORDED: Mapping[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "read_forms.json").read_text(encoding="utf-8"))
"""What the engine read of one form of the program's own, filled with this:"""
FILLED = {
    "name": "周文博", "id_number": "11010519491231002X", "phone": "13800000000", "address": "冠县崇文街道样例路18号3单元202室", "date": "2026-11-03",
    "wanted": "冠县崇文街道2024年第三批次征收补偿安置方案及社会稳定风险评估报告",
}  # fmt: skip


def line(text: str, left: float, top: float, width: float = 40, height: float = 6, sure: float = 0.9) -> Written:
    return Written(text, ((left, top), (left + width, top), (left + width, top + height), (left, top + height)), sure)


def values(*written: Written) -> dict[str, str]:
    return {one.field: one.value for one in said(written)}


@pytest.mark.parametrize("how", list(RECORDED))
def test_a_form_of_the_programs_own_gives_its_fields_however_it_lay(how: str) -> None:
    found = said([Written(text, tuple((x, y) for x, y in corners), sure) for text, corners, sure in RECORDED[how]])
    assert {one.field: one.value for one in found} == FILLED
    assert {one.turned for one in found} == {{"on its side": 1, "upside down": 2, "on its other side": 3}.get(how, 0)}
    assert all(0.9 <= one.sure <= 1 for one in found)
    assert [one.field for one in found] == list(FIELDS)


def test_a_letter_with_labels_before_colons_gives_them() -> None:
    found = values(
        line("政府信息公开申请书", 60, 20, 90), line("申请人：张样例　联系电话：13800000001", 20, 40, 120),
        line("身份证号：11010519491231002x", 20, 50, 100),
        line("通讯地址：冠县崇文街道样例路1号", 20, 60, 110), line("所需信息：清泉河2025年采砂许可证", 20, 70, 120), line("（含附图）", 20, 78, 30),
        line("申请日期：2026.11.3", 120, 100, 60),
    )  # fmt: skip
    assert found == {
        "name": "张样例", "phone": "13800000001", "id_number": "11010519491231002X", "address": "冠县崇文街道样例路1号",
        "wanted": "清泉河2025年采砂许可证（含附图）", "date": "2026-11-03",
    }  # fmt: skip


def test_what_no_label_names_is_known_by_its_form_alone() -> None:
    assert values(line("请回复到13800000002，谢谢", 20, 20), line("身份证复印件11010519491231002X", 20, 40)) == {
        "phone": "13800000002", "id_number": "11010519491231002X",
    }  # fmt: skip
    assert values(line("编号110105194912310021", 20, 20), line("合同第20260001号", 20, 40)) == {}, "a wrong check digit is no number of a person"


def test_letters_that_look_like_figures_are_read_as_such_only_in_a_number() -> None:
    (one,) = said([line("证件号码", 20, 20, 25), line("1101O5194912310O2X", 60, 20)])
    assert (one.value, one.sure) == ("11010519491231002X", 0.9)
    (two,) = said([line("证件号码", 20, 20, 25), line("110105194912310021", 60, 20)])
    assert (two.value, two.sure) == ("110105194912310021", 0.45), "what does not stand up to its check is less sure, and said so"


@pytest.mark.parametrize("text", ["", " ", "姓名", "姓名：", "：", "|", "2026年13月40日", "电话：无", "x" * 5000, "ﷺ" * 50])
def test_what_says_nothing_proposes_nothing(text: str) -> None:
    assert said([line(text, 20, 20)]) == ()
    assert said([line(text, 20, 20), line("日期", 0, 20, 15), line("2026年2月30日", 60, 40)]) == ()
    assert said([]) == ()


def test_where_it_stands_on_the_page_is_told() -> None:
    (one,) = said([line("姓名", 20, 30, 15), line("张样例", 40, 30.5, 20)], page=3)
    assert (one.place.page, one.place.left, one.place.top, one.place.width, one.place.height) == (3, 40, 30.5, 20, 6)


def test_a_cut_out_is_upright_and_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(_picture: bytes) -> list[ocr.Box]:
        return [([100, 100, 200, 100, 200, 130, 100, 130], "姓名", 0.99), ([300, 100, 420, 100, 420, 130, 300, 130], "张样例", 0.97),
                ([300, 300, 320, 300, 320, 320, 300, 320], "电话13800000000", 0.3)]  # fmt: skip

    file = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(file, "PNG", dpi=(150, 150))
    monkeypatch.setattr(ocr, "engine", lambda: fake)
    (one,) = ocr.filled(file.getvalue(), "image/png", 0)
    assert (one.said.value, one.said.sure) == ("张样例", 0.97), "what is read with a guess is no proposal"
    with Image.open(io.BytesIO(one.picture)) as cut:
        assert abs(cut.width - 138) <= 2 and abs(cut.height - 48) <= 2


# ------------------------------------------------------------------ the engine itself, on thirty pictures

PEOPLE = ("周文博", "欧阳样例", "李小明", "马晓峰", "郭一帆", "陈静怡", "孙建国", "赵海燕", "王样例", "刘思远")
NUMBERS = ("11010519491231002X", "110101199003070079", "37152519850412001X")
PLACES = ("冠县崇文街道样例路18号3单元202室", "山东省聊城市冠县清泉街道样例小区7号楼", "冠县烟庄街道样例村")
THINGS = (
    "冠县崇文街道2024年第三批次征收补偿安置方案及社会稳定风险评估报告", "清泉河沿岸2025年采砂许可证及附图",
    "样例小区建设工程规划许可证、竣工验收备案表",
)  # fmt: skip


def scanned(picture: Image.Image, n: int) -> Image.Image:
    """The page as it may come: askew, turned, grey and noisy, photographed at an angle; the n-th of thirty."""
    chance = random.Random(n)
    wide, high = picture.size
    match n % 6:
        case 0:
            made = picture.rotate(chance.uniform(-4, 4), expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        case 1:
            made = picture.transpose((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)[n // 6 % 3])
        case 2:
            made = picture.point(lambda one: 120 + one * 100 // 255)  # grey on grey, as of a poor copier
        case 3:
            made = Image.blend(picture, Image.effect_noise(picture.size, 60), 0.3).filter(ImageFilter.GaussianBlur(0.7))
        case 4:
            by = [chance.uniform(0.01, 0.06) for _ in range(4)]
            corners = (-by[0] * wide, -by[1] * high, by[2] * wide / 2, high * (1 + by[3]), wide * (1 + by[0]), high, wide, by[2] * high)
            made = picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=150)
        case _:
            small = picture.resize((wide * 3 // 4, high * 3 // 4), Image.Resampling.BILINEAR)
            made = small.rotate(chance.uniform(-2, 2), fillcolor=200, resample=Image.Resampling.BICUBIC)
    return made


@pytest.mark.slow
@pytest.mark.skipif(not ocr.is_there(), reason="the optional extra ocr is not installed (make run OCR=yes)")
def test_nine_of_ten_fields_of_thirty_forms_are_right(record_property: Any) -> None:
    right, wrong = 0, list[str]()
    for n in range(30):
        wanted = {
            "name": PEOPLE[n % 10], "id_number": NUMBERS[n % 3], "phone": f"138{n:08d}", "address": PLACES[n // 3 % 3],
            "date": date(2026, 1 + n % 11, 1 + n % 28).isoformat(), "wanted": THINGS[n // 2 % 3],
        }  # fmt: skip
        form = samples.sample(
            "request_form", on=date.fromisoformat(wanted["date"]), contact_name=None, email=None,
            **{name: wanted[name] for name in ("name", "id_number", "phone", "address", "wanted")},
        )  # fmt: skip
        with opened(render_here("request_form", form), "application/pdf") as document:
            picture = scanned(document.draw(0, 150).convert("L"), n)
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        found = {one.said.field: one.said.value for one in ocr.filled(file.getvalue(), "image/jpeg", 0)}
        right += sum(found.get(name) == value for name, value in wanted.items())
        wrong += [f"{n}: {name} {found.get(name)!r}, not {value!r}" for name, value in wanted.items() if found.get(name) != value]
    record_property("right", f"{right} of 180")
    print(f"{right} of 180 fields are right", *wrong, sep="\n")
    assert right >= 162, wrong
