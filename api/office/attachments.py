"""附件: scans and photographs that belong to a file. Kept under random names, checked at each read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from api.office import documents
from api.office.office import Office
from api.office.problems import Problem
from api.office.uploads import LARGEST, MOST_FILES, examine, words
from db import queries, store
from workflow.acts import Officer
from workflow.case import Case
from workflow.law import Invalid

MOST_OF_PURPOSE = 100
"""Characters that say what a file is for."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes
    purpose: str | None
    role: str | None = None
    item: int | None = None
    made_from: str | None = None
    separated: str | None = None


def examined(name: str, content: bytes, purpose: str | None) -> Sent:
    """The file as it may be kept. Raises Problem, Invalid."""
    if len(content) > LARGEST:
        raise Problem(413, "每个文件不超过20MiB，请压缩或者分开上传。")
    good, media_type = examine(name, content)
    plain = words("purpose", purpose or "")
    if len(plain) > MOST_OF_PURPOSE:
        raise Invalid("purpose", f"最多{MOST_OF_PURPOSE}个字，现在是{len(plain)}个字")
    return Sent(good, media_type, content, plain or None)


ARCHIVED = (
    "本件已经归档，不能再添加附件。归档以后收到送达回执、退回的邮件、复议和诉讼材料的，请先登记相应的办理记录（送达、复议诉讼及其结果），"
    "登记的当天可以存入。"
)
BRINGS = ("service", "remedy", "remedy_result")
"""Acts that bring papers with them also after the file was archived."""


def is_open(case: Case, today: date) -> bool:
    """Whether a file takes attachments today: 归档 closes it to all but what comes with an act that was placed since."""
    if case.state != "archived":
        return True
    archived = max(one.seq for one in case.of_kinds("archival"))
    return any(one.seq > archived and one.entered_on == today for one in case.of_kinds(*BRINGS))


def still_open(case: Case, today: date) -> None:
    """Raises Problem 409: the file takes no attachments (`is_open`)."""
    if not is_open(case, today):
        raise Problem(409, ARCHIVED, articles=("条例 45",))


def keep_in(session: Session, office: Office, officer: Officer, case: Case, sent: Sent) -> Any:
    """`keep` inside a transaction of the caller's. Whether the case is archived is asked here, where nobody can archive it meanwhile."""
    case = store.load(session, case.id, for_update=True, known=case) or case
    still_open(case, office.today())
    documents.fitting(case, sent.role, sent.item)
    if case.state == "archived" and sent.purpose is None:
        raise Invalid("purpose", "归档以后存入的附件，应当写明用途，例如：送达回执")
    kin = [row for row in queries.attachments_of(session, case.id) if (row.made_from is None) == (sent.made_from is None)]
    if len(kin) >= MOST_FILES:  # redacted copies are counted by themselves
        raise Problem(409, f"每件申请最多{MOST_FILES}个附件，已经满了。")
    identity = str(uuid4())
    return store.add_attachment(
        session, id=identity, case=case, name=sent.name, media_type=sent.media_type, size=len(sent.content),
        digest=office.files.put("attachments", identity, sent.content), purpose=sent.purpose, officer=officer, at=office.clock(),
        role=sent.role, item=sent.item, made_from=sent.made_from, separated=sent.separated,
    )  # fmt: skip


def keep(
    office: Office, officer: Officer, case: Case, name: str, content: bytes, purpose: str | None, role: str | None = None,
    item: int | None = None,
) -> Any:  # fmt: skip
    """Put a file with a case; its row. Raises Problem, Invalid."""
    sent = replace(examined(name, content, purpose), role=role, item=item)
    return office.database.write(lambda session: keep_in(session, office, officer, case, sent))


SIGNED = "这份文件已随答复的拟稿报审签或者签发，不能再改动它的归类。需要改动的，请先退回或者撤回拟稿；已经签发的，另存一份。"


def tie(session: Session, office: Office, officer: Officer, case: Case, row: Any, role: str | None, item: int | None) -> None:
    """Say of an attachment what it is to the request and which item it belongs to. Raises Problem 409, Invalid."""
    case = store.load(session, case.id, for_update=True, known=case) or case
    documents.fitting(case, role, item)
    if case.state == "archived":
        raise Problem(409, ARCHIVED, articles=("条例 45",))
    if row.id in documents.signed(case):
        raise Problem(409, SIGNED, articles=("条例 36",))
    if row.made_from is not None and role != "given_out":
        raise Invalid("role", "这是遮盖件，归类只能是提供件")
    store.tie_attachment(session, id=row.id, case=case, role=role, item=item, officer=officer, at=office.clock())
