"""Pages of staff on a telephone (390 px): nothing lies beyond its edge, and a title is read."""

from __future__ import annotations

import pytest

from tests import papers
from tests.pages.conftest import NARROW, Chromium, axe
from tests.pages.test_approvals import drafted
from tests.pages.test_unsigned import handled
from workflow import steps

BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] : Array.from(document.querySelectorAll('body *'))
  .filter(one => { const box = one.getBoundingClientRect(); return box.width && box.right > innerWidth + 1; })
  .map(one => one.tagName + '.' + one.className).slice(0, 5)"""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("head@gx-zrzy", "/desk"), ("handler@gx-zrzy", "/desk"), ("head@gx-zrzy", "/approvals"), ("head@gx-zrzy", "/approvals/{draft}"),
        ("head@gx-zrzy", "/analysis"), ("analyst@gx-zfb", "/analysis"), ("head@gx-zrzy", "/cases"), ("head@gx-zrzy", "/cases/{draft}"),
        ("handler@gx-zrzy", "/cases/{case}/acts/draft"), ("handler@gx-zrzy", "/intake"), ("handler@gx-zrzy", "/service"),
        ("head@gx-zrzy", "/consultations"), ("admin", "/admin/agencies"), ("admin", "/admin/users"), ("analyst@gx-zfb", "/annual"),
    ],
)  # fmt: skip
def test_nothing_lies_beyond_the_edge(browser: Chromium, who: str, path: str) -> None:
    site = browser.site
    known = {
        "draft": drafted(site).id if "draft}" in path else "",
        "case": handled(site).id if "case}" in path else "",
    }
    page = browser.window(who, NARROW).go(path.format(**known))
    assert page.evaluate(BEYOND) == []


def test_the_title_of_a_row_has_most_of_the_width(browser: Chromium) -> None:
    site, case = browser.site, handled(browser.site)
    scan = {"file": ("一份名称很长的材料的扫描件.png", papers.picture("PNG"), "")}
    site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {}, files=scan)
    gone = site.place("intake@gx-zrzy", site.register(), "withdrawal", by="writing")
    letter = steps.to_serve(gone, site.office.rules)[0].id
    site.place("intake@gx-zrzy", gone, "service", letter=letter, method="direct")
    for who, path, title in (
        ("handler@gx-zrzy", "/desk", ".gk-desktable tbody .t"), ("handler@gx-zrzy", "/cases", ".gk-caselist .t"),
        ("handler@gx-zrzy", f"/cases/{case.id}/attachments", ".gk-attached tbody a"), ("archivist@gx-zrzy", "/archive", ".gk-archiving .t"),
        ("admin", "/admin/rules", ".gk-folds tbody th"),
        ("analyst@gx-zfb", "/analysis/cases?set=received&from=2026-01-01&to=2026-12-31", ".gk-folds .t"),
    ):  # fmt: skip
        page = browser.window(who, NARROW).go(path)
        cell = page.locator(title).first.locator("xpath=ancestor-or-self::*[self::td or self::th][1]")
        assert cell.evaluate("one => one.getBoundingClientRect().width") > 260, path
        assert page.evaluate(BEYOND) == []
        assert axe(page) == [], path
