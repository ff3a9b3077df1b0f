"""文书和附件: what they are, and how a letter was served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from api.office.documents import separated
from api.office.views.view import View
from workflow.acts import Officer, Separated
from workflow.case import Case, Letter
from workflow.words import ATTACHMENT_ROLES, LETTER_TITLES


class LetterView(View):
    """文书, as made by an act."""

    id: str
    seq: int
    kind: str
    title: str
    to: str
    number: str | None
    dated: date | None
    ready: bool = Field(description="PDF已经生成")
    digest: str | None = Field(None, description="PDF的SHA-256")
    signature: str | None = Field(None, description="电子签名：由谁、用哪个证书，或者为什么没有；没有设置签名的为null；只在单份文书的答复中有")
    handed_on: date | None
    received_on: date | None
    noticed: bool = Field(False, description="公告送达：received_on是视为送达之日")
    returned_on: date | None = Field(None, description="退回之日；再次送出以后为null")
    void: bool = Field(False, description="作废")


class AttachmentView(View):
    id: str
    name: str
    media_type: str
    size: int
    digest: str
    purpose: str | None
    by: str = Field(description="存入人")
    at: datetime
    role: str | None = Field(None, description="归类：" + "、".join(f"{key} {title}" for key, title in ATTACHMENT_ROLES.items()))
    item: int | None = Field(None, description="属于哪一项申请事项；null：全件")
    made_from: str | None = Field(None, description="遮盖件所依据的原件")
    separated: list[Separated] = Field(default_factory=list, description="遮盖件中不予公开的部分：页、依据、处数")


def letter_view(case: Case, letter: Letter, stored: Any | None, signature: str | None = None) -> LetterView:
    """A letter with what is stored of it (number, digest), who signed it electronically, and how it was served."""
    served = case.services.get(letter.id)
    return LetterView(
        id=letter.id,
        seq=letter.seq,
        kind=letter.kind,
        title=LETTER_TITLES[letter.kind],
        to=letter.to,
        number=stored.number if stored else None,
        dated=stored.dated if stored else None,
        ready=bool(stored and stored.digest),
        digest=stored.digest if stored else None,
        signature=signature,
        handed_on=served.handed_on if served else None,
        received_on=served.received_on if served else None,
        noticed=served.noticed if served else False,
        returned_on=served.returned_on if served else None,
        void=letter.void,
    )


def attachment_view(row: Any, words: Callable[[str], str] = str) -> AttachmentView:
    """A stored attachment; `words` is how its name reads for who looks."""
    return AttachmentView(
        id=row.id, name=words(row.name), media_type=row.media_type, size=row.size, digest=row.digest,
        purpose=row.purpose and words(row.purpose), by=Officer.model_validate_json(row.officer).name, at=row.at,
        role=row.role, item=row.item, made_from=row.made_from, separated=list(separated(row)),
    )
