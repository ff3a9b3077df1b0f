"""The database itself refuses to change what is final: acts, issued letters, the log. Here is how, and whether it still does.

The triggers are made by the migrations; `verify` asks whether they are there. They keep out slips and simple tools: whoever may
drop a trigger may do what he likes, and is found by the log (`db.journal`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import text
from sqlmodel import Session

TRIGGERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sqlite": {
        "act": ("act_is_final", "act_stays"),
        "letter": ("letter_is_final", "letter_stays"),
        "log_entry": ("log_is_final", "log_stays"),
    },
    "postgresql": {
        "act": ("act_is_final", "act_stays"),
        "letter": ("letter_is_final", "letter_is_kept", "letter_stays"),
        "log_entry": ("log_is_final", "log_is_kept", "log_stays"),
    },
}
"""Engine and table -> its triggers."""
_THERE = {
    "sqlite": "SELECT name, tbl_name, upper(sql) LIKE '%RAISE(ABORT%' AND upper(sql) LIKE '%BEFORE%' FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT g.tgname, c.relname, g.tgenabled IN ('O', 'A') AND p.prosrc LIKE '%RAISE EXCEPTION%'
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal""",
}


def faults(session: Session) -> Iterator[str]:
    """What no longer keeps final things from being changed."""
    dialect = session.get_bind().dialect.name
    there = {(row[0], row[1]) for row in session.connection().execute(text(_THERE[dialect])) if row[2]}
    for table, names in TRIGGERS[dialect].items():
        for name in names:
            if (name, table) not in there:
                yield f"数据库：表{table}的触发器{name}不在或者已停用，不能阻止改动、删除"
    if dialect == "sqlite" and not session.connection().execute(text("PRAGMA recursive_triggers")).scalar():
        yield "数据库：recursive_triggers没有打开，INSERT OR REPLACE能绕过触发器"
