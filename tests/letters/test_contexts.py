"""Contexts and templates agree: every variable exists, every field is said, JSON comes back as it went."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import letters
from letters.contexts import LETTERS, parts, replies
from letters.errors import LetterError
from letters.html import html
from letters.wording import quoted
from tests.letters.samples import FINDINGS, sample
from workflow.acts import OUTCOMES
from workflow.case import BY_ACT, OF_RECORDS
from workflow.words import LETTER_TITLES

TEMPLATES = Path(letters.__file__).parent / "templates"


def test_every_kind_of_letter_has_its_row_its_context_and_its_template() -> None:
    assert set(LETTERS) == set(LETTER_TITLES)
    assert len({kind.context for kind in LETTERS.values()}) == len(LETTERS)
    assert {kind.template for kind in LETTERS.values()} <= {path.name for path in TEMPLATES.iterdir()}


def test_every_outcome_that_a_draft_may_choose_has_its_finding_and_its_words() -> None:
    assert set(FINDINGS) == set(OUTCOMES) - BY_ACT
    words = {path.stem for path in (TEMPLATES / "findings").iterdir()}
    assert {finding.words for finding in FINDINGS.values()} == words


@pytest.mark.parametrize("kind", LETTERS)
def test_a_context_comes_back_from_json_as_it_went(kind: str) -> None:
    context = sample(kind)
    stored = json.loads(json.dumps(context.to_json()))
    assert LETTERS[kind].context.from_json(stored) == context


@pytest.mark.parametrize("kind", LETTERS)
def test_json_with_a_field_missing_or_unknown_is_refused(kind: str) -> None:
    data = sample(kind).to_json()
    with pytest.raises(LetterError, match="letterhead"):
        LETTERS[kind].context.from_json({name: value for name, value in data.items() if name != "letterhead"})
    with pytest.raises(LetterError, match="unheard"):
        LETTERS[kind].context.from_json(data | {"unheard": 1})


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> typing.Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    elif value is not None:
        yield path, value


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 10000
    if isinstance(value, list):  # the other requests that a letter answers
        return [*value, {"number": "样例依申〔2026〕99号", "received_on": "2026-03-01", "way": "当面提交", "wanted": "另一份公告"}]
    if value in (parts.INFORMATION, parts.CORRECTION):
        return parts.CORRECTION if value == parts.INFORMATION else parts.INFORMATION
    try:
        return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    except ValueError:
        return value.replace("gx-", "yy-") if value.endswith(".png") else value + "甲"


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = _put(copy[path[0]], path[1:], value)
    return copy


# What not every letter says: its own test below looks for a letter that does.
SHARED = ("letterhead", "remedy", "request", "payee")


@pytest.mark.parametrize("kind", LETTERS)
def test_every_field_of_a_letter_changes_what_is_printed(kind: str, engine: Any) -> None:
    """The officer's blank fields (None) are covered by the samples, which fill all of them."""
    data = sample(kind).to_json()
    before = engine.html(kind, LETTERS[kind].context.from_json(data))
    for path, value in _leaves(data):
        if path[0] in SHARED or path[-1] in ("outcome", "cause", "variant", "forbidden_by", "step", "how"):
            continue
        if path[0] == "items" and path[-1] in ("wanted", "name") and len(data["items"]) == 1:
            continue  # one item: what is wanted stands in the request, and there is no heading
        after = engine.html(kind, LETTERS[kind].context.from_json(_put(data, path, _changed(value))))
        assert after != before, f"{kind}: {path} is never said"


def _reply_with(outcome: str) -> tuple[str, str]:
    """A reply in which a finding of this outcome may stand, and the outcome of another that may stand beside it."""
    return ("correction_of_record", "other") if outcome in OF_RECORDS else ("mixed", "not_existing")


@pytest.mark.parametrize("outcome", FINDINGS)
def test_every_field_of_a_finding_changes_what_is_printed(outcome: str, engine: Any) -> None:
    kind, beside = _reply_with(outcome)
    context = sample(kind, items=(FINDINGS[outcome], FINDINGS[beside]))
    data = context.to_json()
    before = engine.html(kind, context)
    for path, value in _leaves(data["items"][0]):
        if path[-1] == "outcome":
            continue
        after = engine.html(kind, LETTERS[kind].context.from_json(_put(data, ("items", 0, *path), _changed(value))))
        assert after != before, f"{outcome}: {path} is never said"


@pytest.mark.parametrize("shared", ["letterhead", "request"])
def test_every_field_of_the_shared_parts_is_said_somewhere(shared: str, engine: Any) -> None:
    of_their_own = {"wording", "query_url"}  # have tests of their own
    silent = {one.name for one in fields(parts.Letterhead if shared == "letterhead" else parts.Request)} - of_their_own
    for kind in LETTERS:
        data = sample(kind).to_json()
        before = engine.html(kind, sample(kind))
        for name in list(silent):
            if shared in data and data[shared][name] is not None:
                after = _put(data, (shared, name), _changed(data[shared][name]))
                if engine.html(kind, LETTERS[kind].context.from_json(after)) != before:
                    silent.discard(name)
    assert not silent


def _bare(value: Any) -> Any:
    """The same record with everything left out that may be left out."""
    made = {}
    hints = typing.get_type_hints(type(value))
    for one in fields(value):
        inner = getattr(value, one.name)
        optional = isinstance(hints[one.name], types.UnionType) and type(None) in typing.get_args(hints[one.name])
        if optional:
            made[one.name] = None
        elif is_dataclass(inner):
            made[one.name] = _bare(inner)
        elif isinstance(inner, tuple) and inner and is_dataclass(inner[0]):
            made[one.name] = tuple(_bare(part) for part in inner)
        else:
            made[one.name] = inner
    return type(value)(**made)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_without_its_optional_parts_has_no_hole(kind: str, engine: Any) -> None:
    html = engine.html(kind, _bare(sample(kind)))
    assert "None" not in html
    assert "（）" not in html
    assert "“”" not in html


@pytest.mark.parametrize("outcome", FINDINGS)
def test_a_finding_without_its_optional_parts_has_no_hole(outcome: str, engine: Any) -> None:
    kind, beside = _reply_with(outcome)
    html = engine.html(kind, sample(kind, items=(_bare(FINDINGS[outcome]), FINDINGS[beside])))
    assert "None" not in html
    assert "（）" not in html
    assert "。。" not in html


@pytest.mark.parametrize("kind", LETTERS)
def test_only_letters_that_decide_carry_a_remedy(kind: str) -> None:
    assert ("remedy" in {one.name for one in fields(LETTERS[kind].context)}) == LETTERS[kind].remedy


def test_the_remedy_paragraphs_say_what_the_law_says(engine: Any) -> None:
    first = engine.html("withheld_absolute", sample("withheld_absolute"))
    assert (
        "如对本决定不服，应当自收到本答复书之日起60日内先向冠县人民政府申请行政复议；对行政复议决定不服的，"
        "可以自收到复议决定书之日起15日内向冠县人民法院提起行政诉讼。" in first
    )
    assert "6个月" not in first
    free = engine.html("not_existing", sample("not_existing"))
    assert (
        "如对本答复书不服，可以自收到本答复书之日起60日内向冠县人民政府申请行政复议，"
        "或者自收到本答复书之日起6个月内向冠县人民法院提起行政诉讼。" in free
    )
    both = engine.html("partial", sample("partial"))
    assert "先向冠县人民政府" in both
    assert "6个月" in both


@pytest.mark.parametrize("kind", ["correction_notice", "extension_notice", "fee_notice", "third_party_inquiry", "receipt"])
def test_procedural_letters_open_no_way_to_review_of_their_own(kind: str, engine: Any) -> None:
    html = engine.html(kind, sample(kind))
    assert "冠县人民法院" not in html


def test_the_third_party_does_not_learn_who_applied(engine: Any) -> None:
    assert "龑昇堃" not in engine.html("third_party_inquiry", sample("third_party_inquiry"))


def test_people_and_organisations_are_addressed_differently(engine: Any) -> None:
    person = engine.html("disclosed", sample("disclosed"))
    company = engine.html("disclosed", sample("disclosed", to=parts.Addressee(name="样例公司", is_person=False)))
    assert "收到您通过" in person
    assert "你单位" not in person
    assert "收到你单位通过" in company
    assert "您" not in company


TYPED = {
    "correction_notice": ["matters"], "reasons_notice": ["facts"], "extension_notice": ["reason"], "deferral_notice": ["reason"],
    "third_party_inquiry": ["question"], "joint_agency_inquiry": ["question"], "other_agency_inquiry": ["question"],
    "internal_consultation": ["question"], "third_party_notice": ["information", "reasons"], "abandonment_notice": ["reason"],
    "withdrawal_notice": ["reason"], "handover_notice": ["reason"], "needs_processing": ["opening", "closing"],
}  # fmt: skip
"""Where officers write sentences, apart from the findings."""
ODD_ENDS = ("本机关认为：", "1.甲；", "予以公开。”", "甲，", "（见附件。）")


@pytest.mark.parametrize("text", ODD_ENDS)
def test_what_officers_write_is_printed_with_their_own_punctuation(text: str, engine: Any) -> None:
    for kind, names in TYPED.items():
        for name in names:
            several = isinstance(getattr(sample(kind), name), tuple)
            _as_written(engine.html(kind, sample(kind, **{name: (text,) if several else text})), text, f"{kind}: {name}")
    for outcome, finding in FINDINGS.items():
        for name in ("reason", "where", "withheld", "said", "channel", "public_interest", "contact"):
            if hasattr(finding, name):
                told = {name: text} | ({"overruled": True} if hasattr(finding, "overruled") else {})
                kind, beside = _reply_with(outcome)
                found = engine.html(kind, sample(kind, items=(replace(finding, **told), FINDINGS[beside])))
                _as_written(found, text, f"{outcome}: {name}")


def _as_written(found: str, text: str, where: str) -> None:
    assert f"{text}</p>" in found or f"{text}</div>" in found or quoted(text) in found, where


def test_what_can_be_had_only_later_is_not_said_to_be_enclosed() -> None:
    now, later = replace(FINDINGS["disclosed"], available_on=None), FINDINGS["disclosed"]
    assert "现将“建设工程规划许可证”（共3页）提供给您。" in html("disclosed", sample("disclosed", items=(now,)))
    words = html("disclosed", sample("disclosed", items=(later,)))
    assert "您可以获取“建设工程规划许可证”（共3页）。" in words
    assert "现将" not in words


def test_a_second_place_of_a_publication_and_the_way_of_a_withdrawal_are_said_in_whole_sentences() -> None:
    both = replace(FINDINGS["publication"], where="《冠县人民政府公报》2026年第2期", channel="冠县图书馆")
    assert "<p>您也可以通过以下途径获取：冠县图书馆。</p>" in html("publication", sample("publication", items=(both,)))
    assert "本机关于2026年11月24日收到您以书面方式提出的撤回上述申请的请求" in html("withdrawal_notice", sample("withdrawal_notice"))


def test_an_annex_bears_the_number_that_it_has_in_the_list() -> None:
    """GB/T 9704, 7.3.6: 附件 and its number stand at the left above its title."""
    covered = replies.SeparatedPart(title="评估报告", page=3, places=2, words="个人隐私", law="《某条例》第十五条")
    for names, mark in ((("评估报告", "区分处理说明"), "附件2"), (("区分处理说明",), "附件")):
        made = html("partial", sample("partial", attachments=names, separations=(covered,)))
        assert f'<p class="annex-mark">{mark}</p>\n<h1 class="title">区分处理说明</h1>' in made
    assert '<p class="annex-mark">附件</p>\n<h1 class="title">第三方意见回执</h1>' in html("third_party_inquiry", sample("third_party_inquiry"))
