"""From entries to case files: each is admitted by the same law as any other act, and none is loaded twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import Session

from db import store
from db import tables as t
from db.engine import Database
from db.ledger.reading import Entry, Line
from db.ledger.sheets import BadLedger
from db.ledger.words import TITLES
from workflow import acts as a
from workflow.acts import Act, Officer, Rejected
from workflow.admission import admit
from workflow.case import Case
from workflow.law import Invalid, Refused, Rules

BATCH = 500
"""Files written in one transaction."""


@dataclass(slots=True)
class Loaded:
    """What came of an import."""

    loaded: int = 0
    already: int = 0
    bad: list[Line] = field(default_factory=list)


_SIGNER = "台账导入"


def _acts(entry: Entry, ledger: str, line: int) -> list[Act]:
    """The acts of one entry. Raises Rejected when a text is too long, or blank after cleaning."""
    source = {"ledger": ledger, "line": line}
    applicant = {"category": entry.applicant_category, "name": entry.applicant_name}
    remark = f"由原台账导入，原编号{entry.number}" + (f"，原主题“{entry.topic_said[:100]}”" if entry.topic_said else "")
    registration = a.read(
        a.Registration,
        {
            "channel": entry.channel, "received_on": entry.received_on, "applicant": applicant, "wanted": entry.wanted,
            "topic": entry.topic, "remark": remark, "imported": source,
        },
    )  # fmt: skip
    made: list[Act] = [registration]
    if entry.outcome is not None and entry.replied_on is not None:
        made.append(a.read(a.LedgerResult, {"on": entry.replied_on, "outcome": entry.outcome, "remark": "由原台账导入"}))
    if entry.remedy is not None and entry.remedy_on is not None:
        suit = {"type": "reconsideration" if entry.remedy == "reconsideration" else "litigation", "body": "原台账没有记载"}
        fields = {**suit, "on": entry.remedy_on, "after_reconsideration": entry.remedy == "after", "remark": "由原台账导入"}
        made.append(a.read(a.Remedy, fields))
        if entry.remedy_result is not None:
            fields = {"on": entry.remedy_result_on, "remedy": len(made), "result": entry.remedy_result, "remark": "由原台账导入"}
            made.append(a.read(a.RemedyResult, fields))
    return made


def file_of(entry: Entry, agency: str, number: str, ledger: str, line: int, rules: Rules, at: datetime, today: date) -> Case:
    """The case file of one entry, every act admitted by the same law. Raises Rejected, Invalid, Refused."""
    made = Case(str(uuid4()), agency, number)
    for act in _acts(entry, ledger, line):
        role = rules.on(act.on).roles[act.kind][0]
        signer = Officer(id="import", username="import", name=_SIGNER, role=role, agency=agency)
        made = admit(made, act, signer, at, rules, today)
    return made


@dataclass(frozen=True)
class Loader:
    """Makes files of good lines for one agency. `name` and `number_of(year, serial)` are its letterhead's."""

    database: Database
    rules: Rules
    keys: store.Keys
    agency: str
    name: str
    number_of: Callable[[int, int], str]
    at: datetime
    today: date
    others: Collection[str] = ()
    """The names of the other units: a line that says it is theirs is not loaded here."""

    def load(
        self, lines: Iterator[Line], ledger: str, *, dry_run: bool = False, whole: bool = False,
        progress: Callable[[int], None] = lambda _n: None,
    ) -> Loaded:  # fmt: skip
        """Load the good lines; with `whole` none unless all are good, with `dry_run` none at all. Raises BadLedger."""
        result = Loaded()
        try:
            self._load(lines, ledger, result, dry_run, whole, progress)
        except BadLedger as error:
            if result.loaded and not dry_run:
                raise BadLedger(f"{error}前面的{result.loaded}件已经导入，改正后再次导入不会重复。") from None
            raise
        return result

    def _load(
        self, lines: Iterator[Line], ledger: str, result: Loaded, dry_run: bool, whole: bool, progress: Callable[[int], None]
    ) -> None:
        good, there = list[tuple[Line, Case]](), self._there()
        for count, line in enumerate(lines, 1):
            made = self._file(line, ledger, there, result)
            if made is not None:
                good.append((line, made))
            if len(good) >= BATCH and not whole:
                self._write(good, result, dry_run)
                good = []
            if count % BATCH == 0:
                progress(count)
        if not (whole and result.bad):
            self._write(good, result, dry_run)

    def _there(self) -> dict[str, str]:
        """Number -> agency of every file that exists."""
        table = t.table_of(t.CaseFile)
        with self.database.read() as session:
            return {row.number: row.agency for row in session.execute(select(table.c.number, table.c.agency))}

    def _file(self, line: Line, ledger: str, there: Mapping[str, str], result: Loaded) -> Case | None:
        if line.entry is None:
            result.bad.append(line)
            return None
        if line.entry.unit in self.others:
            result.bad.append(Line(line.line, None, (f"“单位”是{line.entry.unit}，不是导入的{self.name}，请分单位导入",)))
            return None
        own, apart = line.entry.number, f"{line.entry.number}（{self.name}）"
        if there.get(own) == self.agency or there.get(apart) == self.agency:
            result.already += 1
            return None
        number = apart if own in there else own  # another agency's ledger uses the same number
        try:
            return file_of(line.entry, self.agency, number, ledger, line.line, self.rules, self.at, self.today)
        except Rejected as error:
            why = "；".join(f"“{TITLES.get(_FIELD.get(field, field), field)}”{text}" for field, text in error.errors)
        except Invalid as error:
            why = f"“{TITLES.get(_FIELD.get(error.field, error.field), error.field)}”{error.message}"
        except Refused as error:
            why = error.message
        result.bad.append(Line(line.line, None, (why,)))
        return None

    def _write(self, good: Sequence[tuple[Line, Case]], result: Loaded, dry_run: bool) -> None:
        if good and not dry_run:
            self.database.write(lambda session: self._add(session, [case for _, case in good]))
        result.loaded += len(good)

    def _add(self, session: Session, cases: Sequence[Case]) -> None:
        """Serials follow the agency's own; a number that the agency's own pattern would give keeps it from being given again."""
        serials: dict[int, int] = {}
        files: list[tuple[Case, int, int]] = []
        for year in sorted({case.received_on.year for case in cases}):
            of_year = [case for case in cases if case.received_on.year == year]
            own = [n for case in of_year if (n := self._own_serial(case.number, year))]
            first = store.take_numbers(session, self.agency, year, "case", len(of_year), at_least=max(own, default=0))
            serials[year] = first
            files += [(case, year, first + place) for place, case in enumerate(of_year)]
        store.add_files(session, files, self.rules, self.keys)

    def _own_serial(self, number: str, year: int) -> int | None:
        found = re.search(r"(\d{1,9})号?$", number)
        serial = int(found[1]) if found else 0
        return serial if serial and self.number_of(year, serial) == number else None


_FIELD = {"applicant.name": "applicant_name", "on": "replied_on", "text": "wanted"}
