"""What the pages and lists of the program are, who asks for them, and what the database does for each: counted, not timed.

On SQLite the steps of its virtual machine are counted, on PostgreSQL the rows that a plan touches (EXPLAIN ANALYZE).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from db.engine import Database

TICK = 50
"""Steps between two counts."""


@dataclass
class Heard:
    """Statement -> what it cost, and its parameters as they were last."""

    cost: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.cost.values())

    def grown(self, before: Heard) -> str:
        """The statements that cost most more than `before`, the worst first."""
        by = sorted(
            ((cost - before.cost.get(said, 0), said) for said, cost in self.cost.items()), reverse=True
        )
        return "\n".join(
            f"    +{more} ({self.cost[said]}): {said[:1500]}" for more, said in by[:3] if more > 0
        )


@contextmanager
def listening(database: Database, *, costs: bool = True) -> Iterator[Heard]:
    """What is asked of the database meanwhile, by all threads together; without `costs` it is not counted."""
    heard, now = Heard(), [""]

    def before(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        now[0] = statement
        heard.parameters[statement] = parameters
        heard.cost[statement] += 0
        if costs and database.is_sqlite:

            def tick() -> int:
                heard.cost[now[0]] += TICK
                return 0

            connection.connection.dbapi_connection.set_progress_handler(tick, TICK)

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield heard
    finally:
        event.remove(database.engine, "before_cursor_execute", before)
        if costs and database.is_sqlite:
            database.engine.dispose()
    if costs and not database.is_sqlite:
        _explain(database, heard)


def _explain(database: Database, heard: Heard) -> None:
    with database.read() as session:
        connection = session.connection()
        for statement, parameters in heard.parameters.items():
            if statement.lstrip().startswith(("SELECT", "WITH")):
                plan = connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
                ).scalar()
                heard.cost[statement] = _touched(
                    (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
                )


def _touched(plan: Mapping[str, Any]) -> int:
    """The rows that the scans of a plan looked at."""
    below = sum(_touched(one) for one in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"]:
        return below
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return below + round(sum(plan.get(one, 0) for one in names) * plan["Actual Loops"])


def plan_of(database: Database, statement: str, parameters: Any) -> str:
    """How the engine goes about a statement."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN (ANALYZE) "
    with database.read() as session:
        return "\n".join(
            str(row[-1]) for row in session.connection().exec_driver_sql(explain + statement, parameters)
        )


# ------------------------------------------------------------------ who asks for what

HANDLER, INTAKE, HEAD, LEGAL, ARCHIVIST, ANALYST = (
    f"{role}@gx-zrzy" for role in ("handler", "intake", "head", "legal", "archivist", "analyst")
)
COUNTY = "analyst@gx-zfb"


ON_CASES = (
    "", "?page=2", "?page=20", "?state=handling", "?state=archived", "?due=overdue&sort=due", "?sort=due", "?topic=land", "?outcome=disclosed",
    "?q=万善乡&state=handling", "?q=征收补偿 清泉", "?q=征收", "?q={number}", "?q=2024", "?q=12号", "?q=没有人写过", "?q=样例置业",
    "?from=2023-03-01&to=2023-03-31", "?channel=online", "?purpose=information",
)  # fmt: skip
OF_A_CASE = (
    "",
    "/why",
    "/consultations",
    "/letters",
    "/attachments",
    "/fees",
    "/risks",
    "/similar",
    "/history",
    "/acts/note",
)
PAGES: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    ((HANDLER, INTAKE, HEAD, LEGAL, ARCHIVIST, ANALYST, COUNTY, "head@gx-zfb"), "/desk", ("",)),
    ((HANDLER, COUNTY), "/desk?show=", ("overdue", "active", "ready", "incomplete", "to_serve", "todo")),
    ((HANDLER, HEAD), "/desk/calendar", ("", "?view=week", "?whose=unit")),
    ((HANDLER,), "/published", ("", "?q=征收", "/feed")),
    ((HANDLER, COUNTY), "/cases", ON_CASES),
    ((HANDLER,), "/cases/{opened}", (*OF_A_CASE, "/acts/draft", "/acts/fee_notice")),
    ((HANDLER,), "/cases/{archived}", OF_A_CASE),
    ((HANDLER, "handler@gx-zjj"), "/consultations", ("", "?view=answered", "?view=asked", "?view=meetings")),
    ((HEAD, LEGAL), "/approvals", ("",)),
    ((INTAKE,), "/service", ("", "?view=confirm", "?page=2")),
    ((ARCHIVIST,), "/archive", ("", "?view=lacking")),
    ((ARCHIVIST,), "/archive?view=archived", ("", "&page=3", "&year=2024", "&q=征收")),
    ((INTAKE,), "/intake", ("", "/applications", "/applications?view=settled")),
    ((ANALYST, COUNTY), "/", ("exports", "analysis/suggestions")),
    ((HANDLER,), "/account", ("",)),
    (
        ("admin",),
        "/admin",
        ("", "/users", "/log", "/log?before=3000", "/log?user=handler@gx-zrzy", "/log?file={number}"),
    ),
)
"""Who asks for which pages."""
ANSWERS: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (
        (HANDLER, COUNTY), "/api/cases",
        ("", "?sort=-received", "?sort=number", "?sort=-due", "?state=archived", "?overdue=true", "?unattended=true", "?q=征收补偿",
         "?applicant=样例置业", "?assignee=handler@gx-zrzy", "?outcome=disclosed", "?received_from=2023-03-01&received_to=2023-03-31"),
    ),
    ((HANDLER,), "/api/cases/{opened}", ("", "/similar", "/days")),
    ((HANDLER,), "/api/cases/{archived}", ("", "/similar", "/days")),
    ((HANDLER,), "/api/", ("consultations", "suggestions")),
    ((HEAD,), "/api/", ("approvals",)),
)  # fmt: skip
"""Who asks for which lists and files of the API."""


REPORTS: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    ((ANALYST, COUNTY), "/analysis", ("", "?from=2025-01-01&to=2025-12-31", "/topics", "/fees")),
    ((ANALYST, COUNTY), "/annual", ("", "?year=2025")),
    ((ANALYST, COUNTY), "/api/reports/", ("analysis?from=2025-01-01&to=2025-12-31", "annual?year=2025")),
)
"""Who asks for which reports: they count a span, and may take a second."""


def addresses(table: Any, **about: str) -> Iterator[tuple[str, str]]:
    """(who, address) of a table, about these files and this number."""
    for who, begins, ends in table:
        for end in ends:
            for one in who:
                yield one, (begins + end).format(**about)
