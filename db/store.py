"""The only writer: every function here works inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import journal, people, tallies
from db import tables as t
from db.engine import lock_number
from db.projection import docket_of, inbox_of, keys_of, shown_of
from db.sealing import SEALED, Ring, SealBroken, opened, opened_one, opened_values, ring_of, sealed
from workflow.acts import Act, Officer, Signed, divide, unite
from workflow.case import Case
from workflow.law import Rules
from workflow.personal import veiled

CASE, ACT, DOCKET, INBOX, LETTER, COUNTER, ONCE, TALLY, TEXT, ATTACHMENT, OFFICER, TOKEN = (
    t.table_of(model)
    for model in (
        t.CaseFile, t.ActRow, t.Docket, t.Inbox, t.LetterRow, t.Counter, t.OnceRow, t.Tally, t.CaseText, t.AttachmentRow, t.OfficerRow,
        t.TokenRow,
    )
)  # fmt: skip


class KeyReused(Exception):
    """An Idempotency-Key that already stands for another request."""


class KeyBusy(Exception):
    """An Idempotency-Key whose first request is still at work in another process."""


class Unreadable(ValueError):
    """A stored act that cannot be read, with whose file it is on: everything else goes on. Says nothing of what the act holds."""

    def __init__(self, agency: str, number: str, seq: int) -> None:
        super().__init__(f"{number}：第{seq}项办理行为读不出来")
        self.agency, self.number, self.seq = agency, number, seq

    def __reduce__(self) -> Any:
        """On its way from another process."""
        return Unreadable, (self.agency, self.number, self.seq)


BROKEN = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a stored act may raise when it is not what was once written."""
BLIND_FILE = "blind-index.key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets that lie outside the database."""

    blind: bytes

    @classmethod
    def load(cls, folder: Path) -> Keys:
        """Read the keys from `folder`, making them (readable by the owner only) at the first start."""
        return cls(journal.secret(folder / BLIND_FILE))


# ------------------------------------------------------------------ case files


def signed_of(ring: Ring, row: Any) -> Signed:
    """A stored act as it stands on its file. Raises one of `BROKEN`: it is damaged."""
    public, private = (opened_one(ring, ACT, row, column) for column in SEALED[ACT.name])
    act = unite(json.loads(public), json.loads(private) if private else {})
    return Signed(row.seq, act, _officer(row.officer), row.at)


@lru_cache(maxsize=1000)
def _officer(text: str) -> Officer:
    """Who signed, as it stands with the act: few have signed what many files hold."""
    return Officer.model_validate_json(text)


_HEAD = select(CASE.c.agency, CASE.c.number, CASE.c.version, CASE.c.erased_at).where(CASE.c.id == bindparam("of"))
_HEAD_LOCKED = _HEAD.with_for_update()
_ACTS = select(ACT).where(ACT.c.case_id == bindparam("of"), ACT.c.seq > bindparam("after")).order_by(ACT.c.seq)
_ACT = insert(ACT)
_VERSION = update(CASE).where(CASE.c.id == bindparam("of")).returning(CASE.c.number)
_RENEW = update(DOCKET).where(DOCKET.c.case_id == bindparam("of"))


def load(session: Session, case_id: str, *, for_update: bool = False, known: Case | None = None) -> Case | None:
    """The file from its acts; `for_update` locks it until the transaction ends (PostgreSQL; SQLite has one writer).

    `known` is the file as it was once committed: acts are never changed, so only those placed since are read; of a file that was erased
    since, all are. Raises Unreadable.
    """
    head = session.connection().execute(_HEAD_LOCKED if for_update else _HEAD, {"of": case_id}).first()
    if head is None:
        return None
    if known is None or known.version > head.version or (head.erased_at is not None and not known.is_erased):
        known = Case(case_id, head.agency, head.number)
    if known.version < head.version:
        ring = ring_of(session)
        try:
            for row in session.connection().execute(_ACTS, {"of": case_id, "after": known.version}):
                known = known.with_stored(signed_of(ring, row))
        except BROKEN:  # what it says of the act may tell of people
            raise Unreadable(head.agency, head.number, known.version + 1) from None
    return known


def readable(
    session: Session, case_ids: Iterable[str], damaged: list[Unreadable] | None = None, *, for_update: bool = False
) -> Iterator[Case]:
    """The files of a list that are there and can be read; the others are put into `damaged`."""
    for case_id in case_ids:
        try:
            case = load(session, case_id, for_update=for_update)
        except Unreadable as broken:
            if damaged is not None:
                damaged.append(broken)
            continue
        if case is not None:
            yield case


def readable_of_many(session: Session, case_ids: Sequence[str], damaged: list[Unreadable]) -> Iterator[Case]:
    """`readable`, in two questions for all of them; in the order of their ids."""
    heads = {row.id: row for row in session.connection().execute(_HEADS, {"ids": case_ids})}
    acts = session.connection().execute(_ACTS_OF, {"ids": case_ids})
    for case_id, rows in groupby(acts, lambda row: str(row.case_id)):
        try:
            yield of_rows(ring_of(session), heads[case_id], rows)
        except Unreadable as broken:
            damaged.append(broken)


def of_rows(ring: Ring, head: Any, rows: Iterable[Any]) -> Case:
    """The file of a row of `case_file` and those of its acts, in order. Raises Unreadable."""
    case = Case(head.id, head.agency, head.number)
    try:
        for row in rows:
            case = case.with_stored(signed_of(ring, row))
    except BROKEN:
        raise Unreadable(head.agency, head.number, case.version + 1) from None
    return case


def acts_of_many(session: Session, case_ids: Sequence[str]) -> dict[str, list[Any]]:
    """The stored acts of each of these files, in order."""
    found = defaultdict[str, list[Any]](list)
    for row in session.connection().execute(_ACTS_OF, {"ids": case_ids}):
        found[row.case_id].append(row)
    return found


_HEADS = select(CASE.c.id, CASE.c.agency, CASE.c.number).where(CASE.c.id.in_(bindparam("ids", expanding=True)))
_ACTS_OF = select(ACT).where(ACT.c.case_id.in_(bindparam("ids", expanding=True))).order_by(ACT.c.case_id, ACT.c.seq)


def create_case(session: Session, case: Case, *, year: int, serial: int) -> None:
    """The row of a new file; its acts follow by `append`."""
    row = _case_row(case, year, serial, 0)
    session.execute(insert(CASE).values(row))
    journal.added(session, CASE, row)


def _case_row(case: Case, year: int, serial: int, version: int) -> dict[str, Any]:
    return {
        "id": case.id, "agency": case.agency, "year": year, "serial": serial, "number": case.number, "version": version,
        "split_from": case.registration.split_from,
    }  # fmt: skip


def append(session: Session, case_id: str, signed: Signed) -> None:
    """One more act, told in the log. The primary key (case, seq) is the last guard against two winners."""
    row = act_row(case_id, signed)
    session.connection().execute(_ACT, sealed(session, ACT, row))
    number = session.connection().execute(_VERSION, {"of": case_id, "version": signed.seq}).scalar_one()
    _tell_act(session, number, row, signed)


def _tell_act(session: Session, number: str, row: Mapping[str, Any], signed: Signed) -> None:
    people.log(session, signed.at, "act", officer=signed.officer, object=f"{number} {signed.seq} {signed.act.kind}")
    journal.added(session, ACT, row)


def act_row(case_id: str, signed: Signed) -> dict[str, Any]:
    """An act as it is stored, before it is sealed: its personal data apart."""
    public, private = divide(signed.act)
    return {
        "case_id": case_id,
        "seq": signed.seq,
        "kind": signed.act.kind,
        "on": signed.act.on,
        "public": _text(public),
        "private": _text(private) if private else None,
        "officer": signed.officer.model_dump_json(),
        "at": signed.at,
    }


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def next_number(session: Session, agency: str, year: int, series: str) -> int:
    """The next number of a series: a counter row in the same transaction, so that a rollback leaves no gap."""
    key = (COUNTER.c.agency == agency, COUNTER.c.year == year, COUNTER.c.series == series)
    raised = update(COUNTER).where(*key).values(value=COUNTER.c.value + 1).returning(COUNTER.c.value)
    value = session.execute(raised).scalar()
    if value is None:
        try:
            with session.begin_nested():
                session.execute(insert(COUNTER).values(agency=agency, year=year, series=series, value=1))
            value = 1
        except IntegrityError:  # somebody else began the series at the same moment
            value = session.execute(raised).scalar_one()
    journal.added(session, COUNTER, {"agency": agency, "year": year, "series": series, "value": int(value)})
    return int(value)


def take_numbers(session: Session, agency: str, year: int, series: str, count: int, *, at_least: int = 0) -> int:
    """The first of `count` numbers in a row; those up to `at_least` are passed over (an imported ledger holds them)."""
    first = next_number(session, agency, year, series)
    if first <= at_least:
        first = at_least + 1
        _set_counter(session, agency, year, PASSED_OVER, at_least)
    _set_counter(session, agency, year, series, first + count - 1)
    return first


PASSED_OVER = "import"
"""A series of no letters: up to its value, numbers of cases may be missing, because an imported ledger holds them."""


def passed_over(series: str) -> str:
    """The series that tells up to which number those of `series` may be missing: they were given in another system."""
    return PASSED_OVER if series == "case" else f"{PASSED_OVER} {series}"


def _set_counter(session: Session, agency: str, year: int, series: str, value: int) -> None:
    key = {"agency": agency, "year": year, "series": series}
    renewed = update(COUNTER).filter_by(**key).values(value=value).returning(COUNTER.c.value)
    if session.execute(renewed).first() is None:
        session.execute(insert(COUNTER).values(**key, value=value))
    journal.added(session, COUNTER, {**key, "value": value})


def add_files(session: Session, files: Sequence[tuple[Case, int, int]], rules: Rules, keys: Keys) -> None:
    """Many new files with all their acts at once: (file, year, serial). No letters: they come from an old ledger."""
    _add_cases(session, files)
    rows = [{"serial": serial, **docket_of(case, rules, keys.blind)} for case, _, serial in files]
    session.execute(insert(DOCKET), [sealed(session, DOCKET, row) for row in rows])
    tallies.add_many(session, [(case, row["wanted_masked"]) for (case, _, _), row in zip(files, rows, strict=True)], rules, keys.blind)


def _add_cases(session: Session, files: Sequence[tuple[Case, int, int]]) -> None:
    """The rows of new files with all their acts, told in the log: (file, year, serial)."""
    heads = [_case_row(case, year, serial, case.version) for case, year, serial in files]
    session.execute(insert(CASE), heads)
    acts = [act_row(case.id, signed) for case, _, _ in files for signed in case.acts]
    session.execute(insert(ACT), [sealed(session, ACT, row) for row in acts])
    told = iter(acts)
    for (case, _, _), head in zip(files, heads, strict=True):
        for signed in case.acts:
            _tell_act(session, case.number, next(told), signed)
        journal.added(session, CASE, head)


class Taken(Exception):
    """A file that cannot be read in: it, or what belongs to it, is here already; or what it leans on is not. The sentence says which."""


@dataclass(frozen=True, slots=True)
class FromElsewhere:
    """A file that another system kept: its number, and the rows of its letters and attachments, whose bytes are kept already."""

    case: Case
    year: int
    serial: int
    letters: Sequence[Mapping[str, Any]]
    attachments: Sequence[Mapping[str, Any]]
    told: tuple[int, int] | None = None
    """Year and serial of which its number makes that of a request (of an old ledger they may be others): it is not given again."""


def take_in(session: Session, file: FromElsewhere, rules: Rules, keys: Keys) -> None:
    """A file from another system with all its numbers. Raises Taken."""
    case, head = file.case, {"agency": file.case.agency, "year": file.year, "serial": file.serial}
    same = or_(CASE.c.id == case.id, CASE.c.number == case.number, and_(*(CASE.c[name] == value for name, value in head.items())))
    if (there := session.execute(select(CASE.c.number).where(same)).scalar()) is not None:
        raise Taken(f"本系统已经有登记号为{there}的案卷，没有读入。")
    for table, rows, what in ((LETTER, file.letters, "文书"), (ATTACHMENT, file.attachments, "附件")):
        if session.execute(select(table.c.id).where(table.c.id.in_([row["id"] for row in rows]))).first() is not None:
            raise Taken(f"本系统已经有这件案卷的{what}，没有读入。")
    for row in file.letters:
        mine = [LETTER.c[name] == row[name] for name in ("agency", "year", "series", "serial")]
        if row["serial"] is not None and session.execute(select(LETTER.c.id).where(*mine)).first() is not None:
            raise Taken(f"文号{row['number']}在本系统已经用于另一份文书，没有读入。")
    _add_cases(session, [(case, file.year, file.serial)])
    for table, rows in ((LETTER, file.letters), (ATTACHMENT, file.attachments)):
        for row in rows:
            kept = {"case_id": case.id, **row}
            session.execute(insert(table).values(sealed(session, table, kept)))
            journal.added(session, table, kept)
    _reach(session, case.agency, file.year, "case", file.serial)
    if file.told is not None:
        _reach(session, case.agency, file.told[0], "case", file.told[1])
    for row in file.letters:
        if row["serial"] is not None:
            _reach(session, row["agency"], row["year"], row["series"], row["serial"])
    write_docket(session, case, rules, keys)
    tallies.rebuild(session, case, veiled(case), rules, keys.blind)  # `write_docket` renews what the last act changes, and here all acts are new


def _reach(session: Session, agency: str, year: int, series: str, serial: int) -> None:
    """The counter of a series goes on after `serial`; the numbers that it leaps over were given elsewhere."""
    key = (COUNTER.c.agency == agency, COUNTER.c.year == year, COUNTER.c.series == series)
    value = session.execute(select(COUNTER.c.value).where(*key).with_for_update()).scalar() or 0
    if serial > value:
        _set_counter(session, agency, year, series, serial)
        if serial > value + 1:
            _set_counter(session, agency, year, passed_over(series), serial)


def write_docket(session: Session, case: Case, rules: Rules, keys: Keys) -> None:
    """Renew the projection of one file."""
    right = docket_of(case, rules, keys.blind)
    row = sealed(session, DOCKET, right)
    if session.connection().execute(_RENEW, {"of": case.id, **row}).rowcount == 0:
        serial = session.execute(select(CASE.c.serial).where(CASE.c.id == case.id)).scalar_one()
        session.execute(insert(DOCKET).values(serial=serial, **row))
    asked_here = inbox_of(case, rules)
    if asked_here or case.revoked:  # a question that was taken back is on nobody's list
        session.execute(delete(INBOX).where(INBOX.c.case_id == case.id))
    if asked_here:
        session.execute(insert(INBOX), asked_here)
    tallies.write(session, case, right["wanted_masked"], rules, keys.blind)


class Projected:
    """What is stored of some files in the projections, read at once."""

    def __init__(self, session: Session, case_ids: Collection[str]) -> None:
        connection, these = session.connection(), {"ids": case_ids}
        self.serials = {row.id: row.serial for row in connection.execute(_SERIALS, these)}
        self.docket = {row["case_id"]: row for row in connection.execute(_DOCKETS, these).mappings()}
        self.inbox = defaultdict[str, list[dict[str, Any]]](list)
        for row in connection.execute(_INBOXES, these).mappings():
            self.inbox[row["case_id"]].append(dict(row))
        self.counted = tallies.Counted(session, case_ids)


_SERIALS = select(CASE.c.id, CASE.c.serial).where(CASE.c.id.in_(bindparam("ids", expanding=True)))
_DOCKETS = select(DOCKET).where(DOCKET.c.case_id.in_(bindparam("ids", expanding=True)))
_INBOXES = select(INBOX).where(INBOX.c.case_id.in_(bindparam("ids", expanding=True))).order_by(INBOX.c.case_id, INBOX.c.seq)


def is_right(session: Session, case: Case, rules: Rules, keys: Keys, stored: Projected | None = None) -> bool:
    """Whether the projections of a file are what its acts say."""
    stored = Projected(session, [case.id]) if stored is None else stored
    right = _stored_as_right(session, case, rules, keys, stored)
    return right is not None and not tallies.differing(case, right["wanted_masked"], rules, keys.blind, stored.counted)


def _stored_as_right(session: Session, case: Case, rules: Rules, keys: Keys, stored: Projected) -> dict[str, Any] | None:
    """What `docket` should say of a file; None where it, or `inbox`, says otherwise."""
    row, right = stored.docket.get(case.id), {"serial": stored.serials[case.id], **docket_of(case, rules, keys.blind)}
    same = row is not None and says(ring_of(session), row, right)
    return right if same and stored.inbox.get(case.id, []) == inbox_of(case, rules) else None


def mend(session: Session, case: Case, rules: Rules, keys: Keys) -> bool:
    """Make the projections of a file what its acts say; True when they were not."""
    counted_wrong = tallies.rebuild(session, case, docket_of(case, rules, keys.blind)["wanted_masked"], rules, keys.blind)
    wrong = _stored_as_right(session, case, rules, keys, Projected(session, [case.id])) is None
    if wrong or counted_wrong:
        for table in (INBOX, DOCKET):
            session.execute(delete(table).where(table.c.case_id == case.id))
        write_docket(session, case, rules, keys)
    return wrong or counted_wrong


def says(ring: Ring, stored: Any, right: Mapping[str, Any]) -> bool:
    """Whether a stored row of `docket` (a mapping) is what the acts say."""
    try:
        kept = opened_values(ring, DOCKET, stored)
    except SealBroken:
        return False
    return all(kept[name] == value for name, value in right.items())


KEYS_AT_ONCE = 500
"""Files whose keys are renewed in one transaction."""


def renew_keys(session: Session, keys: Keys, after: str = "") -> str | None:
    """Write what an earlier version did not: the keys by which people are found, the request without them, what is sealed. Some files at a time.

    The id of the last file that was looked at, to go on `after`; None when there are no more.
    """
    lacking = or_(DOCKET.c.name_key.is_(None), DOCKET.c.wanted_masked.is_(None), DOCKET.c.applicant_masked.is_(None))
    old = select(DOCKET.c.case_id, DOCKET.c.agency, DOCKET.c.number).where(lacking, DOCKET.c.case_id > after)
    heads = {row.case_id: row for row in session.execute(old.order_by(DOCKET.c.case_id).limit(KEYS_AT_ONCE).with_for_update())}
    acts = session.execute(select(ACT).where(ACT.c.case_id.in_(list(heads))).order_by(ACT.c.case_id, ACT.c.seq))
    ring = ring_of(session)
    made = {DOCKET: list[dict[str, Any]](), TALLY: list[dict[str, Any]](), TEXT: list[dict[str, Any]]()}
    for case_id, rows in groupby(acts, lambda row: row.case_id):
        try:
            case = Case.of(case_id, heads[case_id].agency, heads[case_id].number, (signed_of(ring, row) for row in rows))
        except BROKEN:  # a damaged file: `verify` tells of it
            continue
        found, shown = keys_of(case.applicant, keys.blind), shown_of(case)
        words = shown["wanted_masked"]
        made[DOCKET].append(sealed(session, DOCKET, {**found, **shown}, case_id=case_id) | {"of": case_id})
        made[TALLY].append({"applicant_key": found["applicant_key"], **tallies.sketches_of(words), "of": case_id})
        tallies.renew_occurrences(session, case)
        said = tallies.text_of(case, words)
        made[TEXT].append({**{name: said[name] for name in ("grams", "sought", "marks")}, "of": case_id})
    for table, values in made.items():
        if values:
            new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in values[0] if name != "of"}
            renewed = [{name if name == "of" else f"new_{name}": value for name, value in one.items()} for one in values]
            session.connection().execute(update(table).where(table.c.case_id == bindparam("of")).values(new), renewed)
    return list(heads)[-1] if heads else None


# ------------------------------------------------------------------ letters and attachments


def add_letter(
    session: Session,
    case: Case,
    signed: Signed,
    *,
    id: str,
    kind: str,
    context: str,
    dated: date,
    series: str | None,
    serial: int | None,
    number: str | None,
) -> None:
    """A letter with its number and frozen words; its PDF follows."""
    row = {
        "id": id, "case_id": case.id, "seq": signed.seq, "kind": kind, "agency": case.agency, "year": signed.act.on.year, "series": series,
        "serial": serial, "number": number, "dated": dated, "context": context, "created_at": signed.at,
    }  # fmt: skip
    session.execute(insert(LETTER).values(sealed(session, LETTER, row)))
    journal.added(session, LETTER, row)


def finish_letter(session: Session, letter: str, digest: str, size: int, told: str | None = None) -> None:
    """The PDF is there. Once set, the digest never changes. `told`: who signed it electronically, or why nobody did."""
    made = update(LETTER).where(LETTER.c.id == letter, LETTER.c.digest.is_(None)).values(digest=digest, size=size)
    row = session.execute(made.returning(LETTER.c.case_id)).first()
    if row is not None:
        number = session.execute(select(CASE.c.number).where(CASE.c.id == row.case_id)).scalar_one()
        people.log(session, journal.journal_of(session).clock(), "letter", object=f"{number} {letter}", reason=told)
        journal.changed(session, LETTER, letter)


def add_attachment(
    session: Session, *, id: str, case: Case, name: str, media_type: str, size: int, digest: str,
    purpose: str | None, officer: Officer, at: datetime, role: str | None = None, item: int | None = None,
    made_from: str | None = None, separated: str | None = None,
) -> Any:  # fmt: skip
    """The row of an attachment whose bytes are already kept; it is logged without its name."""
    at = t.in_order(session, ATTACHMENT.c.at, ATTACHMENT.c.case_id == case.id, at)
    row = {
        "id": id, "case_id": case.id, "name": name, "media_type": media_type, "size": size, "digest": digest, "purpose": purpose,
        "officer": officer.model_dump_json(), "at": at, "role": role, "item": item, "made_from": made_from, "separated": separated,
    }  # fmt: skip
    session.execute(insert(ATTACHMENT).values(sealed(session, ATTACHMENT, row)))
    people.log(session, at, "attachment", officer=officer, object=f"{case.number} {id}", reason="添加")
    journal.added(session, ATTACHMENT, row)
    return SimpleNamespace(**row)


def tie_attachment(session: Session, *, id: str, case: Case, role: str | None, item: int | None, officer: Officer, at: datetime) -> None:
    """What an attachment is to the request and to which item it belongs; it is logged."""
    session.execute(update(ATTACHMENT).where(ATTACHMENT.c.id == id).values(role=role, item=item))
    people.log(session, at, "attachment", officer=officer, object=f"{case.number} {id}", reason="归入申请事项")
    journal.changed(session, ATTACHMENT, id)


# ------------------------------------------------------------------ officers and tokens


def add_officer(session: Session, *, username: str, name: str, role: str, agency: str, at: datetime) -> Officer:
    """A new officer (人员)."""
    row = t.OfficerRow(id=str(uuid4()), username=username, name=name, role=role, agency=agency, created_at=at)
    session.add(row)
    session.flush()
    journal.added(session, OFFICER, row.model_dump())
    return Officer(id=row.id, username=username, name=name, role=role, agency=agency)


def new_token(session: Session, officer_id: str, *, label: str, at: datetime, expires_at: datetime, scope: str = "act") -> str:
    """A new token, shown this once; only its SHA-256 is kept. `scope`: act (read and act), or read."""
    token = f"gk_{secrets.token_urlsafe(32)}"
    row = t.TokenRow(
        id=str(uuid4()), officer_id=officer_id, digest=token_digest(token), label=label, scope=scope, created_at=at, expires_at=expires_at
    )
    session.add(row)
    session.flush()
    journal.added(session, TOKEN, row.model_dump())
    return token


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# ------------------------------------------------------------------ once only


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key with what it was used for."""

    key: str
    officer_id: str
    route: str
    request_digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be replayed."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def claim(session: Session, once: Once) -> Answer | None:
    """The first answer given to this key; None, and the key is claimed, when it is new. Raises KeyReused, KeyBusy."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer: nobody else can be at work
        free = func.pg_try_advisory_xact_lock(lock_number(f"{once.officer_id} {once.key}"))
        if not session.execute(select(free)).scalar_one():
            raise KeyBusy
    mine = (ONCE.c.key == once.key, ONCE.c.officer_id == once.officer_id)
    try:
        with session.begin_nested():
            session.execute(
                insert(ONCE).values(
                    key=once.key, officer_id=once.officer_id, route=once.route, request_digest=once.request_digest,
                    status=0, body="", headers={},
                )
            )  # fmt: skip
        return None
    except IntegrityError:
        row = session.execute(select(ONCE).where(*mine)).one()
    if (row.route, row.request_digest) != (once.route, once.request_digest):
        raise KeyReused
    return _answer(session, row)


def _answer(session: Session, row: Any) -> Answer:
    return Answer(row.status, opened(ring_of(session), ONCE, row).body.encode(), row.headers)


def first_answer(session: Session, officer_id: str, key: str) -> Answer | None:
    """What was answered under this key; None when it is new."""
    row = session.execute(select(ONCE).where(ONCE.c.key == key, ONCE.c.officer_id == officer_id)).first()
    return _answer(session, row) if row is not None else None


KEPT = timedelta(days=7)
"""How long a key is known: whoever repeats a submission does so sooner."""


def forget_answers(session: Session, now: datetime) -> None:
    """Forget what was answered long ago."""
    session.execute(delete(ONCE).where(ONCE.c.at < now - KEPT))


def complete(session: Session, once: Once, answer: Answer, at: datetime) -> None:
    """Keep the answer with its effect, in one transaction; what was answered long ago is forgotten."""
    forget_answers(session, at)
    values = {"status": answer.status, "body": answer.body.decode(), "headers": dict(answer.headers), "at": at}
    mine = (ONCE.c.key == once.key, ONCE.c.officer_id == once.officer_id)
    session.execute(update(ONCE).where(*mine).values(sealed(session, ONCE, values, key=once.key, officer_id=once.officer_id)))


__all__ = ["Act", "Answer", "Keys", "Once"]
