"""Files that come with a form: examined before anything is placed, kept with it or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from api.office.office import Office
from api.office.uploads import LARGEST, MOST_FILES, TOO_LARGE, examine
from api.pages.shared.frame import File
from db import queries, store
from workflow.acts import Officer
from workflow.case import Case
from workflow.law import Invalid

Refused = list[tuple[str, str]]
"""Files that are not kept: name, why."""
NO_ANSWER = "存放附件的地方暂时没有回答，请稍后再试；一直不行的，请告诉管理员"


def sifted(files: Iterable[File]) -> tuple[list[File], Refused]:
    """Every one of the files: the good ones under their safe names and true types, and the others."""
    good, refused = list[File](), Refused()
    for one in files:
        if too_much := one.too_much or (TOO_LARGE if len(one.data) > LARGEST else ""):
            refused.append((one.name, too_much))
            continue
        try:
            good.append(File(*examine(one.name, one.data), one.data))
        except Invalid as invalid:
            refused.append((one.name, invalid.message))
    return good, refused


def named(refused: Refused) -> str:
    """The sentence that names every one of them, those of one reason together; nothing of none."""
    of_reason = dict[str, list[str]]()
    for name, why in refused:
        of_reason.setdefault(why, []).append(f"“{name[:60]}”")
    return "；".join(f"{''.join(names)}没有上传：{why}" for why, names in of_reason.items())


def examined(files: Iterable[File]) -> tuple[list[File], str | None]:
    """The files as `sifted` finds them, or the sentence that names those that cannot be kept."""
    good, refused = sifted(files)
    return ([], named(refused)) if refused else (good, None)


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
