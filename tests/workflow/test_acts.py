"""Reading acts from outside: what is refused, in which field, in Chinese, and never with the value itself."""

# ruff: noqa: E501 - one row of a table, one line
from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from workflow.acts import (
    ACTS,
    CATEGORIES,
    CHANNELS,
    ID_TYPES,
    METHODS,
    OUTCOMES,
    Registration,
    Rejected,
    divide,
    parse,
    unite,
)
from workflow.acts.fields import is_day

CASE_ID = "00000000-0000-4000-8000-000000000001"
PERSON = {"name": "周立新（样例）", "id_number": "990000196203110004", "phone": "13800000001", "address": "冠县样例路1号（样例）"}
REGISTRATION = {
    "kind": "registration",
    "channel": "in_person",
    "submitted_on": "2026-03-02",
    "applicant": PERSON,
    "wanted": "某村征收土地公告（样例）",
}

MINIMAL: dict[str, dict[str, Any]] = {
    "registration": {key: value for key, value in REGISTRATION.items() if key != "kind"},
    "handover": {"to": "gx-zjj", "reason": "不属于本单位的职责"},
    "split": {"parts": ["甲", "乙"], "reason": "两件不同的事"},
    "assignment": {"to": "handler@gx-zrzy"},
    "acceptance": {},
    "correction_notice": {"matters": ["写明年份"]},
    "correction": {},
    "search": {"places": ["档案室"], "method": "查阅", "result": "found"},
    "reasons_notice": {"facts": "41件"},
    "reasons": {"text": "研究", "reasonable": True},
    "consultation": {"type": "internal", "party": {"name": "法制科"}, "question": "可否公开"},
    "opinion": {"consultation": 3, "stance": "consent", "text": "同意"},
    "silence": {"consultation": 3},
    "extension": {"days": 20, "reason": "卷宗量大"},
    "deferral": {"until": "2026-09-30", "reason": "需逐件清理"},
    "fee_notice": {"basis": "per_item", "amount_fen": 10000},
    "payment": {"amount_fen": 10000},
    "waiver": {"reason": "生活困难"},
    "secrecy_review": {"result": "may_disclose", "reason": "不涉及国家秘密、工作秘密"},
    "draft": {"items": [{"item": 1, "outcome": "disclosed"}]},
    "recall": {},
    "legal_review": {"passes": True, "text": "同意"},
    "return": {"reason": "重拟"},
    "decision": {},
    "service": {"letter": CASE_ID, "method": "post"},
    "abandonment": {},
    "withdrawal": {},
    "remedy": {"type": "reconsideration", "body": "样例县人民政府"},
    "remedy_result": {"remedy": 9, "result": "upheld"},
    "reopening": {"remedy": 9},
    "conversion": {"name": "公告", "url": "https://www.example.cn/1.html"},
    "amendment": {"of": 1, "changes": {"wanted": "乙"}, "reason": "录入有误"},
    "revocation": {"of": 2, "reason": "误办"},
    "voiding": {"reason": "重复登记"},
    "request": {"act": {"kind": "extension", "on": "2026-03-02", "days": 20, "reason": "查档"}, "reason": "卷宗量大"},
    "topic": {"topic": "征地拆迁"},
    "ledger_result": {"outcome": "disclosed"},
    "erasure": {"ground": "2036年销毁清册（样例）第3号", "reason": "保管期满，没有继续保存的价值"},
    "meeting": {"attendees": ["法制科（样例）"], "text": "同意部分公开"},
    "supervision": {"text": "期限将至，请抓紧办理"},
    "note": {"text": "备注"},
    "archival": {},
}
"""The least that each kind of act must say."""

LONG = "长" * 100_000


def act(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": "2026-03-02", **MINIMAL[kind], **fields}


def registration(**applicant: Any) -> dict[str, Any]:
    return act("registration", applicant={**PERSON, **applicant})


def refusals(data: object) -> list[tuple[str, str]]:
    """What is said against `data`; nothing when it can be read."""
    try:
        parse(data)
    except Rejected as rejection:
        return rejection.errors
    return []


def rejected(data: object) -> dict[str, str]:
    with pytest.raises(Rejected) as caught:
        parse(data)
    return dict(caught.value.errors)


def test_the_table_of_least_acts_names_every_kind() -> None:
    assert set(MINIMAL) == set(ACTS)


@pytest.mark.parametrize("kind", ACTS)
def test_the_least_act_of_each_kind_is_read_and_is_frozen(kind: str) -> None:
    read = parse(act(kind))
    assert read.kind == kind
    assert unite(*divide(read)) == read
    with pytest.raises(ValueError, match="frozen"):
        read.on = None  # type: ignore[misc, assignment]


@pytest.mark.parametrize("kind", ACTS)
def test_no_kind_takes_an_unknown_field(kind: str) -> None:
    assert rejected(act(kind, secret="x")) == {"secret": "没有这一项，请删去"}


@pytest.mark.parametrize("kind", [kind for kind in ACTS if MINIMAL[kind]])
def test_each_kind_says_which_field_is_missing(kind: str) -> None:
    for field in MINIMAL[kind]:
        if field == "submitted_on":
            continue  # covered below: the field at fault is the day of receipt
        assert field in rejected({key: value for key, value in act(kind).items() if key != field})


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-02-30", "没有2月30日"),
        ("2026-02-29", "没有2月29日"),
        ("2026-13-01", "没有13月1日"),
        ("2026-00-10", "没有0月10日"),
        ("2026-3-2", "写成2026-03-02"),
        ("20260302", "写成2026-03-02"),
        ("2026-03-02T00:00:00", "写成2026-03-02"),
        ("2026-03-02Z", "写成2026-03-02"),
        ("２０２６-03-02", "写成2026-03-02"),
        (" 2026-03-02", "写成2026-03-02"),
        ("2026-03-02\n", "写成2026-03-02"),
        ("0001-01-01", "1990年至2199年"),
        ("9999-12-31", "1990年至2199年"),
        ("", "写成2026-03-02"),
        (20260302, "写成2026-03-02"),
        (1772409600.5, "写成2026-03-02"),
        (True, "写成2026-03-02"),
        ([2026, 3, 2], "写成2026-03-02"),
        ({"year": 2026}, "写成2026-03-02"),
    ],
)
def test_an_impossible_date_is_refused_in_its_field(kind: str, day: object, says: str) -> None:
    assert says in rejected(act(kind, on=day))["on"]


@pytest.mark.parametrize("data", [None, 1, "registration", [], [{"kind": "note"}], True])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert "JSON对象" in rejected(data)[""]


@pytest.mark.parametrize("kind", [None, 1, "", "Registration", "notes", "draft ", "__class__", ["note"], {"note": 1}])
def test_an_unknown_kind_is_refused(kind: object) -> None:
    assert "没有这一种" in rejected({"kind": kind, "on": "2026-03-02"})["kind"]


def test_the_kind_must_be_given() -> None:
    assert "没有这一种" in rejected({"on": "2026-03-02", "text": "备注"})["kind"]


def test_the_engine_s_own_field_is_refused_from_outside() -> None:
    assert "由系统填写" in rejected(act("registration", split_from=CASE_ID))["split_from"]


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        (act("registration", channel="telegram"), "channel", "应当是其中之一"),
        (act("registration", wanted=5), "wanted", "应当是文字"),
        (act("registration", wanted=""), "wanted", "没有填写"),
        (act("registration", wanted=" \n　"), "wanted", "没有填写"),
        (act("registration", wanted=None), "wanted", "应当是文字"),
        (act("registration", applicant=None), "applicant", "应当是一个对象"),
        (act("registration", applicant=[]), "applicant", "应当是一个对象"),
        (act("registration", items="甲"), "items", "应当是一个列表"),
        (act("registration", items=["甲"] * 51), "items", "最多50项"),
        (act("registration", items=[""]), "items.0.wanted", "没有填写"),
        (act("registration", features=3), "features", "应当是一个对象"),
        (act("registration", form="parchment"), "form", "应当是其中之一"),
        (act("split", parts=["甲"]), "parts", "至少要有2项"),
        (act("correction_notice", matters=[]), "matters", "至少要有1项"),
        (act("correction_notice", days=0), "days", "不能小于1"),
        (act("correction_notice", days=366), "days", "不能大于365"),
        (act("correction_notice", days="5"), "days", "应当是整数"),
        (act("correction_notice", days=5.0), "days", "应当是整数"),
        (act("correction_notice", days=True), "days", "应当是整数"),
        (act("extension", days=10**30), "days", "不能大于365"),
        (act("reasons", reasonable="yes"), "reasonable", "true或者false"),
        (act("reasons", reasonable=1), "reasonable", "true或者false"),
        (act("opinion", consultation=0), "consultation", "不能小于1"),
        (act("opinion", stance="maybe"), "stance", "应当是其中之一"),
        (act("fee_notice", amount_fen=-1), "amount_fen", "不能小于0"),
        (act("fee_notice", amount_fen=100.5), "amount_fen", "应当是整数"),
        (act("fee_notice", amount_fen="100"), "amount_fen", "应当是整数"),
        (act("fee_notice", basis="both"), "basis", "应当是其中之一"),
        (act("fee_notice", pages=0), "pages", "不能小于1"),
        (act("fee_notice", already=-1), "already", "不能小于0"),
        (act("draft", items=[]), "items", "至少要有1项"),
        (act("draft", items=[{"item": 1, "outcome": "maybe"}]), "items.0.outcome", "应当是其中之一"),
        (act("draft", items=[{"item": 1, "outcome": "disclosed", "html": 1}]), "items.0.html", "没有这一项"),
        (act("draft", items=[{"item": 1, "outcome": "repeated", "earlier": {"number": "1号", "on": "2026-02-30"}}]), "items.0.earlier.on", "2月30日"),
        (act("draft", remedy="R3"), "remedy", "应当是其中之一"),
        (act("decision", overrides=["reply_overdue"]), "overrides", "应当是一个对象"),
        (act("decision", overrides={"reply_overdue": ""}), "overrides.reply_overdue", "没有填写"),
        (act("service", letter="../../etc/passwd"), "letter", "写法不合要求"),
        (act("service", letter=1), "letter", "应当是文字"),
        (act("service", method="pigeon"), "method", "应当是其中之一"),
        (act("conversion", url="javascript:alert(1)"), "url", "写法不合要求"),
        (act("conversion", url="https://example.cn/\"onmouseover="), "url", "写法不合要求"),
        (act("consultation", party={"name": "甲", "id_number": "1"}), "party.id_number", "没有这一项"),
        (act("note", text=LONG), "text", "最多20000个字"),
        (act("assignment", to=LONG), "to", "最多300个字"),
        (registration(name=LONG), "applicant.name", "最多300个字"),
        (registration(category="alien"), "applicant.category", "应当是其中之一"),
        (registration(name="  "), "applicant.name", "没有填写"),
        (registration(phone="电话"), "applicant.phone", "只填数字"),
        (registration(phone="138"), "applicant.phone", "只填数字"),
        (registration(email="zhou"), "applicant.email", "name@example.cn"),
        (registration(postcode="25250"), "applicant.postcode", "6位数字"),
        (registration(postcode="２５２５００"), "applicant.postcode", "6位数字"),
        (registration(id_number="990000196203110005"), "applicant.id_number", "校验位不符"),
        (registration(id_type="passport", id_number="x\x00y"), "applicant.id_number", "控制字符"),
        (registration(category="commercial_enterprise"), "applicant.id_number", "统一社会信用代码"),
        (registration(id_number="000000196203110005"), "applicant.id_number", "行政区划代码不存在"),
        (registration(id_number="990000204001010010"), "applicant.id_number", "出生日期晚于申请的日期"),
        (registration(id_number="99000020260303001X"), "applicant.id_number", "出生日期晚于申请的日期"),  # a day after the receipt
        (act("correction", applicant={**PERSON, "id_number": "990000204001010010"}), "applicant.id_number", "出生日期晚于申请的日期"),
    ],
)  # fmt: skip
def test_a_value_at_fault_is_named_by_its_field(data: dict[str, Any], field: str, says: str) -> None:
    errors = rejected(data)
    assert says in errors[field]


# Unseen controls, direction marks and broken characters: a text must read as its bytes are.
HIDDEN = {
    "NUL": "\x00", "bell": "\x07", "backspace": "\x08", "escape": "\x1b", "delete": "\x7f", "C1": "\x85",
    "zero width space": "\u200b", "joiner": "\u200d", "LTR mark": "\u200e", "RTL mark": "\u200f",
    "RTL override": "\u202e", "LTR override": "\u202d", "RTL embedding": "\u202b", "pop": "\u202c",
    "isolate": "\u2066", "pop isolate": "\u2069", "Arabic letter mark": "\u061c", "soft hyphen": "\u00ad",
    "word joiner": "\u2060", "invisible times": "\u2062", "BOM": "\ufeff", "line separator": "\u2028",
    "paragraph separator": "\u2029", "private use": "\ue000", "plane 15": "\U000f0000", "tag": "\U000e0041",
    "annotation": "\ufff9", "noncharacter": "\ufffe", "lone surrogate": "\ud800",
}  # fmt: skip


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN)
def test_hidden_characters_are_refused_in_every_kind_of_text(char: str) -> None:
    for data, field in (
        (act("note", text=f"甲{char}乙"), "text"),
        (act("assignment", to=f"甲{char}乙"), "to"),
        (registration(name=f"周{char}立新"), "applicant.name"),
        (act("split", parts=["甲", f"乙{char}丙"]), "parts.1.wanted"),
    ):
        why = rejected(data)[field]
        assert "控制字符" in why or why == "填写的内容不合要求，请改正"
        assert char not in why


def test_lines_are_kept_in_texts_and_refused_in_lines() -> None:
    assert parse(act("note", text="甲\r\n乙\r丙\t丁\n")).text == "甲\n乙\n丙　丁"  # type: ignore[attr-defined]
    assert "控制字符" in rejected(act("assignment", to="甲\n乙"))["to"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "&lt;b&gt; &amp;", "'; drop table acts; --", "𠮷龑昇堃喆㛃𬭎䶮", "%s {0} $x \\n"])
def test_markup_and_rare_names_are_kept_as_written(text: str) -> None:
    assert parse(act("note", text=text)).text == text  # type: ignore[attr-defined]
    read = parse(registration(name=text))
    assert isinstance(read, Registration)
    assert read.applicant.name == text
    assert unite(*divide(read)) == read


def test_a_composed_and_a_decomposed_text_are_the_same() -> None:
    assert parse(act("note", text="e\u0301")) == parse(act("note", text="é"))


def test_several_faults_are_told_at_once() -> None:
    errors = rejected({"kind": "registration", "on": "2026-02-30", "channel": "x", "wanted": "", "received_on": 5, "applicant": {}, "z": 1})
    assert {"on", "channel", "wanted", "received_on", "applicant.name", "z"} <= set(errors)


@pytest.mark.parametrize("kind", ACTS)
def test_every_answer_is_chinese_and_repeats_no_value(kind: str) -> None:
    secret = "SECRET-990000196203110004"
    for field in [*MINIMAL[kind], "on"]:
        for bad in (secret, {"a": secret}, [secret], LONG, -1, None, [[secret]]):
            for path, why in refusals(act(kind, **{field: bad})):
                assert secret not in path + why
                assert "长长" not in path + why
                assert re.search(r"[\u4e00-\u9fff]", why), (path, why)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "split", "on": "2026-03-02", "parts": ["", ""], "reason": "样例"}, {"parts.0.wanted", "parts.1.wanted"}),
        ({"kind": "split", "on": "2026-03-02", "parts": ["甲"], "reason": "样例"}, {"parts"}),
        ({**REGISTRATION, "channel": "pigeon"}, {"channel"}),
        ({**REGISTRATION, "channel": []}, {"channel"}),
        ({**REGISTRATION, "submitted_on": "2026-02-30"}, {"submitted_on"}),
        ({**REGISTRATION, "channel": "online", "received_on": "2026-02-30"}, {"received_on"}),
        ({**REGISTRATION, "channel": "online", "received_on": 5}, {"received_on"}),
    ],
)
def test_one_fault_is_told_once_at_what_was_sent(fields: dict[str, Any], fault: set[str]) -> None:
    assert set(rejected(fields)) == fault


# ---------------------------------------------------------------------------------------------- 登记


def test_submitted_in_person_the_day_of_submission_is_the_day_of_receipt() -> None:
    """条例 31(一)."""
    read = parse({**REGISTRATION, "channel": "oral"})
    assert isinstance(read, Registration)
    assert read.received_on == read.on == read.submitted_on


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"submitted_on": None}, "received_on", "没有填写"),
        ({"channel": "online"}, "received_on", "没有填写"),
        ({"received_on": "2026-03-01"}, "received_on", "不能早于提交日"),
        ({"received_on": "2026-03-03"}, "received_on", "提交之日就是收到之日"),
        ({"channel": "fax", "received_on": "2026-03-01"}, "received_on", "不能早于提交日"),
        ({"on": "2026-03-01"}, "on", "不能早于收到日"),
    ],
)
def test_the_dates_of_a_registration_agree(fields: dict[str, Any], field: str, says: str) -> None:
    assert says in rejected({**REGISTRATION, **fields})[field]


def test_an_applicant_may_lack_what_a_correction_will_ask_for() -> None:
    """条例 29(一), 30: blank fields of a form are fields not given."""
    read = parse(act("registration", applicant={"name": "周立新（样例）", "id_number": " ", "phone": "", "email": ""}))
    assert isinstance(read, Registration)
    assert read.applicant.id_number is None
    assert read.applicant.email is None


@pytest.mark.parametrize("alias", ["id_card", "identity_card", "resident_id"])
def test_usual_names_of_papers_are_understood(alias: str) -> None:
    read = parse(registration(id_type=alias))
    assert isinstance(read, Registration)
    assert read.applicant.id_type == "resident_id"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"id_number": "９９００００　１９６２０３１１ ０００４"}, {"id_number": "990000196203110004"}),
        ({"id_number": "990000202603020014"}, {}),  # born on the day of receipt
        ({"id_type": "passport", "id_number": "e 1234-5678"}, {"id_number": "E 1234-5678"}),
        ({"name": "欧阳 样例", "phone": "138-0000-0001"}, {}),
        ({"phone": "１３８－００００－０００１"}, {}),
        ({"phone": "（0635）5230001转8"}, {}),
        ({"phone": "+86 138—0000—0001"}, {}),
    ],
)
def test_what_is_typed_stays_as_it_is_typed_but_for_the_two_usual_numbers(typed: dict[str, Any], kept: dict[str, Any]) -> None:
    """Names and phones are folded only where they are compared (READINGS R-same-person)."""
    read = parse(registration(**typed))
    assert isinstance(read, Registration)
    assert {name: getattr(read.applicant, name) for name in typed} == typed | kept


def test_a_check_that_became_stricter_loses_no_file() -> None:
    """What comes back from the store was checked when it was placed, by the rules of that day."""
    public, private = divide(parse(registration()))
    for number in ("000000196203110005", "990000204001010010", "1"):
        back = unite(public, {**private, "applicant.id_number": number, "applicant.phone": "电话"})
        assert isinstance(back, Registration)
        assert back.applicant.id_number == number
        assert unite(*divide(back)) == back


def test_only_personal_data_is_put_apart() -> None:
    public, private = divide(parse(act("registration", features="坐落在样例村")))
    assert set(private) == {"applicant.name", "applicant.id_number", "applicant.phone", "applicant.address"}
    assert public["features"] == {"other": "坐落在样例村"}
    assert set(public["applicant"]) <= {"category", "id_type"}


def test_every_choice_has_its_chinese_name() -> None:
    assert all(re.search(r"[\u4e00-\u9fff]", name) for table in (CHANNELS, CATEGORIES, ID_TYPES, METHODS) for name in table.values())
    assert len(OUTCOMES) == 28
    assert all(re.search(r"[\u4e00-\u9fff]", kind.title) for kind in ACTS.values())


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2204, 4, 26), date(9999, 12, 31)])
def test_a_day_that_could_not_be_read_again_is_not_taken(day: date) -> None:
    """However it comes: what is stored is read as text, with the same bounds."""
    assert not is_day(day)
    assert not is_day(day.isoformat())
