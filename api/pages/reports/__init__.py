"""分析、年度报告、台账: figures out, and an old ledger in."""
