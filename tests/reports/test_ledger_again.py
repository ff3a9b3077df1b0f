"""The same ledger again, another year's, several sheets, two imports at once: nothing twice, nothing dropped without a line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from sqlalchemy import select

from db import ledger, store
from db import tables as t
from db.engine import Database
from db.ledger.filing import acts_of, file_of
from db.verify import verify
from tests.conftest import PATIENCE, RING
from tests.reports.test_ledger import GOOD, HEADING, RULES, TODAY, as_csv, lines_of, loader, row
from workflow.acts import Officer, parse
from workflow.admission import admit
from workflow.case import Case

NEXT = count(1)


@pytest.fixture
def agency() -> str:
    """A unit of the test's own."""
    return f"gx-again{next(NEXT)}"


def imported(database: Database, agency: str, path: Path, name: str = "甲局", **options: Any) -> ledger.Loaded:
    done = loader(database, agency, name).load(lines_of(path), path.name, **options)
    assert done.read == done.loaded + len(done.seen) + len(done.bad) + len(done.left), "every line has its end"
    return done


def numbers(database: Database, agency: str) -> list[str]:
    table = t.table_of(t.CaseFile)
    with database.read() as session:
        return list(session.execute(select(table.c.number).where(table.c.agency == agency).order_by(table.c.number)).scalars())


def told(lines: list[ledger.Line]) -> list[str]:
    return [f"{line.where}：{'；'.join(line.problems)}" for line in lines]


def year(folder: Path, of: int, *changes: dict[str, Any]) -> Path:
    """A ledger of one year, numbered from 1."""
    rows = [
        row(number=str(n), received_on=f"{of}-3-{n}", replied_on=f"{of}-3-2{n}", name=f"样例{n}", wanted=f"第{n}号方案", **more)
        for n, more in enumerate(changes or ({}, {}, {}), 1)
    ]
    (folder / str(of)).mkdir(exist_ok=True)
    return as_csv(folder / str(of), HEADING, *rows)


def test_every_year_may_begin_with_1(database: Database, agency: str, tmp_path: Path) -> None:
    for of in (2023, 2024):
        assert imported(database, agency, year(tmp_path, of)).loaded == 3
    assert sum(one.endswith("2024年）") for one in numbers(database, agency)) == 3, "the number says which year's"
    again = imported(database, agency, year(tmp_path, 2024))
    assert (again.loaded, again.already) == (0, 3)
    assert told(again.seen)[0].startswith("第2行：以前已导入，案卷编号1")
    assert "2024年" in told(again.seen)[0]
    assert len(numbers(database, agency)) == 6


def test_a_line_that_was_finished_meanwhile_is_left_to_its_file(database: Database, agency: str, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, row(outcome="", replied_on="", number="变1"))
    assert imported(database, agency, path).loaded == 1
    done = imported(database, agency, as_csv(tmp_path, HEADING, row(number="变1")))
    assert (done.loaded, done.already, done.bad) == (0, 0, [])
    (line,) = told(done.left)
    assert "案卷编号变1" in line
    assert "“办理结果”、“答复日期”不同" in line


def test_blanks_and_widths_do_not_make_another_request(database: Database, agency: str, tmp_path: Path) -> None:
    assert imported(database, agency, as_csv(tmp_path, HEADING, row(number="宽1", name="张 样例"))).loaded == 1
    again = as_csv(tmp_path, HEADING, row(number="宽１", name="张样例", received_on="2026年3月2日", channel="当面"))
    assert imported(database, agency, again).already == 1


def test_the_same_line_twice_is_loaded_once_and_said(database: Database, agency: str, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, GOOD, row(number="2"), GOOD)
    for _ in range(2):
        done = imported(database, agency, path)
        assert told(done.left) == ["第4行：与第2行完全相同，只导入一次；确是另一件的，请改用不同的编号再导入"]
    assert (done.loaded, done.already) == (0, 2)


def test_one_number_and_day_for_two_lines_is_not_decided_here(database: Database, agency: str, tmp_path: Path) -> None:
    """One applicant, several matters under one number; or a slip of the pen: only the office knows."""
    path = as_csv(tmp_path, HEADING, GOOD, row(wanted="另一份方案"), row(name="样例乙", wanted="别的事"), row(received_on="2026-3-3"))
    done = imported(database, agency, path)
    assert done.loaded == 3, "another person's, another day's are certain"
    (line,) = told(done.left)
    assert line.startswith("第3行：与第2行编号、收到日相同，“所申请的信息”不同")


def test_what_was_registered_here_is_not_imported(database: Database, agency: str, tmp_path: Path) -> None:
    number = registered(database, agency)
    path = as_csv(tmp_path, HEADING, row(number=number, received_on="2026-11-02", replied_on="2026-11-20"), row(number=number))
    done = imported(database, agency, path)
    assert (done.loaded, done.already, len(done.left)) == (0, 1, 1)
    assert "本系统已有这件案卷" in told(done.seen)[0]
    assert "收到日不同（案卷为2026-11-02）" in told(done.left)[0]


def registered(database: Database, agency: str) -> str:
    act = parse({"kind": "registration", "channel": "in_person", "received_on": "2026-11-02", "applicant": {"name": "样例"}, "wanted": "方案"})
    officer = Officer(id="1", username="intake", name="样例", role="intake", agency=agency)
    number = f"{agency}〔2026〕1号"
    case = admit(Case(str(uuid4()), agency, number), act, officer, datetime(2026, 11, 2, 1, tzinfo=UTC), RULES, TODAY)

    def work(session: Any) -> None:
        serial = store.next_number(session, agency, 2026, "case")
        store.create_case(session, case, year=2026, serial=serial)
        store.append(session, case.id, case.acts[-1])
        store.write_docket(session, case, RULES, store.Keys(b"k" * 32))

    database.write(work)
    return number


def test_what_an_earlier_version_imported_is_recognised(database: Database, agency: str, tmp_path: Path) -> None:
    """It gave its files ids by chance and told them by their number; what they were is written in their acts."""
    rows = [row(number="早1", topic="老旧小区"), row(number="早2", outcome="", replied_on="")]
    remedy = ["行政复议", "2026-4-1", "维持", "2026-5-8"]
    path = as_csv(tmp_path, [*HEADING, "救济", "提起日期", "复议诉讼结果", "审结日期"], [*rows[0], *remedy], rows[1])
    at, files = datetime(2026, 6, 1, tzinfo=UTC), []
    for serial, line in enumerate(lines_of(path), 1):
        assert line.entry is not None
        acts = acts_of(line.entry, "旧台账.csv", line.line)
        files.append((file_of(acts, str(uuid4()), agency, f"{line.entry.number}（甲局）", RULES, at, TODAY), 2026, serial))
    database.write(lambda session: store.take_numbers(session, agency, 2026, "case", len(files)))
    database.write(lambda session: store.add_files(session, files, RULES, store.Keys(b"k" * 32)))
    done = imported(database, agency, path)
    assert (done.loaded, done.already, done.bad, done.left) == (0, 2, [], [])


def test_a_number_that_no_file_can_have_is_told(database: Database, agency: str, tmp_path: Path) -> None:
    done = imported(database, agency, as_csv(tmp_path, HEADING, row(number="长" * 61), row(number="长" * 60)))
    assert (done.loaded, told(done.bad)) == (1, ["第2行：“编号”太长，最多60个字，请缩短"])


def test_all_or_nothing_holds_the_good_lines_back_and_says_so(database: Database, agency: str, tmp_path: Path) -> None:
    done = imported(database, agency, as_csv(tmp_path, HEADING, row(number="好"), row(number="坏", outcome="?")), whole=True)
    assert (done.loaded, [line.line for line in done.bad], told(done.left)) == (0, [3], ["第2行：有别的行没有导入，按要求一行也不导入"])
    assert done.sums("已导入") == "共读2行：已导入0件，以前已导入0件，不合要求1行，暂不导入1行"


# ------------------------------------------------------------------ sheets


def workbook(folder: Path, **sheets: list[list[Any]]) -> tuple[openpyxl.Workbook, Path]:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for one in rows:
            sheet.append(one)
    return book, folder / "台账.xlsx"


def numbered(of: int, most: int = 2) -> list[list[Any]]:
    return [row(number=n, received_on=f"{of}-3-{n}", replied_on=f"{of}-4-{n}", name=f"样例{of}{n}") for n in range(1, most + 1)]


def test_every_sheet_is_read_or_named_with_its_reason(database: Database, agency: str, tmp_path: Path) -> None:
    turned = [list(reversed(one)) for one in (HEADING, *numbered(2025, 3))]
    book, path = workbook(
        tmp_path, **{"2024年": [["某局台账"], [*HEADING, "备注"], *numbered(2024)], "2025年": turned, "说明": [["填表说明"], [], ["一律手写"]],
                     "空": [], "旧稿": [HEADING, GOOD]}
    )  # fmt: skip
    book["旧稿"].sheet_state = "hidden"
    chart = book.create_chartsheet("图")
    chart.add_chart(BarChart())
    book.save(path)
    reading = ledger.read(path, RULES, TODAY)
    done = loader(database, agency).load(reading, path.name)
    assert (done.read, done.loaded) == (5, 5)
    assert [one.told for one in reading.sheets] == [
        "工作表“2024年”：读取2行，没有读取的列：备注",
        "工作表“2025年”：读取3行",
        "工作表“说明”没有读取，其中有内容的2行没有导入：没有找到表头：前60行里缺少“编号”、“收到日”、“收到渠道”、“申请人类别”、“申请人”、“所申请的信息”",
        "工作表“空”没有读取：是空的",
        "工作表“旧稿”没有读取，其中有内容的2行没有导入：是隐藏的工作表，需要导入的请先取消隐藏",
        "工作表“图”没有读取：是图表",
    ]
    again = imported(database, agency, path)
    assert told(again.seen)[2].startswith("工作表“2025年”第2行：以前已导入，案卷编号1（")


def test_a_sheet_that_sums_up_the_others_is_not_loaded_again(database: Database, agency: str, tmp_path: Path) -> None:
    months = {f"{month}月": [HEADING, row(number=1, received_on=f"2026-{month}-3", replied_on=f"2026-{month}-20")] for month in (1, 2)}
    whole = [HEADING, *(row(number=month, received_on=f"2026-{month}-3", replied_on=f"2026-{month}-20") for month in (1, 2))]
    book, path = workbook(tmp_path, **months, 全年=whole)
    book.save(path)
    done = imported(database, agency, path)
    assert done.loaded == 2
    first, second = told(done.left)
    assert first.startswith("工作表“全年”第2行：与工作表“1月”第2行完全相同")
    assert second.startswith("工作表“全年”第3行：与工作表“2月”第2行除编号外完全相同")


def test_a_workbook_without_any_heading_says_so_of_each_sheet(tmp_path: Path) -> None:
    book, path = workbook(tmp_path, 甲=[["x"]], 乙=[["编号"]])
    book.save(path)
    with pytest.raises(ledger.BadLedger, match=r"工作表“甲”没有找到表头.*；工作表“乙”没有找到表头.*表头应当有"):
        list(lines_of(path))


def test_a_sheet_that_is_broken_says_from_which_line(tmp_path: Path) -> None:
    import zipfile

    book, path = workbook(tmp_path, 甲=[HEADING, GOOD, row(number="2")])
    book.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one, data.replace(b'<row r="3"', b'<row r="3') if one.filename.endswith("sheet1.xml") else data)
    with pytest.raises(ledger.BadLedger, match=r"“甲”第.*损坏"):
        list(lines_of(tmp_path / "broken.xlsx"))


# ------------------------------------------------------------------ again, at once, cut short


class Killed(Exception):
    """The power is gone."""


def test_an_import_that_was_cut_short_is_made_again(database: Database, agency: str, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, *(row(number=n) for n in range(1, 801)))

    def cut() -> Iterator[ledger.Line]:
        for at, line in enumerate(lines_of(path)):
            if at == 700:
                raise Killed
            yield line

    with pytest.raises(Killed):
        loader(database, agency).load(cut(), path.name)
    assert len(numbers(database, agency)) == 500, "whole batches"
    done = imported(database, agency, path)
    assert (done.loaded, done.already) == (300, 500)
    assert imported(database, agency, path).already == 800


def test_two_imports_at_once_make_each_file_once(database: Database, agency: str, tmp_path: Path) -> None:
    """Each has read what the unit has before the other writes."""
    path = as_csv(tmp_path, HEADING, *(row(number=n) for n in range(1, 41)))
    both, done = threading.Barrier(2), list[ledger.Loaded]()

    def waiting() -> Iterator[ledger.Line]:
        for at, line in enumerate(lines_of(path)):
            if at == 1:
                both.wait(PATIENCE)
            yield line

    threads = [threading.Thread(target=lambda: done.append(loader(database, agency).load(waiting(), path.name))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.loaded for one in done) == sum(one.already for one in done) == len(numbers(database, agency)) == 40


def test_two_units_at_once_may_use_the_same_numbers(database: Database, agency: str, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, *(row(number=f"同时{agency}{n}") for n in range(1, 41)))
    units, done = [(agency, "甲局"), (f"{agency}-b", "乙局")], list[ledger.Loaded]()
    threads = [threading.Thread(target=lambda one=one: done.append(loader(database, *one).load(lines_of(path), path.name))) for one in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.loaded for one in done] == [40, 40]
    found = [*numbers(database, units[0][0]), *numbers(database, units[1][0])]
    assert len(set(found)) == 80
    assert sum("局）" in one for one in found) == 40


LINES = st.tuples(st.integers(1, 3), st.sampled_from("甲乙"), st.sampled_from(["方案", "批复"]), st.sampled_from(["予以公开", "部分公开", "?"]))
"""Few words, so that lines often say the same, or nearly."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(years=st.lists(st.lists(LINES, max_size=8), min_size=1, max_size=3))
def test_whatever_is_imported_a_second_time_loads_nothing(
    database: Database, tmp_path: Path, years: list[list[tuple[int, str, str, str]]]
) -> None:
    agency = f"gx-any{next(NEXT)}"
    paths = []
    for at, rows in enumerate(years):
        of = {"received_on": f"{2020 + at}-3-2", "replied_on": f"{2020 + at}-3-20"}
        made = [row(number=n, name=who, wanted=what, outcome=how, **of) for n, who, what, how in rows]
        (tmp_path / str(at)).mkdir(exist_ok=True)
        paths.append(as_csv(tmp_path / str(at), HEADING, *made))
    first = [imported(database, agency, path) for path in paths]
    again = [imported(database, agency, path) for path in paths]
    assert [one.loaded for one in again] == [0] * len(paths)
    assert [one.already for one in again] == [one.loaded for one in first]
    assert [len(one.bad) for one in again] == [len(one.bad) for one in first]
    assert len(numbers(database, agency)) == sum(one.loaded for one in first)
    dates = t.table_of(t.Docket)
    with database.read() as session:
        days = set(session.execute(select(dates.c.received_on).where(dates.c.agency == agency)).scalars())
    assert days == {date(2020 + at, 3, 2) for at, one in enumerate(first) if one.loaded}


def test_what_all_this_left_behind_verifies(database: Database, tmp_path: Path) -> None:
    from db.files import Files
    from db.stores import Folder

    with database.read() as session:
        faults = verify(session, Files(Folder(tmp_path / "files"), RING), RULES, store.Keys(b"k" * 32))
        assert [one for one in faults if "文书" not in one and "密钥" not in one] == [], "no letters were made here, and no office was opened"


def test_a_line_without_a_result_is_told_and_counted_as_a_file_at_work(database: Database, agency: str, tmp_path: Path) -> None:
    open_ones = (row(number="未办结1", outcome="", replied_on=""), row(number="未办结2", outcome="办理中", replied_on=""))
    path = as_csv(tmp_path, HEADING, *open_ones, row(number="办结1"))
    done = loader(database, agency).load(lines_of(path), "台账.csv")
    assert (done.loaded, done.open) == (3, 2)
    assert any(one.startswith("有2件，台账没有写明办理结果，作为在办的案件导入") for one in done.remarks)
    whole = loader(database, agency).load(lines_of(as_csv(tmp_path, HEADING, row(number="办结2"))), "台账.csv")
    assert not any("没有写明办理结果" in one for one in whole.remarks)
