"""The commands `import` and `export`, in an office of their own: what is written where, and what the log keeps of it."""

from __future__ import annotations

import csv
import json
import zipfile
from contextlib import nullcontext
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from api.cli.reports import commands
from api.office.record import by_command
from db import people
from tests.api.conftest import Desk, desk, desk_factory
from tests.reports.test_ledger import HEADING, as_csv, row

__all__ = ["desk", "desk_factory"]


def run(desk: Desk, *words: str) -> Result:
    found = {one.name: one for one in commands(lambda: nullcontext(desk.office))}
    return CliRunner().invoke(found[words[0]], words[1:])


def logged(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    with desk.office.database.read() as session:
        return [(entry.what, entry.object, entry.reason) for entry in people.log_entries(session)]


@pytest.fixture(scope="module")
def imported(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Three months of requests to 人力资源和社会保障局."""
    rows = [row(number=f"月{month}", received_on=f"2026-{month}-3", replied_on=f"2026-{month}-20") for month in (8, 9, 10)]
    path = as_csv(tmp_path_factory.mktemp("ledger"), HEADING, *rows, row(number="坏", channel="飞鸽"))
    return run(desk, "import", str(path), "--agency", "gx-rsj")


def test_an_import_tells_its_lines_and_is_logged(desk: Desk, imported: Result) -> None:
    assert imported.exit_code == 0
    assert "第5行：“收到渠道”不认识" in imported.output
    assert "共读4行：已导入3件，以前已导入0件，不合要求1行，暂不导入0行" in imported.output
    assert ("import", "gx-rsj 台账.csv", by_command("导入3件")) in logged(desk)


def test_an_import_is_told_what_words_mean_and_remembers_it(desk: Desk, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADING, row(number="信1", channel="来信"))
    words = ("import", str(path), "--agency", "gx-zrzy")
    assert "--means 收到渠道:来信=…（1行）" in run(desk, *words).output
    assert "应当是其中之一" in run(desk, *words, "--means", "收到渠道:来信=飞鸽").output
    assert "可以导入1件" in run(desk, *words, "--dry-run", "--means", "收到渠道:来信=平常信函").output
    assert "已导入0件" in run(desk, *words).output, "what was only tried is not remembered"
    assert "已导入1件" in run(desk, *words, "--means", "收到渠道:来信=平常信函").output
    path = as_csv(tmp_path, HEADING, row(number="信2", channel="来信", name="样例乙"))
    assert "已导入1件" in run(desk, *words).output, "said once"


def test_two_headings_are_not_said_to_be_one_column(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("编号,申请日,登记日,收到渠道,申请人类别,申请人,申请内容\n1,2024-3-1,2024-3-4,当面,公民,样例,方案\n", encoding="utf-8")
    both = ("--means", "表头:申请日=收到日", "--means", "表头:登记日=收到日")
    refused = run(desk, "import", str(path), "--agency", "gx-zrzy", *both)
    assert refused.exit_code == 1
    assert "“申请日”、“登记日”都对应到了“收到日”，一栏只能对应一个表头" in refused.output
    assert "可以导入1件" in run(desk, "import", str(path), "--agency", "gx-zrzy", "--dry-run", *both[2:]).output


def test_an_import_accounts_for_every_line_and_sheet(desk: Desk, tmp_path: Path) -> None:
    """Without the suffix of a workbook, too."""
    book = openpyxl.Workbook()
    book.active.title = "2024"
    for line in (HEADING, row(number=1, received_on="2024-3-1"), row(number=1, received_on="2024-3-1"), HEADING):
        book.active.append(line)
    book.create_sheet("2025").append(HEADING)
    book["2025"].append(row(number=1, received_on="2025-3-3"))
    book.create_sheet("说明").append(["看这里"])
    book.save(tmp_path / "台账")
    words = ("import", str(tmp_path / "台账"), "--agency", "gx-zjj")
    for verb, loaded, seen in (("已导入", 2, 0), ("已导入", 0, 2)):
        told = run(desk, *words)
        assert told.exit_code == 0, told.output
        assert "工作表“说明”没有读取，其中有内容的1行没有导入：没有找到表头" in told.output
        assert "工作表“2024”第3行：与工作表“2024”第2行完全相同" in told.output
        assert "工作表“2024”第4行：这一行又是表头" in told.output
        assert f"共读4行：{verb}{loaded}件，以前已导入{seen}件，不合要求0行，暂不导入2行" in told.output
    assert "工作表“2025”第2行：以前已导入，案卷编号1（2025年）" in told.output


def test_every_month_that_is_missing_is_exported_and_none_twice(desk: Desk, imported: Result, tmp_path: Path) -> None:
    words = ("export", "--monthly", "--agency", "gx-rsj", "--to", str(tmp_path), "--purpose", "报县政府办公室")
    assert run(desk, *words).exit_code == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 15
    assert {"台账_gx-rsj_2026-08.csv", "分析_gx-rsj_2026-09.xlsx", "收费_gx-rsj_2026-10.csv"} <= set(names)
    with (tmp_path / "台账_gx-rsj_2026-09.csv").open(encoding="utf-8-sig", newline="") as stream:
        heading, *rows = csv.reader(stream)
    assert [(line[0], line[heading.index("申请人")]) for line in rows] == [("月9", "样*")]
    assert run(desk, *words).output == ""
    (tmp_path / "收费_gx-rsj_2026-09.csv").unlink()
    assert run(desk, *words).output.count("2026-09") == 5
    assert ("export", "按月导出 gx-rsj_2026-09 csv", by_command("报县政府办公室")) in logged(desk)


def test_a_month_is_named_in_one_way(desk: Desk, tmp_path: Path) -> None:
    assert run(desk, "export", "--month", "2026-13", "--to", str(tmp_path)).exit_code == 1
    assert run(desk, "export", "--month", "2026-10", "--monthly", "--to", str(tmp_path)).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_compared_with_the_span_that_is_named(desk: Desk, imported: Result, tmp_path: Path) -> None:
    asked = ("report", "--agency", "gx-rsj", "--from", "2026-09-01", "--to", "2026-09-30")
    told = json.loads(run(desk, *asked, "--against-from", "2026-08-01", "--against-to", "2026-08-31").output)
    assert (told["received"], told["before"]["title"], told["before"]["from"]) == ({"count": 1, "before": 1}, "上期", "2026-08-01")
    told = json.loads(run(desk, *asked, "--against-from", "2026-10-01", "--against-to", "2026-10-31").output)
    assert (told["before"]["title"], told["volumes"]["by_month"]) == (
        "对比期", [{"month": "2026-09", "received": 1, "ended": 1, "before": 1}],
    )  # fmt: skip
    path = tmp_path / "分析.xlsx"
    assert run(desk, *asked, "--format", "xlsx", "--out", str(path)).exit_code == 0
    assert "主题建议" not in openpyxl.load_workbook(path).sheetnames, "how good the program is stands in no report"
    for words, said in ((asked, "情况分析报告"), (("report", "--agency", "gx-rsj", "--year", "2026"), "年度报告")):
        path = tmp_path / f"{said}.docx"
        assert run(desk, *words, "--format", "docx", "--out", str(path)).exit_code == 0
        with zipfile.ZipFile(path) as file:
            assert said in file.read("word/document.xml").decode()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "2026-09-01"), "同时给出 --from 和 --to"),
        (("--from", "2026-09-01", "--to", "2026-08-01"), "截止日期不早于起始日期"),
        (("--from", "2026-09-01", "--to", "2026-09-30", "--against-to", "2026-08-31"), "同时给出 --against-from 和 --against-to"),
        (("--against-from", "2026-08-01", "--against-to", "2026-08-31"), "请同时给出 --from 和 --to"),
    ],
)
def test_half_a_span_is_told(desk: Desk, words: tuple[str, ...], says: str) -> None:
    found = run(desk, "report", *words)
    assert found.exit_code == 1
    assert says in found.output
