"""区分处理 (条例 37): marks on a document, each with its ground, and the redacted copy (遮盖件) that is made from them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from sqlmodel import Session

from api.office.attachments import Sent, keep_in, still_open
from api.office.office import Office
from api.office.problems import Problem
from db import queries, redactions, store
from letters.errors import LetterError
from letters.marks import Mark, Outline, Searched, Sheet
from workflow import acts as a
from workflow.acts import Officer
from workflow.answers import page_form
from workflow.case import WITHHELD, Case
from workflow.law import InForce, Invalid
from workflow.personal import veil_of

USUAL = "third_party/privacy"
"""个人隐私: the ground of what is found in the text."""
LEAST = 1.0
"""Millimetres: a mark that is narrower covers nothing."""
MOST_MARKS = 2000
NOTHING = "还没有遮盖。请先画出要遮盖的部分；整份可以公开的，不必制作遮盖件，把原件归为“提供件”。"
CHANGED = "没有保存：{name}刚刚改过这份文件的遮盖。您填写的还在，请对照以后再保存。"


@dataclass(frozen=True, slots=True)
class Ground:
    """One choice: its key in the form (outcome, or outcome/ground), and its words."""

    key: str
    title: str

    @property
    def outcome(self) -> str:
        return self.key.partition("/")[0]

    @property
    def ground(self) -> str | None:
        return self.key.partition("/")[2] or None


def grounds(law: InForce) -> list[Ground]:
    """What may be withheld under arts 14, 15 and 16, in their order, each with its article."""
    found = []
    for key, one in law.outcomes.items():
        if key in WITHHELD:
            article = page_form(one.articles[0])
            choices = [(f"{key}/{ground}", title) for ground, title in one.grounds] or [(key, one.title)]
            found += [Ground(path, f"{title}（{article}）") for path, title in choices]
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """The marks on a document as they are kept; version 0: none yet."""

    marks: tuple[Mark, ...] = ()
    version: int = 0
    by: str = ""
    by_id: str = ""


def kept(session: Session, attachment_id: str) -> Kept:
    """The marks that were kept last."""
    row = redactions.of_attachment(session, attachment_id)
    if row is None:
        return Kept()
    marks = tuple(Mark(**one) for one in json.loads(row.marks))
    officer = Officer.model_validate_json(row.officer)
    return Kept(marks, row.version, officer.name, officer.id)


def checked(n: int, mark: Mark, sheet: Sheet, keys: Iterable[str]) -> Mark:
    """A mark within its page, with a ground that there is. Raises Invalid at `marks.n.field`."""
    if (f"{mark.outcome}/{mark.ground}" if mark.ground else mark.outcome) not in set(keys):
        raise Invalid(f"marks.{n}.ground", f"请选择第{n + 1}处遮盖的依据", "条例 37")
    left, top = max(0.0, mark.left), max(0.0, mark.top)
    right, bottom = min(sheet.width, mark.left + mark.width), min(sheet.height, mark.top + mark.height)
    if right - left < LEAST or bottom - top < LEAST:
        raise Invalid(
            f"marks.{n}.left", f"第{n + 1}处不在这一页上，或者不到{LEAST:g}毫米宽、高。这一页宽{sheet.width:g}毫米、高{sheet.height:g}毫米"
        )
    return Mark(mark.page, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1), mark.outcome, mark.ground)


def keep(session: Session, office: Office, officer: Officer, case: Case, row: Any, page: int, marks: Sequence[Mark], seen: int) -> Kept:
    """Keep the marks of one page, in place of those that it had. Raises Problem 409, 412, Invalid."""
    case = store.load(session, case.id, for_update=True, known=case) or case
    still_open(case, office.today())
    before = kept(session, row.id)
    others = [one for one in before.marks if one.page != page]
    # The page may have saved itself while its button was pressed. Another window of the same person uncovers nothing that it has not seen.
    mine = [one for one in before.marks if one.page == page]
    if not (before.by_id == officer.id and before.version == seen + 1 and all(any(_meet(old, new) for new in marks) for old in mine)):
        _unchanged(before, seen)
    if len(marks) + len(others) > MOST_MARKS:
        raise Invalid("marks", f"一份文件最多{MOST_MARKS}处遮盖，请分成几份")
    after = tuple(sorted([*others, *marks], key=lambda one: (one.page, one.top, one.left)))
    if after == before.marks:
        return before
    redactions.keep(session, row.id, json.dumps([asdict(one) for one in after]), before.version + 1, officer, office.clock())
    return Kept(after, before.version + 1, officer.name, officer.id)


def _meet(one: Mark, other: Mark) -> bool:
    """Whether two marks of a page lie over each other: a mark and what it was moved to."""
    across = one.left < other.left + other.width and other.left < one.left + one.width
    return across and one.top < other.top + other.height and other.top < one.top + one.height


def _unchanged(now: Kept, seen: int) -> None:
    """Nobody works on marks that have changed behind his back. Raises Problem 412."""
    if now.version != seen:
        raise Problem(412, CHANGED.format(name=now.by))


def proposed(office: Office, officer: Officer, case: Case, row: Any) -> Searched:
    """What was found in the text of the document: numbers of people, and the people of the file. Nothing is covered by itself."""
    return office.printing.proposals(officer.id, row, f"{case.id}/{case.version}", veil_of(case))


def made(office: Office, officer: Officer, case: Case, row: Any, seen: int) -> Any:
    """The redacted copy, kept with the file beside its original; its row. Raises Problem 409, 412, Invalid."""
    still_open(case, office.today())
    with office.database.read() as session:
        now = kept(session, row.id)
    _unchanged(now, seen)
    if not now.marks:
        raise Problem(409, NOTHING, articles=("条例 37",))
    try:
        data = office.printing.redacted(officer.id, row, now.marks)
    except LetterError as error:
        raise Problem(409, f"没有生成遮盖件：{error}。".replace("。。", "。"), articles=("条例 37",)) from None
    digest = hashlib.sha256(data).hexdigest()
    listed = json.dumps([one.model_dump(exclude_none=True) for one in separated(now.marks)])
    name = f"{PurePath(row.name).stem[:150]}（遮盖件）.pdf"
    sent = Sent(name, "application/pdf", data, "遮盖件", "given_out", row.item, row.id, listed)

    def work(session: Session) -> Any:
        store.load(session, case.id, for_update=True, known=case)
        _unchanged(kept(session, row.id), seen)  # a copy takes a while to make, and a colleague none to draw
        copies = [one for one in queries.attachments_of(session, case.id) if one.made_from == row.id]
        if copies and (copies[-1].digest, copies[-1].separated) == (digest, listed):  # the same again; of several only the latest may go out
            return copies[-1]
        found = keep_in(session, office, officer, case, sent)
        if row.role is None:
            store.tie_attachment(session, id=row.id, case=case, role="original", item=row.item, officer=officer, at=office.clock())
        return queries.attachment(session, found.id)

    return office.database.write(work)


def separated(marks: Iterable[Mark]) -> list[a.Separated]:
    """The list of grounds: by page and ground, how many places."""
    counted = Counter((one.page, one.outcome, one.ground) for one in marks)
    return [
        a.Separated.model_validate({"page": page, "outcome": outcome, "ground": ground, "places": places})
        for (page, outcome, ground), places in sorted(counted.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or ""))
    ]


def outline(office: Office, officer: Officer, row: Any) -> Outline:
    """The pages of a document that is to be redacted. Raises Problem 409: it cannot be; 429."""
    found = office.outline(officer, row)
    if isinstance(found, str):
        raise Problem(409, f"不能制作遮盖件：{found}。".replace("。。", "。"), articles=("条例 37",))
    return found
