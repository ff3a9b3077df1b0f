"""The engine of the letters, once per test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letters.render import Renderer


@pytest.fixture(scope="session")
def engine():
    from letters.worker import engine as made

    return made()


@pytest.fixture(scope="session")
def pool() -> Iterator[Renderer]:
    with Renderer(workers=2) as made:
        yield made
