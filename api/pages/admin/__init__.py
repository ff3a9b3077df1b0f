"""管理: users, units and their letterheads, holidays, rules and log."""
