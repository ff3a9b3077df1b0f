"""The command line: `gongkai` and its commands, the sample office."""

from api.cli.commands import gongkai, main

__all__ = ["gongkai", "main"]
