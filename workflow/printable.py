"""A text is kept as it was typed, or refused: every character of an act must be printable as itself.

Which ones are depends on the fonts of the installation. So it comes from outside, as a function, and nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from workflow.acts import Record, Rejected

Unprintable = Callable[[str], int | None]
"""The place (from 0) of the first character of a text that cannot be printed; None if there is none."""

LOST = "\ufffd"
"""What stands where a character was that could not be carried over (a control character too, `_read`)."""


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with the path of its field: ("applicant.name", "张样例")."""
    if isinstance(value, str):
        yield path, value
        return
    parts: Iterator[tuple[Any, Any]] | tuple[()] = ()
    if isinstance(value, BaseModel):
        parts = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        parts = iter(value.items())
    elif isinstance(value, tuple | list):
        parts = iter(enumerate(value))
    for name, inner in parts:
        yield from texts(inner, f"{path}.{name}" if path else str(name))


def fault(text: str, unprintable: Unprintable) -> str | None:
    """What is wrong with the first character that cannot be printed, in a sentence that does not repeat the text."""
    place = unprintable(text)
    if place is None:
        return None
    if text[place] == LOST:
        return f"第{place + 1}个字是“{LOST}”（U+FFFD），表示原来的字在复制、粘贴时已经丢失，请删去，对照原件重新填写"
    return (
        f"第{place + 1}个字（U+{ord(text[place]):04X}）没有字体可以印出，请核对这个字；"
        "没有写错的，请管理员加装有这个字的字体以后再填写，或者改用通行的写法"
    )


def check(act: Record, unprintable: Unprintable) -> None:
    """Raises Rejected, with every field that holds such a character."""
    if unprintable(act.model_dump_json()) is None:  # all at once: nearly always
        return
    found = ((path, fault(text, unprintable)) for path, text in texts(act))
    if errors := [(path, why) for path, why in found if why is not None]:
        raise Rejected(errors)
