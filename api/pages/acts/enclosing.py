"""随表上传: papers that came, sent with the form of the act that tells of them; act and papers stand or fall together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from api.office import policy
from api.office.attachments import BRINGS, Sent, is_open, keep_in
from api.office.office import Office, Placed
from api.office.problems import Problem
from api.pages.shared import waiting_files
from api.pages.shared.frame import Form
from db import applications, queries
from workflow.acts import Officer, parse
from workflow.admission import Forbidden
from workflow.law import Invalid, Refused

FIELD = "papers"
TAKES: Mapping[str, str] = {
    "correction": "补正材料", "opinion": "收到的意见", "reasons": "申请人说明的理由", "service": "回执、退回的邮件", "payment": "缴费凭证",
    "withdrawal": "撤回申请的材料", "remedy": "复议、诉讼材料", "remedy_result": "复议决定、判决等", "amendment": "更正的依据", "meeting": "会商记录",
    "search": "检索的截图、清单",
}  # fmt: skip
"""Acts that say what a paper says, and what the papers are called."""


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
    office.prepare(officer, case_id, act)
    kept = [(one, Sent(one.name, one.media_type, office.files.get("uploads", one.id, one.digest), TAKES[act.kind])) for one in files]

    put, of_no_use = list[str](), list[str]()

    def work(session: Session) -> Placed:
        of_no_use.extend(put)  # it is done again
        put.clear()
        placed = office.place_in(session, officer, case_id, act, seen)
        for one, sent in kept:
            put.append(keep_in(session, office, officer, placed.case, sent).id)
            applications.drop_upload(session, _owner(officer, case_id, act.kind), one.id)
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
