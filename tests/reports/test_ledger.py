"""Reading ledgers as offices keep them: what is understood, and what is told of each bad line."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import select

from db import ledger, store
from db import tables as t
from db.engine import Database
from db.ledger import sheets, web_tables, workbooks
from db.verify import verify
from letters.fontset import unprintable
from tests.conftest import RING
from workflow.law import load_rules

RULES = load_rules()
TODAY = date(2026, 11, 24)
HEADING = [
    "编号",
    "收到日期",
    "收到渠道",
    "申请人类别",
    "申请人",
    "所申请的信息",
    "主题",
    "办理结果",
    "答复日期",
]
GOOD = [
    "1",
    "2026-3-2",
    "当面提交",
    "自然人",
    "样例甲",
    "征收补偿方案",
    "征地拆迁",
    "予以公开",
    "2026年3月20日",
]


def row(**changes: Any) -> list[Any]:
    names = (
        "number",
        "received_on",
        "channel",
        "category",
        "name",
        "wanted",
        "topic",
        "outcome",
        "replied_on",
    )
    return [changes.get(name, value) for name, value in zip(names, GOOD, strict=True)]


def as_csv(folder: Path, *rows: list[Any], encoding: str = "utf-8-sig") -> Path:
    path = folder / "台账.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def as_xlsx(folder: Path, *rows: list[Any], merge: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for one in rows:
        book.active.append(one)
    for cells in merge:
        book.active.merge_cells(cells)
    book.save(folder / "台账.xlsx")
    return folder / "台账.xlsx"


def lines(path: Path) -> list[ledger.Line]:
    return list(ledger.read(path, RULES, TODAY))


def why(path: Path) -> str:
    """The reasons of the only line."""
    (line,) = lines(path)
    assert line.entry is None
    return "；".join(line.problems)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-3-2", date(2026, 3, 2)),  # a Monday
        ("2026.3.2", date(2026, 3, 2)),
        ("2026/03/02", date(2026, 3, 2)),
        ("2026年3月2日", date(2026, 3, 2)),
        ("２０２６年３月２日", date(2026, 3, 2)),
        ("2026、3、2", date(2026, 3, 2)),
        ("2026 3 2", date(2026, 3, 2)),
        ("2026.3.2.", date(2026, 3, 2)),
        ("二〇二六年三月二日", date(2026, 3, 2)),
        ("二○二五年十二月三十一日", date(2025, 12, 31)),
        ("20260302", date(2026, 3, 2)),
        ("2026-3-2 10:30", date(2026, 3, 2)),
        ("26.3.2", date(2026, 3, 2)),
        ("26年3月2日", date(2026, 3, 2)),
        ("2026年3月2日上午", date(2026, 3, 2)),
        ("2026年3月2日下午3时30分", date(2026, 3, 2)),
        ("2026-3-2（EMS签收）", date(2026, 3, 2)),
        ("2026.3.2收到", date(2026, 3, 2)),
        ("2026年3月2日（星期一）", date(2026, 3, 2)),
        ("二〇二六年三月二日上午", date(2026, 3, 2)),
        (46083, date(2026, 3, 2)),
        ("46083", date(2026, 3, 2)),
        (46083.5, date(2026, 3, 2)),
        (datetime(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_dates_as_people_type_them(typed: Any, day: date) -> None:
    assert ledger.read_date(typed) == day


@pytest.mark.parametrize(
    "typed", ["2026-2-30", "昨天", "3/2/26", "12-3-24", "3.2", "2024年3月", "2024-3-2（3月5日签收）", "2024-3-2（3月1日寄出）", "2024-3-2前",
     1, 0, "1900-1-1", datetime(1900, 1, 1), "2026-13-1", "2026"]
)
def test_what_is_no_date_is_told(typed: Any) -> None:
    with pytest.raises(ValueError, match=r"日期|没有这一天|不可能|哪一天"):
        ledger.read_date(typed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_ledger_in_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    (line,) = lines(as_csv(tmp_path, HEADING, GOOD, encoding=encoding))
    assert line.entry is not None
    assert (line.line, line.entry.channel, line.entry.outcome, line.entry.topic) == (
        2,
        "in_person",
        "disclosed",
        "land",
    )


def test_english_headings_any_order_titles_above_and_empty_lines(tmp_path: Path) -> None:
    names = [
        "wanted",
        "number",
        "received_on",
        "channel",
        "applicant_category",
        "applicant_name",
        "topic",
        "outcome",
        "replied_on",
    ]
    values = ["方案", "7", "2026-03-02", "online", "natural_person", "样例", "", "", ""]
    (line,) = lines(as_csv(tmp_path, ["某县依申请公开台账"], [], names, [], values, ["", ""]))
    assert line.line == 5
    assert line.entry is not None
    assert line.entry.outcome is None


def test_a_workbook_with_excel_dates_and_a_merged_title_is_read(tmp_path: Path) -> None:
    path = as_xlsx(
        tmp_path,
        ["台账", *[None] * 8],
        HEADING,
        row(received_on=datetime(2026, 3, 2), number=12.0, replied_on=46100),
        merge=("A1:I1",),
    )
    (line,) = lines(path)
    assert line.entry is not None
    assert (line.entry.number, line.entry.received_on, line.entry.replied_on) == (
        "12",
        date(2026, 3, 2),
        date(2026, 3, 19),
    )


def test_two_heading_rows_complete_each_other(tmp_path: Path) -> None:
    first = ["编号", "收到日期", "收到渠道", "申请人情况", "", "所申请的信息", "主题", "答复", ""]
    second = ["", "", "", "类别", "姓名", "", "", "办理结果", "答复日期"]
    (line,) = lines(as_csv(tmp_path, first, second, GOOD))
    assert line.entry is not None
    assert line.entry.outcome == "disclosed"


def test_a_running_number_is_not_taken_for_the_registration_number(tmp_path: Path) -> None:
    (line,) = lines(as_csv(tmp_path, ["序号", *HEADING], ["9", *GOOD]))
    assert line.entry is not None
    assert line.entry.number == "1"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (row(outcome="不了了之"), "办理结果”不认识"),
        (row(channel="飞鸽"), "收到渠道”不认识"),
        (row(category="外星人"), "申请人类别”不认识"),
        (row(received_on="1900-1-0"), "收到日”没有这一天"),
        (row(received_on="1"), "1900年"),
        (row(replied_on="2026-2-1"), "早于收到日"),
        (row(replied_on=""), "答复日期”没有填写"),
        (row(outcome=""), "办理结果”没有填写"),
        (row(name=""), "申请人”没有填写"),
        (row(number="=ROW()"), "公式"),
        ([*GOOD, "多余"], "第10列没有表头"),
        (["", *GOOD[:-1]], "可能串列"),
        (HEADING, "又是表头"),
    ],
)
def test_a_bad_line_gets_its_reason(tmp_path: Path, bad: list[Any], says: str) -> None:
    assert says in why(as_csv(tmp_path, HEADING, bad))


def test_columns_with_a_heading_of_their_own_are_left_alone(tmp_path: Path) -> None:
    """备注, 附件: the office's own columns; a cell past the last heading still is a shifted line."""
    good, shifted = lines(as_csv(tmp_path, [*HEADING, "备注"], [*GOOD, "已电话联系"], [*row(number="2"), "", "多余"]))
    assert good.entry is not None
    assert shifted.problems == ("第11列没有表头，这一行可能串列",)


def test_a_result_that_names_only_its_group_is_told_its_kinds(tmp_path: Path) -> None:
    assert "“保护第三方合法权益”" in why(as_csv(tmp_path, HEADING, row(outcome="不予公开")))
    (line,) = lines(as_csv(tmp_path, HEADING, row(outcome="予以公开（电子版）")))
    assert line.entry is not None


def test_a_topic_of_the_office_own_words_is_kept_as_a_remark(database: Database, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, row(number="主题1", topic="老旧小区"))
    assert loader(database, "gx-topic").load(lines_of(path), path.name).loaded == 1
    with database.read() as session:
        docket = t.table_of(t.Docket)
        found = session.execute(select(docket.c.case_id).where(docket.c.agency == "gx-topic")).scalar_one()
        case = store.load(session, found)
    assert case is not None
    assert case.topic is None
    assert "原主题“老旧小区”" in (case.registration.remark or "")


def test_a_stray_format_in_the_last_cell_is_not_a_million_rows(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, HEADING, GOOD)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "wide.xlsx", "w") as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename.endswith("sheet1.xml"):
                data = re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1:XFD1048576"', data)
            new.writestr(one, data)
    assert [len(list(one.rows)) for one in sheets.sheets_of(tmp_path / "wide.xlsx")] == [2]
    (line,) = lines(tmp_path / "wide.xlsx")
    assert line.entry is not None


def test_formulas_and_merged_cells_of_a_workbook_are_told(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, HEADING, row(number="=A1"), GOOD, row(number="3"), merge=("F3:G3",))
    assert [line.problems for line in lines(path)] == [
        ("第1列是没有算出结果的公式，请先“选择性粘贴”为数值",),
        ("第6至7列合并成了一格，请取消合并并分别填写",),
        (),
    ]


def test_a_formula_or_a_merged_cell_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    """序号 that counts by itself, 备注 merged over several lines."""
    path = as_xlsx(
        tmp_path, ["序号", *HEADING, "备注"], ["=ROW()-1", *GOOD, "同批"], ["=ROW()-1", *row(number="2")], merge=("K2:K3",)
    )
    assert [line.problems for line in lines(path)] == [(), ()]


def refused(path: Path) -> str:
    with pytest.raises(ledger.BadLedger) as caught:
        lines(path)
    return str(caught.value)


def test_a_file_that_is_no_ledger_is_refused_whole(tmp_path: Path) -> None:
    assert "没有找到表头" in refused(as_csv(tmp_path, ["a", "b"], ["1", "2"]))
    assert "空的" in refused(as_csv(tmp_path))
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert "200MB" in refused(big)
    for name, data in (
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("broken.xlsx", b"PK\x03\x04broken"),
        ("x.csv", b"\x00\x01\x02"),
    ):
        (tmp_path / name).write_bytes(data)
        assert "。" in refused(tmp_path / name)


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'


def crafted(folder: Path, rows: str, after: str = "", level: int = 9) -> Path:
    """A workbook whose only sheet says this."""
    target = zipfile.ZipFile(folder / "crafted.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=level)
    with zipfile.ZipFile(as_xlsx(folder, HEADING, GOOD)) as old, target as new:
        for one in old.infolist():
            data = SHEET.format(rows, after).encode() if one.filename.endswith("sheet1.xml") else old.read(one)
            new.writestr(one.filename, data)
    return folder / "crafted.xlsx"


def cell(place: str, value: int = 1) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


MERGES = "<mergeCells>" + "".join(f'<mergeCell ref="A1:XFD{1_048_576 - n}"/>' for n in range(3000)) + "</mergeCells>"
MADE_TO_UNPACK = {
    "one cell far to the right on each of many lines": ("".join(f'<row r="{n}">{cell(f"XFD{n}")}</row>' for n in range(1, 20_000)), ""),
    "one cell on the last line of all": (f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("A1048576")}</row>', ""),
    "merged over and over": ("".join(f'<row r="{n}">{cell(f"A{n}")}</row>' for n in range(1, 5000)), MERGES),
    "the same line again and again": (f'<row r="1">{cell("A1")}</row>' * 100_000, ""),
    "many cells without a place": ("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>", ""),
}


@pytest.mark.parametrize("made", MADE_TO_UNPACK)
def test_a_small_workbook_that_is_made_to_unpack_is_refused_before_its_rows_are_read(
    tmp_path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """7 KB took a minute."""
    monkeypatch.delattr("openpyxl.worksheet._read_only.ReadOnlyWorksheet.iter_rows")
    path = crafted(tmp_path, *MADE_TO_UNPACK[made])
    assert path.stat().st_size < 300_000
    assert "没有读取" in refused(path)


def test_a_sheet_that_is_named_many_times_is_not_read_many_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", n)}</row>' for n in range(1, 60_000))
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    path, many = crafted(tmp_path, rows), "".join(f'<sheet xmlns:r="{relations}" name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 150))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "many.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one.filename, re.sub(rb"<sheets>.*</sheets>", b"<sheets>" + many.encode() + b"</sheets>", data))
    monkeypatch.delattr("openpyxl.load_workbook")
    assert "没有读取" in refused(tmp_path / "many.xlsx")


def test_formats_that_stray_to_the_end_of_a_sheet_are_no_lines(tmp_path: Path) -> None:
    """Offices format whole columns: such a ledger is read as far as something stands in it."""
    with zipfile.ZipFile(as_xlsx(tmp_path, HEADING, GOOD)) as old, zipfile.ZipFile(tmp_path / "stray.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename.endswith("sheet1.xml"):
                stray = '<row r="900"><c r="XFD900" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'
                data = data.replace(b"</sheetData>", stray.encode())
            new.writestr(one.filename, data)
    (line,) = lines(tmp_path / "stray.xlsx")
    assert line.entry is not None


def test_a_csv_of_one_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(b"," * 8_000_000)
    assert "有一行太长" in refused(path)


def lines_of(path: Path) -> Iterator[ledger.Line]:
    return ledger.read(path, RULES, TODAY)


def loader(database: Database, agency: str = "gx-zrzy", name: str = "甲局", *others: str) -> ledger.Loader:
    at = datetime(2026, 11, 24, 1, tzinfo=UTC)
    return ledger.Loader(
        database, RULES, store.Keys(b"k" * 32), agency, name, f"{agency}〔{{}}〕{{}}号".format, at, TODAY, others
    )


def test_dry_run_whole_and_part(database: Database, tmp_path: Path) -> None:
    path = as_csv(
        tmp_path,
        HEADING,
        row(number="部分1"),
        row(number="部分2", outcome="?"),
        row(number="部分3", received_on="2026-12-30", outcome="", replied_on=""),
    )

    def load(**options: bool) -> tuple[int, int, list[int]]:
        done = loader(database).load(ledger.read(path, RULES, TODAY), path.name, **options)
        return done.loaded, done.already, [line.line for line in done.bad]

    assert load(dry_run=True) == (1, 0, [3, 4])
    assert load(whole=True) == (0, 0, [3, 4])
    assert load() == (1, 0, [3, 4])
    assert load() == (0, 1, [3, 4])


def test_a_line_with_what_no_font_prints_is_told_and_nothing_is_taken_out(database: Database, tmp_path: Path) -> None:
    """Without this the file could never be archived: its 卷内目录 names the applicant."""
    odd = ("王😀", "钱\u0e44", "周⿰", "冯\u0301\u0302", "郑\ufeff")
    rows = [row(number=f"印{n}", name=who) for n, who in enumerate((*odd, "吴样例"))]
    path = as_csv(tmp_path, HEADING, *rows)
    by = replace(loader(database, "gx-unprinted"), unprintable=unprintable)
    done = by.load(lines_of(path), path.name)
    assert done.loaded == 1
    assert [line.line for line in done.bad] == [2, 3, 4, 5, 6]
    assert all("“申请人”第" in "".join(line.problems) for line in done.bad)


def test_a_ledger_that_breaks_off_says_what_was_loaded(database: Database, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, *(row(number=f"断{n}") for n in range(600)))
    with path.open("a", encoding="utf-8") as stream:
        stream.write('"' + "长" * 200_000)
    with pytest.raises(ledger.BadLedger, match="前面的500件已经导入"):
        loader(database, "gx-broken").load(lines_of(path), path.name)


def test_two_units_may_use_the_same_number_and_own_numbers_are_not_given_again(
    database: Database, tmp_path: Path
) -> None:
    path = as_csv(tmp_path, HEADING, row(number="gx-own〔2026〕40号"), row(number="同号"))
    for agency, name in (("gx-own", "乙局"), ("gx-other", "丙局")):
        assert loader(database, agency, name).load(ledger.read(path, RULES, TODAY), path.name).loaded == 2
        assert loader(database, agency, name).load(ledger.read(path, RULES, TODAY), path.name).already == 2

    def next_one(session: Any) -> int:
        return store.next_number(session, "gx-own", 2026, "case")

    class Rolled(Exception):
        pass

    def peek(session: Any) -> None:
        assert next_one(session) > 40
        raise Rolled

    with pytest.raises(Rolled):
        database.write(peek)


def test_what_was_exported_is_not_loaded_twice_and_not_into_another_unit(database: Database, tmp_path: Path) -> None:
    """The county's exported ledger holds every unit's lines, with an apostrophe where a text looked like a formula."""
    path = as_csv(
        tmp_path, [*HEADING, "单位", "状态"], [*row(number="回1", wanted="'=1+1"), "甲局", "已答复"], [*row(number="回2"), "乙局", "已答复"]
    )
    done = loader(database, "gx-back", "甲局", "乙局", "丙局").load(lines_of(path), path.name)
    assert (done.loaded, [line.line for line in done.bad]) == (1, [3])
    assert "乙局" in done.bad[0].problems[0]
    with database.read() as session:
        docket = t.table_of(t.Docket)
        assert session.execute(select(docket.c.wanted_masked).where(docket.c.agency == "gx-back")).scalar_one() == "=1+1"
    assert loader(database, "gx-back", "甲局", "乙局").load(lines_of(path), path.name).already == 1


def test_an_imported_database_verifies(database: Database, tmp_path: Path) -> None:
    from db.files import Files
    from db.stores import Folder

    with database.read() as session:
        faults = verify(session, Files(Folder(tmp_path / "files"), RING), RULES, store.Keys(b"k" * 32))
        assert [one for one in faults if "密钥" not in one] == [], "no office was opened here"


def test_what_is_larger_than_any_ledger_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More lines, different texts, or cells of a page than a ledger has: with a sentence, and without reading them."""
    many = [row(number=f"{n}", wanted=f"第{n}号方案") for n in range(40)]
    book = as_xlsx(tmp_path, HEADING, *many)
    text = as_csv(tmp_path, HEADING, *many)
    page = tmp_path / "台账.xls"
    page.write_text(f"<table>{'<tr><td>a</td><TD>b</TD></tr>' * 30}</table>", "utf-8")
    strings = tmp_path / "字串.xlsx"
    sheet = xlsxwriter.Workbook(str(strings))
    sheet.add_worksheet().write_column(0, 0, [f"第{n}号" for n in range(40)])
    sheet.close()
    monkeypatch.setattr(sheets, "MOST_LINES", 15)
    monkeypatch.setattr(workbooks, "MOST_LINES", 30)
    monkeypatch.setattr(workbooks, "MOST_STRINGS", 30)
    monkeypatch.setattr(web_tables, "MOST_CELLS", 50)
    for path, why in ((book, "工作表超过"), (text, "文件超过"), (page, "太大"), (strings, "解开后太大")):
        with pytest.raises(ledger.BadLedger, match=why):
            lines(path)
