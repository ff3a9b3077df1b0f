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

_LOOKED_AT = 5_000
"""So many texts that share a pair with the request are ranked, the latest; those that share a pair which the sample does not hold, all."""

_STATEMENTS = {
    "sqlite": """SELECT t.case_id FROM case_text_fts f JOIN case_text t ON t.id = f.rowid
        WHERE case_text_fts MATCH :wanted AND f.rowid > :after AND t.agency IN :agencies AND t.received_on BETWEEN :since AND :by
        ORDER BY f.rank, t.id DESC LIMIT :most""",
    "postgresql": """SELECT case_id FROM case_text
        WHERE array_to_tsvector(string_to_array(grams, ' ')) @@ CAST(:wanted AS tsquery)
          AND id > :after AND agency IN :agencies AND received_on BETWEEN :since AND :by
        ORDER BY ts_rank(array_to_tsvector(string_to_array(grams, ' ')), CAST(:wanted AS tsquery)) DESC, id DESC LIMIT :most""",
}


def candidates(
    session: Session, agencies: Collection[str], wanted: str, by: date, most: int = MOST, since: date = _EVER
) -> list[str]:
    """Ids of the cases whose words come nearest to `wanted`, the nearest first; those received from `since` to the day `by`."""
    rare, common, after = _telling(session, pairs(wanted))

    def nearest(among: list[str], after: int, most: int) -> list[str]:
        dialect = session.get_bind().dialect.name
        quoted = [f'"{pair}"' if dialect == "sqlite" else f"'{pair}'" for pair in among]
        found = session.execute(
            text(_STATEMENTS[dialect]).bindparams(
                bindparam("agencies", expanding=True), bindparam("since", type_=Date()), bindparam("by", type_=Date())
            ),
            {"wanted": (" OR " if dialect == "sqlite" else " | ").join(quoted), "agencies": sorted(agencies), "since": since, "by": by,
             "after": after, "most": most},
        )  # fmt: skip
        return [str(case_id) for case_id in found.scalars()]

    if not after:
        return nearest([*rare, *common], 0, most)
    older = nearest(rare, 0, most // 2) if rare else []
    latest = nearest([*rare, *common], after, most)
    return list(dict.fromkeys([*(one for one in latest if one not in older)][: most - len(older)] + older))


def _telling(session: Session, asked: list[str]) -> tuple[list[str], list[str], int]:
    """The pairs of `asked` that tell requests apart: those the sample does not hold, the rarest that it does, and the row after which
    about as many texts hold one of these as are looked at; 0: all may be looked at."""
    recent = session.execute(select(TEXT.c.id, TEXT.c.grams).order_by(TEXT.c.id.desc()).limit(_SAMPLE)).all()
    held, wanted = Counter[str](), set(asked)
    for row in recent:
        held.update(wanted.intersection(row.grams.split(" ")))
    rare, common = [pair for pair in asked if not held[pair]][:64], list[str]()
    matches = 0.0
    for at, pair in enumerate(sorted(held, key=lambda pair: (held[pair], asked.index(pair)))):
        more = held[pair] / len(recent) * recent[0].id
        if at >= _LEAST and matches + more > _MATCHES:
            break
        matches += more
        common.append(pair)
    if not rare and not common:
        rare = asked[:64]
    return rare, common, int(recent[0].id * (1 - _LOOKED_AT / matches)) if matches > _LOOKED_AT else 0
