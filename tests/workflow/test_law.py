"""Rules files (规则文件): what a bad one says, how an office lays its own over ours, and that every value is cited."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.stories.runner import shipped_rules
from tests.workflow.test_clocks import parses
from workflow.acts import ACTS, OUTCOMES
from workflow.answers import BadRules, chinese_number, long_form, page_form
from workflow.law import FILES, RULES, load_rules

DAY = date(2026, 3, 2)


def spoilt(tmp_path: Path, file: str, old: str, new: str) -> tuple[BadRules, int]:
    """What loading says when `old` in the shipped file reads `new` in the office's own, and the line where that stands."""
    text = (RULES / file).read_text(encoding="utf-8")
    assert old in text
    at = text.index(old)
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    with pytest.raises(BadRules) as caught:
        load_rules(tmp_path)
    return caught.value, text[:at].count("\n") + 1


# file, what stands in it, what is written instead, lines further down, the key, the reason
BAD: list[tuple[str, str, str, str, int, str, str]] = [
    ("an unknown key", "deadlines.yaml",
     "reply:\n", "replies:\n  title: 答\n  unit: days\n  values: {2026-01-01: {value: 1, cite: 条例 1}}\nreply:\n", 0,
     "replies", "不认识的键"),
    ("an unknown key of a value", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: 7, cite: 条例 30, notes: 无}", 0,
     "correction_notice.values.2019-05-15.notes", "不认识的键"),
    ("a missing citation", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: 7}", 0, "correction_notice.values.2019-05-15.cite", "缺少依据"),
    ("a missing value", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{cite: 条例 30}", 0,
     "correction_notice.values.2019-05-15.value", "缺少这一项"),
    ("an empty citation", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: 7, cite: ''}", 0, "cite", "不能空着"),
    ("a number in words", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: 七, cite: 条例 30}", 0, "value", "应当是整数"),
    ("a number that is a word in quotes", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: '7', cite: 条例 30}", 0, "value", "应当是整数"),
    ("no days at all", "deadlines.yaml", "{value: 7, cite: 条例 30}", "{value: 0, cite: 条例 30}", 0, "value", "数值超出范围"),
    ("an unknown unit", "deadlines.yaml", "unit: workdays", "unit: weeks", 0, "reply.unit", "只能是"),
    ("a day that does not exist", "deadlines.yaml", "2019-05-15: {value: 7", "2019-02-30: {value: 7", 0,
     "correction_notice.values.2019-02-30", "应当是日期"),
    ("two values from one day", "deadlines.yaml",
     "{value: 7, cite: 条例 30}", "{value: 7, cite: 条例 30}\n    2019-05-15: {value: 8, cite: 条例 30}", 1,
     "correction_notice.values.2019-05-15", "同一个键写了两次"),
    ("a reading that is no id", "deadlines.yaml", "reading: R-A6", "reading: 见说明", 0, "reading", "写法不对"),
    ("broken YAML", "deadlines.yaml", "reply:\n", "reply: [\n", 2, "（YAML）", "不是正确的YAML"),
    ("an anchor", "deadlines.yaml", "reply:\n", "reply: &same\n", 0, "reply", "锚点"),

    ("a gap between brackets", "fees.yaml", "{from: 11, to: 30,", "{from: 12, to: 30,", 0,
     "per_item.brackets.1.from", "与上一档之间有空档，应当从11开始"),
    ("brackets that overlap", "fees.yaml", "{from: 101, to: 200,", "{from: 100, to: 200,", 0, "per_page.brackets.2.from", "重叠"),
    ("a bracket that ends before it begins", "fees.yaml", "{from: 31, to: 100,", "{from: 31, to: 20,", 0,
     "per_page.brackets.1.to", "to不能小于from"),
    ("an end to the last bracket", "fees.yaml", "{from: 201, rate", "{from: 201, to: 300, rate", 0, "per_page.brackets.3.to", "最后一档不写to"),
    ("no end to a bracket in the middle", "fees.yaml", "{from: 101, to: 200,", "{from: 101,", 0, "per_page.brackets.2", "都要写to"),
    ("brackets that do not begin at one", "fees.yaml", "{from: 1, to: 30,", "{from: 2, to: 30,", 0, "per_page.brackets.0.from", "应当从1开始"),
    ("a step without its width", "fees.yaml", "each: 10, ", "", 0, "per_item.brackets.2", "each和step_fen应当同时写"),
    ("a negative rate", "fees.yaml", "rate_fen: 4000", "rate_fen: -4000", 0, "rate_fen", "数值超出范围"),
    ("a rate that is no whole fen", "fees.yaml", "rate_fen: 4000", "rate_fen: 4000.5", 0, "rate_fen", "应当是整数"),
    ("a rate without a citation", "fees.yaml", "rate_fen: 4000, cite: 办法 5", "rate_fen: 4000", 0, "cite", "缺少依据"),
    ("an unknown window", "fees.yaml", "window: natural_month", "window: fortnight", 0, "per_item.window", "只能是"),

    ("an outcome nobody knows", "outcomes.yaml", "reissue:\n", "confirmed:\n", 0, "confirmed", "不认识的键"),
    ("a remedy nobody knows", "outcomes.yaml", "remedy: R2", "remedy: R3", 0, "remedy", "只能是"),
    ("an outcome without a citation", "outcomes.yaml", "      cite: 条例 36(四)\n", "", -6, "not_existing.values.2019-05-15.cite", "缺少依据"),
    ("a role nobody has", "roles.yaml", "[head], cite: 条例 33(2)", "[mayor], cite: 条例 33(2)", 0,
     "acts.extension.values.2019-05-15.value.0", "不认识的岗位“mayor”"),
    ("a role named twice", "roles.yaml", "[head], cite: 条例 33(2)", "[head, head], cite: 条例 33(2)", 0, "acts.extension", "写了两次"),
    ("nobody may sign", "roles.yaml", "[head], cite: 条例 33(2)", "[], cite: 条例 33(2)", 0, "acts.extension", "至少要有一项"),
    ("an act nobody knows", "roles.yaml", "  extension:\n", "  prolongation:\n", 0, "acts.prolongation", "不认识的键"),
    ("a topic whose hints are no list", "topics.yaml", "words:\n", "words: 征地\n      spare:\n", 0,
     "land.values.2019-05-15.words", "应当是列表"),
    ("an outcome to review that nobody knows", "practice.yaml", "value: [], cite", "value: [secrets], cite", 0,
     "legal_review_required_for", "不认识的答复种类“secrets”"),
    ("a default that is no choice", "practice.yaml", "value: 定期30年", "value: 定期25年", 0, "retention_default", "不在可以选用的保管期限之中"),
    ("a signer that is no role", "practice.yaml", "value: head", "value: boss", 0, "asked_to_sign", "不认识的岗位“boss”"),

    ("a make-up day that is a Monday", "calendar/2026.yaml", "- 2026-01-04", "- 2026-01-05", 0, "make_up.0", "是星期一，本来就是工作日"),
    ("a make-up day that is a holiday", "calendar/2026.yaml", "- 2026-01-04", "- 2026-01-03", 0, "make_up.0", "已经列为“元旦”放假"),
    ("a make-up day twice", "calendar/2026.yaml", "- 2026-02-28", "- 2026-02-14", 0, "make_up.2", "已经列为调休上班"),
    ("holidays that overlap", "calendar/2026.yaml", "to: 2026-09-27}", "to: 2026-10-02}", 1, "holidays.国庆节", "已经列为“中秋节”放假"),
    ("a holiday that ends before it begins", "calendar/2026.yaml", "to: 2026-09-27}", "to: 2026-09-20}", 0, "holidays.中秋节.to", "起止日期颠倒"),
    ("a holiday in another year", "calendar/2026.yaml", "{from: 2026-10-01, to: 2026-10-07}", "{from: 2027-10-01, to: 2027-10-07}", 0,
     "holidays.国庆节", "不在2026年之内"),
    ("a notice without a number", "calendar/2026.yaml", "notice: 国办发明电〔2025〕7号\n", "", -1, "notice", "缺少这一项"),
    ("a change of a holiday that is not there", "calendar/2019.yaml", "holidays: [劳动节]", "holidays: [国庆]", 0,
     "changed.0.holidays.0", "应当写在上面"),
    ("a change of a make-up day that is not there", "calendar/2019.yaml", "make_up: [2019-04-28, ", "make_up: [2019-04-27, ", 0,
     "changed.0.make_up.0", "应当写在上面"),
    ("a notice of another year", "calendar/2026.yaml", "year: 2026", "year: 2025", 0, "year", "文件名应当是2025.yaml"),
    ("a statutory day that does not exist", "calendar/statutory.yaml", "[01-01]", "[02-30]", 0, "fixed.元旦.0", "应当是日历上有的日子"),
    ("a lunar holiday in another year", "calendar/statutory.yaml", "{from: 2027-04-05, to: 2027-04-05}", "{from: 2028-04-05, to: 2028-04-05}", 0,
     "years.2027.清明节", "日期应当在该年之内"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "file", "old", "new", "further", "key", "reason"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_rules_file_stops_with_file_line_key_and_reason(
    tmp_path: Path, title: str, file: str, old: str, new: str, further: int, key: str, reason: str
) -> None:
    error, line = spoilt(tmp_path, file, old, new)
    assert Path(error.file) == tmp_path / file
    assert key in error.key
    assert reason in error.reason
    assert error.line == line + further
    assert str(error) == f"文件{error.file}第{error.line}行，{error.key}：{error.reason}"


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    (tmp_path / "fees.yaml").write_bytes("收费".encode("gbk"))
    with pytest.raises(BadRules, match="UTF-8"):
        load_rules(tmp_path)


def test_a_file_of_an_unknown_name_is_an_error_not_ignored(tmp_path: Path) -> None:
    (tmp_path / "fee.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(BadRules, match=r"不认识的规则文件，可用的是：deadlines\.yaml"):
        load_rules(tmp_path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match=r"RULES_DIR（.*）：没有这个文件夹"):
        load_rules(tmp_path / "nowhere")


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert load_rules(tmp_path).as_dict(DAY) == shipped_rules().as_dict(DAY)


# ---------------------------------------------------------------------------------------------- the office's own values


def test_an_office_changes_one_value_from_a_day_on(tmp_path: Path) -> None:
    (tmp_path / "deadlines.yaml").write_text(
        "other_agency_default:\n  values:\n    2026-07-01: {value: 7, cite: 样例发〔2026〕1号}\n", encoding="utf-8"
    )
    rules = load_rules(tmp_path)
    before, since = rules.on(date(2026, 6, 30)).deadlines, rules.on(date(2026, 7, 1)).deadlines
    assert (before.other_agency_default.value, since.other_agency_default.value) == (10, 7)
    assert (since.other_agency_default.cite, since.other_agency_default.reading) == ("样例发〔2026〕1号", None)
    assert since.reply == before.reply


def test_an_office_value_needs_its_own_citation(tmp_path: Path) -> None:
    """It never borrows that of the value it replaces."""
    (tmp_path / "deadlines.yaml").write_text("reply:\n  values:\n    2019-05-15: {value: 15}\n", encoding="utf-8")
    with pytest.raises(BadRules, match="缺少依据") as caught:
        load_rules(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "deadlines.yaml"), 3)


def test_next_years_notice_is_added_by_one_file_and_ends_the_estimate(tmp_path: Path) -> None:
    """READINGS R-O7: what was provisional corrects itself. (The days are invented.)"""
    assert shipped_rules().calendar.due(date(2026, 12, 21), 20) == (date(2027, 1, 19), True)
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.yaml").write_text(
        "year: 2027\nnotice: 样例〔2026〕1号\ndated: 2026-11-05\nholidays:\n  元旦: {from: 2027-01-01, to: 2027-01-04}\nmake_up:\n  - 2027-01-10\n",
        encoding="utf-8",
    )
    rules = load_rules(tmp_path)
    assert rules.calendar.years == (*shipped_rules().calendar.years, 2027)
    assert rules.calendar.due(date(2026, 12, 21), 20) == (date(2027, 1, 19), False)
    assert rules.calendar.is_working(date(2027, 1, 10))  # Sunday
    assert not rules.calendar.is_working(date(2027, 1, 4))  # Monday


def test_a_notice_may_reach_into_the_december_before(tmp_path: Path) -> None:
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.yaml").write_text(
        "year: 2027\nnotice: 样例〔2026〕1号\ndated: 2026-11-05\nholidays:\n  元旦: {from: 2026-12-31, to: 2027-01-02}\nmake_up:\n  - 2026-12-27\n",
        encoding="utf-8",
    )
    calendar = load_rules(tmp_path).calendar
    assert calendar.kind(date(2026, 12, 31)) == ("holiday", "元旦")
    assert calendar.kind(date(2026, 12, 27)) == ("make_up", None)
    assert calendar.changes(date(2026, 12, 1), date(2026, 12, 31))[1] == (date(2026, 12, 27),)


# ---------------------------------------------------------------------------------------------- what is shipped


def numbers_of(data: Any) -> Iterator[tuple[Any, str]]:
    """Every cited entry: (value, citation)."""
    if isinstance(data, dict):
        if "cite" in data:
            yield data, data["cite"]
        for one in data.values():
            yield from numbers_of(one)
    elif isinstance(data, list):
        for one in data:
            yield from numbers_of(one)


@pytest.mark.parametrize("file", [*FILES, "calendar/statutory.yaml"])
def test_every_citation_can_be_read(file: str) -> None:
    data = YAML(typ="safe", pure=True).load((RULES / file).read_text(encoding="utf-8"))
    cites = [cite for _, cite in numbers_of(data)]
    assert cites
    for cite in cites:
        assert parses(cite) or cite in ("格式30号", "国家档案局令第8号"), cite
        assert long_form(cite)
        assert " " not in page_form(cite)


def test_the_law_in_force_knows_every_act_and_every_outcome() -> None:
    law = shipped_rules().on(DAY)
    assert set(law.roles) == set(ACTS)
    assert tuple(law.outcomes) == OUTCOMES
    for outcome in law.outcomes.values():
        for article in outcome.articles:
            assert parses(article)


ROWS = {
    "already_public": "三(一)", "disclosed": "三(一)", "partial": "三(二)", "state_secret": "三(三)1", "forbidden_by_law": "三(三)2",
    "security_stability": "三(三)3", "third_party": "三(三)4", "internal_affairs": "三(三)5", "deliberative": "三(三)6",
    "enforcement_file": "三(三)7", "special_inquiry": "三(三)8", "not_existing": "三(四)1", "not_responsible": "三(四)1",
    "needs_processing": "三(四)2", "unclear_after_correction": "三(四)3", "petition": "三(五)1", "repeated": "三(五)2",
    "publication": "三(五)3", "excessive": "三(五)4", "reissue": "三(五)5", "abandoned_correction": "三(六)1",
    "abandoned_payment": "三(六)2", "withdrawn": "三(六)3", "other": "三(六)3",
    "record_corrected": None, "record_not_corrected": None, "record_transferred": None, "record_referred": None,  # 条例 41: outside table 3
}  # fmt: skip
REVIEW_FIRST = {"state_secret", "forbidden_by_law", "security_stability", "third_party", "internal_affairs", "deliberative", "enforcement_file"}


@pytest.mark.parametrize("key", OUTCOMES)
def test_an_outcome_has_its_row_of_the_annual_report_and_its_remedy(key: str) -> None:
    """格式30号, table 3; 复议法 23(1)(四): review first for arts 14, 15, 16 and for nothing else."""
    outcome = shipped_rules().on(DAY).outcomes[key]
    assert outcome.row == ROWS[key]
    assert (outcome.remedy == "R1") == (key in REVIEW_FIRST)


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("reply", 20, "workdays"), ("extension_max", 20, "workdays"), ("correction_notice", 7, "workdays"),
        ("third_party_opinion", 15, "workdays"), ("joint_agency_opinion", 15, "workdays"), ("payment", 20, "workdays"),
        ("reply_after_payment", 20, "workdays"), ("reconsideration_days", 60, "days"), ("litigation_months", 6, "months"),
        ("suit_after_reconsideration_days", 15, "days"),
    ],
)  # fmt: skip
def test_a_period_is_as_the_law_has_it(name: str, value: int, unit: str) -> None:
    found = getattr(shipped_rules().on(DAY).deadlines, name)
    assert (found.value, found.unit) == (value, unit)


def test_the_eras_follow_each_other_and_each_day_has_one() -> None:
    rules = shipped_rules()
    starts = [era.since for era in rules.eras]
    assert starts == sorted(set(starts))
    for era in rules.eras[1:]:
        assert rules.on(era.since) is era
        assert rules.on(era.since - timedelta(1)) is not era


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(RULES.parent.rglob("*.py"))
        if path.relative_to(RULES.parent).parts[0].removesuffix(".py")
        in ("admission", "calculator", "case", "checks", "clocks", "fees", "risks")
    ],
    ids=lambda path: path.relative_to(RULES.parent).as_posix(),
)
def test_no_number_of_the_law_is_written_in_the_code(path: Path) -> None:
    """A period or a rate stands in the rules: neither as a number in the code, nor in one of its sentences."""
    with tokenize.open(path) as stream:
        tokens = list(tokenize.generate_tokens(stream.readline))
    numbers = [token.line.strip() for token in tokens if token.type == tokenize.NUMBER and token.string in ("7", "15", "20", "30", "60")]
    sentences = [
        token.string for token in tokens
        if token.type == tokenize.STRING and not token.string.startswith('"""') and re.search(r"(?<!第)\d+ *(?:个工作日|个月|元|件|页)", token.string)
    ]  # fmt: skip
    assert (numbers, sentences) == ([], [])


@pytest.mark.parametrize(
    ("short", "long", "page"),
    [
        ("条例 33(2)", "《中华人民共和国政府信息公开条例》第三十三条第二款", "条例33条2款"),
        ("条例 36(四)", "《中华人民共和国政府信息公开条例》第三十六条第（四）项", "条例36条（四）"),
        ("复议法 23(1)(四)", "《中华人民共和国行政复议法》第二十三条第一款第（四）项", "复议法23条1款（四）"),
        ("国办发明电〔2025〕7号", "国办发明电〔2025〕7号", "国办发明电〔2025〕7号"),
        ("235号 送达", "国办公开办函〔2016〕235号", "235号送达"),
    ],
)
def test_an_article_is_written_as_letters_and_as_pages_have_it(short: str, long: str, page: str) -> None:
    assert (long_form(short), page_form(short)) == (long, page)


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (36, "三十六"), (101, "一百零一")])
def test_an_article_number_in_chinese(number: int, text: str) -> None:
    assert chinese_number(number) == text
