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
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Table, func, select, text, update
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
AT_ONCE = 500
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

    values: list[Any]
    days: tuple[int, ...]
    texts: tuple[int, ...]
    """Texts, taken apart: at the odd places of the tuple stands what varies."""
    of: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """A file as it was made, ready to be written again as another one; sealed texts opened."""

    received: date
    category: str
    rows: Mapping[Table, Sequence[Model]]
    tokens: Mapping[str, tuple[str, Any]]
    """What varies in a text -> what it is: the id of the file or of a letter, its number, who asks, for what."""


def _template(session: Session, ring: Ring, case_id: str) -> Template:
    rows: dict[Table, list[dict[str, Any]]] = {}
    for table in OF_A_FILE:
        read = session.execute(select(table).where(table.c.case_id == case_id)).mappings().all()
        rows[table] = [opened_values(ring, table, row) if table.name in SEALED else dict(row) for row in read]
    case, head = store.load(session, case_id), rows[DOCKET][0]
    assert case is not None
    who = case.applicant
    tokens: dict[str, tuple[str, Any]] = {
        case_id: ("case", None),
        case.number: ("number", None),
        case.wanted: ("wanted", None),
    }
    tokens |= {f'"{MODEL}"': ("unit", None), f"@{MODEL}": ("at", None), who.name: ("name", None)}
    tokens |= {value: (kind, None) for kind in ("id_number", "phone") if (value := getattr(who, kind))}
    for row in rows[LETTER]:
        n = next(n for n in range(9) if letter_id(case_id, row["seq"], n) == row["id"])
        tokens[row["id"]] = ("letter", (row["seq"], n))
        if row["number"]:
            tokens[row["number"]] = ("letter_number", row["id"])
    told = select(LOG).where(LOG.c.object.startswith(f"{case.number} ", autoescape=True)).order_by(LOG.c.seq)
    rows[LOG] = [{**one, "changes": None, "mac": "0" * 64} for one in session.execute(told).mappings()]
    pattern = re.compile("(" + "|".join([*map(re.escape, sorted(tokens, key=len, reverse=True)), _DAY]) + ")")
    made = {table: [_model(table, row, pattern) for row in several] for table, several in rows.items()}
    return Template(head["received_on"], who.category, made, tokens)


def _model(table: Table, row: Mapping[str, Any], pattern: re.Pattern[str]) -> Model:
    values = [row[one.name] for one in table.columns]
    days = tuple(at for at, value in enumerate(values) if isinstance(value, date))
    texts = []
    for at, value in enumerate(values):
        if isinstance(value, str) and len(parts := tuple(pattern.split(value))) > 1:
            values[at] = parts
            texts.append(at)
    return Model(values, days, tuple(texts), row)


# ------------------------------------------------------------------ people and words


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: what stands in texts, and in the columns of the projections."""

    said: Mapping[str, str]
    keys: Mapping[str, Any]
    masked: str


class Askers:
    """As many people and organisations as are asked for, each made once."""

    def __init__(self, key: bytes, most: int) -> None:
        self.key, self.most = key, most
        self.get = cache(self._make)

    def _make(self, category: str, n: int) -> Asker:
        is_person = category == "natural_person"
        data = (demo._person if is_person else demo._organisation)(n)
        name = data["name"].replace("（样例）", f"{n}（样例）") if is_person else data["name"]
        applicant = Applicant.model_validate({**data, "name": name, "category": category})
        said = {
            "name": applicant.name,
            "id_number": applicant.id_number or "",
            "phone": applicant.phone or "",
        }
        return Asker(said, keys_of(applicant, self.key), mask_name(applicant.name, is_person=is_person))


@cache
def _words(n: int) -> tuple[str, str, Mapping[str, int]]:
    """What is asked for, its pairs and its sketches."""
    said = wanted(n)
    return said, " ".join(pairs(said)), sketches_of(said)


# ------------------------------------------------------------------ writing


class Writer:
    """Rows of many tables, written some thousand files at a time, by the way that costs the engine least."""

    def __init__(self, office: Office) -> None:
        self.database = office.database
        self.rows: dict[Table, list[list[Any]]] = defaultdict(list)

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        self.rows[table].append([row[one.name] for one in table.columns])

    def flush(self) -> None:
        bare = self.database.engine.raw_connection()
        cursor = bare.cursor()
        if self.database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for table in SQLModel.metadata.sorted_tables:  # what is leant on first
            if rows := self.rows.pop(table, None):
                names = ", ".join(f'"{one.name}"' for one in table.columns)
                if self.database.is_sqlite:
                    _as_sqlite_has_them(table, rows)
                    cursor.executemany(
                        f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})",
                        rows,
                    )
                else:
                    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
        if self.database.is_sqlite:
            cursor.execute("COMMIT")
        else:
            bare.commit()
        bare.close()


def _as_sqlite_has_them(table: Table, rows: list[list[Any]]) -> None:
    """Days and moments as texts, as SQLAlchemy writes them."""
    stamps = [at for at, one in enumerate(table.columns) if isinstance(one.type, t.Stamp)]
    days = [at for at, one in enumerate(table.columns) if isinstance(one.type, Date)]
    for row in rows:
        for at in days:
            row[at] = row[at] and row[at].isoformat()
        for at in stamps:
            row[at] = row[at] and row[at].isoformat(" ", "microseconds").removesuffix("+00:00")


@cache
def _places(table: Table) -> Mapping[str, int]:
    return {one.name: at for at, one in enumerate(table.columns)}


class Multiplied:
    """Templates written again and again as files of their own."""

    def __init__(self, office: Office, folder: Path, askers: Askers, session: Session) -> None:
        self.office, self.askers, self.writer = office, askers, Writer(office)
        self.ring = Ring.read(folder / "secrets" / KEY_FILE)
        self.ring._path = None  # nobody changes the keys meanwhile, and to look costs as much as to seal
        self.counters = {
            (row.agency, row.year, row.series): row.value for row in session.execute(select(COUNTER))
        }
        self.text = session.execute(select(func.coalesce(func.max(TEXT.c.id), 0))).scalar_one()
        self.seq: int = session.execute(select(HEAD.c.seq)).scalar_one()
        self.days: dict[tuple[str, int], str] = {}
        self.heads = dict(office.agencies)  # the office looks each time whether a letterhead was changed
        self.made = 0

    def number(self, agency: str, year: int, series: str) -> tuple[int, str]:
        key = agency, year, series
        serial = self.counters[key] = self.counters.get(key, 0) + 1
        return serial, self.heads[agency].number(series, year, serial)

    def day(self, said: str, back: int) -> str:
        """A day in a text, `back` days earlier."""
        try:
            return self.days[said, back]
        except KeyError:
            return self.days.setdefault(
                (said, back), (date.fromisoformat(said) - timedelta(back)).isoformat()
            )

    def add(self, template: Template, agency: str, back: timedelta) -> None:  # noqa: C901 - one table after the other
        """One more file: of this unit, so long before the template."""
        n, self.made = self.made, self.made + 1
        case_id = str(UUID(int=(0x4 << 76) | (0x8 << 60) | (n + 1) << 80 | (n * 2654435761 & 0xFFFFFFFF)))
        received = template.received - back
        serial, number = self.number(agency, received.year, "case")
        asker, (words, grams, sketches) = (
            self.askers.get(template.category, n * 7 % self.askers.most),
            _words(n * 11 % 6984),
        )
        kinds = {
            "case": case_id,
            "number": number,
            "wanted": words,
            "unit": f'"{agency}"',
            "at": f"@{agency}",
            **asker.said,
        }
        said: dict[str, str] = {}
        numbers: dict[str, tuple[int, int, str]] = {}
        for row in template.rows[LETTER]:
            old = row.of["id"]
            said[old] = letter_id(case_id, *template.tokens[old][1])
            if row.of["number"]:
                year = (row.of["dated"] - back).year
                numbers[old] = (year, *self.number(agency, year, row.of["series"]))
        for token, (kind, of) in template.tokens.items():
            if kind != "letter":
                said[token] = numbers[of][2] if kind == "letter_number" else kinds[kind]

        def here(name: str | None) -> str | None:
            """The user name of who has the same post in this unit."""
            return name and name.replace(f"@{MODEL}", f"@{agency}")

        def again(table: Table, row: Model, **own: Any) -> None:
            self.writer.rows[table].append(self._again(table, row, said, back, own))

        mine, rows = {"case_id": case_id, "agency": agency}, template.rows
        head = {
            "id": case_id,
            "agency": agency,
            "year": received.year,
            "serial": serial,
            "number": number,
            "split_from": None,
        }
        self.writer.add(CASE, {**head, "version": len(rows[ACT]), "erased_at": None})
        for row in rows[ACT]:
            again(ACT, row, case_id=case_id)
        for row in rows[INBOX]:  # what is asked within the unit is asked within this one
            asked = agency if row.of["agency"] == MODEL else row.of["agency"]
            again(INBOX, row, case_id=case_id, agency=asked, officer=here(row.of["officer"]))
        for row in rows[LETTER]:
            year, of_series, called = numbers.get(row.of["id"], ((row.of["dated"] - back).year, None, None))
            again(LETTER, row, **mine, year=year, serial=of_series, number=called)
        for row in rows[DOCKET]:
            own = {
                **mine,
                **asker.keys,
                "serial": serial,
                "number": number,
                "applicant_masked": asker.masked,
                "wanted_masked": words,
            }
            own |= {name: here(row.of[name]) for name in ("assignee", "drafted_by")}
            again(DOCKET, row, **own, counts_in=f"{received:%Y-%m}" if row.of["counts_in"] else "")
        for row in rows[TALLY]:
            ended, own = (
                row.of["ended_on"] and row.of["ended_on"] - back,
                {**mine, **sketches, "applicant_key": asker.keys["applicant_key"]},
            )
            own |= {
                "received_in": f"{received:%Y-%m}",
                "ended_in": ended and f"{ended:%Y-%m}",
                "assignee": here(row.of["assignee"]),
            }
            again(TALLY, row, **own)
        for row in rows[OCCURRENCE]:
            again(OCCURRENCE, row, **mine)
        looked_for = columns(agency, number, words, None if template.category == "natural_person" else asker.masked)
        self.text += 1
        self.writer.add(TEXT, {"id": self.text, **mine, "received_on": received, "grams": grams, **looked_for})
        for row in rows[LOG]:
            self.seq += 1
            again(LOG, row, seq=self.seq, username=here(row.of["username"]), agency=agency)
        if n % 10 == 0:
            who = {"category": template.category, "name": asker.said["name"]}
            self._aside(
                case_id, agency, received, json.dumps({"wanted": words, "applicant": who}, ensure_ascii=False)
            )
        if self.made % AT_ONCE == 0:
            self.writer.flush()

    def _again(
        self, table: Table, row: Model, said: Mapping[str, str], back: timedelta, own: Mapping[str, Any]
    ) -> list[Any]:
        """The values of a row, so many days earlier, with what is `said` instead and its `own` values; sealed where it has to be."""
        made, days, places = row.values[:], back.days, _places(table)
        for at in row.days:
            made[at] -= back
        for at in row.texts:
            parts = list(made[at])
            for odd in range(1, len(parts), 2):
                parts[odd] = said.get(parts[odd]) or self.day(parts[odd], days)
            made[at] = "".join(parts)
        for name, value in own.items():
            made[places[name]] = value
        if table.name in SEALED:
            key = [made[places[one]] for one in _key(table)]
            for column in SEALED[table.name]:
                made[places[column]] = self.ring.seal(made[places[column]], place(table.name, column, *key))
        return made

    def _aside(self, case_id: str, agency: str, received: date, fields: str) -> None:
        """What else an office piles up: a request from the public form that was registered, a session that is over."""
        at = datetime(received.year, received.month, received.day, 1, tzinfo=UTC)
        id, past = (
            str(UUID(int=UUID(case_id).int + 1)),
            {"answer": None, "case_id": case_id, "submitted_at": at, "settled_at": at},
        )
        sent = {"id": id, "agency": agency, "year": received.year, "serial": self.made, "number": f"网申{self.made}", "code_digest": "",
                "fields": self.ring.seal(fields, place("application", "fields", id)), "fields_key": None, "state": "confirmed",
                "site": None, "site_nonce": None, **past}  # fmt: skip
        self.writer.add(APPLICATION, sent)
        over = {"created_at": at, "seen_at": at, "expires_at": at, "ended_at": at}
        self.writer.add(
            SESSION,
            {"id": id, "officer_id": self.someone, "digest": f"{self.made:064x}", "browser": "", **over},
        )

    someone = ""
    """The id of an officer, whose sessions are over."""

    def end(self) -> None:
        """Write what is left, and where counters and the log go on."""
        self.writer.flush()

        def work(session: Session) -> None:
            there = {(row.agency, row.year, row.series) for row in session.execute(select(COUNTER))}
            for (agency, year, series), value in self.counters.items():
                key = {"agency": agency, "year": year, "series": series}
                if (agency, year, series) in there:
                    session.execute(update(COUNTER).filter_by(**key).values(value=value))
                else:
                    session.execute(COUNTER.insert().values(**key, value=value))
            log: journal.Journal = self.office.database.journal
            session.execute(
                update(HEAD).values(seq=self.seq, mac="0" * 64, seal=log.seal(self.seq, "0" * 64))
            )
            if not self.office.database.is_sqlite:
                for table, column in ((TEXT, "id"), (LOG, "seq")):
                    session.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), (SELECT max({column}) FROM {table.name}))"
                        )
                    )

        self.office.database.write(work)
        with self.office.database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.exec_driver_sql("ANALYZE")


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
        with self._writing() as made:
            for agency in units():
                for template in standing if agency != MODEL else ():
                    made.add(template, agency, timedelta(0))

    @contextmanager
    def _writing(self) -> Iterator[Multiplied]:
        with self.office.database.read() as session:
            made = Multiplied(self.office, self.folder, Askers(self.office.keys.blind, self.people), session)
        made.someone, made.made = self.officers[f"handler@{MODEL}"].id, self.made
        yield made
        made.end()
        self.size, self.made = self.size + made.made - self.made, made.made

    def grow(self, count: int, tell: Callable[[int], object] = lambda _: None) -> None:
        """Archived files until there are `count` files in all, over all the years, the earliest first."""
        last, older = TODAY - timedelta(120), count - self.size
        with self._writing() as made:
            for n, agency in enumerate(islice(_homes(units()), max(0, older))):
                template = self.ended[n * 17 % len(self.ended)]
                day = FIRST + (last - FIRST) * n / older
                made.add(template, agency, timedelta(7 * round((template.received - day).days / 7)))
                if n % 10_000 == 9_999:
                    tell(self.size + n + 1)


def main(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    office = opened(os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'gongkai.db'}", folder)
    started = time.perf_counter()
    try:
        made = Generated(office, folder)
        print(
            f"{made.size} files that are open or were placed act by act: {time.perf_counter() - started:.0f} s",
            flush=True,
        )
        made.grow(
            count, lambda there: print(f"{there} files: {time.perf_counter() - started:.0f} s", flush=True)
        )
        print(f"{count} files: {time.perf_counter() - started:.0f} s", flush=True)
    finally:
        office.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
