"""Files that wait beside a form until it is sent: kept for their officer alone, whatever becomes of the sending.

`owner` names the form (`applications.officer_of`). What is sent with them takes them along in its own transaction; what is refused
leaves them where they are, and the page lists them. They have an end like every half-typed form (`applications.drop_forgotten`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from api.office.office import Office
from api.office.printing import Unsent
from api.office.uploads import MOST_FILES
from api.pages.shared import form_files
from api.pages.shared.frame import File
from db import applications
from db.stores import Unreachable
from workflow.acts import Officer

LOST_NOTHING = "您上传以后没有登记的附件太多。请先把填了一半的登记提交，或者移除不要的附件"


def take(office: Office, officer: Officer, owner: str, chosen: Sequence[File], there: Callable[[Any], int]) -> str:
    """Keep the chosen files beside the form, of which `there` are already; a sentence that names each that may not be kept."""
    now = office.clock()
    with office.database.read() as session:
        count, unsent = there(session), applications.unsent(session, applications.officer_of(officer.id))
    good, refused = form_files.sifted(chosen)
    is_away = False
    for one in good:
        if unsent + len(one.data) > applications.MOST_OF_AN_OFFICER:
            refused.append((one.name, LOST_NOTHING))
            continue
        if count >= MOST_FILES:
            refused.append((one.name, f"每件申请最多{MOST_FILES}个附件，已经满了"))
            continue
        identity = str(uuid4())
        try:
            digest = None if is_away else office.files.put("uploads", identity, one.data)
        except Unreachable:  # the form comes back with all that was typed
            digest, is_away = None, True
        if digest is None:
            refused.append((one.name, form_files.NO_ANSWER))
            continue
        facts: dict[str, Any] = {"id": identity, "name": one.name, "media_type": one.media_type, "size": len(one.data), "digest": digest}
        if office.database.write(partial(_keep, owner=owner, by=officer, now=now, **facts)):
            count, unsent = count + 1, unsent + len(one.data)
        else:
            office.files.drop("uploads", identity)
    for old in office.database.write(lambda s: applications.drop_forgotten(s, now)):
        office.files.drop("uploads", old)
    return form_files.named(refused)


def unsent(one: Any) -> Unsent:
    """A file that waits, as its pages are asked for."""
    return Unsent(one.id, one.digest, one.media_type)


def unshown(office: Office, officer: Officer, files: Iterable[Any]) -> dict[str, str]:
    """Of the files that wait, those that cannot be opened here: id, why."""
    found = ((one.id, office.printing.unshown(officer.id, unsent(one))) for one in files)
    return {identity: why for identity, why in found if why}


def _keep(session: Session, owner: str, *, name: str, digest: str, **facts: Any) -> bool:
    """Keep a file, unless it waits there already: a form that is sent twice brings its files twice."""
    if any((one.name, one.digest) == (name, digest) for one in applications.uploads_of(session, owner)):
        return False
    applications.add_upload(session, owner, name=name, digest=digest, **facts)
    return True


def give_back(office: Office, officer: Officer, owner: str, upload: str) -> None:
    """移除: one of them is not to be sent."""
    dropped = office.database.write(partial(applications.take_back, owner=owner, upload_id=upload[:36], now=office.clock(), by=officer))
    if dropped is not None:
        office.files.drop("uploads", dropped)
