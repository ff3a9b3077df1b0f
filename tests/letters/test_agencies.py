"""Letterheads: the sample office, an office's own, and faults with file, line and key."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from PIL import Image, ImageDraw

from letters import sealing
from letters.agencies import SAMPLES, SERIES, load_agencies
from letters.contexts import LETTERS
from letters.render import Renderer
from letters.seals import NAMES, draw
from tests.letters.samples import sample
from workflow.answers import BadRules


def test_the_sample_office_is_guan_county() -> None:
    agencies = load_agencies()
    assert set(agencies) == {"gx-zfb", "gx-zrzy", "gx-rsj", "gx-zjj"} == set(NAMES)
    assert agencies["gx-zfb"].oversees == ("gx-zrzy", "gx-rsj", "gx-zjj")
    for code, agency in agencies.items():
        assert agency.code == code
        assert agency.name == NAMES[code]
        assert agency.review_body == ("聊城市人民政府" if code == "gx-zfb" else "冠县人民政府")
        assert agency.court == ("聊城市中级人民法院" if code == "gx-zfb" else "冠县人民法院"), "行政诉讼法第十五条"
        assert agency.parent == (None if code == "gx-zfb" else "gx-zfb")
        assert "样例" in agency.address
        assert "样例" in agency.phone


def test_numbers_have_no_leading_zero_and_no_di() -> None:
    agency = load_agencies()["gx-zrzy"]
    assert agency.number("case", 2026, 7) == "冠自然资依申〔2026〕7号"
    assert agency.number("reply", 2026, 12) == "冠自然资公复〔2026〕12号"
    assert len({agency.number(series, 2026, 1) for series in SERIES}) == len(SERIES)


def test_a_number_tells_its_year_and_serial_where_the_unit_gives_such() -> None:
    agency = load_agencies()["gx-zrzy"]
    assert agency.given("case", agency.number("case", 2026, 7)) == (2026, 7)
    for other in ("冠自然资公复〔2026〕7号", "冠住建依申〔2026〕7号", "冠自然资依申〔2026〕07号", "冠自然资依申〔2026〕7号（续）", "12"):
        assert agency.given("case", other) is None


def test_every_series_that_a_letter_takes_its_number_from_is_there() -> None:
    assert {kind.series for kind in LETTERS.values()} - {None} < set(SERIES)


@pytest.mark.parametrize("code", NAMES)
def test_a_seal_is_flat_and_as_the_script_draws_it(code: str) -> None:
    with Image.open(SAMPLES / f"{code}.png") as seal:
        assert seal.size == (300, 300)
        assert seal.mode == "RGB"
        again = draw(NAMES[code])
        assert list(seal.convert("L").resize((30, 30)).tobytes()) == pytest.approx(
            list(again.convert("L").resize((30, 30)).tobytes()), abs=8
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SAMPLES / "gx-rsj.yaml", tmp_path / "own.yaml")
    shutil.copy(SAMPLES / "gx-rsj.png", tmp_path / "gx-rsj.png")
    return tmp_path


def test_an_office_adds_its_own(folder: Path) -> None:
    agencies = load_agencies(folder)
    assert agencies["own"].seal_path == folder / "gx-rsj.png"
    assert "gx-rsj" in agencies


def test_an_office_replaces_a_sample_and_its_seal_is_printed(folder: Path) -> None:
    (folder / "own.yaml").rename(folder / "gx-zrzy.yaml")
    text = (folder / "gx-zrzy.yaml").read_text(encoding="utf-8").replace("gx-rsj.png", "own.png")
    (folder / "gx-zrzy.yaml").write_text(text, encoding="utf-8")
    Image.new("RGB", (300, 300), (214, 0, 15)).save(folder / "own.png")
    head = load_agencies(folder)["gx-zrzy"].letterhead
    with Renderer(workers=1, agencies_dir=folder) as pool:
        own = pool.render("withdrawal_notice", sample("withdrawal_notice", letterhead=head))
    assert own.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("mark: ", "motto: 样例\nmark: ", "motto", "不认识的键"),
        ("mark: 冠县人力资源和社会保障局\n", "", "mark", "缺少"),
        ("review_body: 冠县人民政府\n", "", "review_body", "缺少"),
        ("公复〔{year}〕{n}号", "公复〔{year}〕第{n}号", "numbers.reply", "写法不对"),
        ("公复〔{year}〕{n}号", "公复[{year}]{n}号", "numbers.reply", "写法不对"),
        ("  fee: 冠人社公费〔{year}〕{n}号\n", "", "numbers.fee", "缺少"),
        ('"252500"', "252500", "postcode", "文字"),
        ("seal: gx-rsj.png", "seal: ../../secret.png", "seal", "写法不对"),
        ("seal: gx-rsj.png", "seal: nowhere.png", "seal", "没有印章图片"),
        ("parent: gx-zfb", "parent: nobody", "parent", "nobody"),
        ("name: 冠县人力", f"name: {'长' * 40}冠县人力", "name", "最多45字"),
        ("mark: 冠县人力", f"mark: {'长' * 40}冠县人力", "mark", "最多40字"),
        ("printed_by: 冠县人力", f"printed_by: {'长' * 40}冠县人力", "printed_by", "最多40字"),
        ("mark: 冠县人力", "mark: 冠县\U00012000力", "mark", "第3个字（U+12000）没有字体可以印出"),
        ("公费〔{year}〕{n}号", "公⿰〔{year}〕{n}号", "numbers.fee", "第5个字（U+2FF0）没有字体可以印出"),
    ],
)
def test_a_fault_is_named_by_file_line_and_key(folder: Path, old: str, new: str, key: str, reason: str) -> None:
    path = folder / "own.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadRules) as caught:
        load_agencies(folder)
    assert caught.value.file == str(path)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert caught.value.line >= 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="没有这个文件夹"):
        load_agencies(tmp_path / "nowhere")


def png(picture: Image.Image, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", **how)
    return file.getvalue()


def disc(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A filled red ellipse."""
    made = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    ImageDraw.Draw(made).ellipse((0, 0, width - 1, height - 1), fill=(214, 0, 15, 255))
    return sealing.flat(made) if mode == "RGB" else made.convert(mode)


def jpeg(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (300, 300)).save(file, "JPEG")
    return file.getvalue()


NO_SEALS = {
    "cut": (png(draw(NAMES["gx-rsj"]))[:3000], "不完整"),
    "cut near its end": (png(draw(NAMES["gx-rsj"]))[:-30], "不完整"),
    "rubbish": (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "不完整"),
    "empty": (b"", "不是图片"),
    "text": (b"no picture", "不是图片"),
    "a page": (b"<html><body>seal</body></html>", "不是图片"),
    "a JPEG in CMYK": (jpeg("CMYK"), "其实是JPEG文件"),
    "a JPEG": (jpeg("RGB"), "其实是JPEG文件"),
    "animated": (png(disc(300, 300), save_all=True, append_images=[disc(300, 300).rotate(90), draw(NAMES["gx-rsj"])]), "动画"),
    "tiny": (png(disc(60, 60)), "太小（60×60像素）"),
    "one dot": (png(disc(1, 1)), "太小"),
    "narrow": (png(disc(240, 60)), "太小"),
    "a strip": (png(disc(900, 120)), "太扁长"),
    "huge": (png(disc(3200, 3200)), "太大"),
    "white": (png(Image.new("RGB", (300, 300), "white")), "空白"),
    "nothing but transparent": (png(Image.new("RGBA", (300, 300), (214, 0, 15, 0))), "空白"),
}


@pytest.mark.parametrize(("data", "why"), NO_SEALS.values(), ids=NO_SEALS)
@pytest.mark.usefixtures("engine")  # WeasyPrint changes what Pillow takes
def test_what_is_no_seal_is_refused_when_the_file_is_loaded(folder: Path, data: bytes, why: str) -> None:
    """Not when a letter that was signed and numbered is printed."""
    (folder / "gx-rsj.png").write_bytes(data)
    with pytest.raises(BadRules) as caught:
        load_agencies(folder)
    assert caught.value.key == "seal"
    assert caught.value.reason.startswith("印章图片gx-rsj.png")
    assert why in caught.value.reason


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "1", "I;16"])
def test_a_seal_of_any_colours_is_printed_flat_in_a_valid_file(folder: Path, mode: str) -> None:
    made = disc(400, 400, "L").convert("I").convert("I;16") if mode == "I;16" else disc(400, 400, mode)
    (folder / "gx-rsj.png").write_bytes(png(made))
    assert load_agencies(folder)["own"].seal == "gx-rsj.png"
    with Image.open(io.BytesIO(sealing.for_print(png(made)))) as printed:
        assert printed.mode == "RGB"
        assert "transparency" not in printed.info
        assert printed.getpixel((2, 2)) == ((255, 255, 255) if mode in ("RGB", "RGBA", "LA") else printed.getpixel((2, 2)))


def test_a_seal_is_printed_no_finer_than_a_press_shows() -> None:
    with Image.open(io.BytesIO(sealing.for_print(png(disc(2000, 1500))))) as printed:
        assert printed.size == (sealing.SHOWN, sealing.SHOWN * 3 // 4)
    small = png(disc(300, 300))
    assert sealing.for_print(small) is small


@pytest.mark.parametrize(("width", "height", "shape"), [(600, 400, 1.5), (400, 600, 1 / 1.5), (500, 500, 1.0)])
def test_a_seal_that_is_not_square_keeps_its_proportions(folder: Path, width: int, height: int, shape: float) -> None:
    (folder / "gx-rsj.png").write_bytes(png(disc(width, height)))
    head = load_agencies(folder)["own"].letterhead
    with Renderer(workers=1, agencies_dir=folder) as pool:
        data = pool.render("withdrawal_notice", sample("withdrawal_notice", letterhead=head))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (seal,) = [one for page in pdf.pages for one in page.images]
    across, down = (seal["x1"] - seal["x0"]) * 25.4 / 72, (seal["bottom"] - seal["top"]) * 25.4 / 72
    assert across / down == pytest.approx(shape, abs=0.01)
    assert max(across, down) == pytest.approx(42, abs=0.2), "as large as a round one"
