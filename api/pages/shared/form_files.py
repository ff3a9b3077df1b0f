"""Files that come with a form: examined before anything is placed, kept with it or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from api.office.office import Office
from api.office.uploads import LARGEST, MOST_FILES, examine
from api.pages.shared.frame import File
from db import queries, store
from workflow.acts import Officer
from workflow.case import Case
from workflow.law import Invalid


def examined(files: Iterable[File]) -> tuple[list[File], str | None]:
    """The files under their safe names and true types, or the sentence that says which one cannot be kept."""
    found: list[File] = []
    for one in files:
        if len(one.data) > LARGEST:
            return [], f"“{one.name[:40]}”超过20 MiB，请压缩或者分开上传"
        try:
            name, media_type = examine(one.name, one.data)
        except Invalid as invalid:
            return [], f"“{one.name[:40]}”不能上传：{invalid.message}"
        found.append(File(name, media_type, one.data))
    return found, None


def room_for(session: Session, case_id: str, more: int) -> str | None:
    """None, or why so many files more cannot be attached to this case."""
    left = MOST_FILES - sum(row.made_from is None for row in queries.attachments_of(session, case_id))
    if more <= left:
        return None
    return f"每件申请最多{MOST_FILES}个附件，本件还可以上传{max(left, 0)}个"


def attach(
    session: Session, office: Office, case: Case, files: Sequence[File], purpose: str, officer: Officer, at: datetime,
    identity: str | None = None,
) -> None:  # fmt: skip
    """Keep examined files with the case, inside the transaction of the act they belong to; `identity` is what the act calls the first."""
    for one in files:
        given, identity = identity or str(uuid4()), None
        store.add_attachment(
            session, id=given, case=case, name=one.name, media_type=one.media_type, size=len(one.data),
            digest=office.files.put("attachments", given, one.data), purpose=purpose, officer=officer, at=at,
        )  # fmt: skip
