"""繁简: a text as it is compared, its traditional characters as the simplified ones, so that 徵收 is found by 征收.

Character by character, by OpenCC's tables: a part of a text reads the same as it does in the whole. What was typed stays as it was; whether
two people, or two requests, are the same is not asked by this (READINGS R-same-person, R-same).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

_HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2FA20))
_USAGES = ("t2s", "hk2s")
"""Of what the first leaves as it is, the next: characters that are usual in Hong Kong alone (衞)."""


@cache
def table() -> Mapping[int, str]:
    """Each traditional character -> the simplified one; made once in a process, when something is first looked for or indexed."""
    from opencc import OpenCC

    han, made = [chr(one) for block in _HAN for one in block], dict[int, str]()
    for usage in _USAGES:
        said = OpenCC(usage).convert("\n".join(han)).split("\n")
        made = {ord(one): simple for one, simple in zip(han, said, strict=True) if one != simple} | made
    return {one: made.get(ord(simple), simple) for one, simple in made.items()}


def simplified(text: str) -> str:
    """A text with its traditional characters as the simplified ones."""
    return text if text.isascii() else text.translate(table())


def version() -> str:
    """The digest of the tables: what was indexed by others is indexed anew (`db.rebuilding`)."""
    return hashlib.sha256(repr(sorted(table().items())).encode()).hexdigest()
