"""The marks on documents of which a redacted copy is being prepared (区分处理): places and grounds, no words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlmodel import Session

from db import tables as t
from workflow.acts import Officer

REDACTION = t.table_of(t.Redaction)


def of_attachment(session: Session, attachment_id: str) -> Row[Any] | None:
    """The marks on an attachment as they were kept last."""
    return session.execute(select(REDACTION).where(REDACTION.c.attachment_id == attachment_id)).first()


def keep(session: Session, attachment_id: str, marks: str, version: int, officer: Officer, at: datetime) -> None:
    """Keep the marks (JSON) as this version."""
    session.execute(delete(REDACTION).where(REDACTION.c.attachment_id == attachment_id))
    session.execute(
        insert(REDACTION).values(attachment_id=attachment_id, marks=marks, version=version, officer=officer.model_dump_json(), at=at)
    )
