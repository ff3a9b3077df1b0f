"""The form of 外出与代办, on one's own page and on the administrator's."""

from __future__ import annotations

from api.office import leaves
from api.office.leaves import Away
from api.office.office import Office
from api.pages.shared.forms import day_text
from api.pages.shared.frame import Form
from workflow import acts as a
from workflow.acts import Officer, Rejected
from workflow.law import Invalid

FIELDS = ("from", "to", "deputy")
EMPTY = {"from": "请填写外出的起日", "to": "请填写外出的止日", "deputy": "请选择代办人"}
ENDED = "外出已经结束，事项由本人办理。"


def typed(form: Form) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: form.get(name)[:100] for name in FIELDS}


def submitted(office: Office, by: Officer, username: str, agency: str, form: Form, request_id: str) -> list[tuple[str, str]]:
    """Keep the leave; what is wrong with it otherwise, by field."""
    given = typed(form)
    if errs := [(name, EMPTY[name]) for name in FIELDS if not given[name]]:
        return errs
    try:
        away = a.read(Away, {"from": day_text(given["from"]), "to": day_text(given["to"]), "deputy": given["deputy"]})
        leaves.go_away(office, by, username, agency, away, request_id)
    except Rejected as rejected:
        return [(path.removesuffix("_"), why) for path, why in rejected.errors]
    except Invalid as invalid:
        return [(invalid.field, invalid.message)]
    return []
