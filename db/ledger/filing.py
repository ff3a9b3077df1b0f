"""From an entry to the acts of a case file, and back: a file that was imported says by its acts which line it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement

from db.ledger.reading import Entry
from db.ledger.words import TITLES
from workflow import acts as a
from workflow import statistics as s
from workflow.acts import Act, Officer
from workflow.admission import admit
from workflow.case import Case
from workflow.law import Rules

SIGNER = "import"
"""Who signs the acts of an import."""
MOST_ACTS = 4
"""Registration, result, remedy and its result."""
_NAME = "台账导入"
_REMARK = re.compile(r"由原台账导入，原编号(.*?)(?:，原主题“(.*?)”)?(?:，台账另载：.*)?", re.S)


def is_of_an_import(officer: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an act, by the officer that is stored with it, was placed by an import."""
    return officer.startswith(f'{{"id":"{SIGNER}"')


def acts_of(entry: Entry, ledger: str, line: int) -> list[Act]:
    """The acts of one entry. Raises Rejected when a text is too long, or blank after cleaning."""
    source = {"ledger": ledger, "line": line}
    applicant = {"category": entry.applicant_category, "name": entry.applicant_name}
    remark = f"由原台账导入，原编号{entry.number}" + (f"，原主题“{entry.topic_said[:100]}”" if entry.topic_said else "")
    if entry.noted:
        remark += "，台账另载：" + "，".join(f"{TITLES[name]}“{said[:200]}”" for name, said in entry.noted)
    registration = a.read(
        a.Registration,
        {
            "channel": entry.channel, "received_on": entry.received_on, "applicant": applicant, "wanted": entry.wanted,
            "topic": entry.topic, "remark": remark, "imported": source,
        },
    )  # fmt: skip
    made: list[Act] = [registration]
    if entry.outcome is not None and entry.replied_on is not None:
        made.append(a.read(a.LedgerResult, {"on": entry.replied_on, "outcome": entry.outcome, "remark": "由原台账导入", **entry.steps}))
    if entry.remedy is not None and entry.remedy_on is not None:
        suit = {"type": "reconsideration" if entry.remedy == "reconsideration" else "litigation", "body": "原台账没有记载"}
        fields = {**suit, "on": entry.remedy_on, "after_reconsideration": entry.remedy == "after", "remark": "由原台账导入"}
        made.append(a.read(a.Remedy, fields))
        if entry.remedy_result is not None:
            fields = {"on": entry.remedy_result_on, "remedy": len(made), "result": entry.remedy_result, "remark": "由原台账导入"}
            made.append(a.read(a.RemedyResult, fields))
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
    """The case file of one entry, every act admitted by the same law. Raises Invalid, Refused."""
    made = Case(id, agency, number)
    for act in acts:
        role = rules.on(act.on).roles[act.kind][0]
        signer = Officer(id=SIGNER, username=SIGNER, name=_NAME, role=role, agency=agency)
        made = admit(made, act, signer, at, rules, today)
    return made
