"""提供件: what is given out lies with the file, tied to the item it answers, and goes out as it was when it was signed.

A draft names the attachments that it gives out; the digest of each, and what is covered in it, are kept in the draft (`as_signed`).
So the signature under the draft is a signature under these very bytes, and nothing else can take their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from api.office.named import NO_PAPER
from api.office.problems import Problem
from db import queries
from db.files import Damaged, Files
from workflow import acts as a
from workflow.case import Case
from workflow.checks import not_filed
from workflow.law import Invalid
from workflow.words import ATTACHMENT_ROLES


def fitting(case: Case, role: str | None, item: int | None) -> None:
    """Whether an attachment may be tied so. Raises Invalid."""
    if role is not None and role not in ATTACHMENT_ROLES:
        names = "、".join(f"{key}（{title}）" for key, title in ATTACHMENT_ROLES.items())
        raise Invalid("role", f"归类应当是其中之一：{names}")
    if item is not None and not 1 <= item <= len(case.items):
        raise Invalid("item", f"本件有{len(case.items)}项申请事项，没有第{item}项")


def signed(case: Case) -> frozenset[str]:
    """The attachments that a draft gives out which waits for its signature or has it."""
    drafts = [case.draft, *(case.as_of(one.seq).draft for one in case.acts if isinstance(one.act, a.Decision))]
    acts = [draft.act for draft in drafts if draft is not None and isinstance(draft.act, a.Draft)]
    return frozenset(str(one.attachment) for act in acts for one in act.documents)


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that would come to the file with the act that names it."""

    id: str
    digest: str
    made_from: None = None
    separated: None = None


def as_found(session: Session, case: Case, draft: a.Draft, coming: Sequence[Coming] = ()) -> a.Draft:
    """The draft with what it gives out as it lies with the file now. Raises Invalid: it does not, or may not go out."""
    if not draft.documents:
        return draft
    rows: dict[str, Any] = {row.id: row for row in (*queries.attachments_of(session, case.id), *coming)}
    newest = copies(rows.values())
    items = []
    for n, item in enumerate(draft.items):
        provided = []
        for m, one in enumerate(item.provided):
            if one.attachment is None:
                provided.append(one)
                continue
            place, row = f"items.{n}.provided.{m}.attachment", rows.get(one.attachment)
            if row is None:
                raise Invalid(place, NO_PAPER)
            if newest.get(row.made_from or "", row.id) != row.id:
                raise Invalid(place, "这份原件后来又做过遮盖件，请选择最新的一份", "条例 37")
            if row.id in newest and item.outcome == "partial":
                raise Invalid(place, "这一份是原件，已经另有遮盖件。部分公开的，请选择遮盖件", "条例 37")
            provided.append(one.evolve(as_signed=a.GivenOut(digest=row.digest, separated=separated(row))))
        items.append(item.evolve(provided=tuple(provided)))
    return draft.evolve(items=tuple(items))


def unread(title: str, why: str) -> str:
    """Of a document that is given out and cannot be shown here (`Printing.unshown`): it is told, and stands against nothing."""
    return f"要提供的“{title}”打不开：{why}。请换一份；确要提供这一份的，先确认申请人能打开。"


def copies(rows: Iterable[Any]) -> dict[str, str]:
    """Original -> its latest redacted copy (遮盖件), of attachments in the order in which they came."""
    return {row.made_from: row.id for row in rows if row.made_from is not None}


def separated(row: Any) -> tuple[a.Separated, ...]:
    """What is covered in a redacted copy; nothing of anything else."""
    return tuple(a.Separated.model_validate(one) for one in json.loads(row.separated)) if row.separated else ()


def unchanged(session: Session, files: Files, case: Case) -> None:
    """What the draft gives out is what lay before the signer, byte by byte. Raises Problem 409."""
    draft = case.draft
    if draft is None or not isinstance(draft.act, a.Draft) or not draft.act.documents:
        return
    rows = {row.id: row for row in queries.attachments_of(session, case.id)}
    for one in draft.act.documents:
        row = rows.get(str(one.attachment))
        try:
            if row is None or one.as_signed is None or row.digest != one.as_signed.digest or separated(row) != one.as_signed.separated:
                raise Damaged
            files.get("attachments", row.id, one.as_signed.digest)
        except Damaged:
            raise Problem(
                409, f"没有签发：要提供的“{one.title}”和报审签时的不是同一份。请退回承办人，核对文件以后重新拟稿。", articles=("条例 36",)
            ) from None


def given_out(case: Case, rows: Sequence[Any]) -> Iterator[tuple[int, a.Provided, Any]]:
    """What the draft on the file gives out: the item that it answers, what it is called, its row."""
    draft, known = case.draft, {row.id: row for row in rows}
    if draft is not None and isinstance(draft.act, a.Draft):
        for item in draft.act.every:
            for one in item.provided:
                if one.attachment in known:
                    yield item.item, one, known[one.attachment]


def not_kept(case: Case, rows: Sequence[Any]) -> list[str]:
    """What the reply of the file gave out and the file does not hold, unless it was put there afterwards, in sentences."""
    held = {row.item for row in rows if row.role == "given_out"}
    return [text for item, text in not_filed(case) if not held & {item, None}]
