"""what is not known, and what is done again: results that only a ledger tells, replies after a reopening"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_WENT = [
    "agency", "ended_in", "ended_outcome", "reply_days", "in_time", "ended_on", "suspended", "extended", "corrected", "charged",
    "days_registered", "days_awaiting_correction", "days_handling", "days_consulting", "days_awaiting_payment", "days_approving",
]


def upgrade() -> None:
    op.add_column("tally", sa.Column("from_ledger", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tally", sa.Column("again_on", sa.Date(), nullable=True))
    # What `tallies.tally_of` gives for these files; every other row stays as it is.
    op.execute(
        "UPDATE tally SET from_ledger = true, days_registered = 0, in_time = CASE WHEN in_time THEN in_time END "
        "WHERE case_id IN (SELECT case_id FROM act WHERE kind = 'ledger_result')"
    )
    op.execute(
        "UPDATE tally SET again_on = "
        "(SELECT COALESCE(docket.replied_on, docket.closed_on) FROM docket WHERE docket.case_id = tally.case_id) "
        "WHERE ended_on < (SELECT COALESCE(docket.replied_on, docket.closed_on) FROM docket WHERE docket.case_id = tally.case_id)"
    )
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", [*_WENT, "from_ledger"])
    op.create_index("tally_again", "tally", ["agency", "again_on"])


def downgrade() -> None:
    op.drop_index("tally_again", "tally")
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", _WENT)
    op.drop_column("tally", "again_on")
    op.drop_column("tally", "from_ledger")
