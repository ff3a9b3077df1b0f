"""The making of letters: every stored letter gets its PDF once, soon after its act, with its own number and words."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Lock, Timer
from typing import Any, cast

from api.office.log import log
from api.office.problems import Problem, not_found
from api.office.turns import Turns
from db import queries, store
from db.engine import Database
from db.files import Damaged, Files
from db.leases import Leases
from db.stores import Unreachable
from letters import ocr, word
from letters.compare import Paragraph
from letters.contexts import LETTERS
from letters.contexts.parts import Context
from letters.filled import Cut
from letters.html import DRESSES, Dress
from letters.marks import SHEETS, Line, Mark, Outline, Searched, Written
from letters.prints import MOST
from letters.render import Interrupted, LetterError, Renderer
from letters.signing import Facts, NotSigned, Signing
from workflow.personal import Veil
from workflow.words import LETTER_TITLES

MOST_SHEETS_KEPT = 64
"""Pages of attachments that are kept in mind: whoever turns them back and forth does not wait twice."""
AGAIN, MOST_TRIES = timedelta(minutes=1), 10
"""After how long, and how often, a letter that nobody waits for is tried again whose signature did not come."""
PATIENCE, AGAIN_AFTER = 20.0, 10
"""Seconds that a page waits while another is read, and after which it may be asked for again."""
LATER, LATEST = timedelta(seconds=15), timedelta(hours=6)
"""A letter that could not be made at all is tried again after half a minute, and each time after twice as long, at last four times a day."""
GRACE = 2.0
"""Seconds that a letter in hand has when the program ends."""
NO_LETTER = "没有这份文书，或者您不能查看。"


@dataclass(frozen=True, slots=True)
class Unsent:
    """A file that waits beside a form not yet sent."""

    id: str
    digest: str
    media_type: str


def _remember(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """The latest of a kind: the oldest goes."""
    kept[key] = value
    while len(kept) > MOST_SHEETS_KEPT:
        kept.pop(next(iter(kept)), None)


class Printing:
    """The letter workers, and what is in their hands: nobody makes a letter that somebody else is making."""

    def __init__(self, database: Database, files: Files, renderer: Renderer, signing: Signing | None, leases: Leases) -> None:
        self._database, self._files, self.renderer, self.signing, self._leases = database, files, renderer, signing, leases
        self._background = ThreadPoolExecutor(max_workers=2, thread_name_prefix="letters")
        self._tries: dict[str, tuple[int, Timer]] = {}
        self._closed = False
        self._queued = set[str]()
        self._failed = dict[str, tuple[int, float]]()
        self._in_hand: dict[str, tuple[Future[bytes], Event | None]] = {}
        self._turns = Turns()
        self._sheets: dict[tuple[str, int], tuple[str, bytes]] = {}
        self._outlines: dict[str, Outline | str] = {}
        self._proposed: dict[str, Searched] = {}
        self._read: dict[tuple[str, int], tuple[Line, ...]] = {}
        self._filled: dict[tuple[str, int], tuple[Cut, ...]] = {}
        self._reading = Lock()
        self.can_read = ocr.is_there()
        """Whether the words of a scan can be read (文字识别, an optional extra)."""
        self._lock = Lock()

    def render(self, kind: str, context: Any, *, preview: bool, hurry: Event | None = None) -> bytes:
        """The PDF of a letter; with `hurry` nobody waits for it until that is set. Raises Problem 409: its words cannot be laid out."""
        try:
            return self.renderer.render(kind, context, preview=preview, hurry=hurry)
        except LetterError as error:
            raise Problem(409, str(error)) from None

    def preview(self, officer_id: str, kind: str, context: Any) -> bytes:
        """The PDF of a letter that is not stored, in the officer's turn. Raises Problem 409, 429."""
        with self._turns.turn(officer_id):
            return self.render(kind, context, preview=True)

    def pictures(self, officer_id: str, pdf: bytes, dpi: int = 96) -> list[bytes]:
        """The pages of a PDF as PNG, in the officer's turn. Raises Problem 429, LetterError."""
        with self._turns.turn(officer_id):
            return self.renderer.pages(pdf, dpi)

    def written(self, officer_id: str, pdf: bytes) -> list[list[Written]]:
        """What stands on those pages, line by line, in the officer's turn. Raises Problem 429, LetterError."""
        with self._turns.turn(officer_id):
            return self.renderer.written(pdf)

    def sheet(self, officer_id: str, row: Any, n: int) -> tuple[str, bytes]:
        """A page of an attachment, counted from 1, in the officer's turn: media type and bytes. Raises Problem 404, 409, 429."""
        key = (row.id, n)
        if (known := self._sheets.get(key)) is None:
            with self._turns.turn(officer_id):
                try:
                    known = self.renderer.sheet(*self._document(row), n - 1)
                except LetterError as error:
                    raise Problem(409, f"{error}。".replace("。。", "。")) from None
            _remember(self._sheets, key, known)
        return known

    def undrawn(self, officer_id: str, row: Any, n: int) -> str:
        """Why a page, counted from 1, has no picture now; empty: it has one, which is kept for whoever asks for it next."""
        try:
            self.sheet(officer_id, row, n)
        except Problem as problem:
            return problem.detail
        return ""

    def unshown(self, officer_id: str, row: Any) -> str:
        """Why a PDF or a picture cannot be opened here; empty: it can, it is something else, or nobody had time to look."""
        if row.media_type not in SHEETS:
            return ""
        with suppress(Problem):
            self.outline(officer_id, row)
        found = self._outlines.get(row.id)
        return found.rstrip("。") if isinstance(found, str) else ""

    def outline(self, officer_id: str, row: Any) -> Outline | str:
        """The pages of an attachment, which never changes, in the officer's turn; or why they cannot be shown. Raises Problem 429."""
        known = self._outlines.get(row.id)
        if known is None:
            with self._turns.turn(officer_id):
                try:
                    known = self._outlines.get(row.id) or self.renderer.outline(*self._document(row))
                except Interrupted as interrupted:
                    return str(interrupted)
                except LetterError as error:
                    known = str(error)
            _remember(self._outlines, row.id, known)
        return known

    def proposals(self, officer_id: str, row: Any, of: str, veil: Veil) -> Searched:
        """What in the text of an attachment might have to be covered, of a file as it is now (`of`), in the officer's turn.

        Nothing where it cannot be read. Raises Problem 429.
        """
        key = f"{row.id} {of}"
        known = self._proposed.get(key)
        if known is None:
            with self._turns.turn(officer_id):
                try:
                    known = self._proposed.get(key) or self.renderer.proposals(*self._document(row), veil)
                except Interrupted as interrupted:
                    return Searched(why=str(interrupted))
                except LetterError:
                    known = Searched()
            _remember(self._proposed, key, known)
        return self._with_what_was_read(row, known, veil)

    def read(self, officer_id: str, row: Any, n: int) -> None:
        """Read the words of a page (counted from 1) of an attachment from its picture, in the officer's turn. Raises Problem 409, 429."""
        with self._turns.turn(officer_id):
            if (row.id, n) not in self._read:
                try:
                    lines = self.renderer.read(*self._document(row), n - 1)
                except LetterError as error:
                    raise Problem(409, f"没有识别第{n}页的文字：{error}。".replace("。。", "。")) from None
                _remember(self._read, (row.id, n), lines)

    def filled(self, row: Any, n: int) -> tuple[Cut, ...]:
        """What a page (counted from 1) of a paper that came says of a request, with the pictures of it. Raises Problem 409, 429.

        One page is read at a time in the whole office: the other letter workers are there for letters.
        """
        if (known := self.was_filled(row, n)) is not None:
            return known
        if not self._reading.acquire(timeout=PATIENCE):
            raise Problem(429, "正在识别别的扫描件，没有识别这一页。请稍后再试，或者直接填写。", headers={"Retry-After": str(AGAIN_AFTER)})
        try:
            found = self._filled.get((row.id, n))
            if found is None:
                found = self.renderer.filled(*self._document(row), n - 1)
                _remember(self._filled, (row.id, n), found)
        except LetterError as error:
            raise Problem(409, f"没有识别第{n}页的文字：{error}。".replace("。。", "。")) from None
        finally:
            self._reading.release()
        return found

    def was_filled(self, row: Any, n: int) -> tuple[Cut, ...] | None:
        """The same, where it is known already."""
        return self._filled.get((row.id, n))

    def _with_what_was_read(self, row: Any, known: Searched, veil: Veil) -> Searched:
        """What was proposed, and what the pages give that were read from their pictures."""
        outline = self._outlines.get(row.id)
        read = {n: lines for n in known.unread if (lines := self._read.get((row.id, n))) is not None}
        if not read or outline is None or isinstance(outline, str):
            return known
        more = (one for n, lines in read.items() for one in ocr.proposals(lines, n, outline.sheets[n - 1], veil))
        unread = tuple(n for n in known.unread if n not in read)
        return replace(known, proposals=(*known.proposals, *more), unread=unread, read=tuple(read))

    def _document(self, row: Any) -> tuple[bytes, str]:
        """An attachment, or a file that waits beside a form: its bytes and their media type."""
        return self._files.get("uploads" if isinstance(row, Unsent) else "attachments", row.id, row.digest), row.media_type

    def redacted(self, officer_id: str, row: Any, marks: Sequence[Mark]) -> bytes:
        """The redacted copy of an attachment, in the officer's turn. Raises Problem 429, LetterError."""
        with self._turns.turn(officer_id):
            return self.renderer.redacted(*self._document(row), marks)

    def soon(self, letters: Iterable[str]) -> None:
        """Have these stored letters made in the background."""
        with self._lock:
            new = [one for one in dict.fromkeys(letters) if one not in self._queued and one not in self._tries and not self._closed]
            self._queued.update(new)
            for letter in new:
                self._background.submit(self._quietly, letter)

    def unfinished(self) -> int:
        """Have every letter made whose making was interrupted, here or in a process that died; returns how many there are."""
        waiting, now = self._waiting(), time.monotonic()
        if waiting and (problem := self._files.store.problem()) is not None:  # to make them now would be in vain
            log.warning("letters wait for the store", count=len(waiting), told=problem)
            return len(waiting)
        self.soon(one for one in waiting if self._failed.get(one, (0, 0.0))[1] <= now)
        return len(waiting)

    def _waiting(self) -> list[str]:
        with self._database.read() as session:
            return queries.unfinished_letters(session)

    def _quietly(self, letter: str) -> None:
        """Make a letter that nobody waits for, unless another process is at it.

        Where its signature does not come it is tried again later, so often and no oftener.
        """
        with self._lock:
            self._queued.discard(letter)
            tries, _ = self._tries.pop(letter, (0, None))
        try:
            if self._row(letter).digest is not None:
                return
            with self._leases.held(f"letter {letter}") as mine:
                if mine:
                    self._pdf(letter, patient=tries < MOST_TRIES, hurry=Event())
        except NotSigned as error:
            log.warning("letter is not signed yet", letter=letter, told=str(error))
            self._later(letter, tries + 1)
        except Unreachable as error:  # it is not the letter's fault: it is made when the store is there again
            log.warning("letter is not kept yet", letter=letter, told=str(error))
        except Exception as error:
            log.error("letter could not be made", letter=letter, error=type(error).__name__)
            failed = self._failed.get(letter, (0, 0.0))[0] + 1
            self._failed[letter] = failed, time.monotonic() + min(LATER.total_seconds() * 2**failed, LATEST.total_seconds())
        else:
            self._failed.pop(letter, None)

    def _later(self, letter: str, tries: int) -> None:
        timer = Timer(AGAIN.total_seconds(), self._again, [letter])
        timer.daemon = True
        with self._lock:
            if not self._closed:
                self._tries[letter] = tries, timer
                timer.start()

    def _again(self, letter: str) -> None:
        with self._lock:
            if self._closed:
                return
            self._queued.add(letter)
            self._background.submit(self._quietly, letter)

    def pdf(self, letter: str) -> bytes:
        """The PDF of a stored letter, as issued; made now if it is not there yet, without a signature where none comes in time."""
        try:
            return self._pdf(letter, patient=False)
        except NotSigned as error:  # of him who was at it in the background: who has waited for that waits for no second one
            return self._pdf(letter, patient=False, why=str(error))

    def _pdf(self, letter: str, *, patient: bool, why: str = "", hurry: Event | None = None) -> bytes:
        """Whoever is `patient` would rather have no letter now than one without a signature. `why` no signature is asked for. Raises NotSigned.

        With `hurry` nobody waits for it; whoever comes meanwhile and does, says so.
        """
        row = self._row(letter)
        if row.digest is not None:
            return self._files.get("letters", letter, row.digest)
        with self._lock:
            future, theirs = self._in_hand.get(letter, (None, None))
            mine = future is None
            if future is None:
                future = Future()
                self._in_hand[letter] = future, hurry
        if not mine:
            if theirs is not None and hurry is None:
                theirs.set()
            return future.result(timeout=120)
        try:
            data = self._make(row, patient, why, hurry)
            future.set_result(data)
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._lock:
                self._in_hand.pop(letter, None)
        return data

    def _make(self, row: Any, patient: bool, why: str, hurry: Event | None) -> bytes:
        context = self._context(row)
        bare = data = self.render(row.kind, context, preview=False, hurry=hurry)
        if self.signing is not None and not why:
            try:
                data = self.signing.sign(bare, Facts(LETTER_TITLES[row.kind], context.letterhead.name, row.number, row.dated))
            except NotSigned as error:
                if patient:
                    raise
                why = str(error)
                log.warning("letter goes without a signature", letter=row.id, told=why)
        try:
            digest = self._files.put("letters", row.id, data)
        except Damaged:  # somebody was at it and has not noted it yet, or was cut short: two signatures are not the same bytes
            data = self._files.found("letters", row.id)
            digest = hashlib.sha256(data).hexdigest()
        told = None
        if self.signing is not None:
            told = self.signing.told if len(data) > len(bare) else f"{queries.UNSIGNED}：{why or '生成时没有签名'}"
        self._database.write(lambda session: store.finish_letter(session, row.id, digest, len(data), told))
        return data

    def dressed(self, letter: str, dress: str) -> bytes:
        """A stored letter for paper that carries its head already, or without a seal; its words are those that were issued."""
        if dress not in DRESSES:
            raise Problem(400, "没有这种打印方式，可以选的是：" + "、".join(DRESSES.values()) + "。")
        if dress == "full":
            return self.pdf(letter)
        row = self._row(letter)
        try:
            return self.renderer.render(row.kind, self._context(row), dress=cast(Dress, dress))
        except LetterError as error:
            raise Problem(409, str(error)) from None

    def docx(self, letter: str) -> bytes:
        """A stored letter as .docx, in the words that were issued, without its seal."""
        row = self._row(letter)
        try:
            return word.docx(row.kind, self._context(row))
        except LetterError as error:
            raise Problem(409, str(error)) from None

    def ofd(self, letter: str) -> bytes:
        """A stored letter as OFD: its PDF as issued, in the other format."""
        row = self._row(letter)
        try:
            return self.renderer.ofd(self.pdf(letter), row.kind, self._context(row))
        except LetterError as error:
            raise Problem(409, str(error)) from None

    def against(self, letter: str, data: bytes, media_type: str) -> list[Paragraph]:
        """A stored letter with what a file that came back lacks and adds. Raises Problem 400: it cannot be compared."""
        row = self._row(letter)
        try:
            return self.renderer.against(row.kind, self._context(row), data, media_type)
        except LetterError as error:
            raise Problem(400, str(error)) from None

    def _context(self, row: Any) -> Context:
        """What a stored letter says."""
        return LETTERS[row.kind].context.from_json(queries.letter_words(self._database.ring, row))

    def _row(self, letter: str) -> Any:
        with self._database.read() as session:
            row = queries.letter(session, letter)
        if row is None:
            raise not_found(NO_LETTER)
        return row

    def booklet(self, letters: Sequence[str], dress: str = "full") -> bytes:
        """Several stored letters as one PDF, each beginning on a right page.

        They are made one after the other, each as any other letter: whoever wants one meanwhile has not to wait for all.
        """
        if not 1 <= len(letters) <= MOST:
            raise Problem(400, f"选了{len(letters)}份文书，一次可以合并打印1至{MOST}份。")
        papers = [self.dressed(letter, dress) for letter in letters]
        try:
            return self.renderer.bind(papers)
        except LetterError as error:
            raise Problem(409, str(error)) from None

    def close(self) -> None:
        """Finish what is in hand, for `GRACE` at most, and let the workers go; the rest is made at the next start."""
        with self._lock:
            self._closed = True
            waiting = list(self._tries.values())
        for _, timer in waiting:
            timer.cancel()
        impatient = Timer(GRACE, self._let_go)
        impatient.start()
        self._background.shutdown(wait=True, cancel_futures=True)
        impatient.cancel()
        self._let_go()

    def _let_go(self) -> None:
        """End the workers, also those that are at a letter: it is made at the next start."""
        with suppress(Exception):
            self.renderer.close()
