"""定期分析: what came in and what became of it, for any span and any units, beside the span before.

Four readings of the narrow `tally` and one of `occurrence` give every figure; nothing is counted twice, nothing by hand.
Shares are fractions of 1, rounded where they are printed and nowhere before (`percent`); days are working days; money is in fen.

`spans`, then what is counted of requests (`counts`) and by its own day (`events`), what is asked for again (`alike`), topics
(`topics`); `told` puts it together, and `behind` opens the cases of each figure.
"""

from db.analysis.alike import SEVERAL, clusters, dossier, recurring
from db.analysis.behind import SETS, behind, handlers
from db.analysis.counts import (
    FEW,
    NO_TOPIC,
    days_with_data,
    half_up,
    mean,
    percent,
    percentile,
    share,
    stages_by_channel,
)
from db.analysis.events import STANCES, fee_statement, fees_json
from db.analysis.spans import Span
from db.analysis.told import analysis
from db.analysis.topics import topic_accuracy, unconfirmed

__all__ = [
    "FEW", "NO_TOPIC", "SETS", "SEVERAL", "STANCES", "Span", "analysis", "behind", "clusters", "days_with_data", "dossier",
    "fee_statement", "fees_json", "half_up", "handlers", "mean", "percent", "percentile", "recurring", "share", "stages_by_channel",
    "topic_accuracy", "unconfirmed",
]  # fmt: skip
