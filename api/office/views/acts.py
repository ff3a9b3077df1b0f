"""One act on a file, its personal data masked like the applicant's."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from api.office.masking import mask_name, mask_number, mask_phone, mask_text
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


_MASKS = {"id_number": mask_number, "phone": mask_phone, "email": mask_text, "address": mask_text, "contact": mask_text, "place": mask_text}


class _Same:
    """A signed act as a key: acts are never changed, so the same object is the same act."""

    __slots__ = ("signed",)

    def __init__(self, signed: Signed) -> None:
        self.signed = signed

    def __hash__(self) -> int:
        return id(self.signed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.signed is self.signed


def act_view(signed: Signed, *, full: bool) -> ActView:
    """One act, its personal data masked like the applicant's."""
    return _act_view(_Same(signed), full)


@lru_cache(maxsize=20_000)
def _act_view(same: _Same, full: bool) -> ActView:
    signed = same.signed
    public = signed.act.model_dump(mode="json", exclude_none=True, exclude={"kind", "on"})
    for path, value in a.divide(signed.act)[1].items():
        *outer, name = path.split(".")
        place = public
        for step in outer:
            place = place[step]
        if name == "id_number" or not full:
            mask = _MASKS.get(name, lambda text: mask_name(text, is_person=True))
            place[name] = mask(value)
        else:
            place[name] = value
    return ActView(
        seq=signed.seq,
        kind=signed.act.kind,
        title=type(signed.act).title,
        on=signed.act.on,
        signed_by=signed.officer.name,
        role=signed.officer.role,
        at=signed.at,
        articles=list(type(signed.act).articles),
        act=public,
    )
