"""Finding texts that may ask for the same: pairs of characters, looked up in the engine's own index (FTS5, GIN).

Pairs that many requests hold (信息, 公开) say little and cost much: a sample of recent requests tells which those are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import Date, bindparam, select, text
from sqlmodel import Session

from db import tables as t
from db.tallies import pairs

TEXT = t.table_of(t.CaseText)
MOST = 300
"""Candidates that are compared in full."""
_EVER = date(1990, 1, 1)
_SAMPLE, _LEAST, _MATCHES = 500, 4, 30_000
"""Of the pairs that the sample holds, at least the four rarest are asked for; more while few enough texts will match."""

_STATEMENTS = {
    "sqlite": """SELECT t.case_id FROM case_text_fts f JOIN case_text t ON t.id = f.rowid
        WHERE case_text_fts MATCH :wanted AND t.agency IN :agencies AND t.received_on BETWEEN :since AND :by
        ORDER BY f.rank, t.id DESC LIMIT :most""",
    "postgresql": """SELECT case_id FROM case_text
        WHERE array_to_tsvector(string_to_array(grams, ' ')) @@ CAST(:wanted AS tsquery)
          AND agency IN :agencies AND received_on BETWEEN :since AND :by
        ORDER BY ts_rank(array_to_tsvector(string_to_array(grams, ' ')), CAST(:wanted AS tsquery)) DESC, id DESC LIMIT :most""",
}


def candidates(
    session: Session, agencies: Collection[str], wanted: str, by: date, most: int = MOST, since: date = _EVER
) -> list[str]:
    """Ids of the cases whose words come nearest to `wanted`, the nearest first; those received from `since` to the day `by`."""
    telling = _telling(session, pairs(wanted))
    dialect = session.get_bind().dialect.name
    quoted = [f'"{pair}"' if dialect == "sqlite" else f"'{pair}'" for pair in telling]
    found = session.execute(
        text(_STATEMENTS[dialect]).bindparams(
            bindparam("agencies", expanding=True), bindparam("since", type_=Date()), bindparam("by", type_=Date())
        ),
        {"wanted": (" OR " if dialect == "sqlite" else " | ").join(quoted), "agencies": sorted(agencies), "since": since, "by": by, "most": most},
    )
    return [str(case_id) for case_id in found.scalars()]


def _telling(session: Session, asked: list[str]) -> list[str]:
    """The pairs of `asked` that tell requests apart: those the sample does not hold, and the rarest that it does."""
    recent = session.execute(select(TEXT.c.id, TEXT.c.grams).order_by(TEXT.c.id.desc()).limit(_SAMPLE)).all()
    held, wanted = Counter[str](), set(asked)
    for row in recent:
        held.update(wanted.intersection(row.grams.split(" ")))
    chosen = [pair for pair in asked if not held[pair]][:64]
    matches = 0.0
    for at, pair in enumerate(sorted(held, key=lambda pair: (held[pair], asked.index(pair)))):
        matches += held[pair] / len(recent) * recent[0].id
        if at >= _LEAST and matches > _MATCHES:
            break
        chosen.append(pair)
    return chosen or asked[:64]
