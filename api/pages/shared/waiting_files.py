"""Files that wait beside a form until it is sent: kept for their officer alone, whatever becomes of the sending.

`owner` names the form (`applications.officer_of`). What is sent with them takes them along in its own transaction; what is refused
leaves them where they are, and the page lists them. They have an end like every half-typed form (`applications.drop_forgotten`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from api.office.office import Office
from api.office.uploads import LARGEST, MOST_FILES, examine
from api.pages.shared.frame import File
from db import applications
from db.stores import Unreachable
from workflow.acts import Officer
from workflow.law import Invalid

LOST_NOTHING = "您上传以后没有登记的附件太多，没有再收。请先把填了一半的登记提交，或者移除不要的附件"


def take(office: Office, officer: Officer, owner: str, chosen: Sequence[File], there: Callable[[Any], int]) -> str:
    """Keep the chosen files beside the form, of which `there` are already; a sentence when one of them may not be kept."""
    now = office.clock()
    with office.database.read() as session:
        count, unsent = there(session), applications.unsent(session, applications.officer_of(officer.id))
    if unsent + sum(len(one.data) for one in chosen) > applications.MOST_OF_AN_OFFICER:
        return LOST_NOTHING
    for one in chosen:
        if count >= MOST_FILES:
            return f"每件申请最多{MOST_FILES}个附件，已经满了，“{one.name[:60]}”没有上传"
        if len(one.data) > LARGEST:
            return f"“{one.name[:60]}”超过20MB，请压缩或者分开上传"
        try:
            name, media_type = examine(one.name, one.data)
        except Invalid as invalid:
            return f"“{one.name[:60]}”没有上传：{invalid.message}"
        identity = str(uuid4())
        try:
            digest = office.files.put("uploads", identity, one.data)
        except Unreachable:  # the form comes back with all that was typed
            return f"“{name}”没有上传：存放附件的地方暂时没有回答，请稍后再试；一直不行的，请告诉管理员"
        facts: dict[str, Any] = {"id": identity, "name": name, "media_type": media_type, "size": len(one.data), "digest": digest, "now": now}
        if office.database.write(partial(_keep, owner=owner, by=officer, **facts)):
            count += 1
        else:
            office.files.drop("uploads", identity)
    for old in office.database.write(lambda s: applications.drop_forgotten(s, now)):
        office.files.drop("uploads", old)
    return ""


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
