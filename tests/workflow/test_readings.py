"""READINGS.md and the places that name its entries agree."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READINGS = ROOT / "workflow" / "rules" / "READINGS.md"
_ID = re.compile(r"\bR-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_RANGE = re.compile(r"\bR-([AO])(\d) to R-\1(\d)")


def entries() -> dict[str, str]:
    """id -> its text."""
    parts = re.split(r"^### (R-\S+) .+$", READINGS.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def named() -> dict[str, set[str]]:
    """id -> the files that name it."""
    found: dict[str, set[str]] = {}
    for folder in ("workflow", "letters", "db", "api", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".yaml", ".html") and not {"vendor", "static"} & set(path.parts) and path != Path(__file__):
                for one in _ID.findall(_RANGE.sub("", path.read_text(encoding="utf-8"))):
                    found.setdefault(one, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_every_id_that_is_named_has_an_entry() -> None:
    assert {one: files for one, files in named().items() if one not in entries()} == {}


def test_every_entry_is_used() -> None:
    assert set(entries()) - set(named()) == set()


def test_an_entry_is_written_once() -> None:
    ids = re.findall(r"^### (R-\S+)", READINGS.read_text(encoding="utf-8"), flags=re.M)
    assert sorted(set(ids)) == sorted(ids)


def test_an_entry_says_what_is_open_what_was_chosen_why_and_where() -> None:
    for name, text in entries().items():
        for word in ("条文", "采用", "理由", "用在"):
            assert len(re.findall(rf"^- {word}：\S", text, flags=re.M)) == 1, (name, word)


def test_an_entry_names_places_that_exist() -> None:
    """`case.overall`, `rules/fees.yaml`, `calendar`: a module, or a name in it, or a file."""
    import importlib

    for name, text in entries().items():
        used = text[text.index("- 用在：") :].partition("\n\n")[0]
        for place in re.findall(r"`([^`]+)`", used):
            if "/" in place:
                assert (ROOT / place).exists() or (ROOT / "workflow" / place).exists(), (name, place)
                continue
            module, *inner = place.split(".")
            thing = importlib.import_module(f"workflow.{module}")
            for step in inner:
                owner = thing
                thing = getattr(thing, step, None) or next(
                    (getattr(one, step) for one in vars(owner).values() if isinstance(one, type) and hasattr(one, step)), None
                )
                assert thing is not None, (name, place)


def test_the_readings_of_the_convention_are_all_there() -> None:
    """The eight ways of counting, and the seven questions that the texts leave open."""
    assert {f"R-A{number}" for number in range(1, 9)} | {f"R-O{number}" for number in range(1, 8)} <= set(entries())
