"""Forms made from records: what a pydantic class asks becomes fields; what was typed becomes what the class reads.

`fields_of` draws a record's fields with what was typed, in the words of `labels`; `decode` turns the fields of a form
into the data that `workflow.acts.parse` takes; `typed` turns known data back into fields. A field's name is its path
(`party.address`, `items.0.outcome`), which is also how errors name it. Nothing is checked here: that is the class's work.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from api.pages.shared import labels
from workflow.acts import ACTS, Record
from workflow.identity import normalized

Values = Mapping[str, Sequence[str]]
"""The fields of a form as they were typed: every name may come several times."""
MISSING = "没有填写，请补上"
MOST_ROWS = 200
_AREA = 1000
"""From this many characters on a text has several lines."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field; `group` is the heading it stands under in a select."""

    value: str
    title: str
    hint: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the template draws it; a `group` has `children`, `rows` has `children` that are groups."""

    name: str
    label: str
    kind: str
    values: tuple[str, ...] = ()
    hint: str = ""
    optional: bool = False
    error: str = ""
    options: tuple[Option, ...] = ()
    children: tuple[Field, ...] = ()
    width: str = ""
    redraws: bool = False
    """What is chosen here decides which other fields are asked."""
    folded: bool = False
    """It stands folded away until something is in it."""
    added: Field | None = None
    """Of rows: the one that a script adds."""
    phrases: Sequence[Any] | None = None
    """常用语 that are offered here; None: none ever are."""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def is_filled(self) -> bool:
        """Whether something stands in it, or at fault, or in what is within."""
        return bool(self.error) or any(self.values) or any(one.is_filled for one in self.children)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a class wants of one field."""

    kind: str
    optional: bool
    inner: Any = None


def first(values: Values, name: str) -> str:
    """The first value of a field, without blanks around it."""
    return (list(values.get(name, ())) or [""])[0].strip()


# ------------------------------------------------------------------ what the class says


def shape_of(name: str, info: FieldInfo) -> Shape:
    """The kind of a field, from its annotation."""
    annotation, optional = _without_none(info.annotation)
    metadata = [*info.metadata, *_metadata(annotation)]
    base = _base(annotation)
    needed = info.is_required() and not optional
    origin = get_origin(base)
    if origin is tuple:
        inner = get_args(base)[0]
        return Shape(_tuple_kind(inner), not needed, _base(inner))
    if origin is dict:
        return Shape("texts", True)
    if origin is Literal:
        return Shape("choice", not needed, get_args(base))
    if isinstance(base, type) and issubclass(base, Record):
        return Shape("group", not needed, base)
    if base is bool:
        return Shape("check" if not info.is_required() and not optional else "yesno", not needed)
    if base is int:
        return Shape("money" if name.endswith("_fen") else "number", not needed)
    if base is date:
        return Shape("date", not needed)
    return Shape("area" if _longest(metadata) > _AREA else "text", not needed)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [one for one in get_args(annotation) if one is not type(None)]
        return kept[0], len(kept) < len(get_args(annotation))
    return annotation, False


def _metadata(annotation: Any) -> list[Any]:
    return list(getattr(annotation, "__metadata__", ()))


def _base(annotation: Any) -> Any:
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _longest(metadata: Sequence[Any]) -> int:
    """The largest number of characters that a text may have."""
    found = 0
    for one in metadata:
        inner = one.metadata if isinstance(one, FieldInfo) else [one]
        found = max([found, *(each.max_length for each in inner if isinstance(each, MaxLen))])
    return found


def _tuple_kind(inner: Any) -> str:
    base = _base(inner)
    if isinstance(base, type) and issubclass(base, Record):
        return "areas" if set(base.model_fields) == {"wanted"} else "rows"
    if base is int:
        return "numbers"
    long = _longest(_metadata(inner)) > _AREA
    if long:
        return "areas"
    return "lines" if _longest(_metadata(inner)) else "idents"


def parts(model: type[Record], path: str = "") -> Iterator[tuple[str, str, FieldInfo, Shape]]:
    """(name, path, field, shape) of what a form of this class may ask."""
    for name, info in model.model_fields.items():
        if name != "kind" and not labels.is_inner(name):
            yield name, f"{path}{name}", info, shape_of(name, info)


# ------------------------------------------------------------------ typed -> data


def decode(model: type[Record], values: Values, path: str = "") -> dict[str, Any]:
    """What was typed, as data for the class. What cannot be read stays text, so that the class says what is wrong."""
    found: dict[str, Any] = {}
    for name, at, _info, shape in parts(model, path):
        value = _decoded(shape, at, values)
        if value is not None:
            found[name] = value
    return found


def _decoded(shape: Shape, at: str, values: Values) -> Any:
    given = [one.strip() for one in values.get(at, ()) if one.strip()]
    match shape.kind:
        case "group":
            data = decode(shape.inner, values, f"{at}.")
            return data if not shape.optional or any(value is not False for value in data.values()) else None
        case "rows":
            return [decode(shape.inner, values, f"{at}.{n}.") for n in row_numbers(values, at)] or None
        case "texts" if at == "act":
            return _act_asked_for(values)
        case "texts":
            texts = {name.removeprefix(f"{at}."): value[0].strip() for name, value in values.items() if name.startswith(f"{at}.")}
            return {name: text for name, text in texts.items() if text} or None
        case "numbers":
            return [_number(one) for one in given] or None
        case "areas" | "lines" | "idents":
            return given or None
        case "check":
            return bool(given) and given[0] == "yes"
    if not given:
        return None
    return _READ.get(shape.kind, str)(given[0])


def _act_asked_for(values: Values) -> dict[str, Any] | None:
    """报批: the act that is asked for, dated as the request is."""
    kind = next(iter(values.get("act.kind", ())), "")
    if kind not in ACTS:
        return None
    on = next(iter(values.get("on", ())), "")
    return {"kind": kind, "on": day_text(on), **decode(ACTS[kind], values, "act.")}


def _number(text: str) -> int | str:
    plain = normalized("NFKC", text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 12 else text


def _fen(text: str) -> int | str:
    """Yuan as people write it, in fen."""
    plain = normalized("NFKC", text).removesuffix("元").replace(",", "").strip()
    if not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", plain, re.ASCII):
        return text
    try:
        return int(Decimal(plain) * 100)
    except InvalidOperation:
        return text


_DAY = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?", re.ASCII)


def day_text(text: str) -> str:
    """2026-11-24 from 20261124, 2026-11-24, 2026/11/24 or 2026年11月24日; anything else as it is."""
    plain = normalized("NFKC", text).strip()
    if re.fullmatch(r"\d{8}", plain, re.ASCII):
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    found = _DAY.fullmatch(plain)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def day_words(text: str) -> str:
    """2026年11月24日 from whatever a date was typed as."""
    plain = day_text(text)
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", plain, re.ASCII)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else text


_READ: Mapping[str, Any] = {
    "date": day_text,
    "number": _number,
    "money": _fen,
    "yesno": lambda text: {"yes": True, "no": False}.get(text, text),
}


def row_numbers(values: Values, at: str) -> list[int]:
    """The numbers of the rows `at.N.…` in which something stands."""
    found = set()
    for name, given in values.items():
        if name.startswith(f"{at}.") and any(one.strip() for one in given):
            number = name[len(at) + 1 :].partition(".")[0]
            if number.isascii() and number.isdigit() and len(number) < 4:
                found.add(int(number))
    return sorted(found)[:MOST_ROWS]


def tidy(model: type[Record], values: Values, path: str = "") -> dict[str, list[str]]:
    """The same fields with empty lines of lists left out and rows numbered on, so that the places of errors are theirs."""
    kept = {name: list(given) for name, given in values.items()}
    for _name, at, _info, shape in parts(model, path):
        if shape.kind in ("areas", "lines", "idents", "numbers") and at in kept:
            kept[at] = [one for one in kept[at] if one.strip()]
        elif shape.kind == "rows":
            numbers = row_numbers(kept, at)
            moved = {name: given for name, given in kept.items() if not name.startswith(f"{at}.")}
            for to, number in enumerate(numbers):
                prefix = f"{at}.{number}."
                for name, given in kept.items():
                    if name.startswith(prefix):
                        moved[f"{at}.{to}.{name[len(prefix):]}"] = given
            kept = moved
            for to in range(len(numbers)):
                kept = tidy(shape.inner, kept, f"{at}.{to}.")
        elif shape.kind == "group":
            kept = tidy(shape.inner, kept, f"{at}.")
    return kept


# ------------------------------------------------------------------ data -> typed


def typed(model: type[Record], data: Mapping[str, Any], path: str = "") -> dict[str, list[str]]:
    """Known data (of `model_dump(mode="json")`) as the fields of a form."""
    found: dict[str, list[str]] = {}
    for name, at, _info, shape in parts(model, path):
        value = data.get(name)
        if value is None or value is False:
            continue
        match shape.kind:
            case "group":
                found |= typed(shape.inner, value, f"{at}.")
            case "rows":
                for number, one in enumerate(value):
                    found |= typed(shape.inner, one, f"{at}.{number}.")
            case "areas":
                found[at] = [one["wanted"] if isinstance(one, Mapping) else one for one in value]
            case "lines" | "idents" | "numbers":
                found[at] = [str(one) for one in value]
            case "check" | "yesno":
                found[at] = ["yes"]
            case "money":
                found[at] = [yuan(value)]
            case _:
                found[at] = [str(value)]
    return found


def yuan(fen: int) -> str:
    """40 or 40.5: what stands in a field whose unit is 元."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


# ------------------------------------------------------------------ drawing


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the fields of one form are drawn with."""

    kind: str
    values: Values
    errors: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    """Path (`items.0.ground`) or pattern (`items.*.ground`) -> what there is to choose from, here and now."""
    hidden: frozenset[str] = frozenset()
    """Paths or patterns of what is not asked now."""
    within: str = ""
    """The path under which the record stands in the form of another act: no part of what its fields are called."""
    phrases: Callable[[str, str, str], Sequence[Any] | None] = lambda _kind, _pattern, _at: None
    """Kind, pattern and path of a field -> the 常用语 that are offered at it."""

    def pattern(self, at: str) -> str:
        """The field as the words of the forms know it."""
        return labels.pattern(at.removeprefix(self.within))

    def choices(self, at: str) -> Sequence[Option] | None:
        return self.options.get(at, self.options.get(labels.pattern(at)))

    def is_hidden(self, at: str) -> bool:
        return at in self.hidden or labels.pattern(at) in self.hidden


def fields_of(model: type[Record], drawing: Drawing, path: str = "") -> tuple[Field, ...]:
    """The fields of a record as they are drawn; the date first, a remark last."""
    made = [
        _drawn(name, at, info, shape, drawing) for name, at, info, shape in parts(model, path) if not drawing.is_hidden(at)
    ]
    return tuple(sorted(made, key=lambda one: labels.order(drawing.kind, drawing.pattern(one.name))))


def _drawn(name: str, at: str, info: FieldInfo, shape: Shape, drawing: Drawing) -> Field:
    said = labels.of(drawing.kind, drawing.pattern(at))
    options = drawing.choices(at)
    one = Field(
        name=at,
        label=said.label or info.title or name,
        kind=shape.kind,
        values=tuple(drawing.values.get(at, ())),
        hint=info.description or "" if said.hint is None else said.hint,
        optional=shape.optional and not said.wanted,
        error=_error(drawing.errors, at, said.label or info.title or name, shape, bool(options)),
        width=said.width,
        redraws=said.redraws,
        folded=said.folded,
        phrases=drawing.phrases(drawing.kind, drawing.pattern(at), at) if shape.kind in ("area", "areas") else None,
    )
    match shape.kind:
        case "group":
            inner = fields_of(shape.inner, drawing, f"{at}.")
            return replace(one, children=inner)
        case "rows":
            return replace(one, children=_rows(at, shape, drawing))
        case "date":
            return replace(one, values=tuple(day_words(text) for text in one.values))
        case "choice":
            chosen = options if options is not None else labels.choices(drawing.kind, drawing.pattern(at), shape.inner)
            return _choice(one, [item if isinstance(item, Option) else Option(*item) for item in chosen], said.radio)
        case "yesno":
            return replace(_choice(one, [Option("yes", said.yes), Option("no", said.no)], True), kind="seg")
        case "texts" if at == "act":
            return replace(one, kind="group", children=_asked_for(drawing))
    if options is None:
        return one
    if shape.kind in ("numbers", "idents", "lines"):
        return replace(one, kind="checks", options=tuple(options))
    return _choice(one, options, said.radio)


def _asked_for(drawing: Drawing) -> tuple[Field, ...]:
    """报批: which act, and the fields of that act."""
    said = labels.of(drawing.kind, "act.kind")
    kinds = drawing.choices("act.kind") or ()
    kind = next(iter(drawing.values.get("act.kind", ())), "")
    first = Field(
        name="act.kind", label=said.label, kind="text", values=(kind,), redraws=said.redraws, error=drawing.errors.get("act.kind", "")
    )
    made = (_choice(first, kinds, False),)
    if kind not in ACTS:
        return made
    left_out = {f"act.{name}" for name in ("on", "remark", "late_entry", "request")}
    inner = replace(drawing, kind=kind, hidden=drawing.hidden | left_out, within="act.")
    return made + fields_of(ACTS[kind], inner, "act.")


def _choice(one: Field, options: Sequence[Option], radio: bool | None) -> Field:
    """Few are all seen, more are a list."""
    few = len(options) <= 6 if radio is None else radio
    return replace(one, kind="seg" if few and options else "select", options=tuple(options))


def _rows(at: str, shape: Shape, drawing: Drawing) -> tuple[Field, ...]:
    """A group for each row, and an empty one to be filled."""
    numbers = row_numbers(drawing.values, at)
    if labels.open_ended(labels.pattern(at)):
        numbers = [*numbers, (numbers[-1] + 1) if numbers else 0]
    return tuple(
        Field(name=f"{at}.{number}", label="", kind="group", children=fields_of(shape.inner, drawing, f"{at}.{number}."))
        for number in numbers
    )


def _error(errors: Mapping[str, str], at: str, label: str, shape: Shape, chosen: bool) -> str:
    """The sentence at a field: its own, or that of one of the entries of its list."""
    inside = shape.kind in ("areas", "lines", "idents", "numbers", "texts")
    found = errors.get(at) or next((text for name, text in errors.items() if inside and name.startswith(f"{at}.")), "")
    return sentence(found, label, shape.kind, chosen)


def sentence(text: str, label: str, kind: str, chosen: bool = False) -> str:
    """请填写通讯地址 in place of 没有填写，请补上."""
    if text != MISSING:
        return text
    return f"请{'选择' if chosen or kind in ('choice', 'yesno', 'seg', 'select', 'checks') else '填写'}{label}"


def flat(fields: Sequence[Field]) -> Iterator[Field]:
    """Every field that holds something itself, in order."""
    for one in fields:
        if one.children:
            yield from flat(one.children)
        else:
            yield one


def plain(errors: Mapping[str, str]) -> dict[str, str]:
    """Without what is said of a whole list because of an entry that has its own sentence."""
    return {at: text for at, text in errors.items() if not any(other.startswith(f"{at}.") for other in errors if at)}


def summary(fields: Sequence[Field], errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands in the summary at the top: (field, sentence), in the order of the page, the rest behind it."""
    found, shown = [], set()
    for one in _all(fields):
        if one.error:
            found.append((one.name, one.error))
            shown.add(one.name)
    for at, text in errors.items():
        if not any(at == name or at.startswith(f"{name}.") for name in shown):
            found.append(("", text))
    return found


def _all(fields: Sequence[Field]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from _all(one.children)
