"""体验区的内容: the plain texts that a hall shows at its counter, a setting of the unit; they are for everybody."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlmodel import Session

from db import people

SETTING = "counter_pages"
MOST, TITLE, TEXT = 6, 20, 5000
"""Pages of one counter; characters of a title and of a text."""


def of(session: Session, agency: str) -> Sequence[tuple[str, str]]:
    """Title and text of each page."""
    kept = people.setting(session, agency, SETTING)
    return [(one["title"], one["text"]) for one in json.loads(kept)] if kept else []


def keep(session: Session, agency: str, pages: Sequence[tuple[str, str]]) -> None:
    told = [{"title": title, "text": text} for title, text in pages[:MOST]]
    people.set_setting(session, agency, SETTING, json.dumps(told, ensure_ascii=False))
