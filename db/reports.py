"""年度报告, as counted from the case files, unit by unit; frozen years; the cases behind every cell (国办公开办函〔2021〕30号).

One query puts each request of a year in exactly one intake row, one ending row and one column; every other figure of the
two tables is a sum of those. Counting, freezing and telling what has moved since stay in one module: a frozen year is told
by counting again, and what is counted is told by what was frozen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, and_, case, func, insert, or_, select, union_all
from sqlmodel import Session

from db import journal, store
from db import tables as t
from db.counting import Aside, earliest
from db.matching import OUTSIDE
from db.report_parts import parts_of
from workflow import statistics as s
from workflow.acts import Act, Amendment, Officer, Revocation, Signed, Voiding
from workflow.annual import Parts
from workflow.case import OF_RECORDS, REMARKS, Case
from workflow.law import Rules
from workflow.procedure import OUT

TALLY, OCCURRENCE, DOCKET, FREEZE, CASE, ACT = (
    t.table_of(model) for model in (t.Tally, t.OccurrenceRow, t.Docket, t.ReportFreeze, t.CaseFile, t.ActRow)
)
OUTSIDE_REPORT = t.table_of(t.OutsideReport)
_IN_TABLE4 = ("remedy", "instance")
"""Kinds of occurrence that table 4 counts: reviews and suits, and what a later year brings of a suit."""
Cell = tuple[str, str, str]
"""Where one request is counted: intake row, ending row, applicant column."""


@dataclass(frozen=True, slots=True)
class Fees:
    """第六部分: what was notified, paid and waived within the span, in fen."""

    notices: int = 0
    notified_fen: int = 0
    payments: int = 0
    paid_fen: int = 0
    waivers: int = 0
    waived_fen: int = 0

    def __add__(self, other: Fees) -> Fees:
        return Fees(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Records:
    """更正申请 (条例 41), which table 3 does not count: how many came, and how they ended within the year."""

    new: int = 0
    carried: int = 0
    corrected: int = 0
    not_corrected: int = 0
    transferred: int = 0
    referred: int = 0
    otherwise: int = 0
    forward: int = 0

    def __add__(self, other: Records) -> Records:
        return Records(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Figures:
    """The two tables, the fees and the requests to correct records of one unit (or of several) in one year."""

    table3: s.Table
    table4: s.Table
    fees: Fees
    records: Records = Records()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Figures:
        """What `to_json` gave."""
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Figures:
        """The same, read; years frozen before requests to correct records were counted hold none."""
        return cls(data["table3"], data["table4"], Fees(**data["fees"]), Records(**data.get("records", {})))

    @classmethod
    def sum(cls, several: Sequence[Figures]) -> Figures:
        """County total: every cell the sum of the units' cells."""
        table3 = s.add([one.table3 for one in several], s.empty_table3())
        table4 = s.add([one.table4 for one in several], s.empty_table4())
        return cls(table3, table4, sum((one.fees for one in several), Fees()), sum((one.records for one in several), Records()))


@dataclass(frozen=True, slots=True)
class Moved:
    """A request that is counted otherwise than when the year was frozen (before or after: None = not at all in table 3)."""

    case_id: str
    number: str
    before: Cell | None
    after: Cell | None
    reason: str
    touches: frozenset[str] = frozenset()
    """Which figures it changes: table3, table4, fees, records."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what was frozen."""

    table: str
    row: str
    column: str
    frozen: int
    now: int
    reasons: tuple[str, ...] = ()
    """What was done since on the files that make the difference."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """定稿: the report as reported, and what has changed since."""

    id: str
    at: datetime
    by: str
    reason: str
    figures: Figures
    differences: Sequence[Difference]
    moved: Sequence[Moved]
    parts: Parts | None = None
    """What people had written; None: frozen before it was kept."""
    printed: Mapping[str, Any] | None = None
    """What the template printed then, and prints again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit's report: `now` as the files stand, `frozen` as reported (None: not yet reported)."""

    agency: str
    now: Figures
    frozen: Frozen | None

    @property
    def reported(self) -> Figures:
        """What counts towards the county total."""
        return self.frozen.figures if self.frozen else self.now


@dataclass(frozen=True, slots=True)
class Summand:
    """What a summed report took of one unit: its frozen report (`freeze`), or its figures and cells as its files stood then."""

    freeze: str | None
    figures: Figures
    cells: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit of a summed report that tells other figures now: handed in since (None: it has not yet), corrected, entered or taken away."""

    unit: str
    is_outside: bool
    differences: Sequence[Difference]
    handed_in: Frozen | None


@dataclass(frozen=True, slots=True)
class Summed:
    """汇总报告的定稿: the report that a unit sums up from others', as reported, and which of them tell something else since."""

    frozen: Frozen
    units: Mapping[str, Summand]
    changed: Sequence[Changed]


@dataclass(frozen=True, slots=True)
class Annual:
    """The annual report of one unit, or of several added up."""

    year: int
    units: Sequence[Unit]
    last_year: Sequence[int]
    has_data: bool = True
    """Whether a request of these units was received by the end of the year: else its zeros tell nothing."""
    outside: Sequence[tuple[str, Figures]] = ()
    """Units that do not use the system, with the figures that they handed in: part of the sum of several units."""
    from_ledger: int = 0
    """Requests that ended in the year and are known from an old ledger alone: of their fees nothing is on record."""
    summed: Summed | None = None
    """The sum as the unit that sums up froze it; None: not yet, or a report of one unit."""

    @property
    def figures(self) -> Figures:
        return self.summed.frozen.figures if self.summed else self.of_units

    @property
    def of_units(self) -> Figures:
        """The sum of what the units have reported by now, whatever sum was frozen."""
        return Figures.sum([*(unit.reported for unit in self.units), *(figures for _, figures in self.outside)])

    @property
    def now(self) -> Figures:
        """As the files stand now, whatever was reported."""
        return Figures.sum([*(unit.now for unit in self.units), *(figures for _, figures in self.outside)])

    @property
    def checks(self) -> list[s.Identity]:
        figures = self.figures
        return s.identities(figures.table3, figures.table4, self.last_year)

    @property
    def missing(self) -> list[str]:
        """The units that have not yet reported (frozen) the year."""
        return [unit.agency for unit in self.units if unit.frozen is None]


# ------------------------------------------------------------------ counting


def _of_the_year(agencies: Collection[str], year: int) -> list[list[Any]]:
    """The requests that table 3 of the year counts: received by its end, and not done before its beginning.

    In three parts that share none, each of which an index finds: received in it; of earlier ones those done since, and those not done.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine, earlier = TALLY.c.agency.in_(sorted(agencies)), Aside(TALLY.c.received_on) < first
    return [
        [mine, TALLY.c.received_on.between(first, last), or_(TALLY.c.ended_on.is_(None), TALLY.c.ended_on >= first)],
        [mine, earlier, TALLY.c.ended_on >= first, TALLY.c.ended_in >= f"{first:%Y-%m}"],
        [mine, earlier, TALLY.c.ended_in.is_(None)],
    ]


def _place_columns(year: int) -> tuple[Any, Any, Any]:
    """(whether it is new, its outcome within the year or None, its column): together the one cell of a request."""
    fresh = case((TALLY.c.received_on >= date(year, 1, 1), 1), else_=0)
    outcome = case((TALLY.c.ended_on <= date(year, 12, 31), TALLY.c.ended_outcome))
    return fresh.label("fresh"), outcome.label("outcome"), TALLY.c.applicant_category.label("category")


def _cell(row: Any, year: int, rules: Rules) -> Cell:
    ending = s.row_of(row.outcome, rules.on(date(year, 12, 31))) if row.outcome else s.FORWARD
    return (s.NEW if row.fresh else s.CARRIED), ending, row.category


def _table3(session: Session, agencies: Collection[str], year: int, rules: Rules) -> dict[str, s.Table]:
    found = {agency: s.empty_table3() for agency in agencies}
    query = select(TALLY.c.agency, *_place_columns(year), func.count().label("count"))
    query = query.group_by(TALLY.c.agency, *(c.name for c in _place_columns(year)))
    for row in session.execute(union_all(*(query.where(*part) for part in _of_the_year(agencies, year)))):
        s.place(found[row.agency], *_cell(row, year, rules), row._mapping["count"])
    return found


def _table4(session: Session, agencies: Collection[str], year: int) -> dict[str, s.Table]:
    """Results of the year, whenever filed; and what is pending at its end (READINGS R-table4)."""
    found = {agency: s.empty_table4() for agency in agencies}
    first, last = date(year, 1, 1), date(year, 12, 31)
    result = case((OCCURRENCE.c.ended_on <= last, OCCURRENCE.c.result), else_="pending").label("verdict")
    query = select(OCCURRENCE.c.agency, OCCURRENCE.c.type, result, func.count()).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)),
        OCCURRENCE.c.kind.in_(_IN_TABLE4),
        OCCURRENCE.c.on <= last,
        or_(OCCURRENCE.c.ended_on.is_(None), OCCURRENCE.c.ended_on >= first),
    )
    for agency, type, verdict, count in session.execute(query.group_by(OCCURRENCE.c.agency, OCCURRENCE.c.type, "verdict")):
        s.place_remedy(found[agency], type, verdict, count)
    return found


def paid_fen(session: Session, agency: str, year: int) -> int:
    """信息处理费 that came in within the year."""
    return fees(session, [agency], date(year, 1, 1), date(year, 12, 31))[agency].paid_fen


def fees(session: Session, agencies: Collection[str], first: date, last: date, *whose: Any) -> dict[str, Fees]:
    """收费统计 by unit: notices, payments and waivers, each counted on its own day; `whose` narrows them to some files."""
    query = select(OCCURRENCE.c.agency, OCCURRENCE.c.kind, func.count(), func.sum(OCCURRENCE.c.amount_fen)).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)),
        OCCURRENCE.c.kind.in_(("fee_notice", "payment", "waiver")),
        OCCURRENCE.c.on.between(first, last),
        *whose,
    )
    names = {"fee_notice": ("notices", "notified_fen"), "payment": ("payments", "paid_fen"), "waiver": ("waivers", "waived_fen")}
    found: dict[str, dict[str, int]] = {agency: {} for agency in agencies}
    for agency, kind, count, amount in session.execute(query.group_by(OCCURRENCE.c.agency, OCCURRENCE.c.kind)):
        found[agency] |= dict(zip(names[kind], (count, int(amount)), strict=True))
    return {agency: Fees(**values) for agency, values in found.items()}


def records(session: Session, agencies: Collection[str], first: date, last: date) -> dict[str, Records]:
    """更正申请 by unit: received within the span or open at its beginning, and how they ended within it (条例 41)."""
    fresh = case((OCCURRENCE.c.on >= first, "new"), else_="carried").label("came")
    went = case((OCCURRENCE.c.ended_on <= last, OCCURRENCE.c.result)).label("went")
    query = select(OCCURRENCE.c.agency, fresh, went, func.count()).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)),
        OCCURRENCE.c.kind == "record_correction",
        OCCURRENCE.c.on <= last,
        or_(OCCURRENCE.c.ended_on.is_(None), OCCURRENCE.c.ended_on >= first),
    )
    found = dict.fromkeys(agencies, Records())
    for agency, came, outcome, count in session.execute(query.group_by(OCCURRENCE.c.agency, "came", "went")):
        ended = "forward" if outcome is None else outcome.removeprefix("record_") if outcome in OF_RECORDS else "otherwise"
        found[agency] += Records(**{came: count}) + Records(**{ended: count})
    return found


def figures(session: Session, agencies: Collection[str], year: int, rules: Rules) -> dict[str, Figures]:
    """The figures of each unit, as its case files stand now."""
    table3, table4 = _table3(session, agencies, year, rules), _table4(session, agencies, year)
    money = fees(session, agencies, date(year, 1, 1), date(year, 12, 31))
    corrections = records(session, agencies, date(year, 1, 1), date(year, 12, 31))
    return {agency: Figures(table3[agency], table4[agency], money[agency], corrections[agency]) for agency in agencies}


def whole(agency: str) -> str:
    """Under what a unit keeps the report that it sums up from others' (本级政府的报告), beside its own: no unit has such a code."""
    return f"{agency}+"


def annual(
    session: Session, agencies: Sequence[str], year: int, rules: Rules, version: str | None = None, *, by: str | None = None
) -> Annual:
    """The annual report of these units: frozen figures where a unit has reported, its case files' where not yet.

    Of several the sum, as the unit that sums up (`by`) has frozen it. Also an earlier `version`, as it was frozen then. Raises
    LookupError where there is none.
    """
    now = figures(session, agencies, year, rules)
    frozen = {row.agency: row for row in _frozen_rows(session, agencies, year)}
    sums = freezes(session, whole(by), year) if by is not None and len(agencies) > 1 else []
    if version is not None:
        kept = sums if len(agencies) > 1 else [row for agency in agencies for row in freezes(session, agency, year)]
        sums = kept = [row for row in kept if row.id == version]
        if not kept:
            raise LookupError(version)
        frozen = frozen if len(agencies) > 1 else {row.agency: row for row in kept}
    units = [
        Unit(agency, now[agency], _frozen(session, frozen[agency], now[agency], rules) if agency in frozen else None)
        for agency in agencies
    ]
    before = {row.agency: Figures.from_json(row.figures).table3 for row in _frozen_rows(session, agencies, year - 1)}
    before |= _table3(session, [agency for agency in agencies if agency not in before], year - 1, rules)
    others, earlier = (outside(session, agencies, one) if len(agencies) > 1 else [] for one in (year, year - 1))
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine = TALLY.c.agency.in_(sorted(agencies))
    first_one = earliest(session, agencies)
    told = select(func.count()).where(mine, TALLY.c.ended_on.between(first, last), TALLY.c.from_ledger)
    forward = s.add([*before.values(), *(one.table3 for _, one in earlier)], s.empty_table3())[s.FORWARD]
    if by is not None and len(agencies) > 1 and (then := freezes(session, whole(by), year - 1)):
        forward = Figures.from_json(then[0].figures).table3[s.FORWARD]
    found = Annual(
        year, units, forward, outside=others,
        has_data=bool(others) or (first_one is not None and first_one <= last), from_ledger=session.execute(told).scalar_one(),
    )  # fmt: skip
    return replace(found, summed=_summed(sums[0], found)) if len(agencies) > 1 and sums else found


def outside(session: Session, agencies: Collection[str], year: int) -> list[tuple[str, Figures]]:
    """The units outside the system whose tables one of these units keeps, by name; of fees those tables say nothing."""
    query = select(OUTSIDE_REPORT).where(OUTSIDE_REPORT.c.agency.in_(sorted(agencies)), OUTSIDE_REPORT.c.year == year)
    rows = session.execute(query.order_by(OUTSIDE_REPORT.c.name, OUTSIDE_REPORT.c.id)).all()
    return [(row.name, Figures(told["table3"], told["table4"], Fees())) for row in rows if (told := json.loads(row.figures))]


def differences(told: Figures, now: Figures) -> list[Difference]:
    """The cells of tables 3 and 4 in which a report is not what the files say."""
    return [*_differences("table3", s.COLUMNS, told.table3, now.table3), *_differences("table4", s.TABLE4_COLUMNS, told.table4, now.table4)]


def all_differences(then: Figures, now: Figures) -> list[Difference]:
    """The same, with the fees and the requests to correct records."""
    others = (("fees", then.fees, now.fees), ("records", then.records, now.records))
    return differences(then, now) + [
        Difference(table, name, "", getattr(was, name), getattr(is_now, name))
        for table, was, is_now in others
        for name in was.__slots__
        if getattr(was, name) != getattr(is_now, name)
    ]


# ------------------------------------------------------------------ behind the figures


def _cells(session: Session, agency: str, year: int, rules: Rules) -> dict[str, Cell]:
    """Case id -> the cell that counts it."""
    query = select(TALLY.c.case_id, *_place_columns(year))
    rows = session.execute(union_all(*(query.where(*part) for part in _of_the_year([agency], year))))
    return {row.case_id: _cell(row, year, rules) for row in rows}


def _in(cell: Cell, row: str, column: str) -> bool:
    """Whether a request in `cell` is among those of (row, column), either of which may be a sum."""
    intake, ending, category = cell
    rows = {intake, ending} | ({s.TOTAL} if ending != s.FORWARD else set())
    return row in rows and column in (s.COLUMNS[-1], s.COLUMNS[s.APPLICANTS.index(category)])


def cases_of(session: Session, annual: Annual, row: str, column: str, rules: Rules) -> list[Row[Any]]:
    """The docket rows of the cases behind a cell of table 3: of the frozen figures where the unit has reported."""
    wanted: list[str] = []
    for unit in annual.units:
        cells = _counted(session, unit.agency, annual.year, rules, annual.summed)
        wanted += [case_id for case_id, cell in cells.items() if _in(cell, row, column)]
    return docket_rows(session, wanted)


def challenged_cases(session: Session, annual: Annual, group: str, column: str) -> list[Row[Any]]:
    """The docket rows of the cases behind a cell of table 4, as the files stand now; a case stands there once per remedy."""
    first, last = date(annual.year, 1, 1), date(annual.year, 12, 31)
    type = next(key for key, title in s.REMEDIES.items() if title == group)
    result = case((OCCURRENCE.c.ended_on <= last, OCCURRENCE.c.result), else_="pending")
    conditions = [
        OCCURRENCE.c.agency.in_([unit.agency for unit in annual.units]),
        OCCURRENCE.c.kind.in_(_IN_TABLE4),
        OCCURRENCE.c.type == type,
        OCCURRENCE.c.on <= last,
        or_(OCCURRENCE.c.ended_on.is_(None), OCCURRENCE.c.ended_on >= first),
    ]
    if column != s.TABLE4_COLUMNS[-1]:
        conditions.append(result == next(key for key, title in s.RESULTS.items() if title == column))
    return docket_rows(session, list(session.execute(select(OCCURRENCE.c.case_id).where(*conditions)).scalars()))


def causing(session: Session, annual: Annual, check: s.Identity, rules: Rules) -> list[Row[Any]]:
    """The docket rows of the cases that keep an identity from holding, found unit by unit.

    For 上年结转 those carried over on one side only; for the sums, which a count cannot break, all that the unit counts.
    """
    wanted: list[str] = []
    for unit in annual.units:
        now = _column(_counted(session, unit.agency, annual.year, rules, annual.summed), check.column)
        if check.id == "carried":
            before = _column(_counted(session, unit.agency, annual.year - 1, rules), check.column)
            left = {one for one, cell in now.items() if cell[0] == s.CARRIED}
            wanted += sorted(left ^ {one for one, cell in before.items() if cell[1] == s.FORWARD})
        elif any(not one.holds for one in s.identities(unit.reported.table3, unit.reported.table4) if one.id == check.id):
            wanted += now
    return docket_rows(session, wanted)


def _counted(session: Session, agency: str, year: int, rules: Rules, summed: Summed | None = None) -> Mapping[str, Cell]:
    """Case id -> the cell that counts it, as reported where the unit has reported the year; of a frozen sum as that took it."""
    if summed is not None:
        took = summed.units.get(agency)
        row = session.execute(select(FREEZE.c.cells).where(FREEZE.c.id == took.freeze)).first() if took is not None and took.freeze else None
        return _read_cells(row.cells) if row is not None else took.cells if took is not None else {}
    latest = _frozen_rows(session, [agency], year)
    return _read_cells(latest[0].cells) if latest else _cells(session, agency, year, rules)


def _column(cells: Mapping[str, Cell], column: str) -> dict[str, Cell]:
    at = s.COLUMNS.index(column) if column in s.COLUMNS else len(s.APPLICANTS)
    return {one: cell for one, cell in cells.items() if at == len(s.APPLICANTS) or s.APPLICANTS.index(cell[2]) == at}


def first_year(session: Session, agencies: Collection[str], today: date) -> int:
    """The year of the earliest request of these units; this year where there is none."""
    first = earliest(session, agencies)
    return first.year if first is not None else today.year


def has_data(session: Session, agencies: Collection[str], year: int) -> bool:
    """Whether a request of these units was received by the end of the year."""
    mine = (TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on <= date(year, 12, 31))
    return session.execute(select(TALLY.c.case_id).where(*mine).limit(1)).first() is not None


def docket_rows(session: Session, ids: Sequence[str]) -> list[Row[Any]]:
    """The docket rows of these cases, by day of receipt, as they may leave their unit."""
    found: dict[str, Row[Any]] = {}
    for at in range(0, len(ids), 500):  # engines limit how many values one statement may hold
        rows = session.execute(select(*OUTSIDE).where(DOCKET.c.case_id.in_(ids[at : at + 500])))
        found |= {row.case_id: row for row in rows}
    return sorted((found[one] for one in ids if one in found), key=lambda row: (row.received_on, row.agency, row.serial))


# ------------------------------------------------------------------ frozen years


def freeze(
    session: Session, agency: str, year: int, rules: Rules, officer: Officer, reason: str, at: datetime,
    prints: Callable[[Annual, Mapping[str, Parts]], Mapping[str, Any]] | None = None,
) -> None:  # fmt: skip
    """定稿: keep the year's report: its figures, what people wrote, and what `prints` makes of both.

    A later freeze, with its own reason, takes the place of an earlier one; both stay.
    """
    found = annual(session, [agency], year, rules)
    found = replace(found, units=[replace(unit, frozen=None) for unit in found.units])  # as the files stand, whatever was frozen before
    parts = {unit: parts for unit, (_, parts) in parts_of(session, [agency], year).items()}
    now, versions = found.now, _versions(session, agency)
    kept = {case_id: (*cell, versions[case_id]) for case_id, cell in _cells(session, agency, year, rules).items()}
    made = str(uuid4())
    session.execute(
        insert(FREEZE).values(
            id=made, agency=agency, year=year, at=at, officer=officer.model_dump_json(), reason=reason,
            figures=now.to_json(), cells=json.dumps(kept, ensure_ascii=False), parts=parts.get(agency, Parts()).to_json(),
            printed=json.dumps(prints(found, parts), ensure_ascii=False) if prints is not None else None,
        )
    )  # fmt: skip
    journal.changed(session, FREEZE, made)


def freeze_sum(
    session: Session, agencies: Sequence[str], year: int, rules: Rules, officer: Officer, reason: str, at: datetime,
    prints: Callable[[Annual], Mapping[str, Any]],
) -> None:  # fmt: skip
    """定稿 of the report that the officer's unit sums up: figures, what it took of which unit, its own texts, and all that is printed."""
    found = replace(annual(session, agencies, year, rules, by=officer.agency), summed=None)
    key, took = whole(officer.agency), {}
    for unit in found.units:
        cells = {} if unit.frozen is not None else _cells(session, unit.agency, year, rules)
        took[unit.agency] = {"freeze": unit.frozen.id if unit.frozen else None, "figures": asdict(unit.reported), "cells": cells}
    outside = {name: asdict(figures) for name, figures in found.outside}
    parts = {unit: parts for unit, (_, parts) in parts_of(session, [key], year).items()}
    made = str(uuid4())
    session.execute(
        insert(FREEZE).values(
            id=made, agency=key, year=year, at=at, officer=officer.model_dump_json(), reason=reason, figures=found.figures.to_json(),
            cells=json.dumps({"units": took, "outside": outside}, ensure_ascii=False), parts=parts.get(key, Parts()).to_json(),
            printed=json.dumps(prints(found), ensure_ascii=False),
        )
    )  # fmt: skip
    journal.changed(session, FREEZE, made)


def _summed(row: Any, found: Annual) -> Summed:
    """A frozen sum beside what its units tell now."""
    kept = json.loads(row.cells)
    units = {
        unit: Summand(one["freeze"], Figures.of(one["figures"]), {case_id: (cell[0], cell[1], cell[2]) for case_id, cell in one["cells"].items()})
        for unit, one in kept["units"].items()
    }
    nothing, changed = Figures.sum([]), []
    known = {unit.agency: unit for unit in found.units}
    for agency in [*known, *(one for one in units if one not in known)]:
        unit, took = known.get(agency), units.get(agency)
        now = unit.reported if unit is not None else nothing
        if told := all_differences(took.figures if took is not None else nothing, now):
            changed.append(Changed(agency, False, told, unit.frozen if unit is not None else None))
    then, others = {name: Figures.of(one) for name, one in kept["outside"].items()}, dict(found.outside)
    changed += [
        Changed(name, True, told, None)
        for name in [*others, *(one for one in then if one not in others)]
        if (told := all_differences(then.get(name, nothing), others.get(name, nothing)))
    ]
    figures, officer = Figures.from_json(row.figures), Officer.model_validate_json(row.officer)
    frozen = Frozen(
        row.id, row.at, officer.name, row.reason, figures, all_differences(figures, found.of_units), [],
        Parts.from_json(row.parts) if row.parts is not None else None, json.loads(row.printed) if row.printed is not None else None,
    )  # fmt: skip
    return Summed(frozen, units, changed)


def freezes(session: Session, agency: str, year: int) -> Sequence[Row[Any]]:
    """Every freeze of the year, the latest first."""
    mine = and_(FREEZE.c.agency == agency, FREEZE.c.year == year)
    return session.execute(select(FREEZE).where(mine).order_by(FREEZE.c.at.desc(), FREEZE.c.id)).all()


def handed_in(session: Session, agencies: Collection[str], year: int) -> dict[str, datetime]:
    """Unit -> when it froze the year first; what was corrected later was handed in then all the same."""
    query = select(FREEZE.c.agency, func.min(FREEZE.c.at)).where(FREEZE.c.agency.in_(sorted(agencies)), FREEZE.c.year == year)
    return {row[0]: row[1] for row in session.execute(query.group_by(FREEZE.c.agency)).all()}


def _frozen_rows(session: Session, agencies: Iterable[str], year: int) -> list[Any]:
    return [rows[0] for agency in agencies if (rows := freezes(session, agency, year))]


def _read_cells(text: str) -> dict[str, Cell]:
    return {case_id: (cell[0], cell[1], cell[2]) for case_id, cell in json.loads(text).items()}


def _frozen(session: Session, row: Any, now: Figures, rules: Rules) -> Frozen:
    kept = Figures.from_json(row.figures)
    moved_cells = all_differences(kept, now)
    moved = _moved(session, row, rules)
    moved_cells = [replace(one, reasons=tuple(file.reason for file in moved if _makes(one, file))) for one in moved_cells]
    officer = Officer.model_validate_json(row.officer)
    parts = Parts.from_json(row.parts) if row.parts is not None else None
    printed = json.loads(row.printed) if row.printed is not None else None
    return Frozen(row.id, row.at, officer.name, row.reason, kept, moved_cells, moved, parts, printed)


def _differences(table: str, columns: Sequence[str], kept: s.Table, now: s.Table) -> list[Difference]:
    return [
        Difference(table, row, column, kept[row][at], now[row][at])
        for row in kept
        for at, column in enumerate(columns)
        if kept[row][at] != now[row][at]
    ]


def _versions(session: Session, agency: str) -> dict[str, int]:
    return {row.id: row.version for row in session.execute(select(CASE.c.id, CASE.c.version).where(CASE.c.agency == agency))}


def _makes(difference: Difference, file: Moved) -> bool:
    """Whether a file is one of those that a difference comes from."""
    if difference.table != "table3":
        return difference.table in file.touches
    cells = [cell for cell in (file.before, file.after) if cell is not None]
    return "table3" in file.touches and any(_in(cell, difference.row, difference.column) for cell in cells)


def _moved(session: Session, row: Any, rules: Rules) -> list[Moved]:
    """The requests that are counted otherwise now, each with the acts placed since the freeze: they are the reason."""
    before, after = _read_cells(row.cells), _cells(session, row.agency, row.year, rules)
    seen = {case_id: int(cell[3]) for case_id, cell in json.loads(row.cells).items()}
    elsewhere = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
    found = []
    for case_id in sorted(elsewhere | _touched(session, row, seen)):
        try:
            file = store.load(session, case_id)
        except store.Unreadable as broken:
            if case_id in elsewhere:
                why = f"{broken}，请运行gongkai verify"
                found.append(Moved(case_id, broken.number, before.get(case_id), after.get(case_id), why, frozenset({"table3"})))
            continue
        if file is None:
            continue
        version = seen.get(case_id, sum(signed.at < row.at for signed in file.acts))
        then, now = _within(file.as_of(version), row.year), _within(file, row.year)
        touches = {table for table in then.keys() | now.keys() if then[table] != now[table]} | ({"table3"} if case_id in elsewhere else set())
        if touches:
            reason = _reason(file, file.acts[version:])
            found.append(Moved(case_id, file.number, before.get(case_id), after.get(case_id), reason, frozenset(touches)))
    return sorted(found, key=lambda one: one.number)


_TOUCHING = ("registration", "decision", "abandonment", "withdrawal", "service", "remedy", "remedy_result", "fee_notice", "payment", "waiver")
"""Acts that may change table 4, the fees or the requests to correct records while the request stays in its cell of table 3."""
_MENDING = ("amendment", "revocation", "voiding")
"""And acts that change them whatever day they are dated."""


def _touched(session: Session, row: Any, seen: dict[str, int]) -> set[str]:
    """The files of the unit on which an act that may change its figures of the year was placed since the freeze."""
    acts = select(ACT.c.case_id, ACT.c.seq, ACT.c.at).join(CASE, CASE.c.id == ACT.c.case_id)
    dated = or_(and_(ACT.c.kind.in_(_TOUCHING), ACT.c.on <= date(row.year, 12, 31)), ACT.c.kind.in_(_MENDING))
    placed = session.execute(acts.where(CASE.c.agency == row.agency, dated)).all()
    return {one.case_id for one in placed if (one.seq > seen[one.case_id] if one.case_id in seen else one.at >= row.at)}


def _within(file: Case, year: int) -> dict[str, Counter[Any]]:
    """What a file adds to table 4, the fees and the requests to correct records of a year, as `figures` counts them."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found: dict[str, Counter[Any]] = {"table4": Counter(), "fees": Counter(), "records": Counter()}
    for one in s.occurrences(file) if file.acts and file.state not in OUT else ():
        lasts = one.on <= last and (one.ended_on is None or one.ended_on >= first)
        ended = one.result if one.ended_on is not None and one.ended_on <= last else None
        if one.kind in _IN_TABLE4 and lasts:
            found["table4"][one.type, ended] += 1
        elif one.kind in ("fee_notice", "payment", "waiver") and first <= one.on <= last:
            found["fees"][one.kind, one.amount_fen] += 1
        elif one.kind == "record_correction" and lasts:
            found["records"][one.on >= first, ended] += 1
    return found


def _reason(file: Case, acts: Sequence[Signed]) -> str:
    """The acts since the freeze, those that mend facts first, with the reason that stands on them."""
    told = [signed for signed in acts if signed.act.kind not in REMARKS]
    if not told:
        return "定稿后没有新的办理行为，由规则或者索引的重新计算引起"
    told.sort(key=lambda signed: signed.act.kind not in _MENDING)
    return "；".join(f"定稿后{signed.officer.name}{_done(file, signed.act)}" for signed in told[:5])


def _done(file: Case, act: Act) -> str:
    if isinstance(act, Amendment | Revocation):
        of = file.acts[act.of - 1].act
        fields = type(of).model_fields
        what = "".join(f"“{fields[name].title or name}”" for name in act.changes) if isinstance(act, Amendment) else ""
        verb = f"更正第{act.of}项“{of.title}”的{what}" if isinstance(act, Amendment) else f"撤销第{act.of}项“{of.title}”"
        return f"{verb}（{act.on}），理由：{_veiled(file, act.reason)}"
    if isinstance(act, Voiding):
        return f"办理“{act.title}”（{act.on}），理由：{_veiled(file, act.reason)}"
    return f"办理“{act.title}”（{act.on}）"


def _veiled(file: Case, text: str) -> str:
    """A reason leaves the unit with the report: without what its applicants are called and where they are reached."""
    for one in file.applicants:
        for word in (one.name if one.is_person else None, one.id_number, one.phone, one.address, one.email):
            text = text.replace(word, "（略）") if word else text
    return text
