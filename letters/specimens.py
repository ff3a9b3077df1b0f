"""样本: contexts of every kind of letter with marks for values, made from their classes: what an office's own wording is tried on.

Every value is a mark of its own, so that one can see in the words of a letter which facts it says.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from letters.contexts import LETTERS
from letters.contexts.parts import Context, Letterhead

_FIRST_DAY = date(2031, 1, 1)


class _Marks:
    """Gives every field a value that occurs nowhere else; `found` says which."""

    def __init__(self, choice: int, letterhead: Letterhead, *, readable: bool = False) -> None:
        self.choice, self.letterhead, self.readable = choice, letterhead, readable
        self.found: dict[str, str] = {}

    @property
    def full(self) -> bool:
        """Whether what may be left out is there."""
        return self.choice % 2 == 0

    def of(self, kind: Any, path: str) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.of(arguments[0], path)
        if origin in (Union, types.UnionType):
            inner = [one for one in arguments if one is not type(None)]
            if len(inner) < len(arguments) and not self.full:
                return None
            return self.of(inner[self.choice // 2 % len(inner)], path)
        if origin is Literal:
            return arguments[self.choice // 2 % len(arguments)]
        if origin is tuple:
            return tuple(self.of(arguments[0], f"{path}[{n}]") for n in range(2 if self.full else 1))
        if kind is Letterhead:
            return self.letterhead
        if is_dataclass(kind):
            hints = get_type_hints(kind, include_extras=True)
            inside = {one.name: self.of(hints[one.name], f"{path}.{one.name}" if path else one.name) for one in fields(kind)}
            return kind(**inside)  # type: ignore[operator]  # a class
        return self._plain(kind, path)

    def _plain(self, kind: Any, path: str) -> Any:
        number = len(self.found) + 1
        if kind is bool:
            return self.full
        if kind is int:
            value: Any = 15 if self.readable else 7001 + 7 * number
            self.found[path] = str(value)
        elif kind is date:
            value = _FIRST_DAY + timedelta(days=3 * number)
            self.found[path] = f"{value.year}年{value.month}月{value.day}日"
        else:
            value = self.found[path] = f"〔{path}〕" if self.readable else f"标{_chinese(number)}记"
        return value


def _chinese(number: int) -> str:
    return "".join("零甲乙丙丁戊己庚辛壬"[int(figure)] for figure in f"{number:03d}")


def specimens(kind: str, letterhead: Letterhead, several: int = 6) -> Iterator[tuple[Context, dict[str, str]]]:
    """Contexts of a kind of letter, now with all that may be left out, now without, each with the marks of its fields."""
    for choice in range(several):
        marks = _Marks(choice, letterhead)
        yield marks.of(LETTERS[kind].context, ""), marks.found


def example(kind: str, letterhead: Letterhead, choice: int = 0) -> Context:
    """A context of a kind of letter whose values say which facts they stand for: 〔reason〕. To look at."""
    made: Context = _Marks(choice, letterhead, readable=True).of(LETTERS[kind].context, "")
    return made
