"""Draws the procedure into README.md from its table, and the rooms into CONTRIBUTING.md from the imports: `make diagram`."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import grimp

from workflow.diagram import mermaid

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("workflow", "letters", "db", "api")


# ---------------------------------------------------------------- the rooms and who asks whom


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def rooms() -> list[str]:
    """Each package; one that consists of packages stands for those, and for the little that lies loose beside them."""
    graph, found = imports(), []
    for package in PACKAGES:
        within = sorted(graph.find_children(package))
        inner = [name for name in within if graph.find_children(name)]
        found += within if 2 * len(inner) > len(within) else [package]
    return found


def asked() -> dict[str, set[str]]:
    """room -> the rooms that modules of it import from."""
    graph, there = imports(), rooms()
    of = {module: room for module in graph.modules for room in there if f"{module}.".startswith(f"{room}.")}
    found: dict[str, set[str]] = {room: set() for room in there}
    for module, room in of.items():
        found[room] |= {of[other] for other in graph.find_modules_directly_imported_by(module) if other in of} - {room}
    return found


def without_the_implied(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The arrows less those that others say already: a room may always use what lies below a room that it uses."""

    def below(room: str, seen: frozenset[str] = frozenset()) -> set[str]:
        ways = {other for other in arrows[room] if other not in seen}
        return ways.union(*(below(other, seen | {room}) for other in ways))

    return {room: {one for one in uses if not any(one in below(other) for other in uses - {one})} for room, uses in arrows.items()}


def purpose(room: str) -> str:
    """The first sentence of its docstring."""
    path = ROOT / room.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)\s", " ".join(told.split()))[0].rstrip(".")


def architecture() -> str:
    def box(room: str) -> str:
        told = "<br/>".join(textwrap.wrap(re.sub(r'["`]', "", purpose(room)), 44))
        return f'{room.replace(".", "_")}["<b>{room.replace(".", "/")}</b><br/>{told}"]'

    arrows = without_the_implied(asked())
    lines = ["flowchart TB", *(f"    {box(room)}" for room in rooms())]
    lines += [f"    {room.replace('.', '_')} --> {one.replace('.', '_')}" for room in rooms() for one in sorted(arrows[room])]
    return "\n".join(lines)


# ---------------------------------------------------------------- the files that hold the pictures

PICTURES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "README.md": ("procedure", mermaid),
    "CONTRIBUTING.md": ("rooms", architecture),
}
"""file -> the name of its marks, and what is drawn between them."""


def drawn(name: str, text: str) -> str:
    """The text of the file `name` with its picture as it is now."""
    mark, picture = PICTURES[name]
    block = f"```mermaid\n{picture().strip()}\n```\n"
    marked = re.compile(rf"(<!-- {mark}: begin.*?-->\n).*?(<!-- {mark}: end -->)", flags=re.S)
    new, count = marked.subn(lambda found: found[1] + block + found[2], text)
    assert count == 1, f"{name} has lost the marks of its picture"
    return new


if __name__ == "__main__":
    for file in PICTURES:
        path = ROOT / file
        path.write_text(drawn(file, path.read_text(encoding="utf-8")), encoding="utf-8")
