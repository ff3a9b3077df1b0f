"""From entries to case files: each is admitted by the same law as any other act, and none is loaded twice.

Every line comes to one of four ends, and unless it is loaded it is told with its reason: loaded, met before (以前已导入), at
fault (不合要求), left out (暂不导入: it is not certain that it is a request of its own).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session

from db import store
from db import tables as t
from db.engine import Database, one_at_a_time
from db.ledger import seen
from db.ledger.filing import acts_of, entry_of, faults, file_of
from db.ledger.reading import Line
from db.ledger.rows import BadLedger
from db.ledger.words import STEPS, SUITS, TITLES
from workflow.acts import Rejected
from workflow.case import Case
from workflow.law import Invalid, Refused, Rules
from workflow.printable import Unprintable
from workflow.statistics import pace

CASE = t.table_of(t.CaseFile)
BATCH = 500
"""Files written in one transaction."""
MOST_OF_NUMBER = 60
"""Characters: with the unit and the year behind it, it still is a number of a file."""


@dataclass(slots=True)
class Loaded:
    """What came of an import: every line that was read is in one of the four."""

    read: int = 0
    loaded: int = 0
    seen: list[Line] = field(default_factory=list)
    bad: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    noted: Counter[str] = field(default_factory=Counter)
    """Of those loaded: column -> lines whose steps stand in the remark of the file and nowhere else."""
    timed: int = 0
    """Of those loaded: the ledger tells of steps, with their days, that moved the due date."""
    untimed: int = 0
    """Of those loaded: answered so late that only an extension or a pause, which the ledger does not date, could tell whether in time."""

    open: int = 0
    """Of those loaded: the ledger tells of no result, so that they are files at work."""

    @property
    def already(self) -> int:
        return len(self.seen)

    @property
    def told(self) -> list[Line]:
        """Every line that was not loaded: those to be mended first, those of one kind in the order of the ledger."""
        return [*self.bad, *self.left, *self.seen]

    def sums(self, verb: str) -> str:
        """共读4行：已导入3件，以前已导入0件，不合要求1行，暂不导入0行."""
        return (
            f"共读{self.read}行：{verb}{self.loaded}件，以前已导入{len(self.seen)}件，"
            f"不合要求{len(self.bad)}行，暂不导入{len(self.left)}行"
        )

    @property
    def remarks(self) -> list[str]:
        """What of the loaded lines is not counted, and what to do about it; nothing where there is nothing."""
        said = []
        steps = "、".join(f"{TITLES[name]}{self.noted[name]}件" for name in STEPS if self.noted[name])
        if steps:
            said.append(f"台账另载{steps}，记在案卷的备注里；没有相应的文书，不计入延期、补正、暂停和收费的统计。")
        if self.open:
            said.append(f"有{self.open}件，台账没有写明办理结果，作为在办的案件导入，期限照收到日推算。请在案卷里继续办理；导入以前已经办结的，由承办人或者负责人在案卷里办理“台账所载结果”；导入以后在纸面上办结的，由负责人补录。")
        if self.timed:
            said.append(f"有{self.timed}件，台账写明了延期、收到补正或者征求意见的起止，已据此推算答复期限。")
        suits = "、".join(f"{TITLES[name]}{self.noted[name]}件" for name in ("remedy", *SUITS) if self.noted[name])
        if suits:
            said.append(f"台账另载{suits}，没有写明提起的日期，记在案卷的备注里，没有计入年度报告表四；请在案卷里登记。")
        if self.untimed:
            said.append(f"有{self.untimed}件的答复晚于没有延期、暂停时的期限，台账不足以说明是否依法延期、暂停，不判断是否超期，也不计入按期答复率。")
        return said


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
    unprintable: Unprintable = lambda _text: None
    """Which characters no font prints: a line that holds one is at fault, as any other text is."""

    def load(
        self, lines: Iterator[Line], ledger: str, *, dry_run: bool = False, whole: bool = False,
        progress: Callable[[int], None] = lambda _n: None,
    ) -> Loaded:  # fmt: skip
        """Load the good lines; with `whole` none unless all are good, with `dry_run` none at all. Raises BadLedger."""
        with self.database.read() as session:
            there = seen.files_of(session, self.agency)
        one = _Import(self, ledger, there)
        result = one.result
        try:
            good = list[tuple[Line, Case]]()
            for line in lines:
                result.read += 1
                made = one.file(line)
                if made is not None:
                    good.append((line, made))
                if len(good) >= BATCH and not whole:
                    one.write(good, dry_run)
                    good = []
                if result.read % BATCH == 0:
                    progress(result.read)
            if whole and (result.bad or result.left):
                result.left += [replace(line, entry=None, problems=("有别的行没有导入，按要求一行也不导入",), is_fault=False) for line, _ in good]
            else:
                one.write(good, dry_run)
        except BadLedger as error:
            if result.loaded and not dry_run:
                raise BadLedger(f"{error}前面的{result.loaded}件已经导入，改正后再次导入不会重复。") from None
            raise
        return result


class _Import:
    """One import on its way: what the unit has, which lines were met, what came of them."""

    def __init__(self, loader: Loader, ledger: str, there: seen.Files) -> None:
        self.loader, self.there = loader, there
        self.ledger = "".join(letter for letter in ledger if letter.isprintable())[:250] or "台账"
        self.met = seen.Register()
        self.unnumbered: dict[bytes, tuple[str | None, bool, str]] = {}
        """What a line means without its number -> the first sheet that says so, whether its number is a mere count, and where."""
        self.result = Loaded()

    # -------------------------------------------------------------- one line

    def file(self, line: Line) -> Case | None:
        """The file of a line; None, and the line is told, when it is not to be loaded."""
        entry = line.entry
        if entry is None:
            (self.result.bad if line.is_fault else self.result.left).append(line)
            return None
        if entry.unit in self.loader.others:
            return self._bad(line, f"“单位”是{entry.unit}，不是导入的{self.loader.name}，请分单位导入")
        if len(entry.number) > MOST_OF_NUMBER:
            return self._bad(line, f"“{TITLES['number']}”太长，最多{MOST_OF_NUMBER}个字，请缩短")
        ledger = f"{self.ledger}，工作表“{line.sheet}”" if line.sheet else self.ledger
        try:
            acts = acts_of(entry, ledger, line.line)
            if unreadable := [fault for act in acts for fault in faults(act, entry, self.loader.unprintable)]:
                raise Rejected(unreadable)
            entry = entry_of(acts)
            marks = seen.marks_of(entry)
            if not self._is_new(line, entry.number, entry.received_on, marks):
                return None
            identity = seen.case_id(self.loader.keys.blind, self.loader.agency, marks)
            made = file_of(acts, identity, self.loader.agency, entry.number, self.loader.rules, self.loader.at, self.loader.today)
        except Rejected as error:
            return self._bad(line, "；".join(f"“{TITLES.get(name, name)}”{text}" for name, text in error.errors))
        except Invalid as error:
            return self._bad(line, f"“{TITLES.get(error.field, error.field)}”{error.message}")
        except Refused as error:
            return self._bad(line, error.message)
        self._meet(line, marks)
        return made

    def _is_new(self, line: Line, number: str, received_on: date, marks: bytes) -> bool:
        """Whether the line is certainly a request that is not there yet; if not, it is told where it is."""
        if (where := self.met.same(marks)) is not None:
            return self._left(line, f"与{where}完全相同，只导入一次；确是另一件的，请改用不同的编号再导入")
        if (where := self.there.imported.same(marks)) is not None:
            self._meet(line, marks)
            return self._seen(line, f"以前已导入，{where}")
        if (day := self.there.registered.get(number)) is not None:
            if day == received_on:
                return self._seen(line, f"本系统已有这件案卷，案卷编号{number}")
            return self._left(line, f"编号与本系统的案卷相同，收到日不同（案卷为{day}），请核对")
        if (one := self.there.imported.like(marks)) is not None:
            what = f"与以前导入的（{one.where}）编号、收到日相同，{seen.differing(one.marks, marks)}不同"
            return self._left(line, f"{what}；是同一件的，请在案卷里办理，是另一件的，请改用不同的编号再导入")
        if (one := self.met.like(marks)) is not None:
            what = f"与{one.where}编号、收到日相同，{seen.differing(one.marks, marks)}不同"
            return self._left(line, f"{what}；请核对，是另一件的，请改用不同的编号再导入")
        sheet, counted, where = self.unnumbered.get(seen.unnumbered(marks), (line.sheet, False, ""))
        if sheet != line.sheet and (counted or number.isdecimal()):
            return self._left(line, f"与{where}除编号外完全相同，可能是汇总在另一张工作表里的同一件；确是另一件的，请单独导入这张工作表")
        return True

    def _meet(self, line: Line, marks: bytes) -> None:
        assert line.entry is not None
        self.met.add(marks, line.where)
        self.unnumbered.setdefault(seen.unnumbered(marks), (line.sheet, line.entry.number.isdecimal(), line.where))

    def _bad(self, line: Line, why: str) -> Case | None:
        self.result.bad.append(replace(line, entry=None, problems=(why,)))
        return None

    def _left(self, line: Line, why: str) -> bool:
        self.result.left.append(replace(line, entry=None, problems=(why,), is_fault=False))
        return False

    def _seen(self, line: Line, why: str) -> bool:
        self.result.seen.append(replace(line, entry=None, problems=(why,), is_fault=False))
        return False

    # -------------------------------------------------------------- many files

    def write(self, good: Sequence[tuple[Line, Case]], dry_run: bool) -> None:
        """Write the files in one transaction, but those that another import has written meanwhile."""
        if not good:
            return
        cases = [case for _, case in good]
        there = {} if dry_run else self.loader.database.write(lambda session: self._add(session, cases))
        for line, case in good:
            if case.id in there:
                self._seen(line, f"以前已导入，案卷编号{there[case.id]}")
            else:
                self._count(line, case)

    def _count(self, line: Line, case: Case) -> None:
        self.result.loaded += 1
        self.result.open += case.replied_on is None and not case.endings
        if line.entry is not None:
            self.result.noted.update(name for name, _ in line.entry.noted)
            self.result.timed += bool(line.entry.steps)
        speed = pace(case, self.loader.rules) if case.replied_on is not None else None
        self.result.untimed += speed is not None and speed.in_time is None

    def _add(self, session: Session, cases: Sequence[Case]) -> dict[str, str]:
        """Add the files that are not there, and return id -> number of those that are.

        Serials follow the agency's own; a number that the agency's own pattern would give keeps it from being given again.
        """
        one_at_a_time(session, "import")
        there = _existing(session, [case.id for case in cases])
        cases = [case for case in cases if case.id not in there]
        files: list[tuple[Case, int, int]] = []
        for year in sorted({case.received_on.year for case in cases}):
            of_year = [case for case in cases if case.received_on.year == year]
            own = [n for case in of_year if (n := self._own_serial(case.number, year))]
            first = store.take_numbers(session, self.loader.agency, year, "case", len(of_year), at_least=max(own, default=0))
            files += [(case, year, first + place) for place, case in enumerate(of_year)]
        numbers = self._numbers(session, [case for case, _, _ in files])
        if files:
            named = [(replace(case, number=numbers[case.id]), year, serial) for case, year, serial in files]
            store.add_files(session, named, self.loader.rules, self.loader.keys)
        return there

    def _numbers(self, session: Session, cases: Sequence[Case]) -> dict[str, str]:
        """Id -> the number of the ledger, with unit or year behind it where another file has that number: 12（2025年）."""
        found: dict[str, str] = {}
        taken: dict[str, str] = {}
        attempt, waiting = 0, list(cases)
        while waiting:
            wished = {case.id: self._number(case, attempt, taken.get(case.number)) for case in waiting}
            taken |= _holders(session, set(wished.values()))
            for case in waiting:
                if wished[case.id] not in taken:
                    found[case.id] = wished[case.id]
                    taken[wished[case.id]] = self.loader.agency
            waiting, attempt = [case for case in waiting if case.id not in found], attempt + 1
        return found

    def _number(self, case: Case, attempt: int, holder: str | None) -> str:
        year, name = f"{case.received_on.year}年", self.loader.name
        apart = year if holder == self.loader.agency else name
        behind = ("", f"（{apart}）", f"（{name}{year}）")
        return case.number + (behind[attempt] if attempt < len(behind) else f"（{name}{year}第{attempt - 1}件）")

    def _own_serial(self, number: str, year: int) -> int | None:
        found = re.search(r"(\d{1,9})号?$", number)
        serial = int(found[1]) if found else 0
        return serial if serial and self.loader.number_of(year, serial) == number else None


def _existing(session: Session, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in range(0, len(ids), 500):  # engines limit how many values one statement may hold
        rows = session.execute(select(CASE.c.id, CASE.c.number).where(CASE.c.id.in_(ids[at : at + 500])))
        found |= {row.id: row.number for row in rows}
    return found


def _holders(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Number -> agency of the files that have one of these numbers."""
    found, wanted = dict[str, str](), sorted(numbers)
    for at in range(0, len(wanted), 500):
        rows = session.execute(select(CASE.c.number, CASE.c.agency).where(CASE.c.number.in_(wanted[at : at + 500])))
        found |= {row.number: row.agency for row in rows}
    return found
