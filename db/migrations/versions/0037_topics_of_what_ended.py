"""what ended is read by topic too: the index of the analysis bears the topic of each request, confirmed or proposed"""

from __future__ import annotations

from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

_WENT = [
    "agency", "ended_in", "ended_outcome", "reply_days", "in_time", "ended_on", "suspended", "extended", "corrected", "charged",
    "days_registered", "days_awaiting_correction", "days_handling", "days_consulting", "days_awaiting_payment", "days_approving", "from_ledger",
]


def upgrade() -> None:
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", [*_WENT, "topic", "topic_proposed"])


def downgrade() -> None:
    op.drop_index("tally_went", "tally")
    op.create_index("tally_went", "tally", _WENT)
