"""导入原台账: an office's old ledger, as people keep it, becomes case files whose acts say they were imported.

Reading is apart from loading: `read` gives every line with its entry or its reasons, `Loader` makes files of the good ones.
From a file to rows: `sheets` (with `rows`, `workbooks`, `old_workbooks`, `web_tables`); what the words mean: `words`, and what an
office has said of them: `kept`; from rows to entries: `reading`; from an entry to acts and back: `filing`; what was imported
before: `seen`; to case files: `loading`.
"""

from db.ledger.kept import clashes, keep, meanings_of
from db.ledger.loading import BATCH, Loaded, Loader
from db.ledger.reading import Entry, Line, Open, Reading, Sheet, Unknown, read, vocabulary
from db.ledger.rows import MOST_BYTES, BadLedger
from db.ledger.words import (
    DERIVED,
    FOR_ALL,
    REQUIRED,
    TITLES,
    Meanings,
    Unsaid,
    heading_key,
    likely_column,
    plain_word,
    read_date,
    said_of,
)

__all__ = [
    "BATCH", "DERIVED", "FOR_ALL", "MOST_BYTES", "REQUIRED", "TITLES", "BadLedger", "Entry", "Line", "Loaded", "Loader", "Meanings", "Open",
    "Reading", "Sheet", "Unknown", "Unsaid", "clashes", "heading_key", "keep", "likely_column", "meanings_of", "plain_word", "read", "read_date",
    "said_of", "vocabulary",
]  # fmt: skip
