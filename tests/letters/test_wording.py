"""How values are written."""

from __future__ import annotations

import pytest

from letters.errors import LetterError
from letters.wording import (
    capital,
    cite,
    clean,
    gate,
    in_lines,
    is_name,
    paragraphs,
    quoted,
    quoted_sentence,
    sentence,
)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"), (80000, "捌佰元整"), (272050, "贰仟柒佰贰拾元伍角整"), (100005, "壹仟元零伍分"),
        (1001000, "壹万零壹拾元整"), (200000000, "贰佰万元整"), (10000000000, "壹亿元整"), (3705000, "叁万柒仟零伍拾元整"),
        (12345, "壹佰贰拾叁元肆角伍分"),
    ],
)  # fmt: skip
def test_amounts_in_the_figures_of_financial_papers(fen: int, text: str) -> None:
    assert capital(fen) == text


def test_articles_name_their_law_once() -> None:
    law = "《中华人民共和国政府信息公开条例》"
    assert cite(["条例 16(2)", "条例 36(三)"]) == f"{law}第十六条第二款、第三十六条第（三）项"
    assert cite(["条例 42", "办法 4", "办法 6"]) == f"{law}第四十二条和《政府信息公开信息处理费管理办法》第四条、第六条"
    assert cite([]) == ""


@pytest.mark.parametrize(
    "odd",
    ["\x00", "\x07", "\u202e", "\u200b", "\ufeff", "\u2066", "\ue000", "\ud800", "\ufe00", "\U000e0100", "⿰", "\U00012000", "😀", "\u180b"],
    ids=lambda odd: f"U+{ord(odd):04X}",
)
def test_what_cannot_be_printed_is_refused_and_never_left_out(odd: str) -> None:
    for text in (odd, f"甲{odd}乙", f"甲乙{odd}"):
        with pytest.raises(LetterError, match=rf"U\+{ord(odd):04X}"):
            gate(text)
        with pytest.raises(LetterError):
            sentence(text)
        assert odd in clean(text)


def test_line_ends_and_tabs_have_one_form() -> None:
    assert clean("一\r\n二\r三\u2028四\t五") == "一\n二\n三\n四 五"


@pytest.mark.parametrize("character", ["𱍐", "ƨ", "ꆈ", "ཀ", "ᠪ", "ئ", "①", "℃", "　"])
def test_what_a_font_has_is_printed_whatever_python_knows_of_it(character: str) -> None:
    assert character in gate(f"张{character}")


def test_names_read_from_right_to_left_keep_the_order_of_what_stands_around_them() -> None:
    assert gate("向ئابدۇللا ئەخمەتجان2026年") == "向\u2067ئابدۇللا ئەخمەتجان\u20692026年"
    assert gate("甲、ئابدۇللا、ئەخمەت") == "甲、\u2067ئابدۇللا\u2069、\u2067ئەخمەت\u2069"
    assert gate("甲 2026-11-24 abc") == "甲 2026-11-24 abc"


def test_lines_become_paragraphs() -> None:
    assert paragraphs("甲\n\n 乙 \r\n丙") == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    "text",
    ["本机关认为：", "1.甲；", "予以公开。”", "（以上属实。）", "“是否公开？”", "等等……", "甲，", "https://www.guanxian.gov.cn/", "甲."],
)
def test_what_ends_in_punctuation_is_printed_as_written(text: str) -> None:
    assert sentence(text) == text
    assert sentence(f"甲\n{text}") == f"甲</p><p>{text}"


def test_a_full_stop_is_added_only_to_a_sentence_without_an_end() -> None:
    assert sentence("已经查明") == "已经查明。"
    assert sentence("占总数的80%") == "占总数的80%。"
    assert sentence("3.5万元已经退还") == "3.5万元已经退还。"
    for text in ("卷宗较多（共3柜）", "0635-0000009（办公室）", "详见《年鉴》", "来信称“不公开”", "见〔2026〕3号(样例)"):
        assert sentence(text) == text + "。", "a bracket, a book title or a quotation does not end the sentence it stands in"
    assert sentence("查明如下\n第一段没有句号\n第二段也没有") == "查明如下</p><p>第一段没有句号</p><p>第二段也没有。"


@pytest.mark.parametrize("mark", ["1.", "2、", "（三）", "四、", "(5)", "⑥"])
def test_an_entry_of_a_list_is_no_sentence(mark: str) -> None:
    assert sentence(f"理由：\n{mark}甲\n{mark}乙") == f"理由：</p><p>{mark}甲</p><p>{mark}乙"
    assert sentence(f"{mark}甲") == f"{mark}甲。", "alone it is one"


def test_lines_of_a_text_stay_lines_and_are_escaped() -> None:
    assert sentence("<b>甲\n乙</p>") == "&lt;b&gt;甲</p><p>乙&lt;/p&gt;。"


def test_a_quotation_is_kept_and_its_own_marks_give_way() -> None:
    """GB/T 15834: ‘ ’ within “ ”, and “ ” again within those."""
    assert quoted("甲“乙”丙。") == "“甲‘乙’丙。”"
    assert quoted("甲“乙‘丙’丁”戊") == "“甲‘乙“丙”丁’戊”"
    assert quoted("甲‘乙’丙") == "“甲‘乙’丙”"
    assert quoted("people’s “甲”") == "“people’s ‘甲’”"
    assert quoted("甲“乙") == "“甲‘乙”"
    assert quoted('甲"乙"') == "“甲&#34;乙&#34;”"
    assert quoted_sentence("甲。") == "“甲。”"
    assert quoted_sentence("甲") == "“甲”。"
    assert quoted_sentence("甲；") == "“甲；”。"
    assert quoted_sentence("说“公开。”") == "“说‘公开。’”"
    assert quoted("甲\n乙") == "“甲</p><p>乙”"


@pytest.mark.parametrize("text", ["征收补偿安置方案", "关于某项目的批复（2024年）", "《实施方案》", "国有土地上房屋征收补偿方案、征求意见情况"])
def test_the_name_of_a_document_may_stand_in_a_heading(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["申请公开征收补偿安置方案", "征收补偿安置方案。", "请问什么时候公布名单？", "有“合同价款”的合同", "甲\n乙", "长" * 61, "我要看批复", "是否公示"],
)
def test_a_sentence_a_question_or_a_quotation_may_not(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("冠县人力资源和社会保障局", ["冠县人力资源和社会保障局"]),
        ("聊城市冠县自然资源和规划局清泉街道国土资源所", ["聊城市冠县自然资源和规划局", "清泉街道国土资源所"]),
        ("积石山保安族东乡族撒拉族自治县人力资源和社会保障局", ["积石山保安族东乡族撒拉族自治县", "人力资源和社会保障局"]),
        ("新疆维吾尔自治区巴音郭楞蒙古自治州和静县人民政府办公室", ["新疆维吾尔自治区", "巴音郭楞蒙古自治州", "和静县人民政府办公室"]),
        ("聊城市冠县市场监督管理局东古城市场监督管理所", ["聊城市冠县市场监督管理局", "东古城市场监督管理所"]),
    ],
)
def test_a_long_name_is_broken_by_its_sense(name: str, lines: list[str]) -> None:
    assert list(in_lines(name, 15)) == lines


def test_a_name_without_sense_is_broken_too_and_never_past_its_lines() -> None:
    assert [len(line) for line in in_lines("样" * 40, 20, 2)] == [20, 20]
    assert len(in_lines("样" * 300, 15)) <= 3
