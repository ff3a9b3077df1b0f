"""Which characters can be printed: by a real glyph of their own script, or not at all."""

from __future__ import annotations

import io
import random
import shutil
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator
from ctypes import byref, c_double
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pdfplumber
import pikepdf
import pydyf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import weasyprint.css
import weasyprint.layout.absolute
import weasyprint.layout.float
import weasyprint.layout.inline
import weasyprint.layout.page
import weasyprint.pdf.fonts
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from letters import cmaps, faster, fontset, scripts
from letters.contexts.parts import Addressee
from letters.engine import Engine
from letters.errors import LetterError
from letters.fontset import FREE, RARE, covered, fonts, unprintable
from letters.render import render_here
from tests.letters.samples import sample
from workflow import printable
from workflow.acts import Note, Rejected
from workflow.identity import clean_text

FONTS = Path(fontset.__file__).parent / "fonts"

NAMES: dict[str, tuple[tuple[int, int], ...]] = {
    "Han": ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x3007, 0x3007), (0x20000, 0x2A6DF), (0x2A700, 0x2B739), (0x2B740, 0x2B81D),
            (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x30000, 0x3134A), (0x31350, 0x323AF)),
    "Yi": ((0xA000, 0xA48C), (0xA490, 0xA4C6)),
    "Tibetan": ((0xF00, 0xF47), (0xF49, 0xF6C), (0xF71, 0xF97), (0xF99, 0xFBC), (0xFBE, 0xFCC), (0xFCE, 0xFDA)),
    "Mongolian": ((0x1800, 0x180F), (0x1810, 0x1819), (0x1820, 0x1878), (0x1880, 0x18AA)),
    "Uyghur": tuple((code, code) for code in map(ord, "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيءأإؤةحذصضطظعث،؛؟ـ٠١٢٣٤٥٦٧٨٩")),
    "Zhuang": tuple((code, code) for code in map(ord, "ƄƅƂƃƏəŊŋƟɵƜɯƧƨЗзЧчƼƽQqZzJjXxHh")),
}  # fmt: skip
"""What GB 18030-2022 and the standards after it let a name be made of (壮文: of 1957)."""
SCRIPT_OF = {"Uyghur": "Arabic"}


def of_names() -> Iterator[tuple[str, str]]:
    for name, ranges in NAMES.items():
        for first, last in ranges:
            yield from ((name, chr(code)) for code in range(first, last + 1))


def chain(face: str) -> list[fontset.Font]:
    named = [one.strip(" '") for one in fontset.family(face).split(",")]
    of_family = {one.family: one for one in fonts()}
    return [of_family[one] for one in named]


class Held:
    """The characters of a font, quickly asked for."""

    def __init__(self, ranges: tuple[scripts.Range, ...]) -> None:
        self.table = bytearray(0x110000)
        for first, last in ranges:
            self.table[first : last + 1] = b"\1" * (last + 1 - first)

    def __contains__(self, character: str) -> bool:
        return bool(self.table[ord(character)])


def test_every_character_of_a_name_has_a_glyph_of_its_own_script_in_every_face_or_is_refused() -> None:
    table = fontset._printable(fontset.fonts_dir())
    held = {one.family: Held(covered(one)) for one in fonts()}
    dummy = {one.family: Held(cmaps.dummies(one.path)) for one in fonts()}
    known = {one.family: one.scripts or frozenset() for one in fonts()}
    printed = dict.fromkeys(NAMES, 0)
    for name, character in of_names():
        if not table[ord(character)]:
            continue
        printed[name] += 1
        script = SCRIPT_OF.get(name, name)
        for face in FREE:
            first = next(one for one in chain(face) if character in held[one.family])
            if character not in scripts.MONGOLIAN_FORMS:
                assert character not in dummy[first.family], f"U+{ord(character):04X}: {first.path.name}"
            wanted = {"Latin", "Cyrillic"} if script == "Zhuang" else {script}
            assert wanted & known[first.family], f"U+{ord(character):04X}: {first.path.name}"
    assert printed["Yi"] == 1165 + 55
    assert printed["Zhuang"] == len(NAMES["Zhuang"])
    assert printed["Uyghur"] == len(NAMES["Uyghur"])
    assert printed["Tibetan"] >= 211
    assert printed["Mongolian"] >= 150
    assert printed["Han"] > 93_000


def test_every_character_of_a_name_is_kept_as_it_was_typed_or_refused_at_typing() -> None:
    """Nothing else: no character is left out, and none becomes another one."""
    table = fontset._printable(fontset.fonts_dir())
    refused = [one for _, one in of_names() if not table[ord(one)] and one not in scripts.MONGOLIAN_FORMS]
    others = set(map(chr, range(0xF900, 0xFAFF))) | set(map(chr, range(0x2F800, 0x2FA1E)))
    for one in [*(one for _, one in of_names()), *others]:
        try:
            kept = clean_text(f"甲{one}乙", lines=False)
        except ValueError:
            continue
        if unprintable(kept) is None:  # Tibetan letters and the signs on them may be written apart: the same on paper
            assert kept == f"甲{one}乙" or scripts._holds(scripts.SCRIPTS["Tibetan"], ord(one)), f"U+{ord(one):04X}"
    chosen = random.Random(2022)
    for one in chosen.sample(refused, 20):
        with pytest.raises(Rejected, match=f"U\\+{ord(one):04X}"):
            printable.check(Note(on=date(2026, 3, 2), text=f"甲{one}乙"), unprintable)


def test_unified_han_to_extension_f_is_printed_whole() -> None:
    table = fontset._printable(fontset.fonts_dir())
    absent = [code for first, last in NAMES["Han"][:8] for code in range(first, last + 1) if not table[code]]
    assert [f"{code:X}" for code in absent] == []


GIVEN = (
    "昇喆堃珺玥祎旻垚赟瑀璟晟昊烨煜熠燊犇玗玘玙玚玠玥玦玭玮玹珂珈珉珏珑珙珣珩珮珺琇琎琚琛琦琨琬琮琰琳琶瑄瑜瑶璇璐璟璠瓒甯畅皓皞睿禛禹禧竑笙筠"
    "箐粲绮翀翊翎翙翰聿芃芊芮苒苡茜荀荃莀莘莹菡菲葭蓁蓓蔚蕊蕙蕾薇薏藜衎訸诗谊谌赟轩轶迦迪逸遥邈郢郗鄢酆釉钊钰铠铭锴锟镕镛闳闵阚阳隽雯霁霏霖靓"
    "靖鞠韬韵頔颀颉颖颢飏飒馡馥骁骋骐骞骥髯魁鲲鸢鸣鸾鹍鹏黎黛鼎齐龑龚"
)
FAMILY = "张李王刘陈杨赵黄周吴徐孙马朱胡郭何高林郑"


def names() -> list[str]:
    """200 names as people give them now, each with a character that the free 仿宋 may lack."""
    given = list(dict.fromkeys(GIVEN))
    return [FAMILY[n % len(FAMILY)] + given[n % len(given)] + ("" if n % 3 else given[(7 * n + 5) % len(given)]) for n in range(200)]


@pytest.mark.parametrize("face", ["仿宋", "楷体"])
def test_two_hundred_names_are_of_one_weight(face: str) -> None:
    """What the face lacks is drawn by one that is as light, not by one that looks bold beside it."""
    held = {one.family: Held(covered(one)) for one in fonts()}
    first, drawn = {}, defaultdict(list)
    for character in sorted(set("".join(names()))):
        font = next(one for one in chain(face) if character in held[one.family])
        first[character] = font.family
        drawn[font.family].append(_ink(font.path, character))
    name = FREE[face][0]
    assert set(first.values()) == {name, "Like-LXGWWenKai-Light"}
    assert sum(family != name for family in first.values()) > 40, "the sample asks for what the face lacks"
    ink = {family: sum(values) / len(values) for family, values in drawn.items()}
    assert 0.8 < ink["Like-LXGWWenKai-Light"] / ink[name] < 1.3, ink


def _ink(path: Path, character: str) -> float:
    """How thick its strokes are: the area in parts of its outline."""
    picture = Image.new("L", (260, 260), 0)
    ImageDraw.Draw(picture).text((30, 30), character, 255, ImageFont.truetype(str(path), 200))
    area = sum(picture.tobytes()) / 255
    edges = sum(picture.filter(ImageFilter.FIND_EDGES).tobytes()) / 255
    return area / edges


def test_the_light_font_has_every_chinese_character_of_its_heavier_sister() -> None:
    light, regular = (cmaps.ranges(FONTS / f"LXGWWenKai-{weight}.ttf") for weight in ("Light", "Regular"))
    assert scripts.common(scripts.without(regular, light), scripts.SCRIPTS["Han"]) == ()


# What is shown of each script: words, for letters that join and stack, and single characters for the others.
WORDS = (
    "ئابدۇللا ئەخمەتجان", "گۈلنار", "རྡོ་རྗེ", "བཀྲ་ཤིས", "ᠪᠠᠶᠠᠷ", "ᠰᠠᠷᠠᠩᠭᠡᠷᠡᠯ", "Sawcuengƅ", "ƨauɥ", "зaƽ",
)  # fmt: skip
FILES = {
    "Yi": "NotoSansYi-Regular.ttf", "Arabic": "NotoNaskhArabic-Regular.ttf", "Tibetan": "NotoSerifTibetan-Regular.ttf",
    "Mongolian": "NotoSansMongolian-Regular.ttf",
}  # fmt: skip


def test_a_sample_of_all_is_rendered_and_read_back_from_the_pdf() -> None:
    chosen = random.Random(18030)
    alone = [one for name, one in of_names() if name in ("Han", "Yi", "Zhuang") and unprintable(one) is None]
    some = "".join(chosen.sample(alone, 500)) + "𱍐" + "ꆈꌠꉙꄉ"
    text = "\n".join([some, *(f"甲{word}乙2026" for word in WORDS)])
    with pdfplumber.open(io.BytesIO(render_here("needs_processing", sample("needs_processing", closing=text)))) as pdf:
        shown = [one for page in pdf.pages for one in page.chars]
    found = "".join(one["text"] for one in shown)
    assert [f"U+{ord(one):04X}" for one in some if one not in found] == []
    for word in WORDS:
        for one in word.replace(" ", ""):
            assert one in found, f"U+{ord(one):04X}"
    for one in shown:
        for script, file in FILES.items():
            if any(first <= ord(letter) <= last for letter in one["text"] for first, last in scripts.SCRIPTS[script]):
                assert one["fontname"].endswith(f"Rare-{list(RARE).index(file)}"), f"{one['text']}: {one['fontname']}"


@pytest.mark.parametrize("name", [*NAMES, "words"])
def test_each_script_is_drawn_by_glyphs_that_are_there(name: str) -> None:
    """By their numbers in the PDF: none is .notdef, none draws what .notdef draws, none draws nothing."""
    chosen = random.Random(name)
    alone = [one for of, one in of_names() if of == name and unprintable(one) is None]
    some = chosen.sample(alone, min(150, len(alone))) if alone else list(WORDS)
    drawn = 0
    data = render_here("needs_processing", sample("needs_processing", closing="甲".join(some)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for font, numbers in glyphs_shown(pdf):
            outlines, blanks = font.getGlyphSet(), {font.getGlyphName(n) for n in numbers if n == 0}
            assert not blanks, "draws .notdef"
            none = outline(outlines, font.getGlyphName(0))
            for number in numbers:
                shape = outline(outlines, font.getGlyphName(number))
                drawn += bool(shape)
                assert shape != none or not shape, f"{font.getGlyphName(number)} draws what .notdef draws"
    assert drawn >= min(len(some), 20)


def outline(glyphs: Any, name: str) -> list[Any]:
    pen = RecordingPen()
    glyphs[name].draw(pen)
    return pen.value


def glyphs_shown(pdf: pikepdf.Pdf) -> Iterator[tuple[TTFont, set[int]]]:
    """Every font of the file with the glyphs (their numbers) that its pages show."""
    shown: dict[str, set[int]] = defaultdict(set)
    files: dict[str, bytes] = {}
    for page in pdf.pages:
        now = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = page.Resources.Font[str(operands[0])]
                below = font.DescendantFonts[0].FontDescriptor
                now = str(below.FontName)
                files[now] = bytes((below.get("/FontFile2") or below.get("/FontFile3")).read_bytes())
            elif str(operator) in ("Tj", "TJ"):
                parts = operands[0] if str(operator) == "TJ" else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        shown[now] |= {int.from_bytes(codes[n : n + 2], "big") for n in range(0, len(codes), 2)}
    for name, numbers in shown.items():
        yield TTFont(io.BytesIO(files[name])), numbers


def rows(data: bytes) -> list[list[dict[str, Any]]]:
    """The characters of every line, from left to right as they stand on the paper."""
    found = defaultdict(list)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages):
            for one in page.chars:
                found[number, round(one["matrix"][5])].append(one)
    return [sorted((one for one in row if one["text"].strip()), key=lambda one: one["x0"]) for row in found.values()]


def test_words_read_from_right_to_left_join_and_leave_the_date_after_them() -> None:
    closing = "甲ئابدۇللا ئەخمەتجان2026年3月"
    made = rows(render_here("needs_processing", sample("needs_processing", closing=closing)))
    (row,) = [row for row in made if any(scripts.is_right_to_left(one["text"][0]) for one in row)]
    shown = "".join(one["text"] for one in row)
    assert shown.startswith("甲")
    assert shown.endswith("2026年3月")
    arabic = [one for one in row if scripts.is_right_to_left(one["text"][0])]
    assert [one["text"][0] for one in reversed(arabic)] == [one for one in "ئابدۇللائەخمەتجان" if one in {x["text"][0] for x in arabic}]
    gaps = sorted(after["x0"] - before["x1"] for before, after in pairwise(arabic))
    assert gaps[-2] < 0.5, "joined, without gaps, but for the one between the words"
    assert gaps[-1] > 2


def test_a_name_that_a_line_divides_still_stands_before_what_follows_it() -> None:
    divided = 0
    for before in range(16, 27):
        closing = "甲" * before + "ئابدۇللا ئەخمەتجان" + "2026年"
        made = rows(render_here("needs_processing", sample("needs_processing", closing=closing)))
        named = [row for row in made if any(scripts.is_right_to_left(one["text"][0]) for one in row)]
        divided += len(named) > 1
        for row in named:
            shown = "".join(one["text"] for one in row)
            assert "2026年" not in shown or shown.endswith("2026年"), before
    assert divided


def test_what_follows_a_tibetan_vowel_stands_where_every_viewer_has_it() -> None:
    """PDFium (Chromium, the pictures of the pages) and pdfplumber's own reading agree."""
    data = render_here("disclosed", sample("disclosed", to=Addressee(name="བསྟན་འཛིན་རྒྱ་མཚོ", is_person=True)))
    (theirs,) = [one["x0"] for row in rows(data) for one in row if one["text"] == "：" and any("\u0f7c" in other["text"] for other in row)]
    with pypdfium2.PdfDocument(data) as document:
        text, x, y = document[0].get_textpage(), c_double(), c_double()
        place = text.get_text_range().index("\u0f7c：") + 1
        assert pdfium.FPDFText_GetCharOrigin(text, place, byref(x), byref(y))
    assert abs(x.value - theirs) < 0.5


# ---------------------------------------------------------------------------------------------- an office's own fonts


def make(path: Path, codes: dict[int, int], script: int | None = None) -> Path:
    """A font whose characters draw boxes of the given widths: the same width, the same drawing. 0 draws nothing."""
    order = [".notdef", *(f"g{code:X}" for code in codes)]
    glyphs, sizes = {}, [500, *codes.values()]
    for name, size in zip(order, sizes, strict=True):
        pen = TTGlyphPen(None)
        if size:
            for number, point in enumerate([(0, 0), (0, 700), (size, 700), (size, 0)]):
                (pen.lineTo if number else pen.moveTo)(point)
            pen.closePath()
        glyphs[name] = pen.glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder(order)
    font.setupCharacterMap({code: f"g{code:X}" for code in codes})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return path


CUNEIFORM = {0x12000: 600, 0x12001: 610}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FONTS_DIR", str(tmp_path))
    return tmp_path


def text_of(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(page.extract_text() or "" for page in pdf.pages)


def test_any_font_file_in_fonts_dir_is_used_for_what_the_others_lack(folder: Path) -> None:
    make(folder / "随便什么名字.ttf", CUNEIFORM)
    make(folder / "zz.otf", {0x12002: 620})
    assert unprintable("甲\U00012000\U00012001\U00012002") is None
    assert unprintable("甲\U00012003") == 1
    data = Engine().pdf("disclosed", sample("disclosed", to=Addressee(name="张\U00012000\U00012002", is_person=True)))
    assert "张\U00012000\U00012002" in text_of(data)
    assert fontset.faults() == []


def test_a_collection_is_a_font_file_too(folder: Path, tmp_path: Path) -> None:
    parts = [make(tmp_path / "a.part", CUNEIFORM), make(tmp_path / "b.part", {0x12005: 640})]
    collection = TTCollection()
    collection.fonts = [TTFont(one) for one in parts]
    collection.save(folder / "collection.ttc")
    assert unprintable("\U00012000") is None
    data = Engine().pdf("disclosed", sample("disclosed", to=Addressee(name="张\U00012000", is_person=True)))
    assert "张\U00012000" in text_of(data)


@pytest.mark.parametrize(
    "content",
    [b"", b"this is no font", b"\0\1\0\0\0\0\0\0", b"\0\1\0\0\0\x04" + b"\xff" * 200, b"OTTO\xff\xff" + b"\0" * 90, b"ttcf" + b"\xff" * 60],
    ids=["empty", "text", "no tables", "rubbish", "torn", "collection"],
)
def test_what_is_no_font_is_named_and_left_alone(folder: Path, content: bytes) -> None:
    """As a font of the office's own, as a face, and in the place of a free one."""
    for name in ("样例.ttf", "仿宋.ttf", "HanaMinA.ttf"):
        (folder / name).write_bytes(content)
    assert len(fontset.faults()) == 3
    assert all(name in "".join(fontset.faults()) for name in ("样例.ttf", "仿宋.ttf", "HanaMinA.ttf"))
    assert unprintable("龑昇堃𠮷ꆈ") is None
    assert "龑昇堃" in text_of(Engine().pdf("disclosed", sample("disclosed")))


def test_a_font_that_was_cut_off_is_no_font(folder: Path) -> None:
    whole = (FONTS / "NotoSansYi-Regular.ttf").read_bytes()
    (folder / "cut.ttf").write_bytes(whole[: len(whole) // 3])
    assert fontset.faults() == ["字体目录（FONTS_DIR）中的cut.ttf不是可用的字体文件，没有使用"]
    Engine().pdf("disclosed", sample("disclosed", to=Addressee(name="ꆈꌠ", is_person=True)))


def test_a_chinese_typeface_is_not_believed_when_it_claims_another_script(folder: Path) -> None:
    """As Fandol does: every Yi syllable, by pieces of Chinese characters."""
    chinese = {0x4E00 + n: 300 + n % 500 for n in range(fontset.MUCH_HAN)}
    make(folder / "claims.ttf", chinese | {0x12000: 900, 0xF00: 901})
    assert unprintable("\U00012000") == 0
    make(folder / "claims.otf", {0x12000: 900})
    fontset._fonts.cache_clear()
    fontset._printable.cache_clear()
    assert unprintable("\U00012000") is None


def test_glyphs_that_are_none_are_found(folder: Path) -> None:
    like_notdef, blank = {0x12010: 500}, {0x12011: 0}
    one_box = {0x12020 + n: 777 for n in range(cmaps.MOST_ALIKE + 1)}
    make(folder / "dummies.ttf", CUNEIFORM | like_notdef | blank | one_box)
    assert unprintable("\U00012000") is None
    assert [unprintable(one) for one in ("\U00012010", "\U00012011", "\U00012020")] == [0, 0, 0]
    with pytest.raises(LetterError, match=r"U\+12020"):
        Engine().pdf("disclosed", sample("disclosed", closing="\U00012020"))


def test_an_office_s_own_face_goes_first_and_is_believed_for_chinese_only(folder: Path) -> None:
    shutil.copy(FONTS / "FandolKai-Regular.otf", folder / "仿宋.otf")
    data = Engine().pdf("disclosed", sample("disclosed", closing="甲ꆈ"))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        names = {one["text"]: one["fontname"] for page in pdf.pages for one in page.chars}
    assert names["甲"].endswith("FangSong-own")
    assert names["ꆈ"].endswith("Rare-7")


def test_a_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FONTS_DIR", str(tmp_path / "nowhere"))
    assert "不存在" in fontset.faults()[0]
    assert unprintable("甲") is None


def test_what_stands_for_a_character_that_is_not_there_is_not_printable() -> None:
    for one in "⿰⿱⿻〾\ufffd\ufffc㇯":
        assert unprintable(one) == 0, f"U+{ord(one):04X}"


def test_the_place_is_that_of_the_first_character_at_fault() -> None:
    assert unprintable("甲乙\n\U00012000\u200b") == 3
    assert unprintable("甲\n乙", lines=False) == 1
    assert unprintable("ᠠ\u180b") is None, "the form of the letter before it"
    assert unprintable("甲\u180b") == 1


def test_no_character_that_python_calls_a_control_or_a_format_mark_is_printable() -> None:
    """Our own list against Python's, over every code point: what it forbids, it forbids too."""
    table, none = fontset._printable(fontset.fonts_dir()), {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    odd = [code for code in range(0x110000) if table[code] and unicodedata.category(chr(code)) in none]
    assert [f"{code:X}" for code in odd] == ["180E"], "which chooses the form of the Mongolian letter before it"


def test_the_signs_and_letters_of_every_day_are_printable() -> None:
    usual = "，。、；：？！…—～·“”‘’（）《》〈〉【】〔〕「」『』％‰℃№§©®±×÷≤≥≠√α β Ω Я é ü ñ € ￥ $ @ # & * ①②③⑩Ⅰ Ⅳ □ ■ ○ ● ★ ☆ "
    usual += "〔〕☑ → ← ↑ ↓ 　０Ａａ㎡㎏々〇"
    assert unprintable(usual) is None




def test_what_letters_need_not_pay_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the first letter of a kind nor in the next one, which finds subsets that are there already."""
    kinds = ("disclosed", "receipt", "disclosed")
    quick = [render_here(kind, sample(kind)) for kind in kinds]
    monkeypatch.setattr(weasyprint.pdf.fonts.Font, "_harfbuzz_subset", faster._subset)
    monkeypatch.setattr(weasyprint.css.ComputedStyle, "__missing__", faster._missing)
    monkeypatch.setattr(weasyprint.layout.page, "resolve_percentages", faster._resolve)
    for module in (weasyprint.layout.absolute, weasyprint.layout.float, weasyprint.layout.inline):
        monkeypatch.setattr(module, "shrink_to_fit", faster._fit)
    monkeypatch.setattr(pydyf.PDF, "write", faster._write)
    monkeypatch.setattr(pydyf, "zlib", SimpleNamespace(compressobj=lambda level: zlib.compressobj(faster.LEVEL)))
    assert [render_here(kind, sample(kind)) for kind in kinds] == quick
