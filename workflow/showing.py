"""对方看到的内容: what of a consultation leaves the unit, and the version of it that the handler has looked at (脱敏)."""

from __future__ import annotations

from collections.abc import Iterable

from workflow import acts as a
from workflow.case import Case
from workflow.personal import KINDS, Veil, veil_of

KNOWN = "当事人的姓名、地址等"
_MOST_LAYERS = 3
"""What masking one thing leaves open may hide another: 张*, of an address that began with a name."""


def leaves(kind: str) -> bool:
    """Whether the text of this type of consultation leaves the unit: colleagues who are asked read the file itself."""
    return kind != "internal"


def asked_about(case: Case, items: Iterable[int]) -> tuple[str, ...]:
    """申请的信息 that a consultation which is not placed yet is about."""
    return tuple(case.items[item - 1] for item in items if 0 < item <= len(case.items)) or case.items


def automatic(case: Case, question: str, about: Iterable[str] = (), names: Iterable[str] = ()) -> a.Shown:
    """The version that is masked by itself, unchecked; `names` are those of the materials, in their order."""
    veil = veil_of(case)
    return a.Shown.model_construct(
        question=_covered(veil, question), items=tuple(_covered(veil, one) for one in about), materials=tuple(_covered(veil, one) for one in names)
    )


def _covered(veil: Veil, text: str) -> str:
    for _ in range(_MOST_LAYERS):
        if (after := veil(text)) == text:
            break
        text = after
    return text


def stands_open(case: Case, shown: a.Shown) -> str | None:
    """What would be masked by itself and is not, in words; None: nothing. Nothing of it is repeated."""
    veil = veil_of(case)
    kinds = {kind for text in texts(shown) for kind, _start, _end in veil.found(text)}
    return "、".join(title for kind, title in (*KINDS.items(), ("known", KNOWN)) if kind in kinds) or None


def texts(shown: a.Shown) -> Iterable[str]:
    """Every text of it."""
    return (shown.question, *shown.items, *shown.materials)
