"""指南: how the office works by this program."""
