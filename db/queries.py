"""The only reader of many cases. Agency scope stands in the SQL of everything that lists, counts or searches."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, tuple_
from sqlmodel import Session

from db import search as text_index
from db import tables as t
from db.counting import MANY, Aside, many
from db.lists import unattended
from db.matching import OUTSIDE, bearing, named, of_units, organisation
from db.sealing import Ring, opened, opened_one, ring_of
from db.similarity import Similar, rank
from db.sought import are_few, holding, many_holding, words
from db.standing import OPEN, OWED, overdue
from db.store import token_digest
from workflow.acts import Officer
from workflow.case import Case
from workflow.personal import Veil
from workflow.sameness import Sameness, in_its_year
from workflow.staff import Staff

CASE, DOCKET, INBOX, LETTER, ATTACHMENT, OFFICER, TOKEN, LOG = (
    t.table_of(model)
    for model in (t.CaseFile, t.Docket, t.Inbox, t.LetterRow, t.AttachmentRow, t.OfficerRow, t.TokenRow, t.LogEntry)
)


class BadCursor(ValueError):
    """A cursor that no page of this list gave."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of cases may be narrowed by; None: not at all."""

    state: str | None = None
    stage: str | None = None
    due_before: date | None = None
    overdue: bool | None = None
    unattended: bool | None = None
    """On no active person's list; `staff` are the people of all units."""
    staff: Staff | None = None
    passed_to: str | None = None
    """交下级单位拟办: the unit that drafts."""
    assignee: str | None = None
    applicant: str | None = None
    topic: str | None = None
    outcome: str | None = None
    purpose: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    q: str | None = None
    key: bytes | None = None
    """The key of the blind indexes: with it a person is found by the whole name, phone or number."""
    sort: str = "due"
    cursor: str | None = None
    limit: int = 50
    ids: tuple[str, ...] | None = None
    """These files alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `next` is the cursor of the following one, `total` counts as far as `MOST_COUNTED`."""

    items: Sequence[Row[Any]]
    next: str | None
    total: int


_FAR = date(9999, 12, 31)
_MOST = 2**31 - 1
"""The largest serial that a database keeps."""
MOST_COUNTED = 5_000
"""So far `total` counts."""
_SORTS = {
    "due": DOCKET.c.due_on,
    "received": DOCKET.c.received_on,
    "number": DOCKET.c.serial,
}


_NARROWER = (
    "state", "stage", "assignee", "topic", "outcome", "purpose", "ids", "due_before", "overdue", "unattended", "received_from", "received_to",
)  # fmt: skip


def cases(session: Session, agencies: Collection[str], wanted: Filters, today: date) -> Found:
    """A page of the cases of these agencies. Raises BadCursor."""

    asked = {name: words(said) if name == "q" else [said] for name in ("q", "applicant") if (said := getattr(wanted, name)) is not None}
    few = any(are_few(session, one, agencies) for one in asked.values())

    def theirs(*, many: bool = False, by_id: bool = few) -> Any:
        mine = of_units(agencies, many=many, by_id=by_id)  # of the office above, but on the list of who drafts
        return or_(mine, DOCKET.c.passed_to == wanted.passed_to) if wanted.passed_to in agencies else mine

    narrowed = conditions(session, agencies, wanted, today)
    narrower = any(getattr(wanted, name) is not None for name in _NARROWER)  # leads to fewer files than the words
    total = None if few or narrower else _by_words(session, agencies, wanted, today, asked, theirs(by_id=True))
    if total is None:
        total = many(session, select(DOCKET.c.case_id).where(theirs(), *narrowed), MOST_COUNTED)
    key = _SORTS[wanted.sort.lstrip("-")]
    rows: list[Row[Any]] = []
    for part in _parts(wanted):
        query = select(DOCKET, key.label("sort_key")).where(theirs(many=total >= MANY), *narrowed, *part)
        query = query.order_by(*_order(wanted.sort, key))
        rows += session.execute(query.limit(wanted.limit + 1 - len(rows))).all()
        if len(rows) > wanted.limit:
            break
    more = len(rows) > wanted.limit
    rows = rows[: wanted.limit]
    following = _write_cursor(wanted.sort, _FAR if rows[-1].sort_key is None else rows[-1].sort_key, rows[-1].case_id) if more else None
    return Found(rows, following, total)


def _by_words(
    session: Session, agencies: Collection[str], wanted: Filters, today: date, asked: Mapping[str, Sequence[str]], theirs: Any
) -> int | None:
    """The total where many files hold words that are asked for, counted along the index of the words; None where it is none of that."""
    for name, several in asked.items():
        without = replace(wanted, q=None) if name == "q" else replace(wanted, applicant=None)
        rest = [theirs, *conditions(session, agencies, without, today)]
        total = many_holding(session, several, agencies, [*rest, *(bearing(several[0]) if name == "applicant" else [])], MOST_COUNTED)
        if total is not None and wanted.key is not None:  # and who bears it as a name, and holds it nowhere else
            held = holding(session, several, agencies) if name == "q" else organisation(session, several[0], agencies)
            other = select(DOCKET.c.case_id).where(*rest, named(getattr(wanted, name), agencies, wanted.key), ~held)
            total = min(MOST_COUNTED, total + many(session, other, MOST_COUNTED))
        if total is not None:
            return total
    return None


def _order(sort: str, key: Any) -> tuple[Any, Any]:
    return (key.desc(), DOCKET.c.case_id.desc()) if sort.startswith("-") else (key, DOCKET.c.case_id)


def _parts(wanted: Filters) -> list[list[Any]]:
    """The stretches of the list behind the cursor, in order. What has no due date stands as if it were due last: it is a stretch of its own,
    which is read only when the other has come to its end."""
    down, after = wanted.sort.startswith("-"), None if wanted.cursor is None else _read_cursor(wanted.cursor, wanted.sort)
    key = _SORTS[wanted.sort.lstrip("-")]

    def behind(*place: Any) -> list[Any]:
        if after is None:
            return []
        here, there = (place[0], after[1]) if len(place) == 1 else (tuple_(*place), after)
        return [here < there if down else here > there]

    if wanted.sort.lstrip("-") != "due":
        return [behind(key, DOCKET.c.case_id)]
    without = after is not None and after[0] == _FAR
    dated = [key.is_not(None), *(behind(key, DOCKET.c.case_id) if not without else [])]
    undated = [key.is_(None), *(behind(DOCKET.c.case_id) if without else [])]
    if wanted.overdue or wanted.due_before is not None:
        return [dated]
    if down:
        return [undated, dated] if after is None or without else [dated]
    return [undated] if without else [dated, undated]


def conditions(session: Session, agencies: Collection[str], wanted: Filters, today: date) -> list[Any]:
    """The filters as conditions on `docket`, for the files of these agencies."""
    exact = ("state", "stage", "assignee", "topic", "outcome", "purpose", "passed_to")
    found: list[Any] = [DOCKET.c[name] == value for name in exact if (value := getattr(wanted, name)) is not None]
    if wanted.ids is not None:
        found.append(DOCKET.c.case_id.in_(wanted.ids))
    if wanted.due_before is not None:
        found.append(DOCKET.c.due_on < wanted.due_before)
    if wanted.overdue is not None:
        found.append(overdue(today) if wanted.overdue else ~func.coalesce(overdue(today), False))
    if wanted.unattended is not None:
        assert wanted.staff is not None
        lost = unattended(wanted.staff, wanted.staff.agencies)
        found.append(lost if wanted.unattended else ~lost)
    if wanted.received_from is not None:
        found.append(DOCKET.c.received_on >= wanted.received_from)
    if wanted.received_to is not None:
        found.append(DOCKET.c.received_on <= wanted.received_to)
    if wanted.applicant is not None:
        ways = [organisation(session, wanted.applicant, agencies)]
        found.append(or_(*ways, named(wanted.applicant, agencies, wanted.key)) if wanted.key is not None else ways[0])
    if wanted.q is not None:
        held = holding(session, words(wanted.q), agencies)
        found.append(or_(held, named(wanted.q, agencies, wanted.key)) if wanted.key is not None else held)
    return found


def _write_cursor(sort: str, key: Any, case_id: str) -> str:
    value = key.isoformat() if isinstance(key, date) else key
    return base64.urlsafe_b64encode(json.dumps([sort, value, case_id]).encode()).decode()


def _read_cursor(cursor: str, sort: str) -> tuple[Any, str]:
    try:
        made_for, value, case_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if made_for != sort:
            raise ValueError
        place = str(UUID(case_id))
        if sort.lstrip("-") != "number":
            return date.fromisoformat(value), place
        if type(value) is not int or not 0 <= value <= _MOST:  # 1e999 is infinite, and no database has a number of 400 digits
            raise ValueError
        return value, place
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise BadCursor from None


def worklist(session: Session, agencies: Collection[str], before: date) -> Sequence[Row[Any]]:
    """Cases whose reply is owed, due on or before `before`, or whose draft is due from a unit below by then, the most pressing first."""
    codes = sorted(agencies)
    theirs = or_(DOCKET.c.agency.in_(codes), DOCKET.c.passed_to.in_(codes))
    pressing = or_(DOCKET.c.due_on <= before, DOCKET.c.draft_limit <= before)
    query = select(DOCKET).where(theirs, OWED, pressing).order_by(func.coalesce(DOCKET.c.due_on, _FAR), DOCKET.c.number)
    return session.execute(query).all()


def count_cases(session: Session) -> int:
    return int(session.execute(select(func.count()).select_from(CASE)).scalar_one())


def count_by_state(session: Session) -> dict[str, int]:
    """State -> number of cases, over all agencies (counts only)."""
    rows = session.execute(select(DOCKET.c.state, func.count()).group_by(DOCKET.c.state))
    return {state: int(count) for state, count in rows}


def case_id_of(session: Session, number: str) -> str | None:
    """The id of the case with this number (or id)."""
    query = select(CASE.c.id).where(or_(CASE.c.number == number, CASE.c.id == number))
    return session.execute(query).scalar()


def waiting_of_same(session: Session, case: Case, most: int = 20) -> tuple[str, ...]:
    """The ids of the files in 办理 of whoever asks in this one, at the same agency; the oldest first."""
    mine = select(DOCKET.c.applicant_key).where(DOCKET.c.case_id == case.id).scalar_subquery()
    query = select(DOCKET.c.case_id).where(
        DOCKET.c.agency == case.agency, DOCKET.c.applicant_key == mine, OPEN, DOCKET.c.state == "handling", DOCKET.c.case_id != case.id
    )
    return tuple(session.execute(query.order_by(Aside(DOCKET.c.received_on), DOCKET.c.serial).limit(most)).scalars())


def ids_of(session: Session, agency: str, wanted: Collection[str]) -> tuple[str, ...]:
    """The ids of the files of this agency that `wanted` names by id or number, in an order that is always the same."""
    named = or_(CASE.c.id.in_(wanted), CASE.c.number.in_(wanted))
    return tuple(session.execute(select(CASE.c.id).where(CASE.c.agency == agency, named).order_by(CASE.c.id)).scalars())


def already_this_month(session: Session, case_id: str) -> int:
    """How many requests of this applicant to this agency were received earlier in the same natural month (办法 4).

    Earlier: an earlier day, or the same day with a lower number. Split requests count each.
    """
    mine = session.execute(select(DOCKET).where(DOCKET.c.case_id == case_id)).one()
    same = and_(
        DOCKET.c.agency == mine.agency, DOCKET.c.applicant_key == mine.applicant_key, DOCKET.c.counts_in == mine.counts_in
    )
    earlier = tuple_(DOCKET.c.received_on, DOCKET.c.serial) < (mine.received_on, mine.serial)
    return int(session.execute(select(func.count()).select_from(DOCKET).where(same, earlier)).scalar_one())


def asked_before(session: Session, agency: str, applicant_key: str, on: date) -> tuple[int, int]:
    """How many requests of this applicant the agency has of the natural month of `on` (办法 4), and of its year."""
    mine = and_(DOCKET.c.agency == agency, DOCKET.c.applicant_key == applicant_key)
    month = func.count().filter(DOCKET.c.counts_in == f"{on:%Y-%m}")
    year = func.count().filter(DOCKET.c.counts_in.startswith(f"{on:%Y}-"))
    row = session.execute(select(month.label("month"), year.label("year")).where(mine)).one()
    return int(row.month), int(row.year)


def similar(session: Session, same: Sameness, agencies: Collection[str], case_id: str, most: int = 20) -> list[Similar]:
    """Earlier requests that ask for the same: this applicant's (条例 36(六)) and others' (条例 44), best first."""
    mine = session.execute(select(*OUTSIDE).where(DOCKET.c.case_id == case_id)).one()
    return similar_to(session, same, agencies, mine.wanted, mine.applicant_key, mine.received_on, without=case_id, most=most)


_OWN = 50
"""Of one's own earlier requests the last fifty are compared, in whatever words."""


def similar_to(
    session: Session, same: Sameness, agencies: Collection[str], wanted: str, applicant_key: str, by: date, *,
    without: str = "", most: int = 20,
) -> list[Similar]:  # fmt: skip
    """`similar` for a text that is no case yet: among requests received by the day `by`; what tells of people is not compared."""
    wanted = Veil()(wanted)
    own = select(DOCKET.c.case_id).where(DOCKET.c.agency.in_(agencies), DOCKET.c.applicant_key == applicant_key, DOCKET.c.received_on <= by)
    ids = {
        *text_index.candidates(session, agencies, wanted, by),
        *session.execute(own.order_by(DOCKET.c.received_on.desc(), DOCKET.c.serial.desc()).limit(_OWN)).scalars(),
    }
    query = select(*OUTSIDE).where(DOCKET.c.case_id.in_(ids), DOCKET.c.case_id != without, DOCKET.c.purpose == "information")
    rows = session.execute(query.order_by(DOCKET.c.received_on.desc(), DOCKET.c.serial)).all()
    return rank(same, in_its_year(wanted, by), applicant_key, rows, most)


def case_row(session: Session, case_id: str) -> Row[Any]:
    """The row of a file that is there: its unit, number, year and serial."""
    return session.execute(select(CASE).where(CASE.c.id == case_id)).one()


# ------------------------------------------------------------------ letters, attachments, consultations


def letter(session: Session, letter_id: str) -> Row[Any] | None:
    """The row of a letter, its words sealed (`letter_words`)."""
    return session.execute(select(LETTER).where(LETTER.c.id == letter_id)).first()


def letters_called(session: Session, agencies: Collection[str], number: str) -> Sequence[Row[Any]]:
    """Letters of these agencies that bear this number (文号) and have their PDF: one, but where two agencies number alike."""
    return session.execute(_CALLED, {"number": number, "agencies": sorted(agencies)}).all()


def letters_with(session: Session, agencies: Collection[str], digest: str) -> Sequence[Row[Any]]:
    """Letters of these agencies whose PDF has this SHA-256."""
    return session.execute(_WITH, {"digest": digest, "agencies": sorted(agencies)}).all()


_OF_THESE = LETTER.c.agency.in_(bindparam("agencies", expanding=True))
_CALLED = select(LETTER).where(LETTER.c.number == bindparam("number"), LETTER.c.digest.is_not(None), _OF_THESE).order_by(LETTER.c.id).limit(20)
_WITH = select(LETTER).where(LETTER.c.digest == bindparam("digest"), _OF_THESE).order_by(LETTER.c.id).limit(20)


def signature_of(session: Session, number: str, letter_id: str) -> str | None:
    """电子签名 of a letter of the file of this number, as the log tells of its making; None: nobody was to sign it."""
    made = select(LOG.c.reason).where(LOG.c.object == f"{number} {letter_id}", LOG.c.what == "letter").order_by(LOG.c.seq).limit(1)
    return session.execute(made).scalar()


UNSIGNED = "未加电子签名"
"""What the log says of a letter that should have been signed and was not."""


def unsigned(session: Session, letters: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Those of the letters (number of the file, id) that were made without the electronic signature that was to be there."""
    about = [f"{number} {letter_id}" for number, letter_id in letters]
    made = select(LOG.c.object).where(LOG.c.object.in_(about), LOG.c.what == "letter", LOG.c.reason.startswith(UNSIGNED))
    return frozenset(str(one).rpartition(" ")[2] for one in session.execute(made).scalars()) if about else frozenset()


def letter_words(ring: Ring, row: Any) -> dict[str, Any]:
    """The frozen words of a stored letter, as its context takes them."""
    found: dict[str, Any] = json.loads(opened_one(ring, LETTER, row, "context"))
    return found


_WHOLE = tuple(LETTER.c)
_ABOUT = tuple(column for column in LETTER.c if column.name != "context")
"""Of a letter all but its words, which are its longest part by far."""
_LETTERS, _WHOLE_LETTERS = (select(*columns).where(LETTER.c.case_id == bindparam("of")).order_by(LETTER.c.seq) for columns in (_ABOUT, _WHOLE))
_ATTACHMENTS = select(ATTACHMENT).where(ATTACHMENT.c.case_id == bindparam("of")).order_by(ATTACHMENT.c.at, ATTACHMENT.c.id)


def letters_of(session: Session, case: Case, *, with_words: bool = False) -> Sequence[Row[Any]]:
    """The letters of a file, `with_words` (`letter_words`) or without; last those of other files that answer it too (一并答复)."""
    own = session.connection().execute(_WHOLE_LETTERS if with_words else _LETTERS, {"of": case.id}).all()
    if not case.joint_letters:
        return own
    joint = select(*(_WHOLE if with_words else _ABOUT)).where(LETTER.c.id.in_(case.joint_letters))
    return [*own, *session.execute(joint.order_by(LETTER.c.created_at)).all()]


def unfinished_letters(session: Session) -> list[str]:
    """Letters whose PDF is not there yet, oldest first."""
    query = select(LETTER.c.id).where(LETTER.c.digest.is_(None)).order_by(LETTER.c.created_at)
    return list(session.execute(query).scalars())


def attachment(session: Session, attachment_id: str) -> Any | None:
    row = session.execute(select(ATTACHMENT).where(ATTACHMENT.c.id == attachment_id)).first()
    return row and opened(ring_of(session), ATTACHMENT, row)


def attachments_of(session: Session, case_id: str) -> Sequence[Any]:
    ring = ring_of(session)
    return [opened(ring, ATTACHMENT, row) for row in session.connection().execute(_ATTACHMENTS, {"of": case_id})]


def is_listed_for(session: Session, case_id: str, agency: str) -> bool:
    """Whether a file of another unit stands on lists of `agency`: it was asked, or drafts for it."""
    asked = select(INBOX.c.case_id).where(INBOX.c.case_id == case_id, INBOX.c.agency == agency)
    drafts = select(DOCKET.c.case_id).where(DOCKET.c.case_id == case_id, DOCKET.c.passed_to == agency)
    return session.execute(asked.union_all(drafts).limit(1)).first() is not None


def inbox(session: Session, agency: str, limit: int, cursor: str | None = None) -> Found:
    """Consultations addressed to this agency: the open ones with the nearest limit first, then the answered ones, the latest first.

    Raises BadCursor.
    """
    mine, total = INBOX.c.agency == agency, many(session, select(INBOX.c.case_id).where(INBOX.c.agency == agency), MOST_COUNTED)
    after = None if cursor is None else _read_place(cursor)
    rows: list[Row[Any]] = []
    for at, (is_open, is_dated) in enumerate(_STRETCHES):
        if after is not None and at < after[0]:
            continue
        place = (*([INBOX.c.limit_on] if is_dated else []), INBOX.c.case_id, INBOX.c.seq)
        dated = INBOX.c.limit_on.is_not(None) if is_dated else INBOX.c.limit_on.is_(None)
        query = select(INBOX).where(mine, INBOX.c.is_open if is_open else ~INBOX.c.is_open, dated)
        if after is not None and at == after[0]:
            here, there = tuple_(*place), tuple_(*after[1])
            query = query.where(here > there if is_open else here < there)
        query = query.order_by(*(place if is_open else (one.desc() for one in place)))
        rows += session.execute(query.limit(limit + 1 - len(rows))).all()
        if len(rows) > limit:
            last = rows[limit - 1]
            return Found(rows[:limit], _write_place(last), total)
    return Found(rows, None, total)


_STRETCHES = ((True, True), (True, False), (False, True), (False, False))
"""Of consultations: whether they are open, and whether they have a limit; in their order."""


def _write_place(row: Row[Any]) -> str:
    at = _STRETCHES.index((row.is_open, row.limit_on is not None))
    place = [*([row.limit_on.isoformat()] if row.limit_on else []), row.case_id, row.seq]
    return base64.urlsafe_b64encode(json.dumps([at, *place]).encode()).decode()


def _read_place(cursor: str) -> tuple[int, list[Any]]:
    try:
        at, *place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        *day, case_id, seq = place
        if type(at) is not int or type(seq) is not int or not 0 <= seq <= _MOST or len(day) != _STRETCHES[at][1]:
            raise ValueError
        return at % len(_STRETCHES), [*map(date.fromisoformat, day), str(UUID(case_id)), seq]
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        raise BadCursor from None


# ------------------------------------------------------------------ officers


def _officer(row: Any) -> Officer:
    return Officer(id=row.id, username=row.username, name=row.name, role=row.role, agency=row.agency)


def officer_by_username(session: Session, username: str) -> Officer | None:
    """An active officer of this user name."""
    row = session.execute(select(OFFICER).where(OFFICER.c.username == username, OFFICER.c.active)).first()
    return _officer(row) if row else None


_BY_TOKEN = (  # asked with every call of the API: built once
    select(*(OFFICER.c[name] for name in ("id", "username", "name", "role", "agency")), TOKEN.c.scope)
    .join(TOKEN, TOKEN.c.officer_id == OFFICER.c.id)
    .where(
        TOKEN.c.digest == bindparam("digest"), TOKEN.c.revoked_at.is_(None),
        TOKEN.c.expires_at > bindparam("now", type_=t.Stamp()), TOKEN.c.created_at > bindparam("oldest", type_=t.Stamp()), OFFICER.c.active,
    )
)  # fmt: skip


def officer_by_token(connection: Connection, token: str, now: datetime, longest: timedelta) -> tuple[Officer, str] | None:
    """Whose token this is, and its scope; None when it is unknown, expired, older than `longest`, revoked, or its officer is disabled."""
    row = connection.execute(_BY_TOKEN, {"digest": token_digest(token), "now": now, "oldest": now - longest}).first()
    return (_officer(row), row.scope) if row else None


def officers(session: Session) -> Sequence[Row[Any]]:
    return session.execute(select(OFFICER).order_by(OFFICER.c.agency, OFFICER.c.username)).all()


__all__ = ["BadCursor", "Filters", "Found", "Similar", "cases"]
