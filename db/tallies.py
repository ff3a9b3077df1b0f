"""The projections that counting and searching need: `tally`, `occurrence`, `case_text`. Written with the docket, never alone."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session

from db import tables as t
from db.projection import applicant_key
from db.sought import columns_of
from workflow import acts as a
from workflow.case import MENDING, REMARKS, Case
from workflow.law import Rules
from workflow.procedure import OUT
from workflow.statistics import is_counted, occurrences, pace, topic_of_words

TALLY, OCCURRENCE, TEXT = (t.table_of(model) for model in (t.Tally, t.OccurrenceRow, t.CaseText))
_STOCK = re.compile(
    r"请求?公开|申请公开|请提供|要求公开|依法|贵[局单位]|你[局单位]|关于|相关|有关|情况|材料|信息|政府|全文|内容|以及|样例|本人|[\W_]+"
)
"""What most requests say whatever they ask for."""


def pairs(text: str) -> list[str]:
    """The distinct runs of two letters or digits of a text, in order."""
    plain = re.sub(r"[\W_]+", "", text.lower())
    return list(dict.fromkeys(plain[at : at + 2] for at in range(len(plain) - 1))) or [plain or "-"]


def sketch(text: str) -> tuple[int, int, int]:
    """Three min-hashes of what a text asks for: two texts share each with the probability of their likeness (Jaccard)."""
    grams = [gram.encode() for gram in pairs(_STOCK.sub("", text))]
    first, second, third = (min(zlib.crc32(salt + gram) & 0x7FFFFFFF for gram in grams) for salt in (b"1", b"2", b"3"))
    return first, second, third


def tally_of(case: Case, words: str, rules: Rules, key: bytes) -> dict[str, Any]:
    """The row of `tally` for this file; `words` are its request without people (`veiled`)."""
    counted, clock, speed = case.counted, case.reckoning(rules), pace(case, rules)
    latest = case.replied_on or case.closed_on
    return {
        "case_id": case.id,
        "agency": case.agency,
        "received_on": case.received_on,
        "received_in": f"{case.received_on:%Y-%m}",
        "channel": case.registration.channel,
        "applicant_category": case.applicant.category,
        "applicant_key": applicant_key(case.applicant, key),
        "assignee": case.assignee,
        "topic": case.topic,
        "topic_proposed": topic_of_words(case, rules),
        "ended_on": counted.on if counted else None,
        "ended_in": f"{counted.on:%Y-%m}" if counted else None,
        "ended_outcome": counted.outcome if counted else None,
        "due_on": clock.due,
        "reply_days": speed.reply_days if speed else None,
        "in_time": speed.in_time if speed else None,
        "suspended": bool(clock.suspensions),
        "extended": case.last(a.Extension) is not None,
        "corrected": case.last(a.CorrectionNotice) is not None,
        "charged": case.last(a.FeeNotice) is not None,
        **{f"days_{state}": days for state, days in (speed.days_in if speed else _NO_DAYS).items()},
        **(_like_none(case.id) if case.is_erased else sketches_of(words)),
        "from_ledger": case.is_from_ledger,
        "again_on": latest if counted and latest and latest > counted.on else None,
    }


def sketches_of(words: str) -> dict[str, int]:
    """The columns of `tally` by which requests for the same are found."""
    return {f"sketch_{n}": value for n, value in enumerate(sketch(words), 1)}


def _like_none(case_id: str) -> dict[str, int]:
    """The same of a file without words: it asks for what no other does."""
    return {f"sketch_{n}": zlib.crc32(f"{n}{case_id}".encode()) & 0x7FFFFFFF for n in (1, 2, 3)}


_NO_DAYS = dict.fromkeys(("registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving"), 0)


def occurrences_of(case: Case) -> list[dict[str, Any]]:
    """The rows of `occurrence` for this file, in order."""
    return [
        {
            "case_id": case.id, "seq": one.seq, "agency": case.agency, "kind": one.kind, "type": one.type, "on": one.on,
            "ended_on": one.ended_on, "result": one.result, "ground": one.ground, "amount_fen": one.amount_fen,
        }
        for one in occurrences(case)
    ]  # fmt: skip


def text_of(case: Case, words: str) -> dict[str, Any]:
    """The row of `case_text` for this file."""
    return {"case_id": case.id, "agency": case.agency, "received_on": case.received_on, "grams": " ".join(pairs(words)), **columns_of(case, words)}


_TALLY = select(TALLY).where(TALLY.c.case_id == bindparam("of"))
_ADD_TALLY = insert(TALLY)
_FORGET_TALLY, _FORGET_OCCURRENCES = (delete(table).where(table.c.case_id == bindparam("of")) for table in (TALLY, OCCURRENCE))


def write(session: Session, case: Case, words: str, rules: Rules, key: bytes) -> None:
    """Renew what is counted of one file after its last act; of the remarks a meeting alone is counted or listed anywhere."""
    if case.acts[-1].act.kind not in REMARKS or isinstance(case.acts[-1].act, a.Meeting):
        _renew(session, case, words, rules, key)


def _renew(session: Session, case: Case, words: str, rules: Rules, key: bytes) -> None:
    row, mended = _tally(case, words, rules, key), case.acts[-1].act.kind in MENDING
    connection = session.connection()
    there = connection.execute(_TALLY, {"of": case.id}).mappings().first()
    if row is None:
        connection.execute(_FORGET_TALLY, {"of": case.id})
    elif there is None:
        connection.execute(_ADD_TALLY, row)
    elif dict(there) != row:  # most acts change nothing that is counted
        session.execute(update(TALLY).where(TALLY.c.case_id == case.id).values(row))
    rows = _occurrences(case)
    if rows or row is None or mended:
        connection.execute(_FORGET_OCCURRENCES, {"of": case.id})
    if rows:
        connection.execute(insert(OCCURRENCE), rows)
    if mended or isinstance(case.acts[-1].act, a.Registration | a.Correction | a.Split):
        write_text(session, case, words)


def _tally(case: Case, words: str, rules: Rules, key: bytes) -> dict[str, Any] | None:
    """The row of a file that is counted; what is void, was handed over or corrects records has none."""
    return tally_of(case, words, rules, key) if is_counted(case) else None


def renew_occurrences(session: Session, case: Case) -> None:
    """Write anew what happened on a file."""
    session.execute(delete(OCCURRENCE).where(OCCURRENCE.c.case_id == case.id))
    if rows := _occurrences(case):
        session.execute(insert(OCCURRENCE), rows)


def _occurrences(case: Case) -> list[dict[str, Any]]:
    """What happened on a file; of what is void or was handed over the meetings alone, which were held all the same."""
    found = [one for one in occurrences_of(case) if case.state not in OUT or one["kind"] == "meeting"]
    return sorted(found, key=lambda one: one["seq"])  # as they are read


def write_text(session: Session, case: Case, words: str) -> None:
    """Renew what is searched of one file."""
    row = text_of(case, words)
    renewed = update(TEXT).where(TEXT.c.case_id == case.id).values(row).returning(TEXT.c.case_id)
    if session.execute(renewed).first() is None:
        session.execute(insert(TEXT).values(row))


class Counted:
    """What is stored of some files for counting and searching, read at once."""

    def __init__(self, session: Session, case_ids: Collection[str]) -> None:
        connection, these = session.connection(), {"ids": case_ids}
        self.tally = {row["case_id"]: dict(row) for row in connection.execute(_TALLIES, these).mappings()}
        self.text = {row["case_id"]: dict(row) for row in connection.execute(_TEXTS, these).mappings()}
        self.happened = defaultdict[str, list[dict[str, Any]]](list)
        for row in connection.execute(_HAPPENED, these).mappings():
            self.happened[row["case_id"]].append(dict(row))


_TALLIES, _TEXTS, _HAPPENED = (
    select(*columns).where(table.c.case_id.in_(bindparam("ids", expanding=True)))
    for table, columns in (
        (TALLY, (TALLY,)), (TEXT, (TEXT.c.case_id, TEXT.c.agency, TEXT.c.received_on, TEXT.c.grams, TEXT.c.sought, TEXT.c.marks)),
        (OCCURRENCE, (OCCURRENCE,)),
    )
)  # fmt: skip
_HAPPENED = _HAPPENED.order_by(OCCURRENCE.c.case_id, OCCURRENCE.c.seq)


def differing(case: Case, words: str, rules: Rules, key: bytes, stored: Counted) -> list[str]:
    """The projections of one file that are not what its acts say, by their names; without any when all is well."""
    pairs_of = (
        ("统计索引", stored.tally.get(case.id), _tally(case, words, rules, key)),
        ("统计事项", stored.happened.get(case.id, []), _occurrences(case)),
        ("全文索引", stored.text.get(case.id), text_of(case, words)),
    )
    return [name for name, there, right in pairs_of if there != right]


def rebuild(session: Session, case: Case, words: str, rules: Rules, key: bytes) -> bool:
    """Make the rows of one file what its acts say; True when they were not."""
    if not differing(case, words, rules, key, Counted(session, [case.id])):
        return False
    session.execute(delete(OCCURRENCE).where(OCCURRENCE.c.case_id == case.id))
    _renew(session, case, words, rules, key)
    write_text(session, case, words)
    return True


def add_many(session: Session, cases: list[tuple[Case, str]], rules: Rules, key: bytes) -> None:
    """The rows of many new files at once (import), each with its words."""
    if counted := [row for case, words in cases if (row := _tally(case, words, rules, key)) is not None]:
        session.execute(insert(TALLY), counted)
    session.execute(insert(TEXT), [text_of(case, words) for case, words in cases])
    if happened := [row for case, _ in cases for row in _occurrences(case)]:
        session.execute(insert(OCCURRENCE), happened)
