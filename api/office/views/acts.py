"""One act on a file, its personal data masked like the applicant's."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import Field

from api.office.sight import masked_value
from api.office.views.view import View
from workflow import acts as a
from workflow.acts import Signed


class ActView(View):
    """One act on the file: what was done, by whom, when; `act` holds the fields of its kind."""

    seq: int
    kind: str
    title: str
    on: date
    signed_by: str
    role: str
    at: datetime
    articles: list[str]
    act: dict[str, Any]
    amended: dict[str, Any] | None = Field(None, description="更正以后的内容；没有更正的为null")
    revoked: bool = Field(False, description="已经撤销")


class _Same:
    """A signed act as a key: acts are never changed, so the same object is the same act."""

    __slots__ = ("signed",)

    def __init__(self, signed: Signed) -> None:
        self.signed = signed

    def __hash__(self) -> int:
        return id(self.signed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.signed is self.signed


def act_view(signed: Signed, *, full: bool, held: Signed | None = None, revoked: bool = False) -> ActView:
    """One act, its personal data masked like the applicant's; `held` is the same act with the values in force."""
    view = _act_view(_Same(signed), full)
    amended = _fields(held, full) if held is not None and held is not signed and held.act != signed.act else None
    return view.model_copy(update={"amended": amended, "revoked": revoked}) if amended or revoked else view


@lru_cache(maxsize=20_000)
def _act_view(same: _Same, full: bool) -> ActView:
    signed = same.signed
    return ActView(
        seq=signed.seq,
        kind=signed.act.kind,
        title=type(signed.act).title,
        on=signed.act.on,
        signed_by=signed.officer.name,
        role=signed.officer.role,
        at=signed.at,
        articles=list(type(signed.act).articles),
        act=_fields(signed, full),
    )


def _fields(signed: Signed, full: bool) -> dict[str, Any]:
    public = signed.act.model_dump(mode="json", exclude_none=True, exclude={"kind", "on"})
    for path, value in a.divide(signed.act)[1].items():
        *outer, name = path.split(".")
        place = public
        for step in outer:
            place = place[step]
        place[name] = masked_value(name, value, full)
    return public
