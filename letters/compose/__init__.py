"""From the case file and an act on it to the contexts of the letters that the act makes.

`workflow.case` says which letters; here they are filled in, the forms apart from the notices and the replies, as their
contexts are. What a letter must say and the file does not hold is refused with the article that asks for it, before anything
is numbered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from letters.agencies import Agency
from letters.compose import forms, notices, replies
from letters.compose.sheet import Kept, Letter, Number, Sheet, called
from letters.contexts import LETTERS, heading_of
from letters.contexts.parts import Context
from workflow import case as cases
from workflow.acts import Signed
from workflow.case import Case
from workflow.law import Rules

__all__ = ["Kept", "Letter", "Number", "compose", "heading"]

_COMPOSERS: Mapping[str, Callable[[Sheet], Context]] = MappingProxyType(
    {**notices.COMPOSERS, **replies.COMPOSERS, **forms.COMPOSERS}
)


def compose(
    case: Case,
    signed: Signed,
    agency: Agency,
    rules: Rules,
    number: Number,
    numbers: Mapping[str, str] = MappingProxyType({}),
    kept: Kept | None = None,
    others: Sequence[Case] = (),
    co_issuers: Sequence[Agency] = (),
) -> tuple[Letter, ...]:
    """The letters of an act that stands on `case`, filled in and numbered; `numbers` are those of the file's earlier letters,
    `kept` is what an archival must know of attachments and pages, `others` are the files that a reply answers too
    (一并答复), which have no letter of their own from it, `co_issuers` the agencies that reply with this one (联合行文).
    """
    known = replace(kept or Kept(), numbers=numbers)
    own = [letter for letter in case.letters_of(signed, rules) if not letter.joint]
    return tuple(_compose(case, signed, letter, agency, rules, number, known, others, co_issuers) for letter in own)


def heading(kind: str, case: Case) -> str:
    """How a letter of this file calls itself on paper."""
    return heading_of(kind, called(case))


def _compose(
    case: Case, signed: Signed, letter: cases.Letter, agency: Agency, rules: Rules, number: Number, kept: Kept, others: Sequence[Case],
    co_issuers: Sequence[Agency],
) -> Letter:  # fmt: skip
    series = LETTERS[letter.kind].series
    serial, text = (None, None) if series is None else number(series)
    sheet = Sheet(case, signed, letter, agency, rules, kept.numbers, text or "", kept, tuple(others), tuple(co_issuers))
    context = _COMPOSERS[letter.kind](sheet)
    return Letter(letter.id, letter.kind, signed.act.on, series, serial, text, context)
