"""Reading acts from outside, and taking them apart for the store: personal data on one side, the rest on the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from workflow.acts.fields import STORED, Act, Record
from workflow.acts.table import ACTS

SET_BY_THE_ENGINE = frozenset(
    {
        "split_from", "imported", "inherited", "handed_from", "receiver", "amends", "joined", "answered_with", "joined_to", "as_signed",
        "proposed_topic",
    }
)  # fmt: skip
"""Fields that nobody may send from outside."""


class Rejected(ValueError):
    """The text of an act could not be read; `errors` are (field path, Chinese sentence)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("；".join(f"{field}：{why}" if field else why for field, why in errors))
        self.errors = errors


def parse(data: object) -> Act:
    """Read an act from outside. Raises `Rejected`, with every field at fault, in Chinese, without its value."""
    if not isinstance(data, dict):
        raise Rejected([("", "应当是一个JSON对象")])
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in ACTS:
        raise Rejected([("kind", "没有这一种办理行为，可用的种类见 /api/procedure")])
    for name in sorted(SET_BY_THE_ENGINE):
        if name in data:
            raise Rejected([(name, "这一项由系统填写，不能提交")])
    return read(ACTS[kind], data)


R = TypeVar("R", bound=Record)


def read(model: type[R], data: object) -> R:
    """Validate `data` as `model`; raises `Rejected`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Rejected(errors_of(error)) from None


def errors_of(error: ValidationError) -> list[tuple[str, str]]:
    """The field paths and Chinese sentences of a pydantic error; no value is repeated."""
    found: list[tuple[str, str, str]] = []
    for one in error.errors(include_url=False, include_input=False):
        path = [str(part) for part in one["loc"]]
        context = one.get("ctx", {})
        if one["type"] == "at_field":
            path.append(str(context["field"]))
        found.append((".".join(path), _SENTENCES.get(one["type"], _plain)(context, one["msg"]), one["type"]))
    # a list whose members are at fault is counted without them: that they are too few is no other fault
    within = [path for path, _, _ in found]
    return [
        (path, why) for path, why, type in found
        if type != "too_short" or not any(other.startswith(f"{path}.") for other in within)
    ]  # fmt: skip


def _plain(_context: dict[str, Any], message: str) -> str:
    return message if re.search(r"[\u4e00-\u9fff]", message) else "填写的内容不合要求，请改正"


_SENTENCES: Mapping[str, Any] = {
    "missing": lambda _c, _m: "没有填写，请补上",
    "extra_forbidden": lambda _c, _m: "没有这一项，请删去",
    "string_too_short": lambda _c, _m: "没有填写，请补上",
    "string_too_long": lambda c, _m: f"太长，最多{c.get('max_length')}个字，请缩短或者作为附件",
    "string_type": lambda _c, _m: "应当是文字",
    "string_pattern_mismatch": lambda _c, _m: "写法不合要求，请核对",
    "int_type": lambda _c, _m: "应当是整数",
    "bool_type": lambda _c, _m: "应当是true或者false",
    "literal_error": lambda c, _m: "应当是其中之一：" + re.sub(r"'([^']*)'(?:, | or )?", r"\1、", str(c.get("expected"))).rstrip("、"),
    "greater_than_equal": lambda c, _m: f"不能小于{c.get('ge')}",
    "less_than_equal": lambda c, _m: f"不能大于{c.get('le')}",
    "too_short": lambda c, _m: f"至少要有{c.get('min_length')}项",
    "too_long": lambda c, _m: f"最多{c.get('max_length')}项",
    "tuple_type": lambda _c, _m: "应当是一个列表",
    "dict_type": lambda _c, _m: "应当是一个对象",
    "model_type": lambda _c, _m: "应当是一个对象",
    "model_attributes_type": lambda _c, _m: "应当是一个对象",
}


def divide(act: Act) -> tuple[dict[str, Any], dict[str, Any]]:
    """The act as JSON in two parts: what anyone on the file may read, and its personal data by dotted path.

    `unite` puts them together again. The store keeps the two apart, so that the second can be sealed.
    """
    data = act.model_dump(mode="json", exclude_defaults=True)
    data["kind"] = act.kind
    private: dict[str, Any] = {}
    _take(act, data, "", private)
    return data, private


def _take(record: Record, data: dict[str, Any], prefix: str, private: dict[str, Any]) -> None:
    for name, field in type(record).model_fields.items():
        if name not in data:
            continue
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("personal"):
            private[prefix + name] = data.pop(name)
        elif isinstance(inner := getattr(record, name), Record):
            _take(inner, data[name], f"{prefix}{name}.", private)


def unite(public: dict[str, Any], private: Mapping[str, Any]) -> Act:
    """The act whose two parts `divide` gave. What stands on a file was checked when it was placed."""
    data = {**public}
    for path, value in private.items():
        *outer, name = path.split(".")
        place = data
        for step in outer:
            place[step] = {**place.get(step, {})}
            place = place[step]
        place[name] = value
    return stored(ACTS[data["kind"]], data)


def stored(model: type[R], data: object) -> R:
    """`data`, which was once given out by a `model`, as that model again."""
    return model.model_validate(data, context=STORED)
