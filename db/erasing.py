"""保管期满销毁: what tells of people and every text of an archived file goes from every table and folder (READINGS R-erasure).

Its number, dates, kinds, amounts and outcomes stay, so that reports give the same figures and the log its proofs: each row that
changes is told in the log with its new digest, as every change is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, select, text, update
from sqlmodel import Session

from db import journal, learned_topics, people, tallies
from db import tables as t
from db.engine import Database
from db.files import Files
from db.sealing import opened, ring_of, sealed
from db.store import ACT, ATTACHMENT, CASE, DOCKET, LETTER, Keys, act_row, load, write_docket
from db.tidying import KINDS
from workflow.acts import Erasure, Officer, Signed
from workflow.calendar import legal_day
from workflow.case import Case
from workflow.feedback import kept_until as opinion_kept_until
from workflow.law import Refused, Rules
from workflow.personal import veiled
from workflow.retention import ERASED, blanked, erased, kept_until

APPLICATION, REDACTION, DRAFT, SUGGESTION, FEEDBACK = (
    t.table_of(model) for model in (t.Application, t.Redaction, t.FormDraft, t.Suggestion, t.Feedback)
)
CHANGED = (
    "act", "letter", "attachment", "docket", "tally", "occurrence", "case_text", "application", "redaction", "form_draft", "suggestion", "once",
    "topic_model", "feedback",
)
"""The tables in which something was written over."""
RESIDUE = "erasure_residue"
"""The setting that says that something is left of it in their files."""


def erase(session: Session, case: Case, signed: Signed, rules: Rules, keys: Keys) -> Case:
    """Erase what the file says, with the act that orders it already placed; the file as it is now. The bytes follow after the commit (`drop`).

    Raises Refused: a letter is still being made, or figures would not stay as they are.
    """
    assert isinstance(signed.act, Erasure)
    if session.execute(select(LETTER.c.id).where(LETTER.c.case_id == case.id, LETTER.c.digest.is_(None))).first() is not None:
        raise Refused("本件还有文书的PDF在生成，没有销毁。请稍候再试。", "条例 45")
    before, now = _figures(case.as_of(signed.seq - 1), rules, keys), erased(case)
    if _figures(now, rules, keys) != before:
        raise Refused("销毁以后本件的统计会与现在不同，没有销毁。请把登记号告诉系统的维护人员。", "条例 45")
    people.log(session, signed.at, "erasure", officer=signed.officer, object=case.number, reason=signed.act.ground)
    session.execute(update(CASE).where(CASE.c.id == case.id).values(erased_at=signed.at))
    journal.changed(session, CASE, case.id)
    people.set_setting(session, "", RESIDUE, "yes")
    for one in now.acts[:-1]:
        row = act_row(case.id, one)
        changed = {name: row[name] for name in ("public", "private")}
        mine = (ACT.c.case_id == case.id, ACT.c.seq == one.seq)
        session.execute(update(ACT).where(*mine).values(sealed(session, ACT, changed, case_id=case.id, seq=one.seq)))
        journal.changed(session, ACT, case.id, one.seq)
    _write(session, LETTER, {"context": ""}, LETTER.c.case_id == case.id)
    _write(session, ATTACHMENT, {"name": ERASED, "purpose": None, "separated": None}, ATTACHMENT.c.case_id == case.id)
    for application in session.execute(select(APPLICATION).where(APPLICATION.c.case_id == case.id)).all():
        said = blanked(json.loads(opened(ring_of(session), APPLICATION, application).fields), case.id[:8])
        text = json.dumps(said, ensure_ascii=False)
        _write(session, APPLICATION, {"fields": text, "fields_key": None, "answer": None}, APPLICATION.c.id == application.id)
    session.execute(delete(REDACTION).where(REDACTION.c.attachment_id.in_(select(ATTACHMENT.c.id).where(ATTACHMENT.c.case_id == case.id))))
    session.execute(delete(DRAFT).where(DRAFT.c.form.contains(case.id, autoescape=True)))
    for suggestion in session.execute(select(SUGGESTION.c.id, SUGGESTION.c.cases, SUGGESTION.c.sample)).all():
        if case.id in suggestion.cases and suggestion.sample and veiled(case).startswith(suggestion.sample):
            session.execute(update(SUGGESTION).where(SUGGESTION.c.id == suggestion.id).values(sample=ERASED))
            journal.changed(session, SUGGESTION, suggestion.id)
    learned_topics.forget(session, case.agency)
    write_docket(session, now, rules, keys)
    tallies.rebuild(session, now, veiled(now), rules, keys.blind)
    return now


def _figures(case: Case, rules: Rules, keys: Keys) -> tuple[Any, ...]:
    """What is counted of a file, without its words and its people."""
    tally = tallies.tally_of(case, "", rules, keys.blind)
    happened = [{**row, "ground": None} if row["kind"] == "return" else row for row in tallies.occurrences_of(case)]
    return {**tally, "applicant_key": None, "sketch_1": 0, "sketch_2": 0, "sketch_3": 0}, happened, case.state, case.outcome, len(case.items)


def _write(session: Session, table: Table, values: Mapping[str, Any], which: Any) -> None:
    """Write over the same columns of some rows; each is told in the log."""
    for identity in session.execute(select(table.c.id).where(which)).scalars().all():
        session.execute(update(table).where(table.c.id == identity).values(sealed(session, table, values, id=identity)))
        journal.changed(session, table, identity)


def erase_opinion(session: Session, number: str, by: Officer, now: datetime, ground: str, reason: str) -> bool:
    """Erase what a visitor told and what he was answered (意见建议); False: there is none that was answered, or it is erased already."""
    found = session.execute(select(FEEDBACK.c.id).where(FEEDBACK.c.number == number, FEEDBACK.c.state == "answered").with_for_update()).scalar()
    if found is None:
        return False
    told = {"at": now.isoformat(), "officer": by.model_dump(mode="json"), "ground": ground, "reason": reason}
    values = {"body": ERASED, "contact": None, "answer": ERASED, "state": "erased", "erased": json.dumps(told, ensure_ascii=False)}
    people.log(session, now, "erasure", officer=by, object=number, reason=ground)
    people.set_setting(session, "", RESIDUE, "yes")
    _write(session, FEEDBACK, values, FEEDBACK.c.id == found)
    session.execute(delete(DRAFT).where(DRAFT.c.form.contains(found, autoescape=True)))
    return True


def drop(session: Session, files: Files, case_id: str) -> bool:
    """Take away the bytes of a file that was erased; whether all are gone.

    What a crash, or a store that gives no answer, leaves behind `verify` tells of, and `tidy` removes.
    """
    tables = [(kind, table) for kind, table in KINDS if "case_id" in table.c]
    mine = ((kind, session.execute(select(table.c.id).where(table.c.case_id == case_id)).scalars()) for kind, table in tables)
    left = [identity for kind, found in mine for identity in found if not files.drop(kind, identity)]
    return not left


def sweep(database: Database) -> None:
    """Leave nothing of what was erased in the database's own files. Takes its time; nobody may be reading a SQLite for long."""
    if database.is_sqlite:
        database.write(lambda session: [session.execute(text(statement)) for statement in _ANEW])
    database.write(lambda session: people.set_setting(session, "", RESIDUE, ""))  # what is erased meanwhile says it again
    try:
        database.scrub(CHANGED)
    except BaseException:
        database.write(lambda session: people.set_setting(session, "", RESIDUE, "yes"))
        raise


def has_residue(session: Session) -> bool:
    """Whether something was erased since the database's own files were last cleaned (`sweep`)."""
    return people.setting(session, "", RESIDUE) == "yes"


_ANEW = ("INSERT INTO case_text_fts (case_text_fts) VALUES ('rebuild')", "INSERT INTO case_sought (case_sought) VALUES ('rebuild')")
"""SQLite's own indexes of words: what was taken out of them stays in their pages until they are made anew."""


# ------------------------------------------------------------------ which


def over(session: Session, today: date, agency: str | None = None, most: int | None = None, shortest: int = 1) -> Iterator[tuple[Case, date]]:
    """The archived files whose period of retention is over and that are not erased, the first archived first, each with its last day.

    None is kept less than `shortest` years. With `most`, no more than so many are given, of no more than twenty times as many that are looked at.
    """
    old = select(CASE.c.id).join(DOCKET, DOCKET.c.case_id == CASE.c.id).where(
        DOCKET.c.state == "archived", CASE.c.erased_at.is_(None), DOCKET.c.archived_on < date(today.year - shortest, 1, 1)
    )  # fmt: skip
    if agency is not None:
        old = old.where(DOCKET.c.agency == agency)
    old, found = old.order_by(DOCKET.c.archived_on, DOCKET.c.serial, DOCKET.c.case_id).limit(20 * most if most else None), 0
    for case_id in session.execute(old).scalars():
        case = load(session, case_id)
        until = kept_until(case) if case is not None else None
        if case is not None and until is not None and until < today:
            yield case, until
            found += 1
            if found == most:
                return


def opinions_over(session: Session, today: date, rules: Rules, agency: str | None = None) -> Sequence[tuple[Any, date]]:
    """The answered opinions that are kept no longer (number, unit, days, without their words), the first answered first, with their last day."""
    columns = [FEEDBACK.c[name] for name in ("number", "agency", "submitted_on", "answered_at")]
    query = select(*columns).where(FEEDBACK.c.state == "answered").order_by(FEEDBACK.c.answered_at, FEEDBACK.c.number)
    rows = session.execute(query if agency is None else query.where(FEEDBACK.c.agency == agency))
    found = ((row, opinion_kept_until(legal_day(row.answered_at), rules)) for row in rows)
    return [(row, until) for row, until in found if until < today]


@dataclass(frozen=True, slots=True)
class Erased:
    """销毁 of one file or opinion: when, by whom, on what ground."""

    number: str
    on: date
    by: Officer
    ground: str


def erasures(session: Session) -> Iterator[Erased]:
    """The files that were erased, in order; then the opinions."""
    for case_id in session.execute(select(CASE.c.id).where(CASE.c.erased_at.is_not(None)).order_by(CASE.c.erased_at, CASE.c.number)).scalars():
        case = load(session, case_id)
        signed = case.last(Erasure) if case is not None else None
        if case is not None and signed is not None and isinstance(signed.act, Erasure):
            yield Erased(case.number, signed.act.on, signed.officer, signed.act.ground)
    gone = select(FEEDBACK.c.number, FEEDBACK.c.erased).where(FEEDBACK.c.erased.is_not(None)).order_by(FEEDBACK.c.number)
    for number, told in session.execute(gone):
        said = json.loads(told)
        on = legal_day(datetime.fromisoformat(said["at"]))
        yield Erased(number, on, Officer.model_validate(said["officer"]), said["ground"])
