"""导入原台账: an office's old ledger, as people keep it, becomes case files whose acts say they were imported.

Reading is apart from loading: `read` gives every line with its entry or its reasons, `Loader` makes files of the good ones.
From a file to rows: `sheets`; what the words mean: `words`; from rows to entries: `reading`; from an entry to acts and back:
`filing`; what was imported before: `seen`; to case files: `loading`.
"""

from db.ledger.loading import BATCH, Loaded, Loader
from db.ledger.reading import Entry, Line, Reading, Sheet, read
from db.ledger.sheets import MOST_BYTES, BadLedger
from db.ledger.words import REQUIRED, TITLES, read_date

__all__ = [
    "BATCH", "MOST_BYTES", "REQUIRED", "TITLES", "BadLedger", "Entry", "Line", "Loaded", "Loader", "Reading", "Sheet", "read", "read_date",
]  # fmt: skip
