"""以此为底稿: a draft that begins with how an earlier request was answered. What stands in the form stays, unless its writer says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.office.precedents import TAKEN, Precedent
from api.pages.shared import forms
from api.pages.shared.forms import Values
from workflow import acts as a
from workflow.sameness import Sameness

REPLACE = "replace"
_GOES_WITH_OUTCOME = ("ground", "withheld_under")


@dataclass(frozen=True, slots=True)
class Based:
    """The form, and what is to be told of it: the fields that were filled and those that were kept, by item; whether something is masked."""

    of: Precedent
    values: dict[str, list[str]]
    filled: Sequence[str]
    kept: Sequence[str]
    masked: bool


def based(items: Sequence[str], values: Values, on: Precedent, sameness: Sameness, *, replace: bool = False) -> Based:
    """The fields of a draft on `items` with what an earlier reply decided of the nearest ones.

    An item that is decided otherwise already is left alone, for the reasons of one outcome do not fit another.
    """
    found = {name: list(given) for name, given in values.items()}
    filled, kept, masked = list[str](), list[str](), False
    for n, answered in enumerate(on.nearest(items, sameness)):
        place, only = f"items.{n}.", len(items) == 1
        taken = _taken(answered.decision, place)
        outcome = forms.first(found, f"{place}outcome")
        if outcome and outcome != answered.decision.outcome:
            if not replace:
                kept.append(_said(n, ["outcome"], only))
                continue
            for name in _GOES_WITH_OUTCOME:
                found.pop(place + name, None)
        put, left = list[str](), list[str]()
        for path, given in taken.items():
            before = forms.first(found, path).strip()
            if before == given[0]:
                continue
            name = path.removeprefix(place).partition(".")[0]
            if before and not replace:
                left.append(name)
                continue
            found[path] = given
            put.append(name)
            masked = masked or "*" in given[0]
        if put:
            filled.append(_said(n, put, only))
        if left:
            kept.append(_said(n, left, only))
    return Based(on, found, filled, kept, masked)


def _taken(decision: a.ItemDecision, place: str) -> Mapping[str, list[str]]:
    data = decision.model_dump(mode="json", exclude_none=True, include=set(TAKEN))
    return forms.typed(a.ItemDecision, data, place)


def _said(n: int, names: Sequence[str], only: bool) -> str:
    titles = "、".join(str(a.ItemDecision.model_fields[name].title) for name in dict.fromkeys(names))
    return titles if only else f"第{n + 1}项的{titles}"


def earlier(items: Sequence[str], ones: Sequence[Precedent]) -> dict[str, list[str]]:
    """此前的答复 of a repeated request (条例 36(六)): named by itself, and asked for where the item is decided to repeat one."""
    repeated = next((one for one in ones if one.repeats), None)
    if repeated is None or repeated.number is None or repeated.on is None:
        return {}
    named = {"number": repeated.number, "on": repeated.on.isoformat()}
    return {f"items.{n}.earlier.{name}": [text] for n in range(len(items)) for name, text in named.items()}
