"""The annual report and the analysis over a million files, similar requests among a hundred thousand, a ledger of 20,000 lines.

Run: python -m tests.bench.bench_reports [files]. Rows are made by SQL; prints seconds. DATABASE_URL chooses the engine.

Seen with a million files in SQLite on 2 busy cores: annual report 0.6 s (to stay under 2); analysis of a quarter 0.9 s, of a
year 3.1 s, of six years 4.5 s (under 5); similar among 100,000 0.04 to 0.09 s (under 0.2); 20,000 lines imported in 16 s (under 60).
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db import analysis, ledger, queries, reports, store
from db.engine import Database
from db.sealing import Ring
from db.tallies import pairs, sketch
from tests.reports.suqian import HEADING
from workflow import statistics
from workflow.acts import CATEGORIES, CHANNELS
from workflow.law import load_rules

AGENCIES = ("gx-rsj", "gx-zfb", "gx-zjj", "gx-zrzy")
TODAY = date(2026, 11, 24)
SAME = load_rules().on(TODAY).sameness
OUTCOMES = tuple(statistics.of_requests(load_rules().on(TODAY)))
PLACES = ("崇文街道", "清泉街道", "烟庄街道", "万善乡", "桑阿镇", "柳林镇", "贾镇", "店子镇")
THINGS = (
    "征收补偿安置方案", "土地征收预公告", "职业技能培训补贴发放名单", "竣工验收备案表", "公共租赁住房分配结果", "财政资金决算明细",
    "环境影响评价批复", "事业单位招聘成绩", "中标合同价款", "常务会议纪要", "养老保险补贴拨付文件", "劳动保障监察处理结果",
)  # fmt: skip


def wanted(n: int) -> str:
    return f"{PLACES[n % 8]}{2018 + n // 8 % 9}年第{n // 72 % 97}批次{THINGS[n // 3 % 12]}"


def filled(database: Database, count: int) -> None:
    """`count` files over six years, one in ten still open; a few thousand remedies, consultations and notices."""
    sqlite = database.is_sqlite
    numbers = (
        f"WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count})"
        if sqlite
        else f"WITH g AS (SELECT generate_series(1, {count}) AS n)"
    )

    def day(shift: str) -> str:
        return (
            f"date('2020-12-01', '+' || ({shift}) || ' days')"
            if sqlite
            else f"DATE '2020-12-01' + CAST({shift} AS integer)"
        )

    def pick(values: tuple[str, ...], by: str) -> str:
        return (
            "CASE "
            + " ".join(f"WHEN {by} % {len(values)} = {at} THEN '{one}'" for at, one in enumerate(values))
            + " END"
        )

    def month(on: str) -> str:
        return f"substr({on}, 1, 7)" if sqlite else f"to_char({on}, 'YYYY-MM')"

    received, ended = day("n % 2150"), day("n % 2150 + 5 + n % 23")
    false, true = ("0", "1") if sqlite else ("false", "true")
    is_open = "n % 10 = 0"
    agency = pick(AGENCIES, "n")
    texts = [(at, wanted(at)) for at in range(8 * 9 * 97)]
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE bench_text (at integer PRIMARY KEY, wanted text, s1 integer, s2 integer, s3 integer)"
            )
        )
        rows = [
            dict(zip(("at", "w", "a", "b", "c"), (at, one, *sketch(one)), strict=True)) for at, one in texts
        ]
        connection.execute(text("INSERT INTO bench_text VALUES (:at, :w, :a, :b, :c)"), rows)
        for statement in (
            (
                f"INSERT INTO case_file (id, agency, year, serial, number, version) {numbers} "
                f"SELECT 'c' || n, {agency}, 2020, n, 'n' || n, 1 FROM g"
            ),
            (
                f"INSERT INTO docket (case_id, agency, number, serial, version, state, stage, channel, received_on, counts_in, due_provisional, "
                f"suspensions, applicant_category, applicant_name, applicant_key, wanted, wanted_masked, to_serve, archive_ready, returned) "
                f"{numbers} "
                f"SELECT 'c' || n, {agency}, 'n' || n, n, 1, 'replied', '答复', 'online', {received}, '2020-12', {false}, '[]', "
                f"'natural_person', '', 'k' || (n % 300000), '', wanted, 0, {false}, {false} FROM g JOIN bench_text ON at = n * 7 % {len(texts)}"
            ),
            (
                f"INSERT INTO tally {numbers} SELECT 'c' || n, {agency}, {received}, {month(received)}, {pick(tuple(CHANNELS), 'n / 3')}, "
                f"{pick(tuple(CATEGORIES), 'n / 7')}, 'k' || (n % 300000), 'handler' || (n % 40), "
                f"{pick(('land', 'planning', 'finance', 'other'), 'n / 5')}, 'land', CASE WHEN NOT {is_open} THEN {ended} END, "
                f"CASE WHEN NOT {is_open} THEN {month(ended)} END, CASE WHEN NOT {is_open} THEN {pick(OUTCOMES, 'n / 11')} END, "
                f"{day('n % 2150 + 28')}, CASE WHEN NOT {is_open} THEN 5 + n % 23 END, CASE WHEN NOT {is_open} THEN {true} END, "
                f"{false}, {false}, {false}, {false}, 1, 0, 5, 0, 0, 2, s1, s2, s3, {false}, NULL FROM g JOIN bench_text ON at = n * 7 % {len(texts)}"
            ),
            (
                f'INSERT INTO occurrence (case_id, seq, agency, kind, type, "on", ended_on, result, ground, amount_fen) {numbers} '
                f"SELECT 'c' || n, 5, {agency}, 'remedy', 'reconsideration', {received}, NULL, NULL, 'third_party', 0 FROM g WHERE n % 40 = 0"
            ),
        ):
            connection.execute(text(statement))
        connection.execute(text("DROP TABLE bench_text"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def timed(what: str, work: Callable[[], Any]) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    result = work()
    took, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{what}: {took:.2f} s, of them {busy:.2f} s at work in this process", flush=True)
    return result


def searched(database: Database, count: int) -> None:
    """Similar requests: each text a little different, the wanted one reworded."""
    with database.engine.begin() as connection:
        columns = "(case_id, agency, received_on, grams)"
        rows = [
            {
                "c": f"c{n}",
                "a": AGENCIES[n % 4],
                "d": date(2024, 1, 1),
                "g": " ".join(pairs(f"{wanted(n)}（第{n}号）")),
            }
            for n in range(1, count + 1)
        ]
        connection.execute(text(f"INSERT INTO case_text {columns} VALUES (:c, :a, :d, :g)"), rows)
    there, asked = "大张家镇2023年小麦一喷三防补贴资金拨付明细", "请提供大张家镇23年度小麦“一喷三防”补贴的拨付明细"
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE docket SET wanted_masked = :w WHERE case_id = 'c777'"), {"w": there})
        connection.execute(text("UPDATE case_text SET grams = :g WHERE case_id = 'c777'"), {"g": " ".join(pairs(there))})
    for _ in range(3):
        with database.read() as session:
            found = timed(
                f"similar among {count}",
                lambda s=session: queries.similar_to(s, SAME, AGENCIES, asked, "k1", TODAY),
            )  # type: ignore[misc]
    assert found[0].row.wanted == there, "a reworded repeat is found"
    print("  asked:", asked, "\n  best:", found[0].score, found[0].row.wanted)


def imported(database: Database, folder: Path) -> None:
    rules = load_rules()
    path = folder / "ledger.csv"
    with path.open("w", newline="", encoding="gb18030") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING[:9])
        for n in range(20_000):
            writer.writerow(
                [
                    f"样例{n}",
                    f"2025-{n % 12 + 1}-{n % 27 + 1}",
                    "网上",
                    "自然人",
                    f"样例{n}",
                    wanted(n),
                    "",
                    "予以公开",
                    "2025年12月31日",
                ]
            )
    loader = ledger.Loader(
        database,
        rules,
        store.Keys(b"k" * 32),
        "gx-zfb",
        "样例",
        "〔{}〕{}".format,
        datetime(2026, 1, 1, tzinfo=UTC),
        date(2026, 1, 1),
    )
    done = timed(
        "import of 20,000 lines",
        lambda: loader.load(ledger.read(path, rules, date(2026, 1, 1)), "ledger.csv"),
    )
    print(f"  loaded {done.loaded}, bad {len(done.bad)}")


def main(count: int) -> None:
    rules = load_rules()
    with tempfile.TemporaryDirectory() as name:
        database = Database(os.environ.get("DATABASE_URL") or f"sqlite:///{name}/bench.db", Ring([os.urandom(32)]))
        database.migrate()
        timed(f"filling with {count} files", lambda: filled(database, count))
        for year in (2024, 2025):
            with database.read() as session:
                report = timed(
                    f"annual report {year}", lambda s=session, y=year: reports.annual(s, AGENCIES, y, rules)
                )  # type: ignore[misc]
                assert all(check.holds for check in report.checks)
        for span in (analysis.Span(date(2026, 7, 1), date(2026, 9, 30)), analysis.Span(date(2025, 1, 1), date(2025, 12, 31)),
                     analysis.Span(date(2020, 12, 1), date(2026, 11, 24))):  # fmt: skip
            with database.read() as session:
                timed(
                    f"analysis {span.first} to {span.last}",
                    lambda s=session, p=span: analysis.analysis(s, AGENCIES, p, rules, TODAY),  # type: ignore[misc]
                )
        searched(database, min(count, 100_000))
        imported(database, Path(name))
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
