"""What can go wrong with a letter."""

from __future__ import annotations


class LetterError(Exception):
    """A letter that cannot be printed; the message is a Chinese sentence that names it and says what is missing."""


class Interrupted(LetterError):
    """Nothing was made, for a reason that says nothing of the document: it may be asked for again."""


def no_glyph(character: str) -> str:
    """Why a text with this character is not printed, and what can be done."""
    return (
        f"“{character}”（U+{ord(character):04X}）在所有字体中都没有，印不出来。"
        "请核对这个字；没有写错的，请管理员把有这个字的字体放入字体目录（FONTS_DIR），重新启动后再办理。"
    )
