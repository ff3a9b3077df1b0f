"""The running program as people meet it: a real server, officers with passwords, a real Chromium, and axe-core.

`site`      the program on a real server and a real database (each engine), with the officers of the sample office
`browser`   pages of a real Chromium on a program of its own (SQLite); a request to another host, an error on the
            console or of the page's own script makes the test fail
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from html import unescape
from pathlib import Path
from threading import Thread, get_ident
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlmodel import Session

from api.cli.demo import PASSWORD, officers
from api.office.office import SHANGHAI, Office
from api.office.sessions import Visitor, sign_in, signed_in
from api.settings import Settings
from api.web.cookies import COOKIE
from db import people, queries, store
from tests.api.conftest import THREE, Clock, application, beside_the_point, registration
from tests.conftest import CHEAP, PATIENCE, Lent, office_for_tests
from workflow.acts import Officer, parse
from workflow.case import Case
from workflow.risks import open_risks

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WIDE, TABLET, NARROW = (1366, 768), (820, 1180), (390, 844)
expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Person:
    """Somebody at a browser without scripts: `get` a page, `post` a form with the token of his session."""

    http: httpx.Client
    csrf: str = ""

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return answer.text

    def post(self, path: str, fields: Mapping[str, Any] | None = None, files: Any = None) -> httpx.Response:
        """Send a form; redirects are not followed. `csrf` among the fields takes the place of the right token."""
        return self.http.post(path, data={"csrf": self.csrf, **(fields or {})}, files=files)

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        self.csrf = token_of(self.http.get("/sign-in").text)
        answer = self.post("/sign-in", {"username": username, "password": password, **fields})
        if answer.status_code == 303:
            self.csrf = token_of(self.page("/account"))
        return answer


def token_of(page: str) -> str:
    """The CSRF token that stands in a page's forms."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found, page[:2000]
    return found[1]


def text_of(page: str) -> str:
    """What a page says, without its tags; runs of white space are one space."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<script.*?</script>|<[^>]+>", "", page, flags=re.S))).strip()


@dataclass
class Site:
    """The program at work, and who may be let in."""

    url: str
    office: Office
    clock: Clock
    officers: dict[str, Officer]
    clients: list[httpx.Client] = field(default_factory=list)
    signed: dict[str, Person] = field(default_factory=dict)

    def visitor(self, address: str = "", **headers: str) -> Person:
        """Somebody who has not signed in; at this `address`, as a proxy on this machine would say."""
        headers |= {"X-Forwarded-For": address} if address else {}
        # The address is http: to read the certificates of the world for it takes as long as three pages.
        client = httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE, verify=False, trust_env=False)
        self.clients.append(client)
        return Person(client)

    def as_(self, username: str) -> Person:
        """An officer at work, signed in with the sample password; the same person for every test of a module."""
        person = self.signed.get(username)
        if person is None or signed_in(self.office, person.http.cookies.get(COOKIE, "")) is None:
            person = self.signed[username] = self.visitor()
            assert person.sign_in(username).status_code == 303
        return person

    def register(self, who: str = "intake@gx-zrzy", **fields: Any) -> Case:
        """A file opened at the counter on 2 November 2026 (or as `fields` say)."""
        return self.office.register(self.officers[who], parse({"kind": "registration", **registration(**fields)})).case

    def place(self, who: str, case: Case, kind: str, **fields: Any) -> Case:
        """Place an act, dated the day of the clock unless `on` is given: then it is placed on that day, but for a late entry."""
        if kind == "decision":
            found = open_risks(self.office.case(self.officers[who], case.id).case, self.office.rules, self.office.today())
            fields = {"overrides": beside_the_point(risk.id for risk in found), **fields}
        act = parse({"kind": kind, "on": self.office.today().isoformat(), **fields})
        known = max(one for name in ("on", "received_on", "notified_on") if (one := getattr(act, name, None)) is not None)
        now = None if known >= self.office.today() or getattr(act, "late_entry", None) else datetime.combine(known, time(12, 0), SHANGHAI)
        return self.office.place(self.officers[who], case.id, act, now=now).case


@contextmanager
def running(database_url: str, folder: Path, letters: Lent | None = None, *, ahead: bool = False, **options: Any) -> Iterator[Site]:
    """The program on a free port, as `gongkai serve` runs it, with the sample office's officers and no files; `ahead`: `office_for_tests`."""
    clock = Clock()
    settings = Settings(database_url=database_url, data_dir=folder, letter_workers=1, **options)
    office = office_for_tests(settings, clock, letters, ahead=ahead)
    known = office.database.write(lambda s: _people(s, clock))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            application(settings, office), log_config=None, access_log=False, lifespan="on",
            http="api.web.connections:Connection", forwarded_allow_ips=settings.forwarded_allow_ips,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        site = Site(f"http://127.0.0.1:{listening.getsockname()[1]}", office, clock, known)
        try:
            yield site
        finally:
            for client in site.clients:
                client.close()
            server.should_exit = True
            thread.join()
            office.close()


def _people(session: Session, clock: Clock) -> dict[str, Officer]:
    """The officers of the sample office, with its password; those who are there already stay as they are."""
    known, hashed = {}, CHEAP.hash(PASSWORD)
    for username, name, role, agency in (*officers(), *THREE):
        there = people.officer_row(session, username)
        if there is not None:
            known[username] = people.officer_of(there)
            continue
        known[username] = store.add_officer(session, username=username, name=name, role=role, agency=agency, at=clock())
        people.set_password(session, known[username].id, hashed, clock())
    return known


@pytest.fixture(scope="module")
def site(
    migrated_url_factory: Callable[[Path], str], letter_maker: Lent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running program for each test module, on each engine."""
    folder = tmp_path_factory.mktemp("site")
    with running(migrated_url_factory(folder), folder, letter_maker) as made:
        yield made


# ---------------------------------------------------------------- a real browser


@dataclass
class Window:
    """A person at a real browser: `page` is Playwright's."""

    site: Site
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)
    """Requests to other hosts, messages on the console, errors of scripts."""
    known: list[str] = field(default_factory=list)
    """Words of messages that the test asks for: whenever they come, they are nothing wrong."""

    def hurry(self) -> Window:
        """From here on `rest` lets a page's clock run ahead: nobody waits for what a form does when one has rested from typing."""
        self.context.clock.install()
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def be(self, username: str) -> None:
        """Go on as an officer who has just signed in, by the cookie of a session of this window's own; no page is open yet."""
        cookie = sign_in(self.site.office, username, PASSWORD, Visitor("127.0.0.1"))
        assert isinstance(cookie, str)
        self.context.clear_cookies()
        self.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.site.url}])

    def sign_in(self, username: str, password: str = PASSWORD) -> Page:
        """Sign in at the form, and see the first page."""
        self.go("/sign-in")
        self.page.fill("#f-username", username)
        self.page.fill("#f-password", password)
        self.page.click("button.btn-primary")
        self.page.wait_for_load_state()
        return self.page


@dataclass
class Chromium:
    """The browser, and a program for it."""

    site: Site
    browser: Browser
    windows: list[Window] = field(default_factory=list)

    def window(self, username: str | None = None, size: tuple[int, int] = WIDE, **options: Any) -> Window:
        """A fresh window (no cookie shared with another) of `username`, who has signed in."""
        # Colours change at once: a page is never looked at on the way from one to the other.
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE * 1000)
        window = Window(self.site, context, context.new_page())
        host = urlsplit(self.site.url).netloc

        def sent(request: Any) -> None:
            where = urlsplit(request.url)
            if where.scheme not in ("data", "blob", "about") and where.netloc != host:
                window.wrong.append(f"request to {where.netloc}")

        def said(message: Any) -> None:
            # An answer of 4xx to a form is the page's own business, and Chromium tells every one of them. htmx tells of
            # a preview that was still on its way when one went to another page; a failed one is told by Chromium too.
            usual = ("the server responded with a status of 4", "htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")
            if message.type in ("error", "warning") and not any(one in message.text for one in usual):
                window.wrong.append(f"console: {message.text}")

        context.on("request", sent)
        context.on("console", said)
        context.on("weberror", lambda error: window.wrong.append(f"script: {error.error}"))
        self.windows.append(window)
        if username is not None:
            window.be(username)
        return window


def chromium_path() -> str:
    """Debian's Chromium (docker/packages.txt), or another of its kin."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return found
    raise AssertionError("no Chromium here: run `make setup`")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[], Browser]]:
    """The Chromium of each test process, started again should it have ended; it talks to nobody by itself."""
    quiet = [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run", "--disable-quic", "--disable-domain-reliability",
        # A page lives for a second here: what compiles its scripts for longer takes more than it gives.
        "--js-flags=--no-maglev --no-opt",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        # Letters keep the machine's fonts out of their process (FONTCONFIG_FILE); a browser without any font ends at once.
        usual: dict[str, str | float | bool] = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
        started: list[Browser] = []

        def living() -> Browser:
            if not started or not started[-1].is_connected():
                started.append(playwright.chromium.launch(executable_path=chromium_path(), args=quiet, env=usual))
            return started[-1]

        yield living
        for browser in started:
            browser.close()


@pytest.fixture(scope="module")
def browser_site(
    migrated_sqlite: Callable[[Path], str], letter_maker: Lent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("browser")
    with running(migrated_sqlite(folder), folder, letter_maker, ahead=True) as made:
        here, soon = get_ident(), made.office.printing.soon

        def by_the_browser(letters: Iterable[str]) -> None:
            """What a browser sees is made as the program does; of what the test itself places most letters are never looked at."""
            if get_ident() != here:
                soon(letters)

        made.office.printing.soon = by_the_browser  # type: ignore[method-assign]
        yield made


def site_of(request: pytest.FixtureRequest) -> Site:
    """The program that a test is about, for what begins each test: `site`, on each engine, or that of its browser, on one."""
    made = request.getfixturevalue("site" if "site" in request.fixturenames else "browser_site")
    assert isinstance(made, Site)
    return made


@pytest.fixture
def browser(chromium: Callable[[], Browser], browser_site: Site, request: pytest.FixtureRequest) -> Iterator[Chromium]:
    """Windows of Chromium on a program of the module's own; nothing may have gone wrong in any of them."""
    assert "engine_kind" not in request.fixturenames, "its program is on one engine: with each of them it would do the same again"
    made = Chromium(browser_site, chromium())
    yield made
    wrong = [one for window in made.windows for one in window.wrong if not any(word in one for word in window.known)]
    for window in made.windows:
        window.context.close()
    assert wrong == []


@contextmanager
def opens(page: Page) -> Iterator[None]:
    """What is pressed within opens a page: until that is loaded. (That a form which saves itself wrote its address anew is none.)"""
    page.wait_for_load_state()  # or the end of the page before would be taken for it
    with page.expect_event("load"):
        yield


def rest(page: Page, seconds: float = 2) -> None:
    """So many seconds go by at once on a page of a window in a `hurry`; a form saves itself after two."""
    page.clock.fast_forward(int(seconds * 1000))


def resize(page: Page, size: tuple[int, int]) -> None:
    """Make the window this large; what is shown is laid out anew."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=list(size))


def axe(page: Page) -> list[str]:
    """The violations of WCAG 2.2 levels A and AA on a page, as axe-core sees them: rule, element, why. A page has its styles first."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request")).to_have_count(0)
    if page.evaluate("() => !window.axe"):
        page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    # Only violations are worked out in full and brought over: what passes would take twice as long. Stylesheets are not fetched
    # and read once more: none of these rules asks for that (css-orientation-lock would, and is an experiment that no level asks for).
    options = {"runOnly": tags, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    # What lies behind a bar at the foot just now is a turn of the wheel away, and small to axe: the bar stands in its place meanwhile.
    # (That nothing in focus lies behind it is tested for itself.)
    run = (
        "(() => { const bars = [...document.querySelectorAll('.gk-sticky')]; for (const one of bars) one.style.position = 'static';"
        f" return axe.run(document, {json.dumps(options)}).then(found => found.violations)"
        ".finally(() => { for (const one of bars) one.style.removeProperty('position'); }); })()"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(node['target'])}: {node['failureSummary']}"
        for rule in page.evaluate(run)
        for node in rule["nodes"]
    ]


def reads_well(page: Page, *sizes: tuple[int, int]) -> None:
    """At each size: axe has nothing to say, and nothing is wider than the window. What came is laid out anew, and not asked for again."""
    for size in sizes:
        resize(page, size)
        assert axe(page) == [], (urlsplit(page.url).path, size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (urlsplit(page.url).path, size)


def officer(site: Site, username: str) -> Officer:
    """The officer as the database has him now."""
    with site.office.database.read() as session:
        found = queries.officer_by_username(session, username)
    assert found is not None
    return found


def later(site: Site, **by: float) -> None:
    """Let time pass."""
    site.clock.now += timedelta(**by)
