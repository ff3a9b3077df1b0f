"""what is counted of years ago is found without reading all that is archived: what was erased, and what ended with all that reports ask of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0046'
branch_labels = None
depends_on = None

_ERASED = sa.text("erased_at IS NOT NULL")
_WENT = [
    "agency", "ended_in", "ended_outcome", "reply_days", "in_time", "ended_on", "suspended", "extended", "corrected", "charged",
    "days_registered", "days_awaiting_correction", "days_handling", "days_consulting", "days_awaiting_payment", "days_approving",
    "from_ledger", "topic", "topic_proposed",
]  # fmt: skip


def upgrade() -> None:
    op.create_index("case_file_erased", "case_file", ["agency"], sqlite_where=_ERASED, postgresql_where=_ERASED)
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", [*_WENT, "channel", "applicant_category", "received_on"])


def downgrade() -> None:
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", _WENT)
    op.drop_index("case_file_erased", "case_file")
