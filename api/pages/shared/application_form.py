"""The fields of the public form (条例 29), step by step: what was typed, what is at fault, and the application they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from api.pages.shared.frame import Form
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.identity import clean_text

STEPS: tuple[str, ...] = ("申请人", "要什么信息", "怎样给您", "核对并提交")
MOST_ITEMS = 10
MOST_FILES = 10
LONGEST = 2000
"""Characters of one item."""
APPLICANT = ("category", "name", "id_type", "id_number", "contact_name", "phone", "address", "postcode")
SINGLE = (*APPLICANT, "email", "form", "delivery", "seen", "large")
OF_ITEMS = ("wanted", "title", "document_number")
_LABELS = {
    "category": "申请人类别", "name": "姓名或者名称", "id_type": "证件类型", "id_number": "证件号码", "contact_name": "联系人", "phone": "联系电话",
    "address": "通讯地址", "postcode": "邮政编码", "email": "电子邮箱",
}  # fmt: skip


@dataclass(slots=True)
class Typed:
    """What stands in the form: nothing of it is kept anywhere until it is sent."""

    draft: str
    values: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def is_person(self) -> bool:
        return self.get("category") == "natural_person"

    @property
    def wanted(self) -> str:
        """All that is asked for, as one text."""
        told = [_told(item) for item in self.items if item["wanted"]]
        return "\n".join(f"{place}. {one}" for place, one in enumerate(told, 1)) if len(told) > 1 else "".join(told)


def fresh() -> Typed:
    """An empty form."""
    defaults = {"category": "natural_person", "form": "paper", "delivery": "post"}
    return Typed(new_id(), {name: defaults.get(name, "") for name in SINGLE}, [dict.fromkeys(OF_ITEMS, "")])


def typed(form: Form) -> Typed:
    """What was sent; a value that no choice offers is as if nothing were chosen."""
    made = fresh()
    if (draft := _uuid(form.get("draft"))) is not None:
        made.draft = draft
    choices: Mapping[str, Mapping[str, str]] = {
        "category": a.CATEGORIES, "id_type": a.ID_TYPES, "form": a.FORMS, "delivery": a.DELIVERIES,
    }  # fmt: skip
    for name in SINGLE:
        value = form.get(name)[:500]
        if name not in choices or value in choices[name]:
            made.values[name] = value
    rows = min(max((len(form.all(name)) for name in OF_ITEMS), default=0), MOST_ITEMS)
    columns = {name: form.all(name) for name in OF_ITEMS}
    made.items = [
        {name: column[place].strip()[: LONGEST * 2] if place < len(column) else "" for name, column in columns.items()} for place in range(rows)
    ] or made.items
    return made


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _told(item: Mapping[str, str]) -> str:
    named = [f"{label}：{item[name]}" for name, label in (("title", "文件名称"), ("document_number", "文号")) if item[name]]
    return item["wanted"] + (f"（{'；'.join(named)}）" if named else "")


# ------------------------------------------------------------------ what is at fault


def faults(form: Typed, step: int, today: date) -> list[tuple[str, str]]:
    """(field, sentence) of one step, in the order of its fields."""
    match step:
        case 1:
            return list(_of_applicant(form, today))
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
    found = {name: sentence for name, sentence in needed.items() if not form.get(name)}
    for name, sentence in _wrong(form, today):
        if name != "email":
            found.setdefault(name, f"{_LABELS.get(name, '')}{sentence}" if sentence.startswith(("太长", "应当", "没有")) else sentence)
    yield from ((name, found[name]) for name in APPLICANT if name in found)


def _wrong(form: Typed, today: date | None = None) -> list[tuple[str, str]]:
    """What the record of an applicant says of these values, one fault after another."""
    data = _applicant(form)
    found: list[tuple[str, str]] = []
    data.setdefault("name", "（未填写）")
    while True:
        try:
            read = a.read(a.Applicant, data)
        except a.Rejected as rejected:
            fresh_faults = [(name, why) for name, why in rejected.errors if name in data]
            if not fresh_faults:
                return found
            found += fresh_faults
            for name, _ in fresh_faults:
                data.pop(name)
            data.setdefault("name", "（未填写）")
        else:
            if today is not None and not read.is_born(today):
                found.append(("id_number", a.NOT_BORN))
            return found + [(name, why) for name, text in data.items() if (why := _unclean(text)) is not None]


def _of_items(form: Typed) -> Iterator[tuple[str, str]]:
    for place, item in enumerate(form.items):
        named = f"第{place + 1}项：" if len(form.items) > 1 else ""
        if not item["wanted"]:
            yield f"wanted-{place}", f"{named}请写明您想要的信息"
        for name, most in (("wanted", LONGEST), ("title", 300), ("document_number", 300)):
            if len(item[name]) > most:
                yield f"{name}-{place}", f"{named}太长，最多{most}字，请缩短或者作为材料上传"
            elif item[name] and (why := _unclean(item[name])) is not None:
                yield f"{name}-{place}", f"{named}{why}"


def _unclean(text: str) -> str | None:
    try:
        return printable.fault(clean_text(text, lines=True), unprintable)
    except ValueError as error:
        return str(error)


def _of_delivery(form: Typed) -> Iterator[tuple[str, str]]:
    wrong = next((why for name, why in _wrong(form) if name == "email"), None)
    if wrong is not None:
        yield "email", wrong
    elif not form.get("email") and "email" in (form.get("form"), form.get("delivery")):
        yield "email", "请填写电子邮箱，信息将发送到这里"


# ------------------------------------------------------------------ the application


def registration(fields: Mapping[str, Any], submitted_on: date, confirmed_on: date | str, on: date | str) -> a.Registration:
    """The registration (登记) of an application: the day of receipt is the one on which both sides confirmed it. Raises Rejected."""
    dates = {"submitted_on": submitted_on, "received_on": confirmed_on, "on": on}
    return a.read(a.Registration, {**fields, "kind": "registration", "channel": "online", **dates})


def application(form: Typed) -> dict[str, Any]:
    """The fields of the registration that the office will sign; every step must be without fault."""
    made: dict[str, Any] = {
        "applicant": _applicant(form), "wanted": form.wanted, "form": form.get("form"), "delivery": form.get("delivery"),
    }  # fmt: skip
    items = [item for item in form.items if item["wanted"]]
    if len(items) > 1:
        made["items"] = [{"wanted": _told(item)} for item in items]
    else:
        features = {name: re.sub(r"\s+", " ", items[0][name]) for name in ("title", "document_number") if items[0][name]}
        if features:
            made |= {"wanted": items[0]["wanted"], "features": features}
    return made


def new_id() -> str:
    return str(uuid4())
