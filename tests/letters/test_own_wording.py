"""An office's own sentences: they are printed, and what they must not do or leave out is refused when they are loaded."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from letters import own_wording
from letters.agencies import SAMPLES, WORDING, load_agencies
from letters.contexts import LETTERS
from letters.html import as_template, html
from letters.own_wording import packaged, titles
from letters.specimens import specimens
from tests.letters.samples import FINDINGS, head, sample
from workflow.answers import BadRules

EXTENSION = packaged("extension_notice")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SAMPLES / "gx-rsj.yaml", tmp_path / "gx-own.yaml")
    shutil.copy(SAMPLES / "gx-rsj.png", tmp_path / "gx-rsj.png")
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / WORDING / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def words(kind: str, folder: Path, code: str = "gx-own", **facts: object) -> str:
    letterhead = load_agencies(folder)[code].letterhead
    return re.sub(r"<[^>]+>|\n", "", html(kind, sample(kind, letterhead=letterhead, **facts)).split('<div class="text')[1])


def test_an_office_s_own_sentences_are_printed_and_the_rest_stays(folder: Path) -> None:
    put(folder, "extension_notice", EXTENSION.replace("本机关不能在规定的期限内对上述申请作出答复", "经研究，上述申请不能按期答复"))
    said = words("extension_notice", folder)
    assert "经研究，上述申请不能按期答复，理由如下：检索范围涉及的档案较多。" in said
    assert "第三十三条第二款" in said
    assert "联系地址" in said
    assert "经研究" not in words("deferral_notice", folder)


def test_a_part_is_worded_once_for_all_letters_and_a_finding_for_all_replies(folder: Path) -> None:
    put(folder, "_contact", "咨询请到{{ letterhead.address }}，邮编{{ letterhead.postcode }}，电话{{ letterhead.phone }}，"
                            "邮箱{{ letterhead.email }}，{{ letterhead.office_hours }}。\n")  # fmt: skip
    put(folder, "findings/needs_processing", packaged("findings/needs_processing").replace("现成信息", "现成的政府信息"))
    assert "咨询请到" in words("extension_notice", folder)
    assert "咨询请到" in words("correction_notice", folder)
    assert "现成的政府信息" in words("needs_processing", folder)
    assert "现成的政府信息" in words("mixed", folder, items=(FINDINGS["needs_processing"], FINDINGS["petition"]))


def test_one_unit_may_have_words_of_its_own(folder: Path) -> None:
    put(folder, "extension_notice", EXTENSION.replace("特此告知。", "特此告知，敬请谅解。"))
    put(folder, "gx-own/extension_notice", EXTENSION.replace("特此告知。", "特此函告。"))
    assert "特此函告。" in words("extension_notice", folder)
    assert "敬请谅解" in words("extension_notice", folder, "gx-rsj")


def test_a_letter_keeps_the_words_that_it_was_issued_with(folder: Path) -> None:
    path = put(folder, "extension_notice", EXTENSION.replace("特此告知。", "特此函告。"))
    stored = sample("extension_notice", letterhead=load_agencies(folder)["gx-own"].letterhead).to_json()
    path.unlink()
    assert "特此函告。" not in words("extension_notice", folder)
    assert "特此函告。" in html("extension_notice", LETTERS["extension_notice"].context.from_json(stored))


def test_the_program_s_own_words_may_be_the_beginning_of_every_file(folder: Path) -> None:
    for name in titles():
        put(folder, name, packaged(name))
    letterhead = load_agencies(folder)["gx-own"].letterhead
    for kind in LETTERS:
        for context, _marks in specimens(kind, head()):
            plain, own = (re.sub(r"<[^>]+>|\s", "", html(kind, replace(context, letterhead=one))) for one in (head(), letterhead))
            assert len(own) > 0.9 * len(plain), kind


ODD = {
    "an unknown fact": (EXTENSION.replace("{{ days }}", "{{ dayz }}"), "没有叫“dayz”的内容"),
    "an unknown field of a fact": (EXTENSION.replace("{{ days }}", "{{ days }}{{ letterhead.nmae }}"), "缺少一项内容"),
    "no article": (EXTENSION.replace("第三十三条第二款", "有关条款"), "第三十三条第二款"),
    "without the days": (EXTENSION.replace("{{ days }}个工作日", "若干工作日"), "{{ days }}"),
    "without the new last day": (EXTENSION.replace("，答复期限延长至{{ due }}", ""), "{{ due }}"),
    "without the reason": (EXTENSION.replace("{{ reason|sentence }}", "略。"), "{{ reason }}"),
    "not closed": (EXTENSION + "{% if due is not none %}", "写法不对"),
    "a wrong sign": (EXTENSION + "{{ days }", "写法不对"),
    "markup": (EXTENSION + "<b>重要</b>", "不能写网页标记"),
    "a picture": (EXTENSION + '<img src="seal:gx-rsj.png">', "不能写网页标记"),
    "a character that no font has": (EXTENSION + "\U00012000", "U+12000"),
    "a call": (EXTENSION + "{{ reason.upper() }}", "不能运算、不能调用"),
    "a sum": (EXTENSION + "{{ days * 1000000 }}", "不能运算、不能调用"),
    "a way out": (EXTENSION + "{{ this.__class__ }}", "没有叫“__class__”的内容"),
    "a filter of its own": (EXTENSION + "{{ reason|attr('x') }}", "没有“|attr”"),
    "another file": (EXTENSION + "{% include 'reply.html' %}", "只能引用"),
    "a file named by a fact": (EXTENSION + "{% include reason %}", "只能引用"),
    "an endless range": (EXTENSION + "{% for n in range(99999999) %}x{% endfor %}", "不能运算、不能调用"),
    "over a text": (EXTENSION + "{% for a in reason %}{{ a }}{% endfor %}", "循环只能用于若干项的内容"),
    "loops in loops in loops": (
        EXTENSION + "{% for a in this %}{% for b in this %}{% for c in this %}x{% endfor %}{% endfor %}{% endfor %}", "循环最多套2层",
    ),
    "too long": (EXTENSION + "长" * 20_001, "太长"),
    "a macro": (EXTENSION + "{% macro a() %}{% endmacro %}", "不能运算、不能调用"),
    "an import": (EXTENSION + "{% import 'base.html' as b %}", "不能运算、不能调用"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "why"), ODD.values(), ids=ODD)
def test_what_a_wording_may_not_do_or_leave_out_is_refused_when_it_is_loaded(folder: Path, text: str, why: str) -> None:
    path = put(folder, "extension_notice", text)
    with pytest.raises(BadRules) as caught:
        load_agencies(folder)
    assert caught.value.file == str(path)
    assert caught.value.line >= 1
    assert why in caught.value.reason


def test_words_that_name_one_another_for_ever_are_stopped(folder: Path) -> None:
    put(folder, "_reason", '{% include "_given.html" %}\n')
    put(folder, "_given", '{% include "_reason.html" %}\n')
    with pytest.raises(BadRules, match="没有尽头"):
        load_agencies(folder)


def test_a_reply_without_its_remedy_is_refused(folder: Path) -> None:
    put(folder, "_remedy", "如有疑问，请与本机关联系。\n")
    with pytest.raises(BadRules) as caught:
        load_agencies(folder)
    for missing in ("{{ remedy.review_body }}", "{{ remedy.court }}", "{{ remedy.review_days }}", "行政复议", "行政诉讼"):
        assert missing in caught.value.reason


def test_a_name_that_words_nothing_is_told_with_those_that_do(folder: Path) -> None:
    put(folder, "extenson_notice", EXTENSION)
    with pytest.raises(BadRules, match="extension_notice"):
        load_agencies(folder)
    (folder / WORDING / "extenson_notice.txt").unlink()
    (folder / WORDING / "_contact.txt").write_bytes("联系".encode("gb18030"))
    with pytest.raises(BadRules, match="UTF-8"):
        load_agencies(folder)


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("甲{{ days }}", "<p>甲{{ days }}</p>"),
        ("# 一、标准", "<h2>一、标准</h2>"),
        ("", ""),
        ("{% if a %}甲{% endif %}", "{% if a %}<p>甲</p>{% endif %}"),
        ("{% if a %}甲{% endif %}乙", "<p>{% if a %}甲{% endif %}乙</p>"),
        ("{% if a %}甲", "{% if a %}<p>甲</p>"),
        ("{% else %}", "{% else %}"),
        ("{% if a %}甲{% else %}乙{% endif %}", "<p>{% if a %}甲{% else %}乙{% endif %}</p>"),
    ],
)
def test_every_line_is_a_paragraph_and_conditions_round_it_stay_round_it(line: str, made: str) -> None:
    assert as_template("_reason", line) == made


def test_everything_that_can_be_worded_has_a_title() -> None:
    assert all(titles().values())
    assert {f"findings/{name}" for name in own_wording.FINDINGS} == {name for name in titles() if "/" in name}


@pytest.mark.parametrize("name", titles())
def test_everything_that_can_be_worded_is_seen_in_a_letter(name: str) -> None:
    kind, context = own_wording.example_of(name, replace(head(), wording=((name, packaged(name) + "\n看得见。\n"),)))
    assert "看得见。" in html(kind, context)
