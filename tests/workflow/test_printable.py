"""What cannot be printed is refused in the field where it was typed, with its place; which characters those are comes from outside."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest

from tests.workflow.test_acts import MINIMAL, REGISTRATION
from workflow import acts as a
from workflow import printable
from workflow.acts import fields

ODD = "𱍐"


def first_odd(text: str) -> int | None:
    """An installation whose fonts have everything but one character."""
    place = text.find(ODD)
    return None if place < 0 else place


def act(kind: str, **fields: Any) -> a.Act:
    return a.parse({"kind": kind, "on": "2026-03-02", **MINIMAL[kind], **fields})


def test_every_field_at_fault_is_named_with_the_code_and_the_place() -> None:
    read = a.parse({**REGISTRATION, "applicant": {"name": f"张{ODD}"}, "items": ["甲", f"甲\n乙{ODD}{ODD}"], "wanted": f"{ODD}甲"})
    with pytest.raises(a.Rejected) as caught:
        printable.check(read, first_odd)
    errors = dict(caught.value.errors)
    assert set(errors) == {"applicant.name", "items.1.wanted", "wanted"}
    assert errors["applicant.name"].startswith("第2个字（U+31350）没有字体可以印出")
    assert errors["items.1.wanted"].startswith("第4个字（U+31350）")
    assert not any("张" in why or ODD in why for why in errors.values()), "no value is repeated"


@pytest.mark.parametrize("kind", a.ACTS)
def test_what_can_be_printed_passes(kind: str) -> None:
    printable.check(act(kind), first_odd)


def _text_fields(model: type[Any]) -> Iterator[tuple[str, Any]]:
    """Each field of a record that holds a text, a list of texts or a record with one, and the value that puts ODD there."""
    for name, field in model.model_fields.items():
        for value in _values(typing.Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation):
            yield name, value


def _values(annotation: Any) -> Iterator[Any]:
    arguments = typing.get_args(annotation)
    if any(getattr(one, "func", None) in (fields._line, fields._lines) for one in arguments):
        yield ODD
    elif isinstance(annotation, type) and issubclass(annotation, a.Record):
        blank = dict.fromkeys(annotation.model_fields)
        yield from (annotation.model_construct(**{**blank, name: value}) for name, value in _text_fields(annotation))
    elif typing.get_origin(annotation) is tuple:
        yield from ((value,) for value in _values(arguments[0]))
    elif typing.get_origin(annotation) is dict:
        yield from ({"some_risk": value} for value in _values(arguments[1]))
    else:
        for one in arguments:
            yield from _values(one)


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # the records within are not complete
@pytest.mark.parametrize("kind", a.ACTS)
def test_no_text_of_an_act_is_forgotten(kind: str) -> None:
    """In the remark, in every text of its own, in the records within it: whatever its type says takes text."""
    whole, found = act(kind), list(_text_fields(a.ACTS[kind]))
    assert any(name == "remark" for name, _ in found)
    for name, value in found:
        with pytest.raises(a.Rejected) as caught:
            printable.check(whole.model_copy(update={name: value}), first_odd)
        assert [path.split(".")[0] for path, _ in caught.value.errors] == [name]


def test_the_walk_over_the_types_finds_what_there_is() -> None:
    names = {kind: {name for name, _ in _text_fields(a.ACTS[kind])} for kind in a.ACTS}
    assert names["decision"] >= {"remark", "overrides"}
    assert names["registration"] >= {"remark", "applicant", "wanted", "items", "features", "topic", "imported"}
    assert names["draft"] >= {"remark", "items", "opening", "closing", "attachments"}
    assert names["search"] >= {"remark", "places", "method", "text"}
