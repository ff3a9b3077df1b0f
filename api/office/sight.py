"""Who sees what of a person (个人信息): one place that every door asks, by role, relation to the file, and purpose.

`whole`: as it stands; `reason`: as it stands, once a reason is given, which is logged; `masked`: without what tells of
people; `nothing`. Whoever sees it masked sees a masked file: `seen` gives it, and all that is drawn from it is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from api.office.masking import mask_name, mask_number, mask_phone, mask_text
from api.office.policy import STAFF, UNMASKING
from api.office.problems import Problem, not_found
from db import tables as t
from db.sealing import Ring, opened_one
from workflow import acts as a
from workflow.acts import Officer, Signed
from workflow.case import Case
from workflow.personal import Veil, veil_of

DOCKET = t.table_of(t.Docket)
Sight = Literal["whole", "reason", "masked", "nothing"]
Purpose = Literal["file", "list", "letter", "attachment", "package", "material", "export"]
"""The file itself; its row in a list; a letter as issued; an attachment; the 归档包; an attachment sent with a question; the 台账."""
HANDLING = UNMASKING
"""Roles that handle the files of their unit: they see for whom they work."""

_PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def _row(*held: Sight) -> Mapping[Purpose, Sight]:
    return MappingProxyType(dict(zip(_PURPOSES, held, strict=True)))


#                 file, list, letter, attachment, package, material, export
_HANDLES = _row("whole", "whole", "whole", "whole", "whole", "whole", "reason")
_READS = _row("masked", "masked", "reason", "reason", "reason", "nothing", "masked")
_ASKED = _row("nothing", "nothing", "nothing", "nothing", "nothing", "whole", "nothing")


def sight(role: str, relation: str | None, purpose: Purpose) -> Sight:
    """What an officer of this role, so related to a file (`policy.relation`), sees of its people for this purpose."""
    if role not in STAFF:
        return "nothing"
    if relation == "own":
        return (_HANDLES if role in HANDLING else _READS)[purpose]
    if relation in ("overseen", "passed_down"):
        return _READS[purpose]
    return _ASKED[purpose] if relation == "consulted" else "nothing"


UNMASKED = frozenset(role for role in STAFF if sight(role, "own", "export") == "reason")
"""Roles that may take the 台账 of their own agency away with names, for a reason."""


# ------------------------------------------------------------------ a reason


LEAST, MOST = 2, 500
"""Characters of a reason."""
NEEDS_A_REASON = "{what}载有申请人等的个人信息，您不办理本件，查看应当写明理由（{how}），理由记入日志。"
_HOW = "接口用请求头 X-Reason，按UTF-8百分号编码；页面填写“查看的理由”"


def reason_given(text: str | None) -> str | None:
    """A reason as it is logged, whole; None when it is none. Raises Problem 400: it is too long."""
    plain = " ".join((text or "").split())
    if (why := too_long(plain, MOST)) is not None:
        raise Problem(400, f"查看的理由{why}。", errors=[("reason", why)], asks_reason=True)
    return plain if len(plain) >= LEAST and plain.isprintable() else None


def too_long(text: str, most: int) -> str | None:
    """What is said at a field with more characters than are kept; None: it fits. Nothing is ever cut off unsaid."""
    return f"最多{most}个字，现在有{len(text)}个字，请改短" if len(text) > most else None


def needs_reason(what: str) -> Problem:
    """403: what is to be seen, and how it may be asked for."""
    return Problem(403, NEEDS_A_REASON.format(what=what, how=_HOW), asks_reason=True)


def allow(officer: Officer, relation: str, purpose: Purpose, what: str, reason: str | None) -> bool:
    """Whether seeing this whole is a look that must be logged with its reason. Raises Problem: 403 without one, 404 where there is nothing."""
    held = sight(officer.role, relation, purpose)
    if held == "whole":
        return False
    if held != "reason":
        raise not_found()
    if reason is None:
        raise needs_reason(what)
    return True


# ------------------------------------------------------------------ lists


def whole_rows(officer: Officer) -> frozenset[str]:
    """The agencies whose rows in lists this officer sees whole: his own, if he handles its files."""
    return frozenset({officer.agency} if sight(officer.role, "own", "list") == "whole" else ())


def wanted_outside(row: Any) -> str:
    """申请内容 in a row of `docket` as it may leave the unit."""
    return str(row.wanted_masked or "")


def wanted_for(officer: Officer, ring: Ring) -> Callable[[Any], str]:
    """How 申请内容 in a row of `docket` reads for this officer: whole where he sees the rows whole, else as it may leave the unit."""
    whole = whole_rows(officer)
    return lambda row: opened_one(ring, DOCKET, row, "wanted") if row.agency in whole else wanted_outside(row)


# ------------------------------------------------------------------ a file

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MASKS: Mapping[str, Any] = MappingProxyType(
    {"id_number": mask_number, "phone": mask_phone, "email": mask_text, "address": mask_text, "contact": mask_text, "place": mask_text}
)
_PERSONAL = frozenset(
    {"name", "id_number", "contact_name", "phone", "email", "address", "postcode", "contact", "recipient", "place", "witness"}
)


def masked_value(name: str, value: Any, full: bool) -> Any:
    """Personal data as it may be seen; what is nested in it (co-applicants, amended fields, a requested act) likewise.

    The numbers of papers are masked also `full`: 显示全文 shows them, for a reason.
    """
    if isinstance(value, Mapping):
        return {key: masked_value(key, one, full) if key in _PERSONAL or not isinstance(one, str) else one for key, one in value.items()}
    if isinstance(value, list):
        return [masked_value(name, one, full) for one in value]
    if not isinstance(value, str) or (full and name != "id_number"):
        return value
    return _MASKS.get(name, lambda text: mask_name(text, is_person=True))(value)


def seen(case: Case, role: str, relation: str) -> Case:
    """The file as an officer of this role, so related to it, sees it; who is consulted sees the version that is for him as it was sent."""
    return case if sight(role, relation, "file") == "whole" else masked(case, as_shown=relation == "consulted")


def words_of(case: Case, role: str, relation: str) -> Callable[[str], str]:
    """How texts about a file (a refusal, a risk, the name of an attachment) read for an officer of this role, so related to it."""
    return str if sight(role, relation, "file") == "whole" else veil_of(case)


def masked(case: Case, *, as_shown: bool = False) -> Case:
    """The file without what tells of people: names, papers, ways to reach them, and all of it in what was written.

    `as_shown` leaves the versions that the handler made for those who are consulted as they are (对方看到的内容).
    It answers the same questions as the file; it is for showing alone, and nothing is ever placed on it.
    """
    veil = veil_of(case)
    return Case.of(case.id, case.agency, case.number, (_masked(one, veil, as_shown) for one in case.acts))


def _masked(signed: Signed, veil: Veil, as_shown: bool) -> Signed:
    act = _veiled("", signed.act, False, veil)
    if as_shown and isinstance(signed.act, a.Consultation):
        act = act.evolve(shown=signed.act.shown)
    return replace(signed, act=act)


def _veiled(name: str, value: Any, personal: bool, veil: Veil) -> Any:
    """A value of an act without what tells of people; what is a record stays one, unchecked."""
    if isinstance(value, a.Record):
        changed = {}
        for field, shape in type(value).model_fields.items():
            inner, extra = getattr(value, field), shape.json_schema_extra
            told = isinstance(extra, dict) and bool(extra.get("personal"))
            if field == "name" and not _of_a_person(value):
                told = False
            if (new := _veiled(field, inner, told, veil)) != inner:
                changed[field] = new
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        return tuple(_veiled(name, one, personal, veil) for one in value)
    if isinstance(value, dict):
        return veil.over(masked_value(name, value, False))
    if not isinstance(value, str) or _UUID.fullmatch(value):
        return value
    return masked_value(name, value, False) if personal else veil(value)


def _of_a_person(record: a.Record) -> bool:
    return bool(getattr(record, "is_person", True))
