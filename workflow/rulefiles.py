"""Rules files: YAML read strictly, overlaid key by key, and checked, so that every fault has a file, a line and a key.

YAML 1.2 (`no` is a word, not False), no duplicate keys, no anchors. Dates stay text until a model reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Generic, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflow.answers import BadRules

Path_ = tuple[str | int, ...]
"""The way to a value: ("reply", "values", "2019-05-15", "value")."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file says (dicts, tuples, plain values), and in which file and line each key stands."""

    data: Any
    places: dict[Path_, tuple[str, int]]
    file: str

    def fail(self, path: Path_, reason: str) -> NoReturn:
        """Raise BadRules for the value at `path`, or for its nearest outer key that stands in a file."""
        known = path
        while known and known not in self.places:
            known = known[:-1]
        file, line = self.places.get(known, (self.file, 1))
        raise BadRules(file, line, ".".join(str(step) for step in path) or "（整个文件）", reason)


def read(path: Path, name: str) -> Tree:
    """The tree of one file; `name` is how errors call the file."""
    try:
        with path.open(encoding="utf-8") as stream:
            root = YAML(typ="safe", pure=True).compose(stream)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRules(name, line, "（YAML）", f"不是正确的YAML：{error.problem}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise BadRules(name, 1, "（YAML）", f"不能读取，应当是UTF-8编码的YAML：{error}") from None
    except OSError as error:
        raise BadRules(name, 0, "（文件）", f"打不开：{error.strerror}") from None
    tree = Tree({}, {}, name)
    if root is None:
        return tree
    data = _plain(root, (), tree)
    if not isinstance(data, dict):
        tree.fail((), "应当是“键: 值”的形式")
    return Tree(data, tree.places, name)


def _plain(node: Node, path: Path_, tree: Tree) -> Any:
    tree.places.setdefault(path, (tree.file, node.start_mark.line + 1))
    if node.anchor:
        tree.fail(path, "规则文件不用锚点和引用，请把内容写出来")
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            tree.places[(*path, key)] = (tree.file, key_node.start_mark.line + 1)
            if key in found:
                raise BadRules(tree.file, key_node.start_mark.line + 1, ".".join(map(str, (*path, key))), "同一个键写了两次")
            found[key] = _plain(value_node, (*path, key), tree)
        return found
    if isinstance(node, SequenceNode):
        return tuple(_plain(item, (*path, place), tree) for place, item in enumerate(node.value))
    assert isinstance(node, ScalarNode)
    return _scalar(node)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    kind, text = str(node.tag).rpartition(":")[2], str(node.value)
    if kind == "int" and text.lstrip("-").isdecimal():
        return int(text)
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    return float(text) if kind == "float" else text


def overlay(base: Tree, over: Tree) -> Tree:
    """`base` with the keys of `over` laid on it. A dated entry (below `values`) is replaced whole.

    So a value that an office sets carries its own citation, and never borrows that of the value it replaces.
    """
    places = dict(base.places)
    data = _lay(base.data, over.data, (), places, over)
    return Tree(data, places, base.file)


def _lay(base: dict[str, Any], over: dict[str, Any], path: Path_, places: dict[Path_, tuple[str, int]], source: Tree) -> Any:
    merged = dict(base)
    for key, value in over.items():
        here = (*path, key)
        dated = bool(path) and path[-1] == "values"
        if isinstance(value, dict) and isinstance(merged.get(key), dict) and not dated:
            merged[key] = _lay(merged[key], value, here, places, source)
        else:
            merged[key] = value
            for old in [one for one in places if one[: len(here)] == here]:
                del places[old]
        places.update({one: place for one, place in source.places.items() if one[: len(here)] == here})
    return merged


# ---------------------------------------------------------------------------------------------- the shape of the values


def _day(value: object) -> date:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "应当是日期，写成2026-01-31这样，并且是日历上有的日子")


Day = Annotated[date, BeforeValidator(_day)]
Words = Annotated[str, StringConstraints(min_length=1)]
ReadingId = Annotated[str, StringConstraints(pattern=r"^R-[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
T = TypeVar("T")


class Record(BaseModel):
    """A frozen part of a rules file: unknown keys refused, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Cited(Record):
    """A value with what it stands on: an article, and the id of the reading where the text leaves something open."""

    cite: Words
    reading: ReadingId | None = None


class Entry(Cited, Generic[T]):
    """One dated value."""

    value: T


class Series(Record, Generic[T]):
    """A value of the law through time: each from its date on, until the next."""

    title: Words
    values: Annotated[dict[Day, T], Field(min_length=1)]

    def on(self, day: date) -> T:
        """What is in force on `day`; before the first date the first (READINGS R-before)."""
        since = max((one for one in self.values if one <= day), default=min(self.values))
        return self.values[since]


M = TypeVar("M")


def parse(model: type[M], tree: Tree) -> M:
    """The tree as `model`; the first fault, in the order of the file, as BadRules."""
    try:
        return TypeAdapter(model).validate_python(tree.data)
    except ValidationError as error:
        faults = sorted(_faults(error.errors(include_url=False), tree), key=lambda fault: fault[0])
        _line, path, reason = faults[0]
        tree.fail(path, reason)


def _faults(errors: list[ErrorDetails], tree: Tree) -> Iterator[tuple[int, Path_, str]]:
    for error in errors:
        path = tuple(step for step in error["loc"] if step != "[key]")
        known = path
        while known and known not in tree.places:
            known = known[:-1]
        yield tree.places.get(known, ("", 0))[1], path, _reason(error)


_REASONS = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少这一项",
    "int_type": "应当是整数",
    "string_type": "应当是文字",
    "bool_type": "应当是true或者false",
    "tuple_type": "应当是列表",
    "dict_type": "应当是“键: 值”的形式",
    "model_type": "应当是“键: 值”的形式",
    "string_too_short": "不能空着",
    "too_short": "至少要有一项",
    "string_pattern_mismatch": "写法不对",
}


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "missing" and error["loc"][-1] == "cite":
        return "缺少依据（cite），每个数值都要写明出处"
    if error["type"] in ("literal_error", "enum"):
        return f"只能是：{error.get('ctx', {}).get('expected', '')}"
    if error["type"] in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return f"数值超出范围：{error['msg']}"
    return _REASONS.get(error["type"], error["msg"])
