"""What can go wrong with a letter."""

from __future__ import annotations


class LetterError(Exception):
    """A letter that cannot be printed; the message is a Chinese sentence that names it and says what is missing."""
