"""页号: how many pages each paper of a file has, for its 卷内目录; counted before the transaction that needs it, and kept in mind."""

from __future__ import annotations

from threading import Lock

from sqlmodel import Session

from api.office.printing import Printing
from db import queries
from db.engine import Database
from db.files import Files
from letters.agencies import Agency
from letters.compose.papers import Paper, made, papers
from letters.compose.sheet import Attached, Kept
from workflow.case import Case
from workflow.law import Rules

MOST_KNOWN = 500
"""Files whose pages are kept in mind."""


class Paging:
    """The papers of files with their pages. What is counted never changes: letters and attachments are kept as they came."""

    def __init__(self, database: Database, printing: Printing, files: Files) -> None:
        self._database, self._printing, self._files = database, printing, files
        self._known: dict[str, dict[str, int | None]] = {}
        self._lock = Lock()

    def kept(self, session: Session, case: Case) -> Kept:
        """What the store holds beside the acts, with the pages that are counted already. Nothing is made or read here."""
        numbers = {row.id: row.number for row in queries.letters_of(session, case) if row.number}
        attached = tuple(Attached(row.id, row.name, row.purpose, row.at, row.role, row.item) for row in queries.attachments_of(session, case.id))
        return Kept(numbers, attached, self._known.get(case.id, {}))

    def count(self, case: Case, agency: Agency, rules: Rules) -> Kept:
        """`kept`, after every paper was counted. Raises Problem: a paper cannot be made, or is damaged."""
        with self._database.read() as session:
            kept = self.kept(session, case)
            types = {row.id: (row.media_type, row.digest) for row in queries.attachments_of(session, case.id)}
        pages = dict(kept.pages)
        for paper in papers(case, rules, agency, kept):
            if paper.id not in pages:
                pages[paper.id] = self._pages(paper, case, agency, rules, kept, types)
        with self._lock:
            self._known.pop(case.id, None)
            self._known[case.id] = pages
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]
        return Kept(kept.numbers, kept.attached, pages)

    def _pages(
        self, paper: Paper, case: Case, agency: Agency, rules: Rules, kept: Kept, types: dict[str, tuple[str, str]]
    ) -> int | None:
        count = self._printing.renderer.count
        if paper.source == "attachment":
            media_type, digest = types[paper.id]
            return count(self._files.get("attachments", paper.id, digest), media_type)
        return count(self.data(paper, case, agency, rules, kept))

    def data(self, paper: Paper, case: Case, agency: Agency, rules: Rules, kept: Kept) -> bytes:
        """The PDF of a letter, as issued, or of what is made from the file."""
        if paper.source == "letter":
            return self._printing.pdf(paper.id)
        return self._printing.render(*made(paper, case, agency, rules, kept), preview=False)
