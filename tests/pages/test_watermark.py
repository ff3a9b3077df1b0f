"""水印: an option; who looks and when, over each page on which people of a file stand whole, and on no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.office.policy import STAFF
from api.pages.shared.watermark import EVERYBODY, PEOPLE, SETTING
from db import people, queries
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, opens, reads_well, resize, text_of
from tests.pages.test_matrix import PAGES

MARK = 'class="gk-watermark"'
WITHOUT = (
    "/", "/account", "/account/factor", "/admin", "/analysis", "/analysis/fees", "/analysis/print", "/analysis/print/pdf",
    "/analysis/suggestions", "/analysis/suggestions/new", "/analysis/suggestions/{suggestion_id}", "/analysis/topics", "/annual",
    "/annual/freeze", "/annual/parts", "/annual/published", "/api", "/components", "/exports", "/import", "/procedure", "/published",
    "/published/feed", "/sign-in", "/training", "/verify",
)  # fmt: skip
"""Pages that tell of nobody whole, beside those of the administration, the guide, and applicants."""


@pytest.fixture
def on(site: Site) -> Iterator[Site]:
    switch(site, True)
    yield site
    switch(site, False)


def switch(site: Site, yes: bool) -> None:
    site.office.database.write(lambda s: people.set_setting(s, "", SETTING, "yes" if yes else "no"))


def test_of_each_page_is_known_whether_it_tells_of_people() -> None:
    for path in PAGES:
        marked = path.startswith((*PEOPLE, *EVERYBODY))
        assert marked != (path in WITHOUT or path.startswith(("/admin/", "/guide", "/apply", "/counter", "/samples/"))), path


def test_it_is_off_until_the_office_says_so_and_the_log_tells(site: Site) -> None:
    head = site.as_("head@gx-zrzy")
    assert MARK not in head.page("/desk")
    assert site.as_("head@gx-zfb").post("/admin/security/watermark", {"watermark": "yes"}).status_code == 403
    admin = site.as_("admin")
    assert admin.post("/admin/security/watermark", {"watermark": "yes"}).headers["location"] == "/admin/security?done=marked"
    page = head.page("/desk")
    for line in ("林建国（样例）", "head@gx-zrzy", "2026-11-24 09:00"):
        assert f">{line}</text>" in page
    assert admin.post("/admin/security/watermark", {"watermark": "no"}).headers["location"] == "/admin/security?done=unmarked"
    assert MARK not in head.page("/desk")
    with site.office.database.read() as session:
        told = [one.reason for one in people.log_entries(session) if one.what == "setting"]
    assert told[:2] == ["不再显示水印", "显示水印"]


@pytest.mark.parametrize("role", sorted(STAFF))
def test_who_sees_whom_whole_is_named_on_the_page_and_who_does_not_is_not(on: Site, role: str) -> None:
    case = on.register()
    with on.office.database.read() as session:
        letter = queries.letters_of(session, case)[0].id
    on.office.pdf(letter)
    whole = role in ("intake", "handler", "legal", "head")
    person = on.as_(f"{role}@gx-zrzy")
    for path in (f"/cases/{case.id}", f"/cases/{case.id}/attachments", f"/cases/{case.id}/history", f"/letters/{letter}", "/desk", "/cases"):
        assert (MARK in person.page(path)) == whole, path
    for path in ("/account", "/guide", "/analysis"):
        assert MARK not in person.page(path), path
    if not whole:
        looked = person.post(f"/letters/{letter}", {"reason": "核对归档材料"})
        assert looked.status_code == 200 and MARK in looked.text, "for a reason, whole and marked"
    over = on.as_("head@gx-zfb").page(f"/cases/{case.id}")
    assert MARK not in over and "周*" in text_of(over), "masked for whoever oversees"
    assert on.office.pdf(letter) == person.http.get(f"/letters/{letter}/pdf").content or not whole, "the letter's own bytes stay"


def test_what_is_shown_in_full_is_marked(on: Site) -> None:
    case = on.register()
    shown = on.as_("handler@gx-zrzy").post(f"/cases/{case.id}/applicant", {"reason": "核对邮寄地址"})
    assert shown.status_code == 200 and MARK in shown.text
    nobody = on.visitor()
    assert MARK not in nobody.page("/sign-in")
    assert MARK not in on.as_("handler@gx-zrzy").get(f"/cases/{on.officers['admin'].id}").text, "nor on what is not there"


def test_it_lies_over_the_page_hurts_no_contrast_and_stops_no_click(browser: Chromium) -> None:
    site = browser.site
    switch(site, True)
    case = site.place("handler@gx-zrzy", site.register(), "acceptance", on="2026-11-03")
    window = browser.window("handler@gx-zrzy")
    for path in ("/desk", "/cases", f"/cases/{case.id}", f"/cases/{case.id}/acts/note", "/intake"):
        page = window.go(path)
        for size in (WIDE, TABLET, NARROW):
            reads_well(page, size)
            box = page.locator(".gk-watermark").bounding_box()
            assert box and (round(box["width"]), round(box["height"])) >= (page.evaluate("document.documentElement.clientWidth"), size[1])
    style = "it => { const s = getComputedStyle(it); return [s.display, s.position, s.pointerEvents, s.visibility] }"
    for size in (WIDE, TABLET, NARROW):
        page = window.go(f"/cases/{case.id}")
        resize(page, size)
        with opens(page):
            page.click(f'a[href="/cases/{case.id}/history"]')
        assert page.url.endswith("/history")
        page.emulate_media(media="print")
        assert page.locator(".gk-watermark").evaluate(style) == ["block", "fixed", "none", "visible"]
        assert float(page.locator(".gk-watermark").evaluate("it => getComputedStyle(it).opacity")) > 0.1
        page.emulate_media(media="screen")
    switch(site, False)
