"""Every letter as .docx: the words of the PDF, the measures of GB/T 9704, no seal; and a file that comes back, compared."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from letters import word
from letters.contexts import LETTERS
from letters.errors import LetterError
from letters.render import Renderer
from letters.returned import PDF, returned, words_of_docx
from letters.worker import make
from tests.letters.samples import PERSON, head, sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 1440 / 25.4


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def document(data: bytes, name: str = "document") -> etree._Element:
    return etree.fromstring(parts(data)[f"word/{name}.xml"])


def edited(data: bytes, change: Callable[[str], str]) -> bytes:
    """The file as somebody else would save it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in parts(data).items():
            file.writestr(name, change(content.decode()) if name == "word/document.xml" else content)
    return made.getvalue()


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_has_its_docx_in_the_words_of_its_pdf(kind: str) -> None:
    context = sample(kind)
    data = word.docx(kind, context)
    assert data == word.docx(kind, context), "the same letter is the same bytes"
    for paper, media_type in ((data, word.MEDIA_TYPE), (make(kind, context.to_json(), False), PDF)):
        found = returned(kind, context, paper, media_type)
        assert found
        assert [one.runs for one in found if one.changed] == []
    assert not any(name.startswith("word/media") for name in parts(data)), "it carries no seal"
    for name, content in parts(data).items():
        etree.fromstring(content)
        assert b"{}" not in content, name


@pytest.mark.parametrize("kind", ["disclosed", "third_party_inquiry", "receipt"])
def test_the_page_has_the_measures_of_the_standard(kind: str) -> None:
    root = document(word.docx(kind, sample(kind)))
    size, margin = root.find(f".//{W}pgSz"), root.find(f".//{W}pgMar")
    assert size is not None
    assert margin is not None
    assert [round(int(size.get(f"{W}{one}", "0")) / MM) for one in ("w", "h")] == [210, 297]
    assert [round(int(margin.get(f"{W}{one}", "0")) / MM) for one in ("top", "right", "bottom", "left")] == [37, 26, 35, 28]
    styles = {one.get(f"{W}styleId"): one for one in document(word.docx(kind, sample(kind)), "styles").iter(f"{W}style")}
    text = styles["text"]
    fonts, points, line = text.find(f".//{W}rFonts"), text.find(f".//{W}sz"), text.find(f"{W}pPr/{W}spacing")
    closer, indent = text.find(f"{W}rPr/{W}spacing"), text.find(f".//{W}ind")
    assert fonts is not None and points is not None and line is not None and closer is not None and indent is not None
    assert (fonts.get(f"{W}eastAsia"), points.get(f"{W}val")) == ("仿宋", "32")
    assert 22 * int(line.get(f"{W}line", "0")) <= 225 * MM < 22.1 * int(line.get(f"{W}line", "0"))
    assert 28 * (320 + int(closer.get(f"{W}val", "0"))) <= 156 * MM < 28.2 * (320 + int(closer.get(f"{W}val", "0")))
    assert indent.get(f"{W}firstLineChars") == "200"


def test_what_stands_in_a_paragraph_keeps_the_order_of_the_schema() -> None:
    order = ["pStyle", "keepNext", "framePr", "widowControl", "pBdr", "tabs", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid",
             "spacing", "ind", "jc", "outlineLvl", "sectPr"]  # fmt: skip
    for kind in LETTERS:
        data = word.docx(kind, sample(kind))
        for root in (document(data), document(data, "styles"), document(data, "head"), document(data, "first")):
            for properties in root.iter(f"{W}pPr"):
                places = [order.index(one.tag.removeprefix(W)) for one in properties]
                assert places == sorted(places), etree.tostring(properties)
            used = {one.get(f"{W}val") for one in root.iter(f"{W}pStyle")}
            assert used <= word.STYLES.keys()


def test_name_and_date_stand_as_without_a_seal() -> None:
    """The date begins two characters to the right of the name; the longer of both stands two from the edge (GB/T 9704, 7.3.5.3)."""
    for name in ("冠县自然资源和规划局", "某县局", "冠县住房和城乡建设局保障性住房服务中心"[:15]):
        context = sample("disclosed", letterhead=replace(head(), name=name))
        rights = {}
        for one in document(word.docx("disclosed", context)).iter(f"{W}p"):
            style, indent = one.find(f".//{W}pStyle"), one.find(f".//{W}ind")
            if style is not None and indent is not None and style.get(f"{W}val") in ("sign", "date"):
                rights[style.get(f"{W}val")] = int(indent.get(f"{W}rightChars", "0")) / 100
        assert min(rights.values()) == 2
        assert rights["sign"] + len(name) - rights["date"] - 7 == 2, "where they begin"


def test_names_of_every_kind_are_written_as_they_are() -> None:
    name = "张𠮷{}<&>“样例”阿卜"
    context = sample("disclosed", to=replace(PERSON, name=name))
    assert f"{name}：" in words_of_docx(word.docx("disclosed", context))


# ---------------------------------------------------------------- a file that comes back


def told(kind: str, data: bytes, media_type: str = word.MEDIA_TYPE) -> list[list[tuple[str, str]]]:
    return [one.runs for one in returned(kind, sample(kind), data, media_type) if one.changed]


def test_a_changed_clause_is_shown_where_it_stands() -> None:
    def change(text: str) -> str:
        return text.replace("60日内", "90日内").replace("本机关已将复印件核对无误。", "")

    data = edited(word.docx("disclosed", sample("disclosed")), change)
    gone, changed = told("disclosed", data)
    assert gone == [("del", "本机关已将复印件核对无误。")]
    assert [op for op, _ in changed] == ["same", "del", "ins", "same"]
    assert "90日内" in changed[2][1]
    assert "60日内" in changed[1][1]


def test_a_new_paragraph_and_a_changed_cell_are_shown() -> None:
    new = '<w:p><w:r><w:t>另行告知如下。</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="sign"/>'
    data = edited(word.docx("disclosed", sample("disclosed")), lambda text: text.replace('<w:p><w:pPr><w:pStyle w:val="sign"/>', new))
    assert told("disclosed", data) == [[("ins", "另行告知如下。")]]
    data = edited(word.docx("internal_consultation", sample("internal_consultation")), lambda text: text.replace("法规股", "规划股"))
    ((*runs,),) = told("internal_consultation", data)
    assert ("del", "　法规股") in runs
    assert ("ins", "规划股") in runs


def test_how_it_is_set_and_divided_makes_no_difference() -> None:
    """Joined paragraphs, blanks, split runs, other styles: the same words."""
    data = edited(
        word.docx("disclosed", sample("disclosed")),
        lambda text: text.replace('<w:pStyle w:val="text"/>', "").replace("本机关", "本</w:t></w:r><w:r><w:t>机 关"),
    )
    assert told("disclosed", data) == []


def test_tracked_changes_count_as_accepted() -> None:
    def tracked(text: str) -> str:
        gone = "<w:del><w:r><w:delText>60日内</w:delText></w:r></w:del>"
        return text.replace("60日内", f"</w:t></w:r>{gone}<w:ins><w:r><w:t>90日内</w:t></w:r></w:ins><w:r><w:t>")

    data = edited(word.docx("disclosed", sample("disclosed")), tracked)
    assert any(op == "ins" and "90日内" in text for op, text in told("disclosed", data)[0])


def test_a_changed_pdf_is_shown_too() -> None:
    context = sample("fee_notice")
    other = replace(context, amount_fen=context.amount_fen + 10_000)
    runs = told("fee_notice", make("fee_notice", other.to_json(), False), PDF)
    assert len(runs) == 1
    assert {op for op, _ in runs[0]} >= {"del", "ins"}


def _zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(f"word/{name}.xml", content)
    return made.getvalue()


_BOMB = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><w>&b;</w>'


@pytest.mark.parametrize(
    ("data", "media_type", "said"),
    [
        (b"nothing", word.MEDIA_TYPE, "不是完整的.docx"),
        (_zipped(styles=b"<w/>"), word.MEDIA_TYPE, "不是完整的.docx"),
        (_zipped(document=b"<w>"), word.MEDIA_TYPE, "不是完整的.docx"),
        (_zipped(document=b"<w/>"), word.MEDIA_TYPE, "没有文字"),
        (_zipped(document=_BOMB), word.MEDIA_TYPE, "没有文字"),
        (_zipped(document=b"<w>" + b" " * 30_000_000 + b"</w>"), word.MEDIA_TYPE, "太大"),
        (b"%PDF-1.7 cut", PDF, "不是完整的PDF"),
        (b"text", "text/plain", "只能与.docx或者PDF比较"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(data: bytes, media_type: str, said: str) -> None:
    with pytest.raises(LetterError, match=said):
        returned("disclosed", sample("disclosed"), data, media_type)


def test_a_text_that_is_much_too_long_is_refused() -> None:
    many = f'<w:d xmlns:w="{W[1:-1]}">' + "<w:p><w:r><w:t>样例。</w:t></w:r></w:p>" * 120_000 + "</w:d>"
    with pytest.raises(LetterError, match="超过300000字"):
        returned("disclosed", sample("disclosed"), _zipped(document=many.encode()), word.MEDIA_TYPE)


def test_it_is_compared_in_a_worker() -> None:
    context = sample("disclosed")
    with Renderer(workers=1) as pool:
        found = pool.against("disclosed", context, word.docx("disclosed", context), word.MEDIA_TYPE)
        assert not any(one.changed for one in found)
        with pytest.raises(LetterError, match="不是完整的PDF"):
            pool.against("disclosed", context, b"%PDF-", PDF)
