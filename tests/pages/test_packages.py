"""案卷.html in a real Chromium, from the file system: it reads well, loads nothing, runs nothing, and prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from tests.api.conftest import Desk, desk_factory
from tests.packages import archived, package, unpacked
from tests.pages.conftest import NARROW, TABLET, WIDE, axe

__all__ = ["desk_factory"]


@pytest.fixture(scope="module")
def engine_kind() -> str:
    """The page is the same whatever the engine."""
    return "sqlite"


@pytest.fixture(scope="module")
def folder(desk_factory: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = desk_factory()
    assert isinstance(desk, Desk)
    return unpacked(package(desk, archived(desk, hostile=True)), tmp_path_factory.mktemp("package"))


@pytest.mark.parametrize("size", [NARROW, TABLET, WIDE])
def test_it_opens_from_the_file_system_and_asks_for_nothing(folder: Path, chromium: Callable[[], Browser], size: tuple[int, int]) -> None:
    context = chromium().new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page, asked, wrong = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    try:
        page.goto((folder / "data" / "案卷.html").as_uri())
        assert "坏" not in page.title()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        links = page.eval_on_selector_all("a[href]:not([href^='#'])", "all => all.map(one => one.href)")
        assert len(links) > 20
        assert all(Path(unquote(one.removeprefix("file://"))).is_file() for one in links)
        assert (len(asked), wrong) == (1, []), "the page itself, and nothing else"
        assert page.pdf(format="A4").startswith(b"%PDF")
    finally:
        context.close()


def test_axe_finds_nothing_in_it(folder: Path, chromium: Callable[[], Browser]) -> None:
    context = chromium().new_context(bypass_csp=True, locale="zh-CN")
    try:
        page = context.new_page()
        page.goto((folder / "data" / "案卷.html").as_uri())
        assert axe(page) == []
    finally:
        context.close()
