"""An office of many years: lawful histories placed by the engine, then multiplied row by row with new ids, numbers, people and days.

Run: python -m tests.bench.generate FOLDER [files]. DATABASE_URL chooses the engine; `gongkai serve` with DATA_DIR=FOLDER shows it.

A few hundred files of one unit are made as the sample office is, act by act through `Office.place`, so that each was
admitted by the law. Their rows are then read back and written again for 50 units and the years since the 条例 of today is in
force: archived files moved back by whole weeks, open ones as they are, so that there are as many open files however many
are archived. What was moved keeps its distances in days: around holidays a due date is not the one that the calendar would
give, and the log tells of acts without digests and proofs. So this shows what size costs; `gongkai verify` would find fault with it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from heapq import heappop, heappush
from itertools import cycle, islice, starmap
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Table, func, select, text, update
from sqlmodel import Session, SQLModel

from api.cli import demo
from api.office.office import Office
from api.settings import Settings
from db import journal, people, queries, store
from db import tables as t
from db.projection import keys_of
from db.sealing import KEY_FILE, SEALED, Ring, _key, opened_values, place
from db.sought import columns
from db.tallies import pairs, sketches_of
from letters.agencies import SAMPLES as LETTERHEADS
from letters.agencies import Agency
from tests.bench.bench_reports import wanted
from tests.conftest import CHEAP, office_for_tests, print_nothing
from workflow.acts import Applicant, Officer, parse
from workflow.case import letter_id
from workflow.personal import mask_name

TODAY = date(2026, 11, 24)
FIRST = date(2019, 6, 3)
"""The first working day of the first month of the 条例 of today."""
MODEL = "gx-zrzy"
"""The unit whose files are multiplied; it keeps three in ten itself, so that one unit is large."""
SHARE = 3
UNITS, OPEN, TEMPLATES = 50, 60, 240
"""Units; open files in each of them; archived files to be multiplied."""
AT_ONCE, AHEAD = 200, 6
"""Files whose rows are made and written together; portions that may be made before they are written."""
CASE, ACT, DOCKET, INBOX, LETTER, TALLY, OCCURRENCE, TEXT, LOG, COUNTER, HEAD, APPLICATION, SESSION = (
    t.table_of(model)
    for model in (
        t.CaseFile, t.ActRow, t.Docket, t.Inbox, t.LetterRow, t.Tally, t.OccurrenceRow, t.CaseText, t.LogEntry, t.Counter, t.LogHead,
        t.Application, t.SessionRow,
    )
)  # fmt: skip
OF_A_FILE = (ACT, LETTER, DOCKET, INBOX, TALLY, OCCURRENCE)


# ------------------------------------------------------------------ the office


def units() -> tuple[str, ...]:
    """The codes of the units: the sample office and, below it, as many of its kind as there are to be."""
    return (*demo.AGENCIES, *(f"gx-u{n:02d}" for n in range(1, UNITS - len(demo.AGENCIES) + 1)))


def letterheads(folder: Path) -> None:
    """Write the letterheads of the units that the sample office has not, and that of the office that oversees them all."""
    shutil.copy(LETTERHEADS / f"{MODEL}.png", folder)
    county, others = demo.AGENCIES[0], [code for code in units() if code != demo.AGENCIES[0]]
    said = (LETTERHEADS / f"{county}.yaml").read_text(encoding="utf-8")
    (folder / f"{county}.yaml").write_text(re.sub(r"(?m)^oversees: .*", f"oversees: [{', '.join(others)}]", said), encoding="utf-8")
    shutil.copy(LETTERHEADS / f"{county}.png", folder)
    model = (LETTERHEADS / f"{MODEL}.yaml").read_text(encoding="utf-8")
    for code in units()[len(demo.AGENCIES) :]:
        said = model.replace("冠县自然资源和规划局", f"冠县样例{code[-2:]}局").replace(
            "冠自然资", f"冠样{code[-2:]}"
        )
        (folder / f"{code}.yaml").write_text(said, encoding="utf-8")


def opened(url: str, folder: Path) -> Office:
    """The office of these units, its letters unprinted, its clock standing still on the last day."""
    settings = Settings(database_url=url, data_dir=folder, letter_workers=1)
    office = office_for_tests(
        settings, lambda: datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC), None
    )
    print_nothing(office)
    letterheads(folder / "agencies")  # they stand below a unit of the sample office
    return office


def staffed(office: Office) -> dict[str, Officer]:
    """The officers of every unit, with the sample password; the first ones may be there already."""
    hashed = CHEAP.hash(demo.PASSWORD)

    def work(session: Session) -> dict[str, Officer]:
        found = {}
        posts = list(demo.officers())
        model = [(username, name, role) for username, name, role, agency in posts if agency == MODEL]
        for code in units()[len(demo.AGENCIES) :]:
            posts += [(username.replace(MODEL, code), name, role, code) for username, name, role in model]
        for username, name, role, agency in posts:
            row = people.officer_row(session, username)
            if row is None:
                found[username] = store.add_officer(
                    session, username=username, name=name, role=role, agency=agency, at=office.clock()
                )
                people.set_password(session, found[username].id, hashed, office.clock())
            else:
                found[username] = people.officer_of(row)
        return found

    return office.database.write(work)


# ------------------------------------------------------------------ the histories that are multiplied


def _asked(file: demo._File, _n: int) -> demo.Steps:
    """Another unit was asked and answered, there was a meeting; answered, served, archived."""
    yield from file.accepted()
    yield from file.searched(2)
    asked, question = (
        {"name": file.office.agencies["gx-zjj"].name},
        "所申请的材料是否可以公开，请提出书面意见。",
    )
    yield from file.then(
        "handler", 3, "consultation", type="other_agency", party=asked, agency="gx-zjj", question=question
    )
    seq = len(file.case.acts)
    answerer = file.people["handler@gx-zjj"]
    on = file.day(5)
    yield on
    said = parse(
        {
            "kind": "opinion",
            "on": on.isoformat(),
            "consultation": seq,
            "stance": "consent",
            "text": "同意公开。",
        }
    )
    file.case = file.office.place(answerer, file.case.id, said, now=demo._noon(on)).case
    yield from file.then(
        "handler", 6, "meeting", attendees=["承办人（样例）", "法制岗（样例）"], text="经会商，意见一致。"
    )
    yield from file.drafted(7, "disclosed", **demo._DETAILS["disclosed"])
    yield from file.signed(8)
    yield from file.finished(8)


def _corrected(file: demo._File, n: int) -> demo.Steps:
    """Abandoned after a notice to correct, served, archived."""
    yield from demo._closed(file, 6 * n + 4)
    yield from file.then("archivist", 20, "archival")


ENDED = (demo._archived, demo._archived, _asked, _corrected)
STANDING = (
    demo._waiting, demo._awaiting_correction, demo._handling, demo._handling, demo._consulting, demo._awaiting_payment, demo._approving,
    demo._extended, demo._replied,
)  # fmt: skip


def _make(
    office: Office, officers: dict[str, Officer], plan: Iterable[tuple[date, Callable[..., demo.Steps]]]
) -> list[str]:
    """Files of the model unit, each received on its day and made by its story, all steps in the order of their days; their ids."""
    files, waiting = [], list[tuple[date, int, demo.Steps]]()
    for n, (day, make) in enumerate(sorted(plan, key=lambda one: one[0])):
        file = demo._File(office, officers, MODEL, day)
        files.append(file)
        heappush(waiting, (day, n, demo._whole(file, n, make)))
    while waiting:
        _, n, steps = heappop(waiting)
        following = next(steps, None)
        if following is not None and following <= TODAY:
            heappush(waiting, (following, n, steps))
    return [file.case.id for file in files]


def _printed(office: Office) -> None:
    """Every letter has its print, such as it is: what is read back is finished."""
    with office.database.read() as session:
        letters = queries.unfinished_letters(session)
    for letter in letters:
        office.pdf(letter)


# ------------------------------------------------------------------ a template: the rows of one file

_DAY = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Model:
    """A row as it was made: its values in the order of the columns, and the places of those that a copy says otherwise."""

    table: str
    values: list[Any]
    days: tuple[int, ...]
    follows: tuple[tuple[int, int, str], ...]
    """Place, the place of the day from which it follows, and how: the month of a day, its year."""
    texts: tuple[int, ...]
    """Texts in which something varies, in the order in which they stand in the words of the file."""
    own: tuple[tuple[int, str], ...]
    """Place -> what stands there in a copy, by its name."""
    key: tuple[int, ...]
    sealed: tuple[tuple[int, str], ...]
    """Place and column of what is sealed and not empty; `key` is where the primary key stands."""


@dataclass(frozen=True, slots=True)
class Template:
    """A file as it was made, ready to be written again as another one; sealed texts opened."""

    received: date
    category: str
    rows: Sequence[Model]
    words: Sequence[str]
    """All its texts in which something varies, as one that `%` fills in; days stand at the odd places."""
    letters: Sequence[tuple[str, int, int]]
    """Of each letter its name here, its act, and which of the act's it is."""
    numbers: Sequence[tuple[str, str, date]]
    """Of each numbered one its name here, its series and its date."""
    entries: int
    """Of the log."""
    acts: int


_APART = "\0"
"""Between two texts of the words."""
_IN_A_COPY = {
    "letter": {"agency": "agency"}, "docket": {"agency": "agency", "serial": "serial", "applicant_masked": "masked", "wanted_masked": "wanted"},
    "tally": {"agency": "agency"}, "occurrence": {"agency": "agency"}, "log_entry": {"agency": "agency", "seq": "seq"},
}  # fmt: skip
_FOLLOWS = {
    "letter": (("year", "dated", "%Y"),), "docket": (("counts_in", "received_on", "%Y-%m"),),
    "tally": (("received_in", "received_on", "%Y-%m"), ("ended_in", "ended_on", "%Y-%m")),
}  # fmt: skip
_OF_AN_ASKER = ("applicant_key", "name_key", "phone_key")
_SKETCHES = ("sketch_1", "sketch_2", "sketch_3")


def _template(session: Session, ring: Ring, case_id: str) -> Template:
    rows: dict[Table, list[dict[str, Any]]] = {}
    for table in OF_A_FILE:
        read = session.execute(select(table).where(table.c.case_id == case_id)).mappings().all()
        rows[table] = [opened_values(ring, table, row) if table.name in SEALED else dict(row) for row in read]
    case, head = store.load(session, case_id), rows[DOCKET][0]
    assert case is not None
    who = case.applicant
    tokens = {case_id: "case", case.number: "number", case.wanted: "wanted", f'"{MODEL}"': "unit", f"@{MODEL}": "at", who.name: "name"}
    tokens |= {value: kind for kind in ("id_number", "phone") if (value := getattr(who, kind))}
    letters, numbers = [], []
    for row in rows[LETTER]:
        n = next(n for n in range(9) if letter_id(case_id, row["seq"], n) == row["id"])
        known = tokens[row["id"]] = f"letter {row['seq']} {n}"
        letters.append((known, row["seq"], n))
        if row["number"]:
            tokens[row["number"]] = f"number of {known}"
            numbers.append((known, row["series"], row["dated"]))
    told = select(LOG).where(LOG.c.object.startswith(f"{case.number} ", autoescape=True)).order_by(LOG.c.seq)
    rows[LOG] = [{**one, "changes": None, "mac": "0" * 64} for one in session.execute(told).mappings()]
    pattern = re.compile("(" + "|".join([*map(re.escape, sorted(tokens, key=len, reverse=True)), _DAY]) + ")")
    words = [""]
    made = [_model(table, row, pattern, tokens, words) for table, several in rows.items() for row in several]
    return Template(head["received_on"], who.category, made, words, letters, numbers, len(rows[LOG]), len(rows[ACT]))


def _model(table: Table, row: Mapping[str, Any], pattern: re.Pattern[str], tokens: Mapping[str, str], words: list[str]) -> Model:
    """A row ready to be written again; its texts in which something varies are put behind the `words` of its file."""
    values, places = [row[one.name] for one in table.columns], _places(table)
    own = {places[column]: said for column, said in _IN_A_COPY.get(table.name, {}).items()}
    own |= {places[one]: one for one in (*_OF_AN_ASKER, *_SKETCHES) if one in places}
    if table is INBOX and row["agency"] == MODEL:  # what is asked within the unit is asked within this one
        own[places["agency"]] = "agency"
    if table is LETTER and row["number"]:
        own[places["serial"]] = f"serial of {tokens[row['id']]}"
    follows = tuple((places[at], places[day], form) for at, day, form in _FOLLOWS.get(table.name, ()) if row[at] and row[day])
    texts = []
    for at, value in enumerate(values):
        if not isinstance(value, str) or at in own or any(at == place for place, *_ in follows):
            continue
        if value in tokens:
            own[at] = tokens[value]
        elif len(parts := pattern.split(value)) > 1:
            for n, part in enumerate(parts):
                if n % 2 and part not in tokens:
                    words += [part, ""]
                else:
                    words[-1] += f"%({tokens[part]})s" if n % 2 else part.replace("%", "%%")
            words[-1] += _APART
            texts.append(at)
    days = tuple(at for at, value in enumerate(values) if isinstance(value, date))
    sealed = tuple((places[one], one) for one in SEALED.get(table.name, ()) if values[places[one]])
    return Model(table.name, values, days, follows, tuple(texts), tuple(own.items()), tuple(places[one] for one in _key(table)), sealed)


@cache
def _places(table: Table) -> Mapping[str, int]:
    return {one.name: at for at, one in enumerate(table.columns)}


# ------------------------------------------------------------------ people and words


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: what stands in texts, and in the columns of the projections."""

    said: Mapping[str, Any]
    """By the names that a template has for it."""
    organisation: str | None
    """The name that is searched for; None: a person's is not."""


def _asker(category: str, n: int, key: bytes) -> Asker:
    is_person = category == "natural_person"
    data = (demo._person if is_person else demo._organisation)(n)
    name = data["name"].replace("（样例）", f"{n}（样例）") if is_person else data["name"]
    # What is invented is as it should be: to check it again costs more than all the rest of the file.
    applicant = Applicant.model_construct(**{**data, "name": name, "category": category})
    masked = mask_name(name, is_person=is_person)
    said = {"name": name, "id_number": applicant.id_number or "", "phone": applicant.phone or "", "masked": masked, **keys_of(applicant, key)}
    return Asker(said, None if is_person else masked)


@cache
def _words(n: int) -> tuple[str, str, Mapping[str, int]]:
    """What is asked for, its pairs and its sketches."""
    said = wanted(n)
    return said, " ".join(pairs(said)), sketches_of(said)


# ------------------------------------------------------------------ the rows of one more file


@dataclass(frozen=True, slots=True)
class Order:
    """One more file: which it is, what it is made from, of which unit, how many days before that one, and where it is counted on."""

    n: int
    template: int
    agency: str
    back: int
    serial: int
    serials: tuple[int, ...]
    """Of its numbered letters."""
    text: int
    seq: int
    """Of the log, before its first entry."""


Rows = dict[str, list[list[Any]]]
"""Table -> values in the order of its columns, days and moments as texts."""


@dataclass
class Maker:
    """Makes the rows of files as they are ordered: in this process, or in several beside it."""

    templates: Sequence[Template]
    heads: Mapping[str, Agency]
    keys: Path
    blind: bytes
    people: int
    someone: str
    """The id of an officer, whose sessions are over."""
    is_sqlite: bool

    def __post_init__(self) -> None:
        self.ring = Ring.read(self.keys)
        self.ring._path = None  # nobody changes the keys meanwhile, and to look costs as much as to seal
        self.day = cache(lambda said, back: (date.fromisoformat(said) - timedelta(back)).isoformat())
        self.moved = lru_cache(len(self.templates) * 2)(self._moved)
        self.asker = cache(lambda category, n: _asker(category, n, self.blind))

    def made(self, orders: Iterable[Order]) -> Rows:
        rows: Rows = defaultdict(list)
        for order in orders:
            self._add(rows, order)
        return dict(rows)

    def _as_text(self, value: date) -> str:
        """A day or a moment as the engine keeps or reads it."""
        if not isinstance(value, datetime):
            return value.isoformat()
        said = value.isoformat(" ", "microseconds")
        return said.removesuffix("+00:00") if self.is_sqlite else said

    def _moved(self, which: int, back: int) -> tuple[str, Sequence[tuple[Model, list[Any]]]]:
        """The words and the rows of a template so many days earlier."""
        template, days, rows = self.templates[which], timedelta(back), []
        words = list(template.words)
        words[1::2] = [self.day(one, back) for one in words[1::2]]
        for row in template.rows:
            values = row.values[:]
            for at, day, form in row.follows:
                values[at] = type(values[at])((values[day] - days).strftime(form))
            for at in row.days:
                values[at] = self._as_text(values[at] - days)
            rows.append((row, values))
        return "".join(words), rows

    def _add(self, rows: Rows, order: Order) -> None:
        template, agency, n, back = self.templates[order.template], order.agency, order.n, timedelta(order.back)
        case_id = str(UUID(int=(0x4 << 76) | (0x8 << 60) | (n + 1) << 80 | (n * 2654435761 & 0xFFFFFFFF)))
        received, head = template.received - back, self.heads[agency]
        number, asker = head.number("case", received.year, order.serial), self.asker(template.category, n * 7 % self.people)
        asked, grams, sketches = _words(n * 11 % 6984)
        said = {"case": case_id, "number": number, "serial": order.serial, "wanted": asked, "agency": agency, "unit": f'"{agency}"',
                "at": f"@{agency}", **asker.said, **sketches}  # fmt: skip
        said |= {known: letter_id(case_id, seq, which) for known, seq, which in template.letters}
        for (known, series, dated), serial in zip(template.numbers, order.serials, strict=True):
            said[f"serial of {known}"], said[f"number of {known}"] = serial, head.number(series, (dated - back).year, serial)
        words, moved = self.moved(order.template, order.back)
        texts, seq, ring = iter((words % said).split(_APART)), order.seq, self.ring
        for row, values in moved:
            if row.table == "log_entry":
                seq = said["seq"] = seq + 1
            made = values[:]
            for at in row.texts:
                made[at] = next(texts)
            for at, known in row.own:
                made[at] = said[known]
            if row.sealed:
                key = [made[at] for at in row.key]
                for at, column in row.sealed:
                    made[at] = ring.seal(made[at], place(row.table, column, *key))
            rows[row.table].append(made)
        mine = {"case_id": case_id, "agency": agency}
        _put(rows, CASE, {"id": case_id, "agency": agency, "year": received.year, "serial": order.serial, "number": number, "split_from": None,
                          "version": template.acts, "erased_at": None})  # fmt: skip
        on = received.isoformat()
        _put(rows, TEXT, {"id": order.text, **mine, "received_on": on, "grams": grams, **columns(agency, number, asked, asker.organisation)})
        if n % 10 == 0:
            who = {"category": template.category, "name": asker.said["name"]}
            self._aside(rows, n, case_id, agency, received, json.dumps({"wanted": asked, "applicant": who}, ensure_ascii=False))

    def _aside(self, rows: Rows, n: int, case_id: str, agency: str, received: date, fields: str) -> None:
        """What else an office piles up: a request from the public form that was registered, a session that is over."""
        at, id = self._as_text(datetime(received.year, received.month, received.day, 1, tzinfo=UTC)), str(UUID(int=UUID(case_id).int + 1))
        past = {"answer": None, "case_id": case_id, "submitted_at": at, "settled_at": at}
        _put(rows, APPLICATION, {
            "id": id, "agency": agency, "year": received.year, "serial": n + 1, "number": f"网申{n + 1}", "code_digest": "",
            "fields": self.ring.seal(fields, place("application", "fields", id)), "fields_key": None, "state": "confirmed",
            "site": None, "site_nonce": None, **past,
        })  # fmt: skip
        over = {"created_at": at, "seen_at": at, "expires_at": at, "ended_at": at}
        _put(rows, SESSION, {"id": id, "officer_id": self.someone, "digest": f"{n + 1:064x}", "browser": "", **over})


def _put(rows: Rows, table: Table, row: Mapping[str, Any]) -> None:
    rows[table.name].append([row[one] for one in _places(table)])


_MAKER: list[Maker] = []
"""Of a process that makes rows beside the one that writes them."""


def _help(*about: Any) -> None:
    _MAKER.append(Maker(*about))


def _made_there(orders: Sequence[Order]) -> Rows:
    return _MAKER[0].made(orders)


# ------------------------------------------------------------------ writing


class Writer:
    """Rows of many tables, written some hundred files at a time by the way that costs the engine least; indexes are built behind them.

    Nobody else works on the database meanwhile, and what breaks off leaves nothing that can be used.
    """

    def __init__(self, office: Office) -> None:
        self.database = office.database
        self.tables = [table for table in SQLModel.metadata.sorted_tables if table in (*OF_A_FILE, CASE, TEXT, LOG, APPLICATION, SESSION)]
        for engine in {self.database.engine, self.database._writing, self.database._glancer}:
            engine.dispose()
        if self.database.is_sqlite:
            self.bare: Any = sqlite3.connect(str(self.database.path), isolation_level=None)
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "threads=2"):
                self.bare.execute(f"PRAGMA {pragma}")
            said = "SELECT name, type, sql FROM sqlite_master WHERE (type = 'index' OR name IN ('case_text_added', 'case_sought_added'))"
            found = self.bare.execute(f"{said} AND sql IS NOT NULL AND tbl_name IN ({self._names()})").fetchall()
            self.later = [sql for *_, sql in found] + [f"INSERT INTO {one} ({one}) VALUES ('rebuild')" for one in ("case_text_fts", "case_sought")]
            self._do([f"DROP {kind} {name}" for name, kind, _ in found])
            self.bare.execute("BEGIN")
        else:
            self.bare = psycopg.connect(self.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
            self._do(["SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET statement_timeout = 0"])
            said = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            kept = "SELECT 1 FROM pg_constraint WHERE conname = indexname"
            found = self.bare.execute(f"{said} AND tablename IN ({self._names()}) AND NOT EXISTS ({kept})").fetchall()
            self.later = [sql for _, sql in found]
            self._do([f'DROP INDEX "{name}"' for name, _ in found])

    def _names(self) -> str:
        return ", ".join(f"'{table.name}'" for table in self.tables)

    def _do(self, statements: Iterable[str]) -> None:
        for one in statements:
            self.bare.execute(one)

    def write(self, rows: Rows) -> None:
        cursor = self.bare.cursor()
        for table in self.tables:  # what is leant on first
            names, these = ", ".join(f'"{one.name}"' for one in table.columns), rows.get(table.name, [])
            if self.database.is_sqlite:
                cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})", these)
            else:
                with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                    for row in these:
                        copy.write_row(row)

    def close(self) -> None:
        """Build the indexes, and leave the database as it is used."""
        if self.database.is_sqlite:
            self.bare.execute("COMMIT")
        self._do(self.later)
        if self.database.is_sqlite:
            self._do(["PRAGMA journal_mode=WAL", "PRAGMA locking_mode=NORMAL"])  # the program has no statistics of it either
        else:
            self.bare.commit()
            self.bare.autocommit = True
            self.bare.execute("VACUUM ANALYZE")
        self.bare.close()


class Multiplied:
    """Templates written again and again as files of their own."""

    def __init__(self, office: Office, maker: Maker, helpers: int, session: Session, made: int) -> None:
        self.office, self.maker, self.made = office, maker, made
        self.counters: dict[tuple[str, int, str], int] = {(row.agency, row.year, row.series): row.value for row in session.execute(select(COUNTER))}
        self.text = session.execute(select(func.coalesce(func.max(TEXT.c.id), 0))).scalar_one()
        self.seq: int = session.execute(select(HEAD.c.seq)).scalar_one()
        about = tuple(getattr(maker, one.name) for one in fields(maker))
        self.pool = ProcessPoolExecutor(helpers, get_context("spawn"), _help, about) if helpers else None

    def _serial(self, agency: str, year: int, series: str) -> int:
        key = agency, year, series
        self.counters[key] = self.counters.get(key, 0) + 1
        return self.counters[key]

    def _order(self, which: int, agency: str, back: int) -> Order:
        template, days = self.maker.templates[which], timedelta(back)
        serials = tuple(self._serial(agency, (dated - days).year, series) for _, series, dated in template.numbers)
        self.text += 1
        order = Order(
            self.made, which, agency, back, self._serial(agency, (template.received - days).year, "case"), serials, self.text, self.seq
        )
        self.made, self.seq = self.made + 1, self.seq + template.entries
        return order

    def write(self, wanted: Iterable[tuple[int, str, int]], tell: Callable[[int], object] = lambda _: None) -> None:
        """More files: each from which template, of which unit, how many days before it. Counters and the log go on behind them."""
        orders, writer = starmap(self._order, wanted), Writer(self.office)
        portions = iter(lambda: list(islice(orders, AT_ONCE)), [])
        for rows in self._made(portions):
            writer.write(rows)
            tell(len(rows[CASE.name]))
        writer.close()
        self.office.database.write(self._go_on)

    def _made(self, portions: Iterator[list[Order]]) -> Iterator[Rows]:
        """The rows of one portion after the other; with helpers some are made while others are written."""
        if self.pool is None:
            yield from map(self.maker.made, portions)
            return
        with self.pool as pool:
            coming = deque(pool.submit(_made_there, one) for one in islice(portions, AHEAD))
            while coming:
                yield coming.popleft().result()
                coming.extend(pool.submit(_made_there, one) for one in islice(portions, 1))

    def _go_on(self, session: Session) -> None:
        there = {(row.agency, row.year, row.series) for row in session.execute(select(COUNTER))}
        for (agency, year, series), value in self.counters.items():
            key = {"agency": agency, "year": year, "series": series}
            if (agency, year, series) in there:
                session.execute(update(COUNTER).filter_by(**key).values(value=value))
            else:
                session.execute(COUNTER.insert().values(**key, value=value))
        log: journal.Journal = self.office.database.journal
        session.execute(update(HEAD).values(seq=self.seq, mac="0" * 64, seal=log.seal(self.seq, "0" * 64)))
        if not self.office.database.is_sqlite:
            for table, column in ((TEXT, "id"), (LOG, "seq")):
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), (SELECT max({column}) FROM {table.name}))"))


def _homes(codes: Sequence[str]) -> Iterator[str]:
    """The units of archived files, one after the other: the model unit has three in ten."""
    others = cycle([code for code in codes if code != MODEL])
    for n in cycle(range(10)):
        yield MODEL if n < SHARE else next(others)


class Generated:
    """An empty office that is filled: with what is open in every unit, and with as much behind it as is asked for."""

    def __init__(
        self,
        office: Office,
        folder: Path,
        *,
        templates: int = TEMPLATES,
        each: int = OPEN,
        people: int = 30_000,
    ) -> None:
        self.office, self.folder, self.people = office, folder, people
        self.officers, calendar = staffed(office), office.rules.calendar
        past = [
            (demo.received_on(calendar, TODAY, 40 + n % 90), make)
            for n, make in zip(range(templates), cycle(ENDED), strict=False)
        ]
        now = [
            (demo.received_on(calendar, TODAY, n % 19), make)
            for n, make in zip(range(each), cycle(STANDING), strict=False)
        ]
        ended, still = _make(office, self.officers, past), _make(office, self.officers, now)
        _printed(office)
        with office.database.read() as session:
            self.ended, standing = (
                [_template(session, office.database.ring, one) for one in ids] for ids in (ended, still)
            )
        self.size, self.made = len(ended) + len(still), 0
        others = [agency for agency in units() if agency != MODEL]
        self._write(standing, ((which, agency, 0) for agency in others for which in range(each)))

    def _write(
        self, templates: Sequence[Template], wanted: Iterable[tuple[int, str, int]], tell: Callable[[int], object] = lambda _: None, helpers: int = 0
    ) -> None:
        maker = Maker(
            templates, dict(self.office.agencies), self.folder / "secrets" / KEY_FILE, self.office.keys.blind, self.people,
            self.officers[f"handler@{MODEL}"].id, self.office.database.is_sqlite,
        )  # fmt: skip
        with self.office.database.read() as session:
            made = Multiplied(self.office, maker, helpers, session, self.made)
        made.write(wanted, tell)
        self.size, self.made = self.size + made.made - self.made, made.made

    def grow(self, count: int, tell: Callable[[int], object] = lambda _: None, *, helpers: int = 0) -> None:
        """Archived files until there are `count` files in all, over all the years, the earliest first; rows are made by so many processes."""
        last, older = TODAY - timedelta(120), max(0, count - self.size)

        def wanted() -> Iterator[tuple[int, str, int]]:
            for n, agency in enumerate(islice(_homes(units()), older)):
                which = n * 17 % len(self.ended)
                day = FIRST + timedelta((last - FIRST).days * n // older)
                yield which, agency, 7 * round((self.ended[which].received - day).days / 7)

        self._write(self.ended, wanted(), tell, helpers)


def main(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    office = opened(os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'gongkai.db'}", folder)
    started, there = time.perf_counter(), 0

    def tell(more: int) -> None:
        nonlocal there
        there += more
        if there // 10_000 > (there - more) // 10_000:
            print(f"{there} files: {time.perf_counter() - started:.0f} s", flush=True)

    try:
        made = Generated(office, folder)
        there = made.size
        print(f"{there} files that are open or were placed act by act: {time.perf_counter() - started:.0f} s", flush=True)
        made.grow(count, tell, helpers=os.cpu_count() or 1)
        print(f"{made.size} files, with their indexes: {time.perf_counter() - started:.0f} s", flush=True)
    finally:
        office.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
