"""水印: who looks, and when, pale over each page on which people of a file stand whole, on the screen and in print.

It covers the page with all that is shown in it, the pictures of letters and attachments too. What is taken away as a file
(letter, attachment, package, export) keeps its bytes: they are compared with their digests, and served; who took it stands in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.office.office import SHANGHAI, Office
from api.office.sight import sight
from db import people
from workflow.acts import Officer

SETTING = "watermark"
"""The setting, of no agency, by which it is drawn."""
PEOPLE = (
    "/desk", "/cases", "/letters", "/attachments", "/intake", "/service", "/consultations", "/approvals", "/archive", "/analysis/cases",
    "/annual/cases",
)  # fmt: skip
"""Pages, and those below them, on which whoever handles files meets their people."""
EVERYBODY = ("/import/",)
"""Where everybody who may come sees what he has brought."""
LEAST, LETTER, MARGIN = 240, 15, 80
"""Pixels: the least width of one mark, that of a Chinese character, and what is left between two."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """The lines of one mark, and how wide it is."""

    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(LEAST, MARGIN + LETTER * max(sum(1 if ord(one) > 255 else 0.6 for one in line) for line in self.lines).__ceil__())


def of_page(office: Office, officer: Officer | None, path: str, facts: Mapping[str, Any]) -> Watermark | None:
    """The mark of a page that is drawn from these facts; None where it has none.

    A page that knows whether it tells of people whole says so (`full`, `whole`); on the others whoever handles files sees them so.
    """
    if officer is None or not path.startswith((*PEOPLE, *EVERYBODY)):
        return None
    handles = path.startswith(EVERYBODY) or sight(officer.role, "own", "list") == "whole"
    if not facts.get("full", facts.get("whole", handles)):
        return None
    with office.database.read() as session:
        if people.setting(session, "", SETTING) != "yes":
            return None
    return Watermark((officer.name, officer.username, f"{office.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
