"""The fields of the public form (条例 29), step by step: what was typed, what is at fault, and the application they make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from api.pages.shared.frame import Form
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.identity import clean_text

STEPS: tuple[str, ...] = ("申请人", "要什么信息", "怎样给您", "核对并提交")
MOST_ITEMS = 10
MOST_FILES = 10
MOST_OTHERS = 20
"""共同申请人 of one application."""
LONGEST = 2000
"""Characters of one item."""
APPLICANT = ("category", "name", "id_type", "id_number", "contact_name", "phone", "address", "postcode")
AGENT = ("agent_name", "agent_relation", "agent_id_type", "agent_id_number", "agent_phone", "agent_address")
SINGLE = ("helped", *APPLICANT, *AGENT, "email", "form", "delivery", "tell_by", "seen", "via")
"""`via`: by which signed link of the county's website the form was opened (`site_links.mark`)."""
OF_ITEMS = ("wanted", "title", "document_number")
OF_OTHERS = ("co_name", "co_category", "co_id_type", "co_id_number", "co_phone", "co_address")
HERE: Mapping[int, tuple[str, ...]] = {1: ("helped", *APPLICANT, *AGENT), 2: (), 3: ("form", "delivery", "email", "tell_by"), 4: ()}
"""The single fields that each step asks; the other steps carry them on unseen."""
_LABELS = {
    "category": "申请人类别", "name": "姓名或者名称", "id_type": "证件类型", "id_number": "证件号码", "contact_name": "联系人", "phone": "联系电话",
    "address": "通讯地址", "postcode": "邮政编码", "email": "电子邮箱", "relation": "与申请人的关系",
}  # fmt: skip
HELPED: Mapping[str, str] = {"": "本人填写", "staff": "工作人员协助填写"}
"""By whom the form is filled at a counter of the office (体验区)."""
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "helped": HELPED,
    "category": a.CATEGORIES, "id_type": a.ID_TYPES, "form": a.FORMS, "delivery": a.DELIVERIES, "tell_by": a.TELL_BY, "agent_relation": a.RELATIONS,
    "agent_id_type": a.ID_TYPES, "co_category": a.CATEGORIES, "co_id_type": a.ID_TYPES,
}  # fmt: skip
"""A value that no choice offers is as if nothing were chosen."""


@dataclass(slots=True)
class Typed:
    """What stands in the form; it is carried from step to step, and kept meanwhile for the browser's session (`application_drafts`)."""

    draft: str
    values: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, str]] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    """共同申请人, row by row as they are drawn; one in which nothing stands is nobody."""

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def is_person(self) -> bool:
        return self.get("category") == "natural_person"

    @property
    def together(self) -> list[dict[str, str]]:
        """The rows in which something stands."""
        return [row for row in self.others if any(row.values())]

    @property
    def has_agent(self) -> bool:
        return any(self.get(name) for name in AGENT)

    @property
    def wanted(self) -> str:
        """All that is asked for, as one text."""
        told = [_in_words(item) for item in self.items if item["wanted"]]
        return "\n".join(f"{place}. {one}" for place, one in enumerate(told, 1)) if len(told) > 1 else "".join(told)


def fresh() -> Typed:
    """An empty form."""
    defaults = {"category": "natural_person", "form": "paper", "delivery": "post", "tell_by": "none"}
    return Typed(new_id(), {name: defaults.get(name, "") for name in SINGLE}, [dict.fromkeys(OF_ITEMS, "")])


def kept(form: Typed, step: int) -> dict[str, Any]:
    """The form as it is kept, and where one stood in it."""
    return {"draft": form.draft, "values": form.values, "items": form.items, "others": form.others, "step": step}


def restored(fields: Mapping[str, Any]) -> Typed:
    """The form as it was kept."""
    made = fresh()
    return Typed(fields["draft"], made.values | fields["values"], fields["items"] or made.items, fields["others"])


def typed(form: Form) -> Typed:
    """What was sent."""
    made = fresh()
    if (draft := _uuid(form.get("draft"))) is not None:
        made.draft = draft
    for name in SINGLE:
        value = form.get(name)[: LONGEST * 2]
        if name not in _CHOICES or value in _CHOICES[name]:
            made.values[name] = value
    made.items = _rows(form, OF_ITEMS, MOST_ITEMS, LONGEST * 2) or made.items
    made.others = _rows(form, OF_OTHERS, MOST_OTHERS, LONGEST * 2)
    return made


def _rows(form: Form, names: Sequence[str], most: int, longest: int) -> list[dict[str, str]]:
    """What stands in fields that come once for each row."""
    columns = {name: form.all(name) for name in names}
    rows = min(max(len(column) for column in columns.values()), most)

    def value(name: str, place: int) -> str:
        column = columns[name]
        text = column[place].strip()[:longest] if place < len(column) else ""
        return text if name not in _CHOICES or text in _CHOICES[name] else ""

    return [{name: value(name, place) for name in names} for place in range(rows)]


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _in_words(item: Mapping[str, str]) -> str:
    named = [f"{label}：{item[name]}" for name, label in (("title", "文件名称"), ("document_number", "文号")) if item[name]]
    return item["wanted"] + (f"（{'；'.join(named)}）" if named else "")


# ------------------------------------------------------------------ what is at fault


def faults(form: Typed, step: int, today: date) -> list[tuple[str, str]]:
    """(field, sentence) of one step, in the order of its fields."""
    match step:
        case 1:
            return [*_of_applicant(form, today), *_of_others(form, today), *_of_agent(form, today)]
        case 2:
            return list(_of_items(form))
        case 3:
            return list(_of_delivery(form))
        case _:
            return []


def first_fault(form: Typed, before: int, today: date) -> int:
    """The first step before `before` with a fault; `before` when there is none."""
    return next((step for step in range(1, before) if faults(form, step, today)), before)


def _applicant(form: Typed) -> dict[str, str]:
    names = (*APPLICANT, "email")
    return {name: form.get(name) for name in names if form.get(name) and (form.is_person is False or name != "contact_name")}


def _of_applicant(form: Typed, today: date) -> Iterator[tuple[str, str]]:
    needed = {
        "name": "请填写姓名" if form.is_person else "请填写单位的名称",
        "id_number": "请填写证件号码，条例要求提供身份证明",
        "phone": "请填写联系电话，本机关要打电话与您确认",
        "address": "请填写通讯地址，答复书可能要邮寄到这里",
    }
    if not form.is_person:
        needed["contact_name"] = "请填写联系人的姓名"
    found = _told(needed, _applicant(form), a.Applicant, today)
    yield from ((name, found[name]) for name in APPLICANT if name in found)


def _of_others(form: Typed, today: date) -> Iterator[tuple[str, str]]:
    """共同申请人: each with his name and paper (条例 29(一)); letters and calls go to who fills the form."""
    known = {_identity(_applicant(form))}
    needed = {"name": "请填写姓名或者名称", "id_number": "请填写证件号码，条例要求提供身份证明"}
    for place, row in enumerate(form.others):
        if any(row.values()):
            data = _other(row)
            found = _told(needed, data, a.Applicant, today)
            if not found and _identity(data) in known:
                found["name"] = "这一位与申请人或者前面的共同申请人是同一人，请移除"
            known.add(_identity(data))
            yield from ((f"{at}-{place}", f"共同申请人{place + 1}：{found[at[3:]]}") for at in OF_OTHERS if at[3:] in found)


def _of_agent(form: Typed, today: date) -> Iterator[tuple[str, str]]:
    if form.has_agent:
        found = _told({"name": "请填写姓名", "relation": "请选择与申请人的关系"}, _agent(form), a.Agent, today)
        yield from ((at, f"代理人：{found[at[6:]]}") for at in AGENT if at[6:] in found)


def _identity(data: Mapping[str, str]) -> tuple[str, str] | None:
    """Who this is, to be compared (READINGS R-same-person); None when the record cannot be read."""
    try:
        return a.read(a.Applicant, data).identity
    except a.Rejected:
        return None


def _other(row: Mapping[str, str]) -> dict[str, str]:
    return {name[3:]: value for name, value in row.items() if value}


def _agent(form: Typed) -> dict[str, str]:
    return {name[6:]: form.get(name) for name in AGENT if form.get(name)}


def _told(needed: Mapping[str, str], data: Mapping[str, str], model: type[a.Record], today: date) -> dict[str, str]:
    """Field -> what is missing or wrong with it; the first thing only."""
    found = {name: sentence for name, sentence in needed.items() if not data.get(name)}
    for name, sentence in _wrong(data, model, today):
        if name != "email":
            found.setdefault(name, f"{_LABELS.get(name, '')}{sentence}" if sentence.startswith(("太长", "应当", "没有")) else sentence)
    return found


_STANDS_IN: Mapping[str, str] = {"name": "（未填写）", "relation": "entrusted"}
"""For what is needed and not there: it is told by itself."""


def _wrong(typed: Mapping[str, str], model: type[a.Record], today: date | None = None) -> list[tuple[str, str]]:
    """What the record of a person says of these values, one fault after another."""
    needed = {name: text for name, text in _STANDS_IN.items() if name in model.model_fields}
    data, found = needed | dict(typed), list[tuple[str, str]]()
    while True:
        try:
            read: Any = a.read(model, data)
        except a.Rejected as rejected:
            fresh_faults = [(name, why) for name, why in rejected.errors if name in data]
            if not fresh_faults:
                return found
            found += fresh_faults
            for name, _ in fresh_faults:
                data.pop(name)
            data = needed | data
        else:
            if today is not None and not read.is_born(today):
                found.append(("id_number", a.NOT_BORN))
            return found + [(name, why) for name, text in data.items() if (why := unclean(text)) is not None]


def _of_items(form: Typed) -> Iterator[tuple[str, str]]:
    for place, item in enumerate(form.items):
        named = f"第{place + 1}项：" if len(form.items) > 1 else ""
        if not item["wanted"]:
            yield f"wanted-{place}", f"{named}请写明您想要的信息"
        for name, most in (("wanted", LONGEST), ("title", 300), ("document_number", 300)):
            if len(item[name]) > most:
                yield f"{name}-{place}", f"{named}太长，最多{most}字，请缩短或者作为材料上传"
            elif item[name] and (why := unclean(item[name])) is not None:
                yield f"{name}-{place}", f"{named}{why}"


def unclean(text: str) -> str | None:
    try:
        return printable.fault(clean_text(text, lines=True), unprintable)
    except ValueError as error:
        return str(error)


def _of_delivery(form: Typed) -> Iterator[tuple[str, str]]:
    wrong = next((why for name, why in _wrong(_applicant(form), a.Applicant) if name == "email"), None)
    if wrong is not None:
        yield "email", wrong
    elif not form.get("email") and "email" in (form.get("form"), form.get("delivery")):
        yield "email", "请填写电子邮箱，信息将发送到这里"
    elif not form.get("email") and form.get("tell_by") == "email":
        yield "email", "请填写电子邮箱，办理进度将发送到这里"
    if form.get("tell_by") == "phone" and a.mobile(form.get("phone")) is None:
        yield "tell_by", "短信只能发到手机，您填的联系电话不是手机号码。请改填手机号码，或者选择别的方式"


# ------------------------------------------------------------------ the application


def registration(fields: Mapping[str, Any], submitted_on: date, confirmed_on: date | str, on: date | str) -> a.Registration:
    """The registration (登记) of an application: the day of receipt is the one on which both sides confirmed it. Raises Rejected.

    What was handed in at the unit's own counter was received that day (READINGS R-counter).
    """
    received = submitted_on if at_counter(fields) else confirmed_on
    dates = {"submitted_on": submitted_on, "received_on": received, "on": on}
    return a.read(a.Registration, {"channel": "online", **fields, "kind": "registration", **dates})


def at_counter(fields: Mapping[str, Any]) -> bool:
    """Whether it was handed in at the counter of the very unit that it asks."""
    return fields.get("channel") == "in_person"


def application(form: Typed, *, hall: str | None = None, to: str = "") -> dict[str, Any]:
    """The fields of the registration that the office will sign; every step must be without fault. `hall`: the unit at whose counter it was filled."""
    made: dict[str, Any] = {
        "applicant": _applicant(form), "wanted": form.wanted, "form": form.get("form"), "delivery": form.get("delivery"),
    }  # fmt: skip
    if form.get("tell_by") != "none":
        made["tell_by"] = form.get("tell_by")
    if hall is not None:
        made["remark"] = f"在政务公开体验区提交，{HELPED.get(form.get('helped'), HELPED[''])}。"
        if hall == to:
            made["channel"] = "in_person"
    if form.together:
        made["co_applicants"] = [_other(row) for row in form.together]
    if form.has_agent:
        made["agent"] = _agent(form)
    items = [item for item in form.items if item["wanted"]]
    if len(items) > 1:
        made["items"] = [{"wanted": _in_words(item)} for item in items]
    else:
        features = {name: re.sub(r"\s+", " ", items[0][name]) for name in ("title", "document_number") if items[0][name]}
        if features:
            made |= {"wanted": items[0]["wanted"], "features": features}
    return made


def new_id() -> str:
    return str(uuid4())


def id_of_changed(draft: str, said: Any) -> str:
    """Of what was gone back to after it was sent, and changed: another one, and the same however often it is sent as it now stands."""
    return str(uuid5(UUID(draft), json.dumps(said, ensure_ascii=False, sort_keys=True)))
