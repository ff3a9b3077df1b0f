"""Whole cases again, over HTTP, on SQLite and on PostgreSQL: the same files must come of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from db import store
from letters.contexts import PRINTED, Context
from letters.html import Dress, html
from tests.api.conftest import Desk, desk_factory
from tests.conftest import Blank, rebuilt
from tests.stories.http_world import HttpWorld
from tests.stories.runner import names, read, run, write_overlay

__all__ = ["desk_factory"]
SAMPLE = 24
"""One story of so many is told over HTTP by `make quick` too."""
STORIES = [pytest.param(name, marks=[] if place % SAMPLE == 0 else [pytest.mark.slow]) for place, name in enumerate(names())]


class Worded(Blank):
    """Letters as far as their words: a hole in one is an error. The page is made of these words alone, and knows of no database."""

    def render(
        self, kind: str, context: Context | Mapping[str, Any], preview: bool = False, dress: Dress = "full", hurry: Event | None = None
    ) -> bytes:
        facts = context if isinstance(context, Context) else PRINTED[kind].context.from_json(context)
        return b"%PDF-1.7\n%" + html(kind, facts, preview=preview, dress=dress).encode()


@pytest.fixture(scope="module")
def letter_maker(engine_kind: str, request: pytest.FixtureRequest) -> Any:
    """The same letters come of both databases: the stories print them on SQLite."""
    return request.getfixturevalue("letter_maker") if engine_kind == "sqlite" else Worded()


@pytest.fixture(scope="module")
def shared_desk(desk_factory: Any) -> Iterator[Desk]:
    """One office for all stories that live under the shipped rules. After all of them each file is still what its acts say."""
    made = desk_factory()
    assert isinstance(made, Desk)
    yield made
    office = made.office
    assert rebuilt(office.database, office.rules, office.keys) == []


@pytest.mark.parametrize("name", STORIES)
def test_the_story_goes_as_told_over_http(
    name: str, shared_desk: Desk, desk_factory: Any, tmp_path: Path
) -> None:
    story, desk = read(name), shared_desk
    if story.overlay or story.already:  # rules of its own, or a count of its own
        write_overlay(story, tmp_path)
        desk = desk_factory(rules_dir=tmp_path)
    world = HttpWorld(story, desk)
    run(story, world)
    office = desk.office
    if desk is shared_desk:  # whose other files are looked at when all is told: to look at all each time takes longer than to tell all
        with office.database.read() as session:
            of_this_story = list(store.readable(session, world.ids))
            assert len(of_this_story) == len(world.ids)
            assert all(store.is_right(session, case, office.rules, office.keys) for case in of_this_story)
    else:
        assert rebuilt(office.database, office.rules, office.keys) == []
    for case_id in world.ids:
        head = f"head@{world.units.get(case_id, story.agency)}"
        view = desk.call(head, "GET", f"/api/cases/{case_id}").json()
        is_erased = view["acts"][-1]["kind"] == "erasure"
        for letter in view["letters"]:
            pdf = desk.call(head, "GET", f"/api/letters/{letter['id']}/pdf")
            if is_erased:
                assert pdf.status_code == 409 and "销毁" in pdf.json()["detail"]
                continue
            assert pdf.content.startswith(b"%PDF-"), (letter, pdf.text[:500])

