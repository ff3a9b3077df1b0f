"""Every ledger comes in: forms and habits as offices have them, mapped once as a person would; each row that is lost is named."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.pages.reports.import_words import answers_of, questions_of
from api.pages.shared.frame import Form as Typed
from db import ledger, published, store
from db import tables as t
from db.engine import Database
from db.ledger import old_workbooks
from db.ledger.filing import acts_of, file_of
from db.ledger.words import ASKED
from tests.reports.ledgers import FORMS, HABITS, PERSON, Form, Request, Sheet, as_file, requests, sheet_of
from tests.reports.old_workbook import xls
from tests.reports.test_ledger import loader
from workflow.law import load_rules
from workflow.published import NotPublished
from workflow.statistics import pace

RULES = load_rules()
TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def read(path: Path, meanings: ledger.Meanings | None = None) -> tuple[ledger.Reading, list[ledger.Line]]:
    reading = ledger.read(path, RULES, TODAY, meanings)
    lines = []
    try:
        lines = list(reading)
    except ledger.BadLedger:
        assert reading.is_asking, "no ledger is refused that a person could map"
    return reading, lines


def answered(reading: ledger.Reading, form: Form) -> ledger.Meanings:
    """What a person says on the page: the proposals as they stand, and what is open."""
    asked = questions_of(reading, {})
    fields = {one.field: one.proposed for one in asked.headings}
    for one in asked.missing:
        fields[one.field] = form.for_all[one.field.removeprefix("all-")]
    for group in asked.words.values():
        for one in group:
            fields[one.field] = PERSON.get(one.title, "commercial_enterprise" if "法人" in one.title else one.proposed)
    said, errs = answers_of(reading, Typed({name: [value] for name, value in fields.items()}))
    assert errs == []
    return said


def made(form: str, habit: str, folder: Path) -> tuple[list[Request], Path]:
    """The ledger of a form and a habit, and what really was."""
    seed = list(FORMS).index(form) * len(HABITS) + list(HABITS).index(habit)
    asked = requests(seed)
    change, kind = HABITS[habit]
    return asked, as_file(folder, change(sheet_of(FORMS[form], asked)), kind)


def lost(asked: list[Request], lines: list[ledger.Line], form: Form) -> list[str]:
    """The rows that did not come in as they were, by number."""
    there = {line.entry.number: line.entry for line in lines if line.entry}
    by_number = {one for _, one in form.columns}
    found = []
    for one in asked:
        entry = there.get(one.number)
        if entry is None:
            found.append(f"{one.number}：没有导入")
            continue
        category = form.for_all.get("applicant_category") or one.category[1]
        if "citizen_name" in by_number and category != "natural_person":
            category = "commercial_enterprise"  # the ledger says no more than 法人/其他组织
        right = (one.received_on, one.channel[1], category, one.name, one.wanted, one.outcome[1] or None, one.replied_on)
        assert (
            entry.received_on, entry.channel, entry.applicant_category, entry.applicant_name, entry.wanted, entry.outcome, entry.replied_on
        ) == right, "what comes in is what was, or it does not come in"  # fmt: skip
    return found


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("form", FORMS)
def test_every_row_of_a_ledger_comes_in_after_one_mapping(form: str, habit: str, tmp_path: Path) -> None:
    """230 ledgers, 2,300 rows: all of them."""
    asked, path = made(form, habit, tmp_path)
    reading, _ = read(path)
    reading, lines = read(path, answered(reading, FORMS[form]))
    told = [f"{line.where}：{'；'.join(line.problems)}" for line in lines if line.entry is None and line.is_fault]
    assert (lost(asked, lines, FORMS[form]), told) == ([], [])
    assert not reading.is_asking, "a second time nothing is asked"


def test_the_table_of_ledgers_is_as_large_as_it_says() -> None:
    assert len(FORMS) * len(HABITS) == 230
    assert isinstance(sheet_of(FORMS["a short one"], requests(0)), Sheet)


def test_nineteen_rows_of_twenty_come_in_after_one_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each habit with two forms, forty ledgers and more; the share before and after the mapping is printed, each lost row named."""
    rows = before = 0
    missing: list[str] = []
    chosen = [(form, habit) for n, habit in enumerate(HABITS) for form in (list(FORMS)[n % 10], list(FORMS)[(n + 5) % 10])]
    for form, habit in chosen:
        asked, path = made(form, habit, tmp_path)
        reading, lines = read(path)
        rows, before = rows + len(asked), before + sum(line.entry is not None for line in lines)
        missing += [f"{form}, {habit}: {one}" for one in lost(asked, read(path, answered(reading, FORMS[form]))[1], FORMS[form])]
    with capsys.disabled():
        print(f"\n{len(chosen)} ledgers, {rows} rows: {before / rows:.0%} before any mapping, {1 - len(missing) / rows:.1%} after")
    assert len(chosen) >= 40
    assert len(missing) <= rows * 0.05, missing


# ------------------------------------------------------------------ what is certain, and what is not


def told(path: Path, meanings: ledger.Meanings | None = None) -> dict[int, str]:
    """Line -> why it is no entry; empty where it is one."""
    return {line.line: "；".join(line.problems) for line in read(path, meanings)[1]}


def test_a_number_over_several_lines_is_not_taken_for_several_requests(tmp_path: Path) -> None:
    """One request for two things, or two requests: nobody can say."""
    sheet = sheet_of(FORMS["a short one"], requests(3, 4))
    sheet.rows[1][0] = None
    merged = Sheet(sheet.form, sheet.heading, sheet.rows, of_rows=[(0, 1, 0, 0)])
    for kind in ("xlsx", "xls", "html"):
        found = told(as_file(tmp_path, merged, kind), ledger.Meanings(words={("channel", "信函"): "ems_signed", ("outcome", "咨询"): "other"}))
        assert "编号合并在第2至3行" in found[2] and "编号合并在第2至3行" in found[3], found
        assert "编号合并" not in found[4] + found[5]


def test_a_cell_over_several_lines_of_one_request_is_one_request(tmp_path: Path) -> None:
    """Everything is merged over two lines, and only the first holds something."""
    sheet = sheet_of(FORMS["a short one"], requests(0, 1))
    width = len(sheet.form.columns)
    sheet.rows.append([None] * width)
    path = as_file(tmp_path, Sheet(sheet.form, sheet.heading, sheet.rows, of_rows=[(0, 1, at, at) for at in range(width)]), "xlsx")
    assert told(path) == {2: ""}


def test_same_as_above_is_nothing_where_nothing_certain_stands_above(tmp_path: Path) -> None:
    sheet = sheet_of(FORMS["a short one"], requests(0, 3))
    sheet.rows[0][1] = "同上"
    sheet.rows[2][0] = "同上"
    found = told(as_file(tmp_path, sheet, "xlsx"))
    assert "“收到日”不是日期" in found[2] and found[3] == "" and "“编号”没有写明" in found[4]


@pytest.mark.parametrize(
    "word",
    [
        "终止办理", "不予公开", "无法提供", "不予公开（其他）", "予以公开（部分）", "予以公开，部分不予公开", "无法提供（重复申请）", "已答复",
        "不予受理", "转办", "公开不存在",
    ],
)  # fmt: skip
def test_an_outcome_that_may_mean_several_things_is_asked(word: str) -> None:
    words = ledger.read(Path(__file__), RULES, TODAY).words
    assert words.key("outcome", word) is None


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("channel", "邮寄"), ("channel", "来信"), ("channel", "信函"), ("channel", "邮件"), ("channel", "书面申请"),
        ("applicant_category", "法人/其他组织"), ("applicant_category", "法人或者其他组织"), ("applicant_category", "事业单位"),
        ("applicant_category", "个体工商户"), ("applicant_category", "公民（企业）"),
    ],
)  # fmt: skip
def test_a_word_that_may_mean_several_things_is_asked_with_what_it_usually_means(column: str, word: str) -> None:
    words = ledger.read(Path(__file__), RULES, TODAY).words
    assert words.key(column, word) is None
    assert all(one in words.titles[column] for one in words.likely(column, word))


def test_no_word_is_both_known_and_asked() -> None:
    words = ledger.read(Path(__file__), RULES, TODAY).words
    for column, among in (("channel", words.channels), ("applicant_category", words.categories), ("outcome", words.outcomes)):
        assert not among.keys() & ASKED[column].keys()
        assert {key for keys in ASKED[column].values() for key in keys} <= words.titles[column].keys()
        assert set(among.values()) <= words.titles[column].keys()


def test_two_headings_for_one_column_are_refused(tmp_path: Path) -> None:
    sheet = sheet_of(FORMS["unknown headings"], requests(0, 2))
    reading, _ = read(as_file(tmp_path, sheet, "xlsx"))
    asked = questions_of(reading, {})
    fields = {one.field: [one.proposed] for one in asked.headings}
    late = next(one for one in asked.headings if one.title == "答复文书日期")
    fields[late.field] = ["received_on"]
    _, errs = answers_of(reading, Typed(fields))
    assert len(errs) == 1 and "“接到申请的日期”、“答复文书日期”都对应到了“收到日”，一栏只能对应一个表头" in errs[0][1]
    fields[late.field] = ["no_such_column"]
    assert "请从列表中选择" in answers_of(reading, Typed(fields))[1][0][1]
    assert "还没有哪个表头对应到" in answers_of(reading, Typed({}))[1][0][1]


def test_what_a_ledger_tells_of_steps_goes_on_the_file_as_a_remark(database: Database, tmp_path: Path) -> None:
    """No letter, no day: it makes no act, is counted nowhere, and nobody is said to be late for want of it."""
    sheet = sheet_of(FORMS["with the steps"], requests(0, 2))
    for row in sheet.rows:
        row[sheet.at("outcome")], row[sheet.at("replied_on")], row[3] = "予以公开", "2024-6-28", "公民"
        row[6], row[12] = "2024-2-5", "是"
    reading = ledger.read(as_file(tmp_path, sheet, "xlsx"), RULES, TODAY)
    done = loader(database, "gx-steps").load(reading, "台账.xlsx")
    assert (done.loaded, done.untimed, done.noted["extension"], done.noted["reconsideration"]) == (2, 2, 2, 2)
    for told, said in zip(("延期2件", "有2件，台账写明了延期", "行政复议2件", "有2件的答复晚于"), done.remarks, strict=True):
        assert told in said
    with database.read() as session:
        docket, tally = (t.table_of(one) for one in (t.Docket, t.Tally))
        found = session.execute(select(docket.c.case_id).where(docket.c.agency == "gx-steps")).scalars().first()
        case = store.load(session, str(found))
        judged = set(session.execute(select(tally.c.in_time).where(tally.c.agency == "gx-steps")).scalars())
    assert case is not None and "台账另载：延期“2024-2-5”，行政复议“是”" in (case.registration.remark or "")
    assert judged == {None}
    again = ledger.read(as_file(tmp_path, sheet, "xlsx"), RULES, TODAY)
    assert loader(database, "gx-steps").load(again, "台账.xlsx").already == 2


HEADED = ["编号", "收到日期", "申请方式", "申请人类别", "申请人", "申请内容", "办理结果", "答复日期"]


def kept(folder: Path, headings: list[str], *rows: list[str]) -> Path:
    """A ledger of requests that came on 2024-03-01 (due on 2024-03-29), each with its day of reply and what else stands there."""
    path, base = folder / "台账.csv", ["2024-3-1", "网上申请", "公民", "样例", "样例方案", "予以公开"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*HEADED, *headings], *([f"{n}", *base, *row] for n, row in enumerate(rows, 1))])
    return path


@pytest.mark.parametrize(
    ("headings", "row", "steps", "in_time"),
    [
        (["是否延期"], ["2024-3-29", "否"], {}, True),
        (["是否延期"], ["2024-4-1", "否"], {}, None),  # late or not: the ledger does not tell of pauses
        (["是否延期"], ["2024-4-28", "是"], {"extension": 20}, True),
        (["是否延期"], ["2024-4-29", "是"], {"extension": 20}, None),
        (["延期天数"], ["2024-4-8", "5"], {"extension": 5}, True),
        (["延期情况"], ["2024-4-9", "延长5个工作日"], {"extension": 5}, None),
        (["延期情况"], ["2024-4-9", "延长50个工作日"], {}, None),
        (["延期告知日期"], ["2024-4-28", "2024.3.20"], {"extension": 20}, True),
        (["延期至"], ["2024-4-10", "2024.4.12"], {"extended_to": date(2024, 4, 12)}, True),
        (["延期至"], ["2024-4-15", "2024.4.12"], {"extended_to": date(2024, 4, 12)}, None),
        (["延期至"], ["2024-5-20", "2024.12.31"], {"extended_to": date(2024, 12, 31)}, None),  # no law lets it go so far
        (["延期至"], ["2024-4-10", "2204.4.12"], {}, None),  # a slip of the pen moves nothing, and stays a remark
        (["延期至"], ["2024-4-10", "2014.4.12"], {}, None),
        (["延期情况"], ["2024-4-10", "已延期至2024年4月12日"], {"extended_to": date(2024, 4, 12)}, True),
        (["延期情况"], ["2024-4-10", "见附件"], {}, None),
        (["收到补正日期"], ["2024-4-10", "2024-3-15"], {"corrected_on": date(2024, 3, 15)}, True),
        (["收到补正日期"], ["2024-4-10", "2023-3-15"], {}, None),  # before it came: a slip
        (["补正告知日期"], ["2024-4-10", "2024-3-5"], {}, None),  # asked, and nobody knows whether answered
        (
            ["征求第三方意见日期", "第三方答复日期"], ["2024-4-10", "2024-3-11", "2024-3-20"],
            {"paused_on": date(2024, 3, 11), "resumed_on": date(2024, 3, 20)}, True,
        ),
        (["征求意见情况"], ["2024-4-10", "2024.3.11-2024.3.20"], {"paused_on": date(2024, 3, 11), "resumed_on": date(2024, 3, 20)}, True),
        (
            ["征求第三方意见日期", "第三方答复日期"], ["2024-4-11", "2024-3-11", "2024-3-20"],
            {"paused_on": date(2024, 3, 11), "resumed_on": date(2024, 3, 20)}, None,
        ),
        (["征求第三方意见日期", "第三方答复日期"], ["2024-4-10", "2024-3-11", "/"], {}, None),
    ],
)  # fmt: skip
def test_what_a_ledger_tells_of_steps_with_their_days_moves_the_due_date(
    tmp_path: Path, headings: list[str], row: list[str], steps: dict[str, object], in_time: bool | None
) -> None:
    (line,) = list(ledger.read(kept(tmp_path, headings, row), RULES, TODAY))
    assert line.entry is not None, line.problems
    assert line.entry.steps == steps
    made = file_of(acts_of(line.entry, "台账", 2), "1" * 32, "gx-zrzy", "1", RULES, AT, TODAY)
    found = pace(made, RULES)
    assert found is not None
    assert found.in_time is in_time


def test_a_remedy_without_its_day_is_noted_and_costs_no_row(database: Database, tmp_path: Path) -> None:
    path = kept(tmp_path, ["复议/诉讼情况"], ["2024-3-20", "提起复议，维持"], ["2024-3-21", "无"])
    done = loader(database, "gx-suits").load(ledger.read(path, RULES, TODAY), "台账.csv")
    assert (done.loaded, done.bad, done.noted["remedy"]) == (2, [], 1)
    assert any("复议诉讼1件" in one and "没有计入年度报告表四" in one for one in done.remarks)


def test_what_is_said_is_remembered_by_the_unit_and_by_no_other(database: Database, tmp_path: Path) -> None:
    said = ledger.Meanings({"接到日": "received_on", "备注": ""}, {("channel", "来信"): "ordinary_mail"}, {"applicant_category": "natural_person"})
    at = datetime(2026, 11, 24, 1, tzinfo=UTC)
    for meaning in ("ems_signed", "ordinary_mail"):  # said again, it is replaced
        database.write(lambda session, word=meaning: ledger.keep(session, "gx-said", replace(said, words={("channel", "来信"): word}), at))  # type: ignore[misc]
    with database.read() as session:
        assert ledger.meanings_of(session, "gx-said") == said
        assert ledger.meanings_of(session, "gx-other") == ledger.Meanings()


def test_words_are_said_to_the_command_line() -> None:
    words = ledger.read(Path(__file__), RULES, TODAY).words
    said = ledger.said_of(["表头:申请时间=收到日", "表头：备注=不读", "收到渠道:来信=平常信函", "申请人类别=自然人", "办理结果:补正=尚未办结"], words)
    assert said.headings == {"申请时间": "received_on", "备注": ""}
    assert (said.words["outcome", "补正"], said.words["channel", "来信"]) == ("unfinished", "ordinary_mail")
    assert said.for_all == {"applicant_category": "natural_person"}
    for wrong in ("来信", "收到渠道:来信=飞鸽", "表头:申请时间=某栏", "编号:1=2", "办理结果=予以公开"):
        with pytest.raises(ledger.Unsaid):
            ledger.said_of([wrong], words)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a table of spans", f"<table><tr>{'<td rowspan=65000 colspan=6>a</td>' * 40}</tr>{'<tr><td>b</td></tr>' * 60_000}</table>"),
        ("too wide", "<table><tr>" + "<td>a</td>" * 300 + "</tr></table>"),
        ("no table", "<html><body>没有</body></html>"),
        ("another table format", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'),
        ("a page in one file", "MIME-Version: 1.0\nContent-Type: multipart/related\n"),
        ("entities", '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><html><table><tr><td>&b;</td></tr></table></html>'),
    ],
)
def test_a_page_that_is_no_ledger_is_refused(tmp_path: Path, name: str, data: str) -> None:
    (tmp_path / "台账.xls").write_text(data, "utf-8")
    with pytest.raises(ledger.BadLedger, match="。"):
        list(ledger.read(tmp_path / "台账.xls", RULES, TODAY))


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7\n1 0 obj", "PDF文件"), (b"{\\rtf1\\ansi", "RTF文档"), (b"\x89PNG\r\n\x1a\n", "图片"), (b"\xff\xd8\xff\xe0", "图片")],
)
def test_a_table_in_a_pdf_or_a_picture_is_not_looked_for_as_text(tmp_path: Path, data: bytes, kind: str) -> None:
    """A PDF of text alone was a ledger without a heading; a report, too."""
    (tmp_path / "台账.pdf").write_bytes(data)
    with pytest.raises(ledger.BadLedger, match=f"这是{kind}.*再导入"):
        list(ledger.read(tmp_path / "台账.pdf", RULES, TODAY))
    with pytest.raises(NotPublished, match=f"这是{kind}.*再选择"):
        published.read(data)


def test_an_old_workbook_that_is_made_to_unpack_is_refused(tmp_path: Path) -> None:
    wide = xls(("甲", [["编号", *[""] * 254, 1]] * 200, []))
    (tmp_path / "台账.xls").write_bytes(wide)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(old_workbooks, "MOST_CELLS", 10_000)
        patched.delattr("xlrd.book.Book.sheet_by_index")
        with pytest.raises(ledger.BadLedger, match="工作表太大"):
            list(ledger.read(tmp_path / "台账.xls", RULES, TODAY))
    for broken in (wide[:2000], wide[:600] + b"\xff" * 3000, wide[:8] + bytes(4000)):
        (tmp_path / "台账.xls").write_bytes(broken)
        with pytest.raises(ledger.BadLedger, match="不能读取"):
            list(ledger.read(tmp_path / "台账.xls", RULES, TODAY))
