"""What a pointer and a keyboard do at the forms: no press is lost, none counts for the next file, Enter places nothing.

A pointer is held across what is waited for (the answer that renews a part of the page), never across a pause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import APIResponse, ElementHandle, Page, Request, Route, expect

from api.pages.acts import acts
from db import people, queries, store
from letters.contexts import LETTERS
from tests.conftest import PATIENCE
from tests.pages.conftest import PASSWORD, TABLET, WIDE, Chromium, Site, Window, axe, later, opens
from tests.pages.test_apply import WHO, opened, sent
from tests.pages.test_approvals import drafted
from tests.pages.test_archive import withdrawn
from tests.pages.test_consultations import address, asked, handled
from tests.pages.test_matrix import PAGES, Scene, page_of, person_of, reader_of
from workflow.case import Case
from workflow.case import letters as case_letters
from workflow.procedure import TABLE

PHONE = (390, 844)
SIZES = (WIDE, TABLET, PHONE)
SLOW = 4
"""How many times slower the processor is made."""
HANDLER, INTAKE, HEAD, LEGAL = (f"{role}@gx-zrzy" for role in ("handler", "intake", "head", "legal"))

_WATCH = """
window.shifts = []; window.answers = 0; window.first = []; window.there = Infinity;
new PerformanceObserver(list => { for (const one of list.getEntries()) if (one.startTime > window.there) window.shifts.push(
  one.value.toFixed(4) + ' ' + one.sources.map(({node}) => node ? (node.outerHTML || node.textContent).slice(0, 90) : '').join(' | ')); })
  .observe({type: 'layout-shift', buffered: true});
window.places = () => Array.from(document.querySelectorAll('a[href],button,input,select,textarea,summary,label'))
  .filter(one => one.offsetParent && !one.closest('.gk-bar')).map(one => {
    const box = one.getBoundingClientRect(); return [one, Math.round(box.x), Math.round(box.y + scrollY)]; });
window.moved = () => window.first.filter(([one, x, y]) => {
  const box = one.getBoundingClientRect(), fixed = one.closest('.gk-sticky');
  return one.isConnected && (Math.abs(box.x - x) > 1 || (!fixed && Math.abs(box.y + scrollY - y) > 1)); })
  .map(([one]) => one.outerHTML.slice(0, 120));
document.addEventListener('DOMContentLoaded', () => { window.first = window.places();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.there = performance.now(); })); });
document.addEventListener('htmx:beforeSend', event => event.detail.xhr.addEventListener('load', () => { window.answers += 1; }));
const later = window.setTimeout;
window.setTimeout = (what, rest, ...more) => later(what, window.isHurried && rest >= 300 && rest <= 700 ? 0 : rest, ...more);
"""
"""Watches what moves (every shift of the layout, whatever was typed or clicked before it), and answers that renew a part.

While a page is hurried it asks at once for the part that a field renews, not when one has rested from typing (`hx-trigger`).
"""


@pytest.fixture(scope="module")
def scene(browser_site: Site) -> Scene:
    """What the pages are about; the day is the 10th of November."""
    made = Scene(browser_site)
    for role in ("intake", "handler", "legal", "head", "archivist"):
        person_of(browser_site, role)
    return made


def watched(browser: Chromium, who: str | None, size: tuple[int, int] = WIDE, **options: Any) -> Window:
    """A window of somebody who is signed in already, with an eye on what moves."""
    window = browser.window(size=size, **options)
    if who is not None:
        known = browser.site.as_(who).http.cookies
        window.context.add_cookies([{"name": name, "value": value, "url": browser.site.url} for name, value in known.items()])
    window.context.add_init_script(_WATCH)
    return window


def still(page: Page) -> None:
    """Nothing more is on its way."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request")).to_have_count(0)


def primary(page: Page, form: str) -> ElementHandle:
    """The button that sends a form, wherever it stands."""
    found = page.evaluate_handle(
        "form => Array.from(document.querySelector(form).elements).find(one => one.tagName === 'BUTTON' && one.classList.contains('btn-primary'))",
        form,
    ).as_element()
    assert found is not None
    return found


def middle(button: ElementHandle) -> tuple[float, float]:
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def acts_open(site: Site, *cases: Case) -> Iterator[tuple[str, str]]:
    """Everybody's forms on these files: (who, address), each kind once. There is one for every act that is possible now."""
    seen = set[str]()
    for case in cases:
        for who in (HANDLER, INTAKE, HEAD, LEGAL, "archivist@gx-zrzy"):
            officer = site.officers[who]
            for kind in acts.possible(site.office, site.office.case(officer, case.id), officer):
                if kind not in seen:
                    seen.add(kind)
                    yield who, f"/cases/{case.id}/acts/{kind}"


@pytest.fixture(scope="module")
def forms(scene: Scene) -> list[tuple[str, str]]:
    """Every form of staff: (who, address)."""
    site = scene.site
    found = []
    for path in PAGES:
        role = reader_of(path)
        if role is not None and "{kind}" not in path and 'method="post"' in (page_of(path, scene, site) or "").split("<main")[-1]:
            found.append(("admin" if role == "admin" else f"{role}@gx-zrzy", scene.address(path)))
    application = f"/intake/applications/{scene.values['application_id']}"
    found += [(INTAKE, path) for path in ("/intake", application, "/service", "/service?view=confirm")]
    of_a_case = site.office.case(site.officers[HANDLER], scene.values["case_id"]).case  # in consultation
    waiting = site.place(INTAKE, site.register(), "correction_notice", matters=["请写明年份"])
    charged = site.place(HANDLER, scene._handled(), "fee_notice", basis="per_page", pages=240, amount_fen=430_000)
    ended = site.place(INTAKE, site.register(), "withdrawal", by="writing")
    found += acts_open(site, scene._handled(), of_a_case, waiting, charged, ended, site.register(), drafted(site))
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- hands that are quicker than the line


def test_a_choice_made_before_the_scripts_are_there_counts(browser: Chromium, scene: Scene) -> None:
    """On a slow line a form can be used before its scripts have come: the fields that follow from a choice come all the same."""
    page = watched(browser, HANDLER).page
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/*.js", hold)
    with page.expect_request("**/htmx*.js*"), page.expect_request("**/gongkai.js*"):
        page.goto(f"{browser.site.url}/cases/{scene._handled().id}/acts/request", wait_until="commit")
    page.select_option("[name='act.kind']", "extension")
    page.fill("[name=reason]", "请批准延期。")
    assert len(late) == 2
    for route in late:
        route.continue_()
    page.fill("[name='act.days']", "10")
    expect(page.locator("[name=reason]")).to_have_value("请批准延期。")


# ---------------------------------------------------------------- Enter


def sent_by(page: Page) -> list[str]:
    """The forms that the page sends from now on. What renews a part of the page is no form."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.is_navigation_request():
            found.append(request.url)

    page.on("request", note)
    return found


OF_PASSWORDS = "[action='/account/password'],[action='/account/factor']"
"""A password is no act: Enter sends it, as everywhere."""
_CONTROLS = ":is(input:not([type=hidden],[type=file],[disabled]),select)"
_PLACES = f"main form[method=post]:not([role=search]):not({OF_PASSWORDS}) {_CONTROLS}, .gk-sticky {_CONTROLS}"
_FOCUS = f"""n => {{ const one = document.querySelectorAll(`{_PLACES}`)[n];
  if (!one) return null;
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || getComputedStyle(one).visibility !== 'visible') return '';
  one.focus(); return one.name || one.id || 'a field'; }}"""
"""Puts the focus on the n-th control of a page's forms: its name; '' where it is not to be seen; null: there are no more."""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_enter_sends_no_form_of_staff(browser: Chromium, forms: list[tuple[str, str]], scripts: bool) -> None:
    windows: dict[str, Page] = {}
    wrong, pressed = [], 0
    for who, path in forms:
        if who not in windows:
            windows[who] = watched(browser, who, java_script_enabled=scripts).page
        page = windows[who]
        page.goto(browser.site.url + path)
        sent, before = sent_by(page), ""
        for n in count():
            name = page.evaluate(_FOCUS, n)  # what the press before has sent is known by now
            if sent:
                wrong.append(f"{path}: {before}")
            if sent or name is None:
                break
            if name:
                page.keyboard.press("Enter")
                pressed, before = pressed + 1, name
    assert wrong == []
    assert pressed > 100
    page = windows[HANDLER]
    page.goto(browser.site.url + "/account")
    page.focus("#f-again")
    with page.expect_request(lambda one: one.method == "POST") as password:
        page.keyboard.press("Enter")
    assert password.value.url == f"{browser.site.url}/account/password"


# ---------------------------------------------------------------- what moves


_FILL = """form => { for (const one of document.querySelector(form).elements)
  if (!one.value && one.offsetParent && (one.tagName === 'TEXTAREA' || one.type === 'text')) one.value = '样例'; }"""


@dataclass
class Gate:
    """What a page asks for passes here: answers that renew a part wait while it is shut; what a form sends goes nowhere."""

    page: Page
    is_shut: bool = False
    waiting: list[Route] = field(default_factory=list)
    come: list[tuple[Route, APIResponse]] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.page.route(re.compile("^(?!.*/static/)"), self._pass)
        self._devtools = self.page.context.new_cdp_session(self.page)

    def slow(self, times: int) -> None:
        """Make the processor so many times slower. A browser keeps one busy for it, whatever the page does."""
        self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def _pass(self, route: Route) -> None:
        if self.is_shut and route.request.headers.get("hx-request"):
            self.waiting.append(route)
        elif route.request.method == "POST" and route.request.is_navigation_request():
            route.fulfill(status=204)  # the next form finds the file as it was
            self.sent += 1
        else:
            route.continue_()

    def fetch(self) -> None:
        """Have the answers that wait come as far as to the gate."""
        while self.waiting:
            route = self.waiting.pop()
            self.come.append((route, route.fetch()))

    def open(self) -> None:
        self.is_shut = False
        while self.come:
            route, answer = self.come.pop()
            route.fulfill(response=answer)
        while self.waiting:
            self.waiting.pop().continue_()

    def until(self, condition: Callable[[], bool]) -> bool:
        """Whether it comes true, while the page goes on."""
        for _ in range(PATIENCE * 100):
            if condition():
                return True
            self.page.wait_for_timeout(10)
        return False


def hold(gate: Gate, form: str, name: str) -> str:
    """Fill the form, press its button while the answer is on its way, and let go when it has come: the form is sent.

    What went wrong, or nothing.
    """
    page, button = gate.page, primary(gate.page, form)
    gate.is_shut, gate.sent = True, 0
    gate.slow(1)  # nothing comes while one types
    page.evaluate(_FILL, form)
    page.evaluate("window.isHurried = true")
    page.locator(name).press_sequentially("1")
    page.keyboard.press("Tab")
    assert gate.until(lambda: bool(gate.waiting)), "nothing is renewed when a field changes"
    page.evaluate("window.isHurried = false")
    gate.fetch()
    gate.slow(SLOW)
    at, answers = middle(button), page.evaluate("window.answers")
    page.mouse.move(*at)
    page.mouse.down()
    gate.open()
    page.wait_for_function("before => window.answers > before", arg=answers)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    after = button.bounding_box()
    page.mouse.up()
    gate.slow(1)
    if not gate.until(lambda: gate.sent == 1):
        return "the press was lost"
    y = after["y"] + after["height"] / 2 if after else 0
    return f"the button moved by {y - at[1]} px" if abs(y - at[1]) > 1 else ""


RENEWED = (("/intake", INTAKE, "#intake", "#f-applicant-name"), ("/admin/letterheads/gx-zrzy", "admin", "#letterhead", "#f-phone"))
"""Forms of which a part is renewed while they are filled: (address, who, form, a field); and every act's."""
NARROW = ("/intake", "/consultation", "/draft", "/withdrawal", "/note", "gx-zrzy")
"""Those that are looked at on a tablet and on a phone too."""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_what_can_be_pressed_and_no_press_is_lost(
    browser: Chromium, forms: list[tuple[str, str]], size: tuple[int, int]
) -> None:
    """Every form, on a slow processor: while all comes that it asks for by itself, and while a part of it is renewed."""
    renewed = {path: (form, field) for path, _, form, field in RENEWED}
    every = dict.fromkeys([*forms, *((who, path) for path, who, _, _ in RENEWED)])
    wanted = [(who, path) for who, path in every if size == WIDE or path.endswith(NARROW)]
    people = list(dict.fromkeys(who for who, _ in wanted))
    wrong = []
    for who in people:
        gate = Gate(watched(browser, who, size).page)
        page = gate.page
        for path in (path for one, path in wanted if one == who):
            gate.slow(SLOW)
            page.goto(browser.site.url + path)
            still(page)
            wrong += [(path, one) for one in page.evaluate("[...window.moved(), ...window.shifts]")]
            form, name = renewed.get(path, ("#act", "#act [name=remark]"))
            if (path in renewed or "/acts/" in path) and (lost := hold(gate, form, name)):
                wrong.append((path, lost))
        page.close()
    assert wrong == []
    assert len(people) > 2


# ---------------------------------------------------------------- twice at one place


def twice(page: Page, button: ElementHandle) -> str:
    """Press a button, wait for the page that follows, and press once more where it stood: what was hit the second time."""
    at = middle(button)
    with opens(page):
        page.mouse.click(*at)
    still(page)
    hit = page.evaluate(
        """([x, y]) => { const one = document.elementFromPoint(x, y);
        const found = one && one.closest('a[href],button,input,select,textarea,summary,label'); return found ? found.outerHTML : ''; }""",
        list(at),
    )
    page.mouse.click(*at)
    still(page)
    return str(hit)


def now(site: Site, case: Case) -> Case:
    with site.office.database.read() as session:
        found = store.load(session, case.id)
    assert found is not None
    return found


@pytest.fixture
def day(browser: Chromium) -> Site:
    browser.site.clock.set(date(2026, 11, 10))
    return browser.site


@pytest.mark.parametrize("size", SIZES)
def test_two_presses_sign_one_letter(browser: Chromium, day: Site, size: tuple[int, int]) -> None:
    first, second = drafted(day), drafted(day)
    page = watched(browser, HEAD, size).go(f"/approvals/{first.id}")
    assert twice(page, page.query_selector("button[value=sign]")) == ""  # type: ignore[arg-type]
    assert (now(day, first).state, now(day, second).state) == ("replied", "approving")
    number = now(day, first).number
    assert "已签发，文号" in page.inner_text("main") and number in page.inner_text("main")
    assert axe(page) == []
    page.click(f"a[data-next][href='/approvals/{second.id}']")
    expect(page.locator("button[value=sign]")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_two_presses_sign_one_request(browser: Chromium, day: Site, size: tuple[int, int]) -> None:
    """Every request's button is pressed twice, and one is signed each time."""
    asked = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "共四十卷", "notified_on": "2026-11-10"}
    cases = [day.place(HANDLER, day.place(HANDLER, day.register(), "acceptance"), "request", act=asked, reason="需要逐卷查阅") for _ in range(3)]
    page = watched(browser, HEAD, size).page
    for n, case in enumerate(cases, 1):
        page.goto(f"{browser.site.url}/approvals/{case.id}/requests/3")
        button = page.query_selector("button[value=sign]")
        assert button is not None
        assert twice(page, button) == ""
        assert sum(not now(day, one).requests for one in cases) == n
        assert "已签批：延长答复期限" in page.inner_text("main")
    assert axe(page) == []


@pytest.mark.parametrize(("who", "do", "text"), [(LEGAL, "pass", ""), (HEAD, "return", "请补充页数。")])
def test_two_presses_judge_one_draft(browser: Chromium, day: Site, who: str, do: str, text: str) -> None:
    first, second = drafted(day), drafted(day)
    page = watched(browser, who).go(f"/approvals/{first.id}")
    page.fill("#f-text", text)
    assert twice(page, page.query_selector(f"button[value={do}]")) == ""  # type: ignore[arg-type]
    assert len(now(day, first).acts) == len(first.acts) + 1
    assert now(day, second).version == second.version


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize(("who", "kind", "fields"), [(HANDLER, "withdrawal", {}), (INTAKE, "correction_notice", {"#f-matters": "请写明年份"})])
def test_two_presses_place_one_act(
    browser: Chromium, day: Site, who: str, kind: str, fields: dict[str, str], size: tuple[int, int]
) -> None:
    case = day.register()
    page = watched(browser, who, size).go(f"/cases/{case.id}/acts/{kind}")
    for name, value in fields.items():
        page.fill(name, value)
    assert twice(page, primary(page, "#act")) == ""
    assert [one.act.kind for one in now(day, case).acts] == ["registration", kind]
    assert f"/cases/{case.id}?done={kind}" in page.url and "生成" in page.inner_text("main")
    assert axe(page) == []


def test_two_presses_register_once(browser: Chromium, day: Site) -> None:
    day.as_(INTAKE).post("/intake", {"drop": "yes"})  # what another test left half-typed
    page = watched(browser, INTAKE).go("/intake")
    page.fill("#f-applicant-name", "周文博（样例）")
    page.fill("#f-applicant-phone", "13800000000")
    page.fill("#f-applicant-address", "冠县样例路1号（样例）")
    page.fill("#f-wanted", "两次按下的采砂许可证")
    still(page)
    with day.office.database.read() as session:
        before = queries.count_cases(session)
    assert twice(page, primary(page, "#intake")) == ""
    with day.office.database.read() as session:
        assert queries.count_cases(session) == before + 1
    assert "已登记，编号" in page.inner_text("h1")
    page.go_back()
    assert page.input_value("#f-wanted") == "", "one goes back to an empty form, not to half of what was registered"


def test_two_presses_register_an_online_request_once(browser: Chromium, day: Site) -> None:
    row, _code = sent(opened(day), "两次按下的红线图")
    page = watched(browser, INTAKE).go(f"/intake/applications/{row.id}")
    assert twice(page, primary(page, "main form[action$=confirm]")) == ""
    assert "已登记，编号" in page.inner_text("h1")


def test_two_presses_archive_what_was_ticked(browser: Chromium, day: Site) -> None:
    first, second = withdrawn(day), withdrawn(day)
    page = watched(browser, "archivist@gx-zrzy").go("/archive")
    page.check(f"input[name=tick][value='{first.id}']")
    assert twice(page, primary(page, "main form[method=post]")) == ""
    assert (now(day, first).state, now(day, second).state) == ("archived", "closed")
    assert "已归档1件" in page.inner_text("main")
    page.click("text=继续归档")
    expect(page.locator(f"input[name=tick][value='{second.id}']")).to_be_visible()


def test_two_presses_answer_one_question(browser: Chromium, day: Site) -> None:
    """The next question's form may be filled already: with what was kept when a session ended."""
    first, second = asked(day, handled(day), days=1), asked(day, handled(day), days=2, question="下一件的问题。")
    legal, kept = day.officers[LEGAL], {"stance": ["consent"], "text": ["写了一半"], "do": ["answer"]}
    day.office.database.write(lambda s: people.save_draft(s, legal.id, address(second), kept, day.clock()))
    page = watched(browser, LEGAL).go(address(first))
    page.check("input[value=consent]")
    page.fill("#f-text", "可以公开。")
    assert twice(page, primary(page, "main form[method=post]")) == ""
    assert not now(day, first).consultations[-1].is_open
    assert now(day, second).consultations[-1].is_open


def test_two_presses_on_the_way_do_not_send_a_public_request(browser: Chromium, day: Site) -> None:
    opened(day)
    page = watched(browser, None, PHONE).go("/apply/gx-zrzy")
    for name in ("name", "id_number", "phone", "address"):
        page.fill(f"#f-{name}", WHO[name])
    with opens(page):
        primary(page, "#apply").click()
    page.fill("#f-wanted-0", "两次按下的红线图")
    with opens(page):
        primary(page, "#apply").click()
    expect(page.locator("#f-form")).to_be_attached()
    twice(page, primary(page, "#apply"))
    assert "申请已经提交" not in page.inner_text("h1")
    expect(page.locator("button[value=send]")).to_be_visible()


def test_acts_that_end_a_file_or_take_a_number_are_placed_by_the_button_alone() -> None:
    """The table of the procedure and the letters say which they are."""
    ends = {row.kind for row in TABLE if row.dest in ("replied", "closed", "archived")} - {"registration"}
    made = {**{kind: [letter[0]] for kind, letter in case_letters._ONE_LETTER.items()}, "decision": ["disclosed"]}
    takes = {kind for kind, letters in made.items() if any(LETTERS[one].series for one in letters)} | {"consultation", "split"}
    assert ends | takes == acts.ALONE


def test_ctrl_enter_presses_the_button_except_where_the_button_alone_counts(browser: Chromium, day: Site) -> None:
    case = day.register()
    page = watched(browser, HANDLER).go(f"/cases/{case.id}/acts/withdrawal")
    page.press("#f-on", "Control+Enter")
    expect(page.locator("#said")).to_contain_text("请按按钮")
    page.goto(f"{day.url}/cases/{case.id}/acts/note")
    page.fill("#f-text", "电话联系")
    page.press("#f-on", "Control+Enter")
    page.wait_for_url("**done=note")
    assert [one.act.kind for one in now(day, case).acts] == ["registration", "note"]


# ---------------------------------------------------------------- what could not be renewed


@pytest.mark.parametrize("how", ["error", "no line"])
def test_what_a_failed_call_would_have_renewed_turns_grey_and_says_so(browser: Chromium, day: Site, how: str) -> None:
    case = handled(day)
    window = watched(browser, HANDLER)
    page = window.go(f"/cases/{case.id}/acts/withdrawal")
    page.wait_for_selector("#preview img")
    window.known += ["500", "ERR_FAILED", "503"]
    page.route("**/preview", lambda route: route.fulfill(status=500) if how == "error" else route.abort())
    page.press("[name=remark]", "1")
    for panel in ("#preview", "#after"):
        expect(page.locator(f"{panel}.gk-stale > .gk-failed")).to_contain_text("没有更新，下面是以前的内容")
    assert axe(page) == []
    page.unroute("**/preview")
    page.press("[name=remark]", "2")
    expect(page.locator(".gk-stale, .gk-failed")).to_have_count(0)
    page.goto(f"{day.url}/intake")
    page.route("**/intake/aside", lambda route: route.fulfill(status=503))
    page.fill("#f-applicant-name", "周文博（样例）")
    for panel in ("#receipt", "#asker", "#others"):
        expect(page.locator(f"{panel}.gk-stale > .gk-failed")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(("path", "field", "panel"), [("/acts/note", "#f-text", "#after"), ("/intake", "#f-wanted", "#receipt")])
def test_one_signs_in_again_from_what_could_not_be_renewed(browser: Chromium, day: Site, path: str, field: str, panel: str) -> None:
    case = handled(day)
    window = browser.window(HANDLER)
    window.known.append("401")
    page = window.go(f"/cases/{case.id}{path}" if "acts" in path else path)
    page.fill(field, "写了很久")
    still(page)
    later(day, minutes=31)
    page.press(field, "End")
    page.locator(field).press_sequentially("。")
    note = page.locator(f"{panel}.gk-stale > .gk-failed")
    expect(note).to_contain_text("登录已经结束。您写的内容还在。")
    note.locator("button").click()
    page.fill("#f-username", HANDLER)
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    expect(page.locator(field)).to_have_value("写了很久。")
    expect(page.locator(".gk-stale")).to_have_count(0)
