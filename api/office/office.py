"""The one orchestrator: load, admit, append, letter, projection. One act = one check = one transaction = one answer.

Pages, JSON, command line and sample data all place acts here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.office import documents, policy
from api.office.allowances import Allowances
from api.office.learning import Learning
from api.office.log import log
from api.office.named import Known, named, proved
from api.office.paging import Paging
from api.office.printing import NO_LETTER, Printing
from api.office.problems import NOT_FOUND, Problem, not_found
from api.office.record import record
from api.office.sight import allow, seen
from api.office.sources import Sources
from db import erasing, queries, store
from db.engine import Database
from db.files import Files
from db.leases import Leases
from db.staff import staff
from letters.agencies import Agency
from letters.compose import Letter, compose
from letters.compose.papers import approval_sheet
from letters.compose.sheet import Kept
from letters.contexts import LETTERS
from letters.errors import LetterError, no_glyph
from letters.fontset import unprintable
from letters.marks import Outline
from letters.proof import needs_proof, words
from letters.render import Renderer
from letters.signing import Signing
from workflow import acts as a
from workflow import joining, printable
from workflow.acts import Act, Officer
from workflow.admission import Forbidden, admit, by_request, granted, handed, reasons, siblings
from workflow.case import WITHOUT_LETTER, Case, OpenRequest
from workflow.checks import Facts
from workflow.checks.reply import blocked
from workflow.law import Invalid, Refused, Rules
from workflow.retention import erasure
from workflow.risks import Risk, open_risks
from workflow.sameness import Sameness
from workflow.staff import Staff
from workflow.words import say_day

NO_FILE = "没有这个附件，或者您不能查看。"
NOT_YOURS = "这件申请由其他单位办理，您可以查看，不能办理。"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_KNOWN = 1000
"""Files kept in memory, the latest used."""
NEEDS_THE_MONTH = ("fee_notice", "waiver")
"""Kinds of act that ask how many requests the applicant made this natural month (办法 4)."""
NAMES_LETTERS = (a.Service, a.Archival, a.Decision)
"""Acts whose letter names other letters of the file."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What placing an act gave: the file as it is now, and how it stands to the officer."""

    case: Case
    relation: str


class Office:
    """The program at work: rules, agencies, database, files, the letter workers, and a clock."""

    def __init__(
        self,
        *,
        database: Database,
        files: Files,
        sources: Sources,
        renderer: Renderer,
        keys: store.Keys,
        data_dir: Path,
        signing: Signing | None = None,
        longest_token: timedelta = timedelta(days=365),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database, self.files, self.sources = database, files, sources
        self.keys, self.clock, self.longest_token, self.data_dir = keys, clock, longest_token, data_dir
        self.allowances = Allowances(database, keys.blind)
        self.leases = Leases(database)
        self.printing = Printing(database, files, renderer, signing, self.leases)
        self.paging = Paging(database, self.printing, files)
        self.learning = Learning(database, lambda: self.rules.on(self.today()), clock)
        self._known: dict[str, Case] = {}
        self.lock = Lock()
        self.is_behind = False
        """Lists and figures are still those of another version of the program (`catching_up`)."""
        self.keys_at_work: set[tuple[str, str]] = set()
        """Idempotency keys (officer, key) whose first request is not answered yet."""

    @property
    def rules(self) -> Rules:
        """The law in force now."""
        return self.sources.rules

    @property
    def agencies(self) -> Mapping[str, Agency]:
        """The agencies of this installation now."""
        return self.sources.agencies

    def today(self) -> date:
        """The legal date now, in Asia/Shanghai."""
        return self.clock().astimezone(SHANGHAI).date()

    @property
    def sameness(self) -> Sameness:
        """What decides here and today whether two requests ask for the same information."""
        return self.rules.on(self.today()).sameness

    @property
    def renderer(self) -> Renderer:
        """The letter workers."""
        return self.printing.renderer

    def staff(self, agencies: Collection[str] | None = None) -> Staff:
        """Who works in these units today (None: in all) and in those that they oversee, who is away and who stands in."""
        if agencies is not None:  # below somebody may be drafting for them
            agencies = {*agencies, *(below for code in agencies if code in self.agencies for below in self.agencies[code].oversees)}
        with self.database.read() as session:
            return staff(session, agencies, self.today(), self.rules)

    # ------------------------------------------------------------------ the way of an act, from here down to `announce`

    def place(
        self, officer: Officer, case_id: str, act: Act, *, seen: int | None = None, now: datetime | None = None
    ) -> Placed:
        """Place `act` on a file; `seen` is the version the officer saw (None: whatever it is).

        Whoever has more to write with it does these three himself. Raises Problem (404, 409, 412), Forbidden, Invalid.
        """
        self.prepare(officer, case_id, act, now)
        placed = self.database.write(lambda session: self.place_in(session, officer, case_id, act, seen, now), brief=True)
        self.announce(placed.case)
        return placed

    def prepare(
        self, officer: Officer, case_id: str | None, act: Act, now: datetime | None = None, *, coming: Sequence[documents.Coming] = ()
    ) -> None:  # fmt: skip
        """What takes its time is done before the transaction, for which others wait: the PDF of a letter about to be
        served, and the proof that the letters of `act` can be made. `case_id` is None for a new file; papers may be `coming` with it.

        Raises Rejected for what was typed, Refused for a letter that cannot be made. What else stands against the act is
        left to the transaction to say, in the right order.
        """
        printable.check(act, unprintable)
        if isinstance(act, a.Erasure) and case_id is not None:
            with suppress(Problem):  # no such file: the transaction says so
                self._make_all(self.case(officer, case_id, relations=policy.OWN).case)
        if act.kind in WITHOUT_LETTER and not isinstance(act, a.Split):
            return
        if isinstance(act, a.Service):
            with suppress(Problem):  # no such letter: the checks say so
                self.pdf(act.letter)
        try:
            letters = self._would_make(officer, case_id, act, now or self.clock(), coming)
        except (Problem, Refused, Forbidden, Invalid):
            return
        for letter in letters:
            if needs_proof(_words(letter)):
                try:
                    self.renderer.render(letter.kind, letter.context)
                except LetterError as error:
                    raise _unmade(error) from None

    def _make_all(self, case: Case) -> None:
        """The PDFs of the letters of a file that are not there yet: nobody makes one of a file that has no words any more."""
        with self.database.read() as session:
            waiting = [row.id for row in queries.letters_of(session, case) if row.digest is None]
        for letter in waiting:
            self.pdf(letter)

    def _would_make(
        self, officer: Officer, case_id: str | None, act: Act, now: datetime, coming: Sequence[documents.Coming]
    ) -> tuple[Letter, ...]:  # fmt: skip
        """The letters of `act`, without their numbers."""
        agencies = self.agencies
        if case_id is None:
            assert isinstance(act, a.Registration)
            after = self._opened(agencies[officer.agency], 0, officer, act, now)
        else:
            after = self.tried(officer, case_id, act, now, coming=coming)
        made = [after]
        if isinstance(act, a.Split):
            made = [self._opened(agencies[officer.agency], 0, officer, one, now) for one in siblings(after, self.rules)]
        if isinstance(act, a.Handover):
            made.append(self._opened(agencies[act.to], 0, officer, self._handed(after), now))
        kept = self.paging.count(after, agencies[after.agency], self.rules) if isinstance(act, a.Archival) else None
        with self.database.read() as session:
            others = self.answered_with(session, after)
            unnumbered = [self._composed(session, case, others, kept) for case in made]
        return tuple(letter for letters in unnumbered for letter in letters)

    def _composed(self, session: Session, case: Case, others: Sequence[Case], kept: Kept | None = None) -> tuple[Letter, ...]:
        """The letters of the last act on a file that nobody stores, without their numbers; `kept` is for an archival."""
        signed, agency = case.acts[-1], self.agencies[case.agency]
        numbers = self._numbers(session, case, signed, others)
        return compose(case, signed, agency, self.rules, lambda _: (0, "预览"), numbers, kept, others, self._co_issuers(case))

    def place_in(
        self,
        session: Session,
        officer: Officer,
        case_id: str,
        act: Act,
        seen: int | None = None,
        now: datetime | None = None,
    ) -> Placed:
        """`place` inside a transaction of the caller's: find the file, may he, has he seen it as it is, admit, keep."""
        now = now or self.clock()
        printable.check(act, unprintable)
        case, relation = self._find(session, officer, case_id)
        self._may(officer, case, relation, act)
        self._see(case, relation, seen)
        after, steps = self._admitted(session, case, relation, act, officer, now)
        self._keep(session, after, list({step.id: step for step in steps}.values()))
        for step in steps:
            self._keep(session, step)
        if isinstance(act, a.Split):
            for registration in siblings(after, self.rules):
                self._open(session, officer, registration, now)
        if isinstance(act, a.Handover):
            self._open(session, officer, self._handed(after), now, act.to)
        if isinstance(act, a.Erasure):
            after = erasing.erase(session, after, after.acts[-1], self.rules, self.keys)
        return Placed(after, relation)

    def _handed(self, case: Case) -> a.Registration:
        """The registration in the unit that a file has just been handed over to."""
        return handed(case, self.agencies[case.agency].name)

    def _find(self, session: Session, officer: Officer, case_id: str) -> tuple[Case, str]:
        """The file, held until the transaction ends, and how it stands to the officer."""
        case = self._load(session, officer, case_id, for_update=True)
        relation = policy.relation(officer, case, self.agencies) if case else None
        if case is None or relation is None:
            raise not_found()
        return case, relation

    def _may(self, officer: Officer, case: Case, relation: str, act: Act) -> None:
        """An officer of another agency places only what his relation to the file gives him; an answer, wherever his was asked."""
        if isinstance(act, a.Opinion) and (asked := case.consultation(act.consultation)) and asked.act.agency == officer.agency:
            return
        allowed = policy.ACTS_BY_RELATION[relation]
        if allowed is not None and act.kind not in allowed:
            raise not_found() if relation == "consulted" else Problem(403, NOT_YOURS)
        if relation == "consulted" and isinstance(act, a.Opinion):
            raise not_found()

    def _see(self, case: Case, relation: str, seen: int | None) -> None:
        """Nobody acts on a file that has changed behind his back (412)."""
        if seen is None or seen == case.version:
            return
        last = case.acts[-1]
        if seen > case.version:
            raise Problem(412, f"没有提交：本件现在是第{case.version}版，还没有第{seen}版。请核对所见的版本后再提交，您写的内容没有丢失。")
        if relation == "consulted":
            raise Problem(412, "没有提交：这件申请刚有变动。请刷新会商收件后再提交，您写的内容没有丢失。")
        raise Problem(
            412,
            f"没有提交：{last.officer.name}已先办理了“{type(last.act).title}”（您看到的是第{seen}版，现在是第{case.version}版）。"
            "请看过最新情况后再提交，您写的内容没有丢失。",
        )

    def _admit(
        self, session: Session, case: Case, relation: str, act: Act, officer: Officer, now: datetime, coming: Sequence[documents.Coming] = ()
    ) -> Case:
        """The file with the act on it, which nobody stores."""
        return self._admitted(session, case, relation, act, officer, now, coming, for_update=False)[0]

    def _admitted(
        self, session: Session, case: Case, relation: str, act: Act, officer: Officer, now: datetime, coming: Sequence[documents.Coming] = (), *,
        for_update: bool = True,
    ) -> tuple[Case, list[Case]]:  # fmt: skip
        """The file with the act on it, and what follows on other files: what it names is there, and law and procedure allow it."""
        named(Known(session, case, self.agencies, self.rules, [one.id for one in coming]), act)
        if isinstance(act, a.Draft):
            act = documents.as_found(session, case, act, coming)
        elif isinstance(act, a.Decision):
            documents.unchanged(session, self.files, case)
        others = self._others(session, case, act, for_update=for_update)
        return self._lawful(session, case, relation, self._completed(act), officer, now, others)

    def _others(self, session: Session, case: Case, act: Act, *, for_update: bool = False) -> tuple[Case, ...]:
        """The other files of this agency that `act` speaks of (一并答复), held until the transaction ends where they will change."""
        return self._loaded(session, case, joining.concerned(case, act), for_update=for_update and not isinstance(act, a.Draft))

    def _loaded(self, session: Session, case: Case, wanted: tuple[str, ...], *, for_update: bool = False) -> tuple[Case, ...]:
        """Files of the agency of `case` by id or number, in an order that is always the same: nobody waits for who waits for him."""
        ids = queries.ids_of(session, case.agency, wanted) if wanted else ()
        found = (store.load(session, one, for_update=for_update, known=self._known.get(one)) for one in ids)
        return tuple(one for one in found if one is not None)

    def risks(self, session: Session, case: Case, on: date) -> tuple[Risk, ...]:
        """What could lose a review or a suit if the draft on the file were signed on `on`."""
        return open_risks(case, self.rules, on, others=self.answered_with(session, case))

    def others_of_same(self, session: Session, case: Case) -> tuple[Case, ...]:
        """The files that a draft on this one could answer too, the oldest first (一并答复)."""
        return tuple(one for one in store.readable(session, queries.waiting_of_same(session, case)) if joining.fits(case, one))

    def answered_with(self, session: Session, case: Case) -> tuple[Case, ...]:
        """The files that the draft on this one answers too (一并答复)."""
        return self._loaded(session, case, joining.answered(case))

    def _completed(self, act: Act) -> Act:
        """The act with what the file cannot know: how the unit is called to which a request is handed over or passed down."""
        code = act.to if isinstance(act, a.Handover) else act.agency if isinstance(act, a.Assignment) else None
        if code is None:
            return act
        unit = self.agencies[code]
        return act.evolve(receiver=a.OtherAgency(name=unit.name, contact=f"{unit.address}，{unit.phone}"))

    def _lawful(
        self, session: Session, case: Case, relation: str, act: Act, officer: Officer, now: datetime, others: tuple[Case, ...]
    ) -> tuple[Case, list[Case]]:
        """`admit`, whose refusal becomes a 409 with what this officer may place now; what is served must be printed."""
        today = now.astimezone(SHANGHAI).date()
        asked = act.act.get("kind") if isinstance(act, a.Request) else act.kind
        facts = replace(self.facts(session, case) if asked in NEEDS_THE_MONTH else Facts(), others=others)
        try:
            after = admit(case, act, officer, now, self.rules, today, facts)
            steps = joining.follow(after, others, self.rules)
            if isinstance(act, a.Service) and ((row := queries.letter(session, act.letter)) is None or row.digest is None):
                raise Refused("这份文书的PDF还在生成，生成以后才能送达。请稍候再试。", "235号 送达")
        except Refused as refused:
            open_now = [kind for kind, why in self.open_to(session, case, officer, relation, today).items() if why is None]
            raise Problem(409, refused.message, articles=refused.articles, permitted=open_now) from None
        return after, steps

    def _keep(self, session: Session, case: Case, others: Sequence[Case] = ()) -> None:
        """Append the last act, number and freeze its letters (a reply speaks of the `others` that it answers), renew the projection."""
        signed = case.acts[-1]
        store.append(session, case.id, signed)
        if case.letters_of(signed, self.rules):
            agency, year = self.agencies[case.agency], signed.act.on.year

            def number(series: str) -> tuple[int, str]:
                serial = store.next_number(session, agency.code, year, series)
                return serial, agency.number(series, year, serial)

            kept = self.paging.kept(session, case) if isinstance(signed.act, a.Archival) else None
            numbers, jointly = self._numbers(session, case, signed, others), self._co_issuers(case)
            for letter in compose(case, signed, agency, self.rules, number, numbers, kept, others, jointly):
                facts = letter.context.to_json()
                _check_glyphs(letter.kind, facts)
                store.add_letter(
                    session, case, signed, id=letter.id, kind=letter.kind, dated=letter.dated, series=letter.series,
                    serial=letter.serial, number=letter.number, context=json.dumps(facts),
                )  # fmt: skip
        store.write_docket(session, case, self.rules, self.keys)

    def _co_issuers(self, case: Case) -> list[Agency]:
        """Who replies with this agency by the draft that is signed now (联合行文); that they are there was asked before."""
        signed = case.acts[-1]
        draft = case.as_of(signed.seq).draft if isinstance(signed.act, a.Decision) else None
        return [self.agencies[code] for code in draft.act.co_issuers] if draft is not None and isinstance(draft.act, a.Draft) else []

    def _numbers(self, session: Session, case: Case, signed: a.Signed, others: Sequence[Case] = ()) -> dict[str, str]:
        """The 发文字号 of the letters of the file and of the `others`, for the letters that name them."""
        if not isinstance(signed.act, NAMES_LETTERS):
            return {}
        return {row.id: row.number for one in (case, *others) for row in queries.letters_of(session, one) if row.number}

    def announce(self, case: Case) -> None:
        """After the commit: the file is known, and its letters are made in the background, also of the files that it opened."""
        self._remember(case)
        if isinstance(case.acts[-1].act, a.Split | a.Handover):
            self.finish_all()
        if isinstance(case.acts[-1].act, a.Erasure):
            with self.database.read() as session:
                if not erasing.drop(session, self.files, case.id):
                    log.error("letters and attachments of an erased file are left in the store: gongkai tidy removes them", case=case.id)
        self.printing.soon(letter.id for letter in case.letters_of(case.acts[-1], self.rules))

    def _remember(self, case: Case | None) -> None:
        """Keep a committed file for the next act or page: it is a frozen value, and its version is asked for every time."""
        if case is None:
            return
        with self.lock:
            self._known.pop(case.id, None)
            self._known[case.id] = case
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]

    # ------------------------------------------------------------------ a new file

    def register(self, officer: Officer, act: Act, *, now: datetime | None = None) -> Placed:
        """Open a file with its registration (登记)."""
        self.prepare(officer, None, act, now)
        placed = self.database.write(lambda session: self.register_in(session, officer, act, now), brief=True)
        self.announce(placed.case)
        return placed

    def register_in(
        self, session: Session, officer: Officer, act: Act, now: datetime | None = None, *, papers: Collection[str] = ()
    ) -> Placed:
        """`register` inside a transaction of the caller's, who then attaches these `papers` (ids) to the file."""
        if not isinstance(act, a.Registration):
            raise Invalid("kind", "新的案卷只能由登记开始")
        proved(act, papers)
        printable.check(act, unprintable)
        case = self._open(session, officer, act, now or self.clock())
        return Placed(case, "own")

    def _open(self, session: Session, officer: Officer, act: a.Registration, now: datetime, unit: str = "") -> Case:
        agency = self.agencies[unit or officer.agency]
        year = act.received_on.year
        serial = store.next_number(session, agency.code, year, "case")
        case = self._opened(agency, serial, officer, act, now)
        store.create_case(session, case, year=year, serial=serial)
        self._keep(session, case)
        return case

    def _opened(self, agency: Agency, serial: int, officer: Officer, act: a.Registration, now: datetime) -> Case:
        case = Case(str(uuid4()), agency.code, agency.number("case", act.received_on.year, serial))
        return admit(case, act, officer, now, self.rules, now.astimezone(SHANGHAI).date())

    # ------------------------------------------------------------------ asking

    def case(
        self, officer: Officer, case_id: str, missing: str = NOT_FOUND, relations: frozenset[str] = policy.READ
    ) -> Placed:
        """The file as `officer` may see it under one of `relations`.

        Raises a 404 Problem, in the words `missing`, when for him there is none; 403 when he may read it and no more.
        """
        with self.database.read() as session:
            case = self._load(session, officer, case_id, missing)
        self._remember(case)
        relation = policy.relation(officer, case, self.agencies) if case else None
        if case is None or relation is None or (relation == "consulted" and relation not in relations):
            raise not_found(missing)
        if relation not in relations:
            raise Problem(403, NOT_YOURS)
        return Placed(case, relation)

    def _load(self, session: Session, officer: Officer, case_id: str, missing: str = NOT_FOUND, *, for_update: bool = False) -> Case | None:
        """The file as it is kept. Raises store.Unreadable; for whoever may not know of it, a 404 Problem in the words `missing`."""
        try:
            return store.load(session, case_id, for_update=for_update, known=self._known.get(case_id))
        except store.Unreadable as broken:  # what he is to it stands in its lists alone
            known = broken.agency in policy.readable_agencies(officer, self.agencies)
            if not known and not (officer.role in policy.STAFF and queries.is_listed_for(session, case_id, officer.agency)):
                raise not_found(missing) from None
            raise

    def completed(self, officer: Officer, case_id: str, data: dict[str, Any]) -> dict[str, Any]:
        """What was sent as an act; where it signs a request (报批), with the fields that were asked for."""
        if not isinstance(data.get("request"), int) or data.get("kind") in ("return", "recall"):
            return data
        return by_request(self.case(officer, case_id).case, data)

    def letter(self, officer: Officer, letter_id: str, relations: frozenset[str]) -> tuple[Any, Placed]:
        """A stored letter and its file, for who may see it. Raises a 404 Problem."""
        with self.database.read() as session:
            row = queries.letter(session, letter_id)
        if row is None:
            raise not_found(NO_LETTER)
        return row, _unerased(self.case(officer, row.case_id, NO_LETTER, relations), "文书")

    def signature(self, case: Case, letter_id: str) -> str | None:
        """电子签名 of a letter: by whom, or why nobody did; None: nobody was to."""
        with self.database.read() as session:
            return queries.signature_of(session, case.number, letter_id)

    def issued(
        self, officer: Officer, letter_id: str, relations: frozenset[str], reason: str | None = None, dress: str = "full"
    ) -> tuple[Any, Placed, bytes]:
        """A stored letter, its file and its PDF as issued, or as `dress` says (套打, without its seal).

        Whoever does not handle the file gives a reason. Raises Problem 400, 403, 404.
        """
        row, placed = self.looked_at(officer, letter_id, relations, reason)
        return row, placed, self.printing.dressed(row.id, dress)

    def looked_at(self, officer: Officer, letter_id: str, relations: frozenset[str], reason: str | None = None) -> tuple[Any, Placed]:
        """A stored letter and its file, for who may see it whole: whoever does not handle the file gives a reason, which is logged."""
        row, placed = self.letter(officer, letter_id, relations)
        if allow(officer, placed.relation, "letter", "文书", reason):
            record(self.database, self.clock(), "unmask", officer, f"{placed.case.number} 文书 {row.id}", reason)
        return row, placed

    def attached(self, officer: Officer, attachment_id: str, relations: frozenset[str]) -> tuple[Placed, Any]:
        """The file of an attachment, and its row. Raises Problem 404."""
        with self.database.read() as session:
            row = queries.attachment(session, attachment_id)
        if row is None:
            raise not_found(NO_FILE)
        return _unerased(self.case(officer, row.case_id, NO_FILE, relations), "附件"), row

    def attachment(
        self, officer: Officer, attachment_id: str, relations: frozenset[str], reason: str | None = None
    ) -> tuple[Any, bytes]:
        """A stored attachment and its bytes, for who may see its file; it is logged. Raises Problem 403, 404."""
        placed, row = self.attached(officer, attachment_id, relations)
        told = f"下载：{reason}" if allow(officer, placed.relation, "attachment", "附件", reason) else "下载"
        record(self.database, self.clock(), "attachment", officer, f"{placed.case.number} {row.id}", told)
        return row, self.files.get("attachments", row.id, row.digest)

    def sheet(self, officer: Officer, attachment_id: str, n: int, relations: frozenset[str]) -> tuple[str, bytes]:
        """A page of an attachment, counted from 1, as a picture, for who handles its file; it is logged. Raises Problem 403, 404, 409."""
        placed, row = self.attached(officer, attachment_id, relations)
        allow(officer, placed.relation, "attachment", "附件", None)
        found = self.printing.sheet(officer.id, row, n)
        record(self.database, self.clock(), "attachment", officer, f"{placed.case.number} {row.id}", f"查看第{n}页")
        return found

    def outline(self, officer: Officer, row: Any) -> Outline | str:
        """The pages of an attachment, or the sentence that says why they cannot be shown. Raises Problem 429."""
        return self.printing.outline(officer.id, row)

    def open_to(
        self, session: Session, case: Case, officer: Officer, relation: str, today: date
    ) -> dict[str, Refused | None]:
        """What the procedure, his role and his relation allow this officer now: None, or what still stands against it."""
        allowed = policy.ACTS_BY_RELATION[relation]
        found = reasons(case, officer, self.rules, today)
        if "decision" in found and found["decision"] is None and case.state == "approving":
            found["decision"] = blocked(self.risks(session, case, today))
        return {kind: why for kind, why in found.items() if allowed is None or kind in allowed}

    def facts(self, session: Session, case: Case) -> Facts:
        """What the law needs to know beyond the file: this applicant's requests of the month before this one."""
        return Facts(already_this_month=queries.already_this_month(session, case.id))

    def requests(self, session: Session, case: Case) -> list[tuple[OpenRequest, Case | str]]:
        """The open requests of a file (报批), each with the file as it would be once signed, or why it cannot be signed now."""
        now = self.clock()
        found: list[tuple[OpenRequest, Case | str]] = []
        for asked in case.requests:
            try:
                found.append((asked, granted(case, asked, now, self.rules, self.today(), self.facts(session, case))))
            except (Refused, Invalid, Forbidden) as error:
                found.append((asked, error.message))
            except a.Rejected as error:
                found.append((asked, str(error)))
        return found

    # ------------------------------------------------------------------ what an act would do

    def tried(
        self, officer: Officer, case_id: str, act: Act, now: datetime | None = None, *, coming: Sequence[documents.Coming] = ()
    ) -> Case:  # fmt: skip
        """The file as it would be with `act` on it and the papers `coming` with it, which nobody stores. Raises what `place` raises."""
        printable.check(act, unprintable)
        placed, now = self.case(officer, case_id), now or self.clock()
        self._may(officer, placed.case, placed.relation, act)
        with self.database.read() as session:
            return self._admit(session, placed.case, placed.relation, act, officer, now, coming)

    def preview(self, officer: Officer, case_id: str, act: Act, n: int = 0, *, coming: Sequence[documents.Coming] = ()) -> bytes:
        """The `n`-th letter that `act` would make, as PDF marked 预览; nothing is stored. It says no more of people than he sees of the file."""
        printable.check(act, unprintable)
        case, now = self.case(officer, case_id, relations=policy.OWN).case, self.clock()
        with self.database.read() as session:
            after = self._admit(session, case, "own", act, officer, now, coming)
        if isinstance(act, a.Draft):  # the letter of a draft is the reply that signing it would make
            after = after.with_act(a.Signed(after.version + 1, a.Decision(on=act.on), officer, now))
        agency = self.agencies[case.agency]
        kept = self.paging.count(after, agency, self.rules) if isinstance(act, a.Archival) else None
        with self.database.read() as session:
            shown = seen(after, officer.role, "own")
            made = self._composed(session, shown, self.answered_with(session, after), kept)
        if n >= len(made):
            raise Problem(409, _no_letter(act, len(made)), articles=type(act).articles or ("条例 45",))
        return self.printing.preview(officer.id, made[n].kind, made[n].context)

    def reply(self, case: Case, officer: Officer, on: date) -> Letter:
        """The reply that signing the draft on the file would make, whatever still stands against signing it.

        Raises Refused: the reply must say something that the draft does not.
        """
        signed = a.Signed(case.version + 1, a.Decision(on=on), officer, self.clock())
        after = case.with_act(signed)
        with self.database.read() as session:
            return self._composed(session, after, self.answered_with(session, after))[0]

    def approval_sheet(self, case: Case, seq: int | None = None) -> bytes:
        """答复审批单 of the draft that waits, or of the decision `seq`, as PDF; made from the file, not kept. Raises Problem."""
        with self.database.read() as session:
            kept = self.paging.kept(session, case)
        on = self.today() if seq is None else case.acts[seq - 1].act.on
        sheet = approval_sheet(case, self.agencies[case.agency], self.rules, on, seq=seq, numbers=kept.numbers)
        return self.printing.render("approval_sheet", sheet, preview=False)

    def pictures(self, officer: Officer, letter: Letter) -> list[bytes]:
        """The pages of a letter that is not stored, marked 预览, as PNG."""
        return self.printing.pictures(officer.id, self.printing.preview(officer.id, letter.kind, letter.context))

    # ------------------------------------------------------------------ letters, the end

    def pdf(self, letter: str) -> bytes:
        """The PDF of a stored letter, as issued; made now if it is not there yet. Raises a 404 Problem."""
        return self.printing.pdf(letter)

    def finish_all(self) -> int:
        """Have every letter made whose making was interrupted; returns how many there are."""
        return self.printing.unfinished()

    def close(self) -> None:
        """Finish what is in flight and let the workers go."""
        self.printing.close()
        self.learning.close()
        self.database.close()


def _unerased(placed: Placed, what: str) -> Placed:
    """A file whose letters and attachments are there. Raises Problem 409: they were erased."""
    signed = erasure(placed.case)
    if signed is not None:
        told = f"没有这份{what}：本件保管期满，{say_day(signed.act.on)}已经依照经批准的销毁清册销毁，只留登记号、日期和结果。"
        raise Problem(409, told, articles=["条例 45"])
    return placed


def _no_letter(act: Act, made: int) -> str:
    if made:
        return f"“{type(act).title}”只产生{made}份文书，没有这一份可以预览。请从已有的文书中选择。"
    return f"“{type(act).title}”不产生文书，没有可以预览的。请核对后直接办理。"


def _words(letter: Letter) -> str:
    """The letter as HTML. Raises Refused: it lacks a value, or has a character that no font has."""
    try:
        return words(letter.kind, letter.context)
    except LetterError as error:
        raise _unmade(error) from None


def _check_glyphs(kind: str, facts: Mapping[str, Any]) -> None:
    """Once more in the transaction, whoever came how: no letter is numbered that has a character without a glyph."""
    text = "\n".join(text for _, text in printable.texts(facts))
    if (place := unprintable(text)) is not None:
        raise _unmade(LetterError(f"{LETTERS[kind].title}没有生成：{no_glyph(text[place])}"))


def _unmade(error: LetterError) -> Refused:
    return Refused(f"没有办理：{error}")
