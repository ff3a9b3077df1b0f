"""The pool of workers: several at once, replaced when they hang or die, ended when it closes."""

from __future__ import annotations

import io
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pikepdf
import psutil
import pytest
from PIL import Image

from letters import worker
from letters.errors import Interrupted, LetterError
from letters.render import Renderer, render_here
from tests.conftest import PATIENCE
from tests.letters.samples import sample


def test_the_pool_makes_what_is_made_here(pool: Renderer) -> None:
    context = sample("disclosed")
    expected = render_here("disclosed", context)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: pool.render("disclosed", context), range(8)))
    assert set(made) == {expected}
    assert pool.render("disclosed", context.to_json()) == expected
    assert pool.render("disclosed", context, preview=True) != expected


def test_what_cannot_be_made_is_said_and_the_worker_goes_on(pool: Renderer) -> None:
    with pytest.raises(LetterError, match="没有“unheard”这一种文书"):
        pool.render("unheard", {})
    with pytest.raises(LetterError, match="不完整") as refused:
        pool.render("disclosed", {"on": "2026-01-05"})
    assert not isinstance(refused.value, Interrupted), "it is about what was asked, and would be so again"
    with pytest.raises(LetterError, match=r"U\+12000"):
        pool.render("disclosed", sample("disclosed", closing="\U00012000"))
    assert pool.render("disclosed", sample("disclosed")).startswith(b"%PDF-")


def workers() -> list[psutil.Process]:
    mine = psutil.Process().children()
    return [one for one in mine if "letters.worker" in " ".join(one.cmdline())]


def test_a_worker_takes_no_more_of_the_machine_than_it_may() -> None:
    before = {one.pid for one in workers()}
    with Renderer(workers=1) as pool:
        assert pool.render("withdrawal_notice", sample("withdrawal_notice")).startswith(b"%PDF-")
        (one,) = [one for one in workers() if one.pid not in before]
        bounds = {what: one.rlimit(what)[0] for what in (psutil.RLIMIT_AS, psutil.RLIMIT_FSIZE, psutil.RLIMIT_NOFILE, psutil.RLIMIT_CORE)}
    assert list(bounds.values()) == [worker.MEMORY, worker.LONGEST, worker.MOST_OPEN, 0]


def test_a_worker_that_dies_is_replaced() -> None:
    before = {one.pid for one in workers()}
    with Renderer(workers=1) as pool:
        pool.render("withdrawal_notice", sample("withdrawal_notice"))
        (worker,) = [one for one in workers() if one.pid not in before]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(5)
        assert pool.render("withdrawal_notice", sample("withdrawal_notice")).startswith(b"%PDF-")
        (other,) = [one for one in workers() if one.pid not in before]
        assert other.pid != worker.pid


def test_a_letter_that_takes_too_long_is_refused_and_its_worker_replaced() -> None:
    before = {one.pid for one in workers()}
    with Renderer(workers=1) as pool:
        pool.render("disclosed", sample("disclosed"))
        (worker,) = [one for one in workers() if one.pid not in before]
        pool._time_limit = 0.5
        worker.suspend()
        with pytest.raises(Interrupted, match=r"超过0\.5秒"):
            pool.render("disclosed", sample("disclosed"))
        pool._time_limit = 60
        assert pool.render("disclosed", sample("disclosed")).startswith(b"%PDF-")
        assert worker.pid not in {one.pid for one in workers()}


def test_no_worker_is_left_behind() -> None:
    before = {one.pid for one in workers()}
    pool = Renderer(workers=2)
    pool.warm_up()
    pool.close()
    assert {one.pid for one in workers()} <= before
    with pytest.raises(Interrupted, match="停止"):
        pool.render("disclosed", sample("disclosed"))


@pytest.mark.slow
def test_memory_does_not_grow_with_letters() -> None:
    before = {one.pid for one in workers()}
    with Renderer(workers=1) as pool:
        kinds = ["partial", "fee_notice", "receipt", "file_index"]
        for _ in range(5):
            for kind in kinds:
                pool.render(kind, sample(kind))
        (worker,) = [one for one in workers() if one.pid not in before]
        start = worker.memory_info().rss
        for number in range(60):
            kind = kinds[number % 4]
            pool.render(kind, sample(kind))
        assert worker.memory_info().rss - start < 15 * 1024 * 1024


def test_what_somebody_waits_for_comes_before_what_nobody_waits_for() -> None:
    """One worker is at a letter; two are made for nobody, of which one is asked for meanwhile, and a preview comes last."""
    made: list[str] = []
    context, asked_for = sample("withdrawal_notice"), Event()

    def make(name: str, hurry: Event | None) -> None:
        pool.render("withdrawal_notice", context, preview=hurry is None, hurry=hurry)
        made.append(name)

    with Renderer(workers=1) as pool, ThreadPoolExecutor(4) as threads:
        first = pool._take()
        turns = []
        for name, hurry in (("for nobody", Event()), ("asked for", asked_for), ("preview", None)):
            turns.append(threads.submit(make, name, hurry))
            while len(pool._line) < len(turns):  # he stands in the line
                turns[-1].done()
        asked_for.set()
        pool._give_back(first, healthy=True)
        for turn in turns:
            turn.result(PATIENCE)
    assert made == ["asked for", "preview", "for nobody"]


def test_who_waits_when_the_pool_closes_is_told() -> None:
    with ThreadPoolExecutor(1) as threads:
        pool = Renderer(workers=1)
        pool._take()
        turn = threads.submit(pool.render, "withdrawal_notice", sample("withdrawal_notice"))
        while not pool._line:
            turn.done()
        pool.close()
        with pytest.raises(Interrupted, match="停止"):
            turn.result(PATIENCE)


def test_the_pages_of_a_letter_are_pictures_of_its_pdf(pool: Renderer) -> None:
    pdf = pool.render("partial", sample("partial"))
    pictures = pool.pages(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(pictures) == len(document.pages)
    assert pool.pages(pdf, most=1) == pictures[:1]
    with Image.open(io.BytesIO(pictures[0])) as page:
        assert (page.width, page.height) == (794, 1123), "A4 at 96 dots an inch"
        colours = sorted(page.convert("RGB").getcolors() or [], reverse=True)
    assert colours[0][1] == (255, 255, 255)
    assert (0, 0, 0) in [colour for _, colour in colours], "text"
    assert any(red > 180 and green < 60 and blue < 60 for _, (red, green, blue) in colours), "head and seal"
    assert all(len(one) < 100_000 for one in pictures)
    with pytest.raises(LetterError, match="不是完整的PDF"):
        pool.pages(pdf[:1000])


def test_the_lines_of_a_page_are_told_with_their_places(pool: Renderer) -> None:
    """By them a form marks what was just changed; 预览 and the numbers of the pages are no lines of the letter."""
    lines = [one for page in pool.written(pool.render("partial", sample("partial"), preview=True)) for one in page]
    text = "".join(one.text for one in lines)
    assert "政府信息公开" in text
    assert "预览稿" not in text
    for one in lines:
        assert len(one.edges) == len(one.text) + 1
        assert list(one.edges) == sorted(one.edges)
        assert 0 <= one.top < one.top + one.height <= 1000
    with pytest.raises(LetterError, match="不是完整的PDF"):
        pool.written(b"%PDF-1.7")
