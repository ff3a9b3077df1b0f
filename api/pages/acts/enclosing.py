"""随表上传: papers that came, sent with the form of the act that tells of them; act and papers stand or fall together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from api.office import policy
from api.office.attachments import BRINGS, Sent, is_open, keep_in
from api.office.documents import Coming
from api.office.office import Office, Placed
from api.office.problems import Problem
from api.pages.shared import forms, waiting_files
from api.pages.shared.frame import Form
from db import applications, queries
from workflow import acts as a
from workflow.acts import Act, Officer, parse
from workflow.admission import Forbidden
from workflow.case import Case
from workflow.law import Invalid, Refused

FIELD = "papers"
TAKES: Mapping[str, str] = {
    "correction": "补正材料", "opinion": "收到的意见", "reasons": "申请人说明的理由", "service": "回执、退回的邮件", "payment": "缴费凭证",
    "withdrawal": "撤回申请的材料", "remedy": "复议、诉讼材料", "remedy_result": "复议决定、判决等", "amendment": "更正的依据", "meeting": "会商记录",
    "search": "检索的截图、清单", "draft": "要提供的文件", "consultation": "征求意见的材料",
}  # fmt: skip
"""Acts that say what a paper says, or give it on; and what the papers are called."""
NAMES = frozenset({"draft", "consultation"})
"""Acts that name the papers themselves: what comes with the form is put into its fields, and can be taken out of them."""
FOR_ITEM = "papers_item"
"""Beside the place for files of a draft: the item that is answered by what is chosen."""


def takes(placed: Placed, officer: Officer, kind: str, office: Office) -> bool:
    """Whether the form of this act takes files from this officer."""
    open_ = is_open(placed.case, office.today()) or kind in BRINGS
    return kind in TAKES and placed.relation in policy.WORK and officer.role in policy.ATTACHING and open_


def _owner(officer: Officer, case_id: str, kind: str) -> str:
    return applications.officer_of(officer.id, f"{case_id}/{kind}")


def waiting(session: Session, officer: Officer, case_id: str, kind: str) -> Sequence[Any]:
    """The files that wait beside this form."""
    return applications.uploads_of(session, _owner(officer, case_id, kind))


def taken(office: Office, officer: Officer, placed: Placed, kind: str, form: Form) -> str:
    """Keep what was chosen beside the form, drop what is to be removed; a sentence when a file may not be kept."""
    if not takes(placed, officer, kind, office):
        return ""
    case_id = placed.case.id
    owner = _owner(officer, case_id, kind)
    if removed := form.get("unload"):
        waiting_files.give_back(office, officer, owner, removed)

    def there(session: Session) -> int:
        return len(waiting(session, officer, case_id, kind)) + sum(row.made_from is None for row in queries.attachments_of(session, case_id))

    return waiting_files.take(office, officer, owner, form.files.get(FIELD, []), there)


def put_in(kind: str, values: Mapping[str, Sequence[str]], new: Sequence[tuple[Any, int | None]], item: str) -> dict[str, list[str]]:
    """The fields of the form with the papers that came beside it (and how many pages each has): on a draft in a row of the item they answer."""
    found = {name: list(given) for name, given in values.items()}
    for row, pages in new:
        if kind == "consultation":
            found["materials"] = [*found.get("materials", ()), row.id]
        elif kind == "draft":
            place = f"items.{int(item) - 1 if re.fullmatch('[1-9][0-9]?', item) else 0}.provided"
            n = max(forms.row_numbers(found, place), default=-1) + 1
            found |= {f"{place}.{n}.title": [row.name.rpartition(".")[0] or row.name], f"{place}.{n}.attachment": [row.id]}
            if pages is not None:
                found[f"{place}.{n}.pages"] = [str(pages)]
    return found


def taken_out(kind: str, values: Mapping[str, Sequence[str]], gone: str) -> dict[str, list[str]]:
    """The fields of the form without a paper that was removed."""
    if kind == "consultation":
        return {name: [one for one in given if name != "materials" or one != gone] for name, given in values.items()}
    rows = tuple(name.removesuffix("attachment") for name, given in values.items() if name.endswith(".attachment") and gone in given)
    return {name: list(given) for name, given in values.items() if not name.startswith(rows)}


def coming(rows: Sequence[Any]) -> list[Coming]:
    """The files that wait, as an act that is tried out finds them."""
    return [Coming(row.id, row.digest) for row in rows]


def _renamed(act: Act, ids: Mapping[str, str]) -> Act:
    """The act with its papers under the names that they have on the file."""
    if isinstance(act, a.Consultation):
        return act.evolve(materials=tuple(ids.get(one, one) for one in act.materials))
    if not isinstance(act, a.Draft):
        return act

    def given(item: a.ItemDecision) -> a.ItemDecision:
        return item.evolve(provided=tuple(one.evolve(attachment=ids.get(one.attachment or "", one.attachment)) for one in item.provided))

    return act.evolve(items=tuple(given(one) for one in act.items))


def _tied(act: Act, upload: str) -> tuple[str | None, int | None]:
    """What a paper is to the request, and which item it answers: what a draft gives out."""
    if isinstance(act, a.Draft):
        for item in act.items:
            if any(one.attachment == upload for one in item.provided):
                return "given_out", item.item
    return None, None


def given_up(office: Office, officer: Officer, case_id: str, kind: str, *, which: Sequence[str] | None = None) -> None:
    """放弃草稿: the files go with it; or those alone whose SHA-256 is one of `which`."""
    with office.database.read() as session:
        found = waiting(session, officer, case_id, kind)
    for one in found:
        if which is None or one.digest in which:
            waiting_files.give_back(office, officer, _owner(officer, case_id, kind), one.id)


def place(office: Office, officer: Officer, case_id: str, data: Mapping[str, Any], seen: int | None) -> Placed:
    """Place the act with the files that wait beside its form, all of it or nothing. Raises what `Office.place` and `keep_in` raise."""
    act = parse(dict(data))
    with office.database.read() as session:
        files = waiting(session, officer, case_id, act.kind)
    if not files:
        return office.place(officer, case_id, act, seen=seen)
    office.prepare(officer, case_id, act, coming=coming(files))
    kept = []
    for one in files:
        role, item = _tied(act, one.id)
        kept.append((one, Sent(one.name, one.media_type, office.files.get("uploads", one.id, one.digest), TAKES[act.kind], role, item)))

    put, of_no_use = list[str](), list[str]()
    known = office.case(officer, case_id, relations=policy.ACT).case

    def keep(session: Session, case: Case) -> dict[str, str]:
        ids = {}
        for one, sent in kept:
            ids[one.id] = keep_in(session, office, officer, case, sent).id
            put.append(ids[one.id])
            applications.drop_upload(session, _owner(officer, case_id, act.kind), one.id)
        return ids

    def work(session: Session) -> Placed:
        of_no_use.extend(put)  # it is done again
        put.clear()
        if act.kind in NAMES:  # they are there before what names them
            return office.place_in(session, officer, case_id, _renamed(act, keep(session, known)), seen)
        placed = office.place_in(session, officer, case_id, act, seen)
        keep(session, placed.case)
        return placed

    try:
        placed = office.database.write(work)
    except (Problem, Forbidden, Invalid, Refused):
        of_no_use.extend(put)
        raise
    finally:
        for identity in of_no_use:
            office.files.drop("attachments", identity)
    office.announce(placed.case)
    for one, _sent in kept:
        office.files.drop("uploads", one.id)
    return placed
