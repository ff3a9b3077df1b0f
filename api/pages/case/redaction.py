"""区分处理: black out parts of a document page by page, each with its ground, and make the redacted copy (遮盖件)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import redaction
from api.office.attachments import is_open
from api.office.documents import separated
from api.office.office import NO_FILE, Placed
from api.office.problems import Problem, not_found
from api.office.redaction import MOST_MARKS, USUAL, Kept
from api.pages.shared.frame import Form, HttpRequest, action, form_of, go, me, office_of, page, show
from api.pages.shared.submission import SEEN, seen_of, trouble
from api.web.requests import relations_of
from db import queries
from letters.marks import Mark, Outline, Proposal, Sheet
from workflow.law import Invalid

NUMBERS = ("left", "top", "width", "height")
KINDS = {"id_number": "居民身份证号码", "phone": "手机号码", "bank_card": "银行卡号", "known": "本件当事人的信息"}
SHOWN = 20
"""Pages of a finished copy that are shown at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A mark as it is typed; `error` is what is wrong with it."""

    left: str
    top: str
    width: str
    height: str
    ground: str
    error: str = ""

    @classmethod
    def of(cls, one: Mark | Proposal, ground: str) -> Row:
        return cls(f"{one.left:g}", f"{one.top:g}", f"{one.width:g}", f"{one.height:g}", ground)


@dataclass(frozen=True, slots=True)
class Desk:
    """One document under the pen: its file, its row, its pages, what is kept of it."""

    placed: Placed
    row: Any
    outline: Outline
    kept: Kept
    page: int
    rows: tuple[Row, ...] = field(default=())

    @property
    def sheet(self) -> Sheet:
        return self.outline.sheets[self.page - 1]


def _opened(request: HttpRequest, case_id: UUID, attachment_id: UUID, page: str, *, to_keep: bool = False) -> Desk:
    """A page that is not there is the nearest one to look at, and none to keep marks of."""
    office = office_of(request)
    placed, row = office.attached(me(request), str(attachment_id), relations_of(request))
    if placed.case.id != str(case_id) or row.made_from is not None:
        raise not_found(NO_FILE)
    outline = redaction.outline(office, me(request), row)
    asked = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 0
    number = min(max(asked, 1), len(outline.sheets))
    if to_keep and number != asked:
        raise Problem(400, f"没有保存：这份文件没有这一页，共{len(outline.sheets)}页。请回到这份文件，重新打开要遮盖的一页。")
    with office.database.read() as session:
        kept = redaction.kept(session, row.id)
    rows = tuple(Row.of(one, _key(one)) for one in kept.marks if one.page == number)
    return Desk(placed, row, outline, kept, number, rows)


def _key(mark: Mark) -> str:
    return f"{mark.outcome}/{mark.ground}" if mark.ground else mark.outcome


@page("/cases/{case_id:uuid}/redactions/{attachment_id:uuid}")
def redacting(request: HttpRequest, case_id: FromPath[UUID], attachment_id: FromPath[UUID]) -> Response[Any]:
    """遮盖: one page of the document with its marks; or the copy that was made of it."""
    asked = request.query_params
    desk = _opened(request, case_id, attachment_id, asked.get("page", "1"))
    if (copy := _copy(request, desk, asked.get("copy", ""))) is not None:
        return copy
    return _draw(request, desk, done=asked.get("done", ""))


def _copy(request: HttpRequest, desk: Desk, wanted: str) -> Response[Any] | None:
    """The finished copy, as whoever gets it will see it."""
    office, case = office_of(request), desk.placed.case
    with office.database.read() as session:
        rows = queries.attachments_of(session, case.id)
    row = next((one for one in rows if one.id == wanted and one.made_from == desk.row.id), None)
    if row is None:
        return None
    titles = {one.key: one.title for one in redaction.grounds(office.rules.on(office.today()))}
    listed = [(one.page, titles.get(f"{one.outcome}/{one.ground}" if one.ground else one.outcome, ""), one.places) for one in separated(row)]
    return show(request, "redacted.html", case=case, original=desk.row, row=row, listed=listed, pages=len(desk.outline.sheets), SHOWN=SHOWN)


def _draw(
    request: HttpRequest, desk: Desk, *, status: int = 200, errs: list[tuple[str, str]] | None = None, problem: str = "", done: str = ""
) -> Response[Any]:
    office, case = office_of(request), desk.placed.case
    searched = redaction.proposed(office, me(request), case, desk.row)
    found = [one for one in searched.proposals if not _covered(desk, one)]
    per_page = {n: sum(one.page == n for one in desk.kept.marks) for n in range(1, len(desk.outline.sheets) + 1)}
    waiting = {n: sum(one.page == n for one in found) for n in per_page}
    return show(
        request, "redaction.html", status=status, case=case, row=desk.row, sheet=desk.sheet, number=desk.page, pages=len(per_page),
        rows=desk.rows, version=desk.kept.version, grounds=redaction.grounds(office.rules.on(office.today())), usual=USUAL,
        proposals=[one for one in found if one.page == desk.page], kinds=KINDS, per_page=per_page, waiting=waiting,
        total=len(desk.kept.marks), embedded=desk.outline.embedded, scripts=desk.outline.scripts, errs=errs or [], problem=problem,
        searched=searched, can_read=office.printing.can_read, done=done == "kept", seen=SEEN, open=is_open(case, office.today()),
        blank=office.printing.undrawn(me(request).id, desk.row, desk.page),
    )  # fmt: skip


def _covered(desk: Desk, one: Proposal) -> bool:
    """Whether a mark that is kept covers what is proposed."""
    return any(
        mark.page == one.page and mark.left <= one.left + 0.6 and mark.top <= one.top + 0.6
        and mark.left + mark.width >= one.left + one.width - 0.6 and mark.top + mark.height >= one.top + one.height - 0.6
        for mark in desk.kept.marks
    )  # fmt: skip


@action("/cases/{case_id:uuid}/redactions/{attachment_id:uuid}")
def redact(request: HttpRequest, case_id: FromPath[UUID], attachment_id: FromPath[UUID]) -> Response[Any]:
    """Keep the marks of this page, by itself too (`auto`); then, as the button says, take what was proposed, turn the page, or make the copy."""
    office, officer, form = office_of(request), me(request), form_of(request)
    desk = _opened(request, case_id, attachment_id, form.get("page", "1"), to_keep=True)
    here = f"/cases/{desk.placed.case.id}/redactions/{desk.row.id}"
    rows = [*_typed(form), *_taken(form, redaction.proposed(office, officer, desk.placed.case, desk.row).proposals, desk.page)]
    marks, wrong = _read(request, desk, rows)
    by_itself = form.get("do") == "auto"
    if wrong and by_itself:
        return _saved(request, desk.kept, "；".join(text for _, text in wrong[0]))
    if wrong:
        told = Desk(desk.placed, desk.row, desk.outline, desk.kept, desk.page, tuple(wrong[1]))
        return _draw(request, told, status=400, errs=wrong[0])
    try:
        kept = office.database.write(
            lambda session: redaction.keep(session, office, officer, desk.placed.case, desk.row, desk.page, marks, seen_of(form) or 0)
        )
        if by_itself:
            return _saved(request, kept)
        if form.get("do") == "read":
            office.printing.read(officer.id, desk.row, desk.page)
        if form.get("do") == "make":
            copy = redaction.made(office, officer, desk.placed.case, desk.row, kept.version)
            return go(f"{here}?copy={copy.id}")
    except Exception as error:
        stuck = trouble(request, error)
        if by_itself:
            return _saved(request, desk.kept, "；".join(stuck.errors.values()) or stuck.problem.detail)
        again = _opened(request, case_id, attachment_id, form.get("page", "1"), to_keep=True)
        told = Desk(again.placed, again.row, again.outline, again.kept, again.page, tuple(rows))
        return _draw(request, told, status=stuck.status, problem="；".join(stuck.errors.values()) or stuck.problem.detail)
    to = form.get("go") or str(desk.page)
    return go(f"{here}?page={to if to.isascii() and to.isdigit() else desk.page}&done=kept")


def _saved(request: HttpRequest, kept: Kept, why: str = "") -> Response[Any]:
    """What the page that saved itself is told: the version that it shows now, or why nothing was saved."""
    moment = office_of(request).clock()
    return show(request, "redaction_saved.html", counted=False, seen=SEEN, version=kept.version, why=why, moment=moment)


def _typed(form: Form) -> list[Row]:
    """The rows of the form in which something stands, in order."""
    found = []
    for n in range(MOST_MARKS):
        left, top, width, height, ground = (form.get(f"marks.{n}.{name}") for name in (*NUMBERS, "ground"))
        row = Row(left, top, width, height, ground)
        if any(getattr(row, name) for name in NUMBERS):
            found.append(row)
        elif f"marks.{n}.left" not in form:
            break
    return found


def _taken(form: Form, proposals: tuple[Proposal, ...], page: int) -> list[Row]:
    """What was proposed on this page and is taken by its button, or by the one for all of them."""
    wanted = form.get("take")
    return [Row.of(one, USUAL) for one in proposals if one.page == page and wanted in ("all", _place(one))]


def _place(one: Proposal) -> str:
    return " ".join(f"{getattr(one, name):g}" for name in NUMBERS)


def _read(request: HttpRequest, desk: Desk, rows: list[Row]) -> tuple[list[Mark], tuple[list[tuple[str, str]], list[Row]] | None]:
    """The marks that the rows say; or what is wrong: (field, sentence) each, and the rows with it."""
    keys = [one.key for one in redaction.grounds(office_of(request).rules.on(office_of(request).today()))]
    marks, errs, told = list[Mark](), list[tuple[str, str]](), list[Row]()
    for n, row in enumerate(rows):
        try:
            outcome, _, ground = row.ground.partition("/")
            numbers = {name: _millimetres(getattr(row, name), n, name) for name in NUMBERS}
            marks.append(redaction.checked(n, Mark(desk.page, **numbers, outcome=outcome, ground=ground or None), desk.sheet, keys))
            told.append(row)
        except Invalid as invalid:
            errs.append((invalid.field, invalid.message))
            told.append(Row(row.left, row.top, row.width, row.height, row.ground, invalid.message))
    return marks, (errs, told) if errs else None


def _millimetres(text: str, n: int, name: str) -> float:
    plain = text.replace("．", ".").removesuffix("毫米").strip()
    try:
        value = float(plain) if "_" not in plain else float("nan")
    except ValueError:
        value = float("nan")
    if not -10_000 < value < 10_000:  # nan too
        raise Invalid(f"marks.{n}.{name}", f"第{n + 1}处的位置和大小请填写毫米数，例如25.5")
    return value


ROUTES: tuple[BaseRouteHandler, ...] = (redacting, redact)
