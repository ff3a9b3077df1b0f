"""Published annual reports: read from every file they stand in, checked, summed with the rest, compared with the files."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from db import exports, published, report_parts, reports
from db.engine import Database
from letters import report_word
from letters.reports import html
from tests.letters.reports import annual as facts
from tests.reports.test_counting import RULES, kept
from workflow import statistics as s
from workflow.acts import Officer
from workflow.annual import Parts
from workflow.published import NotPublished, Published, years_told

NEXT = count(1)
TOLD = json.loads((Path(__file__).parent.parent / "cases" / "annual_report_suqian_2023.json").read_text("utf-8"))["reports"][0]
TABLE3: s.Table = TOLD["table3"]
TABLE4: s.Table = dict(zip(s.REMEDIES.values(), TOLD["table4"].values(), strict=True))
AT = datetime(2026, 11, 28, tzinfo=UTC)


def lines() -> list[list[Any]]:
    """The layout by hand: labels in three columns, seven numbers; then table 4."""
    rows: list[list[Any]] = [["2024年年度报告"], ["（本列数据的勾稽关系）", "", "", "自然人", "商业企业", "", "", "", "", "总计"]]
    rows += [["", "", label, *TABLE3[row]] for row, label in s.ROW_LABELS.items()]
    return [*rows, ["行政复议", "", "", "", "", "行政诉讼"], [number for numbers in TABLE4.values() for number in numbers]]


def as_xlsx(rows: list[list[Any]]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def as_docx(rows: list[list[Any]]) -> bytes:
    def cell(value: Any) -> str:
        return f"<w:tc><w:p><w:r><w:t>{escape(str(value))}</w:t></w:r></w:p></w:tc>"

    table = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl>{table}</w:tbl></w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return file.getvalue()


def as_word(table: str, before: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr("word/document.xml", f'{before}<w:document xmlns:w="{name}"><w:body>{table}</w:body></w:document>')
    return file.getvalue()


def as_text(rows: list[list[Any]]) -> bytes:
    return "\n".join("\t".join(map(str, row)) for row in rows).encode()


@pytest.mark.parametrize("form", [as_xlsx, as_docx, as_text])
def test_the_published_layout_is_read_from_every_file(form: Any) -> None:
    told = published.read(form(lines()))
    assert (told.table3, told.table4) == (TABLE3, TABLE4)
    assert told.broken == []


def test_what_this_program_gives_out_is_read_again(tmp_path: Path) -> None:
    """Its web page, and its workbook."""
    assert published.read(html("annual", facts()).encode()).table3 == TABLE3
    figures = reports.Figures(TABLE3, TABLE4, reports.Fees())
    found = reports.Annual(2023, [reports.Unit("样例", figures, None)], [0] * 7)
    exports.annual_xlsx(tmp_path / "报告.xlsx", found, "样例")
    told = published.read((tmp_path / "报告.xlsx").read_bytes())
    assert (told.table3, told.table4) == (TABLE3, TABLE4)


def test_a_sum_that_does_not_hold_is_named_with_both_sides() -> None:
    rows = lines()
    rows[-1][4] += 1
    rows[2][-1] = 61
    broken = published.read(as_text(rows)).broken
    assert {one.id for one in broken} == {"balance", "columns", "remedies"}
    remedies = next(one for one in broken if one.id == "remedies")
    assert (remedies.left, remedies.right) == (TABLE4["行政复议"][-1] + 1, TABLE4["行政复议"][-1])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows.pop(5), "应当有25行"),
        (lambda rows: rows[5].__setitem__(-1, ""), "空着的格请填0"),
        (lambda rows: rows.pop(), "表四应当有一行15个数字"),
        (lambda rows: rows.insert(4, rows.pop(7)), "请核对各行的顺序和名称"),
        (lambda rows: rows.clear(), "表四"),
        (lambda rows: rows.extend([["样例"]] * 6000), "行太多"),
    ],
)
def test_what_is_no_published_report_is_refused_with_why(change: Any, told: str) -> None:
    rows = lines()
    change(rows)
    with pytest.raises(NotPublished, match=told):
        published.read(as_text(rows) or b" ")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 word/document.xml broken", b"\x00\x01\x02", "网页".encode("utf-16"), as_xlsx([["别的"]]), as_docx([["别的"]]), b"%PDF-1.7"]
)
def test_a_file_that_is_something_else_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotPublished, match=r"[。，]"):
        published.read(data)


def test_no_entity_of_a_document_is_taken_apart() -> None:
    body = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", body)
    with pytest.raises(NotPublished):
        published.read(file.getvalue())


def test_tables_of_units_outside_are_summed_with_the_rest_and_told_by_name(database: Database) -> None:
    county, unit = f"o{next(NEXT)}", f"o{next(NEXT)}"
    asked = {"kind": "registration", "channel": "in_person", "received_on": date(2024, 3, 1), "applicant": {"name": "样例"}, "wanted": "样例"}
    kept(database, unit, [[asked]])
    officer = Officer(id="x", username="x", name="样例", role="analyst", agency=county)
    told = Published(TABLE3, TABLE4)

    def annual(*scope: str, year: int = 2024) -> reports.Annual:
        with database.read() as session:
            return reports.annual(session, scope, year, RULES)

    alone = annual(county, unit).figures
    for _ in range(2):  # again: in the place of the first
        database.write(lambda session: published.keep(session, officer, 2024, "系统外单位", told, AT))
    both = annual(county, unit)
    assert [name for name, _ in both.outside] == ["系统外单位"]
    assert all(both.figures.table3[row][at] == alone.table3[row][at] + TABLE3[row][at] for row in s.ROWS for at in range(7))
    assert both.figures.table4["行政复议"] == [one + other for one, other in zip(alone.table4["行政复议"], TABLE4["行政复议"], strict=True)]
    assert both.now.table3 == both.figures.table3
    assert not annual(unit).outside and not annual(county).outside, "of one unit alone nothing else is told"
    assert annual(county, unit, year=2025).last_year[-1] == alone.table3[s.FORWARD][-1] + TABLE3[s.FORWARD][-1]
    with database.read() as session:
        ((row, _),) = published.kept(session, [county], 2024)
    assert not database.write(lambda session: published.drop(session, unit, row.id)), "another unit's is not taken away"
    assert database.write(lambda session: published.drop(session, county, row.id))
    assert annual(county, unit).figures == alone


def test_what_a_report_says_otherwise_than_the_files_is_told_cell_by_cell() -> None:
    changed = {row: list(numbers) for row, numbers in TABLE3.items()}
    changed["一"][0] += 2
    found = reports.differences(reports.Figures(changed, TABLE4, reports.Fees()), reports.Figures(TABLE3, TABLE4, reports.Fees()))
    assert [(one.row, one.column, one.frozen - one.now) for one in found] == [("一", "自然人", 2)]


def test_a_word_within_many_tables_is_of_the_innermost_cell_alone() -> None:
    """Sixty tables one within the other: what lies in the last is read once, not sixty times."""
    deep = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p><w:r><w:t>样例</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 60
    assert published._of_word(as_word(deep)) == [["样例"], *([[""]] * 59)]


@pytest.mark.parametrize("file", [
    as_word("<w:tbl>" + "<w:tr/>" * 6_000 + "</w:tbl>"), as_word("<w:tbl><w:tr>" + "<w:tc/>" * 300 + "</w:tr></w:tbl>"),
    as_word("<w:tbl/>", '<!DOCTYPE x [<!ENTITY a "b">]>'), ("," * 400 + "\n").encode() * 3, b"<table>" + b"<tr><td>1" * 6_000,
])  # fmt: skip
def test_what_is_like_no_report_is_refused_before_it_is_read(file: bytes) -> None:
    with pytest.raises(NotPublished):
        published.read(file)


# ------------------------------------------------------------------ table 2


TABLE2 = {"rules_made": "0", "rules_ended": "0", "rules_valid": "3", "norms_made": "6", "norms_ended": "2", "norms_valid": "41",
          "licences": "1320", "penalties": "86", "coercion": "3", "charges": "125.36"}  # fmt: skip


def second() -> list[list[Any]]:
    """Table 2 as it is published, by hand."""
    return [
        ["第二十条第（一）项"], ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", 0, 0, 3], ["行政规范性文件", 6, 2, 41],
        ["第二十条第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", 1320, "", ""], ["第二十条第（六）项"],
        ["信息内容", "本年处理决定数量"], ["行政处罚", "86", "", ""], ["行政强制", 3], ["第二十条第（八）项"],
        ["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", 125.36],
    ]  # fmt: skip


@pytest.mark.parametrize("form", [as_xlsx, as_docx, as_text])
@pytest.mark.parametrize("alone", [True, False])
def test_table_2_is_read_from_every_file_alone_or_within_the_whole_report(form: Any, alone: bool) -> None:
    told = published.told_by(form(second() if alone else [*second(), *lines()]))
    assert told.table2 == TABLE2
    if not alone:
        assert (told.published.table2, told.published.table3) == (TABLE2, TABLE3)


@pytest.mark.parametrize("form", ["html", "docx"])
def test_table_2_that_this_program_gives_out_is_read_again(form: str) -> None:
    data = html("annual", facts()).encode() if form == "html" else report_word.docx("annual", facts())
    told = published.told_by(data)
    assert (told.table2["norms_valid"], told.table2["licences"], told.table2["charges"]) == ("41", "1320", "125.36")
    assert told.years == {2026}, "the title stands outside of the tables"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[2].__setitem__(1, ""), "“规章”应当有3个数字"), (lambda rows: rows[6].__setitem__(1, "约1300"), "“行政许可”应当有1个数字"),
        (lambda rows: rows.pop(9), "没有找到表二的“行政处罚”"), (lambda rows: rows.append(["规章", 1, 1, 1]), "有两行"),
        (lambda rows: rows[13].__setitem__(1, "1253600元"), "以万元为单位"), (lambda rows: rows[10].__setitem__(1, "3.5"), "0或者正整数"),
        (lambda rows: rows.clear(), "没有找到表二"),
    ],
)  # fmt: skip
def test_what_is_no_table_2_is_refused_with_why(change: Any, told: str) -> None:
    rows = second()
    change(rows)
    with pytest.raises(NotPublished, match=told):
        _ = published.told_by(as_text([["样例"], *rows])).table2
    assert published.told_by(as_text([*rows, *lines()])).published.table3 == TABLE3, "tables 3 and 4 are read all the same"


@pytest.mark.parametrize(
    ("said", "years"),
    [("2024年政府信息公开工作年度报告", {2024}), ("２０２４ 年度政府信息公开\n年度报告", {2024}), ("2024年年度报告", set()), ("比2023年增加", set())],
)
def test_the_year_that_a_report_says_it_is_of(said: str, years: set[int]) -> None:
    assert years_told(said) == years


def test_many_long_paragraphs_are_read_in_a_moment_and_bounded() -> None:
    told = published._of_word(as_word("<w:p>" + "<w:r><w:t>样例</w:t></w:r>" * 100_000 + "</w:p>"))
    assert len(told) == 1 and len(told[0][0]) <= 1_001
    with pytest.raises(NotPublished, match="行太多"):
        published._of_word(as_word("<w:p/>" * 6_000))


def test_two_who_keep_the_same_at_once_leave_one_and_nobody_is_turned_away(database: Database) -> None:
    agency = f"o{next(NEXT)}"
    officer = Officer(id="x", username="x", name="样例", role="analyst", agency=agency)

    def both(n: int) -> None:
        database.write(lambda session: published.keep(session, officer, 2024, "样例镇", Published(TABLE3, TABLE4), AT))
        database.write(lambda session: report_parts.keep(session, officer, 2024, Parts({"licences": str(n)}), AT))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(16)))
    with database.read() as session:
        assert [row.name for row, _ in published.kept(session, [agency], 2024)] == ["样例镇"]
        assert report_parts.parts_of(session, [agency], 2024)[agency][1].table2["licences"] in {str(n) for n in range(16)}
