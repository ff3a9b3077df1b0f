"""案件: one file, its letters, and the way to find it."""
