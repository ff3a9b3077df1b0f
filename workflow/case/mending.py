"""事实的更正: the acts in force, from the acts as placed (READINGS R-mending).

An amendment gives fields of an act other values, a revocation takes an act off. Everything that is asked of a file is
answered from the acts in force; the acts as placed stay on it, with their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflow import acts as a
from workflow.acts import Act, Signed

MENDING = frozenset({"amendment", "revocation"})
"""Kinds that speak of other acts only: they are in force in what they change."""


def in_force(acts: tuple[Signed, ...]) -> tuple[Signed, ...]:
    """The acts that hold, with the values that hold; their places do not change. Without mending: `acts` itself."""
    mending = [signed for signed in acts if signed.act.kind in MENDING]
    if not mending:
        return acts
    off = revoked(mending)
    changes = changes_of(mending, off)
    return tuple(
        replace(signed, act=amended(signed.act, changes[signed.seq])) if signed.seq in changes else signed
        for signed in acts
        if signed.seq not in off and signed.act.kind not in MENDING
    )


def revoked(acts: Sequence[Signed]) -> frozenset[int]:
    """The places of the acts that were taken back."""
    return frozenset(signed.act.of for signed in acts if isinstance(signed.act, a.Revocation))


def changes_of(acts: Sequence[Signed], off: frozenset[int]) -> dict[int, dict[str, Any]]:
    """Place of an amended act -> the fields that were amended, with their latest values."""
    found: dict[int, dict[str, Any]] = {}
    for signed in acts:
        if isinstance(signed.act, a.Amendment) and signed.seq not in off:
            found.setdefault(signed.act.of, {}).update(signed.act.changes)
    return found


def amended(act: Act, changes: Mapping[str, Any]) -> Act:
    """The act with amended values, which were checked when the amendment was placed."""
    return a.stored(type(act), {name: getattr(act, name) for name in act.model_fields_set} | {"kind": act.kind, **changes})
