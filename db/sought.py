"""Words looked for in what a list shows: the request as it may leave the unit, the name of an organisation, the number of the file.

Both sides are folded, so that it does not matter how somebody types. The words are found by the engine's own index over pairs
of characters (FTS5, GIN), each hit is then compared; what a great part of all files holds is compared on the way through the
list instead, which meets it soon. Nothing that is masked is in it: people are found whole, by their blind indexes (`db.matching`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, column, exists, false, or_, select, table, text
from sqlmodel import Session

from db import tables as t
from db.counting import many
from db.simplified import simplified
from workflow.case import Case
from workflow.identity import normalized
from workflow.personal import mask_name

DOCKET, TEXT = t.table_of(t.Docket), t.table_of(t.CaseText)
MOST_WORDS = 8
FEW = 3000
"""So many candidates are looked at one by one; beyond it a list meets fifty of them before long."""
_BRACKETS = str.maketrans({**dict.fromkeys("[{〔【〖［｛", "("), **dict.fromkeys("]}〕】〗］｝", ")")})
_DASHES = re.compile("[‐‑‒–—―−－﹣~～]+")
_DROPPED = re.compile("[\\s\"'`“”‘’「」『』《》〈〉«»‹›＂＇]+")
_NO_LETTER = re.compile(r"[\W_]+")
_SERIAL = re.compile(r"0*([1-9][0-9]{0,5})号?")


def folded(said: str) -> str:
    """A text as it is compared: width, case, brackets, dashes, 繁体 in one form, without white space and quotation marks."""
    plain = simplified(normalized("NFKC", said)).casefold().translate(_BRACKETS)
    return _DROPPED.sub("", _DASHES.sub("-", plain))


def _pairs(plain: str) -> list[str]:
    letters = [_spelt(char) for char in _NO_LETTER.sub("", plain)]
    return [first + second for first, second in pairwise(letters)]


def _spelt(char: str) -> str:
    """A letter as part of a mark. What SQLite may not know as one (it keeps to Unicode 6.1) is spelt out: each mark is one word to it."""
    return char if (char.isascii() and char.isalnum()) or "\u4e00" <= char <= "\u9fa5" else f"x{ord(char):x}x"


def columns_of(case: Case, wanted: str) -> dict[str, str]:
    """The columns of `case_text` for a file whose request may leave the unit as `wanted`: what is compared, and the marks it is found by."""
    is_person = case.applicant.category == "natural_person"
    return columns(
        case.agency,
        case.number,
        wanted,
        None if is_person else mask_name(case.applicant.name, is_person=False),
    )


def columns(agency: str, number: str, wanted: str, organisation: str | None) -> dict[str, str]:
    """`columns_of`, of what a row of `docket` says of the file."""
    parts = [folded(one) for one in (wanted, number, organisation or "")]
    return {
        "sought": "\n".join(parts),
        "marks": " ".join(dict.fromkeys([pair for part in parts for pair in _pairs(part)] + [_unit(agency)])),
    }


def _unit(agency: str) -> str:
    """The mark of a unit: longer than a pair, so that it is none."""
    return "unit" + "".join(
        char if char.isascii() and char.isalnum() else f"x{ord(char):x}" for char in agency.casefold()
    )


def is_too_much(said: str) -> bool:
    """Whether a question has more words than are looked for: whoever asks is told."""
    return len(said.split()) > MOST_WORDS


def words(said: str) -> list[str]:
    """The words of a question, parted by white space; of too many the first."""
    return said.split()[:MOST_WORDS]


def are_few(session: Session, asked: Sequence[str], agencies: Collection[str]) -> bool:
    """Whether few files hold these words, so that a list of them is read file by file; else it is read in its own order."""
    texts = [one for word in asked if (one := folded(word)) and _serial(one) is None]
    match = _match(session, texts, agencies)
    return match is not None and _few(session, match)


def holding(session: Session, asked: Sequence[str], agencies: Collection[str]) -> ColumnElement[bool]:
    """The files of these units that hold all of these words. Digits alone are the number of a file of any year, or a word."""
    plain = [one for word in asked if (one := folded(word))]
    if not plain:
        return false()
    numbers = [one for one in plain if _serial(one) is not None]
    texts = [one for one in plain if one not in numbers]
    held = [
        or_(DOCKET.c.serial == _serial(one), _texts(session, [one], agencies) if len(one) > 1 else false())
        for one in numbers
    ]
    return and_(*held, *([_texts(session, texts, agencies)] if texts else []))


def many_holding(session: Session, asked: Sequence[str], agencies: Collection[str], conditions: Sequence[Any], most: int) -> int | None:
    """How many files that hold these words fulfil the conditions, `most` at most, read from the index of the words until so many are met.

    None where few hold them, or not words alone are asked for: those are counted like any list.
    """
    plain = [one for word in asked if (one := folded(word))]
    match = None if any(_serial(one) is not None for one in plain) else _match(session, plain, agencies)
    if match is None or _few(session, match):
        return None
    dialect = session.get_bind().dialect.name
    texts = TEXT.join(_SOUGHT, TEXT.c.id == _SOUGHT.c.rowid) if dialect == "sqlite" else TEXT
    met = text(_MET[dialect]).bindparams(bindparam("match", match, unique=True))
    held = [TEXT.c.sought.contains(one, autoescape=True) for one in plain]
    query = select(DOCKET.c.case_id).select_from(texts.join(DOCKET, DOCKET.c.case_id == TEXT.c.case_id)).where(met, *held, *conditions)
    return many(session, query, most)


def _texts(session: Session, plain: Sequence[str], agencies: Collection[str]) -> ColumnElement[bool]:
    held = [TEXT.c.sought.contains(one, autoescape=True) for one in plain]
    match = _match(session, plain, agencies)
    if match is None or not _few(session, match):
        return exists().where(TEXT.c.case_id == DOCKET.c.case_id, *held)
    candidate = text(_CANDIDATE[session.get_bind().dialect.name]).bindparams(bindparam("match", match, unique=True))
    return DOCKET.c.case_id.in_(select(TEXT.c.case_id).where(candidate, *held))


def _match(session: Session, plain: Sequence[str], agencies: Collection[str]) -> str | None:
    """What the index is asked for; None where the words have no pair of letters."""
    marks, codes = [pair for one in plain for pair in _pairs(one)], sorted(agencies)
    if not marks:
        return None
    if len(codes) == 1:
        marks.append(_unit(codes[0]))
    dialect = session.get_bind().dialect.name
    return _AND[dialect].join(
        f'"{one}"' if dialect == "sqlite" else f"'{one}'" for one in dict.fromkeys(marks)
    )


def _few(session: Session, match: str) -> bool:
    """Counted once in a session: whoever lists asks for the order of the list first, and for what is held next."""
    counted: dict[str, int] = session.info.setdefault("sought", {})
    if match not in counted:
        query = text(_COUNTED[session.get_bind().dialect.name])
        counted[match] = session.execute(query, {"match": match, "most": FEW}).scalar_one()
    return counted[match] < FEW


_AND = {"sqlite": " AND ", "postgresql": " & "}
_VECTOR = "array_to_tsvector(string_to_array(marks, ' '))"
_COUNTED = {
    "sqlite": "SELECT count(*) FROM (SELECT 1 FROM case_sought WHERE case_sought MATCH :match LIMIT :most)",
    "postgresql": f"SELECT count(*) FROM (SELECT 1 FROM case_text WHERE {_VECTOR} @@ CAST(:match AS tsquery) LIMIT :most) AS found",  # noqa: S608 - a constant
}
_SOUGHT = table("case_sought", column("rowid"))
_MET = {"sqlite": "case_sought MATCH :match", "postgresql": f"{_VECTOR} @@ CAST(:match AS tsquery)"}
_CANDIDATE = {
    "sqlite": "id IN (SELECT rowid FROM case_sought WHERE case_sought MATCH :match)",
    "postgresql": f"{_VECTOR} @@ CAST(:match AS tsquery)",
}


def _serial(word: str) -> int | None:
    found = _SERIAL.fullmatch(word)
    return int(found[1]) if found else None
