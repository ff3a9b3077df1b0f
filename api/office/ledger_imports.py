"""导入原台账, behind its pages: a ledger is read without writing anything, then its good lines are loaded, one ledger at a time.

It runs in a thread of whichever process has it in hand; where that one dies, another begins again: what was loaded is not loaded twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlmodel import Session

from api.office.log import log, where
from api.office.office import Office
from db import ledger, ledger_imports, people
from letters.fontset import unprintable
from workflow.acts import Officer

KEPT = timedelta(hours=2)
MOST_TRIES = 3
"""How often it is begun: what ends the process three times would end the next one too."""
ENDED = "几次都没有读完：程序在读这份台账时中断了。请把它拆成几个文件，或者另存为CSV以后再上传。"
AGAIN = "暂时没有导入，请稍后再试。再次导入不会重复。"


@dataclass
class _Stands:
    """What is known of an import, as it is kept."""

    name: str
    officer: Officer
    request: str | None = None
    result: ledger.Loaded = field(default_factory=ledger.Loaded)
    sheets: Sequence[ledger.Sheet] = ()
    for_all: Mapping[str, str] = field(default_factory=dict)
    """What was said of all lines of this ledger."""
    unknown: Sequence[tuple[str, str, ledger.Unknown]] | None = None
    """The words that are to be asked, by column and word; None where it was not read yet."""
    asked: Sequence[str] = ()
    """What was asked already: it is not asked again, whether it was answered or not."""
    problem: str = ""


_JSON = TypeAdapter(_Stands)


@dataclass(frozen=True, slots=True)
class Job:
    """One ledger on its way in, as it stood when it was asked for."""

    id: str
    agency: str
    at: datetime
    state: str
    """reading -> asking -> reading -> read -> loading -> loaded; or failed, with `problem`."""
    lines: int
    stands: _Stands
    reading: ledger.Open | None
    """What the reading left to be asked about."""

    @property
    def is_running(self) -> bool:
        return self.state in ledger_imports.RUNNING

    @property
    def name(self) -> str:
        return self.stands.name

    @property
    def result(self) -> ledger.Loaded:
        return self.stands.result

    @property
    def sheets(self) -> Sequence[ledger.Sheet]:
        return self.stands.sheets

    @property
    def for_all(self) -> Mapping[str, str]:
        return self.stands.for_all

    @property
    def problem(self) -> str:
        return self.stands.problem


def begin(office: Office, officer: Officer, agency: str, name: str, data: bytes) -> str:
    """Take in a ledger and have it read; the id of the import. The officer's earlier ones are forgotten."""
    id, now = str(uuid4()), office.clock()
    digest = office.files.put("ledgers", id, data)

    def keep(session: Session) -> Sequence[str]:
        row = {"id": id, "officer_id": officer.id, "agency": agency, "at": now, "state": "reading", "lines": 0, "tries": 0}
        ledger_imports.add(session, row | {"size": len(data), "digest": digest, "stands": _kept(_Stands(name, officer))})
        return [one for one in ledger_imports.forget(session, now - KEPT, officer.id) if one != id]

    _drop(office, office.database.write(keep))
    _start(office)
    return id


def _drop(office: Office, ids: Sequence[str]) -> None:
    for one in ids:
        office.files.drop("ledgers", one)


def _kept(stands: _Stands) -> str:
    return _JSON.dump_json(stands).decode()


def job(office: Office, officer: Officer, id: str) -> Job | None:
    """The import, if it is one's own."""
    with office.database.read() as session:
        row = ledger_imports.of(session, id)
        if row is None or row.officer_id != officer.id:
            return None
        stands = _JSON.validate_json(row.stands)
        open_ = None
        if stands.unknown is not None:
            said = replace(ledger.meanings_of(session, row.agency), for_all=stands.for_all)
            words = ledger.vocabulary(office.rules, office.today(), said)
            open_ = ledger.Open(list(stands.sheets), {(column, word): one for column, word, one in stands.unknown}, words)
    return Job(row.id, row.agency, row.at, row.state, row.lines, stands, open_)


def read_again(office: Office, job: Job, for_all: Mapping[str, str]) -> None:
    """Have the ledger read once more, with what was said meanwhile; not if somebody was first."""
    assert job.reading is not None
    asked = sorted({*job.stands.asked, *_open_points(job.reading)})
    _go_on(office, job, ("asking", "read"), "reading", replace(job.stands, for_all={**job.for_all, **for_all}, asked=asked))


def load(office: Office, job: Job, request: str | None) -> None:
    """Have the good lines become files; not if somebody was first, or there are none."""
    if job.result.loaded:
        _go_on(office, job, ("read",), "loading", replace(job.stands, request=request))


def _go_on(office: Office, job: Job, before: Sequence[str], state: str, stands: _Stands) -> None:
    values = {"state": state, "lines": 0, "tries": 0, "stands": _kept(stands)}
    if job.state in before and office.database.write(lambda session: ledger_imports.move(session, job.id, before, values)):
        _start(office)


# ------------------------------------------------------------------ reading and loading


def take_up(office: Office) -> None:
    """Go on with what a process that died has left, and forget what nobody came back to."""
    with office.database.read() as session:
        is_waiting = ledger_imports.waiting(session) is not None
        is_old = ledger_imports.has_old(session, office.clock() - KEPT)
    if is_old:
        _drop(office, office.database.write(lambda session: ledger_imports.forget(session, office.clock() - KEPT)))
    if is_waiting:
        _start(office)


def _start(office: Office) -> None:
    Thread(target=_work, args=(office,), name="import", daemon=True).start()


def _work(office: Office) -> None:
    """One ledger after the other, unless this is in hand already, here or elsewhere."""
    try:
        while _waiting(office) is not None:  # once more after the lease is given back: somebody may have come meanwhile
            with office.leases.held("import") as mine:
                if not mine:
                    return
                while (id := _waiting(office)) is not None:
                    _run(office, id)
    except Exception as error:  # a thread has nobody to raise to; `take_up` begins again
        log.error("import was interrupted", error=type(error).__name__, where=where(error))


def _waiting(office: Office) -> str | None:
    with office.database.read() as session:
        return ledger_imports.waiting(session)


@contextmanager
def _path_of(data: bytes) -> Iterator[Path]:
    """Where bytes can be read as often as one likes: a file in memory, without a name; no disk has it."""
    with os.fdopen(os.memfd_create("ledger"), "w+b") as stream:
        stream.write(data)
        stream.flush()
        yield Path(f"/proc/self/fd/{stream.fileno()}")


def _run(office: Office, id: str) -> None:
    """Read or load one ledger to its end, which is kept."""

    def begun(session: Session) -> Any:
        row = ledger_imports.of(session, id)
        if row is not None:
            ledger_imports.move(session, id, ledger_imports.RUNNING, {"tries": row.tries + 1})
        return row

    row = office.database.write(begun)
    if row is None or row.state not in ledger_imports.RUNNING:
        return
    stands = _JSON.validate_json(row.stands)
    if row.tries >= MOST_TRIES:
        state, stands.problem = "failed", ENDED
    else:
        try:
            with _path_of(office.files.get("ledgers", id, row.digest)) as path:
                state, stands = _done(office, row, stands, path)
        except Exception as error:  # the page tells it, the log names the kind
            log.error("import failed", error=type(error).__name__, where=where(error))
            state, stands.problem = "failed", AGAIN
    over = state in ("failed", "loaded")

    def keep(session: Session) -> None:
        ledger_imports.move(session, id, ledger_imports.RUNNING, {"state": state, "stands": _kept(stands), **({"digest": None} if over else {})})
        if state == "loaded":
            told = {"object": f"台账 {row.agency}", "reason": f"导入{stands.result.loaded}件", "request_id": stands.request}
            people.log(session, office.clock(), "import", officer=stands.officer, **told)

    office.database.write(keep)
    if over:
        _drop(office, [id])


def _done(office: Office, row: Any, stands: _Stands, path: Path) -> tuple[str, _Stands]:
    """What comes of it, and what is known then."""
    unit, dry_run = office.agencies[row.agency], row.state == "reading"
    loader = ledger.Loader(
        office.database, office.rules, office.keys, row.agency, unit.name,
        lambda year, serial: unit.number("case", year, serial), office.clock(), office.today(),
        [one.name for one in office.agencies.values() if one.code != row.agency], unprintable,
    )  # fmt: skip

    def progress(lines: int) -> None:
        office.database.write(partial(ledger_imports.move, id=row.id, states=ledger_imports.RUNNING, values={"lines": lines}))

    reading = None
    try:
        with office.database.read() as session:
            said = ledger.meanings_of(session, row.agency)
        reading = ledger.read(path, office.rules, office.today(), replace(said, for_all=stands.for_all))
        whole = not dry_run and not (stands.result.bad or stands.result.left)
        result = loader.load(reading, stands.name, dry_run=dry_run, whole=whole, progress=progress)
    except ledger.BadLedger as error:
        is_new = dry_run and reading is not None and _is_new(reading, stands)
        return ("asking" if is_new else "failed"), replace(stands, problem=str(error), **_left_open(reading if dry_run else None))
    result.seen, result.bad, result.left = map(_bare, (result.seen, result.bad, result.left))
    found = replace(stands, problem="", result=result, **_left_open(reading if dry_run else None))
    found.sheets = list(reading.sheets)
    if not dry_run:
        return "loaded", found
    return ("asking" if _is_new(reading, stands) else "read"), found


def _bare(lines: Sequence[ledger.Line]) -> list[ledger.Line]:
    """Which lines they are and why: nothing of what they say is kept."""
    return [replace(line, entry=None) for line in lines]


def _left_open(reading: ledger.Open | None) -> dict[str, Any]:
    if reading is None:
        return {"unknown": None}
    return {"sheets": list(reading.sheets), "unknown": [(column, word, one) for (column, word), one in reading.unknown.items()]}


def _open_points(reading: ledger.Open) -> set[str]:
    """What a reading leaves open, each by a name of its own."""
    headings = {f"heading {title}" for sheet in reading.sheets for title in sheet.likely}
    columns = {f"column {name} {sheet.title}" for sheet in reading.sheets if sheet.headings for name in sheet.missing}
    return headings | columns | {f"word {name} {word}" for name, word in reading.unknown}


def _is_new(reading: ledger.Open, stands: _Stands) -> bool:
    """Whether there is something to ask that was not asked yet."""
    return not _open_points(reading) <= {*stands.asked}
