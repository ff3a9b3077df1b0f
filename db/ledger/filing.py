"""From an entry to the acts of a case file, and back: a file that was imported says by its acts which line it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement

from db.ledger.reading import Entry
from db.ledger.words import TITLES
from workflow import acts as a
from workflow import printable
from workflow import statistics as s
from workflow.acts import Act, Officer, Rejected
from workflow.admission import admit
from workflow.case import Case
from workflow.law import Invalid, Rules

A = TypeVar("A", bound=Act)

SIGNER = "import"
"""Who signs the acts of an import."""
MOST_ACTS = 4
"""Registration, result, remedy and its result."""
_NAME = "台账导入"
_REMARK = re.compile(r"由原台账导入，原编号(.*?)(?:，原主题“(.*?)”)?(?:，台账另载：.*)?", re.S)


def is_of_an_import(officer: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an act, by the officer that is stored with it, was placed by an import."""
    return officer.startswith(f'{{"id":"{SIGNER}"')


_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "registration": {"applicant.name": "applicant_name", "applicant.category": "applicant_category", "on": "received_on"},
    "ledger_result": {
        "on": "replied_on", "extended_to": "extension", "paused_on": "suspension",
    },
    "remedy": {"on": "remedy_on", "type": "remedy", "after_reconsideration": "remedy"},
    "remedy_result": {"on": "remedy_result_on", "result": "remedy_result"},
}  # fmt: skip
"""Kind of act -> field -> the column that it comes from; other fields are called as their column."""


def column_of(kind: str, field: str) -> str:
    """The column of the ledger that a field of an act comes from."""
    return _COLUMNS[kind].get(field, field)


def faults(act: Act, entry: Entry, unprintable: printable.Unprintable) -> list[tuple[str, str]]:
    """What cannot be printed of an act, by columns; of a remark, which several columns make, by the one that holds it."""
    try:
        printable.check(act, unprintable)
    except Rejected as error:
        noted = (("number", entry.number), ("topic", entry.topic_said or ""), *entry.noted)
        of_remark = [(column, why) for column, said in noted if (why := printable.fault(said, unprintable)) is not None]
        own = [(column_of(act.kind, field), why) for field, why in error.errors if field not in ("remark", "text")]
        return own + (of_remark if len(own) < len(error.errors) else [])
    return []


def _read(model: type[A], fields: Mapping[str, Any], kind: str) -> A:
    try:
        return a.read(model, fields)
    except Rejected as error:
        raise Rejected([(column_of(kind, field), why) for field, why in error.errors]) from None


def acts_of(entry: Entry, ledger: str, line: int) -> list[Act]:
    """The acts of one entry. Raises Rejected, by columns, when a text is too long, or blank after cleaning."""
    source = {"ledger": ledger, "line": line}
    applicant = {"category": entry.applicant_category, "name": entry.applicant_name}
    remark = f"由原台账导入，原编号{entry.number}" + (f"，原主题“{entry.topic_said[:100]}”" if entry.topic_said else "")
    if entry.noted:
        remark += "，台账另载：" + "，".join(f"{TITLES[name]}“{said[:200]}”" for name, said in entry.noted)
    registration = _read(
        a.Registration,
        {
            "channel": entry.channel, "received_on": entry.received_on, "applicant": applicant, "wanted": entry.wanted,
            "topic": entry.topic, "remark": remark, "imported": source,
        },
        "registration",
    )  # fmt: skip
    made: list[Act] = [registration]
    if entry.outcome is not None and entry.replied_on is not None:
        ended = {"on": entry.replied_on, "outcome": entry.outcome, "remark": "由原台账导入", **entry.steps}
        made.append(_read(a.LedgerResult, ended, "ledger_result"))
    if entry.remedy is not None and entry.remedy_on is not None:
        suit = {"type": "reconsideration" if entry.remedy == "reconsideration" else "litigation", "body": "原台账没有记载"}
        fields = {**suit, "on": entry.remedy_on, "after_reconsideration": entry.remedy == "after", "remark": "由原台账导入"}
        made.append(_read(a.Remedy, fields, "remedy"))
        if entry.remedy_result is not None:
            fields = {"on": entry.remedy_result_on, "remedy": len(made), "result": entry.remedy_result, "remark": "由原台账导入"}
            made.append(_read(a.RemedyResult, fields, "remedy_result"))
    return made


def entry_of(acts: Sequence[Act]) -> Entry:
    """The entry that these acts of an import stand for, its texts as the acts hold them; its unit is that of the file."""
    registration = acts[0]
    assert isinstance(registration, a.Registration)
    said = _REMARK.fullmatch(registration.remark or "")
    result = next((one for one in acts if isinstance(one, a.LedgerResult)), None)
    remedy = next((one for one in acts if isinstance(one, a.Remedy)), None)
    decided = next((one for one in acts if isinstance(one, a.RemedyResult)), None)
    return Entry(
        number=said[1] if said else "",
        received_on=registration.received_on,
        channel=registration.channel,
        applicant_category=registration.applicant.category,
        applicant_name=registration.applicant.name,
        wanted=registration.wanted,
        topic=registration.topic,
        topic_said=said[2] if said else None,
        outcome=result.outcome if result else None,
        replied_on=result.on if result else None,
        remedy=s.remedy_type(remedy) if remedy else None,
        remedy_on=remedy.on if remedy else None,
        remedy_result=decided.result if decided else None,
        remedy_result_on=decided.on if decided else None,
    )


def file_of(acts: Sequence[Act], id: str, agency: str, number: str, rules: Rules, at: datetime, today: date) -> Case:
    """The case file of one entry, every act admitted by the same law. Raises Invalid, by columns, and Refused."""
    made = Case(id, agency, number)
    for act in acts:
        role = rules.on(act.on).roles[act.kind][0]
        signer = Officer(id=SIGNER, username=SIGNER, name=_NAME, role=role, agency=agency)
        try:
            made = admit(made, act, signer, at, rules, today)
        except Invalid as error:
            raise Invalid(column_of(act.kind, error.field), error.message, *error.articles) from None
    return made
